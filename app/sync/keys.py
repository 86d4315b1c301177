"""Signatures: Ed25519 key pairs, and the short ids that they give their holders.

The private key lies in the workspace's folder, readable by its owner alone, or is sealed: then it lies in a keyring,
and where it was stands whose it is. It is in no backup and no bundle.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.errors import AppError
from app.workspace_files import SEALED_KEY
from gis.durable import sync_folder
from gis.errors import GisError
from gis.stores.secrets_kept import Keyring, SystemKeyring
from network.errors import os_detail

SIGNATURE_BYTES = 64
ID_BYTES = 8


def make_key(path: Path) -> str:
    """Make a key pair: the private key in *path*, which must not exist; the public one, as hexadecimal digits.

    Raises:
        AppError: ``bundle.key_not_kept``.
    """
    key = Ed25519PrivateKey.generate()
    _write(path, _raw(key))
    return _public(key)


def has_key(path: Path) -> bool:
    """Whether there is a private key in *path*, or one that was sealed."""
    return path.exists() or _seal_of(path).exists()


def public_key(path: Path) -> str:
    """The public key that goes with the private one in *path*, sealed or not.

    Raises:
        AppError: ``bundle.no_key``.
    """
    return _sealed(path) if _seal_of(path).exists() else _public(_private(path.read_bytes, path))


def sign(path: Path, message: bytes, keyring: Keyring | None = None) -> bytes:
    """Signature of *message* by the private key in *path*.

    Args:
        path: Where the key lies or lay.
        message: What is signed.
        keyring: Where it is kept if it is sealed; None for the operating system's.

    Raises:
        AppError: ``bundle.no_key``.
        GisError: What *keyring* raises.
    """
    if not _seal_of(path).exists():
        return _private(path.read_bytes, path).sign(message)
    kept = (keyring or SystemKeyring()).get(_entry(_sealed(path)))
    return _private(lambda: bytes.fromhex(kept or ""), path).sign(message)


def seal(path: Path, keyring: Keyring | None = None) -> str:
    """Move the private key from *path* into *keyring*: whoever has the folder alone signs no more.

    A sealing that was cut short before the key went from *path* is brought to its end.

    Returns:
        What the keyring is called.

    Raises:
        AppError: ``bundle.no_key``, ``bundle.sealed_already``, ``bundle.key_not_kept``.
        GisError: ``keyring.none``, ``keyring.refused``: the key stays where it is.
    """
    is_sealed = _seal_of(path).exists()
    if is_sealed and not path.exists():
        raise AppError("bundle.sealed_already", path=str(path.parent))
    key, kept = _private(path.read_bytes, path), keyring or SystemKeyring()
    public, secret = _public(key), _raw(key).hex()
    if is_sealed and _sealed(path) != public:
        raise AppError("bundle.sealed_already", path=str(path.parent))
    kept.put(_entry(public), secret)
    if kept.get(_entry(public)) != secret:
        raise GisError("keyring.refused", reason="?")
    if not is_sealed:
        _write(_seal_of(path), public.encode())
    path.unlink()
    return kept.name()


def unseal(path: Path, keyring: Keyring | None = None) -> None:
    """Bring the private key back from *keyring* into *path*, and keep it there no more.

    Raises:
        AppError: ``bundle.not_sealed``, ``bundle.no_key``, ``bundle.key_not_kept``.
        GisError: ``keyring.none``, ``keyring.refused``.
    """
    if not _seal_of(path).exists():
        raise AppError("bundle.not_sealed", path=str(path.parent))
    kept, public = keyring or SystemKeyring(), _sealed(path)
    found = kept.get(_entry(public))
    key = _private(lambda: bytes.fromhex(found or ""), path)
    # What a broken unsealing left here is the same key.
    path.unlink(missing_ok=True)
    _write(path, _raw(key))
    _seal_of(path).unlink()
    kept.drop(_entry(public))


def _seal_of(path: Path) -> Path:
    return path.with_name(SEALED_KEY)


def _sealed(path: Path) -> str:
    """The public key of what was sealed."""
    try:
        public = _seal_of(path).read_text(encoding="ascii").strip()
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    except (OSError, ValueError) as error:
        raise AppError("bundle.no_key", path=str(_seal_of(path))) from error
    return public


def _entry(public: str) -> str:
    return f"signing key {id_of(public)}"


def is_signed(public: str, signature: bytes, message: bytes) -> bool:
    """Whether *signature* was made of *message* by the holder of the key *public*."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def id_of(public: str) -> str:
    """Short id of the holder of the key *public*: 16 hexadecimal digits."""
    return hashlib.sha256(public.encode()).hexdigest()[: 2 * ID_BYTES]


def _private(read: Callable[[], bytes], path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(read())
    except (OSError, ValueError) as error:
        raise AppError("bundle.no_key", path=str(path)) from error


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def _write(path: Path, contents: bytes) -> None:
    """A new file that nobody but its owner reads, whole or not at all: half a seal would hide a key that is there.

    Raises:
        AppError: ``bundle.key_not_kept``.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        try:
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(contents)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
            partial.replace(path)
            sync_folder(path.parent)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise AppError("bundle.key_not_kept", path=str(path), **os_detail(error, "reason")) from error


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
