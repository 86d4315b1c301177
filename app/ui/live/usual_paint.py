"""What was usual, painted under a strip's curve: the band of the last weeks, and last week's own curve."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from app.telemetry.curves import Band
from app.ui.map.qtdraw import colour, draw_boxes, draw_lines, pen
from app.ui.theme import Theme
from network.columns import Float64, Int64

Across = Callable[[Int64], Float64]
"""From instants to pixels."""
Up = Callable[[Float64], Float64]
"""From levels to pixels."""


def paint_band(painter: QPainter, theme: Theme, band: Band, x: Across, y: Up, span_px: tuple[float, float]) -> None:
    """The range of the same times in the last weeks, as a grey band between *span_px*."""
    left, right = x(band.start_ms), x(band.start_ms + band.step_ms)
    top, bottom = y(band.high), y(band.low)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(theme.t3, 0.16))
    boxes = np.column_stack([left, top, right - left, np.maximum(bottom - top, 2.0)])
    draw_boxes(painter, boxes[(right > span_px[0]) & (left < span_px[1])])
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_last_week(painter: QPainter, theme: Theme, band: Band, x: Across, y: Up) -> None:
    """The curve of a week before, in another colour; where nothing was measured then, nothing is drawn."""
    across, level = x(band.start_ms + band.step_ms // 2), y(band.last_week)
    follows = (np.diff(band.start_ms) == band.step_ms) & np.isfinite(level[:-1]) & np.isfinite(level[1:])
    painter.setPen(pen(QColor(theme.acc), 1.0))
    ends = np.column_stack([across[:-1], level[:-1], across[1:], level[1:]])
    draw_lines(painter, np.ascontiguousarray(ends[follows]))


def week_before(band: Band | None, moment_ms: int) -> float:
    """What was measured a week before *moment_ms*, in the unit inside; NaN where nothing was."""
    if band is None or not len(band.start_ms):
        return float("nan")
    at = int(np.searchsorted(band.start_ms, moment_ms, side="right")) - 1
    is_in = at >= 0 and moment_ms - int(band.start_ms[at]) < band.step_ms
    return float(band.last_week[at]) if is_in else float("nan")
