"""Who did something to an alarm last, and what: with several consoles that may be somebody in another room. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.messages import Words
from app.telemetry.alarm_events import ACTS, AlarmEvent, Deed
from app.telemetry.quantities import Quantity
from app.times import CITY_TIME, utc_of
from app.ui.live.limit_typed import note_words

TOLD: Final = ACTS | {Deed.LIMIT}
"""Codes of the catalogue's section ``alarm_deed``."""


def last_deeds(events: Iterable[AlarmEvent]) -> dict[str, AlarmEvent]:
    """The last thing that a person did to each alarm, by its id; *events* the oldest first."""
    return {event.alarm: event for event in events if event.actor and event.what in TOLD}


def deed_words(words: Words, done: AlarmEvent, quantity: Quantity, now_ms: int) -> str:
    """Who did what, when, and what was said of it: ``Acknowledged by wang, 10:05: on the way``."""
    moment, now = (utc_of(each).astimezone(CITY_TIME) for each in (done.at_ms, now_ms))
    time = f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%m-%d %H:%M}"
    said = words.say("alarm_deed", done.what.value, {"who": done.actor, "time": time})
    if not done.note:
        return said
    return words.say("alarm_deed", "said", {"done": said, "note": note_words(words, done.note, quantity)})
