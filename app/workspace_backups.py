"""Where a workspace's latest backups were put: a console that finds its files damaged offers them."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.journal.events import milliseconds
from app.workspace_files import BACKUPS, JOURNAL, NETWORK

_LOG = logging.getLogger(__name__)
_MOST = 8
_NEVER_MS = 4_102_444_800_000
"""The year 2100: what is later is no moment of a backup."""


@dataclass(frozen=True)
class KnownBackup:
    """A folder with a backup, and when it was made (UTC milliseconds)."""

    folder: Path
    at_ms: int


def note_backup(folder: Path, backup: Path, now: datetime) -> None:
    """Write down that the workspace in *folder* was copied to *backup*.

    The backup is there all the same where this cannot be written: whoever runs it may not be who owns the workspace.
    """
    place = backup.resolve()
    before = [one for one in _read(folder) if one.folder != place]
    rows = [KnownBackup(place, milliseconds(now)), *before][:_MOST]
    text = json.dumps([{"folder": str(one.folder), "at_ms": one.at_ms} for one in rows], ensure_ascii=False)
    partial = folder / f".{BACKUPS}.partial"
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(folder / BACKUPS)
    except OSError as error:
        _LOG.warning("where the backup lies is not written down: %s", error)


def known_backups(folder: Path) -> tuple[KnownBackup, ...]:
    """Backups of the workspace in *folder* that are where they were put, the latest first."""
    return tuple(one for one in _read(folder) if _is_there(one.folder))


def _is_there(backup: Path) -> bool:
    try:
        return all((backup / name).is_file() for name in (NETWORK, JOURNAL))
    except OSError:
        # A disk that is not there now, or a name that is none.
        return False


def _read(folder: Path) -> list[KnownBackup]:
    try:
        told = json.loads((folder / BACKUPS).read_text(encoding="utf-8"))
        found = [KnownBackup(Path(str(one["folder"])), int(one["at_ms"])) for one in told]
        found = [one for one in found if 0 <= one.at_ms < _NEVER_MS]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        # It lies in the damaged folder as well.
        _LOG.info("which backups there are is not known: %s", error)
        return []
    return sorted(found, key=lambda one: -one.at_ms)
