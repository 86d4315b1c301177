"""Where valves, pumps and sources stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawings import faults_of, layer, node

from gis.noding import Noded, NodingOptions
from network.assets import Condition, DeviceKind, Direction, Position, SourceKind

# A tee: A and B in a row along y = 0, C upwards from (100, 0).
TEE = layer([("A", [(0, 0), (100, 0)]), ("B", [(100, 0), (200, 0)]), ("C", [(100, 0), (100, 100)])])


def with_valve(x: float, y: float, pipes: Any = TEE, options: NodingOptions | None = None, **columns: str) -> Noded:
    columns = {"kind": "isolation", "condition": "operable", **columns}
    valve = layer([("V", (x, y))], **{key: [value] for key, value in columns.items()})
    return node(options, pipe=pipes, valve=valve)


def stands(noded: Noded) -> tuple[str, float, str]:
    """Pipe id ("" for none), offset rounded to the centimetre (-1 for none), and the pipe ends at its node."""
    network = noded.city.network
    pipe, node_row = int(network.devices.pipe[0]), int(network.devices.node[0])
    offset_m = float(network.devices.offset_m[0])
    pipes = network.pipes
    ends = [name + "<" for name, at in zip(pipes.ids, pipes.from_node, strict=True) if at == node_row >= 0]
    ends += [name + ">" for name, at in zip(pipes.ids, pipes.to_node, strict=True) if at == node_row >= 0]
    return (
        pipes.ids[pipe] if pipe >= 0 else "",
        -1.0 if np.isnan(offset_m) else round(offset_m, 2),
        " ".join(sorted(ends)),
    )


@pytest.mark.parametrize(
    ("x", "y", "pipe_id", "where"),
    [
        (40.0, 0.0, "A", ("A", 40.0, "")),
        (40.0, 0.3, "", ("A", 40.0, "")),
        (100.0, 0.0, "B", ("B", 0.0, "A> B< C<")),
        (100.005, 0.0, "A", ("A", 100.0, "A> B< C<")),
        (99.98, 0.0, "A", ("A", 99.98, "")),
        (100.0, 0.005, "", ("", -1.0, "A> B< C<")),
        (200.0, 0.0, "", ("", -1.0, "B>")),
        (100.0, 30.0, "", ("C", 30.0, "")),
    ],
)
def test_a_valve_stands_where_record_and_map_say(
    x: float, y: float, pipe_id: str, where: tuple[str, float, str]
) -> None:
    noded = with_valve(x, y, pipe_id=pipe_id)

    assert stands(noded) == where
    assert noded.faults == ()
    assert (noded.city.network.devices.x_m[0], noded.city.network.devices.y_m[0]) == (x, y)


def test_a_valve_off_every_pipe_stands_nowhere() -> None:
    noded = with_valve(40.0, 0.6)

    assert stands(noded) == ("", -1.0, "")
    assert faults_of(noded) == [("valve_off_pipe", "V", "kept")]
    assert noded.faults[0].detail == {"distance_m": pytest.approx(0.6)}


@pytest.mark.parametrize("kind", ["hydrant", "service", "meter"])
def test_branch_valves_may_stand_off_the_mains(kind: str) -> None:
    assert with_valve(40.0, 6.0, kind=kind).faults == ()


def test_a_valve_drawn_beside_the_pipe_that_it_names_is_believed() -> None:
    noded = with_valve(40.0, 3.0, pipe_id="A")

    assert stands(noded) == ("A", 40.0, "")
    assert faults_of(noded) == [("id_contradicts_geometry", "V", "kept")]
    assert noded.faults[0].detail == {"other": "A", "distance_m": pytest.approx(3.0)}


def test_a_valve_far_from_the_pipe_that_it_names_stands_nowhere() -> None:
    noded = with_valve(40.0, 6.0, pipe_id="A")

    assert stands(noded) == ("", -1.0, "")
    assert faults_of(noded) == [("id_contradicts_geometry", "V", "skipped"), ("valve_off_pipe", "V", "kept")]
    by_ids = with_valve(40.0, 6.0, pipe_id="A", options=NodingOptions(by="ids"))
    assert stands(by_ids) == ("A", 40.0, "")


def test_a_valve_that_names_no_pipe_of_the_city_goes_by_the_map() -> None:
    noded = with_valve(40.0, 0.0, pipe_id="Z")

    assert stands(noded) == ("A", 40.0, "")
    assert faults_of(noded) == [("unknown_reference", "V", "repaired")]
    assert noded.faults[0].detail == {"column": "pipe_id", "other": "Z"}


def test_a_valve_on_two_crossing_pipes_stands_nowhere() -> None:
    crossing = layer([("A", [(0, 0), (100, 0)]), ("B", [(50, -50), (50, 50)])])
    noded = with_valve(50.0, 0.0, pipes=crossing)

    assert stands(noded) == ("", -1.0, "")
    assert faults_of(noded) == [("valve_place_ambiguous", "V", "skipped")]


def test_a_valve_between_two_legs_stands_at_their_junction() -> None:
    noded = with_valve(100.2, 0.2)

    assert stands(noded) == ("", -1.0, "A> B< C<")
    assert faults_of(noded) == [("valve_place_ambiguous", "V", "kept")]


def test_a_valve_that_bears_a_junctions_id_stands_there() -> None:
    pipes = layer([("A", [(0, 0), (100, 0)]), ("B", [(100, 0), (200, 0)])], from_node=["1", "V"], to_node=["V", "3"])
    noded = with_valve(100.1, 0.3, pipes=pipes)

    assert stands(noded) == ("", -1.0, "A> B<")


def test_offsets_are_in_the_recorded_length() -> None:
    stretched = layer([("A", [(0, 0), (100, 0)])], length_m=[250.0])
    noded = with_valve(40.0, 0.0, pipes=stretched)

    assert stands(noded) == ("A", 100.0, "")
    assert noded.city.network.pipes.length_m.tolist() == [250.0]


def test_a_valve_on_a_link_without_drawn_length_stands_in_its_middle() -> None:
    link = layer([("A", [(0, 0), (0, 0)])], from_node=["1"], to_node=["2"], length_m=[10.0])
    noded = with_valve(0.0, 0.0, pipes=link, pipe_id="A", options=NodingOptions(by="ids"))

    assert stands(noded) == ("A", 5.0, "")
    assert faults_of(noded) == [("zero_length", "A", "kept")]


@pytest.mark.parametrize(
    ("columns", "way"),
    [
        ({"flow": "with"}, Direction.WITH),
        ({"flow": "AGAINST "}, Direction.AGAINST),
        ({"toward_pipe_id": "B"}, Direction.WITH),
        ({"toward_pipe_id": "A"}, Direction.UNKNOWN),
        ({}, Direction.UNKNOWN),
    ],
)
def test_the_way_of_a_check_valve_inside_a_pipe(columns: dict[str, str], way: Direction) -> None:
    devices = with_valve(40.0, 0.0, kind="check", pipe_id="A", **columns).city.network.devices

    assert devices.direction[0] == way


def test_the_way_at_a_junction_is_a_pipe() -> None:
    noded = with_valve(100.0, 0.0, kind="prv", pipe_id="A", toward_pipe_id="C")
    network = noded.city.network

    assert network.pipes.ids[int(network.devices.toward_pipe[0])] == "C"
    assert network.devices.direction[0] == Direction.UNKNOWN


def test_an_isolation_valve_has_no_way() -> None:
    assert with_valve(40.0, 0.0, flow="with").city.network.devices.direction[0] == Direction.UNKNOWN


def test_a_way_towards_no_pipe_is_reported() -> None:
    noded = with_valve(40.0, 0.0, kind="check", toward_pipe_id="Z")

    assert faults_of(noded) == [("unknown_reference", "V", "kept")]
    assert noded.faults[0].detail["column"] == "toward_pipe_id"


def test_devices_are_the_valves_then_the_pumps() -> None:
    noded = node(
        pipe=TEE,
        valve=layer([("V", (40.0, 0.0))], kind=["fcv"], condition=["operable"], dn_mm=[200.4], turns=[31.0]),
        pump=layer([("P", (150.0, 0.0))], flow=["with"], storage_m3=[60.0]),
    )
    devices = noded.city.network.devices

    assert list(devices.ids) == ["V", "P"]
    assert devices.kind.tolist() == [DeviceKind.FCV, DeviceKind.PUMP]
    assert devices.direction.tolist() == [Direction.UNKNOWN, Direction.WITH]
    assert devices.storage_m3.tolist() == [0.0, 60.0]
    assert devices.dn_mm.tolist() == [200, 0]
    assert devices.condition.tolist() == [Condition.OPERABLE, Condition.OPERABLE]
    assert devices.position.tolist() == [Position.OPEN, Position.OPEN]
    assert devices.turns[0] == 31.0
    assert not devices.assumed.any()


@pytest.mark.parametrize(
    ("place", "pipe", "offset_m", "ends"),
    [((0.0, 0.0), "", -1.0, "A<"), ((30.0, 0.2), "A", 30.0, ""), ((100.0, 0.0), "", -1.0, "A> B< C<")],
)
def test_a_source_stands_at_a_node_or_inside_a_pipe(
    place: tuple[float, float], pipe: str, offset_m: float, ends: str
) -> None:
    noded = node(pipe=TEE, source=layer([("S", place)], kind=["reservoir"], volume_m3=[np.nan]))
    network = noded.city.network
    sources, pipes = network.sources, network.pipes
    at = int(sources.node[0])

    assert (pipes.ids[int(sources.pipe[0])] if sources.pipe[0] >= 0 else "") == pipe
    assert np.nan_to_num(sources.offset_m[0], nan=-1.0) == pytest.approx(offset_m)
    here = [f"{name}<" for row, name in enumerate(pipes.ids) if pipes.from_node[row] == at]
    here += [f"{name}>" for row, name in enumerate(pipes.ids) if pipes.to_node[row] == at]
    assert " ".join(sorted(here)) == ends
    assert sources.kind.tolist() == [SourceKind.RESERVOIR]
    assert sources.volume_m3.tolist() == [0.0]


def test_a_source_drawn_beside_the_main_is_taken_to_it_and_reported() -> None:
    noded = node(pipe=TEE, source=layer([("S", (30.0, 4.0))], kind=["plant"]))

    assert noded.city.network.sources.pipe[0] >= 0
    assert faults_of(noded) == [("source_off_pipe", "S", "repaired")]


def test_a_source_far_from_every_main_stands_nowhere() -> None:
    noded = node(pipe=TEE, source=layer([("S", (30.0, 40.0))], kind=["plant"]))

    assert noded.city.network.sources.pipe[0] == noded.city.network.sources.node[0] == -1
    assert faults_of(noded) == [("source_off_pipe", "S", "kept")]


def words(**columns: list[str]) -> Noded:
    """One valve a word, each on its own place of pipe A."""
    count = len(next(iter(columns.values())))
    columns = {"kind": ["isolation"] * count, "condition": ["operable"] * count, **columns}
    places = [(f"V{row}", (10.0 + row, 0.0)) for row in range(count)]
    return node(pipe=TEE, valve=layer(places, **columns))


def test_kinds_are_read_in_any_case_and_a_strange_one_never_cuts() -> None:
    noded = words(kind=["Isolation", " PRV", "gate", "", "check"])

    kinds = [DeviceKind(kind).name for kind in noded.city.network.devices.kind]
    assert kinds == ["ISOLATION", "PRV", "OTHER", "OTHER", "CHECK"]
    assert [(fault.kind.value, dict(fault.detail)) for fault in noded.faults] == [
        ("unknown_word", {"count": 1, "column": "kind", "value": "gate", "taken": "other"})
    ]


def test_where_no_valve_has_a_kind_all_isolate() -> None:
    noded = words(kind=["", ""])

    assert noded.city.network.devices.kind.tolist() == [DeviceKind.ISOLATION] * 2
    assert faults_of(noded) == [("not_recorded", "", "kept")]


def test_a_valve_stands_as_now_else_as_normal_else_open() -> None:
    noded = words(normal=["closed", "closed", "", "", "shut"], current=["open", "", "Closed", "", ""])

    devices = noded.city.network.devices
    assert [Position(value).name for value in devices.position] == ["OPEN", "CLOSED", "CLOSED", "OPEN", "DISPUTED"]
    assert [Position(value).name for value in devices.normal] == ["CLOSED", "CLOSED", "OPEN", "OPEN", "OPEN"]
    assert faults_of(noded) == [("unknown_word", "", "kept")]


def test_a_strange_condition_is_relied_on_for_nothing() -> None:
    noded = words(condition=["Operable", "", "rusty", "passing"])

    conditions = [Condition(value).name for value in noded.city.network.devices.condition]
    assert conditions == ["OPERABLE", "UNKNOWN", "PASSING", "PASSING"]
    assert faults_of(noded) == [("not_recorded", "", "kept"), ("unknown_word", "", "kept")]
    assert noded.faults[0].detail["count"] == 1


def test_a_source_of_unknown_kind_is_a_tank() -> None:
    noded = node(pipe=TEE, source=layer([("S", (0.0, 0.0))], kind=["spring"]))

    assert noded.city.network.sources.kind.tolist() == [SourceKind.TANK]
    assert faults_of(noded) == [("unknown_word", "", "kept")]
