"""Last week's curve under today's: what it says at the cursor, and where it breaks."""

import math

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from app.telemetry.curves import Band
from app.ui.live.usual_paint import paint_last_week, week_before
from app.ui.theme import THEMES

MINUTE = 60_000
STARTS = np.array([0, 1, 2, 5, 6, 7], dtype=np.int64) * MINUTE
WEEK = np.array([10.0, 20.0, 30.0, 40.0, np.nan, 50.0])
BAND = Band(STARTS, WEEK - 1.0, WEEK + 1.0, WEEK, MINUTE)


@pytest.mark.parametrize(
    ("at_ms", "value"),
    [(0, 10.0), (MINUTE - 1, 10.0), (2 * MINUTE, 30.0), (3 * MINUTE, math.nan), (-1, math.nan), (6 * MINUTE, math.nan)],
)
def test_the_value_of_a_week_before(at_ms: int, value: float) -> None:
    assert week_before(BAND, at_ms) == pytest.approx(value, nan_ok=True)


def test_nothing_is_known_of_a_week_before_without_a_band() -> None:
    assert math.isnan(week_before(None, 0))
    nothing = np.empty(0)
    assert math.isnan(week_before(Band(nothing.astype(np.int64), nothing, nothing, nothing, MINUTE), 0))


@pytest.mark.usefixtures("qapp")
def test_the_curve_breaks_where_nothing_was_measured() -> None:
    image = QImage(100, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    theme = next(iter(THEMES.values()))
    paint_last_week(painter, theme, BAND, lambda at: np.asarray(at, np.float64) / MINUTE * 10.0, lambda level: level)
    painter.end()
    inked = {x for x in range(100) for y in range(60) if image.pixelColor(x, y) == QColor(theme.acc)}
    assert {6, 15, 24} <= inked
    assert not inked & set(range(27, 100)), "a gap, and a lone minute, draw no line"
