"""Pictures and sounds of incidents: kept by the hash of their contents, outside the journal's chain."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from app.dispatch.entries import EntryKind
from app.errors import AppError
from app.journal.events import Event
from app.workspace_files import EVIDENCE
from gis.durable import sync_file, sync_folder
from network.errors import os_detail

LARGEST_MB = 50
PHOTO, SOUND = "photo", "sound"
KINDS = {
    ".jpg": PHOTO,
    ".jpeg": PHOTO,
    ".png": PHOTO,
    ".webp": PHOTO,
    ".heic": PHOTO,
    ".wav": SOUND,
    ".mp3": SOUND,
    ".m4a": SOUND,
    ".ogg": SOUND,
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


def keep_evidence(folder: Path, path: Path, *, picture: bool = False) -> str:
    """Copy *path* into the workspace in *folder*, whole and on the disk, and return the hash that names it.

    Args:
        folder: Of the workspace.
        path: The file.
        picture: Nothing but a picture will do.

    Raises:
        AppError: ``evidence.unknown_kind``, ``evidence.no_picture``, ``evidence.too_large``, ``evidence.empty``,
            ``evidence.not_kept``.
    """
    if kind_of(path) != PHOTO and picture:
        raise AppError("evidence.no_picture", path=str(path))
    try:
        size = path.stat().st_size
        if size > LARGEST_MB * 2**20:
            raise AppError("evidence.too_large", path=str(path), most_mb=LARGEST_MB)
        contents = path.read_bytes()
        if not contents:
            raise AppError("evidence.empty", path=str(path))
        return keep_contents(folder, contents, path.suffix.lower())
    except OSError as error:
        raise AppError("evidence.not_kept", path=str(path), **os_detail(error, "reason")) from error


def keep_contents(folder: Path, contents: bytes, ending: str) -> str:
    """Keep *contents* in the workspace in *folder* and return the hash that names them. Raises OSError."""
    name = hashlib.sha256(contents).hexdigest()
    home = folder / EVIDENCE / name[:2]
    target = home / f"{name}{ending}"
    if not target.exists():
        home.mkdir(parents=True, exist_ok=True)
        _write_whole(target, contents)
    return name


def pictures_of(event: Event) -> tuple[str, ...]:
    """Hashes of the pictures and sounds that *event* names."""
    if event.kind != EntryKind.NOTED:
        return ()
    named = (event.facts.get(name) for name in ("photo", "sound"))
    return tuple(one for one in named if isinstance(one, str))


def _write_whole(target: Path, contents: bytes) -> None:
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        partial.write_bytes(contents)
        sync_file(partial)
        os.replace(partial, target)  # noqa: PTH105 - what must be atomic is named as such
        sync_folder(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def evidence_file(folder: Path, name: str) -> Path:
    """Where the evidence called *name* lies.

    Raises:
        AppError: ``evidence.gone``: it was erased or has not come yet.
    """
    found = evidence_path(folder, name)
    if found is None:
        raise AppError("evidence.gone")
    return found


def evidence_path(folder: Path, name: str) -> Path | None:
    """Where the evidence called *name* lies in the workspace; None where it was erased or has not come yet."""
    if not name.isalnum():
        return None
    return next(iter(sorted((folder / EVIDENCE / name[:2]).glob(f"{name}.*"))), None)
