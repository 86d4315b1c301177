"""What the desk does for each request about editing and proposals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from app.config import operator
from app.edit_requests import (
    AskFeature,
    CatchUp,
    CityRenewed,
    DecideProposals,
    EditMade,
    EditPreviewed,
    EditReply,
    EditRequest,
    EditsListed,
    FeatureTold,
    FileProposal,
    ListEdits,
    ListProposals,
    MakeEdit,
    NotDecided,
    NothingNew,
    PreviewEdit,
    ProposalsDecided,
    ProposalsListed,
    TakenUp,
    TakeUp,
    UndoEdits,
    ValveSeen,
)
from app.errors import AppError
from app.mend_requests import PreviewMend
from app.operations.edit import Author, edit, undo
from app.operations.edit_drafts import changes_for
from app.operations.edit_history import edits_listed
from app.operations.edit_preview import previewed
from app.operations.edit_views import feature_of, feature_told, proposals_listed
from app.operations.outside_edits import take_in
from app.operations.proposals import Observed, decide, propose
from app.workspace import Workspace, record_valve_observed, refreshed
from gis.editing.forms import Refusal
from gis.mending.carry_out import edit_of
from network.assets import Condition, Position
from network.errors import CodedError
from network.supply import SupplyModel


class EditDesk(Protocol):
    """What editing needs of the desk."""

    @property
    def workspace(self) -> Workspace:
        """The open workspace."""

    @property
    def model(self) -> SupplyModel:
        """Its supply model under its present states."""

    def follow(self, workspace: Workspace) -> CityRenewed | None:
        """Work on *workspace*, the same one after events; what the window must know of its arrays, if anything."""

    def take_up(self, revision: str) -> None:
        """The window has the arrays of *revision*."""


def _ask_feature(desk: EditDesk, request: AskFeature) -> FeatureTold:
    return feature_told(desk.workspace, request.layer, request.id)


def _preview(desk: EditDesk, request: PreviewEdit) -> EditPreviewed:
    changes = changes_for(request.draft, desk.workspace.store.source())
    return previewed(desk.workspace, desk.model, changes)


def _preview_mend(desk: EditDesk, request: PreviewMend) -> EditPreviewed:
    changes = edit_of(request.mend, desk.workspace.store.source())
    if isinstance(changes, Refusal):
        raise AppError(changes.code, **changes.detail)
    return previewed(desk.workspace, desk.model, changes)


def _make(desk: EditDesk, request: MakeEdit) -> EditMade:
    now, author = datetime.now(UTC), Author(operator(), request.why, "window")
    workspace, before, names = desk.workspace, desk.model, []
    if request.draft is not None:
        changes = changes_for(request.draft, refreshed(workspace).store.source())
        made = edit(workspace, changes, author, now, seen=[feature_of(one) for one in request.seen])
        workspace, names = made.workspace, [made.edit]
    if request.observed is not None:
        workspace = _observed(workspace, request.observed, author, now)
    return _made(desk, workspace, before, names)


def _observed(workspace: Workspace, seen: ValveSeen, author: Author, now: datetime) -> Workspace:
    return record_valve_observed(
        workspace,
        seen.valve,
        now=now,
        actor=author.actor,
        position=Position[seen.position.upper()] if seen.position else None,
        condition=Condition[seen.condition.upper()] if seen.condition else None,
        note=author.why,
    )


def _undo(desk: EditDesk, request: UndoEdits) -> EditMade:
    author, before = Author(operator(), "", "undo"), desk.model
    workspace, names = desk.workspace, []
    try:
        for name in request.edits:
            made = undo(workspace, name, author, datetime.now(UTC))
            workspace = made.workspace
            names.append(made.edit)
    except CodedError:
        # Those before it are on disk: the desk goes on from there.
        if names:
            desk.follow(workspace)
        raise
    return _made(desk, workspace, before, names)


def _made(desk: EditDesk, workspace: Workspace, before: SupplyModel, names: Sequence[str]) -> EditMade:
    renewed = desk.follow(workspace)
    segments = (before.structure.segmentation.count, desk.model.structure.segmentation.count)
    return EditMade(tuple(names), segments, desk.workspace.state.events, renewed)


def _list_edits(desk: EditDesk, request: ListEdits) -> EditsListed:
    return edits_listed(desk.workspace, operator(), request.most)


def _file_proposal(desk: EditDesk, request: FileProposal) -> ProposalsListed:
    workspace, author = desk.workspace, Author(operator(), request.why, "window")
    changes = changes_for(request.draft, workspace.store.source()) if request.draft is not None else ()
    seen = request.observed
    observed = None if seen is None else Observed(seen.valve, seen.position, seen.condition)
    workspace, name = propose(workspace, changes, observed, author, datetime.now(UTC))
    desk.follow(workspace)
    return proposals_listed(desk.workspace, name)


def _list_proposals(desk: EditDesk, _request: ListProposals) -> ProposalsListed:
    workspace, count = take_in(desk.workspace, Author(operator(), "", "qgis"), datetime.now(UTC))
    desk.follow(workspace)
    return proposals_listed(desk.workspace, taken_in=count)


def _decide(desk: EditDesk, request: DecideProposals) -> ProposalsDecided:
    """One after the other; one that can no longer be carried out waits on, and the others are not held up by it."""
    workspace, author = desk.workspace, Author(operator(), request.why, "window")
    decided, left = [], []
    for name in request.proposals:
        try:
            workspace = decide(workspace, name, accept=request.accept, author=author, now=datetime.now(UTC))[0]
            decided.append(name)
        except AppError as error:
            left.append(NotDecided(name, error.code, error.detail))
    renewed = desk.follow(workspace)
    return ProposalsDecided(tuple(decided), tuple(left), proposals_listed(desk.workspace), renewed)


def _catch_up(desk: EditDesk, _request: CatchUp) -> CityRenewed | NothingNew:
    return desk.follow(refreshed(desk.workspace)) or NothingNew(desk.workspace.state.events)


def _take_up(desk: EditDesk, request: TakeUp) -> TakenUp:
    desk.take_up(request.revision)
    return TakenUp()


EDIT_HANDLERS: Mapping[type[EditRequest], Callable[[EditDesk, Any], EditReply]] = {
    AskFeature: _ask_feature,
    PreviewEdit: _preview,
    PreviewMend: _preview_mend,
    MakeEdit: _make,
    UndoEdits: _undo,
    ListEdits: _list_edits,
    FileProposal: _file_proposal,
    ListProposals: _list_proposals,
    DecideProposals: _decide,
    CatchUp: _catch_up,
    TakeUp: _take_up,
}
"""What is done for each kind of request."""
