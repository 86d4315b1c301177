"""Mains coloured by how many customers are out if each must be isolated."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from app.messages import formats
from app.ui.map.shades import PipeShades
from network.columns import Int64

LEVELS = 5
_SHARES = (0.6, 0.8, 0.92, 0.975, 0.995)
"""Shares of the mains with a loss that stay below each level: few mains carry most of the risk, the rest stays grey."""
_NICE = np.array([10, 15, 20, 30, 50, 70])


def limits_of(customers: Int64) -> tuple[int, ...]:
    """Where levels begin: at most five ascending round numbers. Mains with fewer customers have no level.

    Args:
        customers: Shape (pipes,), what is lost with each main.
    """
    lost = np.sort(customers[customers > 0])
    if not len(lost):
        return ()
    at = (np.array(_SHARES) * (len(lost) - 1)).astype(np.int64)
    return tuple(sorted({_round(int(value)) for value in lost[at]}))


def _round(value: int) -> int:
    """The greatest round number not above *value*; below 10 every number is round."""
    if value < _NICE[0]:
        return value
    power = 10 ** (len(str(value)) - 2)
    return int(_NICE[_NICE * power <= value].max() * power)


def shades_of(customers: Int64, title: str) -> PipeShades:
    """Levels of all mains; *title* stands over the legend."""
    limits = limits_of(customers)
    level = np.searchsorted(np.array(limits, dtype=np.int64), customers, side="right").astype(np.uint8)
    # Fewer levels take the strong end of the ramp: the worst is always the strongest.
    spare = LEVELS - len(limits)
    return PipeShades(
        np.where(level > 0, level + spare, 0).astype(np.uint8), "ramp_loss", title, ("",) * spare + _labels(limits)
    )


def _labels(limits: tuple[int, ...]) -> tuple[str, ...]:
    """``1–9``, ``10–49`` … ``≥ 200``."""
    bounds = pairwise(limits)
    spans = [
        formats.number(low) if high == low + 1 else f"{formats.number(low)}–{formats.number(high - 1)}"
        for low, high in bounds
    ]
    return (*spans, *(f"≥ {formats.number(last)}" for last in limits[-1:]))
