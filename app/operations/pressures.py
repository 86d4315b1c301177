"""Pressures before and after a plan, as the pane under the map shows them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.operations.hydraulics import inputs_of
from app.operations.kept_structure import model_of
from app.sweep_requests import (
    Curves,
    DayFound,
    FindDay,
    FindHeads,
    HeadsFound,
    Pressures,
    PressuresFound,
    Subject,
)
from app.workspace import Workspace
from gis.hydraulic_records import stated_hydraulics
from gis.stores.in_turn import LayersInTurn
from network.calibration import Matched, calibrated, read_calibrated_day, read_calibration
from network.columns import Int32
from network.hydraulic_day import DAY_H, InputsFrom, Run, day_of, hourly
from network.hydraulic_effect import HourEffect, HydraulicEffect, HydraulicsFailed, Snapshot, compare, snapshot
from network.hydraulic_inputs import HydraulicInputs, hydraulic_inputs
from network.sections import long_section
from network.supply import SupplyModel

MOST_CURVES = 5
"""Places whose curves are drawn: more could not be told apart."""
MOST_DAY_PIPES = 300_000
"""The day of a larger city is not worked out: at 1,000,000 pipes EPANET had not found it after 220 s of work, and all
of its fifty moments are held."""
_APART_M = 60.0
"""Of places nearer than this to each other one stands for all."""
_LEAST_FALL_MPA = 0.002

Tell = Callable[[str, float | None], None]


def find_pressures(workspace: Workspace, subject: Subject, tell: Tell) -> PressuresFound:
    """Both hours of *subject*.

    *tell* is told ``hydraulic_inputs``, then ``hydraulics``, of a large city with the share done.

    Raises:
        AppError: Why there are no pressures, by the code of :class:`~network.hydraulic_effect.HydraulicsFailed`.
        NetworkError: The calibrated model cannot be used; see :mod:`network.calibration`.
    """
    began_s = time.perf_counter()
    tell("hydraulic_inputs", None)
    model = model_of(workspace, subject.states)
    hour = subject.now.hour + subject.now.minute / 60.0
    inputs, matched = _inputs(workspace, model, subject, hour)
    tell("hydraulics", None)
    effect = compare(model, subject.plan, inputs, hour, progress=lambda share: tell("hydraulics", share))
    if isinstance(effect, HydraulicsFailed):
        raise AppError(effect.code, **effect.detail)
    return PressuresFound(
        present=_figures(effect.present),
        peak=_figures(effect.peak),
        low_mpa=inputs.settings.low_mpa,
        affected=tuple(most_affected(workspace, effect).tolist()),
        matched=matched,
        elapsed_s=time.perf_counter() - began_s,
    )


def find_heads(workspace: Workspace, request: FindHeads, tell: Tell) -> HeadsFound:
    """The long section of *request* with the heads of one run; *tell* as in :func:`find_pressures`.

    Raises:
        AppError: Why there are no pressures, by the code of :class:`~network.hydraulic_effect.HydraulicsFailed`.
    """
    tell("hydraulic_inputs", None)
    model = model_of(workspace, request.states)
    hour = request.now.hour + request.now.minute / 60.0
    inputs = inputs_of(workspace, model, year=request.now.year)
    tell("hydraulics", None)
    found = snapshot(model, inputs, hour)
    if isinstance(found, HydraulicsFailed):
        raise AppError(found.code, **found.detail)
    return HeadsFound(long_section(workspace.city.network, request.route, found.node_head_m), hour)


def _inputs(
    workspace: Workspace, model: SupplyModel, subject: Subject, hour: float
) -> tuple[HydraulicInputs, tuple[int, int] | None]:
    plain = inputs_of(workspace, model, year=subject.now.year)
    if subject.calibration is None:
        return plain, None
    found = calibrated(workspace.city, plain, read_calibration(subject.calibration, hour))
    return found.inputs, _matched(found)


def _matched(found: Matched) -> tuple[int, int]:
    known = found.nodes + found.links
    return known, known + len(found.missing)


def _figures(effect: HourEffect) -> Pressures:
    before, after = effect.before, effect.after
    low = effect.newly_low[np.argsort(after.customer_pressure_mpa[effect.newly_low], kind="stable")]
    return Pressures(
        hour=after.hour,
        low=low,
        low_before_mpa=before.customer_pressure_mpa[low],
        low_mpa=after.customer_pressure_mpa[low],
        already_low=effect.low_before,
        reversed=effect.reversed,
        forward=after.pipe_flow_m3_s[effect.reversed] > 0.0,
        stirred=effect.stirred,
        fastest_m_s=float(after.pipe_velocity_m_s.max()) if len(after.pipe_velocity_m_s) else float("nan"),
        wanted_m3_h=after.wanted_m3_h,
        delivered_m3_h=after.delivered_m3_h,
        tank_hours_before=effect.tank_hours_before,
        tank_hours=effect.tank_hours,
        pump_trouble=tuple((row, state.value) for row, state in effect.pump_trouble.items()),
        warnings=tuple(warning.value for warning in effect.warnings),
    )


def most_affected(workspace: Workspace, effect: HydraulicEffect) -> Int32:
    """Customers with water whose pressure falls most at either hour; newly low ones first, neighbours once."""
    customers = workspace.city.customers
    falls = [_fall_mpa(one.before, one.after) for one in (effect.present, effect.peak)]
    fall = np.fmax(*falls)
    rank = np.where(np.isnan(fall), -1.0, np.maximum(fall, 0.0))
    rank[np.union1d(effect.present.newly_low, effect.peak.newly_low)] += 10.0
    chosen: list[int] = []
    for row in np.argsort(-rank, kind="stable").tolist():
        # One place at least is shown, so that the day can be seen even where it hardly changes.
        if rank[row] < 0.0 or (chosen and rank[row] < _LEAST_FALL_MPA) or len(chosen) == MOST_CURVES:
            break
        apart_m = np.hypot(customers.x_m[chosen] - customers.x_m[row], customers.y_m[chosen] - customers.y_m[row])
        if not (apart_m < _APART_M).any():
            chosen.append(row)
    return np.array(chosen, dtype=np.int32)


def _fall_mpa(before: Snapshot, after: Snapshot) -> np.ndarray:
    fall: np.ndarray = before.customer_pressure_mpa - after.customer_pressure_mpa
    return fall


def find_day(workspace: Workspace, request: FindDay, tell: Tell) -> DayFound:
    """The day of *request*; *tell* as in :func:`find_pressures`.

    Raises:
        AppError, NetworkError: As :func:`find_pressures`; ``hydraulics_day_large`` of a city with more than
            :data:`MOST_DAY_PIPES`.
    """
    began_s = time.perf_counter()
    subject, pipes = request.subject, len(workspace.city.network.pipes)
    if pipes > MOST_DAY_PIPES:
        raise AppError("hydraulics_day_large", pipes=pipes, most=MOST_DAY_PIPES)
    tell("hydraulic_inputs", None)
    model = model_of(workspace, subject.states)
    steps = _steps(workspace, model, subject, request.begin_hour)
    tell("hydraulics_day", None)
    day = day_of(model, subject.plan, steps, request.start_h, request.end_h)
    if isinstance(day, HydraulicsFailed):
        raise AppError(day.code, **day.detail)
    warnings = [*day.before.warnings, *(one for one in day.after.warnings if one not in day.before.warnings)]
    inputs = steps[0].inputs
    return DayFound(
        rows=request.rows,
        begin_hour=request.begin_hour,
        start_h=day.start_h,
        end_h=day.end_h,
        before=_curves(day.before, request.rows, inputs, workspace),
        after=_curves(day.after, request.rows, inputs, workspace),
        warnings=tuple(warning.value for warning in warnings),
        elapsed_s=time.perf_counter() - began_s,
    )


def _steps(workspace: Workspace, model: SupplyModel, subject: Subject, begin_hour: float) -> tuple[InputsFrom, ...]:
    stated = stated_hydraulics(workspace.city, LayersInTurn(workspace.store))
    plain = hydraulic_inputs(model, stated, year=subject.now.year)
    if subject.calibration is None:
        return hourly(plain, begin_hour)
    return _calibrated_steps(workspace, plain, subject.calibration, begin_hour)


def _calibrated_steps(
    workspace: Workspace, plain: HydraulicInputs, path: Path, begin_hour: float
) -> tuple[InputsFrom, ...]:
    day = read_calibrated_day(path, begin_hour, begin_hour + DAY_H)
    return tuple(
        InputsFrom(one.hour - begin_hour, one.hour % DAY_H, calibrated(workspace.city, plain, one).inputs)
        for one in day
    )


def _curves(run: Run, rows: tuple[int, ...], inputs: HydraulicInputs, workspace: Workspace) -> Curves:
    chosen, tanks = np.array(rows, dtype=np.int64), inputs.tanks
    sources = workspace.city.network.sources
    # A head stands at the tank's node; one inside a pipe has no row of its own and tells no level.
    at_node = np.flatnonzero(tanks.known & (sources.node >= 0))
    share = np.full((len(run.at_h), len(sources)), np.nan)
    heads_m = np.array([one.node_head_m[sources.node[at_node]] for one in run.snapshots])
    share[:, at_node] = (heads_m - tanks.bottom_m[at_node]) / (tanks.top_m - tanks.bottom_m)[at_node]
    curves = [one.customer_pressure_mpa[chosen] for one in run.snapshots]
    low = [int((one.customer_pressure_mpa < inputs.settings.low_mpa).sum()) for one in run.snapshots]
    return Curves(
        at_h=np.array(run.at_h),
        pressure_mpa=np.array(curves).reshape(len(run.at_h), len(rows)),
        low=np.array(low, dtype=np.int64),
        tank_share=np.clip(share, 0.0, 1.0),
        broken_off=run.broken_off,
    )
