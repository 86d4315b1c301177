"""What the hub refuses for good is set aside, so that what is written later need not wait for it.

A device's entries are a chain: the hub takes none before the one that it hangs on. So a refused entry keeps back all
that its device wrote after it, and nothing can be taken out of a chain. But a workspace may go on as another device at
any time, as a copy does: the new one says first what was held here, so who knew what stays known. What was refused
stays where it is, is offered again at every turn, and goes through when somebody gives the right.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.journal.events import Event
from app.sync.entitled import is_entitled
from app.sync.exchange import SET_ASIDE, Exchanged
from app.sync.rights_told import Rights
from app.workspace_lease import lease_of

BEGUN = 2
"""A new device's first entry says what was held, its second is what somebody wrote."""


class Chained(Protocol):
    """What of a workspace's journal is needed here; see :class:`app.journal.log.Journal`."""

    def device(self) -> str:
        """Id under which is written here."""

    def pending(self) -> Iterable[Event]:
        """What has no place yet, by device and number."""

    def forget_device(self) -> None:
        """Go on under a new device id."""


def set_aside(folder: Path, journal: Chained, done: Exchanged, rights: Rights) -> bool:
    """Go on as another device where the hub refused something of this one that it will not take.

    Who can bring nothing at all gains nothing by it, and would begin device after device: so a device that has brought
    nothing is left only once something waits in it that the hub would take. A laptop stays as it is: its sticks are
    known by its device.

    Args:
        folder: The workspace.
        journal: Its journal.
        done: What the last turn brought.
        rights: What the hub says now.

    Returns:
        Whether what is written from now on waits for nothing.
    """
    device = journal.device()
    refused: AppError | None = done.refusals.get(device)
    if refused is None or refused.code not in SET_ASIDE or lease_of(folder) is not None:
        return False
    waiting = [event for event in journal.pending() if event.dev == device]
    last = waiting[-1] if waiting else None
    sound = last is not None and is_entitled(rights, (last.actor, last.role, last.kind))
    if not sound and int(refused.detail.get("number", 0)) <= BEGUN:
        return False
    journal.forget_device()
    return True
