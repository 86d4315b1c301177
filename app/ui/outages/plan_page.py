"""What an outage does: whom it takes the water from, critical customers by name, and the valves it turns."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.messages import Words
from app.messages.formats import kilometres, number
from app.outages.showing import CriticalOne, OutageSheet
from app.ui import fonts
from app.ui.look import Look
from app.ui.outages.lines import TextLine
from app.ui.outages.model import OutagesModel
from app.ui.outages.present import changes_words
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.widgets import GAP, PADDING, IconLabel, KeyButton, Label, Panel, Section, chip, column, scrolling
from network.assets import Condition, Position

_STATES = {"out": ("square", "leak"), "on_storage": ("double", "on_storage"), "low": ("low", "low")}
_MOST_VALVES, _MOST_CRITICAL = 12, 8


class _Figure(QWidget):
    """One figure with its name over it."""

    def __init__(self, look: Look, icon: str, tone: str) -> None:
        super().__init__()
        self.name = Label(size=fonts.CAPTION, tone="t2")
        self.value = Label(size=fonts.FIGURE, weight=500)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(IconLabel(look, icon, tone, 14))
        head.addWidget(self.name, 1)
        lines = QVBoxLayout(self)
        # Four of them side by side are whole in English too, on a screen of 1366 pixels.
        lines.setContentsMargins(PADDING, 8, 4, 8)
        lines.setSpacing(2)
        lines.addLayout(head)
        lines.addWidget(self.value)


class Figures(Panel):
    """Customers out, on storage and newly low, and households."""

    def __init__(self, look: Look, model: OutagesModel) -> None:
        super().__init__(look)
        self._model = model
        self.setProperty("edge", "bottom")
        self.figures = {state: _Figure(look, *_STATES[state]) for state in _STATES}
        self.households = _Figure(look, "customer", "t2")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for figure in (*self.figures.values(), self.households):
            line.addWidget(figure, 1)
        model.sheet_changed.connect(self.retranslate)
        model.low_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        words, sheet = self.look.words, self._model.sheet
        self.appear(sheet is not None)
        for state, figure in self.figures.items():
            figure.name.setText(words.say("outage_state", state))
        self.households.name.setText(self.tr("Households"))
        for figure in (*self.figures.values(), self.households):
            # The shorter words give way to the longer ones.
            figure.name.setMinimumWidth(figure.name.sizeHint().width())
        if sheet is None:
            return
        effect = sheet.outage.plan.effect
        for state, figure in self.figures.items():
            figure.value.setText(number(getattr(effect, state)))
        self.households.value.setText(number(effect.households))
        if self._model.finding_low:
            self.figures["low"].value.setText("…")
        elif not sheet.low_known:
            self.figures["low"].value.setText("?")


@dataclass(frozen=True)
class PlanValve:
    """A valve of an outage: what is done to it, and how it stands.

    Attributes:
        role: ``close``, ``drain_back`` or ``verify``: a code of the catalogue's section ``outage_valve``.
        row: In the city's table of devices; -1 where it is gone.
    """

    id: str
    role: str
    row: int


def valves_of(sheet: OutageSheet, session: Session) -> tuple[PlanValve, ...]:
    """The valves of a plan as the journal names them."""
    lists = {"close": sheet.outage.plan.close, "drain_back": sheet.drain_back, "verify": sheet.verify_closed}
    ids = None if session.city is None else session.city.network.devices.ids
    return tuple(
        PlanValve(one, role, -1 if ids is None else ids.find(one)) for role, names in lists.items() for one in names
    )


class PlanPage(Panel):
    """The page."""

    def __init__(self, look: Look, model: OutagesModel) -> None:
        super().__init__(look)
        self._model = model
        self.effect, self.critical, self.valves = Section(look), Section(look), Section(look)
        self.told = TextLine(8, 4, tone="t2")
        self.low, self.stale = TextLine(0, 6, tone="amber"), TextLine(0, 4, tone="amber")
        self.find_button = KeyButton(look, "F7")
        self.find_button.clicked.connect(model.find_low)
        self.people = Table(look, most_rows=_MOST_CRITICAL)
        self.people.horizontalHeader().hide()
        self.table = Table(look, most_rows=_MOST_VALVES)
        self.valves.header.add(chip("Ctrl+G", "key"))
        self._find = QWidget()
        line = QHBoxLayout(self._find)
        line.setContentsMargins(PADDING, 0, GAP, 8)
        line.addWidget(self.find_button)
        line.addStretch(1)
        for widget in (self.told, self.stale, self.low, self._find):
            self.effect.body.addWidget(widget)
        self.critical.body.addWidget(self.people)
        self.valves.body.addWidget(self.table)
        inside = QWidget()
        column(inside, self.effect, self.critical, self.valves).addStretch(1)
        self.area = scrolling(inside, takes_focus=False)
        column(self, self.area)
        model.sheet_changed.connect(self.retranslate)
        model.planned_changed.connect(self.retranslate)
        model.low_changed.connect(self.retranslate)
        model.session.suppositions_changed.connect(self._show_valves)
        self.retranslate()

    def retranslate(self) -> None:
        self.effect.header.title.setText(self.tr("Effect"))
        self.critical.header.title.setText(self.tr("Critical customers"))
        self.valves.header.title.setText(self.tr("Valves"))
        self.find_button.setText(self.tr("Work out low pressure"))
        sheet = self._model.sheet
        if sheet is None:
            return
        words, effect = self.look.words, sheet.outage.plan.effect
        parts = {
            "people": number(effect.people),
            "hydrants": number(effect.hydrants),
            "mains_km": kilometres(effect.mains_m),
            "roads": number(effect.roads_closed),
        }
        told = words.say("outage_told", "effect", parts)
        if sheet.changes or sheet.outage.plan.number > 1:
            told += "\n" + changes_words(sheet.outage.plan, sheet.changes, words)
        self.told.say(told)
        self._show_low(sheet)
        self._show_people(sheet)
        self._show_valves()

    def _show_low(self, sheet: OutageSheet) -> None:
        words, model = self.look.words, self._model
        trouble = model.low_trouble
        text = ""
        if model.finding_low:
            text = words.say("outage_told", "finding_low")
        elif trouble is not None and trouble.code != "cancelled":
            text = words.refusal(trouble.code, trouble.detail)
        elif not sheet.low_known:
            text = words.say("outage_told", "low_unknown")
        self.low.say(text)
        self._find.setVisible(not model.finding_low and not sheet.low_known)
        planned = model.planned
        stale = planned is not None and not planned.as_recorded
        self.stale.say(words.say("outage_told", "other_valves") if stale else "")

    def _show_people(self, sheet: OutageSheet) -> None:
        words = self.look.words
        columns = (
            Column("", lambda one: one.name or one.id, elide=True, icon=_critical_look),
            Column("", lambda one: words.say("outage_state", one.state), width=100, tone=lambda _one: "t2"),
        )
        self.people.fill(columns, sheet.critical)
        self.people.setFixedHeight(min(len(sheet.critical), _MOST_CRITICAL) * 28)
        self.critical.header.note.set_text(number(sheet.outage.plan.effect.critical))
        self.critical.setVisible(bool(sheet.critical))

    def _show_valves(self) -> None:
        sheet, session, words = self._model.sheet, self._model.session, self.look.words
        if sheet is None or session.city is None:
            return
        rows = valves_of(sheet, session)
        columns = (
            Column(self.tr("Valve"), lambda one: one.id, width=110, strong=True, icon=_valve_look),
            Column(self.tr("DN"), self._diameter, key=lambda one: one.row, width=56, number=True),
            Column(self.tr("To do"), lambda one: words.say("outage_valve", one.role), width=90),
            Column(self.tr("Condition"), lambda one: self._condition(one, words), width=90, tone=self._condition_tone),
            Column(self.tr("Now"), lambda one: self._position(one, words), elide=True, tone=lambda _one: "t2"),
        )
        self.table.fill(columns, rows)
        self.valves.header.note.set_text(self.tr("{count} to close").format(count=len(sheet.outage.plan.close)))

    def _diameter(self, one: PlanValve) -> str:
        city = self._model.session.city
        if city is None or one.row < 0:
            return ""
        return number(float(city.network.devices.dn_mm[one.row]))

    def _condition(self, one: PlanValve, words: Words) -> str:
        if one.row < 0:
            return words.say("outage_told", "gone")
        condition = Condition(int(self._model.session.states.condition[one.row]))
        return words.name("condition", condition.name.lower())

    def _condition_tone(self, one: PlanValve) -> str:
        if one.row < 0:
            return "red_text"
        return "t2" if self._model.session.states.condition[one.row] == Condition.OPERABLE else "amber_text"

    def _position(self, one: PlanValve, words: Words) -> str:
        if one.row < 0:
            return ""
        position = Position(int(self._model.session.states.position[one.row]))
        return words.name("position", position.name.lower())

    def focus(self) -> None:
        """To the valves."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.table.currentIndex().row() < 0:
            self.table.selectRow(0)
        self.area.ensureWidgetVisible(self.table)


def _critical_look(_one: CriticalOne) -> tuple[str, str]:
    return "critical", "t1"


def _valve_look(one: PlanValve) -> tuple[str, str]:
    return ("valve_verify" if one.role == "verify" else "valve_closed"), "t1"
