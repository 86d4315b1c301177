"""What a hydraulic model needs beside the city: demands, roughness, heads and settings, gaps filled by defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from network.assets import DeviceKind, SourceKind
from network.columns import Bool, Float64, Int32
from network.grouping import adjacency
from network.hydraulic_defaults import (
    HydraulicSettings,
    PumpCurve,
    bore_mm,
    flat_curve,
    hazen_williams_c,
    multipliers,
    peak_hour,
)
from network.passage import SUPPLY_AB, SUPPLY_BA
from network.supply import SupplyModel
from network.topology import City, Network

M3_D_PER_HEAD = 0.15
"""Drawn by a person a day where an account's demand is not recorded (house value)."""
_M2_PER_MM2 = 1e-6
_LEAST_LIFT_M = 1.0
"""A pump between two heads closer than this has another reason, and the usual lift."""


@dataclass(frozen=True, eq=False)
class StatedHydraulics:
    """What the record states, by row of the city's tables; NaN where it does not. None: for no row at all.

    Attributes:
        customer_demand_m3_d: Shape (customers,), mean.
        source_head_m: Shape (sources,), head above datum at the outlet; of a tank its water level.
        node_zone_head_m: Shape (nodes,), head that the node's pressure zone is run at.
    """

    customer_demand_m3_d: Float64 | None = None
    source_head_m: Float64 | None = None
    node_zone_head_m: Float64 | None = None


@dataclass(frozen=True, eq=False)
class TankShapes:
    """How tanks fill and empty, by source row; NaN for plants, reservoirs, and tanks without a recorded volume.

    Attributes:
        bottom_m, top_m: Heads at which each is empty and full.
        area_m2: Mean area between them.
    """

    bottom_m: Float64
    top_m: Float64
    area_m2: Float64

    @property
    def known(self) -> Bool:
        """Shape (sources,), which have a shape."""
        known: Bool = self.area_m2 > 0.0
        return known


@dataclass(frozen=True, eq=False)
class HydraulicInputs:
    """A city's hydraulic figures, complete.

    Attributes:
        settings: House values.
        headloss: EPANET's word for the formula: ``H-W``, ``D-W`` or ``C-M``.
        node_elevation_m, node_demand_m3_h: Shape (nodes,); demands of a calibrated model, at its hour.
        customer_demand_m3_d: Shape (customers,), mean; zero where the nodes carry the demand.
        bore_mm, roughness, minor_loss: Shape (pipes,).
        pipe_shut: Shape (pipes,), closed in the calibrated model.
        source_head_m: Shape (sources,).
        tanks: Of the sources.
        device_setting: Shape (devices,): head above datum at the valve's outlet (PRV) or inlet (PSV) in m, flow in m3/h
            (FCV); NaN for a valve that controls nothing: it stands open and passes one way.
        device_off: Shape (devices,), pumps that do not run and control valves that are shut.
        device_bore_mm, device_loss: Shape (devices,), of control valves.
        pumps: By device row, what each pump adds.
        hour: Of the calibrated demands; NaN where customers' patterns count.
    """

    settings: HydraulicSettings
    headloss: str
    node_elevation_m: Float64
    node_demand_m3_h: Float64
    customer_demand_m3_d: Float64
    bore_mm: Float64
    roughness: Float64
    minor_loss: Float64
    pipe_shut: Bool
    source_head_m: Float64
    tanks: TankShapes
    device_setting: Float64
    device_off: Bool
    device_bore_mm: Float64
    device_loss: Float64
    pumps: Mapping[int, PumpCurve] = field(default_factory=dict)
    hour: float = float("nan")

    def customer_demand_m3_h(self, city: City, hour: float) -> Float64:
        """What each customer would draw at *hour* of the day."""
        drawn: Float64 = self.customer_demand_m3_d / 24.0 * multipliers(city.customers.category, hour)
        return drawn

    def peak_hour(self, city: City) -> float:
        """The hour of greatest demand, unless the settings name it; a calibrated model has only its own."""
        if not np.isnan(self.hour):
            return self.hour
        set_hour = self.settings.peak_hour
        return peak_hour(city.customers.category, self.customer_demand_m3_d) if np.isnan(set_hour) else set_hour


def hydraulic_inputs(
    model: SupplyModel,
    stated: StatedHydraulics,
    *,
    year: int,
    settings: HydraulicSettings | None = None,
) -> HydraulicInputs:
    """Inputs for a city from what is *stated*; see :mod:`network.hydraulic_defaults` for the rest.

    Args:
        model: The city, whose segments say which zone lies behind a PRV or a pump.
        stated: What the record states.
        year: The present one, from which pipes have their age.
        settings: House values.
    """
    settings = settings or HydraulicSettings()
    city, network = model.city, model.city.network
    devices = len(network.devices)
    elevation_m = _elevations(network)
    zone_m = _given(stated.node_zone_head_m, len(network.nodes))
    bore = bore_mm(network.pipes)
    source_head_m = _source_heads(network, stated, elevation_m, settings)
    inputs = HydraulicInputs(
        settings=settings,
        headloss="H-W",
        node_elevation_m=elevation_m,
        node_demand_m3_h=np.zeros(len(network.nodes)),
        customer_demand_m3_d=_demands(city, stated),
        bore_mm=bore,
        roughness=hazen_williams_c(network.pipes, year),
        minor_loss=np.zeros(len(network.pipes)),
        pipe_shut=np.zeros(len(network.pipes), dtype=np.bool_),
        source_head_m=source_head_m,
        tanks=_usual_tanks(network, source_head_m, settings),
        device_setting=np.full(devices, np.nan),
        device_off=np.zeros(devices, dtype=np.bool_),
        device_bore_mm=_device_bores(network, bore),
        device_loss=np.zeros(devices),
    )
    return _controlled(model, zone_m, inputs)


def _given(column: Float64 | None, rows: int) -> Float64:
    return np.full(rows, np.nan) if column is None else np.asarray(column, dtype=np.float64)


def _elevations(network: Network) -> Float64:
    """Ground level of every node; that of the nearest known one where it is not recorded, 0 where none is."""
    level_m = network.nodes.elevation_m.astype(np.float64)
    unknown = np.isnan(level_m)
    if unknown.all():
        return np.zeros(len(level_m))
    if unknown.any():
        places = np.column_stack([network.nodes.x_m, network.nodes.y_m])
        _, nearest = cKDTree(places[~unknown]).query(places[unknown])
        level_m[unknown] = level_m[~unknown][nearest]
    return level_m


def _demands(city: City, stated: StatedHydraulics) -> Float64:
    demand_m3_d = _given(stated.customer_demand_m3_d, len(city.customers))
    usual = city.customers.people.astype(np.float64) * M3_D_PER_HEAD
    return np.where(np.isnan(demand_m3_d), usual, demand_m3_d)


def _source_heads(
    network: Network, stated: StatedHydraulics, elevation_m: Float64, settings: HydraulicSettings
) -> Float64:
    sources = network.sources
    head_m = _given(stated.source_head_m, len(sources))
    node = np.where(sources.node >= 0, sources.node, network.pipes.from_node[sources.pipe] if len(network.pipes) else 0)
    ground_m: Float64 = elevation_m[node] if len(elevation_m) else np.zeros(len(sources))
    return np.where(np.isnan(head_m), ground_m + settings.usual_head_m, head_m)


def _usual_tanks(network: Network, head_m: Float64, settings: HydraulicSettings) -> TankShapes:
    """Upright tanks of the usual depth, that stand as full at their recorded level as usual."""
    sources = network.sources
    volume_m3 = sources.volume_m3.astype(np.float64)
    known = (sources.kind == SourceKind.TANK) & (volume_m3 > 0.0)
    bottom_m = head_m - settings.tank_share * settings.tank_depth_m
    columns = (bottom_m, bottom_m + settings.tank_depth_m, volume_m3 / settings.tank_depth_m)
    return TankShapes(*(np.where(known, column, np.nan) for column in columns))


def _device_bores(network: Network, bore: Float64) -> Float64:
    devices = network.devices
    own_mm = devices.dn_mm.astype(np.float64)
    of_pipe = np.where(devices.pipe >= 0, bore[devices.pipe] if len(bore) else 100.0, 100.0)
    return np.where(own_mm > 0.0, own_mm, of_pipe)


def _controlled(model: SupplyModel, zone_m: Float64, inputs: HydraulicInputs) -> HydraulicInputs:
    """PRVs hold the head of the zone behind them; pumps lift from one zone's head to the other's."""
    devices, links = model.city.network.devices, model.structure.links
    setting = inputs.device_setting.copy()
    pumps = {}
    area, head_m = _areas(model, zone_m)
    for link in np.flatnonzero(np.isin(devices.kind[links.device], (DeviceKind.PRV, DeviceKind.PUMP))).tolist():
        device = int(links.device[link])
        sides = (int(links.side_a[link]), int(links.side_b[link]))
        before, behind = sides if model.bits[link] & SUPPLY_AB else sides[::-1]
        before_m, behind_m = float(head_m[area[before]]), float(head_m[area[behind]])
        if devices.kind[device] == DeviceKind.PRV:
            setting[device] = behind_m - inputs.settings.prv_below_m
        else:
            bore_m2 = np.pi / 4.0 * float(inputs.device_bore_mm[device]) ** 2 * _M2_PER_MM2
            rise_m = behind_m - before_m
            lift_m = rise_m if rise_m > _LEAST_LIFT_M else inputs.settings.lift_m
            pumps[device] = flat_curve(lift_m, bore_m2 * inputs.settings.design_m_s * 3600.0)
    return replace(inputs, device_setting=setting, pumps=pumps)


def _areas(model: SupplyModel, zone_m: Float64) -> tuple[Int32, Float64]:
    """Pressure areas, which open gates hold together: area of each segment, and the usual zone head of each area.

    Zones are drawn along roads, mains lie beside them: a vote of all nodes says more than the place of one valve.
    """
    segmentation, links = model.structure.segmentation, model.structure.links
    both = SUPPLY_AB | SUPPLY_BA
    joined = (model.bits & both) == both
    graph = adjacency(links.side_a[joined], links.side_b[joined], segmentation.count)
    areas, area = connected_components(graph, directed=False)
    head_m = np.full(int(areas), np.nan)
    of_node = area[segmentation.vertex_segment[: len(zone_m)]]
    known = np.flatnonzero(~np.isnan(zone_m))
    order = known[np.lexsort((zone_m[known], of_node[known]))]
    firsts = np.flatnonzero(np.diff(of_node[order], prepend=-1))
    middles = (firsts + np.append(firsts[1:], len(order)) - 1) // 2
    head_m[of_node[order[firsts]]] = zone_m[order[middles]]
    return area, head_m
