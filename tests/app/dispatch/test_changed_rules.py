"""A rule that changes at a date: what began before goes on by the wording, the pauses and the clause of then."""

from dataclasses import replace
from datetime import date

from dispatch_stories import PACK, ZONE, Story, at, local

from app.dispatch.clocks import clocks_of
from app.dispatch.facts import FactKind
from app.dispatch.rules import After, Rule, RulePack, Subject, WorkingDays, judged_otherwise
from app.dispatch.states import ClockState, state_of
from app.dispatch.workdays import Calendar

LAST, FIRST = date(2026, 3, 31), date(2026, 4, 1)
TODAY = date(2026, 3, 20)


def changed(rule_id: str, *versions: Rule) -> RulePack:
    """The standard with other wordings of one rule, the later one first: files keep no order."""
    others = (rule for rule in PACK.rules if rule.id != rule_id)
    return replace(PACK, rules=(*versions, *others))


def paused_connection(applied: str = "2026-03-02 09:00") -> Story:
    """A connection with two permits asked for and given, as in the table of due dates."""
    story = Story(Subject.CONNECTION, project="free_of_charge")
    story.tell("application.received", applied)
    for asked, given in (("03-03 10:00", "03-03 16:00"), ("03-06 10:00", "03-10 16:00")):
        story.tell("permit.asked", f"2026-{asked}")
        story.tell("permit.given", f"2026-{given}")
    return story


N2 = PACK.rule("N2")
BEFORE = replace(N2, valid_to=LAST)
AFTER = replace(N2, pauses=(), clause="九个工作日", limit=WorkingDays(5), valid_from=FIRST)


def test_a_changed_rule_does_not_erase_past_pauses() -> None:
    running = paused_connection().clocks()["N2"].verdict
    assert local(running.due_ms) == "2026-03-18 00:00:00"
    # Without dates it would: this is why such a pack is not adopted.
    undated = paused_connection().clocks(pack=changed("N2", replace(N2, pauses=())))["N2"].verdict
    assert (local(undated.due_ms), len(undated.pauses)) == ("2026-03-14 00:00:00", 0)
    clock = paused_connection().clocks(pack=changed("N2", AFTER, BEFORE))["N2"]
    assert clock.verdict == running
    assert len(clock.verdict.pauses) == 2
    assert clock.rule.clause == N2.clause


def test_what_starts_from_the_day_of_the_change_goes_by_the_new_wording() -> None:
    pack = changed("N2", AFTER, BEFORE)
    for applied, rule in (("2026-03-31 23:59:59", BEFORE), ("2026-04-01 00:00", AFTER)):
        story = Story(Subject.CONNECTION, project="free_of_charge")
        story.tell("application.received", applied)
        (clock,) = [one for one in clocks_of(story.case, pack, Calendar()) if one.rule.id == "N2"]
        assert clock.rule.clause == rule.clause


def test_a_rule_that_has_not_begun_stands_once_with_the_wording_of_the_day() -> None:
    gate = PACK.rule("E4")
    pack = changed("E4", replace(gate, clause="新", valid_from=FIRST), replace(gate, valid_to=LAST))
    for day, clause in (("2026-03-31", gate.clause), ("2026-04-01", "新")):
        story = Story()
        story.tell("report.received", f"{day} 08:00")
        (clock,) = [one for one in clocks_of(story.case, pack, Calendar()) if one.rule.id == "E4"]
        assert state_of(clock, at(f"{day} 09:00"), ZONE) is ClockState.PENDING
        assert clock.rule.clause == clause


def test_of_starts_under_two_wordings_the_earlier_holds() -> None:
    arrival = PACK.rule("E1")
    later = replace(arrival, starts=(FactKind.CREW_ASSIGNED,), limit=After(60), valid_from=FIRST)
    story = Story()
    story.tell("report.received", "2026-03-31 23:50")
    story.tell("crew.assigned", "2026-04-01 00:05")
    clock = story.clocks(pack=changed("E1", later, replace(arrival, valid_to=LAST)))["E1"]
    assert local(clock.verdict.due_ms) == "2026-04-01 00:20:00"


def test_a_corrected_start_on_the_other_side_of_the_change_keeps_both_verdicts() -> None:
    arrival = PACK.rule("E1")
    pack = changed("E1", replace(arrival, limit=After(600), valid_from=FIRST), replace(arrival, valid_to=LAST))
    story = Story()
    rang = story.tell("report.received", "2026-04-01 00:05")
    story.correct(rang, "2026-03-31 23:55")
    clock = story.clocks(pack=pack)["E1"]
    assert local(clock.verdict.due_ms) == "2026-04-01 00:25:00"
    assert clock.recorded is not None
    assert local(clock.recorded.due_ms) == "2026-04-01 00:15:00"


def test_a_pack_that_would_judge_the_past_otherwise_is_known_by_its_rules() -> None:
    moved = (replace(BEFORE, valid_to=date(2026, 3, 19)), replace(AFTER, valid_from=TODAY))
    assert judged_otherwise(PACK, changed("N2", *moved), TODAY) == ()
    assert judged_otherwise(PACK, changed("N2", AFTER, BEFORE), TODAY) == ()
    assert judged_otherwise(PACK, changed("N2", AFTER, BEFORE), date(2026, 4, 2)) == ("N2",)
    assert judged_otherwise(PACK, changed("N2", replace(N2, pauses=())), TODAY) == ("N2",)
    assert judged_otherwise(PACK, changed("N2", replace(N2, valid_from=TODAY)), TODAY) == ("N2",)
    assert judged_otherwise(PACK, changed("N2"), TODAY) == ("N2",)
    assert judged_otherwise(changed("N2"), PACK, TODAY) == ("N2",)
    assert judged_otherwise(PACK, changed("N2", replace(N2, title_zh="别名", valid_to=date.max)), TODAY) == ()
