"""What hangs on the mains: stations, customers and hydrants with their taps and branch valves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from gis.linking import (
    Services,
    Taps,
    Wanted,
    link_by_service,
    link_given,
    link_nearest,
    link_to_places,
    own_valves,
    read_services,
    services_of,
)
from gis.locate import Snaps, nearest_points
from gis.noding.devices import volumes
from gis.noding.mains import Mains
from gis.noding.options import NodingOptions
from network.assets import CustomerTable, DeviceKind, DeviceTable, HydrantTable, LinkMethod, StationTable, TapTable
from network.columns import NO_INDEX, CodedColumn, IdColumn, Int32, Int64, TextColumn


@dataclass(frozen=True, eq=False)
class Hooks:
    """What taps are sought with."""

    mains: Mains
    devices: DeviceTable
    options: NodingOptions
    log: FaultLog

    def pipe_rows(self, name: str, layer: Layer) -> Int32:
        """Pipes that the records of *layer* name."""
        xy_m = _points(layer)
        found = self.mains.references.find(layer.text("pipe_id"), xy_m)
        self._report("pipe_id", name, layer, found)
        return found

    def rows_of(self, column: str, name: str, layer: Layer, ids: IdColumn) -> Int32:
        """Rows of the ids in *column* of *layer*; ids that nothing bears are reported."""
        found = ids.find_many(IdColumn.of(layer.text(column)))
        self._report(column, name, layer, found)
        return found

    def meters(self, customer: Layer) -> Int32:
        """Rows of the meters that customers name, -1 for none.

        Only a city that has meters among its devices is told of those that are missing; elsewhere ``meter_id`` is
        what the meter table calls the customer's meter, and no place on the mains.
        """
        if (self.devices.kind == DeviceKind.METER).any():
            return self.rows_of("meter_id", "customer", customer, self.devices.ids)
        return self.devices.ids.find_many(IdColumn.of(customer.text("meter_id")))

    def _report(self, column: str, name: str, layer: Layer, found: Int32) -> None:
        unknown = (found < 0) & (layer.text(column) != "")
        if not unknown.any():
            return
        self.log.each(
            FaultKind.UNKNOWN_REFERENCE,
            name,
            layer.text("id")[unknown],
            _points(layer)[unknown],
            Action.KEPT,
            column=column,
            other=layer.text(column)[unknown],
        )


def _points(layer: Layer) -> NDArray[np.float64]:
    """One point of each feature: itself, or the start of a line."""
    lines = shapely.get_type_id(layer.geometry) != 0
    geometry = layer.geometry
    if lines.any():
        geometry = geometry.copy()
        geometry[lines] = shapely.get_point(geometry[lines], 0)
    return shapely.get_coordinates(geometry)


def build_stations(station: Layer, hooks: Hooks) -> StationTable:
    """Stations: the rows of the station layer."""
    wanted = Wanted.of("station", station, hooks.pipe_rows("station", station))
    return StationTable(
        ids=IdColumn.of(wanted.ids),
        name=TextColumn.of(station.text("name")),
        storage_m3=volumes(station.real("storage_m3")),
        demand_m3_h=station.real("demand_m3_h").astype(np.float32),
        tap=_plain_taps(wanted, hooks),
        x_m=wanted.xy_m[:, 0].copy(),
        y_m=wanted.xy_m[:, 1].copy(),
    )


def build_hydrants(hydrant: Layer, hooks: Hooks) -> HydrantTable:
    """Hydrants: the rows of the hydrant layer."""
    wanted = Wanted.of("hydrant", hydrant, hooks.pipe_rows("hydrant", hydrant))
    named = hooks.rows_of("valve_id", "hydrant", hydrant, hooks.devices.ids)
    return HydrantTable(
        ids=IdColumn.of(wanted.ids),
        name=TextColumn.of(hydrant.text("name")),
        branch_valve=own_valves(_or_at_point(named, wanted, DeviceKind.HYDRANT, hooks)),
        tap=_plain_taps(wanted, hooks),
        x_m=wanted.xy_m[:, 0].copy(),
        y_m=wanted.xy_m[:, 1].copy(),
    )


def build_services(service: Layer, customer: Layer, hooks: Hooks) -> Services:
    """Service lines with their mains and valves; names of customers that the city does not have are reported."""
    served = hooks.rows_of("customer_id", "service", service, IdColumn.of(customer.text("id")))
    _report_several(served, customer, service, hooks.log)
    valve = hooks.rows_of("valve_id", "service", service, hooks.devices.ids)
    services = read_services(service, hooks.pipe_rows("service", service), valve, hooks.mains.index)
    off = services.tap.pipe < 0
    hooks.log.each(
        FaultKind.SERVICE_OFF_PIPE, "service", service.text("id")[off], services.outer_xy_m[off], Action.SKIPPED
    )
    return services


def _report_several(served: Int32, customer: Layer, service: Layer, log: FaultLog) -> None:
    """Customers named by several service lines: they hang on the first alone."""
    named = np.flatnonzero(served >= 0)
    counts = np.bincount(served[named], minlength=len(customer))
    several = np.flatnonzero(counts > 1)
    first = dict(zip(served[named[::-1]].tolist(), service.text("id")[named[::-1]].tolist(), strict=True))
    log.each(
        FaultKind.SEVERAL_SERVICES,
        "customer",
        customer.text("id")[several],
        _points(customer)[several],
        Action.KEPT,
        other=[str(first[row]) for row in several.tolist()],
        count=counts[several],
    )


def customers_at(services: Services, service: Layer, log: FaultLog) -> Layer:
    """A customer layer for a city that has service lines only: one customer at the outer end of each."""
    log.count(FaultKind.CUSTOMERS_FROM_SERVICES, "customer", len(service), Action.REPAIRED)
    return Layer(
        np.asarray(shapely.points(services.outer_xy_m), dtype=object),
        {"id": service.text("id"), "name": service.text("name")},
    )


def build_customers(customer: Layer, services: Services, stations: StationTable, hooks: Hooks) -> CustomerTable:
    """Customers: the rows of the customer layer."""
    wanted = Wanted.of("customer", customer, hooks.pipe_rows("customer", customer))
    station = hooks.rows_of("station_id", "customer", customer, stations.ids)
    service = services_of(wanted, services)
    valve = np.where(service >= 0, np.append(services.valve, NO_INDEX)[service], NO_INDEX).astype(np.int32)
    return CustomerTable(
        ids=IdColumn.of(wanted.ids),
        name=TextColumn.of(customer.text("name")),
        address=TextColumn.of(customer.text("address")),
        phone=TextColumn.of(customer.text("phone")),
        category=CodedColumn.of(customer.text("category").tolist()),
        critical=customer.flag("critical"),
        people=_counts(customer.integer("people")),
        households=_counts(customer.integer("households")),
        station=station,
        branch_valve=own_valves(_or_at_point(valve, wanted, DeviceKind.SERVICE, hooks)),
        tap=_customer_taps(customer, wanted, station, stations.tap, service, services, hooks),
        x_m=wanted.xy_m[:, 0].copy(),
        y_m=wanted.xy_m[:, 1].copy(),
    )


def _counts(values: Int64) -> Int32:
    return np.clip(values, 0, np.iinfo(np.int32).max).astype(np.int32)


def _plain_taps(wanted: Wanted, hooks: Hooks) -> TapTable:
    taps = Taps(len(wanted.ids))
    link_given(taps, wanted, hooks.mains.index, hooks.options.link_reach_m, hooks.log)
    link_nearest(taps, wanted, hooks.mains.index, hooks.options.link_reach_m, hooks.log)
    return taps.table()


def _customer_taps(
    customer: Layer,
    wanted: Wanted,
    station: Int32,
    station_tap: TapTable,
    service: Int32,
    services: Services,
    hooks: Hooks,
) -> TapTable:
    index, options = hooks.mains.index, hooks.options
    taps = Taps(len(wanted.ids))
    rows = np.flatnonzero(station >= 0)
    link_to_places(taps, rows, _tap_places(station_tap, station[rows]), wanted, index, LinkMethod.STATION)
    link_given(taps, wanted, index, options.link_reach_m, hooks.log)
    meter = hooks.meters(customer)
    rows = taps.open_rows()
    rows = rows[meter[rows] >= 0]
    at = meter[rows]
    places = Snaps(hooks.devices.pipe[at], hooks.devices.offset_m[at], np.zeros(len(at)))
    link_to_places(taps, rows, places, wanted, index, LinkMethod.METER)
    link_by_service(taps, service, services, wanted, index)
    link_nearest(taps, wanted, index, options.link_reach_m, hooks.log)
    return taps.table()


def _tap_places(tap: TapTable, rows: Int32) -> Snaps:
    return Snaps(tap.pipe[rows], tap.offset_m[rows], tap.distance_m[rows].astype(np.float64))


def _or_at_point(named: Int32, wanted: Wanted, kind: DeviceKind, hooks: Hooks) -> Int32:
    """The named branch valves; where none is named the valve of *kind* at the same point, within the tolerance."""
    devices = hooks.devices
    candidates = np.flatnonzero(devices.kind == kind)
    open_rows = np.flatnonzero(named < 0)
    if not len(candidates) or not len(open_rows):
        return named
    stands = np.column_stack([devices.x_m[candidates], devices.y_m[candidates]])
    distance_m, nearest = nearest_points(stands, wanted.xy_m[open_rows], hooks.options.tolerance_m)
    at = np.isfinite(distance_m)
    valve = named.copy()
    valve[open_rows[at]] = candidates[nearest[at]]
    return valve
