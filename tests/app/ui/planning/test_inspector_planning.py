"""Fallbacks, proof, order of closing, word from the field, water brought back: what the inspector says and does."""

import pytest
from console_driver import Driver
from little_city import ALONE, EAST, LEAKING, NORTH
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from test_front_panel import corner, settle

from app.messages.describe import Thing
from app.plan_requests import CheckResupply, FollowField
from app.requests import MakePlan
from app.ui.tables import Table
from app.ui.widgets import ElidedLabel
from gis.scene.hits import MapHit
from network.assets import Condition, Position


@pytest.fixture
def planned(desk: Driver) -> Driver:
    """A desk with the plan for the leaking main."""
    desk.plan(LEAKING)
    settle(desk)
    return desk


def enter(table: Table, row: int) -> None:
    table.setFocus()
    table.selectRow(row)
    QTest.keyClick(table, Qt.Key.Key_Return)


# Fallbacks


def test_what_to_do_if_a_valve_is_stuck_is_there_unasked(planned: Driver) -> None:
    fallbacks = planned.window.inspector.fallbacks
    assert fallbacks.isVisible()
    assert planned.headers(fallbacks.table) == ["关不动", "则", "± 户", "备选状况"]
    cells = planned.cells(fallbacks.table)
    assert [row[0] for row in cells] == ["V-H2-2A", "V-H2-2B"]
    assert cells[0][1:] == ["改关 V-H2-1B, V-V2-1B, V-V2-2A", "0", "1 阀未知"]
    assert cells[1][3] == "可操作"


def test_adopting_a_fallback_plans_without_the_valve(planned: Driver) -> None:
    enter(planned.window.inspector.fallbacks.table, 0)
    settle(planned)
    assert planned.session.plan is not None
    assert planned.ids(planned.session.plan.plan.close) == ["V-H2-1B", "V-H2-2B", "V-V2-1B", "V-V2-2A"]
    assert any("V-H2-2A" in line.text for line in planned.window.inspector.basis.findChildren(ElidedLabel))


def test_a_chosen_plan_has_fallbacks_of_its_own_and_keeps_its_kind(desk: Driver) -> None:
    desk.session.make_plan(corner(desk))
    settle(desk)
    desk.window.study.choose(desk.window.study.choices[0])
    settle(desk)
    cells = desk.cells(desk.window.inspector.fallbacks.table)
    assert [row[0] for row in cells] == ["V-H2-0B", "V-V0-1A", "V-V0-2B"]
    assert cells[0][1] == "改关 V-H2-0A"
    enter(desk.window.inspector.fallbacks.table, 0)
    settle(desk)
    assert desk.session.plan is not None
    assert desk.ids(desk.session.plan.plan.close) == ["V-H2-0A", "V-V0-1A", "V-V0-2B"]


def test_where_only_a_source_helps_it_says_so(desk: Driver) -> None:
    for name in ("V-H2-0A", "V-V0-2A"):
        desk.session.suppose(desk.row("valve", name), condition=Condition.INOPERABLE)
    desk.plan("P-V0-1")
    settle(desk)
    cells = {row[0]: row for row in desk.cells(desk.window.inspector.fallbacks.table)}
    assert cells["V-V0-1B"][1] == "无替代：须停 S-北郊"
    assert cells["V-V0-1B"][3] == "关阀不可行"


# Proof


def test_the_certificate_says_that_no_path_is_left(planned: Driver) -> None:
    texts = planned.window.inspector.proof.texts
    assert texts == ["任何水源到此均已无路可通。边界设备 2 个：2 由方案关闭。"]


def test_without_a_plan_by_valves_the_way_that_defeats_it_is_told_and_drawn(desk: Driver) -> None:
    desk.plan(ALONE)
    settle(desk)
    assert "S-北郊" in desk.window.inspector.proof.texts[0]
    content = desk.window.map.canvas.content
    assert content is not None
    assert content.plan is not None
    assert len(content.plan.path.xy_m)


def test_resting_on_a_valves_mark_shows_the_way_of_the_water(planned: Driver) -> None:
    device = planned.row("valve", "V-H2-2A")
    planned.window.map.canvas.hoverChanged.emit(MapHit("device", device, None, EAST, NORTH, 0.0))
    planned.until(lambda: "V-H2-2A 不关" in planned.window.inspector.valves.why.text())
    content = planned.window.map.canvas.content
    assert content is not None
    assert content.plan is not None
    assert len(content.plan.path.xy_m)


def test_the_keyboard_explains_too(planned: Driver) -> None:
    planned.press(Qt.Key.Key_F5)
    table = planned.window.inspector.valves.table
    planned.until(table.hasFocus)
    QTest.keyClick(table, Qt.Key.Key_J)
    planned.until(lambda: "不关" in planned.window.inspector.valves.why.text())


# Order


def test_valves_stand_in_the_order_of_closing_with_their_times(planned: Driver) -> None:
    valves = planned.window.inspector.valves
    ordered = planned.window.study.ordered
    assert ordered is not None
    assert "min" in planned.headers(valves.table)
    cells = planned.cells(valves.table)
    assert [row[1] for row in cells[:2]] == planned.ids(tuple(visit.device for visit in ordered.visits))
    times = [int(row[6]) for row in cells[:2]]
    assert times == sorted(times)
    assert valves.order.text().startswith(f"{round(ordered.stops_s / 60)} 分后止水")
    content = planned.window.map.canvas.content
    assert content is not None
    assert content.plan is not None
    assert planned.ids(content.plan.close) == [row[1] for row in cells[:2]]


def test_two_crews_stop_the_water_sooner(planned: Driver) -> None:
    valves = planned.window.inspector.valves
    alone = planned.window.study.ordered
    QTest.mouseClick(valves.crews.button(2), Qt.MouseButton.LeftButton)
    settle(planned)
    together = planned.window.study.ordered
    assert alone is not None
    assert together is not None
    assert together.stops_s < alone.stops_s
    assert "班组" in planned.headers(valves.table)
    assert {row[6] for row in planned.cells(valves.table)[:2]} == {"1", "2"}


def test_the_steps_after_closing_are_told_in_the_language_in_force(planned: Driver) -> None:
    programme = planned.window.inspector.programme
    assert programme.isVisible()
    cells = planned.cells(programme.table)
    assert [row[0] for row in cells] == [str(number) for number in range(1, len(cells) + 1)]
    told = [row[1] for row in cells]
    assert not any(text.startswith("关 V-H2-2") for text in told[:1])
    opening = [at for at, step in enumerate(programme.steps) if step.phase == "restore"]
    work = [at for at, step in enumerate(programme.steps) if step.phase == "work"]
    assert work
    assert min(opening) > max(work)
    programme.table.hovered.emit(programme.steps[0])
    assert programme.said.text() == programme.steps[0].text["zh_CN"]
    planned.window.set_language("en")
    assert planned.cells(programme.table)[work[0]][1] == "do the work"


# Word from the field


def test_what_a_crew_has_closed_is_ticked_and_counted(planned: Driver) -> None:
    valves = planned.window.inspector.valves
    enter(valves.table, 0)
    assert valves.order.text().startswith("已办 1 / 2")
    assert planned.cells(valves.table)[0][5] == "已关"
    enter(valves.table, 0)
    assert planned.session.closed == ()


def test_the_plan_follows_the_crews(planned: Driver) -> None:
    """One valve is closed, the other found stuck: the plan goes on from what is done."""
    first, second = planned.row("valve", "V-H2-2B"), planned.row("valve", "V-H2-2A")
    planned.session.mark_closed(first, closed=True)
    planned.session.suppose(second, condition=Condition.INOPERABLE)
    settle(planned)
    asked = [type(each) for each in planned.worker.asked]
    assert asked.count(FollowField) == 1
    assert asked.count(MakePlan) == 1
    valves = planned.window.inspector.valves
    done = [row[1] for row in planned.cells(valves.table) if row[5] == "已关"]
    assert done == ["V-H2-2B"]
    assert not valves.reopen.isVisible()


def test_what_is_closed_and_not_needed_any_more_is_named(planned: Driver) -> None:
    planned.session.mark_closed(planned.row("valve", "V-H2-2A"), closed=True)
    planned.session.suppose(planned.row("valve", "V-H2-2A"), condition=Condition.PASSING)
    settle(planned)
    reopen = planned.window.inspector.valves.reopen
    assert reopen.isVisible()
    assert "V-H2-2A" in reopen.text()


# Bringing water back


def test_closed_valves_that_bring_water_back_are_offered(desk: Driver) -> None:
    """The lower streets hang on one valve while another is closed by the record."""
    _cut_off_the_last_street(desk)
    resupply = desk.window.inspector.resupply
    assert resupply.isVisible()
    cells = desk.cells(resupply.table)
    assert cells[0][0] == "V-V1-3A"
    assert int(cells[0][1]) > 0
    assert desk.window.study.verdicts is not None
    assert cells[0][2].startswith(("满足", "偏低"))
    assert "未校核" not in resupply.said.text()
    resupply.table.hovered.emit(resupply.table.rows.row_at(0))
    content = desk.window.map.canvas.content
    assert content is not None
    assert content.plan is not None
    assert len(content.plan.restorable.xy_m)


def test_until_pressures_are_solved_an_option_is_not_called_safe(desk: Driver) -> None:
    desk.worker.held = (CheckResupply,)
    for across in (1, 3, 4, 5):
        desk.session.suppose(desk.row("valve", f"V-V{across}-3A"), position=Position.CLOSED)
    desk.session.make_plan(Thing("pipe", desk.row("pipe", "P-V0-3")))
    desk.until(lambda: desk.window.study.checking)
    resupply = desk.window.inspector.resupply
    assert {row[2] for row in desk.cells(resupply.table)} == {"未校核"}
    assert "正在校核水压" in resupply.said.text()
    desk.session.clear_plan()
    assert not desk.window.study.checking
    assert not desk.window.notice.isVisible()


def test_adopting_an_option_opens_its_valves_in_the_plan(desk: Driver) -> None:
    _cut_off_the_last_street(desk)
    assert desk.session.plan is not None
    before = len(desk.session.plan.made.impact.out)
    regained = int(desk.cells(desk.window.inspector.resupply.table)[0][1])
    enter(desk.window.inspector.resupply.table, 0)
    settle(desk)
    assert desk.session.plan is not None
    assert len(desk.session.plan.made.impact.out) == before - regained
    assert desk.session.suppositions[-1].position is Position.OPEN


def _cut_off_the_last_street(desk: Driver) -> None:
    """All ways to the southern street closed by the record but one, whose main leaks."""
    for across in (1, 3, 4, 5):
        row = desk.row("valve", f"V-V{across}-3A")
        desk.session.suppose(row, position=Position.CLOSED)
    desk.plan("P-V0-3")
    settle(desk)


def test_where_nothing_else_is_dry_nothing_is_said_of_it(planned: Driver) -> None:
    assert not planned.window.inspector.resupply.isVisible()


# Little room


def test_with_little_room_the_sections_share_the_side(planned: Driver) -> None:
    inspector = planned.window.inspector
    planned.window.resize(1366, 768)
    planned.qtbot.waitUntil(inspector.tabs.isVisible)
    assert [inspector.tabs.button(at).text() for at in range(4)] == ["阀门", "影响", "恢复", "依据"]
    assert inspector.valves.isVisible()
    assert not inspector.impact.isVisible()
    QTest.mouseClick(inspector.tabs.button(1), Qt.MouseButton.LeftButton)
    assert inspector.impact.isVisible()
    assert not inspector.valves.isVisible()
    planned.press(Qt.Key.Key_F5)
    assert inspector.valves.isVisible()
    planned.window.resize(1700, 900)
    planned.qtbot.waitUntil(lambda: not inspector.tabs.isVisible())
    assert inspector.impact.isVisible()
    assert inspector.valves.isVisible()
