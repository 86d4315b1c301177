"""The lie of the land: low along the river, rising to the hills in the south, uneven in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.synthetic.portable import cosine, sine
from network.columns import Float64, Int64

_RIVER_LEVEL_M = 24.0


@dataclass(frozen=True, eq=False)
class Terrain:
    """Ground level as a function of the plan sheet.

    Attributes:
        radius_m: Of the city.
        river_y_m: Middle of the river.
        waves: Shape (n, 4): wavelength_m, heading_rad, phase_rad, height_m of the unevenness.
    """

    radius_m: float
    river_y_m: float
    waves: Float64

    @property
    def rise_m(self) -> float:
        """How far the ground rises from the river to the southern edge, about."""
        return float(np.clip(self.radius_m * 0.02 + 15, 52, 150))

    @property
    def zone_step_m(self) -> float:
        """Height of ground that one pressure zone serves."""
        return float(np.clip(self.rise_m * 0.26, 12, 27))

    def zone_band(self, x_m: Float64, y_m: Float64) -> Int64:
        """Number of the pressure band that serves a place, 0 the lowest."""
        above = self.at(x_m, y_m) - _RIVER_LEVEL_M - 3
        band: Int64 = np.maximum(np.floor(above / self.zone_step_m), 0).astype(np.int64)
        return band

    def at(self, x_m: Float64, y_m: Float64) -> Float64:
        """Ground level in metres above sea, rounded to a centimetre."""
        south = np.clip((self.river_y_m - y_m) / self.radius_m, 0, 2)
        north = np.clip((y_m - self.river_y_m) / self.radius_m, 0, 2)
        level = _RIVER_LEVEL_M + self.rise_m * (0.25 * south + 0.55 * np.clip(south - 0.45, 0, 2) ** 2) + 6 * north
        for wavelength, heading, phase, height in self.waves:
            level = level + height * sine(
                2 * np.pi * (x_m * cosine(heading) + y_m * sine(heading)) / wavelength + phase
            )
        rounded: Float64 = np.round(level, 2)
        return rounded


def make_terrain(radius_m: float, river_y_m: float, rng: np.random.Generator) -> Terrain:
    """A terrain for a city of *radius_m*."""
    wavelength = np.concatenate([rng.uniform(700, 1_400, 5), rng.uniform(2_500, 5_000, 4)])
    height = np.concatenate([rng.uniform(0.8, 1.8, 5), rng.uniform(1.5, 4.0, 4)])
    turns = rng.uniform(0, 2 * np.pi, (2, 9))
    return Terrain(radius_m, river_y_m, np.stack([wavelength, turns[0], turns[1], height], axis=1))
