"""Curves for drawing: lowest, highest and mean of each step, so many steps as there are pixels, whatever the span.

Spikes survive: lowest and highest are exact. Where nothing was measured there is no step, and no line is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.telemetry.pyramid import MINUTE_MS
from network.columns import Float64, Int64

WEEK_MS: Final = 7 * 24 * 60 * MINUTE_MS
BAND_WEEKS: Final = 4
STEPS_MIN: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
"""Steps of the pyramid in minutes; each divides a week, so that weeks lie over each other."""
_GAP_STEPS: Final = 3.5


@dataclass(frozen=True, eq=False)
class Curve:
    """One channel over a span; arrays have one entry a step, by time, values in the unit inside.

    Attributes:
        start_ms: Beginning of the step, or the instant of a reading; UTC milliseconds.
        low, high, mean: Of its readings.
        step_ms: Width of a step; 0 where each entry is a reading.
    """

    start_ms: Int64
    low: Float64
    high: Float64
    mean: Float64
    step_ms: int

    def __len__(self) -> int:
        return len(self.start_ms)

    def pieces(self, interval_ms: int) -> list[slice]:
        """Stretches without a gap: a gap is where *interval_ms*, or a step, is missed more than three times."""
        if not len(self):
            return []
        longest = _GAP_STEPS * max(self.step_ms, interval_ms)
        breaks = np.flatnonzero(np.diff(self.start_ms) > longest) + 1
        return [slice(*ends) for ends in zip([0, *breaks.tolist()], [*breaks.tolist(), len(self)], strict=True)]

    def at(self, moment_ms: int, within_ms: int) -> float:
        """Mean at *moment_ms*, of the nearest entry no farther away than *within_ms*; NaN where there is none."""
        if not len(self):
            return float("nan")
        middle = self.start_ms + self.step_ms // 2
        near = int(np.argmin(np.abs(middle - moment_ms)))
        return float(self.mean[near]) if abs(int(middle[near]) - moment_ms) <= within_ms else float("nan")


@dataclass(frozen=True, eq=False)
class Band:
    """What was usual at the same times of the weeks before; arrays have one entry a step.

    Attributes:
        start_ms: Of the steps now, UTC milliseconds.
        low, high: Lowest and highest mean of those weeks.
        last_week: Mean a week before, NaN where nothing was measured.
    """

    start_ms: Int64
    low: Float64
    high: Float64
    last_week: Float64
    step_ms: int


def step_for(span_ms: int, columns: int) -> int:
    """Width of the pyramid's step for a span on so many pixels; 0 where readings themselves are few enough."""
    wanted_min = span_ms / max(columns, 1) / MINUTE_MS
    if wanted_min < 0.5:
        return 0
    return next((step for step in STEPS_MIN if step >= wanted_min), STEPS_MIN[-1]) * MINUTE_MS
