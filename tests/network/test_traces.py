"""Traces and ways: on known networks, and against networkx and the rules on random towns."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_city import Draft, device_ids, pipe_ids, recorded

from network.graphs import to_networkx
from network.sections import long_section
from network.supply import SupplyModel, prepare
from network.traces import (
    NodePlace,
    PipePlace,
    TraceGraph,
    downstream,
    shortest_route,
    trace_graph,
    upstream,
)
from network.ways import Route
from oracle.build import Built
from oracle.strategies import towns
from oracle.town import Town


def made(draft: Draft) -> TraceGraph:
    city = draft.city()
    return trace_graph(prepare(city, recorded(city)))


def at(graph: TraceGraph, pipe: str, offset_m: float = 50.0) -> PipePlace:
    return PipePlace(graph.model.city.network.pipes.ids.find(pipe), offset_m)


def tree() -> Draft:
    """S - a - b - c and b - d; a valve in the middle of bc."""
    return Draft().chain("a", "b", "c").pipe("bd", "b", "d").source("S", node="a").device("V1", pipe="bc", at=40.0)


def test_downstream_of_a_place_is_the_rest_of_its_pipe_and_all_behind() -> None:
    graph = made(tree())
    found = downstream(graph, at(graph, "ab", 30.0))
    assert pipe_ids(graph.model.city, found.parts) == ["ab", "bc", "bd"]
    assert found.parts.start_m[0] == 30.0
    assert found.parts.length_m == pytest.approx(270.0)
    assert device_ids(graph.model.city, found.devices.tolist()) == ["V1"]


def test_upstream_of_a_place_leads_to_the_source_through_the_valve() -> None:
    graph = made(tree())
    found = upstream(graph, at(graph, "bc", 70.0))
    assert pipe_ids(graph.model.city, found.parts) == ["ab", "bc"]
    assert found.parts.length_m == pytest.approx(170.0)
    assert device_ids(graph.model.city, found.devices.tolist()) == ["V1"]
    assert found.sources.tolist() == [0]


def test_a_junction_and_its_two_ways() -> None:
    graph = made(tree())
    node = NodePlace(graph.model.city.network.nodes.ids.find("b"))
    assert pipe_ids(graph.model.city, upstream(graph, node).parts) == ["ab"]
    assert sorted(set(pipe_ids(graph.model.city, downstream(graph, node).parts))) == ["bc", "bd"]


def test_nothing_runs_behind_a_closed_valve() -> None:
    draft = Draft().chain("a", "b", "c").source("S", node="a").device("V1", pipe="bc", at=40.0, position="CLOSED")
    graph = made(draft)
    assert downstream(graph, at(graph, "ab")).parts.length_m == pytest.approx(90.0)
    assert len(downstream(graph, at(graph, "bc", 70.0)).parts) == 0
    assert len(upstream(graph, at(graph, "bc", 70.0)).parts) == 0


def test_flows_that_are_known_overrule_distance() -> None:
    city = tree().city()
    model = prepare(city, recorded(city))
    flows = np.zeros(3)
    flows[city.network.pipes.ids.find("ab")] = -0.01
    graph = trace_graph(model, flows)
    assert downstream(graph, at(graph, "ab", 30.0)).parts.length_m == pytest.approx(30.0)


def test_a_city_without_source_has_no_direction() -> None:
    graph = made(Draft().chain("a", "b"))
    assert len(downstream(graph, at(graph, "ab")).parts) == 0


def test_the_shortest_way_says_devices_in_order_and_where() -> None:
    draft = tree().device("V2", pipe="ab", at=60.0, position="CLOSED")
    graph = made(draft)
    route = shortest_route(graph, at(graph, "bc", 90.0), at(graph, "ab", 10.0))
    assert route is not None
    assert route.length_m == pytest.approx(180.0)
    assert device_ids(graph.model.city, route.devices) == ["V1", "V2"]
    assert route.device_at_m.tolist() == pytest.approx([50.0, 130.0], abs=1e-3)
    assert (route.from_m > route.to_m).all()


def test_between_two_places_on_one_pipe_the_way_is_straight() -> None:
    graph = made(tree())
    route = shortest_route(graph, at(graph, "ab", 20.0), at(graph, "ab", 70.0))
    assert route is not None
    assert (route.pipe.tolist(), route.from_m.tolist(), route.to_m.tolist()) == ([0], [20.0], [70.0])


def test_islands_have_no_way_between_them() -> None:
    graph = made(Draft().chain("a", "b").chain("c", "d").source("S", node="a"))
    assert shortest_route(graph, at(graph, "ab"), at(graph, "cd")) is None


@given(towns(), st.data())
def test_the_shortest_way_is_as_short_as_networkx_says(town: Town, data: st.DataObject) -> None:
    city = Built(town).city
    graph = trace_graph(prepare(city, recorded(city)))
    start, goal = (data.draw(st.integers(0, len(city.network.nodes) - 1)) for _ in range(2))
    route = shortest_route(graph, NodePlace(start), NodePlace(goal))
    plain = to_networkx(city)
    names = [city.network.nodes.ids[node] for node in (start, goal)]
    try:
        expected = nx.shortest_path_length(plain, *names, weight="length_m")
    except nx.NetworkXNoPath:
        assert route is None
        return
    assert route is not None
    assert route.length_m == pytest.approx(expected, abs=0.01)
    assert_unbroken(graph, route, start, goal)


def assert_unbroken(graph: TraceGraph, route: Route, start: int, goal: int) -> None:
    pipes = graph.model.city.network.pipes
    here: tuple[int, float] | int = start
    for row, begin_m, end_m in zip(route.pipe.tolist(), route.from_m.tolist(), route.to_m.tolist(), strict=True):
        if isinstance(here, tuple):
            assert here == (row, pytest.approx(begin_m))
        else:
            ends = {0.0: pipes.from_node[row], float(pipes.length_m[row]): pipes.to_node[row]}
            assert any(begin_m == pytest.approx(m, abs=0.01) and node == here for m, node in ends.items())
        if end_m <= 0.01:
            here = int(pipes.from_node[row])
        elif end_m >= pipes.length_m[row] - 0.01:
            here = int(pipes.to_node[row])
        else:
            here = (row, end_m)
    assert here == goal


@given(towns())
def test_only_what_is_supplied_has_a_direction(town: Town) -> None:
    model = modelled(town)
    graph = trace_graph(model)
    segmentation = model.structure.segmentation
    assert ((graph.flows != 0) <= model.supplied[segmentation.part_segment]).all()


@given(towns(), st.data())
def test_up_and_down_are_each_other_s_opposite(town: Town, data: st.DataObject) -> None:
    graph = trace_graph(modelled(town))
    steep = [part for part in range(graph.parts) if graph.flows[part] and length_of(graph, part) > 1.0]
    if len(steep) < 2:
        return
    one, other = data.draw(st.sampled_from(steep)), data.draw(st.sampled_from(steep))
    if one != other:
        assert holds(downstream(graph, middle(graph, one)).parts, graph, other) == holds(
            upstream(graph, middle(graph, other)).parts, graph, one
        )


@given(towns())
def test_water_that_is_traced_up_comes_from_a_source(town: Town) -> None:
    graph = trace_graph(modelled(town))
    for part in range(graph.parts):
        if graph.flows[part] and length_of(graph, part) > 1.0:
            assert len(upstream(graph, middle(graph, part)).sources)


def modelled(town: Town) -> SupplyModel:
    city = Built(town).city
    return prepare(city, recorded(city))


def length_of(graph: TraceGraph, part: int) -> float:
    return float(graph.spans.end_m[part] - graph.spans.start_m[part])


def middle(graph: TraceGraph, part: int) -> PipePlace:
    return PipePlace(int(graph.spans.pipe[part]), float(graph.spans.start_m[part] + graph.spans.end_m[part]) / 2)


def holds(parts, graph: TraceGraph, part: int) -> bool:  # type: ignore[no-untyped-def]
    """Whether *parts* has all of a part."""
    place = middle(graph, part)
    covers = (parts.start_m <= place.offset_m) & (parts.end_m >= place.offset_m) & (parts.pipe == place.pipe)
    return bool(covers.any())


def test_a_long_section_has_heights_cover_and_heads_by_measure() -> None:
    draft = tree()
    for name, height in (("a", 10.0), ("b", 20.0), ("c", 26.0)):
        draft.node(name, elevation_m=height)
    graph = made(draft)
    network = graph.model.city.network
    route = shortest_route(graph, at(graph, "ab", 50.0), at(graph, "bc", 50.0))
    assert route is not None
    heads = np.zeros(len(network.nodes))
    heads[[network.nodes.ids.find(name) for name in "abc"]] = [60.0, 50.0, 40.0]
    section = long_section(network, route, heads)
    assert section.length_m == pytest.approx(100.0)
    assert section.ground_m[[0, -1]].tolist() == pytest.approx([15.0, 23.0])
    assert section.crown_m.tolist() == pytest.approx((section.ground_m - 1.2).tolist())
    assert section.head_m[[0, -1]].tolist() == pytest.approx([55.0, 45.0])
    assert [(piece.pipe, piece.start_m, piece.end_m) for piece in section.stretches] == [
        (0, 0.0, pytest.approx(50.0)),
        (1, pytest.approx(50.0), pytest.approx(100.0)),
    ]
    assert np.isnan(long_section(network, route).head_m).all()


def test_a_way_of_no_length_makes_an_empty_section() -> None:
    graph = made(tree())
    node = NodePlace(0)
    route = shortest_route(graph, node, node)
    assert route is not None
    assert long_section(graph.model.city.network, route).length_m == 0.0
