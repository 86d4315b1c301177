"""A long section, painted: ground, pipe and head over the way's measure, with devices and diameters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.messages import formats
from app.ui import fonts, icons
from app.ui.look import Look
from app.ui.map.qtdraw import colour, path_of, pen
from gis.scene.view import scale_bar_m
from network.assets import DeviceKind, Position
from network.columns import Float64
from network.topology import City, DeviceStates
from network.units import M_HEAD_PER_MPA
from network.ways import LongSection

_LEFT, _RIGHT, _TOP, _BAND = 64.0, 24.0, 30.0, 44.0
_USUAL_PX, _LEAST_PX = 240, 160
_DEVICE_PX = 14.0
_MOST_DEVICES_NAMED_PX = 58.0


@dataclass(frozen=True, eq=False)
class SectionContent:
    """What is painted.

    Attributes:
        section: Heights and devices by measure.
        city: For ids and diameters.
        states: For the position of valves.
        hour: Of the day, for which the heads were worked out; None where nobody has asked.
    """

    section: LongSection
    city: City
    states: DeviceStates
    hour: float | None = None


@dataclass(frozen=True)
class MeasuredHead:
    """What an instrument on the way reads.

    Attributes:
        at_m: Its measure along the way.
        head_m: Over the datum of the ground; NaN where its level is not known.
        said: Its name and pressure.
        tone: Colour token of its point.
        is_fresh: Whether the reading may be relied on as of now.
    """

    at_m: float
    head_m: float
    said: str
    tone: str
    is_fresh: bool


@dataclass(frozen=True)
class MeasuredHeads:
    """All of them by measure, and of which moment; "" for the present."""

    heads: tuple[MeasuredHead, ...]
    moment: str = ""

    @property
    def placed(self) -> tuple[MeasuredHead, ...]:
        """Those whose level is known."""
        return tuple(one for one in self.heads if math.isfinite(one.head_m))


class SectionView(QWidget):
    """The drawing.

    Signals:
        pointed: The pointer is at this measure, metres; negative when it left.
        picked: A device was clicked: its row.
    """

    pointed = Signal(float)
    picked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._content: SectionContent | None = None
        self._measured: MeasuredHeads | None = None
        self._pointer_m = -1.0
        self.setMouseTracking(True)
        self.setMinimumHeight(_LEAST_PX)
        look.theme_changed.connect(self.update)
        look.language_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as is comfortable; on a low screen it makes do with less."""
        return QSize(super().sizeHint().width(), _USUAL_PX)

    def show_section(self, content: SectionContent | None) -> None:
        """Paint another section, or none."""
        self._content = content
        self._pointer_m = -1.0
        self.update()

    def show_heads(self, measured: MeasuredHeads | None) -> None:
        """Paint what instruments along the way read, or nothing of that."""
        if measured != self._measured:
            self._measured = measured
            self.update()

    @property
    def measured(self) -> MeasuredHeads | None:
        """What instruments along the way read."""
        return self._measured

    def ground_at(self, at_m: float) -> float:
        """Level of the ground at a measure; NaN where it is not known."""
        if self._content is None or not len(self._content.section.at_m):
            return float("nan")
        section = self._content.section
        return float(np.interp(at_m, section.at_m, section.ground_m))

    # Measures and pixels

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, _TOP, max(self.width() - _LEFT - _RIGHT, 1), max(self.height() - _TOP - _BAND, 1))

    def x_of(self, at_m: Float64 | float) -> Float64:
        """Pixels of measures along the way."""
        assert self._content is not None
        whole_m = max(self._content.section.length_m, 1e-9)
        plot = self._plot()
        return np.asarray(plot.left() + np.asarray(at_m) / whole_m * plot.width(), dtype=np.float64)

    def _heights(self, section: LongSection) -> tuple[float, float]:
        """Lowest and highest level to show, with room above and below."""
        measured = [] if self._measured is None else [one.head_m for one in self._measured.placed]
        known = np.concatenate([section.ground_m, section.crown_m, section.head_m, measured])
        known = known[np.isfinite(known)]
        if not len(known):
            return 0.0, 1.0
        room_m = max(float(known.max() - known.min()) * 0.12, 1.0)
        return float(known.min()) - room_m, float(known.max()) + room_m

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.colour("bg1"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._content is not None:
                self._paint(painter, self._content)

    def _paint(self, painter: QPainter, content: SectionContent) -> None:
        section = content.section
        low_m, high_m = self._heights(section)
        self._paint_axes(painter, section, low_m, high_m)
        for heights, token, width, style in (
            (section.ground_m, "t2", 1.6, Qt.PenStyle.SolidLine),
            (section.crown_m, "t1", 2.4, Qt.PenStyle.SolidLine),
            (section.head_m, "acc", 1.6, Qt.PenStyle.DashLine),
        ):
            self._paint_line(painter, section.at_m, heights, (low_m, high_m), token, width, style)
        self._paint_band(painter, content)
        self._paint_devices(painter, content, low_m, high_m)
        if self._measured is not None:
            self._paint_heads(painter, self._measured, low_m, high_m)
        self._paint_legend(painter, content)
        if 0 <= self._pointer_m <= section.length_m:
            x = float(self.x_of(self._pointer_m))
            painter.setPen(pen(self._look.theme.acc, 1.0))
            painter.drawLine(QPointF(x, _TOP), QPointF(x, self.height() - _BAND))
            self._write(painter, QRectF(x + 6, _TOP, 200, 18), self.said_at(self._pointer_m), "t1")

    def said_at(self, at_m: float) -> str:
        """Measure, ground and cover at a place of the way."""
        assert self._content is not None
        section = self._content.section
        parts = [formats.length(at_m)]
        for name, values in (
            (self.tr("ground"), section.ground_m),
            (self.tr("pipe"), section.crown_m),
            (self.tr("head"), section.head_m),
        ):
            value = float(np.interp(at_m, section.at_m, values))
            if np.isfinite(value):
                parts.append(f"{name} {formats.number(value, 2)}")
        over_m = float(np.interp(at_m, section.at_m, section.head_m - section.ground_m))
        if np.isfinite(over_m):
            parts.append(self.tr("{pressure} MPa").format(pressure=formats.number(over_m / M_HEAD_PER_MPA, 3)))
        return " · ".join(parts)

    def _y_of(self, height_m: Float64 | float, low_m: float, high_m: float) -> Float64:
        plot = self._plot()
        return np.asarray(plot.bottom() - (np.asarray(height_m) - low_m) / (high_m - low_m) * plot.height())

    def _paint_axes(self, painter: QPainter, section: LongSection, low_m: float, high_m: float) -> None:
        plot, theme = self._plot(), self._look.theme
        step_m = scale_bar_m((high_m - low_m) / plot.height(), 48.0)
        painter.setFont(fonts.font(fonts.CAPTION))
        for height_m in np.arange(np.ceil(low_m / step_m) * step_m, high_m, step_m):
            y = float(self._y_of(height_m, low_m, high_m))
            painter.setPen(pen(theme.line, 1.0))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            self._write(
                painter,
                QRectF(0, y - 8, _LEFT - 8, 16),
                formats.number(float(height_m), 1 if step_m < 1 else 0),
                "t3",
                right=True,
            )
        along_m = scale_bar_m(section.length_m / plot.width(), 120.0) if section.length_m > 0 else 1.0
        for at_m in np.arange(0.0, section.length_m + along_m * 0.01, along_m):
            x = float(self.x_of(min(at_m, section.length_m)))
            painter.setPen(pen(theme.line, 1.0))
            painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4))
            self._write(
                painter, QRectF(x - 40, self.height() - 18, 80, 16), formats.number(float(at_m)), "t3", middle=True
            )

    def _paint_line(
        self,
        painter: QPainter,
        at_m: Float64,
        heights: Float64,
        span: tuple[float, float],
        token: str,
        width: float,
        style: Qt.PenStyle,
    ) -> None:
        """A line with gaps where nothing is known: never bridged."""
        known = np.isfinite(heights)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
        for first, last in edges.reshape(-1, 2).tolist():
            px = np.column_stack([self.x_of(at_m[first:last]), self._y_of(heights[first:last], *span)])
            painter.strokePath(path_of(px, np.array([0, len(px)])), pen(getattr(self._look.theme, token), width, style))

    def _paint_band(self, painter: QPainter, content: SectionContent) -> None:
        """Diameters under the plot, a tick where the diameter changes; named where there is room."""
        top = self._plot().bottom() + 6
        named_to = -1e9
        for said, start_m, end_m in diameters(content):
            left, right = float(self.x_of(start_m)), float(self.x_of(end_m))
            painter.setPen(pen(self._look.theme.line2, 1.0))
            painter.drawLine(QPointF(right, top), QPointF(right, top + 12))
            wide = painter.fontMetrics().horizontalAdvance(said)
            if right - left > wide + 6 and left >= named_to:
                self._write(painter, QRectF(left, top - 2, right - left, 16), said, "t2", middle=True)
                named_to = (left + right + wide) / 2

    def _paint_devices(self, painter: QPainter, content: SectionContent, low_m: float, high_m: float) -> None:
        section, devices = content.section, content.city.network.devices
        named_until = -1e9
        for row, at_m in zip(section.devices, section.device_at_m.tolist(), strict=True):
            x = float(self.x_of(at_m))
            level = float(np.interp(at_m, section.at_m, section.crown_m))
            y = float(self._y_of(level, low_m, high_m)) if np.isfinite(level) else self._plot().bottom() - 12
            closed = content.states.position[row] == Position.CLOSED
            name = "source" if devices.kind[row] == DeviceKind.PUMP else "valve_closed" if closed else "valve_open"
            icons.draw(
                painter,
                name,
                QRectF(x - _DEVICE_PX / 2, y - _DEVICE_PX / 2, _DEVICE_PX, _DEVICE_PX),
                self._look.colour("t1"),
            )
            if x > named_until:
                self._write(painter, QRectF(x - 40, y - 26, 80, 16), devices.ids[row], "t2", middle=True)
                named_until = x + _MOST_DEVICES_NAMED_PX

    def _paint_heads(self, painter: QPainter, measured: MeasuredHeads, low_m: float, high_m: float) -> None:
        """A point for each instrument with what it reads; a line between those that may be relied on."""
        places = [
            QPointF(float(self.x_of(one.at_m)), float(self._y_of(one.head_m, low_m, high_m))) for one in measured.placed
        ]
        sound = [place for place, one in zip(places, measured.placed, strict=True) if one.is_fresh]
        painter.setPen(pen(self._look.theme.acc, 1.6))
        for before, after in pairwise(sound):
            painter.drawLine(before, after)
        named_until = -1e9
        for place, one in zip(places, measured.placed, strict=True):
            ink = self._look.colour(one.tone if one.is_fresh else "t3")
            painter.setPen(pen(ink, 1.6))
            painter.setBrush(ink if one.is_fresh else self._look.colour("bg1"))
            painter.drawEllipse(place, 4.0, 4.0)
            wide = painter.fontMetrics().horizontalAdvance(one.said)
            left = min(max(place.x() - wide / 2, _LEFT), self.width() - wide - 4.0)
            if left > named_until:
                tone = one.tone if one.is_fresh else "t3"
                self._write(painter, QRectF(left, place.y() - 24, wide, 16), one.said, tone)
                named_until = left + wide + 8.0
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def measured_words(self) -> str:
        """What the line of measured heads is called; "" where no instrument stands on the way."""
        measured = self._measured
        if measured is None or not measured.heads:
            return ""
        moment = measured.moment
        said = self.tr("measured head at {moment}").format(moment=moment) if moment else self.tr("measured head, now")
        missing = len(measured.heads) - len(measured.placed)
        if missing:
            said += formats.filled(
                self.tr(" ({count} {count|instrument|instruments} without a level)"), count=formats.number(missing)
            )
        return said

    def _paint_legend(self, painter: QPainter, content: SectionContent) -> None:
        left, section = _LEFT, content.section
        measured = self.measured_words()
        if measured:
            painter.setPen(pen(self._look.theme.acc, 2.0))
            painter.drawLine(QPointF(left, 14), QPointF(left + 22, 14))
            self._write(painter, QRectF(left + 28, 5, 160, 18), measured, "t2")
            left += 44 + painter.fontMetrics().horizontalAdvance(measured)
        for name, token, style, values in (
            (self.tr("ground"), "t2", Qt.PenStyle.SolidLine, section.ground_m),
            (self.tr("top of the pipe"), "t1", Qt.PenStyle.SolidLine, section.crown_m),
            (self.pressure_words(), "acc", Qt.PenStyle.DashLine, section.head_m),
        ):
            if not np.isfinite(values).any():
                continue
            painter.setPen(pen(getattr(self._look.theme, token), 2.0, style))
            painter.drawLine(QPointF(left, 14), QPointF(left + 22, 14))
            self._write(painter, QRectF(left + 28, 5, 160, 18), name, "t2")
            left += 44 + painter.fontMetrics().horizontalAdvance(name)
        missing = self.missing_words()
        if missing:
            self._write(painter, QRectF(left, 5, self.width() - left, 18), missing, "t3")

    def pressure_words(self) -> str:
        """What the pressure line is called: of which hour."""
        assert self._content is not None
        hour = self._content.hour
        return self.tr("pressure line at {hour}").format(hour="" if hour is None else formats.hour_of_day(hour))

    def missing_words(self) -> str:
        """Which lines are not there, and why."""
        assert self._content is not None
        section, hour = self._content.section, self._content.hour
        told = []
        if not np.isfinite(section.ground_m).any() and not np.isfinite(section.crown_m).any():
            told.append(
                self.tr(
                    "Neither ground levels nor depths are recorded here; devices and diameters are shown by measure."
                )
            )
        if hour is None:
            told.append(self.tr("No pressure line yet: choose “Pressure line”."))
        elif not np.isfinite(section.head_m).any():
            told.append(self.tr("No pressure line: there is no water in these mains now."))
        return " ".join(told)

    def _write(
        self, painter: QPainter, box: QRectF, text: str, token: str, *, right: bool = False, middle: bool = False
    ) -> None:
        painter.setFont(fonts.font(fonts.CAPTION))
        painter.setPen(QColor(colour(getattr(self._look.theme, token))))
        side = (
            Qt.AlignmentFlag.AlignRight
            if right
            else Qt.AlignmentFlag.AlignHCenter
            if middle
            else Qt.AlignmentFlag.AlignLeft
        )
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextDontClip), text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._content is not None:
            plot = self._plot()
            share = (event.position().x() - plot.left()) / plot.width()
            self._pointer_m = share * self._content.section.length_m
            self.pointed.emit(self._pointer_m)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._content is None or not self._content.section.devices:
            return
        away = np.abs(self.x_of(self._content.section.device_at_m) - event.position().x())
        if away.min() <= _DEVICE_PX:
            self.picked.emit(self._content.section.devices[int(np.argmin(away))])


def diameters(content: SectionContent) -> list[tuple[str, float, float]]:
    """Diameters along the way, with the measures between which each holds."""
    pipes = content.city.network.pipes
    found: list[tuple[str, float, float]] = []
    for piece in content.section.stretches:
        said = formats.nominal_diameter(int(pipes.dn_mm[piece.pipe]), bool(pipes.outside[piece.pipe]))
        if found and found[-1][0] == said:
            found[-1] = (said, found[-1][1], piece.end_m)
        else:
            found.append((said, piece.start_m, piece.end_m))
    return found
