"""Pictures and sounds by the hub: what is here and not there goes there, what is there and not here comes, in parts.

They come after the entries that name them, one at a time, and never hold these up. Each is named by the hash of its
contents, so what was cut short goes on where it was, and what is not what its name says is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.errors import AppError
from app.journal.hub_pictures import LARGEST_BYTES, PART_BYTES, KeepsPictures
from app.journal.log import Journal
from app.operations.evidence import KINDS, keep_contents
from app.workspace_files import EVIDENCE
from app.workspace_lease import lease_of
from network.errors import os_detail

_INCOMING = ".incoming"
_OF_ITS_OWN = frozenset({"hub.false_picture", "hub.picture_unnamed"})
"""What is wrong with one picture does not hold up the others."""


def carry_one(folder: Path, journal: Journal, hub: KeepsPictures) -> bool:
    """Bring one picture of the workspace in *folder* to *hub*, or fetch one from there, if there is any.

    A laptop fetches none: it takes along what it needs, and its disk and its line are narrow.

    Returns:
        Whether there was one.

    Raises:
        AppError: ``hub.false_picture``, ``evidence.not_kept``; what the hub refuses.
        GisError: ``server.lost`` and the like: done again, it goes on where it was.
    """
    if not hub.keeps_pictures():
        return False
    there, here, refused = hub.pictures(), {path.stem: path for path in _kept(folder)}, None
    try:
        if _bring_one(here, journal, hub):
            return True
    except AppError as error:
        # Who may bring nothing is shown the others' all the same.
        refused = error
    missing = sorted(there.keys() - here.keys()) if lease_of(folder) is None else []
    if missing:
        _fetch(folder, missing[0], *there[missing[0]], hub)
    elif refused is not None:
        raise refused
    return bool(missing)


def _bring_one(here: Mapping[str, Path], journal: Journal, hub: KeepsPictures) -> bool:
    refused = None
    for name in sorted(hub.lacking_pictures(list(here))):
        about = journal.naming(name)
        if about is None:
            continue
        try:
            _bring(here[name], about, hub)
        except AppError as error:
            if error.code not in _OF_ITS_OWN:
                raise
            refused = refused or error
        else:
            return True
    if refused is not None:
        raise refused
    return False


def _kept(folder: Path) -> Iterator[Path]:
    """Pictures and sounds that are here whole."""
    for path in (folder / EVIDENCE).glob("??/*"):
        if path.suffix in KINDS and path.is_file() and not path.name.startswith("."):
            yield path


def _bring(path: Path, about: str, hub: KeepsPictures) -> None:
    if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
        # Harmed on the disk: the hub would find so only when all of it is there.
        raise AppError("hub.false_picture", name=path.stem)
    size, number = path.stat().st_size, 0
    with path.open("rb") as file:
        while number >= 0:
            file.seek(number * PART_BYTES)
            part = file.read(PART_BYTES)
            number = hub.bring_part(about, path.stem, path.suffix.removeprefix("."), size, number, part)


def _fetch(folder: Path, name: str, ending: str, size: int, hub: KeepsPictures) -> None:
    if not (name.isalnum() and f".{ending}" in KINDS and 0 < size <= LARGEST_BYTES):
        raise AppError("hub.false_picture", name=name)
    partial = folder / EVIDENCE / _INCOMING / name
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("ab") as file:
            # What was cut short in the middle of a part begins that part anew.
            there = file.tell() - file.tell() % PART_BYTES
            file.truncate(there)
            while there < size:
                part = hub.picture_part(name, there // PART_BYTES)
                if len(part) != min(PART_BYTES, size - there):
                    break
                file.write(part)
                file.flush()
                there += len(part)
        contents = partial.read_bytes()
        partial.unlink()
        if hashlib.sha256(contents).hexdigest() != name:
            raise AppError("hub.false_picture", name=name)
        keep_contents(folder, contents, f".{ending}")
    except OSError as error:
        raise AppError("evidence.not_kept", path=str(folder), **os_detail(error, "reason")) from error
