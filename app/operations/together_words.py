"""Several shutdowns at once, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.messages import Words
from app.messages.formats import clock_time, date, number
from app.operations.running_beside import Beside
from app.operations.together import over, refusal
from network.answers import Note
from network.supply import SupplyModel
from network.together_records import Conflict, ConflictKind, Interval


def as_lines(model: SupplyModel, found: Beside, words: Words, now: datetime) -> Iterator[str]:
    """The answer for a terminal, the times in the zone of *now*."""
    together = found.together
    if not together.intervals:
        yield words.say("together", "nothing")
    if not model.supplied.any():
        yield words.say("note", Note.NO_SOURCE)
    ended = over(together, now)
    if ended:
        yield words.say("together", "over", {"ids": words.say("together", "and").join(ended)})
    for one in found.running:
        yield words.say("together", "running", {"id": one.id, "until": _moment(one.end, words, now)})
    for refused in found.left_out:
        code = "valve_left_out" if refused.device >= 0 else "emergency_left_out"
        yield words.say("together", code, {"sentence": refusal(model, refused, words)})
    for interval in together.intervals:
        yield from _interval(model, interval, words, now)


def _interval(model: SupplyModel, interval: Interval, words: Words, now: datetime) -> Iterator[str]:
    yield words.say(
        "together",
        "interval",
        {
            "start": _moment(interval.start, words, now),
            "end": _moment(interval.end, words, now),
            "active": words.say("together", "and").join(interval.active),
            "out": number(len(interval.effect.out)),
            "on_storage": number(len(interval.effect.on_storage)),
        },
    )
    if len(interval.lost_together):
        yield "   " + words.say("together", "lost_together", {"count": number(len(interval.lost_together))})
        customers = model.city.customers
        for row in interval.lost_together[customers.critical[interval.lost_together]].tolist():
            yield f"   ! {customers.ids[row]} {customers.name[row]} {customers.address[row]}".rstrip()
    for conflict in interval.conflicts:
        yield "   " + _conflict(model, conflict, words)


def _moment(moment: datetime, words: Words, now: datetime) -> str:
    """Day and time on the clock that *now* is read from; the year where it is another."""
    local = moment.astimezone(now.tzinfo)
    return f"{date(local, words.language, with_year=local.year != now.year)} {clock_time(local)}"


def _conflict(model: SupplyModel, conflict: Conflict, words: Words) -> str:
    first, *others = conflict.shutdowns
    code: str = conflict.kind.value
    if conflict.kind == ConflictKind.WATER_AT_TARGET and not others:
        code = "water_comes_in_any_case"
    elif conflict.kind == ConflictKind.CUTS_SUPPLY and not conflict.valves:
        code = "only_together_cut_supply"
    return words.say(
        "conflict",
        code,
        {
            "first": first,
            "others": words.say("together", "and").join(others),
            "valves": " ".join(model.city.network.devices.ids[row] for row in conflict.valves),
            "count": number(len(conflict.customers)),
            "crew": conflict.crew,
        },
    )
