"""Pressures through a day, with an outage in the midst of it: who is low when, and how tanks fill and empty.

An extended run: tanks carry over what they hold from one moment to the next, from before the outage into it and out of
it. As in :mod:`network.hydraulic_effect`, topology decides who is out; what is dry is taken out while the outage lasts.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from network.answers import IsolationPlan
from network.child import run_in_child
from network.errors import NetworkError
from network.hydraulic_case import junction_demand_m3_h
from network.hydraulic_effect import (
    ENGINE_COMPANIONS,
    HydraulicsFailed,
    Snapshot,
    WaterState,
    failure_of,
    snapshot_of,
    state_after,
    state_before,
)
from network.hydraulic_inputs import HydraulicInputs
from network.hydraulic_records import HydraulicWarning, Leg, Moment, Solved, SolvedLeg
from network.supply import SupplyModel

DAY_H = 24.0
_PATIENCE = 5.0
"""A leg of a day may take so many times as long as a snapshot before it is ended."""


@dataclass(frozen=True, eq=False)
class InputsFrom:
    """What holds from a moment on.

    Attributes:
        at_h: Hours after the run's beginning.
        hour: Of the day.
    """

    at_h: float
    hour: float
    inputs: HydraulicInputs


@dataclass(frozen=True, eq=False)
class Run:
    """Snapshots through a day, as far as EPANET came.

    Attributes:
        at_h: Hours after the beginning, ascending; twice the same where an outage begins or ends.
        broken_off: Whether EPANET stopped before the end.
    """

    at_h: tuple[float, ...]
    snapshots: tuple[Snapshot, ...]
    warnings: tuple[HydraulicWarning, ...]
    broken_off: bool


@dataclass(frozen=True, eq=False)
class DayEffect:
    """A day without and with an outage from *start_h* to *end_h*, hours after its beginning."""

    before: Run
    after: Run
    start_h: float
    end_h: float


@dataclass(frozen=True, eq=False)
class _Span:
    """A leg in the making: who has water through it, and what holds from when on."""

    state: WaterState
    begin_h: float
    steps: tuple[InputsFrom, ...]


def hourly(inputs: HydraulicInputs, begin_hour: float, hours: float = DAY_H) -> tuple[InputsFrom, ...]:
    """A step each hour from *begin_hour* of the day, all with the same *inputs*: customers' patterns do the rest."""
    return tuple(
        InputsFrom(at_h, (begin_hour + at_h) % DAY_H, inputs) for at_h in np.arange(0.0, hours + 1e-9).tolist()
    )


def day_of(
    model: SupplyModel, plan: IsolationPlan, steps: Sequence[InputsFrom], start_h: float, end_h: float
) -> DayEffect | HydraulicsFailed:
    """The day that *steps* describe, undisturbed and with *plan* in force from *start_h* to *end_h*.

    Args:
        model: The city.
        plan: What is shut.
        steps: Ascending, the first at 0; the last one ends the day.
        start_h: Beginning of the outage, hours after that of the day; 0 or more.
        end_h: Its end, later than that; beyond the last step it lasts on.
    """
    if not len(model.city.network.sources):
        return HydraulicsFailed("hydraulics_no_source")
    last_h = steps[-1].at_h
    first, *_ = steps
    undisturbed = state_before(model, first.inputs, first.hour, filling=True)
    shut = state_after(model, plan, first.inputs, first.hour, filling=True)
    start_h, end_h = min(start_h, last_h), min(end_h, last_h)
    spans = (
        (undisturbed, 0.0, start_h),
        (shut, start_h, end_h),
        (undisturbed, end_h, last_h),
    )
    runs = (
        (_span(undisturbed, steps, 0.0, last_h),),
        tuple(_span(state, steps, begin, end) for state, begin, end in spans if end > begin),
    )
    legs = tuple(tuple(_leg(model, span) for span in run if span.state.case.text) for run in runs)
    try:
        solved = _solve(legs, _patience_s(first.inputs, *runs))
    except NetworkError as failed:
        return failure_of(failed)
    before, after = (_run(model, run, iter(found)) for run, found in zip(runs, solved, strict=True))
    if not before.at_h or not after.at_h:
        return HydraulicsFailed("hydraulics_not_converged", {"trials": first.inputs.settings.trials})
    return DayEffect(before, after, start_h, end_h)


def undisturbed_day(model: SupplyModel, steps: Sequence[InputsFrom]) -> Run | HydraulicsFailed:
    """The day that *steps* describe, with nothing shut; ascending, the first at 0."""
    if not len(model.city.network.sources):
        return HydraulicsFailed("hydraulics_no_source")
    first = steps[0]
    span = _span(state_before(model, first.inputs, first.hour, filling=True), steps, 0.0, steps[-1].at_h)
    legs = (_leg(model, span),) if span.state.case.text else ()
    try:
        (solved,) = _solve((legs,), _patience_s(first.inputs, (span,)))
    except NetworkError as failed:
        return failure_of(failed)
    run = _run(model, (span,), iter(solved))
    return run if run.at_h else HydraulicsFailed("hydraulics_not_converged", {"trials": first.inputs.settings.trials})


def _patience_s(inputs: HydraulicInputs, *runs: tuple[_Span, ...]) -> float:
    """How long the legs of *runs* may take."""
    return _PATIENCE * inputs.settings.patience_s(sum(len(span.state.case.pieces) for run in runs for span in run))


def _solve(runs: tuple[tuple[Leg, ...], ...], timeout_s: float) -> tuple[tuple[SolvedLeg, ...], ...]:
    done = run_in_child(timeout_s, "network.hydraulics:solve_runs", runs, without=ENGINE_COMPANIONS)
    return cast("tuple[tuple[SolvedLeg, ...], ...]", done)


def _span(state: WaterState, steps: Sequence[InputsFrom], begin_h: float, end_h: float) -> _Span:
    """Steps from *begin_h* to *end_h*, both of them included with what holds there."""
    holding = [step for step in steps if step.at_h <= begin_h][-1]
    inside = [step for step in steps if begin_h < step.at_h < end_h]
    ending = [step for step in steps if step.at_h <= end_h][-1]
    return _Span(state, begin_h, (_moved(holding, begin_h), *inside, _moved(ending, end_h)))


def _moved(step: InputsFrom, at_h: float) -> InputsFrom:
    """*step* at a later moment through which it still holds."""
    return replace(step, at_h=at_h, hour=(step.hour + at_h - step.at_h) % DAY_H)


def _leg(model: SupplyModel, span: _Span) -> Leg:
    case = span.state.case
    moments = []
    before: dict[int, bool] = {}
    for step in span.steps:
        demand_m3_h = np.where(span.state.served, step.inputs.customer_demand_m3_h(model.city, step.hour), 0.0)
        wanted = junction_demand_m3_h(model, step.inputs, span.state.layout, case, demand_m3_h)
        opened = dict(_opened(step.inputs, span.state))
        moments.append(
            Moment(
                at_s=round((step.at_h - span.begin_h) * 3600.0),
                demand=array("d", wanted),
                heads=tuple(_heads(step.inputs, span.state)),
                # What stays as it is is left alone: EPANET itself shuts what leads into a full tank.
                open=tuple(change for change in opened.items() if before.get(change[0]) != change[1]),
                settings=tuple(_settings(step.inputs, span.state)),
            )
        )
        before = opened
    return Leg(case.text, tuple(moments), case.tanks)


def _heads(inputs: HydraulicInputs, state: WaterState) -> Iterator[tuple[int, float]]:
    """Plants and reservoirs: their heads may follow a pattern; tanks follow the water."""
    case, filling = state.case, {source for source, _ in state.case.tanks}
    for node in range(case.junctions, len(case.points)):
        source = case.fixed_source.get(int(case.points[node]))
        if source is not None and source not in filling:
            yield node, float(inputs.source_head_m[source])


def _opened(inputs: HydraulicInputs, state: WaterState) -> Iterator[tuple[int, bool]]:
    """Pipes and pumps that a calibrated model opens and shuts in the course of its day.

    Control valves keep the state that they begin the day with.
    """
    case, pieces = state.case, state.layout.pieces
    if not np.isnan(inputs.hour):
        for link in np.flatnonzero(pieces.check[case.pieces] == 0).tolist():
            yield link, not inputs.pipe_shut[pieces.pipe[case.pieces[link]]]
    for device in case.pumps:
        yield case.devices[device], not inputs.device_off[device]


def _settings(inputs: HydraulicInputs, state: WaterState) -> Iterator[tuple[int, float]]:
    """Speeds of pumps that run."""
    for device in state.case.pumps:
        if not inputs.device_off[device]:
            yield state.case.devices[device], inputs.pumps[device].speed


def _run(model: SupplyModel, spans: Sequence[_Span], solved: Iterator[SolvedLeg]) -> Run:
    at_h: list[float] = []
    snapshots: list[Snapshot] = []
    warnings: list[HydraulicWarning] = []
    broken_off = False
    for span in spans:
        moments: tuple[Solved | None, ...] = (None,) * len(span.steps)
        if span.state.case.text:
            leg = next(solved)
            moments = leg.moments
            warnings += [warning for warning in leg.warnings if warning not in warnings]
        for step, moment in zip(span.steps, moments, strict=False):
            at_h.append(step.at_h)
            snapshots.append(snapshot_of(model, step.inputs, replace(span.state, hour=step.hour), moment))
        broken_off = len(moments) < len(span.steps)
        if broken_off:
            break
    return Run(tuple(at_h), tuple(snapshots), tuple(warnings), broken_off)
