"""Words over keys that give way where there is no room: the words are scrolled, the keys stay."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.widgets import column, scrolling

LEAST_LINES = 4
LEAST_PX = 280
"""So wide at least are the sides of a desk: before it is laid out a widget has some other width."""


class FittingText(QWidget):
    """A text as high as it is where there is room, and scrolled where there is not."""

    def __init__(self, text: QLabel) -> None:
        super().__init__()
        self._text = text
        inside = QWidget()
        column(inside, text).addStretch(1)
        self.area = scrolling(inside, takes_focus=False)
        self.area.setParent(self)
        inside.installEventFilter(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._scroll_where_needed()
        return super().eventFilter(watched, event)

    def _scroll_where_needed(self) -> None:
        """A bar that comes before there is room would take of the width, and be needed by that alone."""
        fits = self.height() >= self.sizeHint().height()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.area.setVerticalScrollBarPolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._scroll_where_needed()
        self.area.setGeometry(self.rect())
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(0, max(self._text.heightForWidth(max(self.width(), LEAST_PX)), 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), LEAST_LINES * self._text.fontMetrics().lineSpacing()))


class Front(QWidget):
    """What is laid out in it may be lower than it would like to be: a layout of rows takes the wish for the least."""

    def hasHeightForWidth(self) -> bool:
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        inside = self.layout()
        return QSize(0, 0) if inside is None else QSize(inside.sizeHint().width(), inside.totalHeightForWidth(self._px))

    def minimumSizeHint(self) -> QSize:
        inside = self.layout()
        if inside is None:
            return QSize(0, 0)
        return QSize(inside.minimumSize().width(), inside.totalMinimumHeightForWidth(self._px))

    @property
    def _px(self) -> int:
        return max(self.width(), LEAST_PX)


def giving_way(*widgets: QWidget) -> Front:
    """*widgets* from top to bottom, lower than they would like to be where there is no room."""
    made = Front()
    column(made, *widgets)
    return made
