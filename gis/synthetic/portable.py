"""Sines, lengths and bells from additions, multiplications and square roots alone.

The C libraries' sines and exponentials differ in the last bit from machine to machine; now and then such a bit moves a
coordinate by a millimetre or a house across a limit. These are the same everywhere, since IEEE 754 fixes the operations
that they are made of. For the same reason the generator draws uniform numbers only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from network.columns import Float64

_TERMS = 8
_BELL_END = 16.0


def sine(angle_rad: Any) -> Float64:
    """Sine of any angles, to 1e-11 within a few thousand turns."""
    turns = np.asarray(angle_rad, dtype=np.float64) / (2 * np.pi)
    turns = turns - np.floor(turns + 0.5)
    folded = np.where(turns > 0.25, 0.5 - turns, np.where(turns < -0.25, -0.5 - turns, turns))
    angle = folded * (2 * np.pi)
    square = angle * angle
    series = np.ones_like(angle)
    for term in range(_TERMS, 0, -1):
        series = 1.0 - square / (2 * term * (2 * term + 1)) * series
    value: Float64 = angle * series
    return value


def cosine(angle_rad: Any) -> Float64:
    """Cosine of any angles, to 1e-11 within a few thousand turns."""
    return sine(np.asarray(angle_rad, dtype=np.float64) + np.pi / 2)


def distance(dx: Any, dy: Any) -> Float64:
    """Length of vectors."""
    x, y = np.asarray(dx, dtype=np.float64), np.asarray(dy, dtype=np.float64)
    length: Float64 = np.sqrt(x * x + y * y)
    return length


def bell(square: Any) -> Float64:
    """Nearly exp(-square / 2), from 1 at the middle to exactly 0 at a distance of four and beyond."""
    rest = np.maximum(1.0 - np.asarray(square, dtype=np.float64) / _BELL_END, 0.0)
    for _ in range(3):
        rest = rest * rest
    value: Float64 = rest
    return value


def spread(rng: np.random.Generator, deviation: float, count: int) -> Float64:
    """Numbers heaped around 0 with a standard deviation, never beyond three of them: sums of three uniform ones."""
    drawn = rng.uniform(-1.0, 1.0, (3, count))
    value: Float64 = (drawn[0] + drawn[1] + drawn[2]) * deviation
    return value
