"""Shows a workspace that was open before while its desk is still opening it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from app.early_city import EarlyCity
from app.ui.session import Session

LookFirst: TypeAlias = Callable[[Path], EarlyCity | None]


class FirstSight(QObject):
    """Looks, in a thread of its own, for what of a workspace can be shown at once, and hands it to the session.

    Only while no workspace is open: what is on screen stays until the next one is ready.
    """

    _seen = Signal(object, object)

    def __init__(self, session: Session, look_first: LookFirst) -> None:
        super().__init__(session)
        self._session, self._look_first = session, look_first
        self._asked: Path | None = None
        self._pool = QThreadPool(self)
        self._seen.connect(self._take, Qt.ConnectionType.QueuedConnection)
        session.opening.connect(self._look_at)
        session.workspace_changed.connect(self._forget)

    def close(self) -> None:
        """The console ends: wait for the thread, which takes part of a second."""
        self._forget()
        self._pool.waitForDone()

    def _look_at(self, folder: Path) -> None:
        self._asked = None if self._session.workspace is not None else folder
        if self._asked is not None:
            self._pool.start(QRunnable.create(lambda: self._seen.emit(folder, self._look_first(folder))))

    def _forget(self) -> None:
        self._asked = None

    def _take(self, folder: Path, early: EarlyCity | None) -> None:
        if folder == self._asked and early is not None:
            self._session.show_early(early)
