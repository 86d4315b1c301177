"""Which way one-way devices let water through (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from network.assets import DeviceKind
from network.columns import Bool, Int8, Int32
from network.legs import Leg
from network.series import END_LEG, START_LEG, CutList
from network.topology import Network


def is_one_way(kind: Int8) -> Bool:
    """Shape of *kind*: check valves, PRVs, PSVs, FCVs and pumps."""
    one_way: Bool = (kind >= DeviceKind.CHECK) & (kind <= DeviceKind.PUMP)
    return one_way


def directions(network: Network, on_leg: CutList, between: Iterable[tuple[tuple[int, ...], Leg, Leg]]) -> Int8:
    """Way of each one-way device along its pipe as stored: 1 with it, -1 against it, 0 unknown or both ways.

    Args:
        network: The network.
        on_leg: Devices whose pipe is not named, at a junction with but one leg, as cuts of it.
        between: Devices between two legs of a junction, first leg, second leg; 1 then means towards the second.

    Returns:
        Shape (devices,), int8.
    """
    devices = network.devices
    found = np.zeros(len(devices), dtype=np.int8)
    one_way = np.flatnonzero(is_one_way(devices.kind)).astype(np.int32)
    found[one_way] = devices.direction[one_way]
    for legs in (_named_legs(network, one_way), on_leg.take(is_one_way(devices.kind[on_leg.cutter]))):
        found[legs.cutter] = _on_legs(network, legs)
    for members, first, second in between:
        for member in members:
            if is_one_way(devices.kind[member : member + 1])[0]:
                found[member] = _between(int(devices.toward_pipe[member]), first, second)
    return found


def _named_legs(network: Network, device: Int32) -> CutList:
    """Those of *device* that stand on the leg of a pipe, as cuts of it."""
    devices, pipes = network.devices, network.pipes
    device = device[(devices.pipe[device] >= 0) & (devices.node[device] >= 0)]
    pipe, node = devices.pipe[device], devices.node[device]
    at_end = pipes.to_node[pipe] == node
    legs = CutList(device, pipe, devices.offset_m[device], np.where(at_end, END_LEG, START_LEG).astype(np.int8))
    return legs.take(at_end | (pipes.from_node[pipe] == node))


def _on_legs(network: Network, cuts: CutList) -> Int8:
    """By toward_pipe where it names a leg of the junction, by the recorded flow otherwise."""
    pipes, toward = network.pipes, network.devices.toward_pipe[cuts.cutter]
    at_end = cuts.slot == END_LEG
    node = np.where(at_end, pipes.to_node[cuts.pipe], pipes.from_node[cuts.pipe])
    into_pipe = np.where(at_end, -1, 1)
    usable = (toward >= 0) & ((pipes.from_node[toward] == node) | (pipes.to_node[toward] == node))
    named = np.where(toward == cuts.pipe, into_pipe, -into_pipe)
    chosen: Int8 = np.where(usable, named, network.devices.direction[cuts.cutter]).astype(np.int8)
    return chosen


def _between(toward: int, first: Leg, second: Leg) -> int:
    if first[0] == second[0]:
        return 0
    return {first[0]: -1, second[0]: 1}.get(toward, 0)
