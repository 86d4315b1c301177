"""Whatever the layers hold, noding gives a city whose tables fit together."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from drawings import EPSG
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from gis.layers import LAYERS, Layer, LayerSet
from gis.noding import Noded, NodingOptions, build_city
from network.assets import TapTable
from network.checks import find_doubts

numbers = st.sampled_from([0.0, 0.005, 1.0, 10.0, 10.008, 20.0, 33.3, 1e6, -1e9, np.inf])
places = st.tuples(numbers, numbers)


def points() -> st.SearchStrategy[Any]:
    return places.map(shapely.Point)


def lines() -> st.SearchStrategy[Any]:
    return st.lists(places, min_size=2, max_size=4).map(lambda xy: shapely.LineString(np.array(xy)))


def multi_lines() -> st.SearchStrategy[Any]:
    return st.lists(lines(), min_size=1, max_size=3).map(shapely.MultiLineString)


def with_heights(shape: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return shapely.force_3d(shape, 7.0)


others = st.sampled_from(
    [
        None,
        shapely.Point(),
        shapely.MultiPoint([(0, 0), (10, 10)]),
        shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]),
        shapely.GeometryCollection([shapely.Point(1, 1), shapely.LineString([(0, 0), (1, 1)])]),
    ]
)
shapes = {"Point": points(), "LineString": st.one_of(lines(), lines(), multi_lines()), "Polygon": others}
names = st.sampled_from(["", "A", "B", "C", "A#2", "A!2", "@p", " A ", "管1"])
words = st.sampled_from(["", "isolation", "CHECK", "pump", "open", "closed", "with", "tank", "阀门", "outside"])
values = {
    "text": st.one_of(names, words),
    "real": st.sampled_from([np.nan, -1.0, 0.0, 12.5, 1e12]),
    "integer": st.sampled_from([0, -5, 2020, 2**40]),
    "flag": st.booleans(),
}
dtypes = {"text": object, "real": np.float64, "integer": np.int64, "flag": np.bool_}


@st.composite
def layers(draw: st.DrawFn, name: str) -> Layer:
    spec = LAYERS[name]
    shape = st.one_of(shapes[spec.geometry], shapes[spec.geometry], others, shapes["Point"].map(with_heights))
    rows = draw(st.integers(0, 5))
    geometry = np.empty(rows, dtype=object)
    geometry[:] = [draw(shape) for _ in range(rows)]
    columns = {"id": _column(draw, "text", rows)}
    for column, kind in spec.columns.items():
        if column != "id" and draw(st.booleans()):
            columns[column] = _column(draw, kind.kind, rows)
    return Layer(geometry, columns)


def _column(draw: st.DrawFn, kind: str, rows: int) -> np.ndarray:
    column = np.empty(rows, dtype=dtypes[kind])
    column[:] = [draw(names if kind == "text" and rows > 3 else values[kind]) for _ in range(rows)]
    return column


@st.composite
def cities(draw: st.DrawFn) -> LayerSet:
    chosen = draw(st.sets(st.sampled_from(sorted(LAYERS)), max_size=7)) | {"pipe"}
    return LayerSet(EPSG, {name: draw(layers(name)) for name in sorted(chosen)})


options = st.builds(
    NodingOptions,
    by=st.sampled_from(["auto", "ids", "geometry"]),
    tolerance_m=st.sampled_from([0.0, 0.01, 2.0]),
    assume_valves=st.booleans(),
    join_ends_on_lines=st.booleans(),
)


@soak_examples(4_000)
@given(cities(), options)
def test_the_tables_fit_together(city: LayerSet, options: NodingOptions) -> None:
    noded = build_city(city, options)

    check_network(noded)
    check_layers(noded)
    for tap in (noded.city.customers.tap, noded.city.hydrants.tap, noded.city.stations.tap):
        check_taps(noded, tap)
    find_doubts(noded.city.network)


def check_network(noded: Noded) -> None:
    network = noded.city.network
    nodes, pipes, devices, sources = network.nodes, network.pipes, network.devices, network.sources
    assert len(set(nodes.ids)) == len(nodes)
    for ends in (pipes.from_node, pipes.to_node):
        assert ((ends >= 0) & (ends < len(nodes))).all()
    assert np.isfinite(nodes.x_m).all()
    assert np.isfinite(pipes.length_m).all()
    assert (pipes.length_m >= 0).all()
    assert len(noded.city.shapes) == len(pipes)
    for table in (devices, sources):
        assert len(set(table.ids)) == len(table)
        assert (np.isnan(table.offset_m) == (table.pipe < 0)).all()
        on_pipe = table.pipe >= 0
        assert (table.offset_m[on_pipe] <= pipes.length_m[table.pipe[on_pipe]]).all()
        assert (table.node < len(nodes)).all()
    at_end = (devices.pipe >= 0) & (devices.node >= 0)
    ends_of = np.column_stack([pipes.from_node, pipes.to_node])[devices.pipe[at_end]]
    assert (ends_of == devices.node[at_end][:, None]).any(axis=1).all()
    assert not ((sources.pipe >= 0) & (sources.node >= 0)).any()


def check_layers(noded: Noded) -> None:
    """Rows of the tables are the rows of the layers to be stored."""
    city = noded.city
    assert list(city.network.devices.ids) == [
        *noded.layers.get("valve").text("id"),
        *noded.layers.get("pump").text("id"),
    ]
    tables = {"pipe": city.network.pipes, "source": city.network.sources, "customer": city.customers}
    for name, table in {**tables, "hydrant": city.hydrants, "station": city.stations}.items():
        assert list(table.ids) == list(noded.layers.get(name).text("id"))
    for name, layer in noded.layers.layers.items():
        assert len(set(layer.text("id"))) == len(layer)
        assert "" not in set(layer.text("id"))
        if len(layer):
            assert set(shapely.get_type_id(layer.geometry)) == {_TYPES[LAYERS[name].geometry]}
            assert not shapely.has_z(layer.geometry).any()


_TYPES = {"Point": 0, "LineString": 1, "Polygon": 3}


def check_taps(noded: Noded, tap: TapTable) -> None:
    linked = tap.pipe >= 0
    assert (np.isnan(tap.offset_m) == ~linked).all()
    assert (np.isnan(tap.distance_m) == ~linked).all()
    length_m = noded.city.network.pipes.length_m[tap.pipe[linked]]
    assert ((tap.offset_m[linked] >= 0) & (tap.offset_m[linked] <= length_m)).all()
