"""Taking a call by keyboard: what is the matter, whose it is, in which words. The place is the customer's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.dispatch.acts import Done
from app.public.acts import TakeComplaint
from app.public.entries import ComplaintKind, Source
from app.public.found import Found
from app.ui import fonts
from app.ui.dispatch.received_line import ReceivedLine
from app.ui.form_fields import EnterConfirms, FormGrid, FormLine, fill_picker
from app.ui.hotline.model import HotlineModel
from app.ui.look import Look
from app.ui.widgets import PADDING, KeyButton, Label, Panel, Picker, SectionHeader, chip, column, foot_of

_LINES = ("note", "received", "name", "phone", "address", "ticket")
_NAMES = ("kind", "note", "received", "name", "phone", "address", "source", "ticket")


class CallForm(Panel):
    """The form.

    Signals:
        left: It was left. saved: A call was taken: entity of its complaint. edited: Somebody types or chooses.
    """

    edited = Signal()
    left = Signal()
    saved = Signal(str)

    def __init__(self, look: Look, model: HotlineModel, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._model, self._now = model, now
        self.customer: Found | None = None
        self.setProperty("surface", "panel")
        self.setMinimumWidth(360)
        self.header = SectionHeader(look)
        self.header.add(chip("Ctrl+N", "key"))
        self.whose = Label(size=fonts.BODY, weight=500, wrap=True)
        self.kind, self.source = Picker(look), Picker(look)
        self.note, self.name, self.phone, self.address, self.ticket = (FormLine() for _ in range(5))
        self.received = ReceivedLine(now())
        self.labels = {name: Label(size=fonts.TABLE, tone="t2") for name in _NAMES}
        self.wrong = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self.save, self.leave_button = KeyButton(look, "Enter", primary=True), KeyButton(look, "Esc")
        self._lay_out()
        for line in (self.note, self.received, self.name, self.phone, self.address, self.ticket):
            line.entered.connect(self.confirm)
            line.textChanged.connect(self.edited)
        for picker in (self.kind, self.source):
            picker.currentIndexChanged.connect(self.edited)
        self.save.clicked.connect(self.confirm)
        self.leave_button.clicked.connect(self.left)
        EnterConfirms(self, (self.kind, self.source, self.save), self.confirm)
        self.retranslate()

    def _lay_out(self) -> None:
        top = QWidget()
        head = QVBoxLayout(top)
        head.setContentsMargins(PADDING, 12, PADDING, 4)
        head.addWidget(self.whose)
        form = FormGrid(8, PADDING)
        for name in _NAMES:
            form.add(self.labels[name], getattr(self, name))
        told = QWidget()
        lines = QVBoxLayout(told)
        lines.setContentsMargins(PADDING, 4, PADDING, 8)
        lines.addWidget(self.wrong)
        layout = column(self, self.header, top, form, told)
        layout.addStretch(1)
        layout.addWidget(foot_of(self.save, self.leave_button))

    def retranslate(self) -> None:
        words = self.look.words
        self.header.title.setText(self.tr("Take a call"))
        names = {
            "kind": self.tr("What"),
            "note": self.tr("In words"),
            "received": self.tr("Received"),
            "name": self.tr("Name"),
            "phone": self.tr("Phone"),
            "address": self.tr("Address"),
            "source": self.tr("From"),
            "ticket": self.tr("Ticket"),
        }
        for code, label in self.labels.items():
            label.setText(names[code])
        fill_picker(self.kind, [(one, words.say("complaint_kind", one)) for one in ComplaintKind])
        fill_picker(self.source, [(one, words.say("complaint_source", one)) for one in Source])
        self.save.setText(self.tr("Save"))
        self.leave_button.setText(self.tr("Leave"))
        self._show_whose()

    def begin(self, customer: Found | None, typed: str = "") -> None:
        """An empty form of *customer*, from this moment on, with the keyboard in its first field.

        Args:
            customer: Who calls; None where nobody was found.
            typed: What was searched for: the address of somebody who is no customer.
        """
        self.customer = customer
        for line in (self.note, self.name, self.phone, self.address, self.ticket):
            line.clear()
        if customer is None:
            self.address.setText(typed)
        self.received.begin(self._now())
        self.kind.setCurrentIndex(0)
        self.source.setCurrentIndex(0)
        self._say("")
        self._show_whose()
        self.kind.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def typed(self) -> dict[str, str]:
        """What stands in it by field, when it was opened, and whose call it is."""
        one = self.customer
        lines = {name: getattr(self, name).text() for name in _LINES}
        whose = {} if one is None else {"customer": one.id, "whose": one.name, "where": one.address}
        chosen = {"kind": str(self.kind.currentData()), "source": str(self.source.currentData())}
        return {**lines, **whose, **chosen, "begun": self.received.begun.isoformat()}

    def bring(self, typed: Mapping[str, str]) -> None:
        """The form as it stood once.

        Raises:
            KeyError, ValueError: It is no such text.
        """
        begun, texts = datetime.fromisoformat(typed["begun"]), {name: typed[name] for name in _LINES}
        named = typed.get("customer", "")
        self.begin(Found(-1, named, typed.get("whose", ""), typed.get("where", ""), "", ()) if named else None)
        self.received.begin(begun)
        for name, text in texts.items():
            getattr(self, name).setText(text)
        for picker, code in ((self.kind, typed["kind"]), (self.source, typed["source"])):
            picker.setCurrentIndex(max(picker.findData(code), 0))

    def _show_whose(self) -> None:
        one = self.customer
        if one is None:
            self.whose.setText(self.tr("No customer was found: name and address are kept, without a place."))
        else:
            self.whose.setText(" · ".join(part for part in (one.name, one.address_apart, one.id) if part))

    def confirm(self) -> None:
        """Enter: save."""
        received_ms = self.received.moment_ms(self._now())
        if received_ms is None:
            self._say(self.tr("“{text}” is no time").format(text=self.received.text()))
            self.received.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        act = TakeComplaint(
            ComplaintKind(self.kind.currentData()),
            "" if self.customer is None else self.customer.id,
            source=Source(self.source.currentData()),
            ticket=self.ticket.text().strip(),
            received_ms=received_ms,
            name=self.name.text(),
            phone=self.phone.text(),
            address=self.address.text(),
            note=self.note.text(),
        )
        self._model.do(act, self._saved)

    def _saved(self, done: Done) -> None:
        self.saved.emit(done.about)

    def refuse(self, sentence: str) -> None:
        """Say why it was not taken; nothing that was typed is lost."""
        self._say(sentence)

    def _say(self, wrong: str) -> None:
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
