"""Figures of a calibrated EPANET model carried over to a city whose names it shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np

from network.assets import DeviceKind
from network.child import run_in_child
from network.columns import Float64, IdColumn, Int32
from network.errors import NetworkError, os_detail
from network.hydraulic_defaults import PumpCurve
from network.hydraulic_inputs import HydraulicInputs, TankShapes
from network.hydraulic_records import CalibratedLink, Calibration
from network.inp import READ_TIMEOUT_S, LinkKind, decoded
from network.topology import City

_CONTROLS = {LinkKind.PRV, LinkKind.PSV, LinkKind.FCV}


@dataclass(frozen=True)
class Matched:
    """How much of a calibrated model found its place.

    Attributes:
        inputs: With the model's figures where names match.
        nodes, links: How many of the model's were found.
        missing: Ids of the model that the city lacks, at most the first hundred.
    """

    inputs: HydraulicInputs
    nodes: int
    links: int
    missing: tuple[str, ...]


def read_calibration(path: Path, hour: float = 0.0, timeout_s: float = READ_TIMEOUT_S) -> Calibration:
    """The model of an INP file, at *hour* after its start: EPANET runs it up to there, controls and all.

    Raises:
        NetworkError: As :func:`network.inp.read_inp`; ``hydraulics_unsolvable`` where EPANET cannot solve it.
    """
    return cast("Calibration", _asked(path, timeout_s, "network.hydraulics:calibration_of", hour))


def read_calibrated_day(
    path: Path, from_hour: float, to_hour: float, timeout_s: float = READ_TIMEOUT_S
) -> tuple[Calibration, ...]:
    """The model of an INP file at each step that EPANET takes from one hour after its start to another.

    Raises:
        NetworkError: As :func:`read_calibration`.
    """
    found = _asked(path, timeout_s, "network.hydraulics:calibrations_of", from_hour, to_hour)
    return cast("tuple[Calibration, ...]", found)


def _asked(path: Path, timeout_s: float, function: str, *hours: float) -> object:
    try:
        text = decoded(path.read_bytes())
    except OSError as missing:
        raise NetworkError("inp_missing", path=str(path), **os_detail(missing)) from missing
    try:
        return run_in_child(timeout_s, function, text, *hours)
    except NetworkError as failed:
        codes = {"child_timeout": "inp_timeout", "child_crashed": "inp_crashed"}
        raise NetworkError(codes.get(failed.code, failed.code), path=str(path), **failed.detail) from failed


def calibrated(city: City, inputs: HydraulicInputs, model: Calibration) -> Matched:
    """*inputs* with the figures of *model* where its names are those of the city.

    Its demands stand at the nodes and take the place of all customers' demands, which it already holds. Valves and
    pumps are matched with the devices of their names. A model of another head-loss formula makes the formula its own,
    so pipes without a match keep a roughness that does not suit it: they are in the minority in a model worth using.

    Raises:
        NetworkError: ``calibration_no_match`` where no link of the model is a pipe of the city.
    """
    network = city.network
    node, known = _found(network.nodes.ids, [one.id for one in model.nodes])
    pipe, known_links = _found(network.pipes.ids, [one.id for one in model.links])
    if not known_links:
        raise NetworkError("calibration_no_match", links=len(model.links))
    nodes = [model.nodes[row] for row in known]
    links = [model.links[row] for row in known_links]
    elevation_m, demand_m3_h = inputs.node_elevation_m.copy(), inputs.node_demand_m3_h.copy()
    elevation_m[node], demand_m3_h[node] = [one.elevation_m for one in nodes], [one.demand_m3_h for one in nodes]
    mains = [row for row, link in enumerate(links) if link.kind in (LinkKind.PIPE, LinkKind.CV_PIPE)]
    rows = pipe[mains]
    shut = inputs.pipe_shut.copy()
    shut[rows] = [links[row].closed for row in mains]

    def filled_in(column: Float64, name: str) -> Float64:
        own = column.copy()
        own[rows] = [getattr(links[row], name) for row in mains]
        return own

    filled = replace(
        inputs,
        headloss=model.headloss,
        node_elevation_m=elevation_m,
        node_demand_m3_h=demand_m3_h,
        customer_demand_m3_d=np.zeros(len(city.customers)),
        bore_mm=filled_in(inputs.bore_mm, "dn_mm"),
        roughness=filled_in(inputs.roughness, "roughness"),
        minor_loss=filled_in(inputs.minor_loss, "minor_loss"),
        pipe_shut=shut,
        source_head_m=_source_heads(city, inputs, model),
        tanks=_tanks(city, inputs, model),
        hour=model.hour,
    )
    missing = [one.id for row, one in enumerate(model.nodes) if row not in set(known)]
    missing += [one.id for row, one in enumerate(model.links) if row not in set(known_links)]
    return Matched(_devices(city, filled, model), len(known), len(known_links), tuple(missing[:100]))


def _found(ids: IdColumn, names: Sequence[str]) -> tuple[Int32, list[int]]:
    """Rows in *ids*, and the positions in *names* that have one."""
    rows = ids.find_many(IdColumn.of(names))
    known = np.flatnonzero(rows >= 0)
    return rows[known], known.tolist()


def _source_heads(city: City, inputs: HydraulicInputs, model: Calibration) -> Float64:
    head_m = inputs.source_head_m.copy()
    rows, known = _found(city.network.sources.ids, [one.id for one in model.nodes])
    for source, position in zip(rows.tolist(), known, strict=True):
        if not np.isnan(model.nodes[position].head_m):
            head_m[source] = model.nodes[position].head_m
    return head_m


def _tanks(city: City, inputs: HydraulicInputs, model: Calibration) -> TankShapes:
    shapes = TankShapes(
        *(column.copy() for column in (inputs.tanks.bottom_m, inputs.tanks.top_m, inputs.tanks.area_m2))
    )
    rows, known = _found(city.network.sources.ids, [one.id for one in model.nodes])
    for source, position in zip(rows.tolist(), known, strict=True):
        node = model.nodes[position]
        shapes.bottom_m[source], shapes.top_m[source] = node.bottom_m, node.top_m
        shapes.area_m2[source] = node.area_m2
    return shapes


def _devices(city: City, inputs: HydraulicInputs, model: Calibration) -> HydraulicInputs:
    """Pump curves, and settings of control valves as heads."""
    devices, pipes = city.network.devices, city.network.pipes
    setting, off = inputs.device_setting.copy(), inputs.device_off.copy()
    bore_mm, loss, pumps = inputs.device_bore_mm.copy(), inputs.device_loss.copy(), dict(inputs.pumps)
    rows, known = _found(devices.ids, [link.id for link in model.links])
    for device, position in zip(rows.tolist(), known, strict=True):
        link = model.links[position]
        if link.kind == LinkKind.PUMP and devices.kind[device] == DeviceKind.PUMP:
            pumps[device], off[device] = _curve(link), link.closed
        elif link.kind in _CONTROLS:
            pipe = int(devices.pipe[device])
            setting[device] = link.setting + _counted_from(
                link, inputs.node_elevation_m, pipes.from_node[pipe], pipes.to_node[pipe]
            )
            off[device], bore_mm[device], loss[device] = link.closed, link.dn_mm, link.minor_loss
    return replace(
        inputs, device_setting=setting, device_off=off, device_bore_mm=bore_mm, device_loss=loss, pumps=pumps
    )


def _counted_from(link: CalibratedLink, level_m: Float64, start: int, end: int) -> float:
    """Elevation that a valve's setting counts from; imported links run in the direction of their pipe."""
    return {LinkKind.PRV.value: float(level_m[end]), LinkKind.PSV.value: float(level_m[start])}.get(link.kind, 0.0)


def _curve(link: CalibratedLink) -> PumpCurve:
    flow, head = (tuple(point[axis] for point in link.curve) for axis in (0, 1))
    return PumpCurve(flow, head, link.setting, link.power_kw)
