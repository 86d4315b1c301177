"""Bundles between a laptop and the centre: written on the one side, taken in on the other.

A laptop's bundle holds what it wrote and the centre has not placed yet; so a later one holds all that an earlier one
held, and it does no harm to lose one. The answer holds what got its place since the laptop last knew, its own among it.
Whatever is wrong with a bundle is found before anything is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from app.errors import AppError
from app.journal import clock
from app.journal.erasing import ERASED
from app.journal.events import NO_HASH, Event, hash_of, milliseconds
from app.journal.log import Journal
from app.journal.writing import is_genuine
from app.operations.evidence import evidence_path, keep_contents, pictures_of
from app.operations.hub import exchange_now
from app.operations.hub_entitled import refuse_unentitled
from app.operations.taking import HOME_ONLY, incidents_going_on
from app.sync.bundles import Bundle, Contents, Letter, write_bundle
from app.sync.keys import has_key, id_of, public_key, sign
from app.sync.laptops import Laptop, LaptopKind, began, brought, laptop_of, whole_id
from app.sync.membership import membership_of
from app.sync.own_order import keep_order, order_of
from app.workspace_files import JOURNAL, SIGNING_KEY, refuse_stranger
from app.workspace_lease import Lease, keep_lease, lease_of, shown_minute
from gis.exchange.tables import whole_file
from gis.stores.secrets_kept import Keyring
from network.errors import os_detail


@dataclass(frozen=True)
class Bundled:
    """What a bundle holds."""

    events: int
    pictures: int


@dataclass(frozen=True)
class Merged:
    """What was taken in.

    Attributes:
        laptop: The laptop that it came from, or that took it in.
        events, pictures: How many were new.
        missing: Pictures that its events name and that are not here yet.
    """

    laptop: str
    events: int
    pictures: int
    missing: int


def bundle(
    folder: Path, out: Path, now: datetime, *, laptop: str = "", pictures: bool = True, keyring: Keyring | None = None
) -> Bundled:
    """Write a bundle of the workspace in *folder* into *out*, whole or not at all.

    Args:
        folder: A laptop's workspace, or the centre's.
        out: The file.
        now: The moment.
        laptop: At the centre: the laptop that is answered, by its id or the beginning of it.
        pictures: Bring pictures as well; without them it stays small, and they can follow in another.
        keyring: Where the key is kept that signs it if that was sealed; None for the operating system's.

    Raises:
        AppError: ``bundle.for_whom``, ``bundle.no_such_laptop``, ``laptop.is_withdrawn``, ``bundle.no_key``,
            ``laptop.left_hub``.
        GisError: ``cannot_write_file`` and what the store raises.
    """
    refuse_stranger(folder)
    lease = lease_of(folder)
    with closing(Journal.open(folder / JOURNAL)) as journal:
        if lease is None:
            letter, contents = _answer(folder, journal, laptop, now)
        else:
            letter, contents = _homeward(folder, journal, lease, now)
        if not pictures:
            contents = replace(contents, pictures=())
        key = folder / SIGNING_KEY
        signing = partial(sign, key, keyring=keyring)
        with whole_file(out) as unfinished:
            return Bundled(*write_bundle(unfinished, letter, contents, id_of(public_key(key)), signing))


def _homeward(folder: Path, journal: Journal, lease: Lease, now: datetime) -> tuple[Letter, Contents]:
    pending = [event for event in journal.pending() if event.dev not in lease.home]
    letter = _letter(journal, "", lease.order, journal.reach(), now)
    named = dict.fromkeys((*(one for event in pending for one in pictures_of(event)), *lease.missing))
    return letter, Contents(pending, journal.texts(pending), _files(folder, named))


def _answer(folder: Path, journal: Journal, laptop: str, now: datetime) -> tuple[Letter, Contents]:
    if membership_of(folder) is None and order_of(folder) is not None:
        keep_order(folder, journal, now)
    if not laptop:
        raise AppError("bundle.for_whom")
    known = laptop_of(journal, whole_id(journal, laptop))
    order = order_of(folder)
    if known is None or order is None:
        raise AppError("bundle.no_such_laptop", laptop=laptop)
    if known.withdrawn is not None:
        raise AppError("laptop.is_withdrawn", laptop=known.id)
    if not has_key(folder / SIGNING_KEY) or public_key(folder / SIGNING_KEY) != known.console:
        raise AppError("bundle.not_this_console", laptop=known.id)
    placed = journal.placed_after(known.reach, journal.reach())
    shared = [event for event in placed if not event.entity.startswith(HOME_ONLY)]
    if any(event.entity.startswith("incident/") for event in shared):
        going_on = incidents_going_on(folder)
        shared = [event for event in shared if not event.entity.startswith("incident/") or going_on(event.entity)]
    letter = _letter(journal, known.id, known.order or order, known.reach, now)
    missing = tuple(sorted(_missing(folder, journal, known)))
    foreign = [event for event in placed if event.dev not in known.devices]
    named = dict.fromkeys(one for event in foreign for one in pictures_of(event))
    return replace(letter, missing=missing), Contents(placed, journal.texts(shared), _files(folder, named))


def _letter(journal: Journal, to: str, order: str, since: int, now: datetime) -> Letter:
    reach = journal.reach()
    last = journal.placed(reach)
    return Letter(to, order, since, reach, "" if last is None else last.hash, milliseconds(now))


def _files(folder: Path, names: Iterable[str]) -> list[Path]:
    """Those of the pictures *names* that are here."""
    return [path for name in names if (path := evidence_path(folder, name)) is not None]


def _missing(folder: Path, journal: Journal, laptop: Laptop) -> set[str]:
    """Pictures that events of the laptop name and that are not here."""
    entities = journal.beginning("incident/")
    named = {one for event in entities if event.dev in laptop.devices for one in pictures_of(event)}
    return {one for one in named if evidence_path(folder, one) is None}


def merge(folder: Path, path: Path, now: datetime, actor: str) -> Merged:
    """Take the bundle *path* into the workspace in *folder*; all of it, or nothing is changed.

    Raises:
        AppError: ``bundle.…``: it is none, was harmed on the way, comes from a stranger, belongs elsewhere, holds
            nothing new or does not follow on what is here; ``journal.…`` and ``hub.…`` likewise.
        GisError: ``server.unreachable`` where the hub is away, and what the store raises.
    """
    refuse_stranger(folder)
    lease = lease_of(folder)
    with closing(Journal.open(folder / JOURNAL)) as journal:
        if lease is None:
            return _taken_home(folder, journal, path, now, actor)
        return _heard(folder, journal, lease, path)


def _heard(folder: Path, journal: Journal, lease: Lease, path: Path) -> Merged:
    """On a laptop: take in what the centre answers."""

    def key_of(signer: str) -> str | None:
        if signer == lease.laptop:
            raise AppError("bundle.own", path=str(path))
        return lease.console if signer == id_of(lease.console) else None

    with closing(Bundle.open(path, key_of)) as opened:
        letter = opened.letter
        if letter.to != lease.laptop or letter.order != lease.order:
            raise AppError("bundle.for_another", path=str(path))
        if letter.since > journal.reach():
            raise AppError("bundle.one_missing", path=str(path))
        opened.check()
        events = opened.events()
        if [event.hub_seq for event in events] != list(range(letter.since + 1, letter.since + 1 + len(events))):
            raise AppError("bundle.disordered", path=str(path))
        new = _unknown(journal, events)
        _refuse_other_places(journal, events, path)
        placed = any((event.hub_seq or 0) > journal.reach() for event in events)
        pictures = _new_pictures(folder, opened)
        if not (new or placed or pictures or set(letter.missing) != set(lease.missing)):
            raise AppError("bundle.known", path=str(path))
        journal.take_in(events, opened.texts())
        _keep_pictures(folder, opened, pictures)
        keep_lease(folder, replace(lease, missing=letter.missing))
        return Merged(lease.laptop, len(new), len(pictures), len(letter.missing))


def _refuse_other_places(journal: Journal, events: Sequence[Event], path: Path) -> None:
    """The centre was set back and went on: it has given places that are held here to something else."""
    for event in events:
        here, known = journal.placed(event.hub_seq or 0), journal.event(event.key)
        moved = known is not None and known.hub_seq not in (None, event.hub_seq)
        if moved or (here is not None and here.key != event.key):
            raise AppError("bundle.other_order", path=str(path), place=event.hub_seq or 0)


def _laptop_key(folder: Path, journal: Journal, signer: str, path: Path) -> str | None:
    own = folder / SIGNING_KEY
    if has_key(own) and id_of(public_key(own)) == signer:
        raise AppError("bundle.for_the_laptop", path=str(path))
    laptop = laptop_of(journal, signer)
    if laptop is not None and laptop.withdrawn is not None:
        # Whenever it was written: who has the key can date a bundle as he likes.
        since = shown_minute(laptop.withdrawn.at_ms)
        raise AppError("bundle.withdrawn", path=str(path), laptop=signer, since=since, who=laptop.withdrawn.by)
    return None if laptop is None else laptop.key


def _taken_home(folder: Path, journal: Journal, path: Path, now: datetime, actor: str) -> Merged:
    """At the centre: take in what a laptop brings."""
    if membership_of(folder) is not None:
        # The laptop may have heard from the hub what this console has not, and be known there alone.
        exchange_now(folder)
    with closing(Bundle.open(path, lambda signer: _laptop_key(folder, journal, signer, path))) as opened:
        laptop, letter = laptop_of(journal, opened.signer), opened.letter
        assert laptop is not None, "its key was found"
        if letter.to:
            raise AppError("bundle.for_another", path=str(path))
        _refuse_other_order(letter, laptop, order_of(folder), path)
        _refuse_other_past(journal, letter, path)
        opened.check()
        events = opened.events()
        new = _unknown(journal, events)
        _refuse_unfit(journal, events, new, laptop, letter, path)
        texts = opened.texts()
        if not all(map(is_genuine, texts)):
            raise AppError("journal.text_changed")
        pictures = _new_pictures(folder, opened)
        if not (new or pictures):
            raise AppError("bundle.known", path=str(path))
        if membership_of(folder) is not None:
            told = [(event.actor, event.role, event.kind) for event in new]
            refuse_unentitled(folder, [(actor, "", LaptopKind.BROUGHT), *told])
        drafts = [] if laptop.order else [began(laptop.id, letter.order)]
        devices = laptop.devices | {event.dev for event in new}
        drafts.append(brought(laptop.id, devices, letter.reach, len(new), len(pictures)))
        # First: should the rest be cut short, whose devices these are is known when it is done again.
        journal.append(drafts, now, actor)
        if membership_of(folder) is None:
            journal.give_places(now, new, texts)
        else:
            exchange_now(folder, new, texts)
        _keep_pictures(folder, opened, pictures)
        named = {one for event in events for one in pictures_of(event)}
        missing = sum(evidence_path(folder, one) is None for one in named)
        return Merged(laptop.id, len(new), len(pictures), missing)


def _refuse_other_order(letter: Letter, laptop: Laptop, order: str | None, path: Path) -> None:
    """A laptop names the order by which it was taken, whatever hub the centre has come to follow since.

    Where it was not written down which that was, the event at its last place, which is looked at next, proves it.
    """
    if letter.order != laptop.order and (laptop.order or (letter.order != order and not letter.reach)):
        raise AppError("bundle.for_another", path=str(path))


def _refuse_other_past(journal: Journal, letter: Letter, path: Path) -> None:
    """The laptop began with a part of what is here, or this is a workspace that was set back."""
    if letter.reach > journal.reach():
        raise AppError("bundle.ahead", path=str(path), there=letter.reach, here=journal.reach())
    last = journal.placed(letter.reach)
    if ("" if last is None else last.hash) != letter.reach_hash:
        raise AppError("bundle.for_another", path=str(path))


def _unknown(journal: Journal, events: Sequence[Event]) -> list[Event]:
    """Those of *events* that are not here. Raises :class:`AppError` ``journal.forked``."""
    new = []
    for event in events:
        held = journal.event(event.key)
        if held is None:
            new.append(event)
        elif held.hash != event.hash:
            raise AppError("journal.forked", device=event.dev, number=event.dev_seq)
    return new


def _refuse_unfit(
    journal: Journal, events: Sequence[Event], new: Sequence[Event], laptop: Laptop, letter: Letter, path: Path
) -> None:
    """Refuse events that are in disorder, do not follow on what is here, or are those of another's device."""
    keys = [event.key for event in events]
    if keys != sorted(set(keys)) or any(event.hub_seq is not None for event in events):
        raise AppError("bundle.disordered", path=str(path))
    if any(event.kind == ERASED for event in new):
        # Nothing that goes along erases words; what says so was made to harm.
        raise AppError("bundle.erases", path=str(path))
    before: Event | None = None
    for event in new:
        if before is None or before.dev != event.dev:
            before = journal.event((event.dev, event.dev_seq - 1))
            if before is not None and event.dev not in laptop.devices:
                raise AppError("bundle.not_its_device", path=str(path), device=event.dev)
        follows = event.dev_seq == (1 if before is None else before.dev_seq + 1)
        chained = event.prev_hash == (NO_HASH if before is None else before.hash)
        sound = (
            event.hash == hash_of(event) and _is_object(event) and event.dev.isalnum() and clock.is_reading(event.hlc)
        )
        if not (follows and chained and sound and (before.base if before else 0) <= event.base <= letter.reach):
            raise AppError("journal.broken_chain", device=event.dev, number=event.dev_seq)
        before = event


def _is_object(event: Event) -> bool:
    try:
        return isinstance(json.loads(event.body), dict)
    except (ValueError, RecursionError):
        return False


def _new_pictures(folder: Path, opened: Bundle) -> set[str]:
    names = opened.picture_names()
    return {name for name in names if evidence_path(folder, name.partition(".")[0]) is None}


def _keep_pictures(folder: Path, opened: Bundle, names: set[str]) -> None:
    """After the events that name them: should it be cut short, taking in the same bundle again brings the rest."""
    try:
        for name, contents in opened.pictures():
            if name in names:
                keep_contents(folder, contents, name[name.index(".") :])
    except OSError as error:
        raise AppError("evidence.not_kept", path=str(folder), **os_detail(error, "reason")) from error
