"""Bodies that somebody made to stumble over are read by nobody, and by everybody alike."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import Postgres

from app.dispatch import entries
from app.errors import AppError
from app.journal.body_text import DEEPEST, facts_in
from app.journal.events import Draft, Event, hash_of
from app.journal.fold import DEVICE_CONTINUED, VALVE_OBSERVED, State, fold, to_json
from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.journal.writing import text_ids

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def nested(depth: int) -> str:
    """An object with lists inside, *depth* altogether."""
    return '{"position":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


POISON = {
    "deep": nested(DEEPEST + 1),
    "deep enough to end a reader": nested(3_000),
    "whole": '{"position":1' + "0" * 30 + "}",
    "whole beyond what Python converts": '{"position":1' + "0" * 5_000 + "}",
    "real": '{"position":1e999}',
    "half a pair": '{"position":"\\ud800"}',
}


def event_of(body: str, kind: str = VALVE_OBSERVED, number: int = 1, chained: str = "") -> Event:
    event = Event("dev1", number, 0, "0000000000001.00000", 1, "a", "", kind, 1, "valve/V1", body, chained, "")
    return Event(**{**vars(event), "hash": hash_of(event)})


def test_what_lies_within_the_bounds_is_read() -> None:
    assert facts_in('{"a":[1,-2.5e3,"水\\u0001",null,true,{}]}') == {"a": [1, -2500.0, "水\x01", None, True, {}]}
    assert facts_in(f'{{"a":[{2**63 - 1},{-(2**63)}]}}') == {"a": [2**63 - 1, -(2**63)]}
    assert facts_in(nested(DEEPEST)) is not None
    assert facts_in('{"a":"' + "[" * 500 + '"}') == {"a": "[" * 500}
    assert facts_in("[" + "[]," * 500 + "[]]") is None, "no object"
    assert facts_in('{"a":[' + "[]," * 500 + "[]]}") == {"a": [[]] * 501}, "many beside each other are not deep"
    assert facts_in('{"a":"\\ud83d\\udca7"}') == {"a": "💧"}


@pytest.mark.parametrize("body", [*POISON.values(), "", "{", "[]", "3", "null", '{"a":NaN}', '{"a":-Infinity}'])
def test_what_lies_beyond_them_is_not(body: str) -> None:
    assert facts_in(body) is None
    event = event_of(body)
    assert (event.facts, event.readable, text_ids(event)) == ({}, False, [])
    assert fold(State(), [event]).unknown == (event.key,)
    continued = event_of(body, DEVICE_CONTINUED)
    assert fold(State(), [continued]).unknown == (continued.key,)
    assert entries.entry_of(event_of(body, "incident.noted")) is None


def test_nothing_in_it_is_no_poison() -> None:
    event = event_of("{}")
    assert (event.facts, event.readable) == ({}, True)


def test_what_was_changed_after_it_was_written_is_not_passed_over() -> None:
    event = Event(**{**vars(event_of('{"position":"open"}', "incident.noted")), "body": '{"position":'})
    with pytest.raises(ValueError, match="dev1"):
        _ = event.facts
    with pytest.raises(ValueError, match="dev1"):
        entries.entry_of(event)
    assert text_ids(event) == []


def test_this_program_writes_none(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "journal.sqlite")
    with pytest.raises(AppError, match="not_json"):
        journal.append([Draft(VALVE_OBSERVED, "valve/V1", {"turns": 2**63})], NOW, "a")
    assert journal.heads() == {}
    journal.close()


def test_it_is_kept_and_passed_on(postgres_server: Postgres, database: str, tmp_path: Path) -> None:
    hub, journal = HubJournal.create(database), Journal.create(tmp_path / "journal.sqlite")
    chain, sent = "", []
    for number, body in enumerate(POISON.values(), 1):
        sent.append(event_of(body, number=number, chained=chain))
        chain = sent[-1].hash
    assert hub.push(sent) == len(sent)
    portion = hub.pull(0)
    assert journal.take_in(portion.events, portion.texts) == len(sent)
    state = journal.state()
    assert state.unknown == tuple(event.key for event in sent)
    journal.keep_snapshot(state)
    assert to_json(journal.state()) == to_json(state)
    too_deep = event_of(nested(sys.maxunicode), number=len(sent) + 1, chained=chain)
    with pytest.raises(AppError, match="broken_chain"):
        hub.push([too_deep])
    assert hub.top() == len(sent)
    journal.close()
    hub.close()
