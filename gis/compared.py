"""Cached arrays are compared with their checksums once after each start of the machine, not at each opening.

What a power cut tears shows after the next start, and whoever writes into a file changes its times: a file that was
compared since the machine was started, and has the same size and times, holds what it held. Where that cannot be told
(no number of this start, or a file so new that a second writing might bear the same time) every byte is compared.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from gis.cache import SUFFIX, open_tables

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_RESTED_NS = 2_000_000_000
"""File times are as coarse as the kernel's clock ticks, on some disks a second or two."""

T = TypeVar("T")


def open_compared(folder: Path, name: str, cls: type[T], stamp: str | None = None) -> T:
    """Map ``folder/NAME.arrays`` as :func:`gis.cache.open_tables` does, its bytes known to fit their checksums.

    Raises:
        GisError: As :func:`gis.cache.open_tables`.
    """
    looks = _looks(folder, name)
    known = looks is not None and looks == _kept(folder, name)
    tables = open_tables(folder, name, cls, stamp, verify=not known)
    if looks is not None and not known and looks == _looks(folder, name):
        _keep(folder, name, looks)
    return tables


def _looks(folder: Path, name: str) -> list[object] | None:
    """This start of the machine, and what the files look like from outside; None where that proves nothing."""
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
        paths = sorted([folder / f"{name}{SUFFIX}", *folder.glob(f"{name}.*{SUFFIX}")])
        told = [(path.name, path.stat()) for path in paths]
    except OSError:
        return None
    latest = max(max(stat.st_mtime_ns, stat.st_ctime_ns) for _, stat in told)
    if latest > time.time_ns() - _RESTED_NS:
        return None
    return [boot, *([name, one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns] for name, one in told)]


def _kept(folder: Path, name: str) -> object:
    try:
        return json.loads(_place(folder, name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _keep(folder: Path, name: str, looks: list[object]) -> None:
    place = _place(folder, name)
    partial = place.with_name(f"{place.name}.{os.getpid()}.partial")
    with suppress(OSError):  # no room, no right to write: they are compared once more at the next opening
        partial.write_text(json.dumps(looks), encoding="ascii")
        partial.replace(place)


def _place(folder: Path, name: str) -> Path:
    return folder / f"{name}.compared"
