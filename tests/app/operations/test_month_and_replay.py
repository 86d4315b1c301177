"""A month's figures from a real journal, and any moment of it again as the desk saw it then."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from dispatch_room import PLACE, STANDARDS, START, Room, make_city
from openpyxl import load_workbook

from app.dispatch.acts import Decide, Done, Record, TakeReport
from app.dispatch.entries import Course, IncidentKind
from app.dispatch.facts import FactKind
from app.dispatch.view import DispatchView
from app.errors import AppError
from app.hydrants.acts import EndUse, HydrantAct, OpenHydrant, WithdrawUse
from app.hydrants.book import Stage as Use
from app.hydrants.entries import Purpose
from app.journal.events import milliseconds
from app.messages import LANGUAGES, load_words
from app.operations.complaints import carry_out, caught_up, open_complaints
from app.operations.edit import Author
from app.operations.hydrant_uses import carry_out as draw
from app.operations.hydrant_uses import open_uses
from app.operations.month_report import month_report, write_report
from app.operations.replay import moments_of, replay
from app.public.acts import CallBack, Mood, Say, TakeComplaint
from app.public.entries import ComplaintKind
from app.public.figures import Figure, FigureKind
from app.public.month import MonthReport


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Room, list[tuple[datetime, DispatchView]]]]:
    """Two leaks, one reached in time; two repairs of other kinds, one with the water off; two complaints."""
    room = Room(make_city(tmp_path_factory.mktemp("month") / "w"))
    seen: list[tuple[datetime, DispatchView]] = []

    def look() -> None:
        seen.append((room.now, room.view()))
        room.later(1)

    look()
    first = room.on_scene()
    look()
    late = room.leak()
    room.later(31).fact(late, FactKind.CREW_ON_SCENE, crew="抢03")
    look()
    others = [
        room.do(TakeReport(IncidentKind.STATION_FAILURE, *PLACE)).about.partition("/")[2],
        room.do(TakeReport(IncidentKind.OTHER, *PLACE)).about.partition("/")[2],
    ]
    room.later(5).fact(others[1], FactKind.WATER_OFF)
    for one in others:
        room.later(5).fact(one, FactKind.REPAIR_DONE)
    look()
    # Entered an hour late: in that hour the desk did not know of it.
    entered_ms = room.ms()
    room.later(60).do(Record(first, FactKind.WATER_OFF, at_ms=entered_ms))
    look()
    room.do(Decide(late, Course.CANCEL, "误报"))
    look()
    desk = open_complaints(room.desk.workspace, STANDARDS)
    for minutes in (10, 30):
        desk, done = carry_out(desk, TakeComplaint(ComplaintKind.COLOUR, "C1"), Author("小白"), room.now)
        room.later(minutes)
        number = done.about.rpartition("/")[2]  # type: ignore[union-attr]  # it was done
        desk, _ = carry_out(desk, Say(number, FactKind.CUSTOMER_CONTACTED), Author("小白"), room.now)
    desk, _ = carry_out(desk, Say("T1", FactKind.COMPLAINT_SETTLED), Author("小白"), room.now)
    look()
    yield room, seen
    room.close()


def figure(report: MonthReport, kind: FigureKind) -> Figure:
    return next(one for one in report.figures if one.kind is kind)


def test_the_figures_of_a_month(told: tuple[Room, list[tuple[datetime, DispatchView]]], tmp_path: Path) -> None:
    room, _ = told
    report = month_report(room.desk.workspace, STANDARDS, date(2026, 3, 31), START + timedelta(days=1))
    arrival = figure(report, FigureKind.ARRIVAL)
    assert (arrival.kept, arrival.missed, arrival.least_percent) == (("W1",), ("W2", "W3", "W4"), 100)
    assert arrival.reached is False
    saved = figure(report, FigureKind.NO_SHUT_OFF)
    assert (saved.kept, saved.missed, saved.percent, saved.reached) == (("W3",), ("W4",), 50.0, False)
    contacted = figure(report, FigureKind.CONTACTED)
    assert (contacted.kept, contacted.missed) == (("T1",), ("T2",))
    settled = figure(report, FigureKind.SETTLED)
    assert (settled.kept, settled.missed, settled.waiting, settled.reached) == (("T1",), (), 1, True)
    assert figure(report, FigureKind.MEDIA).percent is None
    assert report.kinds == ((ComplaintKind.COLOUR, 2),)
    # Three days on the second complaint is overdue: "both 100 %" is missed.
    later = month_report(room.desk.workspace, STANDARDS, date(2026, 3, 1), START + timedelta(days=4))
    assert figure(later, FigureKind.SETTLED_IN_TIME).missed == ("T2",)
    assert figure(later, FigureKind.SETTLED_IN_TIME).reached is False
    # Another month has none of it.
    other = month_report(room.desk.workspace, STANDARDS, date(2026, 4, 1), START + timedelta(days=40))
    assert all(one.counted == 0 for one in other.figures)
    for language in LANGUAGES:
        path = tmp_path / f"{language}.xlsx"
        write_report(report, path, load_words(language))
        figures, kinds = load_workbook(path).worksheets
        rows = {str(row[1]): row[2:] for row in figures.iter_rows(values_only=True)}
        assert len(list(figures.iter_rows())) == len(report.figures) + 1
        assert rows["E1"][:4] == (4, 1, None, "25.0")
        assert rows["E1"][4] == "≥ 100"
        assert rows["E1"][6] == "W2, W3, W4"
        assert (rows["E9"][3], rows["E9"][4], rows["E9"][6]) == ("50.0", "≥ 90", "W4")
        assert [row[1].value for row in kinds.iter_rows()][1:] == [2, 2, 0]
    with pytest.raises(AppError):
        write_report(report, tmp_path / "report.doc", load_words("en"))


def test_each_moment_again_as_the_desk_saw_it(told: tuple[Room, list[tuple[datetime, DispatchView]]]) -> None:
    room, seen = told
    again = list(replay(room.desk.workspace, STANDARDS, [moment for moment, _ in seen]))
    for (_, live), then in zip(seen, again, strict=True):
        assert [row.entity for row in then.view.queue] == [row.entity for row in live.queue]
        assert [row.done for row in then.view.queue] == [row.done for row in live.queue]
        clocks = [(one.entity, one.rule, one.due_ms, one.met_ms) for one in then.view.clocks]
        assert clocks == [(one.entity, one.rule, one.due_ms, one.met_ms) for one in live.clocks]
        assert [(row.crew, row.state, row.incident) for row in then.view.crews] == [
            (row.crew, row.state, row.incident) for row in live.crews
        ]
    assert [row.number for row in again[-1].complaints.rows] == ["T2", "T1"]
    assert again[0].written == ()
    assert caught_up(open_complaints(room.desk.workspace, STANDARDS)).book.heads == room.desk.workspace.state.heads


def test_water_drawn_from_hydrants_is_there_from_when_it_was_written_down(tmp_path: Path) -> None:
    room = Room(make_city(tmp_path / "w"))
    uses = open_uses(room.desk.workspace)

    def act(minutes: float, what: HydrantAct) -> None:
        nonlocal uses
        uses, done = draw(uses, what, Author("小白"), room.later(minutes).now)
        assert isinstance(done, Done)

    act(0, OpenHydrant(Purpose.FIRE, "H1", from_ms=milliseconds(START) - 3_600_000))
    act(60, OpenHydrant(Purpose.FLUSHING, x_m=PLACE[0], y_m=PLACE[1]))
    act(30, WithdrawUse("Y2", "写错了"))
    act(30, EndUse("Y1"))
    moments = [START + timedelta(minutes=minutes) for minutes in (-30, 15, 75, 95, 125)]
    seen = list(replay(uses.workspace, STANDARDS, moments))
    stages = [{one.number: one.stage(then.at_ms) for one in then.hydrants} for then in seen]
    assert stages == [
        {},
        {"Y1": Use.RUNNING},
        {"Y1": Use.RUNNING, "Y2": Use.RUNNING},
        {"Y1": Use.RUNNING, "Y2": Use.WITHDRAWN},
        {"Y1": Use.ENDED, "Y2": Use.WITHDRAWN},
    ]
    assert [len(then.written) for then in seen] == [0, 1, 1, 1, 1], "the log of a day counts them"
    room.close()


def test_a_day_is_the_same_whenever_it_is_asked_for(told: tuple[Room, list[tuple[datetime, DispatchView]]]) -> None:
    room, _ = told
    day = date(2026, 3, 12)
    one, other = (
        [(then.at_ms, then.view.queue, then.view.crews, then.written)
         for then in replay(room.desk.workspace, STANDARDS, moments_of(day, every))]
        for every in (30, 15)
    )  # fmt: skip
    assert len(one) == 49
    assert [(at, queue, crews) for at, queue, crews, _ in one] == [
        (at, queue, crews) for at, queue, crews, _ in other[::2]
    ]
    assert sum(len(written) for *_, written in one) == sum(len(written) for *_, written in other) > 20


@pytest.mark.parametrize(
    ("place_m", "kind", "hours"),
    [(PLACE, FigureKind.RESTORED, 24), ((PLACE[0] - 100.0, PLACE[1]), FigureKind.RESTORED_LARGE, 48)],
    ids=["DN 300", "DN 600"],
)
def test_water_back_in_time_and_a_minute_late(
    tmp_path: Path, place_m: tuple[float, float], kind: FigureKind, hours: int
) -> None:
    room = Room(make_city(tmp_path / "w"))
    numbers = [room.do(TakeReport(IncidentKind.BURST, *place_m)).about.partition("/")[2] for _ in range(3)]
    room.later(30)
    for number in numbers:
        room.fact(number, FactKind.WATER_OFF)
    room.later(hours * 60 - 30).fact(numbers[0], FactKind.WATER_BACK)
    room.later(1).fact(numbers[1], FactKind.WATER_BACK)
    figures = month_report(room.desk.workspace, STANDARDS, START.date(), room.now).figures
    found = {one.kind: (one.kept, one.missed) for one in figures}
    assert found[kind] == (("W1",), ("W2", "W3")), "of the third nobody has water yet"
    other = {FigureKind.RESTORED, FigureKind.RESTORED_LARGE} - {kind}
    assert [found[one] for one in other] == [((), ())]
    room.close()


def test_customers_called_back_in_time_too_late_and_not_at_all(tmp_path: Path) -> None:
    room = Room(make_city(tmp_path / "w"))
    desk = open_complaints(room.desk.workspace, STANDARDS)

    def settled() -> None:
        nonlocal desk
        desk, done = carry_out(desk, TakeComplaint(ComplaintKind.COLOUR, "C1"), Author("小白"), room.now)
        number = done.about.rpartition("/")[2]  # type: ignore[union-attr]  # it was done
        for fact in (FactKind.CUSTOMER_CONTACTED, FactKind.REPLY_GIVEN, FactKind.COMPLAINT_SETTLED):
            desk, _ = carry_out(desk, Say(number, fact), Author("小白"), room.now)

    for _ in range(3):
        settled()
    for number, minutes in (("T1", 60), ("T2", 6 * 24 * 60)):
        room.later(minutes)
        desk, _ = carry_out(desk, CallBack(number, Mood.SATISFIED), Author("小白"), room.now)
    settled()
    called = figure(month_report(room.desk.workspace, STANDARDS, START.date(), room.now), FigureKind.CALLBACKS)
    assert (called.kept, called.missed, called.waiting) == (("T1",), ("T2", "T3"), 1)
    room.close()
