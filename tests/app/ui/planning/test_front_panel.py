"""The plans to choose from: what the chart, the table and the sentences say, and what a choice changes."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from console_driver import Driver, cut_short
from little_city import ALONE, BLOCK_M, EAST, LEAKING, NORTH
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.dispatch.acts import ListCrew, StateCrew
from app.dispatch.crews import CrewState
from app.dispatch_requests import DoAct
from app.journal.events import milliseconds
from app.messages.describe import Thing
from app.messages.words import LANGUAGES
from app.plan_requests import BackPlan, CheckOptions, WeighPlans
from app.requests import MakePlan
from app.ui.left.side import FAULTS, FRONT
from app.ui.planning.front_chart import Captions, Point
from network import hydraulic_effect
from network.answers import PipeTarget
from network.assets import Condition
from network.errors import NetworkError
from network.hydraulic_records import HydraulicWarning


def corner(desk: Driver, across: int = 2, down: int = 2) -> Thing:
    """The crossing of two streets: four valves close it, three at the plant shut the whole town."""
    assert desk.session.city is not None
    nodes = desk.session.city.network.nodes
    away = np.hypot(nodes.x_m - EAST - across * BLOCK_M, nodes.y_m - NORTH - down * BLOCK_M)
    return Thing("junction", int(away.argmin()))


@pytest.fixture
def weighed(desk: Driver) -> Driver:
    """A desk with the plans for a crossing."""
    thing = corner(desk)
    desk.session.pick(thing)
    desk.session.make_plan(thing)
    settle(desk)
    return desk


CROWDED = ((2, 187), (4, 186), (5, 80), (6, 53), (7, 21), (8, 20), (10, 20))
"""Cost and customers out of plans that leave little room around 40 customers."""


def settle(desk: Driver) -> None:
    """Until nothing is being asked."""
    desk.until(lambda: not desk.console.client.tickets and not desk.window.study.busy)


def test_pressures_after_every_plan_are_told_once_they_are_asked_for(weighed: Driver) -> None:
    front = weighed.window.left.front
    assert [row[4] for row in weighed.cells(front.table)] == ["—", "—"]
    assert "未校核" in front.checked.text()
    front.check.click()
    assert not front.check.isEnabled()
    assert "正在" in front.checked.text()
    settle(weighed)
    assert all(row[4].isdigit() for row in weighed.cells(front.table))
    assert "新降至" in front.engine.text()
    assert not front.check.isVisible()
    weighed.plan(LEAKING)
    settle(weighed)
    assert {row[4] for row in weighed.cells(front.table)} == {"—"}
    assert front.check.isVisible()


def test_pressures_that_are_coarse_or_none_are_named_by_plan_and_the_work_can_be_stopped(
    weighed: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    front, worker = weighed.window.left.front, weighed.worker
    worker.held = (CheckOptions,)
    front.check.click()
    weighed.until(weighed.window.tasks.isVisible)
    assert weighed.window.tasks.title.text() == "逐个方案校核水压"
    weighed.press(Qt.Key.Key_Escape)
    settle(weighed)
    assert front.check.isEnabled()
    assert "未校核" in front.checked.text()
    worker.held = ()
    real, runs = hydraulic_effect.run_in_child, []

    def coarse_then_late(*args: Any, **more: Any) -> Any:
        if len(args[2]) != 2:
            return real(*args, **more)  # the pane under the map, which solves both hours before and after at once
        runs.append(args)
        if len(runs) == 3:
            raise NetworkError("child_timeout", seconds=60.0)
        solved = real(*args, **more)
        return tuple(replace(one, warnings=(HydraulicWarning.COARSE,)) for one in solved) if len(runs) == 2 else solved

    monkeypatch.setattr(hydraulic_effect, "run_in_child", coarse_then_late)
    front.check.click()
    settle(weighed)
    low, coarse, late = front.engine.text().split("\n")
    assert low.startswith("低压：")
    assert coarse.startswith("A：EPANET 仅收敛到总流量的千分之一")
    assert late == "B：无法计算压力：EPANET 运行 60 秒仍未解出管网，已被终止。方案不受影响，但其压力后果未知。"
    for language in LANGUAGES:
        weighed.window.set_language(language)
        weighed.idle()
        assert not cut_short(front)
    figures = [row[4] for row in weighed.cells(front.table)]
    assert figures[0].startswith("≈ ")
    assert figures[1] == "—"
    assert front.check.isEnabled(), "it can be tried again"


def test_the_plans_stand_beside_the_plan_without_being_asked_for(weighed: Driver) -> None:
    front = weighed.window.left.front
    assert weighed.window.left.shown == FRONT
    assert front.head.title.text.startswith("节点")
    assert front.section.header.title.text() == "权衡"
    assert front.section.header.note.text == "2 个方案"
    assert weighed.headers(front.table) == ["方案", "关阀", "停水户", "止水 min", "低压", "风险"]
    cells = weighed.cells(front.table)
    assert [row[:3] for row in cells] == [["A", "3", "146"], ["B", "4", "0"]]
    assert cells[1][5] == "1 阀未知"
    assert [point.letter for point in front.chart.points] == ["A", "B"]
    assert front.chart.points[0].note == "关阀最少"
    assert front.chart.points[1].note == "已选"
    assert "精确" in front.certainty.text()
    assert "A 停水达 1\u202f000 户" in front.certainty.text()
    assert "P2" in front.certainty.text()


def test_a_wide_side_shows_every_figure(weighed: Driver) -> None:
    weighed.window.resize(1920, 1000)
    weighed.qtbot.waitUntil(lambda: weighed.window.left.front.width() > 500)
    headers = weighed.headers(weighed.window.left.front.table)
    assert headers == ["方案", "关阀", "停水户", "连带", "重点用户", "km²", "止水 min", "低压", "风险"]
    assert weighed.cells(weighed.window.left.front.table)[0][4] == "2"
    # Longer words take the room of what is not known yet, never that of the area.
    weighed.window.set_language("en")
    weighed.idle()
    headers = weighed.headers(weighed.window.left.front.table)
    assert headers[-1] == "Risk"
    assert "km²" in headers


def test_neighbours_are_compared_in_words(weighed: Driver) -> None:
    front = weighed.window.left.front
    assert front.sentences.text().startswith("B 比 A  多关 1 阀")
    assert "少停 146 户" in front.sentences.text()
    assert "避开东城中学、东城医院门诊楼" in front.sentences.text()


def test_a_click_on_a_point_shows_that_plan_everywhere(weighed: Driver) -> None:
    chart, session = weighed.window.left.front.chart, weighed.session
    tight = session.plan
    at = chart.place_of(0)
    QTest.mouseMove(chart, at.toPoint())
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at.toPoint())
    settle(weighed)
    assert session.plan is not None
    assert session.plan is not tight
    assert session.base is tight
    assert weighed.ids(session.plan.plan.close) == ["V-H2-0B", "V-V0-1A", "V-V0-2B"]
    shown = [row[1] for row in weighed.cells(weighed.window.inspector.valves.table) if row[0]]
    assert sorted(shown) == ["V-H2-0B", "V-V0-1A", "V-V0-2B"]
    assert weighed.window.inspector.impact.out.figure.text() == "146"
    content = weighed.window.map.canvas.content
    assert content is not None
    assert content.plan is not None
    assert set(content.plan.close) == set(session.plan.plan.close)
    assert weighed.window.left.front.chart.points[0].note == "已选"
    assert "A 比 B" in weighed.window.left.front.sentences.text()


def test_what_the_limit_means_is_told_in_short_where_points_leave_no_room(weighed: Driver) -> None:
    chart = weighed.window.left.front.chart
    captions = Captions("valves", "out", "at least 1 000 households: media notice (P2)", 40.0, "P2")
    points = tuple(Point("ABCDEFG"[at], cost, out) for at, (cost, out) in enumerate(CROWDED))
    chart.show_points(points, 3, captions)
    chart.resize(360, 300)
    assert chart.limit_told == "P2"
    chart.resize(1200, 300)
    assert chart.limit_told == captions.limit
    chart.show_points(points, 3, Captions("valves", "out"))
    assert chart.limit_told == ""


def test_keys_walk_along_the_points(weighed: Driver) -> None:
    chart = weighed.window.left.front.chart
    weighed.press(Qt.Key.Key_F4)
    weighed.until(chart.hasFocus)
    assert chart.cursor_at == 1
    QTest.keyClick(chart, Qt.Key.Key_K)
    assert chart.cursor_at == 0
    QTest.keyClick(chart, Qt.Key.Key_K)
    assert chart.cursor_at == 0
    QTest.keyClick(chart, Qt.Key.Key_Return)
    settle(weighed)
    assert weighed.session.plan is not None
    assert len(weighed.session.plan.plan.close) == 3
    QTest.keyClick(chart, Qt.Key.Key_J)
    assert chart.cursor_at == 1


def test_a_row_of_the_table_does_the_same(weighed: Driver) -> None:
    table = weighed.window.left.front.table
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    settle(weighed)
    assert weighed.session.plan is not None
    assert len(weighed.session.plan.plan.close) == 3
    assert table.currentIndex().row() == 0


def test_what_is_chosen_is_what_is_exported_and_recorded(weighed: Driver, tmp_path: Path) -> None:
    weighed.window.study.choose(weighed.window.study.choices[0])
    weighed.session.export("valves_csv", tmp_path / "valves.csv", "zh_CN")
    weighed.session.record_plan()
    settle(weighed)
    text = (tmp_path / "valves.csv").read_text(encoding="utf-8-sig")
    assert "V-H2-0B" in text
    assert "V-H2-1B" not in text
    weighed.session.export("geojson", tmp_path / "plan.geojson", "zh_CN")
    settle(weighed)
    drawn = json.loads((tmp_path / "plan.geojson").read_text(encoding="utf-8"))
    named = [each["properties"]["id"] for each in drawn["features"] if each["properties"].get("role") == "close"]
    assert named == ["V-H2-0B", "V-V0-1A", "V-V0-2B"]


def test_pointing_at_a_valve_of_another_plan_explains_that_plan(weighed: Driver) -> None:
    weighed.window.study.choose(weighed.window.study.choices[0])
    weighed.session.explain(weighed.row("valve", "V-H2-0B"))
    settle(weighed)
    assert "V-H2-0B 不关" in weighed.window.inspector.valves.why.text()
    assert "S-北郊" in weighed.window.inspector.valves.why.text()


def test_the_pair_shows_both_stages(weighed: Driver) -> None:
    stages = weighed.window.left.front.stages
    assert stages.title.text() == "先止水，后缩小范围"
    assert stages.texts[0].text() == "关 V-H2-0B, V-V0-1A, V-V0-2B"
    assert "再关 V-H2-1B" in stages.texts[1].text()
    assert "重开 V-H2-0B" in stages.texts[1].text()
    assert stages.gain.text() == "停水户由 146 减至 0"
    QTest.mouseClick(stages.buttons[0], Qt.MouseButton.LeftButton)
    settle(weighed)
    assert weighed.window.study.chosen is weighed.window.study.choices[0]
    assert stages.buttons[0].isChecked()
    QTest.mouseClick(stages.buttons[1], Qt.MouseButton.LeftButton)
    settle(weighed)
    assert weighed.session.plan is weighed.session.base
    assert not stages.buttons[0].isChecked()


def test_time_can_be_spared_instead_of_valves(weighed: Driver) -> None:
    front = weighed.window.left.front
    button = front.switch.button(1)
    assert button.text() == "按用时"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(weighed)
    assert front.chart.captions.cost == "关阀与路程用时合计（min）"
    assert front.chart.points[0].cost == pytest.approx(weighed.window.study.choices[0].option.cost)
    assert front.chart.points[0].note in {"最省工", "已选"}
    assert "班组位置未知：路程自各阀门的中心起算" in front.certainty.text()


def test_ways_start_where_a_crew_stands_and_it_is_named(desk: Driver) -> None:
    now_ms = milliseconds(desk.window.study._now())
    done: list[object] = []
    at = (EAST + BLOCK_M, NORTH + BLOCK_M)
    for act in (ListCrew("抢03"), StateCrew("抢03", CrewState.STANDBY, *at, at_ms=now_ms)):
        desk.session.client.ask(DoAct(act, now_ms=now_ms), done.append)
    desk.until(lambda: len(done) == 2)
    thing = corner(desk)
    desk.session.pick(thing)
    desk.session.make_plan(thing)
    settle(desk)
    assert "路程自 抢03 现在位置起算" in desk.window.left.front.certainty.text()
    order = desk.window.inspector.valves.order
    assert "抢03 自现在位置出发" in order.text()
    desk.window.set_language("en")
    assert "Crew 抢03 from where it is now." in order.text()
    assert "Ways count from crew 抢03" in desk.window.left.front.certainty.text()


def test_the_pointer_reads_a_points_figures(weighed: Driver) -> None:
    chart = weighed.window.left.front.chart
    heard: list[int] = []
    chart.pointed.connect(heard.append)
    for place in (chart.place_of(1) + QPointF(3, 2), QPointF(2, 2)):
        nothing = Qt.MouseButton.NoButton
        moved = QMouseEvent(QEvent.Type.MouseMove, place, place, nothing, nothing, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(chart, moved)
    assert heard == [1, -1]
    assert chart.points[1].told.startswith("关 4 阀 · 停 0 户 · 0.01 km² · ")


def test_the_choice_outlives_a_supposition(weighed: Driver) -> None:
    weighed.window.study.choose(weighed.window.study.choices[0])
    settle(weighed)
    weighed.session.suppose(weighed.row("valve", "V-H4-1A"), condition=Condition.UNKNOWN)
    settle(weighed)
    assert weighed.session.plan is not None
    assert len(weighed.session.plan.plan.close) == 3
    weighed.plan(LEAKING)
    settle(weighed)
    assert weighed.session.plan is weighed.session.base


def test_an_earlier_plan_comes_back_as_it_was_chosen(weighed: Driver) -> None:
    weighed.window.study.choose(weighed.window.study.choices[0])
    settle(weighed)
    weighed.plan(LEAKING)
    settle(weighed)
    recent = weighed.session.recent[1]
    assert [row[2] for row in weighed.cells(weighed.window.left.recent.table)] == ["2", "3"]
    weighed.session.recall(recent)
    settle(weighed)
    assert weighed.session.plan is not None
    assert len(weighed.session.plan.plan.close) == 3


def test_one_plan_alone_needs_no_chart(desk: Driver) -> None:
    desk.plan(LEAKING)
    settle(desk)
    front = desk.window.left.front
    assert not front.chart.isVisible()
    assert [row[:2] for row in desk.cells(front.table)] == [["A", "2"]]
    assert not front.stages.isVisible()
    desk.press(Qt.Key.Key_F4)
    desk.until(front.table.hasFocus)


@pytest.mark.parametrize(
    ("pipe", "said"), [(ALONE, "有水源直接供到目标，其间没有可关的阀门。"), ("P-END", "目标此前就没有水")]
)
def test_what_cannot_be_weighed_is_one_sentence(desk: Driver, pipe: str, said: str) -> None:
    desk.plan(pipe)
    settle(desk)
    front = desk.window.left.front
    assert said in front.empty.text()
    assert front.empty.isVisible()
    assert not front.section.isVisible()


def test_before_a_plan_it_says_what_to_do(desk: Driver) -> None:
    front = desk.window.left.front
    assert front.empty.text() == "点选管段后，此处列出可供比选的方案。"
    desk.window.left.show_page(FAULTS)
    desk.press(Qt.Key.Key_F4)
    assert desk.window.left.shown == FRONT


def test_an_answer_that_came_too_late_is_dropped(desk: Driver) -> None:
    """The plan itself never waits for what is found out about another one."""
    worker = desk.worker
    worker.held = (WeighPlans,)
    thing = corner(desk)
    desk.session.make_plan(thing)
    desk.until(lambda: desk.session.plan is not None and any(isinstance(each, WeighPlans) for each in worker.asked))
    assert desk.window.left.front.empty.text() == "正在比选方案…"
    held = next(iter(worker._kept))
    row = desk.row("pipe", LEAKING)
    desk.session.make_plan(Thing("pipe", row))
    desk.until(lambda: desk.session.plan is not None and desk.session.plan.plan.target == PipeTarget(row))
    assert sum(isinstance(each, WeighPlans) for each in worker.asked) == 1
    worker.held = ()
    worker.release(held)
    settle(desk)
    assert [row[:2] for row in desk.cells(desk.window.left.front.table)] == [["A", "2"]]
    order = [type(each) for each in worker.asked]
    assert order.index(MakePlan) < order.index(WeighPlans)
    assert BackPlan in order


def test_a_stopped_weighing_is_no_fault(desk: Driver) -> None:
    worker = desk.worker
    worker.held = (WeighPlans,)
    desk.session.make_plan(corner(desk))
    desk.until(lambda: bool(worker._kept))
    front = desk.window.left.front
    assert "Esc" not in front.empty.text()
    front._since_s -= 7.0
    desk.until(lambda: "Esc" in front.empty.text())
    assert re.search(r"已用 [78] 秒", front.empty.text())
    desk.press(Qt.Key.Key_Escape)
    settle(desk)
    assert not desk.window.notice.isVisible()
    assert not front._tick.isActive()
    assert desk.window.left.front.empty.text() == "比选已停止。按 F7 重算。"
