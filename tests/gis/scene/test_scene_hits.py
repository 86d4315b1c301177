from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from map_town import EAST, NORTH, town, town_layers
from soak import soak_examples

from gis.scene.along import PipeLines
from gis.scene.build import build_scene
from gis.scene.hits import nearest_pipe, nearest_point

CITY = town()
SCENE = build_scene(CITY, town_layers())
PIPES = PipeLines.of(CITY.shapes, CITY.network.pipes.length_m)
LINES = shapely.linestrings(CITY.shapes.xy_m.reshape(-1, 2, 2))

inside_m = st.floats(-50, 750)


@soak_examples(2_000, usual=200)
@given(inside_m, inside_m, st.floats(0.5, 60))
def test_the_nearest_pipe_is_the_nearest_of_all(x_m, y_m, within_m) -> None:
    here = shapely.Point(EAST + x_m, NORTH + y_m)
    away = shapely.distance(LINES, here)
    hit = nearest_pipe(SCENE, PIPES, here.x, here.y, within_m)
    if hit is None:
        assert away.min() > within_m - 0.01
    else:
        assert hit.distance_m == pytest.approx(away.min(), abs=0.01)
        assert away[hit.row] == pytest.approx(away.min(), abs=0.01)
        assert hit.offset_m == pytest.approx(LINES[hit.row].project(here), abs=0.05)


@given(inside_m, inside_m, st.floats(0.5, 80))
def test_the_nearest_valve_is_the_nearest_of_all(x_m, y_m, within_m) -> None:
    devices = CITY.network.devices
    away = np.hypot(devices.x_m - EAST - x_m, devices.y_m - NORTH - y_m)
    hit = nearest_point(SCENE, "device", EAST + x_m, NORTH + y_m, within_m)
    if hit is None:
        assert away.min() > within_m - 0.01
    else:
        assert away[hit.row] == pytest.approx(away.min(), abs=0.01)


def test_offsets_are_in_recorded_metres_even_where_the_drawing_is_shorter() -> None:
    length_m = CITY.network.pipes.length_m * 3
    hit = nearest_pipe(SCENE, PipeLines.of(CITY.shapes, length_m), EAST + 25, NORTH + 1, 5)
    assert hit is not None
    assert hit.offset_m == pytest.approx(75, abs=0.1)


def test_only_the_diameters_asked_for() -> None:
    hit = nearest_pipe(SCENE, PIPES, EAST + 150, NORTH + 1, 60, classes=(1,))
    assert hit is not None
    assert CITY.network.pipes.dn_mm[hit.row] == 400


def test_nothing_far_outside_the_city() -> None:
    assert nearest_pipe(SCENE, PIPES, 0.0, 0.0, 100) is None
    assert nearest_point(SCENE, "customer", 0.0, 0.0, 100) is None
