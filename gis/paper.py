"""Maps on paper: sizes, scales, and the coordinate grid. Pure geometry; lengths on paper are millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from gis.scene.view import Bounds
from network.columns import Float64

PAPERS_MM: Final = {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
"""Width and height, upright."""

SCALES: Final = (
    100, 200, 250, 500, 1_000, 2_000, 2_500, 5_000, 10_000, 20_000, 25_000, 50_000, 100_000, 200_000, 250_000, 500_000,
    1_000_000, 2_000_000,
)  # fmt: skip
"""Denominators of the customary scales."""

FINEST_SCALE, COARSEST_SCALE = 50, 5_000_000
_GRID_MM = 50.0
"""Lines of the grid stand about so far apart, at least."""
MM_PER_M: Final = 1000.0


@dataclass(frozen=True)
class Paper:
    """A sheet.

    Attributes:
        size: One of :data:`PAPERS_MM`.
        landscape: Whether it lies on its longer side.
    """

    size: str = "A4"
    landscape: bool = True

    @property
    def width_mm(self) -> float:
        """From left to right."""
        return float(PAPERS_MM[self.size][1 if self.landscape else 0])

    @property
    def height_mm(self) -> float:
        """From top to bottom."""
        return float(PAPERS_MM[self.size][0 if self.landscape else 1])


@dataclass(frozen=True)
class Frame:
    """The map's own rectangle on a sheet, millimetres."""

    width_mm: float
    height_mm: float

    def ground(self, centre: tuple[float, float], scale: int) -> Bounds:
        """What the frame shows around *centre* (project CRS) at 1 : *scale*."""
        half_w, half_h = (side * scale / MM_PER_M / 2 for side in (self.width_mm, self.height_mm))
        return Bounds(centre[0] - half_w, centre[1] - half_h, centre[0] + half_w, centre[1] + half_h)

    def needed_scale(self, bounds: Bounds) -> float:
        """Denominator at which *bounds* just fit."""
        width_m, height_m = bounds.x_max - bounds.x_min, bounds.y_max - bounds.y_min
        return max(width_m * MM_PER_M / self.width_mm, height_m * MM_PER_M / self.height_mm)

    def fitting_scale(self, bounds: Bounds) -> int:
        """The largest customary scale at which *bounds* fit; the smallest one of all where they never do."""
        return customary_scale(self.needed_scale(bounds))

    def fits(self, bounds: Bounds, scale: int) -> bool:
        """Whether all of *bounds* is on one sheet at 1 : *scale*."""
        return self.needed_scale(bounds) <= scale * (1 + 1e-9)


def customary_scale(needed: float) -> int:
    """The largest customary scale that is no larger than 1 : *needed*; the smallest one of all beyond their range."""
    return next((scale for scale in SCALES if scale >= needed * (1 - 1e-9)), SCALES[-1])


def grid_step_m(scale: int) -> float:
    """Distance of the grid's lines on the ground: 1, 2 or 5 times a power of ten, at least 50 mm on paper."""
    wanted_m = scale * _GRID_MM / MM_PER_M
    power = 10.0 ** math.floor(math.log10(wanted_m))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= wanted_m * (1 - 1e-9))


def grid_lines_m(low_m: float, high_m: float, step_m: float) -> Float64:
    """Coordinates of the lines from *low_m* to *high_m*, multiples of *step_m*."""
    first, last = math.ceil(low_m / step_m - 1e-9), math.floor(high_m / step_m + 1e-9)
    lines: Float64 = np.arange(first, last + 1, dtype=np.float64) * step_m
    return lines
