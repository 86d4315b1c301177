"""Flushing points of random mains against every choice of points there is, ways found cell by cell.

The oracle cuts each main into cells and walks from the feed until no way gets shorter. Of its ways it tries every set
of outlets: with so many points no other set may clean more, and one more would clean less than is worth opening it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from hypothesis import assume, given, note
from hypothesis import strategies as st
from small_city import Draft, solve
from soak import soak_examples

from network.flushing import Bearing, Flushing, FlushPoint, flush_from
from network.outlets import Outlet, OutletKind, WaterPace
from network.region_ways import RegionWays
from network.waypoints import Points

WORTH_M = 12.0
"""Between one cell and two, so that some points are worth it and some are not."""
Side = tuple[str, int, int]
"""A place in a main: its name, after how many cells, and on which side (0 before, 1 after) of what stands there."""
Cell = tuple[str, int]


@dataclass
class Mains:
    """Mains between junctions on a spiral, in cells of a length of their own: no two ways are equally long."""

    ends: list[tuple[int, int]]
    cells: list[int]
    dn_mm: list[int]
    things: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    hydrants: list[tuple[str, int]] = field(default_factory=list)
    washouts: list[tuple[str, int]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [f"P{at}" for at in range(len(self.ends))]

    def cell_m(self, name: str) -> float:
        return 10.0 + math.sqrt(2 + int(name[1:])) / 50.0

    def place(self, node: int) -> tuple[float, float]:
        turn = 2.399963 * node
        return 100.0 * math.sqrt(node + 0.7) * math.cos(turn), 100.0 * math.sqrt(node + 0.7) * math.sin(turn)

    def draft(self) -> Draft:
        draft = Draft()
        for node in sorted({end for pair in self.ends for end in pair}):
            draft.node(f"J{node}", *self.place(node))
        for name, (one, other), cells in zip(self.names, self.ends, self.cells, strict=True):
            draft.pipe(name, f"J{one}", f"J{other}", cells * self.cell_m(name))
        for (name, at), (kind, way) in self.things.items():
            place = {"pipe": name, "at": at * self.cell_m(name)}
            if kind == "CHECK":
                draft.device(f"D{name}-{at}", kind, direction=int(way), **place)
            else:
                draft.device(f"D{name}-{at}", kind, position=way, **place)
        for name, at in self.washouts:
            draft.device(f"W{name}-{at}", "WASHOUT", pipe=name, at=at * self.cell_m(name))
        for name, at in self.hydrants:
            draft.hydrant(f"H{name}-{at}", name, at * self.cell_m(name))
        return draft.source("S", node=f"J{self.ends[0][0]}")


@st.composite
def drawn_mains(draw: st.DrawFn) -> Mains:
    nodes = draw(st.integers(2, 6))
    pairs = [(draw(st.integers(0, node - 1)), node) for node in range(1, nodes)]
    numbers = st.integers(0, nodes - 1)
    further = draw(st.lists(st.tuples(numbers, numbers), max_size=3))
    # No water runs through a plant: it stands at the end of a main of its own.
    pairs = [(nodes, 0), *pairs, *((one, other) for one, other in further if one != other)]
    mains = Mains(
        ends=[pairs[0], *(pair if draw(st.booleans()) else pair[::-1] for pair in pairs[1:])],
        cells=[draw(st.integers(2, 8)) for _ in pairs],
        dn_mm=[draw(st.sampled_from((100, 200, 200, 300, 0))) for _ in pairs],
    )
    free = [(name, at) for name, cells in zip(mains.names, mains.cells, strict=True) for at in range(1, cells)]
    places = draw(st.permutations(free))
    kinds = st.sampled_from(
        (("ISOLATION", "OPEN"),) * 4 + (("ISOLATION", "CLOSED"), ("CHECK", "1"), ("CHECK", "-1"), ("AIR", "OPEN"))
    )
    things = places[: draw(st.integers(1, 4))]
    mains.things = {place: draw(kinds) for place in things}
    mains.things[things[0]] = ("ISOLATION", "OPEN")
    rest = places[len(things) :]
    outlets = rest[: draw(st.integers(0, 6))]
    # At a junction too, once each: two outlets at one place are as good as one.
    joints = {pair[0]: (name, 0) for name, pair in zip(mains.names, mains.ends, strict=True)}
    chosen = draw(st.sets(st.sampled_from(sorted(joints)), max_size=2))
    split = draw(st.integers(0, len(outlets)))
    mains.washouts = outlets[:split]
    mains.hydrants = outlets[split:] + [joints[node] for node in sorted(chosen)]
    return mains


class Walk:
    """Shortest ways from a side of the feed within *inside*, found by going on until nothing gets shorter."""

    def __init__(self, mains: Mains, inside: set[Cell], feed: Side) -> None:
        self.mains, self.inside = mains, inside
        self.way: dict[Side, tuple[Cell, ...]] = {feed: ()}
        steps = list(self._steps())
        changed = True
        while changed:
            changed = False
            for start, end, cell in steps:
                if start in self.way and (cell is None or cell in inside):
                    way = self.way[start] if cell is None else (*self.way[start], cell)
                    if end not in self.way or self.length_m(way) < self.length_m(self.way[end]) - 1e-9:
                        self.way[end] = way
                        changed = True

    def length_m(self, cells: tuple[Cell, ...] | set[Cell]) -> float:
        return sum(self.mains.cell_m(name) for name, _ in cells)

    def _steps(self) -> Iterator[tuple[Side, Side, Cell | None]]:
        ends: dict[int, list[Side]] = {}
        for name, pair, cells in zip(self.mains.names, self.mains.ends, self.mains.cells, strict=True):
            for at in range(cells):
                yield (name, at, 1), (name, at + 1, 0), (name, at)
                yield (name, at + 1, 0), (name, at, 1), (name, at)
            for at in range(1, cells):
                kind, way = self.mains.things.get((name, at), ("AIR", "OPEN"))
                if kind == "AIR" or way in ("OPEN", "1"):
                    yield (name, at, 0), (name, at, 1), None
                if kind == "AIR" or way in ("OPEN", "-1"):
                    yield (name, at, 1), (name, at, 0), None
            ends.setdefault(pair[0], []).append((name, 0, 1))
            ends.setdefault(pair[1], []).append((name, cells, 0))
        for node, sides in ends.items():
            yield from ((one, other, None) for one, other in itertools.permutations(sides, 2) if self._wet(node))

    def _wet(self, node: int) -> bool:
        """Whether a junction belongs to the mains that are flushed: some cell beside it does."""
        beside = [
            (name, 0 if end == 0 else cells - 1)
            for name, pair, cells in zip(self.mains.names, self.mains.ends, self.mains.cells, strict=True)
            for end in (0, 1)
            if pair[end] == node
        ]
        return any(cell in self.inside for cell in beside)

    def to(self, outlet: tuple[str, int]) -> tuple[Cell, ...] | None:
        """Cells of the way to an outlet; None where no water gets there."""
        name, at = outlet
        if not {(name, at - 1), (name, at)} & self.inside:
            return None
        found = [self.way[side] for side in ((name, at, 0), (name, at, 1)) if side in self.way]
        return min(found, key=self.length_m, default=None)


def cells_of(point: FlushPoint, mains: Mains) -> tuple[Cell, ...]:
    """The way of a point, cell by cell in the direction of flow."""
    cells: list[Cell] = []
    for reach in point.way:
        name = mains.names[reach.pipe]
        start, end = (round(offset / mains.cell_m(name)) for offset in (reach.from_m, reach.to_m))
        run = range(start, end) if start < end else range(start - 1, end - 1, -1)
        cells += [(name, at) for at in run]
    return tuple(cells)


def place_of(outlet: Outlet, mains: Mains) -> tuple[str, int]:
    if outlet.kind is OutletKind.HYDRANT:
        return mains.hydrants[outlet.row]
    return mains.washouts[outlet.row - len(mains.things)]


def flushed(mains: Mains, target: int) -> tuple[Flushing, Walk]:
    draft = mains.draft()
    solved = solve(draft, mains.names[target % len(mains.names)])
    solved.city.network.pipes.dn_mm[:] = mains.dn_mm
    ways = RegionWays.of(solved.model, solved.plan.isolated_segments)
    inside = {
        (mains.names[pipe], at)
        for pipe, start_m, end_m in zip(ways.spans.pipe, ways.spans.start_m, ways.spans.end_m, strict=True)
        for at in range(round(start_m / mains.cell_m(f"P{pipe}")), round(end_m / mains.cell_m(f"P{pipe}")))
    }
    feeds = [
        (device, name, at, side)
        for device, ((name, at), (kind, _)) in enumerate(mains.things.items())
        for side in (0, 1)
        if kind == "ISOLATION" and (name, at - 1 + side) in inside
    ]
    assume(feeds)
    device, name, at, side = feeds[0]
    feed = Points(solved.model.structure.segmentation).of_device(device)[side]
    return flush_from(ways, feed, WaterPace(worth_flushing_m=WORTH_M)), Walk(mains, inside, (name, at, side))


@soak_examples(5_000, usual=50)
@given(drawn_mains(), st.integers(0, 20))
def test_no_other_points_clean_more_and_each_is_reached_on_the_shortest_way(mains: Mains, target: int) -> None:
    flushing, walk = flushed(mains, target)
    note(f"{flushing}\n{walk.inside}")
    ways = {outlet: walk.to(outlet) for outlet in (*mains.washouts, *mains.hydrants)}
    reached = {outlet: frozenset(way) for outlet, way in ways.items() if way}
    for point in flushing.points:
        outlet = place_of(point.outlet, mains)
        assert cells_of(point, mains) == ways[outlet]
    told = [place_of(point.outlet, mains) for point in flushing.points]
    assert len(set(told)) == len(told)
    cleaned = set().union(*(reached[outlet] for outlet in told))
    assert math.isclose(flushing.unflushed_m, walk.length_m(walk.inside - cleaned), abs_tol=1e-6)
    most_m = [
        max(walk.length_m(set().union(*chosen)) for chosen in itertools.combinations(reached.values(), count))
        for count in range(len(reached) + 1)
    ]
    gains_m = np.diff(most_m)
    worth = int((gains_m >= WORTH_M).sum())
    assert len(told) == worth
    assert math.isclose(walk.length_m(cleaned), most_m[worth], abs_tol=1e-6)
    lengths_m = [walk.length_m(cells_of(point, mains)) for point in flushing.points]
    assert all(one <= other + 1e-6 for one, other in itertools.pairwise(lengths_m))


@soak_examples(5_000, usual=50)
@given(drawn_mains(), st.integers(0, 20))
def test_water_time_and_direction_follow_from_the_way(mains: Mains, target: int) -> None:
    flushing, walk = flushed(mains, target)
    assume(flushing.points)
    for point in flushing.points:
        cells = cells_of(point, mains)
        bores_m = [mains.dn_mm[int(name[1:])] / 1000.0 for name, _ in cells]
        areas_m2 = [math.pi / 4.0 * bore_m**2 for bore_m in bores_m]
        flow_m3_s = 0.01 if point.outlet.kind is OutletKind.HYDRANT else 2.0 * math.pi / 4.0 * 0.2**2
        if 0.0 in bores_m:
            assert math.isnan(point.volume_m3)
            assert math.isnan(point.velocity_m_s)
            assert (point.seconds, point.outlets_needed) == (None, 0)
        else:
            volume_m3 = sum(area * walk.mains.cell_m(name) for area, (name, _) in zip(areas_m2, cells, strict=True))
            assert math.isclose(point.volume_m3, volume_m3)
            assert math.isclose(point.seconds or 0.0, 3 * volume_m3 / flow_m3_s)
            assert math.isclose(point.velocity_m_s, flow_m3_s / max(areas_m2))
            # So many run at once that together they are no slower than 1 m/s, and one fewer would be.
            assert point.outlets_needed * point.velocity_m_s > 1.0 - 1e-6
            assert (point.outlets_needed - 1) * point.velocity_m_s < 1.0
        assert point.comes_from is bearing_of(point, mains)


def bearing_of(point: FlushPoint, mains: Mains) -> Bearing:
    """Of the eight directions the one nearest to that from which the last straight main brings the water."""
    last = point.way[-1]
    one, other = (mains.place(node) for node in mains.ends[last.pipe])
    start, end = (one, other) if last.from_m < last.to_m else (other, one)
    away = np.subtract(start, end)
    names = {
        Bearing.EAST: (1, 0),
        Bearing.NORTH_EAST: (1, 1),
        Bearing.NORTH: (0, 1),
        Bearing.NORTH_WEST: (-1, 1),
        Bearing.WEST: (-1, 0),
        Bearing.SOUTH_WEST: (-1, -1),
        Bearing.SOUTH: (0, -1),
        Bearing.SOUTH_EAST: (1, -1),
    }
    return max(names, key=lambda bearing: float(np.dot(away, names[bearing]) / math.hypot(*names[bearing])))
