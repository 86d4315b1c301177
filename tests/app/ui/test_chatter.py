import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning

from app.ui.chatter import without_chatter


def test_harmless_words_are_dropped_and_others_go_where_they_went() -> None:
    heard: list[str] = []
    before = qInstallMessageHandler(lambda _kind, _context, text: heard.append(text))
    try:
        with without_chatter():
            qWarning("This plugin does not support propagateSizeHints()")
            qWarning("the disk is full")
        qWarning("This plugin does not support propagateSizeHints()")
    finally:
        qInstallMessageHandler(before)
    assert heard == ["the disk is full", "This plugin does not support propagateSizeHints()"]


def test_without_a_listener_they_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    before = qInstallMessageHandler(None)
    try:
        with without_chatter():
            qWarning("This plugin does not support propagateSizeHints()")
            qWarning("the disk is full")
    finally:
        qInstallMessageHandler(before)
    assert capsys.readouterr().err == "the disk is full\n"
