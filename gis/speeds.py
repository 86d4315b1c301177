"""How fast vans are: house values by kind of road and hour, moved by trips that were observed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

SPEED_KM_H: Mapping[str, float] = {
    "ring": 45.0,
    "arterial": 32.0,
    "collector": 28.0,
    "street": 22.0,
    "lane": 12.0,
}
"""House speeds of a service van by kind of road, by day outside the peaks."""

OTHER_KM_H = 22.0
"""For a kind that the table does not know."""

PEAK_FACTOR, NIGHT_FACTOR = 0.6, 1.25
"""House factors on speed at 07–09 and 17–19, and at 22–06."""


@dataclass(frozen=True)
class Speeds:
    """How fast a van is: by kind of road, times a factor by hour of the day.

    Attributes:
        by_kind_km_h: Speed by kind.
        by_hour: Shape 24, factor in each local hour.
        learned: True where observed trips have set the factors.
    """

    by_kind_km_h: Mapping[str, float] = field(default_factory=lambda: dict(SPEED_KM_H))
    by_hour: tuple[float, ...] = tuple(
        PEAK_FACTOR if hour in {7, 8, 17, 18} else NIGHT_FACTOR if hour >= 22 or hour < 6 else 1.0 for hour in range(24)
    )
    learned: bool = False

    def of(self, kind: str) -> float:
        """Speed on a road of *kind* outside the peaks, km/h."""
        return self.by_kind_km_h.get(kind, OTHER_KM_H)


PRIOR_TRIPS = 12.0
"""House: how many trips the house factor of an hour counts as."""

SHORTEST_S = 120.0
"""House: a shorter trip tells of doors and crossings, not of traffic."""

OUTLIER = 3.0
"""House: a trip that was faster or slower than expected by more than this had another reason than traffic."""


@dataclass(frozen=True)
class Trip:
    """A drive that was observed.

    Attributes:
        hour: Local hour in which it began, 0 to 23.
        expected_s: What the roads say at a factor of 1.
        took_s: What it took.
    """

    hour: int
    expected_s: float
    took_s: float

    @property
    def usable(self) -> bool:
        """Whether it tells of traffic: long enough, and neither a rest nor a fault of the record."""
        if min(self.expected_s, self.took_s) < SHORTEST_S or not 0 <= self.hour < 24:
            return False
        return 1 / OUTLIER <= self.expected_s / self.took_s <= OUTLIER


def learn_speeds(trips: Iterable[Trip], prior: Speeds | None = None) -> Speeds:
    """*prior* with the factor of each hour moved by *trips*, in any order.

    The mean of the logarithms, where the prior counts as :data:`PRIOR_TRIPS`: a few odd trips do not move it far. Hours
    without trips keep the prior's factor.
    """
    prior = prior or Speeds()
    usable = sorted((trip.hour, np.log(trip.expected_s / trip.took_s)) for trip in trips if trip.usable)
    if not usable:
        return prior
    hour = np.array([one for one, _ in usable], dtype=np.int64)
    count = np.bincount(hour, minlength=24)
    total = np.bincount(hour, weights=[log for _, log in usable], minlength=24)
    factor = np.exp((PRIOR_TRIPS * np.log(prior.by_hour) + total) / (PRIOR_TRIPS + count))
    return replace(prior, by_hour=tuple(factor.tolist()), learned=True)
