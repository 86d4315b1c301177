"""Ways of water on random towns are real: unbroken, from a source to the target, through the valve in question."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from network.answers import CannotIsolate, IsolationPlan, SupplyPath
from network.isolation import plan_isolation
from network.proof import why_close
from network.supply import SupplyModel, prepare
from network.targets import find_target
from network.topology import City, DeviceStates
from oracle.build import Built
from oracle.strategies import aims, towns
from oracle.town import Town

Place = tuple[int, int, float]
"""A node (node, -1, 0), or a place inside a pipe (-1, pipe, measure)."""
NEAR_M = 0.003


def place(city: City, pipe: int, measure_m: float) -> Place:
    pipes = city.network.pipes
    if measure_m <= NEAR_M:
        return int(pipes.from_node[pipe]), -1, 0.0
    if measure_m >= pipes.length_m[pipe] - NEAR_M:
        return int(pipes.to_node[pipe]), -1, 0.0
    return -1, pipe, measure_m


def same(one: Place, other: Place) -> bool:
    return one[:2] == other[:2] and abs(one[2] - other[2]) <= NEAR_M


def of_source(city: City, row: int) -> Place:
    sources = city.network.sources
    if sources.node[row] >= 0:
        return int(sources.node[row]), -1, 0.0
    return place(city, int(sources.pipe[row]), float(sources.offset_m[row]))


def of_device(city: City, row: int) -> Place:
    devices = city.network.devices
    if devices.node[row] >= 0:
        return int(devices.node[row]), -1, 0.0
    return place(city, int(devices.pipe[row]), float(devices.offset_m[row]))


def walked(city: City, path: SupplyPath) -> list[Place]:
    """Places on the way, one after the other; fails where it breaks off."""
    begin = of_source(city, path.source) if path.source >= 0 else of_device(city, path.devices[0])
    ways = [[begin]]
    for pipe, start_m, end_m in zip(path.parts.pipe, path.parts.start_m, path.parts.end_m, strict=True):
        ends = place(city, int(pipe), float(start_m)), place(city, int(pipe), float(end_m))
        ways = [[*way, there] for way in ways for here, there in (ends, ends[::-1]) if same(way[-1], here)]
        assert ways, f"broken at {ends}"
    return ways[0]


def check(model: SupplyModel, plan: IsolationPlan, path: SupplyPath) -> None:
    city = model.city
    way = walked(city, path)
    branch = find_target(model.structure, model.merged, plan.target).branch_valve
    for device in path.devices:
        assert device == branch or any(same(of_device(city, device), at) for at in way)
    lengths = path.parts.end_m - path.parts.start_m
    assert (lengths > 0).all()
    segments = find_target(model.structure, model.merged, plan.target).segments
    last = way[-1]
    at_end = (
        model.structure.segmentation.at_node(last[0])
        if last[0] >= 0
        else model.structure.segmentation.at_place(last[1], last[2])
    )
    near = {int(side) for leg in _legs(city, last) for side in model.structure.segmentation.at_place(*leg)}
    assert (near | set(at_end.tolist())) & set(segments.tolist())


def _legs(city: City, last: Place) -> list[tuple[int, float]]:
    """Both legs' places where a way ends at a node: devices may stand between it and its pipes."""
    pipes = city.network.pipes
    starts = [(int(pipe), 0.0) for pipe in np.flatnonzero(pipes.from_node == last[0])]
    return starts + [(int(pipe), float(pipes.length_m[pipe])) for pipe in np.flatnonzero(pipes.to_node == last[0])]


@st.composite
def questions(draw: st.DrawFn) -> tuple[Town, object]:
    town = draw(towns())
    return town, draw(aims(town))


@soak_examples(5_000)
@given(questions())
def test_ways_are_real(question: tuple[Town, object]) -> None:
    town, aim = question
    built = Built(town)
    model = prepare(built.city, DeviceStates.recorded(built.city.network.devices))
    answer = plan_isolation(model, built.target(aim))
    plan = answer.if_stopped if isinstance(answer, CannotIsolate) else answer
    for device in plan.close:
        path = why_close(model, plan, device)
        assert path is not None
        assert device in path.devices
        assert path.source not in plan.stop
        check(model, plan, path)
    if isinstance(answer, CannotIsolate):
        assert tuple(path.source for path in answer.paths) == plan.stop
        for path in answer.paths:
            check(model, plan, path)
            kept = path.devices
            assert not set(kept) & set(plan.close)
