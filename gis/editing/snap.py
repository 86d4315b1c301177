"""Where a pointer means to be: on an end, a corner, a line, or square to a line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely

from gis.editing.source import LayerSource
from network.columns import Float64


class SnapKind(StrEnum):
    """What the pointer was drawn to, strongest first."""

    END = "end"
    VERTEX = "vertex"
    PERPENDICULAR = "perpendicular"
    LINE = "line"
    NONE = "none"


@dataclass(frozen=True)
class Snap:
    """A place that a pointer was drawn to.

    Attributes:
        x_m, y_m: The place; the pointer's own where nothing draws it.
        pipe: The pipe that it lies on, "" for none.
        node: The node at that end of the pipe, "" away from ends.
        distance_m: From the pointer to the place.
    """

    kind: SnapKind
    x_m: float
    y_m: float
    pipe: str = ""
    node: str = ""
    distance_m: float = 0.0

    @property
    def xy_m(self) -> tuple[float, float]:
        """The place."""
        return (self.x_m, self.y_m)


def snap(
    source: LayerSource, x_m: float, y_m: float, tolerance_m: float, before: tuple[float, float] | None = None
) -> Snap:
    """What the pointer at (*x_m*, *y_m*) means: an end of a pipe before a corner, before a square foot, before a line.

    Args:
        source: The layers.
        x_m: Easting of the pointer, project CRS.
        y_m: Its northing.
        tolerance_m: How far it is drawn.
        before: The vertex drawn before: from there the foot of the perpendicular draws as well.
    """
    box = np.array([[x_m - tolerance_m, y_m - tolerance_m, x_m + tolerance_m, y_m + tolerance_m]])
    pipes = source.within("pipe", box)
    best = Snap(SnapKind.NONE, x_m, y_m)
    rank = list(SnapKind)
    for row, line in enumerate(pipes.geometry):
        ends = (str(pipes.text("from_node")[row]), str(pipes.text("to_node")[row]))
        for found in _candidates(line, str(pipes.columns["id"][row]), ends, np.array([x_m, y_m]), before):
            closer = (rank.index(found.kind), found.distance_m) < (rank.index(best.kind), best.distance_m)
            if found.distance_m <= tolerance_m and closer:
                best = found
    return best


def _candidates(
    line: shapely.Geometry, pipe: str, ends: tuple[str, str], at: Float64, before: tuple[float, float] | None
) -> list[Snap]:
    xy = shapely.get_coordinates(line)
    away = np.hypot(*(xy - at).T)
    found = [_to(SnapKind.END, xy[row], at, pipe, node) for row, node in ((0, ends[0]), (-1, ends[1]))]
    if len(xy) > 2:
        found.append(_to(SnapKind.VERTEX, xy[1 + int(np.argmin(away[1:-1]))], at, pipe))
    if before is not None:
        found += [_to(SnapKind.PERPENDICULAR, foot, at, pipe) for foot in _feet(xy, np.array(before))]
    drawn = shapely.LineString(xy)
    on = drawn.interpolate(drawn.project(shapely.Point(at)))
    return [*found, _to(SnapKind.LINE, np.array([on.x, on.y]), at, pipe)]


def _feet(xy: Float64, before: Float64) -> Float64:
    """Feet of the perpendiculars from *before* onto the stretches of a line, where they fall between their ends."""
    start, step = xy[:-1], np.diff(xy, axis=0)
    square = (step**2).sum(axis=1)
    share = np.divide(((before - start) * step).sum(axis=1), square, out=np.full(len(step), -1.0), where=square > 0.0)
    inside = (share > 0.0) & (share < 1.0)
    feet: Float64 = start[inside] + share[inside, None] * step[inside]
    return feet


def _to(kind: SnapKind, place: Float64, at: Float64, pipe: str, node: str = "") -> Snap:
    return Snap(kind, float(place[0]), float(place[1]), pipe, node, float(np.hypot(*(place - at))))
