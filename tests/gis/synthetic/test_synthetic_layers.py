"""What the generated layers hold: columns, references, names, places."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest
import shapely

from gis.errors import GisError
from gis.layers import LAYERS, Layer, LayerSet
from gis.synthetic import generate_city

NEAR_M = 0.01
HAN = re.compile(r"[\u4e00-\u9fff]")
REFERENCES = [
    ("pipe", "from_node", "junction"),
    ("pipe", "to_node", "junction"),
    ("pipe", "dma_id", "dma"),
    ("valve", "pipe_id", "pipe"),
    ("pump", "pipe_id", "pipe"),
    ("customer", "pipe_id", "pipe"),
    ("customer", "station_id", "station"),
    ("hydrant", "pipe_id", "pipe"),
    ("hydrant", "valve_id", "valve"),
    ("service", "pipe_id", "pipe"),
    ("service", "customer_id", "customer"),
    ("service", "valve_id", "valve"),
    ("sensor", "pipe_id", "pipe"),
    ("station", "pipe_id", "pipe"),
]


def digest(city: LayerSet) -> str:
    found = hashlib.sha256()
    for name in sorted(city.layers):
        layer = city.layers[name]
        found.update(name.encode() + b"".join(shapely.to_wkb(layer.geometry)))
        for column in sorted(layer.columns):
            found.update(column.encode() + repr(layer.columns[column].tolist()).encode())
    return found.hexdigest()


def rows_of(layer: Layer, wanted: np.ndarray) -> np.ndarray:
    row = {value: at for at, value in enumerate(layer.columns["id"].tolist())}
    return np.array([row[value] for value in wanted.tolist()], dtype=int)


def of_kind(city: LayerSet, kind: str) -> np.ndarray:
    places = city.get("place")
    return places.geometry[places.text("kind") == kind]


def test_same_pipes_and_seed_give_the_same_city() -> None:
    assert digest(generate_city(1_200, 5)) == digest(generate_city(1_200, 5))


def test_another_seed_gives_another_city() -> None:
    assert digest(generate_city(1_200, 5)) != digest(generate_city(1_200, 6))


@pytest.mark.parametrize("pipes", [300, 1_000, 4_321])
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_has_as_many_pipes_and_customers_as_asked(pipes: int, seed: int) -> None:
    city = generate_city(pipes, seed)
    assert len(city.get("pipe")) == pipes
    assert len(city.get("customer")) == pytest.approx(pipes, rel=0.05)


def test_says_that_it_is_synthetic(demo_city: LayerSet) -> None:
    assert demo_city.synthetic
    assert "合成" in demo_city.name
    assert demo_city.crs_epsg == 4548


@pytest.mark.parametrize(
    ("pipes", "seed", "code"),
    [(299, 1, "demo_pipes_out_of_range"), (3_000_000, 1, "demo_pipes_out_of_range"), (500, -1, "demo_seed_negative")],
)
def test_refuses_what_it_cannot_make(pipes: int, seed: int, code: str) -> None:
    with pytest.raises(GisError) as refused:
        generate_city(pipes, seed)
    assert refused.value.code == code


def test_tells_how_far_it_is() -> None:
    told: list[tuple[str, float]] = []
    generate_city(500, 1, lambda step, fraction: told.append((step, fraction)))
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0.0
    assert fractions[-1] == 1.0
    assert all(step.startswith("demo_") for step, _ in told)


def test_every_layer_of_the_specification_is_there(demo_city: LayerSet) -> None:
    assert set(demo_city.layers) == set(LAYERS)


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_columns_are_as_specified(demo_city: LayerSet, name: str) -> None:
    layer, spec = demo_city.get(name), LAYERS[name]
    assert set(layer.columns) == set(spec.columns)
    dtypes = {"text": np.object_, "real": np.float64, "integer": np.int64, "flag": np.bool_}
    for column, values in layer.columns.items():
        assert values.dtype == dtypes[spec.columns[column].kind], column
        assert len(values) == len(layer)
        if spec.columns[column].kind == "text":
            assert {type(value) for value in values.tolist()} == {str}, column
        if spec.columns[column].words:
            assert set(values.tolist()) <= {"", *spec.columns[column].words}, column


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_geometry_is_sound(demo_city: LayerSet, name: str) -> None:
    geometry = demo_city.get(name).geometry
    assert set(shapely.get_type_id(geometry).tolist()) == {
        {"Point": 0, "LineString": 1, "Polygon": 3}[LAYERS[name].geometry]
    }
    assert shapely.is_valid(geometry).all()
    assert not shapely.is_empty(geometry).any()


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_ids_are_unique_and_not_empty(demo_city: LayerSet, name: str) -> None:
    ids = demo_city.get(name).columns["id"].tolist()
    assert len(set(ids)) == len(ids)
    assert all(ids)


@pytest.mark.parametrize(("layer", "column", "target"), REFERENCES)
def test_references_lead_somewhere(demo_city: LayerSet, layer: str, column: str, target: str) -> None:
    wanted = set(demo_city.get(layer).text(column).tolist()) - {""}
    assert wanted
    assert wanted <= set(demo_city.get(target).columns["id"].tolist())


def test_pipes_end_at_their_junctions(demo_city: LayerSet) -> None:
    pipes, junctions = demo_city.get("pipe"), demo_city.get("junction")
    for column, end in (("from_node", 0), ("to_node", -1)):
        node = junctions.geometry[rows_of(junctions, pipes.columns[column])]
        assert shapely.distance(shapely.get_point(pipes.geometry, end), node).max() == 0.0


def test_stated_length_is_the_drawn_length(demo_city: LayerSet) -> None:
    pipes = demo_city.get("pipe")
    assert pipes.real("length_m") == pytest.approx(shapely.length(pipes.geometry), abs=0.02)
    assert pipes.real("length_m").min() > 1.0


@pytest.mark.parametrize("name", ["valve", "pump", "station", "sensor"])
def test_what_stands_on_a_pipe_stands_on_it(demo_city: LayerSet, name: str) -> None:
    layer, pipes = demo_city.get(name), demo_city.get("pipe")
    on = pipes.geometry[rows_of(pipes, layer.columns["pipe_id"])]
    assert shapely.distance(layer.geometry, on).max() < NEAR_M


def test_services_run_from_their_main_to_their_customer(demo_city: LayerSet) -> None:
    services, pipes, customers = (demo_city.get(name) for name in ("service", "pipe", "customer"))
    main = pipes.geometry[rows_of(pipes, services.columns["pipe_id"])]
    customer = customers.geometry[rows_of(customers, services.columns["customer_id"])]
    assert shapely.distance(shapely.get_point(services.geometry, 0), main).max() < NEAR_M
    assert shapely.distance(shapely.get_point(services.geometry, 1), customer).max() == 0.0
    assert shapely.length(services.geometry).max() < 80


def test_every_customer_has_a_service_or_a_station(demo_city: LayerSet) -> None:
    customers = demo_city.get("customer")
    served = set(demo_city.get("service").text("customer_id").tolist())
    direct = np.array([value in served for value in customers.columns["id"].tolist()])
    assert (direct != (customers.text("station_id") != "")).all()


@pytest.mark.parametrize(
    ("layer", "column"),
    [
        ("customer", "name"),
        ("customer", "address"),
        ("pipe", "road"),
        ("pipe", "material"),
        ("source", "name"),
        ("pump", "name"),
        ("station", "name"),
        ("dma", "name"),
        ("zone", "name"),
        ("hydrant", "name"),
        ("sensor", "name"),
        ("place", "name"),
        ("valve", "landmark"),
    ],
)
def test_names_are_chinese(demo_city: LayerSet, layer: str, column: str) -> None:
    values = demo_city.get(layer).text(column)
    named = np.array([value == "PE" or bool(HAN.search(value)) for value in values.tolist()])
    assert named.all(), values[~named][:5]


def test_streets_have_names_and_ways_inside_blocks_have_none(demo_city: LayerSet) -> None:
    roads = demo_city.get("road")
    lane = roads.text("kind") == "lane"
    assert set(roads.text("kind").tolist()) == {"ring", "arterial", "collector", "street", "lane"}
    assert all(HAN.search(value) for value in roads.text("name")[~lane].tolist())
    assert set(roads.text("name")[lane].tolist()) == {""}


def test_phones_cannot_ring(demo_city: LayerSet) -> None:
    assert all(re.fullmatch(r"0000-555\d{5}", value) for value in demo_city.get("customer").text("phone").tolist())


def test_institutions_carry_the_synthetic_citys_name(demo_city: LayerSet) -> None:
    customers = demo_city.get("customer")
    public = np.isin(customers.text("category").astype(str), ("hospital", "school", "dialysis", "fire_service"))
    assert public.sum() >= 20
    assert all(value.startswith(demo_city.name) for value in customers.text("name")[public].tolist())
    assert (customers.flag("critical") == public).all()


def test_mains_cross_the_river_only_on_bridges(demo_city: LayerSet) -> None:
    pipes, roads = demo_city.get("pipe"), demo_city.get("road")
    (river,) = of_kind(demo_city, "river")
    crossing = shapely.intersects(pipes.geometry, river)
    assert 2 <= crossing.sum() <= 30
    bridges = roads.geometry[np.isin(roads.text("kind").astype(str), ("ring", "arterial"))]
    bridges = bridges[shapely.intersects(bridges, river)]
    deck = shapely.union_all(shapely.buffer(bridges, 25))
    wet = shapely.intersection(pipes.geometry[crossing], river)
    assert shapely.covered_by(wet, deck).all()


@pytest.mark.parametrize("kind", ["lake", "hill", "park"])
def test_no_main_but_a_plants_own_runs_through_nature(demo_city: LayerSet, kind: str) -> None:
    pipes = demo_city.get("pipe")
    own = pipes.text("road") == "输水专线"
    tree = shapely.STRtree(pipes.geometry[~own])
    assert not len(tree.query(of_kind(demo_city, kind), predicate="intersects")[0])


def test_buildings_stand_free(demo_city: LayerSet) -> None:
    buildings = of_kind(demo_city, "building")
    first, second = shapely.STRtree(buildings).query(buildings, predicate="intersects")
    assert (first != second).sum() / 2 < 0.02 * len(buildings)
    crossed = shapely.STRtree(demo_city.get("pipe").geometry).query(buildings, predicate="intersects")[0]
    assert len(np.unique(crossed)) < 0.02 * len(buildings)


def test_is_a_city_and_not_a_grid(demo_city: LayerSet) -> None:
    """Streets run in many directions, and few blocks are squares to each other."""
    roads = demo_city.get("road")
    street = roads.geometry[roads.text("kind") != "lane"]
    ends = shapely.get_coordinates(shapely.get_point(street, -1)) - shapely.get_coordinates(
        shapely.get_point(street, 0)
    )
    heading = np.degrees(np.arctan2(ends[:, 1], ends[:, 0])) % 90
    share = np.bincount((heading // 5).astype(int), weights=shapely.length(street), minlength=18)
    share /= share.sum()
    assert share.max() < 0.3
    assert (share > 0.02).sum() >= 8
