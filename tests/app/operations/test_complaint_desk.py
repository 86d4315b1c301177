"""Complaints in the journal: from the ring to the last callback, and what is refused on the way."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import handmade
import numpy as np
import pytest
from dispatch_room import PLACE, STANDARDS, START, Room, make_city

from app.dispatch.acts import Done, No
from app.dispatch.facts import FactKind
from app.messages import LANGUAGES, load_words
from app.operations.call_watch import read_calls
from app.operations.complaint_view import look
from app.operations.complaints import ComplaintDesk, carry_out, open_complaints, text_of
from app.operations.edit import Author
from app.operations.outages import open_outages
from app.public.acts import CallBack, ComplaintAct, Escalate, LinkTo, Mend, Mood, Say, TakeComplaint
from app.public.book import Stage
from app.public.callbacks import callback_results
from app.public.entries import LEVELS, ComplaintKind, EscalationCause
from app.public.words import callback_text
from app.workspace import open_workspace
from network.supply import SupplyModel, prepare


class Line:
    """Somebody at the hotline."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.desk: ComplaintDesk = open_complaints(open_workspace(folder), STANDARDS)

    def ask(self, act: ComplaintAct) -> Done | No:
        self.desk, outcome = carry_out(self.desk, act, Author("小白"), self.now)
        return outcome

    def do(self, act: ComplaintAct) -> str:
        outcome = self.ask(act)
        assert isinstance(outcome, Done), outcome
        return outcome.about.rpartition("/")[2]

    def refused(self, act: ComplaintAct) -> str:
        before = dict(self.desk.workspace.journal.heads())
        outcome = self.ask(act)
        assert isinstance(outcome, No), outcome
        assert dict(self.desk.workspace.journal.heads()) == before
        for language in LANGUAGES:
            assert load_words(language).say("complaint_no", outcome.code, outcome.detail)
        return outcome.code

    def later(self, **more: float) -> "Line":
        self.now += timedelta(**more)
        return self

    def stage(self, number: str) -> Stage:
        found = self.desk.book.known(number)
        assert found is not None
        return found.stage


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(make_city(tmp_path / "w"))
    yield line
    line.desk.workspace.close()


QUESTION = TakeComplaint(ComplaintKind.COLOUR, "C2", name="张三", phone="13912345678", note="水发黄 \U0001f6b0")


def test_from_the_ring_to_the_second_callback(line: Line) -> None:
    assert line.do(QUESTION) == "T1"
    found = line.desk.book.complaints["complaint/T1"]
    assert (found.said("pipe"), found.said("area"), found.place_m) == ("P3", "", (500_280.0, 4_060_020.0))
    assert text_of(line.desk, found, "note") == "水发黄 \U0001f6b0"
    # What is personal stands in no body.
    (event,) = line.desk.workspace.journal.about("complaint/T1")
    assert not any(
        word in json.dumps(dict(event.facts), ensure_ascii=False) for word in ("张三", "13912345678", "发黄")
    )
    line.later(minutes=10).do(Say("T1", FactKind.CUSTOMER_CONTACTED))
    assert line.refused(CallBack("T1", Mood.SATISFIED)) == "not_before"
    line.later(hours=2).do(Say("T1", FactKind.REPLY_GIVEN))
    line.do(Say("T1", FactKind.COMPLAINT_SETTLED))
    line.later(hours=20).do(CallBack("T1", Mood.UNREACHABLE))
    line.do(CallBack("T1", Mood.NOT_SATISFIED, "水箱该洗了"))
    assert line.stage("T1") is Stage.SETTLED
    line.later(hours=5).do(CallBack("T1", Mood.SATISFIED))
    # The suggestion is still open: closed only when it was dealt with.
    assert line.stage("T1") is Stage.SETTLED
    line.do(Say("T1", FactKind.SUGGESTION_SETTLED))
    assert line.stage("T1") is Stage.CLOSED
    assert line.refused(Say("T1", FactKind.CUSTOMER_CONTACTED)) == "is_over"
    assert line.refused(Say("T1", FactKind.REOPENED)) == "needs_a_reason"
    line.do(Say("T1", FactKind.REOPENED, note="又黄了"))
    assert line.stage("T1") is Stage.IN_HAND


def test_what_callbacks_found_is_a_list(line: Line) -> None:
    """Nobody reached, not satisfied with a suggestion, satisfied at last, the suggestion put off and dealt with."""
    line.do(QUESTION)
    line.do(Say("T1", FactKind.REPLY_GIVEN))
    line.do(Say("T1", FactKind.COMPLAINT_SETTLED))
    line.later(hours=1).do(CallBack("T1", Mood.UNREACHABLE))
    line.later(hours=1).do(CallBack("T1", Mood.NOT_SATISFIED, "水箱该洗了"))
    line.later(hours=1).do(CallBack("T1", Mood.UNREACHABLE))
    line.later(hours=1).do(CallBack("T1", Mood.SATISFIED))
    until_ms = round((line.now + timedelta(days=3)).timestamp() * 1000)
    line.later(hours=1).do(Say("T1", FactKind.SUGGESTION_SETTLED, {"until_ms": until_ms}, "等清洗队"))
    results = callback_results(line.desk.book, 0)
    assert [(one.number, one.rule, one.mood, one.suggested) for one in reversed(results)] == [
        ("T1", "C4", Mood.UNREACHABLE, False),
        ("T1", "C4", Mood.NOT_SATISFIED, True),
        ("T1", "C5", Mood.UNREACHABLE, False),
        ("T1", "C5", Mood.SATISFIED, False),
        ("T1", "C6", None, False),
    ]
    assert results[0].put_off_ms == until_ms
    assert callback_results(line.desk.book, results[0].at_ms) == results[:1]
    said = [callback_text(one, load_words("zh_CN")) for one in reversed(results)]
    assert said[:4] == ["未接通", "不满意 · 另有建议", "未接通", "满意"]
    assert said[4].startswith("建议延至 03-")


def test_what_cannot_be_taken_is_refused_and_nothing_written(line: Line) -> None:
    received_ms = round(START.timestamp() * 1000)
    assert line.refused(replace(QUESTION, customer="C9")) == "no_such_customer"
    assert line.refused(replace(QUESTION, received_ms=received_ms + 600_000)) == "not_yet"
    assert line.refused(replace(QUESTION, received_ms=-5)) == "not_a_time"
    assert line.refused(replace(QUESTION, received_ms=received_ms - 31 * 86_400_000)) == "long_ago"
    assert line.refused(TakeComplaint(ComplaintKind.LEAK, x_m=0.0, y_m=0.0)) == "off_the_map"
    assert line.refused(TakeComplaint(ComplaintKind.LEAK, x_m=float("nan"), y_m=0.0)) == "not_a_place"
    assert line.do(replace(QUESTION, ticket="GD-1")) == "T1"
    assert line.refused(replace(QUESTION, ticket="GD-1")) == "taken_already"
    assert line.refused(Say("T9", FactKind.REPLY_GIVEN)) == "no_such_complaint"
    assert line.refused(Say("T1", FactKind.WATER_OFF)) == "not_recorded"
    assert line.refused(Say("T1", FactKind.REPLY_GIVEN, at_ms=received_ms - 1)) == "before_receipt"
    assert line.refused(Say("T1", FactKind.SUGGESTION_SETTLED)) == "not_before"
    assert line.refused(Say("T1", FactKind.AUTHORITIES_TOLD)) == "not_before"
    assert line.refused(LinkTo("T1", "W7")) == "nothing_to_link"
    assert line.refused(Mend("T1", FactKind.REPLY_GIVEN, None, "误记")) == "not_before"


def test_a_slip_is_put_right_and_stays_readable(line: Line) -> None:
    line.do(QUESTION)
    line.later(minutes=30).do(Say("T1", FactKind.CUSTOMER_CONTACTED))
    called_ms = round((START + timedelta(minutes=15)).timestamp() * 1000)
    assert line.refused(Mend("T1", FactKind.CUSTOMER_CONTACTED, called_ms, " ")) == "needs_a_reason"
    line.do(Mend("T1", FactKind.CUSTOMER_CONTACTED, called_ms, "漏登"))
    contacted = line.desk.book.complaints["complaint/T1"].happened(FactKind.CUSTOMER_CONTACTED)
    assert contacted is not None
    assert contacted.at_ms == called_ms
    line.do(Mend("T1", FactKind.CUSTOMER_CONTACTED, None, "未接通"))
    assert line.stage("T1") is Stage.NEW


def test_ten_alike_are_escalated_level_by_level_and_the_eleventh_not_again(line: Line) -> None:
    dirty = TakeComplaint(ComplaintKind.COLOUR, "C1")
    for _ in range(9):
        line.later(minutes=5).do(dirty)
    assert line.desk.book.escalations == {}
    line.later(minutes=5).do(dirty)
    line.later(minutes=5).do(dirty)
    (called,) = line.desk.book.escalations.values()
    assert (called.number, called.said("area"), len(called.complaints)) == ("E1", "D1", 10)
    assert called.complaints[-1] == "complaint/T10"
    assert line.refused(Say("T1", FactKind.ESCALATION_TAKEN, {"level": "shift_lead"})) == "no_escalation"
    assert line.refused(Say("E1", FactKind.ESCALATION_TAKEN, {"level": "mayor"})) == "no_such_level"
    assert line.refused(Say("E1", FactKind.ESCALATION_TAKEN, {"level": "company"})) == "level_before"
    for level in LEVELS:
        line.do(Say("E1", FactKind.ESCALATION_TAKEN, {"level": level}))
        assert line.refused(Say("E1", FactKind.ESCALATION_TAKEN, {"level": level})) == "taken_by_level"
    assert line.desk.book.escalations["escalation/E1"].waits_for == ""
    # One accident is enough.
    assert line.do(Escalate(EscalationCause.SOURCE_POLLUTED, "水源地油污")) == "E2"
    line.do(Say("E2", FactKind.QUALITY_ABNORMAL))
    line.do(Say("E2", FactKind.AUTHORITIES_TOLD))


def test_two_consoles_give_two_numbers(line: Line) -> None:
    other = Line(line.desk.workspace.folder)
    assert [line.do(QUESTION), other.do(QUESTION), line.do(QUESTION)] == ["T1", "T2", "T3"]
    other.desk.workspace.close()


def test_the_desk_shows_clocks_words_and_what_it_may_belong_to(line: Line) -> None:
    room = Room(line.desk.workspace.folder)
    number = room.leak()
    line.later(minutes=1).do(TakeComplaint(ComplaintKind.NO_WATER, x_m=PLACE[0], y_m=PLACE[1], phone="13912345678"))
    line.do(TakeComplaint(ComplaintKind.BILL, "C1"))
    room.view()
    view = look(line.desk, room.desk, open_outages(line.desk.workspace, STANDARDS), line.now)
    no_water, bill = view.row("complaint/T1"), view.row("complaint/T2")
    assert no_water is not None
    assert bill is not None
    assert [one.number for one in no_water.proposed] == [number]
    assert bill.proposed == ()
    assert {view.clocks[at].rule.id for at in no_water.clocks} == {"C1", "C2"}
    assert view.texts["complaint/T1"] == {"phone": "****5678"}
    assert view.texts["complaint/T2"]["name"] == "第一医院"
    line.do(LinkTo("T1", number))
    assert line.desk.book.complaints["complaint/T1"].linked_to == f"incident/{number}"
    room.close()


def test_calls_point_at_a_main(line: Line) -> None:
    workspace, prepared = line.desk.workspace, list[SupplyModel]()
    city = workspace.city

    def model() -> SupplyModel:
        prepared.append(prepare(city, workspace.states))
        return prepared[-1]

    line.do(TakeComplaint(ComplaintKind.NO_WATER, "C1"))
    assert read_calls(line.desk.book, city, model, line.now).mains == ()
    assert not prepared, "a whole city was made ready for one call, which points nowhere"
    line.later(minutes=3).do(TakeComplaint(ComplaintKind.NO_WATER, x_m=handmade.EAST + 150, y_m=handmade.NORTH + 20))
    line.do(TakeComplaint(ComplaintKind.NO_WATER, "C2"))
    found = read_calls(line.desk.book, city, model, line.now)
    assert len(prepared) == 1
    assert (found.calls, found.unplaced) == (3, 0)
    assert found.mains
    assert np.isfinite([found.mains[0].x_m, found.mains[0].share]).all()
    assert found.warnings == ()
    assert read_calls(line.desk.book, city, model, line.now + timedelta(hours=4)).calls == 0
    assert len(prepared) == 1
