"""A picture of the city under its mains: from files in the workspace's folder ``basemap``, none needed.

Files are opened by the thread that paints tiles, when the first tile is painted; what is wrong with them is told once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QObject, QRectF, Signal
from PySide6.QtGui import QImage, QPainter

from app.requests import Failed
from app.ui.theme import Theme
from gis.graticule import Graticule
from gis.scene.view import MapView
from network.errors import CodedError

Pixels = NDArray[np.uint8]
OpenBasemap = Callable[[Path, Graticule], "Callable[[], TileSource] | None"]
"""How the pictures of a workspace's folder are opened; None where it has none."""

_DIMMED = 0.55
"""Strength of the picture in the dark theme: web maps are drawn for white paper."""


class TileSource(Protocol):
    """What gives pictures of views (:class:`gis.basemap.BasemapStack`)."""

    def picture(self, view: MapView, decode: Callable[[bytes], Pixels | None]) -> tuple[Pixels, int]:
        """RGBA of every device pixel, transparent where there is nothing, and how many tiles were broken."""


class Backdrop(QObject):
    """Paints the picture under a view.

    Signals:
        failed: The files cannot be used, or a tile of them is broken: Failed. Once for each.
    """

    failed = Signal(object)

    def __init__(self, open_source: Callable[[], TileSource]) -> None:
        super().__init__()
        self._open = open_source
        self._source: TileSource | None = None
        self._told: set[str] = set()

    def paint(self, painter: QPainter, view: MapView, theme: Theme) -> bool:
        """Paint it; False where there is nothing to be seen."""
        source = self._opened()
        if source is None:
            return False
        try:
            pixels, broken = source.picture(view, decode)
        except CodedError as error:
            self._tell(Failed(error.code, error.detail))
            return False
        if broken:
            self._tell(Failed("basemap.broken_tiles"))
        if not pixels[..., 3].any():
            return False
        height, width = pixels.shape[:2]
        image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
        painter.setOpacity(_DIMMED if theme.dark else 1.0)
        painter.drawImage(QRectF(0, 0, view.width_px, view.height_px), image, QRectF(0, 0, width, height))
        painter.setOpacity(1.0)
        return True

    def _opened(self) -> TileSource | None:
        if self._source is None and "opening" not in self._told:
            try:
                self._source = self._open()
            except CodedError as error:
                self._told.add("opening")
                self._tell(Failed(error.code, error.detail))
        return self._source

    def _tell(self, failed: Failed) -> None:
        if failed.code not in self._told:
            self._told.add(failed.code)
            self.failed.emit(failed)


def decode(data: bytes) -> Pixels | None:
    """A tile's file (PNG, JPEG, WebP) as RGBA; None where it is none."""
    image = QImage.fromData(QByteArray(data))
    if image.isNull():
        return None
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).copy()
