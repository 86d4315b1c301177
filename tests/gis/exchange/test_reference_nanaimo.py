"""A whole real city from shapefiles through a mapping: components by ids and by geometry, and customers at services."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.exchange.assemble import Imported, assemble
from gis.exchange.mapping_file import read_mapping
from gis.exchange.vector_files import read_sources
from gis.faults import FaultKind
from gis.noding import Noded, NodingOptions, build_city
from network.assets import DeviceKind, LinkMethod

MAPPING = Path(__file__).parents[2] / "mappings" / "nanaimo.toml"


@pytest.fixture(scope="module")
def read(reference_data: Path) -> Imported:
    return assemble(read_sources([reference_data / "nanaimo"]), read_mapping(MAPPING))


def components(noded: Noded) -> np.ndarray:
    """Sizes of the connected components in nodes, largest first."""
    pipes, nodes = noded.city.network.pipes, len(noded.city.network.nodes)
    graph = coo_array((np.ones(len(pipes)), (pipes.from_node, pipes.to_node)), shape=(nodes, nodes))
    _, label = connected_components(graph, directed=False)
    return np.sort(np.bincount(label))[::-1]


def test_layers_as_they_stand_in_the_files(read: Imported) -> None:
    pipes = read.layers.get("pipe")
    assert read.layers.crs_epsg == 26910
    assert len(pipes) == 17_755
    assert len(read.layers.get("service")) == 26_814
    assert (pipes.text("from_node") == "").sum() == 831
    assert (pipes.text("to_node") == "").sum() == 972
    years = pipes.integer("year")
    assert (years[years > 0].min(), years.max()) == (1905, 2016)
    assert not [fault for fault in read.faults if fault.kind is not FaultKind.OUTSIDE_DIAMETER]


def test_components_by_ids(read: Imported) -> None:
    assert len(components(build_city(read.layers, NodingOptions(by="ids")))) == 839


def test_components_by_geometry(read: Imported) -> None:
    # The published figures snap by rounding to the centimetre: ends meet that lie half a centimetre apart.
    noded = build_city(read.layers, NodingOptions(by="geometry", tolerance_m=0.005))
    sizes = components(noded)
    assert len(sizes) == 87
    assert sizes[0] == 16_604
    assert len(noded.city.network.nodes) == 17_048
    assert noded.city.network.pipes.length_m.sum() / 1000.0 == pytest.approx(642.7, abs=0.05)
    duplicates = [fault for fault in noded.faults if fault.kind is FaultKind.DUPLICATE_ID and fault.layer == "pipe"]
    assert len(duplicates) == 5


def test_services_become_customers_with_taps(read: Imported) -> None:
    city = build_city(read.layers, NodingOptions(by="geometry")).city
    by_service = city.customers.tap.method == LinkMethod.SERVICE
    assert len(city.customers) == 26_814
    assert by_service.sum() == 25_763
    assert (city.customers.tap.pipe[by_service] >= 0).all()


def test_assumed_valves_are_marked(read: Imported) -> None:
    options = replace(NodingOptions(by="geometry"), assume_valves=True)
    noded = build_city(read.layers, options)
    devices = noded.city.network.devices
    assert len(devices) > 1000
    assert devices.assumed.all()
    assert (devices.kind == DeviceKind.ISOLATION).all()
    assert noded.layers.get("valve").flag("assumed").all()
