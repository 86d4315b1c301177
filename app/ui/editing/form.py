"""The attributes of a feature as a form: words to choose from, numbers with units and limits, what was before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.edit_requests import FeatureTold, FieldValue, FieldView
from app.ui import fonts
from app.ui.editing.words import field_name, limits_text, value_text
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, Label, Panel, Picker, clear

_NUMBERS = ("real", "integer")
FLAGS = (None, True)
"""What a flag can be: the record tells "no" from "not recorded" nowhere."""


class FieldRow(QWidget):
    """One field: its name, its value, its unit, and what stood there before.

    Signals:
        changed: Somebody wrote something else.
    """

    changed = Signal()

    def __init__(self, look: Look, layer: str, view: FieldView, value: FieldValue) -> None:
        super().__init__()
        self.view, self._look, self._layer, self._recorded = view, look, layer, value
        self.name = Label(field_name(look.words, view.name), size=fonts.TABLE, tone="t2")
        self.field, self.picker = QLineEdit(), Picker(look)
        self._options: tuple[FieldValue, ...] = FLAGS if view.kind == "flag" else (None, *view.words)
        self.note = Label(size=fonts.CAPTION, tone="acc")
        self.input: QWidget = self.picker if view.words or view.kind == "flag" else self.field
        self.input.setAccessibleName(self.name.text())
        if self.input is self.picker:
            self._fill_picker(value)
        else:
            self._fill_field(value)
        self._lay_out()
        self._tell()

    def _fill_picker(self, value: FieldValue) -> None:
        words, view = self._look.words, self.view
        for option in self._options:
            self.picker.addItem(value_text(words, self._layer, view.name, option))
        known = value if value in self._options else None
        self.picker.setCurrentIndex(self._options.index(known))
        self.picker.currentIndexChanged.connect(self._edited)

    def _fill_field(self, value: FieldValue) -> None:
        self.field.setFont(fonts.font(fonts.TABLE))
        self.field.setText(plain_text(value))
        self.field.setPlaceholderText(limits_text(self.view))
        if self.view.kind in _NUMBERS:
            self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        if self.view.common:
            completer = QCompleter(list(self.view.common), self.field)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            self.field.setCompleter(completer)
        self.field.textChanged.connect(self._edited)

    def _lay_out(self) -> None:
        unit = Label(self.view.unit, size=fonts.TABLE, tone="t3")
        unit.setFixedWidth(40)
        self.name.setFixedWidth(104)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.name)
        line.addWidget(self.input, 1)
        line.addWidget(unit)
        layout.addLayout(line)
        self.note.setContentsMargins(112, 0, 0, 0)
        layout.addWidget(self.note)

    @property
    def value(self) -> FieldValue:
        """What the form says; a number that cannot be read stays text and is refused where it is checked."""
        if self.input is self.picker:
            return self._options[self.picker.currentIndex()]
        text = self.field.text().strip()
        if not text:
            return None
        if self.view.kind not in _NUMBERS:
            return text
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            return text
        return int(number) if self.view.kind == "integer" and number.is_integer() else number

    @property
    def differs(self) -> bool:
        """Whether it says something else than the record."""
        return self.value != self._recorded

    def _edited(self) -> None:
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        differs = self.differs
        self.note.setVisible(differs)
        if differs:
            was = value_text(self._look.words, self._layer, self.view.name, self._recorded)
            self.note.setText(self.tr("was {value}").format(value=was))


class AttributeForm(Panel):
    """All fields of one feature.

    Signals:
        changed: A field says something else.
    """

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._told: FeatureTold | None = None
        self.rows: dict[str, FieldRow] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(PADDING, 8, PADDING, 8)
        self._grid.setVerticalSpacing(6)
        self._grid.setHorizontalSpacing(GAP)

    def retranslate(self) -> None:
        """Names and words of values are those of the language in force; what was written stays."""
        written = self.values
        self.show_feature(self._told)
        for name, value in written.items():
            if name in self.rows:
                self._write(name, value)

    def show_feature(self, told: FeatureTold | None) -> None:
        """Show the fields of *told* as they are recorded, or nothing."""
        self._told = told
        clear(self._grid)
        self.rows = {}
        if told is None:
            return
        for at, view in enumerate(told.form):
            field = FieldRow(self.look, told.told.layer, view, told.told.fields.get(view.name))
            field.changed.connect(self.changed)
            self._grid.addWidget(field, at, 0)
            self.rows[view.name] = field

    def _write(self, name: str, value: FieldValue) -> None:
        field = self.rows[name]
        if field.input is field.picker:
            field.picker.setCurrentIndex(max(field.picker.findText(self._worded(name, value)), 0))
        else:
            field.field.setText(plain_text(value))

    def _worded(self, name: str, value: FieldValue) -> str:
        layer = "" if self._told is None else self._told.told.layer
        return value_text(self.look.words, layer, name, value)

    def write(self, name: str, value: FieldValue) -> None:
        """Write *value* into a field as if somebody had typed or chosen it.

        Raises:
            KeyError: There is no such field.
        """
        self._write(name, value)

    @property
    def values(self) -> dict[str, FieldValue]:
        """What every field says."""
        return {name: field.value for name, field in self.rows.items()}


def plain_text(value: FieldValue) -> str:
    """A value as it is typed; "" for what is not recorded."""
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
