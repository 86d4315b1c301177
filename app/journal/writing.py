"""How drafts become events of a device: numbered, dated, and each chained to the one before."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.errors import AppError
from app.journal import clock
from app.journal.body_text import facts_in
from app.journal.events import Draft, Event, canonical, hash_of


@dataclass(frozen=True)
class Head:
    """Where a device's chain and the clock stand.

    Attributes:
        dev_seq, hash: Of the device's last event; 0 and no hash before its first.
        hlc: The latest reading that anybody's event bears.
        base: Highest hub_seq up to which every event is held.
    """

    dev: str
    dev_seq: int
    hash: str
    hlc: str
    base: int


@dataclass(frozen=True)
class FreeText:
    """Words kept outside the chain, so that they can be erased.

    Attributes:
        id: SHA-256 of salt and content, as hexadecimal digits.
        salt: Without it a short text (a phone number) could be guessed from its hash after it was erased.
    """

    id: str
    salt: bytes
    content: str


def free_text(content: str) -> FreeText:
    """*content* with a salt of its own."""
    salt = secrets.token_bytes(16)
    return FreeText(_text_id(salt, content), salt, content)


def is_genuine(text: FreeText) -> bool:
    """Whether *text* is what its id was made of."""
    return _text_id(text.salt, text.content) == text.id


def _text_id(salt: bytes, content: str) -> str:
    return hashlib.sha256(salt + content.encode()).hexdigest()


def text_ids(event: Event) -> list[str]:
    """Ids of the free texts that *event* names; none where its body is of a shape that this program does not know."""
    try:
        named = event.facts.get("texts")
    except ValueError:
        # Changed since it was written: the hub will refuse it.
        return []
    return [one for one in named.values() if isinstance(one, str)] if isinstance(named, dict) else []


def chained(
    drafts: Iterable[Draft], head: Head, now_ms: int, actor: str, role: str
) -> tuple[tuple[Event, ...], tuple[FreeText, ...]]:
    """*drafts* as the events that follow on *head*, and the free texts that they name.

    Raises:
        AppError: ``journal.not_json``.
    """
    events: list[Event] = []
    kept: list[FreeText] = []
    for draft in drafts:
        body = dict(draft.body)
        if draft.texts:
            texts = {name: free_text(content) for name, content in sorted(draft.texts.items())}
            body["texts"] = {name: text.id for name, text in texts.items()}
            kept += texts.values()
        event = Event(
            dev=head.dev,
            dev_seq=head.dev_seq + 1,
            base=head.base,
            hlc=clock.tick(head.hlc, now_ms),
            eff_at_ms=now_ms if draft.eff_at_ms is None else draft.eff_at_ms,
            actor=actor,
            role=role,
            kind=draft.kind,
            kind_version=draft.kind_version,
            entity=draft.entity,
            body=_within_bounds(canonical(body)),
            prev_hash=head.hash,
            hash="",
        )
        events.append(replace(event, hash=hash_of(event)))
        head = replace(head, dev_seq=event.dev_seq, hash=events[-1].hash, hlc=event.hlc)
    return tuple(events), tuple(kept)


def _within_bounds(body: str) -> str:
    """*body*, which everybody will be able to read again."""
    if facts_in(body) is None:
        raise AppError("journal.not_json", reason=body[:_SHOWN])
    return body


_SHOWN = 80
