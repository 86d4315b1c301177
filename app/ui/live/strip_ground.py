"""The chart's ground: time, levels, limits, bands, gaps, curves, what happened; all but what follows the pointer.

Painted as a whole, many strips at a time: what is drawn of a kind goes to Qt in one call. A frame of 32 curves is then
some milliseconds, so that it may be painted anew for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter

from app.messages import formats
from app.telemetry.curves import Band, Curve
from app.ui import fonts
from app.ui.live.span import ticks_of
from app.ui.live.usual_paint import paint_band, paint_last_week
from app.ui.look import Look
from app.ui.map.qtdraw import colour, draw_lines, pen
from network.columns import Float64, Int64

LEFT, RIGHT, TOP, BOTTOM = 56.0, 172.0, 30.0, 26.0
LEVEL_PX: Final = 18.0
"""Height of a level's figure beside a strip: its middle stands on the level, so the highest keeps half of it free."""
_MIDDLE_FROM_PX: Final = 90.0
"""In strips higher than this the middle level has its figure as well."""
_BESIDE_PX: Final = 4.0
_STATE_EDGE: Final = 0.4
_FAINT: Final = 0.45
_APART_PX: Final = 12.0
_DOT_PX: Final = 2.0
_END_PX: Final = 3.0
_LOUD: Final = frozenset({"red_text", "amber_text", "unintended"})
_LEFT_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT_MIDDLE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


@dataclass(frozen=True)
class StripHead:
    """What stands beside a strip.

    Attributes:
        row: Position of the channel.
        name, identity: Of it.
        value, unit: On screen.
        state: Quality or alarm in words, with the token of its colour.
        tone: Colour token of value and state.
        factor: From the unit inside to that on screen.
        decimals: On screen.
        limits: Levels in the unit inside with their priority.
        interval_ms: Between expected readings.
        levels: What a state's numbers mean, the lowest first; none of what is measured.
    """

    row: int
    name: str
    identity: str
    value: str
    unit: str
    state: str
    tone: str
    factor: float
    decimals: int
    limits: tuple[tuple[float, int], ...]
    interval_ms: int
    levels: tuple[tuple[float, str], ...] = ()

    def said(self, value: float) -> str:
        """A value in the unit inside as written on screen, without its unit."""
        if self.levels and np.isfinite(value):
            return min(self.levels, key=lambda level: abs(level[0] - value))[1]
        return formats.number(value * self.factor, self.decimals)


@dataclass(frozen=True)
class Mark:
    """Something that happened: an instant, a word, a colour token, and the strip it belongs to (-1: all)."""

    at_ms: int
    text: str
    tone: str
    row: int = -1


@dataclass(frozen=True)
class StripWords:
    """Words of the chart in the language in force."""

    gap: str
    cursor: str
    empty: str
    last_week: str = ""


@dataclass(frozen=True)
class Scale:
    """How levels stand in a strip: *low* at its bottom, *high* at its top, in the unit inside."""

    low: float
    high: float
    bottom_px: float
    px_per_unit: float

    @classmethod
    def of(cls, box: QRectF, low: float, high: float) -> Scale:
        """Of a strip in *box*: half a figure is kept free above and below."""
        height_px = box.height() - LEVEL_PX
        return cls(low, high, box.bottom() - LEVEL_PX / 2, height_px / (high - low))

    def y(self, level: Float64) -> Float64:
        """Levels as pixels."""
        placed: Float64 = self.bottom_px - (level - self.low) * self.px_per_unit
        return placed

    def at(self, level: float) -> float:
        """A level as a pixel."""
        return self.bottom_px - (level - self.low) * self.px_per_unit


@dataclass(frozen=True, eq=False)
class Ground:
    """What is painted.

    Attributes:
        size: Of the widget, pixels.
        limits: Beginning and end of the axis of time, UTC milliseconds.
        now_ms: The present.
        is_live: Whether the axis follows it.
        heads, marks, words: As in :class:`app.ui.live.strips.Strips`.
        curves, bands: By the channel's position.
        selected: Position of the channel in front; -1 for none.
        compares: Whether last week's curve lies under today's.
        scales: Of what was painted, by the channel's position; filled by :meth:`paint`.
    """

    look: Look
    size: QSizeF
    limits: tuple[int, int]
    now_ms: int
    is_live: bool
    heads: tuple[StripHead, ...]
    marks: tuple[Mark, ...]
    words: StripWords
    curves: Mapping[int, Curve]
    bands: Mapping[int, Band]
    selected: int
    compares: bool
    scales: dict[int, Scale] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        """Pixels of the axis of time."""
        return max(60, int(self.size.width() - LEFT - RIGHT))

    @property
    def bottom(self) -> float:
        """Where the last strip ends."""
        return self.size.height() - BOTTOM

    def x(self, at_ms: Int64) -> Float64:
        """Instants as pixels."""
        start, end = self.limits
        placed: Float64 = (at_ms - start).astype(np.float64)
        placed *= self.columns / (end - start)
        placed += LEFT
        return placed

    def x_of(self, at_ms: int) -> float:
        """An instant as a pixel."""
        start, end = self.limits
        return (at_ms - start) * (self.columns / (end - start)) + LEFT

    def box(self, at: int) -> QRectF:
        """Where the strip *at* stands, from above."""
        height = (self.bottom - TOP) / max(1, len(self.heads))
        return QRectF(LEFT, TOP + at * height, self.columns, height)

    def paint(self, painter: QPainter) -> None:
        """All of it."""
        boxes = [self.box(at) for at in range(len(self.heads))]
        for box, head in zip(boxes, self.heads, strict=True):
            self.scales[head.row] = Scale.of(box, *reach_of(head, self.curves.get(head.row), self.bands.get(head.row)))
        self._paint_time(painter)
        self._paint_frames(painter, boxes)
        painter.save()
        # Levels lie within their strip by its scale: what is clipped is what lies before the axis and behind it.
        painter.setClipRect(QRectF(LEFT, TOP, self.columns, self.bottom - TOP))
        self._paint_bands(painter)
        self._paint_limits(painter, boxes)
        pieces = {
            head.row: self.curves[head.row].pieces(head.interval_ms) for head in self.heads if head.row in self.curves
        }
        self._paint_gaps(painter, boxes, pieces)
        self._paint_curves(painter, pieces)
        painter.restore()
        self._paint_marks(painter)

    def _paint_time(self, painter: QPainter) -> None:
        painter.setFont(fonts.font(fonts.CAPTION))
        line, words = pen(self._ink("line"), 1.0), pen(self._ink("t2"), 1.0)
        for at_ms, text in ticks_of(*self.limits, self.columns):
            x = self.x_of(at_ms)
            painter.setPen(line)
            painter.drawLine(QPointF(x, TOP), QPointF(x, self.bottom))
            painter.setPen(words)
            painter.drawText(QRectF(x - 50, self.bottom + 4, 100, 18), _CENTRE, text)

    def _ink(self, token: str) -> QColor:
        return self.look.colour(token)

    def _paint_frames(self, painter: QPainter, boxes: Sequence[QRectF]) -> None:
        """What stands round the curves: lines between strips, levels beside them."""
        theme = self.look.theme
        painter.setFont(fonts.font(fonts.CAPTION))
        painter.setPen(QColor(theme.line))
        for box in boxes:
            painter.drawLine(QPointF(0, box.bottom()), QPointF(self.size.width(), box.bottom()))
        painter.setPen(QColor(theme.t2))
        for box, head in zip(boxes, self.heads, strict=True):
            if head.row == self.selected:
                painter.fillRect(QRectF(0, box.top(), 3, box.height()), QColor(theme.acc))
            scale = self.scales[head.row]
            for level, text in head.levels or figures_of(head, scale, is_high=box.height() > _MIDDLE_FROM_PX):
                place = QRectF(0, scale.at(level) - LEVEL_PX / 2, LEFT - 8, LEVEL_PX)
                painter.drawText(place, _RIGHT_MIDDLE, text)

    def _paint_bands(self, painter: QPainter) -> None:
        theme = self.look.theme
        for head in self.heads:
            band, scale = self.bands.get(head.row), self.scales[head.row]
            if band is not None and len(band.start_ms):
                paint_band(painter, theme, band, self.x, scale.y, (LEFT, LEFT + self.columns))
                if self.compares:
                    paint_last_week(painter, theme, band, self.x, scale.y)

    def _paint_limits(self, painter: QPainter, boxes: Sequence[QRectF]) -> None:
        for box, head in zip(boxes, self.heads, strict=True):
            for level, priority in head.limits:
                at = self.scales[head.row].at(level)
                if box.top() < at < box.bottom():
                    ink = self._ink("red_text" if priority == 1 else "amber_text")
                    painter.setPen(pen(ink, 1.0, Qt.PenStyle.DashLine, Qt.PenCapStyle.FlatCap))
                    painter.drawLine(QPointF(box.left(), at), QPointF(box.right(), at))

    def _paint_gaps(self, painter: QPainter, boxes: Sequence[QRectF], pieces: Mapping[int, Sequence[slice]]) -> None:
        """Hatched where something was expected and nothing came; never bridged."""
        painter.setFont(fonts.font(fonts.CAPTION))
        for box, head in zip(boxes, self.heads, strict=True):
            curve = self.curves.get(head.row)
            for since, ended in (
                () if curve is None else holes_of(head, curve, pieces[head.row], self.limits, self.now_ms)
            ):
                left, right = self.x_of(since), self.x_of(ended)
                hole = QRectF(left, box.top() + 4, right - left, box.height() - 8)
                painter.fillRect(hole, QBrush(colour(self.look.theme.t3, _FAINT), Qt.BrushStyle.BDiagPattern))
                if hole.width() > 44:
                    painter.setPen(self._ink("t2"))
                    shown_left, shown_right = max(left, LEFT), min(right, box.right())
                    word = QRectF(shown_left, hole.top(), shown_right - shown_left, 18)
                    painter.drawText(word, _CENTRE, self.words.gap)

    def _paint_curves(self, painter: QPainter, pieces: Mapping[int, Sequence[slice]]) -> None:
        """Lowest to highest of each pixel faintly, the mean over it; strips of one ink together."""
        spans: dict[str, list[Float64]] = {}
        ways: dict[str, list[Float64]] = {}
        ends: list[tuple[str, QPointF]] = []
        dots: list[tuple[str, QPointF]] = []
        for head in self.heads:
            curve = self.curves.get(head.row)
            if curve is None or not len(curve):
                continue
            ink = head.tone if is_loud(head.tone) else "t1"
            scale = self.scales[head.row]
            x = self.x(curve.start_ms + curve.step_ms // 2)
            low, high, mean = scale.y(curve.low), scale.y(curve.high), scale.y(curve.mean)
            spans.setdefault(ink, []).append(upright(x, low, high))
            ways.setdefault(ink, []).append(joined(x, mean, pieces[head.row]))
            ends.append((ink, QPointF(float(x[-1]), float(mean[-1]))))
            dots += [(ink, QPointF(*place)) for place in zip(*apart(x, mean), strict=True)]
        for ink, parts in spans.items():
            painter.setPen(pen(colour(getattr(self.look.theme, ink), _FAINT), 1.0))
            draw_lines(painter, np.concatenate(parts))
        for ink, parts in ways.items():
            painter.setPen(pen(self._ink(ink), 1.0))
            draw_lines(painter, np.concatenate(parts))
        for places, radius_px in ((dots, _DOT_PX), (ends if self.is_live else [], _END_PX)):
            for ink, place in places:
                painter.setPen(pen(self._ink(ink), 1.0))
                painter.setBrush(self._ink(ink))
                painter.drawEllipse(place, radius_px, radius_px)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setFont(fonts.font(fonts.CAPTION))
        placed = [(self.x_of(mark.at_ms), mark) for mark in sorted(self.marks, key=lambda one: one.at_ms)]
        placed = [(x, mark) for x, mark in placed if LEFT <= x <= LEFT + self.columns]
        widths = [painter.fontMetrics().horizontalAdvance(mark.text) for _, mark in placed]
        lefts = words_beside([x for x, _ in placed], widths, LEFT, self.size.width())
        for (x, mark), width, left in zip(placed, widths, lefts, strict=True):
            ink = self._ink(mark.tone)
            painter.setPen(pen(ink, 1.0, Qt.PenStyle.DotLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(x, TOP), QPointF(x, self.bottom))
            if left is not None:
                painter.setPen(ink)
                painter.drawText(QRectF(left, 6, width + 8, 18), _LEFT_MIDDLE, mark.text)


def words_beside(at: Sequence[float], widths: Sequence[float], start: float, end: float) -> list[float | None]:
    """Where the words of marks begin, None where there is no room: at the right of their line, or at its left.

    The left is for a mark that another one follows so soon that only one of both would be named.

    Args:
        at: Where the lines stand, ascending, pixels.
        widths: Of the words.
        start: Words stand behind it, pixels.
        end: Words stand before it.
    """
    found: list[float | None] = []
    free = start
    for number, (x, width) in enumerate(zip(at, widths, strict=True)):
        is_followed = number + 1 < len(at) and at[number + 1] < x + width + 2 * _BESIDE_PX
        if is_followed and x - width - _BESIDE_PX >= free:
            found.append(x - width - _BESIDE_PX)
            free = x
        elif x >= free and x + width + 2 * _BESIDE_PX < end:
            found.append(x + _BESIDE_PX)
            free = x + width + 4 * _BESIDE_PX
        else:
            found.append(None)
    return found


def fitted(metrics: QFontMetrics, title: str, room_px: int) -> str:
    """A title where there is little room: its place gives way, what is measured there stays ("第一…房 · Outlet")."""
    place, between, what = title.rpartition(" · ")
    left_px = room_px - metrics.horizontalAdvance(between + what)
    if not place or left_px < metrics.horizontalAdvance("……"):
        return metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room_px)
    return metrics.elidedText(place, Qt.TextElideMode.ElideMiddle, left_px) + between + what


def figures_of(head: StripHead, scale: Scale, *, is_high: bool) -> list[tuple[float, str]]:
    """Levels that are written beside a strip, in the unit inside, as on screen: its ends, in a high one its middle."""
    low, high = scale.low, scale.high
    places = decimals_of((high - low) * head.factor, head.decimals)
    levels = (high, (low + high) / 2, low) if is_high else (high, low)
    return [(level, formats.number(level * head.factor, places)) for level in levels]


def is_loud(tone: str) -> bool:
    """Whether a colour token stands for something that is wrong: a curve has ink of its own only then."""
    return tone in _LOUD


def reach_of(head: StripHead, curve: Curve | None, band: Band | None) -> tuple[float, float]:
    """Lowest and highest level of a strip, in the unit inside: all that is drawn, and a near limit.

    Of a state everything that it may be, whatever it was: a line that has not moved says where it stands.
    """
    if head.levels:
        return head.levels[0][0] - _STATE_EDGE, head.levels[-1][0] + _STATE_EDGE
    parts = [] if curve is None else [curve.low, curve.high]
    parts += [] if band is None else [band.low, band.high]
    known = np.concatenate(parts) if parts else np.empty(0)
    known = known[np.isfinite(known)]
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    least = 10.0**-head.decimals * 12 / head.factor
    reach = max(high - low, least)
    near = [level for level, _ in head.limits if low - reach <= level <= high + reach]
    low, high = min([low, *near]), max([high, *near])
    edge = max((high - low) * 0.08, least / 4)
    return low - edge, high + edge


def holes_of(
    head: StripHead, curve: Curve, pieces: Sequence[slice], limits: tuple[int, int], now_ms: int
) -> list[tuple[int, int]]:
    """Where something was expected between *limits* and nothing came: from when until when, UTC milliseconds.

    Args:
        head: Of the channel.
        curve: What came.
        pieces: Its stretches without a gap.
        limits: Beginning and end of the axis of time.
        now_ms: The present; later nothing is expected yet.
    """
    start, end = limits
    stamps = curve.start_ms
    edges = [(int(stamps[piece.start]), int(stamps[piece.stop - 1]) + curve.step_ms) for piece in pieces]
    until = min(end, now_ms)
    if not edges:
        return [(start, until)]
    holes = [(before[1], after[0]) for before, after in pairwise(edges)]
    reach = 4 * max(curve.step_ms, head.interval_ms)
    if edges[0][0] - start > reach:
        holes.insert(0, (start, edges[0][0]))
    if until - edges[-1][1] > reach:
        holes.append((edges[-1][1], until))
    return holes


def upright(x: Float64, low: Float64, high: Float64) -> Float64:
    """A line from the lowest to the highest of each pixel where they are more than one apart. Shape (n, 4)."""
    tall = np.flatnonzero(low - high > 1.0)
    lines = np.empty((len(tall), 4))
    lines[:, 0] = lines[:, 2] = x[tall]
    lines[:, 1], lines[:, 3] = low[tall], high[tall]
    return lines


def apart(x: Float64, mean: Float64) -> tuple[list[float], list[float]]:
    """Entries that stand far from both neighbours: one between two gaps would not be seen without a dot."""
    between = np.diff(x, prepend=-np.inf, append=np.inf)
    alone = (between[:-1] >= _APART_PX) & (between[1:] >= _APART_PX)
    return x[alone].tolist(), mean[alone].tolist()


def joined(x: Float64, mean: Float64, pieces: Sequence[slice]) -> Float64:
    """Lines from mean to mean, none across a gap. Shape (n, 4)."""
    lines = np.empty((len(x) - 1, 4))
    lines[:, 0], lines[:, 1], lines[:, 2], lines[:, 3] = x[:-1], mean[:-1], x[1:], mean[1:]
    return np.delete(lines, [piece.start - 1 for piece in pieces[1:]], axis=0) if len(pieces) > 1 else lines


def decimals_of(reach: float, most: int) -> int:
    """How many places tell a strip's levels apart, and no more than the quantity has."""
    return next((places for places in range(most) if reach >= 10.0 ** (1 - places)), most)
