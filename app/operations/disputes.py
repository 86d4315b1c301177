"""Everything that people said and decided without having heard of each other, for both sides to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from app.dispatch.board import Board
from app.dispatch.disputes import GONE, KEPT, MOVED, About, Dispute, Side
from app.dispatch.duty import CREW, RELIEVED
from app.dispatch.entries import Entry, who_said
from app.dispatch.field_plan import record_in, rivals, valves_worked
from app.dispatch.incidents import Incident
from app.journal.assets import THERE, Conflict, asset_entity
from app.journal.events import EventKey
from app.journal.fold import conflicts, valve_entity
from app.journal.valves import Status, position_of
from app.operations.plan_bodies import plan_body
from app.workspace import Workspace
from gis.editing.changes import Place, Value
from network.assets import Position


def disputes_of(workspace: Workspace, board: Board) -> tuple[Dispute, ...]:
    """What is disputed: positions of valves first, for isolation assumes the worse of them.

    The same is assumed of a valve whose position the imported files did not tell; of it nobody has said anything.
    """
    rows = np.flatnonzero(workspace.states.position == Position.DISPUTED)
    valves = sorted(workspace.city.network.devices.ids[int(row)] for row in rows)
    found = (_valve(workspace, valve) for valve in valves)
    plans = (_plans(workspace, one) for _, one in sorted(board.incidents.items()) if one.is_open)
    features = _features(workspace)
    return (*(dispute for dispute in (*found, *plans) if dispute is not None), *_on(board), *features)


def _valve(workspace: Workspace, valve: str) -> Dispute | None:
    state = workspace.state
    told = state.valves.get(valve, ())
    position = position_of(told, state.lineage)
    if not position.disputed:
        return None
    statuses = dict(position.statuses)
    sides = []
    for one in told:
        event = workspace.journal.event(one.key)
        if statuses.get(one.key) is Status.DISPUTED and event is not None and one.position is not None:
            sides.append(Side(who_said(event.actor, event.role), one.eff_at_ms, Position(one.position).name.lower()))
    return Dispute(About.VALVE, valve_entity(valve), _by_time(sides))


def _plans(workspace: Workspace, incident: Incident) -> Dispute | None:
    """Plans that were attached or made in the field by people who did not know of each other's."""
    records = partial(plan_body, workspace.journal)
    stands, late = incident.plans.stands, rivals(incident, records)
    if stands is None or not late:
        return None
    works = {one.key: valves_worked(record_in(one, records) or {}) for one in (stands, *late)}
    common = set.intersection(*(set(valves) for valves in works.values()))
    sides = []
    for one in (stands, *late):
        own = tuple(valve for valve in works[one.key] if valve not in common)
        said = ", ".join(own)
        sides.append(replace(_decided(one, said, stands), valves=own))
    return Dispute(About.PLAN, incident.entity, _by_time(sides))


def _features(workspace: Workspace) -> Iterator[Dispute]:
    """Edits of features by people who did not know of each other's; a deletion contradicts the feature as a whole."""
    state = workspace.state
    by_entity: dict[str, list[Conflict]] = {}
    for conflict in conflicts(state):
        by_entity.setdefault(asset_entity(conflict.layer, conflict.feature), []).append(conflict)
    for entity, found in by_entity.items():
        writes = {one.key: dict(one.values) for one in state.assets[entity]}
        if any(conflict.name == THERE for conflict in found):
            keys = dict.fromkeys(key for conflict in found for key in conflict.keys)
            gone = {key for key in keys if writes[key].get(THERE) is False}
            is_gone = any(conflict.name == THERE and conflict.holds is False for conflict in found)
            told = [(key, GONE if key in gone else KEPT, (key in gone) == is_gone) for key in keys]
            yield Dispute(About.FEATURE, entity, _edited(workspace, told))
            continue
        for conflict in found:
            values = [(key, writes[key][conflict.name]) for key in conflict.keys]
            told = [(key, _value(value), value == conflict.holds) for key, value in values]
            yield Dispute(About.FEATURE, entity, _edited(workspace, told), conflict.name)


def _value(value: Value | Place) -> str:
    return MOVED if isinstance(value, Place) else "" if value is None else str(value)


def _edited(workspace: Workspace, told: Iterable[tuple[EventKey, str, bool]]) -> tuple[Side, ...]:
    sides = []
    for key, said, holds in told:
        event = workspace.journal.event(key)
        assert event is not None, "its writes were folded from it"
        sides.append(Side(who_said(event.actor, event.role), event.eff_at_ms, said, holds=holds))
    return _by_time(sides)


def _on(board: Board) -> tuple[Dispute, ...]:
    """Decisions about incidents and crews, and attributes of incidents, that contradict each other, by entity.

    A decision that a later one has overtaken, whose author knew of it, is settled and not told.
    """
    found: list[Dispute] = []
    for entity, incident in sorted(board.incidents.items()):
        stands, late = incident.course.stands, incident.course.contested
        if stands is not None and late:
            sides = [_decided(entry, str(entry.facts["course"]), stands) for entry in (stands, *late)]
            found.append(Dispute(About.COURSE, entity, _by_time(sides)))
        if incident.is_open:
            found += _attributes(board, incident)
    for crew, duty in sorted(board.duties.items()):
        stands = next((entry for entry in board.entries(f"{CREW}{crew}") if entry.key == duty.by), None)
        if stands is not None and duty.sent_twice:
            sides = [_decided(entry, _goes_to(entry), stands) for entry in (stands, *duty.sent_twice)]
            found.append(Dispute(About.CREW, f"{CREW}{crew}", _by_time(sides)))
    return tuple(found)


def _attributes(board: Board, incident: Incident) -> list[Dispute]:
    """What desks say differently of an open incident."""
    entries = (entry for entity in (incident.entity, *incident.merged) for entry in board.entries(entity))
    told = {entry.key: entry for entry in entries}
    return [
        Dispute(About.ATTRIBUTE, incident.entity, _by_time([_said(told[key], name) for key in known.by]), name)
        for name, known in sorted(incident.known.items())
        if known.disputed
    ]


def _goes_to(entry: Entry) -> str:
    incident = str(entry.facts["incident"])
    return "" if incident == RELIEVED else incident.partition("/")[2]


def _decided(entry: Entry, said: str, stands: Entry) -> Side:
    return Side(who_said(entry.actor, entry.role), entry.eff_at_ms, said, holds=entry is stands)


def _said(entry: Entry, name: str) -> Side:
    return Side(who_said(entry.actor, entry.role), entry.eff_at_ms, str(entry.facts.get(name, "")))


def _by_time(sides: list[Side]) -> tuple[Side, ...]:
    return tuple(sorted(sides, key=lambda side: (side.at_ms, side.who)))
