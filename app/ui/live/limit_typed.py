"""An alarm as somebody types it, read into what is watched or into what is wrong with it. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from app.messages import Words, formats
from app.telemetry.alarms import NOBODY, Limit, Side
from app.telemetry.channels import Channel
from app.telemetry.quantities import Quantity
from app.telemetry.setup_watch import BETWEEN, NOTE_PARTS
from app.ui.live.moments import number_said
from app.ui.live.rows import on_screen, shown

LONGEST_DELAY_S: Final = 24 * 3600
"""House value: what lasts for less than a day and is not told is no alarm."""
LONGEST_AGAIN_MIN: Final = 7 * 24 * 60
LONGEST_NAME: Final = 60
_USUAL_DELAY_S: Final = 30
"""House value for a new alarm: three readings of an instrument that sends every ten seconds."""
_FIELDS: Final = {
    "level": "limit",
    "deadband": "deadband",
    "on_s": "on_delay_ms",
    "off_s": "off_delay_ms",
    "again_min": "re_alarm_ms",
}
_INSIDE: Final = {"on_s": 1000.0, "off_s": 1000.0, "again_min": 60_000.0}
"""From what is typed to what is kept; other figures by their quantity."""
_METRES: Final = frozenset({"deadband", "added", "removed", "overruled"})


@dataclass(frozen=True)
class Typed:
    """What stands in the fields, as it was typed; ``side`` and ``priority`` by their values."""

    name: str = ""
    side: str = Side.LOW.value
    level: str = ""
    deadband: str = "0"
    on_s: str = str(_USUAL_DELAY_S)
    off_s: str = str(_USUAL_DELAY_S)
    priority: str = "3"
    latches: bool = False
    again_min: str = "0"


@dataclass(frozen=True)
class Wrong:
    """What is wrong: the field, and a code of the catalogue's section ``limit_wrong`` with its parameters."""

    field: str
    code: str
    detail: Mapping[str, str]


def typed_of(limit: Limit, quantity: Quantity) -> Typed:
    """How *limit* stands in the fields, in the units on screen."""
    level = "" if limit.side is Side.SILENT else shown(quantity, limit.limit)
    return Typed(
        limit.id,
        limit.side.value,
        level,
        shown(quantity, limit.deadband),
        f"{limit.on_delay_ms / 1000:g}",
        f"{limit.off_delay_ms / 1000:g}",
        str(limit.priority),
        limit.latches,
        f"{limit.re_alarm_ms / 60_000:g}",
    )


def limit_of(typed: Typed, channel: Channel, at: int, was: Limit | None, taken: Collection[str]) -> Limit | Wrong:
    """What is to be watched.

    Args:
        typed: As it stands in the fields.
        channel: What is measured.
        at: Its position.
        was: The alarm that is changed; None for a new one.
        taken: Ids that a new one must not have.
    """
    if was is None and (wrong := _wrong_name(typed.name, taken)) is not None:
        return wrong
    side = Side(typed.side)
    found: dict[str, float] = {}
    for field, lowest, highest in _bounds(channel, side):
        if (kept := _untouched(field, typed, channel.quantity, was)) is not None:
            found[field] = kept
            continue
        figure = _figure(field, getattr(typed, field), channel.quantity, lowest, highest)
        if isinstance(figure, Wrong):
            return figure
        found[field] = figure * _INSIDE.get(field, 1.0 / on_screen(channel.quantity)[0])
    return Limit(
        typed.name.strip() if was is None else was.id,
        at,
        side,
        found.get("level", 0.0),
        found.get("deadband", 0.0),
        round(found["on_s"]),
        round(found["off_s"]),
        int(typed.priority),
        typed.latches,
        NOBODY if was is None else was.unless,
        round(found["again_min"]),
    )


def _untouched(field: str, typed: Typed, quantity: Quantity, was: Limit | None) -> float | None:
    """A figure that nobody touched stays what it is, however it is rounded on screen."""
    if was is None or getattr(typed, field) != getattr(typed_of(was, quantity), field):
        return None
    kept: float = getattr(was, _FIELDS[field])
    return kept


def _wrong_name(name: str, taken: Collection[str]) -> Wrong | None:
    name = name.strip()
    if not name:
        return Wrong("name", "name_missing", {})
    if len(name) > LONGEST_NAME or not name.isprintable():
        return Wrong("name", "name_long", {"most": str(LONGEST_NAME)})
    return Wrong("name", "name_taken", {"alarm": name}) if name in taken else None


def _bounds(channel: Channel, side: Side) -> list[tuple[str, float, float]]:
    """Fields with what may stand in them, in the units on screen."""
    factor = on_screen(channel.quantity)[0]
    lowest, highest = (edge * factor for edge in channel.span)
    times = [("on_s", 0.0, LONGEST_DELAY_S), ("off_s", 0.0, LONGEST_DELAY_S), ("again_min", 0.0, LONGEST_AGAIN_MIN)]
    figures = [] if side is Side.SILENT else [("level", lowest, highest), ("deadband", 0.0, highest - lowest)]
    return [*figures, *times]


def _figure(field: str, text: str, quantity: Quantity, lowest: float, highest: float) -> float | Wrong:
    _, unit, decimals = on_screen(quantity)
    unit = {"on_s": "s", "off_s": "s", "again_min": "min"}.get(field, unit)
    value = number_said(text)
    if value is None:
        return Wrong(field, "no_number", {"unit": unit})
    if lowest <= value <= highest:
        return value
    places = 0 if unit in {"s", "min"} else decimals
    span = {"low": formats.number(lowest, places), "high": formats.number(highest, places), "unit": unit}
    return Wrong(field, "beyond", span)


def note_words(words: Words, note: str, quantity: Quantity) -> str:
    """What was written down of a changed limit, in words and in the units on screen; any other note as it is."""
    parts = []
    for part in note.split(BETWEEN):
        code, _, figures = part.partition(" ")
        if code in NOTE_PARTS and figures:
            said = _figures(figures, quantity) if code in _METRES else figures
            if code == "side":
                said = " → ".join(words.say("limit_side", one) for one in figures.split(" → ") if one in set(Side))
            parts.append(f"{words.say('limit_part', code)} {said}")
        else:
            parts.append(_figures(part, quantity))
    return BETWEEN.join(parts)


def _figures(text: str, quantity: Quantity) -> str:
    """``26 → 40`` as it stands on screen; what is no such pair or figure as it is."""
    values = [number_said(one) for one in text.split(" → ")]
    known = [value for value in values if value is not None]
    if len(known) != len(values) or not known:
        return text
    return f"{' → '.join(shown(quantity, value) for value in known)} {on_screen(quantity)[1]}".strip()
