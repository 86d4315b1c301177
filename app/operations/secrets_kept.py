"""Where a workspace's secrets are kept: the hub's password, and the key by which it signs."""

from __future__ import annotations

from pathlib import Path

from app.sync.keys import seal, unseal
from app.sync.membership import required
from app.workspace_files import SIGNING_KEY, refuse_stranger
from gis.errors import GisError
from gis.stores import postgres
from gis.stores.secrets_kept import Keyring, SystemKeyring


def keep_password(folder: Path, password: str, keyring: Keyring | None = None, address: str = "") -> str:
    """Keep the password by which the workspace in *folder* follows its hub in *keyring*.

    Args:
        folder: A workspace that follows a hub.
        password: "" to keep it no more.
        keyring: None for the operating system's.
        address: Of the hub that is to be joined with it; then there need be no workspace yet. "" for the hub that is
            followed.

    Returns:
        What the keyring is called.

    Raises:
        AppError: ``hub.none``.
        GisError: ``keyring.none``, ``keyring.refused``, ``server.password_in_address``, ``server.bad_address``.
    """
    if address:
        postgres.refuse_secrets(address)
    else:
        refuse_stranger(folder)
    entry, kept = postgres.entry_of(address or required(folder).address), keyring or SystemKeyring()
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
