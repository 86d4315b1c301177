"""Makes a city's graticule: apart from it, because the window reads one and must not wait for the CRS library."""

from __future__ import annotations

import numpy as np

from gis.crs import LOCAL_EPSG, to_wgs84
from gis.graticule import Graticule
from gis.scene.view import Bounds

_NODES = 65
_GROWN = 0.5


def build_graticule(crs_epsg: int, extent: Bounds) -> Graticule:
    """The grid over *extent* (project CRS) and half of it around; empty where the CRS is a local plane."""
    side_m = max(extent.x_max - extent.x_min, extent.y_max - extent.y_min, 1000.0) * (1.0 + 2.0 * _GROWN)
    x_m, y_m = extent.centre[0] - side_m / 2, extent.centre[1] - side_m / 2
    step_m = side_m / (_NODES - 1)
    if crs_epsg == LOCAL_EPSG:
        return Graticule(x_m, y_m, step_m, np.empty((0, 0)), np.empty((0, 0)))
    steps = np.arange(_NODES) * step_m
    east, north = np.meshgrid(x_m + steps, y_m + steps)
    longitude, latitude = to_wgs84(crs_epsg, east.ravel(), north.ravel())
    return Graticule(x_m, y_m, step_m, longitude.reshape(east.shape), latitude.reshape(east.shape))
