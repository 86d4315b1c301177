"""Read coordinates as people paste them: any order, Chinese punctuation, degrees and minutes, zone numbers in front.

Nothing is guessed silently: what can be read in several ways gives several readings, each of which says what it is.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gis.crs import LOCAL_EPSG, transform
from gis.gcj02 import from_gcj02
from gis.scene.view import Bounds

PROJECT, WGS84, GCJ02, CGCS2000_ZONE = "project", "wgs84", "gcj02", "cgcs2000_zone"

_NEAR_CITY_M = 50_000.0
_SIDES = {"n": "y", "s": "y", "e": "x", "w": "x", "北": "y", "南": "y", "东": "x", "西": "x"}
_GCJ_WORDS = ("gcj", "火星", "高德", "腾讯", "amap")
_WGS_WORDS = ("wgs", "gps", "cgcs", "2000", "国家")
_LABELS = re.compile(
    r"(?P<x>经度|东经|longitude|lon|lng|经|easting|[xX](?=\s*[=:]))|(?P<y>纬度|北纬|latitude|lat|纬|northing|[yY](?=\s*[=:]))",
    re.IGNORECASE,
)
_ANGLE = re.compile(
    r"(?P<before>[nsew东西南北])?\s*(?P<sign>[-−])?(?P<deg>\d+(?:\.\d+)?)\s*"
    r"(?:(?:[°度]|deg)\s*(?:(?P<min>\d+(?:\.\d+)?)\s*[′'分]\s*(?:(?P<sec>\d+(?:\.\d+)?)\s*(?:[″\"秒]|'')\s*)?)?)?"
    r"(?P<after>[nsew])?(?![a-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """One way to read what was pasted.

    Attributes:
        system: :data:`PROJECT`, :data:`WGS84`, :data:`GCJ02` or :data:`CGCS2000_ZONE`.
        first, second: Easting and northing in metres, or longitude and latitude in degrees, as read.
        x_m, y_m: The place, project CRS.
        away_m: How far outside the city's extent.
    """

    system: str
    first: float
    second: float
    x_m: float
    y_m: float
    away_m: float


@dataclass(frozen=True)
class _Number:
    value: float
    axis: str
    angle: bool


def read_place(text: str, crs_epsg: int, extent: Bounds) -> tuple[Reading, ...]:
    """Every sensible reading of *text* as one place, the likeliest first; empty where it is no pair of coordinates.

    Args:
        text: What was typed or pasted.
        crs_epsg: Project CRS; 0 for a local plane, where only its own coordinates can be read.
        extent: Of the city, project CRS. Readings near it leave those far away out.
    """
    found = [reading for reading in _readings(text, crs_epsg, extent) if math.isfinite(reading.away_m)]
    near = [reading for reading in found if reading.away_m <= _NEAR_CITY_M]
    return tuple(dict.fromkeys(near or sorted(found, key=lambda reading: reading.away_m)[:2]))


def _readings(text: str, crs_epsg: int, extent: Bounds) -> Iterator[Reading]:
    plain = _plain(text)
    numbers = _numbers(plain)
    if len(numbers) != 2:
        return
    systems = _named_systems(plain)
    for x, y in _orders(*numbers):
        if _are_degrees(x, y):
            if crs_epsg != LOCAL_EPSG:
                yield from (_from_degrees(system, x.value, y.value, crs_epsg, extent) for system in systems)
        elif not (x.angle or y.angle):
            yield _placed(PROJECT, (x.value, y.value), (x.value, y.value), extent)
            yield from _from_zone(x.value, y.value, crs_epsg, extent)


def _plain(text: str) -> str:
    """Full-width signs as ASCII; Chinese commas as spaces; one kind of prime."""
    flat = unicodedata.normalize("NFKC", text)
    flat = re.sub(r"[,;、。，；()\[\]\t\n]+", " ", flat)
    flat = re.sub(r"(?<=\d)\s*(?:m|米)(?![a-z])", " ", flat)
    return flat.replace("’", "'").replace("′", "'").replace("″", '"').replace("”", '"').replace("“", '"').strip()


def _numbers(plain: str) -> list[_Number]:
    """The numbers of a text with the axis that a label or a hemisphere gives each; empty where other words remain."""
    labels = [(match.start(), "x" if match["x"] else "y") for match in _LABELS.finditer(plain)]
    bare = _LABELS.sub(lambda match: " " * len(match[0]), _without_names(plain))
    found: list[tuple[int, _Number]] = []
    for match in _ANGLE.finditer(bare):
        side = (match["before"] or match["after"] or "").casefold()
        parts = [float(match[name] or 0.0) for name in ("deg", "min", "sec")]
        if parts[1] >= 60.0 or parts[2] >= 60.0:
            return []
        value = parts[0] + parts[1] / 60.0 + parts[2] / 3600.0
        negative = bool(match["sign"]) != (side in {"s", "w", "南", "西"})
        angle = match["min"] is not None or bool(side) or "°" in match[0] or "度" in match[0]
        found.append((match.start("deg"), _Number(-value if negative else value, _SIDES.get(side, ""), angle)))
    rest = _ANGLE.sub("", bare)
    if re.sub(r"[\s:=/+]", "", rest):
        return []
    return _labelled(found, labels)


def _labelled(found: list[tuple[int, _Number]], labels: list[tuple[int, str]]) -> list[_Number]:
    """*found* with the axis of the last label before each number."""
    starts = [at for at, _ in found]
    named = []
    for (before, _), (at, number) in pairwise([(-1, None), *found]):
        own = [axis for place, axis in labels if before < place < at] or (
            # "36.65 N纬度": labels may follow instead.
            [axis for place, axis in labels if place > at and place < min([s for s in starts if s > at], default=10**9)]
            if not any(place < starts[0] for place, _ in labels)
            else []
        )
        assert number is not None
        named.append(_Number(number.value, number.axis or (own[-1] if own else ""), number.angle))
    return named


def _without_names(plain: str) -> str:
    """The text without names of coordinate systems, whose digits are no coordinates."""
    return re.sub(
        r"(?i)gcj\s*-?\s*02|wgs\s*-?\s*84|cgcs\s*-?\s*2000|国家2000|2000坐标系?|火星坐标系?|高德|腾讯|amap|gps|坐标|位置|[:=]",
        lambda match: " " * len(match[0]),
        plain,
    )


def _named_systems(plain: str) -> tuple[str, ...]:
    text = plain.casefold()
    if any(word in text for word in _GCJ_WORDS):
        return (GCJ02,)
    return (WGS84,) if any(word in text for word in _WGS_WORDS) else (WGS84, GCJ02)


def _orders(first: _Number, second: _Number) -> Iterator[tuple[_Number, _Number]]:
    """The pair as (x, y): as labelled, or both ways."""
    if second.axis != "x" and first.axis != "y":
        yield first, second
    if first.axis != "x" and second.axis != "y":
        yield second, first


def _are_degrees(x: _Number, y: _Number) -> bool:
    return abs(x.value) <= 180.0 and abs(y.value) <= 90.0


def _from_degrees(system: str, longitude: float, latitude: float, crs_epsg: int, extent: Bounds) -> Reading:
    east, north = np.array([longitude]), np.array([latitude])
    if system == GCJ02:
        east, north = from_gcj02(east, north)
    x, y = transform(east, north, "EPSG:4326", f"EPSG:{crs_epsg}")
    return _placed(system, (longitude, latitude), (float(x[0]), float(y[0])), extent)


def _from_zone(easting: float, northing: float, crs_epsg: int, extent: Bounds) -> Iterator[Reading]:
    """Eastings with their zone's number in front: 3-degree zones 25 to 45, 6-degree zones 13 to 23."""
    zone, local = divmod(easting, 1_000_000.0)
    if crs_epsg == LOCAL_EPSG or not 100_000.0 <= local <= 900_000.0:
        return
    if 25 <= zone <= 45:
        epsg = 4534 + int(zone) - 25
    elif 13 <= zone <= 23:
        epsg = 4502 + int(zone) - 13
    else:
        return
    x, y = transform(np.array([local]), np.array([northing]), f"EPSG:{epsg}", f"EPSG:{crs_epsg}")
    yield _placed(CGCS2000_ZONE, (easting, northing), (float(x[0]), float(y[0])), extent)


def _placed(system: str, read: tuple[float, float], at: tuple[float, float], extent: Bounds) -> Reading:
    away_x = max(extent.x_min - at[0], 0.0, at[0] - extent.x_max)
    away_y = max(extent.y_min - at[1], 0.0, at[1] - extent.y_max)
    return Reading(system, *read, *at, math.hypot(away_x, away_y))
