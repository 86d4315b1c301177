"""The left side: one search field, who may be meant, and what is to be told to whoever calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.public.found import Found, Standing
from app.public.words import cause_text, short_moment
from app.ui import fonts
from app.ui.form_fields import FormLine
from app.ui.hotline.model import HotlineModel
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import PADDING, ElidedLabel, KeyButton, Label, Panel, SectionHeader, chip, column, foot_of

_TYPING_MS = 120
_MOST_ROWS = 8
_STANDINGS: Mapping[Standing | None, tuple[str, str]] = {
    None: ("●", "t1"),
    Standing.OUT: ("■", "red"),
    Standing.DUE_OUT: ("□", "amber"),
    Standing.ON_STORAGE: ("▲", "amber"),
    Standing.DUE_ON_STORAGE: ("△", "amber"),
    Standing.UNKNOWN: ("?", "amber"),
    Standing.LOW: ("▼", "amber"),
    Standing.DUE_LOW: ("▽", "amber"),
}
"""Mark and tone of how a customer fares; hollow where that was announced and is not recorded."""

Nearby = Callable[[float, float], tuple[str, ...]]
"""Sentences about pressures measured near a place."""


class LookUpPanel(Panel):
    """Who calls, and what he is told.

    Signals:
        call_wanted: A call of the customer in front is to be taken.
        incident_wanted: The incident of that number is to be shown.
    """

    call_wanted = Signal()
    incident_wanted = Signal(str)

    def __init__(self, look: Look, model: HotlineModel, nearby: Nearby) -> None:
        super().__init__(look)
        self._model, self._nearby = model, nearby
        self.setProperty("surface", "panel")
        self.setMinimumWidth(360)
        self.header = SectionHeader(look)
        self.header.add(chip("F3", "key"))
        self.field = FormLine()
        self.results = Table(look, most_rows=_MOST_ROWS)
        self.results.horizontalHeader().hide()
        self.who = Label(size=fonts.TITLE, weight=600, wrap=True)
        self.where = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.standing = Label(size=fonts.TITLE, weight=600, wrap=True)
        self.causes = Label(size=fonts.BODY, wrap=True)
        self.pressures = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.hint = ElidedLabel(look, size=fonts.TABLE, tone="t3")
        self.take = KeyButton(look, "Ctrl+N", primary=True)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        search = QWidget()
        inside = QVBoxLayout(search)
        inside.setContentsMargins(PADDING, 12, PADDING, 8)
        self.field.setMinimumHeight(36)
        inside.addWidget(self.field)
        inside.addWidget(self.hint)
        answer = QWidget()
        lines = QVBoxLayout(answer)
        lines.setContentsMargins(PADDING, 16, PADDING, 8)
        lines.setSpacing(8)
        for label in (self.who, self.where, self.standing, self.causes, self.pressures):
            lines.addWidget(label)
        layout = column(self, self.header, search, self.results, answer)
        layout.addStretch(1)
        layout.addWidget(foot_of(self.take))

    def _connect(self) -> None:
        self._typing.timeout.connect(lambda: self._model.look_up(self.field.text()))
        self.field.textEdited.connect(lambda _text: self._typing.start())
        self.field.entered.connect(self._search_now)
        self.field.stepped.connect(self._step)
        self.results.chosen.connect(self._model.choose)
        self.results.taken.connect(lambda _row: self.call_wanted.emit())
        self.take.clicked.connect(self.call_wanted)
        self._model.found_changed.connect(self._show)
        self._model.ticked.connect(self._tell_standing)

    def retranslate(self) -> None:
        self.header.title.setText(self.tr("Who calls"))
        self.field.setPlaceholderText(self.tr("address, phone, meter, name or id"))
        self.field.setAccessibleName(self.tr("Look up a customer"))
        self.take.setText(self.tr("Take a call"))
        self._show()

    def focus(self) -> None:
        """The keyboard goes to the search field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def clear(self) -> bool:
        """Forget who was looked up; False where nobody was."""
        if not self.field.text() and not self._model.asked:
            return False
        self.field.clear()
        self._typing.stop()
        self._model.look_up("")
        return True

    def _search_now(self) -> None:
        if self._typing.isActive() or self.field.text().strip() != self._model.asked:
            self._typing.stop()
            self._model.look_up(self.field.text())
        elif self._model.customer is not None:
            self.call_wanted.emit()

    def _step(self, by: int) -> None:
        found, at = self._model.found, self._place()
        if found:
            self._model.choose(found[(at + by) % len(found)])

    def _place(self) -> int:
        ids = [one.id for one in self._model.found]
        return ids.index(self._model.customer.id) if self._model.customer is not None else 0

    def _show(self) -> None:
        model = self._model
        columns = (
            Column("", lambda one: one.name or one.id, width=120, most=200, icon=_icon, strong=True),
            Column("", lambda one: one.address_apart, elide=True, tone=lambda _one: "t2"),
            Column("", lambda one: one.phone, width=70, tone=lambda _one: "t2"),
        )
        self.results.fill(columns, model.found)
        self.results.setFixedHeight(min(len(model.found), _MOST_ROWS) * 28)
        self.results.setVisible(bool(model.found))
        if model.customer is not None:
            self.results.selectRow(self._place())
        nobody = bool(model.asked) and not model.found
        self.hint.set_text(
            self.tr("Nobody was found.") if nobody else self.tr("Enter searches, then takes the call; ↑ ↓ another one")
        )
        self._show_customer()

    def _show_customer(self) -> None:
        one = self._model.customer
        for label in (self.who, self.where, self.standing, self.causes, self.pressures):
            label.setVisible(one is not None)
        self.take.setEnabled(True)
        if one is None:
            return
        self.who.setText(one.name or one.id)
        meter = self.tr("meter {number}").format(number=one.meter) if one.meter else ""
        self.where.setText(" · ".join(part for part in (one.id, one.address_apart, one.phone, meter) if part))
        self._tell_standing()
        near = self._nearby(one.x_m, one.y_m)
        self.pressures.setText("\n".join(near) or self.look.words.say("hotline", "none_near"))

    def _tell_standing(self) -> None:
        one = self._model.customer
        if one is None:
            return
        words = self.look.words
        mark, tone = _STANDINGS[one.standing]
        self.standing.setText(f"{mark} {words.name('hotline', one.standing.value if one.standing else 'has_water')}")
        self.standing.set_tone(tone)
        told = [cause_text(cause, words, short_moment) for cause in one.causes]
        self.causes.setText("\n".join(told))
        self.causes.setVisible(bool(told))


def _icon(one: Found) -> tuple[str, str]:
    return ("square", f"{_STANDINGS[one.standing][1]}_text") if one.standing is not None else ("customer", "t2")
