"""One look of the watch for bursts: what was read, what pressures and inflow tell of it, and what was told already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app.operations.burst_flows import felt_by, over_since, proposal_of_flow, shift_since, without_works
from app.telemetry.bursts.flows import FlowStanding, watch_flows
from app.telemetry.bursts.grid import ticks_between
from app.telemetry.bursts.known_work import KnownWork, feels, lasting, unexplained
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.night_flow import TICK_MS
from app.telemetry.bursts.proposals import Proposal, WatchState, begins_ms, proposal_of
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import HOLD_S, NEVER_MS, Rule, Standing, level_held, settled, watch
from network.columns import Float64, Int64
from network.topology import Network

FLOWS_MS: Final = 28 * 86_400_000
"""So far back inflow is looked at: a leak that grows slowly takes many nights to be seen."""


@dataclass(frozen=True, eq=False)
class Read:
    """What a look goes by.

    Attributes:
        at_ms: Ticks of the pressures; head_m: shape (ticks, loggers).
        flow_ms: Ticks of the inflow; inflow_m3_h: shape (flow ticks, areas). Both are empty where none is watched.
    """

    at_ms: Int64
    head_m: Float64
    flow_ms: Int64
    inflow_m3_h: Float64

    def without(self, learned: Learned, network: Network, works: Sequence[KnownWork]) -> Read:
        """The same with what known work may have moved taken for missing."""
        if not works:
            return self
        return replace(
            self,
            head_m=unexplained(self.at_ms, self.head_m, works, learned.loggers_m),
            inflow_m3_h=without_works(learned, network, self.flow_ms, self.inflow_m3_h, works),
        )


def flow_ticks(learned: Learned, state: WatchState, end_ms: int) -> Int64:
    """Ticks of the inflow that a look needs; none where no area is watched."""
    if state.flows is None:
        return np.empty(0, dtype=np.int64)
    both = (state.flows.balance, state.flows.nights)
    first_ms = min(begins_ms(one, learned.until_ms, end_ms, FLOWS_MS) for one in both)
    return ticks_between(first_ms, end_ms, TICK_MS)


def told_by_all(
    learned: Learned, state: WatchState, read: Read
) -> tuple[Standing, FlowStanding | None, tuple[Proposal, ...]]:
    """Where the watches stand after *read*, and what they tell, each with what all the others know of its place."""
    standing, flows = state.standing, state.flows
    found = list[Proposal]()
    if len(read.at_ms):
        standing, told = watch(learned.rule, standing, read.at_ms, read.head_m)
        standing = settled(learned.rule, standing, read.at_ms, read.head_m)
        for seen in told:
            found.append(_with_inflow(learned, state, read, proposal_of(seen, learned.loggers, learned.tick_ms)))
    if learned.flows is not None and flows is not None and len(read.flow_ms):
        flows, risen = watch_flows(learned.flows, flows, read.flow_ms, read.inflow_m3_h)
        for each in risen:
            one = _with_inflow(learned, state, read, proposal_of_flow(learned, each))
            found.append(_with_pressures(learned, state, read, one))
    return standing, flows, tuple(sorted(found, key=lambda one: one.at_ms))


def _with_inflow(learned: Learned, state: WatchState, read: Read, one: Proposal) -> Proposal:
    """*one* with what inflow left over meanwhile, beyond what stood before."""
    if learned.flows is None or state.flows is None:
        return one
    told = [(other.at_ms, other.stood_m3_h) for other in _told_by(state, Way.BALANCE)]
    ticks = (read.flow_ms, read.inflow_m3_h)
    level_m3_h = _stood(learned.flows.balance, state.flows.balance, told, ticks, one.since_ms)
    over_m3_h, count = over_since(learned, level_m3_h, *ticks, (one.since_ms, one.at_ms))
    return replace(one, over_m3_h=over_m3_h, flow_ticks=count)


def _with_pressures(learned: Learned, state: WatchState, read: Read, one: Proposal) -> Proposal:
    """*one* with what pressures left over meanwhile, beyond what stood before."""
    told = [(other.at_ms, other.level_m) for other in _told_by(state, Way.PRESSURE)]
    level_m = _stood(learned.rule, state.standing, told, (read.at_ms, read.head_m), one.since_ms)
    shift_m, ticks = shift_since(learned, level_m, read.at_ms, read.head_m, (one.since_ms, one.at_ms))
    return replace(one, shift_m=shift_m, ticks=ticks, level_m=tuple(level_m.tolist()))


def _told_by(state: WatchState, way: Way) -> Iterable[Proposal]:
    return (one for one in state.proposals if one.way is way and not one.ends)


def _stood(
    rule: Rule,
    standing: Standing,
    told: Iterable[tuple[int, tuple[float, ...]]],
    ticks: tuple[Int64, Float64],
    since_ms: int,
) -> Float64:
    """What was left over for good, by a watch, before a burst that began at *since_ms*: shape (columns,).

    What that watch has told since, or less than a hold before, is taken for the same burst, and did not stand before.

    Args:
        rule: What the watch goes by.
        standing: Where it stands.
        told: When it told bursts, and what stood before each; the oldest first.
        ticks: Beginnings, and readings, from its last burst on where that is not settled.
        since_ms: UTC milliseconds.
    """
    hold_ms = round(rule.hold * rule.tick_s * 1000.0)
    same = [level for at_ms, level in told if at_ms + hold_ms >= since_ms]
    if same:
        return np.array(same[0], dtype=np.float64)
    if standing.is_settled or standing.told_ms == NEVER_MS:
        return standing.level_m
    at_ms, value = ticks
    held = (at_ms > standing.told_ms) & (at_ms <= min(standing.told_ms + hold_ms, since_ms))
    if not held.any():
        return standing.level_m
    return level_held(standing.level_m, rule.neighbours.left_over(at_ms[held], value[held]))


def set_aside(
    learned: Learned, network: Network, state: WatchState, read: Read, works: Sequence[KnownWork]
) -> tuple[tuple[Proposal, tuple[KnownWork, ...]], ...]:
    """Bursts that would be told if known work were not known, each with the work that explains it, an area's once."""
    found = list[tuple[Proposal, tuple[KnownWork, ...]]]()
    if works:
        felt = dict(zip((id(work) for work in works), felt_by(learned, network, works), strict=True))
        for one in told_by_all(learned, state, read)[2]:
            near = tuple(
                work for work in lasting(works, one.since_ms, one.at_ms) if _is_felt(learned, one, work, felt[id(work)])
            )
            is_known = any(Way.PRESSURE not in {one.way, other.way} and other.area == one.area for other, _ in found)
            if near and not one.ends and not is_known:
                found.append((one, near))
    return tuple(found)


def _is_felt(learned: Learned, one: Proposal, work: KnownWork, areas: Int64) -> bool:
    if one.way is Way.PRESSURE:
        return bool(feels(work, learned.loggers_m)[learned.loggers.index(one.logger)])
    assert learned.flows is not None
    return one.area in {learned.flows.areas[row].name for row in areas.tolist()}


def is_told_before(one: Proposal, all_told: Iterable[Proposal], zone_of: Callable[[Proposal], frozenset[str]]) -> bool:
    """Whether another watch has told *one* before: it began before the hold after that was over, in the same zone."""
    return any(
        other.way is not one.way
        and not other.ends
        and other.at_ms < one.at_ms
        and one.since_ms <= other.at_ms + round(HOLD_S * 1000)
        and bool(zone_of(one) & zone_of(other))
        for other in all_told
    )
