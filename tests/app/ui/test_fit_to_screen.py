from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.start import fit_to_screen


def test_a_window_larger_than_the_screen_is_brought_inside(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    room = window.screen().availableGeometry()
    window.resize(room.width() + 500, room.height() + 300)
    window.move(room.right() - 10, room.top())
    fit_to_screen(window)
    assert window.size() == room.size()
    assert room.contains(window.geometry())


def test_a_window_that_fits_stays_where_it_was_put(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    room = window.screen().availableGeometry()
    window.setGeometry(room.left() + 30, room.top() + 40, room.width() // 2, room.height() // 2)
    before = window.geometry()
    fit_to_screen(window)
    assert window.geometry() == before
