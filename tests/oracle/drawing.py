"""How a test town is drawn: pipes bent between their junctions, a loop as a kite beside its junction."""

from __future__ import annotations

import math

from shapely import LineString, Point
from shapely.ops import substring

from oracle.town import Main, Town

LOOP_M = 4.0


def corners(town: Town, main: Main) -> list[tuple[float, float]]:
    """Vertices of *main*, from its start to its end. No two mains share a line: each bulges in its own way."""
    places = {junction.id: (junction.x_m, junction.y_m) for junction in town.junctions}
    (x_m, y_m), (end_x_m, end_y_m) = places[main.start], places[main.end]
    rank = 1 + sorted(other.id for other in town.mains).index(main.id)
    if main.start == main.end:
        size_m = LOOP_M + 2 * rank
        out = [(x_m + size_m, y_m - size_m), (x_m + 2 * size_m, y_m + rank), (x_m + size_m, y_m + size_m)]
        return [(x_m, y_m), *out, (x_m, y_m)]
    # The bulge is to the same side whichever way the main is drawn.
    side = 1.0 if main.start < main.end else -1.0
    length_m = math.dist(places[main.start], places[main.end])
    bulge = side * (1.3 * rank + 0.7) / length_m
    middle = (
        (x_m + end_x_m) / 2 - bulge * (end_y_m - y_m),
        (y_m + end_y_m) / 2 + bulge * (end_x_m - x_m),
    )
    return [(x_m, y_m), middle, (end_x_m, end_y_m)]


def line_of(town: Town, main: Main, start_m: float, end_m: float) -> LineString:
    """The drawn line of a stretch, places taken in proportion to the recorded length."""
    line = LineString(corners(town, main))
    return substring(line, start_m / main.length_m, end_m / main.length_m, normalized=True)


def point_on(town: Town, main: Main, offset_m: float) -> Point:
    """The drawn place of an offset."""
    return LineString(corners(town, main)).interpolate(offset_m / main.length_m, normalized=True)
