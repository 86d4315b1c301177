"""Places searched once and asked often: the same times as a search at every question."""

import numpy as np
import pytest
import shapely

from gis.layers import Layer
from gis.roads import RoadNetwork, road_network
from gis.speeds import Speeds
from gis.ways import on_road, search, travel_times, ways_to

EVEN = Speeds(by_kind_km_h={"": 36.0}, by_hour=(1.0,) * 24)


@pytest.fixture(scope="module")
def grid() -> RoadNetwork:
    lines = [[(0, y), (2000, y)] for y in range(0, 2001, 200)] + [[(x, 0), (x, 2000)] for x in range(0, 2001, 200)]
    geometry = np.array([shapely.LineString(line) for line in lines], dtype=object)
    return road_network(Layer(geometry, {"id": np.arange(len(lines)).astype(str).astype(object)}), EVEN)


def some_places(count: int) -> np.ndarray:
    return np.random.default_rng(7).uniform(-50, 2050, (count, 2))


def test_at_every_hour_what_was_searched_once_tells_what_a_search_then_would(grid: RoadNetwork) -> None:
    jobs, crews = some_places(9), some_places(20)[9:]
    searched = search(grid, jobs)
    for factor in (0.5, 1.0, 1.3):
        then = travel_times(grid, crews, jobs, factor)
        assert np.array_equal(ways_to(grid, searched, crews, factor).seconds, then.seconds)
    drive = [ways_to(grid, searched, jobs[:1], factor).seconds[1:, 0] for factor in (0.5, 1.0)]
    assert (drive[0] > drive[1]).all()


def test_a_way_is_as_long_as_the_blocks_say_and_the_same_there_and_back(grid: RoadNetwork) -> None:
    places = np.array([[100.0, 0.0], [400.0, 300.0], [130.0, 0.0]])
    seconds = travel_times(grid, places, places).seconds
    assert seconds[1, 0] == pytest.approx((300 + 300) / 10)
    assert seconds[2, 0] == pytest.approx(3)
    assert np.allclose(seconds, seconds.T)


def test_a_place_off_the_road_is_walked_to_straight_across_not_from_the_nearest_mark(grid: RoadNetwork) -> None:
    off = np.array([[113.0, 10.0], [0.0, 113.0]])
    seconds = travel_times(grid, off, np.array([[0.0, 0.0]])).seconds[0]
    assert seconds == pytest.approx([11.3 + 10 / (5 / 3.6), 11.3])


def test_jobs_may_come_one_by_one_and_go(grid: RoadNetwork) -> None:
    jobs, crews = some_places(5), some_places(8)
    together = ways_to(grid, search(grid, jobs), crews)
    one_by_one = search(grid, jobs[:2]).and_also(search(grid, jobs[2:]))
    assert np.allclose(ways_to(grid, one_by_one, crews).seconds, together.seconds)
    left = one_by_one.of(np.array([4, 1]))
    assert np.allclose(ways_to(grid, left, crews).seconds, together.seconds[[4, 1]])


def test_places_all_along_crooked_roads_are_never_less_than_no_time_away() -> None:
    chance = np.random.default_rng(5)
    lines = [shapely.LineString(chance.uniform(0, 3000, (4, 2))) for _ in range(60)]
    columns = {"id": np.arange(60).astype(str).astype(object)}
    net = road_network(Layer(np.array(lines, dtype=object), columns), EVEN)
    ends = net.at_m + chance.uniform(-0.5, 0.5, net.at_m.shape)
    at = on_road(net, ends)
    assert (at.to_tail_s >= 0).all()
    assert (at.to_head_s >= 0).all()


def test_without_roads_straight_lines_stand_and_are_marked() -> None:
    none = road_network(Layer(np.zeros(0, dtype=object), {"id": np.zeros(0, dtype=object)}), EVEN)
    searched = search(none, np.array([[1000.0, 0.0]])).and_also(search(none, np.array([[0.0, 500.0]])))
    ways = ways_to(none, searched, np.zeros((1, 2)))
    assert not ways.by_road.any()
    assert ways.seconds[0, 0] == pytest.approx(2 * ways.seconds[1, 0])
    assert ways_to(none, search(none, np.zeros((0, 2))), np.zeros((3, 2))).seconds.shape == (0, 3)
