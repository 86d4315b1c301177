"""How a clock looks at a moment: icon, ink, and its time in figures; the same wherever one is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.dispatch.states import ClockState
from app.ui import fonts, icons
from app.ui.theme import Theme

CHIP_HEIGHT = 24
_ICON_PX, _EDGE_PX, _GAP_PX = 14, 8, 6
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400

ICONS: Final[Mapping[ClockState, str]] = MappingProxyType(
    {
        ClockState.NOT_APPLICABLE: "clock_none",
        ClockState.WAIVED: "clock_waived",
        ClockState.MET: "tick",
        ClockState.MET_EARLY: "clock_met_late",
        ClockState.MET_LATE: "clock_met_late",
        ClockState.PENDING: "clock_pending",
        ClockState.PAUSED: "clock_paused",
        ClockState.RUNNING: "clock_running",
        ClockState.AT_RISK: "clock_at_risk",
        ClockState.FORECAST_TO_BREACH: "clock_forecast",
        ClockState.BREACHED: "clock_breached",
    }
)
_TONES: Final[Mapping[ClockState, str]] = MappingProxyType(
    {
        ClockState.BREACHED: "red_text",
        ClockState.AT_RISK: "amber_text",
        ClockState.FORECAST_TO_BREACH: "amber_text",
        ClockState.RUNNING: "t2",
        ClockState.PAUSED: "t2",
    }
)
PRESSING: Final = frozenset({ClockState.BREACHED, ClockState.AT_RISK, ClockState.FORECAST_TO_BREACH})


def tone_of(state: ClockState) -> str:
    """Colour token of words in *state*."""
    return _TONES.get(state, "t3")


def span(left_s: float) -> str:
    """Time left as figures; what is past its limit has a plus: so much over.

    >>> span(452.9), span(84226), span(172_860), span(-374), span(-4000)
    ('07:32', '23:23:46', '2d 00:01', '+06:14', '+1:06:40')
    """
    over = left_s < 0
    whole = int(-left_s) if over else int(left_s)
    days, rest = divmod(whole, _DAY_S)
    hours, rest = divmod(rest, _HOUR_S)
    minutes, seconds = divmod(rest, _MINUTE_S)
    if days:
        text = f"{days}d {hours:02d}:{minutes:02d}"
    elif hours:
        text = f"{hours}:{minutes:02d}:{seconds:02d}"
    else:
        text = f"{minutes:02d}:{seconds:02d}"
    return f"+{text}" if over else text


@dataclass(frozen=True)
class Face:
    """One clock at a moment.

    Attributes:
        state: What it says.
        label: Its name.
        time: What is left or over, as figures; "" where nothing runs.
    """

    state: ClockState
    label: str
    time: str = ""


def chip_width(face: Face) -> float:
    """Width of :func:`paint_chip`."""
    label = QFontMetricsF(fonts.font(fonts.TABLE)).horizontalAdvance(face.label)
    time = QFontMetricsF(fonts.font(fonts.TABLE, 600)).horizontalAdvance(face.time) if face.time else 0.0
    between = _GAP_PX if face.label and face.time else 0.0
    return 2 * _EDGE_PX + _ICON_PX + _GAP_PX + label + between + time


def paint_chip(painter: QPainter, left: float, top: float, face: Face, theme: Theme) -> float:
    """Paint *face* as a chip with its corner at *left*, *top*; returns its width."""
    box = QRectF(left, top, chip_width(face), CHIP_HEIGHT)
    ink, figures = _dress(painter, box, face.state, theme)
    icon = QRectF(left + _EDGE_PX, top + (CHIP_HEIGHT - _ICON_PX) / 2, _ICON_PX, _ICON_PX)
    icons.draw(painter, ICONS[face.state], icon, ink)
    at = left + _EDGE_PX + _ICON_PX + _GAP_PX
    painter.setPen(ink)
    painter.setFont(fonts.font(fonts.TABLE))
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    painter.drawText(QRectF(at, top, box.right() - at, CHIP_HEIGHT), flags, face.label)
    if face.time:
        at += QFontMetricsF(painter.font()).horizontalAdvance(face.label) + (_GAP_PX if face.label else 0.0)
        painter.setPen(figures)
        painter.setFont(fonts.font(fonts.TABLE, 600))
        painter.drawText(QRectF(at, top, box.right() - at + 4, CHIP_HEIGHT), flags, face.time)
    return box.width()


def _dress(painter: QPainter, box: QRectF, state: ClockState, theme: Theme) -> tuple[QColor, QColor]:
    """Paint the chip's ground; returns the inks of its label and of its figures."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if state in {ClockState.BREACHED, ClockState.AT_RISK}:
        fill, ink = (theme.red, theme.red_on) if state is ClockState.BREACHED else (theme.amber, theme.amber_on)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return QColor(ink), QColor(ink)
    inside = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state is ClockState.FORECAST_TO_BREACH:
        pen = QPen(QColor(theme.amber_text), 1)
        pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        painter.drawRoundedRect(inside, 3, 3)
        return QColor(theme.amber_text), QColor(theme.amber_text)
    if state in {ClockState.RUNNING, ClockState.PAUSED, ClockState.MET_EARLY, ClockState.MET_LATE}:
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawRoundedRect(inside, 3, 3)
    ink = theme.t3 if state in {ClockState.PENDING, ClockState.WAIVED, ClockState.NOT_APPLICABLE} else theme.t2
    return QColor(ink), QColor(theme.t1)
