"""A set of valves chosen instead of the tight plan's, as a whole plan: what goes dry, and who is affected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from network.answers import CannotIsolate, IsolationPlan, Note
from network.columns import Int32
from network.cutoff import CutOff, taken_out
from network.flood import flood
from network.isolation import plan_lists, with_notes
from network.proof import ways_to_target
from network.supply import SupplyModel
from network.targets import Aim, find_target


def plan_closing(model: SupplyModel, plan: IsolationPlan, close: Iterable[int]) -> IsolationPlan | CannotIsolate:
    """The plan for the target of *plan* whose region the valves *close* bound.

    Its region is everything from which water can still reach the target with exactly these closed. They are told apart
    by the rules of every plan: only those whose far side has water afterwards are to be closed to stop the water, the
    others are its dead side. Valves that *plan* closes against backflow stay in it: what lies behind them is dry all
    the same. Where the region takes in customers' tanks or private wells that the plan's own did not, flushing and a
    test are asked for.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation`, the tight plan.
        close: Device rows; :attr:`~network.answers.IsolationPlan.bounds` of a plan gives that plan again.

    Returns:
        The plan, *plan* itself where they bound the same region; where a source still reaches the target, why it is
        none.
    """
    shut = frozenset(close)
    aim = find_target(model.structure, model.merged, plan.target)
    if shut == frozenset(plan.bounds) or aim.branch_valve >= 0 or not model.supplied[aim.segments].any():
        return plan
    passable = model.floods_open_but(np.array(sorted(shut), dtype=np.int64))
    barred = np.zeros(model.structure.segmentation.count, dtype=np.bool_)
    cut = taken_out(model, flood(model.structure.links, passable, aim.segments, barred))
    made = _lists(model, plan, aim, cut)
    # The same valves may stop the water of a larger region: one of the dead side left open puts storage out as well.
    if made.feasible and np.array_equal(cut.region, plan.region):
        return plan
    if Note.FLUSH_AND_TEST not in made.notes and _may_run_back(model, plan, cut):
        made = replace(made, notes=(*made.notes, Note.FLUSH_AND_TEST))
    return made if made.feasible else CannotIsolate(made, ways_to_target(model, aim, cut, made.stop, passable))


def plan_widened(model: SupplyModel, plan: IsolationPlan) -> IsolationPlan | None:
    """*plan*, of :func:`plan_closing`, under the states of *model* in which a valve of it does not close any more.

    Its region grows over that valve up to the next ones that a plan may close.

    Returns:
        The plan; None where *plan* is the tight one, or closes the target's own branch valve: both are best made
        anew; or where the wider region takes in a source.
    """
    aim = find_target(model.structure, model.merged, plan.target)
    if not len(plan.region):
        return None
    barred = np.zeros(model.structure.segmentation.count, dtype=np.bool_)
    links, hard = model.structure.links, model.floods_hard
    region = flood(links, hard, plan.region, barred)
    if np.array_equal(region, flood(links, hard, aim.segments, barred)):
        return None
    cut = taken_out(model, region)
    made = _lists(model, plan, aim, cut)
    return made if made.feasible else None


def _lists(model: SupplyModel, plan: IsolationPlan, aim: Aim, cut: CutOff) -> IsolationPlan:
    """The plan that gives up the region of *cut*; what *plan* closes against backflow stays closed."""
    lists = plan_lists(model, plan.target, aim, cut)
    drain_back = {*lists.drain_back, *plan.drain_back} - {*lists.close}
    return with_notes(model, cut, replace(lists, drain_back=_by_id(model, drain_back)))


def _may_run_back(model: SupplyModel, plan: IsolationPlan, cut: CutOff) -> bool:
    """Whether the region holds customers' tanks or wells that the plan's own does not."""
    more: Int32 = np.setdiff1d(cut.region, plan.region, assume_unique=True)
    return bool(model.structure.backflow_risk[more].any())


def _by_id(model: SupplyModel, devices: Iterable[int]) -> tuple[int, ...]:
    ids = model.city.network.devices.ids.data
    return tuple(sorted(set(devices), key=lambda row: bytes(ids[row])))
