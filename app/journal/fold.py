"""State as a fold of events: there is no other truth.

Folding is pure and does not depend on the order in which events arrive: a state holds what each rule needs, keyed by
event, and answers are worked out from that. Kinds, or versions of kinds, that this program does not know are counted,
kept in the log and passed on, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.journal.causality import Lineage, Standing
from app.journal.events import Event, EventKey
from app.journal.valves import Observation, condition_of, position_of
from gis.stores.base import ValveState
from network.assets import Condition, Position

FOLD_VERSION = 1
"""Goes up whenever a fold of the same events could give another state; snapshots of another version are set aside."""

WORKSPACE_CREATED = "workspace.created"
DEVICE_CONTINUED = "device.continued"
IMPORT_LANDED = "import.landed"
VALVES_ASSUMED = "valves.assumed"
VALVE_OBSERVED = "valve.observed"
PLAN_MADE = "plan.made"

KNOWN = {
    WORKSPACE_CREATED: 1,
    DEVICE_CONTINUED: 1,
    IMPORT_LANDED: 1,
    VALVES_ASSUMED: 1,
    VALVE_OBSERVED: 1,
    PLAN_MADE: 1,
}
"""Highest version of each kind that this program understands."""

_VALVE = "valve/"


@dataclass(frozen=True)
class State:
    """Everything that the events say, ready for questions.

    Attributes:
        heads: Last event number of each device.
        lineage: What the devices that began as copies had held.
        valves: Observations of each valve by its id, sorted by event key.
        imports, plans: Events of these kinds, sorted by event key.
        unknown: Events of kinds or versions that this program does not know.
    """

    heads: Mapping[str, int] = field(default_factory=dict)
    lineage: Lineage = field(default_factory=dict)
    valves: Mapping[str, tuple[Observation, ...]] = field(default_factory=dict)
    imports: tuple[EventKey, ...] = ()
    plans: tuple[EventKey, ...] = ()
    unknown: tuple[EventKey, ...] = ()

    @property
    def events(self) -> int:
        """Number of events folded in."""
        return sum(self.heads.values())


def valve_entity(valve_id: str) -> str:
    """Entity of a valve's events."""
    return f"{_VALVE}{valve_id}"


def fold(state: State, events: Iterable[Event]) -> State:
    """*state* with *events*, which it does not hold yet."""
    heads, lineage = dict(state.heads), dict(state.lineage)
    valves: dict[str, set[Observation]] = {}
    imports, plans, unknown = set(state.imports), set(state.plans), set(state.unknown)
    for event in events:
        heads[event.dev] = max(heads.get(event.dev, 0), event.dev_seq)
        if event.kind_version > KNOWN.get(event.kind, 0):
            unknown.add(event.key)
        elif event.kind == VALVE_OBSERVED:
            valves.setdefault(event.entity.removeprefix(_VALVE), set()).add(_observation(event))
        elif event.kind == DEVICE_CONTINUED:
            lineage[event.dev] = dict(event.facts["held"])
        elif event.kind == IMPORT_LANDED:
            imports.add(event.key)
        elif event.kind == PLAN_MADE:
            plans.add(event.key)
    merged = dict(state.valves)
    for valve_id, told in valves.items():
        everything = told.union(merged.get(valve_id, ()))
        merged[valve_id] = tuple(sorted(everything, key=lambda one: one.key))
    lists = {"imports": imports, "plans": plans, "unknown": unknown}
    sorted_lists = {name: tuple(sorted(keys)) for name, keys in lists.items()}
    return replace(state, heads=heads, lineage=lineage, valves=merged, **sorted_lists)


def _observation(event: Event) -> Observation:
    facts = event.facts
    position, condition = facts.get("position"), facts.get("condition")
    return Observation(
        Standing(event.dev, event.dev_seq, event.base, event.hub_seq),
        event.eff_at_ms,
        None if position is None else int(Position[position.upper()]),
        None if condition is None else int(Condition[condition.upper()]),
        tuple((str(dev), int(dev_seq)) for dev, dev_seq in facts.get("corrects", ())),
    )


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
        imports=_keys(values["imports"]),
        plans=_keys(values["plans"]),
        unknown=_keys(values["unknown"]),
    )


def _retold(told: list[Any]) -> Observation:
    *where, eff_at_ms, position, condition, corrects = told
    return Observation(Standing(*where), eff_at_ms, position, condition, _keys(corrects))


def _keys(pairs: Iterable[list[Any]]) -> tuple[EventKey, ...]:
    return tuple((dev, dev_seq) for dev, dev_seq in pairs)
