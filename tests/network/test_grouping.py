"""Counting sorts and graphs from arrays, against plain loops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from network.grouping import adjacency, distinct, flags, grouped, ranges

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=15)


@given(st.lists(st.integers(0, 5), max_size=20))
def test_positions_are_grouped_in_order(keys: list[int]) -> None:
    found = grouped(np.array(keys, dtype=np.int32), 6)
    assert [found[key].tolist() for key in range(6)] == [
        [at for at, own in enumerate(keys) if own == key] for key in range(6)
    ]


@given(PAIRS)
def test_a_graph_keeps_every_arc(pairs: list[tuple[int, int]]) -> None:
    tail, head = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    graph = adjacency(tail, head, 5)
    rows = np.repeat(np.arange(5), np.diff(graph.indptr))
    assert sorted(zip(rows.tolist(), graph.indices.tolist(), strict=True)) == sorted(pairs)


@given(PAIRS)
def test_ranges_are_concatenated(pairs: list[tuple[int, int]]) -> None:
    starts = np.array([one for one, _ in pairs], dtype=np.int64)
    lengths = np.array([more for _, more in pairs], dtype=np.int64)
    expected = [value for one, more in pairs for value in range(one, one + more)]
    assert ranges(starts, starts + lengths).tolist() == expected


def test_flags_and_distinct() -> None:
    assert flags(4, np.array([1, 3, 1])).tolist() == [False, True, False, True]
    assert distinct(np.array([3, 1, 3])).tolist() == [1, 3]
