"""What the generated network does: supply, zones, valves as they are found, and isolations of a believable size."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis.layers import LayerSet
from gis.noding import build_city
from gis.noding.options import Noded, NodingOptions
from gis.synthetic import generate_city
from network.answers import IsolationPlan, PipeTarget
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates


@pytest.fixture(scope="module")
def model(demo_noded: Noded) -> SupplyModel:
    city = demo_noded.city
    return prepare(city, DeviceStates.recorded(city.network.devices))


@pytest.fixture(scope="module")
def plans(model: SupplyModel) -> list[IsolationPlan]:
    rows = np.random.default_rng(4).integers(0, len(model.city.network.pipes), 300)
    found = [plan_isolation(model, PipeTarget(int(row))) for row in rows]
    return [plan for plan in found if isinstance(plan, IsolationPlan)]


def supplied_share(model: SupplyModel) -> float:
    segmentation = model.structure.segmentation
    parts = segmentation.part_segment
    return float(model.supplied[parts].mean())


def test_noding_finds_little_to_complain_about(demo_noded: Noded) -> None:
    assert len(demo_noded.faults) <= 3, demo_noded.faults
    assert len(demo_noded.city.network.pipes) == 20_000


def test_nearly_every_pipe_is_supplied(model: SupplyModel) -> None:
    assert supplied_share(model) > 0.99


@pytest.mark.parametrize("seed", [2, 3])
def test_small_towns_are_supplied_too(seed: int) -> None:
    city = build_city(generate_city(2_000, seed), NodingOptions()).city
    assert supplied_share(prepare(city, DeviceStates.recorded(city.network.devices))) > 0.99


def test_every_dma_has_an_inlet_and_closed_borders(demo_city: LayerSet) -> None:
    pipes, valves = demo_city.get("pipe"), demo_city.get("valve")
    dma_of = dict(zip(pipes.columns["id"].tolist(), pipes.text("dma_id").tolist(), strict=True))
    boundary = valves.text("kind") == "boundary"
    inlets = boundary & (valves.text("normal") == "open")
    fed = {dma_of[pipe] for pipe in valves.text("pipe_id")[inlets].tolist()}
    assert set(demo_city.get("dma").columns["id"].tolist()) <= fed
    assert (boundary & (valves.text("normal") == "closed")).sum() > 100


def test_mains_follow_a_hierarchy(demo_city: LayerSet) -> None:
    pipes = demo_city.get("pipe")
    dn, length = pipes.real("dn_mm"), pipes.real("length_m")
    assert dn.max() == 1_200
    assert dn.min() == 100
    share = [
        length[(dn >= low) & (dn < high)].sum() / length.sum() for low, high in ((0, 180), (180, 350), (350, 1_300))
    ]
    assert share[0] > share[1] > share[2] > 0.05
    assert (pipes.text("dn_basis")[pipes.text("material") == "PE"] == "outside").all()
    assert (dn[pipes.text("material") == "PE"] <= 315).all()
    assert 1950 <= pipes.integer("year").min() < 1985
    assert 2015 < pipes.integer("year").max() <= 2025
    assert 0.8 < np.median(pipes.real("depth_m")) < 2.0


def test_there_are_dead_ends_tees_and_crosses(demo_city: LayerSet) -> None:
    pipes = demo_city.get("pipe")
    _, legs = np.unique(
        np.concatenate([pipes.text("from_node"), pipes.text("to_node")]).astype(str), return_counts=True
    )
    degree = np.bincount(legs)
    assert degree[1] > 0.1 * len(legs)
    assert degree[3] > 0.2 * len(legs)
    assert degree[4] > 0.02 * len(legs)


def test_valves_have_lifes_defects(demo_city: LayerSet) -> None:
    valves = demo_city.get("valve")
    isolation = valves.text("kind") == "isolation"
    condition = valves.text("condition")[isolation]
    for word, low, high in (("inoperable", 0.01, 0.08), ("passing", 0.005, 0.05), ("unknown", 0.02, 0.12)):
        assert low < (condition == word).mean() < high, word
    left_closed = isolation & (valves.text("normal") == "open") & (valves.text("current") == "closed")
    assert 1 <= left_closed.sum() < 0.01 * isolation.sum()


@pytest.mark.parametrize("kind", ["isolation", "boundary", "check", "prv", "air", "washout", "hydrant", "service"])
def test_every_usual_kind_of_valve_is_there(demo_city: LayerSet, kind: str) -> None:
    assert (demo_city.get("valve").text("kind") == kind).any()


def test_one_way_devices_say_which_way(demo_city: LayerSet) -> None:
    valves = demo_city.get("valve")
    one_way = np.isin(valves.text("kind").astype(str), ("check", "prv"))
    assert (valves.text("flow")[one_way] != "").all()
    assert (valves.text("flow")[~one_way] == "").all()
    assert (demo_city.get("pump").text("flow") != "").all()


def test_sources_stations_and_pumps_vary(demo_city: LayerSet) -> None:
    assert set(demo_city.get("source").text("kind").tolist()) == {"plant", "reservoir", "tank"}
    for layer in ("station", "pump"):
        storage = demo_city.get(layer).real("storage_m3")
        assert (storage > 0).any()
        assert (storage == 0).any()


def test_hydrants_stand_some_hundred_metres_apart(demo_city: LayerSet) -> None:
    pipes, hydrants = demo_city.get("pipe"), demo_city.get("hydrant")
    street = pipes.real("dn_mm") >= 150
    assert 80 < pipes.real("length_m")[street].sum() / len(hydrants) < 200
    tree = shapely.STRtree(pipes.geometry)
    assert tree.query_nearest(hydrants.geometry, return_distance=True)[1].max() < 5


def test_ground_rises_to_the_south(demo_city: LayerSet) -> None:
    junctions = demo_city.get("junction")
    north = shapely.get_y(junctions.geometry)
    level = junctions.real("elevation_m")
    south_end, river_side = north < np.quantile(north, 0.1), north > np.quantile(north, 0.5)
    assert level[south_end].mean() > level[river_side].mean() + 25
    assert np.isfinite(level).all()


def test_an_isolation_is_of_a_believable_size(model: SupplyModel, plans: list[IsolationPlan]) -> None:
    closed = np.array([len(plan.close) for plan in plans])
    out = np.array([len(assess_impact(model, plan).out) for plan in plans])
    length = np.array([plan.isolated.length_m for plan in plans])
    assert len(plans) > 290
    assert 1 <= np.median(closed) <= 4
    assert 4 <= np.quantile(closed, 0.9) <= 12
    assert 8 <= np.median(out) <= 60
    assert np.quantile(out, 0.95) > 50
    assert 300 < np.median(length) < 1_500
