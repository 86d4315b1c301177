"""What a hub would refuse, found before it is written: an event that it refuses holds up all that follow on it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from app.errors import AppError
from app.journal.hub import HubJournal
from app.sync.entitled import Claim, refuse_as_said
from app.sync.membership import required
from app.sync.rights_told import keep_rights, rights_at, rights_told
from gis.errors import GisError
from gis.stores import postgres


def refuse_unentitled(folder: Path, claims: Iterable[Claim]) -> None:
    """Ask the hub of the workspace in *folder* whether its login may bring events such as *claims*.

    Raises:
        AppError: ``hub.would_refuse`` with the first that it may not; ``hub.none`` and the like.
        GisError: ``server.unreachable`` and the like.
    """
    with closing(HubJournal.open(required(folder).address)) as hub:
        rights = rights_at(hub)
    keep_rights(folder, rights)
    refuse_as_said(rights, claims)


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
        refuse_as_said(told, claims)
