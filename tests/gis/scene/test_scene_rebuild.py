"""The mains of a map after an edit are those of a map made anew, though only what changed was laid again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from map_lines import in_cells
from soak import soak_examples

from gis.scene.cells import Grid
from gis.scene.lines import Lines, Polylines, build_far_lines, build_lines
from gis.scene.lines_after import Around, Classed, around, far_lines_after, line_change, lines_after, rows_after
from gis.scene.view import Bounds

BOX = Bounds(0, 0, 4000, 4000)
NOWHERE = np.zeros(2)
PIXEL_M = 16.0

vertices = st.tuples(st.integers(0, 80), st.integers(0, 80)).map(lambda at: (at[0] * 50.0, at[1] * 50.0))
shapes = st.lists(vertices, min_size=2, max_size=5)
drawn = st.tuples(shapes, st.integers(0, 2))
drawings = st.dictionaries(st.integers(0, 30), drawn, min_size=1, max_size=12)


def classed(drawing: dict[int, tuple[list[tuple[float, float]], int]]) -> Classed:
    lines = Polylines.of([np.array(shape) for shape, _ in drawing.values()])
    return Classed(lines, np.array([of_class for _, of_class in drawing.values()], dtype=np.int64))


def ids(drawing: dict[int, object]) -> np.ndarray:
    return np.array([f"P{key:02}" for key in drawing], dtype="S3")


def far(lines: Classed) -> Lines:
    return build_far_lines(lines.lines, lines.classes, 3, Grid.over(BOX, PIXEL_M * 256), PIXEL_M)


@soak_examples(2_000, usual=60)
@given(drawings, drawings, st.sets(st.integers(0, 30)))
def test_lines_after_an_edit_are_those_made_anew(before, news, gone) -> None:
    after = {key: news.get(key, line) for key, line in before.items() if key not in gone}
    after |= {key: line for key, line in news.items() if key not in before}
    was, now = classed(before), classed(after)
    rows = rows_after(ids(before), ids(after))
    assert rows is not None
    kept = {key: row for row, key in enumerate(after)}
    assert rows.tolist() == [kept.get(key, -1) for key in before]
    change = line_change(was, now, rows)
    assert change is not None
    assert {list(after)[row] for row in change.after} == {key for key in after if before.get(key) != after[key]}
    near = around(was, now, change, 2 * PIXEL_M)
    assert near is not None
    grid = Grid.over(BOX)
    near_lines = lines_after(build_lines(was.lines, was.classes, 3, grid), change, now, NOWHERE)
    assert in_cells(near_lines) == in_cells(build_lines(now.lines, now.classes, 3, grid))
    far_lines = far_lines_after(far(was), change, near, PIXEL_M)
    assert far_lines is not None
    assert in_cells(far_lines) == in_cells(far(now))


def test_a_row_that_comes_back_in_between_moves_those_behind_it() -> None:
    whole, cut = np.array([b"A", b"B", b"C"]), np.array([b"A", b"C"])
    assert rows_after(cut, whole).tolist() == [0, 2]
    assert rows_after(whole, cut).tolist() == [0, -1, 1]
    assert rows_after(np.arange(300).astype("S4"), np.arange(300)[::-1].astype("S4")) is None


def test_a_copy_that_does_not_hold_what_it_should_is_not_mended() -> None:
    before = {0: ([(0.0, 0.0), (1000.0, 0.0)], 0), 1: ([(0.0, 500.0), (1000.0, 500.0)], 0)}
    was, now = classed(before), classed({1: before[1]})
    change = line_change(was, now, np.array([-1, 0], dtype=np.int32))
    assert change is not None
    near = around(was, now, change, 2 * PIXEL_M)
    assert isinstance(near, Around)
    assert far_lines_after(far(now), change, near, PIXEL_M) is None
