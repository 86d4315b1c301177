"""A damaged workspace: what can still be read of it, put on top of a backup, in a folder of its own.

Nothing in the damaged folder is changed. Each salvaged event must hang on the one before it by its hash, so nothing
that the damage made up comes along; behind the first event of a device that cannot be read nothing of it can.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.journal.events import Event, devices_in
from app.journal.log import Journal
from app.journal.writing import FreeText
from app.requests import ProgressSink
from app.workspace_care import MISREAD, back_up, file_faults, refuse_unsound
from app.workspace_files import EVIDENCE, JOURNAL, NETWORK, refuse_occupied, refuse_stranger
from gis.errors import GisError
from gis.stores import sqlite
from network.errors import CodedError, os_detail

_AT_ONCE = 500


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
        from_backup: Events that the backup held.
        salvaged: Events that only the damaged journal held.
        lost: What is known to be gone.
        own_network: Whether the network file was sound and is the damaged workspace's own; otherwise the backup's, to
            which edits since are applied from the journal when it is opened.
    """

    from_backup: int
    salvaged: int
    lost: tuple[Lost, ...]
    own_network: bool


def rescue(damaged: Path, backup: Path | None, out: Path, progress: ProgressSink) -> Rescued:
    """Make a sound workspace in *out* of a *damaged* one and its *backup*; whole or not at all.

    Args:
        damaged: The folder, not open anywhere.
        backup: A sound workspace, an older state of the same; None tries without.
        out: Must not exist, or be empty.
        progress: Told ``salvaging``.

    Raises:
        AppError: ``workspace.missing``, ``workspace.not_a_workspace``, ``workspace.not_empty``,
            ``workspace.not_a_folder``, ``workspace.cannot_write``, ``workspace.unsound`` or ``workspace.tampered``
            (the backup), ``rescue.no_network`` (without a backup where the network file is damaged),
            ``rescue.another_city`` (the two are not of one workspace).
        GisError: What the store raises.
    """
    refuse_stranger(damaged)
    refuse_occupied(out)
    if backup is not None:
        refuse_unsound(backup)
    own_network = not _unreadable(damaged / NETWORK)
    building = out.resolve().with_name(f".{out.resolve().name}.{os.getpid()}.rescue")
    try:
        shutil.rmtree(building, ignore_errors=True)
        if backup is not None:
            back_up(backup, building)
        elif own_network:
            building.mkdir(parents=True)
            Journal.create(building / JOURNAL).close()
        else:
            raise AppError("rescue.no_network", path=str(damaged / NETWORK))
        if own_network:
            _copy_network(damaged, building)
        rescued = _salvage(damaged / JOURNAL, building / JOURNAL, progress, own_network=own_network)
        _copy_evidence(damaged / EVIDENCE, building / EVIDENCE)
        if out.is_dir():
            out.rmdir()
        building.rename(out)
        sqlite.sync_folder(out.resolve().parent)
    except OSError as error:
        raise AppError("workspace.cannot_write", path=str(out), **os_detail(error, "reason")) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return rescued


def _unreadable(path: Path) -> bool:
    try:
        return bool(file_faults(path))
    except (CodedError, *MISREAD):
        return True


def _copy_network(damaged: Path, building: Path) -> None:
    (building / NETWORK).unlink(missing_ok=True)
    with closing(sqlite.connect(damaged / NETWORK, readonly=True)) as connection, sqlite.translated(damaged / NETWORK):
        sqlite.backup(connection, building / NETWORK)


def _copy_evidence(damaged: Path, building: Path) -> None:
    """Photos and recordings bear their contents' hash as their name: what is in both is the same."""
    for path in sorted(damaged.rglob("*")) if damaged.is_dir() else ():
        target = building / path.relative_to(damaged)
        if path.is_file() and not path.name.startswith(".") and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _salvage(damaged: Path, target: Path, progress: ProgressSink, *, own_network: bool) -> Rescued:
    with closing(Journal.open(target)) as journal:
        held = devices_in(journal.heads())
        try:
            source = Journal.open(damaged, readonly=True)
        except (CodedError, *MISREAD):
            # Not even its first page can be read.
            return Rescued(sum(held.values()), 0, (), own_network)
        with closing(source):
            heads = _heads(source)
            if held and heads and not held.keys() & heads.keys():
                raise AppError("rescue.another_city", path=str(damaged))
            found: dict[str, int] = {}
            for number, device in enumerate(sorted({*held, *heads})):
                progress("salvaging", number / max(len({*held, *heads}), 1))
                found[device] = _take_over(source, journal, device, held.get(device, 0))
    lost = tuple(Lost(device, last + 1, heads[device]) for device, last in found.items() if heads.get(device, 0) > last)
    salvaged = sum(last - held.get(device, 0) for device, last in found.items())
    return Rescued(sum(held.values()), salvaged, lost, own_network)


def _heads(source: Journal) -> dict[str, int]:
    """How far each device's log reached, as far as that can be read."""
    try:
        return devices_in(source.heads())
    except (GisError, *MISREAD):
        return {}


def _take_over(source: Journal, journal: Journal, device: str, held: int) -> int:
    """Take what can be read of a device's log beyond number *held*; returns how far that reached."""
    reached = held
    for batch in _batches(_readable(source, device, held)):
        try:
            journal.take_in([event for event, _ in batch], [text for _, texts in batch for text in texts])
            reached += len(batch)
        except (CodedError, *MISREAD):
            # One of them does not hang on the one before it: those before that one do.
            return reached + _one_by_one(journal, batch)
    return reached


def _one_by_one(journal: Journal, batch: list[tuple[Event, tuple[FreeText, ...]]]) -> int:
    for number, (event, texts) in enumerate(batch):
        try:
            journal.take_in([event], texts)
        except (CodedError, *MISREAD):
            return number
    return len(batch)


def _batches(
    found: Iterator[tuple[Event, tuple[FreeText, ...]]],
) -> Iterator[list[tuple[Event, tuple[FreeText, ...]]]]:
    batch = []
    for one in found:
        batch.append(one)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _readable(source: Journal, device: str, held: int) -> Iterator[tuple[Event, tuple[FreeText, ...]]]:
    """A device's events beyond number *held* with the free texts that they name, up to the first that is unreadable."""
    number = held + 1
    while (event := _event(source, device, number)) is not None:
        yield event, _texts(source, event)
        number += 1


def _event(source: Journal, device: str, number: int) -> Event | None:
    try:
        return source.event((device, number))
    except (GisError, *MISREAD):
        return None


def _texts(source: Journal, event: Event) -> tuple[FreeText, ...]:
    try:
        return source.texts([event])
    except (GisError, *MISREAD):
        # The event stands all the same: a text may be erased, and this one is.
        return ()
