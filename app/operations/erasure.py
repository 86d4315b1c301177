"""Erasing who called, and from where, when that has been over for so long; the journal's chain stays whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path

from app.dispatch.incidents import INCIDENT
from app.errors import AppError
from app.hydrants.book import Stage as UseStage
from app.hydrants.entries import USE
from app.journal import clock
from app.journal.erasing import ERASED, LEAST_DAYS, erased_by, erasures
from app.journal.events import Event, milliseconds
from app.journal.hub import HubJournal
from app.journal.hub_rights import PERSONAL
from app.journal.log import Journal
from app.operations.dispatch import open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.hub import exchanged
from app.operations.hub_entitled import refuse_unentitled_as_told
from app.operations.hydrant_uses import open_uses
from app.operations.taking import refuse_laptop
from app.outages.book import Stage as OutageStage
from app.outages.book import book_of, stage_of
from app.outages.entries import BODIES as OUTAGE_BODIES
from app.outages.entries import OUTAGE
from app.public.book import Book, advance
from app.public.entries import COMPLAINT, ESCALATION
from app.sync.membership import membership_of, required
from app.workspace import open_workspace
from app.workspace_files import JOURNAL, refuse_stranger
from gis.stores import postgres

ABOUT = (INCIDENT, COMPLAINT, ESCALATION, USE)
"""What is said of these entities tells who somebody is."""


@dataclass(frozen=True)
class Erasure:
    """What was erased.

    Attributes:
        words: How many names, numbers, addresses and other words.
        entities: Incidents and complaints that they belonged to.
        reached: Whether they are gone. Where the hub was away they go everywhere, here too, once it has the entry.
    """

    words: int
    entities: int
    reached: bool


def erase_old(folder: Path, days: int, now: datetime, actor: str, *, all_words: bool = False) -> Erasure:
    """Erase whom incidents and complaints were about that have been over for *days*; everybody else erases it too.

    What is still open is left alone, however old it is, and so is a complaint whose incident or outage is. Where the
    workspace follows a hub nothing is erased here before the hub has taken the entry: it may refuse it, and words that
    are gone do not come back. Backups keep what they hold.

    Args:
        folder: A workspace that follows a hub or stands alone.
        days: Since the last entry about them and about what they belong to, at least
            :data:`~app.journal.erasing.LEAST_DAYS`; their closing is such an entry.
        now: The moment.
        actor: Who has it done.
        all_words: Also notes and reasons.

    Raises:
        AppError: ``laptop.not_the_centre``, ``hub.would_refuse``, ``hub.rights_unknown``,
            ``hub.erases_nothing`` where the hub is of an earlier version, and what the hub refuses.
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
    before_ms = milliseconds(now - timedelta(days=days))
    over = _what_is_over(folder, before_ms)
    with closing(Journal.open(folder / JOURNAL)) as journal:
        told = {one for event in journal.pending() for one in erased_by(event)} if follows else set[str]()
        found: dict[str, list[str]] = {}
        for prefix in ABOUT:
            for entity, events in _by_entity(journal.beginning(prefix)).items():
                if over(entity):
                    ids = dict.fromkeys(one for event in events for one in _ids_in(event, all_words=all_words))
                    found[entity] = [one for one in ids if one not in told and journal.text(one) is not None]
        words = [one for ids in found.values() for one in ids]
        if words:
            if follows:
                refuse_unentitled_as_told(folder, [(actor, "", ERASED)])
            journal.append(erasures(words), now, actor, erases=not follows)
    return Erasure(len(words), sum(1 for ids in found.values() if ids), not follows or exchanged(folder))


def _what_is_over(folder: Path, before_ms: int) -> Callable[[str], bool]:
    """Whether nothing about an incident, a complaint and the like is going on, or was written since *before_ms*."""
    with closing(open_workspace(folder)) as workspace:
        journal = workspace.journal
        board = open_dispatch(workspace, standards_of(folder)).board
        said = [event for prefix in (COMPLAINT, ESCALATION) for event in journal.beginning(prefix)]
        outages = book_of(entry for event in journal.beginning(OUTAGE) if (entry := OUTAGE_BODIES.entry_of(event)))
        uses = open_uses(workspace).book
        home = cache(lambda entity: board.shelved.get(entity) or board.holding(entity))
        last_ms: dict[str, int] = {}
        for event in chain(said, *(journal.beginning(one) for one in (INCIDENT, OUTAGE, USE))):
            last_ms[home(event.entity)] = max(_last_ms(event), last_ms.get(home(event.entity), 0))
    book = advance(Book(), said, {})
    complaints = {**book.complaints, **book.escalations}
    going_on = {entity for entity, incident in board.incidents.items() if incident.is_open}
    going_on |= {entity for entity, one in complaints.items() if one.is_open}
    # What somebody forgot to end is over all the same.
    going_on |= {USE + number for number, one in uses.items() if one.stage(before_ms) in _AHEAD}
    going_on |= {f"{OUTAGE}{number}" for number, one in outages.items() if stage_of(one, ()) not in _ENDED}

    def over(entity: str) -> bool:
        complaint = complaints.get(entity)
        parts = {entity} if complaint is None or not complaint.linked_to else {entity, complaint.linked_to}
        homes = {home(one) for one in parts}
        return not homes & going_on and all(last_ms.get(one, 0) < before_ms for one in homes)

    return over


_AHEAD = (UseStage.PLANNED, UseStage.RUNNING)
_ENDED = (OutageStage.ENDED, OutageStage.BACK, OutageStage.CANCELLED)


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
    return max(event.eff_at_ms, clock.wall_ms(event.hlc))


def _ids_in(event: Event, *, all_words: bool) -> list[str]:
    texts = event.facts.get("texts") if event.readable else None
    if not isinstance(texts, dict):
        return []
    return [one for role, one in texts.items() if isinstance(one, str) and (all_words or role in PERSONAL)]
