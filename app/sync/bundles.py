"""A bundle: one file on a stick with events, their texts and pictures, signed by who wrote it.

It begins with a head of fixed size (mark, id of the signer, signature, length of the manifest), then the manifest as
JSON, then the members one after the other. The signature covers the manifest, the manifest the size and SHA-256 of each
member. Nothing but the head is looked at before the signature is found to be good. Members have no paths: a picture is
named by the hash of its contents, so no name can lead anywhere.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.errors import AppError
from app.journal.events import Event, canonical, values_of
from app.journal.writing import FreeText
from app.sync.keys import ID_BYTES, SIGNATURE_BYTES, id_of, is_signed
from network.errors import os_detail

MARK = b"SLUICE-1"
"""The last character is the format's version."""

_HEAD = struct.Struct(f">{len(MARK)}s{ID_BYTES}s{SIGNATURE_BYTES}sI")
MOST_MANIFEST = 16 * 2**20
MOST_PICTURE = 50 * 2**20
MOST_LINES = 512 * 2**20
"""Bytes of events or texts, unpacked."""

MOST_RATIO = 100
"""Events are mostly hashes, which cannot be packed: what unpacks to more than this many times its size is no log."""

EVENTS, TEXTS, PICTURE = "events", "texts", "picture"
_PICTURE_NAME = re.compile(r"[0-9a-f]{64}\.(jpg|jpeg|png|webp|heic|wav|mp3|m4a|ogg)")
_SAID = 13
"""Fields of an event that its author states; those of the hub do not travel from a laptop."""


@dataclass(frozen=True)
class Letter:
    """What a bundle says of itself.

    Attributes:
        to: Id of the laptop that it is for; "" for the centre.
        order: Id of the order of events that it belongs to.
        since: It holds the places of the order from here on; a laptop's own are not placed yet.
        reach: How far its author held the order.
        reach_hash: Hash of the event at that place, "" for none: so another order is noticed.
        made_ms: When it was written, UTC.
        missing: Pictures that its author would like to have, by hash.
    """

    to: str
    order: str
    since: int
    reach: int
    reach_hash: str
    made_ms: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """One part of a bundle: its sizes in bytes, packed and unpacked, and the SHA-256 of what is packed."""

    role: str
    name: str
    size: int
    unpacked: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What a bundle brings: events, the free texts that they name, and files of pictures and sounds."""

    events: Sequence[Event]
    texts: Sequence[FreeText]
    pictures: Sequence[Path]


def write_bundle(
    path: Path, letter: Letter, contents: Contents, signer: str, sign: Callable[[bytes], bytes]
) -> tuple[int, int]:
    """Write *path*; whoever calls sees to it that it appears whole.

    Args:
        path: The file.
        letter: What it says of itself.
        contents: What it brings; events with their places where they have any.
        signer: Id of who signs.
        sign: Makes the signature.

    Returns:
        How many events and pictures it holds.

    Raises:
        OSError: It cannot be written, or a picture cannot be read.
    """
    lines = {
        EVENTS: b"".join(_line(list(values_of(event)[: _SAID + 2])) for event in contents.events),
        TEXTS: b"".join(_line([text.id, text.salt.hex(), text.content]) for text in contents.texts),
    }
    packed = {role: zlib.compress(some, 6) for role, some in lines.items()}
    members = [Member(role, "", len(some), len(lines[role]), _digest(some)) for role, some in packed.items()]
    for picture in contents.pictures:
        size = picture.stat().st_size
        members.append(Member(PICTURE, picture.name, size, size, picture.stem))
    manifest = canonical({**asdict(letter), "members": [list(astuple(member)) for member in members]}).encode()
    with path.open("wb") as file:
        file.write(_HEAD.pack(MARK, bytes.fromhex(signer), sign(_signed(signer, manifest)), len(manifest)))
        file.write(manifest)
        for some in packed.values():
            file.write(some)
        for picture in contents.pictures:
            file.write(picture.read_bytes())
    return len(contents.events), len(contents.pictures)


def _signed(signer: str, manifest: bytes) -> bytes:
    return MARK + bytes.fromhex(signer) + struct.pack(">I", len(manifest)) + manifest


def _line(values: list[Any]) -> bytes:
    return canonical(values).encode() + b"\n"


def _digest(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()


class Bundle:
    """An open bundle whose signature is good.

    Attributes:
        signer: Id of who signed it.
        letter: What it says of itself.
    """

    def __init__(self, file: BinaryIO, path: Path, signer: str, letter: Letter, members: Sequence[Member]) -> None:
        self._file, self._path, self._members = file, path, tuple(members)
        self._start = file.tell()
        self.signer, self.letter = signer, letter

    @classmethod
    def open(cls, path: Path, key_of: Callable[[str], str | None]) -> Bundle:
        """Open *path* and check that whoever has the key signed it; nothing is read before.

        Args:
            path: The file.
            key_of: The public key of a signer by id; None where there is no such signer.

        Raises:
            AppError: ``bundle.not_read``, ``bundle.not_a_bundle``, ``bundle.newer``, ``bundle.truncated``,
                ``bundle.foreign``, ``bundle.altered``, ``bundle.unsound``.
        """
        try:
            file = path.open("rb")
        except OSError as error:
            raise AppError("bundle.not_read", path=str(path), **os_detail(error, "reason")) from error
        try:
            signer, manifest = _admitted(file, path, key_of)
            letter, members = _understood(manifest, path)
            bundle = cls(file, path, signer, letter, members)
            bundle._refuse_wrong_size()
        except BaseException:
            file.close()
            raise
        return bundle

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _refuse_wrong_size(self) -> None:
        there, told = self._path.stat().st_size, self._start + sum(member.size for member in self._members)
        if there < told:
            raise AppError("bundle.truncated", path=str(self._path), missing=told - there)
        if there > told:
            raise AppError("bundle.altered", path=str(self._path))

    def check(self) -> None:
        """Read every member and compare it with the manifest. Raises :class:`AppError` ``bundle.altered``."""
        for number in range(len(self._members)):
            self._contents(number)

    def events(self) -> list[Event]:
        """Its events in their order, each device's by number, or by their places.

        Raises:
            AppError: ``bundle.altered``, ``bundle.unsound``.
        """
        return [_event(said, self._path) for said in self._lines(EVENTS)]

    def texts(self) -> list[FreeText]:
        """Free texts that its events name. Raises :class:`AppError` as :meth:`events`."""
        found = []
        for said in self._lines(TEXTS):
            match said:
                case [str(text_id), str(salt), str(content)] if re.fullmatch(r"(?:[0-9a-f]{2})*", salt):
                    found.append(FreeText(text_id, bytes.fromhex(salt), content))
                case _:
                    raise AppError("bundle.unsound", path=str(self._path))
        return found

    def picture_names(self) -> list[str]:
        """Names of its files of pictures and sounds: hash and ending."""
        return [member.name for member in self._members if member.role == PICTURE]

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Name and contents of each. Raises :class:`AppError` ``bundle.altered``."""
        for number, member in enumerate(self._members):
            if member.role == PICTURE:
                yield member.name, self._contents(number)

    def _lines(self, role: str) -> Iterator[Any]:
        for number, member in enumerate(self._members):
            if member.role == role:
                for line in self._unpacked(number).splitlines():
                    try:
                        yield json.loads(line)
                    except (ValueError, RecursionError) as error:
                        raise AppError("bundle.unsound", path=str(self._path)) from error

    def _unpacked(self, number: int) -> bytes:
        member = self._members[number]
        packing = zlib.decompressobj()
        try:
            lines = packing.decompress(self._contents(number), member.unpacked + 1)
        except zlib.error as error:
            raise AppError("bundle.unsound", path=str(self._path)) from error
        if len(lines) != member.unpacked or not packing.eof:
            raise AppError("bundle.unsound", path=str(self._path))
        return lines

    def _contents(self, number: int) -> bytes:
        self._file.seek(self._start + sum(member.size for member in self._members[:number]))
        contents = self._file.read(self._members[number].size)
        if _digest(contents) != self._members[number].sha256:
            raise AppError("bundle.altered", path=str(self._path))
        return contents


def _admitted(file: BinaryIO, path: Path, key_of: Callable[[str], str | None]) -> tuple[str, bytes]:
    """Signer and manifest of a file whose signature is good."""
    head = file.read(_HEAD.size)
    if not head.startswith(MARK[:-1]):
        raise AppError("bundle.not_a_bundle", path=str(path))
    if not head.startswith(MARK):
        raise AppError("bundle.newer", path=str(path))
    if len(head) < _HEAD.size:
        raise AppError("bundle.truncated", path=str(path), missing=_HEAD.size - len(head))
    _, signer_bytes, signature, length = _HEAD.unpack(head)
    signer = signer_bytes.hex()
    key = key_of(signer)
    if key is None or id_of(key) != signer:
        raise AppError("bundle.foreign", path=str(path), signer=signer)
    if length > MOST_MANIFEST:
        raise AppError("bundle.altered", path=str(path))
    manifest = file.read(length)
    if len(manifest) < length:
        raise AppError("bundle.truncated", path=str(path), missing=length - len(manifest))
    if not is_signed(key, signature, _signed(signer, manifest)):
        raise AppError("bundle.altered", path=str(path))
    return signer, manifest


def _understood(manifest: bytes, path: Path) -> tuple[Letter, list[Member]]:
    try:
        said = json.loads(manifest)
        members = [Member(*fields) for fields in said.pop("members")]
        letter = Letter(**{**said, "missing": tuple(said["missing"])})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise AppError("bundle.unsound", path=str(path)) from error
    if not (_is_letter(letter) and all(_is_member(member) for member in members)):
        raise AppError("bundle.unsound", path=str(path))
    return letter, members


def _is_letter(letter: Letter) -> bool:
    words = (letter.to, letter.order, letter.reach_hash, *letter.missing)
    return all(isinstance(word, str) for word in words) and all(
        _is_count(number) for number in (letter.since, letter.reach, letter.made_ms)
    )


def _is_member(member: Member) -> bool:
    words = (member.role, member.name, member.sha256)
    if not (all(map(_is_count, (member.size, member.unpacked))) and all(isinstance(word, str) for word in words)):
        return False
    if member.role == PICTURE:
        named = _PICTURE_NAME.fullmatch(member.name) is not None and member.name.startswith(f"{member.sha256}.")
        return named and member.size <= MOST_PICTURE
    bounded = member.unpacked <= min(MOST_LINES, MOST_RATIO * max(member.size, 1))
    return member.role in {EVENTS, TEXTS} and bounded


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


_EVENT = (str, int, int, str, int, str, str, str, int, str, str, str, str)


def _event(said: Any, path: Path) -> Event:
    """An event as a line of a bundle has it: its author's fields, then its place and when it was received, if any."""
    whole = isinstance(said, list) and len(said) == _SAID + 2
    if not whole or not all(type(one) is kind for one, kind in zip(said[:_SAID], _EVENT, strict=True)):
        raise AppError("bundle.unsound", path=str(path))
    placed = all(one is None or _is_count(one) for one in said[_SAID:])
    if not placed or not all(abs(said[at]) < 2**63 for at in (1, 2, 4, 8)):
        raise AppError("bundle.unsound", path=str(path))
    return Event(*said)
