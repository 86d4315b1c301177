"""If a valve will not turn: the plan without it, before anyone asks, and again as crews report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from network.alternatives.as_plan import plan_widened
from network.alternatives.records import Fallback
from network.answers import CannotIsolate, Impact, IsolationPlan, plan_of
from network.assets import Condition, Position
from network.errors import NetworkError
from network.impact import assess_impact
from network.isolation import plan_at, plan_isolation
from network.passage import CLOSABLE
from network.supply import SupplyModel
from network.targets import Aim, find_target
from network.topology import DeviceStates


def without_each(model: SupplyModel, plan: IsolationPlan) -> tuple[Fallback, ...]:
    """For each valve that *plan* closes, the plan without it, in the plan's order.

    A plan chosen for its few valves is widened only where the valve stands; where that does not stop the water, the
    tight plan without it takes its place.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation` or :func:`~network.alternatives.as_plan.plan_closing`.
    """
    before = len(assess_impact(model, plan).out)
    aim = find_target(model.structure, model.merged, plan.target)
    # What bounds all that water can reach is as tight when a valve of it sticks: then there is nothing to widen.
    chosen = plan_widened(model, plan) is not None
    return tuple(
        _without(model, plan, device, aim, before, chosen=chosen) for device in (*plan.close, *plan.drain_back)
    )


def _without(model: SupplyModel, plan: IsolationPlan, device: int, aim: Aim, before: int, *, chosen: bool) -> Fallback:
    stuck = with_stuck(model, device)
    if device == aim.branch_valve:
        aim = find_target(stuck.structure, stuck.merged, plan.target)
    answer = (plan_widened(stuck, plan) if chosen else None) or plan_at(stuck, plan.target, aim)
    instead = plan_of(answer)
    impact = assess_impact(stuck, instead)
    old, new = (*plan.close, *plan.drain_back), (*instead.close, *instead.drain_back)
    return Fallback(
        device=device,
        answer=answer,
        impact=impact,
        more_valves=tuple(row for row in new if row not in old),
        spared_valves=tuple(row for row in old if row not in new and row != device),
        more_customers=len(impact.out) - before,
    )


def with_stuck(model: SupplyModel, device: int) -> SupplyModel:
    """*model* with one valve that a plan could close found stuck as it stands; what is supplied stays the same.

    Equal to :meth:`~network.supply.SupplyModel.with_states` with that condition, without its walk over the whole city.
    """
    links = model.structure.links
    rows = links.rows_of(np.array([device]))
    bits, hard = model.bits.copy(), model.floods_hard.copy()
    bits[rows] &= ~CLOSABLE
    hard[rows] = model.floods_open[rows]
    hard[rows + len(links)] = model.floods_open[rows + len(links)]
    return replace(
        model,
        states=model.states.with_conditions([device], Condition.INOPERABLE),
        merged=model.merged.with_conditions([device], Condition.INOPERABLE),
        bits=bits,
        floods_hard=hard,
    )


@dataclass(frozen=True)
class ValveReport:
    """What a crew says of a valve.

    Attributes:
        device: Device row.
        closed: True when the crew closed it for the plan.
        condition: As found, where the crew says so.
        found: Position in which the crew found it, where that is not what the record says.
    """

    device: int
    closed: bool = False
    condition: Condition | None = None
    found: Position | None = None


@dataclass(frozen=True, eq=False)
class Replan:
    """A plan renewed after reports.

    Attributes:
        model: The city as reported, valves that crews closed for the plan still counted as open.
        answer: The plan now.
        impact: Who is affected.
        done: Valves of the plan that crews have closed.
        to_close: Those still to be closed.
        reopen: Valves that crews closed and the plan no longer needs.
    """

    model: SupplyModel
    answer: IsolationPlan | CannotIsolate
    impact: Impact
    done: tuple[int, ...]
    to_close: tuple[int, ...]
    reopen: tuple[int, ...]

    @property
    def plan(self) -> IsolationPlan:
        """The plan; with sources stopped where nothing else helps."""
        return plan_of(self.answer)


def replan(model: SupplyModel, plan: IsolationPlan, reports: Sequence[ValveReport]) -> Replan:
    """Plan again for the target of *plan* after *reports*; of several on one valve the last word on each point counts.

    What crews closed for the plan is progress, not a new state of the city: the renewed plan says which of it still
    counts and what to reopen. A valve that was closed and passes, or sticks, is to be reported with that condition.

    Args:
        model: What *plan* was made from.
        plan: The plan being carried out.
        reports: From the field, in the order of time.

    Raises:
        NetworkError: A report is about a device that the city does not have.
    """
    states = _as_reported(model.states, reports)
    now = model.with_states(states)
    answer = plan_isolation(now, plan.target)
    renewed = plan_of(answer)
    closed = {report.device: report.closed for report in reports}
    shut = [device for device, is_closed in closed.items() if is_closed]
    wanted = (*renewed.close, *renewed.drain_back)
    return Replan(
        model=now,
        answer=answer,
        impact=assess_impact(now, renewed),
        done=tuple(device for device in wanted if device in shut),
        to_close=tuple(device for device in wanted if device not in shut),
        reopen=tuple(sorted(device for device in shut if device not in wanted)),
    )


def _as_reported(states: DeviceStates, reports: Sequence[ValveReport]) -> DeviceStates:
    for report in reports:
        if not 0 <= report.device < len(states.position):
            raise NetworkError("report_on_unknown_valve", row=report.device)
        if report.condition is not None:
            states = states.with_conditions([report.device], report.condition)
        if report.found is not None:
            states = states.with_positions([report.device], report.found)
    return states
