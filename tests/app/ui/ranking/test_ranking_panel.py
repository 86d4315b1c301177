"""What an operator sees of the ranking: lists, lower bounds, colours on the map, files; and that nothing waits."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from console_driver import Driver
from little_city import LEAKING
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.rank_tables import RankTables
from app.sweep_requests import RankCity
from app.ui.left.side import PLANS, RANKING
from app.ui.ranking.panel import EXERCISE, SEGMENTS, VALVES, RankingPanel
from app.ui.ranking.shades import limits_of, shades_of
from network.assets import Condition


def opened(desk: Driver) -> RankingPanel:
    desk.window.left.show_page(RANKING)
    desk.idle()
    return desk.window.left.ranking


def tables_of(panel: RankingPanel) -> RankTables:
    assert panel.ranking.tables is not None
    return panel.ranking.tables


def test_the_tab_ranks_in_the_background_and_lists_the_worst_first(desk: Driver) -> None:
    panel = opened(desk)
    rows = desk.cells(panel.table)
    assert desk.headers(panel.table)[:4] == ["关阀单元", "停水用户", "人口", "重点"]
    lost = [int(row[1]) for row in rows]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] == 152, "behind the plant hangs the whole town"
    assert rows[0][0].startswith("P-PLANT")
    assert panel.work.text() == "数字均为精确值"
    assert not panel.stop.isVisible()
    assert panel.note.text() == "近 12 个月无已实施停水作业的记录。"


def test_a_row_says_what_a_plan_says(desk: Driver) -> None:
    panel = opened(desk)
    row = next(row for row in desk.cells(panel.table) if row[0] == LEAKING)
    desk.plan(LEAKING)
    assert desk.session.plan is not None
    assert int(row[1]) == len(desk.session.plan.made.impact.out) == 8
    assert int(row[3]) == 2


def test_a_row_picks_its_main_and_marks_the_segment(desk: Driver) -> None:
    panel = opened(desk)
    at = [row[0] for row in desk.cells(panel.table)].index(LEAKING)
    panel.table.chosen.emit(panel.table.rows.row_at(at))
    content = desk.window.map.canvas.content
    assert desk.session.selection.kind == "pipe"
    assert desk.window.inspector.card.identity.text() == LEAKING
    assert len(content.marked) == 1
    assert desk.window.map.canvas.view.m_per_px < 1.0
    desk.session.pick(None)
    assert desk.window.map.canvas.content.marked is None


def test_valves_and_those_to_exercise_have_lists_of_their_own(desk: Driver) -> None:
    panel = opened(desk)
    QTest.mouseClick(panel._lists.button(VALVES), Qt.MouseButton.LeftButton)
    assert desk.headers(panel.table)[0] == "阀门"
    assert desk.headers(panel.table)[3] == "失效多停"
    QTest.mouseClick(panel._lists.button(EXERCISE), Qt.MouseButton.LeftButton)
    rows = desk.cells(panel.table)
    assert rows[0][3] == "无记录"
    assert "12 个月" in panel.note.text()
    assert "设定值" in panel.note.text()
    closed = "V-V2-3A"
    assert closed not in [row[0] for row in rows], "closed valves are not turned to see whether they close"
    panel.table.chosen.emit(panel.table.rows.row_at(0))
    assert desk.session.selection.kind == "valve"
    assert len(desk.window.map.canvas.content.marked) > 1


def test_a_valve_that_was_turned_says_when_and_makes_the_ranking_old(desk: Driver) -> None:
    panel = opened(desk)
    before_km = next(float(row[5]) for row in desk.cells(panel.table) if row[0] == LEAKING)
    valve = desk.row("valve", "V-H2-2B")
    desk.session.suppose(valve, condition=Condition.PASSING)
    desk.session.report(valve)
    desk.idle()
    assert panel.work.text() == "阀门状态已有新上报"
    assert panel.again.isVisible()
    QTest.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    desk.idle()
    assert panel.work.text() == "数字均为精确值"
    row = next(row for row in desk.cells(panel.table) if row[0] == LEAKING)
    assert float(row[5]) > before_km, "a valve that passes does not hold the water"


def test_the_map_is_coloured_only_while_the_ranking_is_in_front(desk: Driver) -> None:
    panel = opened(desk)
    canvas = desk.window.map.canvas
    shades = canvas.content.shades
    assert shades is not None
    assert shades.level[desk.row("pipe", "P-PLANT")] == 5
    assert shades.title == "隔离时停水用户"
    panel.colour.setChecked(False)
    assert canvas.content.shades is None
    panel.colour.setChecked(True)
    assert canvas.content.shades is not None
    desk.window.left.show_page(PLANS)
    assert canvas.content.shades is None


def test_lower_bounds_say_so_until_they_are_settled(desk: Driver) -> None:
    panel = opened(desk)
    kept = tables_of(panel)
    panel.ranking.tables = _with_bounds(kept)
    panel.ranking.tables_changed.emit()
    panel._fill()
    panel._show_work()
    assert desk.cells(panel.table)[0][1] == "≥ 152"
    assert panel.work.text() == "≥ 表示至少"
    panel.ranking.tables = kept
    panel.ranking.tables_changed.emit()
    assert desk.cells(panel.table)[0][1] == "152"


def _with_bounds(tables: RankTables) -> RankTables:
    nothing = np.zeros_like(tables.segments.exact)
    return replace(tables, segments=replace(tables.segments, exact=nothing))


def test_nothing_reorders_under_the_pointer(desk: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = opened(desk)
    before = [row[0] for row in desk.cells(panel.table)]
    monkeypatch.setattr(panel.table, "underMouse", lambda: True)
    kept = tables_of(panel)
    panel.ranking.tables = replace(kept, segments=replace(kept.segments, order=kept.segments.order[::-1].copy()))
    panel.ranking.tables_changed.emit()
    assert [row[0] for row in desk.cells(panel.table)] == before
    monkeypatch.setattr(panel.table, "underMouse", lambda: False)
    desk.until(lambda: [row[0] for row in desk.cells(panel.table)] == before[::-1])


def test_work_can_be_stopped_and_begun_again(desk: Driver) -> None:
    desk.worker.held = (RankCity,)
    desk.window.left.show_page(RANKING)
    panel = desk.window.left.ranking
    desk.until(lambda: panel.bar.value() == 250)
    assert panel.stop.isVisible()
    assert not desk.window.tasks.isVisible(), "what runs in the background is told in its own panel"
    desk.plan_and_wait(LEAKING)
    QTest.mouseClick(panel.stop, Qt.MouseButton.LeftButton)
    desk.idle()
    assert panel.work.text() == "尚未排序"
    desk.worker.held = ()
    QTest.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    desk.idle()
    assert panel.work.text() == "数字均为精确值"


def test_another_city_puts_the_ranking_away(desk: Driver) -> None:
    panel = opened(desk)
    desk.open()
    desk.until(lambda: panel.ranking.tables is None)
    assert panel.table.rows.rowCount() == 0
    assert desk.window.map.canvas.content.shades is None


def test_lists_are_written_whole(desk: Driver, tmp_path: Path) -> None:
    panel = opened(desk)
    for what, suffix in (("segments_csv", "csv"), ("valves_csv", "csv"), ("exercise_csv", "csv")):
        path = tmp_path / f"{what}.{suffix}"
        panel.ranking.export(what, path, "zh_CN")
        desk.idle()
        with path.open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        assert rows[0]["名次"] == "1"
        assert rows[0]["精度"] == "精确"
        assert len(rows) > 10
    panel.ranking.export("ranking_xlsx", tmp_path / "all.xlsx", "en")
    desk.idle()
    book = load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == ["Segments", "Valves", "Exercise first"]
    assert str(tmp_path / "all.xlsx") in desk.window.status.told.text


def test_a_file_that_cannot_be_written_is_told(desk: Driver, tmp_path: Path) -> None:
    panel = opened(desk)
    panel.ranking.export("segments_csv", tmp_path / "no" / "where.csv", "zh_CN")
    desk.idle()
    assert desk.window.notice.isVisible()
    assert "where.csv" in desk.window.notice.text.text()


def test_the_panel_follows_the_language(desk: Driver) -> None:
    panel = opened(desk)
    # With the pointer on the list too: there an order may wait, its titles may not.
    panel.table.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    desk.window.set_language("en")
    assert desk.headers(panel.table)[:2] == ["Segment", "Out"]
    assert panel.work.text() == "Exact"
    assert desk.window.map.canvas.content.shades.title == "Customers out if shut off"


def test_lists_filter_and_copy(desk: Driver) -> None:
    panel = opened(desk)
    panel.filter.setText(LEAKING)
    assert {row[0] for row in desk.cells(panel.table)} == {LEAKING, f"{LEAKING} +3"}
    panel.table.copy()
    assert QGuiApplication.clipboard().text().startswith("关阀单元\t停水用户")
    panel.filter.clear()
    assert len(desk.cells(panel.table)) > 10
    assert panel.shown == SEGMENTS


def test_levels_begin_at_round_numbers_and_leave_most_mains_grey() -> None:
    lost = np.concatenate([np.full(900, 4), np.full(80, 64), np.full(19, 340), [5200]]).astype(np.int64)
    assert limits_of(lost) == (4, 50, 300)
    shades = shades_of(np.append(lost, 0), "t")
    assert shades.level[[0, 950, 985, 999, 1000]].tolist() == [3, 4, 5, 5, 0]
    assert shades.labels == ("", "", "4–49", "50–299", "≥ 300")
    assert limits_of(np.zeros(3, np.int64)) == ()
    assert not shades_of(np.zeros(3, np.int64), "t").level.any()
    assert limits_of(np.array([7, 8])) == (7,)
    assert limits_of(np.array([160, 170, 9000])) == (150,)


def test_word_that_brings_nothing_new_makes_no_ranking_old(desk: Driver) -> None:
    panel = opened(desk)
    desk.session.client.journal_moved.emit()
    desk.idle()
    assert panel.work.text() == "数字均为精确值"
    desk.session.note_events(desk.session.events + 1)
    assert panel.work.text() == "阀门状态已有新上报"
