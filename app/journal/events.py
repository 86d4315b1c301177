"""What an event is: its fields, its canonical text, and the hash that chains it to the one before.

The hash covers every field but ``hub_seq``, ``recv_at`` and ``signature``: these are filled in later, by the hub, and
are the only ones ever updated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Any

from app.errors import AppError
from app.journal.body_text import facts_in

EventKey = tuple[str, int]
"""(dev, dev_seq): names an event everywhere."""

HUB_ORDER = "@hub"
"""Beside the devices in *heads* (how far a log was read): how far the hub's order reaches in it.

What was pending and got its place since is news: that place may decide who knew what. No device bears such a name.
"""

NO_HASH = ""
"""prev_hash of a device's first event."""

EARLIEST_MS, LATEST_MS = -2_208_988_800_000, 7_258_118_400_000
"""From 1900 on and before 2200, UTC: who says other times has a broken clock, and calendars end somewhere."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Draft:
    """An event as its author states it; the journal adds who, when and where in the chain.

    Attributes:
        kind: What happened, such as ``valve.observed``.
        entity: What it happened to, such as ``valve/V12``.
        body: Facts as JSON values. No names, phone numbers or free text: these go into *texts*.
        texts: Free text by its role, such as ``{"note": "…"}``; kept outside the chain so that it can be erased.
        eff_at_ms: When it happened, UTC; None for the moment of writing.
        kind_version: Version of the kind's body.
    """

    kind: str
    entity: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    eff_at_ms: int | None = None
    kind_version: int = 1


@dataclass(frozen=True)
class Event:
    """One event as it lies in the log.

    Attributes:
        dev, dev_seq: The device that wrote it and its number there, from 1 without gaps.
        base: Highest hub_seq up to which the author held every event.
        hlc: Hybrid logical clock, see :mod:`app.journal.clock`.
        eff_at_ms: When it happened, UTC milliseconds.
        body: Canonical JSON text.
        prev_hash, hash: The device's chain.
        hub_seq, recv_at_ms, signature: From the hub; None while pending.
    """

    dev: str
    dev_seq: int
    base: int
    hlc: str
    eff_at_ms: int
    actor: str
    role: str
    kind: str
    kind_version: int
    entity: str
    body: str
    prev_hash: str
    hash: str
    hub_seq: int | None = None
    recv_at_ms: int | None = None
    signature: str | None = None

    @property
    def key(self) -> EventKey:
        """(dev, dev_seq)."""
        return (self.dev, self.dev_seq)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The body as JSON values; nothing where it cannot be read, see :attr:`readable`. Raises as :meth:`read`."""
        return self.read() or {}

    def read(self) -> dict[str, Any] | None:
        """The body as JSON values, read afresh; None where nobody should try.

        See :mod:`app.journal.body_text` and :attr:`dated`.

        Raises:
            ValueError: It cannot be read because it was changed after it was written: that is never passed over.
        """
        facts = facts_in(self.body) if self.dated else None
        if facts is None and self.hash != hash_of(self):
            raise ValueError(self.key)
        return facts

    @property
    def dated(self) -> bool:
        """Whether it happened at a time that calendars know; else nobody could show it, or reckon with it."""
        return EARLIEST_MS <= self.eff_at_ms < LATEST_MS

    @property
    def readable(self) -> bool:
        """Whether the body holds facts; one that does not is kept and passed on like those of unknown kinds."""
        return self.dated and (bool(self.facts) or self.body == "{}")


_VALUES = attrgetter(*(one.name for one in fields(Event)))


def values_of(event: Event) -> tuple[Any, ...]:
    """Its fields in their order; many times quicker than what :mod:`dataclasses` has for it, which copies each."""
    values: tuple[Any, ...] = _VALUES(event)
    return values


def devices_in(heads: Mapping[str, int]) -> dict[str, int]:
    """Last event number of each device in *heads*."""
    return {dev: last for dev, last in heads.items() if dev != HUB_ORDER}


def events_in(heads: Mapping[str, int]) -> int:
    """Number of events up to *heads*."""
    return sum(devices_in(heads).values())


def canonical(value: object) -> str:
    """*value* as JSON text, the same for equal values: sorted keys, no spaces, no NaN.

    Raises:
        AppError: ``journal.not_json`` for what JSON cannot hold.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        text.encode()
    except (TypeError, ValueError) as error:
        raise AppError("journal.not_json", reason=str(error)) from error
    return text


def hash_of(event: Event) -> str:
    """SHA-256 over everything but the hub's three fields, as hexadecimal digits."""
    said = (event.actor, event.role, event.kind, event.kind_version, event.entity, event.body)
    covered = [event.dev, event.dev_seq, event.base, event.hlc, event.eff_at_ms, *said, event.prev_hash]
    return hashlib.sha256(canonical(covered).encode()).hexdigest()


def key_from(value: Any) -> EventKey | None:
    """An event's key as JSON has it; None where none is named."""
    return None if value is None else (str(value[0]), int(value[1]))


def milliseconds(moment: datetime) -> int:
    """UTC milliseconds of an aware *moment*."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone")
    return (moment - _EPOCH) // _MILLISECOND
