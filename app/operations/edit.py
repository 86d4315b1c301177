"""Edit the network: check, write into the journal, node again around the edit, say what it does to segments.

The steps in their order: the changes are checked against the features as they stand, written as events of one edit, and
carried into the network file and the arrays; then the segments around the edit are counted, before and after.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from app.errors import AppError
from app.journal.assets import PLACE, THERE, Fate, Write, asset_of, draft_of, registers_of, restored, standing_edits
from app.journal.events import Draft
from app.workspace import Workspace, append, refreshed
from gis.editing.changes import EDITABLE, Change, Feature, Place, Value, brought_along, feature_at
from gis.editing.forms import Refusal, checked
from gis.editing.source import LayerSource
from gis.layers import ColumnKind
from network.columns import IdColumn
from network.segments import Segmentation, find_segments
from network.topology import City

_ATTEMPTS = 5
"""How often an edit looks again where other windows write at the same moment."""


@dataclass(frozen=True)
class Author:
    """Who edits, why and from where.

    Attributes:
        why: Free text, "" for none.
        origin: window, command, qgis, mending, proposal.
    """

    actor: str
    why: str = ""
    origin: str = "command"
    role: str = ""


@dataclass(frozen=True)
class Consequence:
    """What an edit does to the segments that it concerns.

    Attributes:
        segments_before, segments_after: How many segments the city has.
        around: Customers of each segment that has a touched pipe, after the edit, most first.
    """

    segments_before: int
    segments_after: int
    around: tuple[int, ...] = ()


@dataclass(frozen=True)
class Edited:
    """An edit that was made.

    Attributes:
        edit: Names it; with this name it is undone.
    """

    workspace: Workspace
    edit: str
    changes: tuple[Change, ...]


def new_edit() -> str:
    """A name for an edit."""
    return secrets.token_hex(6)


def edit(
    workspace: Workspace,
    changes: Sequence[Change],
    author: Author,
    now: datetime,
    seen: Sequence[Feature] = (),
) -> Edited:
    """Make *changes* as one edit.

    Args:
        workspace: What is edited.
        changes: In their order.
        author: Whose edit it is.
        now: The moment.
        seen: Features as the author saw them when the edit was drawn up.

    Raises:
        AppError: ``edit_…``: a change cannot be made; nothing is written. ``edit_outside_first`` where another
            program changed one of the features and nobody has looked at that yet. ``edit_changed_meanwhile`` where
            one of *seen* is no longer so: what somebody else wrote is never written over unseen.
    """
    name = new_edit()
    for attempt in range(_ATTEMPTS):
        workspace = refreshed(workspace)
        _refuse_unseen(workspace, changes)
        source = workspace.store.source()
        _refuse_changed(source, seen)
        sound = check(source, changes)
        drafts = [draft_of(change, name, author.origin, author.why) for change in sound]
        try:
            after, _ = append(workspace, drafts, now, author.actor, author.role, expecting=workspace.state.heads)
        except AppError as error:
            # Another window wrote between looking and writing: look again.
            if error.code != "journal.moved_on" or attempt == _ATTEMPTS - 1:
                raise
            continue
        return Edited(after, name, sound)
    raise AssertionError("the last attempt returns or raises")


def _refuse_changed(source: LayerSource, seen: Sequence[Feature]) -> None:
    for was in seen:
        found = source.having(was.layer, "id", [was.id])
        now = feature_at(was.layer, found, 0) if len(found) else None
        named = {"layer": was.layer, "id": was.id}
        if now is None:
            raise AppError("edit_gone_meanwhile", **named)
        if now.place != was.place:
            raise AppError("edit_changed_meanwhile", **named, field=PLACE)
        name = next((name for name in {**was.fields, **now.fields} if was.fields.get(name) != now.fields.get(name)), "")
        if name:
            value = now.fields.get(name)
            said = {} if value is None else {"value": value if isinstance(value, (int, float)) else str(value)}
            raise AppError("edit_changed_meanwhile", **named, field=name, **said)


def _refuse_unseen(workspace: Workspace, changes: Sequence[Change]) -> None:
    unseen = {(one.layer, one.id) for one in workspace.store.outside_edits()}
    hit = next((change for change in changes if (change.layer, change.id) in unseen), None)
    if hit is not None:
        raise AppError("edit_outside_first", layer=hit.layer, id=hit.id)


def check(source: LayerSource, changes: Sequence[Change]) -> tuple[Change, ...]:
    """*changes* in the layers' own types; each is checked as it stands after those before it.

    Raises:
        AppError: The first that cannot be made.
    """
    now: dict[tuple[str, str], Feature | None] = {}
    brought: dict[str, dict[str, ColumnKind]] = {}
    sound = []
    for change in changes:
        key = (change.layer, change.id)
        if key not in now and change.layer in EDITABLE:
            found = source.having(change.layer, "id", [change.id])
            now[key] = feature_at(change.layer, found, 0) if len(found) else None
            brought[change.layer] = brought_along(change.layer, found)
        made = checked(change, now.get(key), brought.get(change.layer))
        if isinstance(made, Refusal):
            raise AppError(made.code, **made.detail)
        place = made.place or Place(((0.0, 0.0),))
        now[key] = None if made.what == "delete" else now.get(key) or Feature(made.layer, made.id, place)
        sound.append(made)
    if not sound:
        raise AppError("edit_nothing_to_do")
    return tuple(sound)


def undo(workspace: Workspace, edit_id: str, author: Author, now: datetime) -> Edited:
    """Take the edit *edit_id* back by writing again what stood before; an undone undo is the edit made once more.

    Raises:
        AppError: ``edit_unknown``; ``edit_edited_since`` where somebody wrote one of its fields after it.
    """
    told = {
        entity: writes
        for entity, writes in workspace.state.assets.items()
        if any(write.edit == edit_id for write in writes)
    }
    if not told:
        raise AppError("edit_unknown", edit=edit_id)
    name = new_edit()
    everything = [write for some in workspace.state.assets.values() for write in some]
    stand = (standing_edits(everything), standing_edits(everything, edit_id))
    each = [_taking_back(workspace, entity, writes, edit_id, stand, name) for entity, writes in told.items()]
    drafts = [draft for some in each for draft in some]
    if not drafts:
        raise AppError("edit_nothing_to_do")
    after, _ = append(workspace, drafts, now, author.actor, author.role)
    return Edited(after, name, ())


def _taking_back(
    workspace: Workspace,
    entity: str,
    writes: tuple[Write, ...],
    edit_id: str,
    stand: tuple[set[str], set[str]],
    name: str,
) -> list[Draft]:
    """Events that bring one feature back to what stands without *edit_id*; *stand* has the edits before and after."""
    layer, feature = asset_of(entity)
    lineage = workspace.state.lineage
    mine = {write.key: write for write in writes if write.edit == edit_id}
    judged = [write for write in writes if write.edit in stand[0] or write.edit == edit_id]
    for register in registers_of(judged, lineage).values():
        fates = [fate for key, fate in register.fates if key in mine]
        if fates and all(fate is Fate.SUPERSEDED for fate in fates):
            raise AppError("edit_edited_since", layer=layer, id=feature)
    rest = [write for write in writes if write.edit in stand[1]]
    before = {field: register.value for field, register in registers_of(rest, lineage).items()}
    now = registers_of(writes, lineage)
    imported = _imported(workspace, layer, feature)
    written = {field for write in mine.values() for field, _ in write.values}
    there = before.get(THERE, imported is not None)
    is_there = now[THERE].value if THERE in now else imported is not None
    more = {"undoes": edit_id}
    if not there:
        return [draft_of(Change(layer, feature, "delete"), name, "undo", **more)] if is_there else []
    drafts = [] if is_there else [restored(layer, feature, name, "undo", **more)]
    fields: dict[str, Value] = {}
    place: Place | None = None
    for field in sorted(written - {THERE}):
        value = before[field] if field in before else _as_imported(imported, field)
        if isinstance(value, Place):
            place = value
        elif field != PLACE:
            fields[field] = value
    if place is not None or fields:
        drafts.append(draft_of(Change(layer, feature, "set", place, fields), name, "undo", **more))
    return drafts


def _imported(workspace: Workspace, layer: str, feature: str) -> Feature | None:
    found = workspace.store.touched({layer: [feature]}).before.get(layer)
    return feature_at(layer, found, 0) if found is not None and len(found) else None


def _as_imported(imported: Feature | None, field: str) -> Value | Place:
    if imported is None:
        return None
    return imported.place if field == PLACE else imported.fields.get(field)


def consequence(before: City, after: City, changes: Iterable[Change]) -> Consequence:
    """What *changes*, made between *before* and *after*, do to segments."""
    was, now = find_segments(before.network), find_segments(after.network)
    pipes = {change.id for change in changes if change.layer == "pipe"}
    pipes |= {str(change.fields["pipe_id"]) for change in changes if change.fields.get("pipe_id")}
    rows = after.network.pipes.ids.find_many(IdColumn.of(sorted(pipes)))
    touched = np.unique([segment for row in rows[rows >= 0].tolist() for segment in _segments_of(now, row)])
    counts = _customers(after, now)
    around = sorted((int(counts[segment]) for segment in touched.astype(np.int64)), reverse=True)
    return Consequence(was.count, now.count, tuple(around))


def _segments_of(segmentation: Segmentation, pipe: int) -> list[int]:
    found: list[int] = segmentation.part_segment[segmentation.parts_of_pipe(pipe)].tolist()
    return found


def _customers(city: City, segmentation: Segmentation) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    tap = city.customers.tap
    hung = np.flatnonzero(tap.pipe >= 0)
    place, parts = segmentation.parts_at(tap.pipe[hung], tap.offset_m[hung])
    first = np.unique(place, return_index=True)[1]
    return np.bincount(segmentation.part_segment[parts[first]], minlength=segmentation.count)
