"""What the Pressure desk knows of water drawn from hydrants: the list, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.dispatch.acts import Done, No
from app.hydrant_requests import DoUse, LookAtUses, UseAnswered, UsesQuiet, UsesShown
from app.hydrants.acts import HydrantAct
from app.hydrants.view import UseRow, UsesView
from app.journal.events import milliseconds
from app.requests import Reply
from app.ui.asking import OneByOne
from app.ui.session import Session

AGAIN_MS: Final = 60_000
"""So often what runs, has ended or is believed no more is looked at anew."""


class HydrantModel(QObject):
    """State and commands.

    Attributes:
        view: What is drawn; None before the first answer.

    Signals:
        changed: Another list.
    """

    changed = Signal()

    def __init__(self, session: Session, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.now = session, now
        self.view: UsesView | None = None
        self._is_stale = False
        self._looking = OneByOne(session.client, self._question, self._take)
        self._timer = QTimer(self, interval=AGAIN_MS)
        self._timer.timeout.connect(self._look_anew)
        session.workspace_changed.connect(self._forget)
        session.client.journal_moved.connect(self._heard)

    @property
    def now_ms(self) -> int:
        """The window's clock, UTC milliseconds."""
        return milliseconds(self.now())

    @property
    def rows(self) -> tuple[UseRow, ...]:
        """What is on the list, the most pressing first."""
        return () if self.view is None else self.view.rows

    def watch(self) -> None:
        """From now on somebody looks: the list is asked for, and kept up to date."""
        if not self._timer.isActive():
            self._timer.start()
            self._looking.ask()

    def _forget(self) -> None:
        self._timer.stop()
        self._looking.forget()
        self.view = None
        self.changed.emit()

    def _heard(self) -> None:
        if self._timer.isActive():
            self._looking.ask()

    def _look_anew(self) -> None:
        self._is_stale = True
        self._looking.ask()

    def _question(self) -> LookAtUses | None:
        if self.session.workspace is None:
            return None
        since = None if self.view is None or self._is_stale else self.view.heads
        self._is_stale = False
        return LookAtUses(self.now_ms, since)

    def _take(self, reply: Reply) -> None:
        if not self.session.is_refusal(reply) and not isinstance(reply, UsesQuiet):
            assert isinstance(reply, UsesShown)
            self._show(reply.view)

    def _show(self, view: UsesView) -> None:
        before, self.view = self.view, view
        if before is None or before.rows != view.rows:
            self.changed.emit()

    def do(self, act: HydrantAct, then: Callable[[Done], None], refused: Callable[[No], None]) -> None:
        """Carry out *act*; *then* hears of it where it was done, *refused* why not."""
        workspace = self.session.workspace

        def take(answer: UseAnswered) -> None:
            if self.session.workspace is not workspace:
                return
            self._show(answer.view)
            if isinstance(answer.outcome, No):
                refused(answer.outcome)
            else:
                then(answer.outcome)

        if workspace is not None:
            self.session.client.ask(DoUse(act, self.now_ms), self.session.expecting(UseAnswered, take))

    def close(self) -> None:
        """Ask nothing more."""
        self._timer.stop()
