"""Mends: found with place and distance, made so that what was meant to meet meets; what stays has a reason."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from gis.editing.changes import with_changes
from gis.editing.forms import Refusal
from gis.editing.overlaid import Overlaid
from gis.editing.source import LayersInMemory
from gis.layers import LayerSet
from gis.mending.carry_out import edit_of, preview
from gis.mending.find import Diagnosis, components, diagnose
from gis.mending.records import Mend, MendKind, Why
from gis.noding import NodingOptions, build_city

sys.path.insert(0, str(Path(__file__).parents[1]))
from drawings import layer

RULE = NodingOptions()


def settled(pipes: list[tuple[str, object]], **others: object) -> LayerSet:
    drawn = {"pipe": layer(pipes, dn_mm=[100.0] * len(pipes)), **others}
    return build_city(LayerSet(4548, drawn), RULE).layers  # type: ignore[arg-type]


def mended(layers: LayerSet) -> tuple[LayerSet, Diagnosis]:
    """*layers* with every mend of the first list made."""
    for mend in diagnose(layers, RULE).mends:
        edit = edit_of(mend, LayersInMemory(layers))
        if not isinstance(edit, Refusal):
            layers = with_changes(layers, edit)
    return layers, diagnose(layers, RULE)


MAIN = ("M", [(0, 0), (100, 0)])


@pytest.mark.parametrize(
    ("branch", "fault", "parts"),
    [
        ([(50, 0), (50, 30)], "end_on_middle", 3),
        ([(50, 0.3), (50, 30)], "near_miss_end", 3),
        ([(100.3, 0), (130, 0)], "near_miss_end", 2),
        ([(50, 1.5), (50, 30)], "island", 3),
        ([(101.5, 0), (130, 0)], "island", 2),
        ([(50, -30), (50, 1.5)], "island", 3),
    ],
)
def test_an_end_that_was_meant_to_meet_meets(branch: list[tuple[float, float]], fault: str, parts: int) -> None:
    layers = settled([MAIN, ("B", branch)])
    found = diagnose(layers, RULE)
    assert found.components == 2
    assert {mend.fault for mend in found.mends} == {fault}
    after, left = mended(layers)
    assert (left.components, left.mends, left.stays) == (1, (), ())
    assert len(after.get("pipe")) == parts


def test_both_ends_of_an_island_are_mended_though_the_first_splits_the_main() -> None:
    layers = settled([MAIN, ("B", [(30, 0), (30, 20), (70, 20), (70, 0)])])
    after, left = mended(layers)
    assert left.components == 1
    assert sorted(after.get("pipe").columns["id"]) == ["B", "M", "M-2", "M-3"] or left.mends == ()
    assert left.mends == ()


def test_a_line_whose_end_another_nearly_reaches_from_the_island_is_split_as_well() -> None:
    layers = settled([MAIN, ("B", [(50, 5), (50, 60)]), ("C", [(100, 0), (100, 30), (50.4, 30)])])
    _, left = mended(layers)
    assert left.components == 1


@pytest.mark.parametrize(
    ("branch", "why", "distance_m"),
    [
        ([(50, -30), (50, 30)], Why.CROSSES, 0.0),
        ([(50, 7), (50, 30)], Why.APART, 7.0),
        ([(50, 300), (50, 330)], Why.APART, 300.0),
        ([(50, 9_000), (50, 9_030)], Why.FAR, 0.0),
    ],
)
def test_what_no_rule_can_tell_stays_and_says_why(
    branch: list[tuple[float, float]], why: Why, distance_m: float
) -> None:
    found = diagnose(settled([MAIN, ("B", branch)]), RULE)
    assert found.mends == ()
    (left,) = found.stays
    assert (left.why, left.feature, left.pipes, left.distance_m) == (why, "B", 1, pytest.approx(distance_m))
    assert left.length_m == pytest.approx(60.0 if why is Why.CROSSES else 23.0 if distance_m == 7.0 else 30.0)


def test_a_twin_is_deleted_and_what_stood_on_it_stands_on_the_other() -> None:
    valve = layer([("V", (50, 0))], kind=["isolation"], pipe_id=["T"])
    layers = settled([MAIN, ("T", [(100, 0), (0, 0)])], valve=valve)
    (mend,) = diagnose(layers, RULE).mends
    assert (mend.kind, mend.feature, mend.other) == (MendKind.DELETE_TWIN, "T", "M")
    after, _ = mended(layers)
    assert list(after.get("pipe").columns["id"]) == ["M"]
    assert list(after.get("valve").columns["pipe_id"]) == ["M"]


def test_a_valve_beside_its_pipe_is_moved_onto_it_and_one_far_off_stays() -> None:
    valve = layer([("V", (50, 2)), ("W", (50, 40))], kind=["isolation"] * 2)
    layers = settled([MAIN], valve=valve)
    found = diagnose(layers, RULE)
    assert [(mend.kind, mend.feature) for mend in found.mends] == [(MendKind.MOVE_VALVE, "V")]
    assert [(left.why, left.feature, left.distance_m) for left in found.stays] == [(Why.VALVE_FAR, "W", 40.0)]
    after, left = mended(layers)
    assert (after.get("valve").geometry[0].x, after.get("valve").geometry[0].y) == (50.0, 0.0)
    assert list(after.get("valve").columns["pipe_id"]) == ["M", ""]
    assert left.mends == ()


def test_a_valve_where_two_mains_cross_is_put_on_neither() -> None:
    valve = layer([("V", (50, 0.2))], kind=["isolation"])
    layers = settled([MAIN, ("B", [(49.8, -50), (49.8, 50)])], valve=valve)
    found = diagnose(layers, RULE)
    assert [mend for mend in found.mends if mend.kind is MendKind.MOVE_VALVE] == []
    assert [(left.why, left.feature) for left in found.stays if left.layer == "valve"] == [(Why.VALVE_BETWEEN, "V")]


def test_a_shared_stretch_stays() -> None:
    layers = settled([MAIN, ("B", [(100, 0), (40, 0), (40, 30)])])
    assert Why.OVERLAPS in {left.why for left in diagnose(layers, RULE).stays}


def test_a_mend_whose_features_have_gone_is_refused() -> None:
    layers = settled([MAIN, ("B", [(50, 0.3), (50, 30)])])
    (mend,) = diagnose(layers, RULE).mends
    gone = LayersInMemory(LayerSet(4548, {"pipe": layers.get("pipe")}))
    for one in (
        mend,
        Mend(MendKind.JOIN, "island", "pipe", "X", "M", 0.0, 0.0),
        Mend(MendKind.JOIN, "island", "pipe", "M", "M", 0.0, 0.0),
        Mend(MendKind.JOIN, "island", "pipe", "M", "B", 50.0, 0.0, 0.3),
        Mend(MendKind.DELETE_TWIN, "duplicate_feature", "pipe", "X", "M", 0.0, 0.0),
        Mend(MendKind.MOVE_VALVE, "valve_off_pipe", "valve", "X", "", 0.0, 0.0),
    )[1:]:
        assert edit_of(one, gone) == Refusal("mend_gone", {"feature": one.feature})


def test_a_preview_tells_before_and_after_and_writes_nothing() -> None:
    layers = settled([MAIN, ("B", [(50, 0.3), (50, 30)])])
    city = build_city(layers, RULE).city
    (mend,) = diagnose(layers, RULE).mends
    shown = preview(mend, city, LayersInMemory(layers), RULE)
    assert not isinstance(shown, Refusal)
    assert {feature.id for feature in shown.before} == {"B", "M"}
    assert {feature.id for feature in shown.after} == {"B", "M", "M-2"}
    assert shown.effect is not None
    assert (shown.effect.components, shown.effect.segments) == ((2, 1), (2, 1))
    assert components(city)[0] == 2


def test_layers_with_an_edit_laid_over_them_are_the_layers_after_it() -> None:
    layers = settled([MAIN, ("B", [(50, 0.3), (50, 30)])])
    (mend,) = diagnose(layers, RULE).mends
    source = LayersInMemory(layers)
    edit = edit_of(mend, source)
    assert not isinstance(edit, Refusal)
    over, after = Overlaid(source, edit), LayersInMemory(with_changes(layers, edit))
    assert list(over.whole("pipe").columns["id"]) == list(after.whole("pipe").columns["id"])
    assert list(over.having("pipe", "id", ["M-2"]).columns["id"]) == ["M-2"]
    assert list(over.whole("valve").columns["id"]) == []
    for name in ("pipe", "junction"):
        box = layers.get("pipe").geometry[0].buffer(1.0).bounds
        one, two = (where.within(name, np.array([box])) for where in (over, after))
        assert list(one.columns["id"]) == list(two.columns["id"])


def test_an_empty_city_has_nothing_to_mend() -> None:
    found = diagnose(LayerSet(4548, {}), RULE)
    assert (found.components, found.mends, found.stays) == (0, (), ())
