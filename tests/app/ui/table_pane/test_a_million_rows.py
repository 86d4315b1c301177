"""A million rows picked in the attribute table: nothing is made for each of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.messages import load_words
from app.operations.attributes import Attribute
from app.ui.table_pane.model import CityRows, Index
from app.ui.table_pane.pane import MOST_COPIED, _apart, _View

MILLION = 1_000_000
CTRL = Qt.KeyboardModifier.ControlModifier


class Counted(CityRows):
    """Counts how often Qt asks it anything about its rows."""

    asked = 0

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802  (Qt's naming)
        self.asked += 1
        return super().rowCount(parent)


@pytest.fixture
def view(qtbot: QtBot) -> _View:
    model = Counted(load_words("en"))
    columns = (Attribute("dn_mm", np.arange(MILLION)), Attribute("length_m", np.ones(MILLION), decimals=1))
    model.show_rows(columns, np.arange(MILLION, dtype=np.int32)[::-1], load_words("en"))
    view = _View()
    view.setModel(model)
    qtbot.addWidget(view)
    view.show()
    return view


def test_all_of_them_are_picked_and_as_many_copied_as_the_clipboard_bears(view: _View) -> None:
    told: list[tuple[int, int]] = []
    view.cut_short.connect(lambda copied, picked: told.append((copied, picked)))
    QTest.keyClick(view, Qt.Key.Key_A, CTRL)
    view.repaint()
    QApplication.processEvents()
    model = view.model()
    assert isinstance(model, Counted)
    assert model.asked < 5_000, "nobody goes through a million rows"
    assert view.selectionModel().isRowSelected(MILLION - 1)
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + MOST_COPIED
    assert lines[1] == "999999\t1.0"
    assert lines[-1] == f"{MILLION - MOST_COPIED}\t1.0"
    assert told == [(MOST_COPIED, MILLION)]


def test_a_few_are_copied_whole_and_nothing_is_told(view: _View) -> None:
    told: list[tuple[int, int]] = []
    view.cut_short.connect(lambda copied, picked: told.append((copied, picked)))
    # By the model: selectRow goes by the modifiers of the application, which stay as the last key had them that a test
    # has sent: after Ctrl the row is added to what is picked, after Shift nothing is picked.
    rows = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().select(view.model().index(MILLION - 2, 0), rows)
    assert view.selectionModel().isRowSelected(MILLION - 2)
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().splitlines()[1:] == ["1\t1.0"]
    assert told == []


def test_stretches_that_overlap_are_counted_once() -> None:
    assert _apart([(5, 9), (0, 6), (6, 7), (12, 12)]) == [range(7), range(7, 10), range(12, 13)]
