"""Proposals about the record: made in the field, by other programs or at the desk; a supervisor accepts or refuses."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.errors import AppError
from app.journal.assets import draft_of
from app.journal.events import Draft
from app.journal.fold import VALVE_OBSERVED, proposals_of, valve_entity
from app.journal.hub_rights import PersonRole
from app.journal.proposals import DECIDED, Proposal, Stage, deciding, proposing
from app.operations.edit import Author, check, new_edit
from app.sync.entitled import is_entitled
from app.sync.membership import membership_of
from app.sync.rights_told import rights_told
from app.workspace import Workspace, append, valve_rows
from gis.editing.changes import Change
from network.assets import Condition

POSITIONS = ("open", "closed")
CONDITIONS = tuple(condition.name.lower() for condition in Condition)


@dataclass(frozen=True)
class Observed:
    """What somebody says of a valve's state; "" says nothing of that part."""

    valve: str
    position: str = ""
    condition: str = ""


def propose(
    workspace: Workspace, changes: Sequence[Change], observed: Observed | None, author: Author, now: datetime
) -> tuple[Workspace, str]:
    """Put a proposal on the list.

    Returns:
        The workspace as it is now, and the proposal's id.

    Raises:
        AppError: ``edit_…``: what is proposed could not be done; ``edit_not_a_word``, ``workspace.no_such_valve``.
    """
    if changes:
        check(workspace.store.source(), changes)
    if observed is not None:
        _refuse_unknown(workspace, observed)
    if not changes and observed is None:
        raise AppError("edit_nothing_to_do")
    name = secrets.token_hex(6)
    seen = observed or Observed("")
    draft = proposing(
        name,
        changes,
        origin=author.origin,
        why=author.why,
        valve=seen.valve,
        position=seen.position,
        condition=seen.condition,
    )
    return append(workspace, [draft], now, author.actor, author.role)[0], name


def _refuse_unknown(workspace: Workspace, observed: Observed) -> None:
    if valve_rows(workspace.city, [observed.valve])[0] < 0:
        raise AppError("workspace.no_such_valve", valve=observed.valve)
    for field, word, words in (
        ("current", observed.position, POSITIONS),
        ("condition", observed.condition, CONDITIONS),
    ):
        if word and word not in words:
            raise AppError("edit_not_a_word", field=field, value=word, known=", ".join(words))
    if not (observed.position or observed.condition):
        raise AppError("workspace.nothing_observed", valve=observed.valve)


def waiting(workspace: Workspace) -> list[Proposal]:
    """Proposals on which nobody has decided, oldest first."""
    return [one for one in proposals_of(workspace.state).values() if one.stage is Stage.OPEN]


def refuse_undecided(workspace: Workspace, author: Author) -> None:
    """Refuse who may not decide on proposals.

    Where a hub knows its persons, it is its supervisors, by what the hub said last; it looks again when the decision
    reaches it. A workspace that follows none is decided on by whoever has it, a laptop's by those at the centre.

    Raises:
        AppError: ``proposal_not_supervisor``, ``proposal_at_the_centre``; ``hub.settings_damaged`` and the like.
    """
    if workspace.lease is not None:
        raise AppError("proposal_at_the_centre")
    membership = membership_of(workspace.folder)
    rights = None if membership is None else rights_told(workspace.folder, membership.hub)
    if rights is not None and not is_entitled(rights, (author.actor, PersonRole.SUPERVISOR, DECIDED)):
        raise AppError("proposal_not_supervisor", who=author.actor)


def decide(
    workspace: Workspace, proposal: str, *, accept: bool, author: Author, now: datetime
) -> tuple[Workspace, str]:
    """Accept or refuse a proposal; what is accepted is carried out in the same step.

    Returns:
        The workspace as it is now, and the edit that carried it out, "" for none.

    Raises:
        AppError: ``proposal_unknown``, ``proposal_decided``; ``edit_…`` where it can no longer be done;
            ``proposal_not_supervisor``, ``proposal_at_the_centre``.
    """
    refuse_undecided(workspace, author)
    author = replace(author, role=PersonRole.SUPERVISOR)
    found = proposals_of(workspace.state).get(proposal)
    if found is None:
        raise AppError("proposal_unknown", proposal=proposal)
    if found.stage is not Stage.OPEN:
        raise AppError("proposal_decided", proposal=proposal)
    if not accept:
        drafts = [deciding(proposal, accept=False, why=author.why)]
        return append(workspace, drafts, now, author.actor, author.role)[0], ""
    made = found.made
    edit = new_edit() if made.changes else ""
    sound = check(workspace.store.source(), made.changes) if made.changes else ()
    drafts = [draft_of(change, edit, "proposal", author.why, proposal=proposal) for change in sound]
    if made.valve:
        drafts.append(_observation(workspace, found))
    drafts.append(deciding(proposal, accept=True, edit=edit, why=author.why))
    return append(workspace, drafts, now, author.actor, author.role)[0], edit


def _observation(workspace: Workspace, proposal: Proposal) -> Draft:
    """What the proposal saw of its valve, as a fact of the moment at which it was seen."""
    made = proposal.made
    _refuse_unknown(workspace, Observed(made.valve, made.position, made.condition))
    said = {"position": made.position, "condition": made.condition, "proposal": proposal.id}
    body = {key: value for key, value in said.items() if value}
    return Draft(VALVE_OBSERVED, valve_entity(made.valve), body, {}, made.eff_at_ms)
