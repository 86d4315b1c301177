"""What channels measure, the units that they come in, and the unit that each is kept in.

Converted once, at the boundary. A value that looks as if its unit were another is proposed to a person, and never
converted on a suspicion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from app.errors import AppError
from app.telemetry.readings import LARGEST_COUNT, NO_VALUE
from network.columns import Float64, Int64
from network.units import factor


class Quantity(StrEnum):
    """What an instrument measures."""

    PRESSURE = "pressure"
    FLOW = "flow"
    LEVEL = "level"
    CHLORINE = "chlorine"
    TURBIDITY = "turbidity"
    ACIDITY = "acidity"
    TEMPERATURE = "temperature"
    POWER = "power"
    STATE = "state"
    POWER_FEED = "power_feed"
    """Which feed a station has its power from: 1 the first, 2 the second (备自投 has switched over), 0 none."""


@dataclass(frozen=True)
class Kept:
    """How a quantity is kept.

    Attributes:
        unit: The unit inside.
        resolution: Smallest step that is told apart unless a channel states another, in that unit.
        lowest, highest: What instruments of the kind can mean at all, in that unit.
        per_second: Change in a second beyond which a reading is called steep; infinite where anything goes.
    """

    unit: str
    resolution: float
    lowest: float
    highest: float
    per_second: float


KEPT: Final = {
    Quantity.PRESSURE: Kept("m", 0.01, -15.0, 400.0, 20.0),
    Quantity.FLOW: Kept("m3/s", 1e-5, -30.0, 30.0, 2.0),
    Quantity.LEVEL: Kept("m", 0.001, -5.0, 60.0, 0.05),
    Quantity.CHLORINE: Kept("mg/L", 0.01, 0.0, 20.0, 0.5),
    Quantity.TURBIDITY: Kept("NTU", 0.01, 0.0, 4000.0, np.inf),
    Quantity.ACIDITY: Kept("pH", 0.01, 0.0, 14.0, 0.5),
    Quantity.TEMPERATURE: Kept("°C", 0.1, -40.0, 60.0, 1.0),
    Quantity.POWER: Kept("kW", 0.1, -1e5, 1e5, np.inf),
    Quantity.STATE: Kept("", 1.0, -1e9, 1e9, np.inf),
    Quantity.POWER_FEED: Kept("", 1.0, 0.0, 9.0, np.inf),
}
"""House values; an instrument's own range and resolution go before them."""

_SAME: Final = {
    "mg/L": {"mg/L": 1.0, "mg/l": 1.0, "ug/L": 1e-3, "μg/L": 1e-3, "g/m3": 1.0},
    "NTU": {"NTU": 1.0, "FNU": 1.0, "度": 1.0},
    "pH": {"pH": 1.0, "": 1.0},
    "°C": {"°C": 1.0, "C": 1.0, "℃": 1.0},
    "kW": {"kW": 1.0, "W": 1e-3, "MW": 1e3},
    "": {"": 1.0},
}

MISTAKES: Final = (1000.0, 100.0, 10.0, 9.80665)
"""Ratios by which readings are off when a unit is taken for another: k for none, bar for MPa, kgf for N."""


def to_kept(quantity: Quantity, unit: str) -> float:
    """What to multiply values in *unit* with to have them in the unit inside.

    Raises:
        AppError: ``telemetry.unknown_unit``.
    """
    kept = KEPT[quantity].unit
    if kept in _SAME:
        if unit in _SAME[kept]:
            return _SAME[kept][unit]
        raise AppError("telemetry.unknown_unit", unit=unit, quantity=quantity.value)
    try:
        return factor(unit, kept)
    except ValueError as error:
        raise AppError("telemetry.unknown_unit", unit=unit, quantity=quantity.value) from error


def counts_of(values: Float64, multiply: float | Float64, resolution: float | Float64) -> Int64:
    """Values as sent, as whole numbers of *resolution*; ``NO_VALUE`` for what is no number or too large for one."""
    with np.errstate(over="ignore", invalid="ignore"):
        steps = np.rint(values * multiply / resolution)
    can_be = np.isfinite(steps) & (np.abs(steps) < LARGEST_COUNT)
    return np.where(can_be, np.where(can_be, steps, 0.0).astype(np.int64), NO_VALUE)


def values_of(counts: Int64, resolution: float | Float64) -> Float64:
    """Values in the unit inside; NaN where there is no number."""
    return np.where(counts == NO_VALUE, np.nan, counts * resolution)


def suspected_mistake(values: Float64, usual: Sequence[float], least: int = 20) -> float | None:
    """The ratio of ``MISTAKES`` (or its inverse) by which *values* are off, or None.

    Told only of *least* numbers or more whose median lies outside of the *usual* band and inside once divided by the
    ratio; where several ratios would do, the one that brings it nearest to the middle of the band.

    Args:
        values: Readings of one channel in the unit inside, in any order.
        usual: Lowest and highest value of the place in quiet times, both above 0.
        least: How many numbers it takes to suspect anything.
    """
    known = values[np.isfinite(values)]
    lowest, highest = usual
    if len(known) < least or lowest <= 0:
        return None
    middle = float(np.median(known))
    if middle <= 0 or lowest <= middle <= highest:
        return None
    centre = np.sqrt(lowest * highest)
    ratios = [ratio for each in MISTAKES for ratio in (each, 1.0 / each)]
    fitting = [ratio for ratio in ratios if lowest <= middle / ratio <= highest]
    if not fitting:
        return None
    return min(fitting, key=lambda ratio: abs(np.log(middle / ratio / centre)))
