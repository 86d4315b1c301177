"""When limits end: one case a row, across midnight, month ends, holidays, make-up days, and beyond the calendar."""

from datetime import date

import pytest
from dispatch_stories import Story, at, local

from app.dispatch.rules import Subject
from app.dispatch.workdays import Calendar, DayEdit, official

APPLIED = "application.received"

CASES = [
    # subject, attributes, rule, what starts it, when, due
    ("incident", {}, "E1", "report.received", "2026-03-12 14:32:08", "2026-03-12 15:02:08"),
    ("incident", {}, "E1", "report.received", "2026-12-31 23:45:00", "2027-01-01 00:15:00"),
    ("incident", {"dn_mm": 500}, "E2", "report.received", "2026-02-28 10:00:00", "2026-03-01 10:00:00"),
    ("incident", {"dn_mm": 501}, "E3", "report.received", "2024-02-28 10:00:00", "2024-03-01 10:00:00"),
    ("incident", {}, "E4", "stop.decided", "2026-03-12 23:55:00", "2026-03-13 00:05:00"),
    ("incident", {}, "E8", "repair.done", "2026-03-12 14:00:00", "2026-03-13 00:00:00"),
    ("incident", {}, "E8", "repair.done", "2026-03-12 21:59:59", "2026-03-13 00:00:00"),
    ("incident", {}, "E8", "repair.done", "2026-03-12 22:00:00", "2026-03-13 10:00:00"),
    ("incident", {}, "E8", "repair.done", "2026-03-13 05:59:59", "2026-03-13 10:00:00"),
    ("incident", {}, "E8", "repair.done", "2026-03-13 06:00:00", "2026-03-14 00:00:00"),
    ("outage", {}, "P8", "water.back", "2026-03-12 05:30:00", "2026-03-12 06:00:00"),
    ("complaint", {}, "C1", "complaint.received", "2026-03-12 08:00:00", "2026-03-12 08:20:00"),
    ("complaint", {}, "C2", "complaint.received", "2026-03-12 00:00:00", "2026-03-15 00:00:00"),
    ("complaint", {}, "C2", "complaint.received", "2026-03-12 23:59:59", "2026-03-15 00:00:00"),
    ("complaint", {}, "C2", "complaint.received", "2026-02-27 12:00:00", "2026-03-02 00:00:00"),
    # Thursday, so Friday and Monday
    ("complaint", {}, "C4", "reply.given", "2026-03-12 09:00:00", "2026-03-17 00:00:00"),
    # 1 to 3 January 2026 are free, Sunday the 4th is worked instead
    ("complaint", {}, "C4", "reply.given", "2025-12-31 09:00:00", "2026-01-06 00:00:00"),
    # Spring Festival 2026: 15 to 23 February are free, Saturdays the 14th and the 28th are worked
    ("complaint", {}, "C6", "suggestion.made", "2026-02-13 09:00:00", "2026-02-25 00:00:00"),
    # National Day 2026: 1 to 7 October are free, Saturday the 10th is worked
    ("complaint", {}, "C5", "callback.not_satisfied", "2026-09-30 09:00:00", "2026-10-10 00:00:00"),
    ("connection", {"project": "single_meter"}, "N1", APPLIED, "2026-03-02 09:00:00", "2026-03-17 00:00:00"),
    ("connection", {"project": "free_of_charge"}, "N2", APPLIED, "2026-03-02 09:00:00", "2026-03-14 00:00:00"),
    ("connection", {"project": "general"}, "N6", APPLIED, "2026-03-02 09:00:00", "2026-03-12 12:00:00"),
    # Qingming (6 April) and the first days of May are free, Saturday 9 May is worked instead
    ("connection", {"project": "estate"}, "N3", APPLIED, "2026-03-02 09:00:00", "2026-05-29 00:00:00"),
    ("connection", {"project": "general"}, "N5", APPLIED, "2026-03-31 23:10:00", "2026-04-01 01:10:00"),
    ("connection", {"project": "general"}, "N5b", "customer.ready", "2026-12-31 23:00:00", "2027-01-01 01:00:00"),
    ("connection", {"project": "general"}, "N8", APPLIED, "2026-02-28 23:59:59", "2026-03-02 00:00:00"),
    ("connection", {"project": "general"}, "N9", "connection.done", "2026-03-05 15:00:00", "2026-03-11 00:00:00"),
    ("connection", {"project": "platform"}, "N4", APPLIED, "2026-03-02 17:00:00", "2026-03-02 19:00:00"),
    ("connection", {"project": "fast_lane"}, "N7", APPLIED, "2026-02-26 09:00:00", "2026-03-04 00:00:00"),
    ("meter_removal", {}, "M1", "meter.removal_ordered", "2026-04-29 18:00:00", "2026-05-02 00:00:00"),
    ("valve", {"dn_mm": 100}, "V1", "valve.exercised", "2024-02-29 10:00:00", "2025-03-01 00:00:00"),
    ("tank", {}, "T1", "tank.cleaned", "2025-08-31 10:00:00", "2026-03-01 00:00:00"),
    ("information", {"urgent": False}, "I1", "information.made", "2026-03-02 09:00:00", "2026-03-31 00:00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "attributes", "rule", "starts", "when", "due"), CASES)
def test_a_limit_ends_when_its_clause_says(
    subject: str, attributes: dict[str, float], rule: str, starts: str, when: str, due: str
) -> None:
    story = Story(Subject(subject), **attributes)
    story.tell(starts, when)
    verdict = story.clocks()[rule].verdict
    assert local(verdict.due_ms) == due
    assert "calendar_not_published" not in verdict.provisional


PLANNED = [
    # rule, planned start, due
    ("P0", "2026-03-17 22:00:00", "2026-03-17 22:00:00"),
    ("P1", "2026-03-17 22:00:00", "2026-03-16 22:00:00"),
    ("P2", "2026-03-01 01:00:00", "2026-02-27 01:00:00"),
    ("P3", "2026-03-17 22:00:00", "2026-03-15 22:00:00"),
]


@pytest.mark.parametrize(("rule", "start", "due"), PLANNED)
def test_a_planned_outage_is_announced_so_long_before(rule: str, start: str, due: str) -> None:
    story = Story(Subject.OUTAGE)
    story.tell("outage.planned", "2026-02-20 09:00", planned_start_ms=at(start), households=1000, duration_s=3600)
    assert local(story.clocks()[rule].verdict.due_ms) == due


def test_between_the_two_clauses_on_notice_lies_a_red_line() -> None:
    story = Story(Subject.OUTAGE)
    story.tell("outage.planned", "2026-03-01 09:00", planned_start_ms=at("2026-03-17 22:00"))
    assert local(story.clocks()["P3"].verdict.red_line_ms) == "2026-03-16 22:00:00"


@pytest.mark.parametrize(
    ("households", "duration_h", "applies"),
    [(999, 11.99, False), (1000, 1, True), (3, 12, True), (None, None, True)],
)
def test_the_media_are_told_of_large_and_of_long_outages(
    households: int | None, duration_h: float | None, applies: bool
) -> None:
    story = Story(Subject.OUTAGE)
    known = (
        {} if households is None or duration_h is None else {"households": households, "duration_s": duration_h * 3600}
    )
    story.tell("outage.planned", "2026-03-01 09:00", planned_start_ms=at("2026-03-17 22:00"), **known)
    assert ("P2" in story.clocks()) == applies


@pytest.mark.parametrize(("duration_h", "applies"), [(24, False), (24 + 1 / 3600, True), (23.99, False)])
def test_water_is_brought_when_an_outage_lasts_longer_than_a_day(duration_h: float, applies: bool) -> None:
    story = Story(Subject.OUTAGE)
    story.tell(
        "outage.planned", "2026-03-01 09:00", planned_start_ms=at("2026-03-17 22:00"), duration_s=duration_h * 3600
    )
    assert ("P6" in story.clocks()) == applies


def test_beyond_the_published_calendar_weekends_alone_are_free_and_that_is_said() -> None:
    assert official(date(2031, 1, 1)) is None
    story = Story(Subject.COMPLAINT)
    story.tell("reply.given", "2030-12-31 09:00")  # a Tuesday
    verdict = story.clocks()["C4"].verdict
    assert local(verdict.due_ms) == "2031-01-03 00:00:00"
    assert verdict.provisional == ("calendar_not_published",)


# Weekends alone: New Year's Day and National Day would be free, and Sundays worked instead of some of the latter.
IN_2027 = [
    ("C4", "reply.given", "2026-12-31 09:00", "2027-01-05 00:00:00"),
    ("C4", "reply.given", "2027-01-02 10:00", "2027-01-06 00:00:00"),
    ("C5", "callback.not_satisfied", "2027-09-30 09:00", "2027-10-05 00:00:00"),
    ("C2", "complaint.received", "2027-02-27 12:00", "2027-03-02 00:00:00"),
]


@pytest.mark.parametrize(("rule", "starts", "when", "due"), IN_2027)
def test_in_2027_limits_in_working_days_are_provisional_until_its_calendar_is_published(
    rule: str, starts: str, when: str, due: str
) -> None:
    story = Story(Subject.COMPLAINT)
    story.tell(starts, when)
    verdict = story.clocks()[rule].verdict
    if official(date(2027, 1, 4)) is None or rule == "C2":
        assert local(verdict.due_ms) == due
    in_working_days = rule != "C2" and official(date(2027, 1, 4)) is None
    assert verdict.provisional == (("calendar_not_published",) if in_working_days else ())


def test_a_day_declared_free_moves_running_limits_and_never_one_that_has_ended() -> None:
    running, done = Story(Subject.COMPLAINT), Story(Subject.COMPLAINT)
    for story in (running, done):
        story.tell("reply.given", "2026-03-12 09:00")
    done.tell("callback.done", "2026-03-13 09:00")
    edit = DayEdit(date(2026, 3, 16), False, at("2026-03-14 12:00"))
    late = DayEdit(date(2026, 3, 16), False, at("2026-03-17 12:00"))
    assert local(running.clocks(Calendar(edits=(edit,)))["C4"].verdict.due_ms) == "2026-03-18 00:00:00"
    assert local(done.clocks(Calendar(edits=(edit,)))["C4"].verdict.due_ms) == "2026-03-17 00:00:00"
    assert local(running.clocks(Calendar(edits=(late,)))["C4"].verdict.due_ms) == "2026-03-17 00:00:00"


def test_a_pause_takes_out_the_working_days_on_which_it_lasts_at_midnight() -> None:
    story = Story(Subject.CONNECTION, project="free_of_charge")
    story.tell(APPLIED, "2026-03-02 09:00")
    story.tell("permit.asked", "2026-03-03 10:00")
    story.tell("permit.given", "2026-03-03 16:00")
    assert local(story.clocks()["N2"].verdict.due_ms) == "2026-03-14 00:00:00"
    story.tell("permit.asked", "2026-03-06 10:00")  # Friday; the weekend inside is free anyway
    paused = story.clocks()["N2"].verdict
    assert paused.due_ms is None
    assert paused.paused
    story.tell("permit.given", "2026-03-10 16:00")  # Friday 6 and Monday 9 do not count
    verdict = story.clocks()["N2"].verdict
    assert local(verdict.due_ms) == "2026-03-18 00:00:00"
    assert ["占掘路、占绿审批" in pause.clause for pause in verdict.pauses] == [True, True]
