"""Things that are too many to be drawn one by one: marks for those that stand together, farther away a veil.

Nothing leaves the map without a word: what a scale has no room for is gathered, and the legend says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPagedPaintDevice, QPainter

from app.ui.map.qtdraw import blend, colour
from app.ui.map.stamps import stamp
from app.ui.theme import Theme
from gis.scene.density import by_cells, gathered
from gis.scene.detail import Detail, MapLayer
from gis.scene.points import Points
from gis.scene.scene import Scene
from gis.scene.view import Bounds, MapView

MARK_BIN_PX = 22.0
"""Marks stand about so far apart, where things are many."""
_HAZE_BIN_PX = 20.0
_VEILED_FROM_M_PER_PX = 8.0
"""Farther away every mark has a neighbour on each side: they would cover the mains and tell nothing."""
_BY_CELLS_FROM_M_PER_PX = 16.0
"""Farther away the scene's own cells are fine enough for a veil, and nothing need be counted."""
_FROM = (1, 2, 5, 16, 64)
_RADIUS_PX = (1.2, 1.7, 2.3, 3.0, 3.8)
"""Size of a mark that stands for so many things or more."""
_INK = 0.6
_FINER = 4
_VEILS = {MapLayer.CUSTOMERS: (900.0, 0.2), MapLayer.VALVES: (8_000.0, 0.1), MapLayer.HYDRANTS: (16_000.0, 0.1)}
"""Where each thing has so much ground to itself (square metres), the veil is half as strong as it can be; how strong
that is."""

_DIAMOND = np.array([[0.0, -1.2], [1.2, 0.0], [0.0, 1.2], [-1.2, 0.0], [0.0, -1.2]])
_PLUS = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [0.0, -1.0], [0.0, 1.0], [0.0, 0.0], [-1.0, 0.0]])
_SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])


@dataclass(frozen=True, eq=False)
class _Mark:
    """How a layer's marks look."""

    outline: np.ndarray
    filled: bool

    def paint(self, painter: QPainter, px: np.ndarray, radius_px: float, theme: Theme) -> None:
        """One mark at each of *px*."""
        ink = blend(theme.t3, theme.map_ground, _INK).name()
        stamp(painter, px, self.outline * radius_px, ink if self.filled else None, ink, 0.8 if self.filled else 1.1)


_MARKS: Mapping[MapLayer, _Mark] = {
    MapLayer.VALVES: _Mark(_DIAMOND, filled=True),
    MapLayer.HYDRANTS: _Mark(_PLUS, filled=False),
    MapLayer.STATIONS: _Mark(_SQUARE, filled=False),
}
GATHERED = (MapLayer.VALVES, MapLayer.HYDRANTS, MapLayer.STATIONS, MapLayer.CUSTOMERS)


def gathers(layer: MapLayer, detail: Detail) -> bool:
    """True where a scale has no room for each thing of *layer*."""
    one_by_one = {
        MapLayer.VALVES: detail.valves,
        MapLayer.HYDRANTS: detail.hydrants,
        MapLayer.STATIONS: detail.stations,
        MapLayer.CUSTOMERS: detail.customers,
    }
    return not one_by_one.get(layer, True)


def is_veil(layer: MapLayer, m_per_px: float) -> bool:
    """True where a layer that is gathered is a veil over the ground, and no marks."""
    return layer is MapLayer.CUSTOMERS or (layer in _VEILS and m_per_px >= _VEILED_FROM_M_PER_PX)


def points_of(scene: Scene, layer: MapLayer) -> Points:
    """Everything of a layer that is gathered."""
    return {
        MapLayer.VALVES: scene.devices,
        MapLayer.HYDRANTS: scene.hydrants,
        MapLayer.STATIONS: scene.stations,
        MapLayer.CUSTOMERS: scene.customers,
    }[layer]


def paint_veil(painter: QPainter, local: MapView, scene: Scene, layer: MapLayer, theme: Theme) -> None:
    """Paint a layer as a veil; *local* is the view in scene coordinates."""
    points = points_of(scene, layer)
    if local.m_per_px >= _BY_CELLS_FROM_M_PER_PX:
        count, box = by_cells(points.index, local.bounds.grown(points.index.grid.cell_m))
    else:
        bin_m = _HAZE_BIN_PX * local.m_per_px
        heaps = gathered(points, local.bounds.grown(bin_m), bin_m)
        count, box = heaps.count, heaps.box
    _paint_counts(painter, local, count, box, layer, theme)


def paint_marks(painter: QPainter, local: MapView, scene: Scene, layer: MapLayer, theme: Theme) -> None:
    """Paint a layer as marks; *local* is the view in scene coordinates."""
    seen, bin_m = local.bounds.grown(_RADIUS_PX[-1] * local.m_per_px), MARK_BIN_PX * local.m_per_px
    xy_m, count = gathered(points_of(scene, layer), seen, bin_m).middles()
    px, size = local.many_to_px(xy_m), np.searchsorted(_FROM, count, side="right") - 1
    for at in np.unique(size).tolist():
        _MARKS[layer].paint(painter, px[size == at], _RADIUS_PX[at], theme)


def _paint_counts(
    painter: QPainter, local: MapView, count: np.ndarray, box: Bounds, layer: MapLayer, theme: Theme
) -> None:
    """The denser the more there are; smooth, so that it has no edges that could be taken for one."""
    if not count.any():
        return
    half_m2, most = _VEILS[layer]
    bin_m = (box.x_max - box.x_min) / count.shape[1]
    # Nothing around it: where a city ends the veil fades out, it is not cut off.
    count, box = np.pad(count, 1), box.grown(bin_m)
    rows, columns = count.shape
    alpha = (count / (count + bin_m**2 / half_m2))[::-1] * most
    ink = colour(theme.t3)
    # Premultiplied, or the veil would be black where it ends.
    pixels = np.round(alpha[..., None] * [ink.blue(), ink.green(), ink.red(), 255]).astype(np.uint8)
    image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
    if isinstance(painter.device(), QPagedPaintDevice):
        # Who shows a file draws its pixels as squares: there they are made so small that nobody sees them.
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(columns * _FINER, rows * _FINER, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    (left, top), (right, bottom) = local.to_px(box.x_min, box.y_max), local.to_px(box.x_max, box.y_min)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(left, top, right - left, bottom - top), image)


def paint_sample(layer: MapLayer, painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """What a legend shows of a layer that is gathered as marks, the middle at (x, y)."""
    for shift, radius_px in zip((-9.0, -2.0, 7.0), _RADIUS_PX[::2], strict=True):
        _MARKS[layer].paint(painter, np.array([[x + shift, y]]), radius_px, theme)


def paint_veil_sample(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """What a legend shows of a veil."""
    for step in range(4):
        painter.fillRect(QRectF(x - 12.0 + 6 * step, y - 6.0, 6.0, 12.0), colour(theme.t3, 0.08 * (step + 1)))
