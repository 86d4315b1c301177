"""Packed layers are the layers that were packed, and a city made of them is the city of those that were not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from same import differences
from test_noding_fuzz import cities, options

from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city
from gis.noding.options import Noded
from gis.packed import PackedLayers
from gis.stores import sqlite
from gis.stores.spatialite import write_city
from gis.synthetic import generate_city

TEXTS = st.lists(st.one_of(st.sampled_from(["", "\0", "P1", "管", "\ud800"]), st.text(max_size=4)), max_size=30)
OWN_WORDS = ("spatialite_history", "sqlite_", "store_applied")
"""Tables with what the database writes for itself, and with an id of this very writing."""


def packed(city: LayerSet) -> LayerSet:
    layers = PackedLayers()
    layers.update(city.layers)
    return LayerSet(city.crs_epsg, layers, city.name, city.synthetic)


def told(layer: Layer) -> tuple[list[object], dict[str, tuple[str, str]]]:
    columns = {name: (str(values.dtype), repr(values.tolist())) for name, values in layer.columns.items()}
    return [shapely.to_wkb(one) for one in layer.geometry], columns


@given(TEXTS)
def test_texts_come_back(texts: list[str]) -> None:
    column = np.empty(len(texts), dtype=object)
    column[:] = texts
    layers = PackedLayers()
    layers["pipe"] = Layer(np.full(len(texts), None, dtype=object), {"id": column, "year": np.arange(len(texts))})
    assert layers["pipe"].columns["id"].tolist() == texts
    assert layers.only("pipe", ("year",)).columns.keys() == {"year"}
    assert layers.counts() == {"pipe": len(texts)}


@given(cities(), options)
def test_noding_gives_the_same_city(city: LayerSet, noding: NodingOptions) -> None:
    plain, small = build_city(city, noding), packed(city)
    assert {name: told(layer) for name, layer in small.layers.items()} == {
        name: told(layer) for name, layer in city.layers.items()
    }
    again = build_city(small, noding)
    assert not small.layers, "they are let go one by one"
    assert isinstance(again.layers.layers, PackedLayers)
    assert list(differences(plain.city, again.city)) == []
    assert sorted(map(repr, plain.faults)) == sorted(map(repr, again.faults)), "their order is by layer"
    assert {name: told(layer) for name, layer in again.layers.layers.items()} == {
        name: told(layer) for name, layer in plain.layers.layers.items()
    }


def rows_in(noded: Noded, path: Path) -> dict[str, list[object]]:
    write_city(path, noded, "r1")
    connection = sqlite.connect(path, spatial=True)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")]
    found = {
        name: connection.execute(f'SELECT * FROM "{name}"').fetchall()
        for name in names
        if not name.startswith(OWN_WORDS)
    }
    connection.close()
    return found


def test_the_demo_city_is_the_same_in_the_file(tmp_path: Path) -> None:
    plain, small = generate_city(600, 7), generate_city(600, 7, packed=True)
    assert isinstance(small.layers, PackedLayers)
    assert list(small.layers) == list(plain.layers)
    one, two = build_city(plain, NodingOptions()), build_city(small, NodingOptions())
    assert one.faults == two.faults
    assert rows_in(one, tmp_path / "one.sqlite") == rows_in(two, tmp_path / "two.sqlite")
