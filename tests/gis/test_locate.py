"""Clicks and points on pipes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from drawings import layer, node
from hypothesis import given
from hypothesis import strategies as st

from gis.locate import BeyondReach, PipeIndex, PlaceOnPipe, locate, nearest_points
from network.columns import IdColumn

BENT = layer([("A", [(0, 0), (60, 0), (60, 40)]), ("B", [(0, 10), (50, 10)])], length_m=[200.0, np.nan])


def test_a_click_finds_the_place_on_the_pipe() -> None:
    found = locate(node(pipe=BENT).city, 63.0, 20.0, reach_m=5.0)

    assert found == PlaceOnPipe(0, pytest.approx(160.0), 60.0, 20.0, 3.0)


def test_a_click_beyond_reach_says_where_the_nearest_is() -> None:
    found = locate(node(pipe=BENT).city, 163.0, 20.0, reach_m=5.0)

    assert isinstance(found, BeyondReach)
    assert found.nearest is not None
    assert (found.nearest.pipe, found.nearest.distance_m) == (0, 103.0)


def test_a_click_near_the_box_of_a_line_is_not_near_the_line() -> None:
    slope = layer([("A", [(0, 0), (100, 100)])])

    assert isinstance(locate(node(pipe=slope).city, 90.0, 10.0, reach_m=5.0), BeyondReach)


def test_a_city_without_pipes_has_nothing_near() -> None:
    assert locate(node().city, 0.0, 0.0, reach_m=5.0) == BeyondReach(5.0, None)


@pytest.mark.parametrize("names", [["A", "B"], ["B", "A"]])
def test_of_places_equally_near_the_lowest_id_wins(names: list[str]) -> None:
    city = node(pipe=layer([(names[0], [(0, 0), (50, 0)]), (names[1], [(50, 0), (90, 9)])])).city
    found = locate(city, 50.0, 0.0, reach_m=1.0)

    assert isinstance(found, PlaceOnPipe)
    assert city.network.pipes.ids[found.pipe] == "A"


coordinates = st.floats(-50, 150, allow_nan=False).map(lambda value: round(value, 2))


@given(st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=5, unique=True), coordinates, coordinates)
def test_a_click_and_the_index_agree(line: list[tuple[float, float]], x: float, y: float) -> None:
    city = node(pipe=layer([("A", line), ("B", [(0, 0), (100, 100)])])).city
    lines = np.array([shapely.LineString(line), shapely.LineString([(0, 0), (100, 100)])], dtype=object)
    index = PipeIndex(lines, city.network.pipes.ids, city.network.pipes.length_m)

    snaps = index.nearest(np.array([[x, y]]), 1000.0)
    found = locate(city, x, y, 1000.0)

    assert isinstance(found, PlaceOnPipe)
    assert found.distance_m == pytest.approx(snaps.distance_m[0], abs=1e-6)
    place = index.places(np.array([found.pipe], dtype=np.int32), np.array([found.offset_m]))
    assert place[0] == pytest.approx([found.x_m, found.y_m], abs=1e-6)


@pytest.mark.parametrize("aside_m", [3.0, 40.0])
@pytest.mark.parametrize("off_m", [-1e-9, 0.0, 1e-9])
def test_what_rounding_tells_apart_is_equally_near(aside_m: float, off_m: float) -> None:
    """Two lines drawn over each other but for rounding: the lowest id's is taken, close by and far off."""
    lines = np.array(
        [shapely.LineString([(0, off_m), (90, off_m)]), shapely.LineString([(90, 0), (0, 0)])], dtype=object
    )
    index = PipeIndex(lines, IdColumn.of(["B", "A"]), np.array([90.0, 90.0]))

    assert index.nearest(np.array([[30.0, aside_m]]), reach_m=50.0).pipe.tolist() == [1]
    assert index.nearest(np.array([[30.0, aside_m]]), reach_m=aside_m - 0.001).pipe.tolist() == [-1]


def test_points_without_a_pipe_in_reach_lie_nowhere() -> None:
    line = np.array([shapely.LineString([(0, 0), (100, 0)])], dtype=object)
    snaps = PipeIndex(line, IdColumn.of(["A"]), np.array([100.0])).nearest(np.array([[50.0, 2.0], [50.0, 9.0]]), 5.0)

    assert snaps.pipe.tolist() == [0, -1]
    assert snaps.distance_m.tolist() == [2.0, np.inf]
    assert np.isnan(snaps.offset_m[1])


def test_the_nearest_of_some_points_is_within_reach_and_the_same_in_any_order() -> None:
    points = np.array([[0.0, 1.0], [0.0, -1.0], [5.0, 0.0]])
    for order in ([0, 1, 2], [1, 0, 2], [2, 1, 0]):
        distance_m, row = nearest_points(points[order], np.array([[0.0, 0.0], [9.0, 0.0]]), 1.0)
        assert distance_m.tolist() == [1.0, np.inf]
        assert points[order][row[0]].tolist() == [0.0, -1.0]
