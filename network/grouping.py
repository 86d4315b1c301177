"""Grouping of index arrays at the speed of a counting sort."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from network.columns import Bool, Float64, Int32, Int64, Ragged


def grouped(keys: NDArray[np.integer], groups: int) -> Ragged:
    """Positions by key: row k lists the positions i with ``keys[i] == k``, ascending.

    A counting sort in O(n), as SciPy does it when it compresses rows: six times faster than a stable ``argsort`` at a
    million keys, of which every segment search and every link of customers to segments needs one.

    Args:
        keys: Shape (n,), each from 0 to ``groups - 1``.
        groups: How many rows the answer has.
    """
    count = len(keys)
    rows = csr_array((np.ones(count, dtype=np.int8), keys, np.arange(count + 1, dtype=np.int32)), shape=(count, groups))
    by_key = rows.tocsc()
    return Ragged(by_key.indptr.astype(np.int64, copy=False), by_key.indices.astype(np.int32, copy=False))


def adjacency(
    tail: Int32, head: Int32, vertices: int, weights: Float64 | None = None
) -> csr_array[np.float64, tuple[int, int]]:
    """Graph with an arc from each *tail* to its *head*, for SciPy's graph routines.

    Built by one counting sort; arcs stay as they are, neither sorted within a row nor merged, and the weights have the
    type that the routines would otherwise convert them to: 1, or *weights* for a routine that asks only what hangs
    together, whose order they do not follow.
    """
    count = len(tail)
    by_tail = csr_array((head, tail, np.arange(count + 1, dtype=np.int32)), shape=(count, vertices)).tocsc()
    if weights is None:
        weights = np.ones(count)
    return csr_array((weights, by_tail.data, by_tail.indptr), shape=(vertices, vertices))


def ranges(starts: NDArray[np.integer], ends: NDArray[np.integer]) -> Int64:
    """All integers of the half-open ranges ``starts[i]:ends[i]``, concatenated.

    >>> ranges(np.array([2, 7]), np.array([4, 8])).tolist()
    [2, 3, 7]
    """
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    places: Int64 = np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(starts - before, lengths)
    return places


def flags(count: int, rows: NDArray[np.integer]) -> Bool:
    """Shape (count,), True at *rows*. Memory is touched only where it is set, so a small answer stays cheap."""
    mask = np.zeros(count, dtype=np.bool_)
    mask[rows] = True
    return mask


def distinct(rows: NDArray[np.integer]) -> Int32:
    """*rows* ascending, each once."""
    return np.unique(rows).astype(np.int32)
