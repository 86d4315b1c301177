"""Edits of a workspace: checked, written, undone, told what they do; proposals and decisions on them."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import AppError
from app.operations.edit import Author, consequence, edit, undo
from app.operations.edit_lines import changes_of
from app.operations.proposals import Observed, decide, propose, waiting
from app.workspace import Workspace, create_workspace, open_workspace
from gis.editing.changes import Change, Place, features_of
from gis.noding import NodingOptions, build_city
from network.assets import Condition, Position
from network.segments import find_segments
from oracle.layers import EAST_M, NORTH_M, town_layers
from oracle.town import Customer, Junction, Main, Origin, Tap, Thing, Town

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
NEAR = NodingOptions(link_reach_m=6.0)
ME = Author("t", "因为图纸错", "window")


def town() -> Town:
    junctions = tuple(Junction(f"J{n}", 100.0 * n, 40.0 * (n % 2)) for n in range(5))
    mains = tuple(Main(f"P{n}", f"J{n}", f"J{n + 1}") for n in range(4))
    things = (
        Thing("V1", "isolation", pipe="P1", junction="J1"),
        Thing("V2", "isolation", pipe="P2", offset_m=50.0),
    )
    people = (Customer("C1", Tap("P1", 30.0)), Customer("C2", Tap("P3", 50.0)))
    return Town(junctions, mains, things, (Origin("S", "plant", junction="J0"),), customers=people)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edit") / "town"
    create_workspace(folder, build_city(town_layers(town()), NEAR), sources=["a"], now=NOW, actor="t", noded_as=NEAR)
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    copy = tmp_path / "town"
    create_workspace(copy, build_city(town_layers(town()), NEAR), sources=["a"], now=NOW, actor="t", noded_as=NEAR)
    return open_workspace(copy)


def told(workspace: Workspace) -> dict[str, Any]:
    """Every feature of the network by layer and id, what is not recorded left out."""
    layers = workspace.store.layers(["pipe", "valve", "customer", "source", "junction"])
    return {name: features_of(name, layer) for name, layer in layers.layers.items()}


def segments(workspace: Workspace) -> set[frozenset[str]]:
    found, network = find_segments(workspace.city.network), workspace.city.network
    return {frozenset(network.pipes.ids.take(found.pipe_of(found.parts_of[segment]))) for segment in range(found.count)}


DRAWN = [[EAST_M, NORTH_M], [EAST_M + 50, NORTH_M - 90], [EAST_M + 200, NORTH_M]]


def lines() -> st.SearchStrategy[str]:
    return st.sampled_from(
        [
            f'{{"do": "split", "pipe": "P0", "at": [{EAST_M + 50}, {NORTH_M + 20}]}}',
            f'{{"do": "put_valve", "id": "N1", "pipe": "P3", "at": [{EAST_M + 350}, {NORTH_M + 20}]}}',
            f'{{"do": "move_node", "node": "J2", "to": [{EAST_M + 205}, {NORTH_M - 9}]}}',
            '{"do": "move_onto", "id": "V2", "pipe": "P3"}',
            '{"do": "delete", "layer": "pipe", "id": "P2"}',
            '{"do": "delete", "layer": "valve", "id": "V1"}',
            '{"do": "set", "layer": "pipe", "id": "P3", "fields": {"dn_mm": 200, "material": "PE"}}',
            '{"do": "set", "layer": "pipe", "id": "P3", "fields": {"dn_mm": null}}',
            json.dumps({"do": "draw_pipe", "id": "N2", "xy": DRAWN, "fields": {"dn_mm": 150}}),
        ]
    )


@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_any_edits_undone_give_the_same_network(data: st.DataObject, made: Path) -> None:
    with closing(open_workspace(made)) as first:
        workspace = first
        before, parted, revision = told(workspace), segments(workspace), workspace.city
        done = []
        for _ in range(data.draw(st.integers(1, 5))):
            try:
                changes = changes_of(data.draw(lines()), workspace.store.source())
                after = edit(workspace, changes, ME, NOW)
            except AppError:
                # The pipe is gone, the id is taken: refused, and nothing written.
                continue
            workspace = after.workspace
            done.append(after.edit)
        for name in reversed(done):
            workspace = undo(workspace, name, ME, NOW).workspace
        assert told(workspace) == before
        assert segments(workspace) == parted
        assert sorted(workspace.city.network.pipes.ids) == sorted(revision.network.pipes.ids)


def test_an_undone_undo_is_the_edit_again(workspace: Workspace) -> None:
    changes = changes_of(
        f'{{"do": "split", "pipe": "P0", "at": [{EAST_M + 50}, {NORTH_M + 20}]}}', workspace.store.source()
    )
    split = edit(workspace, changes, ME, NOW)
    after = told(split.workspace)
    back = undo(split.workspace, split.edit, ME, NOW)
    again = undo(back.workspace, back.edit, ME, NOW)
    assert told(again.workspace) == after
    with pytest.raises(AppError, match="edit_unknown"):
        undo(again.workspace, "nothing", ME, NOW)
    again.workspace.close()


def test_what_was_edited_since_is_not_undone_underneath(workspace: Workspace) -> None:
    first = edit(workspace, [Change("pipe", "P0", "set", None, {"dn_mm": 100})], ME, NOW)
    second = edit(first.workspace, [Change("pipe", "P0", "set", None, {"dn_mm": 200})], ME, NOW)
    with pytest.raises(AppError, match="edit_edited_since"):
        undo(second.workspace, first.edit, ME, NOW)
    both = undo(undo(second.workspace, second.edit, ME, NOW).workspace, first.edit, ME, NOW)
    assert both.workspace.city.network.pipes.dn_mm[0] == 0
    both.workspace.close()


def test_who_and_why_are_in_the_journal_and_the_reason_can_be_erased(workspace: Workspace) -> None:
    after = edit(workspace, [Change("pipe", "P0", "set", None, {"dn_mm": 100})], ME, NOW).workspace
    event = list(after.journal.events())[-1]
    assert (event.actor, event.facts["origin"], event.facts["fields"]) == ("t", "window", {"dn_mm": 100.0})
    assert after.journal.text(event.facts["texts"]["why"]) == "因为图纸错"
    assert "图纸" not in event.body
    after.close()


def test_what_an_edit_does_to_segments_is_told(workspace: Workspace) -> None:
    changes = changes_of(
        f'{{"do": "put_valve", "id": "N1", "pipe": "P3", "at": [{EAST_M + 330}, {NORTH_M + 28}]}}',
        workspace.store.source(),
    )
    after = edit(workspace, changes, ME, NOW)
    found = consequence(workspace.city, after.workspace.city, after.changes)
    assert (found.segments_before, found.segments_after) == (3, 4)
    assert sum(found.around) == 1
    after.workspace.close()


def test_nothing_is_written_where_one_change_cannot_be_made(workspace: Workspace) -> None:
    events = workspace.state.events
    sound = Change("pipe", "P0", "set", None, {"dn_mm": 100})
    for wrong in (
        Change("pipe", "P9", "delete"),
        Change("pipe", "P0", "add", Place(((0, 0), (1, 1)))),
        Change("pipe", "P1", "set", None, {"dn_mm": 99_999}),
    ):
        with pytest.raises(AppError):
            edit(workspace, [sound, wrong], ME, NOW)
    assert sum(1 for _ in workspace.journal.events()) == events
    workspace.close()


def test_a_proposal_changes_nothing_until_it_is_accepted(workspace: Workspace) -> None:
    before = told(workspace)
    field = Author("xun-jian", "现场量得", "field")
    after, name = propose(workspace, [Change("pipe", "P0", "set", None, {"dn_mm": 300})], None, field, NOW)
    assert told(after) == before
    assert [one.id for one in waiting(after)] == [name]
    decided, made = decide(after, name, accept=True, author=ME, now=NOW)
    assert decided.city.network.pipes.dn_mm[0] == 300
    assert waiting(decided) == []
    assert made
    with pytest.raises(AppError, match="proposal_decided"):
        decide(decided, name, accept=False, author=ME, now=NOW)
    assert undo(decided, made, ME, NOW).workspace.city.network.pipes.dn_mm[0] == 0
    decided.close()


def test_a_refused_proposal_changes_nothing_for_good(workspace: Workspace) -> None:
    after, name = propose(workspace, [Change("valve", "V1", "delete")], None, ME, NOW)
    decided, made = decide(after, name, accept=False, author=ME, now=NOW)
    assert (made, waiting(decided), len(decided.city.network.devices)) == ("", [], 2)
    with pytest.raises(AppError, match="proposal_unknown"):
        decide(decided, "nothing", accept=False, author=ME, now=NOW)
    decided.close()


def test_a_buried_valve_becomes_an_observation_when_it_is_accepted(workspace: Workspace) -> None:
    seen = Observed("V1", condition="inoperable", position="closed")
    after, name = propose(workspace, [], seen, Author("xun-jian", "埋了", "field"), NOW)
    assert after.states.condition[0] == Condition.OPERABLE
    decided, _ = decide(after, name, accept=True, author=ME, now=NOW)
    assert (decided.states.condition[0], decided.states.position[0]) == (Condition.INOPERABLE, Position.CLOSED)
    decided.close()


@pytest.mark.parametrize(
    ("observed", "code"),
    [
        (None, "edit_nothing_to_do"),
        (Observed("X", "open"), "workspace.no_such_valve"),
        (Observed("V1", "ajar"), "edit_not_a_word"),
        (Observed("V1"), "workspace.nothing_observed"),
    ],
)
def test_proposals_that_say_nothing_or_nonsense_are_refused(
    workspace: Workspace, observed: Observed | None, code: str
) -> None:
    with pytest.raises(AppError, match=code):
        propose(workspace, [], observed, ME, NOW)
    workspace.close()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "edit_line_not_json"),
        ("[]", "edit_line_unknown"),
        ('{"do": "explode"}', "edit_line_unknown"),
        ('{"do": "split", "pipe": "P0"}', "edit_line_lacks"),
        ('{"do": "split", "pipe": 7, "at": [0, 0]}', "edit_line_values"),
        ('{"do": "split", "pipe": "P0", "at": [0]}', "edit_line_values"),
        ('{"do": "split", "pipe": "P0", "at": ["a", 1]}', "edit_line_values"),
        ('{"do": "set", "layer": "pipe", "id": "P0", "fields": [1]}', "edit_line_values"),
        ('{"do": "draw_pipe", "id": "N", "xy": [[0, 0]]}', "edit_line_values"),
        ('{"do": "split", "pipe": "P9", "at": [0, 0]}', "edit_no_such_feature"),
    ],
)
def test_lines_that_cannot_be_read_are_refused(workspace: Workspace, line: str, code: str) -> None:
    with pytest.raises(AppError, match=code):
        changes_of(line, workspace.store.source())
    workspace.close()
