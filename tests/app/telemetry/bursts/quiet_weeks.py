"""Weeks of pressures at some loggers: a daily course, weather that all feel unequally, and noise."""

from __future__ import annotations

import numpy as np

TICK_S = 900
DAY = 96
MONDAY_MS = 4 * 86_400_000 - 8 * 3_600_000
"""A Monday, 0:00 in the city."""


def at_ms(ticks: int) -> np.ndarray:
    return MONDAY_MS + np.arange(ticks, dtype=np.int64) * TICK_S * 1000


def quiet_m(days: int, loggers: int = 5, seed: int = 7) -> np.ndarray:
    """Shape (ticks, loggers), metres."""
    random = np.random.default_rng(seed)
    ticks = days * DAY
    course = 40.0 - 2.0 * np.cos(2.0 * np.pi * np.arange(ticks) / DAY)
    weather = np.repeat(random.normal(0.0, 1.0, days), DAY)
    felt = np.linspace(0.4, 1.2, loggers)
    return course[:, None] + weather[:, None] * felt + random.normal(0.0, 0.05, (ticks, loggers))
