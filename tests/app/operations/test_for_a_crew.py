"""Who acts for a crew is told with it, wherever the act is told: login and crew, also after a snapshot."""

from __future__ import annotations

from dispatch_room import STANDARDS, START, Room

from app.dispatch.acts import Done, Turn, WorkValve
from app.dispatch.entries import crew_in
from app.dispatch.shelf import from_json, to_json
from app.dispatch.valve_work import ValveStage
from app.messages import load_words
from app.operations.dispatch import carry_out, sheet
from app.operations.dispatch_log import day_sheet
from app.operations.edit import Author


def test_login_and_crew_are_told_together(room: Room) -> None:
    incident = room.on_scene()
    act = WorkValve(incident, "V2", ValveStage.WILL_NOT_TURN)
    room.desk, done = carry_out(room.desk, act, Author("李四", role="crew/抢03"), room.now)
    assert isinstance(done, Done)
    written = [room.desk.workspace.journal.event(key) for key in done.events]
    assert [(one.actor, crew_in(one.role)) for one in written if one] == [("李四", "抢03")] * 2, "the network's, too"
    room.do(Turn(incident, "V2", "closed"))
    room.desk, _ = carry_out(room.desk, Turn(incident, "V2", "open"), Author("抢03", role="crew/抢03"), room.now)
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    said = {line.code: line for line in shown.lines if line.code.startswith("valve.")}
    assert said["valve.worked"].who == "李四 · 抢03"
    assert [line.who for line in shown.lines if line.code == "valve.turned"] == ["desk", "抢03"], "not twice the same"
    log = day_sheet(room.desk, START.date(), load_words("en"))
    assert "李四 · 抢03" in {row[-1] for row in log.rows}
    again = from_json(to_json(room.desk.board), STANDARDS)
    assert again.incidents == room.desk.board.incidents
    assert {one.role for one in again.entries(f"incident/{incident}")} == {"", "crew/抢03"}


def test_a_role_that_is_no_crew_is_none() -> None:
    assert [crew_in(one) for one in ("", "supervisor", "crew/R03", "crew/")] == ["", "", "R03", ""]
