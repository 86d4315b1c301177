"""Bodies of events: checked before they are written, checked again when they are read back as entries.

Each family of events says for each of its kinds what every field holds and which must be there. An event whose body is
not what its kind promises is kept in the log and set aside here, never guessed at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeGuard, TypeVar

from app.errors import AppError
from app.journal.events import EARLIEST_MS, LATEST_MS, Draft, Event, EventKey

K = TypeVar("K", bound=StrEnum)
Check = Callable[[Any], bool]
Fields = tuple[Mapping[str, Check], tuple[str, ...]]
"""The fields of a kind with what each holds, and those that must be there."""

_LONGEST_NAME = 200


@dataclass(frozen=True)
class Entry(Generic[K]):
    """One event of a family, read back.

    Attributes:
        hub_seq: Its place in the hub's order; None while it is pending.
        eff_at_ms: When it happened, UTC.
        texts: Ids of its free words by role.
    """

    key: EventKey
    hub_seq: int | None
    hlc: str
    kind: K
    entity: str
    eff_at_ms: int
    actor: str
    role: str
    facts: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[float, str, str, int]:
        """Its place in the order in which entries hold: as the hub numbered them, then what is pending."""
        return (math.inf if self.hub_seq is None else self.hub_seq, self.hlc, *self.key)


@dataclass(frozen=True)
class Bodies(Generic[K]):
    """What the bodies of a family's kinds hold."""

    fields: Mapping[K, Fields]

    @cached_property
    def kinds(self) -> Mapping[str, K]:
        """The kinds by the words that stand in events."""
        return {kind.value: kind for kind in self.fields}

    def wrong_in(self, kind: K, body: Mapping[str, Any]) -> str | None:
        """Name of the field that makes *body* no body of *kind*; None where it is one."""
        known, needed = self.fields[kind]
        for name in needed:
            if name not in body:
                return name
        for name, value in body.items():
            if name not in known or not known[name](value) or not _in_time(name, value):
                return name
        return None

    def check(self, kind: K, body: Mapping[str, Any]) -> None:
        """Let nothing wrong into the journal.

        Raises:
            AppError: ``dispatch.body`` where *body* is not what the kind promises.
        """
        wrong = self.wrong_in(kind, body)
        if wrong is not None:
            raise AppError("dispatch.body", kind=kind, field=wrong)

    def drafted(
        self,
        kind: K,
        entity: str,
        body: Mapping[str, Any],
        texts: Mapping[str, str] | None = None,
        at_ms: int | None = None,
    ) -> Draft:
        """An event to be written; of *texts* what says something.

        Raises:
            AppError: ``dispatch.body`` where the body is not what the kind promises.
        """
        self.check(kind, body)
        said = {name: text.strip() for name, text in (texts or {}).items() if text.strip()}
        return Draft(kind, entity, body, said, at_ms)

    def entry_of(self, event: Event) -> Entry[K] | None:
        """The entry that *event* makes; None for other kinds, later versions and bodies that are none of their kind."""
        kind = self.kinds.get(event.kind)
        if kind is None or event.kind_version > 1 or not event.readable:
            return None
        facts = dict(event.facts)
        texts = facts.pop("texts", {})
        if self.wrong_in(kind, facts) is not None or not are_texts(texts):
            return None
        who = (event.actor, event.role)
        return Entry(event.key, event.hub_seq, event.hlc, kind, event.entity, event.eff_at_ms, *who, facts, {**texts})


def _in_time(name: str, value: object) -> bool:
    """Whether all that is named as milliseconds lies within what calendars know, however deep."""
    if isinstance(value, Mapping):
        return all(_in_time(str(inner), each) for inner, each in value.items())
    if isinstance(value, list | tuple):
        return all(_in_time(name, each) for each in value)
    return not (name.endswith("_ms") and is_number(value)) or EARLIEST_MS <= value < LATEST_MS


def one_of(words: Iterable[str]) -> Check:
    """One of these words."""
    known = {str(word) for word in words}
    return lambda value: isinstance(value, str) and value in known


def or_none(check: Check) -> Check:
    """What *check* asks for, or nothing."""
    return lambda value: value is None or check(value)


def is_flag(value: object) -> bool:
    """True or false."""
    return isinstance(value, bool)


def is_count(value: object) -> TypeGuard[int]:
    """A whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[float]:
    """A number that one can reckon with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_name(value: object) -> bool:
    """An id, a name or a short text; not the empty one."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME


def is_key(value: object) -> bool:
    """An event's key, as JSON or Python has it."""
    match value:
        case [str(), int(number)] | (str(), int(number)):
            return number > 0
    return False


def are_names(value: object) -> bool:
    """A list of names."""
    return isinstance(value, list | tuple) and all(is_name(one) for one in value)


def are_texts(value: object) -> bool:
    """Texts by role."""
    return isinstance(value, Mapping) and all(isinstance(one, str) for one in (*value, *value.values()))


def are_values(value: object) -> bool:
    """Plain values by name."""
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and (isinstance(one, str | bool) or is_number(one)) for name, one in value.items()
    )
