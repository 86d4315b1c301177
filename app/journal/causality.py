"""Who knew what: causality without clocks.

An author knew an earlier event exactly when they share the device, or the event's ``hub_seq`` does not exceed the
author's *base*, or the author's device began as a copy of a journal that held it (a workspace that was copied or
restored goes on under a new device id, whose first event says what the copy held).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Lineage = Mapping[str, Mapping[str, int]]
"""For each device that began as a copy: the last event of each device that the copy held."""


@dataclass(frozen=True)
class Standing:
    """What of an event decides who knew it, and whom its author knew."""

    dev: str
    dev_seq: int
    base: int
    hub_seq: int | None


def knew(later: Standing, earlier: Standing, lineage: Lineage) -> bool:
    """Whether the author of *later* had seen *earlier*."""
    if later.dev == earlier.dev:
        return earlier.dev_seq < later.dev_seq
    if earlier.hub_seq is not None and earlier.hub_seq <= later.base:
        return True
    return lineage.get(later.dev, {}).get(earlier.dev, 0) >= earlier.dev_seq
