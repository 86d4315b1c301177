"""The left side of the desk for editing: the drawing's faults, proposals that wait, the latest edits."""

from __future__ import annotations

from app.messages import formats
from app.ui.editing.bar import StepBar
from app.ui.editing.doctor_panel import DoctorPanel
from app.ui.editing.editor import Editor
from app.ui.editing.history_panel import HistoryPanel
from app.ui.editing.proposals_panel import ProposalsPanel
from app.ui.look import Look
from app.ui.tabs import TabbedPages
from app.ui.widgets import chip, column

DOCTOR, PROPOSALS, HISTORY = range(3)


class EditSide(TabbedPages):
    """One header with a name for each panel, one panel at a time."""

    def __init__(
        self, look: Look, editor: Editor, doctor: DoctorPanel, proposals: ProposalsPanel, history: HistoryPanel
    ) -> None:
        super().__init__(look)
        self._editor = editor
        self.doctor, self.proposals, self.history = doctor, proposals, history
        for panel in (doctor, proposals, history):
            self.add_page(panel)
        self.close_header(chip("F3", "key"))
        self.steps = StepBar(look, editor)
        column(self, self.header, self.pages, self.steps).setStretch(1, 1)
        self.setMinimumWidth(300)
        editor.history_changed.connect(self.retranslate)
        self.retranslate()
        self.show_page(DOCTOR)

    def retranslate(self) -> None:
        edits = len(self._editor.listed.entries)
        waiting = self.proposals.table.rows.rowCount()
        self.name_pages(
            (
                self.tr("Topology"),
                self.tr("Proposals") + (f" {formats.number(waiting)}" if waiting else ""),
                self.tr("Edits") + (f" {formats.number(edits)}" if edits else ""),
            )
        )

    def focus_next(self) -> None:
        """F3: the keyboard goes to the list; pressed again, to the next panel's."""
        self.walk((self.doctor.table, self.proposals.table, self.history.table))
