"""What a main is made of, as far as repairing it differs, read from the words in which cities record it."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

from network.units import is_plastic


class Family(StrEnum):
    """Materials that are mended alike."""

    IRON = "iron"
    STEEL = "steel"
    CONCRETE = "concrete"
    PLASTIC = "plastic"


_WORDS: Final = (
    (Family.CONCRETE, ("混凝土", "水泥", "pccp", "concrete")),
    (Family.IRON, ("铸铁", "球墨", "iron")),
    (Family.STEEL, ("钢", "steel", "galvan")),
)
"""The first that is found in the name holds: a steel cylinder in concrete (预应力钢筒混凝土) is mended as concrete."""
_CODES: Final = {"di": Family.IRON, "dip": Family.IRON, "ci": Family.IRON, "st": Family.STEEL, "sp": Family.STEEL}
"""Short codes stand as the whole name."""


@lru_cache(maxsize=256)
def family_of(material: str) -> Family | None:
    """How a main of *material* is mended; None where the word is not known or nothing is recorded.

    >>> family_of("球墨铸铁"), family_of("预应力钢筒混凝土"), family_of("prestressed_concrete"), family_of("")
    (<Family.IRON: 'iron'>, <Family.CONCRETE: 'concrete'>, <Family.CONCRETE: 'concrete'>, None)
    """
    name = material.strip().casefold()
    if not name:
        return None
    # "steel lined with PE" is steel.
    found = next((family for family, words in _WORDS if any(word in name for word in words)), _CODES.get(name))
    return found or (Family.PLASTIC if is_plastic(material) else None)
