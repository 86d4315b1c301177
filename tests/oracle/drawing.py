"""How a test town is drawn: pipes straight between their junctions, a loop as a diamond beside its junction."""

from __future__ import annotations

from shapely import LineString, Point
from shapely.ops import substring

from oracle.town import Main, Town

LOOP_M = 4.0


def corners(town: Town, main: Main) -> list[tuple[float, float]]:
    """Vertices of *main*, from its start to its end."""
    places = {junction.id: (junction.x_m, junction.y_m) for junction in town.junctions}
    (x_m, y_m), end = places[main.start], places[main.end]
    if main.start == main.end:
        out = [(x_m + LOOP_M, y_m - LOOP_M), (x_m + 2 * LOOP_M, y_m), (x_m + LOOP_M, y_m + LOOP_M)]
        return [(x_m, y_m), *out, end]
    return [(x_m, y_m), end]


def line_of(town: Town, main: Main, start_m: float, end_m: float) -> LineString:
    """The drawn line of a stretch, places taken in proportion to the recorded length."""
    line = LineString(corners(town, main))
    return substring(line, start_m / main.length_m, end_m / main.length_m, normalized=True)


def point_on(town: Town, main: Main, offset_m: float) -> Point:
    """The drawn place of an offset."""
    return LineString(corners(town, main)).interpolate(offset_m / main.length_m, normalized=True)
