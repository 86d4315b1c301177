"""Where a pointer means to be while something is drawn: on an end, a corner, square to a line, on a line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.ui.map.content import MapContent
from app.ui.map.picking import PIPE_REACH_PX
from gis.scene.hits import nearest_pipe, nearest_point
from gis.scene.scene import DnClass
from gis.scene.view import MapView

_NODE_REACH_PX, _VERTEX_REACH_PX = 10.0, 8.0
END, VERTEX, SQUARE, LINE, NONE = "end", "vertex", "square", "line", "none"


@dataclass(frozen=True)
class SnapMark:
    """What a pointer was drawn to.

    Attributes:
        kind: end, vertex, square (to a line, from the vertex before), line, none.
        x_m, y_m: The place, project CRS.
        pipe: Row of the pipe that it lies on, -1 for none.
        node: Row of the junction at an end, -1 away from ends.
        vertex: Which vertex of the pipe it is, -1 for none.
    """

    kind: str
    x_m: float
    y_m: float
    pipe: int = -1
    node: int = -1
    vertex: int = -1

    @property
    def xy_m(self) -> tuple[float, float]:
        """The place."""
        return (self.x_m, self.y_m)


def snap_at(
    content: MapContent, view: MapView, x_px: float, y_px: float, before: tuple[float, float] | None = None
) -> SnapMark:
    """What the pointer at a pixel means; *before* is the vertex drawn before, project CRS."""
    x_m, y_m = view.to_m(x_px, y_px)
    pipe = nearest_pipe(content.scene, content.pipes, x_m, y_m, PIPE_REACH_PX * view.m_per_px, tuple(DnClass))
    row = -1 if pipe is None else pipe.row
    node = nearest_point(content.scene, "node", x_m, y_m, _NODE_REACH_PX * view.m_per_px)
    if node is not None:
        return SnapMark(END, node.x_m, node.y_m, row, node.row)
    if pipe is None:
        return SnapMark(NONE, x_m, y_m)
    xy_m = content.pipes.lines[row]
    inner = xy_m[1:-1]
    if len(inner):
        away_m = np.hypot(*(inner - (x_m, y_m)).T)
        best = int(np.argmin(away_m))
        if away_m[best] <= _VERTEX_REACH_PX * view.m_per_px:
            return SnapMark(VERTEX, float(inner[best, 0]), float(inner[best, 1]), row, vertex=best + 1)
    foot = _foot(xy_m, before, np.array([x_m, y_m]), PIPE_REACH_PX * view.m_per_px)
    if foot is not None:
        return SnapMark(SQUARE, *foot, row)
    return SnapMark(LINE, pipe.x_m, pipe.y_m, row)


def _foot(
    xy_m: np.ndarray, before: tuple[float, float] | None, at: np.ndarray, reach_m: float
) -> tuple[float, float] | None:
    """Foot of the perpendicular from *before* onto a line, where it falls near the pointer."""
    if before is None:
        return None
    start, step = xy_m[:-1], np.diff(xy_m, axis=0)
    square = (step**2).sum(axis=1)
    share = np.divide(((before - start) * step).sum(axis=1), square, out=np.full(len(step), -1.0), where=square > 0)
    feet = (start + share[:, None] * step)[(share > 0) & (share < 1)]
    if not len(feet):
        return None
    away_m = np.hypot(*(feet - at).T)
    best = int(np.argmin(away_m))
    return (float(feet[best, 0]), float(feet[best, 1])) if away_m[best] <= reach_m else None


def stretch_of(xy_m: np.ndarray, x_m: float, y_m: float) -> int:
    """Which stretch of a line lies nearest to a place: a new corner there is vertex number so many plus one."""
    start, step = xy_m[:-1], np.diff(xy_m, axis=0)
    square = (step**2).sum(axis=1)
    dot = ((np.array([x_m, y_m]) - start) * step).sum(axis=1)
    share = np.clip(np.divide(dot, square, out=np.zeros(len(step)), where=square > 0), 0.0, 1.0)
    feet = start + share[:, None] * step
    return int(np.argmin(np.hypot(*(feet - (x_m, y_m)).T)))
