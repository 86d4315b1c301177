"""What the hub refuses does not keep anybody from hearing what others wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from followers import MemoryLaptop, ModelHub

from app.errors import AppError
from app.journal.events import Event
from app.journal.reading import Portion
from app.journal.writing import FreeText
from app.sync import exchange as module
from app.sync.exchange import exchange


class Listening(ModelHub):
    """Remembers how many events came at once."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def push(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        told = list(events)
        self.sizes.append(len(told))
        return super().push(told, texts)


def wrote(laptop: MemoryLaptop, count: int = 1) -> list[Event]:
    return [event for number in range(count) for event in laptop.write("k", "e", {"n": number}, number)]


def test_what_is_refused_is_said_and_everything_else_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEND", 2)
    hub, others, mine = Listening(), MemoryLaptop(), MemoryLaptop()
    wrote(others, 3)
    assert exchange(others, hub).sent == 3
    assert hub.sizes == [2, 1]
    harmed = wrote(mine, 5)[3]
    mine.log[harmed.key] = replace(harmed, body='{"n":7}')
    # A bundle of another device came with it: it is not held up by this one.
    brought = MemoryLaptop()
    mine.log |= {event.key: event for event in wrote(brought)}
    done = exchange(mine, hub)
    assert done.refused is not None
    assert (done.refused.code, done.refused.detail["number"]) == ("journal.broken_chain", 4)
    assert (done.sent, done.taken) == (3, 3), "two of mine before the harmed one and the one of another device"
    assert [event.key for event in mine.pending()] == [(mine.dev, 3), (mine.dev, 4), (mine.dev, 5)]
    assert mine.reach() == hub.top() == 6


def test_the_first_refusal_is_told() -> None:
    class Refusing(ModelHub):
        def push(self, events: Iterable[Event], *_: object) -> int:
            raise AppError("hub.not_storable", device=next(iter(events)).dev)

    mine, brought = MemoryLaptop(), MemoryLaptop()
    mine.log |= {event.key: event for event in (*wrote(mine), *wrote(brought))}
    done = exchange(mine, Refusing())
    assert done.refused is not None
    assert done.refused.detail == {"device": min(mine.dev, brought.dev)}
    assert (done.sent, done.taken) == (0, 0)


def test_portions_come_until_one_is_not_full(monkeypatch: pytest.MonkeyPatch) -> None:
    class InPortions(ModelHub):
        asked = 0

        def pull(self, since: int) -> Portion:
            self.asked += 1
            return Portion(tuple(self.order[since : since + 2]))

    monkeypatch.setattr(module, "PAGE", 2)
    hub, others, mine = InPortions(), MemoryLaptop(), MemoryLaptop()
    wrote(others, 5)
    exchange(others, hub)
    hub.asked = 0
    assert exchange(mine, hub).taken == 5
    assert hub.asked == 3, "the last one was not full: nobody asks whether there is a fourth"
