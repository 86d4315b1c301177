"""Which pipe ends meet."""

from __future__ import annotations

from itertools import permutations

import pytest
from drawings import faults_of, layer, meets, node

from gis.noding import NodingOptions


def two(gap_m: float, **columns: list[str]):  # type: ignore[no-untyped-def]
    """Two pipes in a row with a gap between them."""
    return layer([("A", [(0, 0), (100, 0)]), ("B", [(100 + gap_m, 0), (200, 0)])], **columns)


def test_ends_within_the_tolerance_meet() -> None:
    noded = node(pipe=two(0.009))

    assert frozenset({"A>", "B<"}) in meets(noded)
    assert faults_of(noded) == []


def test_ends_that_just_miss_are_reported_and_stay_apart() -> None:
    noded = node(pipe=two(0.3))

    assert frozenset({"A>", "B<"}) not in meets(noded)
    assert faults_of(noded) == [("near_miss_end", "A", "kept"), ("near_miss_end", "B", "kept")]
    fault = noded.faults[0]
    assert fault.detail["other"] == "B"
    assert fault.detail["distance_m"] == pytest.approx(0.3)
    assert (fault.x_m, fault.y_m) == (100.0, 0.0)


def test_crossing_lines_do_not_meet() -> None:
    noded = node(pipe=layer([("A", [(0, 0), (100, 0)]), ("B", [(50, -50), (50, 50)])]))

    assert len(meets(noded)) == 4
    assert noded.faults == ()


def test_an_end_on_the_middle_of_a_line_is_reported_and_does_not_meet_it() -> None:
    noded = node(pipe=layer([("A", [(0, 0), (100, 0)]), ("B", [(50, 0), (50, 50)])]))

    assert len(meets(noded)) == 4
    assert faults_of(noded) == [("end_on_middle", "B", "kept")]


def test_ids_join_what_was_drawn_a_little_apart() -> None:
    noded = node(pipe=two(0.3, from_node=["n1", "n2"], to_node=["n2", "n3"]))

    assert frozenset({"A>", "B<"}) in meets(noded)
    assert faults_of(noded) == [("id_contradicts_geometry", "B", "repaired")]
    assert list(noded.city.network.nodes.ids) == ["n1", "n2", "n3"]


def test_an_id_far_from_its_place_is_not_believed() -> None:
    noded = node(
        pipe=layer(
            [("A", [(0, 0), (100, 0)]), ("B", [(100, 0), (200, 0)]), ("C", [(500, 0), (600, 0)])],
            from_node=["n1", "n2", "n2"],
            to_node=["n2", "n3", "n4"],
        )
    )

    assert frozenset({"A>", "B<"}) in meets(noded)
    assert frozenset({"C<"}) in meets(noded)
    assert faults_of(noded) == [("id_contradicts_geometry", "C", "kept")]


def test_null_ids_go_by_geometry() -> None:
    noded = node(pipe=two(0.0, from_node=["n1", ""], to_node=["n2", "n3"]))

    assert frozenset({"A>", "B<"}) in meets(noded)
    assert noded.faults == ()
    assert list(noded.layers.get("pipe").text("from_node")) == ["n1", "n2"]


def test_ends_at_one_place_meet_though_their_ids_differ() -> None:
    noded = node(pipe=two(0.0, from_node=["n1", "n9"], to_node=["n2", "n3"]))

    assert frozenset({"A>", "B<"}) in meets(noded)
    assert faults_of(noded) == [("id_contradicts_geometry", "B", "repaired")]


def test_different_ids_part_ends_that_are_close_but_not_at_one_place() -> None:
    columns = {"from_node": ["n1", "n9"], "to_node": ["n2", "n3"]}

    assert frozenset({"A>", "B<"}) not in meets(node(pipe=two(0.008, **columns)))
    by_geometry = node(NodingOptions(by="geometry"), pipe=two(0.008, **columns))
    assert frozenset({"A>", "B<"}) in meets(by_geometry)


def test_by_ids_alone_a_null_end_stands_alone() -> None:
    noded = node(NodingOptions(by="ids"), pipe=two(0.0, from_node=["n1", ""], to_node=["n2", "n3"]))

    assert frozenset({"A>", "B<"}) not in meets(noded)


def test_a_short_pipe_keeps_its_two_ends() -> None:
    noded = node(
        pipe=layer([("A", [(0, 0), (100, 0)]), ("S", [(100, 0), (100.008, 0)]), ("B", [(100.008, 0), (200, 0)])])
    )

    assert {frozenset({"A>", "S<"}), frozenset({"S>", "B<"})} <= meets(noded)


def test_a_ring_closes_onto_itself() -> None:
    noded = node(pipe=layer([("R", [(0, 0), (50, 0), (50, 50), (0, 0.005)])]))

    assert meets(noded) == {frozenset({"R<", "R>"})}


def test_two_ids_at_one_place_part_nothing_from_an_end_that_bears_one_of_them() -> None:
    """In whatever order the three are drawn: at (10, 10) stand both ids, 4 mm beside it one of them."""
    drawn = [
        ("A", [(0, 0), (10, 10)], "x"),
        ("B", [(0, 20), (10, 10)], "y"),
        ("C", [(10.004, 10), (30, 10)], "y"),
    ]
    for order in permutations(drawn):
        from_node = [name if line[0][0] > 5 else "" for _, line, name in order]
        to_node = [name if line[-1] == (10, 10) else "" for _, line, name in order]
        noded = node(pipe=layer([(pipe, line) for pipe, line, _ in order], from_node=from_node, to_node=to_node))

        assert frozenset({"A>", "B>", "C<"}) in meets(noded)
        assert [fault.kind.value for fault in noded.faults] == ["id_contradicts_geometry"]
