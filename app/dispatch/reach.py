"""How far crews reach, kept up as they move: who is free counts from now, who works from when that is over.

A place is searched once. Crews at their bases cost nothing, one that drives costs a search for each step that it has
moved; a call makes only a few of them, so that nobody waits for it, and is repeated until all are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from app.dispatch.coverage import TURN_OUT_S, Coverage, Crossings, crossings_from
from app.dispatch.due import local_time
from app.dispatch.reach_grid import grid_of
from app.dispatch.reach_told import Reach, Spot, Standby
from app.times import CITY_TIME
from gis.roads import RoadNetwork
from gis.speeds import Speeds
from network.columns import Float64

LIMIT_S = 1800.0
"""The clause's thirty minutes (E1)."""
SEARCHES_A_CALL = 3


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
        assumed=tuple(crew.crew for crew in crews if crew.assumed),
        limit_s=LIMIT_S,
        share=covered.share_in_time(),
        gap=covered.gap(),
        if_sent={crew.crew: covered.opened_by(row) for row, crew in enumerate(crews) if crew.wait_s == 0.0},
        grid=grid_of(book.roads.node_m, covered.first_s),
    )
