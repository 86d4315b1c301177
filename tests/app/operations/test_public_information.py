"""Information that the public is to have: I1 and I2 run from its making or change until it is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from dispatch_room import STANDARDS, make_city

from app.bootstrap import main
from app.dispatch.acts import Done, No
from app.dispatch.clocks import clocks_of
from app.dispatch.facts import FactKind
from app.dispatch.states import ClockState
from app.journal.events import Event, canonical, milliseconds
from app.messages import LANGUAGES, load_words
from app.operations.complaint_view import look
from app.operations.complaints import ComplaintDesk, carry_out, open_complaints
from app.operations.dispatch import open_dispatch
from app.operations.edit import Author
from app.operations.month_report import month_report
from app.operations.outages import open_outages
from app.public.acts import CallBack, ComplaintAct, Inform, Mend, Mood, Say, TakeComplaint
from app.public.book import Book, Stage, advance
from app.public.entries import ComplaintKind, InformationKind
from app.public.figures import FigureKind
from app.times import CITY_TIME
from app.workspace import open_workspace

PUBLISHED = FactKind.INFORMATION_PUBLISHED
ON_SITE = {"where": "website"}
QUALITY = Inform(InformationKind.WATER_QUALITY, "二月管网水水质")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)


class Office:
    """Whoever publishes."""

    def __init__(self, folder: Path) -> None:
        self.desk: ComplaintDesk = open_complaints(open_workspace(folder), STANDARDS)

    def ask(self, act: ComplaintAct, when: str) -> Done | No:
        self.desk, outcome = carry_out(self.desk, act, Author("公开办"), at(when))
        return outcome

    def do(self, act: ComplaintAct, when: str) -> str:
        outcome = self.ask(act, when)
        assert isinstance(outcome, Done), outcome
        return outcome.about

    def refused(self, act: ComplaintAct, when: str) -> str:
        outcome = self.ask(act, when)
        assert isinstance(outcome, No), outcome
        for language in LANGUAGES:
            assert load_words(language).say("complaint_no", outcome.code, outcome.detail)
        return outcome.code

    def states(self, when: str) -> dict[str, ClockState]:
        """State of each clock that the desk shows, by number and rule."""
        desk, workspace = self.desk, self.desk.workspace
        view = look(desk, open_dispatch(workspace, STANDARDS), open_outages(workspace, STANDARDS), at(when))
        states = view.table.states(milliseconds(at(when)))
        return {
            f"{row.number} {view.clocks[place].rule.id}": ClockState(int(states[place]))
            for row in view.rows
            for place in row.clocks
        }


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(make_city(tmp_path / "w"))
    yield made
    made.desk.workspace.close()


ROWS = [
    # made or changed, the last instant within 20 working days: the day of making does not count
    ("2026-03-02 09:00:00", "2026-03-30 23:59:59.999"),
    ("2026-03-02 00:00:00", "2026-03-30 23:59:59.999"),
    # 4 to 6 April are free
    ("2026-03-20 18:00:00", "2026-04-20 23:59:59.999"),
    # Spring Festival: 15 to 23 February are free, Saturdays the 14th and the 28th are worked
    ("2026-02-10 09:00:00", "2026-03-16 23:59:59.999"),
]


@pytest.mark.parametrize(("made", "last"), ROWS)
def test_twenty_working_days_from_the_act(office: Office, made: str, last: str) -> None:
    office.do(QUALITY, made)
    assert office.states(last)["G1 I1"] in {ClockState.RUNNING, ClockState.AT_RISK}
    over = f"{datetime.fromisoformat(last) + timedelta(milliseconds=2)}"
    assert office.states(over)["G1 I1"] is ClockState.BREACHED
    office.do(Say("G1", PUBLISHED, ON_SITE), last)
    assert office.states(last) == {"G1 I1": ClockState.MET}
    assert office.desk.book.information["information/G1"].stage is Stage.CLOSED


def test_urgent_information_is_published_at_once(office: Office) -> None:
    office.do(Inform(InformationKind.SAFETY, "停水区域临时供水点", urgent=True), "2026-03-12 14:00")
    # At once is a gate: it is due from the first second, and no twenty days are granted.
    shown = office.states("2026-03-12 14:00:01")
    assert set(shown) == {"G1 I2"}
    assert shown["G1 I2"] is not ClockState.MET
    office.do(Say("G1", PUBLISHED, {"where": "own_media"}), "2026-03-12 14:04")
    assert office.states("2026-03-12 14:05") == {"G1 I2": ClockState.MET}


def test_what_changes_runs_anew_and_what_it_replaces_is_published_with_it(office: Office) -> None:
    office.do(QUALITY, "2026-03-02 09:00")
    changed = Inform(InformationKind.WATER_QUALITY, "二月管网水水质（更正）", replaces="G1")
    assert office.do(changed, "2026-03-20 09:00") == "information/G2"
    assert office.refused(changed, "2026-03-20 09:01") == "changed_already"
    assert office.states("2026-03-31 00:01") == {"G1 I1": ClockState.BREACHED, "G2 I1": ClockState.RUNNING}
    office.do(Say("G2", PUBLISHED, {"where": "press"}), "2026-04-01 10:00")
    verdicts = [clocks_of(one.case, STANDARDS.pack, STANDARDS.days)[0].verdict
                for one in office.desk.book.information.values()]  # fmt: skip
    assert [one.in_time for one in verdicts] == [False, True]
    figures = month_report(office.desk.workspace, STANDARDS, at("2026-03-01").date(), at("2026-04-02 09:00")).figures
    (figure,) = [one for one in figures if one.kind is FigureKind.PUBLISHED]
    assert (figure.kept, figure.missed, figure.waiting) == (("G2",), ("G1",), 0)


def test_what_cannot_be_said_of_it(office: Office) -> None:
    now = "2026-03-12 14:00"
    assert office.refused(Inform(InformationKind.PRICES, "  "), now) == "no_title"
    assert office.refused(Inform(InformationKind.PRICES, "水价", replaces="G7"), now) == "no_such_information"
    long_ago = milliseconds(at("2024-03-12 14:00"))
    assert office.refused(Inform(InformationKind.PRICES, "水价", made_ms=long_ago), now) == "made_long_ago"
    ahead = milliseconds(at("2026-03-13 14:00"))
    assert office.refused(Inform(InformationKind.PRICES, "水价", made_ms=ahead), now) == "not_yet"
    office.do(Inform(InformationKind.PRICES, '水价 "2026" \U0001f4b0'), now)
    office.do(TakeComplaint(ComplaintKind.BILL, "C1"), now)
    early = milliseconds(at("2026-03-12 13:00"))
    for act, code in (
        (Inform(InformationKind.PRICES, "水价", replaces="G1", made_ms=early), "before_made"),
        (Say("G1", FactKind.CUSTOMER_CONTACTED), "not_recorded"),
        (CallBack("G1", Mood.SATISFIED), "not_recorded"),
        (Say("T1", PUBLISHED, ON_SITE), "not_recorded"),
        (Say("G1", PUBLISHED), "no_such_channel"),
        (Say("G1", PUBLISHED, {"where": "wall"}), "no_such_channel"),
        (Say("G1", PUBLISHED, ON_SITE, at_ms=early), "before_made"),
        (Say("G1", FactKind.CANCELLED), "needs_a_reason"),
        (Say("G1", FactKind.REOPENED, note="又要"), "not_before"),
        (Inform(InformationKind.PRICES, "水价", replaces="T1"), "no_such_information"),
    ):
        assert office.refused(act, now) == code
    office.do(Say("G1", FactKind.CANCELLED, note="不属公开范围"), now)
    assert office.refused(Say("G1", PUBLISHED, ON_SITE), now) == "is_over"
    office.do(Say("G1", FactKind.REOPENED, note="应公开"), "2026-03-12 15:00")
    office.do(Say("G1", PUBLISHED, ON_SITE), "2026-03-12 16:00")
    office.do(Mend("G1", PUBLISHED, None, "尚未上网"), "2026-03-12 17:00")
    assert office.desk.book.information["information/G1"].stage is Stage.NEW


def test_what_opens_another_thing_opens_nothing() -> None:
    body = canonical({"kind": "prices", "urgent": False})
    events = [Event("d1", 1, 0, "1", 1, "x", "", "complaint.information", 1, "complaint/T1", body, "", "")]
    book = advance(Book(), events, {"d1": 1})
    assert (book.complaints, book.information) == ({}, {})


def _english(folder: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["information", folder, "list", "--lang", "en"]) == 0
    return capsys.readouterr().out


def test_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(make_city(tmp_path / "w"))

    def run(*words: str) -> str:
        assert main(["information", folder, "--lang", "zh_CN", *words]) == 0
        return capsys.readouterr().out

    assert "没有待公开" in run("list")
    assert "I1" in run("made", "--kind", "prices", "--title", "水价")
    assert "Prices and fees" in _english(folder, capsys)
    told = run("published", "G1", "--where", "website")
    assert "已公开" in told
    assert "网站" in told
    said = json.loads(run("show", "G1", "--json"))
    assert (said["about"], said["texts"]["title"], said["clocks"][0]["in_time"]) == ("prices", "水价", True)
    run("made", "--kind", "prices", "--title", "新水价", "--replaces", "G1", "--urgent")
    assert json.loads(run("list", "--json"))["replaces"] == "G1"
    # What changes it is as urgent, unless somebody says otherwise.
    run("made", "--kind", "prices", "--title", "新水价二", "--replaces", "G2")
    assert json.loads(run("show", "G3", "--json"))["urgent"] is True
    run("made", "--kind", "prices", "--title", "新水价三", "--replaces", "G3", "--no-urgent")
    assert json.loads(run("show", "G4", "--json"))["urgent"] is False
    run("withdraw", "G4", "--note", "有误")
    run("withdraw", "G3", "--note", "有误")
    run("withdraw", "G2", "--note", "有误")
    assert main(["information", folder, "made", "--kind", "prices"]) == 2
    assert main(["information", folder, "show", "T1"]) == 2
    assert main(["information", folder, "made", "--kind", "prices", "--title", "再改", "--replaces", "G9"]) == 2
    assert "G9" in capsys.readouterr().err
