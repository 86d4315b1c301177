"""How clocks behave: starts, pauses, witnesses, reopening, corrections; and what other systems get wrong."""

import pytest
from dispatch_stories import PACK, ZONE, Story, at, local

from app.dispatch.clocks import clocks_of
from app.dispatch.facts import FactKind
from app.dispatch.rules import Subject
from app.dispatch.states import ClockState, Forecast, left_s, state_of
from app.dispatch.workdays import Calendar


def test_an_emergency_clock_starts_with_the_first_receipt_and_duplicates_keep_the_earliest() -> None:
    story = Story(dn_mm=300)
    story.tell("report.received", "2026-03-12 14:40")
    story.tell("report.received", "2026-03-12 14:32", dev="other_desk")
    assert local(story.clocks()["E1"].verdict.start_ms) == "2026-03-12 14:32:00"
    assert local(story.clocks()["E2"].verdict.due_ms) == "2026-03-13 14:32:00"


def test_arrival_is_by_command_or_by_position_and_both_are_shown_where_they_disagree() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:32")
    near = story.tell("crew.near", "2026-03-12 14:58")
    said = story.tell("crew.on_scene", "2026-03-12 15:05")
    clock = story.clocks()["E1"]
    assert clock.verdict.met is not None
    assert clock.verdict.met.key == near
    assert [fact.key for fact in clock.verdict.witnesses] == [near, said]
    assert clock.witnesses_apart_s == 420
    assert clock.verdict.in_time


def test_a_stale_position_never_satisfies() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:32")
    story.tell("crew.near", "2026-03-12 14:58", stale=True)
    assert story.clocks()["E1"].verdict.met is None


def test_the_other_readings_of_the_restoration_clause_are_shown_beside_it() -> None:
    story = Story(dn_mm=300)
    story.tell("report.received", "2026-03-12 14:32")
    story.tell("crew.on_scene", "2026-03-12 14:50")
    story.tell("water.off", "2026-03-12 15:20")
    readings = dict(story.clocks()["E2"].readings)
    assert {kind: local(verdict.due_ms) for kind, verdict in readings.items()} == {
        FactKind.CREW_ON_SCENE: "2026-03-13 14:50:00",
        FactKind.WATER_OFF: "2026-03-13 15:20:00",
    }


def test_a_diameter_read_on_site_derives_the_limit_again_from_the_same_start() -> None:
    story = Story(dn_mm=400)
    story.tell("report.received", "2026-03-12 14:32")
    before = story.clocks()
    assert before["E2"].verdict.provisional == ("diameter_recorded",)
    assert "E3" not in before
    story.tell("diameter.read", "2026-03-12 15:00", dn_mm=600)
    after = story.clocks()
    assert "E2" not in after
    assert local(after["E3"].verdict.due_ms) == "2026-03-14 14:32:00"
    assert after["E3"].verdict.provisional == ()


def test_with_no_diameter_at_all_the_stricter_limit_holds_and_is_provisional() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:32")
    assert story.clocks()["E2"].verdict.provisional == ("attribute_unknown",)
    assert "E3" not in story.clocks()


def test_a_reopened_incident_goes_on_with_its_first_restoration_clock_and_a_met_arrival_stays_met() -> None:
    story = Story(dn_mm=300)
    story.tell("report.received", "2026-03-12 14:32")
    story.tell("crew.on_scene", "2026-03-12 14:50")
    story.tell("water.back", "2026-03-12 20:00")
    story.tell("closed", "2026-03-12 22:00")
    assert story.clocks()["E2"].verdict.met is not None
    story.tell("reopened", "2026-03-13 08:00")
    clocks = story.clocks()
    assert clocks["E2"].verdict.met is None
    assert local(clocks["E2"].verdict.due_ms) == "2026-03-13 14:32:00"
    assert clocks["E1"].verdict.in_time
    story.tell("water.back", "2026-03-13 15:00")
    assert state_of(story.clocks()["E2"], at("2026-03-14 00:00"), ZONE) is ClockState.MET_LATE


def test_no_fact_pauses_a_clock_whose_clause_grants_no_pause() -> None:
    story = Story(dn_mm=300)
    story.tell("report.received", "2026-03-12 14:32")
    story.tell("permit.asked", "2026-03-12 15:00")
    verdict = story.clocks()["E2"].verdict
    assert verdict.pauses == ()
    assert local(verdict.due_ms) == "2026-03-13 14:32:00"


def test_a_corrected_time_leaves_both_verdicts() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:32")
    arrived = story.tell("crew.on_scene", "2026-03-12 15:05")
    story.correct(arrived, "2026-03-12 14:59")
    clock = story.clocks()["E1"]
    assert clock.verdict.in_time
    assert clock.recorded is not None
    assert clock.recorded.in_time is False


def test_an_arrival_that_did_not_happen_no_longer_satisfies_but_stays_on_record() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:32")
    arrived = story.tell("crew.on_scene", "2026-03-12 14:50")
    story.correct(arrived, "2026-03-12 14:50", void=True)
    clock = story.clocks()["E1"]
    assert clock.verdict.met is None
    assert clock.recorded is not None
    assert clock.recorded.met is not None


def test_of_several_corrections_the_last_written_holds_and_corrections_can_be_corrected() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:32")
    arrived = story.tell("crew.on_scene", "2026-03-12 15:05")
    better = story.correct(arrived, "2026-03-12 14:59")
    story.correct(better, "2026-03-12 15:01")
    met = story.clocks()["E1"].verdict.met
    assert met is not None
    assert local(met.at_ms) == "2026-03-12 15:01:00"


def test_a_plan_that_changes_after_its_notice_went_out_must_be_announced_again() -> None:
    story = Story(Subject.OUTAGE)
    story.tell("outage.planned", "2026-03-10 09:00", planned_start_ms=at("2026-03-17 22:00"))
    story.tell("everyone.told", "2026-03-11 09:00")
    assert story.clocks()["P3"].verdict.in_time
    story.tell("outage.planned", "2026-03-12 09:00", planned_start_ms=at("2026-03-18 22:00"))
    verdict = story.clocks()["P3"].verdict
    assert verdict.met is None
    assert local(verdict.due_ms) == "2026-03-16 22:00:00"


@pytest.mark.parametrize(
    ("told", "in_time"),
    [("2026-03-15 22:00:00", True), ("2026-03-15 22:00:01", False), ("2026-03-16 21:59:59", False)],
)
def test_hours_count_to_the_second(told: str, in_time: bool) -> None:
    story = Story(Subject.OUTAGE)
    story.tell("outage.planned", "2026-03-01 09:00", planned_start_ms=at("2026-03-17 22:00"))
    story.tell("everyone.told", told)
    assert story.clocks()["P3"].verdict.in_time is in_time


def test_a_duty_that_recurs_runs_from_the_last_time_it_was_done() -> None:
    story = Story(Subject.VALVE, dn_mm=300)
    story.tell("valve.exercised", "2025-01-10 09:00")
    story.tell("valve.exercised", "2026-02-10 09:00")
    verdict = story.clocks()["V1"].verdict
    assert verdict.met is None
    assert local(verdict.due_ms) == "2027-02-11 00:00:00"
    assert "V1" not in Story(Subject.VALVE, dn_mm=80).clocks()


def test_a_later_rule_does_not_judge_what_began_before_it() -> None:
    story = Story(Subject.CONNECTION, project="platform")
    story.tell("application.received", "2020-12-31 23:59")
    assert "N4" not in story.clocks()
    later = Story(Subject.CONNECTION, project="platform")
    later.tell("application.received", "2021-01-01 00:00")
    assert "N4" in later.clocks()


STATES = [
    ("2026-03-12 14:40:00", ClockState.RUNNING),
    ("2026-03-12 14:54:29", ClockState.RUNNING),
    ("2026-03-12 14:54:30", ClockState.AT_RISK),  # a quarter of the half hour is left
    ("2026-03-12 15:02:00", ClockState.AT_RISK),
    ("2026-03-12 15:02:01", ClockState.BREACHED),
]


@pytest.mark.parametrize(("now", "state"), STATES)
def test_a_clock_runs_is_at_risk_and_is_breached(now: str, state: ClockState) -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:32")
    clock = story.clocks()["E1"]
    assert state_of(clock, at(now), ZONE) is state
    left = left_s(clock.verdict, at(now))
    assert left is not None
    assert (left < 0) == (state is ClockState.BREACHED)


def test_a_forecast_warns_before_the_time_does() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:32")
    clock, now = story.clocks()["E1"], at("2026-03-12 14:33")
    assert state_of(clock, now, ZONE, Forecast(at("2026-03-12 14:50"), at("2026-03-12 15:10"))) is ClockState.AT_RISK
    late = Forecast(at("2026-03-12 15:10"), at("2026-03-12 15:30"))
    assert state_of(clock, now, ZONE, late) is ClockState.FORECAST_TO_BREACH
    assert state_of(clock, at("2026-03-12 16:00"), ZONE, late) is ClockState.BREACHED


def test_a_gate_rests_at_night_and_runs_on_in_the_morning() -> None:
    story = Story(dn_mm=300)
    story.tell("flushing.done", "2026-03-12 21:30")
    clock = story.clocks()["E7"]
    states = {
        now: state_of(clock, at(f"2026-03-{now}"), ZONE) for now in ("12 21:59", "12 22:00", "13 05:59", "13 06:00")
    }
    assert list(states.values()) == [ClockState.RUNNING, ClockState.PAUSED, ClockState.PAUSED, ClockState.RUNNING]


def test_waived_called_off_and_pending_clocks_say_so() -> None:
    story = Story()
    assert state_of(story.clocks()["E4"], at("2026-03-12 14:32"), ZONE) is ClockState.PENDING
    story.tell("report.received", "2026-03-12 14:32")
    story.tell("stop.decided", "2026-03-12 14:40")
    story.tell("waived", "2026-03-12 14:41", rule="E4")
    story.tell("cancelled", "2026-03-12 14:50")
    clocks = story.clocks()
    assert state_of(clocks["E4"], at("2026-03-12 20:00"), ZONE) is ClockState.WAIVED
    assert state_of(clocks["E1"], at("2026-03-12 20:00"), ZONE) is ClockState.NOT_APPLICABLE


# What other systems are known to get wrong


def test_a_paused_clock_does_not_lose_its_time() -> None:
    story = Story(Subject.CONNECTION, project="single_meter")
    story.tell("application.received", "2026-03-02 09:00")
    running = story.clocks()["N1"].verdict.due_ms
    story.tell("permit.asked", "2026-03-05 09:00")
    assert state_of(story.clocks()["N1"], at("2026-04-30 09:00"), ZONE) is ClockState.PAUSED
    story.tell("permit.given", "2026-03-05 17:00")
    assert story.clocks()["N1"].verdict.due_ms == running


def test_a_reopened_complaint_keeps_the_time_at_which_it_was_closed_first() -> None:
    story = Story(Subject.COMPLAINT)
    story.tell("complaint.received", "2026-03-12 09:00")
    first = story.tell("complaint.settled", "2026-03-13 09:00")
    story.tell("reopened", "2026-03-14 09:00")
    assert story.clocks()["C2"].verdict.met is None
    assert any(fact.key == first and local(fact.at_ms) == "2026-03-13 09:00:00" for fact in story.case.facts)
    assert local(story.clocks()["C2"].verdict.start_ms) == "2026-03-12 09:00:00"


def test_what_is_handed_to_another_desk_gets_that_desks_clocks_from_the_first_receipt() -> None:
    complaint = Story(Subject.COMPLAINT)
    complaint.tell("complaint.received", "2026-03-12 09:00")
    complaint.tell("cancelled", "2026-03-12 09:30")
    incident = Story(dn_mm=300)
    incident.tell("report.received", "2026-03-12 09:00")
    assert state_of(complaint.clocks()["C2"], at("2026-03-20 09:00"), ZONE) is ClockState.NOT_APPLICABLE
    assert set(incident.clocks()).isdisjoint(complaint.clocks())
    assert local(incident.clocks()["E1"].verdict.due_ms) == "2026-03-12 09:30:00"


def test_every_clock_that_runs_is_given_not_only_the_nearest() -> None:
    story = Story(dn_mm=300)
    story.tell("report.received", "2026-03-12 14:32")
    story.tell("stop.decided", "2026-03-12 14:40")
    running = [clock for clock in story.clocks().values() if clock.verdict.start is not None]
    assert [clock.rule.id for clock in running] == ["E1", "E2", "E4"]


def test_a_badge_counts_from_instants_and_not_from_the_wall_clock_of_a_desk() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 00:10")
    verdict = story.clocks()["E1"].verdict
    assert verdict.due_ms is not None
    assert left_s(verdict, at("2026-03-12 00:20")) == 1200


def test_every_countdown_opens_its_clause_and_the_events_that_decided_it() -> None:
    story = Story(Subject.CONNECTION, project="single_meter")
    keys = [story.tell("application.received", "2026-03-02 09:00"), story.tell("permit.asked", "2026-03-05 09:00")]
    keys += [story.tell("permit.given", "2026-03-06 09:00"), story.tell("connection.done", "2026-03-09 09:00")]
    clock = story.clocks()["N1"]
    assert clock.verdict.decided_by == tuple(sorted(keys))
    assert clock.rule.clause
    assert clock.rule.heading


def test_facts_that_arrive_twice_or_in_another_order_change_nothing() -> None:
    story = Story(dn_mm=300)
    story.tell("report.received", "2026-03-12 14:32")
    arrived = story.tell("crew.on_scene", "2026-03-12 15:05")
    story.correct(arrived, "2026-03-12 14:59")
    again = Story(dn_mm=300)
    again.facts = [*reversed(story.facts), story.facts[1]]
    assert clocks_of(again.case, PACK, Calendar()) == clocks_of(story.case, PACK, Calendar())
