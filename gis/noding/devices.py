"""Tables of valves, pumps and sources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from gis.noding import words
from gis.noding.mains import Mains, whole_mm
from gis.noding.options import NodingOptions
from gis.noding.places import Places, Points, place_devices, place_sources, report_off_pipe
from network.assets import Condition, DeviceKind, DeviceTable, Direction, Position, SourceTable, Turning
from network.columns import Float64, IdColumn, Int8, Int32, TextColumn

_ONE_WAY = (DeviceKind.CHECK, DeviceKind.PRV, DeviceKind.PSV, DeviceKind.FCV, DeviceKind.PUMP)
_OFF_MAINS = (DeviceKind.HYDRANT, DeviceKind.SERVICE, DeviceKind.METER)
"""Valves of these kinds stand on branches that are not pipes of the network: being off every pipe is no fault."""


@dataclass(frozen=True, eq=False)
class _Placed:
    """Valves or pumps with places and ways."""

    points: Points
    layer: Layer
    kind: Int8
    places: Places
    direction: Int8
    toward: Int32


def build_devices(valve: Layer, pump: Layer, mains: Mains, options: NodingOptions, log: FaultLog) -> DeviceTable:
    """Devices: the rows of the valve layer, then those of the pump layer."""
    valves = _place("valve", valve, words.valve_kinds(valve, log), mains, options, log)
    words.check_pump_kinds(pump, log)
    pump_kinds = np.full(len(pump), DeviceKind.PUMP, dtype=np.int8)
    pumps = _place("pump", pump, pump_kinds, mains, options, log)
    normal, current = words.positions(valve, log)
    count = len(pump)
    both = (valves, pumps)
    xy_m = np.concatenate([part.points.xy_m for part in both])
    return DeviceTable(
        ids=IdColumn.of([*valves.points.ids, *pumps.points.ids]),
        kind=np.concatenate([part.kind for part in both]),
        node=np.concatenate([part.places.node for part in both]),
        pipe=np.concatenate([part.places.pipe for part in both]),
        offset_m=np.concatenate([part.places.offset_m for part in both]),
        direction=np.concatenate([part.direction for part in both]),
        toward_pipe=np.concatenate([part.toward for part in both]),
        normal=_with_pumps(normal, count, Position.OPEN),
        position=_with_pumps(current, count, Position.OPEN),
        condition=_with_pumps(words.conditions(valve, log), count, Condition.OPERABLE),
        dn_mm=np.concatenate([whole_mm(valve.real("dn_mm")), np.zeros(count, dtype=np.int16)]),
        turns=_reals(valve.real("turns"), count, np.nan),
        closes=_with_pumps(words.turnings(valve, log), count, Turning.UNKNOWN),
        depth_m=_reals(valve.real("depth_m"), count, np.nan),
        storage_m3=np.concatenate([np.zeros(len(valve), dtype=np.float32), volumes(pump.real("storage_m3"))]),
        assumed=np.concatenate([valve.flag("assumed"), np.zeros(count, dtype=bool)]),
        chamber=TextColumn.of([*valve.text("chamber"), *[""] * count]),
        landmark=TextColumn.of([*valve.text("landmark"), *[""] * count]),
        x_m=xy_m[:, 0].copy(),
        y_m=xy_m[:, 1].copy(),
    )


def build_sources(source: Layer, mains: Mains, options: NodingOptions, log: FaultLog) -> SourceTable:
    """Sources: the rows of the source layer."""
    points = Points.of("source", source)
    places = place_sources(points, mains, options, log)
    everyone = np.ones(len(source), dtype=np.bool_)
    report_off_pipe(FaultKind.SOURCE_OFF_PIPE, points, places, everyone, mains, log)
    return SourceTable(
        ids=IdColumn.of(points.ids),
        kind=words.source_kinds(source, log),
        node=places.node,
        pipe=places.pipe,
        offset_m=places.offset_m,
        volume_m3=volumes(source.real("volume_m3")),
        x_m=points.xy_m[:, 0].copy(),
        y_m=points.xy_m[:, 1].copy(),
    )


def volumes(values: Float64) -> NDArray[np.float32]:
    """Volumes, 0 where none is recorded."""
    return np.where(np.isfinite(values), values, 0.0).astype(np.float32)


def _place(name: str, layer: Layer, kind: Int8, mains: Mains, options: NodingOptions, log: FaultLog) -> _Placed:
    points = Points.of(name, layer)
    places = place_devices(points, layer.text("pipe_id"), mains, options, log)
    report_off_pipe(FaultKind.VALVE_OFF_PIPE, points, places, ~np.isin(kind, _OFF_MAINS), mains, log)
    toward = mains.references.find(layer.text("toward_pipe_id"), points.xy_m)
    strange = (toward < 0) & (layer.text("toward_pipe_id") != "")
    log.each(
        FaultKind.UNKNOWN_REFERENCE,
        name,
        points.ids[strange],
        points.xy_m[strange],
        Action.KEPT,
        column="toward_pipe_id",
        other=layer.text("toward_pipe_id")[strange],
    )
    one_way = np.isin(kind, _ONE_WAY) & (places.pipe >= 0)
    flow = words.flows(name, layer, log)
    flow = np.where(flow == Direction.UNKNOWN, _way_inside(places, toward, mains), flow)
    direction = np.where(one_way, flow, Direction.UNKNOWN).astype(np.int8)
    return _Placed(points, layer, kind, places, direction, toward)


def _way_inside(places: Places, toward: Int32, mains: Mains) -> Int8:
    """Way of a device inside a pipe from the neighbour that it points to: the pipe's end at which they meet."""
    way = np.zeros(len(toward), dtype=np.int8)
    rows = np.flatnonzero((places.pipe >= 0) & (places.node < 0) & (toward >= 0) & (toward != places.pipe))
    pipes = mains.pipes
    own_from, own_to = pipes.from_node[places.pipe[rows]], pipes.to_node[places.pipe[rows]]
    other_from, other_to = pipes.from_node[toward[rows]], pipes.to_node[toward[rows]]
    ahead = (own_to == other_from) | (own_to == other_to)
    behind = (own_from == other_from) | (own_from == other_to)
    way[rows] = ahead.astype(np.int8) - behind.astype(np.int8)
    return way


def pumps_apart(valve: Layer, pump: Layer, log: FaultLog) -> Layer:
    """The pump layer, in which a pump that bears a valve's id becomes ``ID#2``: both are devices of one table."""
    valve_ids, ids = set(valve.text("id").tolist()), pump.text("id").tolist()
    taken = valve_ids | set(ids)
    places = shapely.get_coordinates(pump.geometry)
    for row in [row for row, value in enumerate(ids) if value in valve_ids]:
        shared, number = ids[row], 2
        while f"{shared}#{number}" in taken:
            number += 1
        ids[row] = f"{shared}#{number}"
        taken.add(ids[row])
        log.add(FaultKind.DUPLICATE_ID, "pump", ids[row], tuple(places[row]), Action.REPAIRED, other=shared)
    return Layer(pump.geometry, {**pump.columns, "id": np.array(ids, dtype=object)})


def _with_pumps(values: Int8, pumps: int, value: int) -> Int8:
    return np.concatenate([values, np.full(pumps, value, dtype=np.int8)])


def _reals(values: Float64, pumps: int, value: float) -> NDArray[np.float32]:
    return np.concatenate([values, np.full(pumps, value)]).astype(np.float32)
