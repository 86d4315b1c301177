"""That no way is left: for every device on the border of a plan, why it holds, and a walk that finds no way through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from network.answers import IsolationPlan
from network.columns import Bool, Int32, Int64
from network.cutoff import CutOff, cut_off
from network.flood import flood
from network.grouping import distinct, flags
from network.passage import CLOSABLE, HOLDS_A, HOLDS_B
from network.supply import SupplyModel
from network.targets import find_target


class Holds(StrEnum):
    """Why nothing comes through a device on the border; words are made in app.messages."""

    CLOSED_BY_PLAN = "closed_by_the_plan"
    FOUND_CLOSED = "closed_on_record_to_be_verified"
    CHECK_VALVE = "check_valve_lets_water_out_only"
    NOTHING_BEHIND = "no_source_behind_it"


@dataclass(frozen=True)
class BorderDevice:
    """A device between the region of a plan and what lies outside.

    Attributes:
        device: Device row.
        near, far: Segments inside and outside.
        holds: Why nothing comes through it.
    """

    device: int
    near: int
    far: int
    holds: Holds


@dataclass(frozen=True, eq=False)
class Certificate:
    """What shows that a plan stops the water.

    Attributes:
        border: Every device on the border, by device row.
        sources_inside: Sources with a leg in the region; a plan that works has none.
        seeping: Devices left open on the dead side behind which water arrives after all, over a device on which
            customers cannot count but a leak can (a closed valve that passes, a one-way device against its way or of
            unknown direction): close them too.
        reached: Source rows from which a walk with the plan applied gets to the target.
    """

    border: tuple[BorderDevice, ...]
    sources_inside: tuple[int, ...]
    seeping: tuple[int, ...]
    reached: tuple[int, ...]

    @property
    def no_way_left(self) -> bool:
        """True where no source reaches the target once the plan is carried out."""
        return not self.reached


def certify(model: SupplyModel, plan: IsolationPlan) -> Certificate:
    """Show that with *plan* carried out no way is left from any source to its target, or where one is.

    The border is read off the region; the walk is made apart from it, from the target back over everything that lets
    water towards a leak, with only what the plan closes closed.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation`. A plan of a single branch valve has no border: the valve
            stands on no main.
    """
    aim = find_target(model.structure, model.merged, plan.target)
    if aim.branch_valve >= 0:
        return Certificate((), (), (), ())
    cut = cut_off(model, aim.segments)
    shut = model.structure.links.rows_of(np.array([*plan.close, *plan.drain_back], dtype=np.int64))
    border = _border(model, cut, frozenset((*plan.close, *plan.drain_back)))
    return Certificate(
        border=border,
        sources_inside=tuple(cut.stop.tolist()),
        seeping=_seeping(model, cut, border),
        reached=_sources_at(model, _walk(model, aim.segments, _without(model, shut))),
    )


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


def _without(model: SupplyModel, links: Int64) -> Bool:
    passable = model.floods_open.copy()
    passable[links] = False
    passable[links + len(model.structure.links)] = False
    return passable


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
    pools = {far: _pool(model, cut, far) for far in {item.far for item in left}}
    return tuple(sorted({item.device for item in left if _sources_at(model, pools[item.far])}))


def _pool(model: SupplyModel, cut: CutOff, far: int) -> Int32:
    return flood(model.structure.links, model.floods_open, np.array([far]), cut.in_region)
