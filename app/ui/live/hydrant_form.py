"""Writing down water drawn from a hydrant, by keyboard; one that is picked on the map is meant. Nothing modal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.dispatch.acts import Done, No
from app.hydrants.entries import Purpose
from app.operations.why_not import why_not
from app.times import CITY_TIME, utc_of
from app.ui import fonts
from app.ui.flow import FlowLayout
from app.ui.form_fields import EnterConfirms, FormGrid, FormLine, fill_picker
from app.ui.live.hydrant_model import HydrantModel
from app.ui.live.hydrant_typed import Typed, Wrong, use_of
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, ElidedLabel, KeyButton, Label, Panel, Picker, column, padded, scrolling

_LINES: Final = ("hydrant", "since", "until", "flow", "told_by", "note")
_NAMES: Final = ("hydrant", "purpose", "since", "until", "flow", "told_by", "note")
_HYDRANT: Final = "hydrant"


class HydrantForm(Panel):
    """The form; hidden while nothing is asked.

    Signals:
        closed: Nothing is asked any more. edited: Somebody types, chooses, opens or leaves it.
        saved: It was written down: its number.
    """

    closed = Signal()
    edited = Signal()
    saved = Signal(str)

    def __init__(self, look: Look, model: HydrantModel) -> None:
        super().__init__(look)
        self._model = model
        self._back: QWidget | None = None
        self._first: Mapping[str, str] = {}
        self.setProperty("surface", "bar")
        self.setProperty("edge", "top")
        self.title = ElidedLabel(look, size=fonts.BODY, weight=600)
        self.edits = {code: FormLine() for code in _LINES}
        self.purpose = Picker(look)
        self._names = {code: Label(size=fonts.TABLE, tone="t2") for code in _NAMES}
        self.wrong = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self.told = Label(size=fonts.CAPTION, tone="t2", wrap=True)
        self.save, self.stay = KeyButton(look, "Enter", primary=True), KeyButton(look, "Esc")
        self._lay_out()
        for edit in self.edits.values():
            edit.entered.connect(self.confirm)
            edit.stepped.connect(self._step)
            edit.textChanged.connect(self.edited)
        self.purpose.currentIndexChanged.connect(self.edited)
        EnterConfirms(self, (self.purpose, self.save), self.confirm)
        self.save.clicked.connect(self.confirm)
        self.stay.clicked.connect(self.leave)
        model.session.workspace_changed.connect(self.leave)
        model.session.selection_changed.connect(self._take_picked)
        self.hide()
        self.retranslate()

    def _lay_out(self) -> None:
        grid = FormGrid(above_px=2)
        for code in _NAMES:
            grid.add(self._names[code], self.purpose if code == "purpose" else self.edits[code])
        foot = QWidget()
        lines = QVBoxLayout(foot)
        lines.setContentsMargins(PADDING, 4, GAP, 10)
        lines.setSpacing(8)
        lines.addWidget(self.wrong)
        lines.addWidget(self.told)
        keys = FlowLayout(GAP)
        for button in (self.save, self.stay):
            keys.addWidget(button)
        lines.addLayout(keys)
        self._area = scrolling(grid, takes_focus=False)
        column(self, padded(self.title, 10, 4), self._area, foot)

    def retranslate(self) -> None:
        words = self.look.words
        names = {
            "hydrant": self.tr("Hydrant"),
            "purpose": self.tr("What for"),
            "since": self.tr("From"),
            "until": self.tr("Until"),
            "flow": self.tr("About, m³/h"),
            "told_by": self.tr("Told by"),
            "note": self.tr("Note"),
        }
        for code, name in names.items():
            self._names[code].setText(name)
        hints = {
            "hydrant": self.tr("its number, or X,Y; or pick it on the map"),
            "until": self.tr("empty: it runs still"),
            "flow": self.tr("empty: not known"),
        }
        for code, edit in self.edits.items():
            edit.setPlaceholderText(hints.get(code, ""))
            edit.setAccessibleName(names[code])
        self.purpose.setAccessibleName(names["purpose"])
        fill_picker(self.purpose, [(one.value, words.name("hydrant_purpose", one.value)) for one in Purpose])
        self.title.set_text(self.tr("Water from a hydrant"))
        self.told.setText(
            self.tr(
                "Pressures within 1.5 km are left out of the watch for bursts while it runs. Without an end it is "
                "believed for twelve hours."
            )
        )
        self.save.setText(self.tr("Save"))
        self.stay.setText(self.tr("Leave"))

    # What is asked

    @property
    def asks(self) -> bool:
        """Whether it is open."""
        return not self.isHidden()

    def open(self, since_ms: int | None = None) -> None:
        """An empty form from this moment on, or from *since_ms*; with the hydrant that is picked, if one is."""
        if self._model.session.workspace is None:
            return
        if not self.asks:
            self._back = self.window().focusWidget()
            for edit in self.edits.values():
                edit.clear()
            self.purpose.setCurrentIndex(0)
            moment = self._model.now() if since_ms is None else utc_of(since_ms)
            self.edits["since"].setText(f"{moment.astimezone(CITY_TIME):%m-%d %H:%M}")
            self._say("")
        elif since_ms is not None:
            self.edits["since"].setText(f"{utc_of(since_ms).astimezone(CITY_TIME):%m-%d %H:%M}")
        self._model.watch()
        self.show()
        self._take_picked()
        self._first = self._texts()
        first = self.purpose if self.edits["hydrant"].text() else self.edits["hydrant"]
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edited.emit()

    def leave(self) -> bool:
        """Esc: ask no more; False where nothing was asked."""
        if not self.asks:
            return False
        self.hide()
        self.closed.emit()
        self.edited.emit()
        (self._back or self.window()).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _take_picked(self) -> None:
        """A hydrant that is picked on the map while the form is open is meant."""
        session = self._model.session
        thing, city = session.selection, session.city
        if self.asks and city is not None and thing is not None and thing.kind == _HYDRANT:
            self.edits["hydrant"].setText(city.hydrants.ids[thing.row])

    # What a console that died was being told

    def _texts(self) -> dict[str, str]:
        lines = {code: edit.text() for code, edit in self.edits.items()}
        return {**lines, "purpose": str(self.purpose.currentData())}

    @property
    def typed(self) -> dict[str, str]:
        """What stands in it by field; empty where nobody has typed anything."""
        texts = self._texts()
        return texts if self.asks and texts != self._first else {}

    def bring(self, typed: Mapping[str, str]) -> None:
        """The form as it stood once.

        Raises:
            KeyError: It is no such text.
        """
        texts = {code: typed[code] for code in (*_LINES, "purpose")}
        self.open()
        for code, edit in self.edits.items():
            edit.setText(texts[code])
        self.purpose.setCurrentIndex(max(self.purpose.findData(texts["purpose"]), 0))

    # Saving

    def confirm(self) -> None:
        """Enter: write it down."""
        texts = self._texts()
        act = use_of(Typed(**texts), self._model.now().astimezone(CITY_TIME))
        if isinstance(act, Wrong):
            self._say(self._wrong_words(act))
            self._go_to(act.field)
            return

        def refused(no: No) -> None:
            self._say(why_not("hydrant_no", no, self.look.words))
            self._go_to(_FIELD_OF.get(no.code, "hydrant"))

        self._model.do(act, self._saved, refused)

    def _wrong_words(self, wrong: Wrong) -> str:
        text = self.edits[wrong.field].text().strip()
        if wrong.field == "flow":
            return self.tr("“{text}” is no number.").format(text=text)
        return self.tr("“{text}” is no time, such as 14:05 or 03-12 14:05.").format(text=text)

    def _saved(self, done: Done) -> None:
        self.leave()
        self.saved.emit(done.about.partition("/")[2])

    def _go_to(self, field: str) -> None:
        self.edits[field].setFocus(Qt.FocusReason.OtherFocusReason)
        self.edits[field].selectAll()
        self._area.ensureWidgetVisible(self.edits[field])

    def _step(self, by: int) -> None:
        lines = list(self.edits.values())
        at = next((number for number, one in enumerate(lines) if one.hasFocus()), 0)
        goal = lines[min(max(at + by, 0), len(lines) - 1)]
        goal.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(goal)

    def _say(self, wrong: str) -> None:
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
        # On a laptop's screen there is room for one of the two.
        self.told.setVisible(not wrong)


_FIELD_OF: Final[Mapping[str, str]] = {
    "long_ago": "since",
    "far_ahead": "since",
    "ends_before": "until",
    "too_long": "until",
    "no_such_flow": "flow",
}
"""Where the keyboard goes when something is refused; else to the hydrant."""
