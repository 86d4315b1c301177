"""The plan of the city: arterials, river, hills, superblocks and blocks, and what each block is used for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from gis.synthetic.portable import cosine, distance, sine, spread
from gis.synthetic.sheet import UNIT_M, Level, LineStock, Rects, subdivide
from network.columns import Bool, Float64, Int8, Int64

PIPES_PER_KM2 = 430.0
_SPARE = 1.55


@dataclass(frozen=True)
class OldTown:
    """How the core of the city is laid out.

    Attributes:
        reach: How far it goes, 1 at the city's edge.
        block_m: Side of its blocks, about.
        share: Of its blocks, how many are old houses; the others have come between them.
        crooked: Slope that each of the short bends gives a straight lane, beside the usual ones.
    """

    reach: float = 0.28
    block_m: float = 118.0
    share: float = 0.9
    crooked: float = 0.0


USUAL_CORE = OldTown()
DENSE_CORE = OldTown(reach=0.5, block_m=74.0, share=0.96, crooked=0.03)
"""Lanes as in a town that nobody has planned: short, crooked, a tap at every few metres."""


class Use(IntEnum):
    """What a block is used for."""

    OLD_TOWN = 0
    HOMES = 1
    TOWERS = 2
    HOUSES = 3
    WORKS = 4
    SHOPS = 5
    SCHOOL = 6
    HOSPITAL = 7
    FIRE_STATION = 8
    PARK = 9


@dataclass(frozen=True, eq=False)
class Superblocks:
    """Pieces of land between arterials, best placed first.

    Attributes:
        rects: In order of rank: the city grows along it until it has enough pipes.
        macro: Shape (n,), the larger piece each was cut from.
        drawn: Shape (n,), the order in which they were cut: neighbours follow each other.
        hill: Shape (n,), True where nothing is built, not even streets around it.
        lake: Shape (n,), True where one park with a lake fills it.
        distance: Shape (n,), from the centre, 1 at the city's edge.
    """

    rects: Rects
    macro: Int64
    drawn: Int64
    hill: Bool
    lake: Bool
    distance: Float64

    @property
    def built(self) -> Bool:
        """What streets surround."""
        return ~self.hill


@dataclass(frozen=True, eq=False)
class Blocks:
    """Pieces of land between streets.

    Attributes:
        rects: ``parent`` is the row of the superblock.
        use: Shape (n,), :class:`Use`.
    """

    rects: Rects
    use: Int8

    def __len__(self) -> int:
        return len(self.use)


@dataclass(frozen=True, eq=False)
class Plan:
    """The whole sheet.

    Attributes:
        radius_m: Of the city, about.
        half_m: Half the side of the sheet.
        river_m: y of the river's two banks.
        macro_x, macro_y: Arterials: their places; ids are 0.. for x, then for y.
        ring_of: Shape (arterials,), 0 for none, else the ring that the arterial belongs to.
        bridges: Ids of north-south arterials that cross the river.
    """

    radius_m: float
    half_m: float
    river_m: tuple[float, float]
    macro_x: Float64
    macro_y: Float64
    bridges: Int64
    superblocks: Superblocks
    blocks: Blocks


def city_radius_m(pipes: int) -> float:
    """Radius of a disc with room for *pipes* at the usual density."""
    return float(np.sqrt(pipes / PIPES_PER_KM2 / np.pi) * 1_000)


def river_band_m(radius_m: float) -> tuple[float, float]:
    """South and north bank, metres north of the centre."""
    south = float(np.round(radius_m * 0.36 / UNIT_M) * UNIT_M)
    width = UNIT_M * float(np.clip(np.round(radius_m / 480), 5, 20))
    return south, south + width


def make_plan(pipes: int, stock: LineStock, rng: np.random.Generator, core: OldTown = USUAL_CORE) -> Plan:
    """Draw the sheet for a city of about *pipes*, with land to spare at its edge."""
    radius = city_radius_m(pipes)
    half = radius * 1.9 + 2_500
    river = river_band_m(radius)
    xs = _arterials(rng.uniform(-500, -100), radius, half * 0.93, rng)
    south = _arterials(river[0], radius, half * 0.93, rng, upward=False)
    ys = np.union1d(south, _arterials(river[1], radius, half * 0.93, rng, down=False))
    macro = _macro_rects(xs, ys, stock)
    bridges = np.flatnonzero(_bridge(len(xs), rng))
    superblocks = _superblocks(macro, river, radius, stock, rng)
    blocks = _blocks(superblocks, stock, rng, core)
    return Plan(radius, half, river, xs, ys, bridges, superblocks, blocks)


def _arterials(
    start: float, radius: float, reach: float, rng: np.random.Generator, *, upward: bool = True, down: bool = True
) -> Float64:
    """Places of arterials from *start* outwards to both sides (or one), farther apart towards the edge."""
    places = [start]
    for wanted, sign in ((upward, 1.0), (down, -1.0)):
        at = start
        while wanted and abs(at) < reach:
            usual = rng.uniform(1_000, 1_500) * (1 + min(abs(at) / 30_000, 0.4))
            at += sign * usual * min(1.0, radius / 2_400 + 0.15)
            places.append(at)
    return np.unique(np.round(np.array(places) / UNIT_M) * UNIT_M)


def _bridge(count: int, rng: np.random.Generator) -> Bool:
    chosen = rng.random(count) < 0.55
    chosen[count // 2 - 1 :: 3] = True
    return chosen


def _macro_rects(xs: Float64, ys: Float64, stock: LineStock) -> Rects:
    vertical = stock.add(np.ones(len(xs), bool), xs, Level.ARTERIAL)
    horizontal = stock.add(np.zeros(len(ys), bool), ys, Level.ARTERIAL)
    column, row = (part.ravel() for part in np.meshgrid(np.arange(len(xs) - 1), np.arange(len(ys) - 1)))
    bounds = np.stack([xs[column], xs[column + 1], ys[row], ys[row + 1]], axis=1)
    sides = np.stack([vertical[column], vertical[column + 1], horizontal[row], horizontal[row + 1]], axis=1)
    return Rects(bounds, sides, np.arange(len(column)))


def _superblocks(
    macro: Rects, river: tuple[float, float], radius: float, stock: LineStock, rng: np.random.Generator
) -> Superblocks:
    water = (macro.bounds_m[:, 2] >= river[0] - 1) & (macro.bounds_m[:, 3] <= river[1] + 1)
    near = distance(*macro.centre_m.T) < radius * 1.75 + 900
    macro = macro.take(near & ~water)
    far = distance(*macro.centre_m.T) / radius
    rects = subdivide(macro, 430 + 330 * np.clip(far, 0, 1.1), Level.COLLECTOR, stock, rng)
    x, y = rects.centre_m.T
    hill = _hills(x / radius, y / radius, radius, rng)
    away = np.maximum(distance(x, y), 1.0)
    cos, sin, away = x / away, y / away, away / radius
    phase = rng.uniform(0, 2 * np.pi, 3)
    lobes = 1 + _lobe(cos, sin, 2, 0.16, phase[0]) + _lobe(cos, sin, 3, 0.14, phase[1])
    reach = away / (lobes + _lobe(cos, sin, 7, 0.07, phase[2])) + spread(rng, 0.045, len(x))
    order = np.argsort(np.round(reach + 0.12 * hill, 9), kind="stable")
    order = order[: int(np.searchsorted(np.sort(reach), _SPARE))]
    lake = (rng.random(len(x)) < 0.028) & (away > 0.2)
    macro_row = rects.parent[order]
    return Superblocks(rects.take(order), macro_row, order, hill[order], lake[order] & ~hill[order], reach[order])


def _lobe(cos: Float64, sin: Float64, waves: int, height: float, phase: float) -> Float64:
    """So many waves of the city's outline, in a direction given by its cosine and sine."""
    c, s = np.ones_like(cos), np.zeros_like(sin)
    for _ in range(waves):
        c, s = c * cos - s * sin, s * cos + c * sin
    lobe: Float64 = height * (s * cosine(phase) + c * sine(phase))
    return lobe


def _hills(x: Float64, y: Float64, radius_m: float, rng: np.random.Generator) -> Bool:
    """Where nothing is built: ridges in the south, single hills, forest. Places in city radii."""
    hill = np.zeros(len(x), bool)
    for angle in np.pi * np.array([-0.72, -0.42, -0.22, rng.uniform(0.1, 0.9)]):
        cx, cy = rng.uniform(0.62, 0.85) * np.array([cosine(angle), sine(angle)])
        wide, tall = rng.uniform(0.16, 0.34), rng.uniform(0.09, 0.16)
        hill |= ((x - cx) / wide) ** 2 + ((y - cy) / tall) ** 2 < 1
    # Wedges of farmland and forest that a large city has left between its outer districts.
    phase = rng.uniform(0, 2 * np.pi, 4)
    wedge = sine(4.3 * x + phase[0]) * sine(3.7 * y + phase[1]) + 0.5 * sine(9.1 * x + 5.3 * y + phase[2])
    hill |= (wedge > 0.98) & (distance(x, y) > 0.42) & (radius_m > 3_000)
    ridge = -0.93 + 0.12 * sine(3.1 * x + rng.uniform(0, 6)) + 0.07 * sine(7.7 * x + rng.uniform(0, 6))
    return hill | (y < ridge)


def _blocks(superblocks: Superblocks, stock: LineStock, rng: np.random.Generator, core: OldTown) -> Blocks:
    built = np.flatnonzero(superblocks.built & ~superblocks.lake)
    rects = superblocks.rects.take(built)
    far = superblocks.distance[built]
    works = (far > 0.5) & (rng.random(len(built)) < 0.16)
    target = np.where(far < core.reach, core.block_m, np.where(works, 300.0, 190 + 70 * np.clip(far, 0, 1)))
    cut = subdivide(rects, target * rng.uniform(0.85, 1.2, len(built)), Level.STREET, stock, rng)
    use = _uses(far[cut.parent], works[cut.parent], cut.size_m.min(1), rng, core)
    parks = superblocks.rects.take(superblocks.lake)
    whole = Rects(
        np.concatenate([cut.bounds_m, parks.bounds_m]),
        np.concatenate([cut.sides, parks.sides]),
        np.concatenate([built[cut.parent], np.flatnonzero(superblocks.lake)]),
    )
    return Blocks(whole, np.append(use, np.full(len(parks), Use.PARK, dtype=np.int8)))


def _uses(far: Float64, works: Bool, narrow_m: Float64, rng: np.random.Generator, core: OldTown) -> Int8:
    draw = rng.random(len(far))
    use = np.full(len(far), Use.HOMES, dtype=np.int8)
    use[draw < 0.30 - 0.1 * far] = Use.TOWERS
    use[(far > 0.75) & (rng.random(len(far)) < 0.17)] = Use.HOUSES
    use[(far < core.reach) & (draw < core.share)] = Use.OLD_TOWN
    use[(draw > 0.86 + 0.06 * far)] = Use.SHOPS
    use[works & (draw < 0.85)] = Use.WORKS
    draw = rng.random(len(far))
    roomy = narrow_m >= 4 * UNIT_M
    use[draw < 0.05] = Use.PARK
    use[(draw > 0.94) & roomy] = Use.SCHOOL
    use[(draw > 0.991) & roomy] = Use.HOSPITAL
    use[draw > 0.997] = Use.FIRE_STATION
    return use
