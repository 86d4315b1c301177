"""Large parts for wet hands: buttons, rows and fields that no glove misses, and words that are read in the sun."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from app.ui import fonts, icons
from app.ui.look import Look
from app.ui.widgets import Label

LEAST_PX, ROW_PX, BUTTON_PX, BAR_PX = 48, 48, 56, 84
SMALL, BODY, STRONG, STEP = 16, 17, 20, 24
"""Sizes of type: nothing on this desk is smaller than the first."""


def foot_of(back: QWidget, go: QWidget) -> QHBoxLayout:
    """The last line of a page: the way back, and what comes next twice as wide."""
    foot = QHBoxLayout()
    foot.setSpacing(8)
    foot.addWidget(back, 1)
    foot.addWidget(go, 2)
    return foot


class BigButton(QPushButton):
    """A button that says what it does, with its key under that where there is one.

    Args:
        look: Of the window.
        key: Printed on it.
        primary: Whether it is what comes next.
        icon: Beside its words.
        repeats: Whether each tap of a quick row counts. A glove taps twice where it means once: what is next by then
            must not be said by the second tap.
    """

    def __init__(
        self, look: Look, key: str = "", *, primary: bool = False, icon: str = "", repeats: bool = False
    ) -> None:
        super().__init__()
        self._look, self._key, self._icon, self._repeats = look, key, icon, repeats
        self.setProperty("field", "true")
        self.setProperty("primary", "true" if primary else "false")
        self.setFont(fonts.font(STRONG if primary else BODY, 600))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(BAR_PX - 16 if key else BUTTON_PX)
        look.theme_changed.connect(self.update)

    @property
    def key(self) -> str:
        """The key printed on it."""
        return self._key

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(words + 28 + (26 if self._icon else 0), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._repeats:
            super().mouseDoubleClickEvent(event)
        else:
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def _ink(self) -> str:
        on = self.property("primary") == "true" or self.isChecked() or self.isDown()
        if not self.isEnabled():
            return "t3"
        return "action_on" if on else "t1"

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        # The style draws the frame; words, key and icon stand where there is room for two lines.
        words, option.text = option.text, ""
        painter = QStylePainter(self)
        with painter:
            painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ink = self._look.colour(self._ink())
            painter.setPen(ink)
            box = self.rect().adjusted(6, 6, -6, -6)
            if self._key:
                lines = (box.adjusted(0, 0, 0, -22), box.adjusted(0, 28, 0, 0))
                painter.setFont(fonts.font(SMALL))
                painter.drawText(lines[1], int(Qt.AlignmentFlag.AlignCenter), self._key)
                box = lines[0]
            painter.setFont(self.font())
            icon_px = 0 if not self._icon else 26 if words else 18
            width = QFontMetrics(self.font()).horizontalAdvance(words) + icon_px
            left = box.left() + max((box.width() - width) // 2, 0)
            if self._icon:
                icons.draw(painter, self._icon, QRectF(left, box.center().y() - 9, 18, 18), ink)
                left += icon_px
            painter.drawText(box.adjusted(left - box.left(), 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), words)


class BigField(QLineEdit):
    """A line to be written into; Enter and Esc are signals.

    Signals:
        confirmed: Enter. left: Esc.
    """

    confirmed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("field", "true")
        self.setFont(fonts.font(STRONG, 500))
        self.setFixedHeight(LEAST_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.confirmed.emit()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                super().keyPressEvent(event)


class Captioned(QWidget):
    """A field under its name, with a line of its own for what is wrong with it."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self.field = field
        self.caption = Label(size=SMALL, weight=500)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.caption)
        layout.addWidget(field)


class BigRow(QAbstractButton):
    """A row over the panel's whole width that is tapped, or reached with the arrow keys.

    Signals:
        stepped: An arrow key: -1 up, 1 down.
    """

    stepped = Signal(int)

    def __init__(self, look: Look, height: int = ROW_PX) -> None:
        super().__init__()
        self._look = look
        self.setFont(fonts.font(SMALL))
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.theme_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_J:
                self.stepped.emit(1)
            case Qt.Key.Key_Up | Qt.Key.Key_K:
                self.stepped.emit(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.click()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = self._look.colour
            chosen = self.isChecked() or self.isDown()
            painter.fillRect(self.rect(), colour("bg3" if chosen else "bg1"))
            painter.setPen(QPen(colour("line2"), 1))
            painter.drawLine(self.rect().bottomLeft(), self.rect().bottomRight())
            if self.hasFocus():
                painter.setPen(QPen(colour("acc"), 3))
                painter.drawRect(self.rect().adjusted(2, 2, -2, -3))
            self.write(painter)

    def write(self, painter: QPainter) -> None:
        """Write what the row says."""
        raise NotImplementedError


def by_finger(area: QScrollArea) -> QScrollArea:
    """*area*, which a finger on what stands in it scrolls as well."""
    QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
    return area


def elided(painter: QPainter, text: str, width: int) -> str:
    """*text* with its middle left out where it is wider than *width* pixels."""
    return QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, max(width, 0))
