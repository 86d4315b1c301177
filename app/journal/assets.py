"""What the journal says of features: every field is a register of its own.

A feature's place (geometry and end nodes together) is one field, whether it is there is another. In each, a write is
exactly one of

* *current*: nobody who had seen it wrote that field again;
* *superseded*: somebody who had seen it did;
* *in conflict*: it is current, and so is a different value, neither author having seen the other's; or the feature was
  deleted by somebody who had not seen it. Which came later by the clock decides nothing: the one that is first in the
  hub's order holds until somebody who saw both writes that field. A deletion holds against writes that it had not seen;
  both are shown.

Undoing is writing again what stood before. Nothing is ever taken out of the log.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.journal.causality import Lineage, Standing, knew
from app.journal.events import Draft, Event, EventKey
from gis.editing.changes import EDITABLE, Change, Place, Value
from gis.stores.base import FeatureState

ASSET_ADDED = "asset.added"
ASSET_SET = "asset.set"
ASSET_DELETED = "asset.deleted"
ASSET_RESTORED = "asset.restored"
ASSET_KINDS = (ASSET_ADDED, ASSET_SET, ASSET_DELETED, ASSET_RESTORED)

THERE, PLACE = "@there", "@place"
"""Names of the two registers that are no columns."""

_ENTITY = "asset/"
_KIND_OF = {"add": ASSET_ADDED, "set": ASSET_SET, "delete": ASSET_DELETED}


@dataclass(frozen=True)
class Write:
    """One event about one feature.

    Attributes:
        values: The registers that it writes, with their values, sorted by name.
        edit: The edit that it belongs to: what is done and undone as one.
        origin: Where the edit came from: window, command, qgis, mending, proposal, undo.
        undoes: The edit that it takes back, "" for none.
    """

    standing: Standing
    values: tuple[tuple[str, Value | Place], ...]
    edit: str
    origin: str = ""
    undoes: str = ""

    @property
    def key(self) -> EventKey:
        """(dev, dev_seq)."""
        return (self.standing.dev, self.standing.dev_seq)

    @property
    def rank(self) -> tuple[float, str, int]:
        """Place in the hub's order; what is pending comes last."""
        hub_seq = math.inf if self.standing.hub_seq is None else self.standing.hub_seq
        return (hub_seq, self.standing.dev, self.standing.dev_seq)


class Fate(StrEnum):
    """What became of a write; exactly one of these in each register that it wrote."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class AssetRegister:
    """One field of one feature.

    Attributes:
        value: What holds.
        fates: Every write of the field, and what became of it.
    """

    value: Value | Place
    fates: tuple[tuple[EventKey, Fate], ...]

    @property
    def in_conflict(self) -> bool:
        """Whether somebody has to decide."""
        return any(fate is Fate.CONFLICT for _, fate in self.fates)


def asset_entity(layer: str, feature: str) -> str:
    """Entity of a feature's events."""
    return f"{_ENTITY}{layer}/{feature}"


def asset_of(entity: str) -> tuple[str, str]:
    """Layer and id that *entity* names.

    Raises:
        ValueError: It names none.
    """
    kind, layer, feature = entity.split("/", 2)
    if f"{kind}/" != _ENTITY or layer not in EDITABLE or not feature:
        raise ValueError(entity)
    return layer, feature


def draft_of(change: Change, edit: str, origin: str, why: str = "", **more: str) -> Draft:
    """*change* as an event; *why* is free text and stands outside the chain. *more* are further facts of the body."""
    body: dict[str, Any] = {"edit": edit, "origin": origin, **{key: value for key, value in more.items() if value}}
    if change.place is not None:
        body["place"] = place_json(change.place)
    if change.fields:
        body["fields"] = dict(change.fields)
    texts = {"why": why} if why else {}
    return Draft(_KIND_OF[change.what], asset_entity(change.layer, change.id), body, texts)


def restored(layer: str, feature: str, edit: str, origin: str, **more: str) -> Draft:
    """The event that lifts a deletion: the feature stands as it stood."""
    return Draft(ASSET_RESTORED, asset_entity(layer, feature), {"edit": edit, "origin": origin, **more})


def place_json(place: Place) -> dict[str, Any]:
    """*place* as JSON values."""
    ends = {key: value for key, value in (("from", place.from_node), ("to", place.to_node)) if value}
    return {"xy": [list(xy) for xy in place.xy_m], **ends}


def place_from(values: Any) -> Place:
    """The place again.

    Raises:
        ValueError, TypeError, KeyError: It is none.
    """
    xy_m = tuple((float(x), float(y)) for x, y in values["xy"])
    if not xy_m or not all(math.isfinite(number) for xy in xy_m for number in xy):
        raise ValueError(values)
    return Place(xy_m, str(values.get("from", "")), str(values.get("to", "")))


def write_of(event: Event) -> Write | None:
    """*event* as a write; None where its body is not what its kind holds: it is kept, and shown as not understood."""
    try:
        asset_of(event.entity)
        facts = event.facts
        values = dict(_values(event.kind, facts))
        edit, origin, undoes = facts["edit"], facts.get("origin", ""), facts.get("undoes", "")
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if not all(isinstance(word, str) for word in (edit, origin, undoes)) or (event.kind == ASSET_SET and not values):
        return None
    standing = Standing(event.dev, event.dev_seq, event.base, event.hub_seq)
    return Write(standing, tuple(sorted(values.items(), key=lambda item: item[0])), edit, origin, undoes)


def _values(kind: str, facts: Mapping[str, Any]) -> Iterable[tuple[str, Value | Place]]:
    if kind != ASSET_SET:
        yield THERE, kind != ASSET_DELETED
    if kind in (ASSET_DELETED, ASSET_RESTORED):
        return
    if kind == ASSET_ADDED or "place" in facts:
        yield PLACE, place_from(facts["place"])
    for name, value in facts.get("fields", {}).items():
        if not name or name.startswith("@") or name == "id" or not is_plain(value):
            raise ValueError(name)
        yield name, value


def is_plain(value: object) -> bool:
    """Whether *value* is one that a field can hold."""
    return value is None or isinstance(value, (str, bool, int)) or (isinstance(value, float) and math.isfinite(value))


def registers_of(writes: Iterable[Write], lineage: Lineage) -> dict[str, AssetRegister]:
    """Every register that *writes* (of one feature) speak of."""
    told = sorted(writes, key=lambda one: one.rank)
    values = {one.key: dict(one.values) for one in told}
    heads: dict[str, list[Write]] = {}
    speaking: dict[str, list[Write]] = {}
    for name in dict.fromkeys(name for one in told for name, _ in one.values):
        speaking[name] = [one for one in told if name in values[one.key]]
        heads[name] = [
            one
            for one in speaking[name]
            if not any(knew(other.standing, one.standing, lineage) for other in speaking[name])
        ]
    unseen = _met_by_deletion(heads, values, lineage)
    found = {}
    for name, some in heads.items():
        differ = len({values[one.key][name] for one in some}) > 1
        fate = {one.key: Fate.CONFLICT if differ or one.key in unseen else Fate.CURRENT for one in some}
        fates = tuple(sorted((one.key, fate.get(one.key, Fate.SUPERSEDED)) for one in speaking[name]))
        found[name] = AssetRegister(_holding(name, some, values), fates)
    return found


def standing_edits(writes: Iterable[Write], undone_too: str = "") -> set[str]:
    """Edits that are neither undone nor themselves an undoing.

    Args:
        writes: Of any features.
        undone_too: An edit that is taken for undone as well.
    """
    writes = list(writes)
    undoing = {write.edit: write.undoes for write in writes if write.undoes}
    taken_back = {undone_too} if undone_too else set()
    # The latest undoing first: one that was itself undone takes nothing back.
    latest = sorted(
        {write.edit: write.rank for write in sorted(writes, key=lambda one: one.rank)}.items(), key=_by_rank
    )
    for edit, _ in reversed(latest):
        if edit in undoing and edit not in taken_back:
            taken_back.add(undoing[edit])
    return {edit for edit, _ in latest if edit not in undoing and edit not in taken_back}


def _by_rank(item: tuple[str, tuple[float, str, int]]) -> tuple[float, str, int]:
    return item[1]


def _holding(name: str, heads: list[Write], values: Mapping[EventKey, Mapping[str, Value | Place]]) -> Value | Place:
    """The value of the first head by the hub's order; a deletion before anything else."""
    if name == THERE:
        return all(values[one.key][name] is not False for one in heads)
    return values[heads[0].key][name]


def _met_by_deletion(
    heads: Mapping[str, list[Write]], values: Mapping[EventKey, Mapping[str, Value | Place]], lineage: Lineage
) -> set[EventKey]:
    """Deletions and writes that stand, neither of whose authors had seen the other."""
    met: set[EventKey] = set()
    deletions = [one for one in heads.get(THERE, ()) if values[one.key][THERE] is False]
    others = [one for name, some in heads.items() if name != THERE for one in some]
    for deletion in deletions:
        for other in others:
            known = knew(deletion.standing, other.standing, lineage) or knew(other.standing, deletion.standing, lineage)
            if other.key != deletion.key and not known:
                met |= {deletion.key, other.key}
    return met


@dataclass(frozen=True)
class Conflict:
    """A field that two authors wrote without having seen each other.

    Attributes:
        name: The field; :data:`PLACE` or :data:`THERE`.
        holds: The value that is used until somebody decides.
        keys: The events that contradict each other.
    """

    layer: str
    feature: str
    name: str
    holds: Value | Place
    keys: tuple[EventKey, ...] = field(default=())


def conflicts_of(entity: str, writes: Iterable[Write], lineage: Lineage) -> list[Conflict]:
    """What is contested about one feature."""
    layer, feature = asset_of(entity)
    return [
        Conflict(layer, feature, name, register.value, tuple(k for k, fate in register.fates if fate is Fate.CONFLICT))
        for name, register in registers_of(writes, lineage).items()
        if register.in_conflict
    ]


def feature_state(entity: str, writes: Iterable[Write], lineage: Lineage) -> FeatureState:
    """What the journal says of one feature, to be laid over its record."""
    layer, feature = asset_of(entity)
    values = {name: register.value for name, register in registers_of(writes, lineage).items()}
    there, place = values.pop(THERE, None), values.pop(PLACE, None)
    assert there is None or isinstance(there, bool)
    assert place is None or isinstance(place, Place)
    fields = {name: value for name, value in values.items() if not isinstance(value, Place)}
    return FeatureState(layer, feature, there, place, fields)
