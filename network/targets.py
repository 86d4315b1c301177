"""From what an operator points at to segments (rules: docs/isolation-rules.md, "Plan", 1)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from network.answers import (
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    JunctionTarget,
    PipesTarget,
    PipeTarget,
    Target,
)
from network.area import Inside, inside
from network.assets import Condition, TapTable
from network.columns import NO_INDEX, Float64, Int32, Int64
from network.elevations import elevation_m
from network.grouping import distinct
from network.structure import Structure
from network.topology import DeviceStates


@dataclass(frozen=True, eq=False)
class Touches:
    """Where exactly a target is, for the last step of a way to it.

    Attributes:
        parts, offset_m: Parts that it touches, and where on their pipe.
        nodes, devices: Rows.
    """

    parts: Int64 = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    offset_m: Float64 = field(default_factory=lambda: np.empty(0))
    nodes: tuple[int, ...] = ()
    devices: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Aim:
    """A target found on the network.

    Attributes:
        segments: Where the water must be stopped; ascending.
        elevation_m: Elevation of the place; NaN where it is not known.
        branch_valve: Device row of the target's own operable branch valve, or -1: closing it is the whole plan.
        touches: The place itself.
    """

    segments: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    elevation_m: float = float("nan")
    branch_valve: int = NO_INDEX
    touches: Touches = field(default_factory=Touches)

    @property
    def has_place(self) -> bool:
        """False for a thing without a tap, or off the network."""
        return len(self.segments) > 0


def find_target(structure: Structure, states: DeviceStates, target: Target) -> Aim:
    """Find *target* on the network.

    Args:
        structure: The city.
        states: Device states, duplicates merged.
        target: Its rows must exist.
    """
    match target:
        case PipeTarget(pipe, offset_m):
            length_m = float(structure.network.pipes.length_m[pipe])
            return _on_pipe(structure, pipe, length_m / 2.0 if offset_m is None else offset_m)
        case JunctionTarget(node):
            return _at_junction(structure, node)
        case DeviceTarget(device):
            return _at_device(structure, device)
        case HydrantTarget(hydrant):
            hydrants = structure.city.hydrants
            return _on_branch(structure, states, int(hydrants.branch_valve[hydrant]), hydrants.tap, hydrant)
        case CustomerTarget(customer):
            return _customer(structure, states, customer)
    return _on_pipes(structure, target.pipes) if isinstance(target, PipesTarget) else _in_area(structure, target.ring_m)


def _on_pipe(structure: Structure, pipe: int, offset_m: float) -> Aim:
    offset_m = min(max(offset_m, 0.0), float(structure.network.pipes.length_m[pipe]))
    height_m = elevation_m(structure.network, np.array([pipe]), np.array([offset_m]))
    _, parts = structure.segmentation.parts_at(np.array([pipe]), np.array([offset_m]))
    # Water may come from beyond a device that stands at the pipe's very end.
    parted = tuple(structure.segmentation.parted_at(pipe, offset_m).tolist())
    touches = Touches(parts, np.full(len(parts), offset_m), nodes=parted)
    return Aim(structure.segmentation.at_place(pipe, offset_m), float(height_m[0]), touches=touches)


def _at_junction(structure: Structure, node: int) -> Aim:
    elevation = float(structure.network.nodes.elevation_m[node])
    return Aim(structure.segmentation.at_node(node), elevation, touches=Touches(nodes=(node,)))


def _at_device(structure: Structure, device: int) -> Aim:
    """Both sides of a device that cuts; the segments where it stands for one that does not."""
    segmentation = structure.segmentation
    stands = _standing(structure, device)
    if segmentation.side_a[device] < 0:
        return stands
    sides = distinct(np.array([segmentation.side_a[device], segmentation.side_b[device]]))
    itself = segmentation.placement.stands_for.get(device, device)
    return replace(stands, segments=sides, touches=Touches(devices=(itself,)))


def _standing(structure: Structure, device: int) -> Aim:
    """The place where a device of any kind stands."""
    devices, pipes = structure.network.devices, structure.network.pipes
    pipe, node, offset_m = int(devices.pipe[device]), int(devices.node[device]), float(devices.offset_m[device])
    if node >= 0 and (pipe < 0 or pipes.from_node[pipe] == pipes.to_node[pipe]):
        return _at_junction(structure, node)
    if pipe >= 0 and node >= 0 and node in {int(pipes.from_node[pipe]), int(pipes.to_node[pipe])}:
        offset_m = 0.0 if node == pipes.from_node[pipe] else float(pipes.length_m[pipe])
    return _on_pipe(structure, pipe, offset_m) if pipe >= 0 and np.isfinite(offset_m) else Aim()


def _customer(structure: Structure, states: DeviceStates, customer: int) -> Aim:
    customers = structure.city.customers
    own_valve, station = int(customers.branch_valve[customer]), int(customers.station[customer])
    if station >= 0:
        return _on_branch(structure, states, own_valve, structure.city.stations.tap, station)
    return _on_branch(structure, states, own_valve, customers.tap, customer)


def _on_branch(structure: Structure, states: DeviceStates, valve: int, taps: TapTable, row: int) -> Aim:
    pipe = int(taps.pipe[row])
    at_tap = _on_pipe(structure, pipe, float(taps.offset_m[row])) if pipe >= 0 else Aim()
    if valve >= 0 and states.condition[valve] == Condition.OPERABLE:
        return replace(at_tap, branch_valve=valve)
    return at_tap


def _on_pipes(structure: Structure, pipes: tuple[int, ...]) -> Aim:
    """The middle of each pipe, as of a single one."""
    aims = [_on_pipe(structure, pipe, float(structure.network.pipes.length_m[pipe]) / 2.0) for pipe in pipes]
    return Aim(
        segments=distinct(np.concatenate([np.empty(0, dtype=np.int32), *(one.segments for one in aims)])),
        elevation_m=min((one.elevation_m for one in aims if not np.isnan(one.elevation_m)), default=float("nan")),
        touches=Touches(
            parts=np.concatenate([np.empty(0, dtype=np.int64), *(one.touches.parts for one in aims)]),
            offset_m=np.concatenate([np.empty(0), *(one.touches.offset_m for one in aims)]),
            nodes=tuple(node for one in aims for node in one.touches.nodes),
        ),
    )


def _in_area(structure: Structure, ring_m: tuple[tuple[float, float], ...]) -> Aim:
    segmentation, network = structure.segmentation, structure.network
    held = inside(structure.city, segmentation, ring_m)
    cutting = held.devices[segmentation.side_a[held.devices] >= 0]
    segments = [
        segmentation.part_segment[held.parts],
        segmentation.side_a[cutting],
        segmentation.side_b[cutting],
        *(segmentation.at_node(int(node)) for node in held.nodes),
    ]
    spans = segmentation.part_spans(held.parts)
    heights_m = np.concatenate(
        [
            network.nodes.elevation_m[held.nodes],
            elevation_m(network, spans.pipe, spans.start_m),
            elevation_m(network, spans.pipe, spans.end_m),
        ]
    )
    known_m = heights_m[~np.isnan(heights_m)]
    return Aim(
        segments=distinct(np.concatenate(segments)),
        elevation_m=float(known_m.min()) if len(known_m) else float("nan"),
        touches=_touched(structure, held, cutting),
    )


def _touched(structure: Structure, held: Inside, cutting: Int32) -> Touches:
    stands_for = structure.segmentation.placement.stands_for
    spans = structure.segmentation.part_spans(held.parts)
    return Touches(
        parts=held.parts,
        offset_m=(spans.start_m + spans.end_m) / 2.0,
        nodes=tuple(held.nodes.tolist()),
        devices=tuple(stands_for.get(device, device) for device in cutting.tolist()),
    )
