"""What colours of mains tell, as an operator has chosen it: limits or values, and the scale of colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from network.columns import Int64

MOST_LIMITS: Final = 4
"""With one band more than limits every scale has a colour for each band."""
GREATEST_LIMIT: Final = 4_000
"""The widest main in millimetres; ages and counts of customers on a main stay far below."""


class Ramp(StrEnum):
    """Scales of colours that any eye tells apart, as a theme names them: two from faint to strong, one of kinds."""

    SIZE = "ramp_size"
    LOSS = "ramp_loss"
    KINDS = "ramp_kinds"


COLOURS_OF: Final = MappingProxyType({Ramp.SIZE: 5, Ramp.LOSS: 5, Ramp.KINDS: 6})
"""How many colours each scale has."""


@dataclass(frozen=True)
class ColourRule:
    """One rule; of *limits* and *values* the one that suits the attribute counts.

    Attributes:
        limits: For numbers: where one band ends and the next begins, ascending, at most :data:`MOST_LIMITS`.
        values: For kinds: the number of each value's colour in the scale, from 1 on; values without one stay grey.
        ramp: The scale.
        turned: For numbers: the smallest in the strongest colour.
    """

    limits: tuple[int, ...] = ()
    values: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    ramp: Ramp = Ramp.SIZE
    turned: bool = False

    def levels(self) -> Int64:
        """The colour's number of each band, the lowest band first: spread over the whole scale."""
        bands, colours = len(self.limits) + 1, COLOURS_OF[self.ramp]
        if self.ramp is Ramp.KINDS:
            spread = np.arange(1, bands + 1)
        else:
            spread = np.round(np.linspace(1, colours, bands)).astype(np.int64) if bands > 1 else np.array([colours])
        return spread[::-1] if self.turned else spread

    def fields(self) -> dict[str, Any]:
        """As kept in settings."""
        return {
            "limits": list(self.limits),
            "values": dict(self.values),
            "ramp": str(self.ramp),
            "turned": self.turned,
        }

    @classmethod
    def of_fields(cls, kept: Mapping[str, Any]) -> ColourRule:
        """From settings.

        Raises:
            ValueError, KeyError, TypeError: They hold no rule.
        """
        ramp = Ramp(kept["ramp"])
        limits = tuple(int(limit) for limit in kept["limits"])
        if limits and not sound(limits):
            raise ValueError(f"no limits: {limits}")
        values = {str(value): int(colour) for value, colour in kept["values"].items()}
        if not all(1 <= colour <= COLOURS_OF[ramp] for colour in values.values()):
            raise ValueError(f"no colours of {ramp}: {values}")
        return cls(limits, MappingProxyType(values), ramp, bool(kept["turned"]))


def sound(limits: Sequence[int]) -> bool:
    """True where *limits* are whole numbers from 1 on that ascend, neither none nor too many."""
    ascending = all(low < high for low, high in pairwise(limits))
    return 1 <= len(limits) <= MOST_LIMITS and ascending and limits[0] >= 1 and limits[-1] <= GREATEST_LIMIT
