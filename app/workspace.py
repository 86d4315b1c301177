"""A workspace: the folder that holds a city, its journal and its cache.

``network.sqlite`` holds the layers and what noding found, ``journal.sqlite`` the events, ``cache/`` arrays that can be
made again at any time. A workspace is made whole beside its place and renamed; opening one that is damaged, newer or
none at all changes nothing.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import AppError
from app.journal.assets import ASSET_KINDS
from app.journal.chain import ends_fit
from app.journal.events import Draft, Event, EventKey
from app.journal.fold import (
    CARRIED_KINDS,
    IMPORT_LANDED,
    PLAN_MADE,
    VALVE_OBSERVED,
    VALVES_ASSUMED,
    WORKSPACE_CREATED,
    State,
    feature_states,
    fold,
    valve_entity,
    valve_state,
    valve_states,
)
from app.journal.log import SNAPSHOT_EVERY, Journal
from app.running import runs
from app.workspace_care import DAMAGED, MISREAD, refuse_unsound
from app.workspace_city import city_after, edited_city, edition, ids_by_layer, noded_with, noding_json
from app.workspace_files import CACHE, JOURNAL, NETWORK, refuse_occupied, refuse_stranger
from app.workspace_kinds import refuse_untaken
from app.workspace_lease import Lease, lease_of, refuse_expired
from gis.cache import open_city, save_city, stamp_of
from gis.compared import open_compared
from gis.durable import sync_folder
from gis.editing.source import Touched
from gis.errors import GisError
from gis.faults import Fault
from gis.given_back import give_back
from gis.noding import NodingOptions
from gis.stores import sqlite
from gis.stores.base import Applied, CityStore, NodedCity, StoreMeta, ValveState
from gis.stores.spatialite import SpatialiteStore, write_city
from network.assets import Condition, DeviceKind, Position
from network.columns import IdColumn
from network.errors import os_detail
from network.topology import City, DeviceStates

_PARTIAL = ".partial"


@dataclass(frozen=True, eq=False)
class Workspace:
    """An open workspace.

    Attributes:
        folder: Where it lies.
        meta: Name, CRS and revision of the city: of the import, and of what has been edited since.
        city: Its arrays, mapped from the cache unless they were edited since it was opened.
        states: Every device now: the record, with what the journal says since.
        state: The journal's fold.
        store: The open network file.
        journal: The open journal.
        options: How the city was noded, and is noded again around edits.
        lease: Until when it may be written, on a laptop that took it along; None anywhere else.
    """

    folder: Path
    meta: StoreMeta
    city: City
    states: DeviceStates
    state: State
    store: CityStore
    journal: Journal
    options: NodingOptions = field(default_factory=NodingOptions)
    lease: Lease | None = None

    @property
    def cache(self) -> Path:
        """Folder of arrays for this workspace; others may keep theirs here, keyed by ``meta.revision``."""
        return self.folder / CACHE

    def faults(self) -> tuple[Fault, ...]:
        """Faults found at import."""
        return self.store.faults()

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()
        self.journal.close()


def create_workspace(
    folder: Path,
    noded: NodedCity,
    *,
    sources: Sequence[str],
    now: datetime,
    actor: str,
    options: Mapping[str, Any] | None = None,
    noded_as: NodingOptions | None = None,
) -> None:
    """Make a workspace in *folder*, whole or not at all.

    Args:
        folder: Must not exist, or be empty.
        noded: What the import made.
        sources: Names of the files that it came from, for the journal.
        now: The moment, for the journal.
        actor: Who does it, for the journal.
        options: How it was read, as JSON values, for the journal.
        noded_as: How it was noded, for the journal: edits are noded in the same way.

    Raises:
        AppError: ``workspace.not_empty``, ``workspace.not_a_folder``.
        GisError: What the store raises.
    """
    refuse_occupied(folder)
    sqlite.refuse_network_path(folder)
    folder = folder.resolve()
    building = folder.parent / f".{folder.name}.{os.getpid()}{_PARTIAL}"
    revision = secrets.token_hex(16)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(folder)
        building.mkdir()
        write_city(building / NETWORK, noded, revision)
        said = {**(options or {}), **noding_json(noded_as or NodingOptions())}
        _begin_journal(building / JOURNAL, noded, sources, now, actor, said)
        save_city(building / CACHE, noded.city, revision)
        sync_folder(building)
        refuse_occupied(folder)
        if folder.is_dir():
            folder.rmdir()
        building.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise AppError("workspace.cannot_write", path=str(folder), **os_detail(error, "reason")) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _clear_leftovers(folder: Path) -> None:
    """Remove what processes that were killed while they built *folder* left beside it."""
    start = f".{folder.name}."
    for path in list(folder.parent.iterdir()):
        pid = path.name.removeprefix(start).removesuffix(_PARTIAL)
        if path.name == f"{start}{pid}{_PARTIAL}" and pid.isdecimal() and not runs(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _begin_journal(
    path: Path, noded: NodedCity, sources: Sequence[str], now: datetime, actor: str, options: Mapping[str, Any]
) -> None:
    layers, network = noded.layers, noded.city.network
    landed = {
        "sources": list(sources),
        "options": dict(options),
        "pipes": len(network.pipes),
        "devices": len(network.devices),
        "customers": len(noded.city.customers),
        "faults": len(noded.faults),
    }
    created = {"name": layers.name, "crs_epsg": layers.crs_epsg, "synthetic": layers.synthetic}
    drafts = [Draft(WORKSPACE_CREATED, "workspace", created), Draft(IMPORT_LANDED, "workspace", landed)]
    assumed = int(np.count_nonzero(network.devices.assumed))
    if assumed:
        drafts.append(Draft(VALVES_ASSUMED, "workspace", {"valves": assumed}))
    journal = Journal.create(path)
    try:
        journal.append(drafts, now, actor)
    finally:
        journal.close()


def open_workspace(folder: Path) -> Workspace:
    """Open the workspace in *folder*: city from the cache (made again if it does not fit), states from the journal.

    The network file is brought up to the journal where it is behind.

    Raises:
        AppError: ``workspace.missing``, ``workspace.not_a_workspace``, ``journal.not_a_journal``,
            ``journal.newer_schema``.
        GisError: ``store.not_a_store``, ``store.newer_schema``, ``store.damaged``, ``store.network_path`` and the like.
    """
    refuse_stranger(folder)
    try:
        return _open(folder)
    except MISREAD:
        # What is read is not what was written: blame the file if it can be shown, else the program.
        refuse_unsound(folder)
        raise
    except GisError as error:
        if error.code != DAMAGED:
            raise
        # Of a workspace more can be said than of any file: what makes a sound one of it.
        raise AppError("workspace.unsound", path=error.detail["path"], reason=error.detail["reason"]) from error


def _open(folder: Path) -> Workspace:
    for name in (NETWORK, JOURNAL):
        sqlite.refuse_short(folder / name)
    journal = Journal.open(folder / JOURNAL)
    try:
        if not ends_fit(journal):
            refuse_unsound(folder)
        store = SpatialiteStore.open(folder / NETWORK)
        try:
            return _opened(folder, store, journal)
        except BaseException:
            store.close()
            raise
    except BaseException:
        journal.close()
        raise


def _opened(folder: Path, store: CityStore, journal: Journal) -> Workspace:
    journal.carry_out_erasures()
    state, tail = journal.state_and_tail()
    catch_up(store, journal, state)
    if tail >= SNAPSHOT_EVERY:
        journal.keep_snapshot(state)
    options = noded_with(journal, state)
    meta = replace(store.meta, revision=edition(store.meta.revision, state))
    city = _city(folder / CACHE, store, meta.revision, state, options)
    states = current_states(city, state)
    return Workspace(folder, meta, city, states, state, store, journal, options, lease_of(folder))


def _city(cache: Path, store: CityStore, revision: str, state: State, options: NodingOptions) -> City:
    try:
        return open_compared(cache, "city", City, revision)
    except (GisError, OSError):
        # Missing, stale, damaged, not to be read: the cache is never the truth. Made again from the store.
        made = _kept(cache, edited_city(store, state, options), revision)
        give_back()
        return made


def _kept(cache: Path, city: City, revision: str) -> City:
    try:
        save_city(cache, city, revision)
        return open_city(cache, revision, verify=False)
    except OSError:
        # No room or no right to write: work from memory.
        return city


def keep_city(workspace: Workspace) -> Workspace:
    """Put the city's arrays into the cache, where they were edited since it was opened."""
    try:
        if stamp_of(workspace.cache, "city") == workspace.meta.revision:
            return workspace
    except (GisError, OSError):
        # There is none that fits: it is written now.
        pass
    return replace(workspace, city=_kept(workspace.cache, workspace.city, workspace.meta.revision))


def catch_up(store: CityStore, journal: Journal, state: State) -> None:
    """Carry into the store what the journal holds beyond its mark.

    A journal that holds less than the mark says was set back to an earlier state: the store returns to the record and
    takes what the journal says, and this device goes on under a new id, for its numbers were given out before.
    """
    mark = store.applied().last
    if dict(mark) == dict(state.heads):
        return
    set_back = any(state.heads.get(dev, 0) < last for dev, last in mark.items())
    if set_back:
        journal.forget_device()
    elif not journal.differ(mark, state.heads, CARRIED_KINDS):
        store.apply((), Applied(dict(state.heads)))
        return
    laid = feature_states(state, state.assets)
    store.apply(valve_states(state), Applied(dict(state.heads)), laid, afresh=set_back)


def current_states(city: City, state: State) -> DeviceStates:
    """The record's device states with what the journal says of valves."""
    return restated(city, DeviceStates.recorded(city.network.devices), valve_states(state))


def restated(city: City, before: DeviceStates, told: Sequence[ValveState]) -> DeviceStates:
    """*before* with the valves in *told* as they say; where they say nothing the record stands again."""
    devices = city.network.devices
    position, condition = np.array(before.position), np.array(before.condition)
    for row, valve in zip(valve_rows(city, [valve.id for valve in told]), told, strict=True):
        if row >= 0:
            position[row] = devices.position[row] if valve.position is None else valve.position
            condition[row] = devices.condition[row] if valve.condition is None else valve.condition
    return DeviceStates(position, condition)


def valve_rows(city: City, valve_ids: Sequence[str]) -> list[int]:
    """Device row of each valve, -1 where there is none of that id; never a pump that bears it."""
    devices = city.network.devices
    found = devices.ids.find_many(IdColumn.of(valve_ids))
    return [row if row >= 0 and devices.kind[row] != DeviceKind.PUMP else -1 for row in found.tolist()]


def record_valve_observed(
    workspace: Workspace,
    valve_id: str,
    *,
    now: datetime,
    actor: str,
    position: Position | None = None,
    condition: Condition | None = None,
    corrects: Sequence[EventKey] = (),
    note: str = "",
    observed_at_ms: int | None = None,
) -> Workspace:
    """Write into the journal what somebody saw of a valve, and carry it into the network file.

    Returns:
        The workspace as it is now.

    Raises:
        AppError: ``workspace.no_such_valve``, ``workspace.nothing_observed``.
    """
    if valve_rows(workspace.city, [valve_id])[0] < 0:
        raise AppError("workspace.no_such_valve", valve=valve_id)
    if position is None and condition is None and not corrects:
        raise AppError("workspace.nothing_observed", valve=valve_id)
    assert position is not Position.DISPUTED, "nobody observes a dispute; it is worked out"
    body: dict[str, Any] = {}
    if position is not None:
        body["position"] = position.name.lower()
    if condition is not None:
        body["condition"] = condition.name.lower()
    if corrects:
        body["corrects"] = [list(key) for key in corrects]
    texts = {"note": note} if note else {}
    draft = Draft(VALVE_OBSERVED, valve_entity(valve_id), body, texts, observed_at_ms)
    return append(workspace, [draft], now, actor)[0]


def record_plan(workspace: Workspace, body: Mapping[str, Any], *, now: datetime, actor: str) -> tuple[Workspace, Event]:
    """Write a plan into the journal; *body* is its ids and figures as JSON values.

    Returns:
        The workspace as it is now, and the event.
    """
    after, events = append(workspace, [Draft(PLAN_MADE, "plan", body)], now, actor)
    return after, events[-1]


def append(
    workspace: Workspace,
    drafts: Sequence[Draft],
    now: datetime,
    actor: str,
    role: str = "",
    expecting: Mapping[str, int] | None = None,
    device: str = "",
) -> tuple[Workspace, tuple[Event, ...]]:
    """Write *drafts* into the journal and carry them into the network file and the city's arrays.

    Returns:
        The workspace as it is now, with what other windows wrote meanwhile, and the events.

    Raises:
        AppError: ``journal.moved_on`` where somebody has written since what the author is *expecting*, or not as
            *device*, if one is named; ``laptop.expired`` on a laptop after its time; ``hub.would_refuse``,
            ``hub.unknown_kind`` where the hub that it follows would not take that.
    """
    refuse_expired(workspace.lease, now)
    refuse_untaken(workspace.folder, (draft.kind for draft in drafts), actor)
    events = workspace.journal.append(drafts, now, actor, role, expecting, device=device)
    return refreshed(workspace), events


def refreshed(workspace: Workspace) -> Workspace:
    """*workspace* with what this and other windows wrote since it was read."""
    news = workspace.journal.news(workspace.state.heads)
    if not news:
        return workspace
    state = fold(workspace.state, news)
    if not any(event.kind in CARRIED_KINDS for event in news):
        # Nothing for the network file, whose mark may stay behind: a second file to sync would double the time.
        return replace(workspace, state=state)
    entities = {event.entity for event in news if event.kind in ASSET_KINDS and event.entity in state.assets}
    touched = {event.entity.removeprefix(valve_entity("")) for event in news if event.kind == VALVE_OBSERVED}
    if not entities:
        told = [valve_state(state, valve_id) for valve_id in sorted(touched)]
        workspace.store.apply(told, Applied(dict(state.heads)))
        return replace(workspace, state=state, states=restated(workspace.city, workspace.states, told))
    return _edited(workspace, state, entities, touched)


def _edited(workspace: Workspace, state: State, entities: set[str], touched: set[str]) -> Workspace:
    """*workspace* after news about the features *entities* and the valves *touched*."""
    store = workspace.store
    laid = feature_states(state, entities)
    # A valve that comes back takes the state that the journal knows of it.
    valves = touched | {one.id for one in laid if one.layer == "valve" and one.id in state.valves}
    told = [valve_state(state, valve_id) for valve_id in sorted(valves)]
    in_step = not workspace.journal.differ(store.applied().last, workspace.state.heads, CARRIED_KINDS)
    before = store.touched(ids_by_layer(laid)).now
    store.apply(told, Applied(dict(state.heads)), laid)
    if in_step:
        now = store.touched(ids_by_layer(laid)).now
        city = city_after(workspace.city, Touched(before, now), store, workspace.options)
    else:
        # Another window has changed the layers under this one's arrays.
        city = edited_city(store, state, workspace.options)
    meta = replace(workspace.meta, revision=edition(store.meta.revision, state))
    return replace(workspace, meta=meta, city=city, states=current_states(city, state), state=state)
