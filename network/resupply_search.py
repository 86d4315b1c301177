"""Which closed valves, opened together, bring back the most customers: every set of up to three, sought exactly.

Pieces that no valve and no customer joins are independent: the best sets of each are found on their own and put
together. Within one of them a set grows from supply outwards, one valve after the other, each with water on one side
only: whatever else might be added to a set changes nothing in what it feeds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from network.resupply_graph import SUPPLY, DeadParts

MOST_EXACT = 3
"""Sets of so many valves are sought exhaustively."""
MOST_OPENED = 8
"""Nobody opens more valves for one outage."""
MOST_STEPS = 60_000
"""Sets grown in one search before larger ones are left to be approximated."""
MOST_ALIKE = 6
"""So many sets at most that do equally well are kept."""

WaySet = tuple[int, ...]
"""Rows of ways, ascending."""


@dataclass(frozen=True)
class Found:
    """The sets of one size that bring back the most.

    Attributes:
        opened: How many ways are opened.
        customers: Brought back by any of the sets.
        sets: The best kept, in the order of their burden.
        left_off: Whether there are further ones.
        exact: False where a larger number of customers might be had.
    """

    opened: int
    customers: int
    sets: tuple[WaySet, ...]
    left_off: bool
    exact: bool


@dataclass(frozen=True)
class _Best:
    """The best sets of one size in one independent part, or in several put together."""

    customers: int = 0
    sets: tuple[WaySet, ...] = ((),)
    left_off: bool = False


@dataclass
class _Work:
    """How much is left to do; *exact_to* is the size to which every set was looked at."""

    steps: int
    exact_to: int = MOST_EXACT


class Search:
    """The search in one contracted graph.

    Attributes:
        all_fed: What is fed (bits) with every way open.
        possible: Customers that this brings back.
    """

    def __init__(self, parts: DeadParts, burden: Sequence[int], steps: int = MOST_STEPS) -> None:
        """Make ready.

        Args:
            parts: The contracted graph.
            burden: By way, how unwelcome it is to open its best valve; of sets that do equally well the least stands
                first.
            steps: Sets grown before larger ones are left to be approximated.
        """
        self._parts, self._burden, self._steps = parts, burden, steps
        self._groups = _independent(parts)
        self.all_fed = self.fed(range(len(parts.ways)))
        self.possible = self.customers(self.all_fed)

    def fed(self, ways: Iterable[int], wet: int = 0) -> int:
        """What is fed (bits) with *ways* open, *wet* being fed already."""
        waiting = set(ways)
        while ready := self._frontier(wet, sorted(waiting)):
            for way in ready:
                wet |= self._onto(wet, way)
            waiting.difference_update(ready)
        return wet

    def customers(self, wet: int) -> int:
        """Customers brought back by feeding *wet*."""
        return _met(self._parts.demand.items(), wet)

    def front(self) -> tuple[list[Found], int]:
        """Sets that no other beats in both size and customers, smallest first, and the size up to which that is sure.

        Beyond it the best set is extended again and again by the ways that bring back most each.
        """
        best, exact_to = self._best(0)
        found = [
            Found(opened, one.customers, one.sets, one.left_off, opened <= exact_to)
            for opened, one in enumerate(best)
            if opened and one.customers > best[opened - 1].customers
        ]
        while (found[-1].customers if found else 0) < self.possible:
            further = self._extended(found[-1] if found else None)
            if further is None:
                break
            found.append(further)
        return found, exact_to

    def _extended(self, last: Found | None) -> Found | None:
        """A larger set than *last* that brings back more; None where it would be too large."""
        chosen = last.sets[0] if last else ()
        most = MOST_OPENED - (last.opened if last else 0)
        wet = self.fed(chosen)
        best, _ = self._best(wet)
        sizes = [size for size in range(1, len(best)) if best[size].customers and size <= most]
        if sizes:
            further = best[max(sizes, key=lambda size: (best[size].customers / size, -size))].sets[0]
        else:
            further = self._nearest(wet, most)
        if not further:
            return None
        ways = tuple(sorted({*chosen, *further}))
        return Found(len(ways), self.customers(self.fed(ways)), (ways,), left_off=False, exact=False)

    def _nearest(self, wet: int, most: int) -> WaySet:
        """The ways, *most* of them, to those customers who come back for the fewest each; none where it takes more."""
        to_piece = self._ways_to(wet, most)
        best: tuple[float, WaySet] = (0.0, ())
        for needs, count in self._parts.demand.items():
            pieces = _bits(needs & ~wet)
            if pieces and all(piece in to_piece for piece in pieces):
                ways = self._spared(wet, needs, frozenset().union(*(to_piece[piece] for piece in pieces)))
                if len(ways) <= most:
                    best = max(best, (count / len(ways), tuple(sorted(ways))))
        return best[1]

    def _spared(self, wet: int, needs: int, ways: frozenset[int]) -> frozenset[int]:
        """*ways* without those that can be spared in feeding *needs*; those to one piece are the fewest already."""
        for way in sorted(ways) if needs.bit_count() > 1 else ():
            if needs & ~self.fed(ways - {way}, wet) == 0:
                ways -= {way}
        return ways

    def _ways_to(self, wet: int, most: int) -> dict[int, frozenset[int]]:
        """By piece that is not fed yet, ways over which it would be, the fewest, where *most* suffice."""
        found: dict[int, frozenset[int]] = {}
        for _ in range(most):
            before = wet
            for row in self._frontier(before, range(len(self._parts.ways))):
                way = self._parts.ways[row]
                dry_side = way.one if way.one != SUPPLY and not before >> way.one & 1 else way.other
                behind = found.get(way.other if dry_side == way.one else way.one, frozenset())
                for piece in _bits(self._onto(before, row) & ~wet):
                    found[piece] = behind | {row}
                wet |= self._onto(before, row)
        return found

    def _best(self, wet: int) -> tuple[list[_Best], int]:
        """By size from 0, the best sets that feed more than *wet*, and the size to which they are sure."""
        total, work = [_Best()], _Work(self._steps)
        for ways, demand in self._groups:
            total = self._together(total, self._alone(wet, ways, demand, work))
        return total, work.exact_to

    def _alone(self, wet: int, ways: list[int], demand: list[tuple[int, int]], work: _Work) -> list[_Best]:
        """The best sets of one independent part."""
        counted = {wet: _met(demand, wet)}
        before, most = counted[wet], _met(demand, self.all_fed)
        best, level = [_Best()], dict[int, set[WaySet]]({wet: {()}})
        while len(best) <= min(MOST_EXACT, work.exact_to) and best[-1].customers < most - before and level:
            steps = sum(len(sets) * len(self._frontier(reached, ways)) for reached, sets in level.items())
            if steps > work.steps and len(best) > 1:
                work.exact_to = len(best) - 1
                break
            work.steps -= steps
            level = self._grown(level, ways)
            counted |= {reached: _met(demand, reached) for reached in level if reached not in counted}
            best.append(self._leading(level, counted, before, best[-1]))
        return best

    def _grown(self, level: dict[int, set[WaySet]], ways: list[int]) -> dict[int, set[WaySet]]:
        """Every set of *level*, by what it feeds, with one way more that has water on one side."""
        grown: dict[int, set[WaySet]] = defaultdict(set)
        for reached, sets in level.items():
            for way in self._frontier(reached, ways):
                grown[reached | self._onto(reached, way)].update(tuple(sorted((*chosen, way))) for chosen in sets)
        return grown

    def _leading(self, level: dict[int, set[WaySet]], counted: dict[int, int], before: int, smaller: _Best) -> _Best:
        """The best sets of a level; those of the size before where these do no better."""
        most = max((counted[reached] for reached in level), default=0) - before
        if most <= smaller.customers:
            return smaller
        return self._kept(
            most, (one for reached, sets in level.items() if counted[reached] - before == most for one in sets)
        )

    def _kept(self, customers: int, sets: Iterable[WaySet], left_off: bool = False) -> _Best:
        ordered = sorted(set(sets), key=lambda chosen: (sum(self._burden[way] for way in chosen), chosen))
        return _Best(customers, tuple(ordered[:MOST_ALIKE]), left_off or len(ordered) > MOST_ALIKE)

    def _together(self, one: list[_Best], other: list[_Best]) -> list[_Best]:
        """By size, the best sets of two independent parts taken together."""
        return [
            self._joined([(one[a], other[size - a]) for a in range(len(one)) if 0 <= size - a < len(other)])
            for size in range(min(len(one) + len(other) - 1, MOST_EXACT + 1))
        ]

    def _joined(self, pairs: list[tuple[_Best, _Best]]) -> _Best:
        most = max(a.customers + b.customers for a, b in pairs)
        leading = [(a, b) for a, b in pairs if a.customers + b.customers == most]
        sets = (tuple(sorted(x + y)) for a, b in leading for x in a.sets for y in b.sets)
        return self._kept(most, sets, any(a.left_off or b.left_off for a, b in leading))

    def _frontier(self, wet: int, ways: Iterable[int]) -> list[int]:
        """Those of *ways* with water on one side only."""
        return [row for row in ways if self._onto(wet, row)]

    def _onto(self, wet: int, row: int) -> int:
        """What is fed through a way whose one side alone has water; 0 for any other."""
        way = self._parts.ways[row]
        one_wet = way.one == SUPPLY or wet >> way.one & 1
        other_wet = wet >> way.other & 1
        if one_wet and not other_wet:
            return self._parts.reach[way.other]
        return self._parts.reach[way.one] if other_wet and not one_wet else 0


def _met(demand: Iterable[tuple[int, int]], wet: int) -> int:
    return sum(count for needs, count in demand if needs & wet == needs)


def _independent(parts: DeadParts) -> list[tuple[list[int], list[tuple[int, int]]]]:
    """Ways and demand of each group of pieces that nothing joins to others."""
    pairs = [(way.one, way.other) for way in parts.ways if way.one != SUPPLY]
    for piece, reached in enumerate(parts.reach):
        pairs += [(piece, other) for other in _bits(reached) if other != piece]
    for needs in parts.demand:
        pieces = _bits(needs)
        pairs += [(pieces[0], other) for other in pieces[1:]]
    count = len(parts.reach)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    graph = csr_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    groups, group = connected_components(graph, directed=False)
    found: list[tuple[list[int], list[tuple[int, int]]]] = [([], []) for _ in range(int(groups))]
    for row, way in enumerate(parts.ways):
        found[group[way.other]][0].append(row)
    for needs, count in parts.demand.items():
        found[group[_bits(needs)[0]]][1].append((needs, count))
    return [(ways, demand) for ways, demand in found if ways and demand]


def _bits(number: int) -> list[int]:
    return [place for place in range(number.bit_length()) if number >> place & 1]
