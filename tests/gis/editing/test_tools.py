"""Drawing tools: what they change, what they refuse, and that what they make nodes as it was meant."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis.editing.changes import Change, Feature, Place, Value, What, features_of, reverse, with_changes
from gis.editing.forms import Refusal, checked, form_of, parsed
from gis.editing.snap import Snap, SnapKind, snap
from gis.editing.source import LayersInMemory
from gis.editing.tools import (
    dependents,
    draw_pipe,
    free_id,
    join_end,
    move_node,
    move_onto,
    put_junction,
    put_valve,
    redraw,
    split_pipe,
)
from gis.layers import LAYERS, LayerSet
from gis.noding import NodingOptions, build_city
from network.topology import City

sys.path.insert(0, str(Path(__file__).parents[1]))
from drawings import layer


@pytest.fixture
def layers() -> LayerSet:
    drawn = {
        "pipe": layer(
            [("A", [(0, 0), (60, 0), (100, 0)]), ("B", [(100, 0), (100, 100)]), ("C", [(0, 5), (50, 5)])],
            dn_mm=[300.0, 200.0, 100.0],
            length_m=[110.0, np.nan, np.nan],
        ),
        "valve": layer(
            [("V1", (90, 0)), ("V2", (10, 0)), ("V3", (100, 0))],
            kind=["isolation"] * 3,
            pipe_id=["A", "A", "B"],
            toward_pipe_id=["", "", "A"],
        ),
        "customer": layer([("K", (95, 3))], pipe_id=["A"], name=["n"]),
        "junction": layer([("J", (100, 0))], elevation_m=[7.0]),
    }
    return build_city(LayerSet(4548, drawn), NodingOptions()).layers


def city(layers: LayerSet, edit: object) -> City:
    assert isinstance(edit, tuple), edit
    return build_city(with_changes(layers, edit), NodingOptions()).city


def ends(made: City) -> dict[str, tuple[str, str]]:
    pipes, nodes = made.network.pipes, made.network.nodes.ids
    return {
        name: (nodes[int(pipes.from_node[row])], nodes[int(pipes.to_node[row])]) for row, name in enumerate(pipes.ids)
    }


def test_a_split_shares_the_length_and_renames_what_hangs_on_the_second_part(layers: LayerSet) -> None:
    edit = split_pipe(LayersInMemory(layers), "A", (80.0, 0.0))
    made = city(layers, edit)
    pipes, devices = made.network.pipes, made.network.devices
    assert dict(zip(pipes.ids, pipes.length_m.round(6).tolist(), strict=True)) == {
        "A": 88.0, "B": 100.0, "C": 50.0, "A-2": 22.0,
    }  # fmt: skip
    assert ends(made)["A"][1] == ends(made)["A-2"][0] == "@80.000,0.000"
    assert ends(made)["A-2"][1] == ends(made)["B"][0]
    assert [pipes.ids[int(row)] for row in devices.pipe] == ["A-2", "A", "B"]
    assert [pipes.ids[int(row)] if row >= 0 else "" for row in devices.toward_pipe] == ["", "", "A-2"]
    assert pipes.ids[int(made.customers.tap.pipe[0])] == "A-2"
    assert pipes.dn_mm.tolist() == [300, 200, 100, 300]


@pytest.mark.parametrize("at", [(0.0, 0.0), (100.0, 3.0), (-50.0, 0.0)])
def test_nothing_is_split_at_an_end(layers: LayerSet, at: tuple[float, float]) -> None:
    assert split_pipe(LayersInMemory(layers), "A", at) == Refusal("edit_split_at_end", {"id": "A"})


def test_a_pipe_drawn_from_inside_another_splits_it(layers: LayerSet) -> None:
    source = LayersInMemory(layers)
    start, end = snap(source, 50.2, 0.1, 0.5), snap(source, 50.0, 5.2, 0.5)
    assert (start.kind, start.pipe) == (SnapKind.LINE, "A")
    assert (end.kind, end.pipe) == (SnapKind.END, "C")
    made = city(layers, draw_pipe(source, "N", start, [(50.2, 2.0)], end, {"dn_mm": 100.0}))
    assert ends(made)["N"] == (ends(made)["A"][1], ends(made)["C"][1])
    assert ends(made)["A-2"][0] == ends(made)["N"][0]


def test_a_pipe_that_begins_and_ends_inside_one_pipe_is_drawn_in_two_pieces(layers: LayerSet) -> None:
    source = LayersInMemory(layers)
    both = [snap(source, x, 0.1, 0.5) for x in (30.0, 70.0)]
    assert draw_pipe(source, "N", both[0], [(50.0, -9.0)], both[1], {}) == Refusal(
        "edit_twice_on_one_pipe", {"id": "A"}
    )


def test_a_pipe_in_the_open_ends_at_its_own_places(layers: LayerSet) -> None:
    source = LayersInMemory(layers)
    start, end = snap(source, 300.0, 300.0, 0.5), snap(source, 310.0, 300.0, 0.5)
    assert start == Snap(SnapKind.NONE, 300.0, 300.0)
    assert ends(city(layers, draw_pipe(source, "N", start, [], end, {})))["N"] == (
        "@300.000,300.000", "@310.000,300.000",
    )  # fmt: skip


def test_snapping_prefers_ends_to_corners_to_feet_to_lines(layers: LayerSet) -> None:
    source = LayersInMemory(layers)
    assert snap(source, 99.8, 0.2, 1.0).kind is SnapKind.END
    corner = snap(source, 60.3, 0.2, 1.0)
    assert (corner.kind, corner.xy_m, corner.node) == (SnapKind.VERTEX, (60.0, 0.0), "")
    foot = snap(source, 30.4, 0.2, 1.0, before=(30.0, 40.0))
    assert (foot.kind, foot.xy_m) == (SnapKind.PERPENDICULAR, (30.0, 0.0))
    assert snap(source, 30.4, 0.2, 1.0).xy_m == pytest.approx((30.4, 0.0))
    assert snap(source, 30.4, 0.2, 0.1).kind is SnapKind.NONE


def test_a_valve_is_put_onto_its_pipe_or_moved_onto_one(layers: LayerSet) -> None:
    source = LayersInMemory(layers)
    made = city(layers, put_valve(source, "V9", "B", (101.0, 40.0), {"dn_mm": 200.0}))
    assert made.network.devices.offset_m[-1] == 40.0
    assert made.network.pipes.ids[int(made.network.devices.pipe[-1])] == "B"
    moved = city(layers, move_onto(source, "valve", "V2", "C"))
    assert (moved.network.devices.x_m[1], moved.network.devices.y_m[1]) == (10.0, 5.0)
    assert put_valve(source, "V9", "X", (0, 0), {}) == Refusal("edit_no_such_feature", {"layer": "pipe", "id": "X"})
    assert move_onto(source, "valve", "X", "A") == Refusal("edit_no_such_feature", {"layer": "valve", "id": "X"})


def test_a_junction_takes_its_pipes_and_what_stands_there_along(layers: LayerSet) -> None:
    source = LayersInMemory(layers)
    node = ends(build_city(layers, NodingOptions()).city)["B"][0]
    made = city(layers, move_node(source, node, (105.0, -5.0)))
    assert ends(made)["A"][1] == ends(made)["B"][0] == node
    at = made.network.nodes.ids.find(node)
    assert (made.network.nodes.x_m[at], made.network.nodes.y_m[at]) == (105.0, -5.0)
    assert made.network.nodes.elevation_m[at] == 7.0
    assert (made.network.devices.x_m[2], made.network.devices.y_m[2]) == (105.0, -5.0)
    assert made.network.pipes.length_m[0] == pytest.approx(60.0 + np.hypot(45.0, 5.0)), "the old length counts no more"
    assert move_node(source, "nowhere", (0, 0)) == Refusal("edit_no_such_junction", {"id": "nowhere"})


def test_an_end_is_joined_to_a_junction(layers: LayerSet) -> None:
    source = LayersInMemory(layers)
    node = ends(build_city(layers, NodingOptions()).city)["A"][0]
    made = city(layers, join_end(source, "C", True, (0.0, 0.0), node))
    assert ends(made)["C"][0] == ends(made)["A"][0]
    assert join_end(source, "X", True, (0, 0), "") == Refusal("edit_no_such_feature", {"layer": "pipe", "id": "X"})
    assert redraw(source, "pipe", "X", Place(((0, 0), (1, 1)))) == Refusal(
        "edit_no_such_feature", {"layer": "pipe", "id": "X"}
    )


def test_what_depends_on_a_feature_is_told(layers: LayerSet) -> None:
    source = LayersInMemory(layers)
    named = {(one.layer, one.id, one.column) for one in dependents(source, "pipe", "A")}
    assert named == {
        ("valve", "V1", "pipe_id"),
        ("valve", "V2", "pipe_id"),
        ("valve", "V3", "toward_pipe_id"),
        ("customer", "K", "pipe_id"),
    }
    assert dependents(source, "junction", "J") == []
    assert free_id(source, "pipe", "A", ["A-2"]) == "A-3"


def refusal(
    layer_name: str, name: str, what: What, place: Place | None = None, fields: dict[str, Value] | None = None
) -> str:
    before = Feature(layer_name, "old", Place(((0, 0),)), {"kind": "isolation"}) if name == "old" else None
    made = checked(Change(layer_name, name, what, place, fields or {}), before)
    return made.code if isinstance(made, Refusal) else "sound"


SPOT, LINE = Place(((1.0, 2.0),)), Place(((1.0, 2.0), (3.0, 4.0)))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (("zone", "old", "delete"), "edit_no_such_layer"),
        (("pipe", " ", "delete"), "edit_id_needed"),
        (("pipe", "old", "add", LINE), "edit_id_taken"),
        (("pipe", "new", "add"), "edit_place_needed"),
        (("pipe", "new", "set", LINE), "edit_no_such_feature"),
        (("pipe", "old", "set"), "edit_nothing_said"),
        (("pipe", "new", "add", SPOT), "edit_line_too_short"),
        (("pipe", "new", "add", Place(((1.0, 2.0), (1.0, 2.0)))), "edit_line_too_short"),
        (("valve", "new", "add", LINE), "edit_place_not_a_point"),
        (("valve", "new", "add", Place(((float("nan"), 0.0),))), "edit_place_impossible"),
        (("valve", "new", "add", Place(((1e9, 0.0),))), "edit_place_impossible"),
        (("valve", "new", "add", SPOT), "edit_field_needed"),
        (("pipe", "old", "delete"), "sound"),
    ],
)
def test_what_cannot_be_is_refused(told: tuple[Any, ...], code: str) -> None:
    assert refusal(*told) == code


@pytest.mark.parametrize(
    ("layer_name", "field", "value", "code"),
    [
        ("pipe", "dn_mm", 30_000.0, "edit_out_of_range"),
        ("pipe", "dn_mm", "300", "edit_not_a_number"),
        ("pipe", "dn_mm", float("inf"), "edit_not_a_number"),
        ("pipe", "year", 1998.5, "edit_not_a_whole_number"),
        ("pipe", "year", True, "edit_not_a_number"),
        ("pipe", "colour", "red", "edit_no_such_field"),
        ("pipe", "from_node", "J1", "edit_no_such_field"),
        ("pipe", "material", 7.0, "edit_not_a_text"),
        ("valve", "current", "open", "edit_observed_field"),
        ("valve", "kind", "gate", "edit_not_a_word"),
        ("valve", "kind", None, "edit_field_needed"),
        ("customer", "name", "X", "edit_personal_field"),
        ("customer", "critical", "yes", "edit_not_a_flag"),
        ("customer", "critical", True, "sound"),
        ("pipe", "dn_mm", 300, "sound"),
        ("pipe", "dn_mm", None, "sound"),
        ("pipe", "dn_basis", "outside", "sound"),
    ],
)
def test_values_are_checked_against_the_form(layer_name: str, field: str, value: Value, code: str) -> None:
    assert refusal(layer_name, "old", "set", None, {field: value}) == code


@pytest.mark.parametrize(
    ("layer_name", "field", "text", "value"),
    [
        ("pipe", "dn_mm", " 300 ", 300.0),
        ("pipe", "dn_mm", "", None),
        ("pipe", "dn_mm", "thick", Refusal("edit_not_a_number", {"field": "dn_mm", "value": "thick"})),
        ("pipe", "material", "球墨铸铁", "球墨铸铁"),
        ("customer", "critical", "yes", True),
        ("customer", "critical", "0", False),
        ("customer", "critical", "maybe", Refusal("edit_not_a_flag", {"field": "critical", "value": "maybe"})),
    ],
)
def test_typed_values(layer_name: str, field: str, text: str, value: object) -> None:
    (form,) = [one for one in form_of(layer_name) if one.name == field]
    assert parsed(form, text) == value


def test_forms_tell_units_and_limits() -> None:
    forms = {form.name: form for form in form_of("pipe")}
    assert (forms["dn_mm"].unit, forms["dn_mm"].high) == ("mm", 6000.0)
    assert (forms["depth_m"].unit, forms["depth_m"].low) == ("m", -30.0)
    assert "from_node" not in forms
    assert {form.unit for form in form_of("station")} == {"", "m³", "m³/h"}
    assert set(LAYERS["valve"].columns) - {form.name for form in form_of("valve")} == {"id", "assumed"}


def recorded(feature: Feature) -> tuple[Place, dict[str, Value]]:
    return feature.place, {name: value for name, value in feature.fields.items() if value is not None}


def test_a_change_and_its_reverse_leave_the_layers_as_they_were(layers: LayerSet) -> None:
    pipe = features_of("pipe", layers.get("pipe"))
    for change in (
        Change("pipe", "A", "set", Place(((0, 0), (5, 5))), {"dn_mm": 100.0, "material": "PE"}),
        Change("pipe", "A", "delete"),
        Change("pipe", "new", "add", LINE, {"dn_mm": 100.0}),
    ):
        back = reverse(pipe.get(change.id), change)
        assert back is not None
        after = features_of("pipe", with_changes(with_changes(layers, [change]), [back]).get("pipe"))
        assert {name: recorded(one) for name, one in after.items()} == {
            name: recorded(one) for name, one in pipe.items()
        }
    assert reverse(None, Change("pipe", "X", "delete")) is None


def test_a_junction_splits_the_pipe_that_it_is_put_into(layers: LayerSet) -> None:
    edit = put_junction(LayersInMemory(layers), "N1", "A", (30.0, 0.4), {"elevation_m": 5.0})
    assert not isinstance(edit, Refusal)
    after = with_changes(layers, edit)
    city = build_city(after, NodingOptions()).city
    nodes = city.network.nodes
    row = nodes.ids.find("N1")
    assert (nodes.x_m[row], nodes.y_m[row], nodes.elevation_m[row]) == (30.0, 0.0, 5.0)
    pipes = city.network.pipes
    assert pipes.to_node[pipes.ids.find("A")] == row == pipes.from_node[pipes.ids.find("A-2")]


def test_a_junction_at_an_end_gives_it_its_level_and_a_second_one_is_refused(layers: LayerSet) -> None:
    source = LayersInMemory(layers)
    edit = put_junction(source, "N1", "C", (50.0, 5.0), {"elevation_m": 5.0})
    assert not isinstance(edit, Refusal)
    assert [change.layer for change in edit] == ["junction"]
    city = build_city(with_changes(layers, edit), NodingOptions()).city
    assert city.network.nodes.elevation_m[city.network.pipes.to_node[city.network.pipes.ids.find("C")]] == 5.0
    there = put_junction(source, "N1", "A", (100.0, 0.0), {})
    assert there == Refusal("edit_junction_there", {"id": "J"})
    assert put_junction(source, "N1", "nothing", (0.0, 0.0), {}) == Refusal(
        "edit_no_such_feature", {"layer": "pipe", "id": "nothing"}
    )
