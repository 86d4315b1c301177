"""Edits of a workspace: checked, written, undone, told what they do; proposals and decisions on them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from random_edits import changes as random_changes
from soak import soak_examples

from app.errors import AppError
from app.operations.edit import Author, consequence, edit, undo
from app.operations.edit_lines import changes_of
from app.operations.proposals import Observed, decide, propose, waiting
from app.workspace import Workspace, create_workspace, open_workspace
from gis.editing.changes import EDITABLE, Change, Place, features_of
from gis.layers import LayerSet
from gis.noding import NodingOptions, build_city
from network.assets import Condition, Position
from network.columns import IdColumn
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
    return {name: features_of(name, layer) for name, layer in workspace.store.layers(EDITABLE).layers.items()}


def segments(workspace: Workspace) -> set[frozenset[str]]:
    found, network = find_segments(workspace.city.network), workspace.city.network
    return {frozenset(network.pipes.ids.take(found.pipe_of(found.parts_of[segment]))) for segment in range(found.count)}


def network(workspace: Workspace) -> dict[str, tuple[object, ...]]:
    """What hangs together with what, by ids: rows may stand in another order."""
    city, net = workspace.city, workspace.city.network
    nodes, pipes = net.nodes.ids, net.pipes.ids

    def tied(ids: IdColumn, pipe: NDArray[np.integer], at_m: NDArray[np.floating], node: NDArray[np.integer]) -> None:
        for row, name in enumerate(ids):
            on = pipes[int(pipe[row])] if pipe[row] >= 0 else ""
            at = nodes[int(node[row])] if node[row] >= 0 else ""
            found[name] = (on, round(float(at_m[row]), 6) if on else None, at)

    found: dict[str, tuple[object, ...]] = {}
    for row, name in enumerate(pipes):
        ends = nodes[int(net.pipes.from_node[row])], nodes[int(net.pipes.to_node[row])]
        found[name] = (*ends, round(float(net.pipes.length_m[row]), 6), int(net.pipes.dn_mm[row]))
    tied(net.devices.ids, net.devices.pipe, net.devices.offset_m, net.devices.node)
    tied(net.sources.ids, net.sources.pipe, net.sources.offset_m, net.sources.node)
    tap = city.customers.tap
    tied(city.customers.ids, tap.pipe, tap.offset_m, np.full(len(tap.pipe), -1))
    return found


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
            json.dumps({"do": "add", "layer": "service", "id": "L1", "xy": DRAWN[:2], "fields": {"customer_id": "C1"}}),
            *(
                json.dumps({"do": "add", "layer": layer, "id": f"N{layer}", "xy": DRAWN[1:2], "fields": {}})
                for layer in ("hydrant", "customer", "station", "junction", "sensor")
            ),
            json.dumps({"do": "add", "layer": "source", "id": "N3", "xy": DRAWN[:1], "fields": {"kind": "tank"}}),
            '{"do": "delete", "layer": "customer", "id": "C2"}',
            '{"do": "delete", "layer": "source", "id": "S"}',
        ]
    )


def whole(workspace: Workspace) -> LayerSet:
    """All layers as they stand."""
    source = workspace.store.source()
    return LayerSet(workspace.meta.crs_epsg, {name: source.whole(name) for name in EDITABLE})


def drawn(data: st.DataObject, workspace: Workspace, number: int) -> Sequence[Change]:
    """An edit as the tools make it, or any change at all of any layer, sensible or rough."""
    if data.draw(st.booleans()):
        return changes_of(data.draw(lines()), workspace.store.source())
    return data.draw(random_changes(whole(workspace), number))


@contextmanager
def fresh(made: Path) -> Iterator[Workspace]:
    """A copy of its own for each example: what is drawn must not depend on the journal of those before."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "town"
        shutil.copytree(made, copy)
        with closing(open_workspace(copy)) as workspace:
            yield workspace


def edited_at_random(data: st.DataObject, workspace: Workspace, most: int) -> tuple[Workspace, list[str]]:
    """The workspace after some edits, and their names; what is refused is not written."""
    done = []
    for number in range(data.draw(st.integers(1, most))):
        stood = told(workspace)
        try:
            after = edit(workspace, drawn(data, workspace, number), ME, NOW)
        except AppError:
            assert told(workspace) == stood
            continue
        workspace = after.workspace
        done.append(after.edit)
    return workspace, done


def taken_back(workspace: Workspace, edits: list[str]) -> tuple[Workspace, list[str]]:
    """The workspace without *edits*, the latest taken back first, and the names of the takings back."""
    names = []
    for name in reversed(edits):
        after = undo(workspace, name, ME, NOW)
        workspace = after.workspace
        names.append(after.edit)
    return workspace, names


@soak_examples(2_000, usual=20)
@given(data=st.data())
def test_any_edits_undone_give_the_same_network_and_made_again_the_edited_one(data: st.DataObject, made: Path) -> None:
    with fresh(made) as first:
        before, parted, tied = told(first), segments(first), network(first)
        edited, done = edited_at_random(data, first, most=6)
        stood, changed = told(edited), network(edited)
        workspace, undone = taken_back(edited, done)
        assert told(workspace) == before
        assert segments(workspace) == parted
        assert network(workspace) == tied
        again, _ = taken_back(workspace, undone)
        assert told(again) == stood
        assert network(again) == changed


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
