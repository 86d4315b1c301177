"""GCJ-02, the shifted coordinates of Chinese web maps (高德, 腾讯), and back.

The shift was never published officially; the formula is the one that all open implementations share (first written
down as "eviltransform"). It depends on the place: over a city it varies by tens of metres, so that no constant offset
stands for it. Outside the rectangle 72.004–137.8347 degrees east, 0.8293–55.8271 degrees north nothing is shifted.
"""

from __future__ import annotations

import numpy as np

from network.columns import Float64

_AXIS_M = 6_378_245.0
_E2 = 0.006_693_421_622_965_943
"""Semi-major axis and squared eccentricity of the Krasovsky ellipsoid."""

_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_ROUNDS = 12
"""Of the fixed-point iteration of the inverse: each divides the error by some hundreds."""


def to_gcj02(longitude: Float64, latitude: Float64) -> tuple[Float64, Float64]:
    """GCJ-02 degrees of WGS 84 places. Shapes are kept; NaN stays NaN."""
    east, north = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
    inside = (east >= _WEST) & (east <= _EAST) & (north >= _SOUTH) & (north <= _NORTH)
    x, y = east - 105.0, north - 35.0
    root = np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    up = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    up += (waves + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    up += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y / 30.0 * np.pi)) * 2.0 / 3.0
    right = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    right += (waves + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    right += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    slant = np.radians(north)
    magic = 1.0 - _E2 * np.sin(slant) ** 2
    d_north = np.degrees(up * magic * np.sqrt(magic) / (_AXIS_M * (1.0 - _E2)))
    d_east = np.degrees(right * np.sqrt(magic) / (_AXIS_M * np.cos(slant)))
    return np.where(inside, east + d_east, east), np.where(inside, north + d_north, north)


def from_gcj02(longitude: Float64, latitude: Float64) -> tuple[Float64, Float64]:
    """WGS 84 degrees of GCJ-02 places, by iteration: exact to a thousandth of a millimetre inside the rectangle."""
    east, north = np.array(longitude, dtype=np.float64), np.array(latitude, dtype=np.float64)
    wanted_east, wanted_north = east.copy(), north.copy()
    for _ in range(_ROUNDS):
        shown_east, shown_north = to_gcj02(east, north)
        east, north = east - (shown_east - wanted_east), north - (shown_north - wanted_north)
    return east, north
