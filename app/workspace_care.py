"""Looking after workspaces: is everything sound, and a copy to keep."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.journal.chain import ChainFlaw, flaws
from app.journal.log import Journal
from app.workspace_files import (
    EVIDENCE,
    JOURNAL,
    LAPTOP,
    NETWORK,
    ORDER,
    RULES,
    refuse_occupied,
    refuse_stranger,
)
from gis.durable import sync_folder
from gis.errors import GisError
from gis.stores import sqlite
from network.errors import os_detail

DAMAGED = "store.damaged"
"""Code of what a store says of a file whose contents are not what was written."""

MISREAD = (TypeError, ValueError, LookupError, sqlite.Error)
"""What reading a file raises whose contents are not what was written (UnicodeError and JSON's are ValueErrors)."""


@dataclass(frozen=True)
class Health:
    """What is wrong with a workspace's files; everything empty where they are sound.

    Attributes:
        network, journal: What SQLite says of the two files.
        chain: Events that were changed, lost or put in.
    """

    network: tuple[str, ...]
    journal: tuple[str, ...]
    chain: tuple[ChainFlaw, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.network or self.journal or self.chain)


def examine(folder: Path) -> Health:
    """Read every page of the workspace in *folder* and check the journal's chains, changing nothing.

    Raises:
        AppError: ``workspace.missing``, ``workspace.not_a_workspace``, ``journal.not_a_journal``.
        GisError: What the store raises; of the files anything but their damage.
    """
    refuse_stranger(folder)
    network, log = file_faults(folder / NETWORK), file_faults(folder / JOURNAL)
    # Of a file that is damaged as a file the contents cannot be trusted to be readable.
    return Health(network, log, () if log else _chain(folder / JOURNAL))


def _chain(path: Path) -> tuple[ChainFlaw, ...]:
    journal = Journal.open(path, readonly=True)
    try:
        return tuple(flaws(journal.events()))
    finally:
        journal.close()


def refuse_unsound(folder: Path) -> None:
    """Raise :class:`AppError` ``workspace.unsound`` or ``workspace.tampered`` where :func:`examine` finds anything."""
    health = examine(folder)
    for name, faults in ((NETWORK, health.network), (JOURNAL, health.journal)):
        if faults:
            raise AppError("workspace.unsound", path=str(folder / name), reason=" ".join(faults[0].split()))
    if health.chain:
        (device, number), count = health.chain[0].key, len(health.chain)
        raise AppError("workspace.tampered", path=str(folder / JOURNAL), device=device, number=number, count=count)


def file_faults(path: Path) -> tuple[str, ...]:
    """What SQLite says of one of a workspace's files; empty where it is sound. Raises :class:`GisError`."""
    try:
        # With the extension: without it SQLite cannot look into the spatial tables.
        connection = sqlite.connect(path, readonly=True, spatial=path.name == NETWORK)
        try:
            with sqlite.translated(path):
                return tuple(sqlite.integrity_faults(connection))
        finally:
            connection.close()
    except GisError as error:
        if error.code != DAMAGED:
            raise
        return (str(error.detail["reason"]),)


def back_up(folder: Path, target: Path) -> None:
    """Copy the workspace in *folder*, which may be open, to *target*; the cache is left out, it is made again.

    Whole or not at all. The journal is copied last, so that it is never behind the network file.

    Raises:
        AppError: ``workspace.missing``, ``workspace.not_a_workspace``, ``workspace.not_empty``,
            ``workspace.not_a_folder``, ``workspace.cannot_write``.
        GisError: What the store raises.
    """
    refuse_stranger(folder)
    with built_beside(target) as building:
        for name in (NETWORK, JOURNAL):
            copy_database(folder / name, building / name)
        if (folder / EVIDENCE).is_dir():
            # Its files never change once they are there; the journal that names them was copied before.
            shutil.copytree(folder / EVIDENCE, building / EVIDENCE, ignore=shutil.ignore_patterns(".*"))
        copy_settings(folder, building, (RULES, ORDER, LAPTOP))


@contextmanager
def built_beside(target: Path) -> Iterator[Path]:
    """A folder beside *target* that becomes *target* when the block ends well, and goes away when it does not.

    Raises:
        AppError: ``workspace.not_empty``, ``workspace.not_a_folder``, ``workspace.cannot_write``.
    """
    refuse_occupied(target)
    building = target.resolve().with_name(f".{target.resolve().name}.{os.getpid()}.partial")
    try:
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        yield building
        if target.is_dir():
            target.rmdir()
        building.rename(target)
        sync_folder(target.resolve().parent)
    except OSError as error:
        raise AppError("workspace.cannot_write", path=str(target), **os_detail(error, "reason")) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def copy_database(path: Path, copy: Path) -> None:
    """Copy a live database of ours. Raises :class:`GisError` as the store does."""
    connection = sqlite.connect(path, readonly=True)
    try:
        with sqlite.translated(path):
            sqlite.backup(connection, copy)
    finally:
        connection.close()


def copy_settings(folder: Path, copy: Path, names: Iterable[str]) -> None:
    """Copy those of the small files *names* that are there."""
    for name in names:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, copy / name)
