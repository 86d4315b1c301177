"""Which device writes: an id of its own for every workspace on every machine.

Two copies of a journal that went on under one id would give one number to two events. So the id is tied to a
fingerprint of the machine and of the very file; where that no longer fits, the file was copied or restored.
"""

from __future__ import annotations

import hashlib
import platform
import secrets
from pathlib import Path

MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def new_device() -> str:
    """A new device id: 16 hexadecimal digits."""
    return secrets.token_hex(8)


def fingerprint(path: Path, machine_ids: tuple[Path, ...] = MACHINE_IDS) -> str:
    """Of this machine and the file at *path*; a copy of the file has another, a renamed or moved one the same."""
    machine = next((text for place in machine_ids if place.is_file() and (text := place.read_text().strip())), "")
    parts = (machine or platform.node(), str(path.stat().st_ino))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
