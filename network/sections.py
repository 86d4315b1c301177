"""A long section: what lies along a way of pipes, by its measure."""

from __future__ import annotations

import numpy as np

from network.columns import Float64, Int32
from network.elevations import elevation_m
from network.topology import Network
from network.ways import LongSection, Route, Stretch


def long_section(network: Network, route: Route, node_head_m: Float64 | None = None) -> LongSection:
    """What lies along *route*.

    Args:
        network: The network.
        route: The way.
        node_head_m: Shape (nodes,), head at each junction, where hydraulics has it; between junctions it is taken to
            fall evenly.
    """
    pipe: Int32 = np.repeat(route.pipe, 2)
    offset_m = np.column_stack([route.from_m, route.to_m]).ravel()
    run_m = np.cumsum(np.abs(route.to_m - route.from_m))
    at_m = np.column_stack([run_m - np.abs(route.to_m - route.from_m), run_m]).ravel()
    heads = np.full(len(at_m), np.nan) if node_head_m is None else _between_ends(network, pipe, offset_m, node_head_m)
    return LongSection(
        at_m=at_m,
        ground_m=elevation_m(network, pipe, offset_m),
        cover_m=network.pipes.depth_m[pipe].astype(np.float64),
        head_m=heads,
        stretches=_stretches(route.pipe, at_m),
        devices=route.devices,
        device_at_m=route.device_at_m,
    )


def _between_ends(network: Network, pipe: Int32, offset_m: Float64, node_m: Float64) -> Float64:
    pipes = network.pipes
    length_m = pipes.length_m[pipe]
    share = np.divide(offset_m, length_m, out=np.zeros(len(pipe)), where=length_m > 0.0)
    start, end = node_m[pipes.from_node[pipe]], node_m[pipes.to_node[pipe]]
    found: Float64 = np.where(share <= 0.0, start, np.where(share >= 1.0, end, start + share * (end - start)))
    return found


def _stretches(pipe: Int32, at_m: Float64) -> tuple[Stretch, ...]:
    """One a pipe: parts of one pipe that follow each other are one."""
    found: list[Stretch] = []
    for row, start_m, end_m in zip(pipe.tolist(), at_m[::2].tolist(), at_m[1::2].tolist(), strict=True):
        if found and found[-1].pipe == row:
            found[-1] = Stretch(row, found[-1].start_m, end_m)
        else:
            found.append(Stretch(row, start_m, end_m))
    return tuple(found)
