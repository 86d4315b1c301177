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
        night_ms: When the last night since the burst began, that is over, began; None where there was none yet.
        night_m3_h: Its mean; NaN where a meter was silent.
        usual_m3_h, spread_m3_h: Of the nights before the burst, and how far these stray (standard deviation); NaN
            where too few of them are known.
        over_m3_h: Inflow since then, until it was told, over what the same times of the week usually have; NaN unknown.
    """

    area: str
    night_ms: int | None
    night_m3_h: float
    usual_m3_h: float
    spread_m3_h: float
    over_m3_h: float

    @property
    def is_high(self) -> bool:
        """Whether the night was far above the usual ones: more than three times what they stray."""
        return self.night_m3_h - self.usual_m3_h > 3.0 * max(self.spread_m3_h, 0.01 * self.usual_m3_h)
