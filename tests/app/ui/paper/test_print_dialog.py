"""The print dialog as its user meets it."""

from pathlib import Path

from console_driver import Driver
from little_city import LEAKING
from pypdf import PdfReader
from PySide6.QtCore import Qt

from app.ui.paper.dialog import PrintDialog


def opened(desk: Driver) -> PrintDialog:
    desk.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    dialog = desk.window.printing.dialog
    assert dialog is not None
    desk.until(lambda: not dialog.busy)
    return dialog


def test_a_plan_is_previewed_printed_and_told(desk: Driver, tmp_path: Path) -> None:
    desk.plan(LEAKING)
    dialog = opened(desk)
    assert LEAKING in dialog.form.title.text()
    assert not dialog.preview.image.isNull()
    pages = int(dialog.number.text().split("/")[1])
    assert pages >= 2
    assert "1 :" in dialog.form.note.text()
    dialog.after.click()
    desk.until(lambda: not dialog.busy)
    assert dialog.number.text() == f"2 / {pages}"
    # A book of the whole city: more pages, and back to the first one.
    dialog.form.area.setCurrentIndex(2)
    dialog.form.book.setCurrentIndex(1)
    desk.until(lambda: not dialog.busy)
    assert int(dialog.number.text().split("/")[1]) > pages
    assert dialog.number.text().startswith("1 ")
    dialog.print_to(tmp_path / "book.pdf")
    assert not dialog.bar.isHidden()
    desk.until(lambda: not dialog.busy)
    assert str(len(PdfReader(tmp_path / "book.pdf").pages)) == dialog.number.text().split("/")[1].strip()
    assert "book.pdf" in dialog.form.note.text()
    assert "book.pdf" in desk.window.status.told.text
    # What cannot be done is said in the dialog, and nothing can be begun.
    dialog.form.book.setCurrentIndex(3)
    desk.until(lambda: not dialog.busy)
    assert "DMA" in dialog.form.note.text()
    assert not dialog.start.isEnabled()
    dialog.form.book.setCurrentIndex(0)
    desk.until(lambda: not dialog.busy)
    dialog.print_to(tmp_path / "none" / "x.pdf")
    desk.until(lambda: not dialog.busy)
    assert "x.pdf" in dialog.form.note.text()
    assert dialog.start.isEnabled()
    # The language changes under it, and Esc puts it away.
    desk.window.set_language("en")
    assert dialog.windowTitle() == "Print"
    desk.until(lambda: not dialog.busy)
    dialog.reject()
    assert not dialog.isVisible()


def test_printing_stops_at_once_and_leaves_nothing(desk: Driver, tmp_path: Path) -> None:
    dialog = opened(desk)
    # Without a plan there are no tables to offer.
    assert dialog.form.tables.isHidden()
    dialog.form.book.setCurrentIndex(1)
    dialog.form.area.setCurrentIndex(2)
    dialog.form.scale.setCurrentIndex(4)
    dialog.print_to(tmp_path / "book.pdf")
    dialog.reject()
    assert dialog.isVisible()
    desk.until(lambda: not dialog.busy)
    assert list(tmp_path.glob("*book*")) == []
    assert dialog.form.note.text()
    assert dialog.start.isEnabled()
