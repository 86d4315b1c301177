"""Reservoirs placed by rule: where, how many, and none where the city has a source."""

import numpy as np
import pytest
from shapely import LineString, Point

from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city

OPTIONS = NodingOptions(assume_sources=True)


def city(lines: list[list[tuple[float, float]]], dn_mm: list[float], **layers: Layer) -> LayerSet:
    geometry = np.array([*(LineString(line) for line in lines), None], dtype=object)[:-1]
    ids = np.array([f"P{at}" for at in range(len(lines))], dtype=object)
    return LayerSet(4548, {"pipe": Layer(geometry, {"id": ids, "dn_mm": np.array(dn_mm)}), **layers})


def test_a_reservoir_stands_at_the_far_end_of_the_widest_main() -> None:
    trunk, street, lane = [(-5000, 0), (0, 0)], [(0, 0), (400, 0)], [(400, 0), (900, 0)]
    noded = build_city(city([street, trunk, lane], [200, 800, 200]), OPTIONS)
    sources = noded.city.network.sources
    assert list(sources.ids) == ["assumed-source-1"]
    assert (sources.x_m[0], sources.y_m[0]) == (-5000, 0)
    assert sources.node[0] >= 0
    assert ("sources_assumed", "repaired") in [(fault.kind, fault.action) for fault in noded.faults]


def test_every_long_island_gets_one_and_a_crumb_none() -> None:
    lines = [[(0, 0), (1000, 0)], [(0, 500), (600, 500)], [(0, 900), (5, 900)]]
    noded = build_city(city(lines, [300, 300, 300]), OPTIONS)
    assert list(noded.city.network.sources.ids) == ["assumed-source-1", "assumed-source-2"]
    assert noded.city.network.sources.y_m.tolist() == [0, 500]
    assert [fault.feature for fault in noded.faults if fault.kind == "island_without_source"]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_ring_takes_a_junction_of_its_widest_main_in_any_order(turn: int) -> None:
    ring = [[(0, 0), (100, 0)], [(100, 0), (100, 100)], [(100, 100), (0, 0)]][::turn]
    sources = build_city(city(ring, [200, 400, 200]), OPTIONS).city.network.sources
    assert len(sources.ids) == 1
    assert sources.x_m[0] == 100


def test_a_city_with_a_source_keeps_to_it_and_an_empty_one_gets_none() -> None:
    kept = Layer(np.array([Point(0, 0)], dtype=object), {"id": np.array(["S"], dtype=object)})
    lines = [[(0.0, 0.0), (100.0, 0.0)]]
    assert list(build_city(city(lines, [200], source=kept), OPTIONS).city.network.sources.ids) == ["S"]
    assert len(build_city(LayerSet(4548, {}), OPTIONS).city.network.sources) == 0
    assert len(build_city(city(lines, [200]), NodingOptions()).city.network.sources) == 0
