"""A city's arrays as one memory-mapped file: disposable, shared between window and worker.

Any frozen dataclass of arrays can be kept this way: its fields are walked, every array is laid into one file behind a
JSON head, and reading maps the file and cuts it up again without copying. A file is written beside its place and
renamed, so a reader sees a whole one or none; a file that is damaged or belongs to another state of the workspace is
refused with a code, and the caller builds it anew.

The layout of ``NAME.arrays``: 8 bytes magic, 8 bytes length of the head, 4 bytes CRC-32 of the head, 4 bytes of zeros,
the head, then each array at a multiple of 64 bytes (little-endian, C order).

After an edit most arrays of a large city are the ones that were mapped before. These are not written again: the file
that holds them is kept as ``NAME.DIGEST.arrays`` beside the new one, whose head says where they lie.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import re
import struct
import sys
import threading
import types
import zlib
from collections.abc import Hashable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from gis.errors import GisError
from gis.one_writer import one_writer
from network.topology import City

FORMAT = 2
SUFFIX = ".arrays"
_LOCK = ".lock"

_MAGIC = b"SLARRAY1"
_HEAD = struct.Struct("<8sQII")
_ALIGN = 64
_KEPT = re.compile(r"[0-9a-f]{24}")
_COMPARED_AT_ONCE = 2**24
_MOST_KEPT = 6
"""Files that one may lean on: with more everything is written anew, lest little of each is still used."""

T = TypeVar("T")


def save_city(folder: Path, city: City, stamp: str = "") -> None:
    """Write every array of *city* into *folder*, replacing what stood there; *stamp* names the workspace's state."""
    save_tables(folder, "city", city, stamp)


def open_city(folder: Path, stamp: str | None = None, *, verify: bool = True) -> City:
    """Map the arrays of *folder*, read-only. See :func:`open_tables`."""
    return open_tables(folder, "city", City, stamp, verify=verify)


def save_tables(folder: Path, name: str, tables: object, stamp: str = "") -> None:
    """Keep a frozen dataclass of arrays as ``folder/NAME.arrays``.

    Args:
        folder: Made if it is not there.
        name: Name of the file, without suffix.
        tables: A dataclass whose fields are arrays, numbers, texts, enums, None, or tuples, mappings and dataclasses
            of these. Object arrays are refused (TypeError). Arrays that are mapped from what lies there stay there.
        stamp: State of the workspace that these arrays were made from.
    """
    arrays: list[NDArray[Any]] = []
    tree = _plant(tables, arrays)
    folder.mkdir(parents=True, exist_ok=True)
    # Two consoles renew one cache: each would sweep away what the other's file leans on.
    with one_writer(folder / f"{name}{_LOCK}"):
        _save(folder, name, stamp, tree, arrays)


def _save(folder: Path, name: str, stamp: str, tree: Any, arrays: list[NDArray[Any]]) -> None:
    lying = _lying(folder, name, arrays)
    written = [array for number, array in enumerate(arrays) if number not in lying]
    starts = _starts(written)
    made = iter(
        {"dtype": array.dtype.str, "shape": array.shape, "start": start, "crc": zlib.crc32(_bytes(array))}
        for array, start in zip(written, starts, strict=True)
    )
    head = {
        "format": FORMAT,
        "byteorder": "little",
        "stamp": stamp,
        "tree": tree,
        "arrays": [lying[number] if number in lying else next(made) for number in range(len(arrays))],
        "size": starts[-1] + written[-1].nbytes if written else 0,
    }
    # Of this thread alone: who wrote into the file of another would tear both.
    partial = folder / f"{name}{SUFFIX}.{os.getpid()}.{threading.get_ident()}.partial"
    try:
        with partial.open("wb") as file:
            _write(file, json.dumps(head).encode(), written, starts)
        # Not forced onto the disk: what a power cut tears is found by its checksums and made again.
        partial.replace(folder / f"{name}{SUFFIX}")
    finally:
        partial.unlink(missing_ok=True)
    _sweep(folder, name, {entry["in"] for entry in lying.values()})


def _lying(folder: Path, name: str, arrays: list[NDArray[Any]]) -> dict[int, dict[str, Any]]:
    """Entries of those of *arrays*, by number, that are mapped from files that lie there still."""
    found: dict[int, dict[str, Any]] = {}
    for number, array in enumerate(arrays):
        mapped = _owner(array)
        entry = None if mapped is None else mapped.entry_of(array)
        if entry is not None:
            found[number] = {**entry, "in": mapped}
    files = {id(entry["in"]): entry["in"] for entry in found.values()}
    if len(files) > _MOST_KEPT:
        return {}
    digests = {key: mapped.kept(folder, name) for key, mapped in files.items()}
    named = {number: {**entry, "in": digests[id(entry["in"])]} for number, entry in found.items()}
    return {number: entry for number, entry in named.items() if entry["in"]}


def _owner(array: NDArray[Any]) -> _Mapped | None:
    """The mapped file that *array* is a view of."""
    base: Any = array
    while isinstance(base, np.ndarray) and not isinstance(base, _Mapped):
        base = base.base
    return base if isinstance(base, _Mapped) and array.size else None


def _sweep(folder: Path, name: str, used: set[str]) -> None:
    """Remove the kept files that nothing leans on any more; who has them mapped keeps them."""
    for path in folder.glob(f"{name}.*{SUFFIX}"):
        digest = path.name.removeprefix(f"{name}.").removesuffix(SUFFIX)
        if _KEPT.fullmatch(digest) and digest not in used:
            with suppress(OSError):  # where a mapped file cannot be removed the next renewal tries again
                path.unlink()


class _ReplacedError(Exception):
    """Another file was put in the place since its head was read: arrays would be cut from the wrong bytes."""


class _Mapped(np.memmap[Any, np.dtype[np.uint8]]):
    """A whole file as bytes, and where its arrays lie in it."""

    source: Path
    head: bytes
    entries: Mapping[int, dict[str, Any]]

    @classmethod
    def of(cls, path: Path, first: int, entries: list[dict[str, Any]]) -> _Mapped:
        """Map *path*, whose own arrays begin at byte *first*."""
        mapped = cls(path, dtype=np.uint8, mode="r")
        mapped.source, mapped.head = path, bytes(mapped[:first])
        _, length, crc, _ = _HEAD.unpack(mapped.head[: _HEAD.size])
        text = mapped.head[_HEAD.size : _HEAD.size + length]
        if zlib.crc32(text) != crc or json.loads(text)["arrays"] != entries:
            raise _ReplacedError
        mapped.entries = {first + int(entry["start"]): entry for entry in entries if "in" not in entry}
        return mapped

    def entry_of(self, array: NDArray[Any]) -> dict[str, Any] | None:
        """What is said of *array*, with its start counted from the file's; None for a part of one, or another view."""
        at = array.__array_interface__["data"][0] - self.__array_interface__["data"][0]
        entry = getattr(self, "entries", {}).get(at)
        if entry is None or (array.dtype.str, list(array.shape)) != (entry["dtype"], list(entry["shape"])):
            return None
        return {**entry, "start": at}

    def let_go(self) -> None:
        """Hold no page of the file: what is asked for is mapped again, as a rule from the system's own memory."""
        whole: Any = self
        while isinstance(whole, np.ndarray):
            whole = whole.base
        if isinstance(whole, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            whole.madvise(mmap.MADV_DONTNEED)

    def kept(self, folder: Path, name: str) -> str:
        """Digest under which this file is kept in *folder* for *name*; "" where it is not there, or cannot be kept."""
        digest = hashlib.blake2b(self.head, digest_size=12).hexdigest()
        place = folder / f"{name}.{digest}{SUFFIX}"
        try:
            with self.source.open("rb") as file:
                if file.read(len(self.head)) != self.head:
                    return ""
            if self.source != place and not place.exists():
                os.link(self.source, place)
        except OSError:
            # Gone meanwhile, or no links on this disk: everything is written.
            return ""
        return digest if self.source.parent == folder else ""


def open_tables(folder: Path, name: str, cls: type[T], stamp: str | None = None, *, verify: bool = True) -> T:
    """Map ``folder/NAME.arrays`` as a *cls*, read-only.

    Args:
        folder: As for :func:`save_tables`.
        name: As for :func:`save_tables`.
        cls: The dataclass that was saved.
        stamp: Refuse arrays made from another state; None takes any.
        verify: Compare every byte with its checksum (reads the whole file). A second process that opens what the
            first one has verified may leave it out.

    Raises:
        GisError: ``cache.missing``, ``cache.stale`` (another stamp or format), ``cache.damaged``.
    """
    path = folder / f"{name}{SUFFIX}"
    head, first = _read_head(path)
    if head["format"] != FORMAT or (stamp is not None and head["stamp"] != stamp):
        raise GisError("cache.stale", path=str(path))
    try:
        arrays = _mapped_arrays(path, head, first)
    except (_ReplacedError, GisError) as error:
        # What it leans on goes when another file is put in its place: that is no damage.
        if isinstance(error, GisError) and _read_head(path)[0] == head:
            raise
        return open_tables(folder, name, cls, stamp, verify=verify)
    if verify:
        for array, entry in zip(arrays, head["arrays"], strict=True):
            if _checksum(array) != entry["crc"]:
                raise GisError("cache.damaged", path=str(path))
    try:
        tables = _harvest(head["tree"], cls, arrays)
    except (KeyError, TypeError, ValueError) as error:
        # The class has changed since: its fields are no longer those of the file.
        raise GisError("cache.stale", path=str(path)) from error
    assert isinstance(tables, cls)
    return tables


def let_go(tables: object) -> None:
    """Hold no page of the files in which arrays of *tables* lie, after the whole of them was gone through for once."""
    arrays: list[NDArray[Any]] = []
    _plant(tables, arrays)
    owners = {id(mapped): mapped for mapped in map(_owner, arrays) if mapped is not None}
    for mapped in owners.values():
        mapped.let_go()


def _checksum(array: NDArray[Any]) -> int:
    """CRC-32 of a mapped array, its pages let go behind it: what is read for this alone is not held in memory."""
    data, found, mapped = _bytes(array), 0, _owner(array)
    for start in range(0, len(data), _COMPARED_AT_ONCE):
        found = zlib.crc32(data[start : start + _COMPARED_AT_ONCE], found)
        if mapped is not None:
            mapped.let_go()
    return found


def _mapped_arrays(path: Path, head: dict[str, Any], first: int) -> list[NDArray[Any]]:
    """The arrays that the head of *path* names, each in the file that holds it. Raises ``cache.damaged``."""
    files = {"": (_whole(path, head, first), first)} if head["size"] else {}
    for entry in head["arrays"]:
        kept = str(entry.get("in", ""))
        if kept and kept not in files:
            if not _KEPT.fullmatch(kept):
                raise GisError("cache.damaged", path=str(path))
            beside = path.with_name(f"{path.name.removesuffix(SUFFIX)}.{kept}{SUFFIX}")
            try:
                files[kept] = (_whole(beside, *_read_head(beside)), 0)
            except (GisError, FileNotFoundError) as error:
                raise GisError("cache.damaged", path=str(beside)) from error
    nothing = np.empty(0, dtype=np.uint8)
    found = [(*files.get(str(entry.get("in", "")), (nothing, 0)), entry) for entry in head["arrays"]]
    return [_cut(mapped, entry, begin) for mapped, begin, entry in found]


def _whole(path: Path, head: dict[str, Any], first: int) -> _Mapped:
    if path.stat().st_size < first + head["size"]:
        raise GisError("cache.damaged", path=str(path))
    return _Mapped.of(path, first, head["arrays"])


def stamp_of(folder: Path, name: str) -> str:
    """The stamp under which ``folder/NAME.arrays`` was saved. Raises :class:`GisError` as :func:`open_tables`."""
    head, _ = _read_head(folder / f"{name}{SUFFIX}")
    return str(head["stamp"])


def fingerprint(folder: Path, name: str) -> str:
    """Names what ``folder/NAME.arrays`` holds: another text for other bytes or another state. Reads its head alone.

    Raises:
        GisError: ``cache.missing``, ``cache.damaged``.
    """
    head, _ = _read_head(folder / f"{name}{SUFFIX}")
    return hashlib.blake2b(json.dumps(head, sort_keys=True).encode(), digest_size=16).hexdigest()


def _read_head(path: Path) -> tuple[dict[str, Any], int]:
    try:
        with path.open("rb") as file:
            start = file.read(_HEAD.size)
            if len(start) < _HEAD.size:
                raise GisError("cache.damaged", path=str(path))
            magic, length, crc, _ = _HEAD.unpack(start)
            if magic != _MAGIC or length > path.stat().st_size:
                raise GisError("cache.damaged", path=str(path))
            text = file.read(length)
    except FileNotFoundError:
        raise GisError("cache.missing", path=str(path)) from None
    if zlib.crc32(text) != crc:
        raise GisError("cache.damaged", path=str(path))
    head: dict[str, Any] = json.loads(text)
    return head, _aligned(_HEAD.size + length)


def _write(file: BinaryIO, head: bytes, arrays: list[NDArray[Any]], starts: list[int]) -> None:
    file.write(_HEAD.pack(_MAGIC, len(head), zlib.crc32(head), 0))
    file.write(head)
    first = _aligned(file.tell())
    for array, start in zip(arrays, starts, strict=True):
        file.write(bytes(first + start - file.tell()))
        file.write(_bytes(array))


def _aligned(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN


def _starts(arrays: list[NDArray[Any]]) -> list[int]:
    starts, at = [], 0
    for array in arrays:
        starts.append(at)
        at = _aligned(at + array.nbytes)
    return starts


def _bytes(array: NDArray[Any]) -> memoryview:
    """The array's memory; a view, so that a city is not copied to be checked or written."""
    return array.reshape(-1).view(np.uint8).data if array.size else memoryview(b"")


def _cut(mapped: NDArray[np.uint8], entry: dict[str, Any], first: int) -> NDArray[Any]:
    dtype, shape = np.dtype(entry["dtype"]), tuple(entry["shape"])
    size = dtype.itemsize * int(np.prod(shape, dtype=np.int64))
    if not size:
        return np.empty(shape, dtype=dtype)
    start = first + int(entry["start"])
    cut: NDArray[Any] = np.asarray(mapped)[start : start + size].view(dtype).reshape(shape)
    return cut


def _plant(value: object, arrays: list[NDArray[Any]]) -> dict[str, Any]:
    """Describe *value* as a tree for JSON; arrays go into *arrays* and are named by their number."""
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("object arrays cannot be mapped")
        native = value.dtype.newbyteorder("<") if sys.byteorder == "big" else value.dtype
        arrays.append(np.ascontiguousarray(value, dtype=native))
        return {"array": len(arrays) - 1}
    if is_dataclass(value) and not isinstance(value, type):
        return {"record": {field.name: _plant(getattr(value, field.name), arrays) for field in fields(value)}}
    if isinstance(value, Enum):
        return {"value": value.value}
    if value is None or isinstance(value, str | int | float | bool):
        return {"value": value}
    if isinstance(value, tuple):
        return {"items": [_plant(item, arrays) for item in value]}
    if isinstance(value, Mapping):
        return {"map": {str(key): _plant(item, arrays) for key, item in value.items()}}
    raise TypeError(f"cannot keep a {type(value).__name__}")


def _harvest(tree: dict[str, Any], hint: Any, arrays: list[NDArray[Any]]) -> Any:
    """Make a value of type *hint* again from its tree."""
    if "array" in tree:
        return arrays[tree["array"]]
    if "record" in tree:
        cls = _record_class(hint, set(tree["record"]))
        hints = _hints(cast("Hashable", cls))
        return cls(**{name: _harvest(branch, hints[name], arrays) for name, branch in tree["record"].items()})
    if "items" in tree:
        return tuple(_harvest(branch, _item_hint(hint, number), arrays) for number, branch in enumerate(tree["items"]))
    if "map" in tree:
        args = get_args(hint)
        return {key: _harvest(branch, args[1] if args else Any, arrays) for key, branch in tree["map"].items()}
    value = tree["value"]
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum) else value


@lru_cache(maxsize=256)
def _hints(cls: Hashable) -> Mapping[str, Any]:
    return get_type_hints(cls)


def _record_class(hint: Any, names: set[str]) -> type[Any]:
    choices = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    for choice in choices:
        if isinstance(choice, type) and is_dataclass(choice) and {field.name for field in fields(choice)} == names:
            return choice
    raise TypeError(f"{hint} has no record with the fields {sorted(names)}")


def _item_hint(hint: Any, number: int) -> Any:
    args = get_args(hint)
    if not args:
        return Any
    return args[0] if len(args) == 2 and args[1] is Ellipsis else args[number]
