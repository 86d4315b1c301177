"""The ranking of the open city: asked for, refined in the background, put away when another city comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.rank_tables import RankTables, open_ranking
from app.requests import Failed, Progress, Reply
from app.sweep_requests import CityRanked, ExportRanking, RankCity, RankingExported
from app.ui.asking import Latest
from app.ui.session import Session
from network.errors import CodedError


class Ranking(QObject):
    """The ranking, and the work that makes it.

    Attributes:
        tables: What is known so far; None before the first answer.
        stale: Whether the journal has grown since it was made.
        step, fraction: What the job does now, "" and None while none runs.

    Signals:
        tables_changed: Other tables, or none.
        work_changed: The job has started, gone on or ended; or what stands there has grown old.
        exported: A file was written: its path.
    """

    tables_changed = Signal()
    work_changed = Signal()

    def __init__(self, session: Session, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._now = session, now
        self.tables: RankTables | None = None
        self.stale = False
        self.step = ""
        self.fraction: float | None = None
        self._of_events = 0
        self._asking = Latest(session.client)
        session.workspace_changed.connect(self._forget)
        session.city_changed.connect(self._forget)
        session.events_changed.connect(self._grow_old)
        session.client.progressed.connect(self._take_progress)

    @property
    def running(self) -> bool:
        """Whether a job is under way."""
        return self._asking.under_way

    @property
    def refining(self) -> bool:
        """Whether the job that is under way only settles lower bounds."""
        return self.running and self.tables is not None and not self.stale

    def begin(self) -> None:
        """Rank the city as it is now, unless that is done or under way."""
        if self._session.workspace is not None and not self.running and (self.tables is None or self.stale):
            self._ask(exact=False)

    def stop(self) -> bool:
        """End the job; what is known so far stays. False where none runs."""
        if not self.running:
            return False
        self._asking.cancel()
        return True

    def export(self, what: str, path: Path, language: str) -> None:
        """Write every row to *path*; *what* as in ExportRanking."""
        session = self._session
        if session.workspace is None:
            return

        def take(written: RankingExported) -> None:
            session.told.emit("exported", {"path": str(written.path)})

        request = ExportRanking(session.workspace.folder, what, path, language)
        session.client.ask(request, session.expecting(RankingExported, take))

    def _ask(self, *, exact: bool) -> None:
        assert self._session.workspace is not None
        folder, self._of_events = self._session.workspace.folder, self._session.events
        self._asking.ask(RankCity(folder, self._now(), exact), self._take)
        self.step, self.fraction = "ranking", None
        self.work_changed.emit()

    def _take(self, reply: Reply) -> None:
        self.step, self.fraction = "", None
        if isinstance(reply, Failed):
            if reply.code != "cancelled":
                self._session.refused.emit(reply)
            self.work_changed.emit()
            return
        assert isinstance(reply, CityRanked)
        try:
            self.tables = open_ranking(reply.cache, reply.stamp)
        except CodedError as error:
            self._session.refused.emit(Failed(error.code, error.detail))
            self.work_changed.emit()
            return
        self.stale = self._session.events != self._of_events
        self.tables_changed.emit()
        if reply.exact:
            self.work_changed.emit()
        else:
            self._ask(exact=True)

    def _take_progress(self, ticket: int, progress: Progress) -> None:
        if ticket == self._asking.ticket:
            self.step, self.fraction = progress.step, progress.fraction
            self.work_changed.emit()

    def _forget(self) -> None:
        self._asking.give_up()
        self.tables, self.stale = None, False
        self.step, self.fraction = "", None
        self.tables_changed.emit()
        self.work_changed.emit()

    def _grow_old(self) -> None:
        """A valve was reported: the order may be another now. Word may also come when there is nothing new."""
        if (self.tables is not None or self.running) and self._session.events != self._of_events:
            self.stale = True
            self.work_changed.emit()
