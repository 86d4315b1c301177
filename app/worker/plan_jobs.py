"""What a job does for requests about one plan: it opens the workspace for itself and closes it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.operations.hydraulics import inputs_of
from app.operations.kept_structure import model_of
from app.operations.plan_subject import answer_for, assessed
from app.operations.resupply import resupply_options, zones_of
from app.plan_requests import (
    CheckOptions,
    CheckResupply,
    OptionsChecked,
    PlanChecked,
    PlanReply,
    ResupplyChecked,
    Subject,
    Verdict,
)
from app.requests import ProgressSink
from app.suppositions import supposing
from app.workspace import Workspace, open_workspace
from network.answers import plan_of
from network.hydraulic_effect import HydraulicEffect, HydraulicsFailed, compare_each
from network.resupply_pressure import Checked
from network.supply import SupplyModel


@contextmanager
def _city(folder: Path, subject: Subject, progress: ProgressSink) -> Iterator[tuple[Workspace, SupplyModel]]:
    """The workspace, and its city under what the operator supposes."""
    progress("opening", None)
    with closing(open_workspace(folder)) as workspace:
        yield workspace, model_of(workspace, supposing(workspace.states, subject.overrides))


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
        progress("hydraulic_inputs", None)
        inputs = inputs_of(workspace, model, year=request.year, hour=request.hour)
        plans = [plan_of(answer_for(model, replace(request.subject, close=bounds))) for bounds in request.bounds]
        progress("checking_pressures", 0.0)
        told = compare_each(
            model, plans, inputs, request.hour, progress=lambda fraction: progress("checking_pressures", fraction)
        )
    return OptionsChecked(tuple(_checked(effect) for effect in told))


def _checked(effect: HydraulicEffect | HydraulicsFailed) -> PlanChecked:
    if isinstance(effect, HydraulicsFailed):
        return PlanChecked(None, failed=effect.code, detail=effect.detail)
    hours = (effect.present, effect.peak)
    warnings = dict.fromkeys(warning.value for hour in hours for warning in hour.warnings)
    return PlanChecked(max(len(hour.newly_low) for hour in hours), tuple(warnings))


PLAN_JOB_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], PlanReply]] = {
    CheckResupply: check_resupply,
    CheckOptions: check_options,
}
