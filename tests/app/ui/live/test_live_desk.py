"""The Pressure desk as its operator sees it, on a town whose instruments send five times a second."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from console_driver import Driver
from demo_town import LIMITS, MINUTE, NOW, set_up
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.config import operator
from app.live_requests import CheckLine, DoAlarms, LineChecked, ReadCurves, SeeTo, SetUpDemo
from app.operations.demo_history import make_demo_history
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import AlarmState
from app.telemetry.demo import Happening
from app.telemetry.findings import Finding, FindingKind
from app.telemetry.line_check import letters_told
from app.ui.dispatch.model import moment_of
from app.ui.live.desk import FIGURES, LINE
from gis.scene.movers import SensorLook

BURST = Happening(1, NOW - 20 * MINUTE, NOW + 300 * MINUTE)
TRIP = Happening(0, NOW - 20 * MINUTE, NOW + 300 * MINUTE)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def live(start: Callable[..., Driver], town: Path) -> Callable[..., Driver]:
    """Opens the Pressure desk on the town with something happening, once its readings are there."""

    def build(*script: Happening, days: int = 0, **look: str) -> Driver:
        set_up(town, *script, interval_s=0.2)
        if days:
            make_demo_history(town, NOW, days, lambda *_: None)
        driver = start(**look).open()
        driver.press(Qt.Key.Key_3, CTRL)
        model = driver.window.live.model
        driver.until(lambda: model.present is not None and bool((model.present.standings[1:] == 0).all()))
        return driver

    return build


def alarm(driver: Driver, name: str) -> None:
    """Wait for an alarm and bring it to the front."""
    model = driver.window.live.model
    driver.until(lambda: any(row.id == name for row in model.rows))
    model.select(name)
    driver.window.live.left.retranslate()
    driver.until(lambda: bool(driver.window.live.left.list.picked))


def state(driver: Driver, name: str) -> AlarmState | None:
    return next((row.state for row in driver.window.live.model.rows if row.id == name), None)


def legend(driver: Driver) -> str:
    """What the map's colours mean."""
    content = driver.window.map.canvas.content
    return "" if content is None or content.shades is None else content.shades.title


def pressures(driver: Driver) -> list[int]:
    """Colours of the mains."""
    content = driver.window.map.canvas.content
    return [] if content is None or content.shades is None else content.shades.level.tolist()


def type_and_enter(driver: Driver, *texts: str) -> None:
    """Fill the fields of the prompt, the first first."""
    prompt = driver.window.live.left.prompt
    prompt.show()
    for edit, text in zip(prompt.edits.values(), texts, strict=False):
        edit.setText(text)
    QTest.keyClick(next(iter(prompt.edits.values())), Qt.Key.Key_Return)


def test_a_city_without_instruments_says_so_and_offers_some(desk: Driver) -> None:
    desk.press(Qt.Key.Key_3, CTRL)
    left = desk.window.live.left
    assert desk.window.live.below.isVisible()
    assert "F9" in left.empty.text()
    assert left.begin.isVisible()
    assert not left.list.isVisible()
    desk.worker.held = (SetUpDemo,)
    desk.press(Qt.Key.Key_F9)
    assert [type(one) for one in desk.worker.asked][-1] is SetUpDemo
    for ticket in desk.console.client.tickets:
        desk.console.client.cancel(ticket)
    desk.idle()


def test_instruments_that_somebody_puts_into_an_open_city_are_shown_at_once(desk: Driver, town: Path) -> None:
    """As ``sluice feed demo`` does from a terminal."""
    desk.press(Qt.Key.Key_3, CTRL)
    model = desk.window.live.model
    assert model.setup is None
    set_up(town, interval_s=0.2)
    desk.until(lambda: model.present is not None and bool((model.present.standings[1:] == 0).all()))
    assert not desk.window.live.left.empty.isVisible()


def test_a_burst_is_seen_acknowledged_shelved_and_noted(live: Callable[..., Driver]) -> None:
    driver = live(BURST)
    desk = driver.window.live
    alarm(driver, "PT-0002 low")
    shown = next(row for row in desk.model.rows if row.id == "PT-0002 low")
    assert (shown.name, shown.unit, shown.limit) == ("解放路", "MPa", "0.255")
    assert float(shown.value) < 0.21
    assert "解放路 · 压力低 · 未确认" in desk.left.front_title.text
    assert desk.right.strips.heads[0].identity == "PT-0002"
    assert desk.right.strips.heads[0].tone == "amber_text"
    driver.until(lambda: len(desk.right.strips.curves.get(2, ())) > 0)
    QTest.keyClick(desk.left.list, Qt.Key.Key_Space)
    driver.until(lambda: state(driver, "PT-0002 low") is AlarmState.ACKNOWLEDGED)
    driver.press(Qt.Key.Key_F6)
    type_and_enter(driver, "抢03 已到场")
    driver.until(lambda: desk.left.facts.text().count("抢03 已到场") == 1)
    assert f"\n{operator()} 14:3" in desk.left.facts.text()
    driver.press(Qt.Key.Key_F7)
    type_and_enter(driver, "冲洗", "30")
    assert "24" in desk.left.prompt.wrong.text()
    type_and_enter(driver, "冲洗", "2")
    driver.until(lambda: state(driver, "PT-0002 low") is AlarmState.SHELVED)
    assert "搁置至 16:3" in desk.left.front_title.text
    driver.press(Qt.Key.Key_F7)
    driver.until(lambda: state(driver, "PT-0002 low") is AlarmState.ACKNOWLEDGED)
    driver.press(Qt.Key.Key_Escape)
    assert desk.model.selected == ""
    assert not desk.left.front.isVisible()


def test_an_alarm_is_taken_out_of_service_and_a_latched_one_is_reset(live: Callable[..., Driver]) -> None:
    driver = live(BURST)
    desk = driver.window.live
    alarm(driver, "PT-0002 low")
    driver.press(Qt.Key.Key_F6, SHIFT)
    type_and_enter(driver, "")
    assert state(driver, "PT-0002 low") is AlarmState.UNACKNOWLEDGED, "not without a reason"
    type_and_enter(driver, "换表")
    driver.until(lambda: state(driver, "PT-0002 low") is AlarmState.OUT_OF_SERVICE)
    assert "换表" in desk.left.facts.text()
    assert desk.left.buttons["service"].text() == "恢复使用"
    driver.window.set_language("en")
    driver.idle()
    for button in desk.left.buttons.values():
        assert button.width() >= button.sizeHint().width(), f"{button.text()} lies under its key"
    driver.window.set_language("zh_CN")
    driver.press(Qt.Key.Key_F6, SHIFT)
    driver.until(lambda: state(driver, "PT-0002 low") is AlarmState.UNACKNOWLEDGED)
    latched = replace(desk.model.rows[0], state=AlarmState.LATCHED)
    desk.model.rows = (latched,)
    desk.left.retranslate()
    assert desk.left.buttons["ack"].text() == "复位"
    driver.worker.held = (DoAlarms,)
    desk.left.acknowledge()
    assert [(one.deed, one.alarms) for one in driver.worker.asked if isinstance(one, DoAlarms)][-1] == (
        Deed.RESET,
        ("PT-0002 low",),
    )
    driver.worker.held = ()
    for ticket in driver.worker.kept:
        driver.worker.release(ticket)
    driver.idle()


def test_an_alarm_becomes_an_incident_whose_clock_runs_from_the_sensor(live: Callable[..., Driver]) -> None:
    driver = live(BURST)
    desk, dispatch = driver.window.live, driver.window.dispatch.model
    alarm(driver, "PT-0002 low")
    assert desk.model.row is not None
    raised = desk.model.row.raised_ms
    driver.press(Qt.Key.Key_F9)
    driver.until(lambda: dispatch.view is not None and len(dispatch.view.queue) == 1)
    assert dispatch.view is not None
    row = dispatch.view.queue[0]
    assert (row.pipe, row.kind) == ("P-H2-3", "burst")
    driver.until(lambda: dispatch.sheet is not None)
    assert dispatch.sheet is not None
    starts = {clock.rule.id: clock.verdict.start_ms for clock in dispatch.sheet.clocks}
    assert starts["E1"] == raised
    # It is marked in the trends where it began, with its number.
    marks = {mark.text: mark.at_ms for mark in desk.right.strips.marks}
    assert marks[row.number] == row.opened_ms
    driver.until(lambda: state(driver, "PT-0002 low") is AlarmState.ACKNOWLEDGED)
    driver.idle()


def test_a_trip_folds_the_low_pressures_below_it_and_shows_on_wall_and_map(live: Callable[..., Driver]) -> None:
    driver = live(TRIP, BURST)
    desk = driver.window.live
    alarm(driver, "ST-B1 off")
    driver.until(lambda: state(driver, "PT-0001 low") is AlarmState.SUPPRESSED)
    trip = next(row for row in desk.model.rows if row.id == "ST-B1 off")
    assert trip.folds == 1
    # What the trip explains is folded under it, and comes forth by a key.
    rows, folded = desk.left.list, "PT-0001 low"
    driver.until(lambda: desk.left.list.rows[0].id == "ST-B1 off")
    assert folded not in {row.id for row in rows.rows}
    QTest.keyClick(rows, Qt.Key.Key_Right)
    assert [row.id for row in rows.rows][:2] == ["ST-B1 off", folded]
    assert "本条首发" in desk.left.facts.text()
    QTest.keyClick(rows, Qt.Key.Key_J)
    assert desk.model.selected == folded
    QTest.keyClick(rows, Qt.Key.Key_Left)
    assert desk.model.selected == "ST-B1 off"
    assert folded not in {row.id for row in rows.rows}
    cards = {card.station: card for card in desk.below.wall.cards.cards}
    assert cards["B1"].priority == 1
    assert [line.text for line in cards["B1"].lines] == ["停运"]
    assert cards["W1"].lines[0].text.endswith("m³/h")
    sensors = driver.window.map.canvas._sensors
    assert sensors is not None
    assert SensorLook.ALARM in sensors.look.tolist()
    assert SensorLook.LOW in sensors.look.tolist()
    # Mains take the colour of what is read; the town's instruments at its mains stand in reach of all of them.
    driver.until(lambda: legend(driver).startswith("当前压力"))
    driver.press(Qt.Key.Key_2, CTRL)
    assert not legend(driver).startswith("当前压力")
    driver.press(Qt.Key.Key_3, CTRL)
    desk.model.select("ST-B1 off")
    # A trip of the first priority is not shelved; the bar says why.
    driver.press(Qt.Key.Key_F7)
    assert "ST-B1 off" in driver.window.notice.text.text()
    driver.press(Qt.Key.Key_Escape)
    driver.idle()


def test_a_limit_is_tried_on_the_last_month_and_then_watched(live: Callable[..., Driver]) -> None:
    driver = live(BURST, days=2)
    desk = driver.window.live
    form, said = desk.left.limits, []
    desk.said.connect(said.append)
    alarm(driver, "PT-0002 low")
    driver.window.resize(1366, 768)
    driver.press(Qt.Key.Key_F7, SHIFT)
    assert form.isVisible()
    assert driver.window.height() == 768, "a laptop's screen has no more"
    assert not desk.left.front.isVisible()
    assert [form.edits[code].text() for code in ("level", "deadband", "on_s")] == ["0.255", "0.005", "0"]
    for code, text, told in (("level", "nonsense", "MPa"), ("deadband", "-1", "0.000"), ("on_s", "1e6", "86")):
        before = form.edits[code].text()
        form.edits[code].setText(text)
        QTest.keyClick(form.edits["why"], Qt.Key.Key_Return)
        assert told in form.wrong[code].text(), code
        assert form.wrong[code].isVisible()
        assert form.edits[code].hasFocus()
        form.edits[code].setText(before)
    QTest.keyClick(form.edits["why"], Qt.Key.Key_Return)
    assert form.told.text() == "已按此监视。"
    form.edits["level"].setText("0.15")
    form.edits["on_s"].setText("20")
    form.edits["why"].setText("夏季")
    form.priority.setCurrentIndex(form.priority.findData("3"))
    QTest.keyClick(form.edits["level"], Qt.Key.Key_Return)
    driver.until(lambda: "近 30 天内不会有报警" in form.told.text())
    assert "现行设置" in form.told.text()
    assert "仅有 03-10 14:" in form.told.text(), "two days are not thirty"
    # What is touched once more is tried once more.
    form.side.setCurrentIndex(form.side.findData("high"))
    assert not form.told.isVisible()
    form.side.setCurrentIndex(form.side.findData("low"))
    QTest.keyClick(form.edits["level"], Qt.Key.Key_Return)
    driver.until(lambda: "近 30 天内不会有报警" in form.told.text())
    # Tried is not saved: what is watched is what was.
    assert desk.model.setup is not None
    assert desk.model.setup.limits.records[2] == LIMITS.records[2]
    QTest.keyClick(form.edits["level"], Qt.Key.Key_Return)
    driver.until(lambda: desk.model.setup is not None and abs(desk.model.setup.limits.records[2].limit - 15.3) < 0.1)
    assert not form.isVisible()
    changed = desk.model.setup.limits.records[2]
    assert (changed.on_delay_ms, changed.priority, changed.deadband) == (20_000, 3, 0.5)
    driver.until(lambda: state(driver, "PT-0002 low") in {None, AlarmState.RETURNED_UNACKNOWLEDGED})
    notes = {one.note for one in desk.model.events if one.what is Deed.LIMIT and one.alarm == "PT-0002 low"}
    assert notes == {"26 → 15.2957 · on_delay_ms 0 → 20 · priority 2 → 3 · 夏季"}
    driver.press(Qt.Key.Key_F5, SHIFT)
    figures = desk.below.figures
    assert desk.below.pages.currentIndex() == FIGURES
    driver.until(lambda: figures.worst.rows.rowCount() > 0)
    cells = driver.cells(figures.facts)
    assert [row[2] for row in cells] == ["", "≤ 1", "≤ 10", "≤ 1 %", "一、二级合计 ≤ 20 %", "≤ 10", "0"]
    assert sum(int(one) for one in cells[4][1].split(" · ")) == int(cells[0][1]) >= 1
    assert (cells[0][0], cells[3][1], driver.cells(figures.worst)[0][0]) == ("报警总数", "0.0 %", "解放路 压力低")
    _sets_up_and_takes_away(driver, said)


def _sets_up_and_takes_away(driver: Driver, said: list[str]) -> None:
    """Another alarm of the instrument in the trends, and one that is watched no longer."""
    desk, form = driver.window.live, driver.window.live.left.limits
    desk.model.select("")
    desk.right.show_channel(1)
    driver.press(Qt.Key.Key_F7, SHIFT)
    assert "PT-0001" in form.title.text
    form.which.setCurrentIndex(form.which.findData(""))
    form.edits["name"].setText("PT-0001 low")
    form.edits["level"].setText("0.9")
    QTest.keyClick(form.edits["level"], Qt.Key.Key_Return)
    assert "PT-0001 low" in form.wrong["name"].text()
    form.edits["name"].setText("PT-0001 夜间")
    form.edits["on_s"].setText("0")
    QTest.keyClick(form.edits["name"], Qt.Key.Key_Return)
    driver.until(lambda: "次报警" in form.told.text())
    assert "将有 1 次报警，共 48.0 小时" in form.told.text(), "it was lower than 0.9 MPa all the time"
    QTest.keyClick(form.edits["name"], Qt.Key.Key_Return)
    driver.until(lambda: state(driver, "PT-0001 夜间") is AlarmState.UNACKNOWLEDGED)
    assert any("PT-0001 夜间" in one for one in said)
    alarm(driver, "PT-0001 夜间")
    assert "新增： 0.900\u00a0MPa" in desk.left.facts.text()
    driver.press(Qt.Key.Key_F7, SHIFT)
    form.remove.click()
    assert form.wrong["why"].text() == "请说明取消的原因。"
    form.edits["why"].setText("试完")
    form.remove.click()
    assert form.asks
    form.remove.click()
    driver.until(lambda: state(driver, "PT-0001 夜间") is None)
    assert all(one.id != "PT-0001 夜间" for one in desk.model.setup.limits.records)
    assert not form.asks
    driver.press(Qt.Key.Key_F7, SHIFT)
    assert form.asks
    driver.press(Qt.Key.Key_Escape)
    assert not form.asks
    driver.idle()


@pytest.mark.qt_log_ignore("does not support raise")
def test_time_is_zoomed_moved_and_read_from_the_keyboard(live: Callable[..., Driver]) -> None:
    driver = live(days=2, language="en", theme="light")
    pane = driver.window.live.right
    driver.press(Qt.Key.Key_F4)
    width = pane.strips.span.width_ms
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Minus):
        QTest.keyClick(pane.strips, key)
    assert pane.strips.span.width_ms == 2 * width
    pane.strips.show_width(timedelta(days=1))
    assert [button.isChecked() for button in pane.widths].index(True) == 3
    driver.until(lambda: min((len(one) for one in pane.strips.curves.values()), default=0) > 100)
    QTest.keyClick(pane.strips, Qt.Key.Key_PageUp)
    assert not pane.strips.span.is_live
    QTest.keyClick(pane.strips, Qt.Key.Key_Left)
    assert pane.strips.cursor_ms is not None
    QTest.keyClick(pane.strips, Qt.Key.Key_End)
    assert pane.live.isChecked()
    # A question that was overtaken brought no bands: the next one asks for them again.
    worker = driver.worker
    worker.held = (ReadCurves,)
    pane.show_channel(1)
    pane.show_channel(1)
    assert [one.bands for one in worker.asked if isinstance(one, ReadCurves)][-2:] == [True, True]
    worker.held = ()
    for ticket in worker.kept:
        worker.release(ticket)
    driver.until(lambda: list(pane.strips.bands)[:1] == [1])
    # Another screen: the trends get a window of their own, and come back.
    dock = driver.window.right_dock
    for floats in (True, False):
        driver.press(Qt.Key.Key_R, CTRL | SHIFT)
        assert dock.isFloating() is floats
        assert pane.isVisible()
    # The curve is drawn where its value stands: text ink somewhere on the first strip.
    driver.until(lambda: _has_ink(pane.strips, driver.console.look.theme.t1))
    driver.window.set_language("zh_CN")
    assert pane.header.title.text() == "趋势"
    driver.idle()


def _has_ink(strips, ink: str) -> bool:
    image = strips.grab().toImage()
    return any(
        image.pixelColor(x, y).name().upper() == ink.upper()
        for x in range(70, image.width() - 190, 5)
        for y in range(32, image.height() - 30)
    )


def test_what_the_feed_is_doing_is_always_said(live: Callable[..., Driver]) -> None:
    driver = live()
    below = driver.window.live.below
    driver.until(lambda: below.feed.text.startswith("● 读数正常接收"))
    driver.window.live.model._lost()
    assert below.feed.text.startswith("△ 读数已中断")
    driver.until(lambda: below.feed.text.startswith("● 读数正常接收"))
    driver.idle()


def test_what_is_wrong_with_instruments_and_lines_is_listed(live: Callable[..., Driver]) -> None:
    driver = live(days=2)
    desk, page = driver.window.live, driver.window.live.below.line
    driver.press(Qt.Key.Key_F5, CTRL)
    assert desk.below.pages.currentIndex() == LINE
    driver.until(lambda: "5 个测点中近一小时已检查 5 个" in page.note.text())
    facts = {"ratio": 1000.0, "value": 32_000.0, "low": 30.0, "high": 35.0, "basis": "around"}
    unit = Finding(FindingKind.UNIT, "PT-0002", 2, facts, NOW)
    letter = letters_told([("scada", NOW, "not_json,no_value", b"{bad")])
    drift = Finding(FindingKind.DRIFT, "PT-0002", 2, {"by": 2.04}, NOW)
    desk.model.line_checked.emit(LineChecked((unit, drift, *letter), 5))
    cells = driver.cells(page.list)
    assert [row[0] for row in cells] == ["疑似单位错误", "漂移", "无法解析的报文"]
    assert cells[0][1] == "解放路  PT-0002"
    assert "× 1000" in cells[0][2]
    assert "周边测点推算应为 0.294 至 0.343" in cells[0][2]
    assert "{bad" in cells[2][2]
    # What waits for somebody can be seen to, with a word about it.
    page.list.taken.emit(letter[0])
    assert not page.see_to.isEnabled()
    assert not page.prompt.asks
    driver.worker.held = (SeeTo, CheckLine)
    for one in (drift, unit):
        page.list.taken.emit(one)
        QTest.keyClick(page.prompt.edits["note"], Qt.Key.Key_Return)
        assert page.prompt.wrong.text()
        page.prompt.edits["note"].setText("已校准")
        QTest.keyClick(page.prompt.edits["note"], Qt.Key.Key_Return)
        asked = next(one for one in reversed(driver.worker.asked) if isinstance(one, SeeTo))
        assert (asked.channel, asked.note, asked.kind) == ("PT-0002", "已校准", one.kind)
    driver.worker.held = ()
    for ticket in driver.worker.kept:
        driver.worker.release(ticket)
    driver.window.set_language("en")
    assert driver.cells(page.list)[0][0] == "unit mistaken?"
    page.list.chosen.emit(unit)
    assert "instruments around it let expect 0.294 to 0.343" in page.note.text()
    assert desk.right.strips.heads[0].identity == "PT-0002"
    driver.idle()


def test_the_desk_shows_what_was_seen_earlier_and_lets_it_pass(live: Callable[..., Driver], tmp_path: Path) -> None:
    driver = live(BURST, days=1)
    desk = driver.window.live
    model, bar = desk.model, desk.right.bar
    alarm(driver, "PT-0002 low")
    low, before = float(model.present.values[2]), state(driver, "PT-0002 low")
    assert not bar.moment.isVisible()
    driver.press(Qt.Key.Key_F4, SHIFT)
    driver.until(lambda: model.back_ms is not None)
    # Ten minutes ago the pressure was as low, and somebody had seen it.
    assert [(row.id, row.state) for row in model.rows] == [("PT-0002 low", AlarmState.ACKNOWLEDGED)]
    assert model.present.values[2] == pytest.approx(low, abs=3.0)
    assert bar.moment.isVisible()
    assert bar.told.text() == "当时所见"
    assert desk.below.feed.text.startswith("◷")
    driver.until(lambda: legend(driver).startswith("当时压力"))
    driver.until(lambda: bar.since.text() == f"现在：{model.unseen_now} 条未确认")
    # Nothing is done in the past.
    driver.press(Qt.Key.Key_F9)
    assert "过去" in driver.window.notice.text.text()
    # Half an hour ago all was well; nothing of what came since is on the strips.
    bar.moment.setFocus()
    bar.moment.setText("soon")
    QTest.keyClick(bar.moment, Qt.Key.Key_Return)
    assert "soon" in driver.window.notice.text.text()
    begun_ms = model.latest_ms - 30 * MINUTE
    bar.moment.setText(f"{moment_of(begun_ms):%Y-%m-%d %H:%M:%S}")
    QTest.keyClick(bar.moment, Qt.Key.Key_Return)
    driver.until(lambda: model.back_ms is not None and abs(model.back_ms - begun_ms) < 1000)
    assert model.rows == ()
    assert model.present.values[2] > low + 5.0
    driver.until(
        lambda: 2 in desk.right.strips.curves and 0 < desk.right.strips.curves[2].start_ms.max() <= model.back_ms
    )
    calm = pressures(driver)
    bar.play.click()
    driver.until(lambda: model.back_ms is not None and model.back_ms > begun_ms + 3 * MINUTE)
    # Ten minutes on it has burst: the mains take their colours with the time that passes.
    driver.until(lambda: model.present is not None and model.present.values[2] < low + 3.0)
    driver.until(lambda: pressures(driver) != calm)
    assert "❙❙" in bar.play.text()
    bar.play.click()
    driver.press(Qt.Key.Key_Escape)
    assert model.back_ms is None
    driver.until(lambda: model.present.turn >= 0)
    assert state(driver, "PT-0002 low") is before
    assert not bar.moment.isVisible()
    driver.until(lambda: legend(driver).startswith("当前压力"))
    _exports(driver, tmp_path)


def _exports(driver: Driver, folder: Path) -> None:
    """The strips as a table and as a picture, and what is said where that cannot be."""
    desk = driver.window.live
    said: list[str] = []
    desk.said.connect(said.append)
    desk.write(folder / "trends.csv")
    driver.until(lambda: bool(said))
    assert "trends.csv" in said[0]
    assert (folder / "trends.csv").read_text(encoding="utf-8-sig").startswith("time,channel,name,value")
    desk.write(folder / "trends.parquet")
    driver.until(lambda: len(said) > 1)
    assert (folder / "trends.parquet").read_bytes().startswith(b"PAR1")
    desk.write(folder / "trends.png")
    assert (folder / "trends.png").read_bytes().startswith(b"\x89PNG")
    for name in ("gone/trends.png", "gone/trends.csv"):
        driver.window.notice.put_away()
        desk.write(folder / name)
        driver.until(lambda: "gone" in driver.window.notice.text.text())
    driver.idle()
