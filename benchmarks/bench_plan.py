"""From a click to the plan with its customers, warm, over random targets.

A plan is ``plan_isolation`` and ``assess_impact`` together. Promise at 1,000,000 pipes and 1,000,000 customers: half of
the answers within 5 ms, 99 of 100 within 120 ms. The other kinds of target, and what it costs to make a city ready or
to see it under other valve positions, are printed too.

Usage: ``python benchmarks/bench_plan.py [--pipes N] [--targets N] [--city FOLDER]``; *--city* takes the cache of a
workspace in place of the random grid.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from random_city import random_city

from gis.cache import open_city
from network.answers import (
    AreaTarget,
    CannotIsolate,
    CustomerTarget,
    DeviceTarget,
    IsolationPlan,
    JunctionTarget,
    PipeTarget,
    Target,
)
from network.assets import Position
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.proof import why_close
from network.supply import SupplyModel, prepare
from network.topology import City, DeviceStates


def main() -> None:
    parser = argparse.ArgumentParser(description="Time isolation plans.")
    parser.add_argument("--pipes", type=int, default=1_000_000)
    parser.add_argument("--targets", type=int, default=3_000)
    parser.add_argument("--city", type=Path)
    options = parser.parse_args()
    city = open_city(options.city) if options.city else random_city(options.pipes)
    model = prepare_timed(city)
    rng = np.random.default_rng(7)
    works: dict[str, Iterator[Target]] = {
        "pipes": (PipeTarget(row) for row in rng.integers(0, len(city.network.pipes), options.targets).tolist()),
        "junctions": (JunctionTarget(row) for row in rng.integers(0, len(city.network.nodes), 500).tolist()),
        "devices": (DeviceTarget(row) for row in rng.integers(0, len(city.network.devices), 500).tolist()),
        "customers": (CustomerTarget(row) for row in rng.integers(0, len(city.customers), 500).tolist()),
        "polygons": (square(city, row) for row in rng.integers(0, len(city.network.nodes), 50).tolist()),
    }
    answer(model, PipeTarget(0))
    print("\ntargets       number       p50       p90       p99   longest   infeasible   largest outage (customers)")
    for name, targets in works.items():
        report(name, model, list(targets))
    explain(model, rng)


def prepare_timed(city: City) -> SupplyModel:
    print(f"{len(city.network.pipes):,} pipes, {len(city.customers):,} customers")
    ready_s, model = timed(lambda: prepare(city, DeviceStates.recorded(city.network.devices)))
    other_s, _ = timed(lambda: model.with_states(model.states.with_positions([0], Position.CLOSED)))
    warm_s, _ = timed(model.structure.warm_up)
    count = model.structure.segmentation.count
    print(
        f"made ready in {ready_s:.2f} s ({count:,} segments), other states in {other_s:.2f} s, warm in {warm_s:.2f} s"
    )
    return model


def answer(model: SupplyModel, target: Target) -> tuple[IsolationPlan | CannotIsolate, int]:
    found = plan_isolation(model, target)
    plan = found.if_stopped if isinstance(found, CannotIsolate) else found
    return found, len(assess_impact(model, plan).out)


def report(name: str, model: SupplyModel, targets: list[Target]) -> None:
    turns = [timed(lambda target=target: answer(model, target)) for target in targets]
    taken_ms = np.array([seconds for seconds, _ in turns]) * 1e3
    out = max(customers for _, (_, customers) in turns)
    infeasible = sum(isinstance(found, CannotIsolate) for _, (found, _) in turns)
    figures = "".join(f"{figure:7.2f} ms" for figure in np.percentile(taken_ms, [50, 90, 99, 100]))
    print(f"{name:12} {len(turns):7,}{figures} {infeasible:12,} {out:12,}")


def explain(model: SupplyModel, rng: np.random.Generator) -> None:
    """Why the first valve of some plans must be closed."""
    taken_s = []
    for pipe in rng.integers(0, len(model.city.network.pipes), 20).tolist():
        plan = plan_isolation(model, PipeTarget(pipe))
        if isinstance(plan, IsolationPlan) and plan.close:
            taken_s.append(timed(lambda plan=plan: why_close(model, plan, plan.close[0]))[0])
    print(
        f"\nwhy a valve must be closed: median {np.median(taken_s) * 1e3:.0f} ms, longest {max(taken_s) * 1e3:.0f} ms"
    )


def square(city: City, node: int, half_m: float = 150.0) -> AreaTarget:
    x_m, y_m = float(city.network.nodes.x_m[node]), float(city.network.nodes.y_m[node])
    corners = ((-half_m, -half_m), (half_m, -half_m), (half_m, half_m), (-half_m, half_m))
    return AreaTarget(tuple((x_m + right, y_m + up) for right, up in corners))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


if __name__ == "__main__":
    main()
