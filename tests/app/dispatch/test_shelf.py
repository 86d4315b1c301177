"""What is long over is let go, and comes back whole when anything is heard of it: the board never shows it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable

from fleet import Fleet
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dispatch.board import Board, Standards, advance, recalled
from app.dispatch.entries import Course, EntryKind
from app.dispatch.incidents import incidents_of
from app.dispatch.rule_pack import standard_pack
from app.dispatch.shelf import from_json, rebuilt, shelve, to_json
from app.journal.events import Event

STANDARDS = Standards(standard_pack())
ENTITIES = [f"incident/W{number}" for number in (1, 2, 3)]
CREW = "crew/抢03"


def told(board: Board, events: Iterable[Event], everything: list[Event]) -> Board:
    heads: dict[str, int] = {}
    for event in everything:
        heads[event.dev] = max(heads.get(event.dev, 0), event.dev_seq)
    return advance(board, events, heads, {}, lambda entity: [one for one in everything if one.entity == entity])


def _write(chance: random.Random, fleet: Fleet) -> None:
    who, entity, at_ms = chance.randrange(2), chance.choice(ENTITIES), chance.randrange(10_000)
    opening = {"kind": "burst", "x_m": 1.0, "y_m": 2.0, "channel": "phone"}
    sent = {"incident": chance.choice([*ENTITIES, "-"]), "accepted": False}
    writes = [
        lambda: fleet.write(who, at_ms, EntryKind.OPENED, opening, entity=entity),
        lambda: fleet.write(who, at_ms, EntryKind.DECIDED, {"course": chance.choice(list(Course))}, entity=entity),
        lambda: fleet.write(who, at_ms, EntryKind.DECIDED, {"course": Course.CLOSE}, entity=entity),
        lambda: fleet.write(who, at_ms, EntryKind.MERGED, {"into": chance.choice(ENTITIES)}, entity=entity),
        lambda: fleet.write(who, at_ms, EntryKind.HAPPENED, {"fact": "crew.on_scene"}, entity=entity),
        lambda: fleet.write(who, at_ms, EntryKind.CREW_SENT, sent, entity=CREW),
        lambda: fleet.write(who, at_ms, EntryKind.CREW_STATED, {"state": "standby"}, entity=CREW),
        lambda: fleet.write(who, at_ms, EntryKind.ORDER_STEP, {"step": "issued", "receiver": "a"}, entity="order/1"),
        lambda: fleet.write(who, at_ms, EntryKind.ORDER_STEP, {"step": "withdrawn"}, entity="order/1"),
        fleet.sync,
    ]
    chance.choice(writes)()


def whole(board: Board, everything: list[Event]) -> Board:
    for entity in [*board.shelved]:
        board = recalled(board, entity, lambda one: [event for event in everything if event.entity == one])
    return board


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_board_that_lets_go_in_between_is_the_board_that_never_did(seed: int) -> None:
    chance, fleet = random.Random(seed), Fleet.of(2)
    for _ in range(40):
        _write(chance, fleet)
    fleet.sync()
    events = list(fleet.laptops[0].log.values())
    plain = told(Board(STANDARDS), events, events)
    board, given_so_far = Board(STANDARDS), list[Event]()
    chance.shuffle(events)
    for event in events:
        given_so_far.append(event)
        board = told(board, [event], given_so_far)
        if chance.random() < 0.3:
            board, _ = shelve(board, chance.choice([0, 5_000, 20_000]))
        if chance.random() < 0.2:
            board = from_json(json.loads(json.dumps(to_json(board))), STANDARDS)
    assert board.duties[CREW] == plain.duties[CREW] if CREW in plain.duties else CREW not in board.duties
    again = whole(board, events)
    assert again.incidents == plain.incidents == incidents_of(plain.ledger, {})
    assert again.clocks == plain.clocks
    assert again.orders == plain.orders


def test_what_is_over_is_let_go_and_its_number_is_not_given_again() -> None:
    fleet = Fleet.of(1)
    opening = {"kind": "burst", "x_m": 1.0, "y_m": 2.0, "channel": "phone"}
    for entity, at_ms in zip(ENTITIES, (1000, 2000, 3000), strict=True):
        fleet.write(0, at_ms, EntryKind.OPENED, opening, entity=entity)
    fleet.write(0, 1500, EntryKind.DECIDED, {"course": Course.CLOSE}, entity=ENTITIES[0])
    fleet.write(0, 9000, EntryKind.DECIDED, {"course": Course.CLOSE}, entity=ENTITIES[1])
    events = list(fleet.laptops[0].log.values())
    board, over = shelve(told(Board(STANDARDS), events, events), 5000)
    assert [one.entity for one in over] == ENTITIES[:1]
    assert set(board.incidents) == set(ENTITIES[1:])
    assert board.entries(ENTITIES[0]) == ()
    assert sorted(board.names("incident/")) == ENTITIES
    made, gone = rebuilt(STANDARDS, events, {}, {}, lambda entity: [one for one in events if one.entity == entity])
    assert set(made.incidents) == set(ENTITIES)
    assert gone == ()
    note = fleet.write(0, 9999, EntryKind.NOTED, {"photo": "p"}, entity=ENTITIES[0])
    back = told(board, [note], [*events, note])
    assert [entry.key for entry in back.incidents[ENTITIES[0]].evidence] == [note.key]
