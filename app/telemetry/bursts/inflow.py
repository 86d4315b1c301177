"""What flow meters tell of an area: a record apart from its search, which the window shows and does not make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WHOLE_CITY: Final = ""


@dataclass(frozen=True)
class InflowTold:
    """What flows into one area.

    Attributes:
        area: Id of the DMA; ``WHOLE_CITY`` for all that sources give.
        night_m3_h, usual_m3_h, spread_m3_h: Last night's lowest hours, those of the nights before, and how far these
            stray (standard deviation); NaN where too few nights are known.
        over_m3_h: Inflow since the moment in question over what the same times of the week usually have; NaN unknown.
    """

    area: str
    night_m3_h: float
    usual_m3_h: float
    spread_m3_h: float
    over_m3_h: float

    @property
    def is_high(self) -> bool:
        """Whether the night was far above the usual ones: more than three times what they stray."""
        return self.night_m3_h - self.usual_m3_h > 3.0 * max(self.spread_m3_h, 0.01 * self.usual_m3_h)
