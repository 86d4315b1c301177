"""Which files make a workspace."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from app.errors import AppError

NETWORK = "network.sqlite"
JOURNAL = "journal.sqlite"
CACHE = "cache"
EVIDENCE = "evidence"
RULES = "rules.toml"
POSITIONS = "positions.sqlite"
HUB = "hub.json"
HUB_PEOPLE = "hub-people.json"
ORDER = "order.json"
LAPTOP = "laptop.json"
SIGNING_KEY = "signing.key"
SEALED_KEY = "signing.sealed"
BASEMAP = "basemap"
BACKUPS = "backups.json"

StoreStamp: TypeAlias = tuple[tuple[int, int], ...]


def store_stamp(folder: Path, file: str) -> StoreStamp:
    """What a store's files look like from outside: whatever is written changes size or time of one of them."""
    found = []
    for name in (file, f"{file}-wal"):
        try:
            status = os.stat(folder / name)  # noqa: PTH116 - once a second, without the objects around it
        except FileNotFoundError:
            # Without a writer there is no write-ahead log.
            found.append((0, 0))
        else:
            found.append((status.st_size, status.st_mtime_ns))
    return tuple(found)


def refuse_occupied(folder: Path) -> None:
    """Refuse a folder in which no workspace can be made; ask before the long work.

    Raises:
        AppError: ``workspace.not_empty``, ``workspace.not_a_folder``.
    """
    if folder.exists() and not folder.is_dir():
        raise AppError("workspace.not_a_folder", path=str(folder))
    if folder.is_dir() and any(folder.iterdir()):
        raise AppError("workspace.not_empty", path=str(folder))


def refuse_stranger(folder: Path) -> None:
    """Raise :class:`AppError` ``workspace.missing`` or ``workspace.not_a_workspace``."""
    if not folder.is_dir():
        raise AppError("workspace.missing", path=str(folder))
    if not (folder / NETWORK).is_file() or not (folder / JOURNAL).is_file():
        raise AppError("workspace.not_a_workspace", path=str(folder))


def settings_in(path: Path) -> Mapping[str, Any] | None:
    """The JSON object in *path*; None where there is no such file.

    Raises:
        ValueError: Something else stands there.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except RecursionError as error:
        raise ValueError(path) from error
    if not isinstance(said, dict):
        raise ValueError(path)  # noqa: TRY004 - as for anything else that cannot be read
    return said


def keep_settings(path: Path, said: Mapping[str, Any]) -> None:
    """Write *said* into *path* as JSON, whole or not at all."""
    partial = path.with_name(f".partial-{path.name}")
    partial.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)
