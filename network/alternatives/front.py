"""Fewer valves or fewer customers: the plans between which a planner may choose."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from network.alternatives.ball import Ball, ball_around
from network.alternatives.coarse import coarser_cuts
from network.alternatives.costs import COST_STEPS, in_steps
from network.alternatives.cuts import REST, TARGET, Cut, Work, cuts_by_cost, smallest_cut
from network.alternatives.effects import Effect, effect_of, ground_km2, valves_around, with_dead_side
from network.alternatives.known import is_known
from network.alternatives.records import Alternative, Front, NoFront, WhyNone
from network.alternatives.surroundings import Surroundings
from network.alternatives.throughout import no_cut_below
from network.answers import CannotIsolate, Target
from network.columns import Float64, Int32, Int64
from network.flood import flood
from network.isolation import plan_isolation
from network.supply import SupplyModel
from network.targets import Aim, find_target


@dataclass(frozen=True)
class Limits:
    """How much is searched.

    Attributes:
        cuts: Smallest cuts computed for one front: 4 to the fifth, the worst case of five valves.
        neighbourhoods: Segments that stand for themselves, in the first try and in those that follow while a plan that
            leaves the neighbourhood may still beat a point.
        valves: A target with a longer border than this (a whole district) is not weighed.
    """

    cuts: int = 1024
    neighbourhoods: tuple[int, ...] = (120, 480)
    valves: int = 60


STANDARD = Limits()


@dataclass(frozen=True, eq=False)
class _Point:
    """A candidate: valves by link, cost in steps, and its effect."""

    links: Int64
    cost: int
    effect: Effect


def trade_offs(
    around: Surroundings, target: Target, costs: Float64 | None = None, *, limits: Limits = STANDARD
) -> Front | NoFront:
    """Plans for *target* that nothing beats in both cost of valves and customers out.

    A plan is a set of valves that a plan may close; with these closed and all others as they stand, no source reaches
    the target by the column "towards the leak". Searched exhaustively, cheapest first: all regions of the segments
    nearest to the target, the rest of the city contracted, and every single valve of the city. Where a limit
    ends the search, what costs more is found by joining neighbours to the tight plan; each such point is traced like
    the others but may be beaten, and says so.

    Args:
        around: The city made ready.
        target: What to make dry.
        costs: Shape (devices,), cost of closing each, counted to a thousandth; 1 each where None. See
            :mod:`network.alternatives.costs`.
        limits: Of the work.

    Raises:
        NetworkError: A cost is not a number above 0 and up to a million.
    """
    model = around.model
    steps = around.one_each if costs is None else in_steps(costs, len(model.city.network.devices))
    if not is_known(model.city, target):
        return NoFront(WhyNone.UNKNOWN_TARGET)
    aim = find_target(model.structure, model.merged, target)
    if (why := _no_question(model, aim)) is not None:
        return NoFront(why)
    tight = _tight(around, aim.segments, steps)
    if tight.effect.stops:
        answer = plan_isolation(model, target)
        assert isinstance(answer, CannotIsolate)
        return NoFront(WhyNone.CANNOT_ISOLATE, answer)
    if len(tight.links) > limits.valves:
        return NoFront(WhyNone.TOO_LARGE)
    return _front(around, aim.segments, tight, steps, limits)


def _no_question(model: SupplyModel, aim: Aim) -> WhyNone | None:
    """Why there is nothing to weigh; None where there is."""
    if not aim.has_place:
        return WhyNone.NO_PLACE
    if not model.supplied[aim.segments].any():
        return WhyNone.NOT_SUPPLIED
    return WhyNone.OWN_VALVE if aim.branch_valve >= 0 else None


def _tight(around: Surroundings, target: Int32, steps: Int64) -> _Point:
    """The plan with the fewest customers out: without the valves of the dead side, where that still stops the water."""
    model = around.model
    barred = np.zeros(model.structure.segmentation.count, dtype=np.bool_)
    region = flood(model.structure.links, model.floods_hard, target, barred)
    return _point(around, *with_dead_side(around, target, region), steps)


def _point(around: Surroundings, region: Int32, links: Int64, steps: Int64) -> _Point:
    devices = around.model.structure.links.device[links]
    return _Point(links, int(steps[devices].sum()), effect_of(around, region))


def _front(around: Surroundings, target: Int32, tight: _Point, steps: Int64, limits: Limits) -> Front:
    points, work, certain_below = [tight], Work(limits.cuts), math.inf
    if tight.cost > int(steps.min()):
        single = list(_single(around, target, tight, steps))
        for size in limits.neighbourhoods:
            ball = ball_around(around, tight.effect.region, steps, size)
            points = _unbeaten([*single, *_Search(around, ball, tight, steps, work).found(), tight])
            certain_below = _certain_below(around, ball, tight, steps)
            if work.spent or points[0].effect.customers_out < certain_below:
                break
    return Front(
        points=tuple(_as_alternative(around, point, work.complete_to) for point in points),
        complete_to=work.complete_to / COST_STEPS,
        certain_below=certain_below,
        searched=work.done,
    )


def _certain_below(around: Surroundings, ball: Ball, tight: _Point, steps: Int64) -> float:
    """See :attr:`Front.certain_below`.

    Where the cheapest cut of the neighbourhood is the cheapest of the whole city, every other plan, met with it, lies
    in the neighbourhood and is no worse (cost is submodular): then nothing outside can beat a point.
    """
    least = ball.least_beyond()
    if least == math.inf:
        return least
    everything = frozenset(range(len(ball.network.arcs))) - {REST}
    cheapest = smallest_cut(ball.network, frozenset([TARGET]), everything, tight.cost)
    cost, inside = (cheapest.cost, cheapest.inside) if cheapest else (tight.cost, frozenset([TARGET]))
    if inside & ball.coarse or not no_cut_below(around, tight.effect.region, cost, steps):
        return least
    return math.inf


def _single(around: Surroundings, target: Int32, tight: _Point, steps: Int64) -> Iterator[_Point]:
    """Plans of one valve, wherever in the city it stands: the nearest, and those farther that cost less."""
    cost = tight.cost
    for link in around.single_valves(tight.effect.region).tolist():
        one = np.array([link], dtype=np.int64)
        if steps[around.model.structure.links.device[link]] < cost:
            point = _point(around, around.region_of(target, one), one, steps)
            cost = point.cost
            yield point


@dataclass(frozen=True, eq=False)
class _Search:
    """The search for plans in a neighbourhood."""

    around: Surroundings
    ball: Ball
    tight: _Point
    steps: Int64
    work: Work

    def exact(self) -> Iterator[_Point]:
        """Plans in the order of their cost, each with fewer customers than those before."""
        fewest, least = math.inf, self.tight.effect.customers_out

        def hopeless(cut: Cut) -> bool:
            return fewest <= max(self.ball.surely_out(cut.held), least)

        for cut in cuts_by_cost(self.ball.network, self.work, hopeless, self.tight.cost):
            if self.ball.surely_out(cut.inside) < fewest:
                point = self._traced(cut.inside)
                if point.effect.customers_out < fewest:
                    fewest = point.effect.customers_out
                    yield point

    def found(self) -> list[_Point]:
        """Plans of which each may be unbeaten."""
        exact = list(self.exact())
        return exact if self.work.complete_to == math.inf else [*exact, *self.coarse()]

    def coarse(self) -> list[_Point]:
        """Plans that cost more than what was searched, by joining neighbours to the tight plan."""
        wanted = coarser_cuts(self.ball, self.work.complete_to, self.tight.cost)
        return [self._traced(inside) for inside in wanted]

    def _traced(self, inside: frozenset[int]) -> _Point:
        region = self.ball.segments(inside)
        return _point(self.around, region, valves_around(self.around, region), self.steps)


def _unbeaten(found: list[_Point]) -> list[_Point]:
    """Those with fewer customers than all that cost no more, cheapest first; of equal ones the smallest region."""
    points: list[_Point] = []
    for point in sorted(found, key=lambda p: (p.cost, p.effect.customers_out, len(p.effect.region))):
        if not points or point.effect.customers_out < points[-1].effect.customers_out:
            points.append(point)
    return points


def _as_alternative(around: Surroundings, point: _Point, complete_to: float) -> Alternative:
    devices = around.model.structure.links.device[point.links]
    ids = around.model.city.network.devices.ids.data[devices]
    return Alternative(
        close=tuple(devices[np.argsort(ids, kind="stable")].tolist()),
        cost=point.cost / COST_STEPS,
        customers_out=point.effect.customers_out,
        area_km2=ground_km2(around, point.effect),
        exact=point.cost < complete_to,
        region=point.effect.region,
    )
