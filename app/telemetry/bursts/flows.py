"""Bursts found from inflow: the flow balance of metered areas all day, and their night flow from night to night.

An area's inflow is compared with its usual week and with what all other areas let expect, as pressures are; what is
left over is added up. At night, when next to nobody draws, a leak stands out that is lost in the day: the mean of each
night is watched by itself. Both keep their part of one budget of false alarms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.telemetry.bursts.bands import WEEK_S
from app.telemetry.bursts.neighbours import learn
from app.telemetry.bursts.night_flow import DAY_MS, TICK_MS, nights_of
from app.telemetry.bursts.places import Evidence, Metered, spread_of_mean
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import Detection, Rule, Standing, settled, watch, with_threshold
from network.columns import Float64, Int64

SHARE: Final = 0.25
"""House value: so much of the false alarms that are allowed is the flows'; a half of it, rounded down, the nights'."""
TICK_S: Final = TICK_MS / 1000.0
NIGHT_S: Final = DAY_MS / 1000.0


@dataclass(frozen=True)
class Area:
    """A part of the city whose inflow is metered.

    Attributes:
        name: Id of the DMA; ``WHOLE_CITY`` for all that is in no metered one.
        meters: Ids of the channels. signs: Of each, 1 where it leads in and -1 where it leads out.
    """

    name: str
    meters: tuple[str, ...]
    signs: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class FlowRule:
    """What inflow is watched by.

    Attributes:
        areas: In the order of all arrays.
        balance: Of ticks of a quarter of an hour, m³/h.
        nights: Of a tick a night, m³/h.
    """

    areas: tuple[Area, ...]
    balance: Rule
    nights: Rule


@dataclass(frozen=True, eq=False)
class FlowStanding:
    """Where both watches of inflow stand between two looks."""

    balance: Standing
    nights: Standing

    @classmethod
    def begin(cls, areas: int) -> FlowStanding:
        """Nothing seen, nothing standing."""
        return cls(Standing.begin(areas), Standing.begin(areas))


@dataclass(frozen=True, eq=False)
class FlowFound:
    """A burst that inflow tells, or the end of one.

    Attributes:
        way: By which of the two.
        detection: Its rows are the areas.
        area: Whose inflow rose most beyond chance.
    """

    way: Way
    detection: Detection
    area: int


def watch_flows(
    rule: FlowRule, standing: FlowStanding, at_ms: Int64, inflow_m3_h: Float64
) -> tuple[FlowStanding, tuple[FlowFound, ...]]:
    """Bursts in *inflow_m3_h*, shape (ticks, areas), and where the watches stand then.

    What falls is no leak: somebody draws less, or a burst has ended.
    """
    ticks = {Way.BALANCE: (at_ms, inflow_m3_h), Way.NIGHT: nights_of(at_ms, inflow_m3_h)}
    found, after = [], []
    for way, one, stood in (
        (Way.BALANCE, rule.balance, standing.balance),
        (Way.NIGHT, rule.nights, standing.nights),
    ):
        moments_ms, value = ticks[way]
        # Each watch goes on from where it was; the longer of both spans is given.
        after_told = moments_ms > stood.told_ms
        moments_ms, value = moments_ms[after_told], value[after_told]
        if not len(moments_ms):
            after.append(stood)
            continue
        then, told = watch(one, stood, moments_ms, value)
        for each in told:
            beyond = each.evidence.shift_m / one.neighbours.spread_m
            area = int(np.nanargmax(np.abs(beyond)))
            if each.ends or beyond[area] > 0.0:
                found.append(FlowFound(way, each, area))
        after.append(settled(one, then, moments_ms, value))
    is_as_before = after[0] is standing.balance and after[1] is standing.nights
    return standing if is_as_before else FlowStanding(*after), tuple(found)


def rule_of(rule: FlowRule, way: Way) -> Rule:
    """By which *way* of inflow goes."""
    return rule.nights if way is Way.NIGHT else rule.balance


def given_to_flows(allowed: int) -> int:
    """How many of so many *allowed* false alarms are the flows'."""
    return int(SHARE * allowed)


def flow_rule_from(areas: Sequence[Area], at_ms: Int64, inflow_m3_h: Float64, learned: int, allowed: int) -> FlowRule:
    """A rule from quiet months: the first *learned* ticks teach, the others set the thresholds.

    Args:
        areas: Of the columns.
        at_ms: UTC milliseconds, ascending, ``TICK_MS`` apart.
        inflow_m3_h: Shape (ticks, areas); NaN where a meter said nothing.
        learned: How many ticks are learned from.
        allowed: So many false alarms may both watches raise together.
    """
    nights = allowed // 2
    by_day = _rule(at_ms, inflow_m3_h, learned, TICK_S, 900, allowed - nights)
    night_ms, night_m3_h = nights_of(at_ms, inflow_m3_h)
    before = int(np.searchsorted(night_ms, at_ms[learned]))
    # Nights resemble each other whatever day it is: all of them make up one usual night.
    by_night = _rule(night_ms, night_m3_h, before, NIGHT_S, WEEK_S, nights)
    return FlowRule(tuple(areas), by_day, by_night)


def _rule(at_ms: Int64, inflow_m3_h: Float64, learned: int, tick_s: float, slot_s: int, allowed: int) -> Rule:
    neighbours = learn(at_ms[:learned], inflow_m3_h[:learned], slot_s)
    left_m3_h = neighbours.left_over(at_ms[learned:], inflow_m3_h[learned:])
    return with_threshold(Rule(neighbours, np.inf, tick_s, left_m3_h), at_ms[learned:], allowed)


def metered(rule: FlowRule, over_m3_h: Float64, ticks: int, of_pipe: Int64) -> Metered:
    """What inflow says of a place: *over_m3_h*, shape (areas,), is what was left over in *ticks* of the balance."""
    balance = rule.balance
    known = np.isfinite(over_m3_h)
    covariance = spread_of_mean(balance.quiet_m, ticks)
    return Metered(Evidence(over_m3_h, covariance, balance.neighbours.transform(known)), of_pipe)
