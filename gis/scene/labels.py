"""Names along roads and on places: where they may stand, at what angle, and how much they matter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from gis.scene.cells import CellIndex, Grid, sort_by_cell
from gis.scene.lines import Polylines
from gis.scene.view import Bounds
from network.columns import Float32, Int8, Int32, Int64, TextColumn

ROAD_LABEL_EVERY_M = 250.0
HIGHEST_LEVEL = 12


class LabelKind(IntEnum):
    """What a name belongs to."""

    ARTERIAL = 0
    ROAD = 1
    WATER = 2
    COMMUNITY = 3


@dataclass(frozen=True, eq=False)
class Labels:
    """Places where names may stand, sorted by kind and cell.

    Attributes:
        xy_m: Shape (n, 2), float32 scene coordinates of the middle.
        turn: Shape (n,), float32: radians from east, counter-clockwise, in (-π/2, π/2].
        room_m: Shape (n,), float32: length of line, or width of area, that the name has to itself.
        kind: Shape (n,), :class:`LabelKind`.
        level: Shape (n,): places of level k or more stand ``2**k`` times as far apart along their road as all do; the
            middle of a road, and an area's only place, is of the highest level.
        text: Shape (n,), row in *names*.
        names: The distinct names.
        index: Cells; the class is the kind.
    """

    xy_m: Float32
    turn: Float32
    room_m: Float32
    kind: Int8
    level: Int8
    text: Int32
    names: TextColumn
    index: CellIndex

    def near(self, bounds: Bounds, kind: LabelKind, apart_m: float) -> Int64:
        """Rows of a kind in cells that touch *bounds*, thinned out where they stand closer than *apart_m*."""
        rows = self.index.rows(bounds, kind)
        least = max(0, int(np.log2(max(apart_m, 1.0) / ROAD_LABEL_EVERY_M)))
        kept: Int64 = rows[self.level[rows] >= min(least, HIGHEST_LEVEL)]
        return kept


@dataclass(frozen=True, eq=False)
class _Anchors:
    xy_m: np.ndarray
    turn: np.ndarray
    room_m: np.ndarray
    kind: np.ndarray
    level: np.ndarray
    text: list[str]


def build_labels(
    roads: Polylines,
    road_names: list[str],
    arterial: np.ndarray,
    areas: np.ndarray,
    area_names: list[str],
    area_kinds: np.ndarray,
    grid: Grid,
) -> Labels:
    """Names of roads and areas.

    Args:
        roads: In scene coordinates.
        road_names: Name of each road; nameless ones get no label.
        arterial: Shape (roads,), True for the roads whose names show first.
        areas: Shape (n, 3): x and y of each area's label point, and its width, metres.
        area_names: Name of each area.
        area_kinds: Shape (n,), :class:`LabelKind` of each.
        grid: The cells.
    """
    along = _along_roads(roads, road_names, arterial)
    named = [i for i, name in enumerate(area_names) if name]
    xy_m = np.concatenate([along.xy_m, areas[named, :2]])
    turn = np.concatenate([along.turn, np.zeros(len(named))])
    room_m = np.concatenate([along.room_m, areas[named, 2]])
    kind = np.concatenate([along.kind, area_kinds[named]]).astype(np.int8)
    level = np.concatenate([along.level, np.full(len(named), HIGHEST_LEVEL)]).astype(np.int8)
    texts = along.text + [area_names[i] for i in named]
    distinct = {name: i for i, name in enumerate(dict.fromkeys(texts))}
    text = np.array([distinct[name] for name in texts], dtype=np.int32)
    order, index = sort_by_cell(grid, xy_m[:, 0], xy_m[:, 1], kind, len(LabelKind))
    return Labels(
        xy_m[order].astype(np.float32),
        turn[order].astype(np.float32),
        room_m[order].astype(np.float32),
        kind[order],
        level[order],
        text[order],
        TextColumn.of(distinct),
        index,
    )


def _along_roads(roads: Polylines, names: list[str], arterial: np.ndarray) -> _Anchors:
    """Anchors every :data:`ROAD_LABEL_EVERY_M` along each named road, at its direction there."""
    along_m = roads.along_m()
    xy, turn, room, kind, level, text = [], [], [], [], [], []
    for row, name in enumerate(names):
        span = slice(int(roads.offsets[row]), int(roads.offsets[row + 1]))
        if not name or span.stop - span.start < 2:
            continue
        line, measure = roads.xy_m[span], along_m[span]
        count = max(1, int(measure[-1] // ROAD_LABEL_EVERY_M))
        share = measure[-1] / count
        at = (np.arange(count) + 0.5) * share
        reach = min(40.0, share / 2)
        before, after = (_place(line, measure, at + step) for step in (-reach, reach))
        xy.append(_place(line, measure, at))
        turn.append(upright(np.arctan2(after[:, 1] - before[:, 1], after[:, 0] - before[:, 0])))
        room.append(np.full(count, measure[-1]))
        kind.append(np.full(count, LabelKind.ARTERIAL if arterial[row] else LabelKind.ROAD))
        level.append(_levels(count))
        text += [name] * count
    if not text:
        return _Anchors(
            np.empty((0, 2)), np.empty(0), np.empty(0), np.empty(0, dtype=np.int8), np.empty(0, dtype=np.int8), []
        )
    return _Anchors(
        np.concatenate(xy),
        np.concatenate(turn),
        np.concatenate(room),
        np.concatenate(kind),
        np.concatenate(level),
        text,
    )


def _levels(count: int) -> np.ndarray:
    """How often each place divides by two, counted from the middle one."""
    steps = np.abs(np.arange(count) - count // 2)
    lowest_bit = steps & -steps
    return np.where(steps == 0, HIGHEST_LEVEL, np.log2(np.maximum(lowest_bit, 1))).astype(np.int8)


def _place(line: np.ndarray, measure: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.column_stack([np.interp(at, measure, line[:, 0]), np.interp(at, measure, line[:, 1])])


def upright(turn: np.ndarray) -> np.ndarray:
    """Directions turned by half a circle where text along them would stand on its head."""
    folded = np.mod(turn + np.pi / 2, np.pi) - np.pi / 2
    return np.where(folded <= -np.pi / 2 + 1e-9, np.pi / 2, folded)
