"""The bar over the map: the tools of the desk for editing, each with its key, and the steps back and forward."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout

from app.ui import fonts
from app.ui.editing.editor import CUSTOMER, HYDRANT, MOVE, PIPE, SELECT, SERVICE, SPLIT, TOOLS, VALVE, Editor
from app.ui.look import Look
from app.ui.widgets import GAP, ElidedLabel, KeyButton, Panel

KEYS = {
    SELECT: "A", MOVE: "M", SPLIT: "S", VALVE: "V", PIPE: "P", HYDRANT: "H", CUSTOMER: "C", SERVICE: "L",
}  # fmt: skip
"""Keys of the tools, while the map has the keyboard."""
UNDO_KEY, REDO_KEY = "Ctrl+Z", "Ctrl+Shift+Z"


class ToolBar(Panel):
    """One button for each tool, the taken one marked."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__(look)
        self._editor = editor
        self.setProperty("surface", "bar")
        self.setProperty("edge", "bottom")
        self.setFixedHeight(48)
        self._group = QButtonGroup(self)
        self.tools: dict[str, KeyButton] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(GAP, 0, GAP, 0)
        line.setSpacing(4)
        for tool in TOOLS:
            button = KeyButton(look, KEYS[tool])
            button.setCheckable(True)
            button.setProperty("segment", "true")
            button.setFont(fonts.font(fonts.TABLE))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, tool=tool: editor.set_tool(tool))
            self._group.addButton(button)
            self.tools[tool] = button
            line.addWidget(button)
        self.note = ElidedLabel(look, size=fonts.TABLE, tone="amber_text")
        line.addWidget(self.note, 1)
        self.undo, self.redo = KeyButton(look, UNDO_KEY), KeyButton(look, REDO_KEY)
        for button in (self.undo, self.redo):
            button.setFont(fonts.font(fonts.TABLE))
            line.addWidget(button)
        self.undo.clicked.connect(editor.undo)
        self.redo.clicked.connect(editor.redo)
        editor.tool_changed.connect(self._mark)
        editor.history_changed.connect(self._enable)
        editor.draft_changed.connect(lambda: self.say(""))
        self.hide()
        self.retranslate()
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
        }
        for tool, name in names.items():
            self.tools[tool].setText(name)
        self.undo.setText(self.tr("Undo"))
        self.redo.setText(self.tr("Redo"))
        self._enable()

    def say(self, text: str) -> None:
        """Tell why a click did nothing; "" says nothing."""
        self.note.set_text(text)

    def _mark(self) -> None:
        self.tools[self._editor.tool].setChecked(True)
        self.say("")

    def _enable(self) -> None:
        self.undo.setEnabled(bool(self._editor.listed.undo))
        self.redo.setEnabled(bool(self._editor.listed.redo))
