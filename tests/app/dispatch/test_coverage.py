"""Minutes to every place, and the gap that sending a crew opens."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.dispatch.coverage import BANDS, Coverage, cover, people_at
from gis.layers import Layer
from gis.roads import RoadNetwork, road_network
from gis.speeds import Speeds
from gis.ways import travel_times

STEP_M = 500.0
EVEN = Speeds(by_kind_km_h={"": 36.0}, by_hour=(1.0,) * 24)


@pytest.fixture(scope="module")
def street() -> RoadNetwork:
    """20 km straight east with a crossing every 500 m, at 10 m/s."""
    lines = [shapely.LineString([(0, 0), (20_000, 0)])]
    lines += [shapely.LineString([(x, 0), (x, 10)]) for x in np.arange(0, 20_001, STEP_M)]
    geometry = np.array(lines, dtype=object)
    return road_network(Layer(geometry, {"id": np.arange(len(lines)).astype(str).astype(object)}), EVEN)


def covered(net: RoadNetwork, *crews_m: float, limit_min: float = 10.0, **options: object) -> Coverage:
    everyone = people_at(net, net.node_m, np.ones(len(net.node_m)))
    places = np.array([(x_m, 0.0) for x_m in crews_m]).reshape(-1, 2)
    return cover(net, places, everyone, limit_s=limit_min * 60, turn_out_s=0.0, **options)  # type: ignore[arg-type]


def test_minutes_grow_with_the_way_and_the_nearest_crew_counts(street: RoadNetwork) -> None:
    found = covered(street, 0, 20_000)
    east_m = found.place_m[:, 0]
    off_s = found.place_m[:, 1] / 10
    assert found.first_s == pytest.approx(np.minimum(east_m, 20_000 - east_m) / 10 + off_s)
    assert found.share_in_time() == pytest.approx((found.first_s <= 600).mean())


def test_the_gap_that_sending_a_crew_opens_is_told_before_it_is_sent(street: RoadNetwork) -> None:
    found = covered(street, 5_000, 15_000)
    assert found.gap().places == 0
    opened = found.opened_by(1)
    assert opened.people == opened.places == (found.without(1) > 600).sum() > 0
    assert opened.worst_m is not None
    assert opened.worst_m[0] == pytest.approx(20_000)
    assert opened.worst_s == pytest.approx(1500, abs=2)
    assert covered(street, 5_000, 15_000, 15_000).opened_by(1).places == 0


def test_what_is_out_of_reach_already_is_no_gap_that_sending_opens(street: RoadNetwork) -> None:
    found = covered(street, 0)
    assert found.gap().places > 0
    opened = found.opened_by(0)
    assert opened.places == (found.first_s <= 600).sum()
    assert opened.worst_s == np.inf


def test_slow_hours_and_waits_shrink_the_reach(street: RoadNetwork) -> None:
    alone, slow = covered(street, 10_000), covered(street, 10_000, factor=0.5)
    assert slow.first_s == pytest.approx(2 * alone.first_s)
    assert slow.gap().places > alone.gap().places
    waits = covered(street, 10_000, wait_s=np.array([120.0]))
    assert waits.first_s == pytest.approx(alone.first_s + 120)


def test_without_crews_nobody_comes_and_without_roads_there_is_no_place(street: RoadNetwork) -> None:
    nobody = covered(street)
    assert (nobody.band == len(BANDS) - 1).all()
    assert nobody.share_in_time() == 0
    none = road_network(Layer(np.zeros(0, dtype=object), {"id": np.zeros(0, dtype=object)}))
    assert covered(none, 0).gap().worst_m is None
    assert covered(none, 0).share_in_time() == 0


def test_a_place_that_no_road_leads_to_is_marked(street: RoadNetwork) -> None:
    lines = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(0, 900), (100, 900)])]
    net = road_network(Layer(np.array(lines, dtype=object), {"id": np.array(["a", "b"], dtype=object)}), EVEN)
    found = covered(net, 0)
    assert found.by_road[0].tolist() == (found.place_m[:, 1] == 0).tolist()
    assert np.isfinite(found.first_s).all()


def test_a_factor_that_stands_still_is_a_fault(street: RoadNetwork) -> None:
    with pytest.raises(ValueError, match="factor 0"):
        covered(street, 0, factor=0.0)


def test_bands_end_where_they_say(street: RoadNetwork) -> None:
    found = covered(street, 0)
    for number, band in enumerate(BANDS):
        inside = found.first_s[found.band == number] / 60
        assert ((inside > band.from_min) | (inside == 0)).all()
        assert (inside <= band.to_min).all()


@given(st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_it_is_what_asking_for_every_way_one_by_one_says(street: RoadNetwork, at: list[int]) -> None:
    crews = [STEP_M * place for place in at]
    found = covered(street, *crews)
    ways = travel_times(street, np.array([(x_m, 0.0) for x_m in crews]), found.place_m)
    assert found.first_s == pytest.approx(ways.seconds.min(axis=1), abs=1e-6)
    for crew in range(len(crews)):
        assert (found.without(crew) >= found.first_s).all()
