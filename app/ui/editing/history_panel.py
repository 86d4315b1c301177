"""The latest edits, who made them and why; each can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.edit_requests import EditEntry
from app.messages import formats
from app.ui import fonts
from app.ui.editing.editor import Editor
from app.ui.editing.words import entry_text
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import GAP, PADDING, KeyButton, Label, Panel, column, padded, row


class HistoryPanel(Panel):
    """The list, newest first.

    Signals:
        chosen: The feature of an edit is to be shown on the map: layer, id.
    """

    chosen = Signal(str, str)

    def __init__(self, look: Look, editor: Editor, zone: tzinfo) -> None:
        super().__init__(look)
        self._editor, self._zone = editor, zone
        self._picked: EditEntry | None = None
        self.table = Table(look)
        self.empty = Label(size=fonts.TABLE, tone="t3", wrap=True)
        self.told = Label(size=fonts.TABLE, wrap=True)
        self.back = KeyButton(look)
        foot = QWidget()
        layout = QVBoxLayout(foot)
        layout.setContentsMargins(PADDING, 8, GAP, 10)
        layout.setSpacing(8)
        layout.addWidget(self.told)
        layout.addLayout(row(self.back))
        column(self, padded(self.empty, PADDING, PADDING), self.table, foot).setStretch(1, 1)
        self.table.chosen.connect(self._choose)
        self.back.clicked.connect(self._take_back)
        editor.history_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        words, entries = self.look.words, self._editor.listed.entries
        self.empty.setText(self.tr("Nothing has been edited in this workspace yet."))
        host = self.empty.parentWidget()
        if host is not None:
            host.setVisible(not entries)
        columns = (
            Column(
                self.tr("Edit"),
                lambda one: entry_text(words, one),
                elide=True,
                icon=_mark,
                tone=lambda one: "t3" if one.undone else "t1",
            ),
            Column(self.tr("From"), lambda one: words.name("origin", one.origin), width=64, tone=lambda _one: "t2"),
            Column(self.tr("When"), self._when, key=lambda one: one.at_ms, width=92, tone=lambda _one: "t2"),
        )
        self.table.fill(columns, entries)
        self._picked = next((one for one in entries if self._picked and one.edit == self._picked.edit), None)
        self._tell()

    def _when(self, one: EditEntry) -> str:
        moment = datetime.fromtimestamp(one.at_ms / 1000.0, UTC).astimezone(self._zone)
        return f"{moment.month}-{moment.day} {formats.clock_time(moment)[:5]}"

    def _choose(self, entry: EditEntry) -> None:
        self._picked = entry
        self._tell()
        self.chosen.emit(entry.layer, entry.id)

    def _tell(self) -> None:
        entry = self._picked
        self.back.setText(self.tr("Take this back"))
        self.back.setVisible(entry is not None)
        self.told.setVisible(entry is not None)
        if entry is not None:
            who = self.tr("{who}: {why}").format(who=entry.actor, why=entry.why or formats.NO_VALUE)
            gone = [self.tr("taken back")] if entry.undone else []
            self.told.setText("\n".join([entry_text(self.look.words, entry), who, *gone]))
            self.back.setEnabled(not entry.undone)

    def _take_back(self) -> None:
        if self._picked is not None:
            self._editor.take_back((self._picked.edit,))


def _mark(one: EditEntry) -> tuple[str, str]:
    return ("undo", "t3") if one.undone or one.undoes else ("tick", "t2")
