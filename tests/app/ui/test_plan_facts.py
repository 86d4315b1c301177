"""What a plan says beyond its own lists, on the town."""

import numpy as np
from console_driver import Driver
from little_city import LEAKING

from app.ui.valve_rows import task_words, valve_rows
from network.assets import Condition, Position


def test_a_stuck_or_passing_valve_inside_the_region_is_bypassed_a_closed_one_is_not(desk: Driver) -> None:
    session, device = desk.session, desk.row("valve", "V-H2-2B")
    for condition in (Condition.INOPERABLE, Condition.PASSING):
        session.suppose(device, condition=condition)
        desk.plan(LEAKING)
        assert desk.ids(session.plan.bypassed) == ["V-H2-2B"], condition
    session.suppose(device, condition=Condition.INOPERABLE, position=Position.CLOSED)
    desk.plan(LEAKING)
    assert session.plan.bypassed == ()


def test_a_stuck_valve_elsewhere_concerns_nobody(desk: Driver) -> None:
    desk.session.suppose(desk.row("valve", "V-H0-0A"), condition=Condition.INOPERABLE)
    desk.plan(LEAKING)
    assert desk.session.plan.bypassed == ()


def test_each_device_is_told_once_and_valves_to_close_come_first(desk: Driver) -> None:
    desk.session.suppose(desk.row("valve", "V-H2-2B"), condition=Condition.INOPERABLE)
    desk.plan(LEAKING)
    rows = valve_rows(desk.session.plan)
    assert len({row.device for row in rows}) == len(rows)
    assert [row.order for row in rows] == [1, 2, 3, 4, 0]
    assert [row.role for row in rows] == ["close"] * 4 + ["bypassed"]
    words = desk.console.look.words
    assert task_words(rows[-1], desk.session.plan.states, words) == words.say("condition", "inoperable")


def test_an_unknown_valve_is_named_among_what_the_plan_relies_on(desk: Driver) -> None:
    desk.plan("P-H2-1")
    assert "V-H2-1B" in desk.ids(desk.session.plan.unknown)
    assert any("V-H2-1B" in text for text in desk.window.inspector.basis.texts)


def test_customers_come_critical_first_and_are_counted_by_kind(desk: Driver) -> None:
    desk.plan(LEAKING)
    facts, customers = desk.session.plan, desk.session.city.customers
    critical = customers.critical[facts.customers]
    assert critical.tolist() == [True, True] + [False] * 6
    assert [(count.category, count.out) for count in facts.by_category] == [
        ("residential", 6),
        ("hospital", 1),
        ("school", 1),
    ]
    assert facts.unintended_customers == 0
    assert not facts.is_stored(int(facts.customers[0]))
    assert np.isnan(facts.storage_hours(int(facts.customers[0])))


def test_customers_behind_a_part_that_is_cut_off_with_it_are_unintended(desk: Driver) -> None:
    for valve in ("V-V3-2A", "V-H2-3A", "V-V3-1B"):
        desk.session.suppose(desk.row("valve", valve), position=Position.CLOSED)
    desk.plan(LEAKING)
    facts = desk.session.plan
    assert len(facts.plan.unintended)
    assert facts.unintended_customers == 0  # the corner beyond has mains but no customers
    assert desk.window.inspector.impact.length.figure.text() != "0.00"
