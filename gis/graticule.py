"""Degrees over a city by interpolation: what the window and the map's painter ask thousands of times.

The CRS library costs half a second to load, too much for the window; the worker asks it once at the nodes of a grid.
Between them a quadratic stands in, exact to a millimetre.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.columns import Float64


@dataclass(frozen=True, eq=False)
class Graticule:
    """WGS 84 degrees at the nodes of a square grid in the project CRS.

    Attributes:
        x_m, y_m: South-west node.
        step_m: Between nodes.
        longitude, latitude: Shape (rows, columns), row northwards; empty for a plane without place on the Earth.
    """

    x_m: float
    y_m: float
    step_m: float
    longitude: Float64
    latitude: Float64

    @property
    def known(self) -> bool:
        """Whether the plane has a place on the Earth."""
        return bool(self.longitude.size)

    def degrees(self, x_m: Float64, y_m: Float64) -> tuple[Float64, Float64]:
        """Longitudes and latitudes of places; NaN beyond the grid. Any shape."""
        x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
        if not self.known:
            return np.full(x.shape, np.nan), np.full(x.shape, np.nan)
        rows, columns = self.longitude.shape
        across, up = (x - self.x_m) / self.step_m, (y - self.y_m) / self.step_m
        inside = (across >= 0) & (across <= columns - 1) & (up >= 0) & (up <= rows - 1)
        column = np.clip(np.nan_to_num(np.rint(across), nan=1.0), 1, columns - 2).astype(np.int64)
        row = np.clip(np.nan_to_num(np.rint(up), nan=1.0), 1, rows - 2).astype(np.int64)
        right, above = _weights(across - column), _weights(up - row)
        east, north = np.zeros(x.shape), np.zeros(x.shape)
        for i in range(3):
            for j in range(3):
                weight = above[i] * right[j]
                east += weight * self.longitude[row + i - 1, column + j - 1]
                north += weight * self.latitude[row + i - 1, column + j - 1]
        return np.where(inside, east, np.nan), np.where(inside, north, np.nan)


def _weights(from_middle: Float64) -> tuple[Float64, Float64, Float64]:
    """Lagrange's weights of the nodes before, at and after the middle one; *from_middle* in steps."""
    t = from_middle
    return t * (t - 1.0) / 2.0, 1.0 - t * t, t * (t + 1.0) / 2.0
