"""Bringing water back beside the plans of random targets, without hydraulics: how the times are spread.

Targets are drawn among pipes whose plan leaves something dry outside its region: for the others the answer is one
comparison. Boundary valves of a share of the city's mains are closed first, as metered areas have them.

Usage: ``python benchmarks/bench_resupply.py [--pipes N …] [--targets N] [--workspace FOLDER]``; *--workspace* takes a
city that was imported in place of the random grids.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from random_city import random_city

from gis.cache import open_city
from network.answers import IsolationPlan, PipeTarget
from network.assets import Position
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.resupply import find_resupply
from network.resupply_records import NoResupply, Resupply
from network.supply import SupplyModel, prepare
from network.topology import City, DeviceStates

CLOSED = 0.03
"""Share of the random grid's valves that are closed; one in three hundred is so already."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the search for closed valves that bring water back.")
    parser.add_argument("--pipes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--targets", type=int, default=300)
    parser.add_argument("--workspace", type=Path)
    options = parser.parse_args()
    if options.workspace:
        city = open_city(options.workspace / "cache")
        report(city, DeviceStates.recorded(city.network.devices), options.targets)
        return
    for pipes in options.pipes:
        city = random_city(pipes)
        report(city, _more_closed(city), options.targets)


def _more_closed(city: City) -> DeviceStates:
    closed = np.flatnonzero(np.random.default_rng(5).random(len(city.network.devices)) < CLOSED)
    return DeviceStates.recorded(city.network.devices).with_positions(closed.tolist(), Position.CLOSED)


def report(city: City, states: DeviceStates, targets: int) -> None:
    model = prepare(city, states)
    model.structure.warm_up()
    print(f"\n{len(city.network.pipes):,} pipes, {len(city.customers):,} customers")
    plans = _plans(model, targets)
    find_resupply(model, plans[0])
    planned = [_timed(lambda plan=plan: assess_impact(model, plan)) for plan in plans]
    turns = [_timed(lambda plan=plan: find_resupply(model, plan)) for plan in plans]
    print("                 number       p50       p90       p99   longest")
    _shown("customers", planned)
    _shown("re-supply", turns)
    ratio = np.median([taken for taken, _ in turns]) / np.median([taken for taken, _ in planned])
    print(f"re-supply takes {ratio:.1f} times what counting the plan's customers takes (medians)")
    _described([answer for _, answer in turns])


def _plans(model: SupplyModel, targets: int) -> list[IsolationPlan]:
    """Plans that leave something dry, or on storage, outside their region."""
    found: list[IsolationPlan] = []
    for pipe in np.random.default_rng(7).permutation(len(model.city.network.pipes)).tolist():
        plan = plan_isolation(model, PipeTarget(pipe))
        if isinstance(plan, IsolationPlan) and len(plan.unintended_segments) + len(plan.on_storage_segments):
            found.append(plan)
        if len(found) == targets:
            break
    return found


def _shown(name: str, turns: list[tuple[float, Any]]) -> None:
    taken_ms = np.array([taken for taken, _ in turns]) * 1e3
    figures = "".join(f"{figure:7.1f} ms" for figure in np.percentile(taken_ms, [50, 90, 99, 100]))
    print(f"{name:15} {len(turns):7,}{figures}")


def _described(answers: list[Resupply | NoResupply]) -> None:
    found = [answer for answer in answers if isinstance(answer, Resupply)]
    valves = Counter(len(answer.options[0].open) for answer in found)
    exact = sum(all(option.exact for option in answer.options) for answer in found)
    whys = Counter(answer.why.value for answer in answers if isinstance(answer, NoResupply))
    print(f"{len(found)} can be fed, with at least this many valves: {dict(valves)}; {exact} exact to the last option")
    print(f"the others: {dict(whys)}")


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


if __name__ == "__main__":
    main()
