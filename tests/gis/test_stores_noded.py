"""Cities as noding makes them come back from the store exactly, and no text or line is kept twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from same import differences

from gis.layers import LayerSet
from gis.noding import NodingOptions, build_city
from gis.noding.options import Noded
from gis.stores import sqlite
from gis.stores.spatialite import SpatialiteStore, write_city
from gis.synthetic import generate_city


def without_valves(layers: LayerSet) -> LayerSet:
    kept = {name: layer for name, layer in layers.layers.items() if name != "valve"}
    return LayerSet(layers.crs_epsg, kept, layers.name, layers.synthetic)


@pytest.fixture(params=["recorded", "assumed"], scope="module")
def noded(request: pytest.FixtureRequest) -> Noded:
    layers = generate_city(1000, 7)
    if request.param == "recorded":
        return build_city(layers, NodingOptions())
    return build_city(without_valves(layers), NodingOptions(assume_valves=True))


def test_a_noded_city_comes_back_exactly(noded: Noded, tmp_path: Path) -> None:
    path = tmp_path / "network.sqlite"
    write_city(path, noded, "r1")
    store = SpatialiteStore.open(path)
    assert list(differences(noded.city, store.city())) == []
    assert store.faults() == noded.faults
    assert store.meta.synthetic
    store.close()


def test_features_are_found_and_nothing_is_kept_twice(noded: Noded, tmp_path: Path) -> None:
    path = tmp_path / "network.sqlite"
    write_city(path, noded, "r1")
    connection = sqlite.connect(path, spatial=True)
    for table in ("net_pipe", "net_device", "net_source", "net_customer", "net_hydrant", "net_station"):
        assert connection.execute(f"SELECT count(*) - count(feature) FROM {table}").fetchone()[0] == 0, table
    assert connection.execute("SELECT count(line) FROM net_pipe").fetchone()[0] == 0
    own = "SELECT count(name) + count(address) + count(phone) + count(category) FROM net_customer"
    assert connection.execute(own).fetchone()[0] == 0
    connection.close()
