"""If a valve will not turn: the plan without it, before anyone asks, and again as crews report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from network.alternatives.as_plan import asking_for_flushing, closing_also
from network.alternatives.records import Fallback
from network.answers import CannotIsolate, Impact, IsolationPlan, Note, plan_of
from network.assets import Condition, Position
from network.columns import Int32
from network.cutoff import CutOff, taken_out
from network.errors import NetworkError
from network.flood import flood
from network.grouping import flags
from network.impact import assess_impact, assess_impacts
from network.isolation import plan_isolation, plan_lists
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
    asked = _Without.of(model, plan)
    devices = (*plan.close, *plan.drain_back)
    answers = [asked.answer(device) for device in devices]
    # Plans that give up the same segments affect the same customers.
    differing = {_dried(each): each for each in (plan, *map(plan_of, answers))}
    impacts = dict(zip(differing, assess_impacts(model, [*differing.values()]), strict=True))
    before = len(impacts[_dried(plan)].out)
    return tuple(
        _fallback(plan, device, answer, impacts[_dried(plan_of(answer))], before)
        for device, answer in zip(devices, answers, strict=True)
    )


def _dried(plan: IsolationPlan) -> tuple[bytes, bool]:
    """What of *plan* says who is affected: what it gives up, or the target's own branch valve alone."""
    return plan.region.tobytes(), Note.OWN_BRANCH_VALVE in plan.notes


def _fallback(
    plan: IsolationPlan, device: int, answer: IsolationPlan | CannotIsolate, impact: Impact, before: int
) -> Fallback:
    instead = plan_of(answer)
    old, new = (*plan.close, *plan.drain_back), (*instead.close, *instead.drain_back)
    return Fallback(
        device=device,
        answer=answer,
        impact=impact,
        more_valves=tuple(row for row in new if row not in old),
        spared_valves=tuple(row for row in old if row not in new and row != device),
        more_customers=len(impact.out) - before,
    )


@dataclass(frozen=True, eq=False)
class _Without:
    """A plan, asked without one valve after the other.

    Attributes:
        tight: All that water can reach the target from when a plan closes what it may.
        chosen: True for a plan chosen for its few valves: its region is larger.
        known: Plans made so far, by what they give up and close against backflow: valves that lead to the same segments
            have one plan.
        given_up: What giving up some segments takes, and its plan's lists.
    """

    model: SupplyModel
    plan: IsolationPlan
    aim: Aim
    tight: Int32
    chosen: bool
    known: dict[tuple[bytes, tuple[int, ...]], IsolationPlan] = field(default_factory=dict)
    given_up: dict[bytes, tuple[CutOff, IsolationPlan]] = field(default_factory=dict)

    @classmethod
    def of(cls, model: SupplyModel, plan: IsolationPlan) -> _Without:
        aim = find_target(model.structure, model.merged, plan.target)
        barred = np.zeros(model.structure.segmentation.count, dtype=np.bool_)
        tight = flood(model.structure.links, model.floods_hard, aim.segments, barred)
        # What bounds all that water can reach is as tight when a valve of it sticks: then there is nothing to widen.
        chosen = plan.feasible and len(plan.region) > 0 and not np.array_equal(plan.region, tight)
        return cls(model, plan, aim, tight, chosen)

    def answer(self, device: int) -> IsolationPlan | CannotIsolate:
        """The plan without *device*."""
        if device != self.aim.branch_valve:
            tight = grown_over(self.model, self.tight, device)
            if self.chosen:
                region = grown_over(self.model, self.plan.region, device)
                kept = tuple(row for row in self.plan.drain_back if row != device)
                if not np.array_equal(region, tight) and (wider := self._giving_up(region, kept)).feasible:
                    return asking_for_flushing(self.model, self.plan, wider)
            if (plan := self._giving_up(tight)).feasible:
                return plan
        stuck = with_stuck(self.model, device)
        return plan_isolation(stuck, self.plan.target)

    def _giving_up(self, region: Int32, also: tuple[int, ...] = ()) -> IsolationPlan:
        segments = region.tobytes()
        if segments not in self.given_up:
            cut = taken_out(self.model, region)
            self.given_up[segments] = cut, plan_lists(self.model, self.plan.target, self.aim, cut)
        if (segments, also) not in self.known:
            self.known[segments, also] = closing_also(self.model, *self.given_up[segments], also)
        return self.known[segments, also]


def grown_over(model: SupplyModel, region: Int32, device: int) -> Int32:
    """From where water reaches a target once *device* does not close any more, if it did from *region* before.

    Past a valve on its border the water spreads as it did before it; nothing in the region is followed again.
    """
    links, count = model.structure.links, model.structure.segmentation.count
    rows = links.rows_of(np.array([device]))
    sides = np.concatenate([links.side_a[rows], links.side_b[rows]])
    inside = flags(count, region)
    if not inside[sides].any() or inside[sides].all():
        return region
    return np.union1d(region, flood(links, model.floods_hard, sides, inside))


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
