"""Others' writing is noticed once it can be read, and told in moderation."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.journal.events import Draft
from app.journal.log import Journal
from app.worker.watching import GAP_S, LOOK_S, JournalWatch
from gis.errors import GisError
from gis.stores import sqlite

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_what_can_be_read_is_told_once_and_not_too_often(tmp_path: Path) -> None:
    clock = Clock()
    ours, theirs = Journal.create(tmp_path / "journal.sqlite"), Journal.open(tmp_path / "journal.sqlite")
    watch = JournalWatch(ours, clock)
    assert watch.every_s == LOOK_S
    assert [watch.moved(), watch.moved()] == [True, False], "at first nobody knows what came before"

    def write(journal: Journal) -> None:
        journal.append([Draft("note", "n", {})], NOW, "a")

    write(theirs)
    assert not watch.moved(), "too soon after the last word"
    clock.now_s += 2 * GAP_S
    assert [watch.moved(), watch.moved()] == [True, False]
    clock.now_s += 2 * GAP_S
    write(ours)
    assert not watch.moved(), "what this console wrote itself is no news"

    # The files look changed as soon as somebody writes; what counts is when it can be read.
    with sqlite.transaction(theirs._connection):
        theirs._connection.execute("UPDATE event SET recv_at = 5")
        assert not watch.moved()
    assert watch.moved()
    theirs.close()
    ours.close()


def test_without_a_journal_there_is_nothing_to_look_at() -> None:
    watch = JournalWatch(None)
    assert watch.every_s is None
    assert not watch.moved()


def test_a_journal_that_cannot_be_read_is_left_to_the_next_question() -> None:
    class Damaged:
        def version(self) -> int:
            raise GisError("store.damaged", path="journal.sqlite", reason="so it is")

    assert not JournalWatch(Damaged()).moved()
