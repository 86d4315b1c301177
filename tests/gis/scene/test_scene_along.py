from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.scene.along import PipeLines, whole
from network.answers import PipeParts
from network.assets import PipeShapes

vertex = st.tuples(st.integers(0, 500), st.integers(0, 500))
shapes_of = st.lists(st.lists(vertex, min_size=2, max_size=6, unique=True), min_size=1, max_size=6)


def measured(drawing, stretch: float = 1.0) -> tuple[PipeLines, list[shapely.LineString]]:
    lines = [shapely.LineString(line) for line in drawing]
    offsets = np.cumsum([0, *map(len, drawing)], dtype=np.int64)
    xy_m = np.array([point for line in drawing for point in line], dtype=np.float64)
    return PipeLines.of(PipeShapes(offsets, xy_m), np.array([line.length for line in lines]) * stretch), lines


@given(shapes_of, st.floats(0, 1), st.sampled_from([1.0, 2.5]))
def test_places_are_those_of_linear_referencing(drawing, share, stretch) -> None:
    pipes, lines = measured(drawing, stretch)
    rows = np.arange(len(lines))
    xy_m, _ = pipes.places(rows, pipes.length_m * share)
    wanted = [line.interpolate(share, normalized=True) for line in lines]
    assert xy_m == pytest.approx(np.array([[point.x, point.y] for point in wanted]), abs=1e-5)


@given(shapes_of, st.floats(0, 1), st.floats(0, 1))
def test_stretches_have_the_length_of_their_parts_and_lie_on_their_pipe(drawing, one, other) -> None:
    pipes, lines = measured(drawing)
    low, high = sorted((one, other))
    rows = np.arange(len(lines), dtype=np.int32)
    parts = PipeParts(rows, pipes.length_m * low, pipes.length_m * high)
    clipped = pipes.stretches(parts)
    for row, line in enumerate(lines):
        piece = clipped[row]
        assert np.hypot(*np.diff(piece, axis=0).T).sum() == pytest.approx(line.length * (high - low), abs=1e-5)
        assert shapely.distance(shapely.points(piece), line).max() < 1e-5


def test_direction_follows_the_line() -> None:
    pipes, _ = measured([[(0, 0), (100, 0), (100, 100)]])
    _, turn = pipes.places(np.array([0, 0]), np.array([50.0, 150.0]))
    assert turn == pytest.approx([0, np.pi / 2])


def test_a_pipe_drawn_as_a_point_has_a_place_all_the_same() -> None:
    pipes = PipeLines.of(PipeShapes(np.array([0, 2]), np.array([[7.0, 8.0], [7.0, 8.0]])), np.array([12.0]))
    xy_m, _ = pipes.places(np.array([0]), np.array([6.0]))
    assert xy_m.tolist() == [[7.0, 8.0]]


def test_no_parts_are_no_lines() -> None:
    pipes, _ = measured([[(0, 0), (100, 0)]])
    assert len(pipes.stretches(PipeParts())) == 0


def test_whole_pipes_once_each() -> None:
    parts = whole(np.array([1, 0, 1], dtype=np.int32), np.array([10.0, 20.0]))
    assert parts.pipe.tolist() == [0, 1]
    assert parts.length_m == 30
