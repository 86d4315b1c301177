"""Incidents from the journal's events: what holds, what is disputed, who decided first, and what is set aside."""

import random

import pytest
from dispatch_stories import PACK
from fleet import Fleet
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dispatch.clocks import clocks_of
from app.dispatch.entries import Course, EntryKind, draft, entry_of
from app.dispatch.incidents import Incident, Ledger, incidents_of, take_in
from app.dispatch.workdays import Calendar
from app.errors import AppError
from app.journal.events import Event
from app.messages import LANGUAGES, load_words

OPENING = {"kind": "burst", "x_m": 1.0, "y_m": 2.0, "channel": "phone"}
W1, W2 = "incident/W1", "incident/W2"


def opened(fleet: Fleet, who: int = 0, entity: str = W1, eff_at_ms: int = 1000, **more: object) -> Event:
    return fleet.write(who, eff_at_ms, EntryKind.OPENED, {**OPENING, **more}, entity=entity)


def seen_by(fleet: Fleet, who: int) -> dict[str, Incident]:
    return incidents_of(take_in(Ledger(), fleet.laptops[who].log.values()), {})


def test_a_report_opens_an_incident_with_its_receipt() -> None:
    fleet = Fleet.of(1)
    opened(fleet, dn_mm=300)
    incident = seen_by(fleet, 0)[W1]
    assert incident.is_open
    assert incident.attributes == {**OPENING, "dn_mm": 300}
    assert [clock.rule.id for clock in clocks_of(incident.case, PACK, Calendar())][:2] == ["E1", "E2"]


def test_what_is_said_anew_by_somebody_who_had_seen_it_holds() -> None:
    fleet = Fleet.of(1)
    opened(fleet, dn_mm=300)
    fleet.write(0, 2000, EntryKind.AMENDED, {"dn_mm": 600}, entity=W1)
    assert seen_by(fleet, 0)[W1].attributes["dn_mm"] == 600


def test_what_two_say_without_having_seen_each_other_is_disputed_until_one_who_saw_both_decides() -> None:
    fleet = Fleet.of(2)
    opened(fleet, dn_mm=300)
    fleet.sync()
    fleet.write(0, 2000, EntryKind.AMENDED, {"dn_mm": 400}, entity=W1)
    fleet.write(1, 2000, EntryKind.AMENDED, {"dn_mm": 600}, entity=W1)
    fleet.sync()
    known = seen_by(fleet, 1)[W1].known["dn_mm"]
    assert known.disputed
    assert known.values == (400, 600)
    assert "dn_mm" not in seen_by(fleet, 1)[W1].attributes
    fleet.write(0, 3000, EntryKind.AMENDED, {"dn_mm": 600}, entity=W1)
    fleet.sync()
    assert seen_by(fleet, 1)[W1].attributes["dn_mm"] == 600


def test_the_first_decision_to_reach_the_hub_holds_and_the_later_one_is_shown() -> None:
    fleet = Fleet.of(2)
    opened(fleet)
    fleet.sync()
    cancel = fleet.write(1, 2000, EntryKind.DECIDED, {"course": Course.CANCEL}, entity=W1)
    close = fleet.write(0, 3000, EntryKind.DECIDED, {"course": Course.CLOSE}, entity=W1)
    fleet.push(0)
    fleet.sync()
    for who in (0, 1):
        course = seen_by(fleet, who)[W1].course
        assert course.stands is not None
        assert course.stands.key == close.key
        assert [(late.key, held.key) for late, held in course.conflicts] == [(cancel.key, close.key)]


def test_who_knew_of_one_side_alone_settles_nothing() -> None:
    fleet = Fleet.of(3)
    opened(fleet)
    fleet.sync()
    fleet.write(0, 2000, EntryKind.DECIDED, {"course": Course.CLOSE}, entity=W1)
    cancel = fleet.write(1, 2000, EntryKind.DECIDED, {"course": Course.CANCEL}, entity=W1)
    fleet.push(0)
    fleet.pull(2, len(fleet.hub))
    reopen = fleet.write(2, 3000, EntryKind.DECIDED, {"course": Course.REOPEN}, entity=W1)
    fleet.push(1)
    fleet.sync()
    for who in (0, 1, 2):
        course = seen_by(fleet, who)[W1].course
        assert course.stands is not None
        assert course.stands.key == reopen.key
        assert [one.key for one in course.contested] == [cancel.key], "whoever reopened it had not heard of this"
    fleet.write(2, 4000, EntryKind.DECIDED, {"course": Course.CLOSE}, entity=W1)
    fleet.sync()
    assert seen_by(fleet, 1)[W1].course.contested == ()


def test_two_who_close_the_same_incident_are_not_in_conflict() -> None:
    fleet = Fleet.of(2)
    opened(fleet)
    fleet.sync()
    for who in (0, 1):
        fleet.write(who, 2000, EntryKind.DECIDED, {"course": Course.CLOSE}, entity=W1)
    fleet.sync()
    assert seen_by(fleet, 0)[W1].course.conflicts == ()
    assert not seen_by(fleet, 0)[W1].is_open


def test_photos_of_the_field_arrive_after_the_desk_has_closed() -> None:
    fleet = Fleet.of(2)
    opened(fleet)
    fleet.sync()
    fleet.write(0, 2000, EntryKind.DECIDED, {"course": Course.CLOSE}, entity=W1)
    photo = fleet.write(1, 1500, EntryKind.NOTED, {"photo": "sha256-0"}, entity=W1)
    fleet.sync()
    incident = seen_by(fleet, 0)[W1]
    assert not incident.is_open
    assert [entry.key for entry in incident.evidence] == [photo.key]


def test_merged_duplicates_keep_the_earliest_receipt() -> None:
    fleet = Fleet.of(1)
    opened(fleet, eff_at_ms=9000)
    opened(fleet, entity=W2, eff_at_ms=5000)
    fleet.write(0, 9500, EntryKind.MERGED, {"into": W1}, entity=W2)
    found = seen_by(fleet, 0)
    assert set(found) == {W1}
    assert found[W1].merged == (W2,)
    clock = clocks_of(found[W1].case, PACK, Calendar())[0]
    assert clock.verdict.start_ms == 5000


@pytest.mark.parametrize("goal", ["incident/nowhere", W2])
def test_an_incident_merged_into_nothing_stays(goal: str) -> None:
    fleet = Fleet.of(1)
    opened(fleet, entity=W2)
    fleet.write(0, 2000, EntryKind.MERGED, {"into": goal}, entity=W2)
    assert set(seen_by(fleet, 0)) == {W2}


def test_incidents_merged_in_a_circle_are_one() -> None:
    fleet = Fleet.of(2)
    opened(fleet)
    opened(fleet, entity=W2)
    fleet.sync()
    fleet.write(0, 2000, EntryKind.MERGED, {"into": W2}, entity=W1)
    fleet.write(1, 2000, EntryKind.MERGED, {"into": W1}, entity=W2)
    fleet.sync()
    assert set(seen_by(fleet, 0)) == {W1}
    assert seen_by(fleet, 0)[W1].merged == (W2,)


BODIES = [
    (EntryKind.OPENED, {"kind": "burst", "x_m": 1.0, "y_m": 2.0}, "channel"),
    (EntryKind.OPENED, {**OPENING, "kind": "flood"}, "kind"),
    (EntryKind.OPENED, {**OPENING, "x_m": float("nan")}, "x_m"),
    (EntryKind.OPENED, {**OPENING, "severity": 5}, "severity"),
    (EntryKind.OPENED, {**OPENING, "phone": "138"}, "phone"),
    (EntryKind.OPENED, {**OPENING, "pipe": ""}, "pipe"),
    (EntryKind.AMENDED, {"channel": "phone"}, "channel"),
    (EntryKind.HAPPENED, {"fact": "moon.rose"}, "fact"),
    (EntryKind.HAPPENED, {"fact": "closed", "values": {"x": [1]}}, "values"),
    (EntryKind.HAPPENED, {"fact": "closed", "corrects": ["dev", 0]}, "corrects"),
    (EntryKind.DECIDED, {"course": "forget"}, "course"),
    (EntryKind.MERGED, {}, "into"),
    (EntryKind.CREW_STATED, {"state": "asleep"}, "state"),
]


@pytest.mark.parametrize(("kind", "body", "field"), BODIES)
def test_a_body_that_is_not_what_its_kind_promises_does_not_get_in(
    kind: EntryKind, body: dict[str, object], field: str
) -> None:
    with pytest.raises(AppError) as refused:
        draft(kind, W1, body, 0)
    assert refused.value.detail["field"] == field
    for language in LANGUAGES:
        assert field in load_words(language).say("failed", refused.value.code, refused.value.detail)


def test_what_came_in_wrong_all_the_same_is_set_aside_and_of_later_versions_too() -> None:
    fleet = Fleet.of(1)
    wrong = fleet.write(0, 1000, EntryKind.OPENED, {"kind": "burst"}, entity=W1)
    later = fleet.write(0, 1000, EntryKind.OPENED, OPENING, version=2, entity=W1)
    ledger = take_in(Ledger(), fleet.laptops[0].log.values())
    assert ledger.set_aside == (wrong.key, later.key)
    assert entry_of(wrong) is None
    assert incidents_of(ledger, {}) == {}


def test_a_good_body_becomes_a_draft() -> None:
    made = draft(EntryKind.NOTED, W1, {"photo": "sha256-0"}, 5, {"note": "…"})
    assert (made.entity, made.eff_at_ms, made.texts) == (W1, 5, {"note": "…"})


def _shift(chance: random.Random, fleet: Fleet) -> None:
    """Somebody writes something, sends, or fetches."""
    who, entity = chance.randrange(len(fleet.laptops)), chance.choice([W1, W2])
    writes = [
        lambda: opened(fleet, who, entity, chance.randrange(5000), dn_mm=chance.choice([300, 600])),
        lambda: fleet.write(who, 0, EntryKind.AMENDED, {"dn_mm": chance.choice([200, 300, 600])}, entity=entity),
        lambda: fleet.write(who, 0, EntryKind.DECIDED, {"course": chance.choice(list(Course))}, entity=entity),
        lambda: fleet.write(who, 0, EntryKind.MERGED, {"into": chance.choice([W1, W2])}, entity=entity),
        lambda: fleet.write(who, 0, EntryKind.HAPPENED, {"fact": "crew.on_scene"}, entity=entity),
        lambda: fleet.write(who, 0, EntryKind.NOTED, {"photo": "p"}, entity=entity),
        lambda: fleet.push(who),
        lambda: fleet.pull(who, chance.randrange(len(fleet.hub) + 1)),
    ]
    chance.choice(writes)()


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_the_same_events_make_the_same_incidents_in_any_order_and_nothing_is_lost(seed: int) -> None:
    chance, fleet = random.Random(seed), Fleet.of(3)
    for _ in range(25):
        _shift(chance, fleet)
    fleet.sync()
    events = list(fleet.laptops[0].log.values())
    whole = take_in(Ledger(), events)
    chance.shuffle(events)
    bit_by_bit = Ledger()
    for event in [*events, *events[:5]]:
        bit_by_bit = take_in(bit_by_bit, [event])
    assert bit_by_bit == whole
    assert incidents_of(whole, {}) == incidents_of(bit_by_bit, {})
    assert incidents_of(take_in(Ledger(), fleet.laptops[2].log.values()), {}) == incidents_of(whole, {})
    kept = {entry.key for entries in whole.entries.values() for entry in entries}
    assert kept == {event.key for event in events}
    for incident in incidents_of(whole, {}).values():
        _nothing_overwritten_unseen(incident, fleet)
        _nothing_dropped_unseen(incident, whole, fleet)


def _nothing_dropped_unseen(incident: Incident, ledger: Ledger, fleet: Fleet) -> None:
    """Each decision stands, says what stands, was seen by somebody who decided since, or is told as contested."""
    stands, contested = incident.course.stands, {one.key for one in incident.course.contested}
    told = [one for one in ledger.entries[incident.entity] if one.kind is EntryKind.DECIDED]
    for one in told:
        seen = any(one.key in fleet.seen[other.key] for other in told)
        alike = stands is not None and one.facts == stands.facts
        assert (one.key in contested) == (not seen and not alike)


def _nothing_overwritten_unseen(incident: Incident, fleet: Fleet) -> None:
    """Each decision follows one that its author had seen, or is shown beside the one that it did not know."""
    for before, after in zip(incident.course.held, incident.course.held[1:], strict=False):
        assert before.key in fleet.seen[after.key]
    for late, held in incident.course.conflicts:
        assert held.key not in fleet.seen[late.key]
    for known in incident.known.values():
        for one in known.by:
            assert not any(one in fleet.seen[other] for other in known.by)
