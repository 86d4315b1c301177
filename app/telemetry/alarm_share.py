"""The journal of a workspace as the recorder uses it: what is done here goes there, what others do comes from it.

What is done here is written at home first and waits for no hub. On a laptop that was taken along, and in a folder
without a journal, everything stays as it was: at home.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from app.journal.events import Draft, EventKey
from app.journal.log import Journal
from app.telemetry.alarm_marks import TakenUp
from app.telemetry.shared_entries import ALARMS, Shared, SharedKind, shared_of
from app.telemetry.sharing import in_order, names_in, place_of, placed_anew
from app.times import utc_of
from app.workspace_files import JOURNAL
from app.workspace_lease import lease_of


class AtHub(Protocol):
    """What is known here of the hub without asking it."""

    def refuse(self, actor: str, kind: str) -> None:
        """Raise :class:`AppError` ``hub.would_refuse`` where the hub would not take an entry of *kind* by *actor*."""

    def ahead_ms(self) -> int | None:
        """By how much the hub's clock is ahead of this machine's; None where nobody knows."""


class Alone:
    """Of a workspace without a hub."""

    def refuse(self, actor: str, kind: str) -> None:
        """Nobody refuses anything."""

    def ahead_ms(self) -> int | None:
        """Nobody knows."""
        return None


ALONE: Final = Alone()
NO_HEADS: Final[dict[str, int]] = {}


@dataclass(frozen=True)
class News:
    """What the journal says that is not taken up yet.

    Attributes:
        entries: In their order.
        taken: How far it is taken up when these are.
        is_first: Whether nothing was ever taken up: these are all that there are.
        version: Of the journal.
    """

    entries: tuple[Shared, ...]
    taken: TakenUp
    is_first: bool
    version: int


class AlarmShare:
    """What is shared of the alarms of the workspace *folder*.

    :meth:`tell` may be called by any thread, the rest by one.

    Attributes:
        is_on: Whether anything is shared.
        taken: How far it is taken up.

    Args:
        folder: The workspace.
        kinds: The kinds of entries that are taken up.
        taken: How far.
        hub: What is known of its hub.
    """

    def __init__(self, folder: Path, kinds: Iterable[SharedKind], taken: TakenUp, hub: AtHub = ALONE) -> None:
        self.taken = taken
        self._path, self._kinds, self._hub = folder / JOURNAL, tuple(kinds), hub
        self.is_on = self._path.is_file() and lease_of(folder) is None
        self._journal: Journal | None = None
        self._version: int | None = None

    def close(self) -> None:
        """Let go of the journal; by the thread that looked for news."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def tell(self, draft: Callable[[int | None], Draft], actor: str, now_ms: int) -> Shared | None:
        """Write into the journal what somebody does here.

        Args:
            draft: What, given by how much the hub's clock is ahead.
            actor: Who.
            now_ms: When.

        Returns:
            The entry; None where nothing is shared.

        Raises:
            AppError: ``hub.would_refuse``; what cannot be written, with nothing done.
        """
        if not self.is_on:
            return None
        made = draft(self._hub.ahead_ms())
        self._hub.refuse(actor, made.kind)
        with closing(Journal.open(self._path)) as journal:
            event = journal.append([made], utc_of(now_ms), actor)[-1]
        return shared_of(event, lambda _: made.texts.get("note"))

    def with_own(self, entry: Shared | None) -> TakenUp | None:
        """How far things are taken up when *entry*, which was written here, is."""
        if entry is None:
            return None
        last = {**self.taken.last, **{name: place_of(entry) for name in names_in(entry)}}
        return replace(self.taken, done=self.taken.done | {entry.key}, last=last)

    def news(self) -> News | None:
        """What others have written; None where nothing has moved since the last :meth:`take`."""
        if not self.is_on:
            return None
        if self._journal is None:
            self._journal = Journal.open(self._path, readonly=True)
        version = self._journal.version()
        if version == self._version:
            return None
        heads = self.taken.heads or NO_HEADS
        now, events = self._journal.told_of(ALARMS, self._kinds, heads)
        entries = [one for event in events if (one := shared_of(event, self._journal.text)) is not None]
        fresh = (one for one in entries if one.key not in self.taken.done and one.key[1] > heads.get(one.key[0], 0))
        reached = {dev: max(last, heads.get(dev, 0)) for dev, last in now.items()}
        taken = replace(placed_anew(self.taken, entries), heads={**heads, **reached}, done=frozenset[EventKey]())
        return News(tuple(in_order(fresh)), taken, self.taken.heads is None, version)

    def take(self, taken: TakenUp, version: int | None = None) -> None:
        """*taken* is on the disk; *version* of the journal needs no further look."""
        self.taken = taken
        if version is not None:
            self._version = version

    def entry_at(self, key: EventKey) -> Shared | None:
        """An entry once more."""
        assert self._journal is not None, "asked while news are taken"
        event = self._journal.event(key)
        return None if event is None else shared_of(event, self._journal.text)

    def ahead_of(self, entry: Shared) -> int:
        """By how much this console's clock is ahead of the one that wrote *entry*; 0 where nobody knows."""
        own_ms = self._hub.ahead_ms()
        return 0 if own_ms is None or entry.ahead_ms is None else entry.ahead_ms - own_ms
