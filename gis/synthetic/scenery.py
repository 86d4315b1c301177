"""The ground under the network: roads, blocks, buildings, river, lakes and hills, and the districts' outlines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gis.synthetic.districts import Districts
from gis.synthetic.labels import Labels
from gis.synthetic.names import Texts, words
from gis.synthetic.plan import Use
from gis.synthetic.portable import cosine, distance, sine
from gis.synthetic.sheet import Level, counter
from gis.synthetic.skeleton import Skeleton
from gis.synthetic.warp import Ground
from network.assets import SourceKind
from network.columns import Bool, Float64, Int64

Shapes2D = np.ndarray
"""Shape (n,), dtype object: shapely geometries on the ground."""

_STEP_M = 40.0
_RIVER_BANK_M = 26.0
_BESIDE_PIPE_M = 7.0
_FOOTHILL_M = 60.0
_BEYOND = 1.5
"""River and hills run on beyond the plan sheet, in half sheets."""
_SMALLEST_HILL_M2 = 25_000.0


@dataclass(frozen=True, eq=False)
class Scene:
    """Features of one kind: outlines, names, kinds."""

    geometry: Shapes2D
    name: Texts
    kind: Texts


@dataclass(frozen=True, eq=False)
class Roads:
    """Roads, each column of shape (n,)."""

    geometry: Shapes2D
    name: Texts
    kind: Texts
    width_m: Float64


def draw_roads(skeleton: Skeleton, labels: Labels, ground: Ground) -> Roads:
    """One line for each unbroken run of a road under one name; mains lie a few metres beside its middle."""
    web, lines = skeleton.web, skeleton.lines
    rows = np.flatnonzero((skeleton.level >= Level.ARTERIAL) & (skeleton.level <= Level.SPINE))
    line, name = web.line[rows], labels.road[rows]
    breaks = (line[1:] != line[:-1]) | (web.low_m[rows][1:] > web.high_m[rows][:-1] + 0.5) | (name[1:] != name[:-1])
    first = np.flatnonzero(np.r_[True, breaks])
    last = np.r_[first[1:] - 1, len(rows) - 1]
    low, high = web.low_m[rows[first]], web.high_m[rows[last]]
    line, name = line[first], name[first]
    pieces = np.maximum(1, np.round((high - low) / _STEP_M)).astype(np.int64)
    run, within = counter(pieces + 1)
    along = low[run] + (high - low)[run] * within / pieces[run]
    level = lines.level[line].astype(np.int64)
    at = lines.at_m[line] + np.where(level == Level.ARTERIAL, _BESIDE_PIPE_M, 0.0)
    vertical = lines.vertical[line][run]
    xy = ground.place(np.where(vertical, at[run], along), np.where(vertical, along, at[run]))
    ring = labels.ring[rows[first]]
    kind = np.array(["", "arterial", "collector", "street", "lane"], dtype=object)[level]
    kind[ring] = "ring"
    width = np.array([0, 42.0, 26, 15, 7])[level] + np.where(ring, 12.0, 0.0)
    name = np.where(level == Level.SPINE, "", name).astype(object)
    old = _in_old_town(skeleton, rows[first]) & (level == Level.STREET)
    width[old] = 8.0
    return Roads(np.asarray(shapely.linestrings(xy, indices=run), dtype=object), name, kind, width)


def _in_old_town(skeleton: Skeleton, pipes: Int64) -> Bool:
    use = np.append(skeleton.plan.blocks.use, Use.PARK)
    old: Bool = use[skeleton.web.beside[pipes]].min(1) == Use.OLD_TOWN
    return old


def draw_blocks(skeleton: Skeleton, labels: Labels, ground: Ground) -> Scene:
    """Land between the streets' kerbs: communities, parks, other blocks."""
    blocks, lines = skeleton.plan.blocks, skeleton.lines
    rows = np.flatnonzero(skeleton.built_blocks)
    kerb = np.array([0, 27.0, 15, 9, 9, 9, 9])[lines.level[blocks.rects.sides[rows]]]
    kerb[(blocks.use[rows] == Use.OLD_TOWN)[:, None] & (kerb == 9.0)] = 5.0
    bounds = blocks.rects.bounds_m[rows] + kerb * np.array([1, -1, 1, -1])
    use, parent = blocks.use[rows], blocks.rects.parent[rows]
    homes = np.isin(use, (Use.HOMES, Use.TOWERS, Use.HOUSES)) | ((use == Use.OLD_TOWN) & _first_of_superblock(parent))
    kind = np.select([homes, use == Use.PARK], ["community", "park"], "block").astype(object)
    return Scene(_outlines(bounds, ground), labels.block[rows], kind)


def _first_of_superblock(parent: Int64) -> Bool:
    """One block of each superblock: small old blocks share a name on the map."""
    first = np.zeros(len(parent), dtype=bool)
    first[np.unique(parent, return_index=True)[1]] = True
    return first


def _outlines(bounds: Float64, ground: Ground) -> Shapes2D:
    """Rectangles of the sheet as polygons on the ground, six vertices a side."""
    share = np.arange(6) / 6
    zero, one = np.zeros(6), np.ones(6)
    u = np.concatenate([share, one, 1 - share, zero, [0.0]])
    v = np.concatenate([zero, share, one, 1 - share, [0.0]])
    x = bounds[:, :1] + (bounds[:, 1:2] - bounds[:, :1]) * u
    y = bounds[:, 2:3] + (bounds[:, 3:] - bounds[:, 2:3]) * v
    xy = ground.place(x.ravel(), y.ravel()).reshape(len(bounds), len(u), 2)
    polygons: Shapes2D = np.asarray(shapely.polygons(xy), dtype=object)
    return polygons


def draw_nature(skeleton: Skeleton, ground: Ground, rng: np.random.Generator) -> Scene:
    """River, lakes, the reservoir, hills."""
    superblocks = skeleton.plan.superblocks
    bounds = superblocks.rects.bounds_m
    lakes = np.flatnonzero(superblocks.lake & (np.arange(len(bounds)) <= skeleton.last_rank))
    water = _blobs(bounds[lakes].reshape(-1, 2, 2).mean(2), np.ptp(bounds[lakes].reshape(-1, 2, 2), axis=2) * 0.3, rng)
    hills = _hills(skeleton, rng)
    north = shapely.get_y(shapely.centroid(hills)) > 0
    parts = [
        (_on_ground(_river(skeleton), ground), "河", "river"),
        (_on_ground(water, ground), "湖", "lake"),
        (_on_ground(_reservoir(skeleton, rng), ground), "水库", "lake"),
        (_on_ground(hills[~north], ground), "山", "hill"),
        (_on_ground(hills[north], ground), "林场", "hill"),
    ]
    word = iter(words(sum(len(part) for part, _, _ in parts), rng).tolist())
    names = [next(word) + ending for part, ending, _ in parts for _ in part]
    kinds = [kind for part, _, kind in parts for _ in part]
    return Scene(np.concatenate([part for part, _, _ in parts]), np.array(names, object), np.array(kinds, object))


def _river(skeleton: Skeleton) -> Shapes2D:
    plan = skeleton.plan
    reach = plan.half_m * _BEYOND
    low, high = plan.river_m
    return np.array([shapely.box(-reach, low + _RIVER_BANK_M, reach, high - _RIVER_BANK_M)], dtype=object)


def _reservoir(skeleton: Skeleton, rng: np.random.Generator) -> Shapes2D:
    """A lake beyond the reservoir's outlet, seen from the centre."""
    sources, web = skeleton.sources, skeleton.web
    node = sources.node[sources.kind == SourceKind.RESERVOIR]
    xy = np.stack([web.x_m[node], web.y_m[node]], axis=1)
    half = np.array([[260.0, 170.0]]) * np.clip(skeleton.plan.radius_m / 4_000, 0.4, 2.5)
    away = xy / np.maximum(distance(*xy.T), 1)[:, None]
    return _blobs(xy + away * half.max() * 1.3, np.repeat(half, len(node), axis=0), rng)


def _blobs(centre: Float64, half: Float64, rng: np.random.Generator) -> Shapes2D:
    """Round, uneven shores around centres on the sheet; *half* is (n, 2), half width and half height."""
    angle = np.linspace(0, 2 * np.pi, 49)
    phase = rng.uniform(0, 2 * np.pi, (len(centre), 3))
    reach = np.ones((len(centre), len(angle)))
    for index, (turns, size) in enumerate(((2, 0.16), (3, 0.11), (5, 0.06))):
        reach += size * sine(turns * angle + phase[:, index, None])
    reach[:, -1] = reach[:, 0]
    around = np.stack([cosine(angle), sine(angle)], axis=1)
    around[-1] = around[0]
    rings = centre[:, None, :] + half[:, None, :] * reach[:, :, None] * around
    polygons: Shapes2D = np.asarray(shapely.polygons(rings), dtype=object)
    return polygons


def _hills(skeleton: Skeleton, rng: np.random.Generator) -> Shapes2D:
    """Land left free for hills, and the ranges beyond the city's southern edge, drawn in from the nearest streets."""
    plan = skeleton.plan
    bounds, hill = plan.superblocks.rects.bounds_m, plan.superblocks.hill
    boxes = shapely.box(bounds[:, 0], bounds[:, 2], bounds[:, 1], bounds[:, 3])
    city = np.arange(len(bounds)) <= skeleton.last_rank
    x = np.linspace(-plan.half_m, plan.half_m, 240) * _BEYOND
    phase = rng.uniform(0, 2 * np.pi, 2)
    crest = -0.9 + 0.14 * sine(2.6 * x / plan.radius_m + phase[0]) + 0.08 * sine(6.1 * x / plan.radius_m + phase[1])
    foot = np.full(len(x), -_BEYOND * plan.half_m)
    outline = np.stack([np.r_[x, x[::-1]], np.r_[crest * plan.radius_m, foot]], axis=1)
    built = shapely.buffer(shapely.union_all(boxes[city & ~hill]), _FOOTHILL_M, cap_style="square", join_style="mitre")
    land = shapely.difference(shapely.union_all([shapely.Polygon(outline), *boxes[hill]]), built)
    smooth = shapely.buffer(shapely.buffer(land, -130), 100)
    parts = _parts(shapely.transform(shapely.segmentize(smooth, 30.0), _gnarl))
    parts = _parts(shapely.union_all(shapely.make_valid(parts)))
    kept: Shapes2D = parts[shapely.area(parts) > _SMALLEST_HILL_M2]
    return kept


def _gnarl(xy: Float64) -> Float64:
    """Push an outline in and out, by less than the width that was left free around it."""
    x, y = xy.T
    swing = 28 * sine(x / 173 + y / 91) + 26 * sine(y / 137 - x / 241) + 14 * sine((x - y) / 61)
    pushed: Float64 = xy + np.stack([swing, swing * 0.9], axis=1)
    return pushed


def _parts(geometry: shapely.Geometry) -> Shapes2D:
    parts = shapely.get_parts(geometry)
    kept: Shapes2D = np.array([shapely.polygons(shapely.get_exterior_ring(part)) for part in parts], dtype=object)
    return kept


def _on_ground(polygons: Shapes2D, ground: Ground) -> Shapes2D:
    """Polygons of the sheet, with enough vertices to bend, on the ground."""
    dense = shapely.segmentize(polygons, _STEP_M)
    placed: Shapes2D = np.asarray(shapely.transform(dense, lambda xy: ground.place(xy[:, 0], xy[:, 1])), dtype=object)
    return placed


def draw_districts(skeleton: Skeleton, districts: Districts, ground: Ground) -> tuple[Shapes2D, Shapes2D]:
    """Outlines of the DMAs and of the zones, in order of their numbers."""
    bounds = skeleton.plan.superblocks.rects.bounds_m
    boxes = shapely.box(bounds[:, 0], bounds[:, 2], bounds[:, 1], bounds[:, 3])
    dma = _united(boxes, districts.dma_of_superblock)
    zone = _united(boxes, districts.zone_of_superblock)
    return _on_ground(dma, ground), _on_ground(zone, ground)


def _united(boxes: Shapes2D, group: Int64) -> Shapes2D:
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(int(group.max()) + 2))
    out = []
    for low, high in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        parts = shapely.get_parts(shapely.union_all(boxes[order[low:high]]))
        out.append(parts[shapely.area(parts).argmax()])
    return np.array(out, dtype=object)
