"""The watch for bursts where loggers send once an hour, each at a minute of its own: what it tells at which look.

Whenever a logger has sent, the product's own watch is given what has come by then, and nothing of the rest: at any
moment some loggers are silent since minutes and others for almost an hour. A look at which nothing is told changes
nothing, so only those are found first at which a sum goes over the threshold; there the watch itself is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.telemetry.bursts.cusum import sums
from app.telemetry.bursts.watch import Detection, Rule, Standing, level_held, watch

_LOOKS_AT_ONCE = 1024


@dataclass(frozen=True)
class Batches:
    """When what has been read comes.

    Attributes:
        every: Ticks from one sending to the next; 1 where each reading is sent at once.
        waits: Shape (every, columns), how many ticks later it comes, by the tick's place among *every*.
    """

    every: int
    waits: np.ndarray

    @classmethod
    def sent(cls, every: int, at: np.ndarray) -> "Batches":
        """Each logger at the end of the tick *at*, shape (loggers,), of *every*."""
        return cls(every, (at - np.arange(every)[:, None]) % every)

    @classmethod
    def drawn(cls, seed: int, loggers: int, every: int) -> "Batches":
        """Each logger at a moment of its own."""
        return cls.sent(every, np.random.default_rng(seed).integers(every, size=loggers))

    def together(self, groups: Sequence[Sequence[int]]) -> "Batches":
        """What *groups* of columns make up: it is there when all of them have come."""
        return Batches(self.every, np.column_stack([self.waits[:, list(group)].max(axis=1) for group in groups]))

    def comes(self, first: int, end: int) -> np.ndarray:
        """Shape (end - first, columns): the tick at whose end the readings of these ticks are there."""
        tick = np.arange(first, end)
        return tick[:, None] + self.waits[tick % self.every]

    def seen(self, head_m: np.ndarray, first: int, look: int) -> np.ndarray:
        """What is there of the ticks from *first* on at the end of the tick *look*; NaN for what has not come."""
        view = head_m[first : look + 1].copy()
        view[self.comes(first, look + 1) > look] = np.nan
        return view


def told_in_batches(rule: Rule, at_ms: np.ndarray, head_m: np.ndarray, batches: Batches) -> list[tuple[int, Detection]]:
    """What the watch tells, with the tick at whose end it does.

    Args:
        rule: What the watch goes by.
        at_ms: UTC milliseconds of the ticks.
        head_m: Shape (ticks, loggers), metres, all that is ever read.
        batches: When it is sent.
    """
    standing, first, begin = Standing.begin(head_m.shape[1]), 0, 0
    left_m = rule.neighbours.left_over(at_ms, head_m)
    found: list[tuple[int, Detection]] = []
    while True:
        level_m = level_held(standing.level_m, left_m[first:begin])
        look = _soon(rule, standing, at_ms, head_m, batches, (first, begin))
        if look is None:
            look = _later(rule, at_ms, head_m, batches, left_m - level_m, begin, level_m)
        if look is None:
            return found
        standing, told = watch(rule, standing, at_ms[first : look + 1], batches.seen(head_m, first, look))
        found += [(look, one) for one in told]
        first = int(np.searchsorted(at_ms, standing.told_ms, side="right"))
        hold_ms = round(rule.hold * rule.tick_s * 1000.0)
        begin = int(np.searchsorted(at_ms, standing.told_ms + hold_ms, side="right"))


def _soon(
    rule: Rule,
    standing: Standing,
    at_ms: np.ndarray,
    head_m: np.ndarray,
    batches: Batches,
    since: tuple[int, int],
) -> int | None:
    """A look at which something is told before all has come that the new level is taken from."""
    first, begin = since
    for look in range(begin, min(begin + batches.every, len(at_ms))):
        if watch(rule, standing, at_ms[first : look + 1], batches.seen(head_m, first, look))[1]:
            return look
    return None


def _later(
    rule: Rule,
    at_ms: np.ndarray,
    head_m: np.ndarray,
    batches: Batches,
    rest_m: np.ndarray,
    begin: int,
    level_m: np.ndarray,
) -> int | None:
    """The first look after those at which a sum is over the threshold."""
    open_ticks, spread_m = batches.every - 1, rule.neighbours.spread_m
    whole = rest_m / spread_m
    start = begin + batches.every
    carried = sums(whole[begin : start - open_ticks], rule.slack)[:, -1:]
    while start < len(at_ms):
        end = min(start + _LOOKS_AT_ONCE, len(at_ms))
        # Up to here all has come, whatever the look; behind it each look sees its own part of an hour.
        settled = sums(whole[start - open_ticks : end - open_ticks], rule.slack, carried[:, -1])
        carried = settled
        parts = [
            (_left_m(rule, at_ms, head_m, batches, (start, end), age) - level_m) / spread_m
            for age in range(open_ticks - 1, -1, -1)
        ]
        is_over = (settled > rule.threshold).any(axis=(0, 2))
        if parts:
            each = np.stack(parts).reshape(open_ticks, -1)
            total = sums(each, rule.slack, settled.reshape(2, -1)) > rule.threshold
            is_over |= total.any(axis=(0, 1)).reshape(end - start, -1).any(axis=1)
        if is_over.any():
            return start + int(np.argmax(is_over))
        start = end
    return None


def _left_m(
    rule: Rule, at_ms: np.ndarray, head_m: np.ndarray, batches: Batches, looks: tuple[int, int], age: int
) -> np.ndarray:
    """What is left over of the tick *age* ticks before each look, as far as it has come by then."""
    first, end = looks[0] - age, looks[1] - age
    seen_m = head_m[first:end].copy()
    seen_m[batches.comes(first, end) > np.arange(first, end)[:, None] + age] = np.nan
    return rule.neighbours.left_over(at_ms[first:end], seen_m)
