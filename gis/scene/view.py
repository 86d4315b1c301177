"""Where the map looks: an immutable viewport and its transform between metres and pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from network.columns import Float64

NEAREST_M_PER_PX = 0.02
FARTHEST_M_PER_PX = 2_000.0
SNAPPED_FROM_M_PER_PX = 3.0
"""From here on views come to rest at powers of the square root of two: their tiles are costly, and are kept."""


class Bounds(NamedTuple):
    """A rectangle in metres."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float

    def grown(self, by_m: float) -> Bounds:
        """The rectangle with *by_m* more on every side."""
        return Bounds(self.x_min - by_m, self.y_min - by_m, self.x_max + by_m, self.y_max + by_m)

    def union(self, other: Bounds) -> Bounds:
        """The smallest rectangle around both."""
        return Bounds(
            min(self.x_min, other.x_min),
            min(self.y_min, other.y_min),
            max(self.x_max, other.x_max),
            max(self.y_max, other.y_max),
        )

    @property
    def centre(self) -> tuple[float, float]:
        """Middle point (x, y)."""
        return (self.x_min + self.x_max) / 2, (self.y_min + self.y_max) / 2


@dataclass(frozen=True)
class MapView:
    """A viewport: what stands in the middle, how fine, and how large the picture is.

    Attributes:
        centre_x_m, centre_y_m: Place in the middle of the picture.
        m_per_px: Metres in one logical pixel.
        width_px, height_px: Logical pixels.
        dpr: Device pixels in one logical pixel.
    """

    centre_x_m: float
    centre_y_m: float
    m_per_px: float
    width_px: int
    height_px: int
    dpr: float = 1.0

    @classmethod
    def fitting(
        cls, bounds: Bounds, width_px: int, height_px: int, *, dpr: float = 1.0, margin: float = 0.06
    ) -> MapView:
        """The view that shows all of *bounds* with *margin* (a fraction of the picture) on every side."""
        room = max(1.0 - 2 * margin, 0.1)
        scale = max(
            (bounds.x_max - bounds.x_min) / (max(width_px, 1) * room),
            (bounds.y_max - bounds.y_min) / (max(height_px, 1) * room),
        )
        x_m, y_m = bounds.centre
        return cls(float(x_m), float(y_m), _clamped(float(scale) if scale > 0 else 0.5), width_px, height_px, dpr)

    @property
    def size(self) -> tuple[int, int, float]:
        """Width and height in logical pixels, and device pixels in one of them."""
        return self.width_px, self.height_px, self.dpr

    @property
    def bounds(self) -> Bounds:
        """What is visible."""
        half_w, half_h = self.width_px * self.m_per_px / 2, self.height_px * self.m_per_px / 2
        return Bounds(
            self.centre_x_m - half_w, self.centre_y_m - half_h, self.centre_x_m + half_w, self.centre_y_m + half_h
        )

    def to_px(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Pixel (x right, y down) of a place."""
        return (
            (x_m - self.centre_x_m) / self.m_per_px + self.width_px / 2,
            (self.centre_y_m - y_m) / self.m_per_px + self.height_px / 2,
        )

    def to_m(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Place under a pixel."""
        return (
            self.centre_x_m + (x_px - self.width_px / 2) * self.m_per_px,
            self.centre_y_m - (y_px - self.height_px / 2) * self.m_per_px,
        )

    def many_to_px(self, xy_m: np.ndarray) -> Float64:
        """Pixels of places.

        Args:
            xy_m: Shape (..., 2) or (..., 4) (two points a row), any float type.

        Returns:
            The same shape, float64, C-contiguous, so that Qt can read it in place.
        """
        pairs = xy_m.shape[-1] // 2
        right, down = self.to_px(0.0, 0.0)
        scale = np.array([1 / self.m_per_px, -1 / self.m_per_px] * pairs)
        shift = np.array([right, down] * pairs)
        px: Float64 = np.multiply(xy_m, scale, dtype=np.float64)
        px += shift
        return px

    def relative_to(self, x_m: float, y_m: float) -> MapView:
        """The same view in coordinates whose origin is (x_m, y_m)."""
        return replace(self, centre_x_m=self.centre_x_m - x_m, centre_y_m=self.centre_y_m - y_m)

    def panned(self, right_px: float, down_px: float) -> MapView:
        """The view after the picture was dragged by so many pixels."""
        return replace(
            self,
            centre_x_m=self.centre_x_m - right_px * self.m_per_px,
            centre_y_m=self.centre_y_m + down_px * self.m_per_px,
        )

    def zoomed(self, factor: float, x_px: float, y_px: float) -> MapView:
        """The view *factor* times as fine (2: twice as near); the place under the pixel stays there."""
        x_m, y_m = self.to_m(x_px, y_px)
        scale = _clamped(self.m_per_px / factor)
        return replace(
            self,
            m_per_px=scale,
            centre_x_m=x_m - (x_px - self.width_px / 2) * scale,
            centre_y_m=y_m + (y_px - self.height_px / 2) * scale,
        )

    def resized(self, width_px: int, height_px: int, dpr: float) -> MapView:
        """The same middle and scale in another size."""
        return replace(self, width_px=width_px, height_px=height_px, dpr=dpr)

    def centred(self, x_m: float, y_m: float, m_per_px: float | None = None) -> MapView:
        """The view with another place in the middle, at another scale if given."""
        scale = self.m_per_px if m_per_px is None else _clamped(m_per_px)
        return replace(self, centre_x_m=x_m, centre_y_m=y_m, m_per_px=scale)


def snapped_m_per_px(m_per_px: float, *, coarser: bool = False) -> float:
    """The scale at which a view of *m_per_px* comes to rest: as it is when near, else the nearest power of √2.

    With *coarser* the next such scale that shows at least as much.
    """
    if m_per_px < SNAPPED_FROM_M_PER_PX:
        return m_per_px
    steps = 2 * math.log2(m_per_px)
    step = math.ceil(steps - 1e-9) if coarser else round(steps)
    return _clamped(2.0 ** (step / 2))


def _clamped(m_per_px: float) -> float:
    return min(max(m_per_px, NEAREST_M_PER_PX), FARTHEST_M_PER_PX)


def scale_bar_m(m_per_px: float, longest_px: float = 140.0) -> float:
    """Length of the longest scale bar of 1, 2 or 5 times a power of ten metres that fits into *longest_px*."""
    room_m = m_per_px * longest_px
    power = 10.0 ** math.floor(math.log10(room_m))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= room_m * (1 + 1e-9))
