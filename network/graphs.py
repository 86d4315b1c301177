"""The network as networkx graphs, whole or a neighbourhood: for people, notebooks, and reasoning on a small part.

A graph of 100,000 pipes takes about half a second and 0.1 GB, of a million ten seconds and 1 GB; sweeps over a whole
city run on arrays instead (:mod:`network.segments`, :mod:`network.supply`).
"""

from __future__ import annotations

from dataclasses import asdict

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from network import records
from network.assets import DeviceKind
from network.columns import Bool, Int32
from network.grouping import flags
from network.supply import SupplyModel
from network.topology import City, Network


def to_networkx(city: City, pipes: NDArray[np.integer] | None = None) -> nx.MultiGraph[str]:
    """Junctions and pipes with their attributes.

    Args:
        city: The city.
        pipes: Rows of the pipes wanted; all where None.

    Returns:
        Nodes are junction ids with the fields of :class:`~network.records.Junction`; edges are keyed by pipe id, with
        the fields of :class:`~network.records.Pipe` and ``devices``, the :class:`~network.records.Device` records on
        the pipe in order along it. Sources and devices at a junction without a named pipe are in the node's
        ``sources`` and ``devices``.
    """
    rows = np.arange(len(city.network.pipes)) if pipes is None else np.unique(pipes)
    table = city.network.pipes
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    wanted = rows if pipes is not None else None
    nodes = np.unique(np.concatenate([table.from_node[rows], table.to_node[rows]]))
    for node in range(len(city.network.nodes)) if wanted is None else nodes.tolist():
        junction = records.junction(city, node)
        graph.add_node(junction.id, **asdict(junction), sources=[], devices=[])
    for row in rows.tolist():
        pipe = records.pipe(city, row)
        graph.add_edge(pipe.from_node, pipe.to_node, key=pipe.id, **asdict(pipe), devices=[])
    _hang_devices(graph, city, rows)
    for row in range(len(city.network.sources)):
        source = records.source(city, row)
        if source.node in graph:
            graph.nodes[source.node]["sources"].append(source)
    return graph


def _hang_devices(graph: nx.MultiGraph[str], city: City, rows: NDArray[np.integer]) -> None:
    table = city.network.devices
    chosen = flags(len(city.network.pipes), rows)
    named = np.flatnonzero(table.pipe >= 0)
    named = named[chosen[table.pipe[named]]]
    for row in named[np.lexsort((table.offset_m[named], table.pipe[named]))].tolist():
        device = records.device(city, row)
        pipe = records.pipe(city, int(table.pipe[row]))
        graph.edges[pipe.from_node, pipe.to_node, pipe.id]["devices"].append(device)
    for row in np.flatnonzero((table.pipe < 0) & (table.node >= 0)).tolist():
        device = records.device(city, row)
        if device.node in graph:
            graph.nodes[device.node]["devices"].append(device)


def pipes_around(network: Network, pipe: int, steps: int) -> Int32:
    """Rows of the pipes that are at most *steps* junctions away from *pipe*, itself included, ascending."""
    pipes = network.pipes
    near: Bool = np.zeros(len(network.nodes), dtype=np.bool_)
    found = np.array([pipe])
    for _ in range(steps):
        near[pipes.from_node[found]] = True
        near[pipes.to_node[found]] = True
        found = np.flatnonzero(near[pipes.from_node] | near[pipes.to_node])
    return found.astype(np.int32)


def segment_graph(model: SupplyModel, segments: NDArray[np.integer] | None = None) -> nx.MultiGraph[int]:
    """The segment-valve graph.

    Args:
        model: A city made ready.
        segments: The segments wanted, with the devices between them; all where None.

    Returns:
        Nodes are segments, with ``pipes`` (how many have a part in it), ``length_m`` and ``supplied``; edges are keyed
        by device id, with ``kind``, ``position``, ``condition`` and ``toward`` (the segment to which a one-way device
        of known direction lets water, else None).
    """
    structure = model.structure
    count = structure.segmentation.count
    wanted = np.arange(count) if segments is None else np.unique(segments)
    graph: nx.MultiGraph[int] = nx.MultiGraph()
    for segment in wanted.tolist():
        stretches = structure.segmentation.stretches(np.array([segment]))
        graph.add_node(
            segment, pipes=len(stretches.pipes), length_m=stretches.length_m, supplied=bool(model.supplied[segment])
        )
    links, chosen = structure.links, flags(count, wanted)
    for link in np.flatnonzero(chosen[links.side_a] & chosen[links.side_b]).tolist():
        _add_link(graph, model, link)
    return graph


def _add_link(graph: nx.MultiGraph[int], model: SupplyModel, link: int) -> None:
    links = model.structure.links
    side_a, side_b = int(links.side_a[link]), int(links.side_b[link])
    way = int(model.structure.segmentation.placement.direction[links.device[link]])
    device = records.device(model.city, int(links.device[link]), model.merged)
    graph.add_edge(
        side_a,
        side_b,
        key=device.id,
        kind=DeviceKind(device.kind),
        position=device.position,
        condition=device.condition,
        toward={1: side_b, -1: side_a}.get(way),
    )
