"""What complaints say, in the operator's words; shared by window and command line."""

from __future__ import annotations

from datetime import datetime

from app.messages import Words
from app.messages.formats import number
from app.public.calls import Warned
from app.times import CITY_TIME


def short_moment(at_ms: int) -> str:
    """Day and minute on the city's clocks."""
    return f"{datetime.fromtimestamp(at_ms / 1000, CITY_TIME):%m-%d %H:%M}"


def warned_text(one: Warned, words: Words) -> str:
    """A cluster of complaints in one sentence."""
    detail: dict[str, str | int] = {
        "kind": words.say("complaint_kind", one.kind.value),
        "place": one.place,
        "zone": words.say("scan_zone", one.level),
        "count": one.count,
        "expected": number(one.expected, 2),
        "since": short_moment(one.since_ms),
    }
    return words.say("complaint_cli", "warned", detail)
