"""A network that is edited while a desk asks how things stand does not end the desk's asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.dispatch_requests import DispatchQuiet, LookAtDispatch
from app.edit_requests import CityRenewed, TakeUp
from app.hub_requests import Following, HubShown, HubStanding, LookAtHub
from app.live_requests import LiveOpened, LiveQuiet, LookLive
from app.operations.desk_cache import prepare_cache
from app.operations.workspace_facts import workspace_facts
from app.requests import NEWS, Failed, JournalMoved, ListFaults, Reply, Request, WorkspaceOpened
from app.telemetry.alarms import Limits
from app.telemetry.channels import Channels
from app.telemetry.setup import Setup, write_setup
from app.ui.client import Client, OnEvent
from app.ui.dispatch.model import DispatchModel
from app.ui.hub_line import HubLine
from app.ui.live.burst_model import BurstModel
from app.ui.live.model import LiveModel
from app.ui.look import Look
from app.ui.session import Session
from app.workspace import open_workspace
from app.workspace_files import HUB
from gis.cache import save_city, save_tables
from tests.app.ui.told_worker import ToldWorker

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


class Room:
    """A session whose worker answers when it is told to."""

    def __init__(self, qtbot: QtBot) -> None:
        made: list[ToldWorker] = []

        def start(on_event: OnEvent) -> ToldWorker:
            made.append(ToldWorker(on_event))
            return made[0]

        self._qtbot = qtbot
        self.client = Client(start)
        self.session = Session(self.client)
        self.worker = made[0]

    def open(self, folder: Path) -> None:
        self.session.workspace = WorkspaceOpened(folder, folder, "Spring City", 4548, True, 0, 0, 1, 1, 0, 0)
        self.session.workspace_changed.emit()

    def edit(self) -> None:
        """What stays of an edit: the same workspace, of another revision."""
        assert self.session.workspace is not None
        self.session.workspace = replace(self.session.workspace, revision="r2")
        self.session.city_changed.emit()

    def asked(self, kind: type[Request]) -> list[int]:
        """Tickets of the questions of a kind."""
        return [at for at, one in enumerate(self.worker.asked, 1) if isinstance(one, kind)]

    def answer(self, ticket: int, reply: Reply) -> None:
        self.worker.answer(ticket, reply)
        self._qtbot.waitUntil(lambda: ticket not in self.client.tickets, timeout=10_000)


@pytest.fixture
def room(qtbot: QtBot) -> Room:
    return Room(qtbot)


def test_the_dispatch_desk_goes_on(room: Room, tmp_path: Path) -> None:
    model = DispatchModel(room.session, lambda: NOW)
    room.open(tmp_path)
    (first,) = room.asked(LookAtDispatch)
    room.edit()
    room.answer(first, DispatchQuiet(0))
    model.look()
    assert len(room.asked(LookAtDispatch)) == 2
    model.close()


def test_the_pressure_desk_goes_on(room: Room, qtbot: QtBot, tmp_path: Path) -> None:
    setup = Setup(Channels(()), Limits(()), ())
    write_setup(tmp_path, setup)
    model = LiveModel(room.session, lambda: NOW)
    room.open(tmp_path)
    room.edit()
    room.answer(1, LiveOpened(setup))
    assert model.setup is setup
    (first,) = room.asked(LookLive)
    room.edit()
    room.answer(first, LiveQuiet(0))
    qtbot.waitUntil(lambda: len(room.asked(LookLive)) == 2, timeout=10_000)
    model.close()


def test_the_line_of_the_hub_goes_on(room: Room, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / HUB).write_text("{}")
    line = HubLine(Look("dark", "en"), room.session)
    qtbot.addWidget(line)
    room.open(tmp_path)
    (first,) = room.asked(LookAtHub)
    room.edit()
    room.answer(first, HubShown(HubStanding(Following.FOLLOWING, "hub", 0)))
    assert line.words.text() == "in step with the hub"
    qtbot.waitUntil(lambda: len(room.asked(LookAtHub)) == 2, timeout=10_000)
    why = {"device": "a1", "number": 7, "what": "hydrant.opened"}
    aside = HubStanding(Following.FOLLOWING, "hub", 0, 2, "hub.not_his_kind", why)
    room.answer(room.asked(LookAtHub)[1], HubShown(aside))
    assert line.words.text() == "in step with the hub · 2 held back"
    assert "water drawn from hydrants (hydrant.opened)" in line.toolTip()
    assert line.toolTip().endswith("holds up nothing else.")
    room.session.workspace = None
    room.session.workspace_changed.emit()


def test_learning_what_is_usual_comes_to_an_end(room: Room, tmp_path: Path) -> None:
    model = BurstModel(room.session, lambda: NOW)
    room.open(tmp_path)
    model.learn(None, None, 30.0)
    assert model.learns
    room.edit()
    room.answer(1, Failed("cancelled"))
    assert not model.learns
    model.close()


def test_an_edit_that_comes_while_a_city_is_being_told_is_taken_after_it(room: Room, qtbot: QtBot, town: Path) -> None:
    workspace = open_workspace(town)
    prepare_cache(workspace)
    opened = workspace_facts(workspace, town)
    session = room.session
    moved: list[int] = []
    room.client.journal_moved.connect(lambda: moved.append(len(room.worker.asked)))
    # The first is the console's first city; with the second another one is open until it is told.
    for revision in ("edited", "edited-again"):
        opening = session.open_workspace(town)
        session.catch_up()
        room.worker.answer(opening, opened)
        QCoreApplication.sendPostedEvents(room.client)
        save_city(workspace.cache, workspace.city, revision)
        save_tables(workspace.cache, "states", workspace.states, revision)
        renewed = CityRenewed(opened.cache, revision, 0, 0, opened.pipes, opened.customers, 7)
        room.worker.answer(opening + 1, renewed)
        room.worker.answer(NEWS, JournalMoved())
        QCoreApplication.sendPostedEvents(room.client)
        assert (session.workspace is None) is (revision == "edited"), "not told yet"
        qtbot.waitUntil(lambda: bool(moved), timeout=10_000)
        assert session.workspace is not None
        assert (session.workspace.revision, session.events) == (revision, 7)
        asked = room.worker.asked[opening + 1 :]
        assert [type(one) for one in asked if isinstance(one, ListFaults | TakeUp)] == [ListFaults, TakeUp]
        assert moved.pop() == len(room.worker.asked), "in their order"
    workspace.close()
