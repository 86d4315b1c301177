"""Axes of the trade-off chart: round steps, and places in pixels. Figures only."""

from __future__ import annotations

import math
from dataclasses import dataclass


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5, 10, 20 … that divides *span* into at most *most* steps; at least 1.

    >>> round_step(7, 8), round_step(2146, 5)
    (1.0, 500.0)
    """
    if span <= 0 or most < 1:
        return 1.0
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    return max(step, 1.0)


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        low, high: Values at its ends.
        step: Between two marks.
        start_px, end_px: Pixels of its ends.
    """

    low: float
    high: float
    step: float
    start_px: float
    end_px: float

    def px(self, value: float) -> float:
        """Where *value* stands."""
        return self.start_px + (value - self.low) / (self.high - self.low) * (self.end_px - self.start_px)

    @property
    def marks(self) -> tuple[float, ...]:
        """Values at which a number is written."""
        count = math.floor((self.high - self.low) / self.step + 1e-9)
        return tuple(self.low + at * self.step for at in range(count + 1))


def cost_axis(values: list[float], start_px: float, end_px: float) -> Axis:
    """The axis of what is spared: a step of room at both ends, never below nought."""
    low, high = min(values), max(values)
    most = max(int((end_px - start_px) // 44), 2)
    step = round_step(high - low + 2, most)
    first = max(math.floor(low / step) * step - (step if low % step == 0 else 0), 0.0)
    return Axis(first, (math.floor(high / step) + 1) * step, step, start_px, end_px)


def customer_axis(values: list[float], bottom_px: float, top_px: float) -> Axis:
    """The axis of customers out: from nought to the first mark above the most."""
    most = max(int((bottom_px - top_px) // 44), 2)
    step = round_step(max(values) * 1.08, most)
    return Axis(0.0, max(math.ceil(max(values) * 1.08 / step), 1) * step, step, bottom_px, top_px)
