"""The command line in the top bar: looks things up while one types, and does what a verb says to what is chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from app.requests import Found
from app.ui import fonts
from app.ui.commands import Command, parse
from app.ui.dispatch.typed import Candidate, Completion
from app.ui.inspector.selection_card import KIND_ICONS
from app.ui.look import Look
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.widgets import PADDING, ElidedLabel, Label, Panel, chip, column, padded
from gis.search_hit import Hit

_TYPING_MS = 120
MOST_SHOWN = 12


class CommandField(QLineEdit):
    """The field itself; hands arrows, Enter and Esc to the popup.

    Signals:
        stepped: Up (-1) or down (1). entered: Enter. left: Esc.
    """

    stepped = Signal(int)
    entered = Signal()
    left = Signal()
    focused = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.entered.emit()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()
        self.focused.emit()


class CommandLine(Panel):
    """Field and popup.

    Signals:
        chosen: A result and the verb to do: Hit, Command.
        meant: A line whose slots are all filled was entered: Completion.

    Attributes:
        completer: What the desk in front makes of a line before it is looked up; None leaves all to the search.
        on_begin: Told when the keyboard comes to the line.
    """

    chosen = Signal(object, object)
    meant = Signal(object)

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._command = Command("", "")
        self._completion: Completion | None = None
        self.completer: Callable[[str], Completion | None] | None = None
        self.on_begin: Callable[[], None] | None = None
        self.field = CommandField()
        self.field.setFont(fonts.font(fonts.BODY))
        self._key = chip("F2", "key")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.field)
        inside = QHBoxLayout(self.field)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.addStretch(1)
        inside.addWidget(self._key)
        # What is written ends before the key's chip.
        self.field.setTextMargins(0, 0, self._key.sizeHint().width() + 12, 0)
        self.popup = ResultsPopup(look)
        self.popup.table.chosen.connect(self._choose_row)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self.ask)
        self.field.textEdited.connect(lambda _text: self._typing.start())
        self.field.stepped.connect(self._step)
        self.field.entered.connect(self._enter)
        self.field.left.connect(self.leave)
        self.field.installEventFilter(self)
        session.found.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        self.field.setPlaceholderText(self.tr("/ id, road, address or name; close V12, stuck V12"))
        self.popup.retranslate()

    def enter(self, text: str = "") -> None:
        """Take the keyboard; *text* is typed already."""
        if self.on_begin is not None:
            self.on_begin()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if text:
            self.field.setText(text)
            self.field.end(False)

    def leave(self) -> None:
        """Close the popup and give the keyboard back."""
        self.popup.hide()
        host = self.window()
        host.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A click into the popup must still arrive: only leaving for elsewhere closes it.
        if watched is self.field and event.type() == QEvent.Type.FocusOut and not self.popup.underMouse():
            self.popup.hide()
        return super().eventFilter(watched, event)

    def ask(self) -> None:
        """Look up what stands in the field."""
        self._command = parse(self.field.text())
        self._completion = None if self.completer is None else self.completer(self.field.text())
        if self._completion is not None:
            self.popup.show_completion(self._completion)
            self._show_popup()
        elif self._command.text and self._session.workspace is not None:
            self._session.find(self._command.text)
        else:
            self.popup.hide()

    def _show(self, found: Found) -> None:
        if not self.field.hasFocus() or found.text != self._command.text or self._completion is not None:
            return
        self.popup.show_hits(self._command, found, self.look)
        self._show_popup()

    def _show_popup(self) -> None:
        self.place_popup()
        self.popup.show()
        self.popup.raise_()

    def place_popup(self) -> None:
        """Put the popup under the field. It is a child of the window, so it moves and is pictured with it."""
        host = self.window()
        if self.popup.parent() is not host:
            self.popup.setParent(host)
        self.popup.setFixedWidth(max(self.width(), 480))
        self.popup.adjustSize()
        self.popup.move(self.mapTo(host, QPoint(0, self.height() + 2)))

    def _step(self, by: int) -> None:
        self.popup.step(by)

    def _enter(self) -> None:
        if self._typing.isActive():
            self._typing.stop()
            self.ask()
            return
        if self._completion is not None:
            self._enter_completion(self._completion)
            return
        hit = self.popup.current
        if self.popup.isVisible() and hit is not None:
            self._choose(hit)
        else:
            self.ask()

    def _enter_completion(self, completion: Completion) -> None:
        """Enter: fill the open slot with the candidate, or do what the line says."""
        candidate = self.popup.candidate
        if completion.candidates and candidate is not None:
            self._fill(candidate)
        elif completion.act is not None or completion.show:
            self.leave()
            self.field.clear()
            self._completion = None
            self.meant.emit(completion)

    def _fill(self, candidate: Candidate) -> None:
        self.field.setText(candidate.line)
        self.ask()

    def _choose_row(self, row: Hit | Candidate) -> None:
        if isinstance(row, Candidate):
            self._fill(row)
        else:
            self._choose(row)

    def _choose(self, hit: Hit) -> None:
        self.leave()
        self.chosen.emit(hit, self._command)


class ResultsPopup(QFrame):
    """Results under the field: what is asked for, the list, and what Enter does."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setProperty("surface", "panel")
        self.setObjectName("popup")
        self.setStyleSheet("")
        self.heading = Label(size=fonts.TABLE, tone="t2")
        self.table = Table(look, most_rows=MOST_SHOWN)
        self.table.horizontalHeader().hide()
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.enter_key, self.escape_key = chip("Enter", "key"), chip("Esc", "key")
        self.effect = ElidedLabel(look, size=fonts.TABLE, tone="t1")
        self.cancel = Label(size=fonts.TABLE, tone="t3")
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(PADDING, 4, PADDING, 4)
        for widget in (self.enter_key, self.effect, self.escape_key, self.cancel):
            line.addWidget(widget)
        line.setStretch(1, 1)
        column(self, padded(self.heading, 6, 6), self.table, foot)
        self.setFrameShape(QFrame.Shape.Box)
        self.hide()
        self._command = Command("", "")

    def retranslate(self) -> None:
        """Write every word again."""
        self.cancel.setText(self.tr("cancel"))

    @property
    def current(self) -> Hit | None:
        """The result that Enter takes."""
        at = self.table.currentIndex().row()
        found = self.table.rows.row_at(at) if 0 <= at < self.table.rows.rowCount() else None
        return found if isinstance(found, Hit) else None

    @property
    def candidate(self) -> Candidate | None:
        """The candidate that Enter takes."""
        at = self.table.currentIndex().row()
        found = self.table.rows.row_at(at) if 0 <= at < self.table.rows.rowCount() else None
        return found if isinstance(found, Candidate) else None

    def show_completion(self, completion: Completion) -> None:
        """Fill with what a typed line means so far."""
        self.heading.setText(completion.heading)
        columns = (
            Column("", lambda row: row.name, width=110, most=200, icon=lambda row: (row.icon, "t1"), strong=True),
            Column("", lambda row: row.told, elide=True, tone=lambda _row: "t2"),
            Column("", lambda row: row.note, width=120, tone=lambda row: row.tone),
        )
        self.table.fill(columns, completion.candidates)
        self.table.setFixedHeight(len(completion.candidates) * 28 + 2 if completion.candidates else 0)
        if completion.candidates:
            self.table.selectRow(0)
        first = self.candidate
        self.enter_key.setVisible(bool(completion.effect) or first is not None)
        self.effect.set_text(completion.effect or ("" if first is None else f"{first.name} {first.told} {first.note}"))

    def show_hits(self, command: Command, found: Found, look: Look) -> None:
        """Fill with results; the first is ready for Enter."""
        words = look.words
        self._command = command
        verb = words.say("verb", command.verb) + " › " if command.verb else ""
        count = self.tr("{count} found").format(count=len(found.hits))
        if any(hit.near for hit in found.hits):
            count = self.tr("nothing exactly so; {count} near misses").format(count=len(found.hits))
        self.heading.setText(f"{verb}{command.text} · {count}")
        columns = (
            Column(
                "",
                lambda hit: hit.label,
                width=190,
                most=320,
                icon=lambda hit: (KIND_ICONS[hit.kind], "t2"),
                strong=True,
            ),
            Column("", self._detail, elide=True, tone=lambda _hit: "t2"),
            Column("", lambda hit: words.say("layer", hit.kind), width=96, tone=lambda _hit: "t3"),
        )
        self.table.fill(columns, found.hits)
        self.table.setFixedHeight(min(len(found.hits), MOST_SHOWN) * 28 + 2)
        if found.hits:
            self.table.selectRow(0)
        self._write_effect()

    def _detail(self, hit: Hit) -> str:
        """What tells a result from others; of coordinates, how they were read and how far from the city they lie."""
        if hit.kind != "coordinate":
            return hit.detail
        read = self._look.words.say("coordinate_system", hit.id)
        return (
            self.tr("{system}, {distance} outside the city").format(system=read, distance=hit.detail)
            if hit.detail
            else read
        )

    def step(self, by: int) -> None:
        """Move the choice."""
        count = self.table.rows.rowCount()
        if count:
            self.table.selectRow((self.table.currentIndex().row() + by) % count)
            self._write_effect()

    def _write_effect(self) -> None:
        hit = self.current
        self.enter_key.setVisible(hit is not None)
        if hit is None:
            self.effect.set_text(self.tr("Nothing is called so. Try an id, a road, an address or pinyin initials."))
            return
        verb = self._look.words.say("verb", self._command.verb or ("isolate" if hit.kind == "pipe" else "show"))
        self.effect.set_text(f"{verb} {hit.label}")
