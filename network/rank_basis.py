"""What every segment's outage is worked out from: groups, arcs of water, dominators, and taps on several groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from network.assets import SourceKind
from network.columns import Bool, Int32, Int64
from network.dominators import RootedTree, dominator_tree
from network.grouping import adjacency
from network.outage import Weights
from network.supply import SupplyModel, supply_arcs


@dataclass(frozen=True, eq=False)
class Groups:
    """Segments that no plan can part and that water supplies both ways: one vertex for all questions.

    Attributes:
        of: Shape (segments,), the lowest segment of each one's group.
        simple: Shape (segments,), by group (its lowest segment): nothing but the group itself is its region, and no
            source stands in it.
    """

    of: Int32
    simple: Bool


@dataclass(frozen=True, eq=False)
class Sweep:
    """What a ranking is worked out from.

    Attributes:
        tail, head: Arcs of water, groups in place of segments, then sources, then the root of all that feeds or stores.
        tree: Its dominators.
    """

    groups: Groups
    tail: Int32
    head: Int32
    tree: RootedTree


def sweep(model: SupplyModel) -> Sweep:
    """Find groups and dominators."""
    groups = find_groups(model)
    tail, head, root = water_arcs(model)
    count = model.structure.segmentation.count
    vertex = np.arange(root + 1, dtype=np.int32)
    vertex[:count] = groups.of
    tail, head = vertex[tail], vertex[head]
    within = tail == head
    if within.any():
        tail, head = tail[~within], head[~within]
    return Sweep(groups, tail, head, dominator_tree(tail, head, root + 1, root))


def water_arcs(model: SupplyModel) -> tuple[Int32, Int32, int]:
    """Arcs of supply, with a root above plants, reservoirs, and all that stores water; that root.

    Vertices are the segments, then the sources, then the root.
    """
    structure = model.structure
    tail, head = supply_arcs(structure, model.bits)
    count, sources = structure.segmentation.count, structure.network.sources
    root = count + len(structure.segmentation.source_legs)
    tanks = np.flatnonzero((sources.kind == SourceKind.TANK) & ~structure.is_root).astype(np.int32) + np.int32(count)
    stores = np.concatenate([tanks, model.tank_pumps.discharge])
    return np.append(tail, np.full(len(stores), root, dtype=np.int32)), np.append(head, stores), root


def find_groups(model: SupplyModel) -> Groups:
    """Groups under the device states of *model*."""
    structure, links = model.structure, model.structure.links
    count = structure.segmentation.count
    of = np.arange(count, dtype=np.int32)
    into_a, into_b = np.split(model.floods_hard, 2)
    ahead, back = np.split(model.feeds, 2)
    joined = np.flatnonzero(into_a & into_b & ahead & back)
    if len(joined):
        labels = connected_components(adjacency(links.side_a[joined], links.side_b[joined], count), directed=False)[1]
        _, first = np.unique(labels, return_index=True)
        of = first[labels].astype(np.int32)
    simple = np.ones(count, dtype=np.bool_)
    sights = np.flatnonzero(model.floods_hard)
    own = of[np.concatenate([links.side_a, links.side_b])[sights]]
    simple[own[own != of[links.beyond[sights]]]] = False
    simple[of[structure.segmentation.source_legs.values]] = False
    return Groups(of, simple)


@dataclass(frozen=True, eq=False)
class Hangings:
    """Customers that an outage may put out, by group.

    Attributes:
        owner, group: Shape (n,), each customer once a group on which its tap hangs.
        twice, meeting: Shape (m,), customers that hang on several groups, and the vertices at which sums over the
            dominator tree would count them once too often.
        contested: Pairs of vertices, one beside the other in the tree, under which the same customer hangs; as keys,
            ascending.
        vertices: How many vertices there are.
    """

    owner: Int32
    group: Int32
    twice: Int32
    meeting: Int32
    contested: Int64
    vertices: int

    @property
    def contested_vertices(self) -> Int64:
        """The vertices of all contested pairs."""
        return np.concatenate(np.divmod(self.contested, self.vertices))

    def contested_by(self, one: Int32, other: Int32) -> Bool:
        """Whether some customer hangs under each of *one* and under its *other*."""
        if not len(self.contested):
            return np.zeros(len(one), dtype=np.bool_)
        found: Bool = np.isin(_keys(one, other, self.vertices), self.contested)
        return found


def hangings_of(model: SupplyModel, weights: Weights, swept: Sweep) -> Hangings:
    """Hangings on supplied segments: others have nothing to lose."""
    fed = model.supplied[weights.segment]
    owner, group = weights.owner[fed], swept.groups.of[weights.segment[fed]]
    again = np.flatnonzero(owner[1:] == owner[:-1])
    several = np.zeros(len(owner), dtype=np.bool_)
    several[again], several[again + 1] = True, True
    tree = swept.tree
    pairs = np.unique(np.stack([owner[several], tree.position[group[several]]]), axis=1)
    vertex = np.empty(len(tree.above), dtype=np.int32)
    vertex[tree.position] = np.arange(len(tree.above), dtype=np.int32)
    many, groups_of_many = pairs[0], vertex[pairs[1]]
    one, other = _neighbours(many, 1)
    return Hangings(
        owner=np.concatenate([owner[~several], many]),
        group=np.concatenate([group[~several], groups_of_many]),
        twice=many[one],
        meeting=_meeting(tree, groups_of_many[one], groups_of_many[other]),
        contested=_contested(tree, many, groups_of_many),
        vertices=len(tree.above),
    )


def _neighbours(owner: Int32, apart: int) -> tuple[Int64, Int64]:
    """Places of the same owner that stand *apart* in the sorted *owner*."""
    first = np.flatnonzero(owner[apart:] == owner[:-apart])
    return first, first + apart


def _meeting(tree: RootedTree, one: Int32, other: Int32) -> Int32:
    """Nearest common dominator of each *one* and the *other* that stands behind it in preorder."""
    meeting = np.array(one)
    beside = np.flatnonzero(~tree.dominates(one, other))
    meeting[beside] = tree.above[tree.below_meeting(one[beside], other[beside])]
    return meeting


def _contested(tree: RootedTree, owner: Int32, group: Int32) -> Int64:
    keys, apart = [np.empty(0, dtype=np.int64)], 1
    while True:
        one, other = (group[places] for places in _neighbours(owner, apart))
        if not len(one):
            return np.unique(np.concatenate(keys))
        beside = ~tree.dominates(one, other)
        one, other = one[beside], other[beside]
        keys.append(_keys(tree.below_meeting(one, other), tree.below_meeting(other, one), len(tree.above)))
        apart += 1


def _keys(one: Int32, other: Int32, vertices: int) -> Int64:
    low, high = np.minimum(one, other).astype(np.int64), np.maximum(one, other)
    keys: Int64 = low * vertices + high
    return keys
