"""Water drawn from hydrants: written down, ended, taken back; refused in words; erased; in the day's log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import handmade
import pytest
from dispatch_room import STANDARDS, START, make_city

from app.bootstrap import main
from app.dispatch.acts import Done, No
from app.hydrants.acts import EndUse, HydrantAct, OpenHydrant, StillRuns, WithdrawUse
from app.hydrants.book import LONGEST_MS, STILL_MS, Stage
from app.hydrants.entries import USE, Purpose, UseEvent
from app.hydrants.view import UseRow
from app.journal.events import EARLIEST_MS, LATEST_MS, Draft, milliseconds
from app.journal.hub_rights import PersonRole
from app.journal.person import Person
from app.messages import LANGUAGES, load_words
from app.operations.dispatch import open_dispatch
from app.operations.dispatch_log import day_sheet
from app.operations.edit import Author
from app.operations.erasure import erase_old
from app.operations.hydrant_uses import UseDesk, carry_out, caught_up, open_uses, uses_view
from app.operations.known_works import known_works, lapsed_works
from app.operations.why_not import why_not
from app.sync.entitled import is_entitled
from app.sync.rights_told import Rights
from app.telemetry.bursts.known_work import AROUND_MS
from app.workspace import append, open_workspace, refreshed

NOW = milliseconds(START)
HOUR = 3_600_000
HERE = (handmade.EAST + 150.0, handmade.NORTH)


class Room:
    """A desk and its clock."""

    def __init__(self, folder: Path) -> None:
        self.desk: UseDesk = open_uses(open_workspace(folder))
        self.now = START

    def ask(self, act: HydrantAct) -> Done | No:
        self.desk, outcome = carry_out(self.desk, act, Author("王"), self.now)
        return outcome

    def do(self, act: HydrantAct) -> str:
        outcome = self.ask(act)
        assert isinstance(outcome, Done), outcome
        return outcome.about

    def refused(self, act: HydrantAct) -> str:
        heads = dict(self.desk.workspace.state.heads)
        outcome = self.ask(act)
        assert isinstance(outcome, No), outcome
        assert dict(self.desk.workspace.state.heads) == heads
        for language in LANGUAGES:
            assert why_not("hydrant_no", outcome, load_words(language))
        return outcome.code

    def rows(self) -> tuple[UseRow, ...]:
        return uses_view(self.desk, milliseconds(self.now)).rows


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(make_city(tmp_path / "w"))
    yield made
    made.desk.workspace.close()


def test_it_is_written_down_heard_of_again_ended_and_taken_back(room: Room) -> None:
    act = OpenHydrant(Purpose.FIRE, "H1", flow_m3_h=60, told_by="消防支队 李", note="和平路火灾")
    assert room.do(act) == f"{USE}Y1"
    (row,) = room.rows()
    assert (row.number, row.hydrant, row.purpose, row.stage) == ("Y1", "H1", Purpose.FIRE, Stage.RUNNING)
    assert row.place_m == (handmade.EAST + 120.0, handmade.NORTH + 1.0)
    assert (row.from_ms, row.until_ms, row.believed_until_ms) == (NOW, None, NOW + STILL_MS)
    assert (row.flow_m3_h, row.told_by, row.note, row.author) == (60.0, "消防支队 李", "和平路火灾", "王")
    room.now += timedelta(hours=13)
    assert room.rows()[0].stage is Stage.LAPSED
    room.do(StillRuns("Y1", note="电话核实"))
    assert (room.rows()[0].stage, room.rows()[0].note) == (Stage.RUNNING, "电话核实")
    room.do(EndUse("Y1"))
    assert (room.rows()[0].stage, room.rows()[0].until_ms) == (Stage.ENDED, NOW + 13 * HOUR)
    assert room.do(OpenHydrant(Purpose.STREET, "", *HERE, NOW + 20 * HOUR, NOW + 22 * HOUR)) == f"{USE}Y2"
    assert [row.stage for row in room.rows()] == [Stage.PLANNED, Stage.ENDED], "what somebody has to see to first"
    room.do(WithdrawUse("Y2", "记错"))
    assert [row.stage for row in room.rows()] == [Stage.ENDED, Stage.WITHDRAWN]
    room.now += timedelta(days=9)
    assert room.rows() == (), "what was over a week ago is off the list"
    event = room.desk.workspace.journal.event(room.desk.book["Y1"].opened.key)
    assert event is not None
    assert "消防支队" not in event.body, "who told it is no part of the chain"


def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_written(room: Room) -> None:
    act = OpenHydrant(Purpose.FLUSHING, "H1")
    room.do(act)
    day = 24 * HOUR
    refused = {
        "no_such_hydrant": replace(act, hydrant="H999"),
        "nowhere": replace(act, hydrant=""),
        "not_a_place": replace(act, hydrant="", x_m=float("nan"), y_m=0.0),
        "off_the_map": replace(act, hydrant="", x_m=0.0, y_m=0.0),
        "long_ago": replace(act, from_ms=NOW - 401 * day),
        "far_ahead": replace(act, from_ms=NOW + 61 * day),
        "ends_before": replace(act, until_ms=NOW),
        "too_long": replace(act, until_ms=NOW + 32 * day),
        "no_such_flow": replace(act, until_ms=NOW + HOUR, flow_m3_h=0.0),
        "runs_already": replace(act, from_ms=NOW + HOUR),
        "no_such_use": EndUse("Y7"),
        "needs_a_reason": WithdrawUse("Y1", "  "),
        "before_it_began": EndUse("Y1", NOW),
        "not_yet": StillRuns("Y1", NOW + HOUR),
    }
    assert {code: room.refused(one) for code, one in refused.items()} == {code: code for code in refused}
    for flow in (float("nan"), float("inf"), -1.0, 1000.1):
        assert room.refused(replace(act, until_ms=NOW + HOUR, flow_m3_h=flow)) == "no_such_flow"
    assert room.refused(StillRuns("Y1", NOW - HOUR)) == "before_it_began"
    assert room.refused(EndUse("Y1", NOW + 40 * day)) == "too_long"
    room.now += timedelta(days=90)
    assert room.do(EndUse("Y1", milliseconds(room.now) - HOUR)), "what was forgotten ends when it ended"
    room.do(WithdrawUse("Y1", "x"))
    assert room.refused(StillRuns("Y1")) == "withdrawn"


def test_entries_from_outside_that_cannot_be_are_kept_and_believed_in_nothing(room: Room) -> None:
    opened = {"x_m": HERE[0], "y_m": HERE[1], "purpose": "fire", "from_ms": NOW}
    drafts = [
        Draft(UseEvent.OPENED, f"{USE}Y1", {**opened, "until_ms": NOW - HOUR}),
        Draft(UseEvent.OPENED, f"{USE}Y2", {**opened, "from_ms": 10**17}),
        Draft(UseEvent.OPENED, f"{USE}Y3", opened, eff_at_ms=10**17),
        Draft(UseEvent.OPENED, f"{USE}Y²", opened),
        Draft(UseEvent.ENDED, f"{USE}Y5", {"until_ms": NOW}),
    ]
    append(room.desk.workspace, drafts, START, "elsewhere")
    room.desk = caught_up(room.desk)
    assert set(room.desk.book) == {"Y²"}
    assert room.do(OpenHydrant(Purpose.TEST, "H1")) == f"{USE}Y6", "their numbers are taken all the same"
    assert refreshed(room.desk.workspace).state.unknown == ()


def test_whatever_well_formed_entries_say_all_that_reads_them_goes_on(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = Random(7)
    kinds = (*[UseEvent.OPENED] * 6, *[UseEvent.RUNS, UseEvent.ENDED] * 3, UseEvent.WITHDRAWN)
    times = (EARLIEST_MS, EARLIEST_MS + 1, 0, NOW - HOUR, NOW, NOW + HOUR, LATEST_MS - 1)

    def draft() -> Draft:
        kind, moment = chance.choice(kinds), chance.choice(times)
        body: dict[str, Any] = {}
        if kind is UseEvent.OPENED:
            x_m, y_m = chance.choice([HERE, (0.0, 0.0), (-9.9e7, 9.9e7)])
            body = {"x_m": x_m, "y_m": y_m, "purpose": chance.choice([*Purpose]).value, "from_ms": chance.choice(times)}
            body |= chance.choice([{}, {"until_ms": chance.choice(times)}])
            body |= chance.choice([{}, {"hydrant": "H1", "flow_m3_h": 1e-9}, {"hydrant": "\u202eH\n2"}])
        elif kind is UseEvent.ENDED:
            body = {"until_ms": chance.choice(times)}
        return Draft(kind, f"{USE}{chance.choice('ABCDEFGHIJKLMNOP')}", body, {"note": "x"}, moment)

    append(room.desk.workspace, [draft() for _ in range(100)], START, "elsewhere")
    room.desk = caught_up(room.desk)
    assert len(room.desk.book) > 8
    assert {use.stage(NOW) for use in room.desk.book.values()} >= {Stage.PLANNED, Stage.LAPSED, Stage.WITHDRAWN}
    assert uses_view(room.desk, NOW).rows
    works = known_works(room.desk.workspace, EARLIEST_MS, LATEST_MS)
    assert works
    assert all(work.until_ms - work.from_ms <= LONGEST_MS + 2 * AROUND_MS for work in works)
    lapsed_works(room.desk.workspace, NOW)
    assert day_sheet(open_dispatch(room.desk.workspace, STANDARDS), START.date(), load_words("en")).rows
    assert main(["hydrant", str(room.desk.workspace.folder), "list", "--all"]) == 0
    assert capsys.readouterr().out.count("\n") >= len(room.desk.book)


def test_two_consoles_that_write_at_once_give_two_numbers(room: Room) -> None:
    other = open_uses(open_workspace(room.desk.workspace.folder))
    room.do(OpenHydrant(Purpose.FLUSHING, "H1"))
    other, outcome = carry_out(other, OpenHydrant(Purpose.STREET, "", *HERE), Author("李"), START)
    other.workspace.close()
    assert isinstance(outcome, Done)
    assert outcome.about == f"{USE}Y2"
    room.desk = caught_up(room.desk)
    assert set(room.desk.book) == {"Y1", "Y2"}


@pytest.mark.parametrize("role", [*PersonRole])
def test_everybody_who_writes_may_write_it_down_and_a_viewer_may_not(role: PersonRole) -> None:
    rights = Rights("hub", ("he",), (Person("he", "he", role),))
    told = {kind: is_entitled(rights, ("he", role, kind)) for kind in UseEvent}
    assert told == dict.fromkeys(UseEvent, role is not PersonRole.VIEWER)


def test_who_told_it_is_erased_once_it_is_long_over(room: Room) -> None:
    folder = room.desk.workspace.folder
    room.do(OpenHydrant(Purpose.FIRE, "H1", told_by="李"))
    room.now += timedelta(days=400)
    room.do(OpenHydrant(Purpose.FIRE, "", *HERE, told_by="赵"))
    assert erase_old(folder, 390, room.now, "desk").words == 1
    assert sorted((row.number, row.told_by) for row in uses_view(open_uses(room.desk.workspace), NOW).rows) == [
        ("Y1", ""),
        ("Y2", "赵"),
    ]


def test_the_day_s_log_tells_of_it(room: Room) -> None:
    room.do(OpenHydrant(Purpose.FLUSHING, "H1", from_ms=NOW - HOUR, flow_m3_h=30, note="末端冲洗"))
    room.do(EndUse("Y1", NOW + HOUR))
    desk = open_dispatch(room.desk.workspace, STANDARDS)
    rows = day_sheet(desk, START.date(), load_words("zh_CN")).rows
    assert [row[2:7] for row in rows] == [
        ["消火栓用水", "Y1", "H1 冲洗排水 30 m³/h", "末端冲洗", "王"],
        ["消火栓用水结束", "Y1", "H1", "", "王"],
    ]
    assert [row[0][-8:] for row in rows] == ["13:00:00", "15:00:00"]
    assert day_sheet(desk, date(2026, 3, 20), load_words("zh_CN")).rows == []
