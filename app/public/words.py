"""What complaints say, in the operator's words; shared by window and command line."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from app.messages import Words
from app.messages.formats import number
from app.public.callbacks import CallbackResult
from app.public.calls import Warned
from app.public.found import NOT_NOW, Cause, CauseKind, Fares
from app.telemetry.nearby import Measured
from app.times import CITY_TIME


def short_moment(at_ms: int) -> str:
    """Day and minute on the city's clocks."""
    return f"{datetime.fromtimestamp(at_ms / 1000, CITY_TIME):%m-%d %H:%M}"


def cause_text(cause: Cause, words: Words, moment: Callable[[int], str]) -> str:
    """Why somebody has no water, until when, and who is there; *moment* says when."""
    reason = words.name("incident_kind", cause.reason) if cause.kind is CauseKind.INCIDENT else cause.reason
    detail: dict[str, str | int] = {"number": cause.number, "reason": reason, "crews": ", ".join(cause.crews)}
    times = {"from": cause.from_ms, "until": cause.until_ms, "expected": cause.expected_ms}
    detail |= {name: "" if at is None else moment(at) for name, at in times.items()}
    said = [words.say("hotline", cause.kind.value, detail)]
    if cause.overdue:
        said.append(words.say("hotline", "overdue"))
    if cause.fares is not Fares.OUT and cause.kind not in NOT_NOW - {CauseKind.AHEAD} | {CauseKind.LAPSED}:
        said.append(words.say("hotline", f"by_{cause.fares.value}"))
    return words.say("hotline", "between").join(said)


def near_text(one: Measured, words: Words) -> str:
    """A pressure measured near somebody who calls."""
    value = "–" if math.isnan(one.pressure_mpa) else number(one.pressure_mpa, 3)
    standing = words.say("standing", one.standing.name.lower())
    detail: dict[str, str | int] = {"name": one.name, "away": number(one.away_m), "value": value, "standing": standing}
    return words.say("hotline", "near", detail)


def callback_text(one: CallbackResult, words: Words) -> str:
    """What a callback found, or what became of a suggestion."""
    if one.rule == "C6":
        until = "" if one.put_off_ms is None else short_moment(one.put_off_ms)
        return words.say("callback_result", "put_off" if until else "dealt_with", {"until": until})
    found = words.say("callback_result", "reached") if one.mood is None else words.say("callback_mood", one.mood.value)
    return f"{found} · {words.say('callback_result', 'suggested')}" if one.suggested else found


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
