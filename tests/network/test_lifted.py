"""What stands below a pump and a plant: on known networks, and on random towns against a search without it."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from small_city import Draft, recorded

from network.assets import DeviceKind
from network.lifted import LevelAreas
from network.passage import SUPPLY_AB, SUPPLY_BA
from network.supply import prepare, supply_arcs
from oracle.build import Built
from oracle.strategies import towns
from oracle.town import Town


def made(draft: Draft) -> LevelAreas:
    city = draft.city()
    return LevelAreas.of(prepare(city, recorded(city)))


def hill() -> Draft:
    """Plant S - a - b =pump B1=> c - d on a hill."""
    draft = Draft().chain("a", "b", "c", "d").source("S", node="a")
    return draft.device("B1", "PUMP", pipe="bc", at=50.0, direction=1)


def names(areas: LevelAreas, chosen: frozenset[int]) -> str:
    """Junctions in *chosen*, in order."""
    nodes, segmentation = areas.model.city.network.nodes, areas.model.structure.segmentation
    return "".join(
        nodes.ids[row] for row in range(len(nodes)) if areas.of_segment[segmentation.vertex_segment[row]] in chosen
    )


def below(draft: Draft, pump: str = "B1") -> tuple[str, str] | None:
    """Junctions that it alone feeds, and those that it feeds among others."""
    areas = made(draft)
    found = areas.below_pump(areas.model.city.network.devices.ids.find(pump))
    return None if found is None else (names(areas, found.alone), names(areas, found.shared))


def test_a_hill_hangs_on_its_pump_and_the_valley_does_not() -> None:
    assert below(hill()) == ("cd", "")


def test_a_tank_on_the_hill_feeds_nothing_of_its_own() -> None:
    assert below(hill().source("T", "TANK", node="d")) == ("cd", "")


def test_a_reservoir_on_the_hill_feeds_it_too() -> None:
    assert below(hill().source("R", "RESERVOIR", node="d")) == ("", "cd")


def test_what_lies_behind_a_reducing_valve_is_below_as_well() -> None:
    draft = hill().pipe("de", "d", "e").device("P1", "PRV", pipe="de", at=50.0, direction=1)
    assert below(draft) == ("cde", "")
    assert below(draft.pipe("dr", "d", "r").source("R", "RESERVOIR", node="r")) == ("", "cder")


@pytest.mark.parametrize(("apart_m", "expected"), [(40.0, ("cdy", "")), (400.0, ("", "cdy"))])
def test_pumps_of_one_station_fall_out_together_and_others_go_on(apart_m: float, expected: tuple[str, str]) -> None:
    draft = hill().pipe("xy", "x", "y").pipe("bx", "b", "x").pipe("yd", "y", "d")
    draft.device("B2", "PUMP", pipe="xy", at=50.0, direction=1, x_m=apart_m)
    assert below(draft) == expected


def test_a_check_valve_round_the_pump_and_one_behind_it_are_of_the_station() -> None:
    draft = hill().pipe("round", "b", "c").device("C1", "CHECK", pipe="round", at=50.0, direction=1)
    draft.pipe("de", "d", "e").device("C2", "CHECK", pipe="de", at=50.0, direction=1)
    assert below(draft.source("R", "RESERVOIR", node="e")) == ("cd", "e")


def test_a_pump_at_a_junction_has_its_place_there() -> None:
    draft = Draft().chain("a", "b", "c").source("S", node="a").device("B1", "PUMP", node="b", toward="bc")
    areas = made(draft)
    found = areas.below_pump(0)
    assert found is not None
    assert names(areas, found.alone).endswith("c")
    assert not found.shared


def test_an_open_way_round_a_pump_leaves_nothing_below_it() -> None:
    assert below(hill().pipe("round", "b", "c")) is None
    closed = hill().pipe("round", "b", "c").device("V1", pipe="round", at=50.0, position="CLOSED")
    assert below(closed) == ("cd", "")


def test_a_pump_whose_direction_nobody_knows_has_nothing_below_it() -> None:
    draft = Draft().chain("a", "b", "c").source("S", node="a").device("B1", "PUMP", pipe="bc", at=50.0)
    assert below(draft) is None


def test_below_a_plant_is_what_its_water_reaches() -> None:
    draft = hill().device("C1", "CHECK", pipe="ab", at=20.0, direction=1).pipe("bs", "b", "s")
    draft.source("S2", node="s").source("T", "TANK", node="d")
    areas = made(draft)
    first, second = areas.below_source(0), areas.below_source(1)
    assert first is not None
    assert second is not None
    assert (names(areas, first.alone), names(areas, first.shared)) == ("a", "bcds")
    assert (names(areas, second.alone), names(areas, second.shared)) == ("", "bcds")
    assert areas.below_source(2) is None


def test_a_city_without_any_device_hangs_on_its_plant() -> None:
    areas = made(Draft().chain("a", "b").source("S", node="a"))
    found = areas.below_source(0)
    assert found is not None
    assert names(areas, found.alone) == "ab"


def lost(areas: LevelAreas, devices: set[int]) -> set[int]:
    """Areas that are supplied as long as *devices* run, and not without them; arc by arc over the segments."""
    model, links = areas.model, areas.model.structure.links
    segments = model.structure.segmentation.count
    tail, head = supply_arcs(model.structure, model.bits)
    stays = [(one, other) for one, other in zip(tail.tolist(), head.tolist(), strict=True) if one >= segments]
    stays += [(one, other) for one, other in zip(tail.tolist(), head.tolist(), strict=True) if other >= segments]
    reached = []
    for out in (set[int](), devices):
        graph = nx.DiGraph(stays)
        graph.add_node(segments + len(model.structure.segmentation.source_legs))
        for row, device in enumerate(links.device.tolist()):
            ends = int(links.side_a[row]), int(links.side_b[row])
            for bit, way in ((SUPPLY_AB, ends), (SUPPLY_BA, ends[::-1])):
                if device not in out and model.bits[row] & bit:
                    graph.add_edge(*way)
        root = segments + len(model.structure.segmentation.source_legs)
        found = nx.descendants(graph, root)
        reached.append({int(areas.of_segment[each]) for each in found if each < segments})
    return reached[0] - reached[1]


@given(towns())
def test_what_hangs_on_a_pump_alone_is_what_a_search_misses_without_it(town: Town) -> None:
    city = Built(town).city
    areas = LevelAreas.of(prepare(city, recorded(city)))
    devices = city.network.devices
    for pump in np.flatnonzero(devices.kind == DeviceKind.PUMP).tolist():
        found = areas.below_pump(pump)
        if found is not None:
            assert not found.alone & found.shared
            (arc,) = np.flatnonzero(areas.device == areas.stands_for(pump)).tolist()
            assert set(found.alone) == lost(areas, set(areas.device[areas.beside(arc)].tolist()))
