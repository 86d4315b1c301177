"""Geometry that is not one flat, finite, non-empty shape of the layer's kind."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from drawings import EPSG, faults_of, layer, node

from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city

GOOD = ("A", [(0, 0), (100, 0)])


def unbounded(x: float) -> shapely.Geometry:
    """A line with a coordinate that is no number; making one is what the library warns of."""
    with np.errstate(invalid="ignore"):
        return shapely.LineString([(0, 0), (x, 0)])


def kept(noded) -> list[str]:  # type: ignore[no-untyped-def]
    return list(noded.city.network.pipes.ids)


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (None, "empty_geometry"),
        (shapely.LineString(), "empty_geometry"),
        (shapely.Point(1, 2), "wrong_geometry_type"),
        (shapely.Polygon([(0, 0), (1, 0), (1, 1)]), "wrong_geometry_type"),
        (shapely.GeometryCollection([shapely.Point(1, 2)]), "wrong_geometry_type"),
        (unbounded(np.inf), "out_of_bounds"),
        (unbounded(np.nan), "out_of_bounds"),
        (shapely.LineString([(0, 0), (3e7, 0)]), "out_of_bounds"),
        (shapely.LineString([(0, 0), (900_000, 0)]), "out_of_bounds"),
        (shapely.LineString([(50, 50), (50, 50)]), "zero_length"),
    ],
)
def test_a_pipe_without_a_usable_line_is_left_out_and_reported(shape: object, kind: str) -> None:
    noded = node(pipe=layer([GOOD, ("X", shape), ("B", [(100, 0), (200, 0)])]))

    assert kept(noded) == ["A", "B"]
    assert faults_of(noded) == [(kind, "X", "skipped")]
    assert list(noded.layers.get("pipe").text("id")) == ["A", "B"]


def test_a_multipart_of_one_part_is_just_that_part() -> None:
    noded = node(pipe=layer([("A", shapely.MultiLineString([[(0, 0), (100, 0)]]))]))

    assert kept(noded) == ["A"]
    assert noded.faults == ()


def test_a_closed_ring_is_a_line() -> None:
    ring = shapely.LinearRing([(0, 0), (10, 0), (10, 10)])
    noded = node(pipe=layer([("A", ring)]))

    assert noded.city.network.pipes.length_m[0] == pytest.approx(ring.length)
    assert len(noded.city.network.nodes) == 1


def test_heights_are_taken_off_the_lines_and_kept_as_elevations() -> None:
    noded = node(pipe=layer([("A", shapely.LineString([(0, 0, 12.5), (100, 0, 14.0)]))]))

    assert not shapely.has_z(noded.layers.get("pipe").geometry).any()
    assert noded.city.network.nodes.elevation_m.tolist() == [12.5, 14.0]
    assert faults_of(noded) == [("geometry_3d", "", "repaired")]
    assert noded.faults[0].detail == {"count": 1}


def test_heights_that_are_all_zero_are_no_elevations() -> None:
    noded = node(pipe=layer([("A", shapely.LineString([(0, 0, 0), (100, 0, 0)]))]))

    assert np.isnan(noded.city.network.nodes.elevation_m).all()


def test_a_junctions_elevation_goes_before_a_lines_height() -> None:
    noded = node(
        pipe=layer([("A", shapely.LineString([(0, 0, 12.5), (100, 0, 14.0)]))]),
        junction=layer([("J", (100.0, 0.005))], elevation_m=[20.0]),
    )

    assert noded.city.network.nodes.elevation_m.tolist() == [12.5, 20.0]
    assert list(noded.city.network.nodes.ids)[1] == "J"


def test_an_area_that_crosses_itself_is_mended() -> None:
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    noded = node(pipe=layer([GOOD]), dma=layer([("D", bow_tie)], name=["east"]))

    mended = noded.layers.get("dma").geometry[0]
    assert mended.is_valid
    assert mended.geom_type == "Polygon"
    assert faults_of(noded) == [("invalid_geometry", "D", "repaired")]


def test_points_at_null_island_are_left_out() -> None:
    noded = node(
        pipe=layer([("A", [(500_000, 4_000_000), (500_100, 4_000_000)])]),
        customer=layer([("C", (0, 0)), ("D", (500_050, 4_000_010))]),
    )

    assert list(noded.city.customers.ids) == ["D"]
    assert faults_of(noded) == [("out_of_bounds", "C", "skipped")]


def test_the_layers_given_stay_as_they_were() -> None:
    pipe = layer([("A", shapely.LineString([(0, 0, 1), (100, 0, 2)])), ("A", [(0, 5), (9, 5)]), ("", [(0, 9), (9, 9)])])
    before = shapely.to_wkb(pipe.geometry).tolist(), pipe.text("id").tolist()
    build_city(LayerSet(EPSG, {"pipe": pipe}), NodingOptions())

    assert (shapely.to_wkb(pipe.geometry).tolist(), pipe.text("id").tolist()) == before


@pytest.mark.parametrize("by", ["auto", "ids", "geometry"])
def test_a_city_without_anything_is_an_empty_city(by: str) -> None:
    noded = build_city(LayerSet(EPSG), NodingOptions(by=by, assume_valves=True))  # type: ignore[arg-type]

    assert len(noded.city.network.pipes) == len(noded.city.network.nodes) == len(noded.city.customers) == 0


def test_points_without_pipes_stand_nowhere() -> None:
    noded = node(
        valve=layer([("V", (0, 0))], kind=["isolation"], condition=["operable"], pipe_id=["P"]),
        source=layer([("S", (0, 0))], kind=["plant"]),
        customer=layer([("C", (0, 0))]),
        service=layer([("L", [(0, 0), (5, 0)])]),
        hydrant=layer([("H", (0, 0))]),
        station=layer([("T", (0, 0))]),
        junction=layer([("J", (0, 0))]),
    )

    assert noded.city.network.devices.pipe.tolist() == [-1]
    assert noded.city.network.sources.node.tolist() == [-1]
    assert noded.city.customers.tap.pipe.tolist() == [-1]
    kinds = {kind for kind, _, _ in faults_of(noded)}
    assert {"valve_off_pipe", "source_off_pipe", "unlinked_customer"} <= kinds


def test_layers_that_are_not_ours_pass_through() -> None:
    extra = Layer(np.array([shapely.Point(1, 1)], dtype=object), {"id": np.array(["x"], dtype=object)})
    noded = build_city(LayerSet(EPSG, {"pipe": layer([GOOD]), "survey": extra}), NodingOptions())

    assert noded.layers.get("survey").text("id").tolist() == ["x"]


def test_progress_goes_from_nothing_to_all() -> None:
    told: list[float] = []
    build_city(LayerSet(EPSG, {"pipe": layer([GOOD])}), NodingOptions(), told.append)

    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_as_many_materials_as_pipes_are_all_kept() -> None:
    count = 32_800
    features = [(f"P{row}", [(row, 0), (row, 0.5)]) for row in range(count)]
    noded = node(pipe=layer(features, material=[f"m{row:05}" for row in range(count)]))
    material = noded.city.network.pipes.material

    assert material[0] == "m00000"
    assert material[count - 1] == "m32799"
