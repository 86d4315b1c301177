"""EPANET's Net3 under WNTR's valve layers: the published numbers of segments and their sizes.

WNTR counts pumps, tanks and reservoirs as plain links and nodes, and takes no notice of closed links. So the network is
read that way here: pumps as pipes, tanks and reservoirs as junctions, pipe 330 open.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import wntr

from gis.exchange.assemble import settle
from gis.exchange.inp import InpOptions, inp_layers, inp_source, read_valve_pairs
from gis.fault_log import FaultLog
from gis.noding import NodingOptions, build_city
from network.inp import InpNetwork, LinkKind, NodeKind, read_inp
from network.segments import Segmentation, find_segments
from network.topology import Network

NET3 = Path(wntr.__file__).parent / "library" / "networks" / "Net3.inp"


def as_wntr_reads(network: InpNetwork) -> InpNetwork:
    links = [replace(link, kind=LinkKind.PIPE, closed=False) for link in network.links]
    nodes = [replace(node, kind=NodeKind.JUNCTION) for node in network.nodes]
    return replace(network, links=tuple(links), nodes=tuple(nodes))


@pytest.fixture(scope="module")
def net3() -> InpNetwork:
    return as_wntr_reads(read_inp(NET3))


def noded(network: InpNetwork, pairs: tuple[tuple[str, str], ...]) -> Network:
    log = FaultLog()
    mapped = inp_layers(network, inp_source(network, NET3, log), InpOptions(valve_pairs=pairs), log)
    return build_city(settle(mapped, None, "Net3", log, local=True).layers, NodingOptions(by="ids")).city.network


def elements(segments: Segmentation, network: Network) -> np.ndarray:
    """How many nodes and links each segment has. A link belongs to its longest part: the others have no length."""
    spans = segments.part_spans(np.arange(segments.parts))
    length_m = spans.end_m - spans.start_m
    links = np.zeros(segments.count, dtype=int)
    for pipe in range(len(network.pipes)):
        parts = np.flatnonzero(spans.pipe == pipe)
        links[segments.part_segment[parts[np.argmax(length_m[parts])]]] += 1
    nodes = np.bincount(segments.vertex_segment[: len(network.nodes)], minlength=segments.count)
    return nodes + links


@pytest.mark.parametrize(
    ("layer", "count", "largest"),
    [
        ("valve_layer_random", 23, 125),
        ("valve_layer_stategic_0", 216, 1),
        ("valve_layer_stategic_1", 119, 3),
        ("valve_layer_stategic_2", 38, None),
        ("valve_layer_stategic_3", 3, None),
    ],
)
def test_segments_are_as_published(reference_data, net3, layer, count, largest):
    pairs = read_valve_pairs(reference_data / "net3_valves" / f"{layer}.csv")
    network = noded(net3, pairs)
    segments = find_segments(network)
    assert segments.count == count
    assert len(network.devices) == len(pairs)
    sizes = elements(segments, network)
    assert sizes.sum() == 97 + 119, "every node and link is in one segment"
    if largest is not None:
        assert sizes.max() == largest


def test_without_valves_net3_is_one_segment(net3):
    assert find_segments(noded(net3, ())).count == 1
