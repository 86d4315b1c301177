"""How wide the sides are, by the room that the window has (visual spec, layout)."""

from __future__ import annotations

from dataclasses import dataclass

TABS_BELOW_PX = 1600


@dataclass(frozen=True)
class Arrangement:
    """Widths in px of both sides, and whether the inspector shows one group of its sections at a time."""

    left: int
    right: int
    tabs: bool


def arrangement_for(width_px: int) -> Arrangement:
    """What fits a window of *width_px*."""
    if width_px >= 1880:
        return Arrangement(520, 468, tabs=False)
    if width_px >= TABS_BELOW_PX:
        return Arrangement(440, 440, tabs=False)
    return Arrangement(360, 400, tabs=True)
