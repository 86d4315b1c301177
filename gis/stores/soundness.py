"""Whether the rows of a stored city point at rows that are there: SQLite keeps no checksums of what a row says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from network.assets import TapTable
from network.columns import NO_INDEX
from network.topology import City

Pointer = tuple[str, NDArray[np.integer[Any]], int, int]
"""Name, rows pointed at, lowest that is allowed, number of rows there are."""


def dangling(city: City) -> list[str]:
    """Names of the columns of *city* that point at rows which are not there, such as ``pipes.from_node``."""
    return [name for name, rows, lowest, size in _pointers(city) if len(rows) and _is_outside(rows, lowest, size)]


def _is_outside(rows: NDArray[np.integer[Any]], lowest: int, size: int) -> bool:
    return bool(rows.min() < lowest or rows.max() >= size)


def _pointers(city: City) -> Iterator[Pointer]:
    network = city.network
    nodes, pipes, devices = len(network.nodes), len(network.pipes), len(network.devices)
    yield "pipes.from_node", network.pipes.from_node, 0, nodes
    yield "pipes.to_node", network.pipes.to_node, 0, nodes
    yield "devices.node", network.devices.node, NO_INDEX, nodes
    yield "devices.pipe", network.devices.pipe, NO_INDEX, pipes
    yield "devices.toward_pipe", network.devices.toward_pipe, NO_INDEX, pipes
    yield "sources.node", network.sources.node, NO_INDEX, nodes
    yield "sources.pipe", network.sources.pipe, NO_INDEX, pipes
    yield "customers.station", city.customers.station, NO_INDEX, len(city.stations)
    yield "customers.branch_valve", city.customers.branch_valve, NO_INDEX, devices
    yield "hydrants.branch_valve", city.hydrants.branch_valve, NO_INDEX, devices
    taps: dict[str, TapTable] = {
        "customers": city.customers.tap,
        "hydrants": city.hydrants.tap,
        "stations": city.stations.tap,
    }
    for name, tap in taps.items():
        yield f"{name}.tap.pipe", tap.pipe, NO_INDEX, pipes
