"""Call inference on simulated outages: how often the true segment is the first guess, and among the first three.

A main fails, is isolated by its plan (every segment of that is right), or somebody closes a valve (both its sides are).

Beside it the two usual guesses: the segment of the main nearest to the middle of the calls, and the one on which most
callers hang. Of the calls 10 % come from people with water anywhere, 10 % are entered at a customer nearby.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from app.operations.make_city import make_demo
from app.requests import BuildDemo
from app.workspace import open_workspace
from network.answers import IsolationPlan, PipeTarget
from network.assets import DeviceKind, Position
from network.call_inference import CallBasis, call_basis, suspects
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare

CALLS = (1, 2, 3, 5, 10, 30, 100)
ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Town:
    """A city with what outages are drawn from."""

    model: SupplyModel
    basis: CallBasis
    near: cKDTree
    xy_m: np.ndarray

    def customers_of(self, dry: np.ndarray) -> np.ndarray:
        """Customers whose group of segments is *dry*, shape (segments,)."""
        return np.flatnonzero((self.basis.group >= 0) & dry[self.basis.group])

    def is_fit(self, out: np.ndarray, calls: int) -> bool:
        """Enough people for the calls, and no more than a fifth of the city: that would need no guess."""
        return max(calls, 2) <= len(out) <= self.basis.customers * 0.2


Outage = tuple[set[int], np.ndarray]
"""The groups of segments that are a right guess, and who has no water."""


def failed_main(town: Town, rng: np.random.Generator, calls: int) -> Outage | None:
    """A group of segments fails, by the length of its mains."""
    basis, tree = town.basis, town.basis.swept.tree
    able = np.flatnonzero(basis.length_m[: len(basis.swept.groups.of)] > 0)
    group = int(rng.choice(able, p=basis.length_m[able] / basis.length_m[able].sum()))
    place = np.where(basis.group >= 0, tree.position[basis.group], -1)
    out = np.flatnonzero((place >= tree.position[group]) & (place < tree.end[group]))
    return ({group}, out) if town.is_fit(out, calls) else None


def shutdown(town: Town, rng: np.random.Generator, calls: int) -> Outage | None:
    """A main is isolated by its plan, as for a planned outage that nobody told the hotline of."""
    plan = plan_isolation(town.model, PipeTarget(int(rng.integers(len(town.model.city.network.pipes)))))
    if not isinstance(plan, IsolationPlan) or not plan.feasible or not len(plan.region):
        return None
    dry = np.zeros(len(town.basis.swept.groups.of), dtype=bool)
    dry[plan.isolated_segments] = dry[plan.unintended_segments] = True
    out = town.customers_of(dry)
    return (set(town.basis.swept.groups.of[plan.region].tolist()), out) if town.is_fit(out, calls) else None


def closed_valve(town: Town, rng: np.random.Generator, calls: int) -> Outage | None:
    """Somebody closes a valve and tells nobody: right is what lies on either side of it."""
    links, states = town.model.structure.links, town.model.states
    open_ones = np.flatnonzero(
        (town.model.city.network.devices.kind == DeviceKind.ISOLATION) & (states.position == Position.OPEN)
    )
    device = int(rng.choice(open_ones))
    position = states.position.copy()
    position[device] = Position.CLOSED
    after = town.model.with_states(replace(states, position=position))
    out = town.customers_of(town.model.supplied & ~after.supplied)
    rows = links.rows_of(np.array([device]))
    groups = town.basis.swept.groups.of
    beside = {int(groups[end[row]]) for row in rows.tolist() for end in (links.side_a, links.side_b)}
    return (beside, out) if town.is_fit(out, calls) else None


OUTAGES = {"a main fails": failed_main, "a main is isolated": shutdown, "a valve is closed": closed_valve}


def callers_of(town: Town, rng: np.random.Generator, calls: int, out: np.ndarray) -> np.ndarray:
    """Who calls: a tenth from anywhere, another tenth entered at a customer nearby."""
    callers = rng.choice(out, size=min(calls, len(out)), replace=False)
    fate = rng.random(len(callers))
    callers = np.where(fate < 0.1, rng.integers(0, len(town.xy_m), len(callers)), callers)
    astray = np.flatnonzero((fate >= 0.1) & (fate < 0.2))
    callers[astray] = [rng.choice(town.near.query(town.xy_m[row], k=10)[1]) for row in callers[astray]]
    return callers.astype(np.int32)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path, nargs="?", help="a demo city of 20,000 pipes where none is named")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    if options.workspace is not None:
        measure(options.workspace, options.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "city"
        make_demo(BuildDemo(city, 20_000, 7), lambda _step, _fraction=None: None)
        measure(city, options.rounds)


def _hits(
    town: Town, rng: np.random.Generator, calls: int, draw: Callable[[Town, np.random.Generator, int], Outage | None]
) -> list[bool]:
    """Whether our first guess, one of our first three, the nearest main and the most calls are right."""
    outage = None
    while outage is None:
        outage = draw(town, rng, calls)
    right, out = outage
    callers, basis = callers_of(town, rng, calls, out), town.basis
    guesses = [one.segment for one in suspects(basis, callers, 3)]
    groups = basis.group[callers]
    groups = groups[groups >= 0]
    middle = int(basis.group[town.near.query(np.median(town.xy_m[callers], axis=0))[1]])
    most = int(np.bincount(groups).argmax()) if len(groups) else -1
    return [bool(right & set(guesses[:1])), bool(right & set(guesses)), middle in right, most in right]


def measure(folder: Path, rounds: int) -> None:
    workspace = open_workspace(folder)
    city = workspace.city
    model = prepare(city, workspace.states)
    started = time.process_time()
    basis = call_basis(model)
    print(f"made ready once: {time.process_time() - started:.2f} s of processor time")
    xy_m = np.column_stack([city.customers.x_m, city.customers.y_m])
    town, rng = Town(model, basis, cKDTree(xy_m), xy_m), np.random.default_rng(11)
    for name, draw in OUTAGES.items():
        print(f"{name}\ncalls  ours 1st  ours 3  nearest main  most calls")
        for calls in CALLS:
            share = np.mean([_hits(town, rng, calls, draw) for _ in range(rounds)], axis=0)
            print(f"{calls:5}  {share[0]:8.0%}  {share[1]:6.0%}  {share[2]:12.0%}  {share[3]:10.0%}")
    callers = rng.choice(len(xy_m), 500, replace=False).astype(np.int32)
    started = time.process_time()
    suspects(basis, callers)
    print(f"500 calls: {(time.process_time() - started) * 1000:.1f} ms of processor time")


if __name__ == "__main__":
    main()
