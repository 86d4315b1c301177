"""Points gathered: none lost, none counted twice, wherever pictures are cut."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from gis.scene.cells import Grid
from gis.scene.density import by_cells, gathered
from gis.scene.points import build_points
from gis.scene.view import Bounds

SIDE_M = 4_000.0


@soak_examples(2_000, usual=60)
@given(st.integers(0, 2**32), st.integers(0, 400), st.floats(3, 900), st.floats(-2_000, 5_000), st.floats(1, 3_000))
def test_every_bin_that_is_seen_is_counted_whole(seed, many, bin_m, at_m, side_m) -> None:
    xy_m = np.random.default_rng(seed).uniform(-500, SIDE_M + 500, (many, 2))
    points = build_points(xy_m, Grid.over(Bounds(0, 0, SIDE_M, SIDE_M)))
    box = Bounds(at_m, at_m / 2, at_m + side_m, at_m / 2 + side_m)
    heaps = gathered(points, box, bin_m)
    assert heaps.box.x_min <= box.x_min < box.x_max <= heaps.box.x_max
    assert heaps.box.y_min <= box.y_min < box.y_max <= heaps.box.y_max
    # Points are kept as float32; so is what they are compared with.
    place = np.floor(xy_m.astype(np.float32).astype(np.float64) / bin_m).astype(int) - [heaps.column, heaps.row]
    rows, columns = heaps.count.shape
    seen = ((place >= 0) & (place < [columns, rows])).all(axis=1)
    counted = np.zeros((rows, columns), dtype=int)
    np.add.at(counted, (place[seen, 1], place[seen, 0]), 1)
    assert np.array_equal(heaps.count, counted)
    middles, count = heaps.middles()
    assert count.sum() == seen.sum()
    assert np.allclose((middles * count[:, None]).sum(axis=0), xy_m[seen].sum(axis=0), rtol=1e-5, atol=0.01)


def test_cells_are_counted_without_looking_at_their_things() -> None:
    xy_m = np.random.default_rng(5).uniform(0, SIDE_M, (900, 2))
    classes = np.arange(900) % 3
    points = build_points(xy_m, Grid.over(Bounds(0, 0, SIDE_M, SIDE_M)), classes=classes, count=3)
    count, box = by_cells(points.index, Bounds(700, 1_200, 2_100, 1_400))
    assert box == Bounds(500, 1_000, 2_500, 1_500)
    assert count.shape == (1, 4)
    for column in range(4):
        left = 500 + 500 * column
        inside = (xy_m >= [left, 1_000]).all(axis=1) & (xy_m < [left + 500, 1_500]).all(axis=1)
        assert count[0, column] == np.count_nonzero(inside)
    everything, whole = by_cells(points.index, Bounds(-1e6, -1e6, 1e6, 1e6))
    assert everything.sum() == 900
    assert whole == Bounds(0, 0, SIDE_M, SIDE_M)
