"""A day's rounds of a workspace: visits and crews from tables or from the city's valves, driven over its roads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from app.dispatch.due import months_after
from app.dispatch.rules import Months, RulePack, Subject
from app.dispatch.tour_solver import plan_tours
from app.dispatch.tours import DAY_S, TourCrew, Tours, Visit
from app.errors import AppError
from app.journal.events import milliseconds
from app.messages import Words
from app.messages.formats import hour_of_day, number
from app.operations.roads import refuse_far_crews, roads_of
from app.operations.text_files import text_of
from app.operations.valve_history import last_turned_ms
from app.rank_tables import NEVER_MS
from app.workspace import Workspace
from gis.crs import to_wgs84
from gis.exchange.plan_files import PlanLayer, write_geojson
from gis.exchange.tables import whole_file
from gis.exchange.track_files import Route, gpx_text
from gis.speeds import Speeds
from gis.ways import travel_times
from network.assets import DeviceKind

SMALLEST_DN_MM = 100.0
"""The service standard has valves of DN 100 and more exercised."""

EXERCISE_S = 900.0
"""House: a quarter of an hour at a valve."""

MOST_PLACES = 1_000
"""Ways between all of them are searched; a round of a day has some dozens."""

Row = TypeVar("Row", Visit, TourCrew)


def visits_in(path: Path) -> tuple[Visit, ...]:
    """Visits of a CSV table: ``id, x, y, minutes`` and, where they matter, ``from, to`` (08:30), ``skills, weight``.

    Raises:
        AppError: ``tours.no_table``, ``tours.no_column``, ``tours.bad_value``, ``tours.twice``, ``tours.too_many``, and
            of reading.
    """
    return _rows(
        path,
        ("id", "x", "y", "minutes"),
        lambda cell: Visit(
            id=cell("id", _name),
            x_m=cell("x", _real),
            y_m=cell("y", _real),
            work_s=cell("minutes", _minutes) * 60.0,
            from_s=cell("from", _clock_s, 0.0),
            to_s=cell("to", _clock_s, float(DAY_S)),
            skills=cell("skills", _skills, frozenset()),
            weight=cell("weight", _weight, 1.0),
        ),
    )


def crews_in(path: Path) -> tuple[TourCrew, ...]:
    """Crews of a CSV table: ``id, x, y`` of their bases and, where they matter, ``from, to`` (08:30), ``skills``.

    Raises:
        AppError: As :func:`visits_in`.
    """
    return _rows(
        path,
        ("id", "x", "y"),
        lambda cell: TourCrew(
            id=cell("id", _name),
            x_m=cell("x", _real),
            y_m=cell("y", _real),
            from_s=cell("from", _clock_s, 8 * 3600.0),
            to_s=cell("to", _clock_s, 17 * 3600.0),
            skills=cell("skills", _skills, frozenset()),
        ),
    )


def _rows(path: Path, needed: Sequence[str], make: Callable[[Callable[..., Any]], Row]) -> tuple[Row, ...]:
    table = csv.DictReader(io.StringIO(text_of(path)))
    try:
        columns, rows = table.fieldnames or (), list(table)
    except csv.Error as error:
        raise AppError("tours.no_table", path=str(path)) from error
    for column in needed:
        if column not in columns:
            raise AppError("tours.no_column", path=str(path), column=column)
    found: dict[str, Row] = {}
    for line, row in enumerate(rows, start=2):
        one = make(_cell(path, line, row))
        if one.id in found:
            raise AppError("tours.twice", path=str(path), line=line, id=one.id)
        found[one.id] = one
    if len(found) > MOST_PLACES:
        raise AppError("tours.too_many", path=str(path), count=len(found), most=MOST_PLACES)
    return tuple(found.values())


def _cell(path: Path, line: int, row: Mapping[str, str | None]) -> Callable[..., Any]:
    """Reads one column of *row*: its name, how its text is read, and what an empty cell means where it may be empty."""

    def cell(column: str, read: Callable[[str], Any], *usual: Any) -> Any:
        text = (row.get(column) or "").strip()
        if not text and usual:
            return usual[0]
        try:
            return read(text)
        except ValueError:
            raise AppError("tours.bad_value", path=str(path), line=line, column=column, value=text) from None

    return cell


def _name(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _real(text: str) -> float:
    value = float(text)
    if not np.isfinite(value):
        raise ValueError(text)
    return value


def _minutes(text: str) -> float:
    value = _real(text)
    if not 0.0 <= value <= 24 * 60:
        raise ValueError(text)
    return value


def _weight(text: str) -> float:
    value = _real(text)
    if not 0.0 < value <= 1000.0:
        raise ValueError(text)
    return value


def _clock_s(text: str) -> float:
    hour, colon, minute = text.partition(":")
    value = int(hour) * 3600.0 + (int(minute) * 60.0 if colon else 0.0)
    if not 0.0 <= value <= DAY_S:
        raise ValueError(text)
    return value


def _skills(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(";") if word.strip())


def valves_to_exercise(workspace: Workspace, most: int, pack: RulePack, now: datetime) -> tuple[Visit, ...]:
    """At most so many of the city's isolation and boundary valves of DN 100 and more.

    First come those whose time by the standard has run out (never turned, or longer ago), the largest first; then those
    that were turned longest ago.
    """
    devices = workspace.city.network.devices
    kinds = np.isin(devices.kind, [DeviceKind.ISOLATION, DeviceKind.BOUNDARY])
    rows = np.flatnonzero(kinds & (devices.dn_mm >= SMALLEST_DN_MM))
    turned_ms = last_turned_ms(workspace)[rows]
    due = (turned_ms == NEVER_MS) | (turned_ms < _since_ms(pack, now))
    order = np.lexsort((-devices.dn_mm[rows], np.where(due, NEVER_MS, turned_ms)))
    rows = rows[order][: min(most, MOST_PLACES)]
    return tuple(
        Visit(devices.ids[row], float(devices.x_m[row]), float(devices.y_m[row]), EXERCISE_S) for row in rows.tolist()
    )


def _since_ms(pack: RulePack, now: datetime) -> int:
    """Whoever was turned before has not been within the months that the rule on valves gives (V1)."""
    zone = ZoneInfo(pack.zone)
    months = [rule.limit.months for rule in pack.about(Subject.VALVE) if isinstance(rule.limit, Months)]
    day = months_after(now.astimezone(zone).date(), -min(months, default=12))
    return milliseconds(datetime.combine(day, time(), zone))


def tours_of(workspace: Workspace, visits: tuple[Visit, ...], crews: tuple[TourCrew, ...]) -> Tours:
    """The day's rounds, over the roads by day outside the peaks; by straight lines where no road leads.

    Raises:
        AppError: ``crew_far_away``.
    """
    places = [(one.x_m, one.y_m) for one in visits] + [(one.x_m, one.y_m) for one in crews]
    refuse_far_crews(workspace.city.network.devices, places)
    places_m = np.array(places, dtype=np.float64).reshape(-1, 2)
    # Ways run both ways: the matrix of targets by origins is its own mirror image.
    return plan_tours(
        visits, crews, travel_times(roads_of(workspace), places_m, places_m, Speeds().by_hour[10]).seconds
    )


def as_record(found: Tours) -> dict[str, Any]:
    """Plain data; times are seconds of the day."""
    return {
        "tours": [
            {
                "crew": tour.crew,
                "back_s": round(tour.back_s),
                "drive_s": round(tour.drive_s),
                "stops": [
                    {"visit": one.visit, "arrives_s": round(one.arrives_s), "leaves_s": round(one.leaves_s)}
                    for one in tour.stops
                ],
            }
            for tour in found.tours
        ],
        "left": [{"visit": name, "why": why.value} for name, why in found.left],
    }


def as_lines(found: Tours, words: Words) -> Iterator[str]:
    """The rounds for a terminal."""
    for tour in found.tours:
        detail: dict[str, str | int] = {"crew": tour.crew, "stops": len(tour.stops), "drive": number(tour.drive_s / 60)}
        yield words.say("tours", "tour", {**detail, "back": hour_of_day(tour.back_s / 3600)})
        for one in tour.stops:
            yield f"  {hour_of_day(one.begins_s / 3600)}–{hour_of_day(one.leaves_s / 3600)}  {one.visit}"
    for name, why in found.left:
        yield words.say("tours", why.value, {"visit": name})


def write_tours(
    path: Path, found: Tours, visits: tuple[Visit, ...], crews: tuple[TourCrew, ...], crs_epsg: int
) -> None:
    """The rounds as GPX (``.gpx``) for a navigator, or as lines and points in GeoJSON.

    Raises:
        GisError: ``cannot_write_file``, ``crs_local``.
    """
    places = {one.id: (one.x_m, one.y_m) for one in visits}
    bases = {one.id: (one.x_m, one.y_m) for one in crews}
    driven = [tour for tour in found.tours if tour.stops]
    lines = [np.array([bases[t.crew], *(places[s.visit] for s in t.stops), bases[t.crew]]) for t in driven]
    if path.suffix.lower() != ".gpx":
        stops = [(tour.crew, order, one.visit) for tour in driven for order, one in enumerate(tour.stops, start=1)]
        points = [np.array(places[visit]) for _, _, visit in stops]
        columns: dict[str, list[Any]] = {
            "crew": [s[0] for s in stops],
            "order": [s[1] for s in stops],
            "visit": [s[2] for s in stops],
        }
        layers = [
            PlanLayer("tour", "LineString", lines, {"crew": [tour.crew for tour in driven]}),
            PlanLayer("stop", "Point", points, columns),
        ]
        write_geojson(path, layers, crs_epsg)
        return
    routes = []
    for tour, line in zip(driven, lines, strict=True):
        lon, lat = to_wgs84(crs_epsg, line[:, 0], line[:, 1])
        way = list(zip(lon.tolist(), lat.tolist(), strict=True))
        named = [(*place, one.visit) for place, one in zip(way[1:-1], tour.stops, strict=True)]
        routes.append(Route(tour.crew, named, way))
    with whole_file(path) as partial:
        partial.write_text(gpx_text(routes, "Sluice"), encoding="utf-8")
