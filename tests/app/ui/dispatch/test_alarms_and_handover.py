"""Sounds until somebody has seen it, silence only for a reason, a handover that two sign, the wall, a full desk."""

from __future__ import annotations

from collections.abc import Callable

from console_driver import Driver
from dispatch_hands import Hands, at_dispatch, reported
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.dispatch.acts import Issue, LeaveValve, Turn
from app.dispatch.alarms import Sound
from app.dispatch.board import DESK
from app.dispatch.entries import IncidentKind
from app.dispatch.states import ClockState
from app.operations.dispatch import open_dispatch
from app.operations.dispatch_rules import standards_of
from app.sounds import Tone
from app.ui.dispatch.alarms import SOUNDS
from app.ui.dispatch.desk import MUTE_MIN
from app.workspace import open_workspace

CTRL = Qt.KeyboardModifier.ControlModifier
KINDS = (IncidentKind.VISIBLE_LEAK, IncidentKind.BURST, IncidentKind.HIDDEN_LEAK)


class Ear:
    """Hears what is played."""

    def __init__(self) -> None:
        self.heard: list[tuple[Tone, ...]] = []

    def play(self, tones: tuple[Tone, ...]) -> None:
        self.heard.append(tones)

    def close(self) -> None:
        pass


def test_three_sounds_repeat_until_seen_and_are_silenced_for_a_reason_alone(hands: Hands) -> None:
    room, ear = hands.room, Ear()
    room.alarms.player = ear
    reported(hands, 0)
    assert ear.heard[-1] == SOUNDS[Sound.NEW]
    near = reported(hands, 28, 3)
    assert ear.heard[-1] == SOUNDS[Sound.RISK]
    late = reported(hands, 31, 8)
    assert ear.heard[-1] == SOUNDS[Sound.BREACH]
    assert room.badges.bell.isVisible()
    # The most urgent one sounds again and again.
    room.alarms._repeat.setInterval(20)
    count = len(ear.heard)
    hands.desk.until(lambda: len(ear.heard) >= count + 3)
    assert set(ear.heard[count:]) == {SOUNDS[Sound.BREACH]}
    room.alarms._repeat.setInterval(60_000)

    hands.press(Qt.Key.Key_F12, CTRL)
    hands.press(Qt.Key.Key_Return)
    assert room.side.prompt.asks, "no silence without a reason"
    assert not room.badges.bell.muted
    hands.answer("接听指挥长电话")
    assert room.badges.bell.muted
    count = len(ear.heard)
    reported(hands, 0, 12)
    assert len(ear.heard) == count
    assert room.model.view.muted_until_ms == room.model.now_ms + MUTE_MIN * 60_000

    # Space brings the most urgent one to the front, and acknowledges it there.
    hands.press(Qt.Key.Key_F3)
    room.model.select("")
    hands.press(Qt.Key.Key_Space)
    assert room.model.row.number == late
    hands.press(Qt.Key.Key_Space)
    assert not [alarm for alarm in room.alarms.standing if alarm.incident == f"incident/{late}"]
    assert {alarm.incident for alarm in room.alarms.standing} >= {f"incident/{near}"}


def test_a_handover_is_signed_by_both_under_their_own_names_at_two_consoles(
    hands: Hands, start: Callable[..., Driver]
) -> None:
    room = hands.room
    number = reported(hands, 5)
    for act in (
        Issue("抢07", "V-H2-2A", "关闭该阀", number),
        Turn(number, "V-H2-2A", "closed", without_order="指挥长口头同意"),
        Turn(number, "V-H2-2B", "closed", without_order="指挥长口头同意"),
        LeaveValve(number, "V-H2-2B", "关不严"),
    ):
        room.model.do(act)
        hands.settle()
    hands.press(Qt.Key.Key_H, CTRL)
    page = room.below.handover
    rows = hands.desk.cells(page.table)
    order = room.model.view.orders[0].number
    assert [row[0] for row in rows] == [number, order, "V-H2-2A", "V-H2-2B"]
    assert rows[1][1:3] == [f"调度令 → 抢07，{number}", "V-H2-2A · 下一步：受令人已复诵"]
    assert [row[2] for row in rows[2:]] == ["现关，常开 · 未复位", "现关，常开 · 留置，有原因"]
    assert "新增" in rows[0][2]
    assert "到场 14:57" in rows[0][3], "what runs out in the next shift"
    hands.press(Qt.Key.Key_Return, CTRL)
    hands.answer("王", "李", "一处待派")
    assert page.sign.text() == "接班"
    # Who comes sits at a console that was started since: it knows of the handover from the journal alone.
    other = at_dispatch(start().open())
    other.desk.window.activateWindow()
    other.desk.until(other.desk.window.isActiveWindow)
    other.press(Qt.Key.Key_H, CTRL)
    there = other.room.below.handover
    assert there.sign.text() == "接班"
    assert there.told.text() == "14:32 王 交班给 李：李 按 Ctrl+Enter 签收 · 一处待派"
    other.press(Qt.Key.Key_Return, CTRL)
    other.answer("赵")
    assert "李" in other.room.side.prompt.wrong.text(), "nobody signs for another"
    other.answer("李")
    assert there.sign.text() == "交班"
    # What was handed over is no news, but for what runs out or stands open; the first console sees it signed too.
    assert there.told.text() == "自 14:32 起：事件 1 件，未结调度令 1 道，非常态阀门 2 只"
    assert other.desk.cells(there.table)[0][2] == "无变化"
    hands.desk.until(lambda: page.sign.text() == "交班")
    assert room.model.view.shift.waiting is None
    folder = hands.desk.session.workspace.folder
    workspace = open_workspace(folder)
    try:
        signed = [entry.actor for entry in open_dispatch(workspace, standards_of(folder)).board.entries(DESK)]
    finally:
        workspace.close()
    assert signed == ["王", "李"]
    # Entered after the handover, however long ago it was reported.
    late = reported(hands, 90, 3)
    assert {row[0]: row[2] for row in hands.desk.cells(page.table)[:2]} == {number: "无变化", late: "新增 · 接报"}


def test_a_night_with_a_dozen_incidents_stays_in_order_here_and_on_the_wall(hands: Hands) -> None:
    """Two operators' worth at once: the soonest deadline on top, every count right, nothing hidden."""
    room = hands.room
    ages = [3, 29, 12, 45, 0, 20, 33, 8, 26, 15, 5, 30.5]
    numbers = {reported(hands, age, 2 * at, KINDS[at % 3]): age for at, age in enumerate(ages)}
    by_age = sorted(numbers, key=lambda number: -numbers[number])
    shown = [next(number for number in numbers if f"{number} " in line) for line in hands.queue()]
    assert shown == by_age
    assert room.badges.states[ClockState.BREACHED].face.time == "3"
    assert room.badges.bell.text == f"调度未确认 {len(room.alarms.standing)}"
    assert len(room.alarms.standing) >= 12 + 3
    # J and K go through them from the top; what is in front is what the right side tells.
    hands.press(Qt.Key.Key_F3)
    first = room.model.row.number
    assert first == by_age[0]
    hands.press(Qt.Key.Key_J)
    hands.press(Qt.Key.Key_J)
    hands.press(Qt.Key.Key_K)
    assert room.model.row.number == by_age[1]
    assert room.side.head.number.text() == by_age[1]
    hands.press(Qt.Key.Key_F11, CTRL)
    wall = room.wall
    assert wall.isVisible()
    assert [line.number for line in wall.lines] == by_age
    before = wall.grab().toImage()
    assert before.width() >= 1280
    assert len({before.pixel(x, 60) for x in range(0, 900, 3)}) > 2, "counts in large letters"
    QTest.keyClick(wall, Qt.Key.Key_Escape)
    assert not wall.isVisible()
