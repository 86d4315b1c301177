"""Coverage of a workspace's city: how soon crews could be anywhere, as records, sentences and a layer of points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.dispatch.coverage import BANDS, Coverage, cover, people_at
from app.dispatch.position_store import positions_of
from app.dispatch.positions import Positions
from app.dispatch.reach import ReachBook
from app.dispatch.reach_told import Gap
from app.errors import AppError
from app.messages import Words
from app.messages.formats import coordinate, number
from app.operations.roads import refuse_far_crews, roads_of
from app.operations.speeds import speeds_from
from app.workspace import Workspace
from gis.exchange.plan_files import PlanLayer, write_geojson
from gis.roads import RoadNetwork
from gis.speeds import Speeds


def coverage_of(
    workspace: Workspace,
    crews_m: Sequence[tuple[float, float]],
    *,
    hour: int,
    limit_min: float,
    positions: Positions | None = None,
) -> tuple[Coverage, Speeds]:
    """How soon *crews_m*, (x, y) in the project CRS, could be anywhere at *hour* of the day, and the speeds taken.

    Drives in *positions* move the house's speeds.

    Raises:
        AppError: ``no_roads``, ``crew_far_away``.
    """
    refuse_far_crews(workspace.city.network.devices, crews_m)
    roads = roads_of(workspace)
    if roads.empty:
        raise AppError("no_roads")
    customers = workspace.city.customers
    people = people_at(roads, np.column_stack([customers.x_m, customers.y_m]), customers.people.astype(np.float64))
    speeds = speeds_from(positions or Positions(), roads)
    places_m = np.array(crews_m).reshape(-1, 2)
    return cover(roads, places_m, people, factor=speeds.by_hour[hour], limit_s=limit_min * 60.0), speeds


def reach_book(workspace: Workspace, roads: RoadNetwork) -> ReachBook:
    """An empty book for the crews of *workspace*: who lives where, and speeds as crews' own drives have moved them."""
    customers = workspace.city.customers
    people = people_at(roads, np.column_stack([customers.x_m, customers.y_m]), customers.people.astype(np.float64))
    return ReachBook(roads, people, speeds_from(positions_of(workspace.folder), roads))


def as_record(found: Coverage, crews: Sequence[str]) -> dict[str, Any]:
    """Plain data; *crews* are the names of the rows of *found*."""
    return {
        "places": len(found.place_m),
        "people": float(found.people.sum()),
        "limit_min": found.limit_s / 60.0,
        "share_in_time": round(found.share_in_time(), 4),
        "bands": [
            {
                "from_min": band.from_min,
                "to_min": None if np.isinf(band.to_min) else band.to_min,
                "places": int((found.band == row).sum()),
                "people": float(found.people[found.band == row].sum()),
            }
            for row, band in enumerate(BANDS)
        ],
        "straight_lines": int((~found.by_road).all(axis=0).sum()) if len(crews) else 0,
        "gap": _gap_record(found.gap()),
        "if_sent": {name: _gap_record(found.opened_by(row)) for row, name in enumerate(crews)},
    }


def _gap_record(gap: Gap) -> dict[str, Any]:
    worst_min = None if gap.worst_m is None or np.isinf(gap.worst_s) else round(gap.worst_s / 60.0, 1)
    place = None if gap.worst_m is None else [round(one, 1) for one in gap.worst_m]
    return {"places": gap.places, "people": gap.people, "worst_min": worst_min, "worst_place": place}


def as_lines(found: Coverage, crews: Sequence[str], words: Words) -> Iterator[str]:
    """The same for a terminal."""
    limit = number(found.limit_s / 60.0)
    share = number(found.share_in_time() * 100, 1)
    yield words.say("coverage", "in_time", {"crews": len(crews), "limit": limit, "share": share})
    for row, band in enumerate(BANDS):
        code = "band_last" if np.isinf(band.to_min) else "band"
        detail = {"first": number(band.from_min), "last": number(band.to_min) if code == "band" else ""}
        inside = found.band == row
        yield words.say(
            "coverage", code, {**detail, "places": int(inside.sum()), "people": number(found.people[inside].sum())}
        )
    yield _gap_line(found.gap(), words, "gap", {"limit": limit})
    for row, name in enumerate(crews):
        yield _gap_line(found.opened_by(row), words, "if_sent", {"crew": name, "limit": limit})


def _gap_line(gap: Gap, words: Words, code: str, detail: dict[str, str]) -> str:
    if gap.worst_m is None:
        return words.say("coverage", f"{code}_none", detail)
    place = coordinate(*gap.worst_m)
    told: dict[str, str | int | float] = {**detail, "places": gap.places, "people": number(gap.people), "place": place}
    if np.isinf(gap.worst_s):
        return words.say("coverage", f"{code}_nobody", told)
    return words.say("coverage", code, {**told, "minutes": number(gap.worst_s / 60.0)})


def write_coverage(path: Path, found: Coverage, crs_epsg: int) -> None:
    """Every place with its minutes and band as points in GeoJSON; without crews the minutes are null.

    Raises:
        GisError: ``cannot_write_file``, ``crs_local``.
    """
    columns = {
        "minutes": np.round(found.first_s / 60.0, 2).tolist(),
        "band": found.band.tolist(),
        "people": found.people.tolist(),
    }
    write_geojson(path, [PlanLayer("coverage", "Point", list(found.place_m), columns)], crs_epsg)
