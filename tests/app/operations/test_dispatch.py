"""The desk's acts, from the report to the closed incident: what is written, what is refused, what the view shows."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dispatch_room import PLACE, START, Room, copied

from app.dispatch import acts
from app.dispatch.crews import CrewState
from app.dispatch.duplicates import likely_same
from app.dispatch.entries import Course, EntryKind, IncidentKind, OrderStep, incident_entity
from app.dispatch.facts import FactKind
from app.dispatch.life import Step
from app.dispatch.states import ClockState
from app.errors import AppError
from app.journal.chain import flaws
from app.journal.fold import DISPATCH_KINDS
from app.messages import LANGUAGES, load_words
from app.operations.dispatch import sheet
from app.operations.evidence import evidence_file, evidence_path, keep_evidence
from app.workspace import record_plan
from app.workspace_care import back_up
from gis.errors import GisError
from network.assets import Position


def test_the_journal_knows_every_kind_that_dispatch_writes() -> None:
    assert {kind.value for kind in EntryKind} == DISPATCH_KINDS


def test_a_report_starts_its_clocks_at_the_ring_and_knows_the_main(room: Room) -> None:
    told = {"caller": "王", "phone": "13805310000", "note": "水大"}
    number = room.leak(received_ms=room.ms(-4), severity=2, place="经十路 112 号", **told)
    row = room.view().queue[0]
    assert (row.number, row.kind, row.severity, row.pipe, row.dn_mm) == (number, "visible_leak", 2, "P2", 264.0)
    clocks = {clock.rule: clock for clock in room.view().clocks}
    assert clocks["E1"].due_ms == room.ms(26)
    assert clocks["E2"].provisional == ("diameter_recorded",)
    assert [alarm.state for alarm in room.view().alarms] == ["new"]
    shown = sheet(room.desk, number, room.now)
    assert shown is not None
    assert shown.lines[0].texts == told
    event = room.desk.workspace.journal.event(shown.lines[0].key)
    assert event is not None
    assert "13805310000" not in event.body
    assert "王" not in event.body


def test_the_whole_life_of_a_leak(room: Room) -> None:
    incident = room.on_scene()
    assert room.view().clocks[0].state is ClockState.MET
    assert room.view().crews[0].state is CrewState.ON_SCENE
    assert Step.UTILITIES_CHECKED in room.view().queue[0].next
    photo = "a" * 64
    room.do(acts.Record(incident, FactKind.BARRIER_SET, photo=photo))
    room.fact(incident, FactKind.UTILITIES_CHECKED)
    room.fact(incident, FactKind.STOP_DECIDED)
    room.later(5).fact(incident, FactKind.NOTICE_PUBLISHED)
    room.do(acts.Turn(incident, "V3", "closed"))
    room.fact(incident, FactKind.WATER_OFF)
    room.later(90).fact(incident, FactKind.REPAIR_DONE)
    outcome = room.ask(acts.Decide(incident, Course.CLOSE))
    assert isinstance(outcome, acts.No)
    assert {"step:flushed", "step:water_back", "step:site_cleared", "valve:V3", "rule:P4e"} <= set(outcome.bars)
    assert room.refused(acts.Record(incident, FactKind.FLUSHING_DONE)) == "flushing_direction"
    room.fact(incident, FactKind.FLUSHING_DONE, direction="east")
    room.do(acts.Turn(incident, "V3", "open"))
    room.fact(incident, FactKind.WATER_BACK)
    room.fact(incident, FactKind.CUSTOMERS_CONFIRMED, customers="C1")
    room.fact(incident, FactKind.SITE_CLEARED)
    room.fact(incident, FactKind.AREA_NAMED, area="东至…")
    room.do(acts.Decide(incident, Course.CLOSE))
    view = room.view()
    assert not view.queue[0].is_open
    assert view.crews[0].incident is None
    assert view.crews[0].state is CrewState.STANDBY
    assert view.clocks == ()
    assert pickle.loads(pickle.dumps(view)).queue == view.queue
    assert flaws(room.desk.workspace.journal.events()) == []


def test_a_valve_turned_for_an_incident_stands_so_on_the_map_and_after_opening_again(room: Room) -> None:
    incident = room.on_scene()
    row = room.desk.workspace.city.network.devices.ids.find("V3")
    room.do(acts.Turn(incident, "V3", "closed"))
    assert room.desk.workspace.states.position[row] == Position.CLOSED
    room.close()
    again = Room(room.folder, now=room.now)
    assert again.desk.workspace.states.position[row] == Position.CLOSED
    assert again.desk.board.ledger == room.desk.board.ledger
    assert again.view().queue[0].number == incident
    again.close()
    room.desk = Room(room.folder).desk


def test_a_trunk_valve_is_turned_by_order_alone_or_with_a_reason(room: Room) -> None:
    incident = room.on_scene()
    assert room.refused(acts.Turn(incident, "V1", "closed")) == "order_needed"
    order = room.do(acts.Issue("抢03", "valve/V1", "关闭 V1", incident)).about.partition("/")[2]
    assert room.refused(acts.Turn(incident, "V1", "closed")) == "order_needed"
    assert room.refused(acts.StepOrder(order, OrderStep.REPORTED)) == "order_step_first"
    room.later(1).do(acts.StepOrder(order, OrderStep.READ_BACK))
    room.do(acts.Turn(incident, "V1", "closed"))
    room.do(acts.StepOrder(order, OrderStep.EXECUTED))
    room.do(acts.StepOrder(order, OrderStep.REPORTED))
    assert room.refused(acts.StepOrder(order, OrderStep.REPORTED)) == "order_step_done"
    assert [one.open for one in room.view().orders] == [False]
    assert room.refused(acts.Turn(incident, "V1", "open")) == "order_needed"
    room.do(acts.Turn(incident, "V1", "open", without_order="指挥长口头同意"))
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    assert [line.code for line in shown.lines if line.entity.startswith("order/")] == [
        "issued",
        "read_back",
        "executed",
        "reported",
    ]


def test_a_valve_left_closed_needs_a_reason(room: Room) -> None:
    incident = room.on_scene()
    room.do(acts.Turn(incident, "V3", "closed"))
    assert room.refused(acts.LeaveValve(incident, "V3", " ")) == "reason_needed"
    assert room.refused(acts.LeaveValve(incident, "V1", "坏")) == "valve_not_turned"
    room.do(acts.LeaveValve(incident, "V3", "阀门关不严,待换"))
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    assert shown.life.away == ()


def test_crews_are_sent_diverted_recalled_and_never_twice(room: Room) -> None:
    first, crew = room.leak(), room.crew()
    second = room.leak(x_m=PLACE[0] + 20, kind=IncidentKind.BURST)
    room.do(acts.Send(crew, first))
    assert room.refused(acts.Send(crew, first)) == "sent_already"
    assert room.refused(acts.Send(crew, second)) == "crew_has_a_job"
    assert room.refused(acts.Send("抢99", second)) == "no_such_crew"
    room.do(acts.Accept(crew))
    assert room.view().crews[0].accepted
    room.do(acts.Send(crew, second, divert=True))
    assert [(row.number, row.crews) for row in room.view().queue] == [(first, ()), (second, (crew,))]
    room.do(acts.Recall(crew, "车坏"))
    assert room.refused(acts.Recall(crew)) == "crew_has_no_job"
    room.do(acts.StateCrew(crew, CrewState.OFF))
    assert room.refused(acts.Send(crew, first)) == "crew_off"


def test_duplicates_are_proposed_and_merged_with_the_earliest_receipt(room: Room) -> None:
    first = room.leak()
    room.do(acts.Send(room.crew(), first))
    second = room.leak(x_m=PLACE[0] + 30, received_ms=room.ms(-10))
    likely = likely_same(room.view().queue, PLACE[0] + 30, PLACE[1], room.ms(), "P2", f"incident/{second}")
    assert [(one.number, one.same_main) for one in likely] == [(first, True)]
    assert room.refused(acts.Merge(first, first)) == "merge_into_itself"
    room.do(acts.Merge(first, second))
    view = room.view()
    assert [(row.number, row.merged, row.crews) for row in view.queue] == [(second, (first,), ("抢03",))]
    assert view.clocks[0].due_ms == room.ms(20)
    # The old number still leads there.
    room.do(acts.Note(first, "同一处"))
    assert room.view().queue[0].notes == 1


def test_a_corrected_time_keeps_both_verdicts(room: Room) -> None:
    incident = room.leak()
    room.do(acts.Send(room.crew(), incident))
    said = room.later(40).fact(incident, FactKind.CREW_ON_SCENE, crew="抢03")
    assert room.view().clocks[0].state is ClockState.MET_LATE
    assert room.refused(acts.Correct(incident, said.events[0], room.ms(-15), "")) == "reason_needed"
    room.do(acts.Correct(incident, said.events[0], room.ms(-15), "对讲机先报"))
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    clock = shown.clocks[0]
    assert clock.verdict.in_time
    assert clock.recorded is not None
    assert clock.recorded.in_time is False
    # By time the correction comes first.
    assert [line.corrected for line in shown.lines if line.code == "crew.on_scene"] == [False, True]
    receipt = shown.lines[0].key
    assert room.refused(acts.Correct(incident, receipt, None, "误报")) == "receipt_stays"


def test_closing_reopening_cancelling(room: Room) -> None:
    incident = room.leak()
    assert room.refused(acts.Decide(incident, Course.REOPEN, "x")) == "is_open"
    assert room.refused(acts.Decide(incident, Course.CANCEL)) == "reason_needed"
    room.do(acts.Decide(incident, Course.CANCEL, "误报"))
    assert room.refused(acts.Record(incident, FactKind.BARRIER_SET)) == "is_closed"
    room.later(30).do(acts.Decide(incident, Course.REOPEN, "又漏"))
    clocks = {clock.rule: clock for clock in room.view().clocks}
    assert clocks["E2"].state is ClockState.RUNNING
    assert clocks["E2"].start_ms == round(START.timestamp() * 1000)


def test_a_waived_gate_does_not_bar_and_its_reason_stays(room: Room) -> None:
    incident = room.on_scene()
    for kind in (FactKind.BARRIER_SET, FactKind.UTILITIES_CHECKED, FactKind.REPAIR_DONE):
        room.fact(incident, kind)
    assert room.refused(acts.Waive(incident, "E99", "x")) == "no_such_clock"
    room.do(acts.Waive(incident, "E8", "市政自行清理"))
    room.do(acts.Waive(incident, "E6", "未停水"))
    room.do(acts.Decide(incident, Course.CLOSE, "现场无法拍照"))
    assert not room.view().queue[0].is_open


LATER_MS = round((START + timedelta(hours=1)).timestamp() * 1000)
EARLIER_MS = round(START.timestamp() * 1000) - 60_000
BAD = [
    (acts.TakeReport(IncidentKind.BURST, float("nan"), 0.0), "not_a_place"),
    (acts.TakeReport(IncidentKind.BURST, 0.0, 0.0), "off_the_map"),
    (acts.TakeReport(IncidentKind.BURST, *PLACE, severity=9), "severity"),
    (acts.TakeReport(IncidentKind.BURST, *PLACE, received_ms=LATER_MS), "not_yet"),
    (acts.TakeReport(IncidentKind.BURST, *PLACE, received_ms=-1), "not_a_time"),
    (acts.TakeReport(IncidentKind.BURST, *PLACE, pipe="P99"), "no_such_pipe"),
    (acts.Amend("W1", {"channel": "phone"}), "not_amendable"),
    (acts.Amend("W99", {"severity": 1}), "no_such_incident"),
    (acts.Turn("W1", "V99", "open"), "no_such_valve"),
    (acts.Turn("W1", "V3", "half"), "not_a_position"),
    (acts.Record("W1", FactKind.CLOSED), "another_act"),
    (acts.Record("W1", FactKind.CUSTOMERS_CONFIRMED), "nobody_confirmed"),
    (acts.Record("W1", FactKind.CREW_ON_SCENE, at_ms=EARLIER_MS), "before_report"),
    (acts.AttachPlan("W1", ("x", 1)), "no_such_plan"),
    (acts.Correct("W1", ("x", 1), None, "r"), "no_such_fact"),
    (acts.Note("W1", " "), "nothing_noted"),
    (acts.Issue("抢03", "valve/V99", "关"), "no_such_thing"),
    (acts.Issue("抢03", "valve/V3", " "), "order_empty"),
    (acts.StepOrder("1", OrderStep.EXECUTED), "no_such_order"),
    (acts.ListCrew("a/b"), "not_a_crew_name"),
    (acts.Mute(LATER_MS, ""), "reason_needed"),
    (acts.HandOver(), "handover_to_nobody"),
    (acts.HandOver(taken=("x", 1)), "no_such_handover"),
]


def test_what_cannot_be_done_is_said_in_one_sentence_and_nothing_is_written(room: Room) -> None:
    room.leak()
    for act, code in BAD:
        assert room.refused(act) == code
        for language in LANGUAGES:
            assert load_words(language).has("dispatch_no", code)


def test_nobody_arrives_before_the_report(room: Room) -> None:
    incident, crew = room.leak(), room.crew()
    room.do(acts.Send(crew, incident))
    assert room.refused(acts.StateCrew(crew, CrewState.ON_SCENE, at_ms=EARLIER_MS)) == "before_report"
    # Times are typed in whole minutes; the receipt is exact.
    room.do(acts.StateCrew(crew, CrewState.ON_SCENE, at_ms=EARLIER_MS + 1))


def test_handover_is_signed_by_both_and_alarms_are_taken(room: Room) -> None:
    incident = room.leak()
    room.do(acts.TakeAlarm(incident, "new", "new"))
    assert room.view().alarms == ()
    room.later(28)
    assert [(alarm.rule, alarm.state) for alarm in room.view().alarms] == [("E1", "at_risk")]
    left = room.do(acts.HandOver("李", room.ms(-480), note="两处在修"))
    # Somebody else comes: only the later handover can be signed for, and that once.
    again = room.later(1).do(acts.HandOver("赵", note="三处在修"))
    other = Room(room.folder, "赵", room.now)
    waiting = other.view().shift.waiting
    assert waiting is not None
    assert (waiting.by, waiting.to, waiting.note, waiting.key) == ("desk", "赵", "三处在修", again.events[0])
    assert other.refused(acts.HandOver(taken=left.events[0])) == "handover_over"
    other.later(2).do(acts.HandOver(taken=again.events[0]))
    shift = room.view().shift
    assert (shift.since_ms, shift.waiting) == (room.ms(), None)
    assert room.refused(acts.HandOver(taken=again.events[0])) == "handover_over"
    other.close()
    # A report from before that is entered now is news all the same.
    late = room.do(acts.TakeReport(IncidentKind.BURST, *PLACE, received_ms=room.ms(-90))).about
    assert {row.entity: row.untold for row in room.view().queue} == {
        incident_entity(incident): (False, False),
        late: (True, True),
    }
    told = room.desk.board.entries("desk")
    assert [entry.actor for entry in told] == ["desk", "desk", "赵"]
    room.do(acts.Mute(room.ms(5), "接听指挥长电话"))
    assert room.view().muted_until_ms == room.ms(5)


def test_what_a_console_wrote_alone_before_a_handover_is_told_after_it(room: Room, tmp_path: Path) -> None:
    shared, over = room.leak(), room.leak()
    alone = Room(copied(room.folder, tmp_path / "alone"), "王", room.now)
    apart = alone.leak()
    alone.do(acts.Note(shared, "水压已恢复"))
    alone.do(acts.Decide(over, Course.CANCEL, "误报"))
    given = room.later(60).do(acts.HandOver("李"))
    room.do(acts.HandOver(taken=given.events[0]))
    assert {row.untold for row in room.view().queue} == {(False, False)}
    # It went back to the hub after both had signed, and half a day later by what its clock said.
    ours, room.now = room.desk.workspace.journal, room.now + timedelta(hours=13)
    sent = [event for event in alone.desk.workspace.journal.events() if event.dev not in ours.heads()]
    ours.take_in([replace(event, hub_seq=number) for number, event in enumerate(sent, start=1)])
    told = {row.number: row.untold for row in room.view().queue}
    assert told == {shared: (False, True), over: (False, True), apart: (True, True)}
    again = room.do(acts.HandOver("赵"))
    room.do(acts.HandOver(taken=again.events[0]))
    left = {row.number: row.untold for row in room.view().queue}
    assert left == {shared: (False, False), apart: (False, False)}
    alone.close()


def test_valves_off_normal_are_known_until_any_incident_puts_them_back(room: Room) -> None:
    first, second = room.leak(), room.leak()
    room.do(acts.Turn(first, "V3", "closed"))
    room.do(acts.LeaveValve(first, "V3", "阀杆渗漏"))
    (valve,) = room.view().valves_off
    assert (valve.incident, valve.turned.valve, valve.turned.left) == (f"incident/{first}", "V3", True)
    room.do(acts.Decide(first, Course.CANCEL, "误报"))
    assert room.view().valves_off == (valve,)
    room.later(1).do(acts.Turn(second, "V3", "open"))
    assert room.view().valves_off == ()


def test_two_reports_at_once_get_two_numbers_and_each_desk_sees_both(room: Room) -> None:
    other = Room(room.folder, "second")
    before = room.desk
    first = other.leak()
    # The first desk has not looked since.
    assert room.desk is before
    second = room.leak()
    assert first != second
    assert {row.number for row in other.view().queue} == {row.number for row in room.view().queue} == {first, second}
    other.close()


def test_the_view_says_what_changed(room: Room) -> None:
    from app.operations.dispatch import look  # noqa: PLC0415

    first = room.leak()
    seen = dict(room.desk.board.heads)
    second = room.leak(kind=IncidentKind.HIDDEN_LEAK)
    assert look(room.desk, room.now, seen).changed == {f"incident/{second}"}
    assert first in {row.number for row in room.view().queue}


def test_pictures_are_kept_by_their_contents_and_go_with_a_backup(room: Room, tmp_path: Path) -> None:
    picture = tmp_path / "围挡.JPG"
    picture.write_bytes(b"\xff\xd8picture")
    name = keep_evidence(room.folder, picture)
    assert keep_evidence(room.folder, picture) == name
    incident = room.leak()
    room.do(acts.Note(incident, photo=name, about="barrier.set"))
    kept = evidence_path(room.folder, name)
    assert kept is not None
    assert kept.read_bytes() == b"\xff\xd8picture"
    back_up(room.folder, tmp_path / "backup")
    saved = evidence_path(tmp_path / "backup", name)
    assert saved is not None
    assert saved.read_bytes() == kept.read_bytes()
    assert evidence_path(room.folder, "../x") is None


def test_a_sound_is_kept_and_is_no_picture_of_the_site(room: Room, tmp_path: Path) -> None:
    sound = tmp_path / "水声.wav"
    sound.write_bytes(b"RIFF....WAVE")
    incident = room.on_scene()
    with pytest.raises(AppError, match=r"evidence\.no_picture"):
        keep_evidence(room.folder, sound, picture=True)
    assert not (room.folder / "evidence").exists()
    room.do(acts.Note(incident, sound=keep_evidence(room.folder, sound)))
    room.fact(incident, FactKind.BARRIER_SET)
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    assert "photo" in shown.bars
    with pytest.raises(AppError, match=r"evidence\.gone"):
        evidence_file(room.folder, "0" * 64)


def test_stations_of_a_planned_stop_have_their_checklist_and_none_is_forgotten_shut(room: Room) -> None:
    incident = room.on_scene()
    stations, customers = room.desk.workspace.city.stations, room.desk.workspace.city.customers
    served = [customers.ids[row] for row in range(len(customers)) if customers.station[row] >= 0]
    workspace, event = record_plan(room.desk.workspace, {"customers_out": served}, now=room.now, actor="a")
    room.desk = replace(room.desk, workspace=workspace)
    room.do(acts.AttachPlan(incident, event.key))
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    assert shown.plan_key == event.key
    (hit,) = shown.stations
    assert (hit.station, hit.direct, hit.customers) == (stations.ids[0], False, len(served))
    assert [one.chore for one in shown.checklist] == ["fill_tank", "shut_inlet", "open_inlet"]
    at = {"station": hit.station}
    assert room.refused(acts.Record(incident, FactKind.CHORE_DONE, {"chore": "dance", **at})) == "no_such_chore"
    room.fact(incident, FactKind.CHORE_DONE, chore="shut_inlet", **at)
    room.fact(incident, FactKind.WATER_OFF)
    opening = acts.Record(incident, FactKind.CHORE_DONE, {"chore": "open_inlet", **at})
    assert room.refused(opening) == "inlet_before_flushing"
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    assert f"chore:open_inlet:{hit.station}" in shown.bars
    room.fact(incident, FactKind.FLUSHING_DONE, direction="east")
    room.do(opening)
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    assert not any(bar.startswith("chore") for bar in shown.bars)
    assert [one.done is not None for one in shown.checklist] == [False, True, True]


def test_a_failed_station_names_who_is_out_and_who_lives_on_storage(room: Room) -> None:
    stations = room.desk.workspace.city.stations
    number = room.leak(kind=IncidentKind.STATION_FAILURE, station=stations.ids[0])
    shown = sheet(room.desk, number, room.now)
    assert shown is not None
    assert [hit.station for hit in shown.stations] == [stations.ids[0]]
    assert shown.stations[0].storage_m3 == stations.storage_m3[0]
    report = acts.TakeReport(IncidentKind.STATION_FAILURE, *PLACE, station="T99")
    assert room.refused(report) == "no_such_station"


def test_a_clock_set_back_an_hour_loses_nothing_and_the_order_stays(room: Room) -> None:
    incident = room.leak()
    room.do(acts.Send(room.crew(), incident))
    room.later(-60).fact(incident, FactKind.CREW_ON_SCENE, crew="抢03")
    events = list(room.desk.workspace.journal.events())
    assert flaws(events) == []
    events = [event for event in events if event.actor == "desk"]
    assert max(events, key=lambda event: event.hlc).key == events[-1].key
    # The hour can be put right, and both verdicts stay.
    wrong = events[-2].key if events[-1].kind != EntryKind.HAPPENED else events[-1].key
    room.later(75).do(acts.Correct(incident, wrong, room.ms(-3), "本机时钟慢一小时"))
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    met = shown.clocks[0].verdict.met
    assert met is not None
    assert met.at_ms == room.ms(-3)
    assert shown.clocks[0].recorded is not None


def test_a_full_disk_writes_nothing_half_and_the_desk_goes_on(room: Room) -> None:
    incident = room.leak()
    connection = room.desk.workspace.journal._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")
    before = dict(room.desk.board.heads)

    def until_full() -> None:
        for _ in range(200):
            room.do(acts.Note(incident, "水" * 2000))

    with pytest.raises(GisError) as refused:
        until_full()
    assert refused.value.code == "store.disk_full"
    connection.execute("PRAGMA max_page_count=1073741823")
    room.do(acts.Note(incident, "有空间了"))
    events = list(room.desk.workspace.journal.events())
    assert flaws(events) == []
    assert sum(before.values()) < len(events) < 200
