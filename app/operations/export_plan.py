"""Write a plan to files: lists for spreadsheets, layers for other GIS programs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.messages import Words
from app.operations.isolate import Answer
from app.operations.order import Crews, order_of
from app.operations.plan_tables import customer_sheet, customers_in_order, pipe_sheet, roles, valve_sheet
from app.operations.step_table import step_sheet
from gis.exchange.plan_files import PlanLayer, write_geojson, write_geopackage
from gis.exchange.tables import Sheet, write_csv, write_xlsx
from gis.roads import RoadNetwork
from network.assets import DeviceKind
from network.stretches import stretch_lines
from network.supply import SupplyModel


def export_plan(
    what: str,
    path: Path,
    model: SupplyModel,
    answer: Answer,
    words: Words,
    crs_epsg: int,
    roads: RoadNetwork | None = None,
) -> None:
    """Write *answer* to *path*.

    *what* is one of valves_csv, customers_csv, xlsx, gpkg, geojson; lists are in the language of *words*, steps for one
    crew driving over *roads*.

    Raises:
        AppError: ``unknown_export``.
        GisError: ``cannot_write_file``.
    """

    def steps() -> Sheet:
        return step_sheet(model, answer, words, order_of(model, answer, Crews(), roads=roads))

    def sheets() -> list[Sheet]:
        valves, *others = (make(model, answer, words) for make in (valve_sheet, customer_sheet, pipe_sheet))
        return [valves, steps(), *others]

    writers: Mapping[str, Callable[[], None]] = {
        "valves_csv": lambda: write_csv(path, valve_sheet(model, answer, words)),
        "customers_csv": lambda: write_csv(path, customer_sheet(model, answer, words)),
        "xlsx": lambda: write_xlsx(path, sheets()),
        "gpkg": lambda: write_geopackage(path, plan_layers(model, answer), crs_epsg),
        "geojson": lambda: write_geojson(path, plan_layers(model, answer), crs_epsg),
    }
    if what not in writers:
        raise AppError("unknown_export", what=what)
    writers[what]()


def plan_layers(model: SupplyModel, answer: Answer) -> tuple[PlanLayer, ...]:
    """The plan as layers with the codes of the data, not words: other programs read them."""
    return (_pipe_layer(model, answer), _valve_layer(model, answer), _customer_layer(model, answer))


def _pipe_layer(model: SupplyModel, answer: Answer) -> PlanLayer:
    plan, pipes = answer.plan, model.city.network.pipes
    lines: list[object] = []
    rows: list[int] = []
    states: list[str] = []
    lengths_m: list[float] = []
    for state, parts in (("isolated", plan.isolated), ("unintended", plan.unintended), ("on_storage", plan.on_storage)):
        lines += stretch_lines(model.city, parts)
        rows += parts.pipe.tolist()
        states += [state] * len(parts)
        lengths_m += (parts.end_m - parts.start_m).tolist()
    return PlanLayer(
        "pipe_out",
        "LineString",
        lines,
        {
            "id": [pipes.ids[row] for row in rows],
            "state": states,
            "dn_mm": [int(pipes.dn_mm[row]) for row in rows],
            "material": [pipes.material[row] for row in rows],
            "length_m": lengths_m,
        },
    )


def _valve_layer(model: SupplyModel, answer: Answer) -> PlanLayer:
    devices, named = model.city.network.devices, roles(answer)
    rows = [role.device for role in named]
    return PlanLayer(
        "valve",
        "Point",
        [np.array([devices.x_m[row], devices.y_m[row]]) for row in rows],
        {
            "id": [devices.ids[row] for row in rows],
            "role": [role.role for role in named],
            "order": [role.order for role in named],
            "kind": [DeviceKind(int(devices.kind[row])).name.lower() for row in rows],
            "dn_mm": [int(devices.dn_mm[row]) for row in rows],
            "turns": [float(devices.turns[row]) for row in rows],
            "landmark": [devices.landmark[row] for row in rows],
            "assumed": [bool(devices.assumed[row]) for row in rows],
        },
    )


def _customer_layer(model: SupplyModel, answer: Answer) -> PlanLayer:
    customers = model.city.customers
    rows = customers_in_order(model, answer).tolist()
    stored = set(answer.impact.on_storage.tolist())
    return PlanLayer(
        "customer",
        "Point",
        [np.array([customers.x_m[row], customers.y_m[row]]) for row in rows],
        {
            "id": [customers.ids[row] for row in rows],
            "state": ["on_storage" if row in stored else "out" for row in rows],
            "name": [customers.name[row] for row in rows],
            "address": [customers.address[row] for row in rows],
            "category": [customers.category[row] for row in rows],
            "critical": [bool(customers.critical[row]) for row in rows],
            "households": [_recorded(customers.households[row]) for row in rows],
            "people": [_recorded(customers.people[row]) for row in rows],
        },
    )


def _recorded(count: int) -> float:
    """A number of people as exports hold it: NaN, which they write as null, where it is not recorded."""
    return float(count) if count else math.nan
