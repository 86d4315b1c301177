"""The Hotline desk by keyboard: who calls, the call, the callback, and the main that calls point at."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from console_driver import Driver
from demo_town import set_up
from desk_hands import CTRL, DeskHands
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.config import operator
from app.dispatch.acts import Done
from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.operations.complaints import carry_out, open_complaints
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.isolate import Query
from app.operations.outage_plan import planned, record_and_effect
from app.operations.outages import carry_out as carry_out_outage
from app.operations.outages import open_outages
from app.outages.acts import Happened, Revise
from app.public.acts import CallBack, Mood, Say, TakeComplaint
from app.public.book import Stage
from app.public.entries import ComplaintKind
from app.public_requests import ReadMonth
from app.requests import Failed
from app.ui.hotline.desk import HotlineDesk
from app.workspace import open_workspace
from network.supply import prepare


class Hand(DeskHands):
    """Somebody at the hotline, who has a keyboard and eyes."""

    def __init__(self, desk: Driver) -> None:
        self.room: HotlineDesk = desk.window.hotline
        super().__init__(desk, self.room.side.prompt)

    def look_up(self, text: str) -> None:
        self.press(Qt.Key.Key_F3)
        self.type(text)
        self.press(Qt.Key.Key_Return)
        self.desk.until(lambda: self.room.model.asked == text and not self.desk.console.client.tickets)
        self.desk.idle()

    def rows(self) -> list[list[str]]:
        return self.desk.cells(self.room.side.open)


def opened(start: Callable[..., Driver], language: str = "zh_CN") -> Hand:
    hand = Hand(start(language=language).open())
    hand.press(Qt.Key.Key_6, CTRL)
    hand.desk.until(lambda: hand.room.model.view is not None)
    return hand


def test_from_the_ring_to_the_callback_by_keyboard(start: Callable[..., Driver]) -> None:
    hand = opened(start)
    room, side = hand.room, hand.room.side
    hand.look_up("清泉大街101号")
    assert room.left.who.text() == "东城中学"
    assert room.left.standing.text() == "● 有水"
    assert room.left.pressures.text() == "附近没有压力测点。"
    # Enter again takes the call; what is the matter, in which words, Enter.
    hand.press(Qt.Key.Key_Return)
    assert room.right.currentWidget() is room.form
    assert "东城中学" in room.form.whose.text()
    for _ in range(2):
        hand.press(Qt.Key.Key_Down)
    assert room.form.kind.currentData() == "colour"
    hand.press(Qt.Key.Key_Tab)
    hand.type('水发黄 \U0001f6b0 "二楼"')
    hand.press(Qt.Key.Key_Return)
    hand.desk.until(lambda: room.model.row is not None)
    number = room.model.row.number
    assert hand.rows()[0][:2] == [number, "水色、浑浊"]
    assert hand.rows()[0][3] == "C1 20:00"
    assert '水发黄 \U0001f6b0 "二楼"' in side.detail.text()
    assert "C2 · 投诉办结" in side.clocks.text()
    hand.press(Qt.Key.Key_F9)
    hand.desk.until(lambda: room.model.row.stage is Stage.IN_HAND)
    assert side.next.text() == "答复并办结"
    hand.press(Qt.Key.Key_F9)
    hand.answer("管道冲洗所致，半小时内恢复")
    hand.desk.until(lambda: room.model.row.stage is Stage.SETTLED)
    hand.press(Qt.Key.Key_F5)
    assert [row[0] for row in hand.desk.cells(side.callbacks)] == [number]
    hand.press(Qt.Key.Key_F9)
    hand.answer("5")
    assert "1 满意，2 不满意，3 未接通" in side.prompt.wrong.text()
    side.prompt.edits["mood"].clear()
    hand.answer("1")
    hand.desk.until(lambda: room.model.row.stage is Stage.CLOSED)
    assert hand.desk.cells(side.callbacks) == []
    assert [(row[0], row[1], row[3]) for row in hand.desk.cells(side.called)] == [(number, "C4", "满意")]
    assert side.results.isVisible()
    # Esc: the complaint in front, then the search.
    hand.press(Qt.Key.Key_Escape)
    assert room.model.row is None
    hand.press(Qt.Key.Key_Escape)
    assert room.left.field.text() == ""
    assert room.model.found == ()


def without_water(town: Path, now: datetime, pipe: str) -> None:
    """Another console has planned an outage and says that the water is off; it was to be back two minutes ago."""
    with closing(open_workspace(town)) as workspace:
        model = prepare(workspace.city, workspace.states)
        record, effect = record_and_effect(model, planned(model, Query("pipe", pipe)), 0)
        began, ended_ms = now - timedelta(hours=6), milliseconds(now - timedelta(minutes=2))
        plan = Revise(record, effect, milliseconds(began), ended_ms, texts={"reason": "更换老旧阀门"})
        desk = open_outages(workspace, standards_of(town))
        desk, _ = carry_out_outage(desk, plan, Author("王"), began - timedelta(hours=1))
        off = Happened("J1", FactKind.WATER_OFF, milliseconds(began), despite="急")
        _, done = carry_out_outage(desk, off, Author("王"), now)
        assert isinstance(done, Done), done


def test_who_calls_without_water_is_told_why_and_until_when_with_pressures_nearby(
    start: Callable[..., Driver], town: Path
) -> None:
    set_up(town, interval_s=0.2)
    hand = opened(start)
    now = hand.desk.window._now()
    without_water(town, now, "P-H2-2")
    live, left = hand.desk.window.live.model, hand.room.left
    hand.press(Qt.Key.Key_3, CTRL)
    hand.desk.until(lambda: live.present is not None and bool((live.present.standings[1:] == 0).all()))
    hand.press(Qt.Key.Key_6, CTRL)
    hand.look_up("东城中学")
    assert left.standing.text() == "■ 停水"
    until = f"{now - timedelta(minutes=2):%m-%d %H:%M}"
    assert left.causes.text().startswith("计划停水 J1（更换老旧阀门），")
    assert f"至 {until}。现已超过该时间，尚未登记恢复供水" in left.causes.text()
    near = left.pressures.text().splitlines()
    assert 1 <= len(near) <= 2
    good = hand.desk.window.look.words.say("standing", "good")
    assert all(re.fullmatch(rf"(山大路|解放路).+ \d+ m.+0\.(2|3)\d+ MPa.+{good}", line) for line in near), near


def test_what_is_done_seldom(start: Callable[..., Driver]) -> None:
    hand = opened(start)
    room, side = hand.room, hand.room.side
    acts = room.more.menu.acts

    def choose(code: str) -> None:
        room.more.menu.aboutToShow.emit()
        assert acts[code].isEnabled()
        acts[code].trigger()
        hand.desk.idle()

    room.more.menu.aboutToShow.emit()
    assert [code for code, act in acts.items() if act.isEnabled()] == ["source", "accident", "inform"]
    room.model.do(TakeComplaint(ComplaintKind.ODOUR, "K01"))
    hand.desk.until(lambda: bool(room.model.view.rows))
    number = room.model.view.rows[0].number
    room.model.select(room.model.view.rows[0].entity)
    hand.desk.idle()
    choose("authorities")
    assert room.model.row.stage is Stage.NEW, "nothing is told before something is abnormal"
    choose("abnormal")
    met = hand.desk.window.look.words.say("clock_state", "met")
    hand.desk.until(lambda: "Q1 · 报告水质异常" in side.clocks.text())
    assert f"Q1 · 报告水质异常 · {met}" not in side.clocks.text()
    choose("authorities")
    hand.desk.until(lambda: f"Q1 · 报告水质异常 · {met}" in side.clocks.text())
    # A suggestion is put off with its reason, and not into the past.
    for act in (
        Say(number, FactKind.REPLY_GIVEN),
        Say(number, FactKind.COMPLAINT_SETTLED),
        CallBack(number, Mood.NOT_SATISFIED, "水箱该洗了"),
        CallBack(number, Mood.SATISFIED),
    ):
        room.model.do(act)
        hand.desk.idle()
    assert room.model.row.callback == "C6"
    choose("put_off")
    side.prompt.edits["until"].setText("2026-03-01 08:00")
    side.prompt.edits["why"].setText("等清洗队")
    hand.press(Qt.Key.Key_Return)
    assert "2026-03-01 08:00" in side.prompt.wrong.text()
    side.prompt.edits["until"].setText("2026-03-30 17:00")
    hand.press(Qt.Key.Key_Return)
    hand.desk.until(lambda: room.model.row.stage is Stage.CLOSED)
    assert room.model.view.called[0].put_off_ms is not None
    choose("reopen")
    hand.answer("又有异味")
    hand.desk.until(lambda: room.model.row.stage is Stage.NEW)
    choose("cancel")
    hand.answer("重复登记")
    hand.desk.until(lambda: room.model.row.stage is Stage.CANCELLED)
    # One accident is enough: no complaint need be in front.
    room.model.select("")
    choose("source")
    hand.answer("取水口油污")
    hand.desk.until(lambda: bool(room.model.view.escalations))
    assert room.model.view.escalations[0].cause == "source_polluted"


def test_the_month_goes_into_a_file(start: Callable[..., Driver], tmp_path: Path) -> None:
    hand = opened(start)
    side, window = hand.room.side, hand.desk.window
    for name in ("月报.xlsx", "月报.pdf"):
        QTest.keyClick(window, Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)
        assert side.prompt.title.text == "供水服务月报 2026-03"
        hand.answer(str(tmp_path / name))
        hand.desk.until(lambda name=name: (tmp_path / name).is_file() and name in window.status.told.text)
    page = PdfReader(BytesIO((tmp_path / "月报.pdf").read_bytes())).pages[0].extract_text()
    assert "2026-03" in page
    assert "E1" in page
    QTest.keyClick(window, Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)
    hand.answer(str(tmp_path / "no" / "such" / "月报.xlsx"))
    hand.desk.until(lambda: "月报.xlsx" in window.notice.text.text())


def test_what_cannot_be_taken_says_why_and_keeps_what_was_typed(start: Callable[..., Driver]) -> None:
    hand = opened(start)
    room = hand.room
    hand.look_up("东城医院")
    hand.press(Qt.Key.Key_N, CTRL)
    room.form.ticket.setText("GD-7")
    room.form.note.setText("没水")
    room.form.received.setText("25:99")
    hand.press(Qt.Key.Key_Return)
    assert "25:99" in room.form.wrong.text()
    room.form.received.setText("2026-03-13 10:00")
    hand.press(Qt.Key.Key_Return)
    hand.desk.until(lambda: room.form.wrong.text() == "该时刻尚未到来。")
    assert room.form.note.text() == "没水"
    room.form.received.setText("14:20")
    hand.press(Qt.Key.Key_Return)
    hand.desk.until(lambda: room.model.row is not None)
    assert room.model.row.number.startswith("T1")
    hand.press(Qt.Key.Key_N, CTRL)
    room.form.ticket.setText("GD-7")
    hand.press(Qt.Key.Key_Return)
    hand.desk.until(lambda: "GD-7" in room.form.wrong.text())
    assert room.right.currentWidget() is room.form
    hand.press(Qt.Key.Key_Escape)
    assert room.right.currentWidget() is room.side
    hand.look_up("zzzz-nobody")
    assert room.left.hint.text == "未找到。"


def test_calls_of_no_water_point_at_a_main_that_becomes_an_incident(start: Callable[..., Driver], town: Path) -> None:
    hand = opened(start, "en")
    room, side = hand.room, hand.room.side
    workspace = open_workspace(town)
    city = workspace.city
    mine = [
        row for row in range(len(city.customers)) if city.network.pipes.ids[city.customers.tap.pipe[row]] == "P-H0-1"
    ]
    assert len(mine) >= 3
    # Another console takes the calls; this one hears of them by the journal.
    desk = open_complaints(workspace, standards_of(town))
    now = hand.desk.window._now()
    for at, row in enumerate(mine[:4]):
        act = TakeComplaint(ComplaintKind.NO_WATER, city.customers.ids[row])
        desk, _ = carry_out(desk, act, Author(operator()), now - timedelta(minutes=9 - at))
    workspace.close()
    hand.desk.until(lambda: room.model.calls is not None)
    hand.press(Qt.Key.Key_F6)
    cells = hand.desk.cells(side.calls.mains)
    assert "P-H0-1" in cells[0][1]
    assert "have called" in side.calls.reason.text()
    hand.press(Qt.Key.Key_F7)
    hand.desk.until(lambda: all(row.linked_to for row in room.model.view.rows))
    (incident,) = {row.linked_to for row in room.model.view.rows}
    queue = hand.desk.window.dispatch.model.view.queue
    assert [row.entity for row in queue] == [incident]
    assert queue[0].kind == "no_water"
    # Its clock runs since the first call, not since the key.
    assert queue[0].opened_ms == min(row.opened_ms for row in room.model.view.rows)


def test_the_figures_of_the_month_by_keyboard(start: Callable[..., Driver]) -> None:
    hand = opened(start, "en")
    page = hand.room.side.figures
    now = hand.desk.window._now()
    hand.room.model.do(TakeComplaint(ComplaintKind.ODOUR, "K01", received_ms=round(now.timestamp() * 1000) - 3_600_000))
    hand.desk.until(lambda: bool(hand.room.model.view.rows))
    hand.press(Qt.Key.Key_F12)
    hand.desk.until(lambda: page.report is not None)
    hand.desk.idle()
    rows = {row[0]: row[1:] for row in hand.desk.cells(page.table)}
    assert page.title.text() == "Service report 2026-03"
    assert rows["Contacted within 20 min"] == ["C1", "1", "0.0", ""]
    place = list(rows).index("Contacted within 20 min")
    page.table.setFocus()
    for _ in range(place - page.table.currentIndex().row()):
        hand.press(Qt.Key.Key_J)
    assert page.missed.text().startswith("Not kept: T1")
    hand.press(Qt.Key.Key_Left)
    hand.desk.until(lambda: page.report is not None and page.report.month.month == 2)
    assert all(figure.counted == 0 for figure in page.report.figures)
    hand.press(Qt.Key.Key_Right)
    hand.press(Qt.Key.Key_Right)
    hand.desk.until(lambda: page.report is not None and page.report.month.month == 3)
    assert page.title.text() == "Service report 2026-03"


def test_months_passed_over_are_not_counted_and_a_refused_one_is_not_waited_for(start: Callable[..., Driver]) -> None:
    hand = opened(start, "en")
    page, worker = hand.room.side.figures, hand.desk.worker
    hand.press(Qt.Key.Key_F12)
    hand.desk.until(lambda: page.report is not None)
    worker.held = (ReadMonth,)
    for _ in range(3):
        page.turn(-1)
    assert page.note.text() == "Being counted …"
    passed_over = list(worker._kept)[:2]
    hand.desk.until(lambda: worker._cancelled == set(passed_over))
    # The worker refuses the last one: the month that was shown before is shown again, and can be turned from.
    last = list(worker._kept)[2]
    worker._on_event(last, Failed("workspace.missing", {"path": "gone"}))
    hand.desk.until(lambda: page.title.text() == "Service report 2026-03")
    assert page.note.text().startswith("← → another month.")
