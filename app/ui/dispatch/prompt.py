"""A question asked in place of the buttons: one line of fields, Enter to go on, Esc to leave. Nothing modal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.ui import fonts
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, ElidedLabel, Label, Panel, chip, clear


@dataclass(frozen=True)
class Field:
    """One thing to be typed.

    Attributes:
        code: By which its text is handed over.
        label: What stands in it while it is empty.
        text: What stands in it at first.
        needed: Whether Enter waits for it.
        wide: How much of the line it takes, against the others.
    """

    code: str
    label: str
    text: str = ""
    needed: bool = True
    wide: int = 1


Answers = dict[str, str]
_TITLE = "asked: "
"""No field's code: what is asked, among the texts of its fields."""


class _Edit(QLineEdit):
    """A field that hands Enter and Esc to its prompt."""

    def __init__(self, prompt: Prompt) -> None:
        super().__init__()
        self._prompt = prompt
        self.setFont(fonts.font(fonts.BODY))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._prompt.confirm()
            case Qt.Key.Key_Escape:
                self._prompt.leave()
            case _:
                super().keyPressEvent(event)


class Prompt(Panel):
    """Asks one thing at a time; hidden while nothing is asked.

    Signals:
        edited: Somebody types, or is asked something else, or nothing any more.
    """

    edited = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._left: Mapping[str, str] = {}
        self._title = ""
        self._done: Callable[[Answers], str | None] | None = None
        self._back: QWidget | None = None
        self._fields: tuple[Field, ...] = ()
        self.edits: dict[str, _Edit] = {}
        self.setProperty("surface", "bar")
        self.setProperty("edge", "top")
        self.title = ElidedLabel(look, size=fonts.TABLE, weight=600)
        self.wrong = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self._enter, self._escape = chip("Enter", "key"), chip("Esc", "key")
        self.goes, self.stays = Label(size=fonts.CAPTION, tone="t2"), Label(size=fonts.CAPTION, tone="t3")
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.title, 1)
        for widget in (self._enter, self.goes, self._escape, self.stays):
            head.addWidget(widget)
        self._line = QHBoxLayout()
        self._line.setSpacing(GAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 8, GAP, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(self._line)
        layout.addWidget(self.wrong)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        self.goes.setText(self.tr("save"))
        self.stays.setText(self.tr("cancel"))

    def ask(self, title: str, fields: tuple[Field, ...], done: Callable[[Answers], str | None]) -> None:
        """Ask for *fields*; *done* gets their texts, and may answer with a sentence that says what is wrong."""
        clear(self._line)
        self._fields, self._done, self.edits = fields, done, {}
        if not self.isVisible():
            self._back = self.window().focusWidget()
        for field in fields:
            edit = _Edit(self)
            edit.setPlaceholderText(field.label)
            edit.setAccessibleName(field.label)
            edit.setText(field.text)
            edit.textChanged.connect(self.edited)
            self._line.addWidget(edit, field.wide)
            self.edits[field.code] = edit
        self.title.set_text(title)
        self._title = title
        self._go_on_with_what_was_left()
        self._say("")
        self.show()
        first = next(iter(self.edits.values()))
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        first.selectAll()

    @property
    def asks(self) -> bool:
        """Whether something is being asked."""
        return not self.isHidden()

    # What a console that died was asking

    @property
    def typed(self) -> dict[str, str]:
        """What is asked, by its title, and what was typed; empty where nothing was."""
        if not self.asks:
            return dict(self._left)
        typed = {code: edit.text() for code, edit in self.edits.items()}
        return {_TITLE: self._title, **typed} if typed != {one.code: one.text for one in self._fields} else {}

    def bring(self, typed: Mapping[str, str]) -> None:
        """Keep what was *typed* for when the same is asked again. Raises KeyError where it says not of what."""
        self._left = {_TITLE: typed[_TITLE], **typed}

    def forget(self) -> None:
        """Keep nothing of what was typed before."""
        self._left = {}
        self.leave()
        self.edited.emit()

    def _go_on_with_what_was_left(self) -> None:
        left = self._left
        if left.get(_TITLE) == self._title and left.keys() == {_TITLE, *self.edits}:
            self._left = {}
            for code, edit in self.edits.items():
                edit.setText(left[code])

    def confirm(self) -> None:
        """Enter: hand the texts over once everything that is needed stands there."""
        answers = {code: edit.text().strip() for code, edit in self.edits.items()}
        for field in self._fields:
            if field.needed and not answers[field.code]:
                self.edits[field.code].setFocus(Qt.FocusReason.ShortcutFocusReason)
                self._say(self.tr("{field}: still missing").format(field=field.label))
                return
        done = self._done
        assert done is not None
        wrong = done(answers)
        if wrong:
            self._say(wrong)
            first = next(iter(self.edits.values()))
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            first.selectAll()
        elif self._done is done:
            # Otherwise *done* has asked the next thing already.
            self.leave()

    def leave(self) -> bool:
        """Esc: ask no more; False where nothing was asked."""
        if self.isHidden():
            return False
        self.hide()
        self._done = None
        self.edited.emit()
        (self._back or self.window()).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _say(self, wrong: str) -> None:
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
