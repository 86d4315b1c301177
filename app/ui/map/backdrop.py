"""A map of the city under its mains: pictures and shapes from files in the workspace's folder ``basemap``, none needed.

Files are opened by the thread that paints tiles, when the first tile is painted; what is wrong with them is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QObject, QRectF, Signal
from PySide6.QtGui import QImage, QPainter

from app.ui.map.backdrop_names import BackdropNames
from app.ui.map.ground import drawing_steps
from app.ui.theme import Theme
from gis.graticule import Graticule
from gis.ground_shapes import Drawing
from gis.scene.view import MapView
from network.errors import CodedError

Pixels = NDArray[np.uint8]
OpenBasemap = Callable[[Path, Graticule], "Callable[[], BackdropFiles] | None"]
"""How the files of a workspace's folder are opened; None where it has none."""

_DIMMED = 0.55
"""Strength of the picture in the dark theme: web maps are drawn for white paper."""


_MARKS = (("PNG", 0, b"\x89PNG\r\n"), ("JPEG", 0, b"\xff\xd8\xff"), ("WEBP", 8, b"WEBP"))
"""Formats of tiles: what Qt calls each, and where in the file it bears which mark."""


class TileSource(Protocol):
    """What gives pictures of views (:class:`gis.basemap.BasemapStack`)."""

    def picture(self, view: MapView, decode: Callable[[bytes], Pixels | None]) -> tuple[Pixels, int]:
        """RGBA of every device pixel, transparent where there is nothing, and how many tiles were broken."""


class DrawingSource(Protocol):
    """What gives shapes of views (:class:`gis.vector_basemap.VectorBasemap`)."""

    def drawing(self, view: MapView) -> Drawing | None:
        """Areas and lines by meaning, project CRS; None where there is nothing to be shown."""


@dataclass(frozen=True, eq=False)
class BackdropFiles:
    """What lies in a workspace's folder, open.

    Attributes:
        pictures: Raster tiles, or None.
        drawings: Vector tiles, one a file, painted under the pictures.
    """

    pictures: TileSource | None
    drawings: tuple[DrawingSource, ...]


class Backdrop(QObject):
    """Paints what lies under a view.

    Signals:
        failed: The files cannot be used, or a tile of them is broken: CodedError. Once for each.
        named: Names of other tiles are known.
    """

    failed = Signal(object)
    named = Signal()

    def __init__(self, open_files: Callable[[], BackdropFiles]) -> None:
        super().__init__()
        self._open = open_files
        self._files: BackdropFiles | None = None
        self._told: set[str] = set()
        self.names = BackdropNames()

    def steps(self, painter: QPainter, view: MapView, theme: Theme) -> Generator[None, None, bool]:
        """Paint it in steps of a few milliseconds; returns False where there is nothing to be seen."""
        files = self._opened()
        if files is None:
            return False
        seen = False
        try:
            for number, source in enumerate(files.drawings):
                drawing = source.drawing(view)
                yield
                if drawing is not None:
                    self._count(drawing.broken)
                    self._learn(number, view, drawing)
                    seen = seen or bool(drawing.shapes)
                    yield from drawing_steps(painter, view, drawing, theme)
            pixels, broken = (None, 0) if files.pictures is None else files.pictures.picture(view, decode)
        except CodedError as error:
            self._tell(error)
            return seen
        self._count(broken)
        if pixels is None or not pixels[..., 3].any():
            return seen
        _paint_pixels(painter, view, pixels, theme)
        return True

    def _learn(self, source: int, view: MapView, drawing: Drawing) -> None:
        """The names of the tiles just read; other threads read what was there, or what is there now."""
        known = self.names.with_tiles(source, view.m_per_px, drawing)
        if known is not self.names:
            self.names = known
            self.named.emit()

    def _count(self, broken: int) -> None:
        if broken:
            self._tell(CodedError("basemap.broken_tiles"))

    def _opened(self) -> BackdropFiles | None:
        if self._files is None and "opening" not in self._told:
            try:
                self._files = self._open()
            except CodedError as error:
                self._told.add("opening")
                self._tell(error)
        return self._files

    def _tell(self, failed: CodedError) -> None:
        if failed.code not in self._told:
            self._told.add(failed.code)
            self.failed.emit(failed)


def _paint_pixels(painter: QPainter, view: MapView, pixels: Pixels, theme: Theme) -> None:
    height, width = pixels.shape[:2]
    image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    painter.setOpacity(_DIMMED if theme.dark else 1.0)
    painter.drawImage(QRectF(0, 0, view.width_px, view.height_px), image, QRectF(0, 0, width, height))
    painter.setOpacity(1.0)


def decode(data: bytes) -> Pixels | None:
    """A tile's file (PNG, JPEG, WebP) as RGBA; None where it is none.

    Qt is told the format. Left to find out it also asks the reader of SVG, which connects signals, while this thread
    has Python's lock: where the window connects something at that moment, each waits for the other for good (6.11).
    """
    kind = next((name for name, at, mark in _MARKS if data[at : at + len(mark)] == mark), None)
    if kind is None:
        return None
    image = QImage.fromData(QByteArray(data), kind)  # type: ignore[arg-type]  # PySide's stub says bytes and takes str
    if image.isNull():
        return None
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).copy()
