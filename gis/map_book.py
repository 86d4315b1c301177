"""Which sheets a map book has: tiles over an area, a row along a way, one for each named area; and their neighbours."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gis.errors import GisError
from gis.paper import MM_PER_M, Frame
from gis.scene.view import Bounds
from network.answers import PipeParts
from network.columns import Float64
from network.stretches import stretch_lines
from network.topology import City
from network.ways import Route

MOST_SHEETS: Final = 500
SIDES: Final = ("west", "north", "east", "south")
_FILLED = 0.88
"""Share of a sheet along a way that the way may take; the rest is what lies beside it."""
_STEPS = 24
"""A way is walked in steps of so small a part of a sheet."""
_BEYOND = 0.04


@dataclass(frozen=True)
class BookSheet:
    """One map of a book.

    Attributes:
        number: From 1.
        name: Of the area; "" for tiles and ways.
        bounds: What it shows, project CRS.
        scale: Its denominator.
    """

    number: int
    name: str
    bounds: Bounds
    scale: int


def tiles(extent: Bounds, frame: Frame, scale: int, holds: Callable[[Bounds], bool]) -> tuple[BookSheet, ...]:
    """Sheets side by side over *extent*, row by row from the north-west; those that hold nothing are left out.

    Raises:
        GisError: ``print.too_many_sheets``.
    """
    width_m, height_m = (side * scale / MM_PER_M for side in (frame.width_mm, frame.height_mm))
    columns = max(1, math.ceil((extent.x_max - extent.x_min) / width_m - 1e-9))
    rows = max(1, math.ceil((extent.y_max - extent.y_min) / height_m - 1e-9))
    # Empty tiles are left out later, but to try a million of them helps nobody.
    _refuse_many(columns * rows, most=20 * MOST_SHEETS)
    middle_x, middle_y = extent.centre
    west, north = middle_x - columns * width_m / 2, middle_y + rows * height_m / 2
    kept = [
        bounds
        for row in range(rows)
        for column in range(columns)
        if holds(
            bounds := Bounds(
                west + column * width_m,
                north - (row + 1) * height_m,
                west + (column + 1) * width_m,
                north - row * height_m,
            )
        )
    ]
    return _numbered([("", bounds, scale) for bounds in kept])


def along(line_m: Float64, frame: Frame, scale: int) -> tuple[BookSheet, ...]:
    """Sheets along a way, each as far as it reaches; the next begins a little before the last ends.

    Args:
        line_m: Shape (n, 2), n ≥ 1, project CRS.
        frame: The map's room on a sheet.
        scale: Denominator.

    Raises:
        GisError: ``print.too_many_sheets``.
    """
    room_w, room_h = (side * scale / MM_PER_M * _FILLED for side in (frame.width_mm, frame.height_mm))
    step_m = min(room_w, room_h) / _STEPS
    length_m = float(np.hypot(*np.diff(line_m, axis=0).T).sum())
    _refuse_many(math.ceil(length_m / math.hypot(room_w, room_h)))
    places = _walked(line_m, step_m)
    found, first = [], 0
    while True:
        low, high, last = places[first], places[first], first
        while last + 1 < len(places):
            lower, higher = np.minimum(low, places[last + 1]), np.maximum(high, places[last + 1])
            if higher[0] - lower[0] > room_w or higher[1] - lower[1] > room_h:
                break
            low, high, last = lower, higher, last + 1
        middle = (low + high) / 2
        found.append(("", frame.ground((float(middle[0]), float(middle[1])), scale), scale))
        if last + 1 >= len(places):
            return _numbered(found)
        first = max(last - 1, first + 1)


def way_line(city: City, way: Route) -> Float64:
    """The line of *way* from its start to its goal. Shape (n, 2), project CRS."""
    parts = PipeParts(way.pipe, np.minimum(way.from_m, way.to_m), np.maximum(way.from_m, way.to_m))
    lines = stretch_lines(city, parts)
    joined: Float64 = np.concatenate(
        [line[::-1] if against else line for line, against in zip(lines, way.from_m > way.to_m, strict=True)]
    )
    return joined


def named(areas: Mapping[str, Bounds], frame: Frame, scale: int | None) -> tuple[BookSheet, ...]:
    """One sheet for each area, by name; at *scale*, or each at the largest customary one that shows all of it.

    An area that does not fit at *scale* gets a smaller one: a border cut off would mislead.

    Raises:
        GisError: ``print.too_many_sheets``.
    """
    found = []
    for name in sorted(areas):
        fitted = frame.fitting_scale(areas[name])
        chosen = scale if scale is not None and frame.fits(areas[name], scale) else fitted
        found.append((name, frame.ground(areas[name].centre, chosen), chosen))
    return _numbered(found)


def neighbours(sheets: Sequence[BookSheet], at: BookSheet) -> dict[str, int]:
    """Numbers of the sheets that go on beyond each side of *at*: the one that shows most of what lies there."""
    beyond = _strips(at.bounds)
    told = {}
    for side in SIDES:
        shared = {other.number: _shared(beyond[side], other.bounds) for other in sheets if other.number != at.number}
        best = max(shared, key=lambda number: (shared[number], -abs(number - at.number)), default=0)
        if best and shared[best] > 0:
            told[side] = best
    return told


def _strips(box: Bounds) -> dict[str, Bounds]:
    """What lies just beyond each side."""
    out_x, out_y = (box.x_max - box.x_min) * _BEYOND, (box.y_max - box.y_min) * _BEYOND
    return {
        "west": Bounds(box.x_min - out_x, box.y_min, box.x_min, box.y_max),
        "east": Bounds(box.x_max, box.y_min, box.x_max + out_x, box.y_max),
        "north": Bounds(box.x_min, box.y_max, box.x_max, box.y_max + out_y),
        "south": Bounds(box.x_min, box.y_min - out_y, box.x_max, box.y_min),
    }


def _shared(one: Bounds, other: Bounds) -> float:
    """Area of both, m²."""
    width_m = min(one.x_max, other.x_max) - max(one.x_min, other.x_min)
    height_m = min(one.y_max, other.y_max) - max(one.y_min, other.y_min)
    return max(width_m, 0.0) * max(height_m, 0.0)


def _walked(line_m: Float64, step_m: float) -> Float64:
    """The line's corners, and places between them no farther apart than *step_m*."""
    pieces = [line_m[:1]]
    for begin, end in itertools.pairwise(line_m):
        count = max(1, math.ceil(float(np.hypot(*(end - begin))) / step_m))
        pieces.append(begin + (end - begin) * (np.arange(1, count + 1) / count)[:, None])
    walked: Float64 = np.concatenate(pieces)
    return walked


def _numbered(found: Sequence[tuple[str, Bounds, int]]) -> tuple[BookSheet, ...]:
    _refuse_many(len(found))
    return tuple(BookSheet(number, *sheet) for number, sheet in enumerate(found, start=1))


def _refuse_many(count: int, most: int = MOST_SHEETS) -> None:
    if count > most:
        raise GisError("print.too_many_sheets", sheets=count, most=MOST_SHEETS)
