"""The line of the look back on a laptop: no step and no count is cut off."""

from typing import cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.live.back_bar import BackBar
from app.ui.live.model import LiveModel
from app.ui.look import Look


class Back(QObject):
    """A desk that looks back, with alarms that nobody has seen now."""

    changed, now_changed, opened = Signal(), Signal(), Signal()
    setup, back_ms, unseen_now, latest_ms = object(), 1_773_270_000_000, 24, 1_773_280_000_000


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_all_of_it_is_seen_on_a_laptop(qtbot: QtBot, language: str) -> None:
    look = Look(language=language)
    look.apply()
    bar = BackBar(look, cast("LiveModel", Back()))
    qtbot.addWidget(bar)
    bar.setMinimumWidth(1)  # as in the pane, which is as narrow as the screen has it
    bar.resize(519, 140)
    bar.show()
    QApplication.processEvents()
    for shown in (*bar.steps, bar.play, bar.since, bar.told, bar.moment):
        assert shown.isVisible()
        assert shown.width() >= min(shown.sizeHint().width(), shown.maximumWidth())
        assert shown.mapTo(bar, shown.rect().topRight()).x() < bar.width()
