"""What outages take away, as columns; counted by :mod:`network.outage` and :mod:`network.rank`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.columns import Float64, Int64

LENGTH = 4
"""Row of the metres of mains in the table."""


@dataclass(frozen=True, eq=False)
class Losses:
    """What is lost in each of n outages.

    Attributes:
        table: Shape (5, n): customers, households, people and critical customers out, metres of mains without water.
    """

    table: Float64

    def __len__(self) -> int:
        return int(self.table.shape[1])

    def take(self, rows: NDArray[np.integer]) -> Losses:
        """Those of *rows*, in that order."""
        return Losses(self.table[:, rows])

    @property
    def customers(self) -> Int64:
        """Shape (n,), customers out."""
        return self._counted(0)

    @property
    def households(self) -> Int64:
        """Shape (n,), their households."""
        return self._counted(1)

    @property
    def people(self) -> Int64:
        """Shape (n,), their people."""
        return self._counted(2)

    @property
    def critical(self) -> Int64:
        """Shape (n,), the critical ones among the customers out."""
        return self._counted(3)

    @property
    def length_m(self) -> Float64:
        """Shape (n,), metres of mains without water, parts of pipes counted as such."""
        metres: Float64 = self.table[LENGTH]
        return metres

    def _counted(self, row: int) -> Int64:
        counts: Int64 = np.rint(self.table[row]).astype(np.int64)
        return counts

    def worst_first(self) -> Int64:
        """Rows by customers out, then people, then length, most first; equal ones in their order."""
        order: Int64 = np.lexsort((-self.length_m, -self.people, -self.customers)).astype(np.int64)
        return order
