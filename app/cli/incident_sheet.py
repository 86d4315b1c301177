"""One incident on a terminal: clocks with clauses and what decided them, what happened, what bars closing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.dispatch.clocks import Clock, Verdict
from app.dispatch.field_plan import FieldPlan
from app.dispatch.sheet import Line, Sheet
from app.dispatch.states import state_of
from app.dispatch.view import number_of
from app.journal.events import EventKey
from app.messages import Words
from app.operations.line_words import field_plan_words, line_words
from app.times import CITY_TIME


def sheet_lines(sheet: Sheet, now_ms: int, words: Words) -> Iterator[str]:
    """The sheet as lines of text."""
    known = sheet.incident.attributes
    told = (words.name("incident_kind", str(known.get("kind", ""))), known.get("place"), known.get("pipe"))
    yield "\t".join([number_of(sheet.incident.entity), *(str(one) for one in told if one)])
    by_key = {line.key: line for line in sheet.lines}
    for clock in sheet.clocks:
        yield from _clock(clock, by_key, now_ms, words)
    for hit in sheet.stations:
        lasts = "" if hit.lasts_s is None else f"{hit.lasts_s / 3600:.1f} h"
        yield "\t".join(part for part in (hit.station, hit.name, lasts, str(hit.households)) if part)
    for chore in sheet.checklist:
        mark = "☑" if chore.done is not None else "☐"
        yield f"{mark} {chore.station}\t{words.say('station_chore', chore.chore)}"
    if sheet.field_plan is not None:
        yield field_plan_words(sheet.field_plan, words)
    for line in sheet.lines:
        yield _line(line, words)


def _clock(clock: Clock, lines: dict[EventKey, Line], now_ms: int, words: Words) -> Iterator[str]:
    rule, chinese = clock.rule, words.language == "zh_CN"
    state = words.name("clock_state", state_of(clock, now_ms, CITY_TIME).name.lower())
    title = rule.title_zh if chinese else rule.title_en
    yield "\t".join(part for part in (rule.id, title, state, _due(clock.verdict)) if part)
    yield f"  {rule.source} {rule.heading} “{rule.clause}”" if rule.clause else f"  {rule.source} {rule.heading}"
    yield from (f"  {pair[0] if chinese else pair[1]}" for pair in (*rule.house, *rule.differs))
    if clock.recorded is not None:
        yield f"  {words.say('dispatch_cli', 'recorded', {'time': _due(clock.recorded) or '–'})}"
    for kind, reading in clock.readings:
        detail = {"fact": words.name("happened", kind), "time": _due(reading) or "–"}
        yield f"  {words.say('dispatch_cli', 'reading', detail)}"
    for key in clock.verdict.decided_by:
        if key in lines:
            yield f"  ← {_line(lines[key], words)}"


def _due(verdict: Verdict) -> str:
    moment = verdict.due_ms if verdict.met is None else verdict.met.at_ms
    return "" if moment is None else _time(moment)


def _line(line: Line, words: Words) -> str:
    return "\t".join(part for part in (_time(line.at_ms), line_words(line, words), line.who) if part)


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, CITY_TIME).strftime("%m-%d %H:%M:%S")


def sheet_record(sheet: Sheet, now_ms: int) -> dict[str, Any]:
    """The sheet as JSON values, free texts included."""
    return {
        "incident": number_of(sheet.incident.entity),
        "merged": [number_of(one) for one in sheet.incident.merged],
        "known": dict(sheet.incident.attributes),
        "open": sheet.incident.is_open,
        "clocks": [_clock_record(clock, now_ms) for clock in sheet.clocks],
        "steps": {one.step: one.done is not None for one in sheet.life.steps if one.needed},
        "bars": list(sheet.bars),
        "stations": [{"station": one.station, "lasts_s": one.lasts_s, "direct": one.direct} for one in sheet.stations],
        "checklist": [{"station": one.station, "chore": one.chore, "done": bool(one.done)} for one in sheet.checklist],
        "field_plan": None if sheet.field_plan is None else _field_plan_record(sheet.field_plan),
        "lines": [
            {"at": _iso(line.at_ms), "written": _iso(line.written_ms), "who": line.actor, "kind": line.kind}
            | {
                "crew": line.crew,
                "code": line.code,
                "values": dict(line.values),
                "texts": dict(line.texts),
                "event": _name(line.key),
            }
            for line in sheet.lines
        ],
    }


def _field_plan_record(plan: FieldPlan) -> dict[str, Any]:
    return {
        "since": _iso(plan.at_ms),
        "who": plan.who,
        "out": list(plan.out),
        "instead": list(plan.instead),
        "feasible": plan.feasible,
        "customers_out": plan.customers,
        "customers_out_attached": plan.customers_before,
        "more_out": list(plan.more_out),
    }


def _clock_record(clock: Clock, now_ms: int) -> dict[str, Any]:
    verdict = clock.verdict
    return {
        "rule": clock.rule.id,
        "state": state_of(clock, now_ms, CITY_TIME).name.lower(),
        "start": _iso(verdict.start_ms),
        "due": _iso(verdict.due_ms),
        "met": None if verdict.met is None else _iso(verdict.met.at_ms),
        "clause": clock.rule.clause,
        "provisional": list(verdict.provisional),
        "decided_by": [_name(key) for key in verdict.decided_by],
        "as_recorded": None if clock.recorded is None else {"in_time": clock.recorded.in_time},
    }


def _iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, CITY_TIME).isoformat(timespec="seconds")


def _name(key: EventKey) -> str:
    return f"{key[0]}:{key[1]}"
