"""Coordinate reference systems: the one importer of pyproj.

Everywhere x is east and y north, whatever axis order a CRS's definition has (EPSG:4548 has northing first).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gis.errors import GisError
from network.columns import Float64

LOCAL_EPSG = 0
"""Marks a plane in metres whose place on the Earth is not known (an EPANET file without CRS)."""

_CHINESE_DATUMS = ("China 2000", "China Geodetic", "Xian 1980", "Beijing 1954", "New Beijing")
# Distances in these are not ground distances: twice too long at 60 degrees north.
_NOT_CONFORMAL_TO_GROUND = {3857, 3395, 900913, 102100}
# EPSG ranges whose eastings carry the zone number in front (39500000), and the step to the same zone without it.
_PREFIXED = (
    (4513, 4533, 21),  # CGCS2000, 3 degrees
    (4491, 4501, 11),  # CGCS2000, 6 degrees
    (2349, 2369, 21),  # Xian 1980, 3 degrees
    (2327, 2337, 11),  # Xian 1980, 6 degrees
    (2401, 2421, 21),  # Beijing 1954, 3 degrees
)
# Mainland China and its coast in rough outline (longitude, latitude): only to choose a customary project CRS.
_CHINA = np.array(
    [
        (73.5, 39.5), (80.0, 45.0), (87.5, 49.2), (96.0, 42.8), (105.0, 41.6), (111.5, 43.5), (116.0, 46.5),
        (119.8, 47.2), (117.5, 49.6), (121.0, 53.4), (127.0, 50.5), (131.0, 47.8), (134.8, 48.4), (131.0, 44.8),
        (130.6, 42.6), (128.0, 42.0), (124.4, 40.0), (122.6, 37.0), (122.6, 30.5), (121.0, 26.5), (117.5, 23.2),
        (111.0, 17.9), (108.3, 18.2), (108.0, 21.5), (105.5, 23.2), (101.8, 21.1), (97.6, 24.0), (98.7, 27.5),
        (94.0, 29.3), (88.9, 27.3), (81.2, 30.1), (78.8, 32.5), (74.5, 37.2),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class CrsInfo:
    """What matters of a CRS.

    Attributes:
        definition: ``EPSG:n`` where it has a code, else its WKT.
        epsg: Code, or 0 where it has none.
        unit_m: Metres per unit of a projected CRS, 0 for a geographic one.
        area: West, south, east, north in degrees where it is meant to be used; the whole Earth where unsaid.
        central_meridian: Degrees east, NaN where it has none.
    """

    definition: str
    epsg: int
    name: str
    geographic: bool
    unit_m: float
    area: tuple[float, float, float, float]
    central_meridian: float
    chinese: bool

    @property
    def metric(self) -> bool:
        """True when distances between its coordinates are metres on the ground (to a per mille or so)."""
        return self.unit_m == 1.0 and self.epsg not in _NOT_CONFORMAL_TO_GROUND

    @property
    def label(self) -> str:
        """For lists: code and name."""
        return f"EPSG:{self.epsg} {self.name}" if self.epsg else self.name


@lru_cache(maxsize=256)
def describe(definition: str) -> CrsInfo:
    """Look a CRS up.

    Args:
        definition: ``EPSG:n``, WKT or PROJ text.

    Raises:
        GisError: ``crs_unknown``.
    """
    try:
        crs = CRS.from_user_input(definition)
        code = crs.to_epsg(min_confidence=70)
        crs = CRS.from_epsg(code) if code else crs
    except CRSError as unknown:
        raise GisError("crs_unknown", crs=definition[:80]) from unknown
    if not (crs.is_geographic or crs.is_projected):
        raise GisError("crs_unknown", crs=definition[:80])
    area = crs.area_of_use
    operation = crs.coordinate_operation
    meridians = [p.value for p in operation.params if "ongitude" in p.name] if operation else []
    return CrsInfo(
        definition=f"EPSG:{code}" if code else crs.to_wkt(),
        epsg=code or 0,
        name=crs.name,
        geographic=crs.is_geographic,
        unit_m=0.0 if crs.is_geographic else float(crs.axis_info[0].unit_conversion_factor),
        area=(area.west, area.south, area.east, area.north) if area else (-180.0, -90.0, 180.0, 90.0),
        central_meridian=float(meridians[0]) if meridians else float("nan"),
        chinese=any(name in str(crs.datum or crs.name) for name in _CHINESE_DATUMS),
    )


def from_epsg(epsg: int) -> CrsInfo:
    """:func:`describe` by code."""
    return describe(f"EPSG:{epsg}")


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def transform(x: Float64, y: Float64, source: str, target: str) -> tuple[Float64, Float64]:
    """Coordinates in *target* of points in *source*; infinite where a point has none there."""
    east, north = _transformer(source, target).transform(x, y)
    return np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)


def to_degrees(x: float, y: float, info: CrsInfo) -> tuple[float, float]:
    """Longitude and latitude (WGS 84) of one point; infinite where it has none."""
    east, north = transform(np.array([x]), np.array([y]), info.definition, "EPSG:4326")
    return float(east[0]), float(north[0])


def to_wgs84(epsg: int, x: Float64, y: Float64) -> tuple[Float64, Float64]:
    """Longitudes and latitudes (WGS 84) of points of the CRS *epsg*.

    Raises:
        GisError: ``crs_local`` for a local plane, whose place on the Earth is not known.
    """
    if epsg == LOCAL_EPSG:
        raise GisError("crs_local")
    return transform(x, y, f"EPSG:{epsg}", "EPSG:4326")


def without_prefix(epsg: int) -> int:
    """Code of the same zone without its number in front of the eastings; *epsg* itself where it has none."""
    return next((epsg + step for first, last, step in _PREFIXED if first <= epsg <= last), epsg)


def project_crs(longitude: float, latitude: float, chinese: bool = False) -> int:
    """Code of the customary metric CRS at a place.

    In China (or where the data's datum is Chinese) the CGCS2000 3-degree zone without zone number, elsewhere UTM on
    WGS 84.

    Raises:
        GisError: ``crs_no_metric`` beyond UTM's reach (84 degrees north, 80 south).
    """
    if chinese or _inside(longitude, latitude):
        zone = min(max(round(longitude / 3.0), 25), 45)
        return 4534 + zone - 25
    if not (-80.0 <= latitude <= 84.0 and -180.0 <= longitude <= 180.0):
        raise GisError("crs_no_metric", longitude=longitude, latitude=latitude)
    zone = min(int((longitude + 180.0) // 6.0) + 1, 60)
    return (32600 if latitude >= 0 else 32700) + zone


def _inside(longitude: float, latitude: float) -> bool:
    """Whether a place lies in the rough outline of China (crossing-number rule)."""
    x0, y0 = _CHINA.T
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    spans = (y0 > latitude) != (y1 > latitude)
    crossing = x0 + (latitude - y0) * (x1 - x0) / np.where(y1 == y0, 1.0, y1 - y0)
    return bool((spans & (longitude < crossing)).sum() % 2)
