"""Trade-off fronts and fallbacks of random targets: how they are spread, and the ratio to the plain plans.

Promise: half of the fronts within 20 ms at 100,000 pipes and within 150 ms at 1,000,000; all fallbacks of a plan, one
for each of its valves with its customers, within 50 ms.

Usage: ``python benchmarks/bench_alternatives.py [--pipes N …] [--targets N] [--workspace FOLDER]``; *--workspace*
takes a city that was imported in place of the random grids, and times the whole answer of the Plan desk as well: by
valves and by minutes, with ways over its roads from a crew some kilometres away.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from random_city import random_city

from app.operations.roads import ways_to_valves_s
from app.operations.weigh_plans import weigh_plans
from app.plan_requests import CostOf
from gis.cache import open_city, open_tables
from gis.roads import RoadNetwork
from gis.uncollected import uncollected
from network.alternatives.as_plan import plan_closing
from network.alternatives.fallbacks import without_each
from network.alternatives.front import trade_offs
from network.alternatives.records import Front
from network.alternatives.surroundings import Surroundings
from network.answers import IsolationPlan, PipeTarget
from network.closing_order import valves_to_visit
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
        cache = options.workspace / "cache"
        around = report(open_city(cache), options.targets)
        weighed(around, open_tables(cache, "roads", RoadNetwork), options.targets)
        return
    for pipes in options.pipes:
        report(random_city(pipes), options.targets)


def report(city: City, targets: int) -> Surroundings:
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
    chosen = [timed(lambda plan=plan: without_each(model, plan)) for plan in wider_plans(model, plans, fronts)]
    print("                  number       p50       p90       p99   longest")
    for name, turns in (("plans", plans), ("fronts", fronts), ("all fallbacks", rest), ("… chosen plans", chosen)):
        shown(name, turns)
    ratio = np.median([taken[1] for taken, _ in fronts]) / np.median([taken[1] for taken, _ in plans])
    print(f"a front takes {ratio:.1f} times a plan with its customers (medians, processor)")
    described([front for _, front in fronts])
    return around


def wider_plans(model: Any, plans: list[Any], fronts: list[Any]) -> Iterator[IsolationPlan]:
    """Plans that close fewer valves than the tight one: every sixth target's."""
    for (_, plan), (_, front) in list(zip(plans, fronts, strict=True))[::6]:
        if isinstance(plan, IsolationPlan) and isinstance(front, Front):
            wider = (plan_closing(model, plan, point.close) for point in front.points[:-1])
            yield from (one for one in wider if isinstance(one, IsolationPlan))


def weighed(around: Surroundings, roads: RoadNetwork, targets: int) -> None:
    """What the Plan desk answers, with the ways of a crew that is up to 4 km away in both directions."""
    devices, random = around.model.city.network.devices, np.random.default_rng(3)

    def answer(row: int, by: CostOf) -> None:
        plan = plan_isolation(around.model, PipeTarget(row))
        valves = list(valves_to_visit(around.model, plan)) if isinstance(plan, IsolationPlan) else []
        if not valves:
            return
        away_m = random.uniform(-4000.0, 4000.0, 2)
        crew_m = float(devices.x_m[valves].mean() + away_m[0]), float(devices.y_m[valves].mean() + away_m[1])
        way_s = ways_to_valves_s(roads, devices, crew_m, valves) if by is CostOf.MINUTES else None
        weigh_plans(around, PipeTarget(row), by, way_s, roads=roads, start_m=crew_m)

    rows = np.random.default_rng(7).integers(0, len(around.model.city.network.pipes), targets).tolist()
    for by in CostOf:
        answer(rows[0], by)
        shown(f"weighed, {by}", [timed(lambda row=row, by=by: answer(row, by)) for row in rows])


def planned(model: Any, target: PipeTarget) -> Any:
    answer = plan_isolation(model, target)
    if isinstance(answer, IsolationPlan):
        assess_impact(model, answer)
    return answer


def shown(name: str, turns: list[tuple[tuple[float, float], Any]]) -> None:
    for label, which in (("", 0), ("  processor", 1)):
        taken_ms = np.array([taken[which] for taken, _ in turns]) * 1e3
        figures = "".join(f"{figure:7.1f} ms" for figure in np.percentile(taken_ms, [50, 90, 99, 100]))
        print(f"{label or name:16} {len(turns):7,}{figures}")


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
    """Seconds by the clock and of the processor, and what was done; garbage is looked for between, as at the desk."""
    with uncollected():
        clock, processor = time.perf_counter(), time.thread_time()
        done = work()
        return (time.perf_counter() - clock, time.thread_time() - processor), done


if __name__ == "__main__":
    main()
