"""Parts of one view: painted before its tiles, which reach beyond its edges and together take twice as long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from gis.scene.view import MapView

PART_PIXELS = 2**20
"""So many device pixels has a part at most: they pass through memory that two processes share."""
STEP_PX = 4
"""Parts begin at multiples of so many logical pixels, as tiles do: when those are there nothing moves."""


@dataclass(frozen=True)
class PartKey:
    """An upright strip of one view.

    Attributes:
        revision: Which content and theme it shows.
        m_per_px: Scale, metres a logical pixel.
        dpr: Device pixels in a logical pixel.
        left_px, bottom_px: Its lower left corner, logical pixels from the project CRS's origin.
        width_px, height_px: Logical pixels.
    """

    revision: int
    m_per_px: float
    dpr: float
    left_px: int
    bottom_px: int
    width_px: int
    height_px: int

    @property
    def view(self) -> MapView:
        """The viewport of the part's picture."""
        middle_px = self.left_px + self.width_px / 2, self.bottom_px + self.height_px / 2
        centre = middle_px[0] * self.m_per_px, middle_px[1] * self.m_per_px
        return MapView(*centre, self.m_per_px, self.width_px, self.height_px, self.dpr)

    @property
    def inner_view(self) -> MapView:
        """Its view without what a part has beyond the edges of the view that it belongs to."""
        view = self.view
        return view.resized(max(view.width_px - 2 * STEP_PX, 1), max(view.height_px - 2 * STEP_PX, 1), view.dpr)


def parts_of(view: MapView, revision: int) -> tuple[PartKey, ...]:
    """The parts that cover a view, from left to right."""
    seen = view.bounds
    # A pixel more on every side: where they are drawn they are moved to whole device pixels.
    left, right = seen.x_min / view.m_per_px - 1, seen.x_max / view.m_per_px + 1
    bottom, top = seen.y_min / view.m_per_px - 1, seen.y_max / view.m_per_px + 1
    first, last = math.floor(left / STEP_PX), math.ceil(right / STEP_PX)
    low, high = math.floor(bottom / STEP_PX), math.ceil(top / STEP_PX)
    tall_px = (high - low) * STEP_PX
    most = max(int(PART_PIXELS / view.dpr**2) // tall_px // STEP_PX, 1)
    count = math.ceil((last - first) / most)
    edges = [first + (last - first) * number // count for number in range(count + 1)]
    return tuple(
        PartKey(revision, view.m_per_px, view.dpr, start * STEP_PX, low * STEP_PX, (end - start) * STEP_PX, tall_px)
        for start, end in pairwise(edges)
    )


def cover(parts: tuple[PartKey, ...], view: MapView) -> bool:
    """True where *parts*, neighbours of one view, show all of *view* at its own scale."""
    if not parts or (parts[0].m_per_px, parts[0].dpr) != (view.m_per_px, view.dpr):
        return False
    seen, lower, upper = view.bounds, parts[0].view.bounds, parts[-1].view.bounds
    return (
        lower.x_min <= seen.x_min
        and lower.y_min <= seen.y_min
        and upper.x_max >= seen.x_max
        and upper.y_max >= seen.y_max
    )
