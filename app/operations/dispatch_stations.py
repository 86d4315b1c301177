"""Which secondary stations an incident hits: those of the attached plan's customers, or the one that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.dispatch.incidents import Incident
from app.dispatch.stations import StationHit
from network.columns import IdColumn, Int32
from network.topology import City


def stations_hit(city: City, incident: Incident, plan: Mapping[str, Any] | None) -> tuple[StationHit, ...]:
    """Stations that *incident* hits, those that are out at once first, then by how long their storage lasts."""
    return _hits(city, _of_plan(city, plan) if plan is not None else _of_station(city, incident))


def stations_of_plan(city: City, plan: Mapping[str, Any]) -> tuple[StationHit, ...]:
    """Stations whose customers *plan* puts out or leaves to storage, as :func:`stations_hit` has them."""
    return _hits(city, _of_plan(city, plan))


def _hits(city: City, rows: Int32) -> tuple[StationHit, ...]:
    of_station = city.customers.station[rows]
    hits = [_hit(city, int(station), rows[of_station == station]) for station in np.unique(of_station[of_station >= 0])]
    return tuple(sorted(hits, key=lambda hit: (not hit.direct, hit.lasts_s or 0.0, hit.station)))


def _of_plan(city: City, plan: Mapping[str, Any]) -> Int32:
    """Customers that a plan puts out or leaves to storage, by the list as it was then."""
    named = [*plan.get("customers_out", ()), *plan.get("customers_on_storage", ())]
    rows = city.customers.ids.find_many(IdColumn.of([str(one) for one in named]))
    return np.asarray(rows[rows >= 0], dtype=np.int32)


def _of_station(city: City, incident: Incident) -> Int32:
    station = str(incident.attributes.get("station", ""))
    row = city.stations.ids.find(station) if station else -1
    return np.flatnonzero(city.customers.station == row).astype(np.int32) if row >= 0 else np.empty(0, np.int32)


def _hit(city: City, station: int, rows: Int32) -> StationHit:
    stations, customers = city.stations, city.customers
    storage_m3, demand_m3_h = float(stations.storage_m3[station]), float(stations.demand_m3_h[station])
    lasts_s = storage_m3 / demand_m3_h * 3600 if demand_m3_h > 0 else None
    return StationHit(
        station=stations.ids[station],
        name=stations.name[station],
        direct=storage_m3 <= 0,
        storage_m3=storage_m3,
        lasts_s=0.0 if storage_m3 <= 0 else lasts_s,
        customers=len(rows),
        households=int(customers.households[rows].sum()),
        critical=tuple(customers.ids[row] for row in rows.tolist() if customers.critical[row]),
    )
