"""What a hub would refuse, found before it is written: an event that it refuses holds up all that follow on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path

from app.errors import AppError
from app.journal.hub import HubJournal
from app.journal.hub_rights import MAY_WRITE, SIGNED_BY_ANOTHER, PersonRole
from app.journal.person import Person
from app.sync.membership import required
from app.sync.rights_told import Rights, keep_rights, rights_at, rights_told
from gis.errors import GisError
from gis.stores import postgres

Claim = tuple[str, str, str]
"""Who signs, as whom, and the kind of the event."""


def refuse_unentitled(folder: Path, claims: Iterable[Claim]) -> None:
    """Ask the hub of the workspace in *folder* whether its login may bring events such as *claims*.

    Raises:
        AppError: ``hub.would_refuse`` with the first that it may not; ``hub.none`` and the like.
        GisError: ``server.unreachable`` and the like.
    """
    with closing(HubJournal.open(required(folder).address)) as hub:
        rights = rights_at(hub)
    keep_rights(folder, rights)
    _refuse(rights, claims)


def refuse_unentitled_as_told(folder: Path, claims: Iterable[Claim]) -> None:
    """As :func:`refuse_unentitled`; while the hub is away, by what it said last.

    Raises:
        AppError: ``hub.would_refuse``; ``hub.rights_unknown`` where it is away and never said anything.
    """
    try:
        refuse_unentitled(folder, claims)
    except GisError as error:
        membership = required(folder)
        told = rights_told(folder, membership.hub)
        if told is None:
            raise AppError("hub.rights_unknown", server=postgres.name_of(membership.address)) from error
        _refuse(told, claims)


def _refuse(rights: Rights, claims: Iterable[Claim]) -> None:
    if not rights.signs:
        # Whoever owns the hub may bring anything.
        return
    bearer = next(one for one in rights.people if one.login == rights.signs[-1])
    for claim in dict.fromkeys(claims):
        if not _may(bearer, rights.people, claim):
            who, _, what = claim
            raise AppError("hub.would_refuse", name=bearer.name, who=who, what=what)


def _may(bearer: Person, known: Sequence[Person], claim: Claim) -> bool:
    """What ``refuse_unentitled`` of :mod:`app.journal.hub_rights` says on the server."""
    actor, role, kind = claim
    author = bearer
    if actor not in (bearer.login, bearer.name):
        alike = [one for one in known if actor in (one.login, one.name)]
        if not alike or not (bearer.relays or kind == SIGNED_BY_ANOTHER):
            return False
        author = min(alike, key=lambda one: one.login != actor)
    if role != author.role and role in tuple(PersonRole):
        return False
    return any(fnmatchcase(kind, pattern.replace("%", "*")) for pattern in MAY_WRITE[author.role])
