"""Call inference on simulated outages: how often the true segment is the first guess, and among the first three.

Beside it the two usual guesses: the segment of the main nearest to the middle of the calls, and the one on which most
callers hang. Of the calls 10 % come from people with water anywhere, 10 % are entered at a customer nearby.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from app.operations.make_city import make_demo
from app.requests import BuildDemo
from app.workspace import open_workspace
from network.call_inference import CallBasis, call_basis, suspects
from network.supply import prepare

CALLS = (1, 2, 3, 5, 10, 30, 100)
ROUNDS = 200


def simulated(
    basis: CallBasis, rng: np.random.Generator, calls: int, near: cKDTree, xy_m: np.ndarray
) -> tuple[int, np.ndarray]:
    """A group that fails, by the length of its mains, and who calls."""
    tree, count = basis.swept.tree, len(basis.swept.groups.of)
    able = np.flatnonzero((basis.below[:count] >= max(calls, 2)) & (basis.length_m[:count] > 0))
    able = able[basis.below[able] <= basis.customers * 0.2]
    group = int(rng.choice(able, p=basis.length_m[able] / basis.length_m[able].sum()))
    place = np.where(basis.group >= 0, tree.position[basis.group], -1)
    out = np.flatnonzero((place >= tree.position[group]) & (place < tree.end[group]))
    callers = rng.choice(out, size=min(calls, len(out)), replace=False)
    fate = rng.random(len(callers))
    callers = np.where(fate < 0.1, rng.integers(0, len(xy_m), len(callers)), callers)
    astray = np.flatnonzero((fate >= 0.1) & (fate < 0.2))
    callers[astray] = [rng.choice(near.query(xy_m[row], k=10)[1]) for row in callers[astray]]
    return group, callers.astype(np.int32)


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


def measure(folder: Path, rounds: int) -> None:
    workspace = open_workspace(folder)
    city = workspace.city
    model = prepare(city, workspace.states)
    started = time.process_time()
    basis = call_basis(model)
    print(f"made ready once: {time.process_time() - started:.2f} s of processor time")
    xy_m = np.column_stack([city.customers.x_m, city.customers.y_m])
    near, rng = cKDTree(xy_m), np.random.default_rng(11)
    print("calls  ours 1st  ours 3  nearest main  most calls")
    for calls in CALLS:
        hits = np.zeros(4)
        for _ in range(rounds):
            group, callers = simulated(basis, rng, calls, near, xy_m)
            guesses = [one.segment for one in suspects(basis, callers, 3)]
            groups = basis.group[callers]
            groups = groups[groups >= 0]
            middle = basis.group[near.query(np.median(xy_m[callers], axis=0))[1]]
            most = np.bincount(groups).argmax() if len(groups) else -1
            hits += [guesses[:1] == [group], group in guesses, middle == group, most == group]
        share = hits / rounds
        print(f"{calls:5}  {share[0]:8.0%}  {share[1]:6.0%}  {share[2]:12.0%}  {share[3]:10.0%}")
    callers = rng.choice(len(xy_m), 500, replace=False).astype(np.int32)
    started = time.process_time()
    suspects(basis, callers)
    print(f"500 calls: {(time.process_time() - started) * 1000:.1f} ms of processor time")


if __name__ == "__main__":
    main()
