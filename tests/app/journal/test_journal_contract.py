"""One suite for every journal: in a workspace's file and on the hub's server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.errors import AppError
from app.journal.chain import flaws
from app.journal.events import Draft, devices_in, events_in
from app.journal.fold import State, fold
from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.journal.writing import text_ids

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
AnyJournal = Journal | HubJournal


def observed(position: str = "closed", valve: str = "V1", **texts: str) -> Draft:
    return Draft("valve.observed", f"valve/{valve}", {"position": position}, texts)


@pytest.fixture(params=["file", "hub"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], AnyJournal]]:
    """Opens one journal again and again, each time as another window would; all write as one device."""
    made: list[AnyJournal] = []

    def another() -> AnyJournal:
        if request.param == "file":
            path = tmp_path / "journal.sqlite"
            made.append(Journal.open(path) if made else Journal.create(path))
        else:
            address = request.getfixturevalue("database")
            made.append(HubJournal.open(address, made[0].device()) if made else HubJournal.create(address))
        return made[-1]

    yield another
    for one in made:
        one.close()


@pytest.fixture
def journal(opened: Callable[[], AnyJournal]) -> AnyJournal:
    return opened()


def test_what_was_written_is_read_again(opened: Callable[[], AnyJournal]) -> None:
    journal = opened()
    assert journal.heads() == {}
    first = journal.append([observed(), observed("open")], NOW, "王", "dispatcher")
    seen = journal.heads()
    second = journal.append([observed()], NOW - timedelta(hours=1), "王")
    assert [event.dev_seq for event in (*first, *second)] == [1, 2, 3]
    assert {event.dev for event in (*first, *second)} == {journal.device()}
    other = opened()
    assert [event.hash for event in other.events()] == [event.hash for event in (*first, *second)]
    assert [event.key for event in other.events(seen)] == [second[0].key]
    assert list(other.events(other.heads())) == []
    found = other.event(first[1].key)
    assert found is not None
    assert (found.body, found.actor, found.role, found.eff_at_ms) == (first[1].body, "王", "dispatcher", 1772353800000)
    assert other.event(("nobody", 1)) is None
    assert other.heads() == journal.heads()
    assert devices_in(journal.heads()) == {first[0].dev: 3}
    assert events_in(journal.heads()) == 3
    clocks = [event.hlc for event in journal.events()]
    assert clocks == sorted(set(clocks)), "the clock never runs backwards, though the wall's did"
    assert flaws(journal.events()) == []


def test_strange_characters_survive_and_chain(journal: AnyJournal) -> None:
    body = {"a\x00": 'quote " back \\ slash / \x01\x1f\x7f\u2028 é 阀 𠀀', "n": [1.5e-7, -0.0, 2**53, None, True]}
    (event,) = journal.append([Draft("strange.kind", 'x"\\\n\t\b\f\r\x1f阀𠀀', body)], NOW, "王\u2028", "\u00a0")
    (read,) = journal.events()
    assert (read.hash, read.facts, read.entity) == (event.hash, body, event.entity)
    assert flaws([read]) == []


def test_several_land_together_or_not_at_all(journal: AnyJournal) -> None:
    journal.append([observed()], NOW, "a")
    with pytest.raises(AppError, match="not_json"):
        journal.append([observed(note="滴漏"), Draft("bad", "", {"x": {1, 2}})], NOW, "a")
    assert journal.state().events == 1
    assert len(journal.append([observed()], NOW, "a")) == 1


def test_the_state_is_the_fold_of_all_events(journal: AnyJournal) -> None:
    journal.append([observed(), observed("open", "V2"), Draft("weather.seen")], NOW, "a")
    assert journal.state() == fold(State(), journal.events())
    assert set(journal.state().valves) == {"V1", "V2"}
    assert len(journal.state().unknown) == 1


def test_free_text_stands_outside_the_chain(journal: AnyJournal) -> None:
    (event,) = journal.append([observed(note="屋主 0531", who="王")], NOW, "a")
    texts = [journal.text(one) for one in text_ids(event)]
    assert sorted(str(one) for one in texts) == ["屋主 0531", "王"]
    assert "0531" not in event.body
    assert journal.text("none") is None


def test_who_expects_an_older_state_writes_nothing(opened: Callable[[], AnyJournal]) -> None:
    journal, other = opened(), opened()
    journal.append([observed()], NOW, "a")
    seen = journal.heads()
    other.append([observed()], NOW, "b", expecting=seen)
    with pytest.raises(AppError) as refused:
        journal.append([observed()], NOW, "c", expecting=seen)
    assert refused.value.code == "journal.moved_on"
    assert len(list(journal.events())) == 2


def test_what_lies_between_two_heads_by_kind(journal: AnyJournal) -> None:
    journal.append([observed()], NOW, "a")
    before = journal.heads()
    journal.append([Draft("incident.noted", "incident/W1", {})], NOW, "a")
    after = journal.heads()
    assert not journal.differ(before, after, ["valve.observed"])
    assert journal.differ(after, before, ["valve.observed", "incident.noted"])
    assert [event.kind for event in journal.about("incident/W1")] == ["incident.noted"]


def test_entities_by_the_beginning_of_their_names(journal: AnyJournal) -> None:
    names = ["valve/A", "valve/Z", "valve/a", "valve/阀", "valve-x", "valvf", "Valve/A"]
    journal.append([Draft("k", name) for name in names], NOW, "a")
    found = [event.entity for event in journal.beginning("valve/")]
    assert found == ["valve/A", "valve/Z", "valve/a", "valve/阀"]


def test_long_logs_are_read_in_pages(journal: AnyJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.journal.reading.PAGE", 3)
    journal.append([observed() for _ in range(8)], NOW, "a")
    assert [event.dev_seq for event in journal.events()] == list(range(1, 9))
    seen = dict.fromkeys(journal.heads(), 4)
    assert [event.dev_seq for event in journal.events(seen)] == [5, 6, 7, 8]
