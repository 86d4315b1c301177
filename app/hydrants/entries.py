"""What the journal says of water drawn from hydrants: kinds of events, checked on the way in, read back as entries.

Who told of it, and in which words, stands in an event's texts, outside the chain, and can be erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.journal.bodies import Bodies, Entry, Fields, is_count, is_name, is_number, one_of

USE: Final = "hydrant_use/"

MOST_M3_H: Final = 1_000.0
"""House: no hydrant gives more."""


FARTHEST_M: Final = 1e8
"""Coordinates beyond it are those of no projection."""


class UseEvent(StrEnum):
    """Kinds of events; all are named in :data:`app.journal.fold.HYDRANT_KINDS`."""

    OPENED = "hydrant.opened"
    RUNS = "hydrant.runs"
    """Somebody says that it runs still, at the time of the event."""
    ENDED = "hydrant.ended"
    WITHDRAWN = "hydrant.withdrawn"
    """It was written down by mistake: no water was drawn."""


class Purpose(StrEnum):
    """What the water is for; words are made in app.messages."""

    FIRE = "fire"
    FLUSHING = "flushing"
    STREET = "street"
    TANKER = "tanker"
    TEST = "test"
    CONSTRUCTION = "construction"
    OTHER = "other"


UseEntry = Entry[UseEvent]
"""One event about water drawn from a hydrant."""


def is_flow(value: object) -> bool:
    """A flow that a hydrant can give, m³/h."""
    return is_number(value) and 0.0 < value <= MOST_M3_H


def _is_coordinate(value: object) -> bool:
    return is_number(value) and abs(value) < FARTHEST_M


_FIELDS: Mapping[UseEvent, Fields] = {
    UseEvent.OPENED: (
        {
            "hydrant": is_name,
            "x_m": _is_coordinate,
            "y_m": _is_coordinate,
            "purpose": one_of(Purpose),
            "from_ms": is_count,
            "until_ms": is_count,
            "flow_m3_h": is_flow,
        },
        ("x_m", "y_m", "purpose", "from_ms"),
    ),
    UseEvent.RUNS: ({}, ()),
    UseEvent.ENDED: ({"until_ms": is_count}, ("until_ms",)),
    UseEvent.WITHDRAWN: ({}, ()),
}

BODIES = Bodies(_FIELDS)
"""What is written of water drawn from hydrants, and how it is read back."""
