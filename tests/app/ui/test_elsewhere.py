"""What others wrote is asked for again where it could not be taken in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.edit_requests import NothingNew
from app.requests import Failed
from app.ui import elsewhere
from app.ui.client import Client, OnEvent
from app.ui.elsewhere import Elsewhere
from tests.app.ui.told_worker import ToldWorker


class Window(QObject):
    """What hears of workspaces."""

    workspace_changed = Signal()


@pytest.mark.parametrize(("code", "wait"), [("store.busy", "_AGAIN_MS"), ("edit_not_shown", "_LATER_MS")])
def test_what_could_not_be_taken_in_is_asked_for_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, code: str, wait: str
) -> None:
    monkeypatch.setattr(elsewhere, wait, 1)
    desks: list[ToldWorker] = []

    def start(on_event: OnEvent) -> ToldWorker:
        desks.append(ToldWorker(on_event))
        return desks[0]

    client, window, heard = Client(start), Window(), []
    session: Any = SimpleNamespace(
        client=client, workspace=object(), workspace_changed=window.workspace_changed, note_events=heard.append,
        is_refusal=lambda reply: isinstance(reply, Failed) and heard.append(reply.code) is None,
    )  # fmt: skip
    looking = Elsewhere(session, window)
    client.journal_moved.emit()
    desks[0].answer(1, Failed(code))
    qtbot.waitUntil(lambda: len(desks[0].asked) == 2, timeout=20_000)
    desks[0].answer(2, NothingNew(7))
    qtbot.waitUntil(lambda: heard == [code, 7], timeout=20_000)
    looking.close()
