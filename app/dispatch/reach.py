"""How far crews reach, kept up as they move: who is free counts from now, who works from when that is over.

A place is searched once. Crews at their bases cost nothing, one that drives costs a search for each step that it has
moved; a call makes only a few of them, so that nobody waits for it, and is repeated until all are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from app.dispatch.coverage import TURN_OUT_S, Coverage, Crossings, Gap, crossings_from
from app.dispatch.crews import STALE_S, CrewState
from app.dispatch.due import local_time
from app.dispatch.reach_grid import ReachGrid, grid_of
from app.dispatch.view import CrewRow, DispatchView, QueueRow
from app.times import CITY_TIME
from gis.roads import RoadNetwork
from gis.speeds import Speeds
from network.columns import Float64

LIMIT_S = 1800.0
"""The clause's thirty minutes (E1)."""
STEP_M = 250.0
"""House: a crew that has moved less than so far reaches as far as before."""
SEARCHES_A_CALL = 3

Spot = tuple[int, int]


@dataclass(frozen=True)
class Standby:
    """A crew that could be sent.

    Attributes:
        place_m: Where it is, or will be when its job is over; project CRS.
        wait_s: Until it is free.
    """

    crew: str
    place_m: tuple[float, float]
    wait_s: float

    @property
    def spot(self) -> Spot:
        """Its place as far as it matters."""
        return round(self.place_m[0] / STEP_M), round(self.place_m[1] / STEP_M)


@dataclass(frozen=True, eq=False)
class ReachBook:
    """What was searched already.

    Attributes:
        people: Shape (crossings,), who live nearest to each.
        times: The ways from each place.
    """

    roads: RoadNetwork
    people: Float64
    speeds: Speeds = field(default_factory=Speeds)
    times: Mapping[Spot, Crossings] = field(default_factory=dict)

    def holding(self, crews: tuple[Standby, ...], most: int = SEARCHES_A_CALL) -> ReachBook:
        """This book for *crews*, with at most so many new searches; places that nobody is at any more go."""
        wanted = {crew.spot: crew.place_m for crew in crews}
        kept = {spot: times for spot, times in self.times.items() if spot in wanted}
        for spot in [spot for spot in wanted if spot not in kept][:most]:
            kept[spot] = crossings_from(self.roads, wanted[spot])
        return replace(self, times=kept)

    def lacks(self, crews: tuple[Standby, ...]) -> bool:
        """Whether places are still to be searched."""
        return any(crew.spot not in self.times for crew in crews)


@dataclass(frozen=True, eq=False)
class Reach:
    """How far the crews reach.

    Attributes:
        crews: Names of those that count.
        share: Of the people whom a crew reaches in time; of the places where nobody is known to live.
        gap: Who is not reached in time now.
        if_sent: What sending each crew would leave uncovered besides.
        grid: Minutes to every place, for the map.
    """

    crews: tuple[str, ...]
    limit_s: float
    share: float
    gap: Gap
    if_sent: Mapping[str, Gap]
    grid: ReachGrid


def standing_by(view: DispatchView) -> tuple[Standby, ...]:
    """Crews on shift whose place is known and not stale: at work until nine of ten such jobs are over."""
    found = []
    for row in view.crews:
        job = None if row.incident is None else view.row(row.incident)
        place_m = _place(row, job, view.now_ms)
        if place_m is not None and (row.on_shift and row.state is not CrewState.OFF):
            found.append(Standby(row.crew, place_m, _wait_s(job, view)))
    return tuple(found)


def _place(row: CrewRow, job: QueueRow | None, now_ms: int) -> tuple[float, float] | None:
    if job is not None:
        return None if job.x_m is None or job.y_m is None else (job.x_m, job.y_m)
    if row.place_m is None or row.place_ms is None:
        return row.base_m
    return row.place_m if now_ms - row.place_ms <= STALE_S * 1000 else None


def _wait_s(job: QueueRow | None, view: DispatchView) -> float:
    if job is None:
        return 0.0
    foreseen = [view.clocks[place].forecast for place in job.clocks]
    over_ms = max((one.p90_ms for one in foreseen if one is not None), default=None)
    return np.inf if over_ms is None else max(0.0, (over_ms - view.now_ms) / 1000)


def reach_of(book: ReachBook, crews: tuple[Standby, ...], now_ms: int) -> Reach:
    """How far *crews* reach at *now_ms*; the book holds the places of all of them."""
    factor = book.speeds.by_hour[local_time(now_ms, CITY_TIME).hour]
    found = [book.times[crew.spot] for crew in crews]
    count = len(book.roads.node_m)
    rows = [crew.wait_s + TURN_OUT_S + way.off_s + way.drive_s / factor for crew, way in zip(crews, found, strict=True)]
    seconds = np.array(rows, dtype=np.float64).reshape(len(crews), count)
    by_road = np.array([way.by_road for way in found], dtype=np.bool_).reshape(len(crews), count)
    covered = Coverage(book.roads.node_m, book.people, seconds, by_road, LIMIT_S)
    return Reach(
        crews=tuple(crew.crew for crew in crews),
        limit_s=LIMIT_S,
        share=covered.share_in_time(),
        gap=covered.gap(),
        if_sent={crew.crew: covered.opened_by(row) for row, crew in enumerate(crews) if crew.wait_s == 0.0},
        grid=grid_of(book.roads.node_m, covered.first_s),
    )
