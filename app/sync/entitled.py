"""Whether a hub would take an event, by what it said of its persons: no question to it, no connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.journal.erasing import ERASED
from app.journal.hub_rights import SIGNED_BY_ANOTHER, KindsTold, PersonRole, may_write
from app.journal.person import Person
from app.sync.membership import membership_of
from app.sync.rights_told import Rights, rights_told
from app.workspace_kinds import untaken

Claim = tuple[str, str, str]
"""Who signs, as whom, and the kind of the event."""


def bearer_of(rights: Rights) -> Person | None:
    """Who brings events; None for the hub's owner, who may bring anything."""
    return next((one for one in rights.people if one.login == rights.signs[-1]), None) if rights.signs else None


def is_entitled(rights: Rights, claim: Claim) -> bool:
    """Whether the hub would take an event of this *claim* from this workspace's login."""
    bearer = bearer_of(rights)
    return bearer is None or _may(bearer, rights.people, claim, rights.kinds)


def _may(bearer: Person, known: Sequence[Person], claim: Claim, told: KindsTold) -> bool:
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
    return may_write(author.role, kind, told)


class AsTold:
    """What the hub of the workspace *folder* said last, for who writes at home and asks nobody.

    What the hub never said is not known: then it is written, and the hub decides.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _rights(self) -> Rights | None:
        membership = membership_of(self._folder)
        return None if membership is None else rights_told(self._folder, membership.hub)

    def refuse(self, actor: str, kind: str) -> None:
        """Raise as :func:`refuse_as_said` where the hub would not take an entry of *kind* by *actor*."""
        rights = self._rights()
        if rights is not None:
            refuse_as_said(rights, [(actor, "", kind)])

    def ahead_ms(self) -> int | None:
        """By how much the hub's clock was ahead of this machine's; None where it never was asked."""
        rights = self._rights()
        return None if rights is None else rights.ahead_ms


def refuse_as_said(rights: Rights, claims: Iterable[Claim]) -> None:
    """Raise :class:`AppError` for the first of *claims* that the hub would not take.

    ``hub.unknown_kind`` where it is of a version before that kind, else ``hub.would_refuse``.
    """
    bearer = bearer_of(rights)
    for claim in dict.fromkeys(claims):
        if bearer is not None and not is_entitled(rights, claim):
            who, _, what = claim
            raise untaken(what, bearer.name, who, rights.kinds)
