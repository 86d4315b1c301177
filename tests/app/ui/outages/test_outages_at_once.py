"""Outages under way at the same time: what they take together that neither takes alone is told in time."""

from dataclasses import replace

from console_driver import cut_short
from desk_hands import CTRL
from little_city import BLOCK_M, EAST, NORTH
from outage_hands import OutageHands, told
from PySide6.QtCore import Qt

from app.dispatch.acts import Done, TakeReport, Turn
from app.dispatch.entries import IncidentKind
from app.dispatch_requests import ActAnswered, DoAct
from app.journal.events import milliseconds
from app.outage_requests import DraftOutage, ReckonJoint
from app.outages.clashes import ClashKind
from app.plan_requests import Subject
from app.requests import Failed
from app.ui.outages.present import CalendarRow
from network.answers import AreaTarget, IsolationPlan, PipeTarget, Target
from network.isolation import plan_isolation
from network.supply import prepare
from network.topology import DeviceStates

HOUR_MS = 3_600_000
CROSSING = tuple((EAST + BLOCK_M + dx, NORTH + dy) for dx, dy in ((-8.0, -8.0), (8.0, -8.0), (8.0, 8.0), (-8.0, 8.0)))
"""Around the crossing east of the corner: it takes nobody's water, the street between is fed from the corner."""


def draft(hands: OutageHands, target: Target, after_h: float) -> None:
    model = hands.room.model
    start_ms = model.now_ms + round((100 + after_h) * HOUR_MS)
    model.do(DraftOutage(Subject(target), start_ms, start_ms + 6 * HOUR_MS, model.now_ms))
    hands.desk.idle()


def marks(hands: OutageHands) -> dict[str, tuple[bool, ...]]:
    rows = hands.room.below.chart.rows
    assert all(isinstance(row, CalendarRow) for row in rows)
    return {row.number: tuple(grave for _, _, grave in row.clashes) for row in rows}  # type: ignore[attr-defined]


def test_what_two_outages_take_only_together(hands: OutageHands) -> None:
    room, judgement = hands.room, hands.room.side.pages.judgement
    draft(hands, PipeTarget(hands.desk.row("pipe", "P-V0-0")), 0.0)
    assert [row.affected for row in room.model.view.rows] == [0]
    hands.press(Qt.Key.Key_F3)
    room.model.select("J1")
    hands.desk.idle()
    assert told(judgement.joint) == ""
    assert not any(isinstance(one, ReckonJoint) for one in hands.desk.worker.asked)

    draft(hands, AreaTarget(CROSSING), 2.0)
    assert [one.kind for one in room.model.view.clashes] == [ClashKind.AT_ONCE]
    hands.desk.until(lambda: told(judgement.joint) != "")
    assert told(judgement.joint) == (
        "3月16日 周一 20:32 – 3月17日 周二 00:32：J1, J2 同时进行另使 6 户（180 人）停水，单独进行均不停水。"
    )
    assert "6 户" in room.below.header.note.text
    assert marks(hands) == {"J1": (False, True), "J2": (False, True)}
    hands.desk.window.set_language("en")
    assert "J1, J2 together leave 6 customers (180 people) without water" in told(judgement.joint)
    # Longer in English: the page makes room for all of it.
    hands.desk.until(lambda: not cut_short(room.side))

    # Nothing is asked again while nothing changes; moved to another night they do no harm any more.
    before = sum(isinstance(one, ReckonJoint) for one in hands.desk.worker.asked)
    room.model.look()
    hands.desk.idle()
    assert sum(isinstance(one, ReckonJoint) for one in hands.desk.worker.asked) == before
    room.side.doing.move_start(room.model.now_ms + 200 * HOUR_MS)
    hands.desk.until(lambda: told(judgement.joint) == "")
    hands.press(Qt.Key.Key_R, CTRL)
    assert marks(hands) == {"J1": (), "J2": ()}


def test_what_is_reckoned_of_an_outage_is_not_told_of_another(hands: OutageHands) -> None:
    model, worker = hands.room.model, hands.desk.worker
    draft(hands, PipeTarget(hands.desk.row("pipe", "P-V0-0")), 0.0)
    draft(hands, AreaTarget(CROSSING), 2.0)
    draft(hands, PipeTarget(hands.desk.row("pipe", "P-H2-2")), 100.0)
    worker.held = (ReckonJoint,)
    model.select("J1")
    hands.desk.until(lambda: bool(worker._kept))
    (late,) = worker._kept
    model.select("J3")
    worker.release(late)
    hands.desk.idle()
    assert model.joint.losses == ()

    # Refused, it is asked again with the next look.
    model.select("J1")
    hands.desk.until(lambda: bool(worker._kept))
    (refused,) = worker._kept
    worker._kept.clear()
    worker._on_event(refused, Failed("workspace.missing", {"path": "gone"}))
    hands.desk.idle()
    worker.held = ()
    model.look()
    hands.desk.until(lambda: model.joint.losses != ())

    # What does not count is said below what does.
    judgement = hands.room.side.pages.judgement
    assert told(judgement.left_out) == ""
    model.joint = replace(model.joint, left_out=("J4", "W1 (V9)"))
    model.joint_changed.emit()
    assert told(judgement.left_out) == "按现状无法计算，未计入：J4, W1 (V9)。"


def test_an_emergency_that_runs_is_reckoned_with_beside_an_outage_of_the_next_hours(hands: OutageHands) -> None:
    room, desk, clock = hands.room, hands.desk, hands.clock
    now_ms = milliseconds(clock())
    draft(hands, PipeTarget(desk.row("pipe", "P-V0-0")), -99.5)
    city = desk.session.city
    model = prepare(city, DeviceStates.recorded(city.network.devices))
    plan = plan_isolation(model, AreaTarget(CROSSING))
    assert isinstance(plan, IsolationPlan)
    acts = [TakeReport(IncidentKind.BURST, EAST + BLOCK_M, NORTH)]
    acts += [Turn("W1", city.network.devices.ids[row], "closed", without_order="急") for row in plan.close]
    done: list[object] = []
    for act in acts:
        desk.session.client.ask(DoAct(act, now_ms=now_ms), done.append)
    desk.until(lambda: len(done) == len(acts))
    assert all(isinstance(one, ActAnswered) and isinstance(one.outcome, Done) for one in done), done
    judgement = room.side.pages.judgement
    hands.press(Qt.Key.Key_F3)
    room.model.select("J1")
    room.model.look()
    desk.until(lambda: "W1" in told(judgement.joint))
    assert "同时进行另使 6 户（180 人）停水" in told(judgement.joint)
    assert told(judgement.joint) in room.below.header.note.text
    # It is over by its forecast before an outage of the week after begins.
    room.side.doing.move_start(room.model.now_ms + 200 * HOUR_MS)
    desk.until(lambda: told(judgement.joint) == "")
