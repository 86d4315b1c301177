"""The attribute table as an operator uses it."""

from pathlib import Path

import numpy as np
import pytest
from console_driver import Driver
from little_city import BLOCK_M, LEAKING
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from app.messages.describe import Thing
from app.ui.tools import toolbox


def opened(desk: Driver, kind: str = "pipe"):
    desk.window.tools.show_table()
    desk.window.tools.table.show_kind(kind)
    desk.idle()
    return desk.window.tools.table


def column(table, code: str) -> list[str]:
    at = [attribute.code for attribute in table.model.columns].index(code)
    return [table.model.text(row, at) for row in range(table.model.rowCount())]


def test_all_rows_sort_by_a_click_on_the_header(desk: Driver) -> None:
    table = opened(desk)
    assert table.model.rowCount() == len(desk.session.city.network.pipes)
    at = [attribute.code for attribute in table.model.columns].index("dn_mm")
    for expected in (False, True):
        table.view.horizontalHeader().sectionClicked.emit(at)
        desk.idle()
        sizes = [int(text) for text in column(table, "dn_mm")]
        assert sizes == sorted(sizes, reverse=expected)
    assert table.model.headerData(at, desk.window.tools.table.view.horizontalHeader().orientation()).endswith("▼")


def test_a_filter_leaves_what_has_the_text_and_marks_it_on_the_map(desk: Driver) -> None:
    table = opened(desk)
    table.filter.setText("P-H2")
    table._typing.stop()
    table._typing.timeout.emit()
    desk.idle()
    assert all(text.startswith("P-H2") for text in column(table, "id"))
    assert len(desk.window.tools.layer.drawing.traced) == table.model.rowCount()
    table.all_rows.click()
    desk.idle()
    assert table.model.rowCount() == len(desk.session.city.network.pipes)


def test_a_row_selects_on_the_map_and_the_map_selects_a_row(desk: Driver) -> None:
    table = opened(desk)
    table.view.setFocus()
    table.view.selectRow(3)
    row = int(table.model.rows[3])
    assert desk.session.selection == Thing("pipe", row)
    desk.window.map.canvas.setFocus()
    desk.session.pick(Thing("pipe", desk.row("pipe", LEAKING)))
    assert int(table.model.rows[table.view.currentIndex().row()]) == desk.row("pipe", LEAKING)


def test_an_area_chooses_valves_and_marks_them(desk: Driver) -> None:
    table = opened(desk, "valve")
    x, y = 500_000, 4_060_000
    corners = (
        (x - 50, y - 50),
        (x + BLOCK_M + 50, y - 50),
        (x + BLOCK_M + 50, y + BLOCK_M + 50),
        (x - 50, y + BLOCK_M + 50),
    )
    canvas = desk.window.map.canvas
    canvas.zoom_to_point(x + BLOCK_M / 2, y + BLOCK_M / 2, 1.0)
    desk.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    for corner in corners:
        desk.click_map(*corner)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    desk.idle()
    rows = table.model.rows
    devices = desk.session.city.network.devices
    inside = (np.abs(devices.x_m - x - BLOCK_M / 2) <= BLOCK_M / 2 + 50) & (
        np.abs(devices.y_m - y - BLOCK_M / 2) <= BLOCK_M / 2 + 50
    )
    assert sorted(rows.tolist()) == np.flatnonzero(inside).tolist()
    assert len(desk.window.tools.layer.drawing.points) == len(rows) > 0


def test_what_is_too_much_to_be_drawn_one_by_one_is_marked_all_the_same(
    desk: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolbox, "_MOST_MARKED", 5)
    canvas = desk.window.map.canvas
    table = opened(desk)
    for kind in ("pipe", "customer"):
        table.show_kind(kind)
        desk.idle()
        assert canvas.content.chosen is None, "all rows are no choice"
        table.show_in_area(((0.0, 0.0), (1e6, 0.0), (1e6, 1e7), (0.0, 1e7)))
        desk.idle()
        chosen = canvas.content.chosen
        assert (int(chosen.pipes.sum()) or len(chosen.points_m)) == table.model.rowCount() > 5
        assert not len(desk.window.tools.layer.drawing.traced)
    assert desk.window.tools.step_back()
    assert canvas.content.chosen is None
    # A trace that follows very many mains is marked in the same way, and the map shows all of it.
    desk.session.pick(Thing("pipe", desk.row("pipe", "P-PLANT")))
    desk.window.tools.trace("downstream")
    desk.idle()
    assert canvas.content.chosen.pipes.sum() > 5


def test_copying_takes_the_header_along(desk: Driver) -> None:
    table = opened(desk)
    table.view.setFocus()
    table.view.selectRow(0)
    assert table.view.selectionModel().hasSelection()
    QTest.keySequence(table.view, QKeySequence(QKeySequence.StandardKey.Copy))
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("编号\t")
    assert lines[1].startswith(column(table, "id")[0])


def test_the_rows_shown_are_exported(desk: Driver, tmp_path: Path) -> None:
    table = opened(desk, "customer")
    table.write(tmp_path / "customers.csv")
    desk.idle()
    written = (tmp_path / "customers.csv").read_text("utf-8-sig").splitlines()
    assert len(written) == table.model.rowCount() + 1


def test_the_table_speaks_the_language_in_force(desk: Driver) -> None:
    table = opened(desk)
    desk.window.set_language("en")
    assert table.header.title.text() == "Attribute table"
    assert table.kinds.currentText() == "pipe"
