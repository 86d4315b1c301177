"""Ways along pipes and their long sections, as records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.columns import Float64, Int32


@dataclass(frozen=True, eq=False)
class Route:
    """A way along pipes, in its order.

    Attributes:
        pipe: Shape (k,), pipe rows.
        from_m, to_m: Shape (k,), measures on each pipe; from_m above to_m where the way runs against it.
        devices: Device rows that it passes, in order.
        device_at_m: Shape (devices,), how far along the way each stands.
    """

    pipe: Int32
    from_m: Float64
    to_m: Float64
    devices: tuple[int, ...]
    device_at_m: Float64

    @property
    def length_m(self) -> float:
        """Of the whole way."""
        return float(np.abs(self.to_m - self.from_m).sum())


@dataclass(frozen=True)
class Stretch:
    """One pipe, as far as the way follows it.

    Attributes:
        pipe: Pipe row.
        start_m, end_m: Measures along the way.
    """

    pipe: int
    start_m: float
    end_m: float


@dataclass(frozen=True, eq=False)
class LongSection:
    """Heights along a way. Each stretch has two places, so that a step between two pipes shows.

    Attributes:
        at_m: Shape (k,), measure along the way, not falling.
        ground_m: Shape (k,), ground level; NaN where it is not known.
        cover_m: Shape (k,), depth of the pipe's crown under the ground; NaN where it is not recorded.
        head_m: Shape (k,), head of water over the same datum; NaN where there is none, or no hydraulics.
        stretches: In order.
        devices: Device rows in order.
        device_at_m: Shape (devices,), measure of each.
    """

    at_m: Float64
    ground_m: Float64
    cover_m: Float64
    head_m: Float64
    stretches: tuple[Stretch, ...]
    devices: tuple[int, ...]
    device_at_m: Float64

    @property
    def length_m(self) -> float:
        """Of the whole way."""
        return float(self.at_m[-1]) if len(self.at_m) else 0.0

    @property
    def crown_m(self) -> Float64:
        """Shape (k,), level of the pipe's crown; NaN where ground or cover is not known."""
        return self.ground_m - self.cover_m
