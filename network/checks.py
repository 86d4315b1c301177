"""Doubts about a network that only its topology shows, as a list: data are never refused for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from network.assets import SourceKind
from network.columns import NO_INDEX, Bool, Int32
from network.directions import is_one_way
from network.segments import Segmentation, find_segments
from network.structure import Links, islands
from network.topology import Network


class Doubt(StrEnum):
    """Kinds of doubt. The words are those of the import's faults."""

    VALVE_OFF_PIPE = "valve_off_pipe"
    VALVE_LEG_UNKNOWN = "valve_leg_unknown"
    DUPLICATE_VALVE = "duplicate_valve"
    DIRECTION_UNKNOWN = "direction_unknown"
    SOURCE_OFF_PIPE = "source_off_pipe"
    ISLAND_WITHOUT_SOURCE = "island_without_source"
    ISLAND_ON_TANK = "island_on_tank"
    NO_SOURCE = "no_source"


@dataclass(frozen=True)
class Finding:
    """One doubt.

    Attributes:
        row: Row of the device or source; of the longest pipe for an island without a source; -1 for the network.
        other: Row of the device that stands for a duplicate, else -1.
        pipes, length_m: Size of an island.
    """

    doubt: Doubt
    row: int = NO_INDEX
    other: int = NO_INDEX
    pipes: int = 0
    length_m: float = 0.0


def find_doubts(network: Network) -> tuple[Finding, ...]:
    """Everything doubtful about *network*: devices first, then sources, then islands."""
    segmentation = find_segments(network)
    return (*_of_devices(network, segmentation), *_of_sources(network), *_of_islands(network, segmentation))


def _of_devices(network: Network, segmentation: Segmentation) -> Iterator[Finding]:
    devices, placement = network.devices, segmentation.placement
    on_nothing = np.flatnonzero((devices.pipe < 0) & (devices.node < 0))
    for device in np.union1d(on_nothing, placement.off_network).tolist():
        yield Finding(Doubt.VALVE_OFF_PIPE, device)
    for device in placement.leg_unknown.tolist():
        yield Finding(Doubt.VALVE_LEG_UNKNOWN, device)
    for duplicate, device in sorted(placement.stands_for.items()):
        yield Finding(Doubt.DUPLICATE_VALVE, duplicate, device)
    links = Links.of(segmentation).device
    for device in links[is_one_way(devices.kind[links]) & (placement.direction[links] == 0)].tolist():
        yield Finding(Doubt.DIRECTION_UNKNOWN, device)


def _of_sources(network: Network) -> Iterator[Finding]:
    sources = network.sources
    if not len(sources):
        yield Finding(Doubt.NO_SOURCE)
    for source in np.flatnonzero((sources.node < 0) & (sources.pipe < 0)).tolist():
        yield Finding(Doubt.SOURCE_OFF_PIPE, source)


def _of_islands(network: Network, segmentation: Segmentation) -> Iterator[Finding]:
    """Islands on a tank, and islands without any source, unless the whole city has none."""
    sources, pipes = network.sources, network.pipes
    if not len(sources) or not len(pipes):
        return
    labels = islands(segmentation, Links.of(segmentation))
    of_source = labels[segmentation.count :]
    plants = sources.kind != SourceKind.TANK
    fed, planted = _present(of_source, labels), _present(of_source[plants], labels)
    of_pipe = labels[segmentation.vertex_segment[segmentation.from_vertex]]
    count = np.bincount(of_pipe, minlength=len(fed))
    length_m = np.bincount(of_pipe, weights=pipes.length_m, minlength=len(fed))
    # A tank that stands on no pipe feeds nothing, and is told as such.
    for source in np.flatnonzero(~planted[of_source] & (count[of_source] > 0)).tolist():
        island = of_source[source]
        yield Finding(Doubt.ISLAND_ON_TANK, source, NO_INDEX, int(count[island]), float(length_m[island]))
    for pipe in _longest(of_pipe, pipes.length_m):
        island = of_pipe[pipe]
        if not fed[island]:
            yield Finding(Doubt.ISLAND_WITHOUT_SOURCE, pipe, NO_INDEX, int(count[island]), float(length_m[island]))


def _present(some: NDArray[np.integer], labels: Int32) -> Bool:
    """Shape (islands,): whether a label occurs among *some*."""
    present: Bool = np.bincount(some, minlength=int(labels.max()) + 1) > 0
    return present


def _longest(island: NDArray[np.integer], length_m: NDArray[np.float64]) -> list[int]:
    """The longest pipe of each island, by row."""
    order = np.lexsort((-length_m, island))
    first = np.append(True, np.diff(island[order]) != 0)
    return sorted(order[first].tolist())
