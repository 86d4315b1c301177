"""The proposals that wait, and what is decided on them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.edit_requests import (
    DecideProposals,
    EditPreviewed,
    ListProposals,
    NotDecided,
    ProposalsDecided,
    ProposalsListed,
    ProposalView,
)
from app.requests import Failed, Reply
from app.ui.editing.editor import Editor
from app.ui.session import Session


class ProposalBook(QObject):
    """What waits for a decision.

    Attributes:
        proposals: Oldest first.
        left: Those of the last decision that could not be carried out, with the reason.
        shown: The proposal that is drawn on the map; None for none.

    Signals:
        changed: Another list.
        shown_changed: Another proposal is drawn, or none.
    """

    changed = Signal()
    shown_changed = Signal()

    def __init__(self, session: Session, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._editor = session, editor
        self.proposals: tuple[ProposalView, ...] = ()
        self.left: tuple[NotDecided, ...] = ()
        self.shown: ProposalView | None = None
        editor.proposals_filed.connect(self._take)
        session.workspace_changed.connect(self._forget)

    def _forget(self) -> None:
        self.left = ()
        self._take(ProposalsListed((), 0))

    def refresh(self) -> None:
        """Read the list, and what other programs changed in the network file."""
        if self._session.workspace is not None:
            self._session.client.ask(ListProposals(), self._session.expecting(ProposalsListed, self._take_listed))

    def _take_listed(self, listed: ProposalsListed) -> None:
        self._session.note_events(listed.events)
        self._take(listed)

    def _take(self, listed: ProposalsListed) -> None:
        self.proposals = listed.proposals
        self.show_on_map(None)
        self.changed.emit()

    def show_on_map(self, proposal: ProposalView | None) -> None:
        """Draw what *proposal* would do."""
        if proposal is not self.shown:
            self.shown = proposal
            self.shown_changed.emit()

    @property
    def preview(self) -> EditPreviewed | None:
        """The proposal on the map as an edit before it is made."""
        if self.shown is None:
            return None
        before = tuple(one.before for one in self.shown.changes if one.before is not None)
        after = tuple(one.after for one in self.shown.changes if one.after is not None)
        return EditPreviewed(before, after)

    def decide(self, proposals: tuple[ProposalView, ...], *, accept: bool, why: str) -> None:
        """Accept or refuse *proposals*."""
        if proposals:
            names = tuple(one.id for one in proposals)
            self._session.client.ask(DecideProposals(names, accept, why), self._decided)

    def _decided(self, reply: Reply) -> None:
        if isinstance(reply, Failed):
            self._session.is_refusal(reply)
            self.refresh()
            return
        assert isinstance(reply, ProposalsDecided)
        self.left = reply.left
        self._session.told.emit("proposals_decided", {"count": len(reply.decided)})
        self._take(reply.listed)
        if reply.renewed is not None:
            self._session.renew(reply.renewed)
        else:
            self._session.note_events(reply.listed.events)
            self._editor.refresh()
