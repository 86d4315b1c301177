"""A new hub is filled at once, by its owner, and takes nothing that its rules would not take one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from app.errors import AppError
from app.journal import hub_fill
from app.journal.chain import flaws
from app.journal.events import HUB_ORDER, Draft, Event, hash_of
from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.journal.writing import FreeText
from app.operations.hub import make_hub
from app.workspace_files import JOURNAL, NETWORK

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
Texts = Callable[[Sequence[Event]], tuple[FreeText, ...]]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.create(tmp_path / "journal.sqlite")
    journal.append([Draft("note", f"n/{n}", {"n": n}, {"note": f"第 {n}"}) for n in range(7)], NOW, "王")
    yield journal
    journal.close()


def no_texts(_events: Sequence[Event]) -> tuple[FreeText, ...]:
    return ()


def made(address: str, events: Iterable[Event], texts: Texts = no_texts) -> HubJournal:
    return HubJournal.create(address, lambda hub: hub.fill(events, texts))


def refused(address: str, events: Iterable[Event], texts: Texts = no_texts) -> AppError:
    with pytest.raises(AppError) as found:
        made(address, events, texts)
    with pytest.raises(AppError, match="not_a_hub"):
        HubJournal.open(address)
    return found.value


def forged(event: Event, **changed: object) -> Event:
    event = replace(event, **changed)  # type: ignore[arg-type]  # fields by name
    return replace(event, hash=hash_of(event))


def test_places_stay_and_what_is_pending_comes_after(
    database: str, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_fill, "PAGE", 3)
    events = list(journal.events())
    placed = [replace(event, hub_seq=place, recv_at_ms=50 + place) for place, event in enumerate(events[:4], 1)]
    hub = made(database, [*placed, *events[4:]], journal.texts)
    pulled = hub.pull(0)
    assert [event.hub_seq for event in pulled.events] == list(range(1, 8))
    assert [event.recv_at_ms for event in pulled.events[:4]] == [51, 52, 53, 54], "when it first came to a hub"
    assert all(event.recv_at_ms for event in pulled.events)
    assert flaws(hub.events()) == []
    assert sorted(text.content for text in pulled.texts) == [f"第 {n}" for n in range(7)]
    assert hub.heads() == {events[0].dev: 7, HUB_ORDER: 7}
    assert hub.push(events) == 7
    journal.take_in(pulled.events)
    assert hub.push(journal.append([Draft("note", "n", {})], NOW, "王")) == 8, "the chain goes on"
    hub.close()


def test_an_empty_journal_makes_an_empty_hub(database: str) -> None:
    hub = made(database, [])
    assert (hub.top(), hub.heads()) == (0, {})
    hub.close()


def test_what_push_would_refuse_is_refused_and_nothing_is_there(database: str, journal: Journal) -> None:
    events = list(journal.events())
    changed = [*events[:2], replace(events[2], body='{"n":9}'), *events[3:]]
    first = refused(database, changed)
    assert (first.code, first.detail["number"]) == ("journal.broken_chain", 3)
    for flawed in (
        [*events[:2], *events[3:]],
        [*events[:6], forged(events[6], base=9)],
        [*events[:6], forged(events[6], body="[]")],
        [forged(events[0], dev=HUB_ORDER)],
        [forged(events[0], base=-1)],
        events[::-1],
    ):
        assert refused(database, flawed).code == "journal.broken_chain"
    assert refused(database, [replace(events[0], hub_seq=2)]).code == "hub.order_broken"
    assert refused(database, [replace(events[0], actor="a\x00")]).code == "hub.not_storable"
    assert refused(database, [replace(events[0], eff_at_ms=2**64)]).code == "hub.not_storable"
    false = FreeText("id", b"salt", "not what the id was made of")
    assert refused(database, events, lambda _: (false,)).code == "journal.text_changed"


def test_many_devices_come_without_a_trail_of_dead_rows(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / NETWORK).touch()
    journal = Journal.create(folder / JOURNAL)
    for _ in range(3):
        journal.append([Draft("note", "n", {"n": n}) for n in range(400)], NOW, "a")
        journal.forget_device()
    journal.close()
    assert make_hub(folder, database).top == 1_202, "each copy says first what it held"
    with psycopg.connect(database, autocommit=True) as owner:
        size = owner.execute("SELECT pg_relation_size('sluice.device') + pg_relation_size('sluice.hub')").fetchone()
        assert size is not None
        assert size[0] <= 4 * 8192, "a few pages"
        assert owner.execute("SELECT count(*) FROM sluice.device").fetchone() == (3,)
