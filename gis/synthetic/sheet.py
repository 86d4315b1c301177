"""Lines and rectangles of the plan sheet, and how land is cut into smaller pieces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from network.columns import NO_INDEX, Bool, Float64, Int8, Int32, Int64

UNIT_M = 24.0
"""Streets are cut on multiples of this, so that two streets meeting a road from both sides meet or stay apart."""


class Level(IntEnum):
    """What a line carries: from feeder to the lane in front of a house."""

    TRUNK = 0
    ARTERIAL = 1
    COLLECTOR = 2
    STREET = 3
    SPINE = 4
    RIB = 5
    LINK = 6


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight lines of the sheet.

    Attributes:
        vertical: Shape (n,), True for a north-south line.
        at_m: Shape (n,), its x if vertical, else its y.
        level: Shape (n,), :class:`Level`.
        parent: Shape (n,), for a trunk main the arterial that it runs beside, else -1.
    """

    vertical: Bool
    at_m: Float64
    level: Int8
    parent: Int32

    def __len__(self) -> int:
        return len(self.at_m)


class LineStock:
    """Gathers lines while the sheet is drawn; ids are given in the order of drawing."""

    def __init__(self) -> None:
        self._parts: list[Lines] = []
        self._count = 0

    def add(self, vertical: Bool, at_m: Float64, level: Level, parent: Int32 | None = None) -> Int64:
        """Draw lines; returns their ids."""
        ids = np.arange(self._count, self._count + len(at_m), dtype=np.int64)
        owner = np.full(len(at_m), NO_INDEX, dtype=np.int32) if parent is None else parent
        levels = np.full(len(at_m), level, dtype=np.int8)
        self._parts.append(Lines(np.asarray(vertical, bool), np.asarray(at_m, float), levels, owner))
        self._count += len(at_m)
        return ids

    def drawn(self) -> Lines:
        """Everything drawn so far."""
        parts = self._parts
        return Lines(
            np.concatenate([part.vertical for part in parts]),
            np.concatenate([part.at_m for part in parts]),
            np.concatenate([part.level for part in parts]),
            np.concatenate([part.parent for part in parts]),
        )


@dataclass(frozen=True, eq=False)
class Rects:
    """Rectangles of land between lines.

    Attributes:
        bounds_m: Shape (n, 4): x from, x to, y from, y to.
        sides: Shape (n, 4), line ids: west, east, south, north.
        parent: Shape (n,), the rectangle that it was cut from.
    """

    bounds_m: Float64
    sides: Int64
    parent: Int64

    def __len__(self) -> int:
        return len(self.bounds_m)

    def take(self, rows: Int64 | Bool) -> Rects:
        """Some of them."""
        return Rects(self.bounds_m[rows], self.sides[rows], self.parent[rows])

    @property
    def centre_m(self) -> Float64:
        """Shape (n, 2)."""
        return np.stack([self.bounds_m[:, :2].mean(1), self.bounds_m[:, 2:].mean(1)], axis=1)

    @property
    def size_m(self) -> Float64:
        """Shape (n, 2): width and height."""
        return np.stack([self.bounds_m[:, 1] - self.bounds_m[:, 0], self.bounds_m[:, 3] - self.bounds_m[:, 2]], axis=1)


def counter(lengths: Int64) -> tuple[Int64, Int64]:
    """Owner and position within the owner of each of ``lengths.sum()`` things."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return owner, within


def slice_rects(
    rects: Rects, pieces: Int64, across_x: Bool, level: Level, stock: LineStock, rng: np.random.Generator
) -> Rects:
    """Cut each rectangle into *pieces* along x where *across_x*, else along y, unevenly, with new lines between.

    ``parent`` of the pieces is the row of the rectangle in *rects*.
    """
    owner, within = counter(pieces)
    low_column = np.where(across_x, 0, 2)[owner]
    rows = np.arange(len(owner))
    low, high = rects.bounds_m[owner, low_column], rects.bounds_m[owner, low_column + 1]
    share = (within + 1 + rng.uniform(-0.22, 0.22, len(owner))) / pieces[owner]
    last = within == pieces[owner] - 1
    ends = np.where(last, high, np.round((low + (high - low) * share) / UNIT_M) * UNIT_M)
    starts = np.where(within == 0, low, np.roll(ends, 1))
    cut = ~last
    drawn = np.zeros(len(owner), dtype=np.int64)
    drawn[cut] = stock.add(across_x[owner][cut], ends[cut], level)
    bounds, sides = rects.bounds_m[owner].copy(), rects.sides[owner].copy()
    bounds[rows, low_column], bounds[rows, low_column + 1] = starts, ends
    inner = within > 0
    sides[rows[inner], low_column[inner]] = np.roll(drawn, 1)[inner]
    sides[rows[cut], low_column[cut] + 1] = drawn[cut]
    return Rects(bounds, sides, owner.astype(np.int64))


def subdivide(rects: Rects, target_m: Float64, level: Level, stock: LineStock, rng: np.random.Generator) -> Rects:
    """Cut rectangles into strips and the strips into pieces of about *target_m* (per rectangle) a side.

    Strips run north-south or east-west at random, each is cut for itself: most crossings become tees.
    ``parent`` of the pieces is the row in *rects*.
    """
    lengthwise = rng.random(len(rects)) < 0.5
    size = rects.size_m
    strips = _pieces(np.where(lengthwise, size[:, 0], size[:, 1]), target_m, rng)
    strip = slice_rects(rects, strips, lengthwise, level, stock, rng)
    crosswise = ~lengthwise[strip.parent]
    along = np.where(crosswise, strip.size_m[:, 0], strip.size_m[:, 1])
    cut = slice_rects(strip, _pieces(along, target_m[strip.parent], rng), crosswise, level, stock, rng)
    return replace(cut, parent=strip.parent[cut.parent])


def _pieces(length_m: Float64, target_m: Float64, rng: np.random.Generator) -> Int64:
    wanted = length_m / target_m * rng.uniform(0.85, 1.2, len(length_m))
    return np.clip(np.round(wanted), 1, np.maximum(1, length_m // (3 * UNIT_M))).astype(np.int64)
