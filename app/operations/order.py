"""The programme of a shutdown, step by step: from a plan to records and plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from app.errors import AppError
from app.operations.isolate import Answer
from gis.roads import RoadNetwork
from gis.ways import travel_times
from network.alternatives.costs import Pace
from network.answers import IsolationPlan
from network.assets import DeviceTable, Turning
from network.closing_order import TravelBasis, TravelTimes, straight_line_times, valves_to_visit
from network.columns import Float64
from network.flushing import FlushPoint
from network.method import method_of
from network.method_steps import Method, NoMethod, Step
from network.outlets import Outlet, OutletKind, WaterPace
from network.supply import SupplyModel
from network.topology import City


@dataclass(frozen=True)
class Crews:
    """Who carries a plan out.

    Attributes:
        count: How many crews.
        stand_m: Where they stand, (x, y) in the project CRS; empty where nobody knows.
    """

    count: int = 1
    stand_m: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        """Refuse places for another number of crews.

        Raises:
            AppError: ``crews_and_places_differ``.
        """
        if self.stand_m and len(self.stand_m) != self.count:
            raise AppError("crews_and_places_differ", crews=self.count, places=len(self.stand_m))


def travel_for(model: SupplyModel, plan: IsolationPlan, crews: Crews, roads: RoadNetwork | None = None) -> TravelTimes:
    """Travel times of *crews* for *plan*: over *roads* as far as they lead, by straight lines elsewhere."""
    return travel_between(model.city.network.devices, list(valves_to_visit(model, plan)), crews, roads)


def travel_between(
    devices: DeviceTable, rows: Sequence[int], crews: Crews, roads: RoadNetwork | None = None
) -> TravelTimes:
    """The same for any valves, device rows, each once."""
    rows = list(rows)
    straight = straight_line_times(devices, rows, crews=crews.count, crews_m=crews.stand_m)
    if roads is None or roads.empty or not rows:
        return straight
    places_m = np.column_stack([devices.x_m[rows], devices.y_m[rows]])
    # Roads run both ways: one search from each crew, which may be far, and short ones between the valves.
    starts = travel_times(roads, places_m, np.array(crews.stand_m, dtype=np.float64).reshape(-1, 2))
    ways = travel_times(roads, places_m, places_m)
    known = len(crews.stand_m) > 0
    between_s: Float64 = np.where(np.eye(len(rows), dtype=np.bool_), 0.0, ways.seconds.T)
    return TravelTimes(
        devices=straight.devices,
        from_crew_s=starts.seconds if known else straight.from_crew_s,
        between_s=between_s,
        basis=TravelBasis.ROAD if ways.by_road.all() and starts.by_road.all() else TravelBasis.MIXED,
        starts_known=known,
    )


def order_of(
    model: SupplyModel, answer: Answer, crews: Crews, *, planned: bool = False, roads: RoadNetwork | None = None
) -> Method | NoMethod:
    """The programme for *answer*; its plan with the sources in the way stopped where valves alone do not do."""
    return method_of(model, answer.plan, travel_for(model, answer.plan, crews, roads), planned=planned)


def outlet_id(city: City, outlet: Outlet) -> str:
    """Id of the hydrant, washout or air valve."""
    ids = city.hydrants.ids if outlet.kind is OutletKind.HYDRANT else city.network.devices.ids
    return ids[outlet.row]


def method_record(
    model: SupplyModel,
    method: Method,
    texts: Sequence[str],
    *,
    start: datetime | None = None,
    work: timedelta | None = None,
) -> dict[str, Any]:
    """The programme as one JSON object; *texts* has a sentence for each step."""
    order, draining, refilling = method.order, method.draining, method.refilling
    devices = model.city.network.devices.ids
    moments = [(None, None)] * len(method.steps) if start is None else method.instants(start, work)
    return {
        "crews": order.crews,
        "travel": {"basis": order.basis.value, "starts_known": order.starts_known},
        "proven": order.proven,
        "water_stops_min": _minutes(order.stops_s),
        "ready_for_work_min": _minutes(method.shut_s),
        "restored_after_work_min": _minutes(method.restore_s),
        "held_open": devices[order.held] if order.held >= 0 else None,
        "customers_kept_by_it": order.kept,
        "draining": {
            "volume_m3": round(draining.volume_m3, 2),
            "length_of_unknown_diameter_m": round(draining.unknown_m, 1),
            "left_m3": None if draining.left_m3 is None else round(draining.left_m3, 2),
            "minutes": _minutes(draining.drains_s),
            "levels_known": draining.levels_known,
            "drain_at": [_outlet_record(model.city, outlet) for outlet in draining.outlets],
            "air_at": [_outlet_record(model.city, outlet) for outlet in draining.vents],
        },
        "refilling": {
            "feed": devices[refilling.feed] if refilling.feed >= 0 else None,
            "volume_m3": round(refilling.fills_m3, 2),
            "minutes": _minutes(refilling.seconds),
            "not_reached_m": round(refilling.rest_m, 1),
            "must_flush": refilling.must_flush,
            "unflushed_m": round(refilling.flushing.unflushed_m, 1),
            "valves": [
                {"valve": devices[back.device], "left": back.position.name.lower(), "reason": back.reason.value}
                for back in refilling.opening
            ],
        },
        "steps": [
            _step_record(model.city, number, step, text, moment)
            for number, (step, text, moment) in enumerate(zip(method.steps, texts, moments, strict=True), start=1)
        ],
        "house_values": {**asdict(Pace()), **asdict(WaterPace())},
    }


def _step_record(
    city: City, number: int, step: Step, text: str, moment: tuple[datetime | None, datetime | None]
) -> dict[str, Any]:
    devices, sources = city.network.devices.ids, city.network.sources.ids
    begins, ends = moment
    return {
        "number": number,
        "kind": step.kind.value,
        "phase": step.phase.value,
        "text": text,
        "begins_min": _minutes(step.begins_s),
        "ends_min": _minutes(step.ends_s),
        "begins": None if begins is None else begins.isoformat(timespec="seconds"),
        "ends": None if ends is None else ends.isoformat(timespec="seconds"),
        "crew": step.crew + 1 if step.crew >= 0 else None,
        "valve": devices[step.device] if step.device >= 0 else None,
        "source": sources[step.source] if step.source >= 0 else None,
        "outlet": None if step.outlet is None else _outlet_record(city, step.outlet),
        "turns": round(step.turns, 2) or None,
        "turns_recorded": step.turns_recorded,
        "turning": step.turning.name.lower() if step.turning is not Turning.UNKNOWN else None,
        "slowly": step.slowly,
        "held": step.held,
        "reason": None if step.reason is None else step.reason.value,
        "volume_m3": None if step.volume_m3 is None else round(step.volume_m3, 2),
        "flush": None if step.flush is None else _flush_record(city, step.flush),
    }


def _outlet_record(city: City, outlet: Outlet) -> dict[str, Any]:
    known = np.isfinite(outlet.elevation_m)
    return {
        "kind": outlet.kind.value,
        "id": outlet_id(city, outlet),
        "pipe": city.network.pipes.ids[outlet.pipe],
        "offset_m": round(outlet.offset_m, 3),
        "elevation_m": round(outlet.elevation_m, 2) if known else None,
    }


def _flush_record(city: City, point: FlushPoint) -> dict[str, Any]:
    pipes = city.network.pipes.ids
    return {
        "water_comes_from": None if point.comes_from is None else point.comes_from.value,
        "way": [
            {"pipe": pipes[reach.pipe], "from_m": round(reach.from_m, 3), "to_m": round(reach.to_m, 3)}
            for reach in point.way
        ],
        "volume_m3": _rounded(point.volume_m3, 2),
        "minutes": _minutes(point.seconds),
        "velocity_m_s": _rounded(point.velocity_m_s, 2),
        "outlets_needed": point.outlets_needed or None,
    }


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60.0, 1)


def _rounded(value: float, digits: int) -> float | None:
    return round(value, digits) if np.isfinite(value) else None
