"""Lines of stretches of pipe, cut from the pipes' drawn lines."""

from __future__ import annotations

import numpy as np

from network.answers import PipeParts
from network.columns import Float64
from network.topology import City


def stretch_lines(city: City, parts: PipeParts) -> list[Float64]:
    """One line for each of *parts*, in their order, from start to end.

    A pipe's recorded length and its drawn length may differ (an INP states lengths): places are taken in proportion.

    Returns:
        Arrays of shape (vertices, 2), project CRS, at least two vertices each.
    """
    lengths_m = city.network.pipes.length_m
    return [
        cut_line(pipe_line(city, int(pipe)), *_fractions(start, end, float(lengths_m[pipe])))
        for pipe, start, end in zip(parts.pipe, parts.start_m, parts.end_m, strict=True)
    ]


def pipe_line(city: City, pipe: int) -> Float64:
    """The drawn line of *pipe*: shape (vertices, 2), from its from_node to its to_node."""
    offsets = city.shapes.offsets
    return city.shapes.xy_m[int(offsets[pipe]) : int(offsets[pipe + 1])]


def place_on_pipe(city: City, pipe: int, offset_m: float) -> tuple[float, float]:
    """Where a place on a pipe is on the map (x, y)."""
    fraction, _ = _fractions(offset_m, offset_m, float(city.network.pipes.length_m[pipe]))
    x_m, y_m = cut_line(pipe_line(city, pipe), fraction, fraction)[0]
    return float(x_m), float(y_m)


def _fractions(start_m: float, end_m: float, length_m: float) -> tuple[float, float]:
    return (start_m / length_m, end_m / length_m) if length_m > 0.0 else (0.0, 1.0)


def cut_line(line: Float64, start: float, end: float) -> Float64:
    """The part of *line* between two fractions of its length, each from 0 to 1.

    >>> cut_line(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]), 0.25, 0.75).tolist()
    [[5.0, 0.0], [10.0, 0.0], [10.0, 5.0]]
    """
    measure = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    start_m, end_m = start * measure[-1], end * measure[-1]
    inside = line[(measure > start_m) & (measure < end_m)]
    ends = np.column_stack([np.interp([start_m, end_m], measure, line[:, axis]) for axis in (0, 1)])
    return np.concatenate([ends[:1], inside, ends[1:]])
