"""Small parts that every panel is made of: labels by role, section headers, chips, buttons that print their key.

Painters are ended by ``with``: one that lives on in the frame of some traceback would break the next paint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from app.ui import fonts, icons
from app.ui.look import Look

PADDING, GAP, SMALL_GAP = 16, 8, 4
HEADER_HEIGHT, BAR_HEIGHT = 36, 52

Align = Qt.AlignmentFlag


def restyle(widget: QWidget) -> None:
    """Make Qt look at the style sheet again after a property that it selects by has changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def clear(layout: QLayout) -> None:
    """Take everything out of *layout* and delete it, widgets inside nested layouts too."""
    while (item := layout.takeAt(0)) is not None:
        widget, nested = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        if nested is not None:
            clear(nested)


class Label(QLabel):
    """Plain text in one of the spec's sizes and tones. Never interprets markup: names come from data."""

    def __init__(
        self,
        text: str = "",
        *,
        size: int = fonts.BODY,
        weight: int = 400,
        tone: str = "t1",
        wrap: bool = False,
        selectable: bool = False,
    ) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(fonts.font(size, weight))
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def set_tone(self, tone: str) -> None:
        """Write on in another tone."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)


class ElidedLabel(QWidget):
    """One line that gives up its middle, or its last parts, where it has no room; the whole text is its tooltip."""

    def __init__(
        self, look: Look, text: str = "", *, size: int = fonts.BODY, weight: int = 400, tone: str = "t1"
    ) -> None:
        super().__init__()
        self._look, self._text, self._tone = look, text, tone
        self._shorter: Sequence[str] = ()
        self.setFont(fonts.font(size, weight))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._show_tip()

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    @property
    def shown(self) -> str:
        """What there is room for."""
        return self._fitting()

    def set_text(self, text: str) -> None:
        """Show *text*."""
        self._text, self._shorter = text, ()
        self._show_tip()
        self.updateGeometry()
        self.update()

    def set_parts(self, parts: Sequence[str]) -> None:
        """Show *parts*, the most important first: where there is no room the last ones are left out."""
        self.set_text(" · ".join(parts))
        self._shorter = [" · ".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
        self._show_tip()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self._look.colour(self._tone))
            shown = self._fitting()
            painter.drawText(self.rect(), int(Align.AlignLeft | Align.AlignVCenter), shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_tip()

    def _fitting(self) -> str:
        metrics = QFontMetrics(self.font())
        candidates = (self._text, *self._shorter)
        found = next((text for text in candidates if metrics.horizontalAdvance(text) <= self.width()), candidates[-1])
        return metrics.elidedText(found, Qt.TextElideMode.ElideMiddle, self.width())

    def _show_tip(self) -> None:
        self.setToolTip(self._text if self._fitting() != self._text else "")


class IconLabel(QWidget):
    """An icon in the theme's colours, by token."""

    def __init__(self, look: Look, name: str, tone: str = "t2", size: int = 16) -> None:
        super().__init__()
        self._look, self._name, self._tone = look, name, tone
        self.setFixedSize(size, size)
        look.theme_changed.connect(self.update)

    def set_icon(self, name: str, tone: str) -> None:
        """Show another icon."""
        self._name, self._tone = name, tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            icons.draw(painter, self._name, self.rect().toRectF(), self._look.colour(self._tone))


def chip(text: str, kind: str = "quiet") -> QLabel:
    """A small framed word. *kind*: plain, quiet, amber, outline or key."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(fonts.font(fonts.CAPTION, 500 if kind == "amber" else 400))
    made.setProperty("chip", kind)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


class KeyButton(QPushButton):
    """A button that prints its key at its right edge."""

    def __init__(self, look: Look, key: str = "", *, primary: bool = False) -> None:
        super().__init__()
        self._look, self._key = look, key
        self.setProperty("primary", "true" if primary else "false")
        self.setFont(fonts.font(fonts.TABLE, 600 if primary else 400))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.theme_changed.connect(self.update)

    @property
    def key(self) -> str:
        """The key printed on it."""
        return self._key

    def _key_width(self) -> int:
        if not self._key:
            return 0
        return QFontMetrics(fonts.font(fonts.CAPTION)).horizontalAdvance(self._key) + 10

    def sizeHint(self) -> QSize:
        text = QFontMetrics(self.font()).horizontalAdvance(self.text())
        icon_width = 0 if self.icon().isNull() else self.iconSize().width() + 6
        key = self._key_width()
        return QSize(24 + text + icon_width + (key + 8 if key else 0), 32)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._key:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        # The style writes the text in the middle of what it is given: here it stands left of the key.
        words, option.text = option.text, ""
        painter = QStylePainter(self)
        with painter:
            painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._write(painter, words)

    def _write(self, painter: QPainter, text: str) -> None:
        primary = self.property("primary") == "true" and self.isEnabled()
        ink = self._look.colour("action_on" if primary else "t1" if self.isEnabled() else "t3")
        painter.setPen(ink)
        painter.setFont(self.font())
        painter.drawText(self.rect().adjusted(12, 0, 0, 0), int(Align.AlignLeft | Align.AlignVCenter), text)
        width = self._key_width()
        box = self.rect().adjusted(self.width() - width - 10, 0, -10, 0)
        box.setTop((self.height() - 18) // 2)
        box.setHeight(18)
        painter.setPen(self._look.colour("t3") if primary else self._look.colour("line2"))
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(ink if primary else self._look.colour("t3"))
        painter.setFont(fonts.font(fonts.CAPTION))
        painter.drawText(box, int(Align.AlignCenter), self._key)


class TickBox(QCheckBox):
    """A box that is ticked or not, drawn in the theme's colours."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFont(fonts.font(fonts.BODY))
        look.theme_changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = self._look.colour
            box = QRectF(1.5, self.height() / 2 - 7.5, 15, 15)
            painter.setPen(QPen(colour("acc" if self.hasFocus() else "line2"), 2 if self.hasFocus() else 1))
            painter.setBrush(colour("bg0"))
            painter.drawRoundedRect(box, 3, 3)
            if self.isChecked():
                icons.draw(painter, "tick", box.adjusted(1, 1, -1, -1), colour("t1"))
            painter.setPen(colour("t1"))
            painter.drawText(self.rect().adjusted(26, 0, 0, 0), int(Align.AlignLeft | Align.AlignVCenter), self.text())


class Picker(QComboBox):
    """A list to choose one from, with an arrow in the theme's colours."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFont(fonts.font(fonts.TABLE))
        look.theme_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            box = QRectF(self.width() - 22, self.height() / 2 - 7, 14, 14)
            icons.draw(painter, "down", box, self._look.colour("t2"))


class DeskTab(QPushButton):
    """A desk's name with its number in a box, underlined while it is in front."""

    def __init__(self, look: Look, number: int, height: int) -> None:
        super().__init__()
        self._look, self._number = look, str(number)
        self._compact = False
        self.setCheckable(True)
        self.setFont(fonts.font(fonts.BODY, 500))
        self.setFixedHeight(height)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(f"Ctrl+{number}")
        look.theme_changed.connect(self.update)

    def set_compact(self, compact: bool) -> None:
        """Without its number, where there is no room for it."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    @property
    def whole_px(self) -> int:
        """How wide it is with its number."""
        return QFontMetrics(self.font()).horizontalAdvance(self.text()) + 50

    def sizeHint(self) -> QSize:
        return QSize(self.whole_px - (30 if self._compact else 0), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = self._look.colour
            if self.hasFocus():
                painter.fillRect(self.rect(), colour("bg3"))
            if self.isChecked():
                painter.fillRect(0, self.height() - 2, self.width(), 2, colour("acc"))
            painter.setPen(colour("t1" if self.isChecked() or self.underMouse() else "t2"))
            words = self.rect().adjusted(10, 0, 0, 0) if self._compact else self.rect().adjusted(12, 0, -34, 0)
            painter.drawText(words, int(Align.AlignVCenter | Align.AlignLeft), self.text())
            if self._compact:
                return
            box = self.rect().adjusted(self.width() - 29, (self.height() - 17) // 2, -12, -(self.height() - 17) // 2)
            painter.setPen(colour("line2"))
            painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            painter.setPen(colour("t3"))
            painter.setFont(fonts.font(fonts.CAPTION))
            painter.drawText(box, int(Align.AlignCenter), self._number)


class SectionHeader(QFrame):
    """Title, quiet words beside it, and at the right what the caller adds."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self.setProperty("edge", "both")
        self.setFixedHeight(HEADER_HEIGHT)
        self.title = Label(size=fonts.BODY, weight=600)
        self.note = ElidedLabel(look, size=fonts.TABLE, tone="t2")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PADDING, 0, GAP, 0)
        self._row.setSpacing(GAP)
        self._row.addWidget(self.title)
        self._row.addWidget(self.note, 1)

    def add(self, widget: QWidget) -> None:
        """Put *widget* at the right."""
        self._row.addWidget(widget)


class Section(QWidget):
    """A header and what stands under it, hidden together where there is nothing to say."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.header = SectionHeader(look)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        column(self, self.header).addLayout(self.body)


class Panel(QWidget):
    """A widget whose words follow the language: :meth:`retranslate` writes them, now and at each change."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look.language_changed.connect(self.retranslate)

    def appear(self, wanted: bool) -> None:
        """Be there or not. A widget that has no place yet would open a window of its own: it appears with its host."""
        if not wanted or self.parent() is not None:
            self.setVisible(wanted)

    def retranslate(self) -> None:
        """Write every word again."""
        raise NotImplementedError


def padded(widget: QWidget, top: int, bottom: int) -> QWidget:
    """*widget* with the panel's padding at its sides. A label's own margins would be lost with the next style sheet."""
    host = QWidget()
    layout = QVBoxLayout(host)
    layout.setContentsMargins(PADDING, top, PADDING, bottom)
    layout.addWidget(widget)
    return host


def segment_button(text: str = "", size: int = fonts.CAPTION, weight: int = 400) -> QPushButton:
    """One of several choices that stand side by side, of which one is on."""
    button = QPushButton(text)
    button.setCheckable(True)
    button.setProperty("segment", "true")
    button.setFont(fonts.font(size, weight))
    return button


def foot_of(*buttons: QWidget) -> QWidget:
    """The buttons under a form or a list, over the panel's whole width."""
    foot = QWidget()
    foot.setProperty("edge", "top")
    foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    foot.setFixedHeight(BAR_HEIGHT)
    line = row(*buttons)
    line.setContentsMargins(PADDING, 0, GAP, 0)
    foot.setLayout(line)
    return foot


def key_bar(host: QWidget, primary: KeyButton, *others: KeyButton) -> None:
    """The buttons under what is in front: one that is next, and a line of others."""
    host.setProperty("surface", "bar")
    host.setProperty("edge", "top")
    line = QHBoxLayout()
    line.setSpacing(6)
    for button in others:
        line.addWidget(button, 1)
    lines = QVBoxLayout(host)
    lines.setContentsMargins(PADDING, 8, GAP, 8)
    lines.setSpacing(6)
    lines.addWidget(primary)
    lines.addLayout(line)


def form_of(names: Mapping[str, QWidget], fields: Mapping[str, QWidget]) -> QFormLayout:
    """Each of *fields* beside its name, both by the same codes; one without a name takes the whole line."""
    form = QFormLayout()
    form.setHorizontalSpacing(PADDING)
    form.setVerticalSpacing(GAP)
    for code, field in fields.items():
        field.setFont(fonts.font(fonts.TABLE))
        if code in names:
            form.addRow(names[code], field)
        else:
            form.addRow(field)
    return form


def scrolling(inside: QWidget, *, takes_focus: bool = True) -> QScrollArea:
    """*inside* as wide as there is room, scrolled up and down where it is higher."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    if not takes_focus:
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def row(*widgets: QWidget, spacing: int = GAP, stretch_last: bool = False) -> QHBoxLayout:
    """A line of *widgets*, pushed to the left unless the last one takes the rest."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    for widget in widgets:
        line.addWidget(widget)
    if stretch_last and widgets:
        line.setStretch(len(widgets) - 1, 1)
    else:
        line.addStretch(1)
    return line


def column(host: QWidget, *widgets: QWidget) -> QVBoxLayout:
    """Lay *widgets* out in *host* from top to bottom without gaps."""
    layout = QVBoxLayout(host)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
