"""How soon a crew could be anywhere: minutes to every crossing of the roads, and the gaps that sending one would open.

Worked out from who is free now, so that a gap is told before the next leak. A crew at work counts from when it is
expected to be free. Where no road leads, the straight line stands, and is marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from app.dispatch.reach_told import Gap
from gis.roads import RoadNetwork
from gis.speeds import OTHER_KM_H
from gis.ways import DETOUR, search
from network.columns import Bool, Float64, Int64

TURN_OUT_S = 90.0
"""House: from the call to the road."""


@dataclass(frozen=True)
class Band:
    """One class of the map's legend: from *from_min* (not included) to *to_min* minutes."""

    from_min: float
    to_min: float


BANDS = (Band(0.0, 10.0), Band(10.0, 20.0), Band(20.0, 30.0), Band(30.0, np.inf))
"""House: the last begins where the clause's limit of 30 minutes ends."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """Who could be where, and when.

    Attributes:
        place_m: Shape (places, 2): the crossings of the roads, in the project CRS.
        people: Shape (places,), who live nearest to each.
        seconds: Shape (crews, places), from the call to the arrival of each crew.
        by_road: Shape (crews, places), False where a straight line stands for the way.
        limit_s: In which time somebody must be there.
    """

    place_m: Float64
    people: Float64
    seconds: Float64
    by_road: Bool
    limit_s: float

    @cached_property
    def first_s(self) -> Float64:
        """Shape (places,): until the first crew is there; infinite without crews."""
        return np.asarray(np.min(self.seconds, axis=0, initial=np.inf), dtype=np.float64)

    @cached_property
    def band(self) -> Int64:
        """Shape (places,): which of :data:`BANDS` each place lies in."""
        ends_s = [band.to_min * 60.0 for band in BANDS[:-1]]
        return np.asarray(np.searchsorted(ends_s, self.first_s, side="left"), dtype=np.int64)

    def without(self, crew: int) -> Float64:
        """Shape (places,): until the first crew is there once *crew* (its row) has been sent elsewhere."""
        return np.asarray(np.min(np.delete(self.seconds, crew, axis=0), axis=0, initial=np.inf), dtype=np.float64)

    def gap(self, first_s: Float64 | None = None) -> Gap:
        """Places that nobody reaches in time: now, or with other times."""
        late_s = self.first_s if first_s is None else first_s
        late = late_s > self.limit_s
        if not late.any():
            return Gap(0, 0.0, None, 0.0)
        farthest = int(np.argmax(np.where(late, late_s, -1.0)))
        x_m, y_m = self.place_m[farthest].tolist()
        return Gap(int(late.sum()), float(self.people[late].sum()), (x_m, y_m), float(late_s[farthest]))

    def opened_by(self, crew: int) -> Gap:
        """Places in time now that would not be once *crew* has been sent elsewhere."""
        return self.gap(np.where(self.first_s > self.limit_s, 0.0, self.without(crew)))

    def share_in_time(self) -> float:
        """Share of the people whom a crew reaches in time; of the places where nobody is known to live."""
        weight = self.people if self.people.sum() > 0 else np.ones(len(self.people))
        return float(weight[self.first_s <= self.limit_s].sum() / weight.sum()) if len(weight) else 0.0


def cover(
    roads: RoadNetwork,
    crews_m: Float64,
    people: Float64,
    *,
    factor: float = 1.0,
    limit_s: float = 1800.0,
    wait_s: Float64 | None = None,
    turn_out_s: float = TURN_OUT_S,
) -> Coverage:
    """How soon each crew could be at every crossing of *roads*.

    Args:
        roads: The city's roads.
        crews_m: Shape (crews, 2), where each is or will be once it is free.
        people: Shape (crossings,), see :func:`people_at`.
        factor: Of the hour (:class:`gis.speeds.Speeds`).
        limit_s: In which time somebody must be there.
        wait_s: Shape (crews,), until each is free; None where all are.
        turn_out_s: From the call to the road.

    Raises:
        ValueError: *factor* is not positive.
    """
    if factor <= 0:
        raise ValueError(f"factor {factor}")
    crews_m = np.asarray(crews_m, dtype=np.float64).reshape(-1, 2)
    drive_s, off_s, by_road = _drives(roads, crews_m)
    waits_s = np.zeros(len(crews_m)) if wait_s is None else wait_s
    before_s = waits_s + off_s + turn_out_s
    return Coverage(roads.node_m, people, before_s[:, None] + drive_s / factor, by_road, limit_s)


def _drives(roads: RoadNetwork, crews_m: Float64) -> tuple[Float64, Float64, Bool]:
    """Drives to every crossing at a factor of 1, the walk to the road, and where roads lead."""
    # Stretches are driven both ways: the way to a crew is as long as the way from it.
    found = search(roads, crews_m)
    straight_m = np.hypot(*(crews_m[:, None, :] - roads.node_m[None, :, :]).transpose(2, 0, 1))
    by_road = np.isfinite(found.node_s)
    drive_s = np.where(by_road, found.node_s, straight_m * DETOUR / (OTHER_KM_H / 3.6))
    return np.asarray(drive_s, dtype=np.float64), found.at.off_s, by_road


@dataclass(frozen=True, eq=False)
class Crossings:
    """The way from one place to every crossing.

    Attributes:
        drive_s: Shape (crossings,), at a factor of 1.
        off_s: On foot to the road.
        by_road: Shape (crossings,), False where the straight line stands for the way.
    """

    drive_s: Float64
    off_s: float
    by_road: Bool


def crossings_from(roads: RoadNetwork, place_m: tuple[float, float]) -> Crossings:
    """The way from *place_m*, project CRS, to every crossing of *roads*."""
    drive_s, off_s, by_road = _drives(roads, np.array([place_m], dtype=np.float64))
    return Crossings(drive_s[0], float(off_s[0]), by_road[0])


def people_at(roads: RoadNetwork, customers_m: Float64, people: Float64) -> Float64:
    """Shape (crossings,): how many people live nearest to each; *customers_m* of shape (customers, 2)."""
    count = len(roads.node_m)
    if count == 0 or len(customers_m) == 0:
        return np.zeros(count)
    _, nearest = cKDTree(roads.node_m).query(customers_m)
    return np.bincount(nearest, weights=people, minlength=count).astype(np.float64)
