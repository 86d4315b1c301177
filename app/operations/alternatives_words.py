"""Alternatives in sentences for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from app.messages import Words
from app.messages.formats import area, number
from app.operations.alternatives import Alternatives
from app.operations.plan_words import reason
from app.plan_requests import CostOf, Option, PlansWeighed
from network.alternatives.records import Fallback, WhyNone
from network.supply import SupplyModel


def why_none(model: SupplyModel, told: Alternatives, words: Words) -> str | None:
    """Why there is nothing to choose from; None where there is."""
    why = told.weighed.why
    if why is None:
        return None
    fuller = reason(model, told.given, words) if told.given is not None and why is not WhyNone.TOO_LARGE else None
    return fuller or words.say("no_front", why.value)


def as_text(model: SupplyModel, told: Alternatives, words: Words) -> str:
    """The plans to choose from, the pair of stages, the most reliable plan, and the fallbacks."""
    return "\n".join(_lines(model, told, words))


def _lines(model: SupplyModel, told: Alternatives, words: Words) -> Iterator[str]:
    weighed = told.weighed
    if weighed.why is None:
        yield words.say("choice", "head")
        for at, option in enumerate(weighed.options):
            yield f"  {chr(ord('A') + at % 26)}  {_option(model, option, weighed.by, words)}"
        yield words.say("choice", "complete" if weighed.complete and weighed.sure else "not_complete")
        yield from _stages(model, weighed, words)
        if weighed.surest is not None:
            yield words.say("choice", "surest", {"plan": _option(model, weighed.surest, weighed.by, words)})
    if told.fallbacks:
        yield words.say("choice", "fallbacks")
        for back in told.fallbacks:
            yield f"  {_fallback(model, back, words)}"


def _ids(model: SupplyModel, rows: tuple[int, ...]) -> str:
    return " ".join(model.city.network.devices.ids[row] for row in rows)


def _option(model: SupplyModel, option: Option, by: CostOf, words: Words) -> str:
    detail: dict[str, str | int | float] = {
        "valves": len(option.plan.close),
        "minutes": number(option.minutes) if by is CostOf.MINUTES else "",
        "customers": number(len(option.impact.out)),
        "critical": len(option.impact.critical),
        "km2": area(option.impact.area_km2),
        "chance": f"{option.chance:.0%}",
        "close": _ids(model, option.plan.close),
        "drain_back": _ids(model, option.plan.drain_back),
    }
    told = words.say("choice", "option", detail)
    return told if option.exact else f"{told} {words.say('choice', 'approximate')}"


def _stages(model: SupplyModel, weighed: PlansWeighed, words: Words) -> Iterator[str]:
    """The pair that dispatchers use, where there are two plans at least."""
    if len(weighed.options) > 1:
        first, tight = weighed.options[0], weighed.options[-1]
        now, then = first.plan.close, tight.plan.close
        detail: dict[str, str | int | float] = {
            "first": _ids(model, now),
            "close": _ids(model, tuple(row for row in then if row not in now)),
            "reopen": _ids(model, tuple(row for row in now if row not in then)),
            "before": number(len(first.impact.out)),
            "after": number(len(tight.impact.out)),
        }
        yield words.say("choice", "stages", detail)


def _fallback(model: SupplyModel, back: Fallback, words: Words) -> str:
    valve = model.city.network.devices.ids[back.device]
    if not back.plan.feasible:
        sources = " ".join(model.city.network.sources.ids[row] for row in back.plan.stop)
        return words.say("choice", "no_fallback", {"valve": valve, "sources": sources})
    detail: dict[str, str | int | float] = {
        "valve": valve,
        "more": _ids(model, back.more_valves),
        "spared": _ids(model, back.spared_valves),
        "customers": f"{back.more_customers:+d}",
    }
    return words.say("choice", "fallback" if back.more_valves or back.spared_valves else "fallback_none", detail)
