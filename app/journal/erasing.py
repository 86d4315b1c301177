"""Words that were erased: an entry names them, and everybody who takes it in erases them too.

The words stand beside the chain, so it stays whole. Who may say so is a question of rights; see
:mod:`app.journal.hub_rights`. What a laptop brings home erases nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.journal.events import Draft, Event

ERASED = "personal.erased"
"""Kind of the event that names words by their ids, in its body under ``erased``."""

SINCE = 6
"""Version of the hub's tables that first erased."""

LEAST_DAYS = 30
"""House: whoever is called back within a month still has a name."""

AT_ONCE = 500
"""Ids in one event."""


def erasures(ids: Iterable[str]) -> Iterator[Draft]:
    """Events that say that the words *ids* are erased."""
    listed = list(ids)
    for start in range(0, len(listed), AT_ONCE):
        yield Draft(ERASED, "workspace", {"erased": listed[start : start + AT_ONCE]})


def erased_by(event: Event) -> list[str]:
    """Ids of the words that *event* erases; none where it is of another kind, or says something else."""
    if event.kind != ERASED or event.kind_version > 1 or not event.readable:
        return []
    told = event.facts.get("erased")
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
