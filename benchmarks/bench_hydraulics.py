"""A hydraulic snapshot of the demo city, cold: model, child process, EPANET and results, each time from the start.

Promise at 20,000 pipes: at most 1 s a snapshot. Beside each stands a bare EPANET run of the same model, already written
as an INP file, in this process: read, solved, heads and flows taken.

Usage: ``python benchmarks/bench_hydraulics.py [--pipes N] [--runs N]``.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from gis.hydraulic_records import stated_hydraulics
from gis.noding import NodingOptions, build_city
from gis.synthetic.city import generate_city
from network import hydraulics
from network.answers import IsolationPlan, PipeTarget
from network.hydraulic_case import make_case
from network.hydraulic_effect import HydraulicEffect, Snapshot, compare, snapshot, wet_now
from network.hydraulic_inputs import HydraulicInputs, hydraulic_inputs
from network.hydraulic_layout import lay_out
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates


def main() -> None:
    parser = argparse.ArgumentParser(description="Time hydraulic snapshots.")
    parser.add_argument("--pipes", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=24)
    options = parser.parse_args()
    model, inputs = ready(options.pipes)
    hours = np.linspace(0.0, 23.0, options.runs)
    print(f"{options.pipes:,} pipes; seconds, over {options.runs} hours of the day")
    ours = [timed(lambda hour=hour: snapshot(model, inputs, hour)) for hour in hours.tolist()]
    assert all(isinstance(found, Snapshot) for _, found in ours)
    bare = [timed(lambda text=text: hydraulics.solve_texts((text,))) for text in texts(model, inputs, hours.tolist())]
    report("snapshot, cold", [taken for taken, _ in ours])
    report("bare EPANET", [taken for taken, _ in bare])
    ratios = [one / other for (one, _), (other, _) in zip(ours, bare, strict=True)]
    print(f"ratio of each pair: median {np.median(ratios):.2f}, largest {max(ratios):.2f}")
    report("before and after, two hours", plans(model, inputs, max(options.runs // 2, 1)))


def ready(pipes: int) -> tuple[SupplyModel, HydraulicInputs]:
    layers = generate_city(pipes, seed=7)
    noded = build_city(layers, NodingOptions())
    model = prepare(noded.city, DeviceStates.recorded(noded.city.network.devices))
    model.structure.warm_up()
    return model, hydraulic_inputs(model, stated_hydraulics(noded.city, layers), year=2024)


def texts(model: SupplyModel, inputs: HydraulicInputs, hours: list[float]) -> list[str]:
    layout = lay_out(model, wet_now(model))
    return [make_case(model, inputs, layout, inputs.customer_demand_m3_h(model.city, hour)).text for hour in hours]


def plans(model: SupplyModel, inputs: HydraulicInputs, wanted: int) -> list[float]:
    """Seconds of a comparison for some plans."""
    taken: list[float] = []
    for pipe in np.random.default_rng(3).permutation(len(model.city.network.pipes)).tolist():
        plan = plan_isolation(model, PipeTarget(pipe))
        if isinstance(plan, IsolationPlan):
            seconds, effect = timed(lambda plan=plan: compare(model, plan, inputs, 10.0))
            assert isinstance(effect, HydraulicEffect)
            taken.append(seconds)
        if len(taken) == wanted:
            break
    return taken


def report(name: str, taken: list[float]) -> None:
    low, half, most, last = np.percentile(taken, [0, 50, 90, 100])
    print(f"{name:28} least {low:.3f}  p50 {half:.3f}  p90 {most:.3f}  largest {last:.3f}")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


if __name__ == "__main__":
    main()
