"""Only the answer to the latest question is handed on."""

from __future__ import annotations

import pytest

from app.requests import Failed, ListFaults, Reply, Request, Search
from app.ui.asking import Latest
from app.ui.client import Client, OnEvent


class Desk:
    """A worker that answers when it is told to."""

    def __init__(self, on_event: OnEvent) -> None:
        self.answer = on_event
        self.asked: list[Request] = []
        self.cancelled: list[int] = []

    def submit(self, request: Request) -> int:
        self.asked.append(request)
        return len(self.asked)

    def cancel(self, ticket: int) -> None:
        self.cancelled.append(ticket)

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture
def made(qapp) -> tuple[Desk, Latest, list[Reply], Client]:
    desks: list[Desk] = []

    def start(on_event: OnEvent) -> Desk:
        desks.append(Desk(on_event))
        return desks[0]

    client = Client(start)
    return desks[0], Latest(client), [], client


def test_an_answer_that_was_overtaken_is_dropped_whatever_it_is(made, qtbot) -> None:
    desk, latest, got, _client = made
    latest.ask(Search("a"), got.append)
    latest.ask(Search("b"), got.append)
    assert latest.under_way
    desk.answer(1, Failed("no_city"))
    desk.answer(2, Failed("cancelled"))
    qtbot.waitUntil(lambda: bool(got), timeout=10_000)
    assert got == [Failed("cancelled")]
    assert not latest.under_way


def test_what_is_dropped_is_not_answered_and_what_is_cancelled_is(made, qtbot) -> None:
    desk, latest, got, client = made
    latest.ask(ListFaults(), got.append)
    latest.drop()
    assert not latest.under_way
    latest.ask(Search("c"), got.append)
    latest.cancel()
    assert desk.cancelled == [2]
    desk.answer(1, Failed("no_city"))
    desk.answer(2, Failed("cancelled"))
    qtbot.waitUntil(lambda: not client.tickets, timeout=10_000)
    assert got == [Failed("cancelled")]
