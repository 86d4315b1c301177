"""Whether coordinates can be what their CRS says, and what they look like when they cannot."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gis.crs import CrsInfo, from_epsg, to_degrees

_MARGIN_DEG = 1.5
"""How far outside a CRS's stated area data are still believed: offices work past their zone's edge."""

PREFIX_STEP_M = 1_000_000


@dataclass(frozen=True)
class Reading:
    """How to read coordinates: first swap the axes, then take *prefix* off the eastings.

    Attributes:
        swapped: Northing and easting stand in each other's column.
        prefix: Zone number in front of the eastings, 0 without one.
    """

    swapped: bool = False
    prefix: int = 0

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point, read this way."""
        east, north = (y, x) if self.swapped else (x, y)
        return east - self.prefix * PREFIX_STEP_M, north


AS_THEY_STAND = Reading()


def believable(x: float, y: float, info: CrsInfo) -> bool:
    """Whether a point of *info* lies where that CRS is used, give or take 1.5 degrees."""
    if info.geographic and not (-180.0 <= x <= 180.0 and -90.0 <= y <= 90.0):
        return False
    longitude, latitude = to_degrees(x, y, info)
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        return False
    west, south, east, north = info.area
    if east < west:  # across the antimeridian
        east, longitude = east + 360.0, longitude + (360.0 if longitude < 0 else 0.0)
    return (
        west - _MARGIN_DEG <= longitude <= east + _MARGIN_DEG and south - _MARGIN_DEG <= latitude <= north + _MARGIN_DEG
    )


def zone_prefix(easting: float) -> int:
    """Number of the Gauss-Krueger zone in front of *easting* (39 in 39,512,345), or 0.

    Zones 25 to 45 are 3 degrees wide, 13 to 23 are 6 degrees wide: they do not overlap in China.
    """
    zone, rest = divmod(easting, PREFIX_STEP_M)
    in_range = 25 <= zone <= 45 or 13 <= zone <= 23
    return int(zone) if in_range and 150_000 <= rest <= 850_000 else 0


def meridian_of(zone: int) -> int:
    """Central meridian of a Gauss-Krueger zone in China, degrees east."""
    return 3 * zone if zone >= 25 else 6 * zone - 3


def read_as(x: float, y: float, info: CrsInfo) -> Reading | None:
    """How a typical point must be read to lie where *info* is used; None where no reading helps.

    The plain reading comes first: coordinates that are possible as they stand are believed.
    """
    if believable(x, y, info):
        return AS_THEY_STAND
    for swapped in (False, True):
        east = y if swapped else x
        prefix = 0 if info.geographic else zone_prefix(east)
        if prefix and not _is_meridian(info, meridian_of(prefix)):
            prefix = 0
        reading = Reading(swapped, prefix)
        if reading != AS_THEY_STAND and believable(*reading.place(x, y), info):
            return reading
    return None


def _is_meridian(info: CrsInfo, degrees: int) -> bool:
    return math.isclose(info.central_meridian, degrees, abs_tol=1e-6)


def candidates(x: float, y: float) -> list[CrsInfo]:
    """CRSs in which a typical point may be meant, likeliest first: what to ask the user about. May be empty."""
    codes: list[int] = []
    for east, north in ((x, y), (y, x)):
        codes += _codes_for(east, north)
    return [from_epsg(code) for code in dict.fromkeys(codes)]


def _codes_for(east: float, north: float) -> list[int]:
    if abs(east) <= 180.0 and abs(north) <= 90.0:
        in_china = 73.0 <= east <= 135.5 and 16.0 <= north <= 54.0
        return [4490, 4326] if in_china else [4326]
    if not 1_800_000 <= north <= 6_000_000:
        return []
    zone = zone_prefix(east)
    if zone >= 25:
        return [4534 + zone - 25]
    if zone:
        return [4502 + zone - 13]
    if 150_000 <= east <= 850_000:
        # Without a zone number nothing tells the zone: the whole family, the east of the country first.
        return list(range(4548, 4555)) + list(range(4547, 4533, -1))
    return []
