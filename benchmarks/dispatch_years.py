"""Years of dispatch in a journal: incidents with their whole lives, crews, orders, notes, a few still open."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.dispatch.entries import Course, EntryKind, OrderStep, crew_entity, incident_entity
from app.journal.events import Draft, milliseconds
from app.journal.log import Journal

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
_LIFE = (
    ("crew.assigned", 4),
    ("crew.on_scene", 25),
    ("barrier.set", 27),
    ("utilities.checked", 33),
    ("diameter.read", 60),
    ("stop.decided", 62),
    ("notice.published", 68),
    ("water.off", 90),
    ("repair.done", 300),
    ("flushing.done", 320),
    ("water.back", 340),
    ("customers.confirmed", 380),
    ("site.cleared", 400),
)
PER_INCIDENT = 100


def lives(incidents: int, still_open: int, seed: int = 1) -> Iterator[tuple[datetime, list[Draft]]]:
    """For each incident its last moment and its events, some :data:`PER_INCIDENT` of them."""
    chance = random.Random(seed)
    for number in range(1, incidents + 1):
        begin = BEGIN + timedelta(minutes=100 * number)
        yield begin, _life(chance, number, milliseconds(begin), closed=number <= incidents - still_open)


def _life(chance: random.Random, number: int, begin_ms: int, *, closed: bool) -> list[Draft]:
    entity, crew = incident_entity(f"W{number}"), f"抢{number % 60:02d}"

    def at(minutes: float) -> int:
        return begin_ms + round(minutes * 60_000)

    place = {"x_m": chance.uniform(5e5, 5.2e5), "y_m": chance.uniform(4.05e6, 4.07e6)}
    opening = {"kind": "visible_leak", "channel": "phone", "pipe": f"P{number}", "dn_mm": 300.0, "severity": 2, **place}
    drafts = [Draft(EntryKind.OPENED, entity, opening, {}, begin_ms)]
    drafts.append(Draft(EntryKind.CREW_SENT, crew_entity(crew), {"incident": entity, "accepted": False}, {}, at(4)))
    drafts += [Draft(EntryKind.CREW_STATED, crew_entity(crew), {"state": "en_route"}, {}, at(4))]
    last = len(_LIFE) if closed else chance.randrange(2, 9)
    for fact, minutes in _LIFE[:last]:
        values = {"crew": crew} if fact.startswith("crew") else {}
        drafts.append(Draft(EntryKind.HAPPENED, entity, {"fact": fact, "values": values}, {}, at(minutes)))
    for valve in range(4):
        for position, minutes in (("closed", 70 + valve), ("open", 325 + valve)):
            if closed or minutes < 80:
                values = {"valve": f"V{number}-{valve}", "position": position, "normal": "open"}
                drafts.append(
                    Draft(EntryKind.HAPPENED, entity, {"fact": "valve.turned", "values": values}, {}, at(minutes))
                )
    order = f"order/{number:08d}-d1f3-001"
    issue = {"step": OrderStep.ISSUED, "receiver": crew, "about": "valve/V1", "incident": entity}
    drafts.append(Draft(EntryKind.ORDER_STEP, order, issue, {}, at(64)))
    drafts += [
        Draft(EntryKind.ORDER_STEP, order, {"step": step}, {}, at(65 + place))
        for place, step in enumerate((OrderStep.READ_BACK, OrderStep.EXECUTED, OrderStep.REPORTED))
    ]
    if closed:
        drafts.append(Draft(EntryKind.DECIDED, entity, {"course": Course.CLOSE}, {}, at(410)))
        relieved = {"incident": "-", "accepted": False}
        drafts.append(Draft(EntryKind.CREW_SENT, crew_entity(crew), relieved, {}, at(410)))
        drafts.append(Draft(EntryKind.CREW_STATED, crew_entity(crew), {"state": "standby"}, {}, at(410)))
    while len(drafts) < PER_INCIDENT:
        drafts.append(Draft(EntryKind.NOTED, entity, {"photo": f"{chance.getrandbits(256):064x}"}, {}, at(100)))
    return drafts


def write_years(path: Path, incidents: int, still_open: int) -> int:
    """Add the lives to the journal at *path* and return how many events they have."""
    journal, count, batch = Journal.open(path), 0, list[Draft]()
    try:
        for moment, drafts in lives(incidents, still_open):
            batch += drafts
            if len(batch) >= 20_000:
                count += len(journal.append(batch, moment, "bench"))
                batch = []
        if batch:
            count += len(journal.append(batch, moment, "bench"))
    finally:
        journal.close()
    return count
