"""Making a hub, joining it, looking after it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from app.errors import AppError
from app.journal.chain import flaws
from app.journal.events import Event, devices_in
from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.journal.reading import PAGE
from app.journal.writing import FreeText, text_ids
from app.requests import ProgressSink
from app.sync.exchange import Exchanged, exchange_whole, refuse_another_order
from app.sync.follower import refuse_another_hub
from app.sync.laptops import laptops_in
from app.sync.membership import Membership, keep_membership, required
from app.workspace_files import JOURNAL, NETWORK, refuse_stranger
from gis.durable import sync_file, sync_folder
from gis.errors import GisError
from gis.stores import postgres
from gis.stores.spatialite import SpatialiteStore


@dataclass(frozen=True)
class HubStatus:
    """How a workspace and its hub stand to each other.

    Attributes:
        top: How far the hub's order reaches.
        reach: How much of it the workspace holds.
        pending: Events of the workspace that the hub does not have.
        devices: Devices that have written.
        withdrawn: Ids of laptops from which nothing more is taken.
        layers: Which network the hub holds: ``same`` as here, ``other``, or ``none``.
    """

    server: str
    hub: str
    top: int
    reach: int
    pending: int
    devices: int
    withdrawn: tuple[str, ...] = ()
    layers: str = "none"


def make_hub(folder: Path, address: str, *, incomplete: bool = False) -> HubStatus:
    """Make a hub in the database at *address* out of the workspace in *folder*, which follows it from then on.

    All that the journal holds is there at the end, or nothing. What had a place in the order of a hub before keeps it:
    so a hub is brought back from a backup, or from whatever console had followed longest.

    Args:
        folder: Of the workspace.
        address: See :mod:`gis.stores.postgres`.
        incomplete: Make it also where words are missing here, such as names and notes, that others may hold.

    Raises:
        AppError: ``workspace.missing``, ``hub.exists``, ``hub.init_lacks`` and what the hub refuses.
        GisError: ``server.unreachable``, ``server.password_in_address`` and the like.
    """
    postgres.refuse_secrets(address)
    refuse_stranger(folder)
    with closing(Journal.open(folder / JOURNAL)) as journal:
        lacking = [] if incomplete else journal.lacking(_words_in(journal.events()))
        if lacking:
            # A console that is not shown them would make a hub that has lost them, and nobody would notice.
            raise AppError("hub.init_lacks", path=str(folder), count=len(lacking))
        return _made(folder, address, journal)


def _words_in(events: Iterable[Event]) -> set[str]:
    """Ids of all words that *events* name: a desk of one zone lacks also what says nothing of who somebody is."""
    return {one for event in events if '"texts":' in event.body for one in text_ids(event)}


def _made(folder: Path, address: str, journal: Journal) -> HubStatus:
    with closing(HubJournal.create(address, lambda hub: _fill(hub, journal))) as hub:
        exchange_whole(journal, hub)
        keep_membership(folder, Membership(address, hub.identity(), postgres.name_of(address)))
        return status_of(address, journal, hub, folder)


def _fill(hub: HubJournal, journal: Journal) -> None:
    """Bring all that *journal* holds: what had a place in the order of a hub keeps it, what is pending comes after."""
    reach = journal.reach()
    placed = (journal.placed_after(start, min(PAGE, reach - start)) for start in range(0, reach, PAGE))
    pending = journal.pending()
    hub.fill(chain(chain.from_iterable(placed), pending), journal.texts)


def join_hub(folder: Path, address: str) -> tuple[Exchanged, HubStatus]:
    """Have the workspace in *folder*, a copy of one that follows the hub, follow it too.

    Raises:
        AppError: ``hub.another_city``, ``hub.set_back``, ``hub.not_a_hub`` and what the hub refuses.
        GisError: ``server.unreachable``, ``server.password_in_address`` and the like.
    """
    postgres.refuse_secrets(address)
    refuse_stranger(folder)
    with closing(HubJournal.open(address)) as hub, closing(Journal.open(folder / JOURNAL)) as journal:
        refuse_another_order(journal, hub)
        done = exchange_whole(journal, hub)
        keep_membership(folder, Membership(address, hub.identity(), postgres.name_of(address)))
        return done, status_of(address, journal, hub, folder)


@contextmanager
def _joined(folder: Path) -> Iterator[tuple[Membership, Journal, HubJournal]]:
    refuse_stranger(folder)
    membership = required(folder)
    with closing(HubJournal.open(membership.address)) as hub, closing(Journal.open(folder / JOURNAL)) as journal:
        refuse_another_hub(membership, journal, hub)
        yield membership, journal, hub


def exchange_now(folder: Path, events: Iterable[Event] = (), texts: Iterable[FreeText] = ()) -> Exchanged:
    """Bring *events* of somebody else to the hub of the workspace in *folder*, then take one turn with it.

    Raises:
        AppError: ``hub.none``, ``hub.another_hub`` and what the hub refuses.
        GisError: ``server.unreachable`` and the like.
    """
    with _joined(folder) as (_, journal, hub):
        hub.push(events, texts)
        return exchange_whole(journal, hub)


def exchanged(folder: Path) -> bool:
    """Take one turn with the hub of the workspace in *folder*; whether it was there.

    Where it is away, what was written goes to it later as everything else does.

    Raises:
        AppError: As :func:`exchange_now`.
    """
    try:
        exchange_now(folder)
    except GisError:
        return False
    return True


def hub_status(folder: Path) -> HubStatus:
    """How the workspace in *folder* and its hub stand to each other.

    Raises:
        AppError: ``hub.none``, ``hub.another_hub``, ``hub.set_back`` and the like.
        GisError: ``server.unreachable`` and the like.
    """
    with _joined(folder) as (membership, journal, hub):
        return status_of(membership.address, journal, hub, folder)


def status_of(address: str, journal: Journal, hub: HubJournal, folder: Path) -> HubStatus:
    """How the workspace in *folder*, whose *journal* it is, and *hub* stand to each other."""
    devices = len(devices_in(hub.heads()))
    place = (postgres.name_of(address), hub.identity())
    gone = tuple(laptop.id for laptop in laptops_in(journal) if laptop.withdrawn is not None)
    return HubStatus(*place, hub.top(), journal.reach(), journal.pending_count(), devices, gone, _layers(folder, hub))


def _layers(folder: Path, hub: HubJournal) -> str:
    there = hub.layers_revision()
    if not there:
        return "none"
    with closing(SpatialiteStore.open(folder / NETWORK, readonly=True)) as store:
        return "same" if store.meta.revision == there else "other"


def verify_hub(folder: Path, progress: ProgressSink) -> int:
    """Read every event of the hub, check its chains and its order, and compare it with what is held here.

    Returns:
        How many events were read.

    Raises:
        AppError: ``hub.unsound`` with the first event that is not as it was written, ``hub.order_broken``,
            ``hub.differs``; and as :func:`hub_status`.
    """
    with _joined(folder) as (_, journal, hub):
        found = flaws(hub.events())
        if found:
            (device, number), count = found[0].key, len(found)
            raise AppError("hub.unsound", device=device, number=number, count=count)
        seen, top = 0, hub.top()
        while seen < top:
            progress("verifying", seen / top)
            portion = hub.pull(seen).events
            if not portion:
                raise AppError("hub.order_broken", number=seen + 1)
            for event in portion:
                seen += 1
                if event.hub_seq != seen or event.base >= seen:
                    raise AppError("hub.order_broken", number=seen)
                held = journal.event(event.key)
                if held is not None and (held.hash, held.hub_seq or seen) != (event.hash, seen):
                    raise AppError("hub.differs", device=event.dev, number=event.dev_seq)
        return seen


def back_up_hub(folder: Path, target: Path, progress: ProgressSink) -> int:
    """Copy all that the hub of the workspace in *folder* holds into the new journal *target*, each chain checked.

    Returns:
        How many events it holds.

    Raises:
        AppError: ``journal.exists``, ``journal.broken_chain``, ``hub.backup_lacks`` where this login is not shown all
            that the hub holds; and as :func:`hub_status`.
    """
    if target.exists():
        raise AppError("journal.exists", path=str(target))
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with _joined(folder) as (joined, _journal, hub), closing(Journal.create(partial)) as copy:
            if not hub.sees_personal():
                raise AppError("hub.backup_lacks", server=postgres.name_of(joined.address))
            top = hub.top()
            while (reach := copy.reach()) < top:
                progress("backing_up", reach / top)
                portion = hub.pull(reach)
                if not portion.events:
                    raise AppError("hub.order_broken", number=reach + 1)
                copy.take_in(portion.events, portion.texts)
            copy.settle()
        sync_file(partial)
        partial.replace(target)
        sync_folder(target.resolve().parent)
    finally:
        for name in (partial.name, f"{partial.name}-wal", f"{partial.name}-shm"):
            partial.with_name(name).unlink(missing_ok=True)
    return top
