"""Pictures do not depend on how fast the machine is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from app.requests import PlanMade, Progress, Reply
from app.ui.client import OnEvent, Worker
from app.ui.steady import PICTURE_TIME, SteadyEvents


def told(stop_at: float | None, *events: tuple[int, Reply | Progress]) -> list[tuple[int, Reply | Progress]]:
    """What reaches the window of *events*."""
    heard: list[tuple[int, Reply | Progress]] = []
    handed: list[OnEvent] = []

    def worker(on_event: OnEvent) -> Worker:
        handed.append(on_event)
        nobody: Any = None
        return nobody

    make: Callable[[OnEvent], Worker] = worker
    steady = SteadyEvents(make)
    steady.stop_at = stop_at
    steady.make_worker(lambda ticket, event: heard.append((ticket, event)))
    for ticket, event in events:
        handed[0](ticket, event)
    return heard


def test_a_plan_comes_without_the_time_that_it_took() -> None:
    nothing: Any = None
    ((ticket, made),) = told(None, (3, PlanMade(nothing, nothing, 0.012)))
    assert ticket == 3
    assert isinstance(made, PlanMade)
    assert math.isnan(made.elapsed_s)


def test_progress_stands_still_at_its_first_step_beyond_a_share() -> None:
    steps = [Progress("opening", None), *(Progress("noding", share) for share in (0.1, 0.25, 0.3))]
    assert told(None, *((1, step) for step in steps)) == [(1, step) for step in steps]
    assert told(0.2, *((1, step) for step in steps)) == [(1, steps[0]), (1, steps[2])]


def test_the_clock_in_the_pictures_is_a_working_morning() -> None:
    assert PICTURE_TIME.astimezone(ZoneInfo("Asia/Shanghai")).isoformat() == "2026-03-12T09:30:00+08:00"
