"""What the desk of planned outages asks of the journal: the list, one outage whole, plans changed and found again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dispatch_room import copied
from outage_room import HOUR_MS, NOW, START, Room

from app.dispatch.acts import Done, No
from app.dispatch.facts import FactKind
from app.journal.events import Draft, Event, milliseconds
from app.messages import load_words
from app.operations import outages
from app.operations.outage_notices import recipients, recipients_sheet
from app.operations.outage_revise import as_recorded, busiest, hours_of, planned_now, revised_from
from app.operations.outage_sheet import outage_sheet, outages_view
from app.operations.outages import customers_of, plan_of_revision
from app.operations.plan_subject import assessed, subject_of
from app.outage_requests import ReviseOutage
from app.outages.acts import Happened, Revise, Rule
from app.outages.book import Stage
from app.outages.clashes import ClashKind
from app.outages.entries import Role, Ruling
from app.plan_requests import Subject
from app.workspace import Workspace, append
from network.assets import Condition


@pytest.fixture
def room(city: Path, tmp_path: Path) -> Iterator[Room]:
    made = Room(copied(city, tmp_path / "w"))
    yield made
    made.desk.workspace.close()


def test_a_plan_is_found_though_the_console_went_on_as_another_device(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The follower may set aside what the hub refused between the drafting of a revision and its writing."""
    room.plan()
    journal, tried = room.desk.workspace.journal, []
    device = journal.device()

    def late(workspace: Workspace, drafts: Sequence[Draft], *more: Any) -> tuple[Workspace, tuple[Event, ...]]:
        tried.append(len(drafts))
        if len(tried) == 1:
            journal.forget_device()
        return append(workspace, drafts, *more)

    monkeypatch.setattr(outages, "append", late)
    assert isinstance(room.revise(start_ms=milliseconds(START) + HOUR_MS), Done)
    assert len(tried) == 2, "worked out anew"
    assert journal.device() != device
    plan = room.desk.book["J1"].plan
    assert plan.plan is not None
    found = journal.event(plan.plan)
    assert found is not None
    assert (found.kind, found.dev) == ("plan.made", journal.device())


def test_the_list_has_stages_clocks_and_clashes(room: Room) -> None:
    assert outages_view(room.desk, NOW, room.taken).rows == ()
    room.plan()
    room.plan("P4", start_ms=milliseconds(START) + HOUR_MS)
    view = outages_view(room.desk, NOW, room.taken)
    one, other = view.rows
    assert (one.number, one.title, one.stage, one.affected, one.lawful) == ("J1", "换阀", Stage.DRAFT, 1, True)
    assert [rule for _, rule in one.clocks][:2] == ["P0", "P1"]
    assert len(view.table.due_ms) == len(one.clocks) + len(other.clocks)
    (clash,) = view.clashes_of("J2")
    assert clash.kind in {ClashKind.AT_ONCE, ClashKind.SAME_VALVE, ClashKind.SAME_CUSTOMERS}
    assert view.row("J3") is None
    late = outages_view(room.desk, START - timedelta(hours=30), room.taken)
    assert not late.rows[0].lawful
    assert isinstance(room.do(Rule("J1", Ruling.CANCEL, Role.NETWORK, reason="雨")), Done)
    over = outages_view(room.desk, NOW, room.taken)
    assert over.rows[0].is_over
    assert over.clashes == ()
    assert over.events > view.events


def test_one_outage_whole(room: Room) -> None:
    assert outage_sheet(room.desk, "J1", NOW) is None
    room.plan()
    room.do(Rule("J1", Ruling.REFUSE, Role.NETWORK, reason="改到下周"), "赵")
    sheet = outage_sheet(room.desk, "J1", NOW)
    assert sheet is not None
    assert (sheet.stage, sheet.texts["reason"], sheet.low_known, sheet.changes) == (Stage.REFUSED, "改造", False, ())
    assert list(sheet.reasons.values()) == ["改到下周"]
    room.revise(start_ms=milliseconds(START) + HOUR_MS, low=("C2",))
    sheet = outage_sheet(room.desk, "J1", NOW)
    assert sheet is not None
    assert sheet.low_known
    assert [one.what for one in sheet.changes] == ["start", "low"]
    assert sheet.stage is Stage.DRAFT
    critical = {one.id for one in sheet.critical}
    named = {one for ids in customers_of(room.desk, sheet.outage.plan).values() for one in ids}
    assert critical <= named


def test_what_stays_of_a_plan_stays_and_nothing_is_written_for_nothing(room: Room) -> None:
    room.plan(roads=2)
    first = room.desk.book["J1"].plan
    nothing = room.revise()
    assert isinstance(nothing, No)
    assert nothing.code == "nothing_changed"
    assert isinstance(room.revise(roads=0), Done)
    plan = room.desk.book["J1"].plan
    assert (plan.effect.roads_closed, plan.start_ms, plan.close) == (0, first.start_ms, first.close)
    assert outage_sheet(room.desk, "J1", NOW).texts["title"] == "换阀"  # type: ignore[union-attr]
    # Who is out is told that already; the others are told that their pressure falls.
    out = customers_of(room.desk, plan)["out"]
    assert isinstance(room.revise(low=(*out, "C2")), Done)
    plan = room.desk.book["J1"].plan
    assert customers_of(room.desk, plan)["low"] == ("C2",)
    assert (plan.effect.low, plan.grows) == (1, True)
    stale = revised_from(room.desk, ReviseOutage("J1", first.key, milliseconds(NOW), low=()))
    assert isinstance(room.do(stale), No)
    assert isinstance(revised_from(room.desk, ReviseOutage("J9", first.key, 0)), No)


def test_a_plan_is_found_again_from_its_record(room: Room) -> None:
    tight = assessed(room.model, room.draft().subject)
    room.plan()
    plan = room.desk.book["J1"].plan
    given = planned_now(room.model, room.desk, plan)
    assert given.plan.close == tight.plan.close
    record = dict(plan_of_revision(room.desk, plan))
    assert as_recorded(given, room.model, record)
    stuck = room.model.with_states(room.model.states.with_conditions(tight.plan.close[:1], Condition.INOPERABLE))
    assert not as_recorded(planned_now(stuck, room.desk, plan), stuck, record)
    bounds = tight.plan.bounds
    room.plan("P2", subject=Subject(room.draft().subject.target, close=bounds))
    chosen = plan_of_revision(room.desk, room.desk.book["J2"].plan)
    assert chosen["bounds"]
    assert subject_of(room.model, chosen).close == bounds
    gone = {**chosen, "bounds": ["no such valve"]}
    assert subject_of(room.model, gone).close is None
    area = {"target": {"area": [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0]]}}
    assert subject_of(room.model, area).target.ring_m[1] == (9.0, 0.0)  # type: ignore[union-attr]


def test_work_and_flushing_are_events_that_need_the_water_off(room: Room) -> None:
    room.plan()
    for fact in (FactKind.REPAIR_DONE, FactKind.FLUSHING_DONE):
        refused = room.do(Happened("J1", fact))
        assert isinstance(refused, No)
        assert refused.code == "not_before"
    night = START + timedelta(minutes=10)
    assert isinstance(room.do(Happened("J1", FactKind.WATER_OFF, despite="抢修"), now=night), Done)
    for fact in (FactKind.REPAIR_DONE, FactKind.FLUSHING_DONE):
        assert isinstance(room.do(Happened("J1", fact), now=night), Done)
    assert room.desk.book["J1"].happened(FactKind.FLUSHING_DONE) is not None


def test_the_hour_with_most_demand_in_the_window_is_looked_at(room: Room) -> None:
    start_ms = milliseconds(START)
    assert hours_of(start_ms, start_ms + 6 * HOUR_MS) == (22.0, 23.0, 0.0, 1.0, 2.0, 3.0)
    assert hours_of(start_ms + HOUR_MS // 2, start_ms + HOUR_MS) == (22.5,)
    assert len(hours_of(start_ms, start_ms + 50 * HOUR_MS)) == 24

    class Drawn:
        def customer_demand_m3_h(self, _city: object, hour: float) -> object:
            return np.array([1.0 if hour == 3.0 else 0.5])

    assert busiest(room.model.city, Drawn(), (22.0, 3.0, 1.0)) == 3.0  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["on_storage", "low"])
def test_who_is_to_be_told_by_why(room: Room, state: str) -> None:
    def told() -> list[tuple[str, str]]:
        return [(one.id, one.state) for one in recipients(room.desk, room.desk.book["J1"].plan)]

    room.plan()
    plan = room.desk.book["J1"].plan
    # Somebody on a tank or newly low besides, three fire hydrants, two closed roads.
    record = {**plan_of_revision(room.desk, plan), f"customers_{state}": ("C2",)}
    effect = replace(plan.effect, hydrants=3, roads_closed=2)
    assert isinstance(room.do(Revise(record, effect, plan.start_ms, plan.end_ms, number="J1", after=plan.key)), Done)
    assert told() == [("119", "hydrants_out"), ("122", "roads_closed"), ("C1", "out"), ("C2", state)]
    sheet = outage_sheet(room.desk, "J1", NOW)
    assert sheet is not None
    # C2 hangs on a station with a tank: what is to be done there stands over the checklist of the night.
    assert [hit.station for hit in sheet.stations] == (["T1"] if state == "on_storage" else [])
    for language, says in (("zh_CN", ("消防", "交警")), ("en", ("fire", "police"))):
        rows = list(recipients_sheet("J1", recipients(room.desk, room.desk.book["J1"].plan), load_words(language)).rows)
        assert all(word in str(row[4]) for word, row in zip(says, rows[:2], strict=True))
    assert isinstance(room.revise(roads=0), Done)
    assert [who for who, _ in told()] == ["119", "C1", "C2"]
