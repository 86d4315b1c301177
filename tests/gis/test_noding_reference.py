"""Real networks: the figures that are published or stated for them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.editing.changes import with_changes
from gis.editing.forms import Refusal
from gis.editing.source import LayersInMemory
from gis.layers import Layer, LayerSet
from gis.mending.carry_out import edit_of
from gis.mending.find import diagnose
from gis.mending.records import Why
from gis.noding import Noded, NodingOptions, build_city
from network.assets import LinkMethod
from network.segments import find_segments

Columns = dict[str, np.ndarray]


def read(path: Path, layer: str | None = None) -> tuple[np.ndarray, Columns]:
    meta, _, wkb, columns = pyogrio.raw.read(path, layer=layer)
    return shapely.from_wkb(wkb), dict(zip(meta["fields"], columns, strict=True))


def texts(values: Any) -> np.ndarray:
    """Ids as text; numbers without their fraction, nulls empty."""
    column = np.empty(len(values), dtype=object)
    column[:] = [text(value) for value in np.asarray(values).tolist()]
    return column


def text(value: Any) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value))
    return "" if value is None else str(value)


def components(noded: Noded) -> tuple[int, int, int]:
    """Components, nodes of the largest, nodes in all."""
    pipes, nodes = noded.city.network.pipes, len(noded.city.network.nodes)
    graph = coo_array((np.ones(len(pipes)), (pipes.from_node, pipes.to_node)), shape=(nodes, nodes))
    count, label = connected_components(graph, directed=False)
    return count, int(np.bincount(label).max()), nodes


@pytest.fixture(scope="module")
def nanaimo(reference_data: Path) -> LayerSet:
    lines, columns = read(reference_data / "nanaimo" / "pipes.shp")
    services, _ = read(reference_data / "nanaimo" / "services.shp")
    pipe = {
        "id": texts(columns["PIPEID"]),
        "from_node": texts(columns["STARTID"]),
        "to_node": texts(columns["ENDID"]),
        "dn_mm": columns["DIAMETER"],
    }
    service = {"id": texts([None] * len(services))}
    return LayerSet(26910, {"pipe": Layer(lines, pipe), "service": Layer(services, service)})


def test_nanaimo_by_ids(nanaimo: LayerSet) -> None:
    noded = build_city(nanaimo, NodingOptions(by="ids"))

    assert components(noded)[0] == 839


def test_nanaimo_by_geometry_snapped_at_one_centimetre(nanaimo: LayerSet) -> None:
    # Snapped means rounded: an end moves by half a centimetre at most, so ends meet that lie this close.
    noded = build_city(nanaimo, NodingOptions(by="geometry", tolerance_m=0.005))

    assert components(noded) == (87, 16_604, 17_048)


def test_nanaimo_rounded_to_the_centimetre_gives_the_same(nanaimo: LayerSet) -> None:
    pipe = nanaimo.get("pipe")
    rounded = shapely.transform(pipe.geometry, lambda xy: np.round(xy, 2))
    options = NodingOptions(by="geometry", tolerance_m=0.001)
    noded = build_city(LayerSet(26910, {"pipe": Layer(rounded, pipe.columns)}), options)

    assert components(noded) == (87, 16_604, 17_048)


def test_nanaimo_by_geometry_joins_one_pair_more_at_the_whole_tolerance(nanaimo: LayerSet) -> None:
    # Pipes 92423 and 1171 end 8.8 mm apart: within a centimetre, yet rounding parts them.
    noded = build_city(nanaimo, NodingOptions(by="geometry"))

    assert components(noded) == (87, 16_603, 17_047)


def test_nanaimo_as_imported(nanaimo: LayerSet) -> None:
    noded = build_city(nanaimo, NodingOptions(assume_valves=True))
    by_kind: dict[str, list[str]] = {}
    for fault in noded.faults:
        by_kind.setdefault(fault.kind.value, []).append(fault.feature)

    # One pair that a shared id joins though drawn half a metre apart; the pair of 8.8 mm stays parted by its ids.
    assert components(noded) == (87, 16_603, 17_047)
    assert by_kind["multipart"] == ["10364"]
    assert len(by_kind["duplicate_id"]) == 5
    assert {"14651", "14674"} <= set(by_kind["id_contradicts_geometry"])
    assert "92423" in by_kind["near_miss_end"]
    assert len(set(noded.city.network.pipes.ids)) == len(noded.city.network.pipes) == 17_756
    assert noded.city.network.devices.assumed.all()
    assert len(noded.city.network.devices) > 1_000


@pytest.mark.parametrize("by", ["auto", "ids", "geometry"])
def test_nanaimos_services_and_the_customers_at_their_ends(nanaimo: LayerSet, by: Any) -> None:
    customers = build_city(nanaimo, NodingOptions(by=by)).city.customers

    assert len(customers) == 26_814
    assert np.count_nonzero(customers.tap.method == LinkMethod.SERVICE) == 25_763


def test_nanaimo_mended_has_a_reason_for_every_part_that_stays(nanaimo: LayerSet) -> None:
    layers = build_city(nanaimo, NodingOptions()).layers
    found = diagnose(layers, NodingOptions())
    assert (found.components, len(found.mends)) == (87, 59)
    while found.mends:
        made = 0
        for mend in found.mends:
            edit = edit_of(mend, LayersInMemory(layers))
            if not isinstance(edit, Refusal):
                layers, made = with_changes(layers, edit), made + 1
        assert made
        found = diagnose(layers, NodingOptions())

    assert found.components == 52
    islands = [left for left in found.stays if left.pipes]
    assert len(islands) == found.components - 1
    assert all(left.distance_m > 2.0 for left in islands if left.why is Why.APART)
    assert sum(left.why is Why.CROSSES for left in islands) == 1


CLOSABLE = {
    "isolation_valve": "isolation",
    "check_valve": "isolation",
    "pressure_reducing_valve": "other",
    "hydrant": "hydrant",
}


@pytest.fixture(scope="module")
def giswater(reference_data: Path) -> LayerSet:
    """The sample under its own system's reading: check valves closed by hand, the reducing valve cuts nothing."""
    path = reference_data / "giswater_ws" / "network.gpkg"
    lines, pipe = of_state_one(*read(path, "pipe"))
    points, node = of_state_one(*read(path, "node"))
    taps, connec = of_state_one(*read(path, "connec"))
    valves = np.isin(node["kind"], list(CLOSABLE))
    sources = node["kind"] == "source"
    return LayerSet(
        25831,
        {
            "pipe": Layer(
                lines,
                {"id": texts(pipe["arc_id"]), "from_node": texts(pipe["node_1"]), "to_node": texts(pipe["node_2"])},
            ),
            "valve": Layer(
                points[valves],
                {
                    "id": texts(node["node_id"][valves]),
                    "kind": texts([CLOSABLE[kind] for kind in node["kind"][valves]]),
                    "current": texts(np.where(node["closed"][valves] == 1, "closed", "open")),
                    "condition": texts(np.where(node["broken"][valves] == 1, "inoperable", "operable")),
                },
            ),
            "source": Layer(
                points[sources],
                {"id": texts(node["node_id"][sources]), "kind": texts(["plant"] * int(sources.sum()))},
            ),
            "junction": Layer(points, {"id": texts(node["node_id"]), "elevation_m": node["elevation_m"]}),
            "customer": Layer(taps, {"id": texts(connec["connec_id"]), "pipe_id": texts(connec["arc_id"])}),
        },
    )


def of_state_one(geometry: np.ndarray, columns: Columns) -> tuple[np.ndarray, Columns]:
    kept = columns["state"] == 1
    return geometry[kept], {name: values[kept] for name, values in columns.items()}


def test_giswaters_sample_has_31_segments(giswater: LayerSet) -> None:
    noded = build_city(giswater, NodingOptions())

    assert find_segments(noded.city.network).count == 31
    assert [(fault.kind.value, fault.feature) for fault in noded.faults] == [("junction_off_pipe", "1007")]


def test_giswaters_sample_is_the_same_without_its_ids(giswater: LayerSet) -> None:
    by_geometry = build_city(giswater, NodingOptions(by="geometry"))

    assert components(by_geometry) == components(build_city(giswater, NodingOptions(by="ids")))
    assert find_segments(by_geometry.city.network).count == 31


def test_giswaters_valves_stand_at_junctions_and_its_connections_on_their_pipes(giswater: LayerSet) -> None:
    city = build_city(giswater, NodingOptions()).city

    assert (city.network.devices.node >= 0).all()
    assert list(city.network.nodes.ids.take(city.network.devices.node)) == list(city.network.devices.ids)
    assert (city.customers.tap.method == LinkMethod.GIVEN).all()
    assert np.isfinite(city.network.nodes.elevation_m).all()
