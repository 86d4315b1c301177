"""The card of one valve: what is counted at it is said of it, and of no other."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from app.dispatch.field_task import FieldTask, Goal, ValveCard, ValveStep
from app.ui.field.card import ValveCardView
from app.ui.look import Look

CARD = ValveCard("V1", "isolation", 200, 38.0, "clockwise", 1.4, "", "", 0.0, 0.0, "open", "open", "operable")
FIRST = ValveStep(CARD, Goal.CLOSE, done=False, stage="turning")
SECOND = ValveStep(replace(CARD, valve="V2"), Goal.CLOSE, done=False)
TASK = FieldTask("incident/W1", "W1", "", True, True, True, False, False, steps=(FIRST, SECOND))


def test_turns_that_had_to_wait_are_not_said_of_the_next_valve(qtbot: QtBot) -> None:
    look = Look(language="en")
    look.apply()
    card = ValveCardView(look)
    qtbot.addWidget(card)
    said: list[tuple[str, float]] = []

    def busy(turns: float) -> None:
        """Something else is being written."""
        assert card.step is not None
        said.append((card.step.valve, turns))
        card.tell_later()

    card.counted.connect(busy)
    card.show_step(TASK, FIRST, None)
    card.many.click()
    card.show_step(TASK, SECOND, None)
    assert card.take_turns() is None
    assert said == [("V1", 5.0)]
