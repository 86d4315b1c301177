"""Taking a report by keyboard: where, what, who says so. What may be the same is proposed before it is saved.

The clock of the standard starts when somebody began to report, not when the form is saved: the form notes the moment at
which it was opened, and the operator may set an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.dispatch.acts import Done, TakeReport
from app.dispatch.commands import NewReport
from app.dispatch.duplicates import Likeness
from app.dispatch.entries import Channel, IncidentKind
from app.dispatch_requests import DuplicatesFound, FindDuplicates
from app.journal.events import milliseconds
from app.messages import formats
from app.requests import Found, Reply, Search
from app.ui import fonts
from app.ui.asking import Latest
from app.ui.dispatch.model import DispatchModel
from app.ui.dispatch.received_line import ReceivedLine
from app.ui.form_fields import EnterConfirms, FormGrid, FormLine, fill_picker
from app.ui.inspector.selection_card import KIND_ICONS
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import (
    GAP,
    PADDING,
    ElidedLabel,
    KeyButton,
    Label,
    Panel,
    Picker,
    SectionHeader,
    chip,
    column,
    foot_of,
)
from gis.search_hit import Hit

_TYPING_MS = 120
_MOST_HITS, _MOST_LIKE = 6, 4


@dataclass(frozen=True)
class ReportDraft:
    """What stands in the form, as text; *begun* is when it was opened, ISO 8601."""

    place: str
    caller: str
    phone: str
    note: str
    received: str
    begun: str
    kind: str
    channel: str
    severity: str


class IntakeForm(Panel):
    """The form.

    Signals:
        left: It was left. saved: A report was saved: entity of its incident, the place that it is at.
        placed: A place was chosen: Hit.
        edited: Something else stands in it.
    """

    edited = Signal()
    left = Signal()
    saved = Signal(str, object)
    placed = Signal(object)

    def __init__(self, look: Look, model: DispatchModel, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._model, self._now = model, now
        self.hit: Hit | None = None
        self.like: tuple[Likeness, ...] = ()
        self._asking = Latest(model.session.client)
        self._saving = False
        self._dn_mm: float | None = None
        self.setProperty("surface", "panel")
        self.setMinimumWidth(360)
        self.header = SectionHeader(look)
        self.header.add(chip("Ctrl+N", "key"))
        self.place, self.caller, self.phone, self.note = (FormLine() for _ in range(4))
        self.received = ReceivedLine(now())
        self.kind, self.channel, self.severity = Picker(look), Picker(look), Picker(look)
        self.labels = {name: Label(size=fonts.TABLE, tone="t2") for name in _NAMES}
        self.hits = Table(look, most_rows=_MOST_HITS)
        self.hits.horizontalHeader().hide()
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.chosen = ElidedLabel(look, size=fonts.TABLE, weight=500)
        self.likely = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self.same = Table(look, most_rows=_MOST_LIKE)
        self.wrong = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self.save, self.leave_button = KeyButton(look, "Enter", primary=True), KeyButton(look, "Esc")
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        form = FormGrid()
        fields: dict[str, QWidget] = {
            "place": self.place, "kind": self.kind, "received": self.received, "channel": self.channel,
            "severity": self.severity, "caller": self.caller, "phone": self.phone, "note": self.note,
        }  # fmt: skip
        for name, field in fields.items():
            form.add(self.labels[name], field)
            if name == "place":
                form.add_wide(self.hits)
                form.add(None, self.chosen)
        told = QWidget()
        lines = QVBoxLayout(told)
        lines.setContentsMargins(PADDING, 4, GAP, 8)
        lines.addWidget(self.likely)
        lines.addWidget(self.wrong)
        layout = column(self, self.header, form, told, self.same)
        layout.addStretch(1)
        layout.addWidget(foot_of(self.save, self.leave_button))

    def _connect(self) -> None:
        self._typing.timeout.connect(self.ask)
        self.place.textEdited.connect(self._typed)
        self.place.entered.connect(self._take_first)
        self.place.stepped.connect(self._step)
        for field in (self.received, self.caller, self.phone, self.note):
            field.entered.connect(self.confirm)
        for line in (self.place, self.received, self.caller, self.phone, self.note):
            line.textChanged.connect(self.edited)
        for picker in (self.kind, self.channel, self.severity):
            picker.currentIndexChanged.connect(self.edited)
        self.hits.chosen.connect(self._choose)
        self.same.taken.connect(self._is_same)
        self.save.clicked.connect(self.confirm)
        self.leave_button.clicked.connect(self.left)
        EnterConfirms(self, (self.save,), self.confirm)

    def retranslate(self) -> None:
        words = self.look.words
        self.header.title.setText(self.tr("New report"))
        names = {
            "place": self.tr("Where"),
            "kind": self.tr("What"),
            "received": self.tr("Received"),
            "channel": self.tr("From"),
            "severity": self.tr("Severity"),
            "caller": self.tr("Caller"),
            "phone": self.tr("Phone"),
            "note": self.tr("Note"),
        }
        for name, label in self.labels.items():
            label.setText(names[name])
        self.place.setPlaceholderText(self.tr("address, road, customer, pipe; pinyin initials will do"))
        fill_picker(self.kind, [(one, words.say("incident_kind", one)) for one in IncidentKind])
        fill_picker(self.channel, [(one, words.say("channel", one)) for one in Channel])
        levels = [("", self.tr("not judged"))]
        levels += [(str(level), words.say("severity", str(level))) for level in range(1, 5)]
        fill_picker(self.severity, levels)
        self.save.setText(self.tr("Save"))
        self.leave_button.setText(self.tr("Leave"))
        self._show_like()

    # From outside

    def begin(self, kind: IncidentKind = IncidentKind.VISIBLE_LEAK) -> None:
        """An empty form, from this moment on, with the keyboard in its first field."""
        self.hit, self.like, self._saving, self._dn_mm = None, (), False, None
        for field in (self.place, self.caller, self.phone, self.note):
            field.clear()
        self.received.begin(self._now())
        self.kind.setCurrentIndex(self.kind.findData(str(kind)))
        self.channel.setCurrentIndex(0)
        self.severity.setCurrentIndex(0)
        self.hits.hide()
        self.chosen.set_text("")
        self._say("")
        self._show_like()
        self.place.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def begin_at(self, hit: Hit, report: NewReport, begun: datetime) -> None:
        """A form whose place is known already: only Enter is left to press.

        Args:
            hit: The place.
            report: What was typed of it.
            begun: When somebody began to report it.
        """
        self.begin(report.kind)
        self._dn_mm = report.dn_mm
        if report.severity is not None:
            self.severity.setCurrentIndex(self.severity.findData(str(report.severity)))
        self.received.begin(begun)
        self._choose(hit)

    @property
    def draft(self) -> ReportDraft:
        """What stands in it now."""
        return ReportDraft(
            place=self.place.text(),
            caller=self.caller.text(),
            phone=self.phone.text(),
            note=self.note.text(),
            received=self.received.text(),
            begun=self.received.begun.isoformat(),
            kind=str(self.kind.currentData()),
            channel=str(self.channel.currentData()),
            severity=str(self.severity.currentData()),
        )

    def begin_from(self, draft: ReportDraft) -> None:
        """The form as it stood once: its place is looked up anew.

        Raises:
            ValueError: A moment is none.
        """
        begun = datetime.fromisoformat(draft.begun)
        self.begin()
        self.received.begin(begun)
        lines = {self.place: draft.place, self.caller: draft.caller, self.phone: draft.phone, self.note: draft.note}
        for line, text in {**lines, self.received: draft.received}.items():
            line.setText(text)
        for picker, code in ((self.kind, draft.kind), (self.channel, draft.channel), (self.severity, draft.severity)):
            picker.setCurrentIndex(max(picker.findData(code), 0))
        self.ask()

    # The place

    def _typed(self) -> None:
        self.hit = None
        self.chosen.set_text("")
        self._typing.start()

    def ask(self) -> None:
        """Look up what stands in the first field."""
        text = self.place.text().strip()
        if not text:
            self.hits.hide()
            return
        self._asking.ask(Search(text), self._model.session.expecting(Found, self._show_hits))

    def _show_hits(self, found: Found) -> None:
        columns = (
            Column(
                "",
                lambda hit: hit.label,
                width=150,
                most=230,
                icon=lambda hit: (KIND_ICONS[hit.kind], "t2"),
                strong=True,
            ),
            Column("", lambda hit: hit.detail, elide=True, tone=lambda _hit: "t2"),
        )
        hits = found.hits[:_MOST_HITS]
        self.hits.fill(columns, hits)
        self.hits.setFixedHeight(len(hits) * 28 + 2)
        self.hits.setVisible(bool(hits))
        self._say("" if hits else self.tr("Nothing is called so. Try another part of the address, or a pipe's id."))
        if hits:
            self.hits.selectRow(0)
        if self._saving and hits:
            # Enter was pressed before the answer came.
            self._take_first()

    def _step(self, by: int) -> None:
        count = self.hits.rows.rowCount()
        if count:
            self.hits.selectRow((self.hits.currentIndex().row() + by) % count)

    def _take_first(self) -> None:
        """Enter in the first field: take the hit; with one taken, save."""
        if self.hit is not None:
            self.confirm()
            return
        at = self.hits.currentIndex().row()
        if self._typing.isActive() or not self.hits.isVisible() or at < 0:
            self._saving = True
            self._typing.stop()
            self.ask()
            return
        self._saving = False
        self._choose(self.hits.rows.row_at(at))

    def _choose(self, hit: Hit) -> None:
        self.hit = hit
        self.hits.hide()
        self.place.setText(hit.label)
        self.chosen.set_text(" · ".join(part for part in (self.look.words.name("layer", hit.kind), hit.detail) if part))
        self._say("")
        self.placed.emit(hit)
        self._ask_like(hit)
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    # What may be the same

    def _ask_like(self, hit: Hit) -> None:
        pipe = hit.id if hit.kind == "pipe" else ""

        def take(reply: Reply) -> None:
            if self.hit is hit and not self._model.session.is_refusal(reply):
                assert isinstance(reply, DuplicatesFound)
                self.like = reply.likely
                self._show_like()

        self._model.session.client.ask(FindDuplicates(hit.x_m, hit.y_m, milliseconds(self.received.begun), pipe), take)

    def _show_like(self) -> None:
        words = self.look.words
        columns = (
            Column(self.tr("Incident"), lambda one: one.number, width=70, strong=True),
            Column(self.tr("Distance"), lambda one: formats.length(one.apart_m), width=70, number=True),
            Column(
                self.tr("Earlier"),
                lambda one: words.say("dispatch_told", "minutes", {"count": round(one.apart_s / 60)}),
                width=70,
                number=True,
            ),
            Column("", lambda one: self.tr("same main") if one.same_main else "", elide=True, tone=lambda _one: "t2"),
        )
        self.same.fill(columns, self.like[:_MOST_LIKE])
        self.same.setVisible(bool(self.like))
        self.likely.setText(
            self.tr("May be the same: Tab into the list, Enter adds this call to it.") if self.like else ""
        )
        self.likely.setVisible(bool(self.like))

    def _is_same(self, one: Likeness) -> None:
        """The call is about an incident that there is already: it is reported, and merged into that one."""
        self._report(one)

    # Saving

    def confirm(self) -> None:
        """Enter: save."""
        if self.hit is None:
            self._say(self.tr("Choose a place first."))
            self.place.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._report(None)

    def _report(self, same: Likeness | None) -> None:
        hit = self.hit
        received_ms = self.received.moment_ms(self._now())
        if hit is None:
            return
        if received_ms is None:
            self._say(self.tr("“{text}” is no time").format(text=self.received.text()))
            self.received.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        severity = str(self.severity.currentData())
        act = TakeReport(
            kind=IncidentKind(self.kind.currentData()),
            x_m=hit.x_m,
            y_m=hit.y_m,
            channel=Channel(self.channel.currentData()),
            place=hit.label if hit.kind != "coordinate" else "",
            pipe=hit.id if hit.kind == "pipe" else "",
            customer=hit.id if hit.kind == "customer" else "",
            station=hit.id if hit.kind == "station" else "",
            severity=int(severity) if severity else None,
            dn_mm=self._dn_mm,
            received_ms=received_ms,
            caller=self.caller.text(),
            phone=self.phone.text(),
            note=self.note.text(),
        )
        self._model.do(act, lambda done: self._saved(done, hit, same))

    def _saved(self, done: Done, hit: Hit, same: Likeness | None) -> None:
        if same is None:
            self.saved.emit(done.about, hit)
            return
        self._model.merge(done.about, same.entity)
        self.saved.emit(same.entity, hit)

    def _say(self, wrong: str) -> None:
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))


_NAMES = ("place", "kind", "received", "channel", "severity", "caller", "phone", "note")
