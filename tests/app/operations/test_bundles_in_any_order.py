"""Bundles that come twice, late, out of order, cut or altered, and answers that get lost: what was brought is there.

The test keeps its own record of what each bundle held; the centre must hold exactly what the sound ones brought.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from field_room import heads, refusal
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from app.journal.chain import flaws
from app.journal.events import Draft, Event, EventKey, devices_in
from app.journal.log import Journal
from app.operations import bundling
from app.operations.bundling import _answer, _letter, _unknown, bundle, merge
from app.operations.evidence import evidence_path, keep_contents
from app.sync import bundles
from app.sync.bundles import Bundle, Contents, Letter
from app.sync.keys import id_of, make_key
from app.sync.laptops import began, taken
from app.sync.own_order import keep_order, order_of
from app.workspace_files import JOURNAL, NETWORK, SIGNING_KEY
from app.workspace_lease import Lease, keep_lease
from gis.stores import sqlite
from network.errors import CodedError

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
HARMED = {"bundle.truncated", "bundle.altered", "bundle.not_a_bundle", "bundle.newer", "bundle.foreign"}


@dataclass
class Trip:
    """A centre, a laptop that is out, and sticks that lie about; what of a workspace bundles are concerned with."""

    place: Path
    sticks: list[tuple[bytes, frozenset[EventKey]]] = field(default_factory=list)
    answers: list[tuple[bytes, int]] = field(default_factory=list)
    brought: frozenset[EventKey] = frozenset()
    pictures: dict[str, bytes] = field(default_factory=dict)
    steps: int = 0

    def __post_init__(self) -> None:
        self.centre, self.laptop = self.place / "centre", self.place / "laptop"
        for folder in (self.centre, self.laptop):
            folder.mkdir(parents=True)
            (folder / NETWORK).touch()
        key, console = make_key(self.laptop / SIGNING_KEY), make_key(self.centre / SIGNING_KEY)
        self.id = id_of(key)
        with closing(Journal.create(self.centre / JOURNAL)) as journal:
            journal.append([Draft("workspace.created", "workspace", {"name": "城"})], NOW, "a")
            keep_order(self.centre, journal, NOW)
            order = order_of(self.centre)
            assert order is not None
            until_ms = round((NOW + timedelta(days=9)).timestamp() * 1000)
            journal.append([taken(key, console, until_ms, 1, "", "李"), began(self.id, order)], NOW, "a")
            keep_order(self.centre, journal, NOW)
            sqlite.backup(journal._connection, self.laptop / JOURNAL)
            keep_lease(self.laptop, Lease(self.id, order, until_ms, console, tuple(devices_in(journal.heads()))))

    def write(self, folder: Path, count: int) -> None:
        with closing(Journal.open(folder / JOURNAL)) as journal:
            drafts = [Draft("valve.observed", f"valve/{n}", {"position": "open"}, {"note": "x"}) for n in range(count)]
            journal.append(drafts, NOW, folder.name)

    def photograph(self, random: Random) -> None:
        """The laptop keeps a picture, and an entry that names it."""
        contents = random.randbytes(random.randint(100, 900))
        name = keep_contents(self.laptop, contents, ".jpg")
        with closing(Journal.open(self.laptop / JOURNAL)) as journal:
            journal.append([Draft("incident.noted", "valve/1", {"photo": name})], NOW, "laptop")
        self.pictures[name] = contents

    def own(self) -> frozenset[EventKey]:
        """What the laptop wrote."""
        with closing(Journal.open(self.laptop / JOURNAL)) as journal:
            return frozenset(event.key for event in journal.events() if event.actor == "laptop")

    def there(self) -> frozenset[EventKey]:
        """What of it the centre holds."""
        with closing(Journal.open(self.centre / JOURNAL)) as journal:
            return frozenset(event.key for event in journal.events() if event.actor == "laptop")

    def stick(self) -> None:
        path = self.place / "stick"
        bundle(self.laptop, path, NOW)
        self.sticks.append((path.read_bytes(), self.own()))

    def answer(self) -> None:
        path = self.place / "answer"
        bundle(self.centre, path, NOW, laptop=self.id)
        self.answers.append((path.read_bytes(), len(self.brought)))

    def merged(self, folder: Path, contents: bytes) -> str:
        path = self.place / "carried"
        path.write_bytes(contents)
        return refusal(lambda: merge(folder, path, NOW, "desk"))


def _harm(contents: bytes, random: Random) -> bytes:
    if random.random() < 0.1:
        return contents + random.randbytes(random.randint(1, 9))
    if random.random() < 0.5:
        return contents[: random.randrange(len(contents))]
    at = random.randrange(len(contents))
    return contents[:at] + bytes([contents[at] ^ (1 << random.randrange(8))]) + contents[at + 1 :]


def _deliver(trip: Trip, random: Random) -> None:
    """Any stick that was ever written, whole or harmed."""
    contents, holds = random.choice(trip.sticks)
    before = heads(trip.centre)
    if random.random() < 0.3:
        assert trip.merged(trip.centre, _harm(contents, random)) in HARMED
        assert heads(trip.centre) == before
        return
    code = trip.merged(trip.centre, contents)
    assert code == ("" if holds - trip.brought else "bundle.known")
    assert code == "" or heads(trip.centre) == before
    trip.brought |= holds


def _hear(trip: Trip, random: Random) -> None:
    contents, _ = random.choice(trip.answers)
    before = heads(trip.laptop)
    if random.random() < 0.3:
        assert trip.merged(trip.laptop, _harm(contents, random)) in HARMED
        assert heads(trip.laptop) == before
        return
    assert trip.merged(trip.laptop, contents) in {"", "bundle.known", "bundle.one_missing"}


def _step(trip: Trip, random: Random) -> None:
    steps = ["write", "write", "photograph", "stick", "centre", "answer"]
    steps += ["deliver"] * 3 if trip.sticks else []
    steps += ["hear"] if trip.answers else []
    match random.choice(steps):
        case "write":
            trip.write(trip.laptop, random.randint(1, 3))
        case "photograph":
            trip.photograph(random)
        case "centre":
            trip.write(trip.centre, 1)
        case "stick":
            trip.stick()
        case "answer":
            trip.answer()
        case "deliver":
            _deliver(trip, random)
        case _:
            _hear(trip, random)


@soak_examples(20_000, usual=500)
@given(st.integers(0, 2**32 - 1), st.integers(3, 12))
def test_the_centre_holds_what_sound_bundles_brought(memory_disk: Path, seed: int, steps: int) -> None:
    # Signatures differ each time: what is drawn must not hang on how long a bundle is.
    with TemporaryDirectory(dir=memory_disk) as place:
        _there_and_back(Trip(Path(place)), Random(seed), steps)


def _there_and_back(trip: Trip, random: Random, steps: int) -> None:
    for _ in range(steps):
        _step(trip, random)
        assert trip.there() == trip.brought
    # In the end everybody comes home once, and hears.
    trip.write(trip.laptop, 1)
    trip.stick()
    assert trip.merged(trip.centre, trip.sticks[-1][0]) == ""
    trip.answer()
    assert trip.merged(trip.laptop, trip.answers[-1][0]) == ""
    assert trip.there() == trip.own()
    for name, contents in trip.pictures.items():
        brought = evidence_path(trip.centre, name)
        assert brought is not None
        assert brought.read_bytes() == contents
    for folder in (trip.centre, trip.laptop):
        with closing(Journal.open(folder / JOURNAL)) as journal:
            assert flaws(journal.events()) == []
            assert journal.pending() == []
    assert heads(trip.centre) == heads(trip.laptop)


# Mistakes that somebody could make in taking bundles: each must be noticed by such trips


def _only_the_first_half(journal: Journal, events: Sequence[Event]) -> list[Event]:
    new = _unknown(journal, events)
    return new[: len(new) // 2]


def _answer_without_the_last(contents: Contents) -> Contents:
    return replace(contents, events=contents.events[:-1] if len(contents.events) > 1 else contents.events)


def _answers_short(*arguments: Any) -> tuple[Letter, Contents]:
    letter, contents = _answer(*arguments)
    return letter, _answer_without_the_last(contents)


def _tells_it_holds_more(journal: Journal, to: str, order: str, since: int, now: datetime) -> Letter:
    letter = _letter(journal, to, order, since, now)
    return letter if to else replace(letter, reach=letter.reach + 1)


def _takes_any_signature(*_: object) -> bool:
    return True


def _nothing(*_: object) -> None:
    """What was to be looked at is not."""


def _all_is_new(_journal: Journal, events: Sequence[Event]) -> list[Event]:
    return list(events)


_events = Bundle.events


def _without_places(opened: Bundle) -> list[Event]:
    return [replace(event, hub_seq=None) for event in _events(opened)]


MISTAKES: list[tuple[Any, str, Any]] = [
    (bundling, "_unknown", _only_the_first_half),
    (bundling, "_unknown", _all_is_new),
    (bundling, "_answer", _answers_short),
    (bundling, "_letter", _tells_it_holds_more),
    (bundles, "is_signed", _takes_any_signature),
    (Bundle, "_refuse_wrong_size", _nothing),
    (Bundle, "check", _nothing),
    (Bundle, "events", _without_places),
    (Journal, "take_in", lambda _journal, events, _texts=(): len(tuple(events))),
]


def _noticed(place: Path, trips: int = 40) -> bool:
    for seed in range(trips):
        random = Random(seed)
        with TemporaryDirectory(dir=place) as folder:
            try:
                _there_and_back(Trip(Path(folder)), random, random.randint(3, 12))
            # A mistake that fails by itself would prove nothing.
            except (AssertionError, CodedError):
                return True
    return False


def test_trips_without_a_mistake_give_no_alarm(memory_disk: Path) -> None:
    assert not _noticed(memory_disk)


@pytest.mark.parametrize(("where", "name", "mistake"), MISTAKES)
def test_mistakes_in_taking_bundles_are_noticed(
    memory_disk: Path, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, mistake: Any
) -> None:
    monkeypatch.setattr(where, name, mistake)
    assert _noticed(memory_disk)
