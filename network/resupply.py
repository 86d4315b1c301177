"""Which closed valves bring water back while a plan is carried out (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice, product
from math import prod

import numpy as np

from network.answers import IsolationPlan, Note
from network.assets import Position
from network.columns import Int32
from network.cutoff import taken_out
from network.resupply_graph import DeadParts, dead_parts
from network.resupply_records import Join, NoResupply, Resupply, ResupplyOption, WhyNoResupply
from network.resupply_search import MOST_ALIKE, MOST_STEPS, Found, Search, WaySet
from network.resupply_trace import Trace
from network.supply import SupplyModel
from network.zones import SegmentAreas

_MOST_CHOICES = MOST_ALIKE**3
"""Choices among valves that do the same, looked through for the best of them."""


def find_resupply(
    model: SupplyModel, plan: IsolationPlan, *, zone: Int32 | None = None, steps: int = MOST_STEPS
) -> Resupply | NoResupply:
    """Closed valves whose opening brings back customers whom *plan* dries outside its region.

    The plan stays carried out: valves on the border of its region are never opened, and where water would come to a
    valve of the dead side that the plan leaves open, the option says to close it first. So no source reaches the target
    by anything that lets water towards a leak.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation`; one that needs sources stopped is taken with these stopped.
        zone: Shape (nodes,), number of the pressure zone of each junction, -1 where none is known; None where no zones
            are known at all.
        steps: See :class:`~network.resupply_search.Search`.
    """
    if Note.OWN_BRANCH_VALVE in plan.notes:
        return NoResupply(WhyNoResupply.OWN_VALVE, 0)
    cut = taken_out(model, plan.region)
    if not len(plan.isolated_segments) or not len(cut.lost):
        return NoResupply(WhyNoResupply.NOTHING_DRY, 0)
    trace = Trace(model, plan, cut, SegmentAreas(model.structure, zone))
    choice = _Choice.of(trace, dead_parts(model, plan, cut))
    search = Search(choice.parts, [choice.burden[way.valves[0]] for way in choice.parts.ways], steps)
    found, exact_to = search.front()
    lost_outside = len(trace.customers_lost(cut.lost))
    if not found:
        return NoResupply(_why_none(trace, choice.parts, search), lost_outside)
    return Resupply(
        options=tuple(option for one in found for option in choice.options(one, search)),
        exact_to=exact_to,
        within_reach=search.possible,
        lost_outside=lost_outside,
        more_alike=any(choice.left_off(one) for one in found),
    )


def carried_out(model: SupplyModel, plan: IsolationPlan, opened: tuple[int, ...]) -> tuple[SupplyModel, IsolationPlan]:
    """The city with the valves *opened* (device rows), and *plan* with what it leaves dry there.

    Slow part (whole city): supply is found anew.
    """
    renewed = model.with_states(model.states.with_positions(records_of(model, opened), Position.OPEN))
    cut = taken_out(renewed, plan.region)
    stored = cut.stored[cut.lost]
    isolated = plan.region[renewed.supplied[plan.region]]
    stretches = renewed.structure.segmentation.stretches
    return renewed, replace(
        plan,
        isolated=stretches(isolated),
        unintended=stretches(cut.lost[~stored]),
        on_storage=stretches(cut.lost[stored]),
        isolated_segments=isolated,
        unintended_segments=cut.lost[~stored],
        on_storage_segments=cut.lost[stored],
    )


def records_of(model: SupplyModel, devices: tuple[int, ...]) -> list[int]:
    """Device rows of all records of the valves *devices*: a valve that was recorded twice is opened as one."""
    stands_for = model.structure.segmentation.placement.stands_for
    wanted = {stands_for.get(device, device) for device in devices}
    return sorted(wanted | {row for row, device in stands_for.items() if device in wanted})


def _why_none(trace: Trace, parts: DeadParts, search: Search) -> WhyNoResupply:
    if search.possible:
        return WhyNoResupply.TOO_MANY
    mains = np.intersect1d(parts.fed(search.all_fed), trace.cut.lost)
    return WhyNoResupply.NOBODY if len(mains) else WhyNoResupply.NO_VALVE


@dataclass(frozen=True, eq=False)
class _Choice:
    """From sets of ways to valves.

    Attributes:
        parts: The valves of each way stand least unwelcome first.
        burden: How unwelcome it is to open each valve: most where nobody knows if it can be worked, then where it joins
            what is kept apart.
    """

    trace: Trace
    parts: DeadParts
    burden: dict[int, int]

    @classmethod
    def of(cls, trace: Trace, parts: DeadParts) -> _Choice:
        burden = {
            device: (len(Join) + 1) * trace.is_doubtful(device) + len(trace.joins(device))
            for way in parts.ways
            for device in way.valves
        }
        ways = (
            replace(way, valves=tuple(sorted(trace.by_id(way.valves), key=burden.__getitem__))) for way in parts.ways
        )
        return cls(trace, replace(parts, ways=tuple(ways)), burden)

    def left_off(self, found: Found) -> bool:
        """Whether more valves do as well as those listed."""
        choices = sum(prod(len(self.parts.ways[way].valves) for way in ways) for ways in found.sets)
        return found.left_off or choices > MOST_ALIKE

    def options(self, found: Found, search: Search) -> list[ResupplyOption]:
        """The valves for the sets found; of choices that do equally well the least unwelcome, the best first."""
        choices = [(valves, ways) for ways in found.sets for valves in self._valves(ways)]
        choices.sort(key=lambda choice: sum(self.burden[device] for device in choice[0]))
        traced = [
            self.trace.option(valves, self.parts.fed(search.fed(ways)), exact=found.exact)
            for valves, ways in choices[:MOST_ALIKE]
        ]
        return sorted(traced, key=lambda option: len(option.also_close))

    def _valves(self, ways: WaySet) -> list[tuple[int, ...]]:
        choices = product(*(self.parts.ways[way].valves[:MOST_ALIKE] for way in ways))
        return list(islice(choices, _MOST_CHOICES))
