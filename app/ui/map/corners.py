"""The map's corners: arranged when it comes to rest, painted once, and put over each moving frame."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from app.ui.map.content import MapContent
from app.ui.map.furniture import (
    Furniture,
    arrange,
    paint_furniture,
    paint_scale_bar,
    paint_still_furniture,
    rescaled,
)
from app.ui.map.overview import overview_box
from app.ui.map.patches import Patches
from app.ui.map.placing import Placer
from app.ui.map.qtdraw import painting
from app.ui.map.words import MapWords
from app.ui.theme import Theme
from gis.scene.view import MapView

_HINTS = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing


@dataclass(frozen=True)
class _Still:
    """What a kept picture of the corners depends on."""

    arranged: tuple[object, ...]
    size: tuple[int, int, float]
    theme: Theme
    words: MapWords


class Corners:
    """The corners of one map."""

    def __init__(self) -> None:
        self._arranged: tuple[MapView, MapContent, MapWords, Furniture] | None = None
        self._still: tuple[_Still, Patches] | None = None

    def forget(self) -> None:
        """Arrange and paint anew: it is another city or language."""
        self._arranged = self._still = None

    def arranged(self, view: MapView, content: MapContent, words: MapWords, *, moving: bool) -> Furniture:
        """What stands there. While the map is dragged it stays: nobody reads a legend that changes."""
        if self._arranged is not None:
            for_view, for_content, for_words, there = self._arranged
            same = (for_content, for_words, for_view.size) == (content, words, view.size)
            if same and for_view == view:
                return there
            if same and moving:
                if for_view.m_per_px == view.m_per_px:
                    return there
                return rescaled(there, view, overview_box(view, content))
        made = arrange(view, content, words, Placer(view.width_px, view.height_px), foldable=True)
        self._arranged = view, content, words, made
        return made

    def paint(
        self, painter: QPainter, view: MapView, furniture: Furniture, theme: Theme, words: MapWords, *, moving: bool
    ) -> None:
        """Paint them over a frame."""
        painter.setRenderHints(_HINTS)
        if not moving:
            paint_furniture(painter, view, furniture, theme, words)
            return
        still = _Still((furniture.entries, furniture.legend, furniture.north, furniture.chips), view.size, theme, words)
        if self._still is None or self._still[0] != still:
            self._still = still, _painted(view, furniture, theme, words)
        self._still[1].draw(painter, 0.0, 0.0, view.dpr)
        paint_scale_bar(painter, view, furniture, theme)


def _painted(view: MapView, furniture: Furniture, theme: Theme, words: MapWords) -> Patches:
    width, height = round(view.width_px * view.dpr), round(view.height_px * view.dpr)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(view.dpr)
    image.fill(Qt.GlobalColor.transparent)
    with painting(image) as painter:
        painter.setRenderHints(_HINTS)
        paint_still_furniture(painter, furniture, theme, words)
    return Patches.of(image, width, height)
