"""Which instruments stand below which pumps and plants: from the network as it is now, not from any set-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from app.telemetry.alarm_feeding import FALLING, Feeder, Feeders
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity
from gis.locate import nearest_points
from network.assets import DeviceKind
from network.columns import Float64, Int64
from network.lifted import Below, LevelAreas

AT_PUMP_M: Final = 50.0
"""A state whose station nobody recorded is that of a pump no farther away."""
AT_MAIN_M: Final = 100.0
"""An instrument whose main nobody recorded stands at a junction no farther away."""


def find_feeders(areas: LevelAreas, channels: Channels) -> Feeders:
    """Pumps and plants among *channels*, each with the instruments below it under the network's present states."""
    states = [one for one in channels.records if one.quantity is Quantity.STATE]
    if not states:
        return Feeders()
    places = _places(areas, channels)
    known, unplaced = [], []
    for channel in states:
        below = _below(areas, channel)
        if below is None:
            unplaced.append(channel.id)
        else:
            known.append(_feeder(channel, below, places))
    return Feeders(tuple(known), tuple(unplaced))


def _feeder(state: Channel, below: Below, places: dict[str, frozenset[int]]) -> Feeder:
    """The pump or plant of *state* with what stands below it."""
    anyhow = below.alone | below.shared
    alone = [name for name, areas in places.items() if areas <= below.alone]
    shared = [name for name, areas in places.items() if areas & anyhow and not areas <= below.alone]
    return Feeder(state.id, tuple(alone), tuple(shared))


def _below(areas: LevelAreas, channel: Channel) -> Below | None:
    network = areas.model.city.network
    devices, sources = network.devices, network.sources
    pump = devices.ids.find(channel.station_id) if channel.station_id else -1
    if pump >= 0 and devices.kind[pump] == DeviceKind.PUMP:
        return areas.below_pump(pump)
    source = sources.ids.find(channel.station_id) if channel.station_id else -1
    if source >= 0:
        return areas.below_source(source)
    if channel.x_m is None or channel.y_m is None:
        return None
    pumps = np.flatnonzero(devices.kind == DeviceKind.PUMP)
    apart_m = np.hypot(devices.x_m[pumps] - channel.x_m, devices.y_m[pumps] - channel.y_m)
    if not len(pumps) or apart_m.min() > AT_PUMP_M:
        return None
    return areas.below_pump(int(pumps[apart_m.argmin()]))


def _places(areas: LevelAreas, channels: Channels) -> dict[str, frozenset[int]]:
    """The level areas at each instrument whose values fall behind a pump; those on no main are left out."""
    measured = [one for one in channels.records if one.quantity in FALLING]
    node = nodes_at(areas, measured)
    segmentation = areas.model.structure.segmentation
    return {
        one.id: frozenset(areas.of_segment[segmentation.at_node(at)].tolist())
        for one, at in zip(measured, node.tolist(), strict=True)
        if at >= 0
    }


def nodes_at(areas: LevelAreas, channels: Sequence[Channel]) -> Int64:
    """The junction that each of *channels* stands at, shape (channels,); -1 for one that is on no main."""
    node = np.array([_recorded_node(areas, one) for one in channels], dtype=np.int64)
    drawn = [at for at, one in enumerate(channels) if node[at] < 0 and one.x_m is not None and one.y_m is not None]
    if drawn:
        xy_m = np.array([(channels[at].x_m, channels[at].y_m) for at in drawn], dtype=np.float64)
        node[drawn] = _drawn_nodes(areas, xy_m)
    return node


def _drawn_nodes(areas: LevelAreas, xy_m: Float64) -> Int64:
    """The junction nearest to each of *xy_m*, shape (n, 2); -1 where none is near."""
    nodes = areas.model.city.network.nodes
    # A search tree over a million junctions takes a second; those in squares near an instrument are few.
    square, wanted = _square(nodes.x_m, nodes.y_m), set[int]()
    for across in (-AT_MAIN_M, 0.0, AT_MAIN_M):
        for up in (-AT_MAIN_M, 0.0, AT_MAIN_M):
            wanted.update(_square(xy_m[:, 0] + across, xy_m[:, 1] + up).tolist())
    near = np.flatnonzero(np.isin(square, list(wanted)))
    if not len(near):
        return np.full(len(xy_m), -1, dtype=np.int64)
    distance_m, nearest = nearest_points(np.column_stack([nodes.x_m[near], nodes.y_m[near]]), xy_m, AT_MAIN_M)
    return np.where(np.isfinite(distance_m), near[nearest], -1)


def _square(x_m: Float64, y_m: Float64) -> Int64:
    """Number of the square with edges of ``AT_MAIN_M`` in which each place lies."""
    return np.floor(x_m / AT_MAIN_M).astype(np.int64) * 2**31 + np.floor(y_m / AT_MAIN_M).astype(np.int64)


def _recorded_node(areas: LevelAreas, channel: Channel) -> int:
    """The end nearest to an instrument of its recorded main, or of its station's; -1 where none is recorded."""
    pipes, nodes = areas.model.city.network.pipes, areas.model.city.network.nodes
    stations = areas.model.city.stations
    pipe = pipes.ids.find(channel.pipe_id) if channel.pipe_id else -1
    station = stations.ids.find(channel.station_id) if channel.station_id and pipe < 0 else -1
    if station >= 0:
        pipe = int(stations.tap.pipe[station])
    if pipe < 0:
        return -1
    ends = [int(pipes.from_node[pipe]), int(pipes.to_node[pipe])]
    if channel.x_m is None or channel.y_m is None:
        return ends[0]
    return ends[int(np.hypot(nodes.x_m[ends] - channel.x_m, nodes.y_m[ends] - channel.y_m).argmin())]
