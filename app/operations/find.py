"""What the command line finds: a place by its coordinates, else whatever bears the words."""

from __future__ import annotations

from app.messages import formats
from gis.coordinates import GCJ02, WGS84, Reading, read_place
from gis.search import SearchIndex
from gis.search_hit import Hit


def find_anything(index: SearchIndex, crs_epsg: int, text: str, limit: int) -> tuple[Hit, ...]:
    """Results for *text*, best first.

    Coordinates come as hits of kind ``coordinate`` whose ``id`` names the system that they were read in (a code of the
    section ``coordinate_system``); several, where what was pasted can be read in several ways.
    """
    places = read_place(text, crs_epsg, index.extent)
    if places:
        return tuple(_hit(reading) for reading in places)[:limit]
    return index.find(text, limit)


def _hit(reading: Reading) -> Hit:
    if reading.system in {WGS84, GCJ02}:
        label = formats.degrees(reading.first, reading.second)
    else:
        label = formats.coordinate(reading.first, reading.second)
    away = formats.length(reading.away_m) if reading.away_m > 0 else ""
    return Hit("coordinate", -1, reading.system, label, away, reading.x_m, reading.y_m)
