"""Who goes where in what order, so that the last piece of work is done soonest: exact for few places, good for many.

Times are whole seconds, so that equal times are equal and the answer does not hang on rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from network.columns import Int64
from network.errors import NetworkError

MOST_EXACT = 12
"""Places up to which every order and every division among the crews is weighed."""
MOST_CREWS = 6
MOST_STEPS = 1_000_000
"""Places walked past in trying to better a round that is too large to prove; half a second."""
_LONGEST_S = 21_600
_LATEST_S = 1 << 20
_HEAVIEST = 10_000
_ONE = np.int64(1) << 40
"""A second, in numbers that hold seconds in front and the weighted sum behind: comparing them compares both in turn."""
_NEVER = np.int64(1) << 62


@dataclass(frozen=True, eq=False)
class Round:
    """Places to be worked at, and the crews that go there.

    Attributes:
        from_crew_s: Shape (crews, places), way of each crew to each place as its first.
        between_s: Shape (places, places), way from place to place.
        work_s: Shape (places,), work at each.
        weight: Shape (places,), from 0 to 10,000: of rounds that take equally long, the one with the heavy places
            earlier is better.
        ready_s: Shape (crews,), when each crew can set out.
    """

    from_crew_s: Int64
    between_s: Int64
    work_s: Int64
    weight: Int64
    ready_s: Int64

    def __post_init__(self) -> None:
        """Refuse what no clock can show.

        Raises:
            NetworkError: ``crews_for_round``, ``round_times_not_usable``.
        """
        crews, places = self.from_crew_s.shape
        if not 1 <= crews <= MOST_CREWS:
            raise NetworkError("crews_for_round", found=crews, most=MOST_CREWS)
        shapes = (self.between_s.shape, self.work_s.shape, self.weight.shape, self.ready_s.shape)
        if shapes != ((places, places), (places,), (places,), (crews,)):
            raise NetworkError("round_times_not_usable")
        limits = ((self.from_crew_s, _LONGEST_S), (self.between_s, _LONGEST_S), (self.work_s, _LONGEST_S))
        for values, most in (*limits, (self.weight, _HEAVIEST), (self.ready_s, _LATEST_S)):
            if ((values < 0) | (values > most)).any():
                raise NetworkError("round_times_not_usable")


@dataclass(frozen=True)
class Routes:
    """Where each crew goes.

    Attributes:
        places: By crew, its places in order.
        done_s: By crew, when it has finished at each of them.
        proven: True where no other division and order ends sooner, or as soon with less time of all crews together.
    """

    places: tuple[tuple[int, ...], ...]
    done_s: tuple[tuple[int, ...], ...]
    proven: bool

    @property
    def ends_s(self) -> int:
        """When the last place is done; 0 where there is none."""
        return max((done[-1] for done in self.done_s if done), default=0)


def best_routes(rounds: Round) -> Routes:
    """Routes that end soonest; of those, the ones that cost the crews least time; of those, heavy places first."""
    places = len(rounds.work_s)
    clock = _Clock.of(rounds)
    if places > MOST_EXACT:
        return clock.routes(_improved(clock, _inserted(clock, places)), proven=False)
    tables = [_held_karp(rounds, crew) for crew in range(len(rounds.from_crew_s))]
    chosen = _divided([table.best for table in tables], rounds.ready_s, places)
    return clock.routes([table.route(mask) for table, mask in zip(tables, chosen, strict=True)], proven=True)


_Way = tuple[int, ...]
_Ways = list[_Way]


@dataclass(frozen=True)
class _Clock:
    """Times of a round as plain numbers, which a walk along a route reads faster than arrays."""

    from_crew_s: list[list[int]]
    between_s: list[list[int]]
    work_s: list[int]
    weight: list[int]
    ready_s: list[int]

    @classmethod
    def of(cls, rounds: Round) -> _Clock:
        """The times of *rounds*."""
        names = ("from_crew_s", "between_s", "work_s", "weight", "ready_s")
        return cls(*(getattr(rounds, name).tolist() for name in names))

    def routes(self, ways: _Ways, *, proven: bool) -> Routes:
        """The answer with its times."""
        return Routes(tuple(ways), tuple(self.done_s(crew, way) for crew, way in enumerate(ways)), proven)

    def done_s(self, crew: int, way: _Way) -> tuple[int, ...]:
        """When *crew* has finished at each place of *way*."""
        done, now = [], self.ready_s[crew]
        for at, place in enumerate(way):
            now += (self.between_s[way[at - 1]][place] if at else self.from_crew_s[crew][place]) + self.work_s[place]
            done.append(now)
        return tuple(done)

    def value(self, ways: _Ways) -> tuple[int, int, int]:
        """What is to be small, in the order in which it counts."""
        latest = together = weighted = 0
        work_s, weight, between_s = self.work_s, self.weight, self.between_s
        for crew, way in enumerate(ways):
            now, way_s = self.ready_s[crew], self.from_crew_s[crew]
            # Without the times in between, which nobody reads: this is asked for each of thousands of rounds.
            for place in way:
                now += way_s[place] + work_s[place]
                weighted += weight[place] * now
                way_s = between_s[place]
            if way:
                latest, together = max(latest, now), together + now - self.ready_s[crew]
        return latest, together, weighted


# -- exact ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Table:
    """One crew's best routes (Held and Karp 1962).

    Attributes:
        best: Shape (2 ** places,), for each set of places the earliest end, and the weighted sum behind it.
        ends: Shape (2 ** places, places), the same by last place.
        before: Shape (2 ** places, places), the place before the last, -1 for the first.
    """

    best: Int64
    ends: Int64
    before: NDArray[np.int8]

    def route(self, mask: int) -> tuple[int, ...]:
        """The best route through the places of *mask*."""
        if not mask:
            return ()
        last = int(_last_least(self.ends[mask]))
        way: list[int] = []
        while last >= 0:
            way.append(last)
            mask, last = mask ^ (1 << last), int(self.before[mask, last])
        return tuple(way[::-1])


def _held_karp(rounds: Round, crew: int) -> _Table:
    places = len(rounds.work_s)
    ends = np.full((1 << places, places), _NEVER)
    before = np.full((1 << places, places), -1, dtype=np.int8)
    for place in range(places):
        ends[1 << place, place] = _later(rounds, rounds.ready_s[crew] * _ONE, rounds.from_crew_s[crew, place], place)
    masks = np.arange(1 << places)
    sizes = np.array([int(mask).bit_count() for mask in masks])
    for size in range(1, places):
        of_size = masks[sizes == size]
        for place in range(places):
            without = of_size[(of_size >> place) & 1 == 0]
            reached = _later(rounds, ends[without], rounds.between_s[:, place], place)
            reached[ends[without] == _NEVER] = _NEVER
            last = _last_least(reached)
            ends[without | (1 << place), place] = reached[np.arange(len(without)), last]
            before[without | (1 << place), place] = last
    best = ends.min(axis=1, initial=_NEVER)
    best[0] = 0
    return _Table(best, ends, before)


def _later(rounds: Round, key: Int64 | np.int64, way_s: Int64 | np.int64, place: int) -> Int64:
    """The key after going on to *place* and working there."""
    done = key + (way_s + rounds.work_s[place]) * _ONE
    later: Int64 = np.asarray(done + (done // _ONE) * rounds.weight[place])
    return later


def _last_least(keys: Int64) -> NDArray[np.intp]:
    """Place of the least along the last axis; the last of several: equal routes begin with the earlier place."""
    places = keys.shape[-1] - 1 - keys[..., ::-1].argmin(axis=-1)
    return np.asarray(places)


@lru_cache(maxsize=MOST_EXACT + 1)
def _splits(places: int) -> tuple[Int64, Int64, Int64]:
    """Every set with every part of it, grouped by set: the sets, the parts, and where each set's group begins."""
    whole = part = np.zeros(1, dtype=np.int64)
    for place in range(places):
        bit = 1 << place
        whole, part = np.concatenate([whole, whole | bit, whole | bit]), np.concatenate([part, part, part | bit])
    order = np.lexsort((part, whole))
    whole, part = whole[order], part[order]
    return whole, part, np.searchsorted(whole, np.arange(1 << places))


def _divided(best: list[Int64], ready_s: Int64, places: int) -> list[int]:
    """Which places each crew takes: soonest end first, then least time together, then the weighted sum."""
    latest = _soonest_end(best, places)
    whole, part, starts = _splits(places)
    busy = np.arange(1 << places) > 0
    costs = [
        np.where(keys < (latest + 1) * _ONE, keys - busy * ready * _ONE, _NEVER)
        for keys, ready in zip(best, ready_s, strict=True)
    ]
    sums, taken = costs[0], []
    for cost in costs[1:]:
        joined = np.minimum(cost[part] + np.minimum(sums[whole ^ part], _NEVER - 1), _NEVER)
        sums = np.minimum.reduceat(joined, starts)
        first = np.minimum.reduceat(np.where(joined == sums[whole], part, 1 << places), starts)
        taken.append(first)
    left, chosen = (1 << places) - 1, []
    for parts in reversed(taken):
        chosen.append(int(parts[left]))
        left ^= chosen[-1]
    return [left, *reversed(chosen)]


def _soonest_end(best: list[Int64], places: int) -> np.int64:
    """The least time in which crews with *best* ends by set can do all places between them, in seconds."""
    whole, part, starts = _splits(places)
    ends = best[0] // _ONE
    for keys in best[1:]:
        ends = np.minimum.reduceat(np.maximum((keys // _ONE)[part], ends[whole ^ part]), starts)
    return np.int64(ends[-1])


# -- beyond what can be proven ----------------------------------------------------------------------------------


def _inserted(clock: _Clock, places: int) -> _Ways:
    """Nearest insertion: the place nearest to any crew or route goes next, where the round grows least by it."""
    ways: _Ways = [() for _ in clock.ready_s]
    ends = [0 for _ in clock.ready_s]
    near = [min(crew[place] for crew in clock.from_crew_s) for place in range(places)]
    waiting = set(range(places))
    while waiting:
        place = min(waiting, key=lambda p: (near[p], p))
        waiting.discard(place)
        end, _, crew, at = min(_insertions(clock, ways, ends, place))
        ways[crew], ends[crew] = (*ways[crew][:at], place, *ways[crew][at:]), end
        near = [min(known, way) for known, way in zip(near, clock.between_s[place], strict=True)]
    return ways


def _insertions(clock: _Clock, ways: _Ways, ends: list[int], place: int) -> Iterator[tuple[int, int, int, int]]:
    """The crew's end with *place* put in, the time that takes, crew and point; for every point of every way."""
    for crew, way in enumerate(ways):
        for at in range(len(way) + 1):
            into = clock.between_s[way[at - 1]] if at else clock.from_crew_s[crew]
            more = into[place] + clock.work_s[place]
            if at < len(way):
                more += clock.between_s[place][way[at]] - into[way[at]]
            yield (ends[crew] if way else clock.ready_s[crew]) + more, more, crew, at


def _improved(clock: _Clock, ways: _Ways) -> _Ways:
    """Move places (or-opt) and turn stretches round (2-opt) while that helps, up to :data:`MOST_STEPS`."""
    tries, value = MOST_STEPS // len(clock.work_s), clock.value(ways)
    candidates = _neighbours(ways)
    while tries and (changed := next(candidates, None)) is not None:
        tries -= 1
        found = clock.value(changed)
        if found < value:
            ways, value, candidates = changed, found, _neighbours(changed)
    return ways


def _neighbours(ways: _Ways) -> Iterator[_Ways]:
    """Every way with one place moved anywhere, or with a stretch turned round."""
    for crew, way in enumerate(ways):
        for start, place in enumerate(way):
            without = [*ways[:crew], way[:start] + way[start + 1 :], *ways[crew + 1 :]]
            for other, into in enumerate(without):
                for at in range(len(into) + 1):
                    yield [*without[:other], (*into[:at], place, *into[at:]), *without[other + 1 :]]
            for end in range(start + 2, len(way) + 1):
                yield [*ways[:crew], way[:start] + way[start:end][::-1] + way[end:], *ways[crew + 1 :]]
