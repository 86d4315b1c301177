from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from map_town import EAST, NORTH, town

from gis.scene.along import PipeLines
from gis.scene.device_places import LEG_M, device_places
from network.topology import Network


def at_junctions(offset_m: list[float], pipe: list[int], node: list[int], place: list[tuple[float, float]]) -> Network:
    network = town().network
    rows = len(pipe)
    devices = network.devices
    return replace(
        network,
        devices=replace(
            devices,
            kind=devices.kind[:rows],
            pipe=np.array(pipe, np.int32),
            node=np.array(node, np.int32),
            offset_m=np.array(offset_m),
            x_m=EAST + np.array([x for x, _ in place]),
            y_m=NORTH + np.array([y for _, y in place]),
        ),
    )


def places(network: Network, length_m: float = 100.0) -> tuple[np.ndarray, np.ndarray]:
    city = town()
    lengths = np.full(len(city.network.pipes), length_m)
    pipes = PipeLines.of(city.shapes, lengths)
    xy_m, turn = device_places(network, pipes, np.arange(len(network.devices)))
    return xy_m - [EAST, NORTH], turn


def test_valves_recorded_at_a_tee_stand_on_their_legs() -> None:
    # Pipes 0 and 1 meet at node 1.
    pipes = town().network.pipes
    north = int(np.flatnonzero((pipes.from_node == 1) & (pipes.to_node == 9))[0])
    network = at_junctions([100.0, 0.0, 0.0], [0, 1, north], [1, 1, 1], [(100, 0)] * 3)
    xy_m, turn = places(network)
    assert xy_m == pytest.approx(np.array([[100 - LEG_M, 0], [100 + LEG_M, 0], [100, LEG_M]]))
    assert turn == pytest.approx([0, 0, np.pi / 2])


def test_on_a_short_pipe_both_ends_keep_apart() -> None:
    network = at_junctions([0.0, 10.0], [0, 0], [0, 1], [(0, 0), (100, 0)])
    xy_m, _ = places(network, length_m=10.0)
    assert xy_m[0, 0] < 50 < xy_m[1, 0]


def test_a_surveyed_place_is_kept() -> None:
    network = at_junctions([0.0], [1], [1], [(103, 1.5)])
    xy_m, _ = places(network)
    assert xy_m.tolist() == [[103, 1.5]]


def test_a_valve_without_a_leg_or_off_every_pipe_stays_where_it_is() -> None:
    network = at_junctions([np.nan, np.nan], [-1, -1], [1, -1], [(100, 0), (40, 60)])
    xy_m, turn = places(network)
    assert xy_m.tolist() == [[100, 0], [40, 60]]
    assert turn.tolist() == [0, 0]
