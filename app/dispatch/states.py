"""What a clock says at a moment: one clock in words, or thousands of them by comparing arrays.

Only comparisons are left to the tick; what they compare with is worked out when events or forecasts change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import IntEnum
from zoneinfo import ZoneInfo

import numpy as np

from app.dispatch.clocks import ENDLESS_MS, Clock, Verdict
from app.dispatch.due import local_time
from app.dispatch.rules import After, At, Before, Gate, Rule
from network.columns import Bool, Int32, Int64

DAY_S = 86_400


class ClockState(IntEnum):
    """States of a clock, the most pressing last."""

    NOT_APPLICABLE = 0
    WAIVED = 1
    MET = 2
    MET_EARLY = 3
    MET_LATE = 4
    PENDING = 5
    PAUSED = 6
    RUNNING = 7
    AT_RISK = 8
    FORECAST_TO_BREACH = 9
    BREACHED = 10


@dataclass(frozen=True)
class Forecast:
    """When a clock is expected to be met, UTC milliseconds: half of like cases, and nine of ten, are done by then."""

    p50_ms: int
    p90_ms: int


@dataclass(frozen=True, eq=False)
class ClockTable:
    """Clocks as columns, for the tick.

    Attributes:
        settled: Shape (n,), the state where time no longer changes it, else -1.
        at_risk_ms, due_ms: From when it is at risk, and after when breached; endless where never.
        forecast_late: Whether it is forecast to breach.
        night_from_s, night_to_s: Seconds of the local day between which it rests; equal where it never does.
        zone: Whose day that is.
    """

    settled: Int32
    at_risk_ms: Int64
    due_ms: Int64
    forecast_late: Bool
    night_from_s: Int32
    night_to_s: Int32
    zone: ZoneInfo

    def states(self, now_ms: int) -> Int32:
        """State of every clock at *now_ms*, shape (n,), as :class:`ClockState`."""
        local = local_time(now_ms, self.zone)
        second = local.hour * 3600 + local.minute * 60 + local.second
        states = np.full(len(self.settled), ClockState.RUNNING, dtype=np.int32)
        states[now_ms >= self.at_risk_ms] = ClockState.AT_RISK
        states[self.forecast_late] = ClockState.FORECAST_TO_BREACH
        states[now_ms > self.due_ms] = ClockState.BREACHED
        over_midnight = self.night_from_s > self.night_to_s
        after, before = second >= self.night_from_s, second < self.night_to_s
        states[np.where(over_midnight, after | before, after & before)] = ClockState.PAUSED
        return np.where(self.settled >= 0, self.settled, states).astype(np.int32)


def table_of(
    clocks: Sequence[Clock], zone: ZoneInfo, forecasts: Mapping[tuple[str, str], Forecast] | None = None
) -> ClockTable:
    """The table of *clocks*; *forecasts* by entity and rule id."""
    foreseen = forecasts or {}
    verdicts = [clock.verdict for clock in clocks]
    due_ms = [ENDLESS_MS if verdict.due_ms is None else verdict.due_ms for verdict in verdicts]
    known = [foreseen.get((clock.entity, clock.rule.id)) for clock in clocks]
    risks = [_at_risk_ms(clock.rule, clock.verdict, one) for clock, one in zip(clocks, known, strict=True)]
    late = [one is not None and one.p50_ms > due for one, due in zip(known, due_ms, strict=True)]
    nights = [_night_s(clock.rule) for clock in clocks]
    return ClockTable(
        np.array([_settled(verdict) for verdict in verdicts], dtype=np.int32),
        np.array(risks, dtype=np.int64),
        np.array(due_ms, dtype=np.int64),
        np.array(late, dtype=np.bool_),
        np.array([night[0] for night in nights], dtype=np.int32),
        np.array([night[1] for night in nights], dtype=np.int32),
        zone,
    )


def state_of(clock: Clock, now_ms: int, zone: ZoneInfo, forecast: Forecast | None = None) -> ClockState:
    """State of one clock at *now_ms*."""
    foreseen = {} if forecast is None else {(clock.entity, clock.rule.id): forecast}
    return ClockState(int(table_of([clock], zone, foreseen).states(now_ms)[0]))


def left_s(verdict: Verdict, now_ms: int) -> float | None:
    """Seconds left, negative once breached; None where no limit runs."""
    if verdict.due_ms is None or verdict.met is not None:
        return None
    return (verdict.due_ms - now_ms) / 1000


def _settled(verdict: Verdict) -> int:
    if verdict.waived is not None:
        return ClockState.WAIVED
    if verdict.met is not None:
        return ClockState.MET if verdict.in_time else _missed(verdict)
    if verdict.called_off is not None:
        return ClockState.NOT_APPLICABLE
    if verdict.start is None:
        return ClockState.PENDING
    return ClockState.PAUSED if verdict.paused else -1


def _missed(verdict: Verdict) -> ClockState:
    return ClockState.MET_EARLY if verdict.too_early else ClockState.MET_LATE


def _at_risk_ms(rule: Rule, verdict: Verdict, forecast: Forecast | None) -> int:
    """When little of the limit is left, or now where a tenth of like cases would be late."""
    if verdict.due_ms is None or verdict.start_ms is None:
        return ENDLESS_MS
    if forecast is not None and forecast.p90_ms > verdict.due_ms:
        return verdict.start_ms
    if isinstance(rule.limit, At):
        return verdict.due_ms - rule.limit.late_s * 1000
    if isinstance(rule.limit, Before):
        length_ms = min(rule.limit.lead_s, DAY_S) * 1000
    elif isinstance(rule.limit, After):
        length_ms = rule.limit.limit_s * 1000
    else:
        length_ms = verdict.due_ms - verdict.start_ms
    return verdict.due_ms - length_ms * rule.at_risk_percent // 100


def _night_s(rule: Rule) -> tuple[int, int]:
    limit = rule.limit
    if not isinstance(limit, Gate) or limit.night_from is None or limit.night_to is None:
        return 0, 0
    return _second_of(limit.night_from), _second_of(limit.night_to)


def _second_of(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second
