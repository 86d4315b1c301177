"""Zones for the scan statistic: segments, ever larger parts of the tree of supply, DMAs and squares of the map.

Bad water spreads with the flow: what hangs under one place in the tree of dominators is fed through it alone. The parts
of the tree hold at least 50, 300 and 2,000 customers (house); what holds a third of the city or more is no place.
"""

from __future__ import annotations

import numpy as np

from network.call_inference import CallBasis
from network.columns import Float64, Int32, Int64
from network.scan_statistic import Zones
from network.topology import City

PARTS = (50, 300, 2_000)
SQUARES_M = (500.0, 1_500.0)
_LARGEST_SHARE = 1 / 3


def complaint_zones(city: City, basis: CallBasis) -> Zones:
    """The zones of all customers of *city*. Slow part (whole city): run it in a worker."""
    customers = city.customers
    levels = {"segment": _placed(basis, np.arange(len(basis.swept.tree.above)))}
    levels |= {f"part_{least}": _placed(basis, _lowest_with(basis, least)) for least in PARTS}
    levels["dma"] = _dmas(city)
    levels |= {f"square_{size_m:.0f}": _squares(customers.x_m, customers.y_m, size_m) for size_m in SQUARES_M}
    return Zones.of({name: _no_third_of_the_city(label) for name, label in levels.items()})


def _lowest_with(basis: CallBasis, least: int) -> Int64:
    """For each vertex the lowest one at or above it under which at least so many customers hang."""
    above = basis.swept.tree.above
    every = np.arange(len(above))
    up: Int64 = np.where((basis.below >= least) | (above < 0), every, above)
    while not np.array_equal(up, higher := up[up]):
        up = higher
    return up


def _placed(basis: CallBasis, vertex: Int64) -> Int32:
    """Shape (customers,), the vertex of each customer's group; -1 for sources, the root, and who has no water."""
    segments = len(basis.swept.groups.of)
    held = basis.group >= 0
    found = np.full(len(basis.group), -1, dtype=np.int32)
    found[held] = vertex[basis.group[held]]
    found[found >= segments] = -1
    return found


def _dmas(city: City) -> Int32:
    """Shape (customers,), the DMA of each one's main; -1 where none is recorded."""
    pipe, dma = city.customers.tap.pipe, city.network.pipes.dma
    named = np.array([bool(name) for name in dma.vocabulary])
    found = np.full(len(pipe), -1, dtype=np.int32)
    held = pipe >= 0
    codes = dma.codes[pipe[held]]
    found[held] = np.where(named[codes], codes, -1)
    return found


def _squares(x_m: Float64, y_m: Float64, size_m: float) -> Int32:
    column, row = (np.floor(along_m / size_m).astype(np.int64) for along_m in (x_m, y_m))
    # One number a square, in the order of columns and rows.
    lowest = row.min(initial=0)
    number = column * (row.max(initial=0) - lowest + 1) + (row - lowest)
    label: Int32 = np.unique(number, return_inverse=True)[1].astype(np.int32)
    return label


def _no_third_of_the_city(label: Int32) -> Int32:
    held = np.flatnonzero(label >= 0)
    large = np.bincount(label[held]) >= max(_LARGEST_SHARE * len(label), 2)
    label[held[large[label[held]]]] = -1
    return label
