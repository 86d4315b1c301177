"""What may go wrong beside a valve: no plan, an order that nobody gave, foul words, a laptop whose time is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from console_driver import Driver
from field_town import Gloves
from little_city import LEAKING
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from app.config import operator
from app.dispatch.acts import No, Record, Send, TakeReport, Turn
from app.dispatch.disputes import About, Dispute, Side
from app.dispatch.entries import IncidentKind
from app.dispatch.facts import FactKind
from app.dispatch.field_task import FieldTask
from app.dispatch_requests import IncidentShown, ShowIncident
from app.field_requests import FieldWorkShown, ShowFieldWork
from app.journal.events import milliseconds
from app.operations.dispatch import DispatchDesk
from app.operations.taking import Along, take
from app.requests import Reply
from app.times import CITY_TIME
from app.ui.field.bar import LOST, PASSING, PHOTO
from app.ui.field.crew_page import CrewRow
from app.worker import field_handlers
from app.workspace_lease import keep_lease, lease_of
from network.assets import Condition

MOMENT = datetime(2026, 3, 12, 14, 32, 8, tzinfo=CITY_TIME)
"""The console's clock."""


def silent(step: str, fraction: float | None = None) -> None:
    """Progress that nobody watches."""


def work_of(desk: Driver, incident: str) -> FieldTask | None:
    replies: list[Reply] = []
    desk.session.client.ask(ShowFieldWork(incident), replies.append)
    desk.until(lambda: bool(replies))
    assert isinstance(replies[0], FieldWorkShown)
    return replies[0].task


def test_without_a_plan_the_desk_says_who_attaches_one(desk: Driver) -> None:
    gloves = Gloves(desk).come()
    assert "没有未结事件" in gloves.room.choose.hint.text()
    assert work_of(desk, "W404") is None, "no incident of that number"
    model = desk.window.dispatch.model
    model.do(TakeReport(IncidentKind.VISIBLE_LEAK, 500_500.0, 4_060_400.0, place="清泉大街"))
    desk.until(lambda: bool(gloves.room.choose.rows.rows))
    gloves.choose()
    assert "尚未附关阀方案" in gloves.summary
    assert not gloves.bar.primary.isEnabled()
    model.do(Record(model.view.queue[0].entity, FactKind.REPAIR_DONE))
    desk.until(lambda: "未操作过阀门" in gloves.summary)


def test_an_order_that_is_named_late_is_of_the_valve_it_was_asked_for(gloves: Gloves) -> None:
    gloves.choose()
    model = gloves.room.model
    valve = model.step.valve
    gloves.tap(gloves.room.work.card.above)
    while gloves.bar.primary.text() != "已关好":
        gloves.tap(gloves.bar.primary)
    task = model.task
    assert task is not None
    other = next(step.valve for step in task.steps if step.valve != valve)
    model.task = replace(task, steps=tuple(replace(step, by_order=True) for step in task.steps))
    gloves.tap(gloves.bar.primary)
    assert gloves.room.question.isVisible()
    # Somebody else's word, or another plan, brings the next valve to the front meanwhile.
    model.point_at(other)
    gloves.answer("指挥长口头同意")
    gloves.desk.until(lambda: (valve, "done") in gloves.rows() or (other, "done") in gloves.rows())
    assert (other, "done") not in gloves.rows()


def test_what_is_lost_or_leaks_by_is_in_the_network_s_record(gloves: Gloves, tmp_path: Path) -> None:
    gloves.choose()
    written_for(gloves, "抢03")
    lost = gloves.room.model.step.valve
    gloves.also(LOST)
    gloves.desk.until(lambda: "改关" in gloves.told)
    gloves.desk.until(
        lambda: gloves.desk.session.states.condition[gloves.desk.row("valve", lost)] == Condition.INOPERABLE
    )
    gloves.tap(gloves.room.work.card.above)
    while gloves.bar.primary.text() != "已关好":
        gloves.tap(gloves.bar.primary)
    leaking = gloves.room.model.step.valve
    gloves.tap(gloves.bar.primary)
    row = next(one for one in gloves.room.work.rows.rows if one.step.valve == leaking)
    gloves.tap(row)
    gloves.also(PASSING)
    gloves.desk.until(lambda: (leaking, "aside") in gloves.rows())
    replies: list[Reply] = []
    gloves.desk.session.client.ask(ShowIncident(gloves.room.model.entity), replies.append)
    gloves.desk.until(lambda: bool(replies))
    assert isinstance(replies[0], IncidentShown)
    assert replies[0].sheet is not None
    said = [line for line in replies[0].sheet.lines if line.code.startswith("valve.")]
    assert len(said) >= 4
    assert {line.who for line in said} == {f"{operator()} · 抢03"}, "login and crew"
    plan = replies[0].sheet.field_plan
    assert plan is not None, "what it goes by is in the journal, without anybody's asking"
    assert {lost, leaking} <= set(plan.out)
    assert plan.who == f"{operator()} · 抢03"
    contradicted(gloves, lost, leaking)
    heard_and_seen(gloves, tmp_path)


def contradicted(gloves: Gloves, one: str, other: str) -> None:
    """Somebody at home attached another plan, not knowing of this one: it stands above the list and on the map."""
    window, room = gloves.desk.window, gloves.room
    model, sheet = window.dispatch.model, window.dispatch.contradictions
    assert not room.work.disputed.isVisible()
    assert not sheet.isVisible()
    ours = Side("李四 · 抢03", 0, one, valves=(one,))
    theirs = Side("desk", 60_000, other, holds=True, valves=(other, "V404"))
    before = model.view
    assert before is not None
    main, gone = f"asset/pipe/{LEAKING}", "asset/pipe/P404"
    edits = Side("a", 0, "300", holds=True), Side("b", 0, "400")
    model.view = replace(
        before,
        disputes=(
            Dispute(About.PLAN, room.model.entity, (ours, theirs)),
            Dispute(About.FEATURE, main, edits, "dn_mm"),
            Dispute(About.FEATURE, gone, edits, "dn_mm"),
        ),
    )
    model.view_changed.emit()
    assert room.work.disputed.isVisible()
    assert f"另关 {one}" in room.work.disputed.text()
    assert "请与现场联系" in room.work.disputed.text()
    assert sheet.isVisible()
    assert {mark.valve: mark.who for mark in sheet.marks} == {one: "李四 · 抢03", other: "desk", LEAKING: ""}
    canvas = window.map.canvas
    window.dispatch.below.disputes.chosen.emit(main)
    leak = next(mark for mark in sheet.marks if mark.valve == LEAKING)
    x, y = canvas.view.to_px(leak.x_m, leak.y_m)
    assert abs(x - canvas.width() / 2) < 2, "who takes it from the list is taken there"
    assert abs(y - canvas.height() / 2) < 2
    window.dispatch.below.disputes.chosen.emit(gone)
    at = next(mark for mark in sheet.marks if mark.valve == one)
    gloves.desk.window.map.canvas.zoom_to_point(at.x_m, at.y_m, 0.5)
    gloves.desk.idle()
    x, y = window.map.canvas.view.to_px(at.x_m, at.y_m)
    seen = sheet.grab().toImage()
    red, ring = QColor(window.look.theme.red), [seen.pixelColor(round(x) + dx, round(y - 17)) for dx in range(-8, 9)]
    assert any(abs(ink.red() - red.red()) + abs(ink.green() - red.green()) < 60 for ink in ring), "the ring is there"
    model.view = before
    model.view_changed.emit()
    assert not room.work.disputed.isVisible()
    assert not sheet.isVisible()


def written_for(gloves: Gloves, crew: str) -> None:
    """Everything is written for *crew* from now on; nothing can be said of a valve while it is chosen."""
    room = gloves.room
    assert room.work.crew.text() == "未选抢修队"
    gloves.tap(room.work.crew)
    assert room.crews.isVisible()
    assert not room.bar.primary.isEnabled()
    assert not room.bar.others[LOST].isEnabled()
    gloves.tap(next(row for row in room.crews.rows.rows if isinstance(row, CrewRow) and row.name == crew))
    assert room.work.isVisible()
    assert room.work.crew.text() == crew


def heard_and_seen(gloves: Gloves, tmp_path: Path) -> None:
    """A photo is kept with the valve; what another desk says is seen at once."""
    assert gloves.bar.others[PHOTO].isEnabled()
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.gray)
    path, text = tmp_path / "valve.png", tmp_path / "valve.txt"
    assert picture.save(str(path))
    gloves.room.keep_photo(path)
    model = gloves.desk.window.dispatch.model
    gloves.desk.until(lambda: model.view.queue[0].notes == 2)
    text.write_text("no picture")
    gloves.room.keep_photo(text)
    gloves.desk.until(gloves.desk.window.notice.isVisible)
    ahead = next(valve for valve, state in gloves.rows() if state in {"next", "ahead"})
    model.do(Turn(gloves.room.model.entity, ahead, "closed"))
    gloves.desk.until(lambda: (ahead, "done") in gloves.rows())
    # Where the crew is sent stands on top of the list from which it chooses.
    model.do(TakeReport(IncidentKind.HIDDEN_LEAK, 500_500.0, 4_060_400.0, place="后报的"))
    gloves.desk.until(lambda: [row.place for row in gloves.room.model.incidents][1:] == ["后报的"])
    model.do(Send("抢03", gloves.room.model.incidents[1].entity))
    gloves.desk.until(lambda: gloves.room.model.incidents[0].place == "后报的")


def test_a_form_that_is_not_whole_says_what_is_missing_and_keeps_the_rest(gloves: Gloves) -> None:
    gloves.choose()
    gloves.room.ask_permit()
    gloves.desk.idle()
    form = gloves.room.permit
    form.gases["oxygen_percent"].insert("20,9")
    gloves.tap(form.ask)
    assert "四种气体都要填写" in form.told.text()
    for name in ("combustible_lel_percent", "h2s_mg_m3", "co_mg_m3"):
        form.gases[name].insert("0")
    form.read.insert("99:99")
    gloves.tap(form.ask)
    assert "99:99" in form.told.text()
    form.read.setText("13:10")
    form.instrument.setText("X4")
    form.enters.setText("Li")
    form.stands_by.setText("Li")
    form.ventilated.setChecked(True)
    gloves.tap(form.ask)
    assert "不能兼任监护人" in form.told.text()
    form.stands_by.setText("Wang")
    gloves.tap(form.ask)
    assert "超过 30 分钟" in form.told.text()
    assert form.gases["oxygen_percent"].text() == "20,9"
    form.read.setText("14:20")
    gloves.tap(form.ask)
    assert gloves.room.work.isVisible()
    assert gloves.room.work.card.permit.text() == "14:50 前可以进入"


def test_a_plan_that_could_not_be_written_down_is_told_and_tried_again_when_something_else_is_said(
    gloves: Gloves, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def refuse(desk: DispatchDesk, _model: object, number: str, *_rest: object) -> tuple[DispatchDesk, No]:
        tried.append(number)
        return desk, No("is_closed", {"incident": number})

    monkeypatch.setattr(field_handlers, "tell_plan", refuse)
    gloves.choose()
    written_for(gloves, "抢03")
    gloves.also(LOST)
    gloves.desk.until(lambda: bool(tried))
    gloves.desk.idle()
    assert "已" in gloves.told, "why it was not written"
    for _ in range(3):
        gloves.desk.window.dispatch.model.look()
        gloves.desk.idle()
    assert len(tried) == 1, "a look does not ask for it again"
    monkeypatch.undo()
    gloves.also(LOST)
    gloves.desk.until(lambda: field_plan_of(gloves) is not None)


def field_plan_of(gloves: Gloves) -> object:
    """The plan that the journal says the crew goes by; None where it tells of none."""
    replies: list[Reply] = []
    gloves.desk.session.client.ask(ShowIncident(gloves.room.model.entity), replies.append)
    gloves.desk.until(lambda: bool(replies))
    assert isinstance(replies[0], IncidentShown)
    return None if replies[0].sheet is None else replies[0].sheet.field_plan


def taken(town: Path, out: Path) -> Path:
    """A laptop's workspace whose time ended yesterday."""
    take(town, out, Along("Li", 14), MOMENT, "desk", silent)
    lease = lease_of(out)
    assert lease is not None
    keep_lease(out, replace(lease, until_ms=milliseconds(MOMENT - timedelta(days=1))))
    return out


def test_a_laptop_whose_time_is_over_is_read_and_not_written(
    gloves: Gloves, start: Callable[..., Driver], town: Path, tmp_path: Path
) -> None:
    gloves.desk.window.close()
    gloves.desk.console.close()
    late = Gloves(start(workspace=taken(town, tmp_path / "laptop")).open()).come()
    late.choose()
    late.desk.until(lambda: bool(late.told))
    assert "2026-03-11 14:32" in late.told
    assert late.rows(), "the plan is there to be read"
    assert not late.bar.primary.isEnabled()
    assert not any(button.isEnabled() for button in late.bar.others.values())


def test_gases_that_come_back_after_a_death_do_not_pass_for_read_just_now(
    start: Callable[..., Driver], gloves: Gloves
) -> None:
    keeper = gloves.desk.console.keeper
    keeper.begin()
    gloves.choose()
    gloves.room.ask_permit()
    form = gloves.room.permit
    for field, text in zip(form.gases.values(), ("20.9", "0", "0", "0"), strict=True):
        field.setText(text)
        field.textEdited.emit(text)
    form.enters.setText("李四")
    keeper.keep()
    keeper._lock.unlock()
    again = start()
    again.console.keeper.begin()
    again.open()
    room = again.window.field
    again.until(lambda: room.left.currentWidget() is room.permit)
    again.idle()
    assert room.model.entity == gloves.room.model.entity
    assert [field.text() for field in room.permit.gases.values()] == ["20.9", "0", "0", "0"]
    assert room.permit.enters.text() == "李四"
    assert room.permit.read.text() == "14:32", "when they were typed, not when they came back"
    again.console.keeper.discard()
    assert room.permit.typed == {}
