"""Whether a hub would take an event, by what it said of its persons: no question to it, no connection."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from app.journal.erasing import ERASED
from app.journal.hub_rights import MAY_WRITE, SIGNED_BY_ANOTHER, PersonRole
from app.journal.person import Person
from app.sync.rights_told import Rights

Claim = tuple[str, str, str]
"""Who signs, as whom, and the kind of the event."""


def bearer_of(rights: Rights) -> Person | None:
    """Who brings events; None for the hub's owner, who may bring anything."""
    return next((one for one in rights.people if one.login == rights.signs[-1]), None) if rights.signs else None


def is_entitled(rights: Rights, claim: Claim) -> bool:
    """Whether the hub would take an event of this *claim* from this workspace's login."""
    bearer = bearer_of(rights)
    return bearer is None or _may(bearer, rights.people, claim)


def _may(bearer: Person, known: Sequence[Person], claim: Claim) -> bool:
    """What ``refuse_unentitled`` of :mod:`app.journal.hub_rights` says on the server."""
    actor, role, kind = claim
    author = bearer
    if actor not in (bearer.login, bearer.name):
        alike = [one for one in known if actor in (one.login, one.name)]
        if not alike or kind == ERASED or not (bearer.relays or kind == SIGNED_BY_ANOTHER):
            return False
        author = min(alike, key=lambda one: one.login != actor)
    if role != author.role and role in tuple(PersonRole):
        return False
    return any(fnmatchcase(kind, pattern.replace("%", "*")) for pattern in MAY_WRITE[author.role])
