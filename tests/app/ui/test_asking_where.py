"""A question where to save blocks nothing, proposes name and kinds, and hands on what is chosen."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.ui.menus import ask_where_to_save


def test_the_path_is_handed_on_and_the_question_goes_away(qtbot: QtBot, tmp_path: Path) -> None:
    parent, chosen = QWidget(), list[Path]()
    qtbot.addWidget(parent)
    ask_where_to_save(parent, "Export", "pipes-1.5.csv", chosen.append, ".xlsx")
    (dialog,) = parent.findChildren(QFileDialog)
    assert not dialog.isModal()
    assert dialog.windowTitle() == "Export"
    assert dialog.nameFilters() == ["*.csv", "*.xlsx"]
    assert dialog.defaultSuffix() == "csv"
    assert [Path(name).name for name in dialog.selectedFiles()] == ["pipes-1.5.csv"]
    assert chosen == []
    dialog.fileSelected.emit(str(tmp_path / "rows.csv"))
    assert chosen == [tmp_path / "rows.csv"]
    dialog.reject()
    qtbot.waitUntil(lambda: not parent.findChildren(QFileDialog), timeout=10_000)
    assert chosen == [tmp_path / "rows.csv"]
