"""The book of outages: revisions that name what they saw, conflicts that are kept, clashes in the calendar."""

import itertools
import json
import random

import pytest
from outage_stories import Story, at

from app.dispatch.facts import FactKind
from app.errors import AppError
from app.journal.events import Event
from app.outages.book import book_of
from app.outages.clashes import Booked, ClashKind, clashes
from app.outages.entries import BODIES, OutageKind, Role, Ruling, outage_entity

MADE, START, END = "2026-03-10 09:00", "2026-03-17 22:00", "2026-03-18 04:00"


def test_of_two_edits_at_once_the_first_holds_and_the_other_is_kept() -> None:
    story = Story()
    first = story.plan(MADE, START, END)
    one = story.plan("2026-03-10 10:00", START, "2026-03-18 03:00", after=first, actor="王", dev="d1")
    other = story.plan("2026-03-10 10:01", START, "2026-03-18 05:00", after=first, actor="李", dev="d2")
    last = story.plan("2026-03-10 11:00", START, "2026-03-18 02:00", after=one)
    outage = story.outage()
    assert [revision.key for revision in outage.revisions] == [first, one, last]
    assert [(revision.key, revision.actor) for revision in outage.conflicts] == [(other, "李")]
    assert outage.plan.end_ms == at("2026-03-18 02:00")


def test_the_order_of_arrival_does_not_matter() -> None:
    story = Story()
    first = story.plan(MADE, START, END)
    story.decided("2026-03-10 09:30", first, Ruling.APPROVE, Role.NETWORK)
    second = story.plan("2026-03-10 10:00", START, END, after=first)
    story.plan("2026-03-10 10:00", END, "2026-03-19 04:00", after=first, dev="d2")
    story.told("2026-03-11 10:00", second, FactKind.EVERYONE_TOLD)
    expected = book_of(story.entries)
    shuffled = random.Random(5)
    for _ in range(20):
        entries = [*story.entries, *story.entries[:2]]
        shuffled.shuffle(entries)
        assert book_of(entries) == expected


def test_an_approval_does_not_hold_for_a_later_revision() -> None:
    story = Story()
    first = story.plan(MADE, START, END)
    story.decided("2026-03-10 09:30", first, Ruling.APPROVE, Role.NETWORK)
    assert set(story.outage().approvals) == {Role.NETWORK}
    story.plan("2026-03-10 10:00", START, END, after=first)
    assert not story.outage().approvals


def test_what_speaks_of_an_outage_that_has_not_come_waits() -> None:
    story = Story()
    story.plan(MADE, START, END, after=("d9", 1))
    assert book_of(story.entries) == {}


def test_outages_stand_by_their_numbers() -> None:
    stories = [Story(number) for number in ("J10", "J2", "J1")]
    for story in stories:
        story.plan(MADE, START, END)
    assert list(book_of(itertools.chain.from_iterable(story.entries for story in stories))) == ["J1", "J2", "J10"]


WRONG = [
    (OutageKind.REVISED, {"after": None}, "plan"),
    (
        OutageKind.REVISED,
        {"after": None, "plan": None, "start_ms": 1.5, "end_ms": 2, "effect": {}, "grows": True},
        "start_ms",
    ),
    (
        OutageKind.REVISED,
        {"after": ["d", 0], "plan": None, "start_ms": 1, "end_ms": 2, "effect": {}, "grows": True},
        "after",
    ),
    (
        OutageKind.REVISED,
        {"after": None, "plan": None, "start_ms": 1, "end_ms": 2, "effect": {"cats": 3}, "grows": True},
        "effect",
    ),
    (OutageKind.DECIDED, {"ruling": "perhaps", "role": "management", "revision": None}, "ruling"),
    (OutageKind.HAPPENED, {"fact": "report.received", "revision": None}, "fact"),
    (OutageKind.HAPPENED, {"fact": "water.off", "revision": None, "cats": 1}, "cats"),
]


@pytest.mark.parametrize(("kind", "body", "field"), WRONG)
def test_a_body_that_is_none_of_its_kind_is_neither_written_nor_read(kind: OutageKind, body: dict, field: str) -> None:
    with pytest.raises(AppError) as refused:
        BODIES.drafted(kind, outage_entity("J1"), body)
    assert refused.value.detail["field"] == field
    event = Event("d", 1, 0, "h", 0, "a", "", kind, 1, "outage/J1", json.dumps(body), "", "")
    assert BODIES.entry_of(event) is None


def booked(number: str, start: str, end: str, close: str = "", customers: str = "") -> Booked:
    return Booked(number, at(start), at(end), frozenset(close.split()), frozenset(customers.split()))


FIRST = ("2026-03-17 22:00", "2026-03-18 02:00", "V1", "A")
CLASHES = [
    (FIRST, ("2026-03-18 01:00", "2026-03-18 04:00", "V1", "B"), "same_valve"),
    (FIRST, ("2026-03-18 01:00", "2026-03-18 04:00", "V2", "A"), "same_customers"),
    (FIRST, ("2026-03-18 01:00", "2026-03-18 04:00", "V2", "B"), "at_once"),
    (FIRST, ("2026-03-18 02:00", "2026-03-18 04:00", "V2", "B"), None),
    (FIRST, ("2026-03-18 02:00", "2026-03-18 04:00", "V1", "A B"), "again"),
    (FIRST, ("2026-04-17 02:00", "2026-04-17 04:00", "V1", "A"), "again"),
    (FIRST, ("2026-04-17 02:01", "2026-04-17 04:00", "V1", "A"), None),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "kind"), CLASHES)
def test_what_two_outages_do_to_one_another(one: tuple, other: tuple, kind: str | None) -> None:
    pair = [booked("J1", *one), booked("J2", *other)]
    for given in (pair, pair[::-1]):
        found = clashes(given)
        assert [clash.kind for clash in found] == ([] if kind is None else [ClashKind(kind)])
        assert all((clash.one, clash.other) == ("J1", "J2") for clash in found)
