"""Every segment's and valve's outage at once, against bare dominators of rustworkx on the same graph, in one run.

*Bare* is what anybody would write who only wants dominators: a ``rustworkx.PyDiGraph`` from the arrays of arcs, and
``immediate_dominators``. *Rank* is all of it from a city made ready: weights of customers and mains, groups,
dominators, sums for every segment and every device, what is exact. Promise: at most 1.3 times, at 100,000 and
1,000,000 pipes.
Making the city ready is printed apart, and so is what makes "at least" exact: valves settled together, and the mean of
a trace where only tracing tells.

Usage: ``python benchmarks/bench_rank.py [--runs N] [--grid PIPES…] [--workspace FOLDER…]``. Random grids are cheap at
any size; *--workspace* takes workspaces, such as demo cities.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rustworkx as rx
from random_city import random_city

from gis.cache import open_city
from network.outage import Weights
from network.rank import Ranking, rank_outages
from network.rank_basis import water_arcs
from network.rank_refine import refine, settle_valves
from network.supply import SupplyModel, prepare
from network.topology import City, DeviceStates

TRACED = 100


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the ranking of whole cities.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--grid", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--workspace", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    print(
        "city                  pipes  segments   devices      ready       bare       rank  ratio: median   least  most"
    )
    for pipes in options.grid:
        compare(f"grid {pipes:,}", random_city(pipes), options.runs)
    for folder in options.workspace:
        compare(folder.name, open_city(folder / "cache"), options.runs)


def compare(name: str, city: City, runs: int) -> None:
    """The two take turns, so that a busy machine slows both."""
    ready_ms, model = timed(lambda: prepare(city, DeviceStates.recorded(city.network.devices)))
    model.structure.warm_up()
    arcs = water_arcs(model)
    turns = [(timed(lambda: bare(*arcs))[0], timed(lambda: rank(model))[0]) for _ in range(runs)]
    bare_ms, rank_ms = (statistics.median(column) for column in zip(*turns, strict=True))
    ratios = [ours / theirs for theirs, ours in turns]
    count, devices = model.structure.segmentation.count, len(model.structure.links)
    print(
        f"{name:17} {len(city.network.pipes):9,} {count:9,} {devices:9,} {ready_ms:7.0f} ms {bare_ms:7.0f} ms"
        f" {rank_ms:7.0f} ms {statistics.median(ratios):14.2f} {min(ratios):7.2f} {max(ratios):5.2f}"
    )
    settle(model, rank(model))


def bare(tail: np.ndarray, head: np.ndarray, root: int) -> dict[int, int]:
    graph = rx.PyDiGraph()
    graph.add_nodes_from(range(root + 1))
    graph.extend_from_edge_list(list(zip(tail.tolist(), head.tolist(), strict=True)))
    return rx.immediate_dominators(graph, root)


def rank(model: SupplyModel) -> Ranking:
    return rank_outages(model, Weights.of(model.structure))


def settle(model: SupplyModel, ranking: Ranking) -> None:
    weights = Weights.of(model.structure)
    taken_ms, settled = timed(lambda: settle_valves(ranking))
    segments, links = (np.flatnonzero(~exact) for exact in (settled.segments_exact, settled.valves_exact))
    chosen = np.random.default_rng(7).permutation(links)[:TRACED]
    trace_ms = timed(lambda: refine(model, weights, settled, segments=links[:0], links=chosen))[0] / max(len(chosen), 1)
    together = np.count_nonzero((settled.valves.table > ranking.valves.table + 0.001).any(axis=0))
    print(
        f"    exact at once: {ranking.segments_exact.mean():.2%} of segments,"
        f" {ranking.valves_exact.mean():.2%} of valves;"
        f" after {taken_ms / 1e3:.1f} s {settled.valves_exact.mean():.2%} of valves"
        f" ({together:,} lose more together than apart);\n"
        f"    left to tracing: {len(segments):,} segments, {len(links):,} valves, about {trace_ms:.1f} ms each"
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return (time.perf_counter() - started) * 1e3, done


if __name__ == "__main__":
    main()
