"""Lines cut by measure: ends, corners, and lengths that add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.stretches import cut_line

LINES = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=8).map(np.array)
FRACTIONS = st.floats(0, 1)


def length_m(line: np.ndarray) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


@given(LINES, FRACTIONS, FRACTIONS)
def test_a_cut_is_as_long_as_its_share(line: np.ndarray, one: float, other: float) -> None:
    start, end = sorted((one, other))
    assert length_m(cut_line(line, start, end)) == pytest.approx((end - start) * length_m(line), abs=1e-6)


def test_the_whole_line_comes_back_whole() -> None:
    line = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 10.0]])
    assert cut_line(line, 0.0, 1.0).tolist() == line.tolist()


def test_a_line_without_length_is_its_point() -> None:
    assert cut_line(np.array([[1.0, 2.0], [1.0, 2.0]]), 0.0, 1.0).tolist() == [[1.0, 2.0], [1.0, 2.0]]
