"""A scan statistic over space and time: is there somewhere, since some while, more complaints than chance brings?

Kulldorff's scan in its expectation-based form. Every customer belongs to one zone a level: the segment, ever larger
parts of the tree of supply, the DMA, squares of the map. Whenever a complaint comes, each zone that holds it is looked
at over every window of at most a day that ends now and begins with an earlier complaint. With c complaints where the
usual rate brings B,

    score = c log(c / B) + B - c      where c > B, else 0

and the best score counts. How high a score chance alone reaches is found by simulating quiet days over the same zones:
:func:`threshold` gives the score that quiet days exceed once in so many days, however many zones and windows are
looked at. One customer counts once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from network.columns import Float64, Int32, Int64

WINDOW_H = 24.0
"""Windows are at most so long: the clause counts within 24 h."""

SHORTEST_H = 1.0
"""House: nor shorter, so that two calls in one minute are not a wonder."""

FEWEST = 3
"""House: fewer complaints than this are never a cluster."""

_MOST_SIMULATED = 40_000
_FEWEST_DAYS, _MOST_DAYS = 300, 1_500


@dataclass(frozen=True, eq=False)
class Zones:
    """Which customers belong together.

    Attributes:
        names: What each level is, such as ``segment`` or ``dma``.
        label: Shape (levels, customers), zone of each customer on each level; -1 for none.
        counts: How many customers each zone holds, level after level.
        first: Shape (levels,), where the zones of each level begin among *counts*.
    """

    names: tuple[str, ...]
    label: Int32
    counts: Int64
    first: Int64

    @classmethod
    def of(cls, levels: dict[str, Int32]) -> Zones:
        """The zones of *levels*: by name, shape (customers,)."""
        label = np.stack(list(levels.values()), dtype=np.int32)
        counts = [np.bincount(row[row >= 0], minlength=1) for row in label]
        first = np.cumsum([0, *(len(level) for level in counts[:-1])])
        return cls(tuple(levels), label, np.concatenate(counts), first)

    def sizes(self, row: int) -> Int64:
        """Shape (levels,), how many customers the zones of the customer *row* hold; 0 for none."""
        label = self.label[:, row]
        held: Int64 = np.where(label >= 0, self.counts[self.first + np.maximum(label, 0)], 0)
        return held


@dataclass(frozen=True, eq=False)
class Rate:
    """How often complaints come on quiet days.

    Attributes:
        a_day: Complaints of the whole city a day.
        customers: How many customers the city has.
        hours: Shape (24,), share of each hour of the local day; sums to 1.
    """

    a_day: float
    customers: int
    hours: Float64 = field(default_factory=lambda: np.full(24, 1 / 24))

    def until(self, at_h: Float64) -> Float64:
        """Shape as *at_h*: complaints of one customer from the first midnight up to then."""
        day, hour = np.divmod(np.asarray(at_h, dtype=np.float64), 24.0)
        before = np.concatenate([[0.0], np.cumsum(self.hours)])
        told: Float64 = self.a_day / self.customers * (day + np.interp(hour, np.arange(25.0), before))
        return told


@dataclass(frozen=True)
class Cluster:
    """More complaints than usual.

    Attributes:
        level, label: The zone.
        complaints: Places in what was scanned, the oldest first.
        expected: How many the usual rate brings to the zone in that time.
        since_h: When the window begins.
        customers: How many the zone holds.
    """

    level: str
    label: int
    complaints: tuple[int, ...]
    expected: float
    score: float
    since_h: float
    customers: int


def scan(zones: Zones, rate: Rate, rows: Int32, at_h: Float64) -> Cluster | None:
    """The best cluster that holds the latest complaint; None where there is nothing like one.

    Args:
        zones: Of the city.
        rate: Of quiet days.
        rows: Customer rows, by time.
        at_h: Hours since a local midnight, ascending.
    """
    kept = _once_each(rows, at_h)
    if len(kept) < FEWEST:
        return None
    row, when_h = rows[kept], at_h[kept]
    label = zones.label[:, row]
    size = zones.sizes(int(row[-1]))
    same = (label == label[:, -1:]) & (label[:, -1:] >= 0)
    count = np.cumsum(same[:, ::-1], axis=1)[:, ::-1]
    begins_h = np.minimum(when_h, when_h[-1] - SHORTEST_H)
    expected = size[:, None] * (rate.until(when_h[-1:]) - rate.until(begins_h))[None, :]
    score = np.where(same & (count >= FEWEST), _score(count, expected), 0.0)
    best, first = divmod(int(np.argmax(score)), len(kept))
    if score[best, first] <= 0.0:
        return None
    members = kept[first:][same[best, first:]]
    return Cluster(
        zones.names[best],
        int(label[best, -1]),
        tuple(members.tolist()),
        float(expected[best, first]),
        float(score[best, first]),
        float(begins_h[first]),
        int(size[best]),
    )


def _once_each(rows: Int32, at_h: Float64) -> Int64:
    """Places of the complaints of the last day, the latest of each customer."""
    inside = np.flatnonzero(at_h > at_h[-1] - WINDOW_H) if len(at_h) else np.empty(0, dtype=np.int64)
    _, last = np.unique(rows[inside][::-1], return_index=True)
    kept: Int64 = np.sort(inside[::-1][last])
    return kept


def _score(count: Int64, expected: Float64) -> Float64:
    usual = np.maximum(expected, 1e-12)
    score: Float64 = np.where(count > usual, count * np.log(np.maximum(count, 1) / usual) + usual - count, 0.0)
    return score


def quiet_days(rate: Rate, days: int, rng: np.random.Generator) -> tuple[Int32, Float64]:
    """Complaints of so many days on which nothing is the matter: customer rows and hours, by time."""
    count = int(rng.poisson(rate.a_day * days))
    hour = rng.choice(24, size=count, p=rate.hours)
    at_h = np.sort(rng.integers(0, days, count) * 24.0 + hour + rng.random(count))
    return rng.integers(0, rate.customers, count).astype(np.int32), at_h


def daily_best(zones: Zones, rate: Rate, rows: Int32, at_h: Float64, days: int) -> Float64:
    """Shape (days,), the best score of each day when every complaint is scanned as it comes; 0 for none."""
    best = np.zeros(days)
    first = np.searchsorted(at_h, at_h - WINDOW_H)
    for at in range(len(rows)):
        found = scan(zones, rate, rows[first[at] : at + 1], at_h[first[at] : at + 1])
        if found is not None:
            day = int(at_h[at] // 24.0)
            best[day] = max(best[day], found.score)
    return best


def threshold(zones: Zones, rate: Rate, once_in_days: float, rng: np.random.Generator) -> float:
    """The score that quiet days exceed once in so many days."""
    days = int(np.clip(_MOST_SIMULATED / max(rate.a_day, 1e-9), _FEWEST_DAYS, _MOST_DAYS))
    best = daily_best(zones, rate, *quiet_days(rate, days, rng), days)
    return float(np.quantile(best, 1.0 - 1.0 / once_in_days, method="higher"))
