"""Open, click, read the plan, mark valves, undo, report: what the operator sees after each act."""

from collections.abc import Callable

import pytest
from console_driver import Driver
from little_city import ALONE, BLOCK_M, EAST, LEAKING, NORTH
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

from app.messages.describe import Thing
from app.requests import WorkspaceOpened
from app.ui import fonts
from app.ui.tables import CELL_PX, EDGE_PX, ICON_PX
from network.assets import Condition, LinkMethod, Position

MIDDLE = (EAST + 2.25 * BLOCK_M, NORTH + 2 * BLOCK_M)
"""On the leaking main, clear of valves."""


def valve(row: int) -> Thing:
    return Thing("valve", row)


def test_an_opened_city_says_what_it_is(desk: Driver) -> None:
    status = desk.window.status
    assert isinstance(desk.session.workspace, WorkspaceOpened)
    assert "小城" in desk.window.windowTitle()
    assert "合成数据" in desk.window.windowTitle()
    assert status.synthetic.isVisible()
    assert "51 段管 · 152 户" in status.counts.text()
    assert status.readout.crs.text() == "EPSG:4548"
    assert "已落盘" in status.journal.text()
    assert status.time.text() == "3月12日 周四  14:32:08"
    assert "F2" in desk.window.inspector.hint.text.text()


def test_a_click_on_a_pipe_shows_which_valves_to_close_and_who_is_out(desk: Driver) -> None:
    desk.click_map(*MIDDLE)
    desk.idle()
    inspector = desk.window.inspector
    assert inspector.card.identity.text() == LEAKING
    assert inspector.card.summary.text().startswith("DN600 球墨铸铁 1998")
    rows = desk.cells(inspector.valves.table)
    assert [row[:2] for row in rows] == [["1", "V-H2-2A"], ["2", "V-H2-2B"]]
    assert rows[0][2] == "200"
    assert rows[0][4] == "38 ↻"
    assert rows[0][5] == "可操作"
    assert inspector.impact.out.figure.text() == "8"
    assert [row[0] for row in desk.cells(inspector.customers.critical_table)] == ["东城医院门诊楼", "东城中学"]
    assert desk.cells(inspector.customers.kinds_table)[0] == ["居民", "6", "0"]
    assert len(desk.cells(inspector.customers.table)) == 8
    assert desk.cells(inspector.customers.table)[0][3] == "档案注明"
    assert desk.window.map.canvas.content.plan.close == desk.session.plan.plan.close
    assert not inspector.refusal.isVisible()


def test_the_place_clicked_is_the_place_planned_for(desk: Driver) -> None:
    desk.click_map(*MIDDLE)
    desk.idle()
    assert desk.session.target.offset_m == pytest.approx(0.25 * BLOCK_M, abs=2)


def test_a_stuck_valve_makes_the_plan_go_round_it(desk: Driver) -> None:
    desk.plan(LEAKING)
    desk.session.pick(valve(desk.row("valve", "V-H2-2B")))
    states = desk.window.inspector.card.states
    assert states.isVisible()
    QTest.mouseClick(states.condition.button(Condition.INOPERABLE), Qt.MouseButton.LeftButton)
    desk.idle()
    facts = desk.session.plan
    assert desk.ids(facts.plan.close) == ["V-H2-2A", "V-H2-3A", "V-V3-1B", "V-V3-2A"]
    assert desk.ids(facts.bypassed) == ["V-H2-2B"]
    last = desk.cells(desk.window.inspector.valves.table)[-1]
    assert last[1] == "V-H2-2B"
    assert last[5] == "卡死"
    assert any(
        "V-H2-2B" in line.text for line in desk.window.inspector.basis.findChildren(type(desk.window.status.told))
    )
    assert desk.window.map.canvas.content.plan.stuck == facts.bypassed


@pytest.mark.parametrize(("gate", "told"), [(True, "仅为本方案的假定"), (False, "方案不考虑此类阀门的状态")])
def test_a_supposition_says_whether_a_plan_goes_by_it(
    desk: Driver, monkeypatch: pytest.MonkeyPatch, gate: bool, told: str
) -> None:
    """The little town has isolation valves only: what else stands in mains is told of them here."""
    monkeypatch.setattr("app.ui.inspector.selection_card.is_gate", lambda _kind: gate)
    desk.session.pick(valve(desk.row("valve", "V-H2-2B")))
    states = desk.window.inspector.card.states
    assert not states.hint.isVisible()
    QTest.mouseClick(states.condition.button(Condition.INOPERABLE), Qt.MouseButton.LeftButton)
    desk.idle()
    assert states.hint.isVisible()
    assert told in states.hint.text()


def test_taking_back_a_supposition_restores_the_plan(desk: Driver) -> None:
    desk.plan(LEAKING)
    desk.session.suppose(desk.row("valve", "V-H2-2B"), condition=Condition.INOPERABLE)
    desk.idle()
    assert len(desk.session.plan.plan.close) == 4
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.idle()
    assert desk.ids(desk.session.plan.plan.close) == ["V-H2-2A", "V-H2-2B"]
    assert desk.session.suppositions == ()


def test_supposing_what_the_record_says_is_no_supposition(desk: Driver) -> None:
    device = desk.row("valve", "V-H2-2B")
    desk.session.suppose(device, condition=Condition.OPERABLE, position=Position.OPEN)
    assert desk.session.suppositions == ()


def test_a_closed_valve_is_relied_on_and_to_be_verified(desk: Driver) -> None:
    desk.session.suppose(desk.row("valve", "V-H2-2B"), position=Position.CLOSED)
    desk.plan(LEAKING)
    assert desk.ids(desk.session.plan.plan.verify_closed) == ["V-H2-2B"]
    assert ["V-H2-2B", "核对已关"] in [[row[1], row[5]] for row in desk.cells(desk.window.inspector.valves.table)]
    assert any("V-H2-2B" in text for text in desk.window.inspector.basis.texts)


def test_a_report_goes_to_the_journal_and_outlives_the_window(desk: Driver) -> None:
    device, before = desk.row("valve", "V-H2-2B"), desk.session.events
    desk.session.pick(valve(device))
    desk.session.suppose(device, condition=Condition.INOPERABLE)
    desk.press(Qt.Key.Key_F6)
    desk.idle()
    assert desk.session.events > before
    assert desk.session.suppositions == ()
    assert desk.session.states.condition[device] == Condition.INOPERABLE
    assert "V-H2-2B" in desk.window.status.told.text
    desk.open()
    assert desk.session.states.condition[device] == Condition.INOPERABLE


def test_why_a_valve_is_needed_is_told_and_drawn(desk: Driver) -> None:
    desk.plan(LEAKING)
    table = desk.window.inspector.valves.table
    table.setFocus()
    table.selectRow(0)
    desk.until(
        lambda: (
            "不关" in desk.window.inspector.valves.why.text() and "S-北郊" in desk.window.inspector.valves.why.text()
        )
    )
    assert len(desk.window.map.canvas.content.plan.path)


def test_where_valves_alone_do_not_do_the_source_is_named(desk: Driver) -> None:
    desk.plan(ALONE)
    refusal = desk.window.inspector.refusal
    assert refusal.isVisible()
    assert refusal.title.text() == "仅靠关阀无法止水"
    assert "S-北郊" in refusal.text.text()
    assert "水厂" in refusal.text.text()
    assert desk.window.inspector.impact.isVisible()


def test_an_area_is_a_target_too(desk: Driver) -> None:
    canvas = desk.window.map.canvas
    desk.window.menu.area_wanted.emit()
    assert canvas.drawing_area
    for dx, dy in ((2.2, 1.8), (2.8, 1.8), (2.8, 2.2)):
        desk.click_map(EAST + dx * BLOCK_M, NORTH + dy * BLOCK_M)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    desk.idle()
    assert desk.session.target.kind == "area"
    assert desk.ids(desk.session.plan.plan.close) == ["V-H2-2A", "V-H2-2B"]


def test_a_customer_and_a_hydrant_can_be_isolated_with_f9(desk: Driver) -> None:
    for kind, identity in (("customer", "K01"), ("hydrant", "HY1")):
        desk.session.clear_plan()
        desk.session.pick(Thing(kind, desk.row(kind, identity)))
        desk.press(Qt.Key.Key_F9)
        desk.idle()
        assert desk.ids(desk.session.plan.plan.close) == ["V-H2-2A", "V-H2-2B"], kind


def test_earlier_plans_can_be_had_again(desk: Driver) -> None:
    desk.plan(LEAKING).plan("P-H0-0")
    recent = desk.window.left.recent.table
    assert [row[0] for row in desk.cells(recent)] == ["P-H0-0", LEAKING]
    recent.chosen.emit(recent.rows.row_at(1))
    desk.idle()
    assert desk.session.plan.plan.target.pipe == desk.row("pipe", LEAKING)
    assert [row[0] for row in desk.cells(recent)] == [LEAKING, "P-H0-0"]


def test_the_plan_is_recorded_with_f9(desk: Driver) -> None:
    desk.plan(LEAKING)
    before = desk.session.events
    desk.press(Qt.Key.Key_F9)
    desk.idle()
    assert desk.session.events > before
    assert str(desk.session.events) in desk.window.status.told.text


def test_escape_goes_back_one_step_at_a_time(desk: Driver) -> None:
    desk.plan(LEAKING)
    desk.session.pick(valve(desk.row("valve", "V-H2-2B")))
    desk.press(Qt.Key.Key_Escape)
    assert desk.session.selection == desk.session.target
    assert desk.session.plan is not None
    desk.press(Qt.Key.Key_Escape)
    assert desk.session.plan is None
    assert desk.window.map.canvas.content.plan is None
    assert desk.window.inspector.hint.isVisible()


def test_in_english_headings_and_names_are_whole_beside_long_words(
    start: Callable[..., Driver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The inspector at its usual width, with what takes most room: ways of linking, and every count in the header."""
    desk = start("en", "light").open()
    desk.window.resize(1920, 1080)
    desk.plan(LEAKING)
    section = desk.window.inspector.customers
    monkeypatch.setattr("app.ui.inspector.customers.LinkMethod", lambda _method: LinkMethod.STATION)
    section.retranslate()
    desk.idle()
    caption, cells = QFontMetrics(fonts.font(fonts.CAPTION)), QFontMetrics(fonts.font(fonts.TABLE))
    assert desk.cells(section.table)[0][3] == "through its station"
    for at, title in enumerate(desk.headers(section.table)):
        assert section.table.columnWidth(at) > caption.horizontalAdvance(title) + 2 * CELL_PX, title
    for table in (section.table, section.critical_table):
        room = table.columnWidth(0) - EDGE_PX - CELL_PX - ICON_PX - 6
        assert room >= cells.horizontalAdvance("东城医院门诊楼东")
    note = desk.window.inspector.valves.header.note
    note.set_parts(["close 12", "verify 1", "bypass 1", "97 ms"])
    assert "…" not in note.shown
    assert note.shown.startswith("close 12 · verify 1")
    assert note.toolTip() == "close 12 · verify 1 · bypass 1 · 97 ms"
