"""The book of water drawn from hydrants: one fold whatever the order, and nobody is believed for ever."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.hydrants.book import LONGEST_MS, STILL_MS, HydrantUse, Stage, book_of
from app.hydrants.entries import BODIES, USE, Purpose, UseEntry, UseEvent
from app.journal.events import Event, canonical

HOUR = 3_600_000
T = 1_773_300_000_000
OPENED = {"x_m": 1.0, "y_m": 2.0, "purpose": "flushing", "from_ms": T}


def said(kind: UseEvent, at: int, body: dict[str, Any] | None = None, eff_ms: int = T, number: str = "Y1") -> UseEntry:
    entry = BODIES.entry_of(event(kind, at, {} if body is None else body, eff_ms, number))
    assert entry is not None
    return entry


def event(kind: str, at: int, body: dict[str, Any], eff_ms: int = T, number: str = "Y1") -> Event:
    text = canonical(body)
    hlc = f"{T + at:013d}.00000"
    return Event("d", at, 0, hlc, eff_ms, "op", "", kind, 1, USE + number, text, "", f"h{at}", at)


def use(*entries: UseEntry) -> HydrantUse:
    return book_of(entries)["Y1"]


def test_an_open_one_is_believed_half_a_day_after_the_last_word_and_never_longer_than_three() -> None:
    one = use(said(UseEvent.OPENED, 1, OPENED))
    assert (one.until_ms, one.believed_until_ms) == (None, T + STILL_MS)
    stages = [one.stage(T + hours * HOUR) for hours in (-1, 0, 12, 13, 999)]
    assert stages == [Stage.PLANNED, Stage.RUNNING, Stage.RUNNING, Stage.LAPSED, Stage.LAPSED]
    heard = [said(UseEvent.RUNS, 2 + day, eff_ms=T + day * 10 * HOUR) for day in range(1, 12)]
    again = use(said(UseEvent.OPENED, 1, OPENED), heard[0])
    assert again.believed_until_ms == T + 10 * HOUR + STILL_MS
    for_ever = use(said(UseEvent.OPENED, 1, OPENED), *heard)
    assert for_ever.believed_until_ms == T + LONGEST_MS, "by then it is usual"
    planned = use(said(UseEvent.OPENED, 1, {**OPENED, "until_ms": T + 9 * LONGEST_MS}))
    assert planned.believed_until_ms == T + LONGEST_MS
    assert planned.stage(T + LONGEST_MS + HOUR) is Stage.LAPSED


def test_the_last_word_about_its_end_counts_and_an_end_before_the_beginning_is_none() -> None:
    opened = said(UseEvent.OPENED, 1, {**OPENED, "until_ms": T + HOUR})
    later = said(UseEvent.ENDED, 2, {"until_ms": T + 3 * HOUR})
    sooner = said(UseEvent.ENDED, 3, {"until_ms": T + 2 * HOUR})
    false = said(UseEvent.ENDED, 4, {"until_ms": T - HOUR})
    assert use(opened).until_ms == T + HOUR
    assert use(opened, later).until_ms == T + 3 * HOUR
    assert use(opened, later, sooner, false).until_ms == T + 2 * HOUR
    runs = said(UseEvent.RUNS, 5, eff_ms=T + 4 * HOUR)
    assert use(opened, later, runs).until_ms is None, "the end was none"
    assert use(opened, later, runs).stage(T + 5 * HOUR) is Stage.RUNNING
    before = said(UseEvent.RUNS, 5, eff_ms=T - HOUR)
    assert use(opened, later, before).until_ms == T + 3 * HOUR, "who saw it before it began saw nothing"
    taken_back = use(opened, said(UseEvent.WITHDRAWN, 6))
    assert taken_back.stage(T) is Stage.WITHDRAWN


def test_what_cannot_be_is_kept_in_the_journal_and_believed_in_nothing() -> None:
    wrong = (
        {**OPENED, "until_ms": 10**18},
        {**OPENED, "from_ms": -(10**17)},
        {**OPENED, "from_ms": "now"},
        {**OPENED, "flow_m3_h": -3.0},
        {**OPENED, "flow_m3_h": 1e9},
        {**OPENED, "purpose": "swimming"},
        {**OPENED, "x_m": "east"},
        {**OPENED, "y_m": 1e308},
        {**OPENED, "hydrant": ""},
        {name: value for name, value in OPENED.items() if name != "y_m"},
    )
    for body in wrong:
        assert BODIES.entry_of(event(UseEvent.OPENED, 1, body)) is None, body
    assert book_of([said(UseEvent.OPENED, 1, {**OPENED, "until_ms": T})]) == {}
    assert book_of([said(UseEvent.RUNS, 1), said(UseEvent.ENDED, 2, {"until_ms": T})]) == {}, "nothing was opened"
    stray = BODIES.entry_of(event(UseEvent.OPENED, 1, OPENED))
    assert stray is not None
    elsewhere = type(stray)(**{**vars(stray), "entity": "incident/W1"})
    assert book_of([elsewhere]) == {}


def test_of_two_that_opened_one_number_the_first_counts() -> None:
    first = said(UseEvent.OPENED, 1, {**OPENED, "hydrant": "H1", "until_ms": T + HOUR})
    second = said(UseEvent.OPENED, 2, {**OPENED, "hydrant": "H2", "until_ms": T + 9 * HOUR})
    one = use(second, first)
    assert (one.hydrant, one.until_ms) == ("H1", T + HOUR)


@st.composite
def told(draw: st.DrawFn) -> list[UseEntry]:
    entries = []
    for at in range(1, draw(st.integers(1, 8)) + 1):
        kind = draw(st.sampled_from(UseEvent))
        moment = T + draw(st.integers(-5, 100)) * HOUR
        body: dict[str, Any] = {}
        if kind is UseEvent.OPENED:
            body = {**OPENED, "from_ms": moment, "purpose": draw(st.sampled_from(Purpose)).value}
            if draw(st.booleans()):
                body["until_ms"] = T + draw(st.integers(-5, 100)) * HOUR
        elif kind is UseEvent.ENDED:
            body = {"until_ms": moment}
        entries.append(said(kind, at, body, moment, draw(st.sampled_from(("Y1", "Y2", "Y10-abc", "X")))))
    return entries


@given(told(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters_and_belief_lies_within_what_is_said(
    entries: list[UseEntry], random: Any
) -> None:
    book = book_of(entries)
    shuffled = [*entries, *entries[:2]]
    random.shuffle(shuffled)
    assert book_of(shuffled) == book
    for one in book.values():
        assert one.from_ms <= one.believed_until_ms <= one.from_ms + LONGEST_MS
        if one.until_ms is not None:
            assert one.believed_until_ms <= one.until_ms
            assert one.until_ms > one.from_ms
