"""Edits that somebody makes at another console on the same workspace: noticed, taken in, and told."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.edit_requests import CatchUp, CityRenewed, EditsListed, ListEdits, NothingNew
from app.requests import Failed, Reply
from app.ui.asking import OneByOne
from app.ui.session import Session

_BUSY = "store.busy"
_AGAIN_MS, _LATER_MS = 2_000, 10_000
"""A busy file is free in a moment; what else stood in the way, a full disk say, takes longer to mend."""


class Elsewhere(QObject):
    """Has the desk process take in what others wrote, whenever it says that they did."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._asking = OneByOne(session.client, self._question, self._take)
        self._closed = False
        session.workspace_changed.connect(self._asking.forget)
        session.client.journal_moved.connect(self._asking.ask)

    def _question(self) -> CatchUp | None:
        return None if self._closed or self._session.workspace is None else CatchUp()

    def _take(self, reply: Reply) -> None:
        session = self._session
        if isinstance(reply, Failed):
            # Who wrote may write nothing after it: no other word would come.
            QTimer.singleShot(_AGAIN_MS if reply.code == _BUSY else _LATER_MS, self, self._asking.ask)
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
        self._closed = True
