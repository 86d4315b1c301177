"""What a job does for requests about one plan: it opens the workspace for itself and closes it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.operations.hydraulics import inputs_of
from app.operations.plan_subject import answer_for, assessed
from app.operations.resupply import resupply_options, zones_of
from app.plan_requests import CheckOptions, CheckResupply, OptionsChecked, PlanReply, ResupplyChecked, Subject, Verdict
from app.requests import ProgressSink
from app.suppositions import supposing
from app.workspace import Workspace, open_workspace
from network.answers import plan_of
from network.hydraulic_effect import HydraulicEffect, HydraulicsFailed, compare
from network.resupply_pressure import Checked
from network.supply import SupplyModel, prepare


@contextmanager
def _city(folder: Path, subject: Subject, progress: ProgressSink) -> Iterator[tuple[Workspace, SupplyModel]]:
    """The workspace, and its city under what the operator supposes."""
    progress("opening", None)
    with closing(open_workspace(folder)) as workspace:
        yield workspace, prepare(workspace.city, supposing(workspace.states, subject.overrides))


def check_resupply(request: CheckResupply, progress: ProgressSink) -> ResupplyChecked:
    """Solve the city with each option.

    Raises:
        CodedError: The workspace cannot be opened.
    """
    with _city(request.folder, request.subject, progress) as (workspace, model):
        told = resupply_options(
            model,
            assessed(model, request.subject),
            zone=zones_of(workspace),
            inputs=inputs_of(workspace, model, year=request.year, hour=request.hour),
            hour=request.hour,
            progress=lambda fraction: progress("checking_pressures", fraction),
        )
    return ResupplyChecked(tuple(_verdict(checked) for checked in told.checked))


def _verdict(checked: Checked) -> Verdict:
    return Verdict(
        checked.safety.value,
        min((hour.lowest_mpa for hour in checked.hours), default=float("nan")),
        max((len(hour.newly_low) for hour in checked.hours), default=0),
    )


def check_options(request: CheckOptions, progress: ProgressSink) -> OptionsChecked:
    """Solve the city before and after each plan.

    Raises:
        CodedError: The workspace cannot be opened.
    """
    with _city(request.folder, request.subject, progress) as (workspace, model):
        inputs = inputs_of(workspace, model, year=request.year, hour=request.hour)
        found: list[int | None] = []
        for number, bounds in enumerate(request.bounds):
            progress("checking_pressures", number / len(request.bounds))
            plan = plan_of(answer_for(model, replace(request.subject, close=bounds)))
            found.append(_newly_low(compare(model, plan, inputs, request.hour)))
    return OptionsChecked(tuple(found))


def _newly_low(effect: HydraulicEffect | HydraulicsFailed) -> int | None:
    if isinstance(effect, HydraulicsFailed):
        return None
    return max(len(effect.present.newly_low), len(effect.peak.newly_low))


PLAN_JOB_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], PlanReply]] = {
    CheckResupply: check_resupply,
    CheckOptions: check_options,
}
