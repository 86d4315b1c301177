"""Bundles that come twice, late, out of order, cut or altered, and answers that get lost: what was brought is there.

The test keeps its own record of what each bundle held; the centre must hold exactly what the sound ones brought.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from field_room import heads, refusal
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from app.journal.chain import flaws
from app.journal.events import Draft, EventKey, devices_in
from app.journal.log import Journal
from app.operations.bundling import bundle, merge
from app.sync.keys import id_of, make_key
from app.sync.laptops import began, taken
from app.sync.own_order import keep_order, order_of
from app.workspace_files import JOURNAL, NETWORK, SIGNING_KEY
from app.workspace_lease import Lease, keep_lease
from gis.stores import sqlite

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
HARMED = {"bundle.truncated", "bundle.altered", "bundle.not_a_bundle", "bundle.newer", "bundle.foreign"}


@dataclass
class Trip:
    """A centre, a laptop that is out, and sticks that lie about; what of a workspace bundles are concerned with."""

    place: Path
    sticks: list[tuple[bytes, frozenset[EventKey]]] = field(default_factory=list)
    answers: list[tuple[bytes, int]] = field(default_factory=list)
    brought: frozenset[EventKey] = frozenset()
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
    steps = ["write", "write", "stick", "centre", "answer"]
    steps += ["deliver"] * 3 if trip.sticks else []
    steps += ["hear"] if trip.answers else []
    match random.choice(steps):
        case "write":
            trip.write(trip.laptop, random.randint(1, 3))
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
    for folder in (trip.centre, trip.laptop):
        with closing(Journal.open(folder / JOURNAL)) as journal:
            assert flaws(journal.events()) == []
            assert journal.pending() == []
    assert heads(trip.centre) == heads(trip.laptop)
