"""What QGIS or another program changed in ``network.sqlite`` becomes proposals: nothing is taken over unseen, or lost.

The proposals are on the disk before the features return to what the record and the journal say: where the program ends
between the two, the same changes are found again and recognised, since a proposal's id is made from what it says.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from app.journal.assets import asset_of
from app.journal.events import Draft, canonical
from app.journal.fold import feature_states, valve_state
from app.journal.proposals import change_json, proposing
from app.operations.edit import Author
from app.workspace import Workspace, append
from gis.editing.changes import EDITABLE, Change, Feature, Value, feature_at
from gis.editing.forms import OBSERVED
from gis.layers import Layer
from gis.stores.base import FeatureState


def take_in(workspace: Workspace, author: Author, now: datetime) -> tuple[Workspace, int]:
    """Put what other programs changed on the list of proposals, one a feature, and return the features to the record.

    Returns:
        The workspace as it is now, and how many proposals were made.
    """
    found = workspace.store.outside()
    if not found:
        return workspace, 0
    changes = [change for name, (was, is_now) in found.items() for change in _changes(workspace, name, was, is_now)]
    drafts = []
    for change in changes:
        name = _name(change)
        if name not in workspace.state.proposed:
            drafts.append(_draft(change, name, author))
    if drafts:
        workspace = append(workspace, drafts, now, author.actor, author.role)[0]
    state = workspace.state
    told = [valve_state(state, valve) for valve in sorted(state.valves)]
    workspace.store.take_back_outside(feature_states(state, state.assets), told)
    return workspace, len(drafts)


def _changes(workspace: Workspace, name: str, was: Layer, is_now: Layer) -> list[Change]:
    if name not in EDITABLE:
        # Areas and layers of other programs are nobody's business here: they return to what was imported.
        return []
    expected = _expected(workspace, name, was, is_now)
    there = {feature.id: feature for feature in (_named(name, is_now, row) for row in range(len(is_now)))}
    changes = []
    for feature_id in dict.fromkeys([*expected, *there]):
        before, after = expected.get(feature_id), there.get(feature_id)
        if after is None:
            changes.append(Change(name, feature_id, "delete"))
        elif before is None:
            changes.append(Change(name, feature_id, "add", after.place, after.fields))
        else:
            changes += _difference(before, after)
    return changes


def _named(name: str, layer: Layer, row: int) -> Feature:
    """A feature as it lies there; one without an id is named after its row."""
    found = feature_at(name, layer, row)
    return found if found.id else Feature(name, f"@{name}{int(layer.columns['@row'][row])}", found.place, found.fields)


def _expected(workspace: Workspace, name: str, was: Layer, is_now: Layer) -> dict[str, Feature]:
    """The features as record and journal have them: those that were changed, and those that are missing."""
    state = workspace.state
    ids = {str(value) for value in was.columns["id"]} | {str(value) for value in is_now.columns["id"]}
    entities = [entity for entity in state.assets if asset_of(entity)[0] == name]
    absent = {asset_of(entity)[1] for entity in entities} - set(_present(workspace, name, entities))
    laid = {one.id: one for one in feature_states(state, entities) if one.id in ids | absent}
    found = {feature.id: feature for feature in (feature_at(name, was, row) for row in range(len(was)))}
    for feature_id, one in laid.items():
        over = _over(name, found.get(feature_id), one)
        if over is None:
            found.pop(feature_id, None)
        else:
            found[feature_id] = over
    return {feature_id: _as_observed(workspace, one) for feature_id, one in found.items()}


def _present(workspace: Workspace, name: str, entities: list[str]) -> list[str]:
    wanted = [asset_of(entity)[1] for entity in entities]
    return [str(value) for value in workspace.store.source().having(name, "id", wanted).columns["id"]]


def _over(name: str, imported: Feature | None, state: FeatureState) -> Feature | None:
    place = state.place or (imported.place if imported else None)
    there = imported is not None if state.there is None else state.there
    if not there or place is None:
        return None
    return Feature(name, state.id, place, {**(imported.fields if imported else {}), **state.fields})


def _as_observed(workspace: Workspace, feature: Feature) -> Feature:
    """A valve with the position and condition that the journal has put into its row."""
    if feature.layer != "valve" or feature.id not in workspace.state.valves:
        return feature
    told = valve_state(workspace.state, feature.id)
    words = {"current": told.position, "condition": told.condition}
    said: dict[str, Value] = {field: word.name.lower() for field, word in words.items() if word is not None}
    return Feature(feature.layer, feature.id, feature.place, {**feature.fields, **said})


def _difference(before: Feature, after: Feature) -> list[Change]:
    names = dict.fromkeys([*before.fields, *after.fields])
    fields = {n: after.fields.get(n) for n in names if before.fields.get(n) != after.fields.get(n)}
    place = after.place if after.place != before.place else None
    return [Change(before.layer, before.id, "set", place, fields)] if fields or place is not None else []


def _name(change: Change) -> str:
    return hashlib.sha256(canonical(change_json(change)).encode()).hexdigest()[:12]


def _draft(change: Change, name: str, author: Author) -> Draft:
    """The proposal of *change*; what it says of a valve's state is an observation."""
    spoken = [field for field in OBSERVED.get(change.layer, ()) if field in change.fields]
    observed = {field: str(change.fields[field] or "") for field in spoken}
    rest = {field: value for field, value in change.fields.items() if field not in observed}
    if change.what != "set" or not any(observed.values()):
        return proposing(name, [change], origin=author.origin, why=author.why)
    changes = [Change(change.layer, change.id, "set", change.place, rest)] if rest or change.place is not None else []
    return proposing(
        name,
        changes,
        origin=author.origin,
        why=author.why,
        valve=change.id,
        position=observed.get("current", ""),
        condition=observed.get("condition", ""),
    )
