"""Signatures: Ed25519 key pairs, and the short ids that they give their holders.

The private key lies in the workspace's folder, readable by its owner alone; it is in no backup and no bundle.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.errors import AppError
from network.errors import os_detail

SIGNATURE_BYTES = 64
ID_BYTES = 8


def make_key(path: Path) -> str:
    """Make a key pair: the private key in *path*, which must not exist; the public one, as hexadecimal digits.

    Raises:
        AppError: ``bundle.key_not_kept``.
    """
    key = Ed25519PrivateKey.generate()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AppError("bundle.key_not_kept", path=str(path), **os_detail(error, "reason")) from error
    return _public(key)


def public_key(path: Path) -> str:
    """The public key that goes with the private one in *path*. Raises :class:`AppError` ``bundle.no_key``."""
    return _public(_private(path))


def sign(path: Path, message: bytes) -> bytes:
    """Signature of *message* by the private key in *path*. Raises :class:`AppError` ``bundle.no_key``."""
    return _private(path).sign(message)


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


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AppError("bundle.no_key", path=str(path)) from error


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
