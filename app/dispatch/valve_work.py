"""How far a crew is at a valve, and what it found."""

from __future__ import annotations

from enum import StrEnum

from network.assets import Condition

MOST_TURNS = 2_000.0
"""House: no spindle takes more; what is typed beyond it is a slip of the finger."""


class ValveStage(StrEnum):
    """What a crew says of a valve beside its position. Words are made in app.messages (``valve_stage``)."""

    CHAMBER_OPENED = "chamber_opened"
    TURNING = "turning"
    NOT_FOUND = "not_found"
    WILL_NOT_TURN = "will_not_turn"
    PASSING = "passing"


def condition_found(stage: ValveStage) -> Condition | None:
    """What *stage* says of the valve's condition; None where nothing.

    Nobody turns what nobody finds: plans go by that as by one that is stuck.
    """
    return {
        ValveStage.NOT_FOUND: Condition.INOPERABLE,
        ValveStage.WILL_NOT_TURN: Condition.INOPERABLE,
        ValveStage.PASSING: Condition.PASSING,
    }.get(stage)
