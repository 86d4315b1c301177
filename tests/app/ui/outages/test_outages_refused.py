"""What goes wrong at the desk of planned outages: slips of the pen, two people at one outage, a bad template."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from desk_hands import CTRL
from outage_hands import OutageHands, told
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.dispatch.acts import Done
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.outage_revise import revised_from
from app.operations.outages import carry_out, open_outages
from app.outage_requests import FindLow, ReviseOutage
from app.outages.acts import Revise
from app.ui.outages.side import NOTICE
from app.workspace import open_workspace

_HOUR_MS = 3_600_000
_OWN = "notices.zh_CN.toml"


def save(hands: OutageHands) -> None:
    """Enter in the form; where that saved, nobody waits for low pressures."""
    QTest.keyClick(hands.desk.window.focusWidget(), Qt.Key.Key_Return)
    stop_low(hands)


def stop_low(hands: OutageHands) -> None:
    """Until low pressures are being worked out, then Esc; or until the form says what is wrong."""
    model = hands.room.model
    hands.desk.until(lambda: model.finding_low or bool(told(hands.room.form.wrong)))
    if model.finding_low:
        assert hands.room.side.figures.figures["low"].value.text() == "…"
        QTest.keyClick(hands.desk.window, Qt.Key.Key_Escape)
    hands.desk.idle()


def plan_an_outage(hands: OutageHands, start: str, title: str = "换阀", pipe: str = "P-H2-2") -> None:
    """The plan for a main becomes an outage of six hours."""
    hands.desk.worker.held = (FindLow,)
    hands.desk.plan(pipe)
    hands.press(Qt.Key.Key_N, CTRL)
    hands.fill(title=title, start=start)
    save(hands)


def revise_elsewhere(folder: Path, now, who: str) -> None:
    """Somebody at another console lets J1 begin an hour later."""
    with closing(open_workspace(folder)) as workspace:
        desk = open_outages(workspace, standards_of(folder))
        plan = desk.book["J1"].plan
        later = (plan.start_ms + _HOUR_MS, plan.end_ms + _HOUR_MS)
        act = revised_from(desk, ReviseOutage("J1", plan.key, 0, *later))
        assert isinstance(act, Revise)
        _, outcome = carry_out(desk, act, Author(who), now)
        assert isinstance(outcome, Done)


def test_slips_of_the_pen_are_told_in_the_form_and_nothing_is_lost(hands: OutageHands) -> None:
    form = hands.room.form
    hands.press(Qt.Key.Key_N, CTRL)
    hands.fill(start="3-17 22:00")
    hands.press(Qt.Key.Key_Return)
    assert "屏幕上没有方案" in told(form.wrong)
    hands.desk.plan("P-H2-2")
    assert told(form.wrong) == ""
    form.fields["reason"].setFocus()
    hands.type("更换老旧阀门")
    for name, text, says in (
        ("start", "25:99", "“25:99”不是日期和时间"),
        ("start", "", "开始：尚未填写"),
        ("length", "4:75", "“4:75”不是时长（小时）"),
        ("roads", "-1", "“-1”不是道路条数"),
    ):
        before = form.fields[name].text()
        hands.fill(**{name: text})
        hands.press(Qt.Key.Key_Return)
        assert told(form.wrong) == says
        assert form.fields[name].hasFocus()
        hands.type(before)
    hands.fill(start="2026-03-11 22:00")
    hands.press(Qt.Key.Key_Return)
    assert told(form.wrong) == "停水开始时间已过。"
    assert form.fields["reason"].text() == "更换老旧阀门"
    assert hands.list() == []
    hands.desk.plan("P-PLANT")
    hands.fill(start="3-17 22:00")
    hands.press(Qt.Key.Key_Return)
    assert "S-北郊" in told(form.wrong)
    assert hands.list() == []
    hands.press(Qt.Key.Key_Escape)
    assert not form.isVisible()
    assert hands.room.side.empty.isVisible()


def test_two_people_at_one_outage_and_a_template_with_an_error(hands: OutageHands) -> None:
    room, session = hands.room, hands.desk.session
    folder = session.workspace.folder
    plan_an_outage(hands, "3-17 22:00")
    hands.press(Qt.Key.Key_F6)
    assert room.form.place.text() == "管段 P-H2-2 · 应关 2 只阀门，方案不变"
    revise_elsewhere(folder, hands.clock(), "王")
    hands.fill(reason="更换老旧阀门", length="5:30")
    hands.press(Qt.Key.Key_Return)
    said = told(room.form.wrong)
    assert said.startswith("J1 刚被 王 修改")
    assert "开始 3月17日 周二 22:00 → 3月17日 周二 23:00" in said
    assert room.form.fields["reason"].text() == "更换老旧阀门", "what was typed stays"
    hands.press(Qt.Key.Key_Escape)
    assert room.model.row.start_ms % 86_400_000 == 15 * _HOUR_MS, "the first one's change holds"
    hands.press(Qt.Key.Key_F6)
    assert room.form.fields["start"].text() == "2026-03-17 23:00"
    hands.fill(length="5:30")
    save(hands)
    assert (room.model.row.end_ms - room.model.row.start_ms) == 5.5 * _HOUR_MS
    assert "root" not in room.side.pages.plan.told.text or "结束" in room.side.pages.plan.told.text

    hands.press(Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    hands.answer(str(folder / "J1.pdf"))
    assert "J1.pdf" in told(hands.desk.window.notice.text)
    hands.press(Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    hands.answer(str(folder / "J1.csv"))
    assert "0531-8" in (folder / "J1.csv").read_text(encoding="utf-8-sig")
    assert "J1.csv" in hands.desk.window.status.told.text
    notice = room.side.pages.notice
    hands.press(Qt.Key.Key_F8)
    hands.desk.until(lambda: bool(told(notice.web)))
    (folder / _OWN).write_text("[planned]\nweb = '停水 {begin}'\nsms = '停水'\n", encoding="utf-8")
    room.side.show_page(NOTICE)
    hands.desk.idle()
    assert "{begin}" in told(notice.wrong)
    assert told(notice.web) == ""
    (folder / _OWN).unlink()
    room.side.show_page(NOTICE)
    hands.desk.idle()
    assert told(notice.wrong) == ""
    assert "3月17日（周二）23:00" in told(notice.sms)


def test_what_comes_too_late_is_moved_with_one_key_and_clashes_are_told(hands: OutageHands) -> None:
    room, judgement = hands.room, hands.room.side.pages.judgement
    plan_an_outage(hands, "22:00", title="明晚")
    assert room.model.row.start_ms == hands.clock().replace(hour=22, minute=0, second=0).timestamp() * 1000
    assert hands.rules()["P1"] == "不符合"
    assert "不合规" in hands.list()[0]
    hands.press(Qt.Key.Key_Y, CTRL)
    hands.press(Qt.Key.Key_Return)
    hands.answer("赵")
    assert "P1" in hands.refusal()
    hands.press(Qt.Key.Key_Escape)
    assert hands.refusal() == ""
    assert hands.primary() == "改到最早合规开始时间"
    QTest.keyClick(hands.desk.window, Qt.Key.Key_Return, CTRL)
    hands.desk.until(lambda: room.model.row is not None and room.model.row.lawful)
    stop_low(hands)
    assert judgement.start_to_move_to is None
    assert "03-14 21:00 – 03-15 03:00" in hands.list()[0]
    assert "P1" not in told(judgement.remedy)

    plan_an_outage(hands, "3-14 22:00", title="另一处", pipe="P-H2-3")
    assert len(room.model.view.clashes) == 1
    assert room.below.header.note.text.startswith("1 处冲突")
    assert told(judgement.clashes)
    row = next(one for one in room.below.chart.rows if one.number == "J2")
    assert row.clashes
    room.side.doing.cancel()
    hands.answer("改期")
    assert told(room.side.head.stage) == "已取消"
    assert room.model.view.clashes == ()
    assert hands.primary() == "已无待办"


def test_what_nothing_changes_in_is_not_written(hands: OutageHands) -> None:
    plan_an_outage(hands, "3-17 22:00")
    model = hands.room.model
    before = model.sheet.outage
    model.do(ReviseOutage("J1", before.plan.key, model.now_ms))
    hands.desk.idle()
    assert "没有" in hands.refusal()
    assert model.sheet.outage.plan == replace(before.plan)
