"""Drawing faults that are reported and never mended."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from drawings import faults_of, layer, meets, node

from gis.noding import NodingOptions

MAIN = ("A", [(0, 0), (100, 0)])


def test_a_stub_beside_the_main_that_it_leaves_is_no_near_miss() -> None:
    noded = node(pipe=layer([("A", [(0, 0), (50, 0)]), ("B", [(50, 0), (100, 0)]), ("S", [(50, 0), (50, 0.3)])]))

    assert noded.faults == ()


def test_junctions_that_just_miss_are_reported_once() -> None:
    noded = node(
        pipe=layer(
            [
                ("A", [(0, 0), (50, 0)]),
                ("B", [(50, 0), (100, 0)]),
                ("C", [(50, 40), (50, 0.2)]),
                ("D", [(50, 0.2), (90, 40)]),
            ]
        )
    )

    assert faults_of(noded) == [("near_miss_end", "A", "kept")]
    assert noded.faults[0].detail == {"other": "C", "distance_m": pytest.approx(0.2)}


def test_junctions_at_the_ends_of_a_short_pipe_are_no_near_miss() -> None:
    noded = node(
        pipe=layer(
            [
                ("A", [(0, 0), (50, 0)]),
                ("S", [(50, 0), (50.3, 0)]),
                ("B", [(50.3, 0), (100, 0)]),
            ]
        )
    )

    assert noded.faults == ()


def test_two_mains_on_one_line_are_kept_and_reported() -> None:
    noded = node(pipe=layer([MAIN, ("B", [(100, 0), (0, 0)])]))

    assert faults_of(noded) == [("duplicate_feature", "B", "kept")]
    assert noded.faults[0].detail == {"other": "A"}
    assert len(noded.city.network.pipes) == 2


def test_mains_that_share_a_stretch_are_reported() -> None:
    noded = node(pipe=layer([MAIN, ("B", [(60, 0), (60, 0), (160, 0)]), ("C", [(20, -5), (20, 5)])]))

    overlaps = [fault for fault in noded.faults if fault.kind.value == "overlapping"]
    assert [(fault.feature, fault.detail["other"]) for fault in overlaps] == [("A", "B")]
    assert overlaps[0].detail["length_m"] == pytest.approx(40.0, abs=0.1)


def test_a_main_inside_another_is_reported_as_an_overlap() -> None:
    noded = node(pipe=layer([MAIN, ("B", [(40, 0), (45, 0.0)])]))

    assert ("overlapping", "A", "kept") in faults_of(noded)


def test_parallel_mains_a_hand_apart_are_no_overlap() -> None:
    noded = node(pipe=layer([MAIN, ("B", [(0, 0.8), (100, 0.8)])]))

    assert noded.faults == ()


JOIN = NodingOptions(join_ends_on_lines=True)


def test_told_to_join_an_end_on_a_line_splits_it() -> None:
    main = [(0, 0), (30, 0), (100, 0)]
    noded = node(
        JOIN,
        pipe=layer([("A", main), ("B", [(50, 0.005), (50, 50)])], length_m=[200.0, np.nan], from_node=["1", ""]),
        valve=layer([("V", (60.0, 0.0))], kind=["isolation"], condition=["operable"], pipe_id=["A"]),
    )

    assert {frozenset({"A>", "A!2<", "B<"}), frozenset({"A<"}), frozenset({"A!2>"})} <= meets(noded)
    assert faults_of(noded) == [("end_on_middle", "A", "repaired")]
    network = noded.city.network
    assert network.pipes.length_m[:2] == pytest.approx([100.0, 100.0], abs=0.01)
    assert network.pipes.ids[int(network.devices.pipe[0])] == "A!2"
    assert network.nodes.ids[0] == "1"


def test_told_to_join_several_ends_cut_one_line_in_order() -> None:
    noded = node(
        JOIN,
        pipe=layer(
            [
                ("A", [(0, 0), (100, 0)]),
                ("B", [(70, 0), (70, 9)]),
                ("C", [(20, 9), (20, 0)]),
                ("D", [(70, 0), (70, -9)]),
            ]
        ),
    )

    assert frozenset({"A!2>", "A!3<", "B<", "D<"}) in meets(noded)
    assert frozenset({"A>", "A!2<", "C>"}) in meets(noded)
    assert noded.city.network.pipes.length_m[:3].tolist() == [20.0, 50.0, 30.0]


def test_told_to_join_never_takes_an_id_that_is_there() -> None:
    noded = node(JOIN, pipe=layer([MAIN, ("A!2", [(50, 0), (50, 9)])]))

    assert list(noded.city.network.pipes.ids) == ["A", "A!3", "A!2"]


def test_told_to_join_crossing_lines_still_do_not_meet() -> None:
    noded = node(JOIN, pipe=layer([("A", [(0, 0), (100, 0)]), ("B", [(50, -50), (50, 50)])]))

    assert len(meets(noded)) == 4
    assert noded.faults == ()


def test_the_stated_length_of_a_line_in_parts_is_shared_among_them() -> None:
    parts = shapely.MultiLineString([[(0, 0), (60, 0)], [(60, 0), (80, 0)]])
    noded = node(pipe=layer([("A", parts)], length_m=[160.0]))

    assert noded.city.network.pipes.length_m.tolist() == [120.0, 40.0]
