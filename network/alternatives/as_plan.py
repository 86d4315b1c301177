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
from network.targets import find_target


def plan_closing(model: SupplyModel, plan: IsolationPlan, close: Iterable[int]) -> IsolationPlan | CannotIsolate:
    """The plan for the target of *plan* that closes exactly the valves *close*.

    Its region is everything from which water can still reach the target then. Valves that *plan* closes against
    backflow stay in it, as far as they are not among *close*: what lies behind them is dry all the same. Where the
    region takes in customers' tanks or private wells that the plan's own did not, flushing and a test are asked for.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation`, the tight plan.
        close: Device rows.

    Returns:
        The plan, *plan* itself where it closes just these; where a source still reaches the target, why it is none.
    """
    shut = _by_id(model, close)
    aim = find_target(model.structure, model.merged, plan.target)
    if shut == plan.close or aim.branch_valve >= 0 or not model.supplied[aim.segments].any():
        return plan
    passable = model.floods_open_but(np.array(shut, dtype=np.int64))
    barred = np.zeros(model.structure.segmentation.count, dtype=np.bool_)
    cut = taken_out(model, flood(model.structure.links, passable, aim.segments, barred))
    drain_back = tuple(device for device in plan.drain_back if device not in shut)
    lists = plan_lists(model, plan.target, aim, cut)
    made = with_notes(model, cut, replace(lists, close=shut, dead_side=(), drain_back=drain_back))
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
    lists = plan_lists(model, plan.target, aim, cut)
    close = _by_id(model, {*lists.close, *(set(lists.dead_side) & set(plan.close))})
    drain_back = tuple(device for device in plan.drain_back if device not in close)
    made = with_notes(model, cut, replace(lists, close=close, dead_side=(), drain_back=drain_back))
    return made if made.feasible else None


def _may_run_back(model: SupplyModel, plan: IsolationPlan, cut: CutOff) -> bool:
    """Whether the region holds customers' tanks or wells that the plan's own does not."""
    more: Int32 = np.setdiff1d(cut.region, plan.region, assume_unique=True)
    return bool(model.structure.backflow_risk[more].any())


def _by_id(model: SupplyModel, devices: Iterable[int]) -> tuple[int, ...]:
    ids = model.city.network.devices.ids.data
    return tuple(sorted(set(devices), key=lambda row: bytes(ids[row])))
