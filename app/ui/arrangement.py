"""How wide the sides are, by the room that the window has (visual spec, layout)."""

from __future__ import annotations

from dataclasses import dataclass

from app.ui.desks import DISPATCH, FIELD, OUTAGES, PLAN, PRESSURE

TABS_BELOW_PX = 1600


@dataclass(frozen=True)
class Arrangement:
    """Widths in px of both sides, and whether the inspector shows one group of its sections at a time."""

    left: int
    right: int
    tabs: bool


def arrangement_for(width_px: int, desk: str = PLAN) -> Arrangement:
    """What fits a window of *width_px* with *desk* in front."""
    if desk == FIELD:
        # Gloves want width; the right side is not there.
        return Arrangement(604, 400, tabs=True)
    if desk == PRESSURE and width_px >= TABS_BELOW_PX:
        # Trends want width more than the map does.
        return Arrangement(440, round(width_px * 0.42), tabs=False)
    if width_px >= 1880:
        return Arrangement(424, 472, tabs=False) if desk in {DISPATCH, OUTAGES} else Arrangement(520, 468, tabs=False)
    if width_px >= TABS_BELOW_PX:
        return Arrangement(440, 440, tabs=False)
    return Arrangement(360, 400, tabs=True)
