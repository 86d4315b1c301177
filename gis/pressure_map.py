"""Pressure over the whole network from what a few instruments read: heads between them, less the ground.

No model is asked: at each junction the head is the mean of the nearest instruments', the nearer the more, and the
pressure what is left of it over the ground. Far from every instrument nothing is said.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from network.columns import Float64
from network.topology import Network
from network.units import M_HEAD_PER_MPA

NEAREST: Final = 3
REACH_M: Final = 1_500.0
"""House value: what is farther from the nearest instrument is not told."""
_SOFT_M: Final = 50.0
LEVELS_MPA: Final = (0.18, 0.24, 0.30, 0.36, 0.45)
"""Bounds between the classes that the map tells apart; the first is the house's promise at the meter (WP1)."""


def pipe_pressures_mpa(network: Network, places_m: Float64, pressure_m: Float64) -> Float64:
    """Pressure of every main, at the lower of its ends. Shape (pipes,), NaN where it is not told.

    Args:
        network: The city's mains.
        places_m: Shape (n, 2), instruments in the project's CRS.
        pressure_m: Shape (n,), what each reads in metres of head over the ground; those without a number are left out.
    """
    nodes, pipes = network.nodes, network.pipes
    known = np.isfinite(pressure_m) & np.isfinite(places_m).all(axis=1)
    if not known.any() or not len(nodes.x_m):
        return np.full(len(pipes.from_node), np.nan)
    xy_m = np.column_stack([nodes.x_m, nodes.y_m])
    ground_m = np.nan_to_num(nodes.elevation_m.astype(np.float64))
    _, stands_at = cKDTree(xy_m).query(places_m[known])
    head_m = pressure_m[known] + ground_m[stands_at]
    count = min(NEAREST, len(head_m))
    found_m, near = cKDTree(places_m[known]).query(xy_m, k=[*range(1, count + 1)])
    away_m: Float64 = np.asarray(found_m, dtype=np.float64)
    weight = 1.0 / (away_m + _SOFT_M) ** 2
    at_node = (head_m[near] * weight).sum(axis=1) / weight.sum(axis=1) - ground_m
    at_node = np.where(away_m[:, 0] <= REACH_M, at_node, np.nan)
    lower: Float64 = np.minimum(at_node[pipes.from_node], at_node[pipes.to_node]) / M_HEAD_PER_MPA
    return lower


def levels_of(pressure_mpa: Float64) -> np.ndarray:
    """Classes for the map, the highest first: 0 not told, 1 from 0.45 MPa on, 6 below the promise. uint8."""
    level = len(LEVELS_MPA) + 1 - np.searchsorted(LEVELS_MPA, pressure_mpa, side="right")
    return np.where(np.isfinite(pressure_mpa), level, 0).astype(np.uint8)
