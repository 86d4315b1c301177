"""That no way is left: for every device on the border of a plan, why it holds, and a walk that finds no way through."""

from __future__ import annotations

import numpy as np

from network.alternatives.surroundings import Surroundings
from network.answers import BorderDevice, Certificate, Holds, IsolationPlan
from network.columns import Bool, Int32
from network.cutoff import CutOff, taken_out
from network.flood import flood
from network.grouping import distinct, flags
from network.passage import CLOSABLE, HOLDS_A, HOLDS_B
from network.supply import SupplyModel
from network.targets import find_target


def certify(model: SupplyModel, plan: IsolationPlan) -> Certificate:
    """Show that with *plan* carried out no way is left from any source to its target, or where one is.

    The border is read off the region; the walk is made apart from it, from the target back over everything that lets
    water towards a leak, with only what the plan closes closed.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation` or :func:`~network.alternatives.as_plan.plan_closing`. A
            plan of a single branch valve has no border: the valve stands on no main.
    """
    aim = find_target(model.structure, model.merged, plan.target)
    if aim.branch_valve >= 0:
        return Certificate((), (), (), ())
    cut = taken_out(model, plan.region)
    shut = model.floods_open_but(np.array([*plan.close, *plan.drain_back], dtype=np.int64))
    border = _border(model, cut, frozenset((*plan.close, *plan.drain_back)))
    return Certificate(
        border=border,
        sources_inside=tuple(cut.stop.tolist()),
        seeping=_seeping(model, cut, border),
        reached=_sources_at(model, _walk(model, aim.segments, shut)),
    )


def seeping_valves(model: SupplyModel, plan: IsolationPlan, around: Surroundings | None = None) -> tuple[int, ...]:
    """:attr:`~network.answers.Certificate.seeping` of *plan*, without the rest of its certificate.

    Args:
        model: What *plan* was made from.
        plan: As for :func:`certify`.
        around: The same city made ready; then nothing is followed that the plan leaves dry.
    """
    if find_target(model.structure, model.merged, plan.target).branch_valve >= 0:
        return ()
    cut = taken_out(model, plan.region)
    border = _border(model, cut, frozenset((*plan.close, *plan.drain_back)))
    if around is None:
        return _seeping(model, cut, border)
    left = [item for item in border if item.holds == Holds.NOTHING_BEHIND]
    wet = around.reached_without(plan.region, np.array([item.far for item in left], dtype=np.int64))
    return tuple(sorted({item.device for item, is_wet in zip(left, wet.tolist(), strict=True) if is_wet}))


def _border(model: SupplyModel, cut: CutOff, closed: frozenset[int]) -> tuple[BorderDevice, ...]:
    links = model.structure.links
    sights = links.sights.gather(cut.region)
    sights = sights[~cut.in_region[links.beyond[sights]]]
    found = [_border_device(model, sight, closed) for sight in sights.tolist()]
    return tuple(sorted(found, key=lambda item: (item.device, item.near)))


def _border_device(model: SupplyModel, sight: int, closed: frozenset[int]) -> BorderDevice:
    links = model.structure.links
    link, from_a = sight % len(links), sight < len(links)
    device, far = int(links.device[link]), int(links.beyond[sight])
    near = int(links.side_a[link] if from_a else links.side_b[link])
    bits = model.bits[link]
    if device in closed:
        holds = Holds.CLOSED_BY_PLAN
    elif bits & CLOSABLE:
        holds = Holds.NOTHING_BEHIND
    elif bits & (HOLDS_A if from_a else HOLDS_B):
        holds = Holds.CHECK_VALVE
    else:
        holds = Holds.FOUND_CLOSED
    return BorderDevice(device, near, far, holds)


def _walk(model: SupplyModel, start: Int32, passable: Bool) -> Int32:
    barred = np.zeros(model.structure.segmentation.count, dtype=np.bool_)
    return flood(model.structure.links, passable, start, barred)


def _sources_at(model: SupplyModel, segments: Int32) -> tuple[int, ...]:
    """Sources with a leg in *segments*."""
    legs = model.structure.segmentation.source_legs
    owner = np.repeat(np.arange(len(legs)), np.diff(legs.offsets))
    inside = flags(model.structure.segmentation.count, segments)
    return tuple(distinct(owner[inside[legs.values]]).tolist())


def _seeping(model: SupplyModel, cut: CutOff, border: tuple[BorderDevice, ...]) -> tuple[int, ...]:
    """Devices left open on the dead side to whose far side water of a source gets."""
    left = [item for item in border if item.holds == Holds.NOTHING_BEHIND]
    sides = sorted({item.far for item in left})
    # Most often no source is near: one look behind all of them tells.
    if not _sources_behind(model, cut, sides):
        return ()
    wet = {far for far in sides if _sources_behind(model, cut, [far])}
    return tuple(sorted({item.device for item in left if item.far in wet}))


def _sources_behind(model: SupplyModel, cut: CutOff, sides: list[int]) -> tuple[int, ...]:
    """Sources whose water gets to any of the segments *sides* outside the region."""
    pool = flood(model.structure.links, model.floods_open, np.array(sides, dtype=np.int32), cut.in_region)
    return _sources_at(model, pool)
