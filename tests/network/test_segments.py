"""Where each device cuts, place by place (rules: docs/isolation-rules.md, "From the map to parts")."""

import numpy as np
import pytest
from small_city import Draft

from network.segments import Segmentation, find_segments


def segments_of(draft: Draft) -> Segmentation:
    return find_segments(draft.network())


def groups(draft: Draft) -> set[frozenset[str]]:
    """Pipes by segment; a pipe that is cut occurs in several."""
    network = draft.network()
    found = find_segments(network)
    return {
        frozenset(network.pipes.ids.take(found.stretches(np.array([segment])).pipes)) for segment in range(found.count)
    } - {frozenset()}


def test_without_devices_all_that_meets_is_one() -> None:
    assert groups(Draft().chain("a", "b", "c").chain("x", "y")) == {frozenset({"ab", "bc"}), frozenset({"xy"})}


def test_a_city_without_anything_has_no_segments() -> None:
    assert segments_of(Draft()).count == 0


def test_lone_junctions_are_segments_without_length() -> None:
    found = segments_of(Draft().node("a").node("b"))
    assert found.count == 2
    assert found.stretches(np.array([0, 1])).length_m == 0.0


def test_a_device_inside_a_pipe_cuts_it_at_its_measure() -> None:
    found = segments_of(Draft().chain("a", "b").device("v", pipe="ab", at=30.0))
    assert found.count == 2
    lengths = [found.stretches(np.array([side[0]])).length_m for side in (found.side_a, found.side_b)]
    assert lengths == [30.0, 70.0]


def test_a_device_on_a_leg_leaves_the_junction_on_its_far_side() -> None:
    tee = Draft().pipe("p", "t", "a").pipe("q", "t", "b").pipe("r", "c", "t").device("v", pipe="r", node="t")
    assert groups(tee) == {frozenset({"p", "q"}), frozenset({"r"})}
    found = segments_of(tee)
    assert found.side_b[0] == found.at_node(0)[0]


def test_a_junction_whose_every_leg_is_cut_is_a_segment_without_length() -> None:
    street = Draft().chain("a", "b", "c").device("v", pipe="ab", node="b").device("w", pipe="bc", node="b")
    found = segments_of(street)
    assert found.count == 3
    assert found.stretches(found.at_node(1)).length_m == 0.0


def test_a_named_loop_leaves_the_leg_unknown() -> None:
    found = segments_of(Draft().pipe("loop", "a", "a").device("v", pipe="loop", node="a"))
    assert found.count == 1
    assert found.placement.leg_unknown.tolist() == [0]
    assert found.side_a[0] == -1


def test_at_two_legs_without_a_name_it_stands_between_them() -> None:
    found = segments_of(Draft().chain("a", "b", "c").device("v", node="b"))
    assert found.count == 2
    assert len(found.at_node(1)) == 2


def test_both_ends_of_a_loop_are_two_legs() -> None:
    found = segments_of(Draft().pipe("loop", "a", "a").device("v", node="a"))
    assert found.count == 1
    assert found.side_a[0] == found.side_b[0] == 0


def test_at_one_leg_without_a_name_it_cuts_that_leg() -> None:
    found = segments_of(Draft().chain("a", "b").device("v", node="b"))
    assert found.count == 2
    assert found.side_b[0] == found.at_node(1)[0]


def test_at_three_legs_without_a_name_it_cuts_nothing() -> None:
    tee = Draft().pipe("p", "t", "a").pipe("q", "t", "b").pipe("r", "c", "t").device("v", node="t")
    found = segments_of(tee)
    assert found.count == 1
    assert found.placement.leg_unknown.tolist() == [0]


def test_off_every_pipe_it_cuts_nothing() -> None:
    draft = Draft().chain("a", "b").node("far").device("v").device("w", node="far").device("x", pipe="ab")
    found = segments_of(draft)
    assert found.count == 2
    assert found.placement.off_network.tolist() == [0, 1, 2]


def test_a_device_said_to_be_inside_but_at_an_end_stands_on_that_leg() -> None:
    draft = Draft().chain("a", "b", "c").device("v", pipe="bc", at=0.0).device("w", pipe="ab", at=140.0)
    found = segments_of(draft)
    assert found.count == 3
    assert found.stretches(found.at_node(1)).length_m == 0.0


def test_a_junction_that_is_no_end_of_its_pipe_is_not_believed() -> None:
    found = segments_of(Draft().chain("a", "b").node("z").device("v", pipe="ab", node="z", at=40.0))
    assert found.stretches(np.array([found.side_a[0]])).length_m == 40.0


@pytest.mark.parametrize("kind", ["ISOLATION", "BOUNDARY", "CHECK", "PRV", "PSV", "FCV", "PUMP"])
def test_these_cut_whatever_their_state(kind: str) -> None:
    draft = Draft().chain("a", "b").device("v", kind, pipe="ab", at=50.0, position="CLOSED", condition="PASSING")
    assert segments_of(draft).count == 2


@pytest.mark.parametrize("kind", ["AIR", "WASHOUT", "HYDRANT", "SERVICE", "METER", "OTHER"])
def test_these_never_cut(kind: str) -> None:
    assert segments_of(Draft().chain("a", "b").device("v", kind, pipe="ab", at=50.0)).count == 1


def test_a_source_separates_all_legs_of_its_junction() -> None:
    found = segments_of(Draft().chain("a", "b", "c").source("plant", node="b"))
    assert found.count == 2
    assert sorted(found.source_legs[0].tolist()) == [0, 1]


def test_a_source_without_legs_feeds_nothing() -> None:
    found = segments_of(Draft().node("a").source("plant", node="a").source("other"))
    assert found.source_legs[0].tolist() == []
    assert found.source_legs[1].tolist() == []
    assert found.at_node(0).tolist() == [0]


@pytest.mark.parametrize(("valve", "before"), [([], 40.0), ([10.0], 30.0)])
def test_a_source_inside_a_pipe_separates_its_two_sides(valve: list[float], before: float) -> None:
    draft = Draft().chain("a", "b").source("plant", pipe="ab", at=40.0)
    for place in valve:
        draft.device("v", pipe="ab", at=place)
    found = segments_of(draft)
    lengths = [found.stretches(np.array([leg])).length_m for leg in found.source_legs[0]]
    assert lengths == [before, 60.0]


def test_a_device_on_the_leg_of_a_source_stands_between_source_and_pipe() -> None:
    found = segments_of(Draft().chain("a", "b").source("plant", node="a").device("v", pipe="ab", node="a"))
    assert found.count == 2
    assert found.source_legs[0].tolist() == [found.side_a[0]]


def test_an_unnamed_device_at_a_source_with_two_legs_has_an_unknown_leg() -> None:
    found = segments_of(Draft().chain("a", "b", "c").source("plant", node="b").device("v", node="b"))
    assert found.placement.leg_unknown.tolist() == [0]


@pytest.mark.parametrize("apart_m", [0.0, 0.0009, 0.001])
def test_valves_within_a_millimetre_are_one(apart_m: float) -> None:
    found = segments_of(
        Draft().chain("a", "b").device("w", pipe="ab", at=50.0).device("v", pipe="ab", at=50.0 + apart_m)
    )
    assert found.count == 2
    assert dict(found.placement.stands_for) == {0: 1}
    assert found.side_a[0] == found.side_a[1] != -1


def test_valves_two_millimetres_apart_are_two() -> None:
    found = segments_of(Draft().chain("a", "b").device("w", pipe="ab", at=50.0).device("v", pipe="ab", at=50.002))
    assert found.count == 3
    assert not found.placement.stands_for


def test_both_legs_of_a_very_short_pipe_are_two_places() -> None:
    draft = Draft().pipe("ab", "a", "b", 0.0005).device("v", pipe="ab", node="a").device("w", pipe="ab", node="b")
    assert segments_of(draft).count == 3


def test_a_boundary_valve_is_of_the_class_of_isolation_valves() -> None:
    draft = Draft().chain("a", "b").device("v", pipe="ab", at=50.0).device("u", "BOUNDARY", pipe="ab", at=50.0)
    assert dict(segments_of(draft).placement.stands_for) == {0: 1}


@pytest.mark.parametrize(
    ("place", "first", "reverse"),
    [
        ({"at": 30.0}, "v", False),
        ({"at": 70.0}, "c", True),
        ({"at": 50.0}, "v", False),
        ({"node": "a"}, "v", False),
        ({"node": "b"}, "c", True),
    ],
)
def test_classes_at_one_place_stand_in_series_from_the_nearer_end(place: dict, first: str, reverse: bool) -> None:
    draft = Draft().chain("a", "b").device("c", "CHECK", pipe="ab", **place).device("v", pipe="ab", **place)
    found = segments_of(draft)
    sides = {name: (found.side_a[row], found.side_b[row]) for row, name in enumerate(("c", "v"))}
    other = "c" if first == "v" else "v"
    assert sides[first][1] == sides[other][0]
    assert (first == "c") is reverse


def test_at_the_exact_middle_the_lower_junction_decides() -> None:
    draft = Draft().pipe("ba", "b", "a").device("c", "CHECK", pipe="ba", at=50.0).device("v", pipe="ba", at=50.0)
    found = segments_of(draft)
    assert found.side_a[1] == found.side_b[0]


def test_a_source_at_the_place_of_a_valve_stands_behind_it() -> None:
    draft = Draft().chain("a", "b").device("v", pipe="ab", at=10.0).source("t", "TANK", pipe="ab", at=10.0)
    found = segments_of(draft)
    assert found.count == 3
    assert found.side_b[0] in found.source_legs[0]


def test_unnamed_devices_of_two_classes_stand_in_series_between_the_legs() -> None:
    draft = Draft().chain("a", "b", "c").device("c", "CHECK", node="b").device("v", node="b").device("w", node="b")
    found = segments_of(draft)
    assert found.count == 3
    assert dict(found.placement.stands_for) == {2: 1}
    assert found.side_b[1] == found.side_a[0]
    assert len(found.at_node(1)) == 3


def test_places_within_a_millimetre_of_a_device_have_both_sides() -> None:
    found = segments_of(Draft().chain("a", "b", "c").device("v", pipe="ab", at=50.0).device("w", node="b"))
    assert len(found.at_place(0, 49.9995)) == 2
    assert len(found.at_place(0, 49.0)) == 1
    assert len(found.at_place(0, 100.0)) == 2
    assert len(found.at_place(1, 0.0)) == 2
    assert len(found.at_place(1, 100.0)) == 1


def test_cuts_in_any_order_along_a_pipe_are_found_in_order() -> None:
    draft = Draft().chain("a", "b", "c")
    for name, pipe, at in (("x", "bc", 10.0), ("y", "ab", 60.0), ("z", "ab", 20.0), ("w", "bc", 5.0)):
        draft.device(name, pipe=pipe, at=at)
    found = segments_of(draft)
    spans = found.part_spans(np.concatenate([found.parts_of_pipe(0), found.parts_of_pipe(1)]))
    assert spans.end_m.tolist() == [20.0, 60.0, 100.0, 5.0, 10.0, 100.0]


def test_a_merge_sort_orders_what_is_nearly_in_order() -> None:
    draft = Draft()
    for number in range(100):
        draft.pipe(f"p{number:02}", f"a{number}", f"b{number}").device(f"v{number:02}", pipe=f"p{number:02}", at=50.0)
    draft.device("late", pipe="p07", at=25.0)
    found = segments_of(draft)
    assert found.part_spans(found.parts_of_pipe(7)).end_m.tolist() == [25.0, 50.0, 100.0]


def test_a_pipe_recorded_without_length_is_listed_whole() -> None:
    found = segments_of(Draft().pipe("ab", "a", "b", 0.0))
    assert found.stretches(np.array([0])).pipes.tolist() == [0]


def test_many_cuts_on_one_pipe_come_in_any_order() -> None:
    places = [float(place) for place in (95, 5, 85, 15, 75, 25, 65, 35, 55, 45)]
    draft = Draft().chain("a", "b")
    for number, place in enumerate(places):
        draft.device(f"v{number}", pipe="ab", at=place)
    found = segments_of(draft)
    assert found.part_spans(found.parts_of_pipe(0)).end_m.tolist() == [*sorted(places), 100.0]
    assert [float(found.placement.cuts.measure_m[cut]) for cut in found.cut_of_device] == places
