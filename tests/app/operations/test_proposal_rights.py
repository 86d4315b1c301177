"""Proposals are decided on by those who may: a hub's supervisors, and nobody on a laptop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import AppError
from app.journal.hub_rights import PersonRole
from app.journal.person import Person
from app.journal.proposals import DECIDED
from app.operations.edit import Author
from app.operations.proposals import decide, propose, waiting
from app.sync.membership import Membership, keep_membership
from app.sync.rights_told import Rights, keep_rights
from app.workspace import Workspace, create_workspace, open_workspace
from app.workspace_lease import Lease
from gis.editing.changes import Change
from gis.noding import NodingOptions, build_city
from oracle.layers import town_layers
from oracle.town import Junction, Main, Origin, Town

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
HUB = "6f0c"
FIELD, CHIEF = Author("wang", "量得 300", "field"), Author("li", "同意", "window")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    town = Town(
        (Junction("J0", 0.0, 0.0), Junction("J1", 90.0, 0.0)),
        (Main("P0", "J0", "J1"),),
        (),
        (Origin("S", "plant", junction="J0"),),
    )
    folder = tmp_path / "town"
    plain = NodingOptions()
    create_workspace(folder, build_city(town_layers(town), plain), sources=["a"], now=NOW, actor="t", noded_as=plain)
    with closing(open_workspace(folder)) as opened:
        yield opened


def filed(workspace: Workspace) -> tuple[Workspace, str]:
    return propose(workspace, [Change("pipe", "P0", "set", fields={"dn_mm": 300.0})], None, FIELD, NOW)


def told_by_hub(workspace: Workspace, *people: Person, signs: tuple[str, ...], hub: str = HUB) -> None:
    """The workspace follows a hub, which said who is who."""
    keep_membership(workspace.folder, Membership("host=hub", HUB, "hub"))
    keep_rights(workspace.folder, Rights(hub, signs, people))


@pytest.mark.parametrize("role", [role for role in PersonRole if role is not PersonRole.SUPERVISOR])
def test_who_is_no_supervisor_accepts_and_refuses_nothing(workspace: Workspace, role: PersonRole) -> None:
    workspace, proposal = filed(workspace)
    told_by_hub(workspace, Person("li", "李工", role), signs=("李工", "li"))
    events = workspace.state.events
    for accept in (True, False):
        with pytest.raises(AppError) as refused:
            decide(workspace, proposal, accept=accept, author=CHIEF, now=NOW)
        assert (refused.value.code, refused.value.detail) == ("proposal_not_supervisor", {"who": "li"})
    assert workspace.state.events == events
    assert [one.id for one in waiting(workspace)] == [proposal]


def test_a_supervisor_decides_and_the_journal_says_as_whom(workspace: Workspace) -> None:
    told_by_hub(workspace, Person("li", "李工", PersonRole.SUPERVISOR), signs=("李工", "li"))
    workspace, proposal = filed(workspace)
    after, edit = decide(workspace, proposal, accept=True, author=CHIEF, now=NOW)
    assert edit
    assert after.city.network.pipes.dn_mm.tolist() == [300]
    roles = {event.kind: event.role for event in after.journal.events() if event.actor == "li"}
    assert roles == {"asset.set": "supervisor", DECIDED: "supervisor"}


def test_somebody_else_at_a_supervisors_console_does_not_decide(workspace: Workspace) -> None:
    people = (Person("li", "李工", PersonRole.SUPERVISOR), Person("zhao", "赵工", PersonRole.OPERATOR))
    told_by_hub(workspace, *people, signs=("李工", "li"))
    workspace, proposal = filed(workspace)
    with pytest.raises(AppError, match="proposal_not_supervisor"):
        decide(workspace, proposal, accept=True, author=replace(CHIEF, actor="zhao"), now=NOW)


@pytest.mark.parametrize("case", ["no hub", "owner", "another hub", "nothing told"])
def test_where_nobody_is_named_whoever_has_the_workspace_decides(workspace: Workspace, case: str) -> None:
    match case:
        case "owner":
            told_by_hub(workspace, Person("li", "李工", PersonRole.FIELD), signs=())
        case "another hub":
            told_by_hub(workspace, Person("li", "李工", PersonRole.FIELD), signs=("李工", "li"), hub="0000")
        case "nothing told":
            keep_membership(workspace.folder, Membership("host=hub", HUB, "hub"))
    workspace, proposal = filed(workspace)
    after, _ = decide(workspace, proposal, accept=False, author=CHIEF, now=NOW)
    assert not waiting(after)


def test_a_laptop_brings_proposals_home_and_decides_none(workspace: Workspace) -> None:
    until_ms = int(NOW.timestamp() * 1000) + 86_400_000
    laptop = replace(workspace, lease=Lease("l1", "o1", until_ms, "key"))
    laptop, proposal = filed(laptop)
    with pytest.raises(AppError, match="proposal_at_the_centre"):
        decide(laptop, proposal, accept=True, author=CHIEF, now=NOW)
    assert [one.id for one in waiting(laptop)] == [proposal]
