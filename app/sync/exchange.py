"""One turn between a journal and its hub: what is pending goes there, what others wrote comes here.

Whatever is cut short is done again: the hub skips what it knows, the journal takes in what it has as its place in the
hub's order alone. So neither side keeps a record of what was sent; an event is pending until it comes back with its
place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

from app.errors import AppError
from app.journal.events import Event
from app.journal.reading import PAGE, Portion
from app.journal.writing import FreeText

SEND = 500
"""Events sent at once."""

SET_ASIDE = frozenset({"hub.not_his", "hub.not_his_kind", "hub.not_storable"})
"""What somebody lacks a right for, or no server can hold, can wait by itself: nothing else depends on it. Other
refusals say that a chain or a hub is not what it should be."""


class OwnJournal(Protocol):
    """What of a workspace's journal is needed here; see :class:`app.journal.log.Journal`."""

    def reach(self) -> int:
        """How far the hub's order is held."""

    def placed(self, hub_seq: int) -> Event | None:
        """The event at a place in the hub's order."""

    def pending(self) -> Sequence[Event]:
        """What has no place yet, by device and number."""

    def texts(self, events: Iterable[Event]) -> tuple[FreeText, ...]:
        """Free texts that *events* name."""

    def take_in(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        """Take events from the hub, all or none; how many were new."""

    def device(self) -> str:
        """Id under which is written here."""


class Hub(Protocol):
    """What of a hub is needed here; see :class:`app.journal.hub.HubJournal`."""

    def top(self) -> int:
        """How far the hub's order reaches."""

    def push(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        """Bring events, each device's together or not at all; how far the order reaches now."""

    def pull(self, since: int) -> Portion:
        """What comes after *since*: all of it, or the first :data:`~app.journal.reading.PAGE` events."""


@dataclass(frozen=True)
class Exchanged:
    """What one turn brought.

    Attributes:
        sent: Events that were pending and that the hub took.
        taken: Events of others that were new here.
        refusals: Why the hub did not take the others, by device.
    """

    sent: int
    taken: int
    refusals: Mapping[str, AppError] = field(default_factory=dict)

    @property
    def refused(self) -> AppError | None:
        """The first refusal; None where the hub took all."""
        return next(iter(self.refusals.values()), None)

    def holds_up(self, device: str) -> AppError | None:
        """What keeps entries of *device* from the hub, or is more than a right that somebody lacks; else None."""
        told = [self.refusals[device]] if device in self.refusals else []
        told += [error for error in self.refusals.values() if error.code not in SET_ASIDE]
        return next(iter(told), None)


def refuse_another_order(journal: OwnJournal, hub: Hub) -> None:
    """Refuse a hub whose order is not the one that *journal* holds a first part of; ask once a connection.

    Raises:
        AppError: ``hub.set_back`` where the hub has less than the journal or has something else there,
            ``hub.another_city`` where the journal has never followed it and does not hold its first event.
    """
    reach = journal.reach()
    if hub.top() < reach:
        raise AppError("hub.set_back", held=reach, there=hub.top())
    if reach == 0:
        refuse_another_city(journal, hub)
        return
    there, held = hub.pull(reach - 1).events[0], journal.placed(reach)
    if held is None or held.hash != there.hash:
        raise AppError("hub.set_back", held=reach, there=hub.top())


def refuse_another_city(journal: OwnJournal, hub: Hub) -> None:
    """Raise :class:`AppError` ``hub.another_city`` where *journal* did not begin as the hub's city did."""
    begun = {event.key: event.hash for event in journal.pending()}
    first = hub.pull(0).events[:1]
    if any(begun.get(event.key) != event.hash for event in first):
        raise AppError("hub.another_city")


def exchange(journal: OwnJournal, hub: Hub) -> Exchanged:
    """Send what is pending, take in what is new: this also where the hub refuses something of that.

    Raises:
        AppError: What the journal refuses; what came before it stays done.
        GisError: The hub is lost, the disk is full and the like; do it again.
    """
    sent, refusals = _send(journal, hub)
    taken = 0
    full = True
    while full:
        portion = hub.pull(reach := journal.reach())
        # Where fewer came than fit in there were no more; what comes from now on is hinted at.
        full = len(portion.events) >= PAGE
        if portion.events:
            taken += journal.take_in(portion.events, portion.texts)
            assert journal.reach() > reach, "what comes after a place must come after it here, or this never ends"
    return Exchanged(sent, taken, refusals)


def exchange_whole(journal: OwnJournal, hub: Hub) -> Exchanged:
    """As :func:`exchange`, for who waits for it. Raises also what the hub refused and nobody had set aside before."""
    done = exchange(journal, hub)
    refused = done.refused and done.holds_up(journal.device())
    if refused is not None:
        raise refused
    return done


def _send(journal: OwnJournal, hub: Hub) -> tuple[int, dict[str, AppError]]:
    """Send what is pending; how many events were taken, and the refusals by device.

    What follows on a refused event of its device is refused as well; other devices' events are not held up by it.
    """
    sent, refusals = 0, dict[str, AppError]()
    for dev, own in groupby(journal.pending(), key=lambda event: event.dev):
        pending = list(own)
        try:
            for start in range(0, len(pending), SEND):
                some = pending[start : start + SEND]
                hub.push(some, journal.texts(some))
                sent += len(some)
        except AppError as error:
            refusals[dev] = error
    return sent, refusals
