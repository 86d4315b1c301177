"""What the desk process answers about dispatch: two windows on one workspace see each other's events."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import handmade

from app.dispatch.acts import Done, No, Note, TakeReport
from app.dispatch.entries import IncidentKind
from app.dispatch_requests import (
    ActAnswered,
    AttachLastPlan,
    DispatchQuiet,
    DispatchShown,
    DoAct,
    DuplicatesFound,
    EvidenceKept,
    FindDuplicates,
    IncidentShown,
    KeepEvidence,
    LookAtDispatch,
    ShowIncident,
)
from app.requests import Failed, MakePlan, OpenWorkspace, PlanMade, Reply, Request, WorkspaceOpened
from app.worker.handlers import DeskState
from app.worker.process import answer
from app.workspace import create_workspace
from network.answers import PipeTarget

PLACE = (handmade.EAST + 150.0, handmade.NORTH)


def silent(_step: str, _fraction: float | None = None) -> None:
    """Progress that nobody watches."""


def ask(desk: DeskState, request: Request) -> Reply:
    """Through pickle both ways, as between processes."""
    reply = answer(desk, pickle.loads(pickle.dumps(request)), silent)
    return cast("Reply", pickle.loads(pickle.dumps(reply)))


def opened(folder: Path) -> DeskState:
    desk = DeskState()
    assert isinstance(ask(desk, OpenWorkspace(folder)), WorkspaceOpened)
    return desk


def test_two_windows_see_each_others_incidents_and_only_ask_for_news(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=datetime.now(UTC), actor="a")
    one, two = opened(folder), opened(folder)
    empty = ask(two, LookAtDispatch())
    assert isinstance(empty, DispatchShown)
    assert empty.view.queue == ()

    taken = ask(one, DoAct(TakeReport(IncidentKind.BURST, *PLACE), who="王"))
    assert isinstance(taken, ActAnswered)
    assert isinstance(taken.outcome, Done)
    assert taken.outcome.about == "incident/W1"

    seen = ask(two, LookAtDispatch(since=empty.view.heads))
    assert isinstance(seen, DispatchShown)
    assert [row.number for row in seen.view.queue] == ["W1"]
    assert seen.view.changed == {"incident/W1"}
    assert isinstance(ask(two, LookAtDispatch(since=seen.view.heads)), DispatchQuiet)
    assert isinstance(ask(two, LookAtDispatch(since=seen.view.heads, always=True)), DispatchShown)

    now_ms = round(datetime.now(UTC).timestamp() * 1000)
    likely = ask(two, FindDuplicates(PLACE[0] + 40, PLACE[1], now_ms))
    assert isinstance(likely, DuplicatesFound)
    assert [round(one.apart_m) for one in likely.likely] == [40]

    refused = ask(two, DoAct(Note("W9", "?")))
    assert isinstance(refused, ActAnswered)
    assert isinstance(refused.outcome, No)

    shown = ask(two, ShowIncident("W1"))
    assert isinstance(shown, IncidentShown)
    assert shown.sheet is not None
    assert shown.sheet.lines[0].actor == "王"
    assert [clock.rule.id for clock in shown.sheet.clocks][:2] == ["E1", "E2"]
    assert "step:repaired" in shown.sheet.bars
    missing = ask(two, ShowIncident("W9"))
    assert isinstance(missing, IncidentShown)
    assert missing.sheet is None

    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG")
    kept = ask(two, KeepEvidence(picture))
    assert isinstance(kept, EvidenceKept)
    assert len(kept.hash) == 64
    assert isinstance(ask(two, KeepEvidence(tmp_path / "a.exe")), Failed)
    for desk in (one, two):
        desk.workspace.close()


def test_only_a_plan_for_the_incidents_own_pipe_is_attached(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=datetime.now(UTC), actor="a")
    desk = opened(folder)
    taken = ask(desk, DoAct(TakeReport(IncidentKind.BURST, *PLACE)))
    assert isinstance(taken, ActAnswered)
    pipes = desk.workspace.city.network.pipes.ids
    pipe = taken.view.queue[0].pipe
    other = next(row for row in range(len(pipes)) if pipes[row] != pipe)

    outcomes = []
    for row in (other, pipes.find(pipe)):
        assert isinstance(ask(desk, MakePlan(PipeTarget(row))), PlanMade)
        reply = ask(desk, AttachLastPlan("incident/W1", pipe))
        assert isinstance(reply, ActAnswered)
        outcomes.append(reply.outcome)
    assert isinstance(outcomes[0], No)
    assert outcomes[0].code == "plan_of_another"
    assert isinstance(outcomes[1], Done)
    shown = ask(desk, ShowIncident("W1"))
    assert isinstance(shown, IncidentShown)
    assert shown.sheet is not None
    assert shown.sheet.plan is not None
    assert shown.sheet.plan["target"]["pipe"] == pipe
    desk.workspace.close()


def test_without_a_workspace_the_desk_says_so() -> None:
    reply = ask(DeskState(), LookAtDispatch())
    assert isinstance(reply, Failed)
    assert reply.code == "no_workspace_open"
