"""The right side of the desk for editing: the feature's form, what the edit would do, why, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.edit_requests import EditPreviewed
from app.requests import Failed
from app.ui import fonts
from app.ui.editing.editor import DRAWN, MOVE, PIPE, SERVICE, SPLIT, VALVE, Editor
from app.ui.editing.form import AttributeForm
from app.ui.editing.words import effect_lines, failed_text, observed_line, preview_lines, segment_text
from app.ui.inspector.selection_card import KIND_ICONS
from app.ui.look import Look
from app.ui.widgets import (
    BAR_HEIGHT,
    GAP,
    PADDING,
    IconLabel,
    KeyButton,
    Label,
    Panel,
    Section,
    clear,
    column,
    padded,
    row,
    scrolling,
)

LETTERS = "ABCDEF"


class SubjectHead(Panel):
    """What is being edited: kind and id; the id of a new feature can be written."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__(look)
        self._editor = editor
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self._icon = IconLabel(look, "pipe", "t2", 18)
        self.kind = Label(size=fonts.TITLE, weight=600)
        self.identity = Label(size=fonts.IDENTITY, weight=600, selectable=True)
        self.name = QLineEdit()
        self.name.setFont(fonts.font(fonts.BODY, 600))
        self.name.setMaximumWidth(200)
        self.hint = Label(size=fonts.TABLE, tone="t2", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 12, PADDING, 12)
        layout.setSpacing(6)
        layout.addLayout(row(self._icon, self.kind, self.identity, self.name))
        layout.addWidget(self.hint)
        self.name.textEdited.connect(lambda text: editor.name_blank(text.strip()))
        editor.subject_changed.connect(self.retranslate)
        editor.tool_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        editor, subject = self._editor, self._editor.subject
        named = subject is not None and editor.tool not in (MOVE, SPLIT)
        for widget in (self._icon, self.kind):
            widget.setVisible(named)
        self.identity.setVisible(named and subject is not None and not subject.blank)
        self.name.setVisible(named and subject is not None and subject.blank)
        if subject is not None and named:
            told = subject.told
            word = self.look.words.name("layer", told.layer)
            self.kind.setText(self.tr("New {layer}").format(layer=word) if subject.blank else word)
            self.identity.setText(told.id)
            self._icon.set_icon(KIND_ICONS.get(told.layer, "dot"), "t2")
            if self.name.text() != told.id:
                self.name.setText(told.id)
            self.name.setAccessibleName(self.tr("Id"))
        self.hint.setText(self._what_next())
        self.hint.setVisible(bool(self.hint.text()))

    def _what_next(self) -> str:
        tool = self._editor.tool
        line = self.tr("Click the corners; a double click or Enter ends the line, Backspace takes a corner back.")
        said = {
            MOVE: self.tr("Click a valve, hydrant, customer, pipe end or corner, then where it belongs. Esc lets go."),
            SPLIT: self.tr("Click the pipe where it is to be split."),
            VALVE: self.tr("Click the pipe where the valve stands."),
            PIPE: line,
            SERVICE: line,
        }
        if tool in said:
            return said[tool]
        if tool in DRAWN:
            return self.tr("Click where it stands; near a pipe it is connected to that one.")
        if self._editor.subject is None:
            return self.tr("Click a feature on the map to change it, or take a tool above the map.")
        return ""


class EffectSection(Section):
    """What the edit in hand would do."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__(look)
        self._look, self._editor = look, editor
        self.main = Label(size=fonts.BODY, weight=600, wrap=True)
        self.refusal = Label(size=fonts.BODY, tone="amber", wrap=True)
        self.lines = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.segments = QVBoxLayout()
        self.segments.setSpacing(4)
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.refusal)
        layout.addWidget(self.main)
        layout.addLayout(self.segments)
        layout.addWidget(self.lines)
        self.body.addWidget(padded(inside, 10, 12))
        for changed in (editor.draft_changed, editor.preview_changed, look.language_changed):
            changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Write every word again."""
        words, editor = self._look.words, self._editor
        self.header.title.setText(self.tr("What it does"))
        shown = editor.preview
        self.setVisible(editor.draft is not None or editor.observed is not None or shown is not None)
        failed = shown if isinstance(shown, Failed) else None
        self.refusal.setText("" if failed is None else failed_text(words, failed))
        self.refusal.setVisible(failed is not None)
        clear(self.segments)
        main, rest = [], []
        if isinstance(shown, EditPreviewed):
            main = effect_lines(words, shown)
            rest = preview_lines(words, shown)
            for at, segment in enumerate(shown.segments_after if len(shown.segments_after) > 1 else ()):
                text = f"{LETTERS[at]}  {segment_text(words, segment)}"
                self.segments.addWidget(Label(text, size=fonts.TABLE, wrap=True))
        elif editor.draft is not None and failed is None:
            rest = [self.tr("Looking at what it does …")]
        if editor.observed is not None:
            rest.append(self.tr("Seen: {what}").format(what=observed_line(words, editor.observed)))
        self.main.setText("\n".join(main))
        self.main.setVisible(bool(main))
        self.lines.setText("\n".join(rest))
        self.lines.setVisible(bool(rest))


class EditBar(Panel):
    """Why, and the buttons: write it, propose it, delete the feature, put the edit away."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__(look)
        self._editor = editor
        self.setProperty("surface", "bar")
        self.setProperty("edge", "top")
        self.why_name = Label(size=fonts.TABLE, tone="t2")
        self.why = QLineEdit()
        self.why.setFont(fonts.font(fonts.TABLE))
        self.commit_button = KeyButton(look, "F9", primary=True)
        self.propose_button = KeyButton(look, "F6")
        self.delete_button = KeyButton(look, "Del")
        self.discard_button = KeyButton(look, "Esc")
        first = row(self.commit_button, self.propose_button)
        second = row(self.delete_button, self.discard_button)
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.why_name)
        line.addWidget(self.why, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 10, GAP, 10)
        layout.setSpacing(10)
        layout.addLayout(line)
        layout.addLayout(first)
        layout.addLayout(second)
        self.setMinimumHeight(BAR_HEIGHT)
        self.commit_button.clicked.connect(self.commit)
        self.propose_button.clicked.connect(self.propose)
        self.delete_button.clicked.connect(editor.delete)
        self.discard_button.clicked.connect(editor.discard)
        self.why.textChanged.connect(self._enable)
        for changed in (editor.draft_changed, editor.preview_changed, editor.subject_changed):
            changed.connect(self._enable)
        editor.history_changed.connect(self._forget_why)
        self.retranslate()

    def retranslate(self) -> None:
        self.why_name.setText(self.tr("Why"))
        self.why.setPlaceholderText(self.tr("such as: dug up on 3 May, measured"))
        self.why.setAccessibleName(self.why_name.text())
        self.commit_button.setText(self.tr("Write edit"))
        self.propose_button.setText(self.tr("Propose"))
        self.delete_button.setText(self.tr("Delete"))
        self.discard_button.setText(self.tr("Discard"))
        self._enable()

    def _enable(self) -> None:
        editor = self._editor
        told = bool(self.why.text().strip())
        for button in (self.commit_button, self.propose_button):
            button.setEnabled(editor.ready and told)
            button.setToolTip("" if told else self.tr("Write the reason first."))
        subject = editor.subject
        self.delete_button.setEnabled(subject is not None and not subject.blank)
        self.discard_button.setEnabled(editor.draft is not None or editor.observed is not None)

    def _forget_why(self) -> None:
        """The reason goes with its edit; the next one has its own."""
        if self._editor.draft is None and self._editor.observed is None:
            self.why.clear()

    def commit(self) -> None:
        """F9: write the edit, or go to the reason where it is missing."""
        if self.commit_button.isEnabled():
            self._editor.commit(self.why.text().strip())
        elif self._editor.ready:
            self.why.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def propose(self) -> None:
        """F6: put it on the list of proposals instead."""
        if self.propose_button.isEnabled():
            self._editor.propose(self.why.text().strip())
        elif self._editor.ready:
            self.why.setFocus(Qt.FocusReason.ShortcutFocusReason)


class EditPane(QWidget):
    """Head, form and effect, scrolling, over the bar."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.head = SubjectHead(look, editor)
        self.form = AttributeForm(look)
        self.effect = EffectSection(look, editor)
        self.bar = EditBar(look, editor)
        inside = QWidget()
        column(inside, self.effect, self.form).addStretch(1)
        column(self, self.head, scrolling(inside, takes_focus=False), self.bar).setStretch(1, 1)
        self.setMinimumWidth(380)
        self.form.changed.connect(lambda: editor.write_fields(self.form.values))
        editor.subject_changed.connect(self._show_subject)
        self._show_subject()

    def _show_subject(self) -> None:
        editor = self._editor
        shown = editor.subject if editor.tool not in (MOVE, SPLIT) else None
        self.form.show_feature(shown)
        self.form.setVisible(shown is not None)
