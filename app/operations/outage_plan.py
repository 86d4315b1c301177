"""From a place or an area on the map to what a planned outage's revision says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.operations.isolate import Answer, Desk, Query, answer
from app.operations.plan_record import plan_record
from app.operations.plan_subject import pipes_of
from app.operations.text_files import text_of
from app.outages.entries import Effect
from network.answers import AreaTarget
from network.supply import SupplyModel


def ring_in(path: Path) -> tuple[tuple[float, float], ...]:
    """The outer ring of the one polygon in a GeoJSON file, project CRS.

    Raises:
        AppError: ``outage.bad_area``, ``cannot_read_file``, ``text_not_utf8``.
    """
    try:
        ring = _ring(json.loads(text_of(path)))
        corners = tuple((float(corner[0]), float(corner[1])) for corner in ring)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise AppError("outage.bad_area", path=str(path)) from error
    if len(set(corners)) < 3 or not all(abs(value) < 1e8 for corner in corners for value in corner):  # also refuses NaN
        raise AppError("outage.bad_area", path=str(path))
    return corners


def _ring(value: Any) -> Any:
    kind = value["type"]
    if kind == "FeatureCollection":
        (feature,) = value["features"]
        return _ring(feature)
    if kind == "Feature":
        return _ring(value["geometry"])
    if kind != "Polygon":
        raise ValueError(kind)
    return value["coordinates"][0]


@dataclass(frozen=True)
class SeveralPipes:
    """Several pipes by their ids, to be dry together."""

    ids: tuple[str, ...]


Where = Query | SeveralPipes | tuple[tuple[float, float], ...]


def planned(model: SupplyModel, where: Where) -> Answer:
    """The plan for a query, for several pipes, or for everything inside a ring.

    Raises:
        AppError: What :meth:`~app.operations.isolate.Desk.resolve` raises.
    """
    if isinstance(where, Query):
        return Desk(model).answer(where)
    if isinstance(where, SeveralPipes):
        return answer(model, pipes_of(model, where.ids))
    return answer(model, AreaTarget(where))


def record_and_effect(model: SupplyModel, given: Answer, roads_closed: int) -> tuple[dict[str, Any], Effect]:
    """The plan as the journal keeps it, and whom it takes the water from.

    Customers newly low are not among them: pressures are worked out by EPANET on demand.
    """
    impact, plan = given.impact, given.plan
    effect = Effect(
        out=len(impact.out),
        on_storage=len(impact.on_storage),
        households=impact.households,
        people=impact.people,
        critical=len(impact.critical),
        hydrants=len(impact.hydrants_out),
        mains_m=round(plan.isolated.length_m + plan.unintended.length_m, 1),
        roads_closed=roads_closed,
    )
    return plan_record(model, given), effect
