"""Pressure zones and metered districts: which superblock, and which pipe, belongs to which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.synthetic.plan import Superblocks
from gis.synthetic.sheet import Level
from gis.synthetic.skeleton import Skeleton
from gis.synthetic.terrain import Terrain
from network.columns import NO_INDEX, Bool, Int64

_UNMETERED = 0.06
_DMA_GROWS = 0.72


@dataclass(frozen=True, eq=False)
class Districts:
    """Zones and DMAs.

    Attributes:
        zone_of_superblock, dma_of_superblock: Shape (superblocks,), -1 for none.
        band: Shape (zones,), 0 the lowest; zones are numbered from the lowest band up.
        zone, dma: Shape (pipes,), -1 for none. Mains on the edge of a zone belong to the lower one; feeders and
            arterials, and mains between two DMAs, belong to no DMA.
    """

    zone_of_superblock: Int64
    dma_of_superblock: Int64
    band: Int64
    zone: Int64
    dma: Int64


def make_districts(skeleton: Skeleton, terrain: Terrain, rng: np.random.Generator) -> Districts:
    """Draw zones by ground level and DMAs of one to three neighbouring superblocks within a zone."""
    superblocks = skeleton.plan.superblocks
    built = superblocks.built & (np.arange(len(superblocks.macro)) <= skeleton.last_rank)
    beside = _superblocks_beside(skeleton)
    zone_of, band = _zones(superblocks, built, beside, terrain)
    dma_of = _dmas(superblocks, built, zone_of, rng)
    zone = _lower(np.append(zone_of, NO_INDEX)[beside])
    zone = _inherit(zone, skeleton)
    dma = _common(np.append(dma_of, NO_INDEX)[beside])
    dma[skeleton.level <= Level.ARTERIAL] = NO_INDEX
    present = np.unique(dma[dma >= 0])
    renumber = np.full(int(dma_of.max(initial=0)) + 2, NO_INDEX, dtype=np.int64)
    renumber[present] = np.arange(len(present))
    return Districts(zone_of, renumber[dma_of], band, zone, renumber[dma])


def _superblocks_beside(skeleton: Skeleton) -> Int64:
    parent = np.append(skeleton.plan.blocks.rects.parent, NO_INDEX)
    return parent[skeleton.web.beside]


def _zones(superblocks: Superblocks, built: Bool, beside: Int64, terrain: Terrain) -> tuple[Int64, Int64]:
    """Connected ground of one band is one zone; a zone of a few superblocks joins a neighbour."""
    x, y = superblocks.rects.centre_m.T
    band = terrain.zone_band(x, y)
    count = len(band)
    pairs = np.unique(np.sort(beside[(beside.min(1) >= 0) & (beside[:, 0] != beside[:, 1])], axis=1), axis=0)
    for _ in range(3):
        same = pairs[band[pairs[:, 0]] == band[pairs[:, 1]]]
        graph = coo_array((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(count, count))
        _, label = connected_components(graph, directed=False)
        size = np.bincount(label[built], minlength=label.max() + 1)
        lonely = built & (size[label] <= min(3, built.sum() // 30))
        for a, b in np.concatenate([pairs, pairs[:, ::-1]]):
            if lonely[a] and not lonely[b]:
                band[a] = band[b]
    same = pairs[band[pairs[:, 0]] == band[pairs[:, 1]]]
    graph = coo_array((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    keys = np.unique(band[built] * np.int64(count) + label[built])
    zone = np.searchsorted(keys, band * np.int64(count) + label)
    return np.where(built, zone, NO_INDEX), keys // count


def _dmas(superblocks: Superblocks, built: Bool, zone: Int64, rng: np.random.Generator) -> Int64:
    rects, order = superblocks.rects, np.argsort(superblocks.drawn, kind="stable")
    sides = rects.sides[order]
    touches = (sides[1:, 0] == sides[:-1, 1]) | (sides[1:, 2] == sides[:-1, 3])
    same = (superblocks.macro[order][1:] == superblocks.macro[order][:-1]) & (zone[order][1:] == zone[order][:-1])
    grows = touches & same & built[order][1:] & built[order][:-1] & (rng.random(len(same)) < _DMA_GROWS)
    number = np.concatenate([[0], np.cumsum(~grows)])
    out = np.empty(len(order), dtype=np.int64)
    out[order] = number
    unmetered = rng.random(int(number.max()) + 1) < _UNMETERED
    return np.where(built & ~unmetered[out] & ~superblocks.lake, out, NO_INDEX)


def _lower(pair: Int64) -> Int64:
    """The lower of two zones, or the only one."""
    lower: Int64 = np.where(pair.min(1) >= 0, pair.min(1), pair.max(1))
    return lower


def _common(pair: Int64) -> Int64:
    """The one DMA on both sides, or on the only built side; -1 where they differ."""
    lone = np.where(pair[:, 0] < 0, pair[:, 1], pair[:, 0])
    common: Int64 = np.where((pair.min(1) < 0) | (pair[:, 0] == pair[:, 1]), lone, NO_INDEX)
    return common


def _inherit(zone: Int64, skeleton: Skeleton) -> Int64:
    """Mains with no block beside them (bridges, plants' mains) take the lowest zone that they touch."""
    web = skeleton.web
    huge = np.iinfo(np.int64).max
    at_node = np.full(len(web.x_m), huge)
    known = zone >= 0
    for end in (web.start, web.end):
        np.minimum.at(at_node, end[known], zone[known])
    taken = np.minimum(at_node[web.start], at_node[web.end])
    return np.where(known, zone, np.where(taken == huge, 0, taken))
