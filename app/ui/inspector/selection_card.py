"""What is picked: its name and facts, and for a valve what the operator may suppose or report of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.messages.describe import Card, Describer
from app.ui import fonts
from app.ui.look import Look
from app.ui.session import Session
from app.ui.widgets import (
    GAP,
    PADDING,
    SMALL_GAP,
    ElidedLabel,
    IconLabel,
    KeyButton,
    Label,
    Panel,
    clear,
    row,
    segment_button,
)
from network.assets import Condition, DeviceKind, Position, is_gate

KIND_ICONS = {
    "pipe": "pipe",
    "valve": "valve_open",
    "pump": "source",
    "junction": "dot",
    "hydrant": "hydrant",
    "customer": "customer",
    "source": "source",
    "station": "source",
    "area": "place",
    "road": "road",
    "place": "place",
    "dma": "place",
    "coordinate": "place",
}

CORRECTED = ("pipe", "valve", "pump", "source", "hydrant", "customer", "station")
"""Kinds whose record can be corrected."""


class SelectionCard(Panel):
    """Name, one line and facts of the selection.

    Signals:
        correction_wanted: What is picked is not as recorded: the operator wants its form.
    """

    correction_wanted = Signal()

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self._icon = IconLabel(look, "pipe", "t2", 18)
        self.identity = Label(size=fonts.IDENTITY, weight=600, selectable=True)
        self.name = ElidedLabel(look, size=fonts.TITLE, weight=600)
        self.summary = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(GAP)
        self._facts.setVerticalSpacing(2)
        self.states = ValveStates(look, session)
        self.correct = QPushButton()
        self.correct.setProperty("link", "true")
        self.correct.setFont(fonts.font(fonts.TABLE))
        self.correct.clicked.connect(self.correction_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 12, PADDING, 12)
        layout.setSpacing(6)
        layout.addLayout(row(self._icon, self.identity, self.name, stretch_last=True))
        layout.addWidget(self.summary)
        layout.addLayout(self._facts)
        layout.addWidget(self.states)
        layout.addWidget(self.correct)
        session.selection_changed.connect(self.retranslate)
        session.suppositions_changed.connect(self.retranslate)
        session.workspace_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        thing, city = self._session.selection, self._session.city
        self.appear(thing is not None and city is not None)
        if thing is None or city is None:
            return
        self.correct.setText(self.tr("Not as recorded? Correct it or propose a correction …"))
        self.correct.setVisible(thing.kind in CORRECTED)
        card = Describer(city, self.look.words).card(thing, self._session.states)
        self._icon.set_icon(KIND_ICONS[card.kind], "t2")
        self.identity.setText(card.identity)
        self.name.set_text(card.name)
        self.summary.setText(card.summary)
        self.summary.setVisible(bool(card.summary))
        self._write_facts(card)

    def _write_facts(self, card: Card) -> None:
        """Two facts a line; a long one takes a line of its own."""
        clear(self._facts)
        line = column = 0
        told_below = {"position", "condition"} if self.states.applies else set()
        for _, name, value in (fact for fact in card.facts if fact.code not in told_below):
            wide = len(value) > 18
            if wide and column:
                line, column = line + 1, 0
            self._facts.addWidget(Label(name, size=fonts.CAPTION, tone="t3"), line, column)
            shown: QWidget = ElidedLabel(self.look, value, size=fonts.TABLE)
            self._facts.addWidget(shown, line, column + 1, 1, 3 if wide else 1)
            line, column = (line + 1, 0) if wide or column else (line, 2)
        self._facts.setColumnStretch(1, 1)
        self._facts.setColumnStretch(3, 1)


class _Choice(QWidget):
    """A row of states of which one holds."""

    chosen = Signal(int)

    def __init__(self, values: tuple[int, ...]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(1, 0, 0, 0)
        line.setSpacing(0)
        for value in values:
            button = segment_button(size=fonts.TABLE)
            self._group.addButton(button, value)
            line.addWidget(button)
        line.addStretch(1)
        self._group.idClicked.connect(self.chosen)

    def write(self, value: int, word: str) -> None:
        """Name one state."""
        self._group.button(value).setText(word)

    def show_value(self, value: int) -> None:
        """Mark the state that holds; none where it is not one of those offered (disputed)."""
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(self._group.id(button) == value)
        self._group.setExclusive(True)

    def button(self, value: int) -> QPushButton:
        """The button of one state."""
        found = self._group.button(value)
        assert isinstance(found, QPushButton)
        return found


class ValveStates(Panel):
    """Position and condition of the picked valve: choose to suppose, then report or take back."""

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._position_name = Label(size=fonts.CAPTION, tone="t3")
        self._condition_name = Label(size=fonts.CAPTION, tone="t3")
        self.position = _Choice((Position.OPEN, Position.CLOSED))
        self.condition = _Choice(tuple(Condition))
        self.hint = Label(size=fonts.CAPTION, tone="amber", wrap=True)
        self.report = KeyButton(look, "F6")
        self.undo = KeyButton(look, "Ctrl+Z")
        self.position.chosen.connect(self._suppose_position)
        self.condition.chosen.connect(self._suppose_condition)
        self.report.clicked.connect(self.report_now)
        self.undo.clicked.connect(self._withdraw)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SMALL_GAP, 0, 0)
        layout.setSpacing(6)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.addWidget(self._condition_name, 0, 0)
        grid.addWidget(self.condition, 0, 1)
        grid.addWidget(self._position_name, 1, 0)
        grid.addWidget(self.position, 1, 1)
        grid.setColumnStretch(1, 1)
        layout.addLayout(grid)
        layout.addWidget(self.hint)
        layout.addLayout(row(self.report, self.undo))
        for changed in (session.selection_changed, session.suppositions_changed, session.workspace_changed):
            changed.connect(self.retranslate)
        self.retranslate()

    @property
    def _device(self) -> int:
        """The picked valve whose state somebody can set, or -1."""
        thing, city = self._session.selection, self._session.city
        if thing is None or city is None or thing.kind != "valve":
            return -1
        return -1 if city.network.devices.kind[thing.row] in {DeviceKind.CHECK, DeviceKind.METER} else thing.row

    @property
    def applies(self) -> bool:
        """Whether something is picked whose state somebody can set."""
        return self._device >= 0

    def retranslate(self) -> None:
        self._position_name.setText(self.tr("Position"))
        self._condition_name.setText(self.tr("Condition"))
        self.report.setText(self.tr("Report to journal"))
        self.undo.setText(self.tr("Take back"))
        words = self.look.words
        for position in (Position.OPEN, Position.CLOSED):
            self.position.write(position, words.say("position", position.name.lower()))
        for condition in Condition:
            self.condition.write(condition, words.say("condition", condition.name.lower()))
        self._show_state()

    def _show_state(self) -> None:
        device = self._device
        self.appear(device >= 0)
        if device < 0:
            return
        states, city = self._session.states, self._session.city
        assert city is not None
        if is_gate(int(city.network.devices.kind[device])):
            self.hint.setText(self.tr("Supposed for this plan only. Reported, it counts for everyone."))
        else:
            self.hint.setText(self.tr("No plan goes by the state of this kind of valve. Reported, everyone knows it."))
        self.position.show_value(int(states.position[device]))
        self.condition.show_value(int(states.condition[device]))
        supposed = self._session.supposed(device) is not None
        for widget in (self.hint, self.report, self.undo):
            widget.setVisible(supposed)

    def _suppose_position(self, value: int) -> None:
        self._session.suppose(self._device, position=Position(value))

    def _suppose_condition(self, value: int) -> None:
        self._session.suppose(self._device, condition=Condition(value))

    def _withdraw(self) -> None:
        self._session.withdraw(self._device)

    def report_now(self) -> None:
        """Write what is supposed of the picked valve into the journal."""
        if self._device >= 0:
            self._session.report(self._device)
