"""The bend of the land: from the straight plan in which streets are laid out to the ground on which they lie.

The city is planned on a flat sheet where every line runs east-west or north-south, because there crossings, sides and
blocks are exact. One smooth, one-to-one map then turns districts, bends roads and lets the river wind; whatever did not
cross on the sheet does not cross on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.synthetic.plan import USUAL_CORE, OldTown
from gis.synthetic.portable import bell, cosine, distance, sine
from network.columns import Float64

ORIGIN_EAST_M, ORIGIN_NORTH_M = 500_000.0, 4_060_000.0
_STEP_M = 50.0
_LARGE_CITY_M = 12_000.0
_RIVER_SIGMA_M = 1_600.0
_MOST_DISTORTION = 1.6
_LANE_BEND_M = 240.0


@dataclass(frozen=True, eq=False)
class Ground:
    """The map from sheet to ground, sampled on a regular grid and interpolated between.

    Attributes:
        half_m: The sheet reaches from -half_m to +half_m on both axes.
        step_m: Distance of the grid points.
        east_m, north_m: Shape (n, n), ground coordinates in EPSG:4548 of the grid points, row = north, column = east.
    """

    half_m: float
    step_m: float
    east_m: Float64
    north_m: Float64

    def place(self, x_m: Float64, y_m: Float64) -> Float64:
        """Ground coordinates of sheet points, shape (n, 2), rounded to a millimetre.

        Rounding at once keeps every later decision the same on every machine, whose sines may differ in the last bit.
        """
        last = len(self.east_m) - 2
        gx, gy = (np.asarray(x_m) + self.half_m) / self.step_m, (np.asarray(y_m) + self.half_m) / self.step_m
        column = np.clip(gx.astype(np.int64), 0, last)
        row = np.clip(gy.astype(np.int64), 0, last)
        fx, fy = gx - column, gy - row
        out = np.empty((len(fx), 2))
        for axis, grid in enumerate((self.east_m, self.north_m)):
            low = grid[row, column] * (1 - fx) + grid[row, column + 1] * fx
            high = grid[row + 1, column] * (1 - fx) + grid[row + 1, column + 1] * fx
            out[:, axis] = low * (1 - fy) + high * fy
        rounded: Float64 = np.round(out, 3)
        return rounded


def make_ground(
    half_m: float, radius_m: float, river_y_m: float, rng: np.random.Generator, core: OldTown = USUAL_CORE
) -> Ground:
    """A ground for a sheet of *half_m*, whose city reaches *radius_m* and whose river runs along *river_y_m*."""
    step = _STEP_M if radius_m < _LARGE_CITY_M else 2 * _STEP_M
    axis = np.arange(-half_m, half_m + 2 * step, step)
    x, y = np.meshgrid(axis, axis)
    y = _wind_river(x, y, river_y_m, rng)
    everywhere, in_old_town = np.ones(1), bell((x * x + y * y) / (0.3 * radius_m) ** 2)
    for length, bend, waves, where in (
        (430.0, 0.022, 6, in_old_town),
        (520.0, 0.013, 6, everywhere),
        (1_500.0, 0.022, 6, everywhere),
        (4_800.0, 0.03, 5, everywhere),
        (13_000.0, 0.03 * float(np.clip(radius_m / 8_000 - 0.5, 0, 1)), 5, everywhere),
    ):
        x, y = _ripple(x, y, length, bend * where, waves, rng)
    if core.crooked:
        within = bell((x * x + y * y) / (core.reach * radius_m) ** 2)
        x, y = _ripple(x, y, _LANE_BEND_M, core.crooked * within, 6, rng)
    x, y = _turn_districts(x, y, half_m, step, radius_m, rng)
    flat_x, flat_y = np.meshgrid(axis, axis)
    bent = _bent_part(np.maximum(np.abs(flat_x), np.abs(flat_y)) / half_m, max(1.62 * radius_m / half_m, 0.5))
    x, y = flat_x + (x - flat_x) * bent, flat_y + (y - flat_y) * bent
    return Ground(half_m, step, x + ORIGIN_EAST_M, y + ORIGIN_NORTH_M)


def _bent_part(out: Float64, start: float) -> Float64:
    """1 inside, falling smoothly from *start* to 0 at the sheet's edge, so that the map goes on straight beyond it."""
    t = np.clip((1 - out) / (1 - start), 0, 1)
    part: Float64 = t * t * (3 - 2 * t)
    return part


def _wind_river(x: Float64, y: Float64, river_y_m: float, rng: np.random.Generator) -> Float64:
    """Sway the sheet north and south around the river, strongest on it."""
    sway = np.zeros_like(x)
    for wavelength in (2_900.0, 5_300.0, 11_000.0):
        sway += 0.025 * wavelength * sine(2 * np.pi * x / wavelength + rng.uniform(0, 2 * np.pi))
    off = (y - river_y_m) / _RIVER_SIGMA_M
    near = bell(off * off)
    swayed: Float64 = y + sway * near
    return swayed


def _ripple(
    x: Float64, y: Float64, length_m: float, bend: Float64, waves: int, rng: np.random.Generator
) -> tuple[Float64, Float64]:
    """Displace along random sine waves of about *length_m*; *bend* is the slope each gives a straight street."""
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    for _ in range(waves):
        wavelength, heading, aim = length_m * rng.uniform(0.7, 1.4), rng.uniform(0, np.pi), rng.uniform(0, 2 * np.pi)
        phase = 2 * np.pi * (x * cosine(heading) + y * sine(heading)) / wavelength + rng.uniform(0, 2 * np.pi)
        push = bend * wavelength / (2 * np.pi) * 1.8 * sine(phase)
        dx += push * cosine(aim)
        dy += push * sine(aim)
    return x + dx, y + dy


def _turn_districts(
    x: Float64, y: Float64, half_m: float, step_m: float, radius_m: float, rng: np.random.Generator
) -> tuple[Float64, Float64]:
    """Turn the land around some centres, each within its reach, so that districts differ in direction."""
    spacing = 2_900.0 * float(np.clip(radius_m / 10_000, 1, 2))
    count = int(np.clip((2.4 * radius_m / spacing) ** 2 * 0.85, 3, 150))
    centres = rng.uniform(-1.2 * radius_m, 1.2 * radius_m, (count, 2))
    reaches = rng.uniform(0.4, 0.7, count) * spacing
    turns = rng.choice([-1.0, 1.0], count) * rng.uniform(0.3, 0.58, count)
    x, y = x.copy(), y.copy()
    for (cx, cy), reach, turn in zip(centres.tolist(), reaches.tolist(), turns.tolist(), strict=True):
        # A bell ends at four reaches; the margin covers what earlier bends have moved.
        near = _window(cx, cy, 4 * reach + 1_500, half_m, step_m)
        ox, oy = x[near] - cx, y[near] - cy
        fading = bell((ox * ox + oy * oy) / (reach * reach))
        for share in (1.0, 0.6, 0.3):
            cos, sin = cosine(share * turn * fading), sine(share * turn * fading)
            turned_x, turned_y = cx + ox * cos - oy * sin, cy + ox * sin + oy * cos
            if _distortion(turned_x, turned_y, step_m) < _MOST_DISTORTION:
                x[near], y[near] = turned_x, turned_y
                break
    return x, y


def _distortion(x: Float64, y: Float64, step_m: float) -> float:
    """How much a small square of the sheet is stretched or squeezed at worst: the larger of s and 1/s."""
    xu, xv = np.diff(x, axis=1)[:-1] / step_m, np.diff(x, axis=0)[:, :-1] / step_m
    yu, yv = np.diff(y, axis=1)[:-1] / step_m, np.diff(y, axis=0)[:, :-1] / step_m
    # Largest and smallest singular value of the Jacobian from its conformal and anticonformal parts.
    conformal = distance(xu + yv, yu - xv) / 2
    other = distance(xu - yv, yu + xv) / 2
    worst = np.maximum(conformal + other, 1 / np.maximum(conformal - other, 0.05))
    return float(np.round(worst.max(initial=1.0), 6))


def _window(cx: float, cy: float, reach_m: float, half_m: float, step_m: float) -> tuple[slice, slice]:
    """Rows and columns of the grid within *reach_m* of a place."""
    column, row = (cx + half_m) / step_m, (cy + half_m) / step_m
    wide = reach_m / step_m
    return slice(max(0, int(row - wide)), int(row + wide) + 2), slice(
        max(0, int(column - wide)), int(column + wide) + 2
    )
