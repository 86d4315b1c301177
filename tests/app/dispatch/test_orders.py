"""Dispatch orders and crews' duties, from the events of several desks."""

from datetime import date

import pytest
from dispatch_stories import ZONE, at
from fleet import Fleet

from app.dispatch.crews import CrewState
from app.dispatch.duty import RELIEVED, Duty, duties_of
from app.dispatch.entries import EntryKind, OrderStep
from app.dispatch.incidents import Ledger, take_in
from app.dispatch.orders import Needed, Order, next_number, order_needed, orders_of, orders_on

NUMBER = "20260312-dev0-001"


def step(fleet: Fleet, name: str, when: str, who: int = 0, **more: object) -> None:
    fleet.write(who, at(when), EntryKind.ORDER_STEP, {"step": name, **more}, entity=f"order/{NUMBER}")


def orders(fleet: Fleet, who: int = 0) -> tuple[Order, ...]:
    return orders_of(take_in(Ledger(), fleet.laptops[who].log.values()).entries)


def issued(fleet: Fleet) -> None:
    step(fleet, "issued", "2026-03-12 23:50", receiver="plant 2", about="valve/V1", incident="incident/W1")


def test_an_order_is_read_back_executed_and_reported() -> None:
    fleet = Fleet.of(1)
    issued(fleet)
    for name, when in (("read_back", "12 23:51"), ("executed", "13 00:10"), ("reported", "13 00:12")):
        (order,) = orders(fleet)
        assert order.next == name
        step(fleet, name, f"2026-03-{when}")
    (order,) = orders(fleet)
    assert (order.issuer, order.receiver, order.about, order.incident) == ("a", "plant 2", "valve/V1", "incident/W1")
    assert not order.open
    assert order.next is None
    assert order.out_of_order == ()


def test_what_was_executed_before_it_was_read_back_is_shown() -> None:
    fleet = Fleet.of(1)
    issued(fleet)
    step(fleet, "executed", "2026-03-12 23:52")
    assert orders(fleet)[0].out_of_order == (OrderStep.EXECUTED,)
    step(fleet, "read_back", "2026-03-12 23:55")
    assert orders(fleet)[0].out_of_order == (OrderStep.EXECUTED,)


def test_a_step_of_an_order_whose_issue_has_not_arrived_waits() -> None:
    fleet = Fleet.of(2)
    step(fleet, "executed", "2026-03-12 23:52", who=1)
    assert orders(fleet, 1) == ()
    issued(fleet)
    fleet.sync()
    assert OrderStep.EXECUTED in orders(fleet, 1)[0].steps_ms


def test_a_withdrawn_order_is_over() -> None:
    fleet = Fleet.of(1)
    issued(fleet)
    step(fleet, "withdrawn", "2026-03-12 23:55")
    assert orders(fleet)[0].next is None


def test_the_day_s_log_has_an_order_on_each_day_on_which_something_was_done() -> None:
    fleet = Fleet.of(1)
    issued(fleet)
    step(fleet, "read_back", "2026-03-13 00:01")
    for day, found in ((12, 1), (13, 1), (14, 0)):
        assert len(orders_on(orders(fleet), date(2026, 3, day), ZONE)) == found


def test_numbers_follow_one_another_by_day_and_desk() -> None:
    fleet = Fleet.of(1)
    issued(fleet)
    day = date(2026, 3, 12)
    assert next_number(day, "dev0", [one.number for one in orders(fleet)]) == "20260312-dev0-002"
    assert next_number(day, "dev1", [one.number for one in orders(fleet)]) == "20260312-dev1-001"
    assert next_number(date(2026, 3, 13), "dev0", [one.number for one in orders(fleet)]) == "20260313-dev0-001"


@pytest.mark.parametrize(
    ("dn_mm", "is_source", "is_pump", "needed"),
    [
        (None, False, False, None),
        (599, False, False, None),
        (600, False, False, Needed.TRUNK_VALVE),
        (None, True, False, Needed.PLANT),
        (100, False, True, Needed.BOOSTER),
    ],
)
def test_trunk_valves_plants_and_boosters_are_operated_by_order(
    dn_mm: float | None, is_source: bool, is_pump: bool, needed: Needed | None
) -> None:
    assert order_needed(dn_mm=dn_mm, is_source=is_source, is_pump=is_pump) is needed


def send(fleet: Fleet, who: int, incident: str, **more: object) -> None:
    fleet.write(who, 1000, EntryKind.CREW_SENT, {"incident": incident, **more}, entity="crew/R03")


def duty(fleet: Fleet, who: int = 0) -> Duty:
    return duties_of(take_in(Ledger(), fleet.laptops[who].log.values()).entries, {})["R03"]


def test_a_crew_is_sent_accepts_and_is_relieved() -> None:
    fleet = Fleet.of(1)
    fleet.write(0, 500, EntryKind.CREW_STATED, {"state": "off"}, entity="crew/R03")
    fleet.write(0, 900, EntryKind.CREW_STATED, {"state": "en_route"}, entity="crew/R03")
    send(fleet, 0, "W1")
    assert (duty(fleet).incident, duty(fleet).accepted, duty(fleet).state) == ("W1", False, CrewState.EN_ROUTE)
    send(fleet, 0, "W1", accepted=True)
    assert duty(fleet).accepted
    send(fleet, 0, RELIEVED)
    assert duty(fleet).incident is None


def test_one_crew_sent_to_two_places_goes_to_the_first_and_both_desks_see_it() -> None:
    fleet = Fleet.of(2)
    send(fleet, 0, "W1")
    send(fleet, 1, "W2")
    fleet.sync()
    for who in (0, 1):
        found = duty(fleet, who)
        assert found.incident == "W1"
        assert [late.facts["incident"] for late in found.sent_twice] == ["W2"]
    send(fleet, 1, "W2")
    assert duty(fleet, 1).incident == "W2"
    assert duty(fleet, 1).sent_twice == ()
