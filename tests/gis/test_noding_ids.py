"""One id a feature: nulls, repeated ids, multipart features, records that are there twice."""

from __future__ import annotations

import shapely
from drawings import faults_of, layer, meets, node

TWO_LINES = [[(0, 0), (100, 0)], [(100, 0), (200, 50)]]


def ids(noded, name: str = "pipe") -> list[str]:  # type: ignore[no-untyped-def]
    return list(noded.layers.get(name).text("id"))


def test_null_ids_are_made_from_the_geometry() -> None:
    noded = node(pipe=layer([("", TWO_LINES[0]), ("B", TWO_LINES[1])]))
    other_way = node(pipe=layer([("B", TWO_LINES[1]), ("", TWO_LINES[0][::-1])]))

    made, kept = ids(noded)
    assert made.startswith("@p")
    assert kept == "B"
    assert ids(other_way) == ["B", made]
    assert faults_of(noded) == [("null_id", made, "repaired")]
    assert list(noded.city.network.pipes.ids) == [made, "B"]


def test_a_layer_without_any_id_is_one_fault() -> None:
    noded = node(pipe=layer([("", TWO_LINES[0]), ("", TWO_LINES[1])]))

    assert len(set(ids(noded))) == 2
    assert faults_of(noded) == [("null_id", "", "repaired")]
    assert noded.faults[0].detail == {"count": 2}


def test_an_id_used_twice_is_told_apart_by_geometry_not_by_order() -> None:
    first = node(pipe=layer([("A", TWO_LINES[0]), ("A", TWO_LINES[1])]))
    second = node(pipe=layer([("A", TWO_LINES[1]), ("A", TWO_LINES[0])]))

    assert sorted(ids(first)) == ["A", "A#2"]
    assert ids(second) == ids(first)[::-1]
    assert faults_of(first) == [("duplicate_id", "A#2", "repaired")]
    assert first.faults[0].detail["other"] == "A"


def test_a_made_id_never_takes_one_that_is_there() -> None:
    noded = node(pipe=layer([("A", TWO_LINES[0]), ("A", TWO_LINES[1]), ("A#2", [(200, 50), (300, 50)])]))

    assert sorted(ids(noded)) == ["A", "A#2", "A#3"]
    assert ids(noded)[2] == "A#2"


def test_a_record_that_is_there_twice_is_taken_once() -> None:
    noded = node(pipe=layer([("A", TWO_LINES[0]), ("A", TWO_LINES[0][::-1])], dn_mm=[200.0, 200.0], gid=[1.0, 2.0]))

    assert ids(noded) == ["A"]
    assert faults_of(noded) == [("duplicate_feature", "A", "skipped")]


def test_records_that_differ_are_two() -> None:
    noded = node(pipe=layer([("A", TWO_LINES[0]), ("A", TWO_LINES[0])], dn_mm=[200.0, 300.0]))

    assert sorted(ids(noded)) == ["A", "A#2"]
    assert ("duplicate_feature", "A#2", "kept") in faults_of(noded)


def test_null_ids_on_one_line_are_both_kept() -> None:
    noded = node(pipe=layer([("", TWO_LINES[0]), ("", TWO_LINES[0])]))

    first, second = ids(noded)
    assert second == first + "#2"
    assert ("duplicate_feature", second, "kept") in faults_of(noded)


def test_a_multipart_pipe_becomes_several_that_a_valve_still_finds() -> None:
    both = shapely.MultiLineString(TWO_LINES)
    noded = node(
        pipe=layer([("A", both), ("B", [(200, 50), (300, 50)])], from_node=["n1", "n3"], to_node=["n3", "n4"]),
        valve=layer([("V", (150, 25))], kind=["isolation"], pipe_id=["A"]),
    )

    assert ids(noded) == ["A", "A!2", "B"]
    assert faults_of(noded)[0] == ("multipart", "A", "repaired")
    assert noded.faults[0].detail == {"row": 0, "count": 2}
    assert {frozenset({"A>", "A!2<"}), frozenset({"A!2>", "B<"})} <= meets(noded)
    devices = noded.city.network.devices
    assert noded.city.network.pipes.ids[int(devices.pipe[0])] == "A!2"


def test_parts_and_pumps_never_take_an_id_that_is_there() -> None:
    noded = node(
        pipe=layer([("A", shapely.MultiLineString(TWO_LINES)), ("A!2", [(200, 50), (300, 50)])]),
        valve=layer([("X", (20, 0)), ("X#2", (30, 0))], kind=["isolation"] * 2, condition=["operable"] * 2),
        pump=layer([("X", (60, 0))], flow=["with"]),
    )

    assert ids(noded) == ["A", "A!3", "A!2"]
    assert list(noded.city.network.devices.ids) == ["X", "X#2", "X#3"]


def test_a_pump_with_a_valves_id_gets_its_own() -> None:
    noded = node(
        pipe=layer([("A", TWO_LINES[0])]),
        valve=layer([("X", (20, 0))], kind=["isolation"], condition=["operable"]),
        pump=layer([("X", (60, 0))]),
    )

    assert list(noded.city.network.devices.ids) == ["X", "X#2"]
    assert ids(noded, "pump") == ["X#2"]
    assert faults_of(noded) == [("duplicate_id", "X#2", "repaired")]
