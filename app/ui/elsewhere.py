"""Edits that somebody makes at another console on the same workspace: noticed, taken in, and told."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.edit_requests import CatchUp, CityRenewed, EditsListed, ListEdits, NothingNew
from app.requests import Reply
from app.ui.asking import Latest
from app.ui.session import Session
from app.workspace_files import JOURNAL, StoreStamp, store_stamp

WATCH_MS = 1000


class Elsewhere(QObject):
    """Looks at the journal's files, which are not read for it, and asks the desk process where they have changed."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._stamp: StoreStamp = ()
        self._asking = Latest(session.client)
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self._look)
        session.workspace_changed.connect(self._begin)

    def _begin(self) -> None:
        self._asking.drop()
        opened = self._session.workspace
        if opened is None:
            self._watch.stop()
            return
        self._stamp = store_stamp(opened.folder, JOURNAL)
        self._watch.start()

    def _look(self) -> None:
        opened = self._session.workspace
        if opened is None or self._asking.under_way:
            return
        stamp = store_stamp(opened.folder, JOURNAL)
        if stamp != self._stamp:
            self._stamp = stamp
            self._asking.ask(CatchUp(), self._take)

    def _take(self, reply: Reply) -> None:
        session = self._session
        if session.is_refusal(reply) or session.workspace is None:
            return
        if isinstance(reply, NothingNew):
            session.note_events(reply.events)
            return
        assert isinstance(reply, CityRenewed)
        # What this console wrote itself may be on its way as well: that is no news.
        if reply.revision != session.workspace.revision:
            session.renew(reply)
            session.client.ask(ListEdits(1), session.expecting(EditsListed, self._tell))

    def _tell(self, listed: EditsListed) -> None:
        for entry in listed.entries:
            self._session.told.emit("edited_elsewhere", {"actor": entry.actor, "id": entry.id})

    def close(self) -> None:
        """Look no more."""
        self._watch.stop()
