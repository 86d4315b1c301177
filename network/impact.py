"""Who is affected by a plan (rules: docs/isolation-rules.md, "Customers")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from network.answers import Impact, IsolationPlan, Note
from network.columns import Float64, IdColumn, Int32
from network.ground import areas_km2
from network.structure import Structure
from network.supply import SupplyModel
from network.taps import Taps


def assess_impact(model: SupplyModel, plan: IsolationPlan) -> Impact:
    """Customers, stations and hydrants affected by *plan*."""
    return assess_impacts(model, [plan])[0]


def assess_impacts(model: SupplyModel, plans: Sequence[IsolationPlan]) -> list[Impact]:
    """:func:`assess_impact` of each of *plans*, their ground counted in one step."""
    areas = areas_km2(model.city, plans) if plans else ()
    return [_assessed(model, plan, float(area)) for plan, area in zip(plans, areas, strict=True)]


def _assessed(model: SupplyModel, plan: IsolationPlan, area: float) -> Impact:
    structure = model.structure
    if Note.OWN_BRANCH_VALVE in plan.notes:
        return _branch_impact(model, plan)
    dry = np.concatenate([plan.isolated_segments, plan.unintended_segments])
    stored = plan.on_storage_segments
    return _impact(
        structure,
        *customers_affected(structure, dry, stored),
        hydrants_out=structure.hydrant_taps.on(dry),
        stations=_stations(structure, dry, stored),
        area=area,
    )


def customers_affected(structure: Structure, dry: Int32, stored: Int32) -> tuple[Int32, Int32]:
    """Customers without water, and those on storage, while segments are *dry* and *stored*; rows ascending."""
    taps, city = structure.customer_taps, structure.city
    out, on_storage = _worse_first(taps, dry, stored)
    station = city.customers.station[out]
    saved = (station >= 0) & (city.stations.storage_m3[station] > 0.0) if len(city.stations) else station >= 0
    return out[~saved], np.union1d(on_storage, out[saved])


def _stations(structure: Structure, dry: Int32, stored: Int32) -> tuple[Int32, Int32]:
    """Stations without water, and those on storage, their own or the network's."""
    out, on_storage = _worse_first(structure.station_taps, dry, stored)
    with_tank = structure.city.stations.storage_m3[out] > 0.0
    return out[~with_tank], np.union1d(on_storage, out[with_tank])


def _worse_first(taps: Taps, dry: Int32, stored: Int32) -> tuple[Int32, Int32]:
    out = taps.on(dry)
    return out, np.setdiff1d(taps.on(stored), out, assume_unique=True)


def _branch_impact(model: SupplyModel, plan: IsolationPlan) -> Impact:
    """Whatever hangs on the one valve, if its tap was supplied before."""
    structure = model.structure
    valve = (*plan.close, *plan.verify_closed)[0]
    city = structure.city
    customers = _supplied(model, structure.customer_taps, city.customers.branch_valve == valve)
    hydrants = _supplied(model, structure.hydrant_taps, city.hydrants.branch_valve == valve)
    nobody = np.empty(0, dtype=np.int32)
    return _impact(structure, customers, nobody, hydrants_out=hydrants, stations=(nobody, nobody), area=0.0)


def _supplied(model: SupplyModel, taps: Taps, wanted: NDArray[np.bool_]) -> Int32:
    rows = np.flatnonzero(wanted)
    fed = [row for row in rows.tolist() if model.supplied[taps.segments_of(np.array([row]))].any()]
    return np.array(fed, dtype=np.int32)


def _impact(
    structure: Structure,
    out: Int32,
    on_storage: Int32,
    *,
    hydrants_out: Int32,
    stations: tuple[Int32, Int32],
    area: float,
) -> Impact:
    city = structure.city
    affected = np.concatenate([out, on_storage])
    stations_on_storage = _by_id(city.stations.ids, stations[1])
    return Impact(
        out=_by_id(city.customers.ids, out),
        on_storage=_by_id(city.customers.ids, on_storage),
        critical=_by_id(city.customers.ids, affected[city.customers.critical[affected]]),
        hydrants_out=_by_id(city.hydrants.ids, hydrants_out),
        stations_out=_by_id(city.stations.ids, stations[0]),
        stations_on_storage=stations_on_storage,
        storage_hours=_storage_hours(structure, stations_on_storage),
        people=int(city.customers.people[out].sum()),
        households=int(city.customers.households[out].sum()),
        area_km2=area,
    )


def _storage_hours(structure: Structure, stations: Int32) -> Float64:
    """Volume over demand; NaN where the demand is not recorded or nothing is drawn."""
    table = structure.city.stations
    volume_m3, demand_m3_h = (column[stations].astype(np.float64) for column in (table.storage_m3, table.demand_m3_h))
    hours: Float64 = np.divide(volume_m3, demand_m3_h, out=np.full(len(stations), np.nan), where=demand_m3_h > 0.0)
    return hours


def _by_id(ids: IdColumn, rows: NDArray[np.integer]) -> Int32:
    return rows[np.argsort(ids.data[rows], kind="stable")].astype(np.int32)
