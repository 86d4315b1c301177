"""The hotline's look-up: who is without water, why, until when; numbers found by their digits and masked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dispatch_room import Room, copied

from app.dispatch.acts import AttachPlan, Done, TellFieldPlan
from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.messages import load_words
from app.operations.desk_cache import made_search
from app.operations.edit import Author
from app.operations.hotline import Hotline, PhoneBook, masked
from app.operations.isolate import Query, suppose
from app.operations.outage_plan import planned, record_and_effect
from app.operations.outages import OutageDesk, carry_out, open_outages
from app.outages.acts import Happened, OutageAct, Revise, Rule
from app.outages.entries import Role, Ruling
from app.public.found import Cause, CauseKind, Standing
from app.public.words import cause_text
from app.workspace import record_plan
from gis.search import SearchIndex
from network.columns import TextColumn
from network.supply import SupplyModel, prepare

START = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)


@pytest.fixture
def room(city: Path, tmp_path: Path) -> Iterator[Room]:
    room = Room(copied(city, tmp_path / "w"))
    yield room
    room.close()


class Line:
    """The hotline beside a dispatch desk."""

    def __init__(self, room: Room) -> None:
        self.room = room
        workspace = room.desk.workspace
        self.model: SupplyModel = prepare(workspace.city, workspace.states)
        self.search = SearchIndex(workspace.city, made_search(workspace))
        self.outages: OutageDesk = open_outages(workspace, room.desk.board.standards)

    def plan(self) -> Revise:
        record, effect = record_and_effect(self.model, planned(self.model, Query("pipe", "P2")), 0)
        return Revise(record, effect, milliseconds(START), milliseconds(START) + 21_600_000, texts={"reason": "改造"})

    def do(self, act: OutageAct, now: datetime, who: str = "王") -> None:
        self.outages, outcome = carry_out(self.outages, act, Author(who), now)
        assert isinstance(outcome, Done), outcome

    def ready(self, now: datetime) -> Hotline:
        self.room.view()
        return Hotline.ready(self.model, self.search, self.outages, self.room.desk, now)

    def causes(self, now: datetime, text: str = "银杏路 1 号") -> list[CauseKind]:
        return [cause.kind for cause in self.ready(now).look_up(text)[0].causes]


def test_an_outage_is_told_beforehand_and_while_it_lasts(room: Room) -> None:
    line, now = Line(room), START - timedelta(days=5)
    line.do(line.plan(), now)
    assert line.causes(now) == []
    for who, role in (("赵", Role.NETWORK), ("孙", Role.SHIFT_LEAD)):
        line.do(Rule("J1", Ruling.APPROVE, role), now, who)
    assert line.causes(now) == [CauseKind.AHEAD]
    assert not line.ready(now).look_up("C1")[0].out
    line.do(Happened("J1", FactKind.WATER_OFF, despite="急"), START + timedelta(minutes=1))
    found = line.ready(START + timedelta(hours=1)).look_up("C1")[0]
    assert found.out
    (cause,) = found.causes
    assert (cause.kind, cause.number, cause.reason, cause.until_ms) == (
        CauseKind.OUTAGE,
        "J1",
        "改造",
        milliseconds(START) + 21_600_000,
    )
    line.do(Happened("J1", FactKind.WATER_BACK), START + timedelta(hours=5))
    assert line.causes(START + timedelta(hours=5)) == []


MOMENTS = [
    # hours after the start, whether the water's going off is recorded, what is told, how he fares, past the time
    (-1.0, False, CauseKind.AHEAD, None, False),
    (0.0, False, CauseKind.DUE, Standing.DUE_OUT, False),
    (5.9, False, CauseKind.DUE, Standing.DUE_OUT, False),
    (6.0, False, CauseKind.LAPSED, Standing.UNKNOWN, False),  # nobody knows, and nobody called it off
    (6.0 + 7 * 24, False, None, None, False),
    (6.0, True, CauseKind.OUTAGE, Standing.OUT, False),
    (6.1, True, CauseKind.OUTAGE, Standing.OUT, True),
]


@pytest.mark.parametrize(("hours", "off", "kind", "standing", "overdue"), MOMENTS)
def test_what_is_told_when_nobody_has_written_down_what_the_crew_does(
    room: Room, hours: float, off: bool, kind: CauseKind | None, standing: Standing | None, overdue: bool
) -> None:
    line, before = Line(room), START - timedelta(days=5)
    line.do(line.plan(), before)
    for who, role in (("赵", Role.NETWORK), ("孙", Role.SHIFT_LEAD)):
        line.do(Rule("J1", Ruling.APPROVE, role), before, who)
    if off:
        line.do(Happened("J1", FactKind.WATER_OFF, despite="急"), START)
    (found,) = line.ready(START + timedelta(hours=hours)).look_up("C1")
    assert [cause.kind for cause in found.causes] == ([] if kind is None else [kind])
    assert (found.standing, found.out) == (standing, standing is Standing.OUT)
    assert [cause.overdue for cause in found.causes] == [overdue] * len(found.causes)


def test_who_is_newly_low_keeps_his_water(room: Room) -> None:
    line, now = Line(room), START - timedelta(days=5)
    plan = line.plan()
    concerned = {one for key in ("customers_out", "customers_on_storage") for one in plan.record[key]}
    other = next(one for one in line.model.city.customers.ids if one not in concerned)
    stored = plan.record["customers_out"][0]
    # One of those out is on a tank for this test; the other, elsewhere, is newly low.
    lists = {"customers_out": plan.record["customers_out"][1:], "customers_on_storage": (stored,)}
    line.do(replace(plan, record={**plan.record, **lists, "customers_low": (other,)}), now)
    line.do(Happened("J1", FactKind.WATER_OFF, despite="急"), START)
    ready = line.ready(START + timedelta(hours=1))
    fares = {one: ready.look_up(one)[0].standing for one in (other, stored, *lists["customers_out"])}
    assert fares == {
        other: Standing.LOW,
        stored: Standing.ON_STORAGE,
        **dict.fromkeys(lists["customers_out"], Standing.OUT),
    }
    (cause,) = ready.look_up(other)[0].causes
    assert cause_text(cause, load_words("zh_CN"), lambda _: "时刻") == (
        "计划停水 J1（改造），时刻 至 时刻。按计划该用户不停水，水压降低。"
    )
    assert "a lower pressure" in cause_text(cause, load_words("en"), lambda _: "then")


WRITTEN = [
    # what the plan says of C1, whether its water is recorded as off; how he stands by that, and once V1 is closed
    ("customers_low", True, Standing.LOW, Standing.OUT),
    ("customers_on_storage", True, Standing.ON_STORAGE, Standing.OUT),
    ("customers_out", True, Standing.OUT, None),
    ("customers_out", False, Standing.DUE_OUT, Standing.OUT),
    ("customers_on_storage", False, Standing.DUE_ON_STORAGE, Standing.OUT),
    ("customers_low", False, Standing.DUE_LOW, Standing.OUT),
]


@pytest.mark.parametrize(("written", "off", "planned_so", "cut_off"), WRITTEN)
def test_who_is_cut_off_is_not_told_by_a_plan_that_he_has_water(
    room: Room, written: str, off: bool, planned_so: Standing, cut_off: Standing | None
) -> None:
    line, before = Line(room), START - timedelta(days=5)
    plan = line.plan()
    lists = dict.fromkeys(("customers_out", "customers_on_storage", "customers_low"), ()) | {written: ("C1",)}
    line.do(replace(plan, record={**plan.record, **lists}), before)
    for who, role in (("赵", Role.NETWORK), ("孙", Role.SHIFT_LEAD)):
        line.do(Rule("J1", Ruling.APPROVE, role), before, who)
    if off:
        line.do(Happened("J1", FactKind.WATER_OFF, despite="急"), START)
    now = START + timedelta(hours=1)
    as_planned = line.ready(now).look_up("C1")[0]
    assert as_planned.standing is planned_so
    line.model = line.model.with_states(suppose(line.model, frozenset(), frozenset({"V1"}), frozenset()))
    found = line.ready(now).look_up("C1")[0]
    if cut_off is None:
        assert found == as_planned, "the plan says as much already"
        return
    assert (found.standing, found.out) == (cut_off, True)
    assert found.causes == (Cause(CauseKind.VALVES_TOO), *as_planned.causes)
    assert "下列事项未反映这一点" in cause_text(found.causes[0], load_words("zh_CN"), lambda _: "时刻")


def test_who_was_to_keep_water_is_not_held_in_doubt_after_the_announced_end(room: Room) -> None:
    line, before = Line(room), START - timedelta(days=5)
    plan = line.plan()
    line.do(replace(plan, record={**plan.record, "customers_out": ("C1",), "customers_low": ("C2",)}), before)
    for who, role in (("赵", Role.NETWORK), ("孙", Role.SHIFT_LEAD)):
        line.do(Rule("J1", Ruling.APPROVE, role), before, who)
    ready = line.ready(START + timedelta(hours=7))
    assert [ready.look_up(one)[0].standing for one in ("C1", "C2")] == [Standing.UNKNOWN, None]
    (cause,) = ready.look_up("C1")[0].causes
    assert "停水与恢复供水均未登记" in cause_text(cause, load_words("zh_CN"), lambda _: "时刻")


def test_an_incident_is_told_with_its_crew_until_the_water_is_back(room: Room) -> None:
    line, incident = Line(room), room.on_scene()
    workspace, event = record_plan(
        room.desk.workspace, record_and_effect(line.model, planned(line.model, Query("pipe", "P2")), 0)[0],
        now=room.now, actor="王",
    )  # fmt: skip
    room.desk = replace(room.desk, workspace=workspace)
    room.do(AttachPlan(incident, event.key))
    room.later(10).fact(incident, FactKind.WATER_OFF)
    (cause,) = line.ready(room.now).look_up("第一医院")[0].causes
    assert (cause.kind, cause.number, cause.crews) == (CauseKind.INCIDENT, incident, ("抢03",))
    assert cause.until_ms is not None
    # A crew went over to a plan that takes more: what is told is what is so.
    assert line.causes(room.now, "C2") == []
    wider = {**event.facts, "close": ["V2"], "customers_out": [*event.facts["customers_out"], "C2"]}
    room.do(TellFieldPlan(incident, wider))
    assert line.causes(room.now, "C2") == [CauseKind.INCIDENT]
    room.later(60).fact(incident, FactKind.WATER_BACK)
    assert line.causes(room.now) == []


def test_valves_alone_tell_that_water_is_off(room: Room) -> None:
    line = Line(room)
    assert line.causes(START, "C1") == []
    closed = suppose(line.model, frozenset(), frozenset({"V1"}), frozenset())
    line.model = line.model.with_states(closed)
    found = line.ready(START).look_up("C1")[0]
    assert found.out
    assert [cause.kind for cause in found.causes] == [CauseKind.VALVES]


def test_a_customer_is_found_by_the_number_that_he_calls_from(room: Room) -> None:
    (found,) = Line(room).ready(START).look_up("0531 5550-0001")
    assert (found.id, found.phone) == ("C2", "****0001")


NUMBERS = ["0531-88880001", "", "0531 8888 0002", "13900000001", "1", "8888"]
WANTED = [
    ("88880001", [0]),
    ("053188880002", [2]),
    ("8888", [0, 2, 5]),
    ("0001", [0, 3]),
    ("888", []),
    ("00021390", []),  # runs over from one number into the next
    ("18888", [0, 2]),  # within 0531-8888…, and not over the end of one number
]


@pytest.mark.parametrize(("wanted", "rows"), WANTED)
def test_numbers_are_found_by_their_digits(wanted: str, rows: list[int]) -> None:
    assert PhoneBook.of(TextColumn.of(NUMBERS)).rows(wanted, 9) == rows


def test_numbers_are_masked() -> None:
    assert [masked(number) for number in NUMBERS[:2]] == ["****0001", ""]
