"""Which customer has which meter: numbers in order, so that one is found in microseconds among a million."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.layers import LayersRead
from network.columns import IdColumn, Int32


@dataclass(frozen=True, eq=False)
class MeterBook:
    """Numbers of meters, sorted, with the customers' rows.

    Attributes:
        numbers: Upper case; several customers may share one.
        row: Shape (n,), row of the customer of each.
    """

    numbers: IdColumn
    row: Int32

    def rows(self, number: str) -> list[int]:
        """Rows of the customers with that meter, as typed or in upper case."""
        wanted = number.strip().upper().encode()
        data = self.numbers.data
        if not wanted or not len(data):
            return []
        # A longer key than any would be cut to the column's width, and then be found.
        if len(wanted) > data.dtype.itemsize:
            return []
        key = np.array(wanted, dtype=data.dtype)
        low, high = (int(np.searchsorted(data, key, side=side)) for side in ("left", "right"))
        return sorted(self.row[low:high].tolist())


def meters_of(layers: LayersRead, customers: IdColumn) -> MeterBook:
    """The book of the layer ``customer``; empty where it has no meters."""
    numbers, ids = [IdColumn.of([]).data], [IdColumn.of([]).data]
    for part in layers.parts("customer", ("id", "meter_id"), drawn=False):
        told = np.array([number.strip().upper() for number in part.text("meter_id")], dtype=object)
        named = np.flatnonzero(told != "")
        numbers.append(IdColumn.of(told[named]).data)
        ids.append(IdColumn.of(part.text("id")[named]).data)
    column = np.concatenate(numbers)
    row = customers.find_many(IdColumn(np.concatenate(ids)))
    known = np.flatnonzero(row >= 0)
    order = known[np.argsort(column[known], kind="stable")]
    return MeterBook(IdColumn(column[order]), row[order])
