"""One state of a city as an INP text for EPANET, and its answer read back to points and pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from network.assets import DeviceKind
from network.columns import Float64, Int32, Int64
from network.hydraulic_inputs import HydraulicInputs
from network.hydraulic_layout import SHORTEST_M, Layout, point_elevation_m
from network.hydraulic_records import PumpState, Solved
from network.supply import SupplyModel

_STUB_M = 0.1
"""EPANET lets no control valve touch a source or another's end: so long a stub of pipe parts them."""
_KW_WRITTEN = 0.7457
"""EPANET 2.3 turns kilowatts into horsepower twice: a pump of 1 kW must be written with so many (a test watches it)."""
_CONTROLS = {DeviceKind.PRV: "PRV", DeviceKind.PSV: "PSV", DeviceKind.FCV: "FCV"}


@dataclass(frozen=True, eq=False)
class Case:
    """A text and what its rows stand for.

    Attributes:
        text: Empty where nothing has water.
        points: Shape (nodes of the text,), point of each, -1 for the end of a stub.
        pieces: Shape (k,), piece of each of the first k links.
        reversed: Shape (k,), -1 where the link runs against its piece, else 1.
        pumps: Device row of each pump, in the order of the text.
        devices: Link (from 0) of each device that has one of its own, by device row.
        junctions: How many of the nodes are none of the sources.
        fixed_source: By point, the source row that holds its head.
        wanted_m3_h: Sum of the demands.
        tanks: Source row and node (from 0) of each source that fills and empties.
    """

    text: str
    points: Int64
    pieces: Int64
    reversed: Int64
    pumps: tuple[int, ...]
    devices: dict[int, int]
    junctions: int
    fixed_source: dict[int, int]
    wanted_m3_h: float
    tanks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, eq=False)
class Heads:
    """A solved case.

    Attributes:
        head_m: Shape (points,), NaN where there is no water.
        flow_m3_h: Shape (pieces,), from start to end; 0 where nothing is known to flow.
        given_m3_h: By source row, what it gives (negative: takes).
        pumps: By device row.
        devices_m3_h: By device row, what flows through those that have a link of their own, in their direction.
        delivered_m3_h: Drawn by customers.
    """

    head_m: Float64
    flow_m3_h: Float64
    given_m3_h: dict[int, float] = field(default_factory=dict)
    pumps: dict[int, PumpState] = field(default_factory=dict)
    devices_m3_h: dict[int, float] = field(default_factory=dict)
    delivered_m3_h: float = 0.0


@dataclass
class _Device:
    """Lines for pumps and valves, with the stubs they need."""

    fixed: set[int]
    stubs: list[str] = field(default_factory=list)
    stub_levels: list[float] = field(default_factory=list)
    pumps: list[str] = field(default_factory=list)
    pump_rows: list[int] = field(default_factory=list)
    curves: list[str] = field(default_factory=list)
    valves: list[str] = field(default_factory=list)
    valve_rows: list[int] = field(default_factory=list)
    checks: dict[int, int] = field(default_factory=dict)
    status: list[str] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def links(self, pieces: int) -> dict[int, int]:
        """Link of each device, where *pieces* pieces come first."""
        found = {device: pieces + row for device, row in self.checks.items()}
        own = enumerate([*self.pump_rows, *self.valve_rows], start=pieces + len(self.stubs))
        return found | {device: link for link, device in own}

    def stub(self, point: int, level_m: float, bore_mm: float, check: bool = False) -> str:
        """A new node beside *point*; with *check*, water only leaves *point*."""
        number = len(self.stub_levels)
        self.stub_levels.append(level_m)
        state = "CV" if check else "OPEN"
        self.stubs.append(f"s{number} n{point} m{number} {_STUB_M} {bore_mm:.6g} 140 0 {state}")
        return f"m{number}"

    def free_end(self, point: int, level_m: float, bore_mm: float) -> str:
        """A node for the end of a control valve at *point*."""
        if point in self.fixed or point in self.taken:
            return self.stub(point, level_m, bore_mm)
        self.taken.add(point)
        return f"n{point}"


def make_case(
    model: SupplyModel, inputs: HydraulicInputs, layout: Layout, demand_m3_h: Float64, *, filling: bool = False
) -> Case:
    """The text for *layout*.

    Args:
        model: The city.
        inputs: Its figures.
        layout: What is wet.
        demand_m3_h: Shape (customers,), 0 for those without water.
        filling: Tanks fill and empty; else every source holds its head.
    """
    pieces = layout.pieces
    links = np.flatnonzero(
        pieces.wet
        & ((pieces.end_m - pieces.start_m >= SHORTEST_M) | (pieces.check != 0))
        & (pieces.start != pieces.end)
    )
    level_m = point_elevation_m(model, layout, inputs.node_elevation_m)
    fixed_source, fixed_m = _fixed(inputs, layout, level_m)
    used = np.zeros(layout.points, dtype=np.bool_)
    for ends in (pieces.start[links], pieces.end[links], layout.one_way.tail, layout.one_way.head):
        used[ends] = True
    fixed_m = {point: head for point, head in fixed_m.items() if used[point]}
    junction = used.copy()
    junction[list(fixed_m)] = False
    junctions = np.flatnonzero(junction)
    wanted = _point_demand(model, inputs, layout, demand_m3_h)
    shaped = {point: row for point, row in fixed_source.items() if filling and inputs.tanks.known[row]}
    tanks = {point: shaped[point] for point in fixed_m if point in shaped}
    fixed = [point for point in fixed_m if point not in tanks]
    first_tank = len(junctions) + len(fixed)
    devices = _devices(model, inputs, layout, level_m, set(fixed_m))
    sections = (
        ("JUNCTIONS", _junction_lines(junctions, level_m, wanted, devices)),
        ("RESERVOIRS", [f"n{point} {fixed_m[point]:.6f}" for point in fixed]),
        ("TANKS", [_tank_line(inputs, source, point) for point, source in tanks.items()]),
        ("PIPES", [*_pipe_lines(inputs, layout, links), *devices.stubs]),
        ("PUMPS", devices.pumps),
        ("VALVES", devices.valves),
        ("CURVES", devices.curves),
        ("STATUS", devices.status),
        ("OPTIONS", _options(inputs)),
    )
    text = "\n".join(line for name, lines in sections for line in (f"[{name}]", *lines))
    solvable = len(fixed_m) > 0 and len(junctions) > 0
    return Case(
        text=f"{text}\n[END]\n" if solvable else "",
        points=np.concatenate(
            [junctions, np.full(len(devices.stub_levels), -1), np.array([*fixed, *tanks], dtype=np.int64)]
        ),
        pieces=links,
        reversed=np.where(pieces.check[links] < 0, -1, 1),
        pumps=tuple(devices.pump_rows),
        devices=devices.links(len(links)),
        junctions=len(junctions) + len(devices.stub_levels),
        fixed_source=fixed_source,
        wanted_m3_h=float(wanted[junctions].sum()),
        tanks=tuple((source, first_tank + len(devices.stub_levels) + at) for at, source in enumerate(tanks.values())),
    )


def read_heads(layout: Layout, case: Case, solved: Solved) -> Heads:
    """The answer to *case*."""
    head_m, flow = np.full(layout.points, np.nan), np.zeros(len(layout.pieces.pipe))
    known = case.points >= 0
    head_m[case.points[known]] = np.array(solved.head)[known]
    flow[case.pieces] = np.array(solved.flow)[: len(case.pieces)] * case.reversed
    drawn = np.array(solved.drawn)
    fixed = np.flatnonzero(np.isin(case.points, list(case.fixed_source)))
    given = {case.fixed_source[int(case.points[row])]: -float(drawn[row]) for row in fixed}
    return Heads(
        head_m=head_m,
        flow_m3_h=flow,
        given_m3_h=given,
        pumps=dict(zip(case.pumps, solved.pumps, strict=True)),
        devices_m3_h={device: solved.flow[link] for device, link in case.devices.items()},
        delivered_m3_h=float(drawn[: case.junctions].sum()),
    )


def junction_demand_m3_h(
    model: SupplyModel, inputs: HydraulicInputs, layout: Layout, case: Case, demand_m3_h: Float64
) -> Float64:
    """Demand at each of the first nodes of *case* (all but sources and ends of stubs) at another hour."""
    points = case.points[: case.junctions]
    here: Float64 = _point_demand(model, inputs, layout, demand_m3_h)[points[points >= 0]]
    return here


def _tank_line(inputs: HydraulicInputs, source: int, point: int) -> str:
    tanks = inputs.tanks
    bottom_m, top_m = float(tanks.bottom_m[source]), float(tanks.top_m[source])
    level_m = min(max(float(inputs.source_head_m[source]) - bottom_m, 0.0), top_m - bottom_m)
    across_m = float(np.sqrt(4.0 * tanks.area_m2[source] / np.pi))
    return f"n{point} {bottom_m:.6f} {level_m:.9g} 0 {top_m - bottom_m:.9g} {across_m:.12g} 0"


def nothing_flows(layout: Layout) -> Heads:
    """The answer where nothing has water."""
    return Heads(np.full(layout.points, np.nan), np.zeros(len(layout.pieces.pipe)))


def _fixed(inputs: HydraulicInputs, layout: Layout, level_m: Float64) -> tuple[dict[int, int], dict[int, float]]:
    """Points that a source, or a pump's own tank, holds at a head: source rows, heads."""
    source: dict[int, int] = {}
    heads: dict[int, float] = {}
    for row in np.flatnonzero(layout.source_point >= 0).tolist():
        point = int(layout.source_point[row])
        if point not in source:
            source[point], heads[point] = row, float(inputs.source_head_m[row])
    for point in layout.one_way.tail[layout.one_way.from_tank].tolist():
        heads.setdefault(point, float(level_m[point]))
    return source, heads


def _point_demand(model: SupplyModel, inputs: HydraulicInputs, layout: Layout, demand_m3_h: Float64) -> Float64:
    """Demand at each point: customers' shared between the ends of their piece by distance, and the nodes' own."""
    wanted = np.zeros(layout.points)
    pipe, offset_m = tap_places(model)
    rows = np.flatnonzero((pipe >= 0) & (demand_m3_h > 0.0))
    pieces, at_m = layout.pieces, offset_m[rows]
    piece = pieces.at(pipe[rows], at_m)
    share = share_along(layout, piece, at_m)
    drawn = np.where(pieces.wet[piece], demand_m3_h[rows], 0.0)
    np.add.at(wanted, pieces.start[piece], drawn * (1.0 - share))
    np.add.at(wanted, pieces.end[piece], drawn * share)
    here = layout.node_point >= 0
    np.add.at(wanted, layout.node_point[here], inputs.node_demand_m3_h[here])
    return wanted


def tap_places(model: SupplyModel) -> tuple[Int32, Float64]:
    """Pipe (or -1) and offset of each customer's tap: its station's where it has one."""
    customers, stations = model.city.customers, model.city.stations
    pipe, offset_m = customers.tap.pipe.copy(), customers.tap.offset_m.copy()
    shared = np.flatnonzero(customers.station >= 0)
    station = customers.station[shared]
    pipe[shared], offset_m[shared] = stations.tap.pipe[station], stations.tap.offset_m[station]
    return pipe, offset_m


def share_along(layout: Layout, piece: Int64, offset_m: Float64) -> Float64:
    """How far along each *piece* a place lies, 0 to 1."""
    start_m, end_m = layout.pieces.start_m[piece], layout.pieces.end_m[piece]
    long = end_m > start_m
    share = np.divide(offset_m - start_m, end_m - start_m, out=np.zeros(len(piece)), where=long)
    inside: Float64 = np.clip(share, 0.0, 1.0)
    return inside


def _junction_lines(junctions: Int64, level_m: Float64, wanted: Float64, devices: _Device) -> list[str]:
    rows = zip(junctions.tolist(), level_m[junctions].tolist(), wanted[junctions].tolist(), strict=True)
    lines = [f"n{point} {level:.4f} {demand:.9g}" for point, level, demand in rows]
    return lines + [f"m{number} {level:.4f}" for number, level in enumerate(devices.stub_levels)]


def _pipe_lines(inputs: HydraulicInputs, layout: Layout, links: Int64) -> Iterable[str]:
    pieces = layout.pieces
    pipe, check = pieces.pipe[links], pieces.check[links]
    start, end = pieces.start[links], pieces.end[links]
    length_m = np.maximum(pieces.end_m[links] - pieces.start_m[links], SHORTEST_M)
    whole_m = np.bincount(pipe, weights=length_m, minlength=len(inputs.bore_mm))
    columns = (
        links,
        np.where(check < 0, end, start),
        np.where(check < 0, start, end),
        length_m,
        inputs.bore_mm[pipe],
        inputs.roughness[pipe],
        inputs.minor_loss[pipe] * length_m / whole_m[pipe],
        np.where(inputs.pipe_shut[pipe], "CLOSED", np.where(check != 0, "CV", "OPEN")),
    )
    return [
        f"p{link} n{tail} n{head} {length:.9g} {bore:.9g} {rough:.9g} {loss:.9g} {state}"
        for link, tail, head, length, bore, rough, loss, state in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def _devices(model: SupplyModel, inputs: HydraulicInputs, layout: Layout, level_m: Float64, fixed: set[int]) -> _Device:
    built = _Device(fixed)
    kinds = model.city.network.devices.kind
    ends = zip(layout.one_way.device.tolist(), layout.one_way.tail.tolist(), layout.one_way.head.tolist(), strict=True)
    for device, tail, head in ends:
        if tail == head:
            continue
        kind = DeviceKind(int(kinds[device]))
        if kind is DeviceKind.PUMP:
            _add_pump(built, inputs, device, tail, head)
        elif kind in _CONTROLS and (inputs.device_off[device] or not np.isnan(inputs.device_setting[device])):
            _add_control(built, inputs, device, (tail, head), level_m, _CONTROLS[kind])
        else:
            bore_mm = float(inputs.device_bore_mm[device])
            middle = built.stub(tail, float(level_m[tail]), bore_mm, check=True)
            built.checks[device] = len(built.stubs)
            built.stubs.append(f"d{device} {middle} n{head} {_STUB_M} {bore_mm:.6g} 140 0 OPEN")
    return built


def _add_pump(built: _Device, inputs: HydraulicInputs, device: int, tail: int, head: int) -> None:
    curve = inputs.pumps[device]
    if curve.flow_m3_h:
        points = zip(curve.flow_m3_h, curve.head_m, strict=True)
        built.curves += [f"c{device} {flow:.9g} {lift:.9g}" for flow, lift in points]
        adds = f"HEAD c{device}"
    else:
        adds = f"POWER {curve.power_kw * _KW_WRITTEN:.9g}"
    built.pumps.append(f"d{device} n{tail} n{head} {adds} SPEED {curve.speed:.9g}")
    built.pump_rows.append(device)
    if inputs.device_off[device]:
        built.status.append(f"d{device} CLOSED")


def _add_control(
    built: _Device, inputs: HydraulicInputs, device: int, ends: tuple[int, int], level_m: Float64, word: str
) -> None:
    bore_mm, setting = float(inputs.device_bore_mm[device]), float(inputs.device_setting[device])
    names = [built.free_end(point, float(level_m[point]), bore_mm) for point in ends]
    # Heads become pressures over the point that EPANET counts them from.
    counted_from = {"PRV": float(level_m[ends[1]]), "PSV": float(level_m[ends[0]])}.get(word, 0.0)
    value = 0.0 if np.isnan(setting) else max(setting - counted_from, 0.0)
    loss = float(inputs.device_loss[device])
    built.valves.append(f"d{device} {names[0]} {names[1]} {bore_mm:.6g} {word} {value:.9g} {loss:.9g}")
    built.valve_rows.append(device)
    if inputs.device_off[device]:
        built.status.append(f"d{device} CLOSED")


def _options(inputs: HydraulicInputs) -> list[str]:
    settings = inputs.settings
    driven = [
        "DEMAND MODEL PDA",
        f"MINIMUM PRESSURE {settings.minimum_m:g}",
        f"REQUIRED PRESSURE {settings.required_m:g}",
        f"PRESSURE EXPONENT {settings.exponent:g}",
    ]
    return [
        "UNITS CMH",
        f"HEADLOSS {inputs.headloss}",
        f"TRIALS {settings.trials}",
        f"ACCURACY {settings.accuracy:g}",
        "UNBALANCED STOP",
        *(driven if settings.pressure_driven else ()),
    ]
