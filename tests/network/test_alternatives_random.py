"""Trade-offs on random towns: the same as trying every set of valves, by following water atom by atom."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from soak import SHARE, soak_examples

from network.alternatives.front import STANDARD, Limits, trade_offs
from network.alternatives.records import Front, NoFront, WhyNone
from network.alternatives.surroundings import Surroundings
from network.supply import prepare
from network.topology import DeviceStates
from oracle.brute import Brute, leaks, may_close
from oracle.build import Built
from oracle.strategies import aims, towns, with_people
from oracle.town import Aim, Town
from oracle.water import Atom

MOST_VALVES = 9 if SHARE else 7
EXAMPLES = settings(
    soak_examples(2_000, usual=25), suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
"""Every set of valves is traced atom by atom: a question costs up to a second. Many have no front at all."""


class EverySet:
    """Every set of valves that a plan may close, tried one after the other."""

    def __init__(self, town: Town, aim: Aim, price: dict[str, int]) -> None:
        self.brute = Brute(town)
        self.target, useless = self.brute._target(aim)
        self.price = price
        self.valves = [n for n, t in self.brute.water.standing.items() if may_close(t) and n not in useless]
        self.into: dict[Atom, list[tuple[Atom, str | None]]] = {}
        for link in self.brute.water.links:
            for near, far in ((link.one, link.other), (link.other, link.one)):
                if leaks(link, far, closed=False):
                    self.into.setdefault(near, []).append((far, link.thing.id if link.thing else None))
        self.known: dict[frozenset[Atom], int | None] = {}

    def region(self, closed: frozenset[str]) -> frozenset[Atom]:
        """From where water reaches the target."""
        reached, waiting = set(self.target), list(self.target)
        while waiting:
            for far, thing in self.into.get(waiting.pop(), ()):
                if thing not in closed and far not in reached:
                    reached.add(far)
                    waiting.append(far)
        return frozenset(reached)

    def out(self, closed: frozenset[str]) -> int | None:
        """Customers out with exactly these valves closed; None where a source still reaches the target."""
        region = self.region(closed)
        if region not in self.known:
            self.known[region] = self._out(region)
        return self.known[region]

    def _out(self, region: frozenset[Atom]) -> int | None:
        if any(region.intersection(legs) for legs in self.brute.water.legs_of.values()):
            return None
        before, fed = self.brute.before.supplied, self.brute.feed(region, frozenset())
        dry = before - (fed.either - region)
        return len(self.brute._people(dry, frozenset())["out"])

    def unbeaten(self) -> list[tuple[int, int]]:
        """Cost and customers out of the sets that no other beats, cheapest first."""
        best: dict[int, int] = {}
        for size in range(len(self.valves) + 1):
            for names in combinations(self.valves, size):
                out = self.out(frozenset(names))
                cost = sum(self.price[name] for name in names)
                if out is not None:
                    best[cost] = min(out, best.get(cost, out))
        found: list[tuple[int, int]] = []
        for cost in sorted(best):
            if not found or best[cost] < found[-1][1]:
                found.append((cost, best[cost]))
        return found


@st.composite
def questions(draw: st.DrawFn) -> tuple[Town, Aim, dict[str, int]]:
    town = with_people(draw(towns(most_mains=7, most_things=9)))
    prices = draw(st.sampled_from(((1,), (1,), (1, 2), (1, 2, 3, 7))))
    price = {thing.id: draw(st.sampled_from(prices)) for thing in town.things}
    return town, draw(aims(town)), price


def asked(town: Town, aim: Aim, price: dict[str, int], limits: Limits = STANDARD) -> tuple[Built, Front | NoFront]:
    built = Built(town)
    around = Surroundings.of(prepare(built.city, DeviceStates.recorded(built.city.network.devices)))
    costs = np.array([price[name] for name in built.city.network.devices.ids], dtype=np.float64)
    return built, trade_offs(around, built.target(aim), costs, limits=limits)


@EXAMPLES
@given(questions())
def test_the_front_is_that_of_every_set_of_valves(question: tuple[Town, Aim, dict[str, int]]) -> None:
    town, aim, price = question
    assume(aim.kind not in ("hydrant", "customer"))
    every = EverySet(town, aim, price)
    assume(len(every.valves) <= MOST_VALVES)
    built, front = asked(town, aim, price)
    note(f"{town}\n{aim}\n{price}")
    if not every.target & every.brute.before.supplied:
        assert isinstance(front, NoFront)
        assert front.why in {WhyNone.NO_PLACE, WhyNone.NOT_SUPPLIED}
        return
    expected = every.unbeaten()
    if isinstance(front, NoFront):
        assert front.why == WhyNone.CANNOT_ISOLATE
        assert not expected
        return
    assert front.exact
    assert front.certain_below == math.inf
    assert [(point.cost, point.customers_out) for point in front.points] == expected
    for point in front.points:
        names = frozenset(built.city.network.devices.ids.take(np.array(point.close, dtype=np.int64)))
        assert every.out(names) == point.customers_out
        assert point.exact


@EXAMPLES
@given(questions(), st.sampled_from(((1,), (2,), (4,), (1, 3), (120,))), st.sampled_from((0, 1, 2, 400, 400, 400)))
def test_a_front_from_less_work_says_truly_what_is_sure(
    question: tuple[Town, Aim, dict[str, int]], neighbourhoods: tuple[int, ...], cuts: int
) -> None:
    """In a neighbourhood of a few segments, or with few cuts searched."""
    town, aim, price = question
    assume(aim.kind not in ("hydrant", "customer"))
    every = EverySet(town, aim, price)
    assume(len(every.valves) <= MOST_VALVES)
    built, front = asked(town, aim, price, Limits(cuts, neighbourhoods))
    assume(isinstance(front, Front))
    assert isinstance(front, Front)
    note(f"{front.points}\n{front.complete_to} {front.certain_below}")
    expected = every.unbeaten()
    figures = [(point.cost, point.customers_out) for point in front.points]
    for point in front.points:
        names = frozenset(built.city.network.devices.ids.take(np.array(point.close, dtype=np.int64)))
        assert every.out(names) == point.customers_out
        assert sum(price[name] for name in names) == point.cost
        if point.exact and point.customers_out < front.certain_below:
            assert (point.cost, point.customers_out) in expected
    assert figures[-1][1] == expected[-1][1]
    sure = [(cost, out) for cost, out in expected if cost < front.complete_to and out < front.certain_below]
    assert set(sure) <= set(figures)
    if front.exact and front.certain_below == math.inf:
        assert figures == expected
