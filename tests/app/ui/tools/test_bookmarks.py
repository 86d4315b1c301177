"""Bookmarks of the map, and the overview's frame."""

from pathlib import Path

import pytest
from console_driver import Driver
from little_city import EAST, NORTH
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest

from app.ui.tools.bookmark_shelf import Bookmark, BookmarkShelf

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "console.ini"), QSettings.Format.IniFormat)


def test_bookmarks_are_kept_for_each_workspace(settings: QSettings, tmp_path: Path) -> None:
    shelf = BookmarkShelf(settings)
    kept = (Bookmark("泉城路 & co", 500_000.25, 4_060_000.5, 0.6), Bookmark("b", 1.0, 2.0, 3.0))
    shelf.keep(tmp_path / "one", kept)
    again = BookmarkShelf(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert again.of(tmp_path / "one") == kept
    assert again.of(tmp_path / "two") == ()


@pytest.mark.parametrize(
    "text", ["{", "7", '[{"name": ""}]', '[{"name": "a", "x_m": "east", "y_m": 1, "m_per_px": 1}]', "[3]", "[[]]"]
)
def test_what_is_no_bookmark_is_left_out(settings: QSettings, tmp_path: Path, text: str) -> None:
    shelf = BookmarkShelf(settings)
    shelf.keep(tmp_path, (Bookmark("a", 1.0, 2.0, 3.0),))
    (key,) = [key for key in settings.allKeys() if key.startswith("bookmarks/")]
    settings.setValue(key, text)
    assert shelf.of(tmp_path) == ()


def test_a_view_is_kept_named_found_again_renamed_and_forgotten(desk: Driver) -> None:
    window, canvas = desk.window, desk.window.map.canvas
    canvas.zoom_to_point(EAST + 300, NORTH + 200, 0.25)
    desk.press(Qt.Key.Key_B, CTRL)
    dialog = window.bookmarks.dialog
    assert dialog.isVisible()
    assert dialog.list.count() == 1
    dialog.list.currentItem().setText("  西边的阀门 ")
    assert [one.name for one in window.bookmarks.kept] == ["西边的阀门"]
    assert dialog.list.item(0).text() == "西边的阀门"
    dialog.list.item(0).setText("   ")
    assert dialog.list.item(0).text() == "西边的阀门"
    canvas.zoom_to_all()
    dialog.reject()
    (place,) = [action for action in window.bookmarks.menu.actions() if action.text() == "西边的阀门"]
    assert place.shortcut().toString() == "Alt+1"
    place.trigger()
    assert (canvas.view.centre_x_m, canvas.view.centre_y_m) == pytest.approx((EAST + 300, NORTH + 200))
    assert canvas.view.m_per_px == pytest.approx(0.25)
    assert place.isVisible()
    window.bookmarks.open_list()
    dialog.delete.click()
    assert not place.isVisible()
    assert window.bookmarks.kept == ()
    assert "Ctrl+B" in dialog.hint.text()
    assert not dialog.go.isEnabled()
    # The frame on the overview follows the pointer.
    dialog.reject()
    canvas.zoom_to_point(EAST + 300, NORTH + 200, 0.1)
    desk.until(lambda: canvas.settled)
    before = canvas.view
    corner = QPoint(canvas.width() - 60, canvas.height() - 60)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, corner)
    QTest.mouseMove(canvas, corner + QPoint(-40, -30))
    middle = canvas.view
    assert (middle.centre_x_m, middle.centre_y_m) != (before.centre_x_m, before.centre_y_m)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, corner + QPoint(-60, -60))
    after = canvas.view
    assert after.centre_x_m < middle.centre_x_m
    assert after.centre_y_m > middle.centre_y_m
    assert after.m_per_px == before.m_per_px
    assert desk.session.selection is None
