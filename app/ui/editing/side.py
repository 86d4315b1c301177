"""The left side of the desk for editing: the drawing's faults, proposals that wait, the latest edits."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from app.messages import formats
from app.ui import fonts
from app.ui.editing.bar import StepBar
from app.ui.editing.doctor_panel import DoctorPanel
from app.ui.editing.editor import Editor
from app.ui.editing.history_panel import HistoryPanel
from app.ui.editing.proposals_panel import ProposalsPanel
from app.ui.look import Look
from app.ui.widgets import HEADER_HEIGHT, Panel, chip, column

DOCTOR, PROPOSALS, HISTORY = range(3)


class EditSide(Panel):
    """One header with a name for each panel, one panel at a time."""

    def __init__(
        self, look: Look, editor: Editor, doctor: DoctorPanel, proposals: ProposalsPanel, history: HistoryPanel
    ) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self._editor = editor
        self.doctor, self.proposals, self.history = doctor, proposals, history
        self._tabs, self._stack = QButtonGroup(self), QStackedWidget()
        header = QFrame()
        header.setProperty("edge", "bottom")
        header.setFixedHeight(HEADER_HEIGHT + 1)
        line = QHBoxLayout(header)
        line.setContentsMargins(4, 0, 8, 0)
        line.setSpacing(0)
        for number, panel in enumerate((doctor, proposals, history)):
            line.addWidget(self._tab(number))
            self._stack.addWidget(panel)
        line.addStretch(1)
        line.addWidget(chip("F3", "key"))
        self._tabs.idClicked.connect(self.show_panel)
        self.steps = StepBar(look, editor)
        column(self, header, self._stack, self.steps).setStretch(1, 1)
        self.setMinimumWidth(300)
        editor.history_changed.connect(self.retranslate)
        self.retranslate()
        self.show_panel(DOCTOR)

    def _tab(self, number: int) -> QPushButton:
        button = QPushButton()
        button.setCheckable(True)
        button.setProperty("tab", "true")
        button.setFont(fonts.font(fonts.TABLE, 500))
        button.setFixedHeight(HEADER_HEIGHT)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tabs.addButton(button, number)
        return button

    def retranslate(self) -> None:
        edits = len(self._editor.listed.entries)
        waiting = self.proposals.table.rows.rowCount()
        names = {
            DOCTOR: self.tr("Topology"),
            PROPOSALS: self.tr("Proposals") + (f" {formats.number(waiting)}" if waiting else ""),
            HISTORY: self.tr("Edits") + (f" {formats.number(edits)}" if edits else ""),
        }
        for number, name in names.items():
            self._tabs.button(number).setText(name)

    @property
    def shown(self) -> int:
        """Which panel is in front."""
        return self._stack.currentIndex()

    def show_panel(self, number: int) -> None:
        """Bring a panel to the front."""
        self._stack.setCurrentIndex(number)
        self._tabs.button(number).setChecked(True)

    def focus_next(self) -> None:
        """F3: the keyboard goes to the list; pressed again, to the next panel's."""
        lists: tuple[QWidget, ...] = (self.doctor.table, self.proposals.table, self.history.table)
        if lists[self.shown].hasFocus():
            self.show_panel((self.shown + 1) % len(lists))
        lists[self.shown].setFocus(Qt.FocusReason.ShortcutFocusReason)
