"""The bar over the map: the tools of the desk for editing, each with its key, and the steps back and forward."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout

from app.ui import fonts
from app.ui.editing.editor import (
    CUSTOMER,
    HYDRANT,
    JUNCTION,
    MOVE,
    PIPE,
    SELECT,
    SERVICE,
    SOURCE,
    SPLIT,
    STATION,
    TOOLS,
    VALVE,
    Editor,
)
from app.ui.look import Look
from app.ui.widgets import BAR_HEIGHT, GAP, PADDING, ElidedLabel, KeyButton, Panel, row

KEYS = {
    SELECT: "A", MOVE: "M", SPLIT: "S", VALVE: "V", PIPE: "P", HYDRANT: "H", CUSTOMER: "C", SERVICE: "L",
    JUNCTION: "N", SOURCE: "W", STATION: "T",
}  # fmt: skip
"""Keys of the tools, while the map has the keyboard."""
_NOTE_PX = 120
"""Room that the note beside the tools needs at least."""
UNDO_KEY, REDO_KEY = "Ctrl+Z", "Ctrl+Shift+Z"


class ToolBar(Panel):
    """One button for each tool, the taken one marked; in two rows where one has no room."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__(look)
        self._editor = editor
        self._rows = 0
        self.setProperty("surface", "bar")
        self.setProperty("edge", "bottom")
        self._group = QButtonGroup(self)
        self.tools: dict[str, KeyButton] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(GAP, 8, GAP, 8)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(4)
        for tool in TOOLS:
            button = KeyButton(look, KEYS[tool])
            button.setCheckable(True)
            button.setProperty("segment", "true")
            button.setFont(fonts.font(fonts.TABLE))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, tool=tool: editor.set_tool(tool))
            self._group.addButton(button)
            self.tools[tool] = button
        self.note = ElidedLabel(look, size=fonts.TABLE, tone="amber_text")
        # The map's room is the operator's: the bar never widens it.
        self.setMinimumWidth(240)
        editor.tool_changed.connect(self._mark)
        editor.draft_changed.connect(lambda: self.say(""))
        self.hide()
        self.retranslate()
        self._arrange()
        self._mark()

    def retranslate(self) -> None:
        names = {
            SELECT: self.tr("Attributes"),
            MOVE: self.tr("Move"),
            SPLIT: self.tr("Split"),
            VALVE: self.tr("Valve"),
            PIPE: self.tr("Pipe"),
            HYDRANT: self.tr("Hydrant"),
            CUSTOMER: self.tr("Customer"),
            SERVICE: self.tr("Service"),
            JUNCTION: self.tr("Junction"),
            SOURCE: self.tr("Source"),
            STATION: self.tr("Station"),
        }
        for tool, name in names.items():
            self.tools[tool].setText(name)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """All tools in one row where they fit, else half of them in each of two."""
        wide = sum(button.sizeHint().width() + 4 for button in self.tools.values()) + 2 * GAP
        rows = 1 if wide + _NOTE_PX <= self.width() else 2
        if rows == self._rows:
            return
        self._rows = rows
        a_row = -(-len(self.tools) // rows)
        for at, button in enumerate(self.tools.values()):
            self._grid.addWidget(button, at // a_row, at % a_row)
        self._grid.addWidget(self.note, 0, a_row, rows, 1)
        for at in range(len(self.tools) + 1):
            self._grid.setColumnStretch(at, 1 if at == a_row else 0)

    def say(self, text: str) -> None:
        """Tell why a click did nothing; "" says nothing."""
        self.note.set_text(text)

    def _mark(self) -> None:
        self.tools[self._editor.tool].setChecked(True)
        self.say("")


class StepBar(Panel):
    """The steps back and forward, under the lists."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__(look)
        self._editor = editor
        self.setProperty("surface", "bar")
        self.setProperty("edge", "top")
        self.setFixedHeight(BAR_HEIGHT)
        self.undo, self.redo = KeyButton(look, UNDO_KEY), KeyButton(look, REDO_KEY)
        line = row(self.undo, self.redo)
        line.setContentsMargins(PADDING, 0, GAP, 0)
        self.setLayout(line)
        self.undo.clicked.connect(editor.undo)
        self.redo.clicked.connect(editor.redo)
        editor.history_changed.connect(self._enable)
        self.retranslate()

    def retranslate(self) -> None:
        self.undo.setText(self.tr("Undo"))
        self.redo.setText(self.tr("Redo"))
        self._enable()

    def _enable(self) -> None:
        self.undo.setEnabled(bool(self._editor.listed.undo))
        self.redo.setEnabled(bool(self._editor.listed.redo))
