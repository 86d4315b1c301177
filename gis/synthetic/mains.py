"""What the mains are made of: diameter, material, year, cover, and their lines on the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gis.synthetic.names import Texts
from gis.synthetic.portable import distance, spread
from gis.synthetic.sheet import Level, counter
from gis.synthetic.skeleton import Skeleton
from gis.synthetic.warp import Ground
from network.assets import SourceKind
from network.columns import Bool, Float64, Int64

_BEND_M = 42.0


@dataclass(frozen=True, eq=False)
class Shapes:
    """Lines of pipes on the ground.

    Attributes:
        offsets: Shape (pipes + 1,).
        xy_m: Shape (vertices, 2), ground coordinates; vertices of a pipe divide it evenly on the sheet.
        length_m: Shape (pipes,).
    """

    offsets: Int64
    xy_m: Float64
    length_m: Float64

    def at(self, pipe: Int64, share: Float64) -> Float64:
        """Places on pipes at a share (0 to 1) of their sheet length, shape (n, 2), exactly on the drawn line."""
        spans = self.offsets[pipe + 1] - self.offsets[pipe] - 1
        scaled = np.clip(share, 0, 1) * spans
        span = np.minimum(scaled.astype(np.int64), spans - 1)
        first = self.offsets[pipe] + span
        rest = (scaled - span)[:, None]
        placed: Float64 = np.round(self.xy_m[first] * (1 - rest) + self.xy_m[first + 1] * rest, 3)
        return placed


@dataclass(frozen=True, eq=False)
class Mains:
    """Columns of the pipes, each of shape (pipes,)."""

    dn_mm: Float64
    outside: Bool
    material: Texts
    year: Int64
    depth_m: Float64

    @property
    def nominal_mm(self) -> Float64:
        """Nominal diameter: what a valve on the pipe has."""
        table = np.array([(110, 100), (160, 150), (225, 200), (315, 300)], dtype=float)
        out = self.dn_mm.copy()
        for outside, nominal in table:
            out[self.outside & (self.dn_mm == outside)] = nominal
        return out


def distance_from_plants(skeleton: Skeleton, shapes: Shapes) -> Float64:
    """Distance of each pipe from the nearest plant along feeders (arterials count four times), metres."""
    web = skeleton.web
    rows = np.flatnonzero(skeleton.level <= Level.ARTERIAL)
    weight = shapes.length_m[rows] * np.where(skeleton.level[rows] == Level.TRUNK, 1.0, 4.0)
    count = len(web.x_m)
    graph = coo_array((weight, (web.start[rows], web.end[rows])), shape=(count, count)).tocsr()
    roots = skeleton.sources.node[skeleton.sources.kind != SourceKind.TANK]
    reach = dijkstra(graph, directed=False, indices=roots, min_only=True)
    near: Float64 = np.minimum(reach[web.start], reach[web.end])
    return near


def shape_pipes(skeleton: Skeleton, ground: Ground) -> Shapes:
    """Lay the pipes on the ground, with a vertex every few dozen metres so that they follow their street."""
    web = skeleton.web
    spans = np.maximum(1, np.round((web.high_m - web.low_m) / _BEND_M)).astype(np.int64)
    pipe, within = counter(spans + 1)
    share = within / spans[pipe]
    start, end = web.start[pipe], web.end[pipe]
    x = web.x_m[start] + (web.x_m[end] - web.x_m[start]) * share
    y = web.y_m[start] + (web.y_m[end] - web.y_m[start]) * share
    xy = ground.place(x, y)
    offsets = np.concatenate([[0], np.cumsum(spans + 1)])
    step = distance(*np.diff(xy, axis=0).T)
    step[offsets[1:-1] - 1] = 0
    length = np.add.reduceat(np.append(step, 0.0), offsets[:-1])
    return Shapes(offsets, xy, length)


def make_mains(skeleton: Skeleton, near_plant: Float64, rng: np.random.Generator) -> Mains:
    """Diameters by hierarchy, years by district (with renewals), materials by year and diameter.

    Args:
        skeleton: The pipes.
        near_plant: Shape (pipes,), distance along feeders from the nearest source, metres.
        rng: Randomness.
    """
    level, count = skeleton.level, len(skeleton.web)
    line = skeleton.web.line
    dn = _diameters(level, line, _feeder_dn(near_plant, skeleton.plan.radius_m), rng)
    year = _years(skeleton, rng)
    plastic = (dn <= 300) & (year >= 2003) & (_by_line(line, rng) < 0.45)
    outside = plastic.copy()
    for nominal, od in ((100, 110), (150, 160), (200, 225), (300, 315)):
        dn[outside & (dn == nominal)] = od
    material = _materials(dn, year, plastic, rng)
    depth = np.round(0.98 + dn / 1_000 + 0.5 * rng.random(count) * rng.random(count), 2)
    return Mains(dn, outside, material, year, depth)


def _by_line(line: Int64, rng: np.random.Generator) -> Float64:
    """One random number a line, so that what is drawn for a street holds along it. Shape (pipes,)."""
    values = rng.random(int(line.max()) + 1)
    drawn: Float64 = values[line]
    return drawn


def _feeder_dn(near_plant_m: Float64, radius_m: float) -> Float64:
    """Feeders taper away from the plants; a small town has small ones."""
    sizes = [1200.0, 1000, 800, 700, 600]
    if radius_m < 3_000:
        sizes = [1000.0, 800, 600, 600, 500]
    if radius_m < 1_500:
        sizes = [600.0, 500, 400, 400, 300]
    steps = [near_plant_m < limit for limit in (1_500, 3_000, 5_500, 9_000)]
    dn: Float64 = np.select(steps, sizes[:-1], sizes[-1])
    return dn


def _diameters(level: Int64, line: Int64, feeder: Float64, rng: np.random.Generator) -> Float64:
    draw = _by_line(line, rng)
    usual = np.array([800.0, 400, 300, 200, 150, 100, 100])
    large = np.array([800.0, 500, 300, 300, 150, 150, 100])
    small = np.array([800.0, 300, 200, 150, 100, 100, 100])
    dn = np.where(draw < 0.25, large[level], np.where(draw > 0.68, small[level], usual[level]))
    return np.where(level == Level.TRUNK, feeder, dn)


def _years(skeleton: Skeleton, rng: np.random.Generator) -> Int64:
    """Built outwards from the centre; some streets renewed since."""
    web, plan = skeleton.web, skeleton.plan
    block = web.beside.max(1)
    superblock = np.where(block >= 0, plan.blocks.rects.parent[block], 0)
    far = np.clip(plan.superblocks.distance[superblock], 0, 1.2)
    district = spread(rng, 4.0, len(plan.superblocks.distance))[superblock]
    year = 1968 + 40 * far * (1.2 - 0.2 * far) + district + (_by_line(web.line, rng) - 0.5) * 10
    renewed = _by_line(web.line, rng) < np.clip((2004 - year) / 110, 0, 0.4)
    year = np.where(renewed, 2000 + 24 * _by_line(web.line, rng), year)
    return np.clip(np.round(year), 1953, 2024).astype(np.int64)


def _materials(dn: Float64, year: Int64, plastic: Bool, rng: np.random.Generator) -> Texts:
    draw = rng.random(len(dn)) < 0.03
    choice = np.select(
        [plastic, (dn >= 800) & (year >= 1990), (dn >= 600) & (year < 1998), (dn >= 600) | draw, year < 1998],
        [0, 1, 2, 3, 4],
        5,
    )
    table = np.array(["PE", "预应力钢筒混凝土", "预应力混凝土", "钢", "灰口铸铁", "球墨铸铁"], dtype=object)
    material: Texts = table[choice]
    return material
