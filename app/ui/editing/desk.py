"""The desk for editing, put together: its sides, the bar and the marks over the map, and the keys."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from app.edit_requests import EditPreviewed, ProposalView
from app.messages.describe import Thing
from app.ui.desks import EDIT
from app.ui.editing.bar import KEYS, ToolBar
from app.ui.editing.doctor_panel import DoctorPanel
from app.ui.editing.editor import Editor
from app.ui.editing.hand import Hand
from app.ui.editing.history_panel import HistoryPanel
from app.ui.editing.marks import EditDrawing, EditLayer
from app.ui.editing.mender import Mender, Work
from app.ui.editing.pane import EditPane
from app.ui.editing.proposal_book import ProposalBook
from app.ui.editing.proposals_panel import ProposalsPanel
from app.ui.editing.side import DOCTOR, PROPOSALS, EditSide
from app.ui.editing.words import segment_text
from app.ui.look import Look
from app.ui.map_pane import MapPane
from app.ui.session import Session
from gis.places import FEATURES, ids_of
from gis.scene.hits import MapHit

_TOOL_KEYS = {Qt.Key[f"Key_{key}"]: tool for tool, key in KEYS.items()}
_NEAR_M_PER_PX = 0.3


class EditingDesk(QObject):
    """Everything of the desk.

    Attributes:
        left, right: Its sides.
        bar: Stands over the map while the desk is in front.
        layer: What is drawn over the map.
    """

    def __init__(self, look: Look, session: Session, pane: MapPane, zone: tzinfo, parent: QObject) -> None:
        super().__init__(parent)
        self._look, self._session, self._pane = look, session, pane
        self.editor = Editor(session, self)
        self.book = ProposalBook(session, self.editor, self)
        self.mender = Mender(session, self.editor, self)
        self.hand = Hand(pane.canvas, self.editor)
        self.layer = EditLayer(look, pane.canvas)
        self.bar = ToolBar(look, self.editor)
        self.left = EditSide(
            look,
            self.editor,
            DoctorPanel(look, self.mender),
            ProposalsPanel(look, self.book, zone),
            HistoryPanel(look, self.editor, zone),
        )
        self.right = EditPane(look, self.editor)
        self._connect()

    def _connect(self) -> None:
        editor, look = self.editor, self._look
        for changed in (
            self.hand.changed,
            editor.preview_changed,
            self.mender.preview_changed,
            self.book.shown_changed,
            look.language_changed,
        ):
            changed.connect(self._draw)
        self.hand.refused.connect(self._tell_refused)
        self.left.doctor.chosen.connect(self._show_work)
        self.left.proposals.chosen.connect(self._show_proposal)
        self.left.history.chosen.connect(self.show_feature)
        self.book.changed.connect(self.left.retranslate)
        self._session.city_changed.connect(self._draw)
        self._pane.canvas.installEventFilter(self)

    def come_forward(self, code: str) -> None:
        """The desk *code* is in front."""
        active = code == EDIT
        self._session.clicks_plan = not active
        self.bar.setVisible(active)
        self.editor.set_active(active)
        if active:
            self.book.refresh()
            self._pane.canvas.setFocus()
        else:
            self.mender.show_on_map(None)
            self.book.show_on_map(None)
        self._draw()

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.editor.active and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            tool = _TOOL_KEYS.get(Qt.Key(event.key())) if not event.modifiers() else None
            if tool is not None:
                self.editor.set_tool(tool)
                return True
            if event.key() == Qt.Key.Key_Delete:
                self.editor.delete()
                return True
        return super().eventFilter(watched, event)

    def do_primary(self) -> None:
        """F9: write the edit in hand, or make the mends that are selected."""
        if self.editor.draft is None and self.editor.observed is None and self.left.shown == DOCTOR:
            self.left.doctor.mend_picked()
        else:
            self.right.bar.commit()

    def do_again(self) -> None:
        """F7: look over the drawing again, or read the list in front again."""
        if self.left.shown == DOCTOR:
            self.mender.look()
        elif self.left.shown == PROPOSALS:
            self.book.refresh()
        else:
            self.editor.refresh()

    def step_back(self) -> bool:
        """Esc: let go of what is held, then of the edit, then of the tool, then of what is shown."""
        if self.hand.busy:
            self.hand.drop()
        elif self.editor.step_back():
            return True
        elif self.editor.active and (self.mender.shown is not None or self.book.shown is not None):
            self.mender.show_on_map(None)
            self.book.show_on_map(None)
        else:
            return False
        return True

    # Over the map

    def _draw(self) -> None:
        preview = self._preview() if self.editor.active else None
        made = preview.segments_after if preview is not None else ()
        captions = tuple(segment_text(self._look.words, one) for one in made) if len(made) > 1 else ()
        mark = self.hand.mark if self.editor.active else None
        self.layer.show_drawing(EditDrawing(mark, self.hand.shape, preview, captions))

    def _preview(self) -> EditPreviewed | None:
        """What is drawn: the edit in hand, else the mend or the proposal that is chosen in a list."""
        if self.editor.draft is not None:
            return self.editor.preview if isinstance(self.editor.preview, EditPreviewed) else None
        if isinstance(self.mender.preview, EditPreviewed):
            return self.mender.preview
        return self.book.preview

    def _tell_refused(self, code: str) -> None:
        self.bar.say(self._look.words.say("editing", code))

    def _show_work(self, work: Work) -> None:
        self.book.show_on_map(None)
        self._pane.canvas.zoom_to_point(*work.xy_m, _NEAR_M_PER_PX)
        # What no rule mends has nothing to be drawn: a ring says where it is.
        self._pane.canvas.select(None if work.stays is None else MapHit("fault", -1, None, *work.xy_m, 0.0))

    def _show_proposal(self, proposal: ProposalView) -> None:
        self.mender.show_on_map(None)
        self.book.show_on_map(proposal)
        if proposal.xy_m is not None:
            self._pane.canvas.zoom_to_point(*proposal.xy_m, _NEAR_M_PER_PX)

    def show_feature(self, layer: str, name: str) -> None:
        """Pick a feature by its id and bring it into view, where it is there."""
        city = self._session.city
        if city is None:
            return
        row = ids_of(city, layer).find(name) if layer in FEATURES else -1
        if row >= 0:
            thing = Thing(layer, row)
            self._session.pick(thing)
            self._pane.show_thing(thing)
