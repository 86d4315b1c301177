"""What the desk process does for the Dispatch desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from app.config import operator
from app.dispatch.duplicates import likely_same
from app.dispatch_requests import (
    ActAnswered,
    DispatchQuiet,
    DispatchReply,
    DispatchRequest,
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
from app.journal.events import milliseconds
from app.operations.dispatch import DispatchDesk, carry_out, caught_up, look, open_dispatch, sheet
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.evidence import keep_evidence
from app.workspace import Workspace


class HasWorkspace(Protocol):
    """What of the desk process's state is needed here."""

    dispatch: DispatchDesk | None

    @property
    def workspace(self) -> Workspace:
        """The open workspace."""

    def restate(self, workspace: Workspace) -> None:
        """Go on with *workspace*, whose valves may stand otherwise."""


def _desk(state: HasWorkspace) -> DispatchDesk:
    """The desk, caught up; opened on first use."""
    if state.dispatch is None:
        desk = open_dispatch(state.workspace, standards_of(state.workspace.folder))
    else:
        desk = caught_up(replace(state.dispatch, workspace=state.workspace))
    return _taken(state, desk)


def _taken(state: HasWorkspace, desk: DispatchDesk) -> DispatchDesk:
    before = state.workspace
    if desk.workspace is not before:
        state.restate(desk.workspace)
    state.dispatch = desk
    return desk


def _look(state: HasWorkspace, request: LookAtDispatch) -> DispatchReply:
    now, desk = datetime.now(UTC), _desk(state)
    if request.since is not None and not request.always and dict(request.since) == dict(desk.board.heads):
        return DispatchQuiet(milliseconds(now))
    return DispatchShown(look(desk, now, request.since))


def _act(state: HasWorkspace, request: DoAct) -> DispatchReply:
    now = datetime.now(UTC)
    author = Author(request.who or operator(), role=request.role)
    desk, outcome = carry_out(_desk(state), request.act, author, now)
    _taken(state, desk)
    return ActAnswered(outcome, look(desk, now, request.since))


def _show(state: HasWorkspace, request: ShowIncident) -> DispatchReply:
    return IncidentShown(request.incident, sheet(_desk(state), request.incident, datetime.now(UTC)))


def _duplicates(state: HasWorkspace, request: FindDuplicates) -> DispatchReply:
    queue = look(_desk(state), datetime.now(UTC)).queue
    return DuplicatesFound(request, likely_same(queue, request.x_m, request.y_m, request.at_ms, request.pipe))


def _keep(state: HasWorkspace, request: KeepEvidence) -> DispatchReply:
    return EvidenceKept(request.path, keep_evidence(state.workspace.folder, request.path))


DISPATCH_HANDLERS: Mapping[type[DispatchRequest], Callable[[HasWorkspace, Any], DispatchReply]] = {
    LookAtDispatch: _look,
    DoAct: _act,
    ShowIncident: _show,
    FindDuplicates: _duplicates,
    KeepEvidence: _keep,
}
