"""Pressures now and after a plan: who is low, what turns round, what stirs, how long tanks last.

Pressure never decides who is out of water: topology does (:mod:`network.isolation`). Dry parts and their demand are
taken out before EPANET sees the network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from network.answers import IsolationPlan, Note
from network.assets import SourceKind
from network.child import run_in_child
from network.columns import Bool, Float64, Int32, Int64
from network.cutoff import storage_seeds
from network.errors import NetworkError
from network.flood import flood
from network.grouping import flags
from network.hydraulic_case import Case, Heads, make_case, nothing_flows, read_heads, share_along, tap_places
from network.hydraulic_defaults import HydraulicSettings
from network.hydraulic_inputs import HydraulicInputs
from network.hydraulic_layout import Layout, between_ends_m, lay_out
from network.hydraulic_records import HydraulicWarning, PumpState, Solved
from network.supply import SupplyModel
from network.units import M_HEAD_PER_MPA

_TOGETHER_LINKS = 200_000
"""Models of no more links than this in all are solved in one child process; larger ones one by one, to tell how far."""
ENGINE_COMPANIONS = ("numpy", "scipy")
"""The child needs neither, and starts the quicker for not looking for them."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Pressures and flows at one hour. NaN where there is no water.

    Attributes:
        hour: Of the day.
        node_head_m, node_pressure_mpa: Shape (nodes,), the latter over ground.
        pipe_flow_m3_s: Shape (pipes,), from from_node to to_node, where it is greatest along the pipe; 0 where dry.
        pipe_velocity_m_s: Shape (pipes,), the same over its bore, not signed.
        customer_pressure_mpa: Shape (customers,), at the meter: at the tap, less the service loss; meters are taken to
            lie at the level of the main. NaN without water, behind a station, and without a tap.
        source_flow_m3_s: Shape (sources,), what each gives (negative: a tank fills); 0 for one that is not in use.
        pumps: By device row.
        wanted_m3_h, delivered_m3_h: Demand, and what low pressure leaves of it.
        warnings: What EPANET had to say.
    """

    hour: float
    node_head_m: Float64
    node_pressure_mpa: Float64
    pipe_flow_m3_s: Float64
    pipe_velocity_m_s: Float64
    customer_pressure_mpa: Float64
    source_flow_m3_s: Float64
    pumps: dict[int, PumpState]
    wanted_m3_h: float
    delivered_m3_h: float
    warnings: tuple[HydraulicWarning, ...]


@dataclass(frozen=True)
class HydraulicsFailed:
    """Why there are no pressures; words for the code are made in app.messages.

    Attributes:
        code: ``hydraulics_no_source``, ``hydraulics_not_converged``, ``hydraulics_unsolvable``,
            ``hydraulics_rejected``, ``hydraulics_timeout`` or ``hydraulics_crashed``.
        detail: Parameters of its sentence.
    """

    code: str
    detail: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class HourEffect:
    """What a plan does at one hour. Rows ascend.

    Attributes:
        newly_low: Customers with water whose meter falls below the promised pressure, and did not before.
        low_before: How many were below it already.
        reversed: Pipes whose water turns round.
        stirred: Pipes whose water becomes fast enough to stir what has settled.
        tank_hours_before, tank_hours: Shape (sources,), volume over outflow; infinite for a tank that does not empty,
            NaN for other sources and for a volume that is not recorded.
        pump_trouble: Pumps that cannot lift or run beyond their curve after, by device row.
    """

    before: Snapshot
    after: Snapshot
    newly_low: Int32
    low_before: int
    reversed: Int32
    stirred: Int32
    tank_hours_before: Float64
    tank_hours: Float64
    pump_trouble: dict[int, PumpState]

    @property
    def warnings(self) -> tuple[HydraulicWarning, ...]:
        """What EPANET had to say of the plan; that a balance is coarse also where it is the one before."""
        coarse = tuple(one for one in self.before.warnings if one is HydraulicWarning.COARSE)
        return tuple(dict.fromkeys((*coarse, *self.after.warnings)))


@dataclass(frozen=True, eq=False)
class HydraulicEffect:
    """What a plan does to pressures: at the present hour, and at the peak hour."""

    present: HourEffect
    peak: HourEffect


@dataclass(frozen=True, eq=False)
class Situation:
    """A moment to be solved.

    Attributes:
        model: The city, in its device states.
        plan: What is carried out there; None for nothing.
        hour: Of the day.
    """

    model: SupplyModel
    plan: IsolationPlan | None
    hour: float


@dataclass(frozen=True, eq=False)
class WaterState:
    """Who has water, and the model of it that EPANET is asked.

    Attributes:
        served: Shape (customers,).
        hour: Of the day.
    """

    layout: Layout
    served: Bool
    hour: float
    case: Case


def snapshot(model: SupplyModel, inputs: HydraulicInputs, hour: float) -> Snapshot | HydraulicsFailed:
    """Pressures at *hour* of the day under the device states of *model*."""
    found = _solve(model, inputs, [state_before(model, inputs, hour)])
    return found if isinstance(found, HydraulicsFailed) else found[0]


def compare(
    model: SupplyModel,
    plan: IsolationPlan,
    inputs: HydraulicInputs,
    hour: float,
    *,
    progress: Callable[[float], None] = lambda _: None,
) -> HydraulicEffect | HydraulicsFailed:
    """Pressures before and with *plan*, at *hour* (the present one) and at the hour of greatest demand.

    A plan that needs sources stopped is shown with these stopped. *progress* is told the share done, 0 to 1, of what
    takes long.
    """
    hours = (hour, inputs.peak_hour(model.city))
    states = [
        state for at in hours for state in (state_before(model, inputs, at), state_after(model, plan, inputs, at))
    ]
    found = _solve(model, inputs, states if hours[0] != hours[1] else states[:2], progress)
    if isinstance(found, HydraulicsFailed):
        return found
    present = hour_effect(model, inputs, found[0], found[1])
    return HydraulicEffect(present, hour_effect(model, inputs, *found[2:]) if len(found) > 2 else present)


def compare_each(
    model: SupplyModel,
    plans: Sequence[IsolationPlan],
    inputs: HydraulicInputs,
    hour: float,
    *,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[HydraulicEffect | HydraulicsFailed, ...]:
    """For each of *plans* what :func:`compare` says.

    The city before them is solved once, and each plan in a child process of its own: one that fails says nothing of the
    others.

    Args:
        model: What *plans* were made from.
        plans: Of one city.
        inputs: Figures of the city.
        hour: The present one.
        progress: Told the share done, 0 to 1.
    """
    hours = tuple(dict.fromkeys((hour, inputs.peak_hour(model.city))))
    before = _solve(model, inputs, [state_before(model, inputs, at) for at in hours])
    found: list[HydraulicEffect | HydraulicsFailed] = []
    for number, plan in enumerate(plans, start=1):
        progress(number / (len(plans) + 1))
        found.append(before if isinstance(before, HydraulicsFailed) else _beside(model, plan, inputs, before))
    return tuple(found)


def _beside(
    model: SupplyModel, plan: IsolationPlan, inputs: HydraulicInputs, before: Sequence[Snapshot]
) -> HydraulicEffect | HydraulicsFailed:
    after = _solve(model, inputs, [state_after(model, plan, inputs, one.hour) for one in before])
    if isinstance(after, HydraulicsFailed):
        return after
    hours = [hour_effect(model, inputs, *both) for both in zip(before, after, strict=True)]
    return HydraulicEffect(hours[0], hours[-1])


def after_plans(situations: Sequence[Situation], inputs: HydraulicInputs) -> list[Snapshot] | HydraulicsFailed:
    """Pressures in each of *situations*, solved in one child process.

    They must be of one city, and there must be at least one; *inputs* hold for all.
    """
    states = [
        state_before(one.model, inputs, one.hour)
        if one.plan is None
        else state_after(one.model, one.plan, inputs, one.hour)
        for one in situations
    ]
    return _solve(situations[0].model, inputs, states)


def wet_now(model: SupplyModel) -> Bool:
    """Shape (segments,), supplied, or on the storage of tanks."""
    none = np.empty(0, dtype=np.int32)
    seeds = storage_seeds(model, none, model.supplied, none)
    wet = model.supplied.copy()
    wet[flood(model.structure.links, model.feeds, seeds, model.supplied)] = True
    return wet


def wet_after(model: SupplyModel, plan: IsolationPlan) -> Bool:
    """The same with *plan* carried out."""
    wet = wet_now(model)
    for dry in (_region(plan), plan.isolated_segments, plan.unintended_segments):
        wet[dry] = False
    return wet


def _region(plan: IsolationPlan) -> Int32:
    """A plan of the target's own branch valve takes no water from the mains."""
    return plan.region[:0] if Note.OWN_BRANCH_VALVE in plan.notes else plan.region


def state_before(model: SupplyModel, inputs: HydraulicInputs, hour: float, *, filling: bool = False) -> WaterState:
    """Who has water now, and the case for it at *hour*; *filling*: tanks fill and empty."""
    return _state(model, inputs, wet_now(model), np.empty(0, dtype=np.int64), (), hour, filling=filling)


def state_after(
    model: SupplyModel, plan: IsolationPlan, inputs: HydraulicInputs, hour: float, *, filling: bool = False
) -> WaterState:
    """The same with *plan* carried out."""
    shut = np.empty(0, dtype=np.int64)
    if Note.OWN_BRANCH_VALVE in plan.notes:
        shut = np.flatnonzero(np.isin(model.city.customers.branch_valve, [*plan.close, *plan.verify_closed]))
    return _state(model, inputs, wet_after(model, plan), shut, plan.stop, hour, filling=filling)


def _state(
    model: SupplyModel,
    inputs: HydraulicInputs,
    wet: Bool,
    shut: Int64,
    stopped: tuple[int, ...],
    hour: float,
    *,
    filling: bool,
) -> WaterState:
    structure = model.structure
    served = flags(len(model.city.customers), structure.customer_taps.owner)
    served[structure.customer_taps.on(np.flatnonzero(~wet))] = False
    served[shut] = False
    layout = lay_out(model, wet, stopped)
    demand_m3_h = np.where(served, inputs.customer_demand_m3_h(model.city, hour), 0.0)
    return WaterState(layout, served, hour, make_case(model, inputs, layout, demand_m3_h, filling=filling))


def _solve(
    model: SupplyModel,
    inputs: HydraulicInputs,
    states: Sequence[WaterState],
    progress: Callable[[float], None] = lambda _: None,
) -> list[Snapshot] | HydraulicsFailed:
    if not len(model.city.network.sources):
        return HydraulicsFailed("hydraulics_no_source")
    cases = [state.case for state in states if state.case.text]
    try:
        solved = iter(_engine(cases, inputs.settings, progress))
    except NetworkError as failed:
        return failure_of(failed)
    found = []
    for state in states:
        one = next(solved) if state.case.text else None
        if one is not None and HydraulicWarning.UNBALANCED in one.warnings:
            return HydraulicsFailed("hydraulics_not_converged", {"trials": inputs.settings.trials})
        found.append(snapshot_of(model, inputs, state, one))
    return found


def _engine(
    cases: Sequence[Case], settings: HydraulicSettings, progress: Callable[[float], None]
) -> tuple[Solved, ...]:
    links = sum(len(case.pieces) for case in cases)
    if links <= _TOGETHER_LINKS or len(cases) == 1:
        return _asked(cases, settings) if cases else ()
    found: list[Solved] = []
    for done, case in enumerate(cases):
        progress(done / len(cases))
        found += _asked([case], settings)
    return tuple(found)


def _asked(cases: Sequence[Case], settings: HydraulicSettings) -> tuple[Solved, ...]:
    patience_s = settings.patience_s(sum(len(case.pieces) for case in cases))
    texts = tuple(case.text for case in cases)
    done = run_in_child(patience_s, "network.hydraulics:solve_texts", texts, without=ENGINE_COMPANIONS)
    return cast("tuple[Solved, ...]", done)


def failure_of(failed: NetworkError) -> HydraulicsFailed:
    """*failed* as an answer."""
    codes = {
        "child_timeout": "hydraulics_timeout",
        "child_crashed": "hydraulics_crashed",
        "inp_broken": "hydraulics_rejected",
    }
    return HydraulicsFailed(codes.get(failed.code, failed.code), dict(failed.detail))


def snapshot_of(model: SupplyModel, inputs: HydraulicInputs, state: WaterState, solved: Solved | None) -> Snapshot:
    """What EPANET *solved* for *state*, by rows of the city; None where nothing in it has water."""
    heads = nothing_flows(state.layout) if solved is None else read_heads(state.layout, state.case, solved)
    here = state.layout.node_point >= 0
    head_m = np.full(len(here), np.nan)
    head_m[here] = heads.head_m[state.layout.node_point[here]]
    flow_m3_s = _greatest_flow(model, state.layout, heads) / 3600.0
    given = np.zeros(len(model.city.network.sources))
    given[list(heads.given_m3_h)] = list(heads.given_m3_h.values())
    return Snapshot(
        hour=state.hour,
        node_head_m=head_m,
        node_pressure_mpa=(head_m - inputs.node_elevation_m) / M_HEAD_PER_MPA,
        pipe_flow_m3_s=flow_m3_s,
        pipe_velocity_m_s=np.abs(flow_m3_s) / (np.pi / 4.0 * (inputs.bore_mm / 1000.0) ** 2),
        customer_pressure_mpa=_meters_mpa(model, inputs, state, heads),
        source_flow_m3_s=given / 3600.0,
        pumps=heads.pumps,
        wanted_m3_h=state.case.wanted_m3_h if solved else 0.0,
        delivered_m3_h=heads.delivered_m3_h,
        warnings=solved.warnings if solved else (),
    )


def _greatest_flow(model: SupplyModel, layout: Layout, heads: Heads) -> Float64:
    """Flow of each pipe where it is greatest, with its sign."""
    first = layout.pieces.offsets[:-1]
    if not len(first):
        return np.zeros(0)
    forth: Float64 = np.maximum.reduceat(heads.flow_m3_h, first)
    back: Float64 = np.minimum.reduceat(heads.flow_m3_h, first)
    greatest = np.where(forth >= -back, forth, back)
    # The body of an imported pump or valve is too short for a piece: what it passes is what its device passes.
    pipe, way = model.city.network.devices.pipe, model.structure.segmentation.placement.direction
    for device, flow in heads.devices_m3_h.items():
        if pipe[device] >= 0 and abs(flow) > abs(greatest[pipe[device]]):
            greatest[pipe[device]] = flow * way[device]
    return greatest


def _meters_mpa(model: SupplyModel, inputs: HydraulicInputs, state: WaterState, heads: Heads) -> Float64:
    pressure_mpa = np.full(len(state.served), np.nan)
    rows = np.flatnonzero(state.served & (model.city.customers.station < 0))
    pipe, offset_m = tap_places(model)
    pipe, offset_m, pieces = pipe[rows], offset_m[rows], state.layout.pieces
    piece = pieces.at(pipe, offset_m)
    share = share_along(state.layout, piece, offset_m)
    start_m, end_m = heads.head_m[pieces.start[piece]], heads.head_m[pieces.end[piece]]
    ground_m = between_ends_m(model.city.network.pipes, inputs.node_elevation_m, pipe, offset_m)
    at_tap_m = start_m + share * (end_m - start_m) - ground_m
    pressure_mpa[rows] = (at_tap_m - inputs.settings.service_loss_m) / M_HEAD_PER_MPA
    return pressure_mpa


def hour_effect(model: SupplyModel, inputs: HydraulicInputs, before: Snapshot, after: Snapshot) -> HourEffect:
    """What changes from *before* to *after*, two snapshots of one hour."""
    settings = inputs.settings
    low_before = before.customer_pressure_mpa < settings.low_mpa
    low_after = after.customer_pressure_mpa < settings.low_mpa
    moving = (before.pipe_velocity_m_s >= settings.moving_m_s) & (after.pipe_velocity_m_s >= settings.moving_m_s)
    turned = moving & (before.pipe_flow_m3_s * after.pipe_flow_m3_s < 0.0)
    faster = after.pipe_velocity_m_s >= settings.stir_ratio * before.pipe_velocity_m_s
    stirred = (after.pipe_velocity_m_s >= settings.stir_m_s) & (faster | turned)
    trouble = (PumpState.CANNOT_LIFT, PumpState.BEYOND_CURVE)
    return HourEffect(
        before=before,
        after=after,
        newly_low=np.flatnonzero(low_after & ~low_before).astype(np.int32),
        low_before=int(low_before.sum()),
        reversed=np.flatnonzero(turned).astype(np.int32),
        stirred=np.flatnonzero(stirred).astype(np.int32),
        tank_hours_before=_tank_hours(model, before),
        tank_hours=_tank_hours(model, after),
        pump_trouble={row: after.pumps[row] for row in sorted(after.pumps) if after.pumps[row] in trouble},
    )


def _tank_hours(model: SupplyModel, found: Snapshot) -> Float64:
    sources = model.city.network.sources
    volume_m3 = sources.volume_m3.astype(np.float64)
    known = (sources.kind == SourceKind.TANK) & (volume_m3 > 0.0)
    outflow_m3_h = found.source_flow_m3_s * 3600.0
    hours = np.divide(volume_m3, outflow_m3_h, out=np.full(len(known), np.inf), where=outflow_m3_h > 1e-6)
    return np.where(known, hours, np.nan)
