"""Where there is no room the words give way to the keys: they are scrolled, and nothing is cut off."""

import pytest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.flow import FlowLayout
from app.ui.live.fitting import FittingText, Front
from app.ui.widgets import Label, column

WORDS = "Flow balance, all sources: +177 m3/h against the usual since then. " * 12


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def laid_out(host: QWidget, words: str, height_px: int) -> tuple[FittingText, list[QPushButton]]:
    """A list that takes what is left, and a text with five keys below it, in a side of a desk."""
    front, text = Front(), FittingText(Label(words, wrap=True))
    lines, keys = QVBoxLayout(front), FlowLayout(8)
    lines.addWidget(text, 1)
    buttons = [QPushButton(f"Key {at}") for at in range(5)]
    for button in buttons:
        button.setMinimumWidth(120)
        keys.addWidget(button)
    lines.addLayout(keys)
    rows = QWidget()
    rows.setMinimumHeight(60)
    column(host, rows, front).setStretch(0, 1)
    host.resize(320, height_px)
    host.show()
    return text, buttons


def test_a_text_has_all_the_height_it_needs_where_there_is_room(host: QWidget, qtbot: QtBot) -> None:
    text, _ = laid_out(host, WORDS, 900)
    qtbot.waitUntil(lambda: text.height() >= text.sizeHint().height() > 100)
    assert text.area.verticalScrollBar().maximum() == 0
    # No higher than its words, so that the list has the rest.
    assert text.height() <= text.sizeHint().height() + 2


def test_in_a_low_window_it_is_scrolled_and_the_keys_stay(host: QWidget, qtbot: QtBot) -> None:
    text, buttons = laid_out(host, WORDS, 330)
    qtbot.waitUntil(lambda: text.area.verticalScrollBar().maximum() > 0)
    assert host.height() == 330, "the window does not grow for it"
    for button in buttons:
        place = button.mapTo(host, button.rect().bottomRight())
        assert place.x() < 320
        assert place.y() < 330
        assert button.mapTo(host, button.rect().topLeft()).y() >= text.mapTo(host, text.rect().bottomLeft()).y()
    # To the last word.
    held = text.area.widget()
    assert text.area.verticalScrollBar().maximum() + text.area.viewport().height() >= held.height()
    assert held.height() >= text.sizeHint().height()
