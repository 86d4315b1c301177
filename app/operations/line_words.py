"""A line of an incident's time line in words that window and terminal share."""

from __future__ import annotations

from datetime import UTC, datetime

from app.dispatch.entries import FIELD_PLAN, EntryKind
from app.dispatch.facts import BY_CLOSING, FORECAST_DURATION
from app.dispatch.field_plan import FieldPlan, valves_worked
from app.dispatch.sheet import Line
from app.messages import Words
from app.messages.formats import number
from app.operations.permit_words import permit_line, permit_people
from app.times import CITY_TIME

_MOST_VALVES = 8


def listed(valves: tuple[str, ...]) -> str:
    """Valves in a line; of many the first."""
    return ", ".join(valves[:_MOST_VALVES]) + (" …" if len(valves) > _MOST_VALVES else "")


def field_plan_words(plan: FieldPlan, words: Words) -> str:
    """What the field goes by instead of the attached plan, since when, and by whose word."""
    moment = datetime.fromtimestamp(plan.at_ms / 1000, UTC).astimezone(CITY_TIME)
    told: dict[str, str] = {"time": f"{moment:%m-%d %H:%M}", "who": plan.who}
    if not plan.feasible:
        return words.say("dispatch_told", "field_plan_stops_nothing", told)
    if plan.out:
        told["out"] = listed(plan.out)
    if plan.instead:
        told["instead"] = listed(plan.instead)
    told |= {"customers": number(plan.customers), "before": number(plan.customers_before)}
    return words.say("dispatch_told", "field_plan", told)


def line_words(line: Line, words: Words) -> str:
    """One line of an incident's time line: what happened, with what is known of it."""
    if line.kind is EntryKind.PERMIT:
        told = (permit_line(line.values, words), permit_people(line.texts, words))
        return " · ".join(part for part in told if part)
    if FIELD_PLAN in line.values:
        return words.say("dispatch_told", "field_plan_line", {"valves": listed(valves_worked(line.values[FIELD_PLAN]))})
    sections = {
        EntryKind.HAPPENED: "happened",
        EntryKind.DECIDED: "course",
        EntryKind.ORDER_STEP: "order_step",
        EntryKind.OPENED: "incident_kind",
    }
    section = sections.get(line.kind)
    head = words.name(section, line.code) if section else words.say("entry_kind", line.kind)
    if line.kind in {EntryKind.OPENED, EntryKind.ORDER_STEP}:
        head = f"{words.say('entry_kind', line.kind)} {head}"
    if line.corrects is not None:
        head = words.say("dispatch_told", "correction", {"what": head})
    values = line.values.get("values", {})
    shown = [
        str(values[name]) for name in ("crew", "valve", "direction", "customers", "rule", "dn_mm") if name in values
    ]
    if FORECAST_DURATION in values:
        hours = number(float(values[FORECAST_DURATION]) / 3600, 1)
        shown.append(words.say("dispatch_told", "hours", {"count": hours}))
    if values.get(BY_CLOSING):
        shown.append(words.say("dispatch_told", "never_off"))
    if "stage" in values:
        shown.append(words.name("valve_stage", str(values["stage"])))
    if "position" in values:
        shown.append(words.name("position", str(values["position"])))
    shown += [words.say("dispatch_told", f"with_{name}") for name in ("photo", "sound") if line.values.get(name)]
    texts = [text for text in line.texts.values() if text]
    return " · ".join(part for part in (head, *shown, *texts) if part)
