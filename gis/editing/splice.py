"""Tables of a city with some rows taken from another table of the same kind, some gone, some new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from network.assets import PipeShapes, TapTable
from network.columns import NO_INDEX, CodedColumn, IdColumn, Int32, Int64, TextColumn

T = TypeVar("T")
Array = TypeVar("Array", bound=NDArray[Any])


@dataclass(frozen=True, eq=False)
class Rows:
    """Where the rows of a spliced table come from.

    Attributes:
        source: Shape (n,): a row of the base table, or, from the base's length on, a row of the fresh one.
        base: How many rows the base table has.
        of_base: Shape (base,), row in the spliced table that is the same feature; -1 for one that is gone.
        of_fresh: Shape (fresh,), the same for the fresh table's rows; -1 for features that the city does not have.
    """

    source: Int64
    base: int
    of_base: Int32
    of_fresh: Int32

    @classmethod
    def of(cls, base: IdColumn, fresh: IdColumn, taken: set[str], gone: frozenset[str], added: Sequence[str]) -> Rows:
        """Rows by id.

        Args:
            base: Ids of the table as it was.
            fresh: Ids of the table that was made anew.
            taken: Features whose rows come from *fresh*.
            gone: Features that are no longer there.
            added: Features that were not there, in the order in which they follow the others; all of them in *taken*.
        """
        source = np.arange(len(base), dtype=np.int64)
        replaced = IdColumn.of(sorted(taken - set(added)))
        at, by = base.find_many(replaced), fresh.find_many(replaced)
        both = (at >= 0) & (by >= 0)
        source[at[both]] = len(base) + by[both]
        kept = np.ones(len(base), dtype=np.bool_)
        lost = base.find_many(IdColumn.of(sorted(gone)))
        kept[lost[lost >= 0]] = False
        behind = len(base) + fresh.find_many(IdColumn.of(added)).astype(np.int64)
        return cls._between(np.concatenate([source[kept], behind]), kept, base, fresh, added)

    @classmethod
    def _between(
        cls, source: Int64, kept: NDArray[np.bool_], base: IdColumn, fresh: IdColumn, added: Sequence[str]
    ) -> Rows:
        of_base = np.where(kept, np.cumsum(kept) - 1, NO_INDEX).astype(np.int32)
        at = base.find_many(fresh)
        of_fresh = np.where(at >= 0, np.append(of_base, NO_INDEX)[at], NO_INDEX).astype(np.int32)
        new = fresh.find_many(IdColumn.of(added))
        of_fresh[new] = np.arange(len(source) - len(added), len(source))
        return cls(source, len(base), of_base, of_fresh)

    @property
    def unchanged(self) -> bool:
        """Whether every row is the base's, in its order."""
        return len(self.source) == self.base and bool((self.source < self.base).all())

    @cached_property
    def replaced(self) -> tuple[Int64, Int64] | None:
        """Rows that come from the fresh table, and their rows there; None where rows have moved."""
        if len(self.source) != self.base:
            return None
        at: Int64 = np.flatnonzero(self.source >= self.base)
        still = np.arange(self.base)
        still[at] = self.source[at]
        return (at, self.source[at] - self.base) if bool((still == self.source).all()) else None

    def runs(self) -> Iterator[tuple[bool, int, int]]:
        """Stretches of rows that follow one another in one table: from the fresh one or not, first row, end."""
        if not len(self.source):
            return
        breaks = np.flatnonzero((np.diff(self.source) != 1) | (self.source[1:] == self.base)) + 1
        starts = np.concatenate([[0], breaks])
        ends = np.concatenate([breaks, [len(self.source)]])
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            first = int(self.source[start])
            fresh = first >= self.base
            first -= self.base if fresh else 0
            yield fresh, first, first + end - start


Pointers = Mapping[str, tuple[Int32, Int32]]
"""For columns that hold rows of another table: the new row of each row of the base's one, and of the fresh one's."""


def spliced(base: T, fresh: T, rows: Rows, pointers: Pointers) -> T:
    """A table of *rows* of *base* and *fresh*; columns named in *pointers* point at the new rows of other tables."""
    names = [one.name for one in fields(cast("Any", base))]
    made = {name: _column(getattr(base, name), getattr(fresh, name), rows, pointers, name) for name in names}
    return type(base)(**made)


def _column(base: Any, fresh: Any, rows: Rows, pointers: Pointers, name: str) -> Any:
    """One column; the base's own, not a copy, where nothing in it differs: what is the same is not written again."""
    if isinstance(base, TapTable):
        return spliced(base, fresh, rows, {"pipe": pointers["tap"]})
    if isinstance(base, TextColumn):
        return base if _same_texts(base, fresh, rows) else _texts(base, fresh, rows)
    if isinstance(base, CodedColumn):
        return base if rows.unchanged else _coded(base, fresh, rows)
    if isinstance(base, IdColumn):
        made = _array(base.data, fresh.data, rows)
        return base if made is base.data else IdColumn(made)
    if name in pointers:
        to_base, to_fresh = pointers[name]
        return kept(base, _array(pointed(base, to_base), pointed(fresh, to_fresh), rows))
    return _array(base, fresh, rows)


def kept(was: Array, now: Array) -> Array:
    """*was* itself where *now* says the same."""
    return was if np.array_equal(was, now, equal_nan=was.dtype.kind == "f") else now


def _array(base: NDArray[Any], fresh: NDArray[Any], rows: Rows) -> NDArray[Any]:
    if rows.replaced is None:
        return np.concatenate([base, fresh])[rows.source]
    at, by = rows.replaced
    values = fresh[by]
    was = base[at]
    if kept(was, values) is was:
        return base
    made = base.astype(np.promote_types(base.dtype, values.dtype))
    made[at] = values
    return made


def _same_texts(base: TextColumn | PipeShapes, fresh: TextColumn | PipeShapes, rows: Rows) -> bool:
    """Whether rows of unequal length stay as they are."""
    if rows.replaced is None:
        return False
    pairs = zip(*(some.tolist() for some in rows.replaced), strict=True)
    return all(np.array_equal(_row(base, was), _row(fresh, now)) for was, now in pairs)


def _row(column: TextColumn | PipeShapes, row: int) -> NDArray[Any]:
    values = column.data if isinstance(column, TextColumn) else column.xy_m
    cut: NDArray[Any] = values[int(column.offsets[row]) : int(column.offsets[row + 1])]
    return cut


def pointed(column: Int32, to: Int32) -> Int32:
    """*column* of rows (-1 for none) with each row replaced by its new one; itself where no row has moved."""
    if np.array_equal(to, np.arange(len(to))):
        return column
    return np.append(to, np.int32(NO_INDEX))[column]


def _coded(base: CodedColumn, fresh: CodedColumn, rows: Rows) -> CodedColumn:
    words = list(base.vocabulary)
    index = {word: code for code, word in enumerate(words)}
    codes = np.array([index.setdefault(word, len(index)) for word in fresh.vocabulary], dtype=np.int16)
    made = _array(base.codes, codes[fresh.codes].astype(base.codes.dtype), rows)
    return base if made is base.codes else CodedColumn(made, IdColumn.of(index))


def _texts(base: TextColumn, fresh: TextColumn, rows: Rows) -> TextColumn:
    offsets, data = _pieces((base.offsets, base.data), (fresh.offsets, fresh.data), rows)
    return TextColumn(offsets, data)


def spliced_shapes(base: PipeShapes, fresh: PipeShapes, rows: Rows) -> PipeShapes:
    """Lines of the spliced pipes."""
    if _same_texts(base, fresh, rows):
        return base
    return PipeShapes(*_pieces((base.offsets, base.xy_m), (fresh.offsets, fresh.xy_m), rows))


Uneven = tuple[Int64, NDArray[Any]]
"""Offsets and values of rows of unequal length."""


def _pieces(base: Uneven, fresh: Uneven, rows: Rows) -> Uneven:
    """Rows of unequal length, run by run: nearly all are the base's, and follow one another."""
    lengths, parts = [np.zeros(1, dtype=np.int64)], [base[1][:0]]
    for is_fresh, first, end in rows.runs():
        offsets, values = fresh if is_fresh else base
        lengths.append(np.diff(offsets[first : end + 1]))
        parts.append(values[int(offsets[first]) : int(offsets[end])])
    return np.cumsum(np.concatenate(lengths)), np.concatenate(parts)
