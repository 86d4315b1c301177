"""How far crews reach: who counts, from when, what is left out, and what the map is given of it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from app.dispatch.reach import ReachBook, reach_of
from app.dispatch.reach_grid import grid_of
from app.dispatch.reach_told import Standby
from gis.layers import Layer
from gis.roads import RoadNetwork, road_network

PLACE = (500_000.0, 4_060_000.0)
STREET_KM_H = 22.0


@pytest.fixture(scope="module")
def roads() -> RoadNetwork:
    """A street of 30 km with a crossing every kilometre."""
    streets = [
        shapely.LineString([(PLACE[0] + at * 1000, PLACE[1]), (PLACE[0] + (at + 1) * 1000, PLACE[1])])
        for at in range(30)
    ]
    columns = {
        "id": np.array([f"r{at}" for at in range(30)], dtype=object),
        "kind": np.array(["street"] * 30, dtype=object),
    }
    return road_network(Layer(np.array(streets, dtype=object), columns))


def east(km: float) -> tuple[float, float]:
    return PLACE[0] + km * 1000, PLACE[1]


def minutes(km: float) -> float:
    """Of a drive by day with the time to set out."""
    return km / STREET_KM_H * 60 + 1.5


def test_the_gap_is_told_and_what_sending_a_crew_would_open(roads: RoadNetwork) -> None:
    people = np.ones(len(roads.node_m)) * 10
    crews = (Standby("W", east(0), 0.0), Standby("E", east(20), 0.0))
    noon_ms = 1_773_288_000_000
    book = ReachBook(roads, people)
    assert book.lacks(crews)
    book = book.holding(crews, most=1)
    assert book.lacks(crews), "a call searches only so much"
    book = book.holding(crews, most=1)
    assert not book.lacks(crews)
    found = reach_of(book, crews, noon_ms)
    assert found.gap.worst_m is None
    assert found.share == 1.0
    # Without the eastern crew whatever lies beyond 10.45 km is late; the last crossing by far.
    left = found.if_sent["E"]
    assert left.people == pytest.approx(10 * sum(minutes(km) > 30 for km in range(31)))
    assert left.worst_m == pytest.approx(east(30))
    assert left.worst_s == pytest.approx(minutes(30) * 60, rel=1e-3)
    # Who works for another half an hour reaches less, and sending it is no question.
    at_work = (crews[0], Standby("E", east(20), 1800.0))
    later = reach_of(book.holding(at_work), at_work, noon_ms)
    assert later.gap.places == sum(min(minutes(km), minutes(abs(20 - km)) + 30) > 30 for km in range(31))
    assert list(later.if_sent) == ["W"]
    # At seven in the morning the same roads are slower.
    assert reach_of(book, crews, noon_ms - 5 * 3_600_000).gap.places > 0
    assert book.holding(crews[:1]).times.keys() == {crews[0].spot}


def test_without_crews_nobody_is_reached(roads: RoadNetwork) -> None:
    found = reach_of(ReachBook(roads, np.ones(len(roads.node_m))), (), 0)
    assert (found.share, found.gap.worst_s) == (0.0, np.inf)
    assert np.isinf(found.grid.minutes[~np.isnan(found.grid.minutes)]).all()


def test_the_raster_says_nothing_where_no_road_is() -> None:
    grid = grid_of(np.array([[0.0, 0.0], [2000.0, 0.0]]), np.array([600.0, np.inf]))
    shown = grid.minutes[~np.isnan(grid.minutes)]
    assert set(shown.tolist()) == {10.0, np.inf}
    middle = round((1000.0 - grid.west_m) / grid.cell_m)
    assert np.isnan(grid.minutes[:, middle]).all()
    west = grid.minutes[round(-grid.south_m / grid.cell_m), round(-grid.west_m / grid.cell_m)]
    assert west == 10.0
    assert grid_of(np.empty((0, 2)), np.empty(0)).minutes.size == 0
