"""A crew at its valves: what it says, what it takes back, and who may go into a chamber."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from dispatch_room import Room

from app.dispatch.acts import AskPermit, No, Record, TakeBack, Turn, WorkValve
from app.dispatch.entries import EntryKind, draft
from app.dispatch.facts import FactKind, as_corrected
from app.dispatch.life import valves_turned
from app.dispatch.permits import GasReading
from app.dispatch.valve_work import ValveStage
from app.errors import AppError
from app.journal.hub_rights import MAY_WRITE, PersonRole
from app.messages import load_words
from app.operations.dispatch import sheet
from app.operations.dispatch_log import day_sheet
from app.operations.permit_words import permit_line, permit_people
from network.assets import Condition, Position

AIR = (20.9, 0.0, 0.0, 0.0)


def asked(room: Room, incident: str, *gases: float, minutes_ago: float = 0.0) -> AskPermit:
    reading = GasReading(*(gases or AIR), room.ms(-minutes_ago))
    return AskPermit(incident, "V2", reading, "X4-0712", "李四", "王五", ventilated=True)


def inside(incident: str, position: str = "closed") -> Turn:
    return Turn(incident, "V2", position, inside=True)


def state(room: Room, valve: str = "V2") -> tuple[Position, Condition]:
    room.view()
    city, states = room.desk.workspace.city, room.desk.workspace.states
    row = city.network.devices.ids.find(valve)
    return Position(int(states.position[row])), Condition(int(states.condition[row]))


def test_nobody_turns_a_valve_from_inside_without_leave_to_enter(room: Room) -> None:
    incident = room.on_scene()
    assert room.refused(inside(incident)) == "permit_none"
    assert room.refused(WorkValve(incident, "V2", ValveStage.TURNING, inside=True)) == "permit_none"
    room.do(WorkValve(incident, "V2", ValveStage.CHAMBER_OPENED))
    foul = room.do(asked(room, incident, 18.2, 0.0, 14.0, 0.0))
    assert foul.refused == ("oxygen_low", "h2s"), "the refusal is written down, with every gas"
    assert room.refused(inside(incident)) == "permit_refused"
    assert room.do(Turn(incident, "V2", "open")), "with the key from above nobody needs leave"
    assert room.later(10).do(asked(room, incident)).refused == ()
    room.do(WorkValve(incident, "V2", ValveStage.TURNING, turns=12.0, inside=True))
    assert room.later(31).refused(inside(incident)) == "permit_expired"
    room.do(asked(room, incident))
    room.do(inside(incident))
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    assert [one.refused != () for one in shown.incident.permits] == [True, False, False]
    (turned,) = [one for one in shown.lines if one.values.get("values", {}).get("position") == "closed"]
    assert turned.values["values"]["inside"] is True


def test_what_is_entered_late_is_judged_by_what_had_been_measured_then(room: Room) -> None:
    incident = room.on_scene()
    start = room.now
    room.do(asked(room, incident))
    room.later(20).do(asked(room, incident, 18.2, 0.0, 0.0, 0.0))
    room.later(20).do(asked(room, incident))

    def acts(minutes: float) -> tuple[Turn, WorkValve]:
        at_ms = round((start + timedelta(minutes=minutes)).timestamp() * 1000)
        work = WorkValve(incident, "V2", ValveStage.TURNING, inside=True, at_ms=at_ms)
        return replace(inside(incident), at_ms=at_ms), work

    # At first nobody had measured; then the air was good, whatever became of it; then bad, and good only later.
    for minutes, code in ((-5, "permit_none"), (25, "permit_refused")):
        assert [room.refused(act) for act in acts(minutes)] == [code, code]
    for minutes in (10, 39):
        assert [room.do(act).refused for act in acts(minutes)] == [(), ()], "clocks differ by a minute or two"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valve": "V99"}, "no_such_valve"),
        ({"instrument": " "}, "permit_without_instrument"),
        ({"enters": ""}, "permit_without_enters"),
        ({"stands_by": ""}, "permit_without_stands_by"),
        ({"stands_by": " 李四"}, "permit_alone"),
        ({"reading": GasReading(209.0, 0.0, 0.0, 0.0, 0)}, "no_such_gas"),
        ({"reading": GasReading(*AIR, 0)}, "reading_old"),
        ({"incident": "W9"}, "no_such_incident"),
    ],
)
def test_a_form_that_is_not_whole_is_not_written(room: Room, change: dict[str, object], code: str) -> None:
    incident = room.leak()
    assert room.refused(replace(asked(room, incident), **change)) == code  # type: ignore[arg-type]
    for language in ("zh_CN", "en"):
        assert load_words(language).has("dispatch_no", code)


def test_a_permit_stands_in_the_day_s_log_and_its_people_outside_the_chain(room: Room) -> None:
    incident = room.leak()
    room.do(asked(room, incident, 20.9, 12.0, 0.0, 0.0))
    (event,) = [one for one in room.desk.workspace.journal.events() if one.kind == EntryKind.PERMIT]
    assert "李四" not in event.body
    table = day_sheet(room.desk, date(2026, 3, 12), load_words("zh_CN"))
    (line,) = [row for row in table.rows if row[2] == "有限空间作业许可"]
    assert (
        line[4] == "V2 阀门井不得进入（可燃气体超限）：氧 20.9 %，可燃气体 12 % LEL，硫化氢 0 mg/m³，一氧化碳 0 mg/m³"
    )
    assert line[5] == "李四; 王五"


def test_a_field_crew_s_login_may_send_all_that_the_desk_writes_to_the_hub(room: Room) -> None:
    incident = room.leak()
    for act in (asked(room, incident), WorkValve(incident, "V2", ValveStage.PASSING), Turn(incident, "V2", "open")):
        room.do(act)
    may = [pattern.removesuffix("%") for pattern in MAY_WRITE[PersonRole.FIELD]]
    written = {event.kind for event in room.desk.workspace.journal.events() if event.entity.endswith((incident, "V2"))}
    assert {"order.permit", "valve.observed"} < written
    assert [kind for kind in written - {"incident.opened"} if not kind.startswith(tuple(may))] == []


def test_permits_are_told_as_one_tells_them_in_each_language() -> None:
    body = {"valve": "V2", "oxygen_percent": 18.2, "combustible_lel_percent": 12, "h2s_mg_m3": 0, "co_mg_m3": 0}
    body |= {"refused": ["oxygen_low", "combustible"]}
    chinese, english = load_words("zh_CN"), load_words("en")
    assert permit_line(body, chinese).startswith("V2 阀门井不得进入（缺氧、可燃气体超限）：")
    assert "too little oxygen, combustible gas:" in permit_line(body, english)
    assert permit_people({"enters": "李四", "stands_by": "王五"}, chinese) == "下井：李四，监护：王五"
    # Names may be erased, one or all of them.
    assert permit_people({"enters": None, "stands_by": "王五", "note": None}, chinese) == "监护：王五"
    assert permit_people({"enters": None, "stands_by": None, "note": "by key"}, english) == "by key"


def test_no_body_of_another_shape_gets_into_the_journal() -> None:
    whole = {"valve": "V2", "oxygen_percent": 20.9, "combustible_lel_percent": 0, "h2s_mg_m3": 0, "co_mg_m3": 0}
    whole |= {"read_ms": 1, "instrument": "7", "ventilated": True, "refused": []}
    draft(EntryKind.PERMIT, "incident/W1", whole, 1)
    for wrong in ({"refused": ["damp"]}, {"oxygen_percent": "20"}, {"ventilated": 1}, {"read_ms": -1}, {"crew": "x"}):
        with pytest.raises(AppError, match=r"dispatch\.body"):
            draft(EntryKind.PERMIT, "incident/W1", whole | wrong, 1)


@pytest.mark.parametrize(
    ("stage", "condition"),
    [
        (ValveStage.NOT_FOUND, Condition.INOPERABLE),
        (ValveStage.WILL_NOT_TURN, Condition.INOPERABLE),
        (ValveStage.PASSING, Condition.PASSING),
    ],
)
def test_what_a_crew_finds_is_known_to_the_next_plan_until_it_is_taken_back(
    room: Room, stage: ValveStage, condition: Condition
) -> None:
    incident = room.leak()
    before = state(room)
    done = room.do(WorkValve(incident, "V2", stage, note="井盖被沥青盖住"))
    assert state(room)[1] is condition
    room.do(TakeBack(incident, done.events[0]))
    assert state(room) == before
    assert room.refused(TakeBack(incident, done.events[0])) == "no_such_fact", "once is enough"
    journal = room.desk.workspace.journal
    kinds = [event.kind for event in journal.events() if event.kind in {"incident.happened", "valve.observed"}]
    assert sorted(kinds) == ["incident.happened"] * 2 + ["valve.observed"] * 2, "nothing is deleted"


def test_a_slip_of_the_finger_leaves_the_valve_as_it_was(room: Room) -> None:
    incident = room.leak()
    done = room.do(Turn(incident, "V2", "open"))
    assert state(room)[0] is Position.OPEN
    room.later(1).do(TakeBack(incident, done.events[0]))
    assert state(room)[0] is Position.CLOSED, "as it normally stands"
    assert valves_turned(as_corrected(room.desk.board.incidents[f"incident/{incident}"].facts)) == {}


def test_what_nobody_can_mean_is_refused(room: Room) -> None:
    incident = room.leak()
    assert room.refused(WorkValve(incident, "V2", ValveStage.TURNING, turns=-1.0)) == "not_turns"
    assert room.refused(WorkValve(incident, "V99", ValveStage.TURNING)) == "no_such_valve"
    assert room.refused(Record(incident, FactKind.VALVE_WORKED, {"valve": "V2"})) == "another_act"
    receipt = room.desk.board.incidents[f"incident/{incident}"].facts[0].key
    outcome = room.ask(TakeBack(incident, receipt))
    assert isinstance(outcome, No)
