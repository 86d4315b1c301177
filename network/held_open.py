"""Which valve of a plan to leave open longest: nobody is without water before the last one that feeds is closed."""

from __future__ import annotations

import numpy as np

from network.answers import IsolationPlan
from network.assets import SourceKind
from network.columns import Bool, Int32
from network.cutoff import CutOff, taken_out
from network.flood import flood
from network.grouping import flags
from network.impact import assess_impact
from network.supply import SupplyModel
from network.targets import find_target


def kept_by_each(model: SupplyModel, plan: IsolationPlan, closed: tuple[int, ...]) -> dict[int, int]:
    """How many customers of those whom *plan* takes off keep their water while one valve alone is still open.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation`, or chosen instead of it.
        closed: All valves to be closed, device rows.

    Returns:
        For each valve of ``plan.close``, traced by the rules of supply with the others of *closed* shut.
    """
    out = assess_impact(model, plan).out
    aim = find_target(model.structure, model.merged, plan.target)
    if aim.branch_valve >= 0:
        return dict.fromkeys(plan.close, len(out))
    cut = taken_out(model, plan.region)
    return {device: _kept(model, plan, out, _fed_through(model, cut, closed, device)) for device in plan.close}


def _kept(model: SupplyModel, plan: IsolationPlan, out: Int32, fed: Int32) -> int:
    dry = np.concatenate([plan.isolated_segments, plan.unintended_segments])
    still_out = model.structure.customer_taps.on(np.setdiff1d(dry, fed))
    return int(np.count_nonzero(~np.isin(out, still_out)))


def _fed_through(model: SupplyModel, cut: CutOff, closed: tuple[int, ...], device: int) -> Int32:
    """Segments that get water again when *device* alone of *closed* is open."""
    links = model.structure.links
    passable = without_links(model, tuple(row for row in closed if row != device))
    sights = links.rows_of(np.array([device]))
    sights = np.concatenate([sights, sights + len(links)])
    near = links.beyond[(sights + len(links)) % (2 * len(links))]
    entering = cut.supplied[near] & passable[sights]
    return fed_from(model, links.beyond[sights[entering]], passable, cut.supplied)


def without_links(model: SupplyModel, closed: tuple[int, ...]) -> Bool:
    """Shape (2 * links,), supply per sight as in :attr:`SupplyModel.feeds`, with devices *closed* besides."""
    rows = model.structure.links.rows_of(np.array(closed, dtype=np.int64))
    passable = model.feeds.copy()
    passable[rows] = False
    passable[rows + len(model.structure.links)] = False
    return passable


def fed_from(model: SupplyModel, seeds: Int32, passable: Bool, barred: Bool) -> Int32:
    """Segments supplied from *seeds*, through tanks too (from any leg that is supplied to all legs); ascending."""
    legs, kinds = model.structure.segmentation.source_legs, model.structure.network.sources.kind
    owner = np.repeat(np.arange(len(legs)), np.diff(legs.offsets))
    of_tank = kinds[owner] == SourceKind.TANK
    reached = flood(model.structure.links, passable, seeds, barred)
    while True:
        inside = flags(model.structure.segmentation.count, reached)
        filled = np.unique(owner[of_tank & inside[legs.values]])
        more = legs.gather(filled)
        if (inside[more] | barred[more]).all():
            return reached
        reached = flood(model.structure.links, passable, np.concatenate([reached, more]), barred)
