"""Pictures and sounds of incidents: kept by the hash of their contents, outside the journal's chain."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from app.errors import AppError
from app.workspace_files import EVIDENCE
from gis.stores import sqlite
from network.errors import os_detail

LARGEST_MB = 50
KINDS = {
    ".jpg": "photo",
    ".jpeg": "photo",
    ".png": "photo",
    ".webp": "photo",
    ".heic": "photo",
    ".wav": "sound",
    ".mp3": "sound",
    ".m4a": "sound",
    ".ogg": "sound",
}


def kind_of(path: Path) -> str:
    """``photo`` or ``sound``, by the ending of *path*.

    Raises:
        AppError: ``evidence.unknown_kind``.
    """
    try:
        return KINDS[path.suffix.lower()]
    except KeyError as missing:
        raise AppError("evidence.unknown_kind", path=str(path), known=", ".join(KINDS)) from missing


def keep_evidence(folder: Path, path: Path) -> str:
    """Copy *path* into the workspace in *folder*, whole and on the disk, and return the hash that names it.

    Raises:
        AppError: ``evidence.unknown_kind``, ``evidence.too_large``, ``evidence.empty``, ``evidence.not_kept``.
    """
    kind_of(path)
    try:
        size = path.stat().st_size
        if size > LARGEST_MB * 2**20:
            raise AppError("evidence.too_large", path=str(path), most_mb=LARGEST_MB)
        contents = path.read_bytes()
        if not contents:
            raise AppError("evidence.empty", path=str(path))
        name = hashlib.sha256(contents).hexdigest()
        home = folder / EVIDENCE / name[:2]
        target = home / f"{name}{path.suffix.lower()}"
        if not target.exists():
            home.mkdir(parents=True, exist_ok=True)
            _write_whole(target, contents)
    except OSError as error:
        raise AppError("evidence.not_kept", path=str(path), **os_detail(error, "reason")) from error
    return name


def _write_whole(target: Path, contents: bytes) -> None:
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        partial.write_bytes(contents)
        sqlite.sync_file(partial)
        os.replace(partial, target)  # noqa: PTH105 - what must be atomic is named as such
        sqlite.sync_folder(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def evidence_path(folder: Path, name: str) -> Path | None:
    """Where the evidence called *name* lies in the workspace; None where it was erased or has not come yet."""
    if not name.isalnum():
        return None
    return next(iter(sorted((folder / EVIDENCE / name[:2]).glob(f"{name}.*"))), None)
