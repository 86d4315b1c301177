"""Follows the hub beside everything else: in a thread, with a journal and a connection of its own.

A hint of the hub, or something written here, leads to one exchange; without either there is one every second,
for hints may get lost. When the hub is lost, the console goes on alone and tries again; nothing has to be remembered
for it, because what is pending is pending in the journal.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.hub_requests import Following, HubStanding
from app.journal.hub_pictures import KeepsPictures
from app.journal.log import Journal
from app.sync.exchange import Exchanged, Hub, exchange, refuse_another_order
from app.sync.membership import Membership
from app.sync.rights_told import ASK_EVERY_MS, KEEP_EVERY_MS, KnowsPeople, Rights, keep_rights, rights_at
from app.sync.set_aside import set_aside
from app.workspace_files import JOURNAL
from gis.errors import GisError
from network.errors import CodedError

_LOG = logging.getLogger(__name__)

LOOK_S = 0.02
"""So often it is looked whether something was written here, while the hub is listened to."""

GATHER_S = 0.08
"""Least time from an exchange to the next one that a hint leads to; longer than the hub keeps from hinting.

Where fifty consoles write twice a second, each would otherwise ask a hundred times a second, and the hub would be asked
five thousand times.
"""

POLL_S = 1.0
"""Longest time between two exchanges."""

RETRY_S = 1.0
"""Between two attempts to reach a hub that is lost."""

_LOST = frozenset({"server.lost", "server.unreachable"})
"""Only these say that the hub is away; the journal's own disk may be full while the hub is well."""

_END_WAIT_S = 10.0


class OpenHub(Hub, KnowsPeople, KeepsPictures, Protocol):
    """A connection to a hub; see :class:`app.journal.hub.HubJournal`."""

    def outdated(self) -> AppError | None:
        """Why nothing may be pushed there; None where it may."""

    def warm_up(self) -> None:
        """Make the first push of this connection as quick as later ones."""

    def hinted(self, timeout_s: float) -> bool:
        """Whether a hint came in time."""

    def close(self) -> None:
        """Let go of the server."""


Connect = Callable[[str], OpenHub]
"""Connects to the hub at an address."""

Carry = Callable[[Path, Journal, OpenHub], bool]
"""Carries one picture between a workspace and its hub; whether there was one."""

CARRY_EVERY_MS = 30_000
"""So often it is looked for pictures where no entry came or went: another console may have brought one since."""


def refuse_another_hub(membership: Membership, journal: Journal, hub: OpenHub) -> None:
    """Refuse a hub that is not the one that was joined, or whose order is another.

    Raises:
        AppError: ``hub.another_hub``, ``hub.set_back``, ``hub.another_city``.
    """
    if hub.identity() != membership.hub:
        raise AppError("hub.another_hub")
    refuse_another_order(journal, hub)


class Follower:
    """Follows the hub of one workspace from its making until :meth:`close`."""

    def __init__(
        self,
        folder: Path,
        membership: Membership,
        connect: Connect,
        now_ms: Callable[[], int],
        carry: Carry = lambda *_: False,
    ) -> None:
        self.folder, self.membership = folder, membership
        self._connect, self._now_ms, self._carry = connect, now_ms, carry
        self._standing = HubStanding(Following.BEGINNING, membership.server, now_ms())
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hub-follower", daemon=True)
        self._thread.start()

    def look(self) -> HubStanding:
        """How the console stands to its hub now."""
        return self._standing

    def close(self) -> None:
        """Follow no more."""
        self._ending.set()
        self._thread.join(_END_WAIT_S)

    def _run(self) -> None:
        """Follow until nobody wants it any more, whatever happens: the boundary of a task."""
        while not self._ending.is_set():
            try:
                with closing(Journal.open(self.folder / JOURNAL)) as journal:
                    self._follow(journal)
            except CodedError as error:
                # The journal's own file: without it nothing is known of what is pending.
                self._show(Following.REFUSED, self._standing.pending, error)
            except Exception as error:  # noqa: BLE001 - one fault must not leave the console alone for good
                stopped = AppError("hub.stopped", reason=repr(error), seconds=RETRY_S)
                if self._standing.code != stopped.code:
                    # Once: it may come again every second.
                    _LOG.exception("following the hub failed")
                self._show(Following.REFUSED, self._standing.pending, stopped)
            self._ending.wait(RETRY_S)

    def _follow(self, journal: Journal) -> None:
        """Until the hub is lost, or nobody wants it any more."""
        try:
            with closing(self._connect(self.membership.address)) as hub:
                refuse_another_hub(self.membership, journal, hub)
                hub.warm_up()
                told = _Told(self.folder, hub, self._now_ms)
                carry_ms = self._now_ms()
                while not self._ending.is_set():
                    told.ask_in_time()
                    version = journal.version()
                    done = exchange(journal, hub)
                    ended_ms = self._now_ms()
                    refused = hub.outdated() or self._held_up(journal, done, told)
                    if refused is None:
                        aside = journal.pending_count() if done.refusals else 0
                        self._show(Following.FOLLOWING, aside, done.refused or told.unkept)
                    else:
                        self._show(Following.REFUSED, journal.pending_count(), refused)
                    # The hub does not hint at what comes right after a hint: who sent or heard of something looks
                    # once more, when that time is over.
                    moved = done.taken or done.sent
                    if moved:
                        carry_ms = ended_ms
                    elif refused is None and ended_ms >= carry_ms:
                        # Entries go first. Then one picture, and entries again.
                        if self._carried(journal, hub):
                            continue
                        carry_ms = self._now_ms() + CARRY_EVERY_MS
                    self._wait_for_news(hub, journal, version, GATHER_S if moved else POLL_S)
                    self._gather(journal, version, ended_ms)
        except (AppError, GisError) as error:
            state = Following.ALONE if error.code in _LOST else Following.REFUSED
            self._show(state, journal.pending_count(), error)

    def _held_up(self, journal: Journal, done: Exchanged, told: _Told) -> AppError | None:
        """What keeps here from the hub what is written from now on; None where that goes through."""
        if not done.refusals:
            return None
        told.ask_after(done)
        if set_aside(self.folder, journal, done, told.rights):
            _LOG.info("entries that the hub refused are set aside: %s", {one.code for one in done.refusals.values()})
        return done.holds_up(journal.device())

    def _carried(self, journal: Journal, hub: OpenHub) -> bool:
        """Whether a picture went or came; one that is refused holds up no entries, and is tried again later."""
        try:
            return self._carry(self.folder, journal, hub)
        except AppError as error:
            _LOG.warning("a picture was not carried: %s %s", error.code, dict(error.detail))
            return False

    def _wait_for_news(self, hub: OpenHub, journal: Journal, version: int, longest_s: float) -> None:
        for _ in range(round(longest_s / LOOK_S)):
            if hub.hinted(LOOK_S) or self._ending.is_set() or journal.version() != version:
                return

    def _gather(self, journal: Journal, version: int, ended_ms: int) -> None:
        """Let others' events come together; what was written here goes at once."""
        for _ in range(round(GATHER_S / LOOK_S)):
            if self._ending.is_set() or journal.version() != version or self._now_ms() - ended_ms >= GATHER_S * 1000:
                return
            self._ending.wait(LOOK_S)

    def _show(self, state: Following, pending: int, error: CodedError | None = None) -> None:
        before = self._standing
        since_ms = before.since_ms if before.state is state else self._now_ms()
        code, detail = ("", {}) if error is None else (error.code, error.detail)
        self._standing = HubStanding(state, self.membership.server, since_ms, pending, code, detail)


class _Told:
    """What the hub says of rights, asked again in time and kept.

    Attributes:
        rights: As it said last.
        unkept: Why that could not be written down; it is said, and holds up no entry.
    """

    def __init__(self, folder: Path, hub: OpenHub, now_ms: Callable[[], int]) -> None:
        self._folder, self._hub, self._now_ms = folder, hub, now_ms
        self._kept: Rights | None = None
        self._kept_ms = self._asked_ms = now_ms()
        self._refusals: frozenset[tuple[str, object]] = frozenset()
        self.unkept: AppError | None = None
        self._ask()

    def ask_in_time(self) -> None:
        """Ask again, if that was not just done."""
        if self._now_ms() - self._asked_ms >= ASK_EVERY_MS:
            self._ask()

    def ask_after(self, done: Exchanged) -> None:
        """Ask at once where something else is refused than before: what is like it is then not even written."""
        refusals = frozenset((dev, error.detail.get("number")) for dev, error in done.refusals.items())
        if refusals - self._refusals:
            self._ask()
        self._refusals = refusals

    def _ask(self) -> None:
        self.rights = rights_at(self._hub, self._now_ms)
        self._asked_ms = self._now_ms()
        same = self._kept is not None and replace(self.rights, ahead_ms=self._kept.ahead_ms) == self._kept
        if same and self._asked_ms - self._kept_ms < KEEP_EVERY_MS:
            return
        self._kept, self._kept_ms, self.unkept = self.rights, self._asked_ms, None
        try:
            keep_rights(self._folder, self.rights)
        except AppError as error:
            self._kept, self.unkept = None, error
