"""How wide the sides are, by the room that the window has (visual spec, layout)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.ui.desks import DISPATCH, FIELD, OUTAGES, PLAN, PRESSURE

TABS_BELOW_PX = 1600
_HIGH_PX, _WALL_PX = 1000, 330
_TRENDS_PX = 500


@dataclass(frozen=True)
class Arrangement:
    """Widths in px of both sides, whether the inspector shows a group of its sections at a time, the height below."""

    left: int
    right: int
    tabs: bool
    below: int = 222


def arrangement_for(width_px: int, desk: str = PLAN, height_px: int = 0) -> Arrangement:
    """What fits a window of *width_px* and *height_px* with *desk* in front."""
    if desk == FIELD:
        # Gloves want width; the right side is not there.
        return Arrangement(604, 400, tabs=True)
    if desk == PRESSURE and width_px >= TABS_BELOW_PX:
        # Trends want width more than the map does.
        wanted = Arrangement(440, round(width_px * 0.42), tabs=False)
        # Three rows of a wall of some twenty stations.
        return replace(wanted, below=_WALL_PX) if height_px >= _HIGH_PX else wanted
    if desk == PRESSURE:
        return Arrangement(340, max(_TRENDS_PX, round(width_px * 0.38)), tabs=True)
    if width_px >= 1880:
        return Arrangement(424, 472, tabs=False) if desk in {DISPATCH, OUTAGES} else Arrangement(520, 468, tabs=False)
    if width_px >= TABS_BELOW_PX:
        return Arrangement(440, 440, tabs=False)
    return Arrangement(360, 400, tabs=True)
