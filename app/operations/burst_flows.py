"""The watch of inflow over a workspace: which areas are metered, what they teach, what is told of them and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from app.telemetry.bursts.flows import (
    TICK_S,
    Area,
    FlowFound,
    FlowRule,
    flow_rule_from,
    given_to_flows,
    metered,
    rule_of,
)
from app.telemetry.bursts.grid import means, ticks_between, without
from app.telemetry.bursts.inflow import WHOLE_CITY, InflowTold
from app.telemetry.bursts.known_work import KnownWork, feels
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.night_flow import (
    DAY_MS,
    LEAST_NIGHTS,
    NIGHT_MS,
    NIGHTS,
    TICK_MS,
    inflow_told,
    nights_of,
)
from app.telemetry.bursts.picture import Explained
from app.telemetry.bursts.places import Metered
from app.telemetry.bursts.proposals import Proposal, levels_before
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import beyond_levels, hold_ms
from app.telemetry.history import History
from network.columns import Float64, Int64
from network.topology import Network

LEAST_READ: Final = 0.5
"""House value: an area whose inflow is known for less of the time is not watched."""
REACH_M: Final = 100.0
"""House value: work nearer than this to one of its mains is felt by an area's inflow."""
NIGHTS_SHOWN: Final = 14
NIGHTS_AFTER_MS: Final = 7 * DAY_MS
"""So long as a burst that nobody judged stays on the list, its nights go on."""
_AFTER_MS: Final = 6 * 3_600_000
_M3_H: Final = 3_600.0


def inflow_of(history: History, areas: Sequence[Area], at_ms: Int64) -> Float64:
    """Inflow of each area, m³/h, shape (ticks, areas); NaN where one of its meters said nothing."""
    found = np.empty((len(at_ms), len(areas)))
    for column, one in enumerate(areas):
        found[:, column] = means(history, one.meters, at_ms, TICK_MS) @ np.array(one.signs) * _M3_H
    return found


def inflows(history: History, areas: Sequence[Area], span_ms: tuple[int, int], now_ms: int) -> tuple[InflowTold, ...]:
    """What flow meters say of each of *areas*: since a burst began until it was told, and in the last night.

    Readings of one meter that are missing make the area's inflow unknown at that time: a part is no balance.

    Args:
        history: Where readings are kept.
        areas: Of the words.
        span_ms: When the burst began, and when it was told.
        now_ms: The present, UTC milliseconds.
    """
    at_ms = ticks_between(span_ms[0] - (NIGHTS + 1) * DAY_MS, now_ms, TICK_MS)
    inflow_m3_h = inflow_of(history, areas, at_ms)
    return tuple(
        inflow_told(one.name, at_ms, inflow_m3_h[:, column], span_ms)
        for column, one in enumerate(areas)
        if np.isfinite(inflow_m3_h[:, column]).any()
    )


def learn_flows(
    history: History,
    areas: tuple[Area, ...],
    of_pipe: Int64,
    span_ms: tuple[int, int],
    left_out: tuple[Sequence[tuple[int, int]], Sequence[tuple[KnownWork, Int64]]],
    budget_s: float,
) -> tuple[FlowRule | None, Int64]:
    """What inflow teaches in a span of quiet time, and the area of each pipe; None where it is too little.

    Args:
        history: Where readings are kept.
        areas: That are metered.
        of_pipe: Shape (pipes,), the area of each.
        span_ms: From when until when, UTC milliseconds; the first half teaches, the second sets thresholds.
        left_out: Times that do not count, and known work with the areas for which its time does not.
        budget_s: One false alarm in so long is allowed, of pressures and inflow together.
    """
    nothing = np.empty(0, dtype=np.int64)
    at_ms = ticks_between(*span_ms, TICK_MS)
    inflow_m3_h = without(at_ms, inflow_of(history, areas, at_ms), left_out[0])
    for work, rows in left_out[1]:
        inflow_m3_h[np.ix_((at_ms + TICK_MS > work.from_ms) & (at_ms <= work.until_ms), rows)] = np.nan
    learned = len(at_ms) // 2
    halves = (inflow_m3_h[:learned], inflow_m3_h[learned:])
    rows = np.flatnonzero([min(_read(half[:, at]) for half in halves) >= LEAST_READ for at in range(len(areas))])
    nights = [
        len(nights_of(ticks, half)[0]) for ticks, half in zip((at_ms[:learned], at_ms[learned:]), halves, strict=True)
    ]
    if not len(rows) or min(nights) < LEAST_NIGHTS:
        return None, nothing
    allowed = given_to_flows(allowed_in(len(at_ms) - learned, budget_s))
    rule = flow_rule_from([areas[row] for row in rows.tolist()], at_ms, inflow_m3_h[:, rows], learned, allowed)
    number = np.full(len(areas) + 1, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    return rule, number[of_pipe]


def allowed_in(ticks: int, budget_s: float) -> int:
    """False alarms that a budget allows in so many ticks."""
    return int(ticks * TICK_S // budget_s)


def _read(values: Float64) -> float:
    return float(np.isfinite(values).mean()) if len(values) else 0.0


# What is told


def without_works(
    learned: Learned, network: Network, at_ms: Int64, inflow_m3_h: Float64, works: Sequence[KnownWork]
) -> Float64:
    """*inflow_m3_h*, shape (ticks, areas), with what known work may have moved taken for missing."""
    kept = inflow_m3_h.copy()
    for work, areas in zip(works, felt_by(learned, network, works), strict=True):
        ticks = (at_ms + TICK_MS > work.from_ms) & (at_ms <= work.until_ms)
        kept[np.ix_(ticks, areas)] = np.nan
    return kept


def felt_by(learned: Learned, network: Network, works: Sequence[KnownWork]) -> list[Int64]:
    """Rows of the areas that feel each piece of known work: that lies beside one of their mains."""
    if not works or learned.flows is None:
        return [np.empty(0, dtype=np.int64) for _ in works]
    row = {name: at for at, name in enumerate(learned.pipes)}
    known = np.array([row.get(name, -1) for name in network.pipes.ids], dtype=np.int64)
    return areas_feeling(network, np.where(known >= 0, learned.area_of_pipe[known], -1), works)


def areas_feeling(network: Network, of_pipe: Int64, works: Sequence[KnownWork]) -> list[Int64]:
    """The same by the area of each pipe of *network*, shape (pipes,), -1 for none."""
    pipes, nodes = network.pipes, network.nodes
    middle_m = np.column_stack(
        [(values[pipes.from_node] + values[pipes.to_node]) / 2.0 for values in (nodes.x_m, nodes.y_m)]
    )
    half_m = pipes.length_m / 2.0
    return [np.unique(of_pipe[(of_pipe >= 0) & feels(work, middle_m, REACH_M + half_m)]) for work in works]


def over_since(
    learned: Learned, level_m3_h: Float64, at_ms: Int64, inflow_m3_h: Float64, span_ms: tuple[int, int]
) -> tuple[tuple[float, ...], int]:
    """By area, the inflow left over in a span beyond what stood, and over how many ticks that is."""
    assert learned.flows is not None
    inside = (at_ms + TICK_MS > span_ms[0]) & (at_ms < span_ms[1])
    if not inside.any():
        return (float("nan"),) * len(learned.flows.areas), 1
    near = learned.flows.balance.neighbours
    left = near.left_over(at_ms[inside], inflow_m3_h[inside]) - level_m3_h
    over = np.full(left.shape[1], np.nan)
    known = np.isfinite(left).any(axis=0)
    over[known] = np.nanmean(left[:, known], axis=0)
    return tuple(over.tolist()), int(inside.sum())


def shift_since(
    learned: Learned, level_m: Float64, at_ms: Int64, head_m: Float64, span_ms: tuple[int, int]
) -> tuple[tuple[float, ...], int]:
    """By logger, what pressures left over in a span beyond what stood, and over how many ticks that is."""
    inside = (at_ms + learned.tick_ms > span_ms[0]) & (at_ms < span_ms[1])
    shift = np.full(len(learned.loggers), np.nan)
    if inside.any():
        left_m = learned.rule.neighbours.left_over(at_ms[inside], head_m[inside]) - level_m
        known = np.isfinite(left_m).any(axis=0)
        shift[known] = np.nanmean(left_m[:, known], axis=0)
    return tuple(shift.tolist()), max(1, int(inside.sum()))


def proposal_of_flow(learned: Learned, found: FlowFound) -> Proposal:
    """*found* as it is kept, without what pressures say."""
    assert learned.flows is not None
    one, lasts_ms = found.detection, NIGHT_MS if found.way is Way.NIGHT else TICK_MS
    area = learned.flows.areas[found.area]
    return Proposal(
        id=f"burst {found.way} {one.at_ms + lasts_ms}",
        at_ms=one.at_ms + lasts_ms,
        since_ms=one.since_ms,
        logger=area.meters[0],
        side=1,
        height=one.height,
        ends=one.ends,
        ticks=1,
        shift_m=(),
        level_m=(),
        stood_m3_h=tuple(one.level_m.tolist()),
        way=found.way,
        area=area.name,
    )


def row_of(learned: Learned, one: Proposal) -> int:
    """Of the area that told *one*."""
    assert learned.flows is not None
    return next(at for at, area in enumerate(learned.flows.areas) if area.name == one.area)


def area_row(learned: Learned, one: Proposal) -> int | None:
    """Of the DMA whose inflow told *one*; None where pressures did, or what lies in no metered DMA."""
    if one.way is Way.PRESSURE or one.area == WHOLE_CITY:
        return None
    return row_of(learned, one)


def metered_of(learned: Learned, one: Proposal) -> Metered | None:
    """What inflow says of the place of *one*; None where nothing was kept of it."""
    over_m3_h = np.array(one.over_m3_h, dtype=np.float64)
    if learned.flows is None or len(over_m3_h) != len(learned.flows.areas) or not np.isfinite(over_m3_h).any():
        return None
    return metered(learned.flows, over_m3_h, one.flow_ticks, learned.area_of_pipe)


def threshold_of(learned: Learned, way: Way) -> float:
    """What a sum has to exceed."""
    if way is Way.PRESSURE or learned.flows is None:
        return learned.rule.threshold
    return rule_of(learned.flows, way).threshold


def shown_ticks(one: Proposal, now_ms: int) -> Int64:
    """Ticks of the flow balance that a plot of *one* needs, up to the present where it told of nights."""
    before_ms, after_ms = (NIGHTS_SHOWN * DAY_MS, NIGHTS_AFTER_MS) if one.way is Way.NIGHT else (DAY_MS, _AFTER_MS)
    return ticks_between(one.since_ms - before_ms, min(one.at_ms + after_ms, now_ms), TICK_MS)


def explained_flow(
    learned: Learned, one: Proposal, told: Iterable[Proposal], at_ms: Int64, inflow_m3_h: Float64
) -> Explained:
    """What *one* of those *told* rests on: its area's inflow, or that of its nights, beside what was to be expected."""
    assert learned.flows is not None
    rule, tick_ms = rule_of(learned.flows, one.way), TICK_MS
    if one.way is Way.NIGHT:
        at_ms, inflow_m3_h = nights_of(at_ms, inflow_m3_h)
        tick_ms = NIGHT_MS
    row = row_of(learned, one)
    rest, height = beyond_levels(rule, levels_before(told, one, hold_ms(rule)), at_ms, inflow_m3_h)
    left = rule.neighbours.left_over(at_ms, inflow_m3_h)
    return Explained(
        id=one.id,
        tick_ms=tick_ms,
        loggers=(one.logger,),
        at_ms=at_ms,
        measured_m=inflow_m3_h[:, [row]] / _M3_H,
        expected_m=(inflow_m3_h - left)[:, [row]] / _M3_H,
        left_m=rest[:, row] / _M3_H,
        height=height[:, row],
        threshold=rule.threshold,
        spread_m=rule.neighbours.spread_m[[row]] / _M3_H,
        way=one.way,
        area=one.area,
    )
