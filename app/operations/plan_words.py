"""A plan in sentences: why it cannot be, what the reader must know, and a summary for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from app.messages import Words, recorded
from app.messages.formats import area, kilometres, number
from app.operations.isolate import Answer
from app.operations.plan_tables import ROLES, customers_in_order, roles
from network.answers import Note
from network.assets import SourceKind
from network.supply import SupplyModel


def reason(model: SupplyModel, answer: Answer, words: Words) -> str | None:
    """Why the plan cannot be, or why its lists are empty; None for an ordinary plan."""
    if not answer.plan.feasible:
        return " ".join([words.say("plan", "cannot") + words.say("plan", "sentence_end"), *stops(model, answer, words)])
    for note in (Note.NO_SOURCE, Note.NOT_SUPPLIED_BEFORE, Note.NO_TAP):
        if note in answer.plan.notes:
            return words.say("note", note)
    return None


def stops(model: SupplyModel, answer: Answer, words: Words) -> list[str]:
    """One sentence for each source that must be stopped."""
    sources = model.city.network.sources
    told = []
    for row in answer.plan.stop:
        kind = SourceKind(int(sources.kind[row]))
        detail = {"id": sources.ids[row], "kind": words.say("source_kind", kind.name.lower())}
        told.append(words.say("plan", "stop_tank" if kind is SourceKind.TANK else "stop", detail))
    return told


def as_text(model: SupplyModel, answer: Answer, words: Words) -> str:
    """A plan for a terminal."""
    return "\n".join(_lines(model, answer, words))


def _lines(model: SupplyModel, answer: Answer, words: Words) -> Iterator[str]:
    plan, impact, devices = answer.plan, answer.impact, model.city.network.devices
    why = reason(model, answer, words)
    if why is not None:
        yield why
    named = roles(answer)
    for role in ROLES:
        ids = [devices.ids[entry.device] for entry in named if entry.role == role]
        if ids:
            yield f"{words.say('role', role)} ({len(ids)}): {' '.join(ids)}"
    for state in ("isolated", "unintended", "on_storage"):
        parts = getattr(plan, state)
        if len(parts):
            detail: dict[str, str | int | float] = {"count": len(parts.pipes), "km": kilometres(parts.length_m)}
            yield f"{words.say('supply', state)}: {words.say('summary', 'pipes', detail)}"
    yield words.say(
        "summary",
        "customers",
        {
            "out": number(len(impact.out)),
            "households": recorded.households(impact, words),
            "people": recorded.people(impact, words),
            "on_storage": number(len(impact.on_storage)),
            "km2": area(impact.area_km2),
        },
    )
    customers = model.city.customers
    for row in customers_in_order(model, answer)[: len(impact.critical)]:
        yield f"  ! {customers.ids[row]} {customers.name[row]} {customers.address[row]}".rstrip()
    for note in plan.notes:
        if words.say("note", note) != why:
            yield f"  · {words.say('note', note)}"
