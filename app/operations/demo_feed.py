"""Instruments for a workspace that has none: places on its network, a day of each from EPANET, limits to match.

Plants, tanks, boosters and secondary stations are measured as such; pressure points are spread over the mains. The
script knows a booster's trip, two bursts and a power failure, each with what EPANET finds it does to every instrument.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app.errors import AppError
from app.operations.demo_stations import beside, feed_limits, power_of
from app.operations.hydraulics import inputs_of
from app.operations.meter_promise import MeterPromise, promise_limit
from app.operations.spread import spread_out
from app.requests import ProgressSink
from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.demo import HOURS, DemoDay, Happening
from app.telemetry.quantities import Quantity
from app.telemetry.setup import DEMO_DAY, FOLDER, Feed, FeedKind, Setup
from app.workspace import Workspace
from network.assets import DeviceKind, SourceKind
from network.columns import Float64, Int64
from network.hydraulic_day import Run, hourly, undisturbed_day
from network.hydraulic_effect import HydraulicsFailed, snapshot
from network.hydraulic_inputs import HydraulicInputs
from network.lifted import LevelAreas
from network.supply import SupplyModel, prepare
from network.topology import Network
from network.units import M_HEAD_PER_MPA

_LEAK: Final = "leak "
POWER_FAILURE: Final = "power failure"
"""Every booster stands still: a flood of alarms to be trained on."""
POINTS: Final = 36
ON_HILL: Final = 4
"""So many more where water comes from one booster alone."""
STATIONS: Final = 8
METERED_DMAS: Final = 2
_LEAST_INFLOW_M3_S: Final = 1e-6
"""Less comes through a valve that is shut."""
_LEAST_DN_MM: Final = 200
_BURST_M3_H: Final = 600.0
_LEAK_FALL_M: Final = 1.2
"""A burst that lowers its neighbourhood by so much crosses no fixed limit: the watch for bursts finds it."""
_FIRST_GUESS_M3_H: Final = 200.0
_NOISE: Final = {
    Quantity.PRESSURE: 0.0012,
    Quantity.LEVEL: 0.004,
    Quantity.FLOW: 0.008,
    Quantity.STATE: 0.0,
    Quantity.POWER_FEED: 0.0,
}
"""Standard deviation of a reading, in the unit sent; of a flow as a share of its mean. States have none."""
_UNITS: Final = {Quantity.PRESSURE: "MPa", Quantity.LEVEL: "m", Quantity.FLOW: "m3/h", Quantity.STATE: ""}
DECIMALS: Final = {Quantity.PRESSURE: 4, Quantity.LEVEL: 3, Quantity.FLOW: 1, Quantity.STATE: 0, Quantity.POWER_FEED: 0}
_MARGIN_M: Final = 2.5
"""A low limit stands so far below the lowest of the usual day (metres of head)."""
_SERVICE_M: Final = 18.0


@dataclass(frozen=True, eq=False)
class _Instrument:
    """A channel with what it shows at one moment, from a row of a snapshot's arrays.

    A flow along a pipe counts *toward* its end (1) or its start (-1).
    """

    channel: Channel
    node: int = -1
    source: int = -1
    pipe: int = -1
    device: int = -1
    toward: int = 1


def make_demo_feed(workspace: Workspace, now_ms: int, year: int, progress: ProgressSink) -> Setup:
    """Instruments for *workspace*, and a feed that reads them in time with the clock, whose day is put beside.

    A window that shows the city begins to record as soon as there is a set-up, so whoever asks for this writes it when
    everything else is there: see :func:`app.operations.demo_history.set_demo_up`.

    The script begins at *now_ms*: a booster trips after 12 minutes, mains burst after 25 and 38, a station goes over
    to its second feed of power after an hour, and after three hours the power fails.

    Args:
        workspace: Where.
        now_ms: The moment, UTC milliseconds.
        year: The present one, from which pipes have their age.
        progress: Told ``hydraulic_inputs``, ``demo_day``, ``saving``.

    Raises:
        AppError: Why there are no pressures, by the code of :class:`~network.hydraulic_effect.HydraulicsFailed`.
    """
    progress("hydraulic_inputs", 0.0)
    model = prepare(workspace.city, workspace.states)
    inputs = inputs_of(workspace, model, year=year)
    progress("demo_day", 0.1)
    plain = _day(model, inputs)
    areas = LevelAreas.of(model)
    hill = _hill(areas)
    instruments = _instruments(workspace, plain, inputs, hill)
    base = _shown(instruments, plain, inputs)
    effects, names = [], []
    changed = list(_disturbed(model, inputs, plain, instruments, hill))
    for at, (name, other) in enumerate(changed):
        progress("demo_day", 0.3 + 0.6 * at / len(changed))
        run = undisturbed_day(model, hourly(other, 0.0))
        # What EPANET finds no answer for cannot be shown, and is no reason to go without the rest.
        if not isinstance(run, HydraulicsFailed) and len(run.at_h) == HOURS:
            effects.append(_shown(instruments, run, other) - base)
            names.append(name)
    channels = tuple(each.channel for each in instruments)
    changes = np.array(effects).reshape(len(effects), len(channels), HOURS)
    own = beside(channels, base, names, POWER_FAILURE, _with_tank(workspace))
    more = np.zeros((len(own.names) - len(names), len(channels), HOURS))
    changes = np.concatenate([np.concatenate([changes, more]), own.effects], axis=1)
    channels, base, names = (*channels, *own.channels), np.concatenate([base, own.hourly]), list(own.names)
    quantities = [channel.quantity for channel in channels]
    scale = np.where([q is Quantity.FLOW for q in quantities], np.abs(base).mean(axis=1), 1.0)
    day = DemoDay(
        base,
        np.array([_NOISE.get(quantity, 0.0) for quantity in quantities]) * scale,
        np.array([quantity in {Quantity.STATE, Quantity.POWER_FEED} for quantity in quantities]),
        changes,
        tuple(names),
    )
    progress("saving", 0.95)
    feed = Feed("demo", FeedKind.DEMO)
    setup = Setup(
        Channels(channels),
        _limits(channels, day, _promised_m(areas, instruments)),
        (feed,),
        script(names, now_ms),
    )
    (workspace.folder / FOLDER).mkdir(exist_ok=True)
    day.save(workspace.folder / FOLDER / DEMO_DAY)
    progress("saving", 1.0)
    return setup


def script(names: Sequence[str], now_ms: int) -> tuple[Happening, ...]:
    """What happens when: one after the other from *now_ms* on, and in the year before once a month.

    A leak that no limit sees has begun nine hours before: who lets the watch for bursts learn finds it.
    """
    minute_ms, day_ms = 60_000, 86_400_000
    found = []
    loud = [name for name in names if not name.startswith(_LEAK)]
    for effect, name in enumerate(loud):
        starts = [now_ms + (180 if name == POWER_FAILURE else 12 + 13 * effect) * minute_ms]
        starts += [now_ms - (11 + 30 * month + 7 * effect) * day_ms - 5 * effect * 3_600_000 for month in range(12)]
        found += [Happening(names.index(name), start, start + 100 * minute_ms) for start in starts]
    hour_ms = 60 * minute_ms
    leaks = [at for at, name in enumerate(names) if name.startswith(_LEAK)]
    found += [Happening(at, now_ms - 9 * hour_ms, now_ms + 12 * hour_ms) for at in leaks]
    return tuple(sorted(found, key=lambda one: one.from_ms))


def _day(model: SupplyModel, inputs: HydraulicInputs) -> Run:
    run = undisturbed_day(model, hourly(inputs, 0.0))
    if isinstance(run, HydraulicsFailed):
        raise AppError(run.code, **run.detail)
    if len(run.at_h) < HOURS:
        raise AppError("hydraulics_not_converged", trials=inputs.settings.trials)
    return run


def _shown(instruments: Sequence[_Instrument], run: Run, inputs: HydraulicInputs) -> Float64:
    """Shape (channels, ``HOURS``), in the units sent."""
    rows = [[_value(each, run, hour, inputs) for hour in range(HOURS)] for each in instruments]
    found: Float64 = np.nan_to_num(np.array(rows, dtype=np.float64).reshape(len(instruments), HOURS))
    # EPANET begins with tanks as they were recorded: at each midnight levels would fall to that and fill again.
    found[:, 0] = found[:, -1]
    return found


def _value(each: _Instrument, run: Run, hour: int, inputs: HydraulicInputs) -> float:
    shown = run.snapshots[hour]
    match each.channel.quantity:
        case Quantity.STATE:
            return float(not inputs.device_off[each.device])
        case Quantity.FLOW if each.source >= 0:
            return float(shown.source_flow_m3_s[each.source]) * 3600.0
        case Quantity.FLOW:
            return each.toward * float(shown.pipe_flow_m3_s[each.pipe]) * 3600.0
        case Quantity.LEVEL:
            return float(shown.node_head_m[each.node] - inputs.tanks.bottom_m[each.source])
        case _:
            return float(shown.node_pressure_mpa[each.node])


# Where instruments stand


@dataclass(frozen=True, eq=False)
class _Hill:
    """The pump on which most of the city hangs alone.

    Attributes:
        pump: Its row; -1 where nothing hangs on one pump.
        nodes: Rows of the junctions that do.
    """

    pump: int
    nodes: Int64


def _hill(areas: LevelAreas) -> _Hill:
    model = areas.model
    network = model.city.network
    of_node = areas.of_segment[model.structure.segmentation.vertex_segment[: len(network.nodes)]]
    best = _Hill(-1, np.empty(0, dtype=np.int64))
    for pump in np.flatnonzero(network.devices.kind == DeviceKind.PUMP).tolist():
        below = areas.below_pump(pump)
        nodes = np.flatnonzero(np.isin(of_node, [] if below is None else list(below.alone)))
        if len(nodes) > len(best.nodes):
            best = _Hill(pump, nodes)
    return best


def _instruments(workspace: Workspace, run: Run, inputs: HydraulicInputs, hill: _Hill) -> tuple[_Instrument, ...]:
    lowest_mpa = np.min([one.node_pressure_mpa for one in run.snapshots], axis=0)
    points = tuple(_at_points(workspace, lowest_mpa, hill))
    leaking = points[len(points) // 2].channel.dma_id if points else ""
    found = [
        *_at_sources(workspace, inputs),
        *_at_boosters(workspace),
        *_at_stations(workspace, lowest_mpa),
        *points,
        *_at_borders(workspace, run, leaking),
    ]
    return tuple(found)


def _at_borders(workspace: Workspace, run: Run, leaking: str) -> Iterator[_Instrument]:
    """Flow meters on the open inlets of the DMAs that need the fewest, that with the *leaking* main before all."""
    network = workspace.city.network
    by_dma: dict[str, list[tuple[int, int]]] = {}
    for pipe, toward in inlets(network):
        if max(abs(float(one.pipe_flow_m3_s[pipe])) for one in run.snapshots) > _LEAST_INFLOW_M3_S:
            by_dma.setdefault(network.pipes.dma[pipe], []).append((pipe, toward))
    few = sorted(by_dma, key=lambda name: (name != leaking, len(by_dma[name]), name))[:METERED_DMAS]
    for name in few:
        for number, (pipe, toward) in enumerate(by_dma[name], start=1):
            node = int((network.pipes.from_node if toward > 0 else network.pipes.to_node)[pipe])
            pipe_id = network.pipes.ids[pipe]
            title = f"{name} {number}"
            made = _channel(workspace, f"FD-{name}-{number}", title, Quantity.FLOW, node, pipe_id=pipe_id, dma_id=name)
            yield _Instrument(made, node=node, pipe=pipe, toward=toward)


def inlets(network: Network) -> tuple[tuple[int, int], ...]:
    """Pipes of DMAs at whose one end mains of another area begin: row, and 1 where that is its start, -1 its end."""
    pipes = network.pipes
    lowest = np.full(len(network.nodes), len(pipes.dma.vocabulary), dtype=np.int64)
    highest = np.full(len(network.nodes), -1, dtype=np.int64)
    for ends in (pipes.from_node, pipes.to_node):
        np.minimum.at(lowest, ends, pipes.dma.codes)
        np.maximum.at(highest, ends, pipes.dma.codes)
    is_border = lowest < highest
    at_start, at_end = is_border[pipes.from_node], is_border[pipes.to_node]
    named = np.array([bool(name) for name in pipes.dma.vocabulary], dtype=np.bool_)[pipes.dma.codes]
    # A main with a border at both ends lets water through, and makes no inflow.
    rows = np.flatnonzero(named & (at_start != at_end))
    return tuple((row, 1 if at_start[row] else -1) for row in rows.tolist())


def _channel(
    workspace: Workspace,
    identity: str,
    name: str,
    quantity: Quantity,
    node: int,
    *,
    station_id: str = "",
    pipe_id: str = "",
    dma_id: str = "",
    role: Role = Role.NONE,
) -> Channel:
    nodes = workspace.city.network.nodes
    elevation_m = float(nodes.elevation_m[node]) if node >= 0 else float("nan")
    return Channel(
        identity,
        name,
        quantity,
        _UNITS[quantity],
        interval_s=10.0,
        stuck_after_s=3600.0 if quantity is Quantity.PRESSURE else 0.0,
        x_m=float(nodes.x_m[node]) if node >= 0 else None,
        y_m=float(nodes.y_m[node]) if node >= 0 else None,
        elevation_m=elevation_m if np.isfinite(elevation_m) else None,
        station_id=station_id,
        pipe_id=pipe_id,
        dma_id=dma_id,
        role=role,
    )


def _with_tank(workspace: Workspace) -> frozenset[str]:
    """Ids of boosters that draw from a tank of their own."""
    devices = workspace.city.network.devices
    return frozenset(devices.ids[row] for row in np.flatnonzero(devices.storage_m3 > 0.0).tolist())


def _names(workspace: Workspace, layer: str) -> dict[str, str]:
    found = workspace.store.layers((layer,)).get(layer)
    if found is None or "name" not in found.columns:
        return {}
    return dict(zip(found.text("id").tolist(), found.text("name").tolist(), strict=True))


def _at_sources(workspace: Workspace, inputs: HydraulicInputs) -> Iterator[_Instrument]:
    sources, names = workspace.city.network.sources, _names(workspace, "source")
    for row in range(len(sources)):
        node, identity = int(sources.node[row]), sources.ids[row]
        if node < 0:
            continue
        name, is_tank = names.get(identity) or identity, sources.kind[row] == SourceKind.TANK
        if is_tank and bool(inputs.tanks.known[row]):
            level = _channel(workspace, f"LT-{identity}", name, Quantity.LEVEL, node, station_id=identity)
            yield _Instrument(level, node=node, source=row)
        elif not is_tank:
            pressure = _channel(workspace, f"PT-{identity}", name, Quantity.PRESSURE, node, station_id=identity)
            yield _Instrument(pressure, node=node)
        flow = _channel(workspace, f"FT-{identity}", name, Quantity.FLOW, node, station_id=identity)
        yield _Instrument(flow, node=node, source=row)


def _at_boosters(workspace: Workspace) -> Iterator[_Instrument]:
    devices, pipes = workspace.city.network.devices, workspace.city.network.pipes
    names = _names(workspace, "pump")
    for row in np.flatnonzero(devices.kind == DeviceKind.PUMP).tolist():
        pipe, identity = int(devices.pipe[row]), devices.ids[row]
        if pipe < 0:
            continue
        ends = (int(pipes.from_node[pipe]), int(pipes.to_node[pipe]))
        inlet, outlet = ends if devices.direction[row] >= 0 else ends[::-1]
        name = names.get(identity) or identity
        state = _channel(workspace, f"ST-{identity}", name, Quantity.STATE, outlet, station_id=identity)
        yield _Instrument(state, node=outlet, device=row)
        for prefix, node, role in (("PI", inlet, Role.INLET), ("PO", outlet, Role.OUTLET)):
            made = _channel(
                workspace, f"{prefix}-{identity}", name, Quantity.PRESSURE, node, station_id=identity, role=role
            )
            yield _Instrument(made, node=node)


def _at_stations(workspace: Workspace, lowest_mpa: Float64) -> Iterator[_Instrument]:
    """The secondary stations with the largest tanks: what reaches them."""
    stations, pipes = workspace.city.stations, workspace.city.network.pipes
    largest = np.argsort(-stations.storage_m3, kind="stable")
    placed = [row for row in largest.tolist() if stations.tap.pipe[row] >= 0]
    for row in placed[:STATIONS]:
        pipe = int(stations.tap.pipe[row])
        node = int(pipes.from_node[pipe])
        if np.isfinite(lowest_mpa[node]):
            name = stations.name[row] or stations.ids[row]
            made = _channel(
                workspace,
                f"PS-{stations.ids[row]}",
                name,
                Quantity.PRESSURE,
                node,
                station_id=stations.ids[row],
                pipe_id=pipes.ids[pipe],
                role=Role.INLET,
            )
            yield _Instrument(made, node=node)


def _at_points(workspace: Workspace, lowest_mpa: Float64, hill: _Hill) -> Iterator[_Instrument]:
    """Spread over the mains: each the farthest from all before it, where water stands above the promised pressure.

    Some more stand on the hill, where a booster's trip is felt.
    """
    network = workspace.city.network
    pipes, nodes = network.pipes, network.nodes
    large = np.flatnonzero(pipes.dn_mm >= _LEAST_DN_MM)
    if not len(large):
        large = np.arange(len(pipes))
    candidates = np.unique(pipes.from_node[large]).astype(np.int64)
    with np.errstate(invalid="ignore"):
        candidates = candidates[lowest_mpa[candidates] * M_HEAD_PER_MPA > _SERVICE_M + _MARGIN_M]
    by_node = dict(zip(pipes.from_node[large[::-1]].tolist(), large[::-1].tolist(), strict=True))
    xy_m = np.column_stack([nodes.x_m, nodes.y_m])
    chosen = spread_out(xy_m, candidates, POINTS).tolist()
    there = np.flatnonzero(np.isin(pipes.from_node, hill.nodes))
    by_node = {**dict(zip(pipes.from_node[there].tolist(), there.tolist(), strict=True)), **by_node}
    above = np.setdiff1d(pipes.from_node[there], chosen).astype(np.int64)
    chosen += spread_out(xy_m, above, ON_HILL).tolist()
    for number, node in enumerate(chosen, start=1):
        pipe = by_node[node]
        name = f"{pipes.ids[pipe]} DN{int(pipes.dn_mm[pipe])}"
        dma_id = pipes.dma[pipe] or ""
        made = _channel(
            workspace, f"PT-{number:04d}", name, Quantity.PRESSURE, node, pipe_id=pipes.ids[pipe], dma_id=dma_id
        )
        yield _Instrument(made, node=node, pipe=pipe)


# What may happen, and what is watched


def _disturbed(
    model: SupplyModel, inputs: HydraulicInputs, run: Run, instruments: Sequence[_Instrument], hill: _Hill
) -> Iterator[tuple[str, HydraulicInputs]]:
    """A booster that trips, the one on which most hangs alone, else the largest; two bursts at large mains; a leak."""
    pumps = sorted({each.device for each in instruments if each.device >= 0})
    flows = {row: abs(float(run.snapshots[8].pipe_flow_m3_s[model.city.network.devices.pipe[row]])) for row in pumps}
    if flows:
        largest = hill.pump if hill.pump in flows else max(flows, key=lambda row: flows[row])
        off = inputs.device_off.copy()
        off[largest] = True
        yield f"trip {model.city.network.devices.ids[largest]}", replace(inputs, device_off=off)
    points = [each for each in instruments if each.pipe >= 0 and each.channel.quantity is Quantity.PRESSURE]
    for each in (points[len(points) // 3], points[2 * len(points) // 3]) if points else ():
        demand = inputs.node_demand_m3_h.copy()
        demand[each.node] += _BURST_M3_H
        yield f"burst {each.channel.pipe_id}", replace(inputs, node_demand_m3_h=demand)
    if points:
        each = points[len(points) // 2]
        demand = inputs.node_demand_m3_h.copy()
        demand[each.node] += _quiet_leak_m3_h(model, inputs, each.node)
        yield f"{_LEAK}{each.channel.pipe_id}", replace(inputs, node_demand_m3_h=demand)
    if len(pumps) > 1:
        off = inputs.device_off.copy()
        off[pumps] = True
        yield POWER_FAILURE, replace(inputs, device_off=off)


def _quiet_leak_m3_h(model: SupplyModel, inputs: HydraulicInputs, node: int) -> float:
    """What a leak at *node* must lose to lower it by about ``_LEAK_FALL_M`` in the morning."""
    before, flow = snapshot(model, inputs, 8.0), _FIRST_GUESS_M3_H
    for _ in range(3):
        demand = inputs.node_demand_m3_h.copy()
        demand[node] += flow
        after = snapshot(model, replace(inputs, node_demand_m3_h=demand), 8.0)
        if isinstance(before, HydraulicsFailed) or isinstance(after, HydraulicsFailed):
            break
        fall_m = float(before.node_head_m[node] - after.node_head_m[node])
        # Between the loss of the leak's own flow (nearly its square) and that on top of the city's (in proportion).
        flow *= float(np.clip((_LEAK_FALL_M / max(fall_m, 1e-3)) ** 0.65, 0.1, 10.0))
    return flow


def _promised_m(areas: LevelAreas, instruments: Sequence[_Instrument]) -> dict[str, float]:
    """What each pressure must read for the meters around it, by channel."""
    promise = MeterPromise(areas)
    vertex_segment = areas.model.structure.segmentation.vertex_segment
    return {
        each.channel.id: promise.at_instrument_m(each.channel, int(areas.of_segment[vertex_segment[each.node]]))
        for each in instruments
        if each.channel.quantity is Quantity.PRESSURE
    }


def _limits(channels: tuple[Channel, ...], day: DemoDay, promised_m: Mapping[str, float]) -> Limits:
    """Low pressures and levels, boosters that stand still, and silence of everything."""
    made = feed_limits(channels)
    for at, channel in enumerate(channels):
        lowest = float(day.hourly[at].min())
        if channel.quantity is Quantity.STATE:
            power = power_of(made, channel.station_id)
            made.append(Limit(f"{channel.id} off", at, Side.LOW, 0.5, 0.0, on_delay_ms=5_000, priority=1, unless=power))
        elif channel.quantity is Quantity.PRESSURE:
            made += _low_pressures(channel, at, lowest * M_HEAD_PER_MPA, promised_m.get(channel.id, np.inf))
        elif channel.quantity is Quantity.LEVEL:
            limit = round(max(0.3, lowest - 0.5), 2)
            made.append(Limit(f"{channel.id} low", at, Side.LOW, limit, 0.1, 60_000, 60_000, priority=2))
    silent = [Limit(f"{channel.id} silent", at, Side.SILENT, on_delay_ms=60_000) for at, channel in enumerate(channels)]
    return Limits((*made, *silent))


def _low_pressures(channel: Channel, at: int, lowest_m: float, promised_m: float) -> Iterator[Limit]:
    """The house's promise at the meter (WP1) where the usual day keeps it, and a fall out of the usual day."""
    if lowest_m > promised_m + 1.0:
        yield promise_limit(channel.id, at, promised_m)
    low = round(lowest_m - _MARGIN_M, 2)
    yield Limit(f"{channel.id} low", at, Side.LOW, low, 0.5, 30_000, 60_000, 2)
