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
    made = closing_also(model, cut, plan_lists(model, plan.target, aim, cut), plan.drain_back)
    # The same valves may stop the water of a larger region: one of the dead side left open puts storage out as well.
    if made.feasible and np.array_equal(cut.region, plan.region):
        return plan
    made = asking_for_flushing(model, plan, made)
    return made if made.feasible else CannotIsolate(made, ways_to_target(model, aim, cut, made.stop, passable))


def closing_also(model: SupplyModel, cut: CutOff, lists: IsolationPlan, also: Iterable[int]) -> IsolationPlan:
    """A plan that closes valves against backflow whatever its region says.

    Args:
        model: What *cut* was made from.
        cut: The region given up, and what is lost with it.
        lists: Of :func:`~network.isolation.plan_lists` for *cut*.
        also: These valves, as device rows.
    """
    drain_back = {*lists.drain_back, *also} - {*lists.close}
    return with_notes(model, cut, replace(lists, drain_back=_by_id(model, drain_back)))


def asking_for_flushing(model: SupplyModel, plan: IsolationPlan, made: IsolationPlan) -> IsolationPlan:
    """*made*, with flushing and a test where *plan* asks for it, or where more tanks or wells of customers lie inside.

    A valve against backflow that does not close any more holds nothing back: then water runs into the trench all the
    more.
    """
    more: Int32 = np.setdiff1d(made.region, plan.region, assume_unique=True)
    asked = Note.FLUSH_AND_TEST in plan.notes or model.structure.backflow_risk[more].any()
    if Note.FLUSH_AND_TEST in made.notes or not asked:
        return made
    return replace(made, notes=(*made.notes, Note.FLUSH_AND_TEST))


def _by_id(model: SupplyModel, devices: Iterable[int]) -> tuple[int, ...]:
    ids = model.city.network.devices.ids.data
    return tuple(sorted(set(devices), key=lambda row: bytes(ids[row])))
