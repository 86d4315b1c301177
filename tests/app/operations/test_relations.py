"""From a thing to its segment, valves, customers, metered areas and pressure zones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from small_city import Draft, device_ids, pipe_ids, recorded

from app.operations.relations import find_relations
from app.relation_requests import FindRelations, RelationsFound
from network.answers import PipeTarget
from network.columns import CodedColumn
from network.supply import prepare
from network.topology import City
from network.traces import trace_graph


def found(pipe: str, at_m: float) -> tuple[City, RelationsFound]:
    """Plant at a, then b, c, d; valves in the middle of ab and of bc; areas and zones given."""
    draft = Draft().chain("a", "b", "c", "d").source("plant", node="a")
    draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="bc", at=50.0)
    draft.customer("home", pipe="ab", at=80.0).customer("school", pipe="bc", at=20.0, critical=True)
    draft.customer("far", pipe="cd", at=20.0).hydrant("h", pipe="cd", at=90.0)
    city = draft.city()
    dma = CodedColumn.of({"ab": "west", "bc": "east", "cd": ""}[name] for name in city.network.pipes.ids)
    city = replace(city, network=replace(city.network, pipes=replace(city.network.pipes, dma=dma)))
    zone = np.array([{"a": 1, "b": 1, "c": 0, "d": -1}[name] for name in city.network.nodes.ids], np.int32)
    graph = trace_graph(prepare(city, recorded(city)))
    row = city.network.pipes.ids.find(pipe)
    return city, find_relations(graph, FindRelations(PipeTarget(row, at_m)), zone, ("Z-high", "Z-low"))


def test_a_segment_between_two_valves_has_what_lies_there_and_nothing_else() -> None:
    city, told = found("bc", 10.0)
    assert pipe_ids(city, told.parts) == ["ab", "bc"]
    assert told.parts.length_m == 100.0
    assert device_ids(city, told.border) == ["v1", "v2"]
    assert device_ids(city, told.close) == ["v1"]
    assert [city.customers.ids[row] for row in told.customers] == ["school", "home"], "critical ones first"
    assert (told.critical, told.hydrants) == (1, ())
    assert (told.dmas, told.zones) == (("east", "west"), ("Z-high", "Z-low"))
    assert told.sources == (0,)


def test_what_belongs_to_no_area_has_none_and_behind_the_plant_nothing_closes() -> None:
    city, told = found("cd", 10.0)
    assert (pipe_ids(city, told.parts), told.dmas, told.zones) == (["bc", "cd"], ("east",), ("Z-high", "Z-low"))
    assert [city.hydrants.ids[row] for row in told.hydrants] == ["h"]
    city, told = found("ab", 10.0)
    assert (told.dmas, told.zones, told.stop, told.close) == (("west",), ("Z-low",), (0,), ())
