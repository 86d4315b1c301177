"""Lines cut by measure: ends, corners, and lengths that add up."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_city import Draft

from network.answers import PipeParts
from network.assets import PipeShapes
from network.stretches import MeasuredLines, cut_line, place_on_pipe, stretch_lines

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


def test_places_are_in_proportion_where_recorded_and_drawn_lengths_differ() -> None:
    city = Draft().pipe("ab", "a", "b", 200.0, line=[(0.0, 0.0), (100.0, 0.0)]).city()
    assert place_on_pipe(city, 0, 50.0) == (25.0, 0.0)
    parts = PipeParts(np.array([0, 0], dtype=np.int32), np.array([0.0, 100.0]), np.array([100.0, 200.0]))
    assert [line.tolist() for line in stretch_lines(city, parts)] == [[[0, 0], [50, 0]], [[50, 0], [100, 0]]]


def test_a_pipe_recorded_without_length_is_shown_whole() -> None:
    city = Draft().pipe("ab", "a", "b", 0.0, line=[(0.0, 0.0), (100.0, 0.0)]).city()
    whole = PipeParts(np.array([0], dtype=np.int32), np.zeros(1), np.zeros(1))
    assert stretch_lines(city, whole)[0].tolist() == [[0, 0], [100, 0]]


def test_no_parts_are_no_lines_and_one_pipe_may_have_several() -> None:
    city = Draft().pipe("ab", "a", "b", 100.0, line=[(0.0, 0.0), (60.0, 0.0), (60.0, 40.0)]).pipe("bc", "b", "c").city()
    assert stretch_lines(city, PipeParts()) == []
    parts = PipeParts(np.array([0, 1, 0], dtype=np.int32), np.array([80.0, 0.0, 0.0]), np.array([100.0, 100.0, 60.0]))
    first, _, last = stretch_lines(city, parts)
    assert first.tolist() == [[60, 20], [60, 40]]
    assert last.tolist() == [[0, 0], [60, 0]]


def test_lengths_and_directions_of_measured_lines() -> None:
    shapes = PipeShapes(np.array([0, 3, 5]), np.array([[0.0, 0], [100, 0], [100, 100], [7, 8], [7, 8]]))
    lines = MeasuredLines.of(shapes, np.array([200.0, 12.0]))
    assert lines.drawn_m(np.array([0, 1])).tolist() == [200.0, 0.0]
    places, turn = lines.places(np.array([0, 0, 1]), np.array([50.0, 150.0, 6.0]))
    assert places.tolist() == [[50, 0], [100, 50], [7, 8]]
    assert turn[:2] == pytest.approx([0.0, np.pi / 2])
    assert len(MeasuredLines.of(PipeShapes(np.zeros(1, dtype=np.int64), np.empty((0, 2))), np.empty(0)).run_m) == 0


@given(LINES)
@example(np.array([[-1.0, 0.0], [0.0, 0.0], [1e-30, 0.0]]))
@example(np.array([[1e-30, 0.0], [0.0, 0.0], [1.0, 0.0]]))
def test_the_ends_of_a_cut_are_the_vertices_themselves(line: np.ndarray) -> None:
    whole = cut_line(line, 0.0, 1.0)
    assert whole[0].tolist() == line[0].tolist()
    if length_m(line) > 0.0:
        assert whole[-1].tolist() == line[-1].tolist()
