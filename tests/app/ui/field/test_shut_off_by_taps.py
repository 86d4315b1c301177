"""A whole shut-off by taps alone: foul air, a valve that will not turn, a slip, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from console_driver import Driver
from field_town import ROOM, Gloves
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.dispatch.field_task import Goal
from app.ui.field.bar import LEAVE, STUCK, UNDO

OPEN_CHAMBER, CLOSING, CLOSED = "井盖已开", "开始关阀", "已关好"


def close_front(gloves: Gloves) -> str:
    """Close the valve in front from above; its id."""
    step = gloves.room.model.step
    assert step is not None
    assert step.goal is Goal.CLOSE
    if gloves.bar.primary.text() == OPEN_CHAMBER:
        gloves.next(OPEN_CHAMBER)
    gloves.next(CLOSING)
    gloves.next(CLOSED)
    return step.valve


def enter_the_room(gloves: Gloves) -> None:
    """The first valve is turned from inside: foul air is refused, good air lets in."""
    work, form = gloves.room.work, gloves.room.permit
    assert gloves.room.model.step.valve == ROOM
    assert work.card.title.text() == f"关 {ROOM}"
    assert "第 1 阀，共 2 阀" in work.card.which.shown
    assert work.card.place.shown == "阀门室 · 埋深 2.6 m"
    assert work.card.state.shown == "常态开，现开"
    assert work.card.turning.text() == "顺时针 · 38 圈"
    assert work.card.inside.isChecked(), "the record says that one goes in"
    gloves.next(OPEN_CHAMBER)
    assert work.card.permit.text() == "无许可：下井前先测气体"
    gloves.next("测气体，办许可")
    gloves.measure("18.2", "0", "14.5", "0")
    assert form.isVisible(), "nobody gets past foul air"
    assert "氧含量 18.2 %，低于 19.5 %" in form.told.text()
    assert "硫化氢 14.5 mg/m³" in form.told.text()
    gloves.tap(form.back)
    assert work.card.permit.text() == "不得进入"
    gloves.next("测气体，办许可")
    gloves.measure("20.9", "0", "0", "2")
    assert work.isVisible()
    assert work.card.permit.text() == "15:02 前可以进入"
    gloves.next(CLOSING)
    for _ in range(3):
        gloves.tap(work.card.many)
    assert work.card.count.text() == "15 / 38"
    gloves.next(CLOSED)


def test_a_leak_is_shut_off_and_every_valve_goes_back(gloves: Gloves) -> None:
    gloves.choose()
    assert gloves.summary == "清泉大街 112 号 · 关阀 0 / 2"
    gloves.also(STUCK)
    QTest.mouseDClick(gloves.bar.others[STUCK], Qt.MouseButton.LeftButton)
    gloves.desk.idle()
    taken_out = [step.valve for step in gloves.room.model.task.aside]
    assert taken_out == [ROOM], "a glove that taps twice says it once"
    gloves.also(UNDO)
    assert gloves.rows()[0] == (ROOM, "next")
    enter_the_room(gloves)
    stuck = gloves.room.model.step.valve
    gloves.also(STUCK)
    gloves.desk.until(lambda: "改关" in gloves.told)
    assert stuck in gloves.told
    assert gloves.rows()[0] == (ROOM, "done")
    assert gloves.rows()[1] == (stuck, "aside")
    closed = [ROOM]
    while not gloves.room.model.task.over:
        closed.append(close_front(gloves))
    assert len(closed) == 4
    assert gloves.summary.endswith("4 个阀门全部关好。")
    gloves.next("已止水")
    gloves.next("管道已修好")
    assert [valve for valve, _ in gloves.rows()] == closed[::-1], "the last closed first"
    go_back(gloves, closed)


def go_back(gloves: Gloves, closed: list[str]) -> None:
    """Open them again: one by a slip, one stays for a reason, the room with fresh air still."""
    work = gloves.room.work
    first = gloves.room.model.step.valve
    assert first == closed[-1]
    assert work.card.turning.text() == "逆时针 · 38 圈", "opened the other way round"
    for words in (OPEN_CHAMBER, "开始开阀", "已开到位"):
        if gloves.bar.primary.text() == words:
            gloves.next(words)
    assert gloves.rows()[0] == (first, "done")
    gloves.also(UNDO)
    assert (first, "next") in gloves.rows(), "a slip is taken back, and the valve is in front again"
    gloves.next("已开到位")
    second = gloves.room.model.step.valve
    gloves.also(LEAVE)
    gloves.answer("留作边界阀，已报调度")
    assert (second, "left") in gloves.rows()
    while not gloves.room.model.task.over:
        if gloves.room.model.step.valve == ROOM and work.card.inside.isChecked():
            gloves.tap(work.card.above)
        gloves.tap(gloves.bar.primary)
    assert gloves.bar.primary.text() == "阀门均已复位"
    assert "（1 / 4）" in gloves.summary
    off = {one.turned.valve for one in gloves.room.model.dispatch.view.valves_off}
    assert off == {second}, "the dispatcher sees the one that stays"


def test_a_restart_in_the_middle_goes_on_at_the_same_valve(gloves: Gloves, start: Callable[..., Driver]) -> None:
    gloves.choose()
    gloves.tap(gloves.room.work.card.above)
    gloves.next(OPEN_CHAMBER)
    gloves.next(CLOSING)
    gloves.tap(gloves.room.work.card.many)
    gloves.desk.window.close()
    gloves.desk.console.close()
    again = Gloves(start().open())
    assert again.desk.window.desks.shown.code == "field"
    again.desk.until(lambda: again.room.model.task is not None)
    again.desk.idle()
    step = again.room.model.step
    assert (step.valve, step.stage, step.turns_done) == (ROOM, "turning", 5.0)
    assert again.bar.primary.text() == CLOSED
    assert again.room.work.card.count.text() == "5 / 38"


def test_everything_is_done_by_keyboard_too(gloves: Gloves) -> None:
    window = gloves.desk.window
    assert window.focusWidget() is gloves.room.choose.rows.rows[0]
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    gloves.desk.until(lambda: gloves.room.model.task is not None)
    gloves.desk.idle()
    gloves.desk.press(Qt.Key.Key_F3)
    rows = gloves.room.work.rows.rows
    assert window.focusWidget() is rows[0]
    QTest.keyClick(rows[0], Qt.Key.Key_Down)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    gloves.desk.idle()
    assert gloves.room.model.step.valve == rows[1].step.valve
    for words in (OPEN_CHAMBER, CLOSING, CLOSED):
        assert gloves.bar.primary.text() == words
        gloves.desk.press(Qt.Key.Key_F9)
        gloves.desk.idle()
    assert gloves.rows()[0][1] == "done"
    gloves.desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    gloves.desk.idle()
    assert gloves.rows()[0][1] != "done"
    gloves.desk.press(Qt.Key.Key_F8)
    assert gloves.room.permit.isVisible()
    gloves.desk.press(Qt.Key.Key_Escape)
    assert gloves.room.work.isVisible()
