"""Snapshots of what moves: found by place, the urgent on top, apart from the feed's own arrays."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.scene.movers import CrewLook, Movers, SensorLook
from gis.scene.view import Bounds

PLACES = arrays(np.float64, st.tuples(st.integers(0, 30), st.just(2)), elements=st.floats(-100, 100))
BOX = Bounds(-50.0, -20.0, 40.0, 60.0)


def of(xy_m: np.ndarray) -> Movers:
    return Movers.of(xy_m, np.arange(len(xy_m)) % len(SensorLook))


@given(PLACES)
def test_those_inside_come_the_most_urgent_last(xy_m) -> None:
    movers = of(xy_m)
    rows = movers.within(BOX).tolist()
    expected = {
        row for row, (x, y) in enumerate(xy_m.tolist()) if BOX.x_min <= x <= BOX.x_max and BOX.y_min <= y <= BOX.y_max
    }
    assert set(rows) == expected
    looks = [int(movers.look[row]) for row in rows]
    assert looks == sorted(looks)


@given(PLACES, st.floats(-100, 100), st.floats(-100, 100), st.floats(0, 80))
def test_the_nearest_within_reach_is_found(xy_m, x_m, y_m, reach_m) -> None:
    away_m = [float(np.hypot(x - x_m, y - y_m)) for x, y in xy_m]
    found = of(xy_m).near(x_m, y_m, reach_m)
    if found is None:
        assert not any(away <= reach_m for away in away_m)
    else:
        assert away_m[found] == min(away_m)


def test_of_two_at_one_place_the_more_urgent_is_found() -> None:
    movers = Movers.of(np.zeros((3, 2)), np.array([CrewLook.OFF, CrewLook.ON_SCENE, CrewLook.STANDBY]))
    assert movers.near(0.0, 0.0, 1.0) == 1


def test_a_snapshot_stays_as_it_was_and_unknown_places_are_nowhere() -> None:
    feed = np.array([[1.0, 2.0], [np.nan, np.nan]])
    movers = Movers.of(feed, np.array([1, 1]))
    feed[0] = 9.0
    assert movers.xy_m[0].tolist() == [1.0, 2.0]
    assert movers.within(Bounds(-1e9, -1e9, 1e9, 1e9)).tolist() == [0]
    assert movers.near(1.0, 2.0, 1e9) == 0
    assert len(movers) == 2
    assert movers.names[0] == movers.values[1] == ""
