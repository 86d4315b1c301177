"""What the hub last said of who may write what: ``hub-people.json`` beside the workspace.

While the hub is away nobody can ask it. What would be refused for good when it is back must not be written meanwhile,
so what it said last is kept; the hub itself still decides in the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from app.errors import AppError
from app.journal.hub_rights import PersonRole
from app.journal.person import Person, people_from
from app.telemetry.machine_clock import wall_ms
from app.workspace_files import HUB_PEOPLE, keep_settings, settings_in
from network.errors import os_detail

ASK_EVERY_MS = 60_000
"""So often who follows asks again: somebody may have got another role."""

KEEP_EVERY_MS = 600_000
"""So often it is written down although nothing but the clocks has moved."""


class KnowsPeople(Protocol):
    """What of a hub is needed here; see :class:`app.journal.hub.HubJournal`."""

    def identity(self) -> str:
        """Id of the hub."""

    def signatures(self) -> tuple[str, ...]:
        """What this login signs with, its name first; nothing where it is no person of the hub, or its owner."""

    def people(self) -> list[tuple[Any, ...]]:
        """Everybody who ever followed."""

    def kinds(self) -> list[tuple[str, str]]:
        """What each role may write: role, and pattern of kinds."""

    def clock_ms(self) -> int:
        """The hub's clock, UTC milliseconds."""


@dataclass(frozen=True)
class Rights:
    """Who the hub knows.

    Attributes:
        hub: Id of the hub.
        signs: What the login of this workspace signs with, its name first; nothing for the hub's owner.
        people: Everybody who ever followed.
        ahead_ms: By how much the hub's clock is ahead of this machine's; None where an earlier version asked.
        kinds: What each role may write at this hub: role, and pattern of kinds; nothing where an earlier version
            asked. A hub of an earlier version lacks kinds that this program knows.
    """

    hub: str
    signs: tuple[str, ...]
    people: tuple[Person, ...]
    ahead_ms: int | None = None
    kinds: tuple[tuple[str, str], ...] = ()


def rights_at(hub: KnowsPeople, now_ms: Callable[[], int] = wall_ms) -> Rights:
    """Ask *hub*, whose clock is compared with *now_ms*. Raises what its connection raises."""
    told = (hub.identity(), hub.signatures(), people_from(hub.people()))
    kinds = tuple(hub.kinds())
    before_ms, there_ms, after_ms = now_ms(), hub.clock_ms(), now_ms()
    return Rights(*told, there_ms - (before_ms + after_ms) // 2, kinds)


def keep_rights(folder: Path, rights: Rights) -> None:
    """Write down what the hub of the workspace in *folder* said, whole or not at all.

    Raises:
        AppError: ``hub.rights_not_kept``.
    """
    path = folder / HUB_PEOPLE
    try:
        keep_settings(path, asdict(rights))
    except OSError as error:
        raise AppError("hub.rights_not_kept", path=str(path), **os_detail(error, "reason")) from error


def rights_told(folder: Path, hub: str) -> Rights | None:
    """What the hub with that id said last to the workspace in *folder*; None where it was not written down.

    Raises:
        AppError: ``hub.rights_damaged``.
    """
    path = folder / HUB_PEOPLE
    try:
        said = settings_in(path)
        if said is None or said["hub"] != hub:
            return None
        told = ({**one, "role": PersonRole(one["role"]), "zones": tuple(one["zones"])} for one in said["people"])
        people = tuple(Person(**one) for one in told)
        ahead = said.get("ahead_ms")
        kinds = tuple((str(role), str(kind)) for role, kind in said.get("kinds", ()))
        return Rights(hub, tuple(map(str, said["signs"])), people, None if ahead is None else int(ahead), kinds)
    except (KeyError, OSError, TypeError, ValueError) as error:
        raise AppError("hub.rights_damaged", path=str(path)) from error
