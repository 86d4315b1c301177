"""The wall: plants, tanks, boosters and secondary stations at a glance, one card each; read only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QToolTip, QWidget

from app.messages import formats
from app.telemetry.live import Standing
from app.telemetry.setup import Setup
from app.ui import fonts
from app.ui.live.alarm_list import INKS, paint_shape
from app.ui.live.model import LiveModel
from app.ui.live.rows import doubts, station_value, worst_of_channels
from app.ui.live.titles import figure_of, short_name
from app.ui.look import Look
from app.ui.map.qtdraw import painting
from app.ui.widgets import Label, Panel, column, padded

CARD_W, LEAST_CARD_W, GAP = 206, 130, 6
"""Cards are as wide as the first where there is room for all of them, and down to the second where there is not."""
_HEAD_PX, _LINE_PX, _LEAST_LINES = 24, 16, 2
_LEAST_LABEL_PX = 24
_MORE_PX = 3
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MOST_TOGETHER = 20
_MOST_LINES = 12
"""A plant with pumps, two meters and a clear-water tank has nine."""
_ORDER = (
    "state", "power_feed", "through", "inlet", "outlet", "flow", "flow_in", "day_supply", "day_in", "clear_water",
    "tank", "level",
)  # fmt: skip
"""Of the figures on a card; others stand behind these."""


@dataclass(frozen=True)
class CardLine:
    """One figure of a card: what it is (code and words), how it reads, in which tone; the position of its channel."""

    code: str
    label: str
    text: str
    tone: str
    row: int


@dataclass(frozen=True)
class Card:
    """One place: its name, its gravest alarm's priority (0: none), its figures."""

    station: str
    name: str
    priority: int
    lines: tuple[CardLine, ...]


def cards_of(model: LiveModel, look: Look) -> tuple[Card, ...]:
    """A card for each place that is measured as a station, in the order of the setup."""
    setup, present = model.setup, model.present
    if setup is None or present is None:
        return ()
    loud = worst_of_channels(setup, present)
    cards = []
    for station, rows in _stations(setup).items():
        lines = [line for row in rows for line in _lines(model, look, row, loud.get(row, 0))]
        lines = _together(look, lines)
        lines.sort(key=lambda line: _ORDER.index(line.code) if line.code in _ORDER else len(_ORDER))
        name = short_name(setup.channels.records[rows[0]].name or station, model.city)
        worst = min((loud[row] for row in rows if row in loud), default=0)
        cards.append(Card(station, name, worst, tuple(lines[:_MOST_LINES])))
    return tuple(cards)


def _lines(model: LiveModel, look: Look, row: int, priority: int) -> Iterator[CardLine]:
    """A channel's figure, and of a meter what it has counted since midnight."""
    assert model.setup is not None
    assert model.present is not None
    words, channel = look.words, model.setup.channels.records[row]
    standing, value = Standing(int(model.present.standings[row])), float(model.present.values[row])
    why = doubts(words, model.present, row)
    tone = INKS[priority] if priority else "t3" if standing >= Standing.STALE else "unintended" if why else "t1"
    code = figure_of(channel)
    if code == "flow" and value < 0:
        # Into a tank or a reservoir: said in words, not by a sign.
        code, value = "flow_in", -value
    text = station_value(words, channel.quantity, value)
    if standing >= Standing.STALE:
        text = words.say("standing", standing.name.lower())
    yield CardLine(code, words.say("station", code) + (f" · {why}" if why else ""), text, tone, row)
    supplied = model.present.supplied.get(row)
    if supplied is not None:
        told = f"{formats.number(abs(supplied.volume_m3))} m³"
        text = told if supplied.is_whole else f"{told} {words.say('station', 'of_a_part')}"
        code = "day_supply" if supplied.volume_m3 >= 0 else "day_in"
        yield CardLine(code, words.say("station", code), text, "t1", row)


def _together(look: Look, lines: list[CardLine]) -> list[CardLine]:
    """A pump and its feed of power on one line, and what comes in and goes out of a station with one of each.

    A pressure in alarm or in doubt keeps its own line.
    """
    for first, second, code, between in (
        ("state", "power_feed", "state", " · "), ("inlet", "outlet", "through", " → ")
    ):  # fmt: skip
        pair = [[line for line in lines if line.code == one] for one in (first, second)]
        if [len(one) for one in pair] != [1, 1]:
            continue
        (one,), (other,) = pair
        unit = one.text.rpartition(" ")[2]
        text = one.text.removesuffix(f" {unit}") if other.text.endswith(f" {unit}") else one.text
        text = f"{text}{between}{other.text}"
        loud = one.tone if one.tone != "t1" else other.tone
        is_one = (code == "state" or loud == "t1") and " · " not in one.label + other.label
        if is_one and len(text) <= _MOST_TOGETHER:
            lines = [line for line in lines if line not in (one, other)]
            lines.append(CardLine(code, look.words.say("station", code), text, loud, other.row))
    return lines


def _stations(setup: Setup) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, channel in enumerate(setup.channels.records):
        if channel.station_id:
            found.setdefault(channel.station_id, []).append(row)
    return found


class _Cards(QWidget):
    """Paints the cards.

    Signals:
        chosen: A card was clicked: the position of its first channel.
    """

    chosen = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.cards: tuple[Card, ...] = ()
        self.empty = ""
        self._room_px = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        look.theme_changed.connect(self.update)

    def show_cards(self, cards: tuple[Card, ...], empty: str) -> None:
        """Show *cards*."""
        if cards != self.cards or empty != self.empty:
            self.cards, self.empty = cards, empty
            self.setMinimumHeight(self._height())
            told = (f"{card.name}: " + ", ".join(f"{one.label} {one.text}" for one in card.lines) for card in cards)
            self.setAccessibleName("; ".join(told))
            self.update()

    def give_room(self, height_px: int) -> None:
        """So high is what is seen of the wall at once."""
        if height_px != self._room_px:
            self._room_px = height_px
            self.setMinimumHeight(self._height())
            self.update()

    def whole_rows(self, room_px: int) -> tuple[int, int]:
        """How many rows are seen whole in *room_px*, and how high they are; all of it where not even one is."""
        tops = self._tops(self._across)
        whole = [top - GAP for top in tops[1:] if top - GAP <= room_px]
        return len(whole), whole[-1] if whole else room_px

    def beyond(self, room_px: int) -> tuple[int, int]:
        """How many cards are not seen in *room_px* before it is scrolled, and how high a row is."""
        across, (rows, _) = self._across, self.whole_rows(room_px)
        return max(0, len(self.cards) - max(rows, 1) * across), self._tops(across)[-1] // max(
            1, -(-len(self.cards) // across)
        )

    @property
    def _across(self) -> int:
        """As few cards beside each other as let all be seen at once; where nothing does, as many as can be read."""
        fewest, most = (max(1, (self.width() - GAP) // (width + GAP)) for width in (CARD_W, LEAST_CARD_W))
        return next((across for across in range(fewest, most) if self._height_of(across) <= self._room_px), most)

    def _height(self) -> int:
        return self._height_of(self._across)

    def _height_of(self, across: int) -> int:
        return self._tops(across)[-1]

    def _tops(self, across: int) -> list[int]:
        """Where each row of cards begins, and the last one ends: cards of a row are as high as the fullest of it."""
        tops = [GAP]
        for first in range(0, len(self.cards), across):
            lines = max(len(card.lines) for card in self.cards[first : first + across])
            tops.append(tops[-1] + _HEAD_PX + _LINE_PX * max(_LEAST_LINES, lines) + 5 + GAP)
        return tops

    def sizeHint(self) -> QSize:
        return QSize(6 * (CARD_W + GAP), self._height_of(6))

    def resizeEvent(self, _event: object) -> None:
        self.setMinimumHeight(self._height())

    def _boxes(self) -> list[QRect]:
        across = self._across
        tops, width = self._tops(across), (self.width() - GAP) // across - GAP
        return [
            QRect(
                GAP + at % across * (width + GAP),
                tops[at // across],
                width,
                tops[at // across + 1] - tops[at // across] - GAP,
            )
            for at in range(len(self.cards))
        ]

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        with painting(self) as painter:
            if not self.cards:
                painter.setFont(fonts.font(fonts.BODY))
                painter.setPen(QColor(theme.t3))
                painter.drawText(self.rect().adjusted(16, 12, -16, 0), int(Qt.AlignmentFlag.AlignLeft), self.empty)
            for box, card in zip(self._boxes(), self.cards, strict=True):
                self._paint(painter, box, card)

    def _paint(self, painter: QPainter, box: QRect, card: Card) -> None:
        theme = self._look.theme
        painter.setPen(QColor(getattr(theme, INKS[card.priority]) if card.priority else theme.line))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        inside = box.adjusted(7, 4, -7, -4)
        head = QRect(inside.left(), inside.top(), inside.width(), 20)
        if card.priority:
            paint_shape(painter, theme, QPointF(head.right() - 6, head.center().y()), card.priority)
        painter.setFont(fonts.font(fonts.TABLE, 500))
        painter.setPen(QColor(theme.t1))
        room = head.width() - (20 if card.priority else 0)
        painter.drawText(head, _LEFT, painter.fontMetrics().elidedText(card.name, Qt.TextElideMode.ElideRight, room))
        for number, line in enumerate(card.lines):
            row = QRect(inside.left(), inside.top() + 20 + number * _LINE_PX, inside.width(), _LINE_PX)
            painter.setFont(fonts.font(fonts.CAPTION))
            painter.setPen(QColor(theme.t2))
            told = fonts.font(fonts.TABLE, 500)
            if QFontMetrics(told).horizontalAdvance(line.text) > row.width():
                told = fonts.font(fonts.CAPTION, 500)
            room = row.width() - QFontMetrics(told).horizontalAdvance(line.text) - 4
            label = painter.fontMetrics().elidedText(line.label, Qt.TextElideMode.ElideRight, room)
            painter.drawText(row, _LEFT, label if room >= _LEAST_LABEL_PX else "")
            painter.setFont(told)
            painter.setPen(QColor(getattr(theme, line.tone)))
            painter.drawText(row, _RIGHT, line.text)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            QToolTip.showText(event.globalPos(), self.told_at(event.pos()), self)
            return True
        return super().event(event)

    def told_at(self, place: QPoint) -> str:
        """The card under a point in full: on a narrow one figures stand without what they are, names without their end.

        "" where no card stands.
        """
        for box, card in zip(self._boxes(), self.cards, strict=True):
            if box.contains(place):
                return "\n".join((card.name, *(f"{line.label}: {line.text}" for line in card.lines)))
        return ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for box, card in zip(self._boxes(), self.cards, strict=True):
            if box.contains(event.position().toPoint()) and card.lines:
                self.chosen.emit(card.lines[-1].row)


class _Page(QScrollArea):
    """Scrolls where not all of the cards can be seen."""

    def __init__(self, cards: _Cards) -> None:
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidget(cards)

    def leave_below(self, height_px: int) -> None:
        """Show nothing in the lowest *height_px*."""
        if self.viewportMargins().bottom() != height_px:
            self.setViewportMargins(0, 0, 0, height_px)


class WallPage(Panel):
    """The wall on a page that scrolls."""

    chosen = Signal(int)

    def __init__(self, look: Look, model: LiveModel) -> None:
        super().__init__(look)
        self._model = model
        self.cards = _Cards(look)
        self.more = Label(size=fonts.CAPTION, tone="t3")
        scroll = _Page(self.cards)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = scroll
        self._foot = padded(self.more, _MORE_PX, _MORE_PX)
        column(self, scroll, self._foot).setStretch(0, 1)
        self.cards.chosen.connect(self.chosen)
        model.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        self.cards.show_cards(cards_of(self._model, self.look), self.tr("No plant or station is measured."))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show whole cards only: of a row that is cut nobody sees what is missing. It scrolls by rows."""
        room_px, label_px = self.height(), self._foot.sizeHint().height()
        self.cards.give_room(room_px)
        hidden, row_px = self.cards.beyond(room_px)
        below_px = max(0, room_px - self.cards.whole_rows(room_px)[1]) if hidden else 0
        # Where no room is left for it, the bar at the side says that there is more.
        tells = hidden > 0 and below_px >= label_px
        self._foot.setVisible(tells)
        self.more.setText(self.tr("{count} more below: PgDn").format(count=hidden))
        self._page.leave_below(below_px - label_px if tells else below_px)
        self._page.verticalScrollBar().setSingleStep(row_px)

    def focus(self) -> None:
        """The keyboard scrolls the wall."""
        self._page.setFocus(Qt.FocusReason.ShortcutFocusReason)
