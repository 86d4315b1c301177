"""Recorded drives: GPX tracks and NMEA sentences, as points with their instants in WGS 84."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

from gis.errors import GisError
from network.errors import os_detail

LARGEST_BYTES = 256 * 2**20


@dataclass(frozen=True)
class TrackPoint:
    """Somebody was somewhere.

    Attributes:
        name: Of the track; "" where it has none.
        longitude, latitude: Degrees, WGS 84.
        at_ms: UTC milliseconds.
    """

    name: str
    longitude: float
    latitude: float
    at_ms: int


def read_track(path: Path) -> list[TrackPoint]:
    """Points of a GPX file (``.gpx``) or of NMEA sentences (any other name), by time.

    Raises:
        GisError: ``track_unreadable`` with the line where that is known, ``track_empty`` where no point has an instant.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise GisError("track_unreadable", path=str(path), reason=f"> {LARGEST_BYTES >> 20} MiB")
        body = path.read_bytes()
    except OSError as error:
        raise GisError("track_unreadable", path=str(path), **os_detail(error, "reason")) from error
    points = list(_gpx(body, path) if path.suffix.lower() == ".gpx" else _nmea(body))
    if not points:
        raise GisError("track_empty", path=str(path))
    return sorted(points, key=lambda point: (point.at_ms, point.name))


def _gpx(body: bytes, path: Path) -> Iterator[TrackPoint]:
    # Entities of one's own making can blow a small file up to gigabytes, and no receiver writes them.
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise GisError("track_unreadable", path=str(path), reason="<!DOCTYPE")
    try:
        root = ET.fromstring(body)  # noqa: S314 - what makes such files dangerous was refused above
    except (ET.ParseError, LookupError, ValueError) as error:
        raise GisError("track_unreadable", path=str(path), reason=str(error)) from error
    for track in root.iterfind("{*}trk"):
        name = (track.findtext("{*}name") or "").strip()
        for point in track.iterfind("{*}trkseg/{*}trkpt"):
            at_ms = _iso_ms(point.findtext("{*}time") or "")
            place = _degrees(point.get("lon", ""), point.get("lat", ""))
            if at_ms is not None and place is not None:
                yield TrackPoint(name, *place, at_ms)


def _iso_ms(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # GPX times are UTC, also where a writer left the Z out.
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _degrees(longitude: str, latitude: str) -> tuple[float, float] | None:
    try:
        place = float(longitude), float(latitude)
    except ValueError:
        return None
    return place if abs(place[0]) <= 180 and abs(place[1]) <= 90 else None


_RMC = re.compile(
    r"\$G[A-Z]RMC,(\d{6})(\.\d+)?,A,(\d{2,3})(\d{2}\.\d+),([NS]),(\d{3})(\d{2}\.\d+),([EW]),[^,]*,[^,]*,(\d{6}),.*$"
)


def _nmea(body: bytes) -> Iterator[TrackPoint]:
    """Recommended-minimum sentences that say they are valid, and whose checksum holds; others hold no date."""
    for line in body.decode("ascii", errors="replace").splitlines():
        sentence, star, checksum = line.strip().partition("*")
        found = _RMC.match(sentence + ",")
        if found is None or not star or not sums_to(sentence, checksum):
            continue
        clock, part, north, north_min, ns, east, east_min, ew, day = found.groups()
        latitude = (int(north) + float(north_min) / 60) * (1 if ns == "N" else -1)
        longitude = (int(east) + float(east_min) / 60) * (1 if ew == "E" else -1)
        at_ms = _nmea_ms(day, clock, part or "")
        if at_ms is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
            yield TrackPoint("", longitude, latitude, at_ms)


def sums_to(sentence: str, checksum: str) -> bool:
    """Whether an NMEA sentence, with its dollar and without its star, has this *checksum*."""
    total = 0
    for sign in sentence.removeprefix("$").encode("ascii", errors="replace"):
        total ^= sign
    return checksum[:2].upper() == f"{total:02X}"


def _nmea_ms(day: str, clock: str, part: str) -> int | None:
    try:
        moment = datetime.combine(
            date(2000 + int(day[4:]), int(day[2:4]), int(day[:2])),
            time(int(clock[:2]), int(clock[2:4]), min(int(clock[4:]), 59)),
            UTC,
        )
    except ValueError:
        return None
    return round((moment.timestamp() + float(part or 0)) * 1000)


@dataclass(frozen=True)
class Route:
    """A round to be driven: its stops and the line between them, degrees WGS 84.

    Attributes:
        stops: Longitude, latitude and name of each, in order.
        line: Longitude and latitude of each vertex.
    """

    name: str
    stops: Sequence[tuple[float, float, str]]
    line: Sequence[tuple[float, float]]


def gpx_text(routes: Sequence[Route], creator: str) -> str:
    """*routes* as GPX 1.1: each a route of named stops and a track of its line."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    named = escape(creator)
    lines.append(f'<gpx version="1.1" creator="{named}" xmlns="http://www.topografix.com/GPX/1/1">')
    for route in routes:
        lines.append(f"  <rte><name>{escape(route.name, quote=False)}</name>")
        lines += [
            f'    <rtept lat="{lat:.7f}" lon="{lon:.7f}"><name>{escape(name, quote=False)}</name></rtept>'
            for lon, lat, name in route.stops
        ]
        lines.append("  </rte>")
    for route in routes:
        lines.append(f"  <trk><name>{escape(route.name, quote=False)}</name><trkseg>")
        lines += [f'    <trkpt lat="{lat:.7f}" lon="{lon:.7f}"/>' for lon, lat in route.line]
        lines.append("  </trkseg></trk>")
    return "\n".join([*lines, "</gpx>", ""])
