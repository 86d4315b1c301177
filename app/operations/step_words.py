"""Steps of a shutdown in sentences, and the whole programme for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from app.messages import Words
from app.messages.formats import number
from app.operations.order import outlet_id
from network.assets import SourceKind, Turning
from network.method_steps import Method, Phase, Step, StepKind
from network.outlets import Outlet
from network.supply import SupplyModel

_SLOW = (StepKind.CLOSE, StepKind.OPEN, StepKind.OPEN_FEED, StepKind.CLOSE_AGAIN)


def step_text(model: SupplyModel, step: Step, words: Words) -> str:
    """One sentence for *step*: what to do, on what, how."""
    told = words.say("step", step.kind.value, _detail(model, step, words))
    more = list(_more(step, words))
    return words.say("order", "with", {"step": told, "more": words.say("order", "join").join(more)}) if more else told


def _detail(model: SupplyModel, step: Step, words: Words) -> dict[str, str]:
    network = model.city.network
    detail: dict[str, str] = {}
    if step.device >= 0:
        devices = network.devices
        dn_mm, place = int(devices.dn_mm[step.device]), (devices.landmark[step.device], devices.chamber[step.device])
        detail["valve"] = devices.ids[step.device]
        detail["dn"] = f"DN{dn_mm}" if dn_mm > 0 else ""
        detail["place"] = " ".join(part for part in place if part)
    if step.source >= 0:
        kind = SourceKind(int(network.sources.kind[step.source]))
        detail["source"] = f"{words.say('source_kind', kind.name.lower())} {network.sources.ids[step.source]}"
    if step.outlet is not None:
        detail["outlet"] = outlet_text(model, step.outlet, words)
    if step.volume_m3 is not None:
        detail["volume"] = number(step.volume_m3, 1)
    return detail


def outlet_text(model: SupplyModel, outlet: Outlet, words: Words) -> str:
    """A hydrant, washout or air valve with its id."""
    return f"{words.say('outlet', outlet.kind.value)} {outlet_id(model.city, outlet)}"


def _more(step: Step, words: Words) -> Iterator[str]:
    """How: turns and which way, slowly, from where the water comes, why a valve is left as it is."""
    if step.turns > 0.0:
        turns = number(step.turns, 0 if step.turns >= 1.0 else 2)
        yield words.say("order", "turns" if step.turns_recorded else "turns_guessed", {"turns": turns})
        yield (
            words.say("turning", step.turning.name.lower())
            if step.turning is not Turning.UNKNOWN
            else words.say("order", "turning_unknown")
        )
    if step.slowly and step.kind in _SLOW:
        yield words.say("order", "slowly")
    if step.held:
        yield words.say("order", "held")
    if step.flush is not None:
        point = step.flush
        if point.comes_from is not None:
            yield words.say("order", "comes_from", {"bearing": words.say("bearing", point.comes_from.value)})
        if np.isfinite(point.velocity_m_s):
            yield words.say("order", "velocity", {"velocity": number(point.velocity_m_s, 2)})
            if point.outlets_needed > 1:
                yield words.say("order", "too_slow", {"outlets": point.outlets_needed})
    elif step.kind is StepKind.FLUSH:
        yield words.say("order", "no_flushing_point")
    if step.reason is not None and step.kind is not StepKind.FILL:
        yield words.say("return_reason", step.reason.value)


def when_text(step: Step, moment: tuple[datetime | None, datetime | None], start: datetime | None, words: Words) -> str:
    """When a step begins and ends: by the clock where that is known, else minutes from the start of its phase."""
    begins, ends = moment
    if begins is not None or ends is not None:
        return _span(begins, ends, start)
    if step.phase is Phase.WORK or (step.begins_s is None and step.ends_s is None):
        return words.say("order", "when_unknown")
    minutes = dict.fromkeys(number(at / 60.0) for at in (step.begins_s, step.ends_s) if at is not None)
    code = "after_work" if step.phase is Phase.RESTORE else "after_start"
    return words.say("order", code, {"minutes": "–".join(minutes)})


def _span(begins: datetime | None, ends: datetime | None, start: datetime | None) -> str:
    """Hours and minutes; the day where it is another than that of *start*."""
    moments = [at for at in (begins, ends) if at is not None]
    day = "" if start is None or moments[0].date() == start.date() else f"{moments[0]:%m-%d} "
    return day + "–".join(dict.fromkeys(f"{at:%H:%M}" for at in moments))


def crew_text(step: Step, words: Words) -> str:
    """Which crew, counted from 1; empty for a step that no particular crew does."""
    return words.say("order", "crew", {"number": step.crew + 1}) if step.crew >= 0 else ""


def method_text(
    model: SupplyModel,
    method: Method,
    words: Words,
    *,
    start: datetime | None = None,
    work: timedelta | None = None,
) -> str:
    """The programme for a terminal."""
    lines = [*_heads(model, method, words)]
    moments = [(None, None)] * len(method.steps) if start is None else method.instants(start, work)
    for at, (step, moment) in enumerate(zip(method.steps, moments, strict=True), start=1):
        parts = (when_text(step, moment, start, words), crew_text(step, words), step_text(model, step, words))
        lines.append(f"{at:>3}  " + "  ".join(part for part in parts if part))
    return "\n".join([*lines, words.say("order", "house_values")])


def _heads(model: SupplyModel, method: Method, words: Words) -> Iterator[str]:
    order, draining, refilling = method.order, method.draining, method.refilling
    if method.stops_sources:
        yield words.say("plan", "cannot") + words.say("plan", "sentence_end")
    stops_min, ready_min = number(order.stops_s / 60.0), number(method.shut_s / 60.0)
    yield words.say("order", "stops", {"minutes": stops_min, "crews": order.crews, "ready": ready_min})
    yield words.say("order", "proven" if order.proven else "not_proven")
    yield words.say("travel", order.basis.value)
    if not order.starts_known:
        yield words.say("travel", "starts_unknown")
    if order.held >= 0:
        valve = model.city.network.devices.ids[order.held]
        yield words.say("order", "holds", {"valve": valve, "kept": order.kept})
    volume: dict[str, str | int | float] = {
        "volume": number(draining.volume_m3, 1),
        "unknown_m": draining.unknown_m or "",
    }
    yield words.say("order", "volume", volume)
    if not draining.levels_known:
        yield words.say("order", "levels_unknown")
    if refilling.rest_m > 1.0:
        yield words.say("order", "not_filled", {"rest_m": refilling.rest_m})
    if len(draining.parts) and refilling.flushing.unflushed_m > 1.0:
        yield words.say("order", "unflushed", {"rest_m": refilling.flushing.unflushed_m})
    if refilling.must_flush:
        yield words.say("note", "back_siphonage_flush_and_test")
