"""Traces and long sections as the window asks for them."""

from __future__ import annotations

import numpy as np

from app.errors import AppError
from app.requests import FindRoute, NetworkTraced, RouteFound, TraceNetwork
from network.answers import CustomerTarget, DeviceTarget, HydrantTarget, JunctionTarget, PipeParts, PipeTarget, Target
from network.assets import TapTable
from network.sections import long_section
from network.topology import City
from network.traces import NodePlace, PipePlace, Place, Traced, TraceGraph, downstream, shortest_route, upstream

WAYS = {"upstream": upstream, "downstream": downstream}


def trace(graph: TraceGraph, request: TraceNetwork) -> NetworkTraced:
    """Everything up or down the water from a thing, and how many customers hang on it.

    Raises:
        AppError: ``trace.no_place``, ``trace.nothing`` where nothing runs there.
    """
    found = WAYS[request.way](graph, place_of(graph.model.city, request.target))
    if not len(found.parts):
        raise AppError("trace.nothing")
    rows = customers_on(graph, found)
    critical = graph.model.city.customers.critical[rows]
    return NetworkTraced(
        request.way,
        found.parts,
        tuple(found.devices.tolist()),
        tuple(found.sources.tolist()),
        rows,
        int(critical.sum()),
    )


def customers_on(graph: TraceGraph, traced: Traced) -> np.ndarray:
    """Customers whose own tap or station's lies on a stretch of *traced*: shape (k,), ascending."""
    return taps_on(graph.model.city.customers.tap, traced.parts)


def taps_on(taps: TapTable, parts: PipeParts) -> np.ndarray:
    """Rows of *taps* that lie on *parts* (by pipe, then start): shape (k,), ascending."""
    chosen = np.flatnonzero(np.isin(taps.pipe, parts.pipes))
    first = np.searchsorted(parts.pipe, taps.pipe[chosen], side="left")
    last = np.searchsorted(parts.pipe, taps.pipe[chosen], side="right")
    held = np.zeros(len(chosen), dtype=np.bool_)
    for step in range(int((last - first).max(initial=0))):
        at = np.minimum(first + step, last - 1)
        held |= (parts.start_m[at] <= taps.offset_m[chosen]) & (parts.end_m[at] >= taps.offset_m[chosen])
    return chosen[held]


def route(graph: TraceGraph, request: FindRoute) -> RouteFound:
    """The shortest way between two things and its long section.

    Raises:
        AppError: ``trace.no_place``, ``trace.no_way`` where no pipe joins them, ``trace.same_place``.
    """
    city = graph.model.city
    found = shortest_route(graph, place_of(city, request.start), place_of(city, request.goal))
    if found is None:
        raise AppError("trace.no_way")
    if not len(found.pipe):
        raise AppError("trace.same_place")
    return RouteFound(found, long_section(city.network, found))


def place_of(city: City, target: Target) -> Place:
    """Where a target stands on the network.

    Raises:
        AppError: ``trace.no_place``: it stands on no pipe, or is an area.
    """
    pipes, devices = city.network.pipes, city.network.devices
    match target:
        case PipeTarget(pipe, offset_m):
            return PipePlace(pipe, float(pipes.length_m[pipe]) / 2 if offset_m is None else offset_m)
        case JunctionTarget(node):
            return NodePlace(node)
        case DeviceTarget(device) if devices.pipe[device] >= 0:
            return PipePlace(int(devices.pipe[device]), float(devices.offset_m[device]))
        case DeviceTarget(device) if devices.node[device] >= 0:
            return NodePlace(int(devices.node[device]))
        case CustomerTarget(row) if city.customers.tap.pipe[row] >= 0:
            return _tap(city.customers.tap, row)
        case HydrantTarget(row) if city.hydrants.tap.pipe[row] >= 0:
            return _tap(city.hydrants.tap, row)
        case _:
            raise AppError("trace.no_place")


def _tap(taps: TapTable, row: int) -> PipePlace:
    return PipePlace(int(taps.pipe[row]), float(taps.offset_m[row]))
