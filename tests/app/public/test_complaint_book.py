"""Complaints as a fold: clocks C1 to C6 to the second, stages, what is escalated and when, and any order of events."""

import random

import pytest
from complaint_stories import STANDARDS, Story, at

from app.dispatch.clocks import clocks_of
from app.dispatch.facts import FactKind
from app.dispatch.states import ClockState
from app.public.areas import alike, calls_for_escalation
from app.public.book import Book, Stage, advance
from app.public.entries import ComplaintKind
from app.public.linking import Happening, LinkReason, proposals
from app.public.view import view_of

THURSDAY = "2026-03-12 14:00"
RULES = [
    # rule, what starts it besides the receipt, what meets it, the last moment in time
    ("C1", None, FactKind.CUSTOMER_CONTACTED, "2026-03-12 14:20:00"),
    ("C2", None, FactKind.COMPLAINT_SETTLED, "2026-03-14 23:59:59.999"),
    ("C4", FactKind.REPLY_GIVEN, FactKind.CALLBACK_DONE, "2026-03-16 23:59:59.999"),
    ("C5", FactKind.NOT_SATISFIED, FactKind.SECOND_CALLBACK, "2026-03-16 23:59:59.999"),
    ("C6", FactKind.SUGGESTION_MADE, FactKind.SUGGESTION_SETTLED, "2026-03-16 23:59:59.999"),
]


def state(story: Story, entity: str, rule: str, now_ms: int) -> ClockState:

    view = view_of(story.book, STANDARDS, now_ms)
    row = view.row(entity)
    assert row is not None
    (place,) = [one for one in row.clocks if view.clocks[one].rule.id == rule]
    return ClockState(int(view.table.states(now_ms)[place]))


@pytest.mark.parametrize(("rule", "start", "met", "due"), RULES)
def test_each_clock_to_the_second(rule: str, start: FactKind | None, met: FactKind, due: str) -> None:
    story = Story()
    one = story.opened("T1", THURSDAY)
    if start is not None:
        story.fact(one, start, "2026-03-12 15:00")
    last_ms = at(due)
    assert state(story, one, rule, last_ms) in {ClockState.RUNNING, ClockState.AT_RISK}
    assert state(story, one, rule, last_ms + 2) is ClockState.BREACHED
    story.fact(one, met, due)
    assert state(story, one, rule, last_ms + 1_000) is ClockState.MET


def test_stages_and_who_is_to_be_called_back() -> None:
    story = Story()
    one = story.opened("T1", THURSDAY)
    assert story.book.complaints[one].stage is Stage.NEW
    story.fact(one, FactKind.CUSTOMER_CONTACTED, "2026-03-12 14:10")
    assert story.book.complaints[one].stage is Stage.IN_HAND
    story.fact(one, FactKind.REPLY_GIVEN, "2026-03-12 16:00")
    story.fact(one, FactKind.COMPLAINT_SETTLED, "2026-03-12 16:01")
    row = story.view("2026-03-12 17:00").rows[0]
    assert (row.stage, row.callback) == (Stage.SETTLED, "C4")
    story.fact(one, FactKind.CALLBACK_DONE, "2026-03-13 09:00")
    story.fact(one, FactKind.NOT_SATISFIED, "2026-03-13 09:00")
    assert story.view("2026-03-13 10:00").rows[0].callback == "C5"
    story.fact(one, FactKind.SECOND_CALLBACK, "2026-03-13 15:00")
    story.fact(one, FactKind.CLOSED, "2026-03-13 15:00")
    assert story.view("2026-03-13 16:00").rows[0].callback == ""
    assert story.view("2026-03-14 16:00").rows == ()
    # Reopened, it goes on with its first receipt.
    story.fact(one, FactKind.REOPENED, "2026-03-16 08:00")
    (c2,) = [one for one in clocks_of(story.book.complaints[one].case, STANDARDS.pack, STANDARDS.days)
             if one.rule.id == "C2"]  # fmt: skip
    assert c2.verdict.start_ms == at(THURSDAY)
    assert c2.verdict.met is None


def test_a_corrected_time_keeps_both_verdicts() -> None:
    story = Story()
    one = story.opened("T1", THURSDAY)
    key = story.fact(one, FactKind.CUSTOMER_CONTACTED, "2026-03-12 14:30")
    story.fact(one, FactKind.CUSTOMER_CONTACTED, "2026-03-12 14:19", corrects=list(key))
    c1 = clocks_of(story.book.complaints[one].case, STANDARDS.pack, STANDARDS.days)[0]
    assert c1.verdict.in_time
    assert c1.recorded is not None
    assert c1.recorded.in_time is False


def ten(story: Story, **said: object) -> list[str]:
    start_ms = at(THURSDAY)
    return [story.opened(f"T{n}", start_ms + n * 3_600_000, **said) for n in range(1, 11)]


def test_the_tenth_of_a_kind_in_an_area_within_a_day() -> None:
    story = Story()
    entities = ten(story, area="D1")
    book = story.book
    assert [one.entity for one in calls_for_escalation(book, book.complaints[entities[-1]])] == entities
    assert calls_for_escalation(book, book.complaints[entities[-2]]) == ()
    assert len(alike(book, book.complaints[entities[-2]])) == 9


NOT_TEN = [
    ("another area", {"area": "D2"}, ComplaintKind.COLOUR, 10),
    ("another kind", {"area": "D1"}, ComplaintKind.ODOUR, 10),
    ("no matter of quality", {"area": "D1"}, ComplaintKind.BILL, 10),
    ("a day and more later", {"area": "D1"}, ComplaintKind.COLOUR, 25),
]


@pytest.mark.parametrize(("why", "said", "kind", "hours"), NOT_TEN)
def test_what_is_not_the_tenth(why: str, said: dict[str, object], kind: ComplaintKind, hours: int) -> None:
    story = Story()
    ten(story, area="D1")
    story.events.pop()
    last = story.opened("T99", at(THURSDAY) + hours * 3_600_000, kind, **said)
    assert calls_for_escalation(story.book, story.book.complaints[last]) == (), why


def test_without_a_dma_the_area_is_500_m_and_exactly_24_hours_are_not_within_a_day() -> None:
    story = Story()
    entities = [story.opened(f"T{n}", at(THURSDAY) + n, x_m=50.0 * n, y_m=0.0) for n in range(10)]
    assert len(calls_for_escalation(story.book, story.book.complaints[entities[-1]])) == 10
    far = story.opened("T50", at(THURSDAY) + 50, x_m=950.1, y_m=0.0)
    assert len(alike(story.book, story.book.complaints[far])) == 1
    later = story.opened("T60", at(THURSDAY) + 86_400_000, x_m=0.0, y_m=0.0)
    assert len(alike(story.book, story.book.complaints[later])) == 10


def test_events_in_any_order_and_in_portions_give_the_same_book() -> None:
    story = Story()
    entities = ten(story, area="D1")
    for one in entities[:3]:
        story.fact(one, FactKind.CUSTOMER_CONTACTED, "2026-03-13 09:00")
    heads = {"d1": len(story.events)}
    for seed in range(5):
        events = story.events[:]
        random.Random(seed).shuffle(events)
        cut = seed * 2
        book = advance(advance(Book(), events[:cut], heads), [*events[cut:], *events[:cut]], heads)
        assert book.complaints == story.book.complaints
        assert book.entries == story.book.entries


def test_what_a_complaint_may_belong_to() -> None:
    story = Story()
    one = story.opened("T1", THURSDAY, ComplaintKind.NO_WATER, customer="C1", pipe="P2", x_m=0.0, y_m=0.0)
    bill = story.opened("T2", THURSDAY, ComplaintKind.BILL, customer="C1", x_m=0.0, y_m=0.0)
    start = at("2026-03-12 13:00")
    felt = [
        Happening("incident/W1", "W1", start, None, (300.0, 400.0)),
        Happening("incident/W2", "W2", start, None, (300.0, 400.1)),
        Happening("incident/W3", "W3", start, None, (2_000.0, 0.0), "P2"),
        Happening("outage/J1", "J1", start, None, customers=frozenset({"C1"})),
        Happening("incident/W4", "W4", at("2026-03-12 17:00:01"), None, (0.0, 0.0)),
        Happening("incident/W5", "W5", at("2026-03-10 13:00"), at("2026-03-11 13:59"), (0.0, 0.0)),
    ]
    found = proposals(story.book.complaints[one], felt)
    assert [(one.number, one.reason) for one in found] == [
        ("J1", LinkReason.NAMED),
        ("W3", LinkReason.SAME_MAIN),
        ("W1", LinkReason.NEAR),
    ]
    assert proposals(story.book.complaints[bill], felt) == ()
