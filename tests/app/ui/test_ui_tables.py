"""Tables: order, filter, copy, and what is cut when there is no room."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui import fonts
from app.ui.look import Look
from app.ui.tables import (
    CELL_PX,
    EDGE_PX,
    HEADER_HEIGHT,
    ICON_PX,
    ROW_HEIGHT,
    SLICE_ROWS,
    Column,
    Table,
    given_way,
    wanted_px,
)


@dataclass(frozen=True)
class Row:
    name: str
    dn_mm: int


ROWS = (Row("V9", 300), Row("V10", 80), Row("V1", 1200))
COLUMNS = (
    Column("Valve", lambda row: row.name, width=40, strong=True),
    Column("DN", lambda row: str(row.dn_mm), key=lambda row: row.dn_mm, width=40, number=True),
    Column("Place", lambda row: f"a very long description of the place of {row.name}, northern kerb", elide=True),
)


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    fonts.load_fonts()
    look = Look("dark", "en")
    made = Table(look, most_rows=10)
    made.look = look  # type: ignore[attr-defined]  # keeps it alive
    qtbot.addWidget(made)
    made.fill(COLUMNS, ROWS)
    made.resize(360, 200)
    made.show()
    return made


def names(table: Table) -> list[str]:
    return [table.rows.row_at(at).name for at in range(table.rows.rowCount())]


def click_header(table: Table, column: int) -> None:
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column) + 10, HEADER_HEIGHT // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_heights_are_those_of_the_spec(table: Table) -> None:
    assert table.rowHeight(0) == ROW_HEIGHT == 28
    assert table.horizontalHeader().height() == HEADER_HEIGHT == 26
    assert table.height() == HEADER_HEIGHT + 3 * ROW_HEIGHT


def test_numbers_sort_as_numbers_and_a_third_click_restores_the_order(table: Table) -> None:
    click_header(table, 1)
    assert names(table) == ["V10", "V9", "V1"]
    assert table.rows.headerData(1, Qt.Orientation.Horizontal) == "DN ▲"
    click_header(table, 1)
    assert names(table) == ["V1", "V9", "V10"]
    assert table.rows.headerData(1, Qt.Orientation.Horizontal) == "DN ▼"
    click_header(table, 1)
    assert names(table) == ["V9", "V10", "V1"]
    assert table.rows.headerData(1, Qt.Orientation.Horizontal) == "DN"


def test_the_order_survives_new_rows(table: Table) -> None:
    click_header(table, 1)
    table.fill(COLUMNS, (*ROWS, Row("V2", 100)))
    assert names(table) == ["V10", "V2", "V9", "V1"]


def test_filter_looks_in_every_column(table: Table) -> None:
    table.filter("v1")
    assert names(table) == ["V10", "V1"]
    table.filter("1200")
    assert names(table) == ["V1"]
    table.filter("")
    assert len(names(table)) == 3


def test_a_long_list_is_filtered_and_sorted_between_the_window_s_events(table: Table, qtbot: QtBot) -> None:
    rows = [Row(f"V{number}", -number) for number in range(5 * SLICE_ROWS)]
    table.fill(COLUMNS, rows)
    table.filter("v77")
    assert table.rows.rowCount() == len(rows)
    wanted = [row.name for row in rows if row.name.startswith("V77")]
    qtbot.waitUntil(lambda: names(table) == wanted)
    table.filter("v7")
    table.filter("")
    click_header(table, 1)
    assert names(table)[0] == "V0"
    qtbot.waitUntil(lambda: names(table)[0] == rows[-1].name)
    assert names(table) == [row.name for row in reversed(rows)]


def test_new_rows_end_the_work_on_the_old_ones(table: Table, qtbot: QtBot) -> None:
    table.fill(COLUMNS, [Row(f"V{number}", number) for number in range(5 * SLICE_ROWS)])
    table.filter("v1")
    table.fill(COLUMNS, ROWS)
    assert names(table) == ["V10", "V1"]
    qtbot.wait(20)
    assert names(table) == ["V10", "V1"]


def test_copy_takes_the_selection_with_its_header_or_everything(table: Table) -> None:
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Valve\tDN\tPlace"
    assert [line.split("\t")[0] for line in lines[1:]] == ["V10"]
    table.clearSelection()
    table.copy()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 4


def test_ids_and_numbers_are_never_cut(table: Table) -> None:
    table.fill(COLUMNS, (Row("V-2026-木桥路-000123456", 1200),))
    metrics = table.fontMetrics()
    assert table.columnWidth(0) > metrics.horizontalAdvance("V-2026-木桥路-000123456")


def test_enter_j_and_k_work_without_a_mouse(table: Table, qtbot: QtBot) -> None:
    chosen: list[Row] = []
    table.chosen.connect(chosen.append)
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_J)
    QTest.keyClick(table, Qt.Key.Key_J)
    QTest.keyClick(table, Qt.Key.Key_K)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert chosen == [ROWS[1]]


def test_a_row_can_be_marked_from_outside(table: Table) -> None:
    table.select(ROWS[2])
    assert table.currentIndex().row() == 2
    table.select(Row("none", 0))
    assert not table.selectionModel().hasSelection()


def test_a_table_as_wide_as_it_wants_cuts_nothing(qtbot: QtBot) -> None:
    columns = (Column("Plan", str, width=46), Column("Risk", lambda row: f"{row} unknown"))
    rows = ["1", "12"]
    look = Look("light", "en")
    table = Table(look)
    qtbot.addWidget(table)
    table.fill(columns, rows)
    table.resize(wanted_px(columns, rows), 120)
    table.show()
    qtbot.waitUntil(lambda: table.viewport().width() > 0)
    needed = QFontMetrics(fonts.font(fonts.TABLE)).horizontalAdvance("12 unknown") + CELL_PX + EDGE_PX
    qtbot.waitUntil(lambda: table.columnWidth(1) >= needed)
    assert wanted_px(columns, ["1"]) < wanted_px(columns, rows)


KINDS = ("residential", "dialysis centre", "through its station")
NAMED = (
    Column("Customer", lambda row: row[0], least=152, elide=True, icon=lambda _row: ("critical", "leak")),
    Column("Kind", lambda row: row[1], width=56, elide=True),
    Column("State", lambda _row: "unintended isolation", width=48, elide=True),
    Column("Linked by", lambda _row: "through its station", width=64, elide=True),
    Column("m", lambda row: row[2], width=48, number=True),
)


@pytest.mark.parametrize("width", [468, 420])
def test_long_words_of_other_columns_leave_a_name_its_room(table: Table, width: int) -> None:
    rows = [("银杏路透析治疗中心", kind, "1234.5") for kind in KINDS]
    table.fill(NAMED, rows)
    table.resize(width, 200)
    QApplication.sendPostedEvents()
    caption, cells = QFontMetrics(fonts.font(fonts.CAPTION)), QFontMetrics(fonts.font(fonts.TABLE))
    for at, column in enumerate(NAMED):
        assert table.columnWidth(at) > caption.horizontalAdvance(column.title) + 2 * CELL_PX, column.title
    room = table.columnWidth(0) - EDGE_PX - CELL_PX - ICON_PX - 6
    assert room >= cells.horizontalAdvance("银杏路透析治疗中"), "eight characters"
    assert table.columnWidth(4) > cells.horizontalAdvance("1234.5"), "a number is never cut"
    assert sum(table.columnWidth(at) for at in range(5)) == table.viewport().width(), "nothing lies beyond the edge"


def test_columns_that_gave_way_take_their_room_back(table: Table) -> None:
    table.fill(NAMED, [("银杏路透析治疗中心", "dialysis centre", "1")])
    table.resize(420, 200)
    narrow = table.columnWidth(3)
    table.resize(900, 200)
    assert table.columnWidth(3) > table.fontMetrics().horizontalAdvance("through its station") > narrow - 2 * CELL_PX


def test_where_no_column_asks_for_a_least_width_none_gives_way() -> None:
    columns = (Column("Place", str, elide=True), Column("Condition", str, width=72, elide=True))
    assert given_way(columns, (0, 136), 98) == [0, 136], "a table that is filled before it has its place"
