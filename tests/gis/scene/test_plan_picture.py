from __future__ import annotations

import numpy as np
import pytest
from map_town import EAST, NORTH, town

from gis.scene.along import PipeLines
from gis.scene.plan_picture import PlanPicture, draw_plan, inside, place_of
from network.answers import (
    AreaTarget,
    CannotIsolate,
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    Impact,
    IsolationPlan,
    JunctionTarget,
    PipeParts,
    PipeTarget,
    SupplyPath,
)
from network.assets import Condition
from network.topology import DeviceStates

CITY = town()
PIPES = PipeLines.of(CITY.shapes, CITY.network.pipes.length_m)
STATES = DeviceStates.recorded(CITY.network.devices)


def rows(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def parts(*stretches: tuple[int, float, float]) -> PipeParts:
    table = np.array(stretches)
    return PipeParts(table[:, 0].astype(np.int32), table[:, 1], table[:, 2])


def impact(out: np.ndarray, critical: np.ndarray) -> Impact:
    return Impact(out, rows(), critical, rows(), rows(), rows(), np.empty(0), 0, 0, 0.0)


def test_lines_are_clipped_at_the_valves() -> None:
    plan = IsolationPlan(PipeTarget(0), close=(1,), isolated=parts((0, 10, 100), (1, 0, 10)))
    picture = draw_plan(CITY, PIPES, STATES, plan)
    assert picture.isolated[0].tolist() == [[EAST + 10, NORTH], [EAST + 100, NORTH]]
    assert picture.isolated[1].tolist() == [[EAST + 100, NORTH], [EAST + 110, NORTH]]
    assert picture.at_m == (EAST + 50, NORTH)
    assert picture.label == "P0 DN800"
    assert picture.close == (1,)
    assert picture.bounds == (EAST + 10, NORTH, EAST + 110, NORTH)


def test_who_is_out_by_the_plan_and_who_only_with_it() -> None:
    plan = IsolationPlan(PipeTarget(0), isolated=parts((0, 10, 60)), unintended=parts((0, 60, 100), (1, 0, 100)))
    out = np.flatnonzero(np.isin(CITY.customers.tap.pipe, [0, 1])).astype(np.int32)
    picture = draw_plan(CITY, PIPES, STATES, plan, impact(out, out[:1]))
    assert picture.unintended_out.tolist() == (CITY.customers.tap.pipe[out] == 1).tolist()
    assert picture.critical.tolist() == [0]


def test_a_place_is_inside_its_part_only() -> None:
    some = parts((2, 10, 20), (2, 40, 50), (5, 0, 100))
    pipe, offset_m = rows(2, 2, 2, 2, 5, 1, 6), np.array([5.0, 10.0, 20.0, 30.0, 99.0, 15.0, 15.0])
    assert inside(some, pipe, offset_m).tolist() == [False, True, True, False, True, False, False]
    assert not inside(PipeParts(), pipe, offset_m).any()
    assert not inside(some, rows(-1), np.array([np.nan])).any()


def test_stuck_valves_inside_the_region_are_shown() -> None:
    states = STATES.with_conditions([0, 1], Condition.INOPERABLE)
    plan = IsolationPlan(PipeTarget(0), isolated=parts((0, 0, 100)))
    assert draw_plan(CITY, PIPES, states, plan).stuck == (0,)


def test_a_refusal_shows_the_way_of_the_water() -> None:
    stopped = IsolationPlan(PipeTarget(0), stop=(0,), isolated=parts((0, 0, 100)))
    way = SupplyPath(0, parts((3, 0, 100), (0, 0, 50)), (2,))
    picture = draw_plan(CITY, PIPES, STATES, CannotIsolate(stopped, (way,)))
    assert not picture.feasible
    assert picture.stop == (0,)
    assert len(picture.path) == 2


def test_the_order_of_closing_is_the_callers() -> None:
    plan = IsolationPlan(PipeTarget(0), close=(1, 2, 3))
    assert draw_plan(CITY, PIPES, STATES, plan, order=(3, 1, 2)).close == (3, 1, 2)


@pytest.mark.parametrize(
    ("target", "place", "label"),
    [
        (PipeTarget(0, 25.0), (EAST + 25, NORTH), "P0 DN800"),
        (JunctionTarget(9), (EAST + 100, NORTH + 100), "J9"),
        (DeviceTarget(0), (EAST + 10, NORTH), "V0"),
        (HydrantTarget(0), (EAST + 50, NORTH + 4), "H0"),
        (CustomerTarget(0), (EAST + 50, NORTH + 30), "棋盘医院"),
    ],
)
def test_every_target_has_its_place_and_name(target, place, label) -> None:
    assert place_of(CITY, PIPES, target) == pytest.approx(place)
    assert draw_plan(CITY, PIPES, STATES, IsolationPlan(target)).label == label


def test_an_area_has_its_ring_instead_of_a_place() -> None:
    ring = ((EAST, NORTH), (EAST + 50, NORTH), (EAST + 50, NORTH + 50))
    picture = draw_plan(CITY, PIPES, STATES, IsolationPlan(AreaTarget(ring)))
    assert picture.at_m is None
    assert picture.ring_m == ring
    assert picture.bounds == (EAST, NORTH, EAST + 50, NORTH + 50)


def test_a_plan_without_a_place_has_no_bounds() -> None:
    assert PlanPicture().bounds is None
