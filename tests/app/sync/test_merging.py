"""Whatever happens on the way, all agree, nothing is lost or silently overwritten; and mistakes are noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from followers import Field, MemoryLaptop, ModelHub, contradictions, refusal_of
from hypothesis import given
from hypothesis import strategies as st
from servers import Postgres
from soak import soak_examples

from app.errors import AppError
from app.journal import assets, causality, fold, valves
from app.journal.events import Draft, Event, hash_of
from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.journal.writing import FreeText
from gis.stores import sqlite

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
RANDOM = st.randoms(use_true_random=False)


@soak_examples(20_000, usual=500)
@given(RANDOM, st.integers(1, 3), st.integers(0, 25))
def test_all_that_the_journal_promises_holds(random: Random, size: int, steps: int) -> None:
    it = Field.of(ModelHub(), MemoryLaptop, size)
    it.live(random, steps)
    it.settle()
    assert contradictions(it) == []


# The same with the journals of the product


class FileLaptop(Journal):
    """A workspace's journal on disk, written by the hands of the test."""

    @classmethod
    def at(cls, folder: Path, names: Iterator[int], opened: ExitStack) -> FileLaptop:
        laptop = cls.create(folder / f"{next(names)}.sqlite")
        assert isinstance(laptop, FileLaptop)
        return laptop._kept(folder, names, opened)

    def _kept(self, folder: Path, names: Iterator[int], opened: ExitStack) -> FileLaptop:
        self._folder, self._names, self._opened = folder, names, opened
        opened.callback(self.close)
        return self

    def write(self, kind: str, entity: str, body: Mapping[str, object], at_ms: int) -> tuple[Event, ...]:
        return self.append([Draft(kind, entity, body)], BEGINNING + timedelta(milliseconds=at_ms), "a")

    def copied(self) -> FileLaptop:
        path = self._folder / f"{next(self._names)}.sqlite"
        sqlite.backup(self._connection, path)
        laptop = FileLaptop.open(path)
        assert isinstance(laptop, FileLaptop)
        return laptop._kept(self._folder, self._names, self._opened)


class OneTry:
    """A hub inside a transaction that is taken back: the next example begins with an empty one."""

    def __init__(self, hub: HubJournal) -> None:
        self.hub, self._connection = hub, hub._connection

    @classmethod
    @contextmanager
    def on(cls, hub: HubJournal) -> Iterator[OneTry]:
        with hub._connection.transaction(force_rollback=True):
            # The hub puts out who stands still in a transaction; here a whole life passes in one.
            hub._connection.execute("SET LOCAL idle_in_transaction_session_timeout = '1h'")
            yield cls(hub)

    def push(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        with self._connection.transaction():
            return self.hub.push(events, texts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.hub, name)


@pytest.fixture(scope="module")
def hub(postgres_server: Postgres) -> Iterator[HubJournal]:
    with postgres_server.empty("tries") as address:
        hub = HubJournal.create(address)
        yield hub
        hub.close()


@soak_examples(20_000, usual=500)
@given(RANDOM, st.integers(1, 3), st.integers(0, 15))
def test_so_it_does_with_files_and_a_server(
    memory_disk: Path, hub: HubJournal, random: Random, size: int, steps: int
) -> None:
    names = count()
    with TemporaryDirectory(dir=memory_disk) as place, ExitStack() as opened, OneTry.on(hub) as server:
        folder = Path(place)
        it = Field.of(server, lambda: FileLaptop.at(folder, names, opened), size)
        it.live(random, steps)
        it.settle()
        assert contradictions(it) == []


# The server's function against the model that stands for it above


def harmed(random: Random, events: Sequence[Event]) -> list[Event]:
    """*events* as a faulty or dishonest console might send them."""
    some = random.sample(list(events), random.randint(0, len(events)))
    some += some[: random.randint(0, 2)]
    for number in range(len(some)):
        if random.random() < 0.15:
            name = random.choice(["base", "dev_seq", "eff_at_ms", "prev_hash", "hash", "body"])
            value = getattr(some[number], name)
            said = value + random.choice([-1, 1]) if isinstance(value, int) else "x"
            some[number] = replace(some[number], **{name: said})
            if random.random() < 0.7:
                some[number] = replace(some[number], hash=hash_of(some[number]))
    return [event for event in some if event.base >= 0]


def forged(random: Random, events: Sequence[Event]) -> list[Event]:
    """*events* of one device with one of them said otherwise, and every hash from there on worked out anew."""
    some = sorted(events, key=lambda event: event.dev_seq)
    if not some:
        return some
    first = random.randrange(len(some))
    base = {"base": random.randint(0, some[first].base + 2)}
    some[first] = replace(some[first], **random.choice([base, base, {"body": "x"}, {"entity": "x"}]))
    for at in range(first, len(some)):
        chained = some[at - 1].hash if at else some[at].prev_hash
        some[at] = replace(some[at], prev_hash=chained)
        some[at] = replace(some[at], hash=hash_of(some[at]))
    return some


def decides_alike(hub: HubJournal, random: Random) -> None:
    """A life of two laptops with the server, and with the model beside it."""
    model = ModelHub()
    with OneTry.on(hub) as server:
        laptops = [MemoryLaptop(), MemoryLaptop()]
        for _ in range(random.randint(1, 8)):
            laptop = random.choice(laptops)
            for _ in range(random.randint(0, 3)):
                laptop.write("k", "e", {"n": random.randint(0, 9)}, random.randint(0, 9))
            if random.random() < 0.3:
                laptop.take_in(model.pull(laptop.reach()).events)
            # One device a push: of several, some may have landed before one is refused.
            told = [event for event in laptop.log.values() if event.dev == laptop.dev and random.random() < 0.8]
            told = random.choice([harmed, forged, lambda _, some: some, lambda _, some: some])(random, told)
            assert refusal_of(partial(server.push, told)) == refusal_of(partial(model.push, told))
            same = [replace(event, recv_at_ms=None) for event in server.pull(0).events]
            assert same == model.order


@soak_examples(20_000, usual=500)
@given(RANDOM)
def test_the_server_decides_as_its_model_does(hub: HubJournal, random: Random) -> None:
    decides_alike(hub, random)


# Mistakes that somebody could make: each must be noticed


class TakesForks(ModelHub):
    def take(self, held: list[Event], told: list[Event]) -> None:
        super().take(held, [event for event in told if event.dev_seq > len(held)])


class ForgetsTheLast(ModelHub):
    def take(self, held: list[Event], told: list[Event]) -> None:
        super().take(held, told[:-1] if len(told) > 2 else told)


class NumbersTwice(ModelHub):
    def take(self, held: list[Event], told: list[Event]) -> None:
        super().take([] if held and told and told[0].dev_seq == 1 else held, told)


class LeavesGaps(ModelHub):
    def pull(self, since: int) -> Any:
        portion = super().pull(since)
        return replace(portion, events=tuple(event for event in portion.events if (event.hub_seq or 0) % 5))


class SkipsGaps(ModelHub):
    """What does not follow on is dropped and the rest taken."""

    def take(self, held: list[Event], told: list[Event]) -> None:
        self.order += [
            replace(event, hub_seq=number)
            for number, event in enumerate((e for e in told if e.dev_seq > len(held)), len(self.order) + 1)
        ]


class ClaimsTheNext(MemoryLaptop):
    def base(self) -> int:
        return self.reach() + 1


class ClaimsNothing(MemoryLaptop):
    def base(self) -> int:
        return 0


class ClaimsThePast(MemoryLaptop):
    def base(self) -> int:
        return max(0, self.reach() - 1)


class KeepsItsOwnPending(MemoryLaptop):
    """An acknowledgement that is not written down: what is here already is not looked at again."""

    def take_in(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        return super().take_in([event for event in events if event.key not in self.log], texts)


class ForgetsWhatItSent(MemoryLaptop):
    def take_in(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        told = list(events)
        self.log = {key: event for key, event in self.log.items() if event.hub_seq is not None or not told}
        return super().take_in(told, texts)


class TellsNoPlaces(MemoryLaptop):
    """What was pending and got its place is no news."""

    def events(self, after: Mapping[str, int] | None = None) -> Iterable[Event]:
        known = after or {}
        return [event for event in self.log.values() if event.dev_seq > known.get(event.dev, 0)]


class CopyKeepsItsName(MemoryLaptop):
    def copied(self) -> MemoryLaptop:
        other = super().copied()
        other.dev = self.dev
        return other


class CopySaysNothing(MemoryLaptop):
    def write(self, kind: str, entity: str, body: Mapping[str, object], at_ms: int) -> tuple[Event, ...]:
        return (self._append(kind, entity, body, at_ms),)


HUBS = [TakesForks, ForgetsTheLast, NumbersTwice, LeavesGaps, SkipsGaps]
LAPTOPS = [
    ClaimsTheNext, ClaimsNothing, ClaimsThePast, KeepsItsOwnPending, ForgetsWhatItSent, TellsNoPlaces, CopyKeepsItsName,
    CopySaysNothing,
]  # fmt: skip


def noticed(hub: Callable[[], Any], laptop: Callable[[], Any], lives: int = 150) -> bool:
    """Whether a life with this hub and these laptops ends otherwise than promised: a refusal, or a contradiction.

    A mistake that fails by itself (of another signature, say) would prove nothing, and fails the test.
    """
    for seed in range(lives):
        random = Random(seed)
        it = Field.of(hub(), laptop, random.randint(1, 3))
        try:
            it.live(random, random.randint(5, 25))
            it.settle()
            if contradictions(it):
                return True
        except (AssertionError, AppError):
            return True
    return False


def test_a_right_hub_with_right_laptops_gives_no_alarm() -> None:
    assert not noticed(ModelHub, MemoryLaptop)


@pytest.mark.parametrize("hub", HUBS)
def test_mistakes_of_the_hub_are_noticed(hub: type[ModelHub]) -> None:
    if hub is TakesForks:
        # Honest laptops never fork: one that was copied and keeps its name does.
        assert noticed(hub, CopyKeepsItsName)
    else:
        assert noticed(hub, MemoryLaptop)


@pytest.mark.parametrize("laptop", LAPTOPS)
def test_mistakes_of_a_laptop_are_noticed(laptop: type[MemoryLaptop]) -> None:
    assert noticed(ModelHub, laptop)


def by_the_clock(later: causality.Standing, earlier: causality.Standing, lineage: causality.Lineage) -> bool:
    """Whoever has the higher number in the hub's order had seen the lower."""
    return (earlier.hub_seq or 0) < (later.hub_seq or 0)


def own_device_only(later: causality.Standing, earlier: causality.Standing, lineage: causality.Lineage) -> bool:
    return later.dev == earlier.dev and earlier.dev_seq < later.dev_seq


def without_lineage(later: causality.Standing, earlier: causality.Standing, lineage: causality.Lineage) -> bool:
    return causality.knew(later, earlier, {})


def one_too_few(later: causality.Standing, earlier: causality.Standing, lineage: causality.Lineage) -> bool:
    return causality.knew(replace(later, base=later.base - 1), earlier, lineage)


def everything_of_a_copy(later: causality.Standing, earlier: causality.Standing, lineage: causality.Lineage) -> bool:
    return causality.knew(later, earlier, lineage) or earlier.dev in lineage.get(later.dev, {})


@pytest.mark.parametrize("rule", [by_the_clock, own_device_only, without_lineage, one_too_few, everything_of_a_copy])
def test_mistakes_about_who_knew_what_are_noticed(monkeypatch: pytest.MonkeyPatch, rule: Any) -> None:
    monkeypatch.setattr(assets, "knew", rule)
    assert noticed(ModelHub, MemoryLaptop)


def _never(*_: object) -> bool:
    return False


def _corrects_the_unseen(_one: object, other: object, _lineage: object) -> bool:
    return other is not None


def _as_current(one: Any, *_: Any) -> float:
    return -float("inf")


def _latest_only(values: set[int]) -> int:
    return max(values)


def _last_holds(name: str, heads: list[Any], values: Any) -> Any:
    return values[heads[-1].key][name]


def _no_rank(one: Any) -> tuple[float, str, int]:
    return (0.0, one.standing.dev, one.standing.dev_seq)


RULES: list[tuple[Any, str, Any]] = [
    (valves._Line, "latest_after", _as_current),
    (valves._Line, "latest_before", _as_current),
    (valves, "_corrects", _never),
    (valves, "_corrects", _corrects_the_unseen),
    (assets, "_holding", _last_holds),
    (assets.Write, "rank", property(_no_rank)),
    (fold, "_merged", lambda before, told: {**before, **{name: tuple(some) for name, some in told.items()}}),
    (fold, "_key", lambda record: record.standing.dev),
    (fold, "HUB_ORDER", "@other"),
]


@pytest.mark.parametrize(("where", "name", "mistake"), RULES)
def test_mistakes_in_the_rules_of_merging_are_noticed(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, mistake: Any
) -> None:
    monkeypatch.setattr(where, name, mistake)
    assert noticed(ModelHub, MemoryLaptop)
