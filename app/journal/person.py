"""Somebody who follows a hub, as everybody there may know them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.journal.hub_rights import PersonRole


@dataclass(frozen=True)
class Person:
    """Somebody who follows the hub.

    Attributes:
        login: Of the database; events may be signed with it.
        name: What else they are signed with.
        relays: Whether what others signed may be brought too: the bundles of laptops.
        left_at_ms: Since when no more, UTC; None for who is still there.
        zones: Ids of the zones whose callers they are shown; none for the whole city.
    """

    login: str
    name: str
    role: PersonRole
    relays: bool = False
    left_at_ms: int | None = None
    zones: tuple[str, ...] = ()


def people_from(rows: Iterable[tuple[Any, ...]]) -> tuple[Person, ...]:
    """Persons as the hub tells them: their fields in order."""
    return tuple(
        Person(login, name, PersonRole(role), relays, left_at_ms, tuple(zones))
        for login, name, role, relays, left_at_ms, zones in rows
    )
