from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from gis.scene.cells import Grid, sort_by_cell, take
from gis.scene.view import Bounds

coordinate = st.floats(-2000, 7000, width=32)


@soak_examples(2_000, usual=60)
@given(
    st.lists(st.tuples(coordinate, coordinate, st.integers(0, 2)), max_size=60),
    coordinate,
    coordinate,
    st.floats(1, 3000),
)
def test_slices_hold_every_point_of_a_box(points, x_m, y_m, side_m) -> None:
    grid = Grid.over(Bounds(0, 0, 5000, 4000))
    table = np.array(points, dtype=np.float64).reshape(-1, 3)
    order, index = sort_by_cell(grid, table[:, 0], table[:, 1], table[:, 2], 3)
    placed = table[order]
    box = Bounds(x_m, y_m, x_m + side_m, y_m + side_m)
    for of_class in range(3):
        found = take(placed, index.slices(box, of_class))
        assert index.count(box, of_class) == len(found)
        assert (found[:, 2] == of_class).all()
        inside = (table[:, 0] >= box.x_min) & (table[:, 0] <= box.x_max) & (table[:, 1] >= box.y_min)
        inside &= (table[:, 1] <= box.y_max) & (table[:, 2] == of_class)
        missing = {tuple(row) for row in table[inside]} - {tuple(row) for row in found}
        assert not missing


def test_every_thing_stands_in_exactly_one_cell() -> None:
    grid = Grid.over(Bounds(0, 0, 2000, 2000))
    rng = np.random.default_rng(3)
    x_m, y_m = rng.uniform(-100, 2100, (2, 500))
    order, index = sort_by_cell(grid, x_m, y_m, np.zeros(500), 1)
    assert sorted(order.tolist()) == list(range(500))
    assert index.offsets[-1] == 500
    assert len(index.rows(Bounds(-1e6, -1e6, 1e6, 1e6))) == 500


def test_stray_coordinates_enlarge_cells_instead_of_memory() -> None:
    grid = Grid.over(Bounds(0, 0, 3e7, 3e7))
    assert len(grid) <= 250_000
    assert grid.columns * grid.cell_m >= 3e7
