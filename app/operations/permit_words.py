"""Permits for entering chambers in sentences: what was measured, and why nobody may go in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.dispatch.permits import (
    CO_MG_M3,
    COMBUSTIBLE_LEL_PERCENT,
    H2S_MG_M3,
    OXYGEN_PERCENT,
    Breach,
    GasReading,
)
from app.messages import Words
from app.messages.formats import number

_OF: Mapping[Breach, tuple[str, float]] = {
    Breach.OXYGEN_LOW: ("oxygen_percent", OXYGEN_PERCENT[0]),
    Breach.OXYGEN_HIGH: ("oxygen_percent", OXYGEN_PERCENT[1]),
    Breach.COMBUSTIBLE: ("combustible_lel_percent", COMBUSTIBLE_LEL_PERCENT),
    Breach.H2S: ("h2s_mg_m3", H2S_MG_M3),
    Breach.CO: ("co_mg_m3", CO_MG_M3),
}
"""The reading that each breach is about, and its limit."""
_BETWEEN = ",;，； "


def figures(reading: GasReading | Mapping[str, Any], words: Words) -> str:
    """The four gases in one line."""
    told = reading if isinstance(reading, Mapping) else vars(reading)
    names = ("oxygen_percent", "combustible_lel_percent", "h2s_mg_m3", "co_mg_m3")
    return words.say("permit", "figures", {name.partition("_")[0]: _shown(float(told[name])) for name in names})


def why_refused(reading: GasReading | Mapping[str, Any], refused: Iterable[str], words: Words) -> tuple[str, ...]:
    """For each reason one sentence: which gas, by how much, and what to do."""
    told = reading if isinstance(reading, Mapping) else vars(reading)
    return tuple(_sentence(told, Breach(one), words) for one in refused)


def permit_line(body: Mapping[str, Any], words: Words) -> str:
    """What the body of an event ``order.permit`` says, as one line of a time line."""
    refused = [words.say("permit_gas", one) for one in body["refused"]]
    code = "line_refused" if refused else "line_given"
    detail = {
        "valve": str(body["valve"]),
        "figures": figures(body, words),
        "why": words.say("join", "names").join(refused),
    }
    return words.say("permit", code, detail)


def permit_people(texts: Mapping[str, str | None], words: Words) -> str:
    """Who goes in, who stands by, and what was said beside; what was erased is left out."""
    detail = {role: text for role, text in texts.items() if text}
    # Whoever is named first stands first, whatever was erased before.
    return words.say("permit", "people", detail).lstrip(_BETWEEN) if detail else ""


def _sentence(told: Mapping[str, Any], breach: Breach, words: Words) -> str:
    name, limit = _OF.get(breach, ("", 0.0))
    detail = {"value": _shown(float(told[name])), "limit": _shown(limit)} if name else {}
    return words.say("permit_breach", breach, detail)


def _shown(value: float) -> str:
    """As instruments show it: tenths, without a nought behind the point. What is out by less is shown whole."""
    text = number(value, 1)
    return f"{value:g}" if abs(value - round(value, 1)) > 1e-9 else text.removesuffix(".0")
