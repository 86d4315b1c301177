"""Whether a crew's positions show that it has arrived: within a radius of the place for some time.

What cannot be true is set aside first and counted: positions from the future, off the earth, or reached faster than any
van drives. The clock of a device may be wrong; its order of fixes is trusted, its times are not beyond these checks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


@dataclass(frozen=True)
class Fence:
    """House values of an arrival.

    Attributes:
        radius_m: How near is near.
        stay_s: For how long.
        gap_s: A longer silence ends a stay: nobody knows where the crew was meanwhile.
        fastest_m_s: No van is faster; 50 m/s is 180 km/h.
        ahead_s: How far a device's clock may run ahead before its fix is from the future.
    """

    radius_m: float = 80.0
    stay_s: float = 60.0
    gap_s: float = 180.0
    fastest_m_s: float = 50.0
    ahead_s: float = 120.0


@dataclass(frozen=True)
class Fix:
    """Where a crew was.

    Attributes:
        at_ms: By the device's clock, UTC.
        received_ms: When it came in, UTC.
        x_m, y_m: In the project CRS.
    """

    at_ms: int
    received_ms: int
    x_m: float
    y_m: float


class WhyRefused(StrEnum):
    """Why a fix is set aside. Words are made in app.messages."""

    NOT_A_PLACE = "not_a_place"
    FROM_THE_FUTURE = "from_the_future"
    TOO_FAST = "too_fast"


@dataclass(frozen=True)
class Arrival:
    """A stay near the place: since when, and when it had lasted long enough."""

    since_ms: int
    sure_ms: int


@dataclass(frozen=True)
class Track:
    """What positions say.

    Attributes:
        arrival: The first stay that was long enough; None while there is none.
        last: The last fix that counts; None where none does.
        refused: Fixes that were set aside, with the reason.
    """

    arrival: Arrival | None
    last: Fix | None
    refused: tuple[tuple[Fix, WhyRefused], ...]


def track_of(fixes: Iterable[Fix], place_m: tuple[float, float], extent_m: float, fence: Fence | None = None) -> Track:
    """What *fixes*, in any order and repeated, say about an arrival at *place_m*.

    Args:
        fixes: All that came in from one crew's device.
        place_m: x and y of the place in the project CRS.
        extent_m: How far from the place a crew of this utility can be at all; further away is off the map.
        fence: House values.
    """
    fence = fence or Fence()
    good: list[Fix] = []
    refused: list[tuple[Fix, WhyRefused]] = []
    for fix in sorted(set(fixes), key=lambda one: (one.at_ms, one.received_ms, one.x_m, one.y_m)):
        why = why_refused(fix, good[-1] if good else None, place_m, extent_m, fence)
        if why is None:
            good.append(fix)
        else:
            refused.append((fix, why))
    return Track(_arrival(good, place_m, fence), good[-1] if good else None, tuple(refused))


def why_refused(
    fix: Fix, before: Fix | None, place_m: tuple[float, float], extent_m: float, fence: Fence
) -> WhyRefused | None:
    """Why *fix*, which follows *before*, cannot be true; None where it can.

    *place_m* and *extent_m* bound where a crew of this utility can be at all.
    """
    if not (np.isfinite(fix.x_m) and np.isfinite(fix.y_m)) or _away_m(fix, place_m) > extent_m:
        return WhyRefused.NOT_A_PLACE
    if fix.at_ms - fix.received_ms > fence.ahead_s * 1000:
        return WhyRefused.FROM_THE_FUTURE
    if before is not None:
        moved_m = float(np.hypot(fix.x_m - before.x_m, fix.y_m - before.y_m))
        if moved_m > fence.radius_m and moved_m * 1000 > fence.fastest_m_s * max(1, fix.at_ms - before.at_ms):
            return WhyRefused.TOO_FAST
    return None


def _arrival(fixes: list[Fix], place_m: tuple[float, float], fence: Fence) -> Arrival | None:
    since: Fix | None = None
    last: Fix | None = None
    for fix in fixes:
        if _away_m(fix, place_m) > fence.radius_m:
            since = None
        elif since is None or last is None or fix.at_ms - last.at_ms > fence.gap_s * 1000:
            since = fix
        elif fix.at_ms - since.at_ms >= fence.stay_s * 1000:
            return Arrival(since.at_ms, fix.at_ms)
        last = fix
    return None


def _away_m(fix: Fix, place_m: tuple[float, float]) -> float:
    return float(np.hypot(fix.x_m - place_m[0], fix.y_m - place_m[1]))
