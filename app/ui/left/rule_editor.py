"""Limits, values and colours by which mains are coloured: changed here, seen on the map and in its legend at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.messages import formats
from app.ui import fonts
from app.ui.form_fields import FormLine
from app.ui.look import Look
from app.ui.map.rule_levels import kinds_of, levels_of, usual_rule
from app.ui.tables import Column, Table
from app.ui.widgets import PADDING, KeyButton, Label, Panel, Picker, TickBox, column, padded, row
from gis.scene.colour_rule import COLOURS_OF, MOST_LIMITS, ColourRule, Ramp, sound
from gis.scene.map_style import NUMBERS, ColourBy
from network.topology import City, DeviceStates

_MOST_ROWS = 8
_MOST_DIGITS = 9
_SEPARATORS = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True, eq=False)
class RuleFacts:
    """What rules are applied to: a city, its device states now, and the present year."""

    city: City
    states: DeviceStates
    year: int


@dataclass(frozen=True)
class _Line:
    """A band or a value: its colour in the scale (0: grey), what it is called, and how many mains have it."""

    colour: int
    text: str
    mains: int
    value: str = ""


class _Sample(QPushButton):
    """A colour of the scale to be given to what is selected; 0 takes the colour away."""

    def __init__(self, look: Look, number: int) -> None:
        super().__init__(str(number))
        self._look, self.ink = look, ""
        self.setFont(fonts.font(fonts.CAPTION))
        self.setFixedSize(40, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.ink:
            with QPainter(self) as painter:
                painter.fillRect(QRectF(8, self.height() - 9, self.width() - 16, 4), QColor(self.ink))


class RuleEditor(Panel):
    """Edits one rule.

    Signals:
        changed: (ColourRule, or None for the usual rule) by the operator.
    """

    changed = Signal(object)

    def __init__(self, look: Look, facts: Callable[[], RuleFacts | None]) -> None:
        super().__init__(look)
        self._facts = facts
        self._by, self._rule = ColourBy.NOTHING, ColourRule()
        self._own = False
        self.limits_name, self.ramp_name = Label(tone="t2", size=fonts.TABLE), Label(tone="t2", size=fonts.TABLE)
        self.limits, self.ramps, self.turned = FormLine(), Picker(look), TickBox(look)
        self.refusal = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self.hint = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.table = Table(look, most_rows=_MOST_ROWS)
        self.samples = tuple(_Sample(look, number) for number in range(COLOURS_OF[Ramp.KINDS] + 1))
        self.usual = KeyButton(look)
        self._lay_out()
        self.limits.entered.connect(self._take_limits)
        self.limits.editingFinished.connect(self._take_limits)
        self.ramps.activated.connect(lambda at: self._take_ramp(list(Ramp)[at]))
        self.turned.toggled.connect(lambda on: self._take(replace(self._rule, turned=on)))
        self.usual.clicked.connect(self._forget)
        for number, sample in enumerate(self.samples):
            sample.clicked.connect(lambda *_, number=number: self._give(number))
        self.table.installEventFilter(self)
        look.theme_changed.connect(self._fill)
        self.retranslate()

    def _lay_out(self) -> None:
        limits = row(self.limits_name, self.limits, spacing=12, stretch_last=True)
        self._numbers = _line(limits, 0, 8)
        self._kinds = _line(row(*self.samples, spacing=4), 8, 0)
        scale = _line(row(self.ramp_name, self.ramps, self.turned, spacing=12), 8, 8)
        foot = _line(row(self.usual), 8, 12)
        foot.setProperty("edge", "bottom")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._refusal_line, self._hint_line = padded(self.refusal, 0, 8), padded(self.hint, 8, 0)
        column(self, scale, self._numbers, self._refusal_line, self.table, self._kinds, self._hint_line, foot)

    def show_rule(self, by: ColourBy, own: ColourRule | None) -> None:
        """Show the rule by which mains are coloured now: the operator's *own*, or the usual one."""
        facts = self._facts()
        self._own = own is not None
        if by is not self._by:
            self.limits.setModified(False)
        if facts is None or by is ColourBy.NOTHING:
            self._by = ColourBy.NOTHING
        else:
            self._by, self._rule = by, usual_rule(by, facts.city) if own is None else own
        self._refuse("")
        self.retranslate()

    def retranslate(self) -> None:
        names = {
            ColourBy.DIAMETER: self.tr("Limits, mm"),
            ColourBy.AGE: self.tr("Limits, years"),
            ColourBy.CRITICALITY: self.tr("Limits, customers"),
        }
        self.limits_name.setText(names.get(self._by, ""))
        self.limits.setAccessibleName(self.limits_name.text())
        self.ramp_name.setText(self.tr("Colours"))
        ramps = {
            Ramp.SIZE: self.tr("blue-grey, even"),
            Ramp.LOSS: self.tr("brown, even"),
            Ramp.KINDS: self.tr("six distinct"),
        }
        at = list(Ramp).index(self._rule.ramp)
        self.ramps.clear()
        self.ramps.addItems([ramps[ramp] for ramp in Ramp])
        self.ramps.setCurrentIndex(at)
        self.ramps.setAccessibleName(self.ramp_name.text())
        self.turned.setText(self.tr("Lowest strongest"))
        self.hint.setText(
            self.tr("Select values and give them a colour: click it, or press its number. 0 leaves them grey.")
        )
        self.usual.setText(self.tr("As usual again"))
        for number, sample in enumerate(self.samples):
            sample.setAccessibleName(self.tr("Colour {number}").format(number=number))
        self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A digit on the list of values gives a colour."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._by not in NUMBERS:
            digit = event.key() - Qt.Key.Key_0
            if 0 <= digit <= COLOURS_OF[self._rule.ramp] and not event.modifiers():
                self._give(digit)
                return True
        return super().eventFilter(watched, event)

    # What is shown

    def _fill(self) -> None:
        """The rule as it stands, with how many mains each colour has."""
        facts, rule, by_number = self._facts(), self._rule, self._by in NUMBERS
        self._numbers.setVisible(by_number)
        self.turned.setVisible(by_number)
        self._kinds.setVisible(not by_number)
        self._hint_line.setVisible(not by_number)
        self.usual.setEnabled(self._own)
        if facts is None or self._by is ColourBy.NOTHING:
            return
        inks: tuple[str, ...] = getattr(self.look.theme, rule.ramp)
        for number, sample in enumerate(self.samples):
            sample.ink = inks[number - 1] if 0 < number <= len(inks) else ""
            sample.setVisible(number <= len(inks))
            sample.update()
        self.ramps.setCurrentIndex(list(Ramp).index(rule.ramp))
        blocked = self.turned.blockSignals(True)
        self.turned.setChecked(rule.turned)
        self.turned.blockSignals(blocked)
        # Others edit the city meanwhile: what is being typed here stays.
        typing = self.limits.hasFocus() and self.limits.isModified()
        if not self.refusal.text() and not typing:
            self.limits.setText(" ".join(str(limit) for limit in rule.limits))
        columns = (
            Column(
                self.tr("Mains") if by_number else self.tr("Value"),
                lambda line: line.text,
                elide=True,
                swatch=lambda line: inks[line.colour - 1] if line.colour else "",
            ),
            Column(self.tr("Number"), lambda line: formats.number(line.mains), width=72, number=True),
        )
        self.table.fill(columns, self._bands(facts) if by_number else self._values(facts))

    def _bands(self, facts: RuleFacts) -> list[_Line]:
        told = levels_of(self._by, self._rule, facts.city, facts.states, facts.year)
        counts = np.bincount(told.level, minlength=len(told.labels) + 1).tolist()
        bands = [_Line(level, told.labels[level - 1], counts[level]) for level in self._rule.levels().tolist()]
        return [*bands, _Line(0, self.tr("not recorded"), counts[0])]

    def _values(self, facts: RuleFacts) -> list[_Line]:
        kinds = kinds_of(self._by, facts.city, facts.states)
        return [_Line(self._rule.values.get(kind.value, 0), kind.text, kind.mains, kind.value) for kind in kinds]

    # What is changed

    def _take(self, rule: ColourRule) -> None:
        if rule != self._rule:
            self._rule = rule
            self.changed.emit(rule)

    def _take_limits(self) -> None:
        limits = _limits_of(self.limits.text())
        if not sound(limits):
            self._refuse(
                self.tr("Limits are whole numbers that ascend, one to {most} of them, such as 150 200 400.").format(
                    most=MOST_LIMITS
                )
            )
            return
        self._refuse("")
        self.limits.setModified(False)
        self._take(replace(self._rule, limits=tuple(limits)))

    def _forget(self) -> None:
        """As usual again, whatever was typed."""
        self.limits.setModified(False)
        self.changed.emit(None)

    def _refuse(self, why: str) -> None:
        self.refusal.setText(why)
        self._refusal_line.setVisible(bool(why))

    def _take_ramp(self, ramp: Ramp) -> None:
        most = COLOURS_OF[ramp]
        values = {value: min(colour, most) for value, colour in self._rule.values.items()}
        self._take(replace(self._rule, ramp=ramp, values=MappingProxyType(values)))

    def _give(self, colour: int) -> None:
        """Give a colour to the values that are selected."""
        positions = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        lines: list[_Line] = [self.table.rows.row_at(at) for at in positions]
        values = {**self._rule.values, **{line.value: colour for line in lines}}
        kept = {value: given for value, given in values.items() if given}
        self._take(replace(self._rule, values=MappingProxyType(kept)))
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for at in positions:
            self.table.selectionModel().select(self.table.rows.index(at, 0), flags)


def _line(layout: QHBoxLayout, above_px: int, below_px: int) -> QWidget:
    """A line of widgets with the panel's padding at its sides."""
    host = QWidget()
    layout.setContentsMargins(PADDING, above_px, PADDING, below_px)
    host.setLayout(layout)
    return host


def _limits_of(text: str) -> Sequence[int]:
    """The numbers in what was typed; none where anything else stands there."""
    words = [word for word in _SEPARATORS.split(text) if word]
    numbers = all(word.isascii() and word.isdigit() and len(word) < _MOST_DIGITS for word in words)
    return [int(word) for word in words] if numbers else []
