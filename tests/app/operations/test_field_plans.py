"""A crew finds a valve that will not turn: the plan that it goes by from then on is in the journal, and told to all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dispatch_room import Room
from field_room import FieldRoom
from little_city import LEAKING, little_workspace

from app.dispatch.acts import AttachPlan, Done, TakeBack, TellFieldPlan, Turn, WorkValve
from app.dispatch.disputes import About
from app.dispatch.entries import FIELD_PLAN, entry_of
from app.dispatch.field_plan import FieldPlan, valves_worked
from app.dispatch.sheet import Sheet
from app.dispatch.valve_work import ValveStage
from app.errors import AppError
from app.journal.fold import KNOWN
from app.journal.log import Journal
from app.messages import load_words
from app.operations.dispatch import sheet
from app.operations.dispatch_log import day_sheet
from app.operations.dispatch_scene import Scene
from app.operations.dispute_words import sentence_of
from app.operations.edit import Author
from app.operations.field_plans import is_untold, tell_plan
from app.operations.field_work import FieldWork, field_work
from app.operations.isolate import Desk, Query
from app.operations.line_words import field_plan_words, line_words
from app.operations.plan_bodies import plan_of_incident
from app.operations.plan_record import plan_record
from app.operations.plan_subject import assessed
from app.plan_requests import Subject
from app.ui.dispatch.dispute_sheet import disputed_valves
from app.ui.dispatch.sections import valve_lines
from app.workspace import record_plan
from network.supply import SupplyModel, prepare

EN, ZH = load_words("en"), load_words("zh_CN")
CREW = Author("field", role="crew/抢03")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[FieldRoom]:
    """A centre with a leak and its plan, and a laptop on the way there."""
    room = FieldRoom(little_workspace(tmp_path / "city"), tmp_path)
    room.number = room.centre.leak(x_m=500_500.0, y_m=4_060_400.0, pipe=LEAKING)
    attach(room.centre, room.number)
    room.take()
    yield room
    room.close()


def model_of(who: Room) -> SupplyModel:
    workspace = who.desk.workspace
    return prepare(workspace.city, workspace.states)


def attach(who: Room, number: str) -> list[str]:
    """The tight plan as things are known there, attached; the valves that it closes."""
    who.view()
    model = model_of(who)
    body = plan_record(model, assessed(model, Subject(Desk(model).resolve(Query("pipe", LEAKING)))))
    workspace, event = record_plan(who.desk.workspace, body, now=who.now, actor=who.who)
    who.desk = replace(who.desk, workspace=workspace)
    who.do(AttachPlan(number, event.key))
    return list(body["close"])


def shown(who: Room, number: str) -> Sheet:
    who.view()
    found = sheet(who.desk, number, who.now)
    assert found is not None
    return found


def in_field(who: Room, number: str) -> FieldPlan:
    plan = shown(who, number).field_plan
    assert plan is not None
    return plan


def work(who: Room, number: str) -> tuple[Scene, FieldWork]:
    who.view()
    scene = Scene(who.desk.workspace, who.desk.board, who.ms())
    found = field_work(scene, model_of(who), number)
    assert isinstance(found, FieldWork)
    return scene, found


def told(who: Room, number: str) -> bool:
    """The console writes down the plan that it goes by, where there is anything to be written."""
    assert is_untold(*work(who, number)) or tell_plan(who.desk, model_of(who), number, CREW, who.now)[1] is None
    who.desk, outcome = tell_plan(who.desk, model_of(who), number, CREW, who.now)
    assert outcome is None or isinstance(outcome, Done)
    return outcome is not None


def stuck(room: FieldRoom) -> str:
    """The first valve of the laptop's work will not turn; its id."""
    step = work(room.laptop, room.number)[1].task.current
    assert step is not None
    room.laptop.later(5).do(WorkValve(room.number, step.valve, ValveStage.WILL_NOT_TURN))
    return step.valve


def test_the_plan_of_the_field_is_written_once_and_told_at_home(room: FieldRoom) -> None:
    assert not told(room.laptop, room.number), "nothing was said at a valve yet"
    out = stuck(room)
    assert told(room.laptop, room.number)
    assert not told(room.laptop, room.number), "once"
    here = in_field(room.laptop, room.number)
    assert (here.who, here.out) == ("field · 抢03", (out,))
    assert here.instead
    assert here.record["isolated_m"] > 0
    assert here.customers == len(here.record["customers_out"]) > 0
    assert shown(room.centre, room.number).field_plan is None
    room.home(room.written())
    assert in_field(room.centre, room.number) == here, "with its customers' list as it was then"
    lines = {line.valve: line for line in valve_lines(shown(room.centre, room.number))}
    assert lines[out].field == "out"
    assert {lines[valve].field for valve in here.instead} == {"instead"}
    for words, without in ((EN, f"without {out}; {here.instead[0]}"), (ZH, f"不用 {out}；改关 {here.instead[0]}")):
        assert without in field_plan_words(here, words)
    line = next(line for line in shown(room.centre, room.number).lines if FIELD_PLAN in line.values)
    assert line.who == "field · 抢03"
    assert here.instead[0] in line_words(line, EN)
    log = day_sheet(room.centre.desk, room.laptop.now.date(), EN)
    assert any(here.instead[0] in row[4] and row[-1] == "field · 抢03" for row in log.rows)
    # Who asks the hotline is answered by the plan that the water is really shut off by.
    incident = shown(room.centre, room.number).incident
    in_force = plan_of_incident(room.centre.desk.workspace.journal, incident)
    assert in_force is not None
    assert valves_worked(in_force[1]) == valves_worked(here.record)
    assert room.centre.view().disputes == ()
    # Somebody who knows of it attaches the plan of now: nothing differs any more.
    room.centre.later(60)
    assert set(attach(room.centre, room.number)) >= set(here.instead)
    assert shown(room.centre, room.number).field_plan is None


def test_who_is_out_besides_is_named_and_a_plan_that_stops_nothing_says_so(room: FieldRoom) -> None:
    attached = dict(shown(room.laptop, room.number).plan or {})
    wider = {**attached, "close": ["V-H2-1B"], "customers_out": [*attached["customers_out"], "C404", "C405"]}
    room.laptop.do(TellFieldPlan(room.number, wider))
    here = in_field(room.laptop, room.number)
    assert here.more_out == ("C404", "C405")
    assert here.customers == here.customers_before + 2
    words = field_plan_words(here, EN)
    assert f"{here.customers} customers out, {here.customers_before} by the attached plan" in words
    room.laptop.later(1).do(TellFieldPlan(room.number, {**attached, "feasible": False}))
    assert "valves alone do not stop the water" in field_plan_words(in_field(room.laptop, room.number), EN)
    room.laptop.later(1).do(TellFieldPlan(room.number, attached))
    assert shown(room.laptop, room.number).field_plan is None, "it goes by the attached plan again"
    with pytest.raises(AppError, match=r"dispatch\.body"):
        room.laptop.do(TellFieldPlan(room.number, {**attached, "close": "V1"}))


def test_a_slip_that_is_taken_back_takes_the_plan_back(room: FieldRoom) -> None:
    stuck(room)
    assert told(room.laptop, room.number)
    last = work(room.laptop, room.number)[1].task.last
    assert last is not None
    room.laptop.later(1).do(TakeBack(room.number, last.event))
    step = work(room.laptop, room.number)[1].task.current
    assert step is not None
    room.laptop.do(Turn(room.number, step.valve, "closed", without_order="x"))
    assert told(room.laptop, room.number)
    assert shown(room.laptop, room.number).field_plan is None
    assert not told(room.laptop, room.number)


def test_only_who_said_something_at_the_valves_writes(room: FieldRoom) -> None:
    stuck(room)
    room.home(room.written())
    scene, found = work(room.centre, room.number)
    assert found.task.aside, "the centre's desk shows it"
    assert not is_untold(scene, found), "and writes nothing"


def test_a_plan_changed_at_home_meanwhile_is_told_to_both_and_settled_by_people(room: FieldRoom) -> None:
    out = stuck(room)
    assert told(room.laptop, room.number)
    theirs = in_field(room.laptop, room.number).instead
    # At home somebody shuts another valve of the plan out, and attaches what is planned then.
    others = [valve for valve in attach(room.centre.later(10), room.number) if valve != out]
    room.centre.do(WorkValve(room.number, others[0], ValveStage.NOT_FOUND))
    attach(room.centre, room.number)
    room.laptop.now = room.centre.now = room.centre.now + timedelta(hours=1)
    room.both_ways()
    for who in (room.centre, room.laptop):
        (dispute,) = [one for one in who.view().disputes if one.about is About.PLAN]
        assert {side.who for side in dispute.sides} == {"desk", "field · 抢03"}
        assert [side.holds for side in dispute.sides if side.who == "desk"] == [True], "the first to get its place"
        assert set(theirs) <= {valve for side in dispute.sides if side.who != "desk" for valve in side.valves}
        assert f"plan of {room.number}: " in sentence_of(dispute, EN)
        assert "先到者有效" in sentence_of(dispute, ZH)
        city = who.desk.workspace.city
        marked = {mark.valve: mark.who for mark in disputed_valves((dispute,), city)}
        assert marked[theirs[0]] == "field · 抢03"
        assert marked[out] == "desk"
        assert who.view().queue[0].conflicts == 1 or who.view().queue[1].conflicts == 1
    room.laptop.do(WorkValve(room.number, theirs[0], ValveStage.CHAMBER_OPENED))
    assert not told(room.laptop, room.number), "a console's own arithmetic settles nothing"
    attach(room.centre.later(5), room.number)
    room.heard(room.answer())
    for who in (room.centre, room.laptop):
        assert [one for one in who.view().disputes if one.about is About.PLAN] == []


def test_the_same_plan_attached_by_two_is_no_dispute_and_holds_up_nothing(room: FieldRoom) -> None:
    attach(room.centre.later(1), room.number)
    attach(room.laptop, room.number)
    room.both_ways()
    for who in (room.centre, room.laptop):
        assert [one for one in who.view().disputes if one.about is About.PLAN] == []
        assert {row.conflicts for row in who.view().queue} == {0}
    stuck(room)
    assert told(room.laptop, room.number)


def test_a_console_that_knows_only_the_first_version_keeps_and_relays_it(
    room: FieldRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck(room)
    assert told(room.laptop, room.number)
    journal: Journal = room.laptop.desk.workspace.journal
    event = next(one for one in journal.events() if one.kind == "incident.noted" and one.kind_version == 2)
    assert entry_of(event) is not None
    monkeypatch.setitem(KNOWN, "incident.noted", 1)
    assert entry_of(event) is None
    room.home(room.written())
    assert shown(room.centre, room.number).field_plan is None
    assert event.key in room.centre.desk.workspace.state.unknown
    assert event.key in room.centre.desk.board.ledger.set_aside
    monkeypatch.undo()
    held = room.centre.desk.workspace.journal.event(event.key)
    assert held is not None
    assert held.hash == event.hash
    again = Room(room.folder, now=room.centre.now)
    assert valves_worked(in_field(again, room.number).record), "once it is brought up to date"
    again.close()
