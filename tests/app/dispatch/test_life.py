"""From the report to the closed incident: what is next, what bars the way, and what undoes a step."""

import pytest
from dispatch_stories import Story

from app.dispatch.life import Life, Step, life_of


def life(story: Story) -> Life:
    return life_of(story.facts)


def repaired_without_shutting_off() -> Story:
    story = Story()
    for minute, kind in enumerate(
        ["report.received", "crew.assigned", "crew.on_scene", "barrier.set", "utilities.checked", "repair.done"]
    ):
        story.tell(kind, f"2026-03-12 14:{minute:02d}")
    return story


def stopped_and_repaired(*, back: bool) -> Story:
    story = repaired_without_shutting_off()
    story.tell("stop.decided", "2026-03-12 14:02")
    story.tell("valve.turned", "2026-03-12 14:03", valve="V1", position="closed", normal="open")
    story.tell("water.off", "2026-03-12 14:04")
    story.tell("flushing.done", "2026-03-12 15:00")
    if back:
        story.tell("valve.turned", "2026-03-12 15:10", valve="V1", position="open", normal="open")
    story.tell("water.back", "2026-03-12 15:20")
    story.tell("customers.confirmed", "2026-03-12 15:30")
    story.tell("site.cleared", "2026-03-12 16:00")
    return story


def test_at_first_a_crew_is_to_be_assigned_and_nothing_else_is_ready() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:00")
    assert life(story).next == (Step.CREW_ASSIGNED,)
    assert life(story).of(Step.ON_SCENE).barred_by == (Step.CREW_ASSIGNED,)


def test_nobody_digs_before_the_other_lines_are_known_and_the_site_is_safe() -> None:
    story = Story()
    for kind in ("report.received", "crew.assigned", "crew.on_scene"):
        story.tell(kind, "2026-03-12 14:00")
    assert life(story).of(Step.REPAIRED).barred_by == (Step.SITE_SAFE, Step.UTILITIES_CHECKED)
    assert life(story).next == (Step.SITE_SAFE, Step.UTILITIES_CHECKED)


def test_a_repair_without_shutting_off_has_no_water_to_bring_back() -> None:
    story = repaired_without_shutting_off()
    assert life(story).next == (Step.SITE_CLEARED,)
    story.tell("site.cleared", "2026-03-12 15:00")
    assert life(story).next == (Step.CLOSED,)


def test_nothing_is_closed_while_a_valve_stands_as_it_should_not() -> None:
    left = life(stopped_and_repaired(back=False))
    (away,) = left.of(Step.CLOSED).valves_away
    assert (away.valve, away.position, away.normal) == ("V1", "closed", "open")
    assert not left.of(Step.CLOSED).ready
    assert life(stopped_and_repaired(back=True)).next == (Step.CLOSED,)


def test_a_recorded_reason_lets_a_valve_stay() -> None:
    story = stopped_and_repaired(back=False)
    story.tell("valve.left", "2026-03-12 16:10", valve="V1")
    assert life(story).next == (Step.CLOSED,)
    story.tell("valve.turned", "2026-03-12 16:20", valve="V1", position="closed", normal="open")
    assert life(story).of(Step.CLOSED).valves_away


@pytest.mark.parametrize("step", ["flushing.done", "water.back", "customers.confirmed", "site.cleared"])
def test_a_gate_that_is_open_bars_the_closing(step: str) -> None:
    story = stopped_and_repaired(back=True)
    story.facts = [fact for fact in story.facts if fact.kind != step]
    assert not life(story).of(Step.CLOSED).ready
    assert life(story).of(Step.CLOSED).barred_by


def test_reopening_undoes_the_repair_but_not_the_arrival() -> None:
    story = stopped_and_repaired(back=True)
    story.tell("closed", "2026-03-12 17:00")
    assert life(story).of(Step.CLOSED).done is not None
    story.tell("reopened", "2026-03-13 08:00")
    again = life(story)
    assert again.of(Step.ON_SCENE).done is not None
    assert [one.step for one in again.steps if one.open] == [
        Step.CREW_ASSIGNED,
        Step.REPAIRED, Step.FLUSHED, Step.VALVES_BACK, Step.WATER_BACK, Step.CONFIRMED, Step.SITE_CLEARED, Step.CLOSED
    ]  # fmt: skip
    assert again.next == (Step.CREW_ASSIGNED, Step.REPAIRED), "who was there went home with the closing"


def test_a_crew_that_was_called_back_is_to_be_replaced_before_the_repair_and_not_after_it() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:00")
    story.tell("crew.assigned", "2026-03-12 14:01", crew="A")
    story.tell("crew.assigned", "2026-03-12 14:02", crew="B")
    story.tell("crew.left", "2026-03-12 14:03", crew="A")
    assert life(story).next == (Step.ON_SCENE,), "the other one is on its way"
    assert life_of(story.facts, {"B"}).next == (Step.CREW_ASSIGNED,), "another desk had sent it elsewhere before"
    story.tell("crew.on_scene", "2026-03-12 14:10", crew="B")
    story.tell("crew.left", "2026-03-12 14:20", crew="B")
    assert life(story).next == (Step.CREW_ASSIGNED, Step.SITE_SAFE, Step.UTILITIES_CHECKED)
    assert life(story).of(Step.ON_SCENE).done is not None, "a met arrival stays met"
    story.tell("repair.done", "2026-03-12 15:00")
    assert Step.CREW_ASSIGNED not in life(story).next


def test_who_came_unsent_is_there() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:00")
    story.tell("crew.on_scene", "2026-03-12 14:10")
    assert life(story).of(Step.CREW_ASSIGNED).done is not None


def test_a_stale_position_is_no_arrival() -> None:
    story = Story()
    story.tell("report.received", "2026-03-12 14:00")
    story.tell("crew.assigned", "2026-03-12 14:01")
    story.tell("crew.near", "2026-03-12 14:10", stale=True)
    assert life(story).of(Step.ON_SCENE).done is None


def test_a_step_recorded_by_mistake_is_open_again() -> None:
    story = repaired_without_shutting_off()
    story.correct(story.facts[-1].key, "2026-03-12 14:05", void=True)
    assert life(story).of(Step.REPAIRED).ready
