"""The wall: plants, tanks, boosters and secondary stations at a glance, one card each; read only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from app.messages import formats
from app.telemetry.channels import Channel, Role
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui import fonts
from app.ui.live.alarm_list import INKS, paint_shape
from app.ui.live.model import LiveModel
from app.ui.live.rows import station_value, worst_of_channels
from app.ui.look import Look
from app.ui.map.qtdraw import painting
from app.ui.widgets import Panel, column

CARD_W, GAP = 206, 8
_HEAD_PX, _LINE_PX, _LEAST_LINES = 24, 17, 3
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MOST_LINES = 12
"""A plant with pumps, two meters and a clear-water tank has nine."""
_ORDER = ("state", "power_feed", "inlet", "outlet", "flow", "day_supply", "clear_water", "tank", "level")
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
        lines.sort(key=lambda line: _ORDER.index(line.code) if line.code in _ORDER else len(_ORDER))
        name = setup.channels.records[rows[0]].name or station
        worst = min((loud[row] for row in rows if row in loud), default=0)
        cards.append(Card(station, name, worst, tuple(lines[:_MOST_LINES])))
    return tuple(cards)


def _lines(model: LiveModel, look: Look, row: int, priority: int) -> Iterator[CardLine]:
    """A channel's figure, and of a meter what it has counted since midnight."""
    assert model.setup is not None
    assert model.present is not None
    words, channel = look.words, model.setup.channels.records[row]
    standing, value = Standing(int(model.present.standings[row])), float(model.present.values[row])
    tone = INKS[priority] if priority else "t3" if standing >= Standing.BAD else "t1"
    code = figure_of(channel)
    text = station_value(words, channel.quantity, value)
    if standing >= Standing.STALE:
        text = words.say("standing", standing.name.lower())
    yield CardLine(code, words.say("station", code), text, tone, row)
    supplied = model.present.supplied.get(row)
    if supplied is not None:
        told = f"{formats.number(supplied.volume_m3)} m³"
        text = told if supplied.is_whole else f"{told} {words.say('station', 'of_a_part')}"
        yield CardLine("day_supply", words.say("station", "day_supply"), text, "t1", row)


def figure_of(channel: Channel) -> str:
    """What a figure is to its station: its role, else by the manner in which pressures are named, else its quantity."""
    if channel.role is not Role.NONE:
        return channel.role.value
    if channel.quantity is Quantity.PRESSURE:
        return {"PI": "inlet", "PS": "inlet"}.get(channel.id[:2], "outlet")
    return channel.quantity.value


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

    @property
    def _across(self) -> int:
        return max(1, (self.width() - GAP) // (CARD_W + GAP))

    def _height(self) -> int:
        rows = -(-len(self.cards) // self._across)
        return rows * (self._card_px + GAP) + GAP

    @property
    def _card_px(self) -> int:
        """All cards are as high as the fullest."""
        return _HEAD_PX + _LINE_PX * max([_LEAST_LINES, *(len(card.lines) for card in self.cards)]) + 5

    def sizeHint(self) -> QSize:
        return QSize(6 * (CARD_W + GAP), self._height())

    def resizeEvent(self, _event: object) -> None:
        self.setMinimumHeight(self._height())

    def _box(self, at: int) -> QRect:
        width = (self.width() - GAP) // self._across - GAP
        row, column_at = divmod(at, self._across)
        return QRect(GAP + column_at * (width + GAP), GAP + row * (self._card_px + GAP), width, self._card_px)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        with painting(self) as painter:
            if not self.cards:
                painter.setFont(fonts.font(fonts.BODY))
                painter.setPen(QColor(theme.t3))
                painter.drawText(self.rect().adjusted(16, 12, -16, 0), int(Qt.AlignmentFlag.AlignLeft), self.empty)
            for at, card in enumerate(self.cards):
                self._paint(painter, self._box(at), card)

    def _paint(self, painter: QPainter, box: QRect, card: Card) -> None:
        theme = self._look.theme
        painter.setPen(QColor(getattr(theme, INKS[card.priority]) if card.priority else theme.line))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        inside = box.adjusted(10, 4, -10, -4)
        head = QRect(inside.left(), inside.top(), inside.width(), 20)
        if card.priority:
            paint_shape(painter, theme, QPointF(head.right() - 6, head.center().y()), card.priority)
        painter.setFont(fonts.font(fonts.TABLE, 500))
        painter.setPen(QColor(theme.t1))
        room = head.width() - (20 if card.priority else 0)
        painter.drawText(head, _LEFT, painter.fontMetrics().elidedText(card.name, Qt.TextElideMode.ElideMiddle, room))
        for number, line in enumerate(card.lines):
            row = QRect(inside.left(), inside.top() + 20 + number * _LINE_PX, inside.width(), _LINE_PX)
            painter.setFont(fonts.font(fonts.CAPTION))
            painter.setPen(QColor(theme.t2))
            painter.drawText(row, _LEFT, line.label)
            painter.setFont(fonts.font(fonts.TABLE, 500))
            painter.setPen(QColor(getattr(theme, line.tone)))
            painter.drawText(row, _RIGHT, line.text)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for at, card in enumerate(self.cards):
            if self._box(at).contains(event.position().toPoint()) and card.lines:
                self.chosen.emit(card.lines[-1].row)


class WallPage(Panel):
    """The wall on a page that scrolls."""

    chosen = Signal(int)

    def __init__(self, look: Look, model: LiveModel) -> None:
        super().__init__(look)
        self._model = model
        self.cards = _Cards(look)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.cards)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = scroll
        column(self, scroll)
        self.cards.chosen.connect(self.chosen)
        model.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        self.cards.show_cards(cards_of(self._model, self.look), self.tr("No plant or station is measured."))

    def focus(self) -> None:
        """The keyboard scrolls the wall."""
        self._page.setFocus(Qt.FocusReason.ShortcutFocusReason)
