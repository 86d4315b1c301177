"""Trade-off fronts and fallbacks of random targets: how they are spread, and the ratio to the plain plans.

Promise: half of the fronts within 20 ms at 100,000 pipes and within 150 ms at 1,000,000; all fallbacks of a plan, one
for each of its valves with its customers, within 50 ms.

Usage: ``python benchmarks/bench_alternatives.py [--pipes N …] [--targets N] [--workspace FOLDER]``; *--workspace*
takes a city that was imported in place of the random grids.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from random_city import random_city

from gis.cache import open_city
from network.alternatives.fallbacks import without_each
from network.alternatives.front import trade_offs
from network.alternatives.records import Front
from network.alternatives.surroundings import Surroundings
from network.answers import IsolationPlan, PipeTarget
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import prepare
from network.topology import City, DeviceStates


def main() -> None:
    parser = argparse.ArgumentParser(description="Time alternatives to isolation plans.")
    parser.add_argument("--pipes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--targets", type=int, default=300)
    parser.add_argument("--workspace", type=Path)
    options = parser.parse_args()
    if options.workspace:
        report(open_city(options.workspace / "cache"), options.targets)
        return
    for pipes in options.pipes:
        report(random_city(pipes), options.targets)


def report(city: City, targets: int) -> None:
    model = prepare(city, DeviceStates.recorded(city.network.devices))
    model.structure.warm_up()
    ready_s, around = timed(lambda: Surroundings.of(model))
    print(f"\n{len(city.network.pipes):,} pipes, {len(city.customers):,} customers; surroundings in {ready_s[0]:.2f} s")
    wanted = [
        PipeTarget(row) for row in np.random.default_rng(7).integers(0, len(city.network.pipes), targets).tolist()
    ]
    plans = [timed(lambda target=target: planned(model, target)) for target in wanted]
    trade_offs(around, wanted[0])
    fronts = [timed(lambda target=target: trade_offs(around, target)) for target in wanted]
    rest = [timed(lambda plan=plan: without_each(model, plan)) for _, plan in plans if isinstance(plan, IsolationPlan)]
    print("                 number       p50       p90       p99   longest")
    for name, turns in (("plans", plans), ("fronts", fronts), ("all fallbacks", rest)):
        shown(name, turns)
    ratio = np.median([taken[1] for taken, _ in fronts]) / np.median([taken[1] for taken, _ in plans])
    print(f"a front takes {ratio:.1f} times a plan with its customers (medians, processor)")
    described([front for _, front in fronts])


def planned(model: Any, target: PipeTarget) -> Any:
    answer = plan_isolation(model, target)
    if isinstance(answer, IsolationPlan):
        assess_impact(model, answer)
    return answer


def shown(name: str, turns: list[tuple[tuple[float, float], Any]]) -> None:
    for label, which in (("", 0), ("  processor", 1)):
        taken_ms = np.array([taken[which] for taken, _ in turns]) * 1e3
        figures = "".join(f"{figure:7.1f} ms" for figure in np.percentile(taken_ms, [50, 90, 99, 100]))
        print(f"{label or name:15} {len(turns):7,}{figures}")


def described(answers: list[Any]) -> None:
    fronts = [front for front in answers if isinstance(front, Front)]
    exact = sum(front.exact for front in fronts)
    sure = sum(point.customers_out < front.certain_below for front in fronts for point in front.points)
    points = [len(front.points) for front in fronts]
    searched = [front.searched for front in fronts]
    print(
        f"{len(fronts)} fronts, {exact} complete; points: mean {np.mean(points):.1f}, most {max(points)}, "
        f"unbeaten in the whole city {sure / sum(points):.0%}; "
        f"cuts searched: median {np.median(searched):.0f}, most {max(searched)}"
    )
    others = [answer.why for answer in answers if not isinstance(answer, Front)]
    print("no front: " + (", ".join(f"{others.count(why)} {why}" for why in sorted(set(others))) or "none"))


def timed(work: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Seconds by the clock and of the processor, and what was done."""
    clock, processor = time.perf_counter(), time.thread_time()
    done = work()
    return (time.perf_counter() - clock, time.thread_time() - processor), done


if __name__ == "__main__":
    main()
