"""What the desk process does for the Dispatch desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from app.config import operator
from app.dispatch.acts import AttachPlan, No
from app.dispatch.duplicates import likely_same
from app.dispatch.position_store import positions_of
from app.dispatch.positions import STEADY_FIXES
from app.dispatch.reach import ReachBook, reach_of
from app.dispatch.reach_told import standing_by
from app.dispatch.view import DispatchView
from app.dispatch_requests import (
    ActAnswered,
    AskReach,
    AttachLastPlan,
    CrewsLocated,
    CrewsOffered,
    DayLogWritten,
    DispatchQuiet,
    DispatchReply,
    DispatchRequest,
    DispatchShown,
    DoAct,
    DuplicatesFound,
    EvidenceFound,
    EvidenceKept,
    FindDuplicates,
    FindEvidence,
    IncidentShown,
    KeepEvidence,
    LocateCrews,
    LookAtDispatch,
    OfferCrews,
    ReachShown,
    ReadDayLog,
    ShowIncident,
    ShowValves,
    ValvesShown,
)
from app.journal.events import milliseconds
from app.messages import load_words
from app.operations.coverage import reach_book
from app.operations.dispatch import DispatchDesk, carry_out, caught_up, look, open_dispatch, sheet
from app.operations.dispatch_log import day_sheet, write_log
from app.operations.dispatch_offers import offers_for
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.evidence import SOUND, evidence_file, keep_evidence, kind_of
from app.operations.isolate import Answer
from app.operations.plan_record import plan_record
from app.paper_table import on_paper
from app.times import utc_of
from app.workspace import Workspace, record_plan, valve_rows
from gis.roads import RoadNetwork
from network.assets import Condition, Position
from network.supply import SupplyModel


class HasWorkspace(Protocol):
    """What of the desk process's state is needed here."""

    dispatch: DispatchDesk | None
    reach: ReachBook | None

    @property
    def roads(self) -> RoadNetwork:
        """The city's roads; empty where it has none."""

    @property
    def last(self) -> tuple[SupplyModel, Answer]:
        """The last plan and the model it was made with."""

    @property
    def workspace(self) -> Workspace:
        """The open workspace."""

    def restate(self, workspace: Workspace) -> None:
        """Go on with *workspace*, whose valves may stand otherwise."""


def moment_at(now_ms: int | None) -> datetime:
    """The window's moment: what is done happens when the key is pressed, not when this process comes to it."""
    return datetime.now(UTC) if now_ms is None else utc_of(now_ms)


def dispatch_desk(state: HasWorkspace) -> DispatchDesk:
    """The desk, caught up; opened on first use."""
    if state.dispatch is None:
        desk = open_dispatch(state.workspace, standards_of(state.workspace.folder))
    else:
        desk = caught_up(replace(state.dispatch, workspace=state.workspace))
    return _taken(state, desk)


def look_aside(state: HasWorkspace, now: datetime) -> DispatchView:
    """What the Dispatch desk shows, for a question of another desk.

    The states under which plans are made stay as they are, whatever was written meanwhile: the question is about them.
    """
    if state.dispatch is None:
        state.dispatch = open_dispatch(state.workspace, standards_of(state.workspace.folder))
    return look(caught_up(replace(state.dispatch, workspace=state.workspace)), now)


def _taken(state: HasWorkspace, desk: DispatchDesk) -> DispatchDesk:
    before = state.workspace
    if desk.workspace is not before:
        state.restate(desk.workspace)
    state.dispatch = desk
    return desk


def _look(state: HasWorkspace, request: LookAtDispatch) -> DispatchReply:
    now, desk = moment_at(request.now_ms), dispatch_desk(state)
    if request.since is not None and not request.always and dict(request.since) == dict(desk.board.heads):
        return DispatchQuiet(milliseconds(now))
    return DispatchShown(look(desk, now, request.since))


def _act(state: HasWorkspace, request: DoAct) -> DispatchReply:
    now = moment_at(request.now_ms)
    author = Author(request.who or operator(), role=request.role)
    desk, outcome = carry_out(dispatch_desk(state), request.act, author, now)
    _taken(state, desk)
    return ActAnswered(outcome, look(desk, now, request.since))


def _show(state: HasWorkspace, request: ShowIncident) -> DispatchReply:
    return IncidentShown(request.incident, sheet(dispatch_desk(state), request.incident, moment_at(request.now_ms)))


def _duplicates(state: HasWorkspace, request: FindDuplicates) -> DispatchReply:
    queue = look(dispatch_desk(state), moment_at(request.at_ms)).queue
    return DuplicatesFound(request, likely_same(queue, request.x_m, request.y_m, request.at_ms, request.pipe))


def _keep(state: HasWorkspace, request: KeepEvidence) -> DispatchReply:
    name = keep_evidence(state.workspace.folder, request.path, picture=request.picture)
    return EvidenceKept(request.path, name, sound=kind_of(request.path) == SOUND)


def _find(state: HasWorkspace, request: FindEvidence) -> DispatchReply:
    return EvidenceFound(evidence_file(state.workspace.folder, request.hash))


def _offer(state: HasWorkspace, request: OfferCrews) -> DispatchReply:
    view = look(dispatch_desk(state), moment_at(request.now_ms))
    speeds = None if state.reach is None else state.reach.speeds
    return CrewsOffered(offers_for(view, request.incident, state.roads, speeds))


def _locate(state: HasWorkspace, _request: LocateCrews) -> DispatchReply:
    return CrewsLocated(positions_of(state.workspace.folder, STEADY_FIXES))


def _reach(state: HasWorkspace, request: AskReach) -> DispatchReply:
    """A few searches at a time: whoever waits for this process waits for no more."""
    if state.roads.empty:
        return ReachShown(None)
    view = look(dispatch_desk(state), moment_at(request.now_ms))
    crews = standing_by(view)
    book = state.reach if state.reach is not None and state.reach.roads is state.roads else None
    book = (book or reach_book(state.workspace, state.roads)).holding(crews)
    state.reach = book
    return ReachShown(None, more=True) if book.lacks(crews) else ReachShown(reach_of(book, crews, view.now_ms))


def _attach(state: HasWorkspace, request: AttachLastPlan) -> DispatchReply:
    """The plan is written as it is, and named by the incident: its customers' list stays what it was."""
    now, author = moment_at(request.now_ms), Author(operator())
    model, given = state.last
    record = plan_record(model, given)
    if record["target"].get("pipe") != request.pipe:
        return ActAnswered(
            No("plan_of_another", {"pipe": request.pipe}), look(dispatch_desk(state), now, request.since)
        )
    workspace, event = record_plan(state.workspace, record, now=now, actor=author.actor)
    state.restate(workspace)
    desk, outcome = carry_out(dispatch_desk(state), AttachPlan(request.incident, event.key), author, now)
    _taken(state, desk)
    return ActAnswered(outcome, look(desk, now, request.since))


def _show_valves(state: HasWorkspace, request: ShowValves) -> DispatchReply:
    workspace = dispatch_desk(state).workspace
    position, condition = workspace.states.position, workspace.states.condition
    rows = zip(request.valves, valve_rows(workspace.city, request.valves), strict=True)
    return ValvesShown(
        tuple((valve, Position(int(position[row])), Condition(int(condition[row]))) for valve, row in rows if row >= 0)
    )


def _day_log(state: HasWorkspace, request: ReadDayLog) -> DispatchReply:
    desk, words = dispatch_desk(state), load_words(request.language)
    if request.path.suffix.lower() != ".pdf":
        return DayLogWritten(request.path, write_log(desk, request.day, request.path, words))
    read = day_sheet(desk, request.day, words)
    return on_paper(request.path, read.title, read.header, read.rows)


DISPATCH_HANDLERS: Mapping[type[DispatchRequest], Callable[[HasWorkspace, Any], DispatchReply]] = {
    LookAtDispatch: _look,
    DoAct: _act,
    ShowIncident: _show,
    FindDuplicates: _duplicates,
    KeepEvidence: _keep,
    FindEvidence: _find,
    OfferCrews: _offer,
    LocateCrews: _locate,
    AskReach: _reach,
    AttachLastPlan: _attach,
    ShowValves: _show_valves,
    ReadDayLog: _day_log,
}
