"""What somebody had typed when the console died is there again, says so, and can be let go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from console_driver import Driver
from little_city import BLOCK_M, EAST, LEAKING, NORTH
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.edit_requests import EditPreviewed
from app.messages.describe import Thing
from app.ui.desks import DISPATCH, EDIT, HOTLINE, OUTAGES, PRESSURE
from app.ui.editing.editor import PIPE, VALVE
from app.ui.resume import SOON_MS

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1]
MIDDLE = (EAST + 2.45 * BLOCK_M, NORTH + 2 * BLOCK_M)

CONSOLE = """
import sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
from conftest import MOMENT
from console_driver import Driver, ThreadWorker
from app.requests import BuildDemo
from app.ui.start import Console, StartOptions
from test_drafts_restored import fill_in_every_form

class Patience:
    def waitUntil(self, condition, timeout):
        end = time.monotonic() + timeout / 1000
        while not condition():
            assert time.monotonic() < end
            QApplication.processEvents()
            time.sleep(0.005)

application = QApplication([])
home, town = map(Path, sys.argv[1:])
console = Console(StartOptions(home, BuildDemo(home / "demo", 1000, 7), town, "zh_CN"), ThreadWorker, lambda: MOMENT)
console.window.resize(1600, 900)
console.window.pressures.hide()
console.window.show()
console.keeper.begin()
fill_in_every_form(Driver(console, Patience()).open())
print("typed", flush=True)
sys.exit(application.exec())
"""


def fill_in_every_form(desk: Driver) -> None:
    """Somebody is in the middle of everything; returns when so much time has gone by as may be lost."""
    window = desk.window
    desk.plan(LEAKING)
    window.desks.show(DISPATCH)
    window.dispatch.report()
    window.dispatch.intake.note.setText("水从井盖往外冒")
    window.dispatch.below.handover.ask()
    window.dispatch.side.prompt.edits["note"].setText("泵站二号机在检修")
    window.desks.show(OUTAGES)
    window.outages.plan()
    window.outages.form.fields["title"].setText("换阀")
    window.outages.form.fields["start"].setText("3-17 22:00")
    window.desks.show(HOTLINE)
    window.hotline.take_call()
    window.hotline.form.note.setText("水发黄")
    window.hotline.form.phone.setText("13900000000")
    window.desks.show(PRESSURE)
    window.live.left.draw()
    window.live.left.hydrant.edits["told_by"].setText("消防支队")
    window.desks.show(EDIT)
    desk.idle()
    put_in_a_valve(desk)
    file = desk.console.keeper._file
    desk.until(lambda: file.is_file() and "挖开看过" in file.read_text("utf-8"))


def put_in_a_valve(desk: Driver) -> None:
    """A new valve with a name of its own and a reason, not written yet."""
    editing = desk.window.editing
    editing.editor.set_tool(VALVE)
    desk.idle()
    editing.editor.name_blank("V-新")
    desk.window.map.canvas.zoom_to_point(*MIDDLE, 0.4)
    desk.click_map(*MIDDLE)
    desk.until(lambda: editing.editor.preview is not None)
    editing.right.bar.why.setText("挖开看过")


def dies(desk: Driver) -> None:
    """The console is gone without a word: its lock goes with its process."""
    desk.console.keeper.keep()
    desk.console.keeper._lock.unlock()


def comes_back(start: Callable[..., Driver]) -> Driver:
    desk = start()
    desk.console.keeper.begin()
    desk.open()
    desk.until(lambda: desk.window.isVisible() and not desk.console.client.tickets)
    QApplication.processEvents()
    desk.idle()
    return desk


def begun(start: Callable[..., Driver]) -> Driver:
    desk = start()
    desk.console.keeper.begin()
    return desk.open()


def test_a_console_that_is_killed_gives_back_everything_that_was_typed(
    start: Callable[..., Driver], town: Path, tmp_path: Path
) -> None:
    path = os.pathsep.join(map(str, (HERE, TESTS, TESTS.parent)))
    home = tmp_path / "home"
    with subprocess.Popen(
        [sys.executable, "-c", CONSOLE, str(home), str(town)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as console:
        assert console.stdout is not None
        assert console.stdout.readline() == "typed\n"
        console.send_signal(signal.SIGKILL)
        assert console.wait(60) == -signal.SIGKILL
    (kept,) = home.glob("session.json")
    assert kept.stat().st_mode & 0o077 == 0, "names and numbers are the user's alone"
    desk = comes_back(start)
    window = desk.window
    line = desk.console.keeper.line
    assert line.isVisibleTo(window)
    names = "来电登记 · 管网编辑 · 消火栓用水 · 计划停水 · 一处答复（再次询问时会填好） · 事件登记"
    assert line.text.text() == f"14:32 输入的内容已恢复：{names}。"

    editor = window.editing.editor
    desk.until(lambda: isinstance(editor.preview, EditPreviewed))
    assert window.desks.shown.code == EDIT
    assert editor.draft is not None
    assert (editor.draft.do, editor.draft.id, editor.tool) == ("put_valve", "V-新", VALVE)
    assert editor.draft.xy_m[0] == pytest.approx(MIDDLE, abs=1.0)
    assert window.editing.right.bar.why.text() == "挖开看过"
    assert window.editing.right.head.name.text() == "V-新"
    form = window.outages.form
    assert (form.fields["title"].text(), form.fields["start"].text()) == ("换阀", "3-17 22:00")
    assert "停水用户" in form.place.text() or "P-H2-2" in form.place.text(), "its plan is there as well"
    assert (window.hotline.form.note.text(), window.hotline.form.phone.text()) == ("水发黄", "13900000000")
    assert window.dispatch.intake.note.text() == "水从井盖往外冒"
    drawn = window.live.left.hydrant
    assert (drawn.asks, drawn.edits["told_by"].text()) == (True, "消防支队")
    window.dispatch.below.handover.ask()
    assert window.dispatch.side.prompt.edits["note"].text() == "泵站二号机在检修"

    # And it can be written: nothing of it is a picture only.
    desk.press(Qt.Key.Key_F9)
    desk.until(lambda: desk.session.city.network.devices.ids.find("V-新") >= 0)


def test_what_was_typed_last_is_on_the_disk_though_nobody_pauses(start: Callable[..., Driver]) -> None:
    desk = begun(start)
    desk.window.hotline.take_call()
    note, file = desk.window.hotline.form.note, desk.console.keeper._file
    began = desk.console.keeper._soon
    typed = 0

    def go_on() -> bool:
        nonlocal typed
        typed += 1
        note.setText(f"第 {typed} 字")
        return file.exists() and "字" in file.read_text("utf-8")

    assert began.interval() == SOON_MS <= 1000
    desk.qtbot.waitUntil(go_on, timeout=10 * SOON_MS)


def test_what_was_brought_back_can_be_let_go(start: Callable[..., Driver]) -> None:
    desk = begun(start)
    desk.window.hotline.take_call()
    desk.window.hotline.form.name.setText("王女士")
    desk.window.desks.show(EDIT)
    desk.idle()
    put_in_a_valve(desk)
    dies(desk)
    desk.console.look.set_language("en")  # a dead console's words would be in the way of the next one's
    again = comes_back(start)
    line = again.console.keeper.line
    assert line.text.text() == "14:32 输入的内容已恢复：来电登记 · 管网编辑。"
    again.window.set_language("en")
    assert line.text.text() == "What you had typed at 14:32 is here again: call · edit of the network."
    line.discard.click()
    assert not line.isVisibleTo(again.window)
    assert again.window.editing.editor.draft is None
    assert again.window.editing.right.bar.why.text() == ""
    assert again.window.hotline.typed == {}
    assert "王女士" not in again.console.keeper._file.read_text("utf-8")


def test_the_line_goes_when_nothing_of_it_is_left(start: Callable[..., Driver]) -> None:
    desk = begun(start)
    desk.window.hotline.take_call()
    desk.window.hotline.form.note.setText("水发黄")
    desk.window.outages.plan()
    desk.window.outages.form.fields["title"].setText("换阀")
    dies(desk)
    again = comes_back(start)
    line = again.console.keeper.line
    assert "计划停水" in line.text.text()
    again.window.outages.leave_form()
    again.console.keeper.keep()
    assert "计划停水" not in line.text.text()
    again.window.hotline.form.confirm()
    again.until(lambda: again.window.hotline.typed == {})
    again.console.keeper.keep()
    assert not line.isVisibleTo(again.window), "the call is taken"


def test_a_line_that_was_half_drawn_goes_on(start: Callable[..., Driver]) -> None:
    desk = begun(start)
    desk.window.desks.show(EDIT)
    desk.idle()
    desk.window.editing.editor.set_tool(PIPE)
    desk.idle()
    desk.window.map.canvas.zoom_to_point(*MIDDLE, 0.4)
    desk.click_map(*MIDDLE)
    desk.click_map(MIDDLE[0] + 40, MIDDLE[1] + 30)
    corners = list(desk.window.editing.hand.corners)
    assert len(corners) == 2
    dies(desk)
    again = comes_back(start)
    assert again.window.editing.editor.tool == PIPE
    assert again.window.editing.hand.corners == corners
    again.window.editing.hand._finish_line()
    again.until(lambda: again.window.editing.editor.preview is not None)
    assert again.window.editing.editor.draft.xy_m == tuple(corners)


def test_fields_that_were_changed_are_judged_by_what_stood_there(start: Callable[..., Driver]) -> None:
    """Somebody else writes the same field while the console is dead: it is not written over."""
    desk = begun(start)
    desk.window.desks.show(EDIT)
    desk.session.pick(Thing("valve", desk.row("valve", "V-H2-2A")))
    desk.idle()
    editing = desk.window.editing
    for name, value in (("dn_mm", 450.0), ("current", "closed")):
        editing.right.form.write(name, value)
    desk.until(lambda: editing.editor.preview is not None)
    editing.right.bar.why.setText("铭牌")
    draft, observed = editing.editor.draft, editing.editor.observed
    assert draft is not None
    assert observed is not None
    dies(desk)
    again = comes_back(start)
    editor = again.window.editing.editor
    again.until(lambda: editor.preview is not None)
    assert (editor.draft, editor.observed) == (draft, observed)
    assert again.session.selection == Thing("valve", again.row("valve", "V-H2-2A"))

    # A third one, where the field was edited meanwhile.
    dies(again)
    other = start()
    other.open()
    other.window.desks.show(EDIT)
    other.session.pick(Thing("valve", other.row("valve", "V-H2-2A")))
    other.idle()
    other.window.editing.right.form.write("dn_mm", 300.0)
    other.until(lambda: other.window.editing.editor.preview is not None)
    other.window.editing.editor.commit("另一人")
    other.idle()
    third = comes_back(start)
    editor = third.window.editing.editor
    third.until(lambda: editor.preview is not None)
    editor.commit("铭牌")
    third.until(lambda: "300" in third.window.editing.right.effect.refusal.text())


def test_an_outage_that_is_planned_anew_keeps_its_own_plan(start: Callable[..., Driver]) -> None:
    """A plan for another main was on screen, and was not meant: that it is made again does not change that."""
    desk = begun(start)
    desk.window.desks.show(OUTAGES)
    desk.plan(LEAKING)
    outages = desk.window.outages
    outages.plan()
    for name, text in (("title", "换阀"), ("start", "3-17 22:00")):
        outages.form.fields[name].setText(text)
    outages.form.confirm()
    desk.until(lambda: outages.model.sheet is not None)
    outages.model.stop_low()
    desk.idle()
    number = outages.model.selected
    desk.plan("P-H3-3")
    outages.change()
    outages.form.fields["reason"].setText("阀门漏水")
    dies(desk)
    again = comes_back(start)
    room = again.window.outages
    again.until(lambda: room.right.currentWidget() is room.form and again.session.plan is not None)
    again.idle()
    assert number in room.form.header.title.text()
    assert room.form.fields["reason"].text() == "阀门漏水"
    assert LEAKING in room.form.place.text(), "the plan on screen is not the one that is meant"
    assert room.form.wrong.text == ""


@pytest.mark.expect_log("cannot be brought back")
def test_a_draft_that_is_none_holds_up_no_other(start: Callable[..., Driver]) -> None:
    desk = begun(start)
    desk.window.hotline.take_call()
    desk.window.hotline.form.note.setText("水发黄")
    desk.window.outages.plan()
    desk.window.outages.form.fields["title"].setText("换阀")
    keeper = desk.console.keeper
    dies(desk)
    text = keeper._file.read_text("utf-8")
    keeper._file.write_text(text.replace('"begun": "2026', '"begun": "it was 2026'), "utf-8")
    again = comes_back(start)
    assert again.window.outages.form.fields["title"].text() == "换阀"
    assert "来电" not in again.console.keeper.line.text.text()
