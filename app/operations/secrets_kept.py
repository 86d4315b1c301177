"""Where a workspace's secrets are kept: the hub's password, and the key by which it signs."""

from __future__ import annotations

from pathlib import Path

from app.sync.keys import seal, unseal
from app.sync.membership import required
from app.workspace_files import SIGNING_KEY, refuse_stranger
from gis.errors import GisError
from gis.stores import postgres
from gis.stores.secrets_kept import Keyring, SystemKeyring


def keep_password(folder: Path, password: str, keyring: Keyring | None = None) -> str:
    """Keep the password by which the workspace in *folder* follows its hub in *keyring*.

    Args:
        folder: A workspace that follows a hub.
        password: "" to keep it no more.
        keyring: None for the operating system's.

    Returns:
        What the keyring is called.

    Raises:
        AppError: ``hub.none``.
        GisError: ``keyring.none``, ``keyring.refused``.
    """
    refuse_stranger(folder)
    entry, kept = postgres.entry_of(required(folder).address), keyring or SystemKeyring()
    name = kept.name()
    if not name:
        raise GisError("keyring.none")
    if password:
        kept.put(entry, password)
    else:
        kept.drop(entry)
    return name


def seal_key(folder: Path, keyring: Keyring | None = None) -> str:
    """Move the key by which the workspace in *folder* signs into *keyring*, and say what that is called.

    Raises:
        AppError: As :func:`app.sync.keys.seal`.
        GisError: As :func:`app.sync.keys.seal`.
    """
    refuse_stranger(folder)
    return seal(folder / SIGNING_KEY, keyring)


def unseal_key(folder: Path, keyring: Keyring | None = None) -> None:
    """Bring the key back into the folder. Raises as :func:`app.sync.keys.unseal`."""
    refuse_stranger(folder)
    unseal(folder / SIGNING_KEY, keyring)
