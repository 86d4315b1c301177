"""Segments of a whole city against bare connected components on the same pipes, in one run.

*Bare* is what anybody would write who only wants what hangs together: a sparse matrix from the two node columns, and
``scipy.sparse.csgraph.connected_components``. *Segments* is all of ``find_segments``: placing every device and source,
ordering the cuts, labelling, and a segment for every part. Promise: at most 1.5 times, at 100,000 and 1,000,000 pipes.
The labelling alone, without the matrix, is printed beside it, and so is WNTR's ``valve_segments`` at 10,000 pipes.

Usage: ``python benchmarks/bench_segments.py [--runs N] [--grid PIPES…] [--synthetic PIPES…] [--city FOLDER…]``. Random
grids are cheap at any size; *--synthetic* are demo cities, which take minutes to make at a million pipes; *--city* is
the cache of a workspace.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
from random_city import random_city
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from wntr.metrics import valve_segments

from gis.cache import open_city
from gis.noding import NodingOptions, build_city
from gis.synthetic import generate_city
from network.segments import find_segments
from network.topology import Network


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the segments of whole cities.")
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--synthetic", type=int, nargs="*", default=[100_000])
    parser.add_argument("--city", type=Path, nargs="*", default=[])
    parser.add_argument("--grid", type=int, nargs="*", default=[100_000, 1_000_000])
    options = parser.parse_args()
    print("city                        segments    matrix    labels  segments   ratio  to labels alone")
    for pipes in options.grid:
        compare(f"grid {pipes:,}", random_city(pipes).network, options.runs)
    for pipes in options.synthetic:
        city = build_city(generate_city(pipes, 1), NodingOptions()).city
        compare(f"synthetic {pipes:,}", city.network, options.runs)
    for folder in options.city:
        compare(folder.name, open_city(folder).network, options.runs)
    against_wntr()


def compare(name: str, network: Network, runs: int) -> None:
    """Median times of *runs* turns; the three take turns, so that a busy machine slows all of them."""
    tail, head = np.array(network.pipes.from_node), np.array(network.pipes.to_node)
    size = (len(network.nodes),) * 2

    def matrix() -> csr_array:
        return csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=size)

    graph = matrix()
    works = (matrix, lambda: connected_components(graph, directed=False), lambda: find_segments(network))
    turns = [[milliseconds(work) for work in works] for _ in range(runs)]
    built, labelled, found = (statistics.median(column) for column in zip(*turns, strict=True))
    ratio, alone = found / (built + labelled), found / labelled
    count = find_segments(network).count
    print(f"{name:25} {count:10,} {built:7.1f} ms {labelled:6.1f} ms {found:6.1f} ms {ratio:7.2f} {alone:16.2f}")


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def against_wntr(pipes: int = 10_000) -> None:
    """The same valves, all on legs, for WNTR; it must find as many segments."""
    network = random_city(pipes, legs_only=True).network
    graph = nx.MultiGraph()
    graph.add_nodes_from(network.nodes.ids)
    ends = zip(
        network.nodes.ids.take(network.pipes.from_node), network.nodes.ids.take(network.pipes.to_node), strict=True
    )
    graph.add_edges_from((one, other, name) for (one, other), name in zip(ends, network.pipes.ids, strict=True))
    devices = network.devices
    layer = pd.DataFrame(
        {"link": network.pipes.ids.take(devices.pipe), "node": network.nodes.ids.take(devices.node)}, dtype=object
    )
    ours_ms = min(milliseconds(lambda: find_segments(network)) for _ in range(5))
    bare_ms = min(milliseconds(lambda: find_bare(network)) for _ in range(5))
    started = time.perf_counter()
    _, _, sizes = valve_segments(graph, layer)
    theirs_ms = (time.perf_counter() - started) * 1e3
    sources = int(find_segments(network).placement.legs.node.size)
    print(f"\n{len(network.pipes):,} pipes, {len(devices):,} valves: ours {ours_ms:.1f} ms, WNTR {theirs_ms:,.0f} ms")
    print(f"to bare labelling: ours {ours_ms / bare_ms:.1f}, WNTR {theirs_ms / bare_ms:,.0f}")
    print(
        f"segments: WNTR {len(sizes):,}; ours {find_segments(network).count:,}, with {sources} legs parted at sources"
    )


def find_bare(network: Network) -> object:
    tail, head = network.pipes.from_node, network.pipes.to_node
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(len(network.nodes),) * 2)
    return connected_components(graph, directed=False)


if __name__ == "__main__":
    main()
