"""Which kinds of entries the hub takes from a workspace's login, by what it said last; asked before one is written.

An entry that a hub refuses for good waits in its console for ever, and what is written after it waits with it. So it is
not written at all, whether the hub can be reached or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.journal.hub_rights import KindsTold, PersonRole, is_unknown, may_write
from app.journal.person import Person
from app.workspace_files import HUB, HUB_PEOPLE, settings_in


def refuse_untaken(folder: Path, kinds: Iterable[str], actor: str) -> None:
    """Refuse to write entries of *kinds* into the workspace in *folder* where its hub would not take them.

    By the role of its login alone: a name that the hub does not know can be made known there, and then all that
    was signed with it goes through. What the hub never said is not known, and written: the hub decides.

    Args:
        folder: The workspace.
        kinds: Of the entries.
        actor: Who signs them.

    Raises:
        AppError: ``hub.would_refuse``, or ``hub.unknown_kind`` where the hub is of a version before that kind.
    """
    said = _said(folder)
    own = None if said is None else next((one for one in said.people if one.login == said.login), None)
    if said is None or own is None:
        return
    author = own
    if own.relays and actor not in (own.login, own.name):
        author = next((one for one in said.people if actor in (one.login, one.name)), own)
    for kind in dict.fromkeys(kinds):
        if not may_write(author.role, kind, said.kinds):
            raise untaken(kind, own.name, actor, said.kinds)


def untaken(kind: str, name: str, actor: str, told: KindsTold) -> AppError:
    """Why the hub that *told* its rights takes no *kind* by *actor* from the login of *name*."""
    if is_unknown(kind, told):
        return AppError("hub.unknown_kind", what=kind)
    return AppError("hub.would_refuse", name=name, who=actor, what=kind)


@dataclass(frozen=True)
class _Said:
    """What the hub said last: this workspace's login, everybody it knows, and what it lets roles write."""

    login: str
    people: tuple[Person, ...]
    kinds: KindsTold


def _said(folder: Path) -> _Said | None:
    """None for the hub's owner, without a hub, and where nothing was said that can be read."""
    try:
        hub, said = settings_in(folder / HUB), settings_in(folder / HUB_PEOPLE)
        if hub is None or said is None or said["hub"] != hub["hub"] or not said["signs"]:
            return None
        people = tuple(
            Person(one["login"], one["name"], PersonRole(one["role"]), one["relays"]) for one in said["people"]
        )
        return _Said(said["signs"][-1], people, [(role, kind) for role, kind in said.get("kinds", ())])
    except (KeyError, OSError, TypeError, ValueError):
        # Nobody waits at night until a file is mended: it is written, the hub decides, the follower writes it anew.
        return None
