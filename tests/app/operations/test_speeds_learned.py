"""Speeds learned from where devices were: what a drive is, and what it moves."""

import numpy as np
import pytest
import shapely

from app.dispatch.arrival import Fix
from app.dispatch.drives import drives
from app.dispatch.positions import Positions, Standing
from app.operations.speeds import speeds_from
from gis.layers import Layer
from gis.roads import RoadNetwork, road_network
from gis.speeds import OTHER_KM_H, Speeds

NOON_MS = 1_773_720_000_000
"""12:00 in the city."""


@pytest.fixture(scope="module")
def street() -> RoadNetwork:
    lines = np.array([shapely.LineString([(0, 0), (20_000, 0)])], dtype=object)
    return road_network(Layer(lines, {"id": np.array(["r"], dtype=object)}))


def fix(second: float, x_m: float, y_m: float = 0.0) -> Fix:
    at_ms = NOON_MS + round(second * 1000)
    return Fix(at_ms, at_ms, x_m, y_m)


def driven(from_s: float, from_m: float, speed_m_s: float, lasts_s: int = 600) -> list[Fix]:
    return [fix(from_s + second, from_m + speed_m_s * second) for second in range(0, lasts_s + 1, 20)]


def test_a_drive_lasts_from_the_first_move_to_the_last() -> None:
    before = [fix(second, 0.0) for second in range(0, 200, 20)]
    after = [fix(800 + second, 5000.0) for second in range(0, 200, 20)]
    moving = driven(200, 0.0, 5000 / 600)
    (one,) = drives([*after, *moving, *before])
    assert (one[0].at_ms, one[1].at_ms) == (moving[0].at_ms, moving[-1].at_ms)


def test_a_silence_and_a_stop_part_drives_and_a_red_light_does_not() -> None:
    assert len(drives([*driven(0, 0, 8, 300), *driven(700, 2400, 8, 300)])) == 2
    stop = [fix(300 + second, 2400.0) for second in range(20, 200, 20)]
    assert len(drives([*driven(0, 0, 8, 300), *stop, *driven(480, 2400, 8, 300)])) == 2
    light = [fix(300 + second, 2400.0) for second in range(20, 60, 20)]
    assert len(drives([*driven(0, 0, 8, 300), *light, *driven(340, 2400, 8, 300)])) == 1
    assert len(drives(driven(0, 0, 8, 3000))) == 3


def test_one_fix_and_none_are_no_drive() -> None:
    assert drives([fix(0, 0)]) == drives([]) == []


def test_slow_drives_slow_their_hour_and_no_other(street: RoadNetwork) -> None:
    slow_m_s = OTHER_KM_H / 3.6 / 2
    crews = {f"E{number}": Standing(None, tuple(driven(0, 100.0 * number, slow_m_s))) for number in range(12)}
    found = speeds_from(Positions(crews), street)
    assert found.learned
    assert found.by_hour[12] == pytest.approx((1.0 * 0.5) ** 0.5, rel=0.02)
    assert found.by_hour[13] == Speeds().by_hour[13]


def test_what_no_road_explains_teaches_nothing(street: RoadNetwork) -> None:
    none = road_network(Layer(np.zeros(0, dtype=object), {"id": np.zeros(0, dtype=object)}))
    drive = Standing(None, tuple(driven(0, 0.0, 5.0)))
    assert speeds_from(Positions({"E1": drive}), none) == Speeds()
    assert speeds_from(Positions(), street) == Speeds()
