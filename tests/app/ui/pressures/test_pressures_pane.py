"""What an operator sees of a hydraulic check: two hours, a day, marks on the map, refusals in words."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from console_driver import Driver
from little_city import LEAKING
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.messages.describe import Thing
from app.operations import pressures
from app.requests import Failed, Progress
from app.sweep_requests import FindDay, FindPressures, PressuresFound
from app.ui.map.furniture import legend_entries
from app.ui.map.picture import paint_picture
from app.ui.map.words import MapWords
from app.ui.pressures.findings import findings
from app.ui.pressures.pane import PressuresPane
from app.ui.theme import DARK
from gis.scene.view import MapView


def checked(desk: Driver, pipe: str = LEAKING) -> PressuresPane:
    """The pane with everything found for a plan."""
    pane = desk.window.pressures
    pane.show()
    desk.plan(pipe)
    desk.until(lambda: pane.finder.day is not None)
    desk.idle()
    return pane


def texts(pane: PressuresPane) -> str:
    labels = [pane._lines.itemAt(at).widget() for at in range(pane._lines.count())]
    return "\n".join(child.text() for one in labels for child in one.findChildren(type(pane.empty)))


def test_the_plan_is_checked_behind_it(desk: Driver) -> None:
    desk.window.pressures.show()
    assert "做出方案后" in desk.window.pressures.header.note.text
    pane = checked(desk)
    assert pane.header.title.text() == "水力校核"
    assert pane.header.note.text.startswith("EPANET · 新增低压 0 户")
    assert pane._at.button(0).text() == "当前 14:32"
    assert pane._at.button(1).text() == "高峰 07:00"
    assert pane.empty.text() == "没有用户低于 0.18 MPa。"
    said = texts(pane)
    assert "消防：停用消火栓 1 只" in pane.fire.said.text()
    assert "是否停水只由拓扑判定" in said
    day = pane.finder.day
    assert (day.begin_hour, day.start_h, day.end_h) == (12.0, 2.0, 8.0)
    assert day.before.at_h[-1] == 24.0
    assert not pane.stop.isVisible()
    assert not desk.window.tasks.isVisible()


def test_another_length_of_the_outage_asks_for_the_day_alone(desk: Driver) -> None:
    pane = checked(desk)
    found = pane.finder.found
    pane.hours.setCurrentIndex(0)
    pane.hours.activated.emit(0)
    desk.until(lambda: pane.finder.day is not None and pane.finder.day.end_h == 4.0)
    assert pane.finder.found is found


def test_a_newer_plan_overtakes_the_older_one(desk: Driver) -> None:
    pane = desk.window.pressures
    pane.show()
    desk.worker.held = (FindPressures,)
    desk.session.make_plan(_thing(desk, LEAKING))
    desk.until(lambda: pane.finder.running and desk.session.plan is not None)
    first = pane.finder.facts
    assert pane.stop.isVisible()
    assert "EPANET" in pane.header.note.text or "打开" in pane.header.note.text or "模型" in pane.header.note.text
    desk.worker.held = ()
    desk.session.make_plan(_thing(desk, "P-H0-0"))
    desk.until(lambda: pane.finder.found is not None)
    assert pane.finder.facts is not first
    assert pane.finder.facts is desk.session.plan


def _thing(desk: Driver, pipe: str) -> Thing:
    return Thing("pipe", desk.row("pipe", pipe))


def test_escape_stops_the_check_and_leaves_the_plan(desk: Driver) -> None:
    pane = desk.window.pressures
    pane.show()
    desk.worker.held = (FindPressures,)
    desk.session.make_plan(_thing(desk, LEAKING))
    desk.until(lambda: pane.finder.running)
    desk.press(Qt.Key.Key_Escape)
    assert not pane.finder.running
    assert desk.session.plan is not None


def test_hidden_it_asks_for_nothing_and_f11_brings_it_back(desk: Driver) -> None:
    desk.plan(LEAKING)
    pane = desk.window.pressures
    assert not any(isinstance(asked, FindPressures | FindDay) for asked in desk.worker.asked)
    assert pane.hide_button.key == "F11"
    desk.press(Qt.Key.Key_F11)
    assert pane.isVisible()
    desk.until(lambda: pane.finder.found is not None)
    desk.press(Qt.Key.Key_F11)
    assert not pane.isVisible()
    assert desk.window.map.canvas.content.pressures is None


def low_found(desk: Driver, found: PressuresFound) -> PressuresFound:
    rows = np.array([desk.row("customer", "C0031"), desk.row("customer", "C0040")], dtype=np.int32)
    pipes = np.array([desk.row("pipe", "P-H1-1"), desk.row("pipe", "P-H1-2")], dtype=np.int32)
    worse = replace(
        found.present,
        low=rows,
        low_before_mpa=np.array([0.27, 0.25]),
        low_mpa=np.array([0.164, 0.171]),
        reversed=pipes,
        forward=np.array([True, False]),
        stirred=pipes[:1],
        tank_hours=np.array([5.0]),
        tank_hours_before=np.array([np.inf]),
        pump_trouble=((0, "cannot_lift"),),
        warnings=("hydraulics_negative_pressure",),
    )
    return replace(found, present=worse, matched=(90, 100))


def test_low_customers_stand_in_the_table_and_on_the_map(desk: Driver) -> None:
    pane = checked(desk)
    pane.finder.found = low_found(desk, pane.finder.found)
    pane.finder.changed.emit()
    rows = desk.cells(pane.table)
    assert [row[1:3] for row in rows] == [["0.270", "0.164"], ["0.250", "0.171"]]
    assert rows[0][3] == "10"
    marks = desk.window.map.canvas.content.pressures
    assert len(marks.low) == len(marks.reversed) == 2
    said = texts(pane)
    for words in ("流向反转 2 段：P-H1-1 · P-H1-2", "可能泛黄", "5.0 h 放空", "扬程不足", "90"):
        assert words in said, words
    assert "压力低于零" in said
    pane.table.chosen.emit(0)
    assert desk.session.selection.kind == "customer"
    pane._at.button(1).click()
    assert pane.empty.isVisible()
    assert len(desk.window.map.canvas.content.pressures.low) == 0


def test_marks_are_painted_and_named_in_the_legend(desk: Driver) -> None:
    pane = checked(desk)
    pane.finder.found = low_found(desk, pane.finder.found)
    pane.finder.changed.emit()
    content = desk.window.map.canvas.content
    customers = content.city.customers
    row = int(content.pressures.low[0])
    x_m, y_m = float(customers.x_m[row]), float(customers.y_m[row])
    view = MapView(x_m, y_m, 0.5, 200, 200)
    plain = paint_picture(replace(content, pressures=None, plan=None), 200, 200, DARK, bounds=view.bounds)
    marked = paint_picture(replace(content, plan=None), 200, 200, DARK, bounds=view.bounds)
    assert marked.pixelColor(100, 100).name().upper() == DARK.low
    assert plain.pixelColor(100, 100) != marked.pixelColor(100, 100)
    words = [entry.text for entry in legend_entries(view, content, MapWords.current())]
    assert "新降为低压" in words
    assert "流向反转" in words


def test_a_day_that_breaks_off_and_a_tank_that_empties_are_told(desk: Driver) -> None:
    pane = checked(desk)
    found, day = low_found(desk, pane.finder.found), pane.finder.day
    share = np.ones_like(day.after.tank_share)
    share[day.after.at_h >= 5.0] = 0.0
    day = replace(day, after=replace(day.after, tank_share=share, broken_off=True), warnings=("hydraulics_unstable",))
    city = desk.session.city
    said = "\n".join(one.text for one in findings(city, found, found.present, day, desk.window.look.words))
    assert "在停水 3.0 h 后放空" in said
    assert "曲线到此为止" in said
    assert "仅供参考" in said


@pytest.mark.parametrize("code", ["hydraulics_no_source", "hydraulics_not_converged", "hydraulics_timeout"])
def test_why_there_are_no_pressures_stands_in_the_pane(desk: Driver, code: str) -> None:
    pane = checked(desk)
    pane.finder.failed = Failed(code, {"trials": 200, "seconds": 60.0})
    pane.finder.changed.emit()
    assert pane.refusal.isVisible()
    assert "无法计算压力" in pane.refusal.text()
    assert not desk.window.notice.isVisible()
    assert pane.finder.day is not None, "the picture before stays"


def test_of_a_large_city_the_pane_says_what_share_is_solved(desk: Driver) -> None:
    pane = checked(desk)
    pane.finder.begin()
    ticket = pane.finder._asking.ticket
    for share, said in ((None, "EPANET 计算当前与高峰时压力 · "), (0.25, "压力 · 25 % · ")):
        desk.session.client.progressed.emit(ticket, Progress("hydraulics", share))
        assert said in pane.header.note.text, share
    desk.until(lambda: pane.finder.day is not None and not pane.finder.running)
    assert "%" not in pane.header.note.text


def test_of_a_very_large_city_the_two_hours_stand_and_the_day_is_refused(
    desk: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane = checked(desk)
    monkeypatch.setattr(pressures, "MOST_DAY_PIPES", len(desk.session.city.network.pipes) - 1)
    pane.finder.begin()
    desk.until(lambda: pane.finder.failed is not None)
    assert pane.finder.failed.code == "hydraulics_day_large"
    assert "未计算 24 小时过程" in pane.refusal.text()
    assert pane.hour is not None
    assert pane.finder.day is None
    monkeypatch.undo()
    pane.finder.begin()
    desk.until(lambda: pane.finder.day is not None and not pane.finder.running)
    assert not pane.refusal.isVisible()


def test_a_model_that_epanet_refuses_is_told(desk: Driver, tmp_path: Path) -> None:
    pane = checked(desk)
    broken = tmp_path / "broken.inp"
    broken.write_text("[PIPES]\nx y z\n")
    pane.finder.set_calibration(broken)
    desk.until(lambda: pane.finder.failed is not None)
    assert "broken.inp" in pane.refusal.text()
    pane.finder.set_calibration(None)
    desk.until(lambda: pane.finder.day is not None and not pane.finder.running)
    assert not pane.refusal.isVisible()


def test_fire_cover_stands_where_there_are_no_pressures(
    desk: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that EPANET refuses takes the pressures of the plan before away, not who is left without a hydrant."""
    pane = checked(desk)
    broken = tmp_path / "broken.inp"
    broken.write_text("[PIPES]\nx y z\n")
    pane.finder.calibration = broken
    desk.plan("P-H0-0")
    desk.until(lambda: pane.finder.failed is not None)
    desk.idle()
    assert pane.refusal.isVisible()
    assert pane.finder.found is None
    assert desk.window.map.canvas.content.pressures is None
    assert pane.fire.isVisible()
    assert pane.fire.said.text() == "消防：没有消火栓停用。"
    desk.plan(LEAKING)
    desk.until(lambda: pane.finder.facts is desk.session.plan and pane.finder.failed is not None)
    desk.idle()
    far = pane.fire.said.text()
    assert far.startswith("消防：停用消火栓 1 只")
    assert "150 m" in far


def test_the_distance_that_a_hydrant_covers_is_chosen_in_the_pane(desk: Driver) -> None:
    pane = checked(desk)
    pressures = pane.finder.found
    before = pane.fire.said.text()
    pane.fire.reach.setCurrentIndex(0)
    pane.fire.reach.activated.emit(0)
    desk.until(lambda: "60 m" in pane.fire.said.text())
    assert pane.finder.found is pressures, "EPANET is not asked again"
    city, cover = desk.session.city, pane.finder.fire
    lost = city.hydrants.ids.take(cover.hydrants_out)
    x_m, y_m = (column[cover.hydrants_out[0]] for column in (city.hydrants.x_m, city.hydrants.y_m))
    near = np.hypot(city.customers.x_m - x_m, city.customers.y_m - y_m) <= 60.0
    assert len(lost) == 1
    assert set(cover.uncovered.tolist()) <= set(np.flatnonzero(near).tolist())
    pane.fire.reach.setCurrentIndex(3)
    pane.fire.reach.activated.emit(3)
    desk.until(lambda: pane.fire.said.text() == before)
    desk.window.set_language("en")
    desk.idle()
    assert pane.fire.said.text().startswith("Fire cover: 1 hydrant out")


def test_the_chart_draws_the_limit_the_outage_and_every_place(desk: Driver) -> None:
    pane = checked(desk)
    picture = pane.chart.grab().toImage()
    seen = {
        picture.pixelColor(x, y).name().upper() for x in range(0, picture.width(), 2) for y in range(picture.height())
    }
    assert DARK.amber_text in seen
    assert len(seen) > 20
    pane.chart.choose(99)
    assert pane.chart.chosen == 0
    desk.window.set_language("en")
    assert pane.header.title.text() == "Hydraulic check"
    assert pane._at.button(1).text() == "Peak 07:00"


def test_another_city_forgets_the_pressures(desk: Driver) -> None:
    pane = checked(desk)
    desk.open()
    desk.until(lambda: pane.finder.found is None)
    assert pane.finder.day is None


def test_a_keyboard_can_reach_the_two_hours(desk: Driver) -> None:
    pane = checked(desk)
    QTest.mouseClick(pane._at.button(1), Qt.MouseButton.LeftButton)
    assert pane.hour is pane.finder.found.peak


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_laptops_window_has_room_for_the_pane(desk: Driver, language: str) -> None:
    desk.window.set_language(language)
    desk.window.resize(1366, 768)
    pane = checked(desk)
    assert (desk.window.width(), desk.window.height()) == (1366, 768)
    header = pane.header
    shown = [header.title, pane._at.button(0), pane._at.button(1), pane.hours, pane.model, pane.hide_button]
    places = [(one.mapTo(header, one.rect().topLeft()).x(), one.width()) for one in shown]
    assert all(left + width <= after for (left, width), (after, _) in itertools.pairwise(places))
    assert places[-1][0] + places[-1][1] <= header.width()
    assert all(one.width() >= one.minimumSizeHint().width() for one in shown[1:])
    assert pane.hide_button.text() == ""
    assert pane.hide_button.key == "F11"
    assert pane.hide_button.toolTip()
    desk.window.resize(1920, 1080)
    desk.idle()
    assert pane.hide_button.text() in {"隐藏", "收起", "Hide"}
