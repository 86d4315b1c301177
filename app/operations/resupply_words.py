"""Bringing water back, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from app.messages import Words
from app.messages.formats import hour_of_day, kilometres, number
from app.operations.plan_words import reason as plan_reason
from app.operations.resupply import ResupplyAnswer
from network.resupply_pressure import Checked, HourCheck
from network.resupply_records import NoResupply, Resupply
from network.supply import SupplyModel


def reason(model: SupplyModel, told: ResupplyAnswer, words: Words) -> str | None:
    """Why nothing is brought back, or why the plan itself cannot be; None for ordinary options."""
    sentences = [plan_reason(model, told.answer, words)]
    if isinstance(told.found, NoResupply):
        sentences.append(words.say("no_resupply", told.found.why))
    said = [sentence for sentence in sentences if sentence is not None]
    return " ".join(said) if said else None


def as_lines(model: SupplyModel, told: ResupplyAnswer, words: Words) -> Iterator[str]:
    """The answer for a terminal."""
    why = reason(model, told, words)
    if why is not None:
        yield why
    yield words.say("resupply", "lost_outside", {"count": number(told.found.lost_outside)})
    if isinstance(told.found, NoResupply):
        return
    for place, checked in enumerate(told.checked, start=1):
        yield from _option(model, place, checked, words)
    yield from _reservations(told.found, words)


def _reservations(found: Resupply, words: Words) -> Iterator[str]:
    if found.more_alike:
        yield words.say("resupply", "more_alike")
    if any(not option.exact for option in found.options):
        yield words.say("resupply", "approximate", {"count": found.exact_to})


def _option(model: SupplyModel, place: int, checked: Checked, words: Words) -> Iterator[str]:
    option = checked.option
    yield words.say(
        "resupply",
        "option",
        {
            "place": place,
            "valves": _names(model, option.open),
            "customers": number(len(option.customers)),
            "people": number(option.people),
            "km": kilometres(option.length_m),
        },
    )
    for row in option.critical.tolist():
        customers = model.city.customers
        yield f"   ! {customers.ids[row]} {customers.name[row]} {customers.address[row]}".rstrip()
    if option.also_close:
        yield "   " + words.say("resupply", "also_close", {"valves": _names(model, option.also_close)})
    if option.relies_on:
        yield "   " + words.say("resupply", "relies_on", {"valves": _names(model, option.relies_on)})
    for at in option.joined:
        joins = words.say("resupply", "and").join(words.say("resupply_join", join) for join in at.joins)
        yield "   " + words.say("resupply", "joined", {"valve": _names(model, (at.device,)), "joins": joins})
    if option.unknown_condition:
        yield "   " + words.say("resupply", "unknown", {"valves": _names(model, option.unknown_condition)})
    yield "   " + words.say("resupply_safety", checked.safety)
    if checked.failed is not None:
        yield "   " + words.say("failed", checked.failed.code, checked.failed.detail)
    for hour in checked.hours:
        yield "   " + _hour(hour, words)
    for warning in dict.fromkeys(warning for hour in checked.hours for warning in hour.warnings):
        yield "   · " + words.say("hydraulic_warning", warning.value)


def _hour(checked: HourCheck, words: Words) -> str:
    return words.say(
        "resupply",
        "hour",
        {
            "hour": hour_of_day(checked.hour),
            "lowest": number(checked.lowest_mpa, 2),
            "low": number(len(checked.low)),
            "before": number(checked.low_before),
            "newly_low": number(len(checked.newly_low)),
            "reversed": number(len(checked.reversed)),
            "stirred": number(len(checked.stirred)),
        },
    )


def _names(model: SupplyModel, devices: tuple[int, ...]) -> str:
    return " ".join(model.city.network.devices.ids[row] for row in devices)
