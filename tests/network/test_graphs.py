"""The network as networkx graphs."""

import networkx as nx
import numpy as np
import pytest
from small_city import Draft, recorded

from network.assets import DeviceKind, LinkMethod, SourceKind
from network.graphs import pipes_around, segment_graph, to_networkx
from network.records import Tap, customer, device, hydrant, pipe, station
from network.segments import find_segments
from network.supply import prepare


def town() -> Draft:
    draft = Draft().node("a", 1.0, 2.0, 3.0).node("lone").chain("a", "b", "c", "d").pipe("twin", "b", "c", 40.0)
    draft.source("plant", node="a").source("well", pipe="cd", at=10.0).device("late", pipe="ab", at=70.0)
    draft.device("early", pipe="ab", at=20.0).device("p", "PUMP", node="d").device("r", "PRV", pipe="cd", at=50.0)
    return draft.device("check", "CHECK", pipe="bc", at=50.0, direction=-1).device("q", node="c")


def test_the_whole_network_with_its_attributes() -> None:
    graph = to_networkx(town().city())
    assert set(graph) == {"a", "lone", "b", "c", "d"}
    assert graph.nodes["a"]["elevation_m"] == 3.0
    assert graph.nodes["b"]["elevation_m"] is None
    assert [source.id for source in graph.nodes["a"]["sources"]] == ["plant"]
    assert [one.id for one in graph.nodes["d"]["devices"]] == ["p"]
    assert sorted(graph["b"]["c"]) == ["bc", "twin"]
    assert graph.edges["b", "c", "twin"]["length_m"] == 40.0
    assert [one.id for one in graph.edges["a", "b", "ab"]["devices"]] == ["early", "late"]


def test_a_neighbourhood() -> None:
    city = town().city()
    near = pipes_around(city.network, 0, 1)
    assert city.network.pipes.ids.take(near) == ["ab", "bc", "twin"]
    assert len(pipes_around(city.network, 0, 0)) == 1
    assert len(pipes_around(city.network, 0, 2)) == 4
    graph = to_networkx(city, near)
    assert set(graph) == {"a", "b", "c"}
    assert graph.number_of_edges() == 3


def test_without_cuts_components_are_the_segments() -> None:
    draft = Draft().chain("a", "b", "c").chain("x", "y").node("lone")
    city = draft.city()
    assert nx.number_connected_components(to_networkx(city)) == find_segments(city.network).count


def test_the_segment_valve_graph() -> None:
    city = town().city()
    model = prepare(city, recorded(city))
    graph = segment_graph(model)
    assert graph.number_of_nodes() == model.structure.segmentation.count
    edges = {key: data for _, _, key, data in graph.edges(keys=True, data=True)}
    assert set(edges) == {"late", "early", "p", "r", "check"}
    assert edges["r"]["kind"] is DeviceKind.PRV
    assert edges["r"]["toward"] is None
    segmentation = model.structure.segmentation
    assert edges["check"]["toward"] == segmentation.side_a[4]
    first = int(segmentation.source_legs[0][0])
    assert graph.nodes[first] == {"pipes": 1, "length_m": 20.0, "supplied": True}
    part = segment_graph(model, np.array([segmentation.side_a[1], segmentation.side_b[1]]))
    assert [key for _, _, key in part.edges(keys=True)] == ["early"]


def test_records_say_none_where_nothing_is_recorded() -> None:
    draft = town().station("s", "ab", 5.0, storage_m3=2.0).customer("x", "ab", 5.0, station="s").customer("y")
    city = draft.hydrant("h").city()
    assert customer(city, 0).tap == Tap("ab", 5.0, LinkMethod.NEAREST, 0.0)
    assert customer(city, 0).station == "s"
    assert customer(city, 0).name == "name of x"
    assert (customer(city, 1).tap, customer(city, 1).branch_valve) == (None, "")
    assert (station(city, 0).storage_m3, station(city, 0).demand_m3_h) == (2.0, None)
    assert hydrant(city, 0).tap is None
    assert pipe(city, 0).material == "iron"
    assert to_networkx(city).nodes["a"]["sources"][0].kind is SourceKind.PLANT


def test_a_device_record_shows_the_state_asked_for() -> None:
    city = town().city()
    shut = recorded(city).with_positions([0], 1)
    assert device(city, 0).position == 0
    assert device(city, 0, shut).position == 1
    assert (device(city, 0).pipe, device(city, 0).node, device(city, 0).offset_m) == ("ab", "", 70.0)
    assert (device(city, 2).pipe, device(city, 2).node, device(city, 2).offset_m) == ("", "d", None)


@pytest.mark.parametrize("count", [0, 1])
def test_a_graph_of_nothing_is_empty(count: int) -> None:
    city = town().city()
    assert to_networkx(city, np.arange(0)[:count]).number_of_nodes() == 0


def test_tables_know_their_rows() -> None:
    city = town().customer("x").hydrant("h").station("s").city()
    tables = (city.network.nodes, city.network.pipes, city.network.devices, city.network.sources, city.shapes)
    assert [len(table) for table in tables] == [5, 4, 6, 2, 4]
    assert [len(table) for table in (city.customers, city.hydrants, city.stations, city.customers.tap)] == [1] * 4
