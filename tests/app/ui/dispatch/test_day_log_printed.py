"""The day's log from the window: as a PDF to print, as a table, and what cannot be written is told."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from dispatch_hands import Hands, reported
from openpyxl import load_workbook
from pypdf import PdfReader
from PySide6.QtCore import Qt

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def printed(hands: Hands, *answers: str) -> None:
    hands.press(Qt.Key.Key_P, CTRL_SHIFT)
    hands.answer(*answers)
    hands.desk.until(lambda: not hands.room.day_log.busy)


def test_a_day_is_printed_as_it_is_written_by_the_command(hands: Hands, tmp_path: Path) -> None:
    room, status = hands.room, hands.desk.window.status
    number = reported(hands, 20)
    hands.line(f"派 抢07 {number}")
    hands.line("记 现场水深及膝")
    hands.press(Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert (room.below.handover.log.isVisible(), room.below.handover.log.key) == (True, "Ctrl+Shift+P")

    pdf = tmp_path / "日志.pdf"
    printed(hands, "2026-03-12", str(pdf))
    hands.desk.until(pdf.exists)
    hands.desk.until(lambda: str(pdf) in status.told.text)
    read = "".join(page.extract_text() for page in PdfReader(pdf).pages)
    # Fonts name some characters by their radicals, and each run of text stands on a line of its own.
    text = "".join(unicodedata.normalize("NFKC", read).split())
    for told in ("调度日志2026-03-12", number, "现场水深及膝", "第1"):
        assert told in text
    book = tmp_path / "日志.xlsx"
    printed(hands, "2026-03-12", str(book))
    hands.desk.until(book.exists)
    cells = [str(cell) for row in load_workbook(book).active.iter_rows(values_only=True) for cell in row]
    assert "现场水深及膝" in cells

    # A day without events has a page that says so by being empty; what cannot be is told, and nothing is written.
    printed(hands, "2026-02-01", str(tmp_path / "2.pdf"))
    hands.desk.until((tmp_path / "2.pdf").exists)
    hands.press(Qt.Key.Key_P, CTRL_SHIFT)
    offered = room.side.prompt.edits["path"].text()
    assert offered.endswith("调度日志-2026-03-12.pdf")
    hands.answer("昨天", str(tmp_path / "3.pdf"))
    assert "“昨天”不是日期" in room.side.prompt.wrong.text()
    hands.press(Qt.Key.Key_Escape)
    for path in (tmp_path / "none" / "4.pdf", tmp_path / "5.docx", Path("~nobody-of-that-name/6.pdf")):
        printed(hands, "2026-03-12", str(path))
        hands.desk.until(lambda path=path: path.name in hands.desk.window.notice.text.text())
        hands.press(Qt.Key.Key_Escape)
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["2.pdf", "日志.pdf", "日志.xlsx"]
