"""What the network says of the places of instruments: where pressures hang together, and how much can be there at most.

Wide bounds, worked out without any run of EPANET: whoever compares readings with them looks for units that are mistaken
by ten times and more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from app.operations.alarm_feeding import nodes_at
from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.quantities import Quantity
from app.telemetry.sites import Site
from network.assets import DeviceKind
from network.columns import Bool, Float64
from network.hydraulic_defaults import HydraulicSettings
from network.lifted import LevelAreas

PUMP_M: Final = 60.0
"""House value: a pump lifts no more than this."""
_PUMPS_BEHIND_EACH_OTHER: Final = 2
_MOST_M_S: Final = 5.0
"""House value: no main carries water faster."""
_HIGHER_BY_M: Final = 0.01


def find_sites(areas: LevelAreas, channels: Channels, source_head_m: Float64) -> tuple[Site, ...]:
    """The places of pressures and flows among *channels*, in their order, without those behind a house's own pumps.

    Args:
        areas: Of the network as it is now.
        channels: What is measured.
        source_head_m: Shape (sources,), as recorded; NaN where it is not.
    """
    pressures = [one for one in channels.records if one.quantity is Quantity.PRESSURE and not _is_lifted(areas, one)]
    highest_m = _highest_heads(areas, source_head_m) if pressures else np.empty(0)
    found = {one.channel: one for one in _of_pressures(areas, pressures, highest_m)}
    for one in channels.records:
        if one.quantity is Quantity.FLOW:
            found[one.id] = Site(one.id, most=_most_m3_s(areas, one))
    return tuple(found[one.id] for one in channels.records if one.id in found)


def _is_lifted(areas: LevelAreas, channel: Channel) -> bool:
    """Whether it is what a secondary station's own pumps hold up."""
    stations = areas.model.city.stations
    return channel.role is Role.OUTLET and bool(channel.station_id) and stations.ids.find(channel.station_id) >= 0


def _of_pressures(areas: LevelAreas, channels: Sequence[Channel], highest_m: Float64) -> list[Site]:
    nodes, segmentation = areas.model.city.network.nodes, areas.model.structure.segmentation
    names: dict[int, str] = {}
    found = []
    for channel, node in zip(channels, nodes_at(areas, channels).tolist(), strict=True):
        if node < 0:
            continue
        height_m = float(nodes.elevation_m[node]) if channel.elevation_m is None else channel.elevation_m
        if not np.isfinite(height_m):
            continue
        area = int(areas.of_segment[segmentation.vertex_segment[node]])
        most_m = float(highest_m[area]) - height_m
        # By the first instrument of an area, its name stays when valves elsewhere are turned.
        name = names.setdefault(area, channel.id)
        found.append(Site(channel.id, name, round(height_m, 2), round(most_m, 2) if np.isfinite(most_m) else None))
    return found


def _highest_heads(areas: LevelAreas, source_head_m: Float64) -> Float64:
    """The head that sources and pumps can give each level area. Shape (areas,); minus infinity where none does."""
    network, segmentation = areas.model.city.network, areas.model.structure.segmentation
    sources, usual_m = network.sources, HydraulicSettings().usual_head_m
    known = sources.node >= 0
    ground_m = np.where(known, network.nodes.elevation_m[np.where(known, sources.node, 0)], np.nan)
    head_m = np.where(np.isnan(source_head_m), ground_m + usual_m, source_head_m)
    count = int(max(areas.of_segment.max(initial=-1), areas.tail.max(initial=-1), areas.head.max(initial=-1))) + 1
    highest_m = np.full(count, -np.inf)
    own = areas.source >= 0
    given = np.isfinite(head_m[areas.source[own]])
    np.maximum.at(highest_m, areas.head[own][given], head_m[areas.source[own]][given])
    at_node = np.flatnonzero(known & np.isfinite(head_m))
    np.maximum.at(highest_m, areas.of_segment[segmentation.vertex_segment[sources.node[at_node]]], head_m[at_node])
    through = areas.device >= 0
    kind = np.full(len(areas.tail), -1, dtype=np.int64)
    kind[through] = network.devices.kind[areas.device[through]]
    is_pump, reduces = kind == DeviceKind.PUMP, kind == DeviceKind.PRV
    _carry_on(areas, highest_m, through & ~is_pump)
    for _ in range(_PUMPS_BEHIND_EACH_OTHER):
        np.maximum.at(highest_m, areas.head[is_pump], highest_m[areas.tail[is_pump]] + PUMP_M)
        # What pumps have lifted does not come down to other zones by a valve that is there to hold it back.
        _carry_on(areas, highest_m, through & ~is_pump & ~reduces)
    behind_m = highest_m.copy()
    _carry_on(areas, behind_m, through & ~is_pump)
    return np.where(np.isfinite(highest_m), highest_m, behind_m)


def _carry_on(areas: LevelAreas, highest_m: Float64, passable: Bool) -> None:
    """Let heads pass through *passable* arcs, as far as they lead; changes *highest_m*."""
    tail, head = areas.tail[passable], areas.head[passable]
    while len(tail):
        before_m = highest_m.copy()
        np.maximum.at(highest_m, head, before_m[tail])
        if not (highest_m > before_m + _HIGHER_BY_M).any():
            return


def _most_m3_s(areas: LevelAreas, channel: Channel) -> float | None:
    """What the mains can carry that a flow is measured in; None where they are not known."""
    network = areas.model.city.network
    pipes, devices, sources = network.pipes, network.devices, network.sources
    pipe = pipes.ids.find(channel.pipe_id) if channel.pipe_id else -1
    if pipe < 0 and channel.station_id:
        device = devices.ids.find(channel.station_id)
        pipe = int(devices.pipe[device]) if device >= 0 else -1
    rows = [pipe] if pipe >= 0 else []
    source = sources.ids.find(channel.station_id) if channel.station_id and not rows else -1
    if source >= 0 and sources.node[source] >= 0:
        node = sources.node[source]
        rows = np.flatnonzero((pipes.from_node == node) | (pipes.to_node == node)).tolist()
    bore_m = pipes.dn_mm[rows].astype(np.float64) / 1000.0
    if not len(bore_m) or (bore_m <= 0.0).any():
        return None
    return round(float((np.pi / 4.0 * bore_m**2).sum()) * _MOST_M_S, 4)
