"""Proposals: what somebody outside the desk found wrong in the record, until a supervisor accepts or refuses it.

A proposal is evidence: it stays. The decision on it is a decision: the first to reach the hub holds, a later one that
says otherwise is shown beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.journal.assets import asset_entity, asset_of, is_plain, place_from, place_json
from app.journal.causality import Standing
from app.journal.events import Draft, Event, EventKey
from gis.editing.changes import Change, Place, Value

PROPOSED = "asset.proposed"
DECIDED = "asset.decided"

_ENTITY = "proposal/"


@dataclass(frozen=True)
class Proposed:
    """One proposal as it was made.

    Attributes:
        changes: What it would do to features.
        position, condition: For a proposal about a valve's state: words of :class:`~network.assets.Position` and
            :class:`~network.assets.Condition`, "" where it says nothing of it.
        valve: The valve that these are about, "" without them.
        origin: Where it comes from: field, qgis, window, command.
        why: Id of the free text that goes with it, "" without one.
    """

    standing: Standing
    actor: str
    eff_at_ms: int
    changes: tuple[Change, ...] = ()
    valve: str = ""
    position: str = ""
    condition: str = ""
    origin: str = ""
    why: str = ""

    @property
    def key(self) -> EventKey:
        """(dev, dev_seq)."""
        return (self.standing.dev, self.standing.dev_seq)


@dataclass(frozen=True)
class Decision:
    """What a supervisor decided on a proposal.

    Attributes:
        edit: The edit that carried it out, "" where it was refused.
    """

    standing: Standing
    actor: str
    accept: bool
    edit: str = ""


class Stage(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Proposal:
    """A proposal and what was decided on it.

    Attributes:
        id: Names it.
        made: As it was made, the first by the hub's order.
        decisions: In the hub's order; the first holds.
    """

    id: str
    made: Proposed
    decisions: tuple[Decision, ...] = ()

    @property
    def stage(self) -> Stage:
        """Open until somebody decides."""
        if not self.decisions:
            return Stage.OPEN
        return Stage.ACCEPTED if self.decisions[0].accept else Stage.REFUSED

    @property
    def contested(self) -> bool:
        """Whether two supervisors decided differently."""
        return len({decision.accept for decision in self.decisions}) > 1


def proposal_entity(proposal: str) -> str:
    """Entity of a proposal's events."""
    return f"{_ENTITY}{proposal}"


def proposal_of(entity: str) -> str:
    """Id of the proposal that *entity* names."""
    return entity.removeprefix(_ENTITY)


def proposing(
    proposal: str,
    changes: Sequence[Change],
    *,
    origin: str,
    why: str = "",
    valve: str = "",
    position: str = "",
    condition: str = "",
) -> Draft:
    """The event that makes a proposal."""
    body: dict[str, Any] = {"origin": origin, "changes": [change_json(change) for change in changes]}
    observed = {"valve": valve, "position": position, "condition": condition}
    body |= {name: word for name, word in observed.items() if word}
    return Draft(PROPOSED, proposal_entity(proposal), body, {"why": why} if why else {})


def deciding(proposal: str, *, accept: bool, edit: str = "", why: str = "") -> Draft:
    """The event that decides on a proposal."""
    body = {"accept": accept, **({"edit": edit} if edit else {})}
    return Draft(DECIDED, proposal_entity(proposal), body, {"why": why} if why else {})


def change_json(change: Change) -> dict[str, Any]:
    """*change* as JSON values."""
    said: dict[str, Any] = {"asset": asset_entity(change.layer, change.id), "what": change.what}
    if change.place is not None:
        said["place"] = place_json(change.place)
    return said | ({"fields": dict(change.fields)} if change.fields else {})


def change_from(values: Mapping[str, Any]) -> Change:
    """The change again.

    Raises:
        ValueError, TypeError, KeyError: It is none.
    """
    layer, feature = asset_of(values["asset"])
    fields: dict[str, Value] = dict(values.get("fields", {}))
    place: Place | None = place_from(values["place"]) if "place" in values else None
    what = values["what"]
    if not all(isinstance(name, str) and is_plain(value) for name, value in fields.items()):
        raise ValueError(values)
    if what == "add" and place is not None:
        return Change(layer, feature, "add", place, fields)
    if what == "set" and (place is not None or fields):
        return Change(layer, feature, "set", place, fields)
    if what == "delete":
        return Change(layer, feature, "delete")
    raise ValueError(values)


def proposed_of(event: Event) -> Proposed | None:
    """*event* as a proposal; None where its body is not what its kind holds."""
    facts = event.facts
    try:
        changes = tuple(change_from(values) for values in facts["changes"])
        words = {name: _word(facts, name) for name in ("valve", "position", "condition", "origin")}
        why = str(facts.get("texts", {}).get("why", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    about_state = bool(words["position"] or words["condition"])
    if about_state != bool(words["valve"]) or not (changes or about_state):
        return None
    return Proposed(_standing(event), event.actor, event.eff_at_ms, changes, **words, why=why)


def decision_of(event: Event) -> Decision | None:
    """*event* as a decision; None where its body is not what its kind holds."""
    accept, edit = event.facts.get("accept"), event.facts.get("edit", "")
    if not isinstance(accept, bool) or not isinstance(edit, str):
        return None
    return Decision(_standing(event), event.actor, accept, edit)


def _word(facts: Mapping[str, Any], name: str) -> str:
    word = facts.get(name, "")
    if not isinstance(word, str):
        raise TypeError(name)
    return word


def _standing(event: Event) -> Standing:
    return Standing(event.dev, event.dev_seq, event.base, event.hub_seq)


def rank(standing: Standing) -> tuple[float, str, int]:
    """Place in the hub's order; what is pending comes last."""
    return (math.inf if standing.hub_seq is None else standing.hub_seq, standing.dev, standing.dev_seq)


def proposals(made: Mapping[str, Iterable[Proposed]], decided: Mapping[str, Iterable[Decision]]) -> dict[str, Proposal]:
    """Every proposal by id, in the order in which they were made."""
    firsts = {name: min(some, key=lambda one: rank(one.standing)) for name, some in made.items()}
    ordered = sorted(firsts.items(), key=lambda item: rank(item[1].standing))
    return {
        name: Proposal(name, first, tuple(sorted(decided.get(name, ()), key=lambda one: rank(one.standing))))
        for name, first in ordered
    }
