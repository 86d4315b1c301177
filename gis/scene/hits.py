"""What lies under a click, from the same cells that are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.scene.along import PipeLines
from gis.scene.cells import take
from gis.scene.points import Points
from gis.scene.scene import Scene
from gis.scene.view import Bounds

POINT_LAYERS = ("device", "hydrant", "source", "station", "customer", "node")
"""Point things that can be hit, in the order in which they are preferred at equal distance."""


@dataclass(frozen=True)
class MapHit:
    """One thing near a place.

    Attributes:
        kind: ``pipe`` or one of :data:`POINT_LAYERS`.
        row: Row in the table of its kind.
        offset_m: On a pipe: recorded metres from its from_node to the nearest point; None for points.
        x_m, y_m: Nearest point of the thing, project CRS.
        distance_m: From the place asked about.
    """

    kind: str
    row: int
    offset_m: float | None
    x_m: float
    y_m: float
    distance_m: float


def nearest_pipe(
    scene: Scene, pipes: PipeLines, x_m: float, y_m: float, within_m: float, classes: tuple[int, ...] | None = None
) -> MapHit | None:
    """The pipe nearest to a place.

    Args:
        scene: Drawn from.
        pipes: Of the same city.
        x_m: Place, project CRS.
        y_m: Place, project CRS.
        within_m: How far it may lie.
        classes: Which diameters count; all where None.
    """
    origin = np.array(scene.origin_m)
    at = np.array([x_m, y_m]) - origin
    box = Bounds(at[0], at[1], at[0], at[1]).grown(within_m)
    lines = scene.mains
    wanted = range(lines.index.classes) if classes is None else classes
    runs = [run for of_class in wanted for run in lines.near(box, of_class)]
    segments = take(lines.xy_m, runs).astype(np.float64)
    if not len(segments):
        return None
    along_m, distance_m = _to_segments(segments, at)
    best = int(np.argmin(distance_m))
    if distance_m[best] > within_m:
        return None
    row = int(take(lines.owner, runs)[best])
    drawn_m = float(pipes.drawn_m(np.array([row]))[0])
    at_m = min(float(take(lines.start_m, runs)[best]) + float(along_m[best]), drawn_m)
    offset_m = at_m / drawn_m * float(pipes.length_m[row]) if drawn_m else 0.0
    place, _ = pipes.places(np.array([row]), np.array([offset_m]))
    return MapHit("pipe", row, offset_m, float(place[0, 0]), float(place[0, 1]), float(distance_m[best]))


def nearest_point(scene: Scene, kind: str, x_m: float, y_m: float, within_m: float) -> MapHit | None:
    """The nearest thing of one of :data:`POINT_LAYERS` to a place (project CRS), if any is near enough."""
    return nearest_of(scene, getattr(scene, f"{kind}s"), kind, x_m, y_m, within_m)


def nearest_of(scene: Scene, points: Points, kind: str, x_m: float, y_m: float, within_m: float) -> MapHit | None:
    """The nearest of *points*, which are things of a kind, to a place (project CRS), if any is near enough."""
    origin_x, origin_y = scene.origin_m
    local_x, local_y = x_m - origin_x, y_m - origin_y
    found = points.near(Bounds(local_x, local_y, local_x, local_y).grown(within_m))
    if not len(found):
        return None
    away_m = np.hypot(found.xy_m[:, 0].astype(np.float64) - local_x, found.xy_m[:, 1].astype(np.float64) - local_y)
    best = int(np.argmin(away_m))
    if away_m[best] > within_m:
        return None
    spot_x, spot_y = (float(value) for value in found.xy_m[best])
    return MapHit(kind, int(found.row[best]), None, spot_x + origin_x, spot_y + origin_y, float(away_m[best]))


def _to_segments(segments: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Along each segment (metres from its start) to the point nearest to *at*, and how far that is."""
    start, move = segments[:, :2], segments[:, 2:] - segments[:, :2]
    length_m = np.hypot(move[:, 0], move[:, 1])
    dot = ((at - start) * move).sum(axis=1)
    share = np.clip(np.divide(dot, length_m**2, out=np.zeros(len(dot)), where=length_m > 0), 0, 1)
    nearest = start + move * share[:, None]
    return share * length_m, np.hypot(*(at - nearest).T)
