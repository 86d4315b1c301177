"""Closing an incident: what is asked for before, in words, and the water that nobody brought back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dispatch_room import STANDARDS, Room

from app.dispatch import acts
from app.dispatch.entries import Course, IncidentKind
from app.dispatch.facts import FactKind
from app.dispatch.forecast import Stage
from app.dispatch.life import Step
from app.dispatch.outlook import stage_times
from app.dispatch.sheet import Sheet
from app.dispatch.states import ClockState, state_of
from app.messages import LANGUAGES, load_words
from app.operations.bar_words import bar_words
from app.operations.dispatch import sheet
from app.operations.line_words import line_words
from app.operations.month_report import month_report
from app.public.figures import FigureKind
from app.times import CITY_TIME
from app.ui.dispatch.sections import to_do

EN = load_words("en")


def shown(room: Room, incident: str) -> Sheet:
    found = sheet(room.desk, incident, room.now)
    assert found is not None
    return found


def state(room: Room, incident: str, rule: str) -> ClockState:
    clock = next(one for one in shown(room, incident).clocks if one.rule.id == rule)
    return state_of(clock, room.ms(), CITY_TIME)


def asked(room: Room, incident: str) -> dict[str, str]:
    return {row.code: row.bars for row in to_do(shown(room, incident), EN)}


def repaired_under_pressure(room: Room) -> str:
    incident = room.on_scene()
    for kind in (FactKind.BARRIER_SET, FactKind.UTILITIES_CHECKED):
        room.fact(incident, kind)
    room.later(60).fact(incident, FactKind.REPAIR_DONE)
    return incident


def test_where_no_water_was_stopped_customers_had_it_when_the_repair_was_done(room: Room) -> None:
    incident = repaired_under_pressure(room)
    repaired_ms = room.ms()
    room.later(30).fact(incident, FactKind.SITE_CLEARED)
    room.do(acts.Waive(incident, "E6", "未停水"))
    room.later(60 * 30)
    assert state(room, incident, "E2") is ClockState.BREACHED, "until somebody closes it a stop may be entered late"
    room.do(acts.Decide(incident, Course.CLOSE, "现场无法拍照"))
    clock = next(one for one in shown(room, incident).clocks if one.rule.id == "E2")
    assert state(room, incident, "E2") is ClockState.MET
    assert clock.verdict.met is not None
    assert clock.verdict.met.at_ms == repaired_ms
    assert any("no water was stopped" in line_words(line, EN) for line in shown(room, incident).lines)
    figures = month_report(room.desk.workspace, STANDARDS, date(2026, 3, 31), room.now + timedelta(days=1)).figures
    restored = next(one for one in figures if one.kind is FigureKind.RESTORED)
    assert (restored.kept, restored.missed) == ((incident,), ())
    room.later(60).do(acts.Decide(incident, Course.REOPEN, "又漏"))
    assert state(room, incident, "E2") is ClockState.BREACHED, "it goes on with its first clock"


@pytest.mark.parametrize("kind", [IncidentKind.NO_WATER, IncidentKind.QUALITY, IncidentKind.OTHER])
def test_what_needs_no_work_is_settled_by_its_closing_and_teaches_no_durations(room: Room, kind: IncidentKind) -> None:
    incident = room.leak(kind=kind)
    assert asked(room, incident)[Step.CLOSED] == ""
    room.later(45).do(acts.Decide(incident, Course.CLOSE))
    assert state(room, incident, "E2") is ClockState.MET
    assert Stage.REFILL not in stage_times(shown(room, incident).incident.facts)


def test_who_stopped_the_water_says_that_it_is_back(room: Room) -> None:
    incident = room.on_scene()
    room.fact(incident, FactKind.WATER_OFF)
    for kind in (FactKind.BARRIER_SET, FactKind.UTILITIES_CHECKED, FactKind.REPAIR_DONE, FactKind.SITE_CLEARED):
        room.fact(incident, kind)
    for rule in ("E6", "E2"):
        room.do(acts.Waive(incident, rule, "x"))
    assert room.refused(acts.Decide(incident, Course.CLOSE, "x")) == "gates_open"
    room.fact(incident, FactKind.CUSTOMERS_CONFIRMED, customers="C1")
    room.do(acts.Decide(incident, Course.CLOSE, "x"))
    assert state(room, incident, "E2") is ClockState.WAIVED
    assert all(fact.kind is not FactKind.WATER_BACK for fact in shown(room, incident).incident.facts)


def test_next_lists_every_gate_that_bars_the_closing_until_it_is_passed_or_waived(room: Room) -> None:
    incident = repaired_under_pressure(room)
    next_ = asked(room, incident)
    assert next_[Step.FLUSHED] == "", "the clause asks for it whether or not water was stopped"
    assert next_[Step.CLOSED] == "site not cleared: E8 · E6 not met"
    room.fact(incident, FactKind.SITE_CLEARED)
    room.fact(incident, FactKind.FLUSHING_DONE, direction="north")
    assert asked(room, incident) == {Step.CONFIRMED: "", Step.CLOSED: "E7 not met"}
    room.do(acts.Waive(incident, "E7", "夜间"))
    assert asked(room, incident) == {Step.CLOSED: ""}
    room.do(acts.Decide(incident, Course.CLOSE, "现场无法拍照"))
    assert asked(room, incident) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_bars_has_words_of_its_own(language: str) -> None:
    bars = ("step:flushed", "valve:V3", "rule:P4e", "chore:open_inlet:S7", "photo")
    told = [bar_words(bar, load_words(language)) for bar in bars]
    assert len(set(told)) == len(bars)
    assert "V3" in told[1]
    assert "P4e" in told[2]
    assert "S7" in told[3]
    assert "open_inlet" not in told[3]
