"""What could be mended, and what stays as it is and why.

Two kinds of evidence lead to a mend: a fault that noding reports (an end on the middle of a line, an end that misses
another by less than a hand, a valve beside its pipe, a pipe drawn twice), and an *island*: mains that meet the rest of
the city nowhere. An island is an error in itself nearly always, so that its ends are believed to miss the rest by more
than others are. What no rule can tell (how a crossing is meant, what joins mains that lie streets apart) is not
guessed: it is listed with the reason and the distance, for somebody to look on the spot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.editing.renode import once_noded
from gis.faults import Action, Fault, FaultKind
from gis.layers import LayerSet
from gis.mending.records import Mend, MendKind, Stays, Why
from gis.noding import Noded, NodingOptions, build_city
from network.columns import Int64
from network.topology import City

ISLAND_REACH_M = 2.0
"""An island whose end misses another main by no more than this is believed to meet it."""

SEEN_M = (60.0, 500.0, 5_000.0)
"""How far around an island the nearest other main is looked for, in steps."""

_TOUCH_M = 0.001


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What is wrong with a drawing.

    Attributes:
        components: How many parts of the city meet one another nowhere.
    """

    noded: Noded
    components: int
    mends: tuple[Mend, ...]
    stays: tuple[Stays, ...]


def diagnose(layers: LayerSet, options: NodingOptions) -> Diagnosis:
    """Find what could be mended in *layers*, which have been noded before with *options*; nodes all of them anew."""
    noded = build_city(layers, once_noded(options))
    count, label = components(noded.city)
    mends = [mend for fault in noded.faults if (mend := _of_fault(fault, options)) is not None]
    stays = [left for fault in noded.faults if (left := _left(fault, options)) is not None]
    joined = {name for mend in mends if mend.kind is MendKind.JOIN for name in (mend.feature, mend.other)}
    islands = list(_islands(noded, label, joined))
    mends += [found for found in islands if isinstance(found, Mend)]
    stays += [found for found in islands if isinstance(found, Stays)]
    return Diagnosis(noded, count, tuple(_once(mends)), tuple(stays))


def _once(mends: Sequence[Mend]) -> Iterator[Mend]:
    """Each mend once: two ends that miss each other are one matter."""
    seen: set[tuple[frozenset[str], float]] = set()
    for mend in mends:
        matter = (frozenset((f"{mend.layer} {mend.feature}", f"pipe {mend.other}")), round(mend.distance_m, 6))
        if matter not in seen:
            seen.add(matter)
            yield mend


def components(city: City) -> tuple[int, Int64]:
    """How many parts of *city* meet one another nowhere, and the part of each pipe, shape (pipes,)."""
    pipes, nodes = city.network.pipes, len(city.network.nodes)
    if not len(pipes):
        return 0, np.empty(0, dtype=np.int64)
    graph = coo_array((np.ones(len(pipes), dtype=np.int8), (pipes.from_node, pipes.to_node)), shape=(nodes, nodes))
    count, label = connected_components(graph, directed=False)
    of_pipe: Int64 = label[pipes.from_node].astype(np.int64)
    return int(count), of_pipe


def _of_fault(fault: Fault, options: NodingOptions) -> Mend | None:
    if fault.x_m is None or fault.y_m is None:
        return None
    other, distance_m = str(fault.detail.get("other", "")), float(fault.detail.get("distance_m", 0.0))
    at = (fault.x_m, fault.y_m, distance_m)
    match fault.kind:
        case FaultKind.END_ON_MIDDLE | FaultKind.NEAR_MISS_END if fault.action is Action.KEPT and other:
            return Mend(MendKind.JOIN, fault.kind, "pipe", fault.feature, other, *at)
        case FaultKind.VALVE_OFF_PIPE if 0.0 < distance_m <= options.id_reach_m:
            return Mend(MendKind.MOVE_VALVE, fault.kind, fault.layer, fault.feature, "", *at)
        case FaultKind.DUPLICATE_FEATURE if fault.layer == "pipe" and fault.action is Action.KEPT:
            return Mend(MendKind.DELETE_TWIN, fault.kind, "pipe", fault.feature, other, *at)
        case _:
            return None


def _left(fault: Fault, options: NodingOptions) -> Stays | None:
    if fault.x_m is None or fault.y_m is None:
        return None
    distance_m, at = float(fault.detail.get("distance_m", 0.0)), (fault.x_m, fault.y_m)
    if fault.kind is FaultKind.OVERLAPPING:
        return Stays(Why.OVERLAPS, "pipe", fault.feature, *at, other=str(fault.detail.get("other", "")))
    if fault.kind is FaultKind.VALVE_OFF_PIPE and not 0.0 < distance_m <= options.id_reach_m:
        return Stays(Why.VALVE_FAR, fault.layer, fault.feature, *at, distance_m=distance_m)
    if fault.kind is FaultKind.VALVE_PLACE_AMBIGUOUS and fault.action is Action.SKIPPED:
        return Stays(Why.VALVE_BETWEEN, fault.layer, fault.feature, *at, other=str(fault.detail.get("other", "")))
    return None


@dataclass(frozen=True)
class _Gap:
    """The narrowest gap between an island and the rest: an end of *pipe* and the line of *other*."""

    distance_m: float
    pipe: int
    other: int
    x_m: float
    y_m: float


def _islands(noded: Noded, label: Int64, joined: set[str]) -> Iterator[Mend | Stays]:
    """Every island that no other mend joins: a mend where an end of it or to it nearly meets, else why it stays."""
    if not len(label):
        return
    lines, ids = noded.layers.get("pipe").geometry, noded.layers.get("pipe").columns["id"]
    length_m = noded.city.network.pipes.length_m
    mainland = int(np.argmax(np.bincount(label, weights=length_m)))
    tree = shapely.STRtree(lines)
    for island in [part for part in np.unique(label).tolist() if part != mainland]:
        rows = np.flatnonzero(label == island)
        if joined.intersection(ids[rows].tolist()):
            continue
        longest = int(rows[np.argmax(length_m[rows])])
        size = (len(rows), float(length_m[rows].sum()))
        gap, near = _gap(lines, tree, label, rows)
        if gap is not None and gap.distance_m <= ISLAND_REACH_M:
            names = (str(ids[gap.pipe]), str(ids[gap.other]))
            yield Mend(MendKind.JOIN, "island", "pipe", *names, gap.x_m, gap.y_m, gap.distance_m)
        else:
            yield _standing(lines, ids, rows[np.argsort(rows != longest)], near, size)


def _gap(
    lines: NDArray[np.object_], tree: shapely.STRtree, label: Int64, rows: Int64
) -> tuple[_Gap | None, tuple[int, int, float] | None]:
    """The narrowest gap at an end, and the nearest pair of lines whatever their ends: row, other row, distance."""
    mine, other = _seen(lines, tree, label, rows)
    if not len(mine):
        return None, None
    between = np.asarray(shapely.distance(lines[mine], lines[other]))
    best = int(np.argmin(between))
    narrowest: _Gap | None = None
    for pipe, line in ((mine, other), (other, mine)):
        for end in (0, -1):
            points = np.asarray(shapely.get_point(lines[pipe], end), dtype=object)
            away = np.asarray(shapely.distance(points, lines[line]))
            at = int(np.argmin(away))
            if narrowest is None or away[at] < narrowest.distance_m - _TOUCH_M:
                x_m, y_m = shapely.get_coordinates(points[at])[0].tolist()
                narrowest = _Gap(float(away[at]), int(pipe[at]), int(line[at]), x_m, y_m)
    return narrowest, (int(mine[best]), int(other[best]), float(between[best]))


def _seen(lines: NDArray[np.object_], tree: shapely.STRtree, label: Int64, rows: Int64) -> tuple[Int64, Int64]:
    """Pairs of a pipe of the island *rows* and one beyond it, those within the first step that has any."""
    for reach_m in SEEN_M:
        at, other = tree.query(lines[rows], predicate="dwithin", distance=reach_m)
        mine = rows[at]
        apart = label[mine] != label[other]
        if apart.any():
            return mine[apart], other[apart]
    return rows[:0], rows[:0]


def _standing(
    lines: NDArray[np.object_],
    ids: NDArray[np.object_],
    rows: Sequence[int] | Int64,
    near: tuple[int, int, float] | None,
    size: tuple[int, float],
) -> Stays:
    """Why an island stays: it crosses another main without a junction, lies apart from it, or nothing is near."""
    row = int(rows[0]) if near is None else near[0]
    x_m, y_m = shapely.get_coordinates(shapely.line_interpolate_point(lines[row], 0.5, normalized=True))[0].tolist()
    if near is None:
        return Stays(Why.FAR, "pipe", str(ids[row]), x_m, y_m, *size)
    why = Why.CROSSES if near[2] <= _TOUCH_M else Why.APART
    return Stays(why, "pipe", str(ids[row]), x_m, y_m, *size, str(ids[near[1]]), near[2])
