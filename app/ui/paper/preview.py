"""The page that will be printed, as a picture on a desk."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import fonts
from app.ui.look import Look

_MARGIN = 16


class PagePreview(QWidget):
    """Shows a picture of a page as large as it fits; the old one stays until the next is there."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._image = QImage()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.theme_changed.connect(self.update)

    @property
    def image(self) -> QImage:
        """What is shown; null before there is a page."""
        return self._image

    def show_page(self, image: QImage) -> None:
        """Show a page."""
        self._image = image
        self.update()

    def say(self, words: str) -> None:
        """Write *words* where there is no page."""
        self._words = words
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(720, 560)

    def room(self, width_mm: float, height_mm: float) -> float:
        """Dots to the inch at which a sheet of this size fills the desk."""
        inside = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        dots_per_mm = min(inside.width() / width_mm, inside.height() / height_mm)
        return float(max(dots_per_mm, 0.5) * 25.4 * self.devicePixelRatioF())

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.colour("bg0"))
            if self._image.isNull():
                painter.setPen(self._look.colour("t3"))
                painter.setFont(fonts.font(fonts.BODY))
                painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._words)
                return
            inside = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
            size = QSize(self._image.width(), self._image.height())
            shown = size.scaled(inside.size(), Qt.AspectRatioMode.KeepAspectRatio)
            box = QRectF(0, 0, shown.width(), shown.height())
            box.moveCenter(inside.toRectF().center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, self._image)
            painter.setPen(self._look.colour("line2"))
            painter.drawRect(box)
