from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from gis.scene.cells import Grid, take
from gis.scene.lines import LONGEST_SEGMENT_M, Polylines, build_far_lines, build_lines, dashes
from gis.scene.view import Bounds

BOX = Bounds(0, 0, 4000, 4000)
vertex = st.tuples(st.integers(0, 4000), st.integers(0, 4000))
drawings = st.lists(st.lists(vertex, min_size=2, max_size=5), min_size=1, max_size=12)


def polylines(drawing) -> Polylines:
    return Polylines.of([np.array(line, dtype=np.float64) for line in drawing])


def length_m(xy_m: np.ndarray) -> np.ndarray:
    return np.hypot(*(xy_m[:, 2:] - xy_m[:, :2]).astype(np.float64).T)


@given(drawings)
def test_no_length_is_lost_and_no_segment_is_long(drawing) -> None:
    lines = polylines(drawing)
    built = build_lines(lines, np.zeros(len(lines), dtype=int), 1, Grid.over(BOX))
    drawn = [sum(np.hypot(*np.diff(np.array(line, dtype=float), axis=0).T)) for line in drawing]
    kept = np.bincount(built.owner, weights=length_m(built.xy_m), minlength=len(lines))
    assert kept == pytest.approx(drawn, rel=1e-4, abs=1e-2)
    assert (length_m(built.xy_m) <= LONGEST_SEGMENT_M + 1e-2).all()


@soak_examples(2_000, usual=60)
@given(drawings, vertex, st.integers(1, 1500))
def test_a_view_finds_every_segment_that_touches_it(drawing, corner, side_m) -> None:
    lines = polylines(drawing)
    built = build_lines(lines, np.arange(len(lines)) % 2, 2, Grid.over(BOX))
    box = Bounds(corner[0], corner[1], corner[0] + side_m, corner[1] + side_m)
    for of_class in (0, 1):
        found = {tuple(row) for row in take(built.xy_m, built.near(box, of_class)).tolist()}
        for segment, owner in zip(built.xy_m.tolist(), built.owner.tolist(), strict=True):
            middle = ((segment[0] + segment[2]) / 2, (segment[1] + segment[3]) / 2)
            inside = box.x_min <= middle[0] <= box.x_max and box.y_min <= middle[1] <= box.y_max
            ends = [segment[:2], segment[2:]]
            inside |= any(box.x_min <= x <= box.x_max and box.y_min <= y <= box.y_max for x, y in ends)
            if inside and owner % 2 == of_class:
                assert tuple(segment) in found


def test_where_a_segment_begins_along_its_line() -> None:
    lines = polylines([[(0, 0), (300, 0), (300, 400)]])
    built = build_lines(lines, np.zeros(1, dtype=int), 1, Grid.over(BOX))
    assert sorted(built.start_m.tolist()) == [0, 150, 300, 500]


def test_negative_classes_are_left_out() -> None:
    lines = polylines([[(0, 0), (10, 0)], [(0, 5), (10, 5)]])
    built = build_lines(lines, np.array([-1, 0]), 1, Grid.over(BOX))
    assert built.owner.tolist() == [1]


def test_far_copy_keeps_one_of_what_coincides_and_that_of_the_greatest_main() -> None:
    lines = polylines([[(0, 0), (100, 0)], [(100, 1), (0, 1)], [(0, 200), (0, 300)]])
    far = build_far_lines(lines, np.array([3, 0, 2]), 4, Grid.over(BOX), 16.0)
    assert sorted(far.owner.tolist()) == [1, 2]
    assert far.index.count(BOX, 0) == 1
    assert far.index.count(BOX, 3) == 0


@given(drawings, st.sampled_from([8.0, 32.0, 64.0]))
def test_far_copy_is_never_finer_than_its_pixels_nor_farther_off_than_two(drawing, pixel_m) -> None:
    lines = polylines(drawing)
    far = build_far_lines(lines, np.zeros(len(lines), dtype=int), 1, Grid.over(BOX), pixel_m)
    near = build_lines(lines, np.zeros(len(lines), dtype=int), 1, Grid.over(BOX))
    assert (np.diff(far.index.offsets) >= 0).all()
    for row in np.unique(far.owner):
        ends = far.xy_m[far.owner == row].reshape(-1, 2)
        own = near.xy_m[near.owner == row]
        if len(own):
            steps = np.linspace(0, 1, 64)[None, :, None]
            dense = (own[:, None, :2] * (1 - steps) + own[:, None, 2:] * steps).reshape(-1, 2)
            away = np.hypot(*(ends[:, None, :] - dense[None]).transpose(2, 0, 1)).min(axis=1)
            assert away.max() <= 2 * pixel_m + 5


def test_a_city_without_lines_draws_nothing() -> None:
    empty = Polylines.of([])
    assert len(build_lines(empty, np.empty(0, dtype=int), 6, Grid.over(BOX))) == 0
    assert len(build_far_lines(empty, np.empty(0, dtype=int), 6, Grid.over(BOX), 8.0)) == 0


def test_dashes_keep_step_however_a_line_is_cut() -> None:
    whole = dashes(np.array([[0.0, 0, 100, 0]]), np.zeros(1), 6.0, 4.0)
    cuts = np.array([0.0, 3, 17, 18, 50, 99, 100])
    pieces = np.column_stack([cuts[:-1], np.zeros(6), cuts[1:], np.zeros(6)])
    cut = dashes(pieces, cuts[:-1], 6.0, 4.0)
    inked = np.zeros((2, 1000))
    for row, drawn in enumerate((whole, cut)):
        for x0, _, x1, _ in drawn:
            inked[row, round(x0 * 10) : round(x1 * 10)] += 1
    assert (inked[0] == inked[1]).all()
    assert inked.max() == 1
    assert inked[0].mean() == pytest.approx(0.6)


def test_a_segment_in_a_gap_is_not_drawn() -> None:
    assert len(dashes(np.array([[7.0, 0, 9, 0]]), np.array([7.0]), 6.0, 4.0)) == 0
