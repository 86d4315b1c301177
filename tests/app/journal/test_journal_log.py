"""The journal on disk: durable, append-only, tamper-evident, and under one device id for one file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from app.errors import AppError
from app.journal import clock, identity
from app.journal.chain import ChainFlaw, Flaw, flaws
from app.journal.events import HUB_ORDER, Draft, canonical, hash_of, milliseconds
from app.journal.fold import State, fold
from app.journal.log import Journal
from gis.errors import GisError
from gis.stores import sqlite

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def _is_unicode(value: object) -> bool:
    try:
        canonical(value)
    except AppError:
        return False
    return True


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
).filter(_is_unicode)


def observed(position: str = "closed", valve: str = "V1", **texts: str) -> Draft:
    return Draft("valve.observed", f"valve/{valve}", {"position": position}, texts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal.create(path)
    yield journal
    journal.close()


def test_what_was_written_is_read_again(path: Path, journal: Journal) -> None:
    first = journal.append([observed(), observed("open")], NOW, "王", "dispatcher")
    second = journal.append([observed()], NOW - timedelta(hours=1), "王")
    assert [event.dev_seq for event in (*first, *second)] == [1, 2, 3]
    other = Journal.open(path, readonly=True)
    assert tuple(other.events()) == first + second
    assert tuple(other.events({first[0].dev: 2})) == second
    assert other.event(first[1].key) == first[1]
    assert other.event(("nobody", 1)) is None
    other.close()
    clocks = [event.hlc for event in journal.events()]
    assert clocks == sorted(set(clocks)), "the clock never runs backwards, though the wall's did"


@soak_examples(2_000, usual=100)
@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_any_body_survives_and_chains(memory_disk: Path, body: dict[str, Any]) -> None:
    if any(not _is_unicode(key) for key in body):
        return
    with TemporaryDirectory(dir=memory_disk) as place, closing(Journal.create(Path(place) / "j.sqlite")) as journal:
        (event,) = journal.append([Draft("strange.kind", "x", body)], NOW, "a")
        (read,) = journal.events()
        assert read == event
        assert read.facts == body
        assert flaws([read]) == []


def test_several_land_together_or_not_at_all(journal: Journal) -> None:
    journal.append([observed()], NOW, "a")
    with pytest.raises(AppError, match="not_json"):
        journal.append([observed(note="滴漏"), Draft("bad", "", {"x": {1, 2}})], NOW, "a")
    with pytest.raises(AppError, match="not_json"):
        journal.append([observed(), Draft("bad", "", {"x": float("nan")})], NOW, "a")
    assert journal.state().events == 1
    assert len(journal.append([observed()], NOW, "a")) == 1


def test_nothing_is_changed_or_deleted(path: Path, journal: Journal) -> None:
    journal.append([observed()], NOW, "a")
    connection = sqlite.connect(path)
    for statement in ("DELETE FROM event", "UPDATE event SET body = '{}'", "UPDATE event SET dev_seq = 9"):
        with pytest.raises(sqlite.Error, match="append-only"):
            connection.execute(statement)
    connection.execute("UPDATE event SET hub_seq = 1, recv_at = 5, signature = 's'")
    connection.close()
    assert flaws(journal.events()) == []


@pytest.mark.parametrize(
    "field", ["base", "hlc", "eff_at_ms", "actor", "role", "kind", "kind_version", "entity", "body", "prev_hash"]
)
def test_any_changed_field_is_seen(journal: Journal, field: str) -> None:
    events = list(journal.append([observed(), observed(), observed()], NOW, "a", "r"))
    value = getattr(events[1], field)
    events[1] = replace(events[1], **{field: value + 1 if isinstance(value, int) else value + " "})
    assert ChainFlaw(events[1].key, Flaw.CHANGED) in flaws(events)
    rehashed = replace(events[1], hash=hash_of(events[1]))
    assert flaws([events[0], rehashed, events[2]])[-1] == ChainFlaw(events[2].key, Flaw.UNCHAINED)


def test_the_hub_may_fill_in_its_fields(journal: Journal) -> None:
    events = journal.append([observed()], NOW, "a")
    assert flaws([replace(events[0], hub_seq=7, recv_at_ms=1, signature="s")]) == []


def test_a_missing_event_is_seen(journal: Journal) -> None:
    events = journal.append([observed(), observed(), observed()], NOW, "a")
    assert flaws([events[0], events[2]]) == [ChainFlaw(events[2].key, Flaw.GAP)]
    assert flaws(events[1:])[0] == ChainFlaw(events[1].key, Flaw.GAP)


def test_a_snapshot_is_a_short_cut_and_nothing_else(path: Path, journal: Journal) -> None:
    journal.append([observed(), observed("open", "V2")], NOW, "a")
    state = journal.state()
    journal.keep_snapshot(state)
    journal.append([observed("open")], NOW, "a")
    assert journal.state_and_tail() == (fold(State(), journal.events()), 1)
    connection = sqlite.connect(path)
    connection.execute("UPDATE snapshot SET state = replace(state, 'V2', 'V3')")
    assert journal.state_and_tail() == (fold(State(), journal.events()), 3), "a harmed snapshot is set aside"
    connection.execute("UPDATE snapshot SET fold_version = 0")
    connection.close()
    assert journal.state_and_tail()[1] == 3


def test_a_snapshot_from_the_future_of_the_log_is_set_aside(journal: Journal) -> None:
    journal.append([observed()], NOW, "a")
    journal.keep_snapshot(replace(journal.state(), heads={"other": 4}))
    assert journal.state_and_tail()[1] == 1


def test_free_text_is_erased_for_good_and_the_chain_stays(path: Path, journal: Journal) -> None:
    secret = "屋主电话 0531-55500001"
    (event,) = journal.append([observed(note=secret)], NOW, "a")
    text_id = event.facts["texts"]["note"]
    assert journal.text(text_id) == secret
    journal.erase_text(text_id, NOW)
    assert journal.text(text_id) is None
    assert flaws(journal.events()) == []
    journal.close()
    assert all(secret.encode() not in file.read_bytes() for file in path.parent.iterdir())


def test_a_copy_goes_on_under_another_device(tmp_path: Path, path: Path, journal: Journal) -> None:
    (first,) = journal.append([observed()], NOW, "a")
    journal.close()
    shutil.copy(path, tmp_path / "copy.sqlite")
    path.rename(tmp_path / "moved.sqlite")
    copy, moved = Journal.open(tmp_path / "copy.sqlite"), Journal.open(tmp_path / "moved.sqlite")
    assert moved.append([observed()], NOW, "a")[0].key == (first.dev, 2), "moving keeps the device"
    continued, there = copy.append([observed()], NOW, "a")
    assert continued.dev != first.dev
    assert (continued.kind, continued.facts) == ("device.continued", {"held": {first.dev: 1}})
    assert there.dev_seq == 2
    assert copy.append([observed()], NOW, "a")[0].key == (there.dev, 3)
    assert flaws(copy.events()) == []
    copy.close()
    moved.close()


def test_a_fingerprint_without_machine_id(path: Path, journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "id").write_text("\n")
    assert identity.fingerprint(path, (tmp_path / "none", tmp_path / "id")) != identity.fingerprint(tmp_path, ())
    assert len(identity.new_device()) == 16


@pytest.mark.parametrize("between", ["heads", "_pages"])
def test_places_given_while_news_are_read_are_not_lost(
    path: Path, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, between: str
) -> None:
    other, beside = Journal.create(tmp_path / "other.sqlite"), Journal.open(path)
    mine = journal.append([observed("open")], NOW, "a")
    known = journal.state()
    mine += journal.append([observed("closed")], NOW, "a")
    theirs = other.append([observed("open")], NOW, "b")
    hub = [replace(event, hub_seq=number) for number, event in enumerate((*theirs, *mine), start=1)]
    read = getattr(journal, between)

    def with_a_writer(*arguments: Any) -> Any:
        monkeypatch.undo()
        before = read(*arguments) if between == "heads" else None
        beside.take_in(hub)
        return read(*arguments) if before is None else before

    monkeypatch.setattr(journal, between, with_a_writer)
    state = fold(known, journal.news(known.heads))
    state = fold(state, journal.news(state.heads))
    assert state == journal.state()
    assert state.heads[HUB_ORDER] == 3
    other.close()
    beside.close()


def test_the_hub_gives_and_takes(tmp_path: Path) -> None:
    one, two = (Journal.create(tmp_path / f"{name}.sqlite") for name in ("one", "two"))
    mine = one.append([observed("open"), observed("closed")], NOW, "a")
    theirs = two.append([observed("open")], NOW, "b")
    hub = [replace(event, hub_seq=number) for number, event in enumerate((*mine, *theirs), start=1)]
    assert (one.take_in(hub), two.take_in(hub)) == (1, 2)
    assert one.take_in(hub) == 0, "taking in again changes nothing"
    assert one.state() == two.state()
    assert one.append([observed()], NOW, "a")[0].base == 3
    later = two.append([observed()], NOW, "b")[0]
    with pytest.raises(AppError, match="broken_chain"):
        one.take_in([replace(later, dev_seq=5, hub_seq=9)])
    with pytest.raises(AppError, match="broken_chain"):
        one.take_in([replace(later, body="{}", hub_seq=9)])
    with pytest.raises(AppError, match="forked"):
        one.take_in([replace(theirs[0], hash="x", hub_seq=3)])
    assert one.state().heads == {mine[0].dev: 3, theirs[0].dev: 1, HUB_ORDER: 3}
    one.close()
    two.close()


def test_base_stops_at_a_gap(tmp_path: Path) -> None:
    one, two = (Journal.create(tmp_path / f"{name}.sqlite") for name in ("one", "two"))
    theirs = two.append([observed()] * 4, NOW, "b")
    one.take_in([replace(event, hub_seq=number) for event, number in zip(theirs, (1, 2, 4, 5), strict=True)])
    assert one.append([observed()], NOW, "a")[0].base == 2
    one.close()
    two.close()


def test_base_needs_the_hubs_first_event(tmp_path: Path) -> None:
    one, two = (Journal.create(tmp_path / f"{name}.sqlite") for name in ("one", "two"))
    one.take_in([replace(event, hub_seq=2) for event in two.append([observed()], NOW, "b")])
    assert one.append([observed()], NOW, "a")[0].base == 0
    one.close()
    two.close()


def test_what_is_no_journal_is_refused(tmp_path: Path, path: Path, journal: Journal) -> None:
    with pytest.raises(AppError, match="exists"):
        Journal.create(path)
    with pytest.raises(GisError, match="missing"):
        Journal.open(tmp_path / "none.sqlite")


@given(st.lists(st.integers(0, 4_000_000_000_000), min_size=1, max_size=20))
def test_the_clock_only_goes_forward(walls: list[int]) -> None:
    reading, readings = clock.BEGINNING, []
    for wall in walls:
        reading = clock.tick(reading, wall)
        readings.append(reading)
    assert readings == sorted(set(readings))
    assert int(readings[-1].split(".")[0]) >= max(walls)
    assert clock.tick("0000000000005.99999", 3) == "0000000000006.00000"
    assert clock.tick("9999999999999.99999", 3) == "9999999999999.99999", "the last one that there is"
    assert clock.tick("zzz", 3) == "0000000000003.00000", "somebody's text that is none"


def test_moments_need_a_time_zone() -> None:
    assert milliseconds(NOW) == 1_772_353_800_000
    with pytest.raises(ValueError, match="time zone"):
        milliseconds(datetime(2026, 3, 1))  # noqa: DTZ001


def test_what_somebody_else_wrote_is_told_by_a_number(path: Path, journal: Journal) -> None:
    other = Journal.open(path)
    before = journal.version()
    journal.append([observed()], NOW, "a")
    assert journal.version() == before, "one's own is no news"
    other.append([observed()], NOW, "b")
    after = journal.version()
    assert after != before
    assert journal.version() == after
    other.close()


def test_heads_and_the_clock_are_those_of_all_devices(journal: Journal) -> None:
    assert journal.heads() == {}
    for number in range(1, 4):
        journal.append([observed()] * number, NOW, "a")
        journal.forget_device()
    journal.append([observed()], NOW - timedelta(hours=1), "a")
    events = list(journal.events())
    assert sorted(journal.heads().values()) == sorted([1, 3, 4, 2])
    # An hour set back: what is written later still reads later.
    assert max(events, key=lambda event: event.hlc).eff_at_ms == milliseconds(NOW - timedelta(hours=1))
