"""State as a fold of events: there is no other truth.

Folding is pure and does not depend on the order in which events arrive: a state holds what each rule needs, keyed by
event, and answers are worked out from that. Kinds, or versions of kinds, that this program does not know are counted,
kept in the log and passed on, never dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.journal.assets import ASSET_KINDS, Conflict, Write, conflicts_of, feature_state, write_of
from app.journal.assets_json import assets_from, assets_json
from app.journal.causality import Lineage, Standing
from app.journal.erasing import ERASED
from app.journal.events import HUB_ORDER, Event, EventKey, events_in, hash_of
from app.journal.hub_laptops import JOINED, READMITTED, WITHDRAWN
from app.journal.hub_rights import REVEALED
from app.journal.proposals import (
    DECIDED,
    PROPOSED,
    Decision,
    Proposal,
    Proposed,
    decision_of,
    proposal_of,
    proposals,
    proposed_of,
)
from app.journal.valves import Observation, condition_of, position_of
from gis.stores.base import FeatureState, ValveState
from network.assets import Condition, Position

FOLD_VERSION = 7
"""Goes up whenever a fold of the same events could give another state; snapshots of another version are set aside."""

WORKSPACE_CREATED = "workspace.created"
DEVICE_CONTINUED = "device.continued"
IMPORT_LANDED = "import.landed"
VALVES_ASSUMED = "valves.assumed"
VALVE_OBSERVED = "valve.observed"
PLAN_MADE = "plan.made"

CARRIED_KINDS = (*ASSET_KINDS, VALVE_OBSERVED)
"""Kinds of events that change the network: its file, its arrays, how its valves stand."""

DISPATCH_KINDS = frozenset(
    {
        "incident.opened",
        "incident.amended",
        "incident.happened",
        "incident.merged",
        "incident.decided",
        "incident.noted",
        "crew.listed",
        "crew.sent",
        "crew.stated",
        "order.step",
        "order.permit",
        "alarm.taken",
        "desk.muted",
        "desk.handed_over",
    }
)
"""Kinds that :mod:`app.dispatch` folds by itself: an operator's day holds thousands of them, and nothing here asks."""

OUTAGE_KINDS = frozenset({"outage.revised", "outage.decided", "outage.happened"})
"""Kinds that :mod:`app.outages` folds by itself."""

COMPLAINT_KINDS = frozenset(
    {"complaint.opened", "complaint.happened", "complaint.linked", "complaint.information", "escalation.opened"}
)
"""Kinds that :mod:`app.public` folds by itself."""

HYDRANT_KINDS = frozenset({"hydrant.opened", "hydrant.runs", "hydrant.ended", "hydrant.withdrawn"})
"""Kinds that :mod:`app.hydrants` folds by itself."""

ALARM_KINDS = frozenset({"alarm.acted", "alarm.limits", "alarm.bursts"})
"""Kinds that :mod:`app.telemetry.shared_entries` reads: the recorder and the watch for bursts of each console."""

LAPTOP_KINDS = frozenset({"laptop.taken", "laptop.brought", "laptop.began", JOINED, WITHDRAWN, READMITTED})
"""Kinds that :mod:`app.sync.laptops` reads."""

KNOWN = {
    WORKSPACE_CREATED: 1,
    DEVICE_CONTINUED: 1,
    IMPORT_LANDED: 1,
    VALVES_ASSUMED: 1,
    VALVE_OBSERVED: 1,
    PLAN_MADE: 1,
    REVEALED: 1,
    ERASED: 1,
    **dict.fromkeys(ASSET_KINDS, 1),
    PROPOSED: 1,
    DECIDED: 1,
    **dict.fromkeys(DISPATCH_KINDS, 1),
    "incident.noted": 2,
    **dict.fromkeys(OUTAGE_KINDS, 1),
    **dict.fromkeys(COMPLAINT_KINDS, 1),
    **dict.fromkeys(HYDRANT_KINDS, 1),
    **dict.fromkeys(ALARM_KINDS, 1),
    **dict.fromkeys(LAPTOP_KINDS, 1),
}
"""Highest version of each kind that this program understands."""

_VALVE = "valve/"


@dataclass(frozen=True)
class State:
    """Everything that the events say, ready for questions.

    Attributes:
        heads: Last event number of each device, and how far the hub's order reaches.
        lineage: What the devices that began as copies had held.
        valves: Observations of each valve by its id, sorted by event key.
        assets: Writes about each feature by its entity, sorted by event key.
        proposed, decided: Proposals and what was decided on them, by proposal, sorted by event key.
        imports, plans: Events of these kinds, sorted by event key.
        unknown: Events of kinds or versions that this program does not know, or whose bodies are not what these hold.
    """

    heads: Mapping[str, int] = field(default_factory=dict)
    lineage: Lineage = field(default_factory=dict)
    valves: Mapping[str, tuple[Observation, ...]] = field(default_factory=dict)
    assets: Mapping[str, tuple[Write, ...]] = field(default_factory=dict)
    proposed: Mapping[str, tuple[Proposed, ...]] = field(default_factory=dict)
    decided: Mapping[str, tuple[Decision, ...]] = field(default_factory=dict)
    imports: tuple[EventKey, ...] = ()
    plans: tuple[EventKey, ...] = ()
    unknown: tuple[EventKey, ...] = ()

    @property
    def events(self) -> int:
        """Number of events folded in."""
        return events_in(self.heads)


def valve_entity(valve_id: str) -> str:
    """Entity of a valve's events."""
    return f"{_VALVE}{valve_id}"


def fold(state: State, events: Iterable[Event]) -> State:
    """*state* with *events*, which it does not hold yet, or not yet with their places in the hub's order."""
    heads, lineage = dict(state.heads), dict(state.lineage)
    about: dict[str, dict[str, list[Any]]] = {name: {} for name in _BY_ENTITY}
    imports, plans, unknown = set(state.imports), set(state.plans), set(state.unknown)
    for event in events:
        heads[event.dev] = max(heads.get(event.dev, 0), event.dev_seq)
        if event.hub_seq is not None:
            heads[HUB_ORDER] = max(heads.get(HUB_ORDER, 0), event.hub_seq)
        if event.kind_version > KNOWN.get(event.kind, 0):
            unknown.add(event.key)
        elif event.kind in _READERS:
            name, entity, reader = _READERS[event.kind]
            record = reader(event) if event.readable else None
            if record is None:
                unknown.add(event.key)
            else:
                about[name].setdefault(entity(event.entity), []).append(record)
        elif event.kind == DEVICE_CONTINUED:
            lineage[event.dev] = _held(event)
            if not event.readable:
                unknown.add(event.key)
        elif event.kind == IMPORT_LANDED:
            imports.add(event.key)
        elif event.kind == PLAN_MADE:
            plans.add(event.key)
    fields: dict[str, Any] = {name: _merged(getattr(state, name), told) for name, told in about.items()}
    lists = {"imports": imports, "plans": plans, "unknown": unknown}
    fields |= {name: tuple(sorted(keys)) for name, keys in lists.items()}
    return replace(state, heads=heads, lineage=lineage, **fields)


def _merged(before: Mapping[str, tuple[Any, ...]], told: Mapping[str, Iterable[Any]]) -> dict[str, tuple[Any, ...]]:
    """Records by entity with those *told* now, each event once."""
    merged = dict(before)
    for entity, records in told.items():
        by_key = {_key(record): record for record in (*merged.get(entity, ()), *records)}
        merged[entity] = tuple(by_key[key] for key in sorted(by_key))
    return merged


def _key(record: Observation | Write | Proposed | Decision) -> EventKey:
    return (record.standing.dev, record.standing.dev_seq)


def _observation(event: Event) -> Observation | None:
    """*event* as an observation; None where its body is not what its kind holds: others may send anything.

    What was changed after it was written raises: it is not passed over as if somebody had sent it so.
    """
    facts = event.facts
    position, condition = facts.get("position"), facts.get("condition")
    try:
        return Observation(
            Standing(event.dev, event.dev_seq, event.base, event.hub_seq),
            event.eff_at_ms,
            None if position is None else int(Position[position.upper()]),
            None if condition is None else int(Condition[condition.upper()]),
            tuple((str(dev), int(dev_seq)) for dev, dev_seq in facts.get("corrects", ())),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        if event.hash != hash_of(event):
            raise
        return None


def _held(event: Event) -> dict[str, int]:
    """What a copy held by its own account, as far as that can be read."""
    held = event.facts.get("held")
    return {dev: last for dev, last in held.items() if isinstance(last, int)} if isinstance(held, dict) else {}


_BY_ENTITY = ("valves", "assets", "proposed", "decided")
_READERS: Mapping[str, tuple[str, Callable[[str], str], Callable[[Event], Any]]] = {
    VALVE_OBSERVED: ("valves", lambda entity: entity.removeprefix(_VALVE), _observation),
    **dict.fromkeys(ASSET_KINDS, ("assets", str, write_of)),
    PROPOSED: ("proposed", proposal_of, proposed_of),
    DECIDED: ("decided", proposal_of, decision_of),
}
"""For each kind that speaks of an entity: the state's field, what names the entity there, and what reads the event."""


def feature_states(state: State, entities: Iterable[str]) -> list[FeatureState]:
    """What the journal says of the features *entities*, in the order in which they were first heard of."""
    heard = sorted((one for one in entities if one in state.assets), key=lambda one: _first(state.assets[one]))
    return [feature_state(entity, state.assets[entity], state.lineage) for entity in heard]


def _first(writes: Iterable[Write]) -> tuple[float, str, int]:
    return min(write.rank for write in writes)


def conflicts(state: State) -> list[Conflict]:
    """Every field of every feature that two authors wrote without having seen each other."""
    # What one device alone wrote contradicts nothing; of most features that is all.
    several = ((entity, told) for entity, told in state.assets.items() if len({one.standing.dev for one in told}) > 1)
    found = (conflicts_of(entity, writes, state.lineage) for entity, writes in sorted(several))
    return [conflict for some in found for conflict in some]


def proposals_of(state: State) -> dict[str, Proposal]:
    """Every proposal by id, in the order in which they were made."""
    return proposals(state.proposed, state.decided)


def valve_state(state: State, valve_id: str) -> ValveState:
    """What the journal says of one valve; None where it says nothing that stands."""
    told = state.valves.get(valve_id, ())
    position, condition = position_of(told, state.lineage), condition_of(told, state.lineage)
    return ValveState(
        valve_id,
        None if position.value is None else Position(position.value),
        None if condition.value is None else Condition(condition.value),
    )


def valve_states(state: State) -> list[ValveState]:
    """What the journal says of every valve that it has heard of, by id."""
    return [valve_state(state, valve_id) for valve_id in sorted(state.valves)]


def to_json(state: State) -> dict[str, Any]:
    """*state* as JSON values, for a snapshot."""
    return {
        "heads": dict(state.heads),
        "lineage": {dev: dict(held) for dev, held in state.lineage.items()},
        "valves": {valve: [_told(one) for one in told] for valve, told in state.valves.items()},
        **assets_json(state.assets, state.proposed, state.decided),
        "imports": [list(key) for key in state.imports],
        "plans": [list(key) for key in state.plans],
        "unknown": [list(key) for key in state.unknown],
    }


def _told(one: Observation) -> list[Any]:
    standing = one.standing
    where = [standing.dev, standing.dev_seq, standing.base, standing.hub_seq]
    return [*where, one.eff_at_ms, one.position, one.condition, [list(key) for key in one.corrects]]


def from_json(values: Mapping[str, Any]) -> State:
    """The state again."""
    return State(
        heads=values["heads"],
        lineage=values["lineage"],
        valves={valve: tuple(_retold(one) for one in told) for valve, told in values["valves"].items()},
        **assets_from(values),
        imports=_keys(values["imports"]),
        plans=_keys(values["plans"]),
        unknown=_keys(values["unknown"]),
    )


def _retold(told: list[Any]) -> Observation:
    *where, eff_at_ms, position, condition, corrects = told
    return Observation(Standing(*where), eff_at_ms, position, condition, _keys(corrects))


def _keys(pairs: Iterable[list[Any]]) -> tuple[EventKey, ...]:
    return tuple((dev, dev_seq) for dev, dev_seq in pairs)
