"""Which way one-way devices let water through (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from network.assets import DeviceKind
from network.columns import Bool, Int8, Int32
from network.legs import Leg, Legs
from network.series import END_LEG, START_LEG, CutList
from network.topology import Network


def is_one_way(kind: Int8) -> Bool:
    """Shape of *kind*: check valves, PRVs, PSVs, FCVs and pumps."""
    one_way: Bool = (kind >= DeviceKind.CHECK) & (kind <= DeviceKind.PUMP)
    return one_way


def directions(network: Network, legs: Legs, stands_for: Mapping[int, int]) -> Int8:
    """Way of each one-way device along its pipe as stored: 1 with it, -1 against it, 0 unknown or both ways.

    Args:
        network: The network.
        legs: Legs of the junctions that carry a device whose pipe is not named. With two of them, 1 means from the
            first to the second.
        stands_for: By duplicate, the device that stands for it; its way is unknown where theirs contradict.

    Returns:
        Shape (devices,), int8.
    """
    devices = network.devices
    found = np.zeros(len(devices), dtype=np.int8)
    one_way = np.flatnonzero(is_one_way(devices.kind)).astype(np.int32)
    found[one_way] = devices.direction[one_way]
    named = _named_legs(network, one_way)
    found[named.cutter] = _on_legs(network, named)
    for device in one_way[(devices.pipe[one_way] < 0) & (devices.node[one_way] >= 0)].tolist():
        found[device] = _unnamed(int(devices.toward_pipe[device]), legs.of(int(devices.node[device])))
    return _agreed(found, stands_for)


def _agreed(found: Int8, stands_for: Mapping[int, int]) -> Int8:
    """*found*, where duplicates gave what they know to the device that stands for them."""
    known: dict[int, set[int]] = {}
    for duplicate, device in stands_for.items():
        known.setdefault(device, {int(found[device])}).add(int(found[duplicate]))
    for device, ways in known.items():
        ways.discard(0)
        found[device] = ways.pop() if len(ways) == 1 else 0
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


def _unnamed(toward: int, legs: list[Leg]) -> int:
    """Way of a device whose pipe is not named: along its only leg, or from the first leg to the second."""
    if len(legs) == 1:
        pipe, at_end = legs[0]
        return (-1 if at_end else 1) if toward == pipe else 0
    if len(legs) == 2 and legs[0][0] != legs[1][0]:
        return {legs[0][0]: -1, legs[1][0]: 1}.get(toward, 0)
    return 0
