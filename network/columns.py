"""Columns for a whole city: arrays of ids and texts that can be memory-mapped and shared between processes.

A million Python strings cost more memory than the network itself and cannot be shared; these columns keep UTF-8
bytes in NumPy arrays and make a ``str`` only when somebody asks for one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

NO_INDEX = -1
"""Value of an index column where there is no row to point at."""

Int8 = NDArray[np.int8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class IdColumn:
    """Unique or repeated ids of one table, in row order.

    Attributes:
        data: Shape (n,), dtype ``S``: UTF-8 bytes, padded with NUL.
    """

    data: NDArray[np.bytes_]

    @classmethod
    def of(cls, ids: Iterable[str]) -> IdColumn:
        """Encode *ids*; an empty iterable gives an empty column."""
        encoded = [value.encode() for value in ids]
        return cls(np.array(encoded, dtype=np.bytes_) if encoded else np.empty(0, dtype="S1"))

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, row: int) -> str:
        return bytes(self.data[row]).decode()

    def __iter__(self) -> Iterator[str]:
        return (bytes(value).decode() for value in self.data)

    def take(self, rows: NDArray[np.integer]) -> list[str]:
        """Ids of *rows*, in that order."""
        return [bytes(value).decode() for value in self.data[rows]]

    @cached_property
    def _order(self) -> Int32 | None:
        """Rows in the order of their ids; None where that is the order in which they stand."""
        if (self.data[1:] >= self.data[:-1]).all():
            return None
        return np.argsort(self.data, kind="stable").astype(np.int32)

    def find(self, wanted: str) -> int:
        """Row of the first occurrence of *wanted*, or :data:`NO_INDEX`. Builds a sorted index on first use."""
        return int(self.find_many(IdColumn.of([wanted]))[0])

    def find_many(self, wanted: IdColumn) -> Int32:
        """Row of the first occurrence of each id of *wanted*, :data:`NO_INDEX` where there is none.

        An empty id (a null reference) is never found.
        """
        if not len(self) or not len(wanted):
            return np.full(len(wanted), NO_INDEX, dtype=np.int32)
        # Of one width with the column, all of which would otherwise be copied; who is cut short by it is not here.
        keys = wanted.data.astype(self.data.dtype, copy=False)
        at = np.minimum(np.searchsorted(self.data, keys, sorter=self._order), len(self) - 1)
        row = at if self._order is None else self._order[at]
        found = (self.data[row] == wanted.data) & (keys != b"")
        rows: Int32 = np.where(found, row, NO_INDEX).astype(np.int32)
        return rows


@dataclass(frozen=True, eq=False)
class TextColumn:
    """Free text of one table (names, addresses), in row order.

    Attributes:
        offsets: Shape (n + 1,), int64: row i is ``data[offsets[i]:offsets[i + 1]]``.
        data: Shape (bytes,), uint8: UTF-8.
    """

    offsets: Int64
    data: NDArray[np.uint8]

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextColumn:
        """Encode *texts*."""
        encoded = [value.encode() for value in texts]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(value) for value in encoded], out=offsets[1:])
        return cls(offsets, np.frombuffer(b"".join(encoded), dtype=np.uint8))

    @classmethod
    def blank(cls, rows: int) -> TextColumn:
        """*rows* empty texts."""
        return cls(np.zeros(rows + 1, dtype=np.int64), np.empty(0, dtype=np.uint8))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> str:
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self.data[int(self.offsets[row]) : int(self.offsets[row + 1])].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))


@dataclass(frozen=True, eq=False)
class CodedColumn:
    """Text with few distinct values (material, category), in row order.

    Attributes:
        codes: Shape (n,), int32: index into *vocabulary*.
        vocabulary: The distinct values; an empty string stands for "not recorded".
    """

    codes: Int32
    vocabulary: IdColumn = field(default_factory=lambda: IdColumn.of([""]))

    @classmethod
    def of(cls, texts: Iterable[str]) -> CodedColumn:
        """Encode *texts*."""
        index: dict[str, int] = {"": 0}
        codes = [index.setdefault(text, len(index)) for text in texts]
        return cls(np.array(codes, dtype=np.int32), IdColumn.of(index))

    @classmethod
    def blank(cls, rows: int) -> CodedColumn:
        """*rows* values that are not recorded."""
        return cls(np.zeros(rows, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        return self.vocabulary[int(self.codes[row])]


@dataclass(frozen=True, eq=False)
class Ragged:
    """Rows of unequal length, compressed: row i owns ``values[offsets[i]:offsets[i + 1]]``.

    Attributes:
        offsets: Shape (n + 1,), int64.
        values: Shape (total,), any integer type.
    """

    offsets: Int64
    values: Int32

    @classmethod
    def by_key(cls, keys: NDArray[np.integer], rows: int) -> Ragged:
        """Group positions by key: row k lists the positions i with ``keys[i] == k``, ascending; negative keys drop."""
        kept = np.flatnonzero(keys >= 0)
        order = np.argsort(keys[kept], kind="stable")
        offsets = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(keys[kept], minlength=rows), out=offsets[1:])
        return cls(offsets, kept[order].astype(np.int32))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> Int32:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    def gather(self, rows: NDArray[np.integer]) -> Int32:
        """Values of all *rows*, concatenated in that order."""
        starts, ends = self.offsets[rows], self.offsets[np.asarray(rows) + 1]
        lengths = ends - starts
        upto = lengths.cumsum()
        # One step for all rows: searches call this for a few rows at a time, thousands of times.
        taken: Int32 = self.values[np.arange(upto[-1] if len(upto) else 0) + (ends - upto).repeat(lengths)]
        return taken
