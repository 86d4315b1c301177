"""Long tasks of the Pressure desk: a drill, readings as a file, the demo's instruments, teaching the watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.burst_requests import BurstsLearned, LearnBursts
from app.live_requests import CurvesWritten, DemoSetUp, MakeDrill, SetUpDemo, WriteCurves
from app.operations.burst_learning import learn_bursts, usual_span
from app.operations.burst_watch import facts_of
from app.operations.demo_history import set_demo_up
from app.operations.drill import DrillPlan, make_drill
from app.requests import ProgressSink, Reply, WorkspaceMade
from app.telemetry.curve_files import write_curves


def _drill(request: MakeDrill, progress: ProgressSink) -> WorkspaceMade:
    plan = DrillPlan(start_ms=request.start_ms, hours=request.hours, speed=request.speed, faults=request.faults)
    make_drill(request.folder, request.target, plan, progress)
    return WorkspaceMade(request.target, 0)


def _write_file(request: WriteCurves, _progress: ProgressSink) -> CurvesWritten:
    lines = write_curves(request.folder, request.rows, request.start_ms, request.end_ms, request.path)
    return CurvesWritten(request.path, lines)


def _set_up_demo(request: SetUpDemo, progress: ProgressSink) -> DemoSetUp:
    setup, _ = set_demo_up(request.folder, request.now_ms, request.days, progress)
    return DemoSetUp(request.folder, len(setup.channels))


def _learn(request: LearnBursts, progress: ProgressSink) -> BurstsLearned:
    from_ms, until_ms = usual_span(request.now_ms)
    span_ms = (
        from_ms if request.from_ms is None else request.from_ms,
        until_ms if request.until_ms is None else request.until_ms,
    )
    learned = learn_bursts(request.folder, request.now_ms, span_ms, request.budget_s, progress)
    return BurstsLearned(request.folder, facts_of(learned))


LIVE_JOB_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], Reply]] = {
    SetUpDemo: _set_up_demo,
    MakeDrill: _drill,
    WriteCurves: _write_file,
    LearnBursts: _learn,
}
