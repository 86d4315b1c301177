"""What a plan leaves without supply, contracted to pieces and the closed valves between them.

A *piece* is segments outside the region that have no supply with the plan carried out, and of which each would feed all
the others. Only pieces from which water could get to what the plan dried are looked at; supply itself is one end of the
valves that border on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from network.answers import IsolationPlan
from network.assets import Condition, DeviceKind, Position, SourceKind
from network.columns import Bool, Int32, Int64
from network.cutoff import CutOff
from network.grouping import distinct, flags
from network.supply import SupplyModel

SUPPLY = -1
"""In the place of a piece: all that is supplied with the plan carried out."""


@dataclass(frozen=True)
class Way:
    """Closed valves between the same two pieces: opening any of them does the same.

    Attributes:
        one, other: Pieces, or :data:`SUPPLY`; *one* is the lower.
        valves: Device rows, ascending.
    """

    one: int
    other: int
    valves: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class DeadParts:
    """The contracted graph.

    Attributes:
        segments: Shape (n,), ascending.
        piece: Shape (n,), piece of each.
        reach: By piece, the pieces that it feeds over what is open, itself included, as bits of an integer.
        ways: Between them and supply.
        demand: Customers that the plan leaves without supply, by all the pieces (as bits) that must be fed before they
            are served again. Customers with a tap in the region are none of them.
    """

    segments: Int32
    piece: Int64
    reach: tuple[int, ...]
    ways: tuple[Way, ...]
    demand: Mapping[int, int]

    def fed(self, wet: int) -> Int32:
        """Segments of the pieces *wet* (bits), ascending."""
        of_piece = np.array([wet >> piece & 1 for piece in range(len(self.reach))], dtype=np.bool_)
        return self.segments[of_piece[self.piece]]


def can_be_opened(model: SupplyModel) -> Bool:
    """Shape (links,): gates that are not known to be open, and that can be worked as far as anyone knows.

    A disputed position counts: once somebody has gone there and opened the valve, it is open.
    """
    rows = model.structure.links.device
    kind, condition = model.structure.network.devices.kind[rows], model.merged.condition[rows]
    gate = (kind == DeviceKind.ISOLATION) | (kind == DeviceKind.BOUNDARY)
    usable = (condition == Condition.OPERABLE) | (condition == Condition.UNKNOWN)
    closed: Bool = gate & usable & (model.merged.position[rows] != Position.OPEN)
    return closed


def dead_parts(model: SupplyModel, plan: IsolationPlan, cut: CutOff) -> DeadParts:
    """Contract what *plan* leaves without supply.

    Args:
        model: What *plan* was made from.
        plan: The plan.
        cut: Its region taken out.
    """
    openable, tanks = can_be_opened(model), _transit(model, cut)
    segments = _could_feed(model, cut, openable, tanks)
    piece, reach = _pieces(model, segments, tanks)
    return DeadParts(
        segments=segments,
        piece=piece,
        reach=reach,
        ways=_ways(model, cut, openable, segments, piece),
        demand=_demand(model, plan, cut, segments, piece),
    )


def _transit(model: SupplyModel, cut: CutOff) -> list[Int32]:
    """Legs without supply, outside the region, of each tank that would pass water on if one of them were supplied."""
    structure = model.structure
    sources, legs = structure.network.sources, structure.segmentation.source_legs
    passes = (sources.kind == SourceKind.TANK) & ~flags(len(sources), cut.stop)
    of_tanks = (legs[row] for row in np.flatnonzero(passes).tolist())
    outside = (of_one[~(cut.in_region | cut.supplied)[of_one]] for of_one in of_tanks)
    return [of_one for of_one in outside if len(of_one)]


def _could_feed(model: SupplyModel, cut: CutOff, openable: Bool, tanks: list[Int32]) -> Int32:
    """Segments without supply from which water could get to what was lost, with every closed valve opened."""
    links = model.structure.links
    seen = cut.in_region | cut.supplied
    front: NDArray[np.integer] = cut.lost
    seen[front] = True
    found = [front]
    while len(front):
        sights = links.sights.gather(front)
        fed_from = model.feeds[_from_beyond(sights, len(links))] | openable[sights % max(len(links), 1)]
        beside = [links.beyond[sights[fed_from]], *(legs for legs in tanks if np.isin(legs, front).any())]
        beyond = np.concatenate(beside)
        front = np.unique(beyond[~seen[beyond]])
        seen[front] = True
        found.append(front)
    return distinct(np.concatenate(found))


def _from_beyond(sights: NDArray[np.integer], links: int) -> NDArray[np.integer]:
    """The same links, seen from the other side."""
    return np.where(sights < links, sights + links, sights - links)


def _pieces(model: SupplyModel, segments: Int32, tanks: list[Int32]) -> tuple[Int64, tuple[int, ...]]:
    """Piece of each of *segments*, and what each piece feeds."""
    links = model.structure.links
    sights = links.sights.gather(segments)
    own = np.repeat(np.arange(len(segments)), links.sights.offsets[segments + 1] - links.sights.offsets[segments])
    at, inside = _place_in(segments, links.beyond[sights])
    open_ = inside & model.feeds[sights]
    tails, heads = [own[open_]], [at[open_]]
    for legs in tanks:
        places, here = _place_in(segments, legs)
        places = places[here]
        tails += [places, np.roll(places, 1)]
        heads += [np.roll(places, 1), places]
    tail, head = np.concatenate(tails), np.concatenate(heads)
    shape = (len(segments), len(segments))
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=shape)
    count, piece = connected_components(graph, directed=True, connection="strong")
    return piece.astype(np.int64), _reach(int(count), piece[tail], piece[head])


def _place_in(segments: Int32, wanted: NDArray[np.integer]) -> tuple[Int64, Bool]:
    """Place of each of *wanted* in *segments* (ascending, not empty), and whether it is there."""
    at = np.minimum(np.searchsorted(segments, wanted), len(segments) - 1).astype(np.int64)
    return at, segments[at] == wanted


def _reach(count: int, tail: NDArray[np.integer], head: NDArray[np.integer]) -> tuple[int, ...]:
    onward: dict[int, set[int]] = defaultdict(set)
    for one, other in zip(tail.tolist(), head.tolist(), strict=True):
        if one != other:
            onward[one].add(other)
    return tuple(_flooded(onward, piece) for piece in range(count))


def _flooded(onward: Mapping[int, set[int]], start: int) -> int:
    reached, waiting = 1 << start, [start]
    while waiting:
        for piece in onward.get(waiting.pop(), ()):
            if not reached >> piece & 1:
                reached |= 1 << piece
                waiting.append(piece)
    return reached


def _ways(model: SupplyModel, cut: CutOff, openable: Bool, segments: Int32, piece: Int64) -> tuple[Way, ...]:
    """Closed valves on *segments* whose both sides lie outside the region, by what they join."""
    links = model.structure.links
    link = np.unique(links.sights.gather(segments) % max(len(links), 1))
    link = link[openable[link]]
    sides = np.stack([links.side_a[link], links.side_b[link]])
    at, inside = _place_in(segments, sides)
    known = (inside | cut.supplied[sides]).all(axis=0)
    ends = np.sort(np.where(inside, piece[at], SUPPLY), axis=0)
    valves: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in np.flatnonzero(known & (ends[0] != ends[1])).tolist():
        valves[int(ends[0, row]), int(ends[1, row])].append(int(links.device[link[row]]))
    return tuple(Way(*between, tuple(valves[between])) for between in sorted(valves))


def _demand(model: SupplyModel, plan: IsolationPlan, cut: CutOff, segments: Int32, piece: Int64) -> Mapping[int, int]:
    taps = model.structure.customer_taps
    hanging = taps.by_segment.gather(cut.lost)
    owner, on = taps.owner[hanging], piece[_place_in(segments, taps.segment[hanging])[0]]
    helped = ~np.isin(owner, taps.on(plan.isolated_segments))
    owner, on = owner[helped], on[helped]
    order = np.argsort(owner, kind="stable")
    owner, on = owner[order], on[order]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    demand: dict[int, int] = defaultdict(int)
    single = np.diff(np.append(first, len(owner))) == 1
    for of_piece, customers in enumerate(np.bincount(on[first[single]]).tolist()):
        if customers:
            demand[1 << of_piece] += customers
    for start, end in zip(first[~single].tolist(), np.append(first, len(owner))[1:][~single].tolist(), strict=True):
        demand[sum(1 << of_piece for of_piece in set(on[start:end].tolist()))] += 1
    return dict(demand)
