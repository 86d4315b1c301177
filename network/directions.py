"""Which way one-way devices let water through (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from network.assets import DeviceKind
from network.columns import Bool, Int8
from network.legs import Leg
from network.series import END_LEG, INSIDE, CutList
from network.topology import Network


def is_one_way(kind: Int8) -> Bool:
    """Shape of *kind*: check valves, PRVs, PSVs, FCVs and pumps."""
    one_way: Bool = (kind >= DeviceKind.CHECK) & (kind <= DeviceKind.PUMP)
    return one_way


def directions(network: Network, cuts: CutList, between: Iterable[tuple[tuple[int, ...], Leg, Leg]]) -> Int8:
    """Way of each one-way device along its pipe as stored: 1 with it, -1 against it, 0 unknown or both ways.

    Args:
        network: The network.
        cuts: Cuts of its pipes, in any order.
        between: Devices between two legs of a junction, first leg, second leg; 1 then means towards the second.

    Returns:
        Shape (devices,), int8.
    """
    devices = network.devices
    found = np.zeros(len(devices), dtype=np.int8)
    rows = np.flatnonzero(cuts.cutter < len(devices))
    rows = rows[is_one_way(devices.kind[cuts.cutter[rows]])]
    device = cuts.cutter[rows]
    found[device] = devices.direction[device]
    legs = rows[cuts.slot[rows] != INSIDE]
    found[cuts.cutter[legs]] = _on_legs(network, cuts.take(legs))
    for members, first, second in between:
        for member in members:
            if is_one_way(devices.kind[member : member + 1])[0]:
                found[member] = _between(int(devices.toward_pipe[member]), first, second)
    return found


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
