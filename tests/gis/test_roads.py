"""Travel times over roads, against networkx on the same drawing, and the ways in which roads meet or do not."""

import itertools

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.layers import Layer
from gis.roads import RoadNetwork, road_network
from gis.speeds import OTHER_KM_H, Speeds
from gis.synthetic.city import generate_city
from gis.ways import DETOUR, travel_times

EVEN = Speeds(by_kind_km_h={"": 36.0, "bridge": 36.0, "lane": 9.0}, by_hour=(1.0,) * 24)
"""10 m/s, a lane at a quarter of that."""


def drawn(*lines: tuple[tuple[float, float], ...], kinds: tuple[str, ...] = (), width_m: float = 0.0) -> RoadNetwork:
    geometry = np.array([shapely.LineString(line) for line in lines], dtype=object)
    kind = np.array(kinds or [""] * len(lines), dtype=object)
    columns = {"id": np.arange(len(lines)).astype(str).astype(object), "kind": kind}
    return road_network(Layer(geometry, {**columns, "width_m": np.full(len(lines), width_m)}), EVEN)


def seconds(net: RoadNetwork, origin: tuple[float, float], target: tuple[float, float], factor: float = 1.0) -> float:
    ways = travel_times(net, np.array([origin]), np.array([target]), factor)
    assert ways.by_road.all()
    return float(ways.seconds[0, 0])


def test_roads_that_cross_meet_there() -> None:
    net = drawn(((0, 0), (1000, 0)), ((500, -500), (500, 500)))
    assert seconds(net, (0, 0), (500, 500)) == pytest.approx(100)


def test_a_bridge_meets_others_at_its_ends_alone() -> None:
    net = drawn(
        ((0, 0), (1000, 0)), ((500, -500), (500, 500)), ((1000, 0), (1000, 500), (500, 500)), kinds=("", "bridge", "")
    )
    assert seconds(net, (0, 0), (500, 500)) == pytest.approx(200)


def test_a_road_that_ends_within_the_width_of_another_meets_it() -> None:
    apart, met = (drawn(((0, 0), (1000, 0)), ((500, 8), (500, 508)), width_m=width_m) for width_m in (10.0, 20.0))
    assert not travel_times(apart, np.array([[0, 0]]), np.array([[500, 508]])).by_road.any()
    assert seconds(met, (0, 0), (500, 508)) == pytest.approx(100.8)


def test_the_faster_way_is_taken_not_the_shorter() -> None:
    around = ((0.0, 0.0), (0.0, 300.0), (600.0, 300.0), (600.0, 0.0))
    net = drawn(((0, 0), (600, 0)), around, kinds=("lane", ""))
    assert seconds(net, (0, 0), (600, 0)) == pytest.approx(120)


def test_along_one_stretch_nobody_drives_to_its_end_and_back() -> None:
    net = drawn(((0, 0), (1000, 0)))
    assert seconds(net, (400, 0), (500, 0)) == pytest.approx(10)


def test_the_last_metres_are_walked() -> None:
    net = drawn(((0, 0), (1000, 0)))
    assert seconds(net, (0, 0), (500, 50)) == pytest.approx(50 + 50 / (5 / 3.6))


def test_a_slow_hour_takes_longer() -> None:
    net = drawn(((0, 0), (1000, 0)))
    assert seconds(net, (0, 0), (1000, 0), 0.5) == pytest.approx(200)
    with pytest.raises(ValueError, match="factor 0"):
        travel_times(net, np.zeros((1, 2)), np.zeros((1, 2)), 0)


def test_where_no_road_leads_the_straight_line_stands_and_is_marked() -> None:
    for net in (drawn(), drawn(((0, 0), (10, 0)), ((5000, 0), (5010, 0)))):
        ways = travel_times(net, np.array([[0.0, 0.0]]), np.array([[5000.0, 0.0]]))
        assert not ways.by_road.any()
        assert ways.seconds[0, 0] == pytest.approx(5000 * DETOUR / (OTHER_KM_H / 3.6))


def test_nothing_to_go_to_is_no_time() -> None:
    assert travel_times(drawn(((0, 0), (9, 0))), np.zeros((0, 2)), np.zeros((3, 2))).seconds.shape == (3, 0)


def test_lines_without_length_and_missing_ones_are_left_out() -> None:
    geometry = np.array(
        [None, shapely.LineString([(0, 0), (0, 0)]), shapely.LineString([(0, 0), (90, 0)])], dtype=object
    )
    net = road_network(Layer(geometry, {"id": np.array(["a", "b", "c"], dtype=object)}), EVEN)
    assert len(net.length_m) == 1


def test_the_demo_city_s_roads_hang_together() -> None:
    net = road_network(generate_city(3000, 7).get("road"))
    among = net.node_m[:: max(1, len(net.node_m) // 30)]
    ways = travel_times(net, among, among)
    assert ways.by_road.mean() > 0.95
    assert np.allclose(np.diag(ways.seconds), 0, atol=1e-6)


@st.composite
def towns(draw: st.DrawFn) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Straight roads between points of a grid; they share ends, cross nowhere else."""
    edges = [((x, y), (x + dx, y + dy)) for x in range(4) for y in range(4) for dx, dy in ((1, 0), (0, 1))]
    kept = draw(st.lists(st.sampled_from(edges), min_size=1, max_size=24, unique=True))
    return [tuple((100.0 * x, 100.0 * y) for x, y in edge) for edge in kept]  # type: ignore[misc]


@given(towns(), st.randoms(use_true_random=False))
def test_ways_are_as_long_as_networkx_says_whatever_the_order_and_direction_of_lines(
    town: list[tuple[tuple[float, float], tuple[float, float]]], chance: object
) -> None:
    graph = nx.Graph()
    for one, other in town:
        graph.add_edge(one, other, s=10.0)
    mixed = [line[::-1] if chance.random() < 0.5 else line for line in town]  # type: ignore[attr-defined]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    net = drawn(*mixed)
    places = sorted(graph)
    ways = travel_times(net, np.array(places), np.array(places))
    told = dict(nx.all_pairs_dijkstra_path_length(graph, weight="s"))
    for (row, target), (column, origin) in itertools.product(enumerate(places), enumerate(places)):
        expected = told[origin].get(target)
        assert ways.by_road[row, column] == (expected is not None)
        if expected is not None:
            assert ways.seconds[row, column] == pytest.approx(expected, abs=1e-6)


@given(towns(), st.sampled_from((1.0, 60.0, 150.0)))
def test_looking_at_near_roads_first_changes_no_way(
    town: list[tuple[tuple[float, float], tuple[float, float]]], near_m: float
) -> None:
    net = drawn(*town, kinds=tuple(("", "lane")[at % 2] for at in range(len(town))))
    for places in map(np.array, itertools.pairwise(sorted(net.node_m.tolist()))):
        near, every = (travel_times(net, places, places, near_m=reach_m) for reach_m in (near_m, 1e9))
        assert (near.by_road == every.by_road).all()
        assert near.seconds == pytest.approx(every.seconds)
