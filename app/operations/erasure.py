"""Erasing who called, and from where, when that has been over for so long; the journal's chain stays whole."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.errors import AppError
from app.journal.erasing import ERASED, LEAST_DAYS, erasures
from app.journal.events import Event, milliseconds
from app.journal.hub import HubJournal
from app.journal.hub_rights import PERSONAL
from app.journal.log import Journal
from app.operations.hub import exchanged
from app.operations.hub_entitled import refuse_unentitled_as_told
from app.operations.taking import incidents_going_on, refuse_laptop
from app.sync.membership import membership_of, required
from app.workspace_files import JOURNAL, refuse_stranger
from gis.stores import postgres

ABOUT = ("incident/", "complaint/", "escalation/")
"""What is said of these entities tells who somebody is."""


@dataclass(frozen=True)
class Erasure:
    """What was erased.

    Attributes:
        words: How many names, numbers, addresses and other words.
        entities: Incidents and complaints that they belonged to.
        reached: Whether the hub erased them too, where there is one; it will with the next exchange otherwise.
    """

    words: int
    entities: int
    reached: bool


def erase_old(folder: Path, days: int, now: datetime, actor: str, *, all_words: bool = False) -> Erasure:
    """Erase whom incidents and complaints were about that have been over for *days*; everybody else erases it too.

    Incidents that are still open are left alone, however old they are. Backups keep what they hold.

    Args:
        folder: A workspace that follows a hub or stands alone.
        days: Since the last entry about them, at least :data:`~app.journal.erasing.LEAST_DAYS`.
        now: The moment.
        actor: Who has it done.
        all_words: Also notes and reasons.

    Raises:
        AppError: ``laptop.not_the_centre``, ``hub.would_refuse``, ``hub.rights_unknown``,
            ``hub.erases_nothing`` where the hub is of an earlier version.
        GisError: What the store raises.
        ValueError: Sooner than that.
    """
    refuse_stranger(folder)
    refuse_laptop(folder)
    if days < LEAST_DAYS:
        raise ValueError(days)
    follows = membership_of(folder) is not None
    if follows and exchanged(folder):
        _refuse_older_hub(folder)
    going_on = incidents_going_on(folder)
    before_ms = milliseconds(now - timedelta(days=days))
    with closing(Journal.open(folder / JOURNAL)) as journal:
        found: dict[str, list[str]] = {}
        for prefix in ABOUT:
            for entity, events in _by_entity(journal.beginning(prefix)).items():
                if max(_last_ms(event) for event in events) < before_ms and not going_on(entity):
                    ids = [one for event in events for one in _ids_in(event, all_words=all_words)]
                    found[entity] = [one for one in dict.fromkeys(ids) if journal.text(one) is not None]
        words = [one for ids in found.values() for one in ids]
        if words:
            if follows:
                refuse_unentitled_as_told(folder, [(actor, "", ERASED)])
            journal.append(erasures(words), now, actor)
    return Erasure(len(words), sum(1 for ids in found.values() if ids), not follows or exchanged(folder))


def _refuse_older_hub(folder: Path) -> None:
    """It would keep every word, while here it looked as if they were gone everywhere."""
    address = required(folder).address
    with closing(HubJournal.open(address)) as hub:
        if not hub.erases():
            raise AppError("hub.erases_nothing", server=postgres.name_of(address))


def _by_entity(events: Iterable[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.entity, []).append(event)
    return found


def _last_ms(event: Event) -> int:
    """When it happened or was written down, whichever is later."""
    return max(event.eff_at_ms, int(event.hlc.partition(".")[0]))


def _ids_in(event: Event, *, all_words: bool) -> list[str]:
    texts = event.facts.get("texts") if event.readable else None
    if not isinstance(texts, dict):
        return []
    return [one for role, one in texts.items() if isinstance(one, str) and (all_words or role in PERSONAL)]
