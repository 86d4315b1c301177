"""A damaged workspace: what can still be read of it, put on top of a backup or of what the hub holds.

No file of the damaged folder is changed: it is left where it is, or set aside. Each salvaged event must hang on the one
before it by its hash, so nothing that the damage made up comes along; behind the first event of a device that cannot
be read nothing of it can.

Events keep their places in the order of all up to the first that is missing. Behind it they wait for a place like new
ones: a journal whose order has a hole would never ask the hub for what belongs there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.errors import AppError
from app.journal.events import NO_HASH, Event, devices_in, hash_of
from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.journal.writing import FreeText, is_genuine
from app.operations.hub_layers import join_anew
from app.operations.taking import refuse_laptop
from app.requests import ProgressSink
from app.sync.exchange import exchange_whole
from app.sync.membership import keep_membership, required
from app.times import CITY_TIME
from app.workspace_care import (
    DAMAGED,
    MISREAD,
    back_up,
    built_beside,
    copy_database,
    copy_settings,
    examine,
    file_faults,
    refuse_unsound,
)
from app.workspace_files import (
    BASEMAP,
    CACHE,
    EVIDENCE,
    HUB,
    JOURNAL,
    LAPTOP,
    NETWORK,
    ORDER,
    RULES,
    SEALED_KEY,
    SIGNING_KEY,
    refuse_occupied,
    refuse_stranger,
)
from gis.durable import sync_folder
from gis.errors import GisError
from gis.stores import sqlite
from network.errors import os_detail


@dataclass(frozen=True)
class Lost:
    """Events of a device that are gone, by number; *last* is the last that is known to have been."""

    device: str
    first: int
    last: int


@dataclass(frozen=True)
class Rescued:
    """What became of a damaged workspace.

    Attributes:
        from_backup: Events that the backup held, or the hub.
        salvaged: Events that only the damaged journal held.
        lost: What is known to be gone.
        all_known: Whether it could be read how much the damaged journal held; otherwise more may be gone.
        own_network: Whether the network file was sound and is the damaged workspace's own; otherwise the backup's or
            the hub's, to which edits since are applied from the journal when it is opened.
    """

    from_backup: int
    salvaged: int
    lost: tuple[Lost, ...]
    all_known: bool
    own_network: bool


@dataclass(frozen=True)
class _Found:
    """What a damaged journal still holds beyond a backup.

    Attributes:
        events: New ones, each device's in the order of their numbers.
        texts: What they name.
        placed: Events that wait for a place in the backup and have one.
        reached: How far each device's log can be read.
        heads: How far it went; None where that cannot be read.
    """

    events: tuple[Event, ...] = ()
    texts: tuple[FreeText, ...] = ()
    placed: tuple[Event, ...] = ()
    reached: Mapping[str, int] = field(default_factory=dict)
    heads: Mapping[str, int] | None = None


def rescue_in_place(
    damaged: Path, backup: Path | None, progress: ProgressSink, now: datetime, *, from_hub: bool = False
) -> tuple[Rescued, Path]:
    """Set the *damaged* workspace aside and put a sound one in its place; whole or not at all.

    Readings, notices and whatever else lies beside the two files go along into it.

    Args:
        damaged: The folder.
        backup: As for :func:`rescue`.
        progress: As for :func:`rescue`.
        now: The moment; names where the damaged one is set aside.
        from_hub: As for :func:`rescue`.

    Returns:
        What became of it, and where the damaged one lies now.

    Raises:
        AppError: ``rescue.in_use`` where some program has it open, ``rescue.sound`` where nothing is damaged, and as
            :func:`rescue`.
    """
    refuse_stranger(damaged)
    _refuse_in_use(damaged)
    if examine(damaged).sound:
        raise AppError("rescue.sound", path=str(damaged))
    place = damaged.resolve()
    aside = place.with_name(f"{place.name}.damaged-{now.astimezone(CITY_TIME):%Y%m%d-%H%M%S}")
    refuse_occupied(aside)
    out = place.with_name(f".{place.name}.rescued")
    # What an attempt that was killed left there; the damaged folder itself is as it was.
    shutil.rmtree(out, ignore_errors=True)
    rescued = rescue(damaged, backup, out, progress, from_hub=from_hub)
    # That took its time: somebody may have opened it meanwhile.
    _refuse_in_use(damaged)
    try:
        place.rename(aside)
        try:
            out.rename(place)
        except BaseException:
            aside.rename(place)
            raise
        sync_folder(place.parent)
        _bring_along(aside, place)
    except OSError as error:
        raise AppError("workspace.cannot_write", path=str(place), **os_detail(error, "reason")) from error
    return rescued, aside


def _bring_along(aside: Path, place: Path) -> None:
    """Moved and not copied: a year of readings is many gigabytes."""
    stays = (NETWORK, JOURNAL, CACHE, HUB)
    for path in sorted(aside.iterdir()):
        kept = path.name.startswith((".", *stays)) or (place / path.name).exists()
        if not kept:
            path.rename(place / path.name)
    sync_folder(place)


def _refuse_in_use(damaged: Path) -> None:
    if any(sqlite.in_use(damaged / name) for name in (NETWORK, JOURNAL)):
        raise AppError("rescue.in_use", path=str(damaged))


def rescue(damaged: Path, backup: Path | None, out: Path, progress: ProgressSink, *, from_hub: bool = False) -> Rescued:
    """Make a sound workspace in *out* of a *damaged* one and its *backup* or hub; whole or not at all.

    Args:
        damaged: The folder, not open anywhere.
        backup: A sound workspace, an older state of the same; None tries without.
        out: Must not exist, or be empty.
        progress: Told ``salvaging``, before it ``fetching_layers`` where the hub is asked for the network.
        from_hub: In the place of a backup take what the hub holds that the workspace follows; the new one follows it,
            and what was not sent there is sent then.

    Raises:
        AppError: ``workspace.missing``, ``workspace.not_a_workspace``, ``workspace.not_empty``,
            ``workspace.not_a_folder``, ``workspace.cannot_write``, ``workspace.unsound`` or ``workspace.tampered``
            (the backup), ``rescue.no_network`` (without a backup where the network file is damaged),
            ``rescue.another_city`` (the two are not of one workspace), ``hub.none``, ``hub.another_hub``,
            ``laptop.not_the_centre`` (a laptop holds a part of what the hub does).
        GisError: What the store raises; of the damaged files anything but their damage. ``server.unreachable``,
            ``server.no_layers`` and the like from the hub.
    """
    refuse_stranger(damaged)
    refuse_occupied(out)
    if backup is not None:
        refuse_unsound(backup)
    own_network = not file_faults(damaged / NETWORK)
    with built_beside(out) as building:
        if backup is not None:
            back_up(backup, building)
        elif from_hub:
            _fetch(damaged, building, progress, own_network=own_network)
        elif own_network:
            Journal.create(building / JOURNAL).close()
        else:
            raise AppError("rescue.no_network", path=str(damaged / NETWORK))
        if own_network:
            (building / NETWORK).unlink(missing_ok=True)
            copy_database(damaged / NETWORK, building / NETWORK)
        rescued = _salvage(damaged, building, progress, own_network=own_network)
        _copy_beside(damaged, building)
    return rescued


def _fetch(damaged: Path, building: Path, progress: ProgressSink, *, own_network: bool) -> None:
    """What the hub holds; its network too where the damaged workspace has none that is sound."""
    refuse_laptop(damaged)
    membership = required(damaged)
    with closing(HubJournal.open(membership.address)) as hub:
        if hub.identity() != membership.hub:
            raise AppError("hub.another_hub")
        if own_network:
            with closing(Journal.create(building / JOURNAL)) as journal:
                exchange_whole(journal, hub)
                journal.settle()
            keep_membership(building, membership)
            return
    join_anew(building, membership.address, progress)


def _copy_beside(damaged: Path, building: Path) -> None:
    """What lies beside the two files: as it is now, and not as it was at the time of the backup."""
    copy_settings(damaged, building, (RULES, ORDER, LAPTOP))
    for key in (SIGNING_KEY, SEALED_KEY):
        if (damaged / key).is_file():
            # With its mode: the key is its owner's alone.
            shutil.copy2(damaged / key, building / key)
    for folder in (EVIDENCE, BASEMAP):
        # Pictures bear their contents' hash as their name: what is in both is the same.
        for path in sorted((damaged / folder).rglob("*")):
            target = building / path.relative_to(damaged)
            if path.is_file() and not path.name.startswith(".") and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def _salvage(damaged: Path, building: Path, progress: ProgressSink, *, own_network: bool) -> Rescued:
    with closing(Journal.open(building / JOURNAL)) as journal, TemporaryDirectory(dir=building) as scratch:
        held = devices_in(journal.heads())
        found = _found(_opened(damaged, Path(scratch)), journal, held, progress)
        if held and found.heads and not held.keys() & found.heads.keys():
            raise AppError("rescue.another_city", path=str(damaged / JOURNAL))
        whole_to = _whole_to(journal.reach(), (*found.placed, *found.events))
        journal.take_in([event for event in found.placed if (event.hub_seq or 0) <= whole_to])
        journal.take_in([_with_place(event, whole_to) for event in found.events], found.texts)
    lost = tuple(
        Lost(device, found.reached.get(device, 0) + 1, last)
        for device, last in sorted((found.heads or {}).items())
        if last > found.reached.get(device, 0)
    )
    return Rescued(sum(held.values()), len(found.events), lost, found.heads is not None, own_network)


def _whole_to(reach: int, events: Iterable[Event]) -> int:
    """How far the order goes without a hole, where it is held up to *reach* and *events* come to it."""
    places = {event.hub_seq for event in events}
    while reach + 1 in places:
        reach += 1
    return reach


def _with_place(event: Event, whole_to: int) -> Event:
    if event.hub_seq is None or event.hub_seq <= whole_to:
        return event
    return replace(event, hub_seq=None, recv_at_ms=None, signature=None)


def _opened(damaged: Path, scratch: Path) -> Journal | None:
    """The damaged journal, a copy of it: to open a log beside a file writes there. None where nothing can be read."""
    for name in (JOURNAL, f"{JOURNAL}-wal"):
        if (damaged / name).is_file():
            shutil.copyfile(damaged / name, scratch / name)
    try:
        return Journal.open(scratch / JOURNAL, readonly=True)
    except GisError as error:
        if error.code != DAMAGED:
            raise
        return None


def _found(source: Journal | None, journal: Journal, held: Mapping[str, int], progress: ProgressSink) -> _Found:
    if source is None:
        return _Found(reached=held)
    with closing(source):
        heads = _heads(source)
        events: list[Event] = []
        reached = dict(held)
        devices = sorted({*held, *(heads or {})})
        for number, device in enumerate(devices):
            progress("salvaging", number / len(devices))
            fit = list(_that_fit(source, device, held.get(device, 0), journal))
            reached[device] = held.get(device, 0) + len(fit)
            events.extend(fit)
        texts = tuple(text for event in events for text in _texts(source, event))
        waiting = ((one, _event(source, *one.key)) for one in journal.pending())
        placed = tuple(there for one, there in waiting if there is not None and _is_placed(there, one))
    return _Found(tuple(events), texts, placed, reached, heads)


def _is_placed(there: Event, held: Event) -> bool:
    return there.hub_seq is not None and there.hash == held.hash


def _heads(source: Journal) -> dict[str, int] | None:
    """How far each device's log went, where that can be read."""
    try:
        return devices_in(source.heads())
    except (GisError, *MISREAD):
        return None


def _that_fit(source: Journal, device: str, held: int, journal: Journal) -> Iterator[Event]:
    """A device's events beyond number *held*, up to the first that is unreadable or does not hang on the one before."""
    last = journal.event((device, held)) if held else None
    chained_to, number = NO_HASH if last is None else last.hash, held + 1
    while (event := _event(source, device, number)) is not None and event.prev_hash == chained_to and _is_whole(event):
        yield event
        chained_to, number = event.hash, number + 1


def _is_whole(event: Event) -> bool:
    try:
        return event.hash == hash_of(event)
    except MISREAD:
        return False


def _event(source: Journal, device: str, number: int) -> Event | None:
    try:
        return source.event((device, number))
    except (GisError, *MISREAD):
        return None


def _texts(source: Journal, event: Event) -> tuple[FreeText, ...]:
    try:
        return tuple(text for text in source.texts([event]) if is_genuine(text))
    except (GisError, *MISREAD):
        # The event stands all the same: a text may be erased, and this one is.
        return ()
