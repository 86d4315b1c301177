"""Filling a new hub: its owner brings a whole journal at once, and the server looks at it as a whole.

``push`` looks at one event after the other and keeps the device's and the hub's row up to date for each batch; a
million events brought so in one transaction leave a trail of dead rows that every next one has to walk along.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from app.errors import AppError
from app.journal import hub_rights, hub_zones
from app.journal.events import Event
from app.journal.reading import COLUMNS, PAGE
from app.journal.writing import FreeText
from gis.stores import postgres

_FIRST_FLAW = b"""
    SELECT dev, dev_seq FROM (
        SELECT event.*, row_number() OVER own AS number, lag(hash, 1, '') OVER own AS chained,
            lag(base, 1, 0::BIGINT) OVER own AS known, lag(hub_seq, 1, 0::BIGINT) OVER own AS place
        FROM event WINDOW own AS (PARTITION BY dev ORDER BY dev_seq)) AS told
    WHERE dev = '@hub' OR dev_seq <> number OR prev_hash <> chained OR base < known OR base >= hub_seq
        OR hub_seq <= place OR NOT is_object(body) OR hash <> hash_of(
            dev, dev_seq, base, hlc, eff_at, actor, role, kind, kind_version, entity, body, prev_hash)
    ORDER BY hub_seq LIMIT 1"""
"""What ``push`` asks of each event, asked of all."""

_DEVICES = b"""
    INSERT INTO device SELECT DISTINCT ON (dev) dev, dev_seq, hash, hlc, base FROM event ORDER BY dev, dev_seq DESC"""


def fill(
    connection: postgres.Connection,
    events: Iterable[Event],
    texts: Callable[[Sequence[Event]], tuple[FreeText, ...]],
) -> None:
    """Put *events* into the empty hub on *connection*, in a transaction of the caller's, who owns the hub.

    Args:
        connection: Open, its tables laid out.
        events: Those with places in the order first and in that order; the others get the next places.
        texts: Gives the free texts that some events name.

    Raises:
        AppError: ``hub.order_broken`` where places are missing, ``journal.broken_chain`` where an event does not follow
            on or was changed, ``journal.text_changed``, ``hub.not_storable``.
    """
    login, now_ms = _row(
        connection, b"SELECT session_user, floor(extract(epoch FROM clock_timestamp()) * 1000)::BIGINT"
    )
    coming, top = iter(events), 0
    while page := list(islice(coming, PAGE)):
        rows = [_placed(event, top + ahead, now_ms, login) for ahead, event in enumerate(page, 1)]
        postgres.copy_in(connection, "event", f"{COLUMNS}, login", rows)
        connection.execute("SELECT keep(%s::jsonb)", (texts_json(texts(page)),))
        top += len(page)
    # The rows are new to the server: without their number it would look for the flaw in a slow way.
    connection.execute("ANALYZE event")
    flaw = connection.execute(_FIRST_FLAW).fetchone()
    if flaw is not None:
        raise AppError("journal.broken_chain", device=flaw[0], number=flaw[1])
    connection.execute(_DEVICES)
    connection.execute(hub_rights.MARK_ALL.encode())
    connection.execute(hub_zones.WHOSE_ALL.encode())
    connection.execute(hub_rights.ERASE_ALL.encode())
    connection.execute("UPDATE hub SET hub_seq = %s", (top,))


def _row(connection: postgres.Connection, statement: bytes) -> tuple[Any, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None, "one row always comes"
    return row


def _placed(event: Event, place: int, now_ms: int, login: str) -> tuple[object, ...]:
    """The event's row, in the order of the columns."""
    if event.dev_seq < 1 or event.base < 0:
        raise AppError("journal.broken_chain", device=event.dev, number=event.dev_seq)
    if event.hub_seq not in {None, place}:
        raise AppError("hub.order_broken", number=place)
    said = (event.actor, event.role, event.kind, event.kind_version, event.entity, event.body)
    first = (event.dev, event.dev_seq, event.base, event.hlc, event.eff_at_ms)
    return (*first, *said, event.prev_hash, event.hash, place, event.recv_at_ms or now_ms, event.signature, login)


def texts_json(texts: Iterable[FreeText]) -> str:
    """*texts* as the server takes them."""
    told = [{"id": text.id, "salt": text.salt.hex(), "content": text.content} for text in texts]
    return json.dumps(told, ensure_ascii=False)
