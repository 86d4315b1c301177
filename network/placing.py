"""Where devices cut pipes: from records to one ordered list of cuts (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from network.assets import DeviceKind
from network.columns import Float64, Int8, Int32, Int64
from network.directions import directions
from network.grouping import grouped
from network.legs import Legs, legs_at
from network.series import END_LEG, INSIDE, SLOTS, START_LEG, CutList, Merger, merge_places
from network.topology import Network

_NEARLY_SORTED = 64
"""Fewer falls than one in so many: a merge sort, that keeps what runs up already, beats a counting sort."""
_SWAPS = 4
"""Most pipes have one cut or two: so many rounds of swapping neighbours order nearly every city."""


@dataclass(frozen=True, eq=False)
class BetweenLegs:
    """Devices without a named pipe that stand between the two legs of a junction.

    Attributes:
        device, node: Shape (k,), rows, ascending by node; at one node in order from the first leg to the second.
        leg: Shape (k,), row of the node's first leg among ``Placement.legs``; its second leg follows.
    """

    device: Int32
    node: Int32
    leg: Int64

    def __len__(self) -> int:
        return len(self.device)

    def rows(self, node: NDArray[np.integer]) -> tuple[Int64, Int64]:
        """First row of each *node*, and one past its last."""
        return np.searchsorted(self.node, node), np.searchsorted(self.node, node, side="right")


@dataclass(frozen=True, eq=False)
class Placement:
    """Every cut of a network.

    Attributes:
        network: The network.
        cuts: Cuts of its pipes, ascending by pipe and along it.
        between: Devices between the two legs of a junction, duplicates left out.
        legs: Legs of junctions that carry a source, or a device whose pipe is not named.
        stands_for: By duplicate device, the device that stands for it.
        leg_unknown: Rows of cutting devices at a junction whose leg cannot be told; they cut nothing.
        off_network: Rows of cutting devices that stand on nothing.
    """

    network: Network
    cuts: CutList
    between: BetweenLegs
    legs: Legs
    stands_for: Mapping[int, int]
    leg_unknown: Int32
    off_network: Int32

    @cached_property
    def offsets(self) -> Int64:
        """Shape (pipes + 1,): cuts of pipe i are ``offsets[i]`` to ``offsets[i + 1]``."""
        pipes = len(self.network.pipes)
        offsets = np.zeros(pipes + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.cuts.pipe, minlength=pipes), out=offsets[1:])
        return offsets

    @cached_property
    def direction(self) -> Int8:
        """Shape (devices,), way of each one-way device along its pipe as stored; 0 where it is unknown or both.

        Between two legs: from the first to the second. Duplicates: see *stands_for*.
        """
        return directions(self.network, self.legs, self.stands_for)


@dataclass(frozen=True, eq=False)
class _Standing:
    """Cutting devices by what their records say of their place."""

    on_pipe: CutList
    at_junction: Int32
    leg_unknown: Int32
    off_network: Int32


@dataclass(frozen=True, eq=False)
class _Unnamed:
    """What became of devices at a junction whose pipe is not named."""

    on_leg: CutList
    between: BetweenLegs
    leg_unknown: Int32
    off_network: Int32


def place_cuts(network: Network) -> Placement:
    """Find what each device and each source of *network* cuts."""
    standing = _standing(network)
    source_nodes = network.sources.node[network.sources.node >= 0]
    legs = legs_at(network, np.concatenate([source_nodes, network.devices.node[standing.at_junction]]))
    unnamed = _place_unnamed(network, legs, standing.at_junction, source_nodes)
    cuts = CutList.joined([standing.on_pipe, unnamed.on_leg, _sources_inside(network)])
    cuts = _along_pipes(cuts, len(network.pipes))
    merger = Merger(network.devices)
    merged = merge_places(network, cuts, merger)
    return Placement(
        network=network,
        cuts=merged,
        between=_in_series(unnamed.between, merger),
        legs=legs,
        stands_for=merger.stands_for,
        leg_unknown=np.sort(np.concatenate([standing.leg_unknown, unnamed.leg_unknown])),
        off_network=np.sort(np.concatenate([standing.off_network, unnamed.off_network])),
    )


def _standing(network: Network) -> _Standing:
    devices = network.devices
    cutting = np.flatnonzero(devices.kind <= DeviceKind.PUMP)
    device, pipe, node = cutting.astype(np.int32), devices.pipe.take(cutting), devices.node.take(cutting)
    unnamed, at_nodes = device[:0], node[:0]
    if (pipe < 0).any():
        named = pipe >= 0
        unnamed, at_nodes = device[~named], node[~named]
        device, pipe, node = device[named], pipe[named], node[named]
    slot, measure_m, loop = _measures(network, device, pipe, node)
    on_pipe = CutList(device, pipe, measure_m, slot)
    placed = ~np.isnan(measure_m)
    if not placed.all():
        on_pipe = on_pipe.take(placed)
    return _Standing(
        on_pipe=on_pipe,
        at_junction=unnamed[at_nodes >= 0],
        leg_unknown=device[loop],
        off_network=np.concatenate([unnamed[at_nodes < 0], np.setdiff1d(device[~placed], device[loop])]),
    )


def _measures(network: Network, device: Int32, pipe: Int32, node: Int32) -> tuple[Int8, Float64, Int64]:
    """Slot and measure of *device* on *pipe*; NaN where it cannot be told, as on loops, whose rows come third."""
    pipes = network.pipes
    slot = np.full(len(device), INSIDE, dtype=np.int8)
    measure_m, length_m = network.devices.offset_m[device], pipes.length_m[pipe]
    legs = np.flatnonzero(node >= 0)
    at_start, at_end = pipes.from_node[pipe[legs]] == node[legs], pipes.to_node[pipe[legs]] == node[legs]
    slot[legs] += at_end.view(np.int8) - at_start.view(np.int8)
    measure_m[legs[at_start]] = 0.0
    measure_m[legs[at_end]] = length_m[legs[at_end]]
    # Said to be inside but at or beyond an end: it stands on that leg.
    beyond = np.flatnonzero((slot == INSIDE) & ((measure_m <= 0.0) | (measure_m >= length_m)))
    slot[beyond] = np.where(measure_m[beyond] <= 0.0, START_LEG, END_LEG)
    measure_m[beyond] = np.clip(measure_m[beyond], 0.0, length_m[beyond])
    loop = legs[at_start & at_end]
    measure_m[loop] = np.nan
    return slot, measure_m, loop


def _sources_inside(network: Network) -> CutList:
    sources = network.sources
    source = np.flatnonzero((sources.node < 0) & (sources.pipe >= 0) & np.isfinite(sources.offset_m)).astype(np.int32)
    pipe = sources.pipe[source]
    measure_m = np.clip(sources.offset_m[source], 0.0, network.pipes.length_m[pipe])
    cutter = (source + len(network.devices)).astype(np.int32)
    return CutList(cutter, pipe, measure_m, np.full(len(source), INSIDE, dtype=np.int8))


def _place_unnamed(network: Network, legs: Legs, device: Int32, source_nodes: Int32) -> _Unnamed:
    node = network.devices.node[device]
    first, last = np.searchsorted(legs.node, node), np.searchsorted(legs.node, node, side="right")
    count = last - first
    between = (count == 2) & ~np.isin(node, source_nodes)
    order = np.flatnonzero(between)
    order = order[np.argsort(node[order], kind="stable")]
    only = count == 1
    return _Unnamed(
        on_leg=_leg_cuts(network, device[only], legs, first[only]),
        between=BetweenLegs(device[order], node[order], first[order]),
        leg_unknown=device[(count > 1) & ~between],
        off_network=device[count == 0],
    )


def _leg_cuts(network: Network, device: Int32, legs: Legs, leg: Int64) -> CutList:
    pipe, at_end = legs.pipe[leg], legs.at_end[leg]
    measure_m = np.where(at_end, network.pipes.length_m[pipe], 0.0)
    return CutList(device, pipe, measure_m, np.where(at_end, END_LEG, START_LEG).astype(np.int8))


def _in_series(between: BetweenLegs, merger: Merger) -> BetweenLegs:
    """*between* without duplicates, and with the classes at one junction in their order."""
    same = between.node[1:] == between.node[:-1]
    if not same.any():
        return between
    device, kept = between.device.copy(), np.ones(len(between), dtype=np.bool_)
    for node in np.unique(between.node[1:][same]):
        first, last = (int(row) for row in between.rows(node))
        series = merger.in_series(between.device[first:last].tolist())
        device[first : first + len(series)] = series
        kept[first + len(series) : last] = False
    return BetweenLegs(device[kept], between.node[kept], between.leg[kept])


def _along_pipes(cuts: CutList, pipes: int) -> CutList:
    """*cuts* ascending by pipe and along it."""
    place = cuts.pipe * np.int32(SLOTS) + cuts.slot
    order = _order(place, pipes)
    if order is not None:
        place, cuts = place.take(order), cuts.take(order)
    return _ascending(cuts, place)


def _ascending(cuts: CutList, place: Int32) -> CutList:
    """*cuts*, ascending by *place*, in an order that ascends by measure too where the place is equal; may reorder them.

    Nobody else holds the columns by now, so they are put in order where they are: copies cost more than the swaps.
    """
    cutter, measure_m = cuts.cutter, cuts.measure_m
    wrong = _falls(measure_m, place)
    if not len(wrong):
        return cuts
    for _ in range(_SWAPS):
        wrong = wrong[np.append(True, np.diff(wrong) > 1)]
        for column in (cutter, measure_m):
            column[wrong], column[wrong + 1] = column[wrong + 1], column[wrong]
        wrong = _falls(measure_m, place)
        if not len(wrong):
            break
    else:
        order = np.lexsort((measure_m, place))
        cutter, measure_m = cutter[order], measure_m[order]
    return replace(cuts, cutter=cutter, measure_m=measure_m)


def _falls(measure_m: Float64, place: Int32) -> Int64:
    """Rows of *measure_m* that are followed by a smaller one at the same place."""
    falls: Int64 = np.flatnonzero((measure_m[1:] < measure_m[:-1]) & (place[1:] == place[:-1]))
    return falls


def _order(place: Int32, pipes: int) -> NDArray[np.integer] | None:
    """Stable order of *place*, None where it ascends already. Most records come nearly so: a merge sort then wins."""
    falls = np.count_nonzero(place[1:] < place[:-1])
    if not falls:
        return None
    if falls * _NEARLY_SORTED < len(place):
        return np.argsort(place, kind="stable")
    return grouped(place, pipes * SLOTS).values
