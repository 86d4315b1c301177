"""A planned outage in the journal: from the plan to the second notice, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dispatch_room import STANDARDS, copied

from app.dispatch.acts import Done, No
from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.operations.edit import Author
from app.operations.isolate import Query
from app.operations.outage_plan import planned, record_and_effect
from app.operations.outages import OutageDesk, calendar, carry_out, customers_of, open_outages, stage, text_of
from app.outages.acts import Happened, OutageAct, Revise, Rule
from app.outages.book import Stage
from app.outages.clashes import ClashKind
from app.outages.entries import Role, Ruling
from app.workspace import open_workspace
from network.supply import prepare

NOW = datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
"""09:00 in the city."""
START = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)
"""22:00 in the city."""


class Planner:
    """Somebody at a desk of his own."""

    def __init__(self, folder: Path, who: str) -> None:
        self.who, self.now = who, NOW
        self.desk: OutageDesk = open_outages(open_workspace(folder), STANDARDS)

    def ask(self, act: OutageAct, who: str = "") -> Done | No:
        self.desk, outcome = carry_out(self.desk, act, Author(who or self.who), self.now)
        return outcome

    def do(self, act: OutageAct, who: str = "") -> None:
        outcome = self.ask(act, who)
        assert isinstance(outcome, Done), outcome

    def refused(self, act: OutageAct, who: str = "") -> str:
        before = dict(self.desk.workspace.journal.heads())
        outcome = self.ask(act, who)
        assert isinstance(outcome, No), outcome
        assert dict(self.desk.workspace.journal.heads()) == before
        return outcome.code

    def plan(self, pipe: str = "P2", hours: float = 6.0, **more: object) -> Revise:
        workspace = self.desk.workspace
        model = prepare(workspace.city, workspace.states)
        record, effect = record_and_effect(model, planned(model, Query("pipe", pipe)), 0)
        start_ms = milliseconds(START)
        act = Revise(record, effect, start_ms, start_ms + round(hours * 3_600_000), texts={"reason": "改造"})
        return replace(act, **more)

    def stage(self) -> Stage:
        return stage(self.desk, self.desk.book["J1"], self.now)


@pytest.fixture
def room(city: Path, tmp_path: Path) -> Iterator[tuple[Planner, Planner]]:
    folder = copied(city, tmp_path / "w")
    pair = Planner(folder, "王"), Planner(folder, "李")
    yield pair
    for one in pair:
        one.desk.workspace.close()


EVERYONE = (FactKind.PUBLIC_TOLD, FactKind.NOTICE_DELIVERED, FactKind.EVERYONE_TOLD)


def test_from_the_plan_to_the_second_notice(room: tuple[Planner, Planner]) -> None:
    desk, _ = room
    desk.do(desk.plan())
    outage = desk.desk.book["J1"]
    assert customers_of(desk.desk, outage.plan)["out"] == ("C1",)
    assert text_of(desk.desk, outage.plan, "reason") == "改造"
    assert desk.refused(Rule("J1", Ruling.APPROVE, Role.NETWORK)) == "own_plan"
    assert desk.refused(Rule("J1", Ruling.APPROVE, Role.MANAGEMENT), "赵") == "not_asked"
    desk.do(Rule("J1", Ruling.APPROVE, Role.NETWORK), "赵")
    assert desk.refused(Happened("J1", FactKind.WATER_OFF)) == "not_approved"
    desk.do(Rule("J1", Ruling.APPROVE, Role.SHIFT_LEAD), "孙")
    assert desk.stage() is Stage.APPROVED
    assert desk.refused(Happened("J1", FactKind.WATER_OFF)) == "not_ready"
    for fact in (FactKind.NOTICE_DRAFTED, FactKind.AREA_NAMED, *EVERYONE):
        desk.do(Happened("J1", fact))
    assert desk.stage() is Stage.ANNOUNCED
    assert desk.refused(Happened("J1", FactKind.WATER_BACK)) == "not_before"
    assert desk.refused(Happened("J1", FactKind.WATER_OFF, at_ms=milliseconds(START))) == "in_the_future"
    desk.now = START + timedelta(minutes=5)
    early = Happened("J1", FactKind.WATER_OFF, at_ms=milliseconds(START) - 1)
    assert desk.refused(early) == "too_early", "customers were told when"
    late = desk.now = START + timedelta(minutes=16)
    assert desk.refused(Happened("J1", FactKind.WATER_OFF)) == "too_late"
    desk.do(Happened("J1", FactKind.WATER_OFF, at_ms=milliseconds(late) - 60_000))
    assert desk.refused(desk.plan(number="J1", after=outage.plan.key, start_ms=milliseconds(START) + 7_200_000)) == (
        "over_already"
    )
    desk.now = START + timedelta(hours=5)
    desk.do(Happened("J1", FactKind.WATER_BACK))
    assert desk.stage() is Stage.BACK
    desk.do(Happened("J1", FactKind.SECOND_NOTICE))
    assert desk.stage() is Stage.ENDED
    assert desk.refused(Rule("J1", Ruling.CANCEL, Role.NETWORK, reason="雨")) == "over_already"


def test_two_planners_do_not_overwrite_each_other(room: tuple[Planner, Planner]) -> None:
    one, other = room
    one.do(one.plan())
    seen = one.desk.book["J1"].plan.key
    longer = other.plan(number="J1", after=seen, hours=7)
    one.do(one.plan(number="J1", after=seen, hours=5))
    refusal = other.ask(longer)
    assert isinstance(refusal, No)
    assert (refusal.code, refusal.detail["who"]) == ("revised_meanwhile", "王")
    plan = other.desk.book["J1"].plan
    assert (plan.number, plan.grows, plan.duration_s) == (2, False, 5 * 3600)
    other.do(replace(longer, after=plan.key))
    assert other.desk.book["J1"].plan.grows
    other.do(other.plan("P4", start_ms=milliseconds(START) + 3_600_000))
    assert set(other.desk.book) == {"J1", "J2"}
    (clash,) = calendar(other.desk, NOW)
    assert clash.kind in {ClashKind.AT_ONCE, ClashKind.SAME_VALVE, ClashKind.SAME_CUSTOMERS}


def test_what_cannot_be_planned_is_refused_and_nothing_written(room: tuple[Planner, Planner]) -> None:
    desk, _ = room
    start_ms = milliseconds(START)
    assert desk.refused(desk.plan(end_ms=start_ms)) == "ends_before_start"
    assert desk.refused(desk.plan(start_ms=milliseconds(NOW), end_ms=start_ms)) == "in_the_past"
    assert desk.refused(desk.plan(hours=31 * 24)) == "too_long"
    assert desk.refused(desk.plan("P1")) == "not_feasible"
    assert desk.refused(desk.plan(number="J9", after=("d", 1))) == "no_such_outage"
    assert desk.refused(Happened("J9", FactKind.WATER_OFF)) == "no_such_outage"
    assert desk.refused(Rule("J9", Ruling.APPROVE, Role.NETWORK)) == "no_such_outage"
    desk.do(desk.plan(hours=30))
    assert desk.refused(Rule("J1", Ruling.REFUSE, Role.NETWORK)) == "needs_a_reason"
    assert desk.refused(Rule("J1", Ruling.WAIVE, Role.NETWORK, "P6", "急")) == "not_the_approver"
    assert desk.refused(Rule("J1", Ruling.WAIVE, Role.MANAGEMENT, "P7", "急")) == "no_such_rule"
    desk.do(Rule("J1", Ruling.CANCEL, Role.NETWORK, reason="改期"))
    assert desk.refused(Happened("J1", FactKind.WATER_OFF)) == "over_already"


def test_a_plan_that_came_too_late_is_not_approved(room: tuple[Planner, Planner]) -> None:
    desk, _ = room
    desk.do(desk.plan())
    desk.now = START - timedelta(hours=47, minutes=59)
    refusal = desk.ask(Rule("J1", Ruling.APPROVE, Role.NETWORK), "赵")
    assert isinstance(refusal, No)
    assert (refusal.code, refusal.detail["rules"]) == ("not_lawful", "P3")
    desk.now = START + timedelta(minutes=1)
    desk.do(Happened("J1", FactKind.WATER_OFF, despite="爆管抢修"))
    assert desk.stage() is Stage.OFF
