"""The watch over a city's pressures: bursts as they begin, what each rests on, and when one has ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from app.telemetry.bursts.cusum import SLACK, Crossing, TooShort, first_crossing, lowest_threshold, sums
from app.telemetry.bursts.neighbours import Neighbours, learn
from app.telemetry.bursts.places import Evidence, spread_of_mean
from network.columns import Float64, Int64

NEVER_MS: Final = -(2**62)
HOLD_S: Final = 24 * 3_600.0
"""House value: so long after an alarm the new state is taken for the usual one, while people look."""
LATE_MS: Final = 24 * 3_600_000
"""House value: what comes later than this after the hold does not change the new level any more."""
ENDS_BELOW: Final = 0.5
"""A shift that takes away more than half of what stood is the end of a burst, not another."""


@dataclass(frozen=True, eq=False)
class Rule:
    """What the watch goes by, all of it learned from quiet months.

    Attributes:
        neighbours: What each logger should read.
        threshold: Sum at which a burst is told.
        tick_s: Length of a tick.
        quiet_m: Shape (ticks, loggers), what quiet months left over: how far a mean strays by chance.
        slack: See :func:`app.telemetry.bursts.cusum.sums`.
    """

    neighbours: Neighbours
    threshold: float
    tick_s: float
    quiet_m: Float64
    slack: float = SLACK

    @property
    def hold(self) -> int:
        """Ticks after an alarm in which the new level is learned."""
        return max(1, round(HOLD_S / self.tick_s))


@dataclass(frozen=True, eq=False)
class Detection:
    """A burst, or the end of one.

    Attributes:
        at_ms, since_ms: When it was told, and when it began as far as can be told; UTC milliseconds.
        logger: Whose sum crossed.
        side: -1 where it reads too low.
        height: Its sum.
        ends: Whether a burst that stood is over.
        level_m: Shape (loggers,), what was left over for good before it began.
        evidence: What the search for its place goes by.
    """

    at_ms: int
    since_ms: int
    logger: int
    side: int
    height: float
    ends: bool
    level_m: Float64
    evidence: Evidence


@dataclass(frozen=True, eq=False)
class Standing:
    """Where the watch stands between two calls.

    Attributes:
        told_ms: When a burst was last told; what came before counts no more. ``NEVER_MS`` before the first.
        level_m: Shape (loggers,), what was left over for good before that, by bursts that stood already.
        is_settled: The hold after it is over, and *level_m* holds what that burst itself leaves over for good.
    """

    told_ms: int
    level_m: Float64
    is_settled: bool = False

    @classmethod
    def begin(cls, loggers: int) -> Standing:
        """Nothing seen, nothing standing."""
        return cls(NEVER_MS, np.zeros(loggers))


def rule_from(
    at_ms: Int64,
    head_m: Float64,
    learned: int,
    tick_s: float,
    budget_s: float,
    slack: float = SLACK,
    *,
    given_away: int = 0,
) -> Rule | TooShort:
    """A rule from quiet months: the first *learned* ticks teach, the others set the threshold.

    Args:
        at_ms: UTC milliseconds, ascending, *tick_s* apart.
        head_m: Shape (ticks, loggers), metres of water, NaN where there is none. No burst stood in these months.
        learned: How many ticks are learned from.
        tick_s: Length of a tick.
        budget_s: One false alarm in so long is allowed; the house allows one a week.
        slack: As for :func:`app.telemetry.bursts.cusum.sums`.
        given_away: So many of the false alarms that are allowed are another watch's.
    """
    seconds = (len(at_ms) - learned) * tick_s
    if seconds < budget_s:
        return TooShort(seconds, budget_s)
    neighbours = learn(at_ms[:learned], head_m[:learned])
    left_m = neighbours.left_over(at_ms[learned:], head_m[learned:])
    allowed = max(0, int(seconds // budget_s) - given_away)
    return with_threshold(Rule(neighbours, np.inf, tick_s, left_m, slack), at_ms[learned:], allowed)


def with_threshold(rule: Rule, at_ms: Int64, allowed: int) -> Rule:
    """*rule* with the lowest threshold by which its own quiet months, the ticks *at_ms*, raise no more than *allowed*.

    The very watch is run over them.
    """
    left_m = rule.quiet_m

    def alarms(threshold: float) -> int:
        return len(tuple(_tell(replace(rule, threshold=threshold), Standing.begin(left_m.shape[1]), at_ms, left_m)))

    highest = float(sums(left_m / rule.neighbours.spread_m, rule.slack).max(initial=0.0)) + 1.0
    return replace(rule, threshold=lowest_threshold(alarms, allowed, highest))


def watch(rule: Rule, standing: Standing, at_ms: Int64, head_m: Float64) -> tuple[Standing, tuple[Detection, ...]]:
    """Bursts in *head_m*, and where the watch stands then.

    Args:
        rule: What to go by.
        standing: From the last call; the ticks after its ``told_ms`` are given again, with what has come since.
        at_ms: UTC milliseconds of the ticks, ascending.
        head_m: Shape (ticks, loggers), metres of water; NaN where there is none or known work explains it.
    """
    told = []
    for seen, after in _tell(rule, standing, at_ms, rule.neighbours.left_over(at_ms, head_m)):
        told.append(_detection(rule, at_ms, seen))
        standing = after
    return standing, tuple(told)


def settled(rule: Rule, standing: Standing, at_ms: Int64, head_m: Float64) -> Standing:
    """Where the watch stands once the hold after the last burst, and a day for what comes late, are over.

    A leak may stand for months, in which readings are looked at no more that far back: what it takes is kept.

    Args:
        rule: What to go by.
        standing: The same is returned where it is settled already, or it is too soon.
        at_ms: As for :func:`watch`, from the last burst on.
        head_m: As for :func:`watch`.
    """
    after_ms = hold_ms(rule)
    if standing.is_settled or standing.told_ms == NEVER_MS or not len(at_ms):
        return standing
    if at_ms[-1] < standing.told_ms + after_ms + LATE_MS:
        return standing
    held = (at_ms > standing.told_ms) & (at_ms <= standing.told_ms + after_ms)
    left_m = rule.neighbours.left_over(at_ms[held], head_m[held])
    return Standing(standing.told_ms, level_held(standing.level_m, left_m), is_settled=True)


def hold_ms(rule: Rule) -> int:
    """How long after an alarm the new level is learned."""
    return round(rule.hold * rule.tick_s * 1000.0)


def heights(rule: Rule, standing: Standing, at_ms: Int64, head_m: Float64) -> Float64:
    """Sums of every logger as the plot shows them, the greater of both sides: shape (ticks, loggers)."""
    rest_m = rule.neighbours.left_over(at_ms, head_m) - standing.level_m
    total: Float64 = sums(rest_m / rule.neighbours.spread_m, rule.slack).max(axis=0)
    return total


def beyond_levels(
    rule: Rule, levels: Sequence[tuple[int, Float64]], at_ms: Int64, head_m: Float64
) -> tuple[Float64, Float64]:
    """What is left over beyond what stood at each time, and its sums, as the plot shows them: shape (ticks, loggers).

    A burst becomes part of what stands when the hold after it is over: there the sums begin anew.

    Args:
        rule: What to go by.
        levels: From when on what stood, shape (loggers,), the oldest first; the first counts for all before it as well.
        at_ms: As for :func:`watch`.
        head_m: As for :func:`watch`.
    """
    rest_m, total = np.full(head_m.shape, np.nan), np.zeros(head_m.shape)
    begins = [0, *(int(np.searchsorted(at_ms, from_ms, side="right")) for from_ms, _ in levels[1:]), len(at_ms)]
    for (_, level_m), (first, last) in zip(levels, pairwise(begins), strict=True):
        if last > first:
            part, standing = slice(first, last), Standing(NEVER_MS, level_m)
            rest_m[part] = rule.neighbours.left_over(at_ms[part], head_m[part]) - level_m
            total[part] = heights(rule, standing, at_ms[part], head_m[part])
    return rest_m, total


def level_held(before_m: Float64, held_m: Float64) -> Float64:
    """What is left over for good, as the ticks after an alarm tell it; as before where none has come.

    Args:
        before_m: Shape (loggers,), before that alarm.
        held_m: Shape (ticks, loggers), what was left over in the hold after it.
    """
    known = np.isfinite(held_m).any(axis=0)
    level_m = before_m.copy()
    level_m[known] = np.nanmedian(held_m[:, known], axis=0)
    return level_m


@dataclass(frozen=True, eq=False)
class _Seen:
    """A crossing with what was left over until then.

    Attributes:
        crossing: Its ticks counted from the first of all.
        level_m: What was left over for good before.
        rest_m: Shape (ticks since it began, loggers), what is left over beyond that.
    """

    crossing: Crossing
    level_m: Float64
    rest_m: Float64


def _tell(rule: Rule, standing: Standing, at_ms: Int64, left_m: Float64) -> Iterator[tuple[_Seen, Standing]]:
    while True:
        begin, level_m = 0, standing.level_m
        if standing.told_ms > NEVER_MS:
            first = int(np.searchsorted(at_ms, standing.told_ms, side="right"))
            begin = int(np.searchsorted(at_ms, standing.told_ms + hold_ms(rule), side="right"))
            if not standing.is_settled:
                level_m = level_held(level_m, left_m[first:begin])
        rest_m = left_m[begin:] - level_m
        crossing = first_crossing(rest_m / rule.neighbours.spread_m, rule.threshold, rule.slack)
        if crossing is None:
            return
        seen_m = rest_m[crossing.since : crossing.tick + 1]
        crossing = replace(crossing, tick=begin + crossing.tick, since=begin + crossing.since)
        standing = Standing(int(at_ms[crossing.tick]), level_m)
        yield _Seen(crossing, level_m, seen_m), standing


def _detection(rule: Rule, at_ms: Int64, seen: _Seen) -> Detection:
    crossing = seen.crossing
    known = np.asarray(np.isfinite(seen.rest_m).any(axis=0))
    shift_m = np.full(seen.rest_m.shape[1], np.nan)
    shift_m[known] = np.nanmean(seen.rest_m[:, known], axis=0)
    before, after = np.linalg.norm(seen.level_m), np.linalg.norm(seen.level_m + np.nan_to_num(shift_m))
    return Detection(
        at_ms=int(at_ms[crossing.tick]),
        since_ms=int(at_ms[crossing.since]),
        logger=crossing.logger,
        side=crossing.side,
        height=crossing.height,
        ends=bool(before > 0.0 and after < ENDS_BELOW * before),
        level_m=seen.level_m,
        evidence=Evidence(shift_m, spread_of_mean(rule.quiet_m, len(seen.rest_m)), rule.neighbours.transform(known)),
    )
