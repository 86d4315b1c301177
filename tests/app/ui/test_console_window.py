"""The window itself: search, commands, language, theme, faults, layers, long tasks, exports, crashes."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from console_driver import Driver
from little_city import BLOCK_M, EAST, LEAKING, NORTH
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from app.messages.describe import Thing
from app.requests import ExportPlan, Failed, MakePlan
from app.ui import fonts
from app.ui.desk_styles import DeskStyles
from app.ui.left.side import FAULTS, LAYERS
from app.ui.tables import CELL_PX
from app.ui.theme import DARK, LIGHT, SUN
from gis.faults import Action, Fault, FaultKind
from gis.scene.detail import MapLayer
from network.assets import Condition, Position


def type_command(desk: Driver, text: str) -> None:
    """Type into the command line and wait for its answer."""
    desk.press(Qt.Key.Key_F2)
    typed = QInputMethodEvent()
    typed.setCommitString(text)  # as an input method does: Chinese has no keys
    QApplication.sendEvent(desk.window.command.field, typed)
    desk.until(desk.window.command.popup.isVisible)
    desk.idle()


def enter(desk: Driver) -> None:
    QTest.keyClick(desk.window.command.field, Qt.Key.Key_Return)
    desk.idle()


def test_every_widget_has_its_place(desk: Driver) -> None:
    """One without would come up as a window of its own, and outlive the console."""
    alone = {type(widget).__name__ for widget in QApplication.topLevelWidgets() if widget.parent() is None}
    assert alone == {"MainWindow", "ResultsPopup", "Wall"}


def test_a_road_is_found_by_its_initials_and_shown(desk: Driver) -> None:
    type_command(desk, "mql")
    popup = desk.window.command.popup
    assert popup.current.label == "木桥路"
    assert desk.cells(popup.table)[0][2] == "道路"
    enter(desk)
    assert not popup.isVisible()
    assert desk.window.map.canvas.view.centre_y_m == pytest.approx(NORTH, abs=1)


def test_a_pipe_found_by_its_id_is_planned_for(desk: Driver) -> None:
    type_command(desk, LEAKING.lower())
    enter(desk)
    assert desk.session.plan.plan.target.pipe == desk.row("pipe", LEAKING)


def test_a_verb_supposes_something_of_a_valve(desk: Driver) -> None:
    device = desk.row("valve", "V-H2-2B")
    for typed, position, condition in (
        ("卡 V-H2-2B", None, Condition.INOPERABLE),
        ("g V-H2-2B", Position.CLOSED, Condition.INOPERABLE),
        ("open V-H2-2B", None, Condition.INOPERABLE),
    ):
        type_command(desk, typed)
        enter(desk)
        supposed = desk.session.supposed(device)
        assert (supposed.position, supposed.condition) == (position, condition), typed


def test_a_click_into_the_results_takes_that_one(desk: Driver) -> None:
    type_command(desk, "V-H2")
    table = desk.window.command.popup.table
    wanted = table.rows.row_at(2)
    at = table.visualRect(table.rows.index(2, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    desk.idle()
    assert desk.session.selection == Thing("valve", wanted.row)


def test_nothing_found_says_what_else_to_try(desk: Driver) -> None:
    type_command(desk, "没有这条路")
    assert "拼音" in desk.window.command.popup.effect.text
    QTest.keyClick(desk.window.command.field, Qt.Key.Key_Escape)
    assert not desk.window.command.popup.isVisible()


def shown_words(desk: Driver) -> set[str]:
    widgets = [*desk.window.findChildren(QLabel), *desk.window.findChildren(QAbstractButton)]
    return {widget.text() for widget in widgets if widget.isVisible() and widget.text()}


def test_the_language_changes_everywhere_while_running(desk: Driver) -> None:
    desk.plan(LEAKING)
    # What is worked out behind the plan has come, so that the same words come back.
    desk.idle()
    chinese = shown_words(desk)
    assert {"关阀方案", "影响", "重点用户", "记入日志", "停水"} <= chinese
    QTest.mouseClick(desk.window.top.language, Qt.MouseButton.LeftButton)
    english = shown_words(desk)
    assert {"Isolation plan", "Impact", "Critical customers", "Record plan", "out"} <= english
    names = {"小城", "球墨铸铁", "中文"}
    left_over = {text for text in english if any("一" <= letter <= "鿿" for letter in text)}
    assert all(any(name in text for name in names) for text in left_over), left_over
    assert desk.headers(desk.window.inspector.valves.table) == [
        "#",
        "Valve",
        "DN",
        "Place",
        "Turns",
        "Condition",
        "min",
    ]
    assert desk.cells(desk.window.inspector.valves.table)[0][5] == "operable"
    assert "synthetic" in desk.window.windowTitle()
    assert desk.window.status.time.text() == "Thu 12 Mar  14:32:08"
    QTest.mouseClick(desk.window.top.language, Qt.MouseButton.LeftButton)
    desk.until(lambda: shown_words(desk) == chinese)


def test_language_and_theme_are_kept_for_the_next_start(desk: Driver, start: Callable[..., Driver]) -> None:
    desk.window.set_language("en")
    desk.window.set_theme("sun")
    desk.window.close()
    again = start(language=None, theme=None)
    assert again.console.look.language == "en"
    assert again.console.look.theme == SUN


def test_each_theme_paints_its_own_ground(desk: Driver) -> None:
    for theme in (DARK, LIGHT, SUN):
        desk.window.set_theme(theme.name)
        picture = desk.window.grab().toImage()
        panel = desk.window.inspector.mapTo(desk.window, QPoint(10, desk.window.inspector.height() - 80))
        ground = desk.window.map.mapTo(desk.window, QPoint(8, desk.window.map.height() // 2))
        assert picture.pixelColor(panel).name().upper() == theme.bg1, theme.name
        assert picture.pixelColor(ground).name().upper() == theme.map_ground, theme.name


def test_a_fault_is_told_and_shown_on_the_map(desk: Driver) -> None:
    place = (EAST + 3 * BLOCK_M, NORTH + BLOCK_M)
    faults = (
        Fault(FaultKind.NEAR_MISS_END, "pipe", "P7", *place, detail={"distance_m": 0.3, "other": "P8"}),
        Fault(FaultKind.NULL_ID, "valve"),
    )
    desk.session.faults = faults
    desk.session.faults_changed.emit()
    side, panel = desk.window.left, desk.window.left.faults
    side.show_page(FAULTS)
    assert [row[:2] for row in desk.cells(panel.table)] == [["端点未接上", "P7"], ["缺编号", "阀门"]]
    at = panel.table.visualRect(panel.table.rows.index(0, 0)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    view = desk.window.map.canvas.view
    assert (view.centre_x_m, view.centre_y_m) == pytest.approx(place)
    assert view.m_per_px <= 0.3
    picture = desk.window.map.canvas.grab().toImage()
    ring = [picture.pixelColor(picture.width() // 2 + step, picture.height() // 2).name() for step in range(8, 15)]
    assert desk.window.look.theme.acc.lower() in ring, "the place is marked"
    assert "管段 P7 的端点与 P8 相距 0.30 m" in panel.sentence.text()
    panel.kinds.setCurrentIndex(panel.kinds.findData(FaultKind.NULL_ID))
    assert len(desk.cells(panel.table)) == 1


@pytest.mark.parametrize("width_px", [1366, 1920])
def test_an_id_that_was_made_is_whole_beside_a_long_fault(desk: Driver, width_px: int) -> None:
    desk.window.resize(width_px, 900)
    desk.window.set_language("en")
    made = "@valve-4f5bd0a88e93"
    desk.session.faults = tuple(
        Fault(kind, "valve", made, 0.0, 0.0, Action.REPORTED)
        for kind in (FaultKind.VALVE_PLACE_AMBIGUOUS, FaultKind.CUSTOMERS_FROM_SERVICES)
    )
    desk.session.faults_changed.emit()
    desk.window.left.show_page(FAULTS)
    table = desk.window.left.faults.table
    room = table.columnWidth(1) - 2 * CELL_PX
    assert room >= QFontMetrics(fonts.font(fonts.TABLE)).horizontalAdvance(made)


def test_the_first_frame_of_a_city_waits_until_every_panel_has_heard_of_it(desk: Driver) -> None:
    canvas = desk.window.map.canvas
    desk.session.workspace_changed.emit()
    assert not canvas.updatesEnabled()
    desk.until(canvas.updatesEnabled)


def test_layers_can_be_switched_off(desk: Driver) -> None:
    desk.window.left.show_page(LAYERS)
    desk.window.left.layers.boxes[MapLayer.VALVES].click()
    assert MapLayer.VALVES in desk.window.map.canvas.content.hidden
    desk.window.left.layers.boxes[MapLayer.VALVES].click()
    assert MapLayer.VALVES not in desk.window.map.canvas.content.hidden


def test_long_work_shows_progress_and_esc_stops_it(desk: Driver) -> None:
    desk.worker.held = (MakePlan,)
    thing = Thing("pipe", desk.row("pipe", LEAKING))
    desk.session.make_plan(thing)
    strip = desk.window.tasks
    assert not strip.isVisible()  # short work is not announced
    desk.until(strip.isVisible)
    assert strip.title.text() == "正在计算关阀方案"
    assert strip.bar.value() == 250
    assert desk.window.status.worker.text() == "正在计算关阀方案"
    desk.press(Qt.Key.Key_Escape)
    desk.idle()
    assert not strip.isVisible()
    assert "已停止" in desk.window.notice.text.text()
    assert desk.session.plan is None
    assert desk.window.status.worker.text() == "计算进程 就绪"


def test_an_old_answer_never_replaces_a_newer_one(desk: Driver) -> None:
    desk.worker.held = (MakePlan,)
    desk.session.make_plan(Thing("pipe", desk.row("pipe", "P-H0-0")))
    late = desk.console.client.tickets[-1]
    desk.worker.held = ()
    desk.plan_and_wait(LEAKING)
    desk.worker.release(late)
    desk.idle()
    assert desk.session.plan.plan.target.pipe == desk.row("pipe", LEAKING)


def test_exports_are_written_and_named(desk: Driver, tmp_path: Path) -> None:
    desk.plan(LEAKING)
    for what in ("xlsx", "valves_csv", "customers_csv", "gpkg", "geojson"):
        name = desk.window.exporter.suggested_name(what)
        assert LEAKING in name
        path = tmp_path / name
        desk.window.exporter.write(what, path)
        desk.idle()
        assert path.stat().st_size > 100, what
        assert name in desk.window.status.told.text
    assert "V-H2-2A" in (tmp_path / desk.window.exporter.suggested_name("valves_csv")).read_text("utf-8-sig")


def test_an_export_that_cannot_be_written_says_so(desk: Driver, tmp_path: Path) -> None:
    desk.plan(LEAKING)
    desk.window.exporter.write("valves_csv", tmp_path / "no" / "such" / "folder.csv")
    desk.idle()
    assert desk.window.notice.isVisible()
    assert "folder.csv" in desk.window.notice.text.text()
    assert isinstance(desk.worker.asked[-1], ExportPlan)
    desk.press(Qt.Key.Key_Escape)
    assert not desk.window.notice.isVisible()


def test_a_workspace_that_is_none_leaves_the_open_one_alone(desk: Driver, tmp_path: Path) -> None:
    city = desk.session.city
    (tmp_path / "nothing").mkdir()
    desk.session.open_workspace(tmp_path / "nothing")
    desk.idle()
    assert desk.session.city is city
    assert desk.window.notice.isVisible()


def test_every_refusal_that_reaches_the_notice_has_words(desk: Driver) -> None:
    desk.session.refused.emit(Failed("internal", {"reason": "ValueError"}))
    assert "ValueError" in desk.window.notice.text.text()


@pytest.mark.qt_log_ignore("does not support raise")
def test_sides_can_be_detached_and_come_back(desk: Driver) -> None:
    desk.window.menu.detach_wanted.emit("right")
    assert desk.window.right_dock.isFloating()
    desk.window.menu.detach_wanted.emit("right")
    assert not desk.window.right_dock.isFloating()
    assert desk.window.inspector.isVisible()


@pytest.mark.expect_log("nobody caught")
def test_a_fault_of_the_program_leaves_a_report_and_a_word(desk: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    desk.console.reporter.install()
    thread = threading.Thread(target={}.__getitem__, args=("nothing",))
    thread.start()
    thread.join()
    desk.until(desk.window.notice.isVisible)
    reports = list((desk.console.options.home / "crashes").glob("crash-*.txt"))
    assert len(reports) == 1
    assert "KeyError" in reports[0].read_text("utf-8")
    assert str(reports[0]) in desk.window.notice.text.text()


def test_layers_are_kept_for_the_next_start(desk: Driver) -> None:
    desk.window.left.layers.boxes[MapLayer.ROADS].click()
    kept = DeskStyles(desk.window._settings)
    assert MapLayer.ROADS in kept.of("plan").hidden
    assert MapLayer.ROADS not in kept.of("dispatch").hidden, "each desk has its own look"


def test_a_further_map_window_shows_the_same_and_shares_its_tiles(desk: Driver) -> None:
    window = desk.window
    window.open_map()
    pane = window.maps.panes[0]
    assert pane.canvas.store is window.map.canvas.store
    assert pane.canvas.view.centre_x_m == pytest.approx(window.map.canvas.view.centre_x_m)
    window.left.layers.boxes[MapLayer.VALVES].click()
    assert MapLayer.VALVES in pane.canvas.content.hidden
    desk.session.make_plan(Thing("pipe", desk.row("pipe", LEAKING)))
    desk.until(lambda: pane.canvas.content.plan is not None)
    assert window.map.canvas.content.plan is not None
    pane.window().close()
    assert window.maps.panes == ()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    window.set_theme("light")
    window.left.layers.boxes[MapLayer.VALVES].click()
    assert window.map.canvas.content.shows(MapLayer.VALVES, 1.0)
