"""Of questions asked again and again only the latest counts, or each waits for the one before."""

from __future__ import annotations

import pytest

from app.requests import Failed, ListFaults, Reply, Request, Search
from app.ui.asking import Latest, OneByOne
from app.ui.client import Client, OnEvent
from tests.app.ui.told_worker import ToldWorker


@pytest.fixture
def made(qapp) -> tuple[ToldWorker, Latest, list[Reply], Client]:
    desks: list[ToldWorker] = []

    def start(on_event: OnEvent) -> ToldWorker:
        desks.append(ToldWorker(on_event))
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


def test_what_is_asked_for_meanwhile_is_asked_once_more_and_never_at_the_same_time(made, qtbot) -> None:
    desk, _latest, got, client = made
    asked = OneByOne(client, lambda: Search(str(len(desk.asked))), got.append)
    for _ in range(3):
        asked.ask()
    assert desk.asked == [Search("0")]
    desk.answer(1, Failed("no_city"))
    qtbot.waitUntil(lambda: len(desk.asked) == 2, timeout=10_000)
    assert got == [Failed("no_city")]
    desk.answer(2, Failed("cancelled"))
    qtbot.waitUntil(lambda: not asked.under_way, timeout=10_000)
    assert desk.asked == [Search("0"), Search("1")]
    assert got == [Failed("no_city"), Failed("cancelled")]


def test_what_overtakes_makes_the_earlier_answer_void_and_needs_no_repetition(made, qtbot) -> None:
    desk, _latest, got, client = made
    asked = OneByOne(client, lambda: Search(str(len(desk.asked))), got.append)
    asked.ask()
    asked.ask()
    asked.overtake()
    desk.answer(1, Failed("no_city"))
    desk.answer(2, Failed("cancelled"))
    qtbot.waitUntil(lambda: not client.tickets, timeout=10_000)
    assert desk.asked == [Search("0"), Search("1")]
    assert got == [Failed("cancelled")]


def test_what_is_forgotten_is_neither_answered_nor_asked_again(made, qtbot) -> None:
    desk, _latest, got, client = made
    asked = OneByOne(client, lambda: Search("a"), got.append)
    asked.ask()
    asked.ask()
    asked.forget()
    desk.answer(1, Failed("no_city"))
    qtbot.waitUntil(lambda: not client.tickets, timeout=10_000)
    assert (len(desk.asked), got, asked.under_way) == (1, [], False)


def test_where_there_is_nothing_to_ask_nothing_is_awaited_any_more(made, qtbot) -> None:
    desk, _latest, got, client = made
    questions: list[Request | None] = [Search("a"), None, Search("b")]
    asked = OneByOne(client, lambda: questions.pop(0), got.append)
    asked.ask()
    asked.overtake()
    assert not asked.under_way
    asked.ask()
    desk.answer(1, Failed("no_city"))
    desk.answer(2, Failed("cancelled"))
    qtbot.waitUntil(lambda: not client.tickets, timeout=10_000)
    assert got == [Failed("cancelled")]


def test_an_answer_that_calls_for_another_question_is_not_asked_twice(made, qtbot) -> None:
    desk, _latest, got, client = made

    def take(reply: Reply) -> None:
        got.append(reply)
        if len(got) == 1:
            asked.ask()
            asked.ask()

    asked = OneByOne(client, lambda: Search(str(len(desk.asked))), take)
    asked.ask()
    desk.answer(1, Failed("a"))
    qtbot.waitUntil(lambda: len(desk.asked) == 2, timeout=10_000)
    desk.answer(2, Failed("b"))
    qtbot.waitUntil(lambda: len(desk.asked) == 3, timeout=10_000)
    desk.answer(3, Failed("c"))
    qtbot.waitUntil(lambda: not asked.under_way, timeout=10_000)
    assert got == [Failed("a"), Failed("b"), Failed("c")]
    assert len(desk.asked) == 3
