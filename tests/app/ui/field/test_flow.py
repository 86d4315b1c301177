"""What is next at a valve, and how far it is: without any window."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dispatch.field_task import FieldTask, Goal, ValveCard, ValveStep
from app.dispatch.permits import ChamberState
from app.ui.field.flow import Primary, inside_at_first, primary_of, way_to

CARD = ValveCard("V1", "isolation", 200, 38.0, "clockwise", 1.4, "圆形阀门井", "", 0.0, 0.0, "open", "open", "operable")
STEP = ValveStep(CARD, Goal.CLOSE, done=False)
TASK = FieldTask("incident/W1", "W1", "", is_open=True, planned=True, feasible=True, going_back=False, dry=False)


def task(*steps: ValveStep, **more: bool) -> FieldTask:
    return replace(TASK, steps=steps, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "inside", "expected"),
    [
        (STEP, False, Primary.OPEN_CHAMBER),
        (STEP, True, Primary.OPEN_CHAMBER),
        (replace(STEP, stage="chamber_opened"), False, Primary.TURN),
        (replace(STEP, stage="chamber_opened"), True, Primary.PERMIT),
        (replace(STEP, stage="chamber_opened", chamber=ChamberState.REFUSED), True, Primary.PERMIT),
        (replace(STEP, stage="chamber_opened", chamber=ChamberState.EXPIRED), True, Primary.PERMIT),
        (replace(STEP, stage="chamber_opened", chamber=ChamberState.GIVEN), True, Primary.TURN),
        (replace(STEP, stage="turning"), False, Primary.TURNED),
        (replace(STEP, stage="turning", chamber=ChamberState.EXPIRED), True, Primary.PERMIT),
        (replace(STEP, stage="will_not_turn"), False, Primary.OPEN_CHAMBER),
        (replace(STEP, card=replace(CARD, chamber="")), False, Primary.TURN),
        (replace(STEP, goal=Goal.VERIFY), False, Primary.VERIFIED),
        (replace(STEP, done=True), False, Primary.NONE),
    ],
)
def test_each_valve_has_one_next_thing_to_say(step: ValveStep, inside: bool, expected: Primary) -> None:
    assert primary_of(task(step), step, inside=inside) is expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, Primary.WATER_OFF),
        ({"dry": True}, Primary.MENDED),
        ({"going_back": True}, Primary.NONE),
        ({"feasible": False}, Primary.NONE),
        ({"is_open": False}, Primary.NONE),
    ],
)
def test_when_every_valve_is_done_the_work_as_a_whole_is_next(more: dict[str, bool], expected: Primary) -> None:
    assert primary_of(task(replace(STEP, done=True), **more), None, inside=False) is expected


def test_nothing_is_next_where_nothing_is_planned_or_the_incident_is_over() -> None:
    assert primary_of(task(), None, inside=False) is Primary.NONE
    assert primary_of(task(STEP, is_open=False), STEP, inside=False) is Primary.NONE
    assert primary_of(task(), STEP, inside=False) is Primary.NONE, "a valve that is out of the plan"


def test_the_record_says_who_goes_in_until_the_crew_says_otherwise() -> None:
    assert not inside_at_first(STEP)
    deep = replace(STEP, card=replace(CARD, depth_m=2.3))
    assert inside_at_first(deep)
    assert inside_at_first(replace(STEP, card=replace(CARD, chamber="阀门室")))
    assert not inside_at_first(replace(deep, stage="turning", inside=False))
    assert not inside_at_first(replace(STEP, card=replace(CARD, depth_m=None)))


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_the_way_leads_to_the_valve(east_m: float, north_m: float) -> None:
    way = way_to((100.0, 200.0), (100.0 + east_m, 200.0 + north_m))
    assert way.length_m == pytest.approx(math.hypot(east_m, north_m), abs=1e-6)
    if way.length_m > 4.0:
        assert ("north" in way.bearing) == (north_m > math.tan(math.pi / 8) * abs(east_m)) or _on_an_edge(
            east_m, north_m
        )
    if way.length_m < 2.9:
        assert way.bearing == ""


def _on_an_edge(east_m: float, north_m: float) -> bool:
    turned = math.degrees(math.atan2(east_m, north_m)) % 45.0
    return abs(turned - 22.5) < 1e-6
