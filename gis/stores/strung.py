"""Texts and lines strung one after the other: a million of them without an object for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from network.columns import Int64, TextColumn

NOTHING = -2
"""Place of a row for which there is no piece; not -1, lest the first piece be taken for the one that follows it."""


@dataclass(frozen=True, eq=False)
class Strung:
    """Pieces of unequal length.

    Attributes:
        offsets: Shape (n + 1,), int64: piece i is ``values[offsets[i]:offsets[i + 1]]``.
        values: Shape (total,) for texts, UTF-8 bytes; (total, 2) for lines, float64 coordinates.
    """

    offsets: Int64
    values: NDArray[Any]

    @classmethod
    def of_texts(cls, texts: Sequence[str | None]) -> Strung:
        """*texts*, None being none."""
        column = TextColumn.of(text or "" for text in texts)
        return cls(column.offsets, column.data)

    @classmethod
    def of_lines(cls, wkb: Sequence[bytes | None]) -> Strung:
        """The vertices of lines as WKB; none where there is no line."""
        lines = shapely.from_wkb(np.array(wkb, dtype=np.object_))
        offsets = np.zeros(len(lines) + 1, dtype=np.int64)
        np.cumsum(shapely.get_num_coordinates(lines), out=offsets[1:])
        return cls(offsets, np.asarray(shapely.get_coordinates(lines), dtype=np.float64).reshape(-1, 2))

    @classmethod
    def joined(cls, parts: Sequence[Strung]) -> Strung:
        """The pieces of *parts*, of which there is at least one."""
        if len(parts) == 1:
            return parts[0]
        offsets = np.zeros(sum(map(len, parts)) + 1, dtype=np.int64)
        np.cumsum(np.concatenate([np.diff(part.offsets) for part in parts]), out=offsets[1:])
        return cls(offsets, np.concatenate([part.values for part in parts]))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def laid(self, places: Int64, own: Mapping[int, NDArray[Any]]) -> Strung:
        """Pieces row by row.

        Args:
            places: Shape (rows,), the piece of each row, or :data:`NOTHING`.
            own: By row, what stands there in place of any piece.
        """
        if not own and len(places) == len(self) and np.array_equal(places, np.arange(len(places))):
            return self
        given = np.where(np.isin(np.arange(len(places)), list(own)), NOTHING, places)
        counts = np.zeros(len(places), dtype=np.int64)
        counts[given >= 0] = np.diff(self.offsets)[given[given >= 0]]
        for row, values in own.items():
            counts[row] = len(values)
        offsets = np.zeros(len(places) + 1, dtype=np.int64)
        np.cumsum(counts, out=offsets[1:])
        laid = np.empty((int(offsets[-1]), *self.values.shape[1:]), dtype=self.values.dtype)
        # Nearly always the rows of a table are its layer's: a few long runs.
        starts = np.flatnonzero(np.diff(given, prepend=2 * NOTHING) != 1)
        for first, end in zip(starts.tolist(), [*starts[1:].tolist(), len(given)], strict=False):
            if given[first] >= 0:
                run = slice(self.offsets[given[first]], self.offsets[given[end - 1] + 1])
                laid[offsets[first] : offsets[end]] = self.values[run]
        for row, values in own.items():
            laid[offsets[row] : offsets[row + 1]] = values
        return Strung(offsets, laid)
