"""The faults of the drawing as work: what could be mended, what a mend would do, and making them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.edit_requests import EditPreviewed
from app.mend_requests import LookForMends, MakeMends, MendsFound, MendsMade, PreviewMend
from app.requests import Failed, Reply
from app.ui.asking import Latest
from app.ui.editing.editor import Editor
from app.ui.session import Session
from gis.mending.records import Mend, Stays

STAYS = "stays"


@dataclass(frozen=True)
class Work:
    """One line of the list: a mend that could be made, or something that stays as it is."""

    mend: Mend | None = None
    stays: Stays | None = None

    @property
    def group(self) -> str:
        """Kind of fault of a mend; :data:`STAYS` for what no rule mends."""
        return STAYS if self.mend is None else self.mend.fault

    @property
    def xy_m(self) -> tuple[float, float]:
        """Where, project CRS."""
        one = self.mend or self.stays
        assert one is not None
        return (one.x_m, one.y_m)


class Mender(QObject):
    """One look over the drawing and what came of it.

    Attributes:
        found: What is wrong; None before anybody has looked.
        running: Whether a job is under way.
        first: How many parts the network had when somebody first looked.
        made: Edits of the mends that were made since, the latest last.
        shown: The line drawn on the map; None for none.
        preview: What its mend would do, or why it cannot be made; None until that is known.

    Signals:
        changed: Another list, or a job began or ended.
        preview_changed: What is drawn on the map is another.
    """

    changed = Signal()
    preview_changed = Signal()

    def __init__(self, session: Session, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._editor = session, editor
        self.found: MendsFound | None = None
        self.first = 0
        self.made: tuple[str, ...] = ()
        self.left = 0
        self.shown: Work | None = None
        self.preview: EditPreviewed | Failed | None = None
        self._working, self._previewing = Latest(session.client), Latest(session.client)
        session.workspace_changed.connect(self._forget)

    def _forget(self) -> None:
        self._working.give_up()
        self.found, self.first, self.made, self.left = None, 0, (), 0
        self.show_on_map(None)
        self.changed.emit()

    @property
    def running(self) -> bool:
        """Whether it looks or mends."""
        return self._working.under_way

    @property
    def work(self) -> tuple[Work, ...]:
        """Every line, mends first."""
        if self.found is None:
            return ()
        return (*(Work(mend=one) for one in self.found.mends), *(Work(stays=one) for one in self.found.stays))

    def look(self) -> None:
        """Look over the whole drawing."""
        opened = self._session.workspace
        if opened is not None and not self.running:
            self._begin(LookForMends(opened.folder))

    def make(self, work: tuple[Work, ...], why: str) -> None:
        """Make the mends of *work*, each an edit of its own; Esc ends it between two of them."""
        opened = self._session.workspace
        names = tuple(one.mend.id for one in work if one.mend is not None)
        if opened is not None and names and not self.running:
            self._begin(MakeMends(opened.folder, names, why))

    def take_back(self) -> None:
        """Take back the mends made since somebody first looked, the latest first."""
        edits, self.made = tuple(reversed(self.made)), ()
        self._editor.take_back(edits)
        self.look()

    def _begin(self, request: LookForMends | MakeMends) -> None:
        def take(reply: Reply) -> None:
            self._take(reply, making=isinstance(request, MakeMends))

        self._working.ask(request, take)
        self.changed.emit()

    def _take(self, reply: Reply, *, making: bool) -> None:
        if isinstance(reply, MendsFound):
            self._show(reply)
        elif isinstance(reply, MendsMade):
            self.made, self.left = (*self.made, *reply.edits), reply.left
            said = {"count": len(reply.edits), "before": reply.before, "after": reply.found.components}
            self._session.told.emit("mends_made", said)
            self._show(reply.found)
            self._session.catch_up()
        else:
            assert isinstance(reply, Failed)
            if reply.code != "cancelled":
                self._session.refused.emit(reply)
            if making:
                # Those that were made before it ended stand: the list is read anew.
                self._session.catch_up()
                self.look()
        self.changed.emit()

    def _show(self, found: MendsFound) -> None:
        self.found = found
        self.first = self.first or found.components
        self.show_on_map(None)

    def show_on_map(self, work: Work | None) -> None:
        """Draw what the mend of a line would do."""
        self.shown, self.preview = work, None
        self._previewing.drop()
        self.preview_changed.emit()
        if work is None or work.mend is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, EditPreviewed | Failed):
                self.preview = reply
                self.preview_changed.emit()

        self._previewing.ask(PreviewMend(work.mend), take)
