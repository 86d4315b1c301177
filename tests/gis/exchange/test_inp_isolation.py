"""EPANET files all the way to a plan, against a walk over the file's own links written apart.

The towns have TCVs as isolation valves, some closed, some stuck; junctions that meet valves alone; parallel pipes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from soak import soak_count

from gis.exchange.assemble import settle
from gis.exchange.inp import InpOptions, inp_layers, inp_source
from gis.fault_log import FaultLog
from gis.noding import NodingOptions, build_city
from network.answers import IsolationPlan, PipeParts, PipeTarget
from network.assets import Condition
from network.columns import IdColumn
from network.hydraulics import read_text
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import prepare
from network.topology import City, DeviceStates


@dataclass(frozen=True)
class Town:
    """Links as (id, from, to); *valves* of them are TCVs."""

    pipes: dict[str, tuple[str, str]]
    valves: dict[str, tuple[str, str]]
    closed: frozenset[str]
    stuck: frozenset[str]
    demands: frozenset[str]
    reservoirs: frozenset[str]

    def inp(self) -> str:
        nodes = {node for ends in (*self.pipes.values(), *self.valves.values()) for node in ends} - self.reservoirs
        rows = ["[JUNCTIONS]", *(f"{node} 1 {int(node in self.demands)}" for node in sorted(nodes))]
        rows += ["[RESERVOIRS]", *(f"{node} 60" for node in sorted(self.reservoirs))]
        rows += ["[PIPES]", *(f"{name} {a} {b} 10 200 100 0 Open" for name, (a, b) in self.pipes.items())]
        rows += ["[VALVES]", *(f"{name} {a} {b} 200 TCV 0 0" for name, (a, b) in self.valves.items())]
        rows += ["[STATUS]", *(f"{name} CLOSED" for name in sorted(self.closed)), "[OPTIONS]", "UNITS CMH"]
        everywhere = sorted(nodes | self.reservoirs)
        rows += ["[COORDINATES]", *(f"{node} {at * 7 % 101} {at * 13 % 97}" for at, node in enumerate(everywhere))]
        return "\n".join([*rows, "[END]"])


def grow(seed: int) -> Town:
    """A ring of junctions with chords; most pipes have a valve at one or both ends."""
    chance = random.Random(seed)
    pipes: dict[str, tuple[str, str]] = {}
    valves: dict[str, tuple[str, str]] = {}
    size = chance.randint(4, 9)
    edges = [(f"J{k}", f"J{(k + 1) % size}") for k in range(size)]
    edges += [(f"J{chance.randrange(size)}", f"J{chance.randrange(size)}") for _ in range(chance.randint(0, 5))]
    edges += [(f"R{k}", f"J{chance.randrange(size)}") for k in range(chance.randint(1, 2))]
    for number, edge in enumerate(edge for edge in edges if edge[0] != edge[1]):
        ends = list(edge)
        for side in (0, 1):
            if chance.random() < 0.55:
                link = [ends[side], f"P{number}x{side}"]
                ends[side] = link[1]
                chance.shuffle(link)
                valves[f"V{number}{side}"] = (link[0], link[1])
        pipes[f"P{number}"] = (ends[0], ends[1])
    junctions = sorted(
        {node for ends in pipes.values() for node in ends if node[0] != "R"} | {f"J{k}" for k in range(size)}
    )
    return Town(
        pipes,
        valves,
        frozenset(name for name in valves if chance.random() < 0.15),
        frozenset(name for name in valves if chance.random() < 0.15),
        frozenset(node for node in junctions if chance.random() < 0.5),
        frozenset(node for ends in pipes.values() for node in ends if node[0] == "R")
        | frozenset(node for ends in valves.values() for node in ends if node[0] == "R"),
    )


def spread(
    start: Iterable[str], links: Iterable[tuple[str, str]], without: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Nodes reached from *start* over *links*, none of *without* entered."""
    reached = set(start) - without
    links = list(links)
    while True:
        more = {b for a, b in links if a in reached} | {a for a, b in links if b in reached}
        more -= reached | without
        if not more:
            return frozenset(reached)
        reached |= more


@dataclass(frozen=True)
class Expected:
    close: set[str]
    dead_side: set[str]
    verify_closed: set[str]
    isolated: set[str]
    unintended: set[str]
    out: set[str]


def expect(town: Town, target: str) -> Expected | None:
    """The answer for the middle of pipe *target*; None where a source is in the region."""
    pipes = list(town.pipes.values())
    open_valves = {name: ends for name, ends in town.valves.items() if name not in town.closed}
    stuck = [ends for name, ends in open_valves.items() if name in town.stuck]
    region = spread(town.pipes[target], [*pipes, *stuck])
    if region & town.reservoirs:
        return None
    passing = [*pipes, *open_valves.values()]
    before = spread(town.reservoirs, passing)
    after = spread(town.reservoirs, passing, without=region)
    border = {name: ends for name, ends in town.valves.items() if (ends[0] in region) != (ends[1] in region)}
    fed = {name for name, ends in border.items() if set(ends) & after}
    verify = {name for name in fed if name in town.closed}
    if not set(town.pipes[target]) & before:
        return Expected(set(), set(), verify, set(), set(), set())
    closable = {name for name in border if name in open_valves}
    lost = before - region - after
    links = {**town.pipes, **town.valves}
    return Expected(
        closable & fed,
        closable - fed,
        verify,
        {name for name, ends in links.items() if set(ends) & region & before},
        {name for name, ends in links.items() if set(ends) & lost},
        set(town.demands & ((region & before) | lost)),
    )


def city_of(town: Town) -> City:
    log = FaultLog()
    network = read_text(town.inp())
    mapped = inp_layers(network, inp_source(network, Path("t.inp"), log), InpOptions(tcv_isolates=True), log)
    return build_city(settle(mapped, None, "t", log, local=True).layers, NodingOptions(by="ids", near_miss_m=0.0)).city


def named(ids: IdColumn, rows: Iterable[int]) -> set[str]:
    return set(ids.take(np.array(list(rows), dtype=np.int64)))


def pipes_of(city: City, parts: PipeParts) -> set[str]:
    return named(city.network.pipes.ids, parts.pipes)


def check(seed: int) -> int:
    """Compare every pipe of one town; how many were feasible."""
    town = grow(seed)
    city = city_of(town)
    devices = city.network.devices
    rows = [devices.ids.find(name) for name in sorted(town.stuck)]
    model = prepare(city, DeviceStates.recorded(devices).with_conditions(rows, Condition.INOPERABLE))
    feasible = 0
    for pipe in town.pipes:
        expected = expect(town, pipe)
        plan = plan_isolation(model, PipeTarget(city.network.pipes.ids.find(pipe)))
        assert isinstance(plan, IsolationPlan) == (expected is not None), (seed, pipe)
        if expected is None or not isinstance(plan, IsolationPlan):
            continue
        found = Expected(
            named(devices.ids, plan.close),
            named(devices.ids, plan.dead_side),
            named(devices.ids, plan.verify_closed),
            pipes_of(city, plan.isolated),
            pipes_of(city, plan.unintended),
            named(city.customers.ids, assess_impact(model, plan).out),
        )
        assert found == expected, (seed, pipe)
        feasible += 1
    return feasible


def test_plans_on_epanet_files_are_those_of_a_walk_over_their_links():
    assert sum(check(seed) for seed in range(60)) > 100


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_many_plans_on_epanet_files():
    plans = soak_count(1000)
    assert sum(check(seed) for seed in range(1000, 1000 + plans)) > 2 * plans
