"""All that an alarm's limit has, typed on the desk and tried on the last month before it is saved. Nothing modal."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.live_requests import LimitRehearsed
from app.messages import formats
from app.telemetry.alarms import Limit, Side
from app.telemetry.channels import Channel
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.flow import FlowLayout
from app.ui.form_fields import FormGrid, FormLine
from app.ui.live.limit_typed import Typed, Wrong, limit_of, typed_of
from app.ui.live.model import LiveModel
from app.ui.live.rows import on_screen
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, ElidedLabel, KeyButton, Label, Panel, Picker, column, padded, scrolling

_NEW: Final = ""
_LINES: Final = ("name", "level", "deadband", "on_s", "off_s", "again_min", "why")
_LEAST_PX, _FIELDS_PX = 48, 160
_HOUR_MS: Final = 3_600_000
_NEARLY_ALL_MS: Final = 29 * 24 * _HOUR_MS
"""Of thirty days, so that a day's gap at the beginning is not told."""


class LimitForm(Panel):
    """The alarms of one instrument: changed, set up and taken away; hidden while nothing is asked.

    Signals:
        closed: Nothing is asked any more.
    """

    closed = Signal()

    def __init__(self, look: Look, model: LiveModel) -> None:
        super().__init__(look)
        self._model = model
        self._row = -1
        self._asked: tuple[Limit, ...] = ()
        self._spans: dict[Limit, tuple[tuple[int, int], ...]] = {}
        self._tried: Limit | None = None
        self._removing = False
        self._back: QWidget | None = None
        self.setProperty("surface", "bar")
        self.setProperty("edge", "top")
        self.title = ElidedLabel(look, size=fonts.BODY, weight=600)
        self.which, self.side, self.priority, self.latches = (Picker(look) for _ in range(4))
        self.edits = {code: FormLine() for code in _LINES}
        self.wrong = {code: Label(size=fonts.CAPTION, tone="amber", wrap=True) for code in _LINES}
        self._names = {code: Label(size=fonts.TABLE, tone="t2") for code in ("which", "side", "latches", *_LINES[1:])}
        self.told = Label(size=fonts.TABLE, tone="t1", wrap=True)
        self.go = KeyButton(look, "Enter", primary=True)
        self.remove, self.stay = KeyButton(look), KeyButton(look, "Esc")
        self._lay_out()
        self._wire()
        self.hide()
        self.retranslate()

    def _lay_out(self) -> None:
        self.grid = FormGrid(above_px=2)
        which = QWidget()
        lines = QVBoxLayout(which)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addWidget(self.which)
        lines.addWidget(self._asked_at("name"))
        self.grid.add(self._names["which"], which)
        self.grid.add(self._names["side"], self.side)
        for code in ("level", "deadband", "on_s", "off_s"):
            self.grid.add(self._names[code], self._asked_at(code))
        pair = QWidget()
        line = QHBoxLayout(pair)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        line.addWidget(self.priority, 1)
        line.addWidget(self.latches, 3)
        self.grid.add(self._names["latches"], pair)
        self.grid.add(self._names["again_min"], self._asked_at("again_min"))
        self.grid.add(self._names["why"], self._asked_at("why"))
        for picker in (self.which, self.side, self.priority, self.latches):
            # What an alarm is called may be longer than there is room: the list shows it whole.
            picker.setMinimumWidth(_LEAST_PX)
        fields = scrolling(self.grid)
        fields.setMinimumHeight(_FIELDS_PX)
        keys = FlowLayout(GAP)
        for button in (self.go, self.remove, self.stay):
            keys.addWidget(button)
        foot = QWidget()
        lines = QVBoxLayout(foot)
        lines.setContentsMargins(PADDING, 4, GAP, 10)
        lines.setSpacing(8)
        lines.addWidget(self.told)
        lines.addLayout(keys)
        column(self, padded(self.title, 10, 4), fields, foot)

    def _asked_at(self, code: str) -> QWidget:
        """A field, and under it what is wrong with it."""
        holder = QWidget()
        lines = QVBoxLayout(holder)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        lines.addWidget(self.edits[code])
        lines.addWidget(self.wrong[code])
        self.wrong[code].hide()
        return holder

    def _wire(self) -> None:
        for edit in self.edits.values():
            edit.entered.connect(self.go_on)
            edit.stepped.connect(self._step)
            edit.textEdited.connect(self._touched)
        self.which.currentIndexChanged.connect(self._choose)
        self.side.currentIndexChanged.connect(self._touched)
        self.priority.currentIndexChanged.connect(self._touched)
        self.latches.currentIndexChanged.connect(self._touched)
        self.go.clicked.connect(self.go_on)
        self.remove.clicked.connect(self.take_away)
        self.stay.clicked.connect(self.leave)
        model = self._model
        model.rehearsed.connect(self._take_rehearsal)
        model.opened.connect(self.leave)
        model.limit_changed.connect(self._done)
        model.limit_removed.connect(self._done)

    def retranslate(self) -> None:
        names = {
            "which": self.tr("Alarm"),
            "side": self.tr("Watches"),
            "on_s": self.tr("Raised after, s"),
            "off_s": self.tr("Cleared after, s"),
            "latches": self.tr("Priority, latch"),
            "again_min": self.tr("Asks again after, min"),
            "why": self.tr("Why"),
        }
        for code, name in names.items():
            self._names[code].setText(name)
        self.edits["name"].setPlaceholderText(self.tr("Name"))
        self.edits["name"].setAccessibleName(self.tr("Name"))
        self.edits["again_min"].setToolTip(self.tr("0: never"))
        self.remove.setText(self.tr("Take it away"))
        self.stay.setText(self.tr("Leave it"))
        self._fill(self.side, [(side.value, self.look.words.say("limit_side", side.value)) for side in Side])
        self._fill(self.priority, [(str(one), str(one)) for one in range(1, 5)])
        self._fill(self.latches, [("", self.tr("ends by itself")), ("latched", self.tr("stays until reset"))])
        if self.asks:
            self._name_fields()
        self._show_go()

    def _fill(self, picker: Picker, rows: list[tuple[str, str]]) -> None:
        chosen = picker.currentData()
        picker.blockSignals(True)
        picker.clear()
        for code, words in rows:
            picker.addItem(words, code)
        picker.setCurrentIndex(max(picker.findData(chosen), 0))
        picker.blockSignals(False)

    # What is asked

    @property
    def asks(self) -> bool:
        """Whether it is open."""
        return not self.isHidden()

    def open(self, row: int, alarm: str = "") -> None:
        """Show the alarms of the channel at *row*; *alarm* in front, or a new one where there is none."""
        if self._model.setup is None:
            return
        if not self.asks:
            self._back = self.window().focusWidget()
        self._row = row
        own = [(limit.id, limit.id) for limit in self._model.setup.limits.records if limit.channel == row]
        self._fill(self.which, [*own, (_NEW, self.tr("+ a new one"))])
        self.which.blockSignals(True)
        self.which.setCurrentIndex(max(self.which.findData(alarm), 0))
        self.which.blockSignals(False)
        self.edits["why"].clear()
        self.show()
        self._choose()

    def leave(self) -> bool:
        """Esc: ask no more; False where nothing was asked."""
        if not self.asks:
            return False
        self.hide()
        self._row, self._asked = -1, ()
        self.closed.emit()
        (self._back or self.window()).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    @property
    def _channel(self) -> Channel:
        assert self._model.setup is not None
        return self._model.setup.channels.records[self._row]

    @property
    def _was(self) -> Limit | None:
        """The alarm that is changed; None for a new one."""
        assert self._model.setup is not None
        alarm = self.which.currentData()
        return next((one for one in self._model.setup.limits.records if one.id == alarm), None)

    def _choose(self) -> None:
        """The fields as the alarm is now; a new one begins beside what is usual."""
        if self._row < 0:
            return
        was, channel = self._was, self._channel
        typed = Typed(name=f"{channel.id} ") if was is None else typed_of(was, channel.quantity)
        for code in _LINES[:-1]:
            self.edits[code].setText(getattr(typed, code))
        for picker, value in (
            (self.side, typed.side), (self.priority, typed.priority), (self.latches, "latched" if typed.latches else "")
        ):  # fmt: skip
            picker.blockSignals(True)
            picker.setCurrentIndex(picker.findData(value))
            picker.blockSignals(False)
        self._name_fields()
        self._touched()
        first = self.edits["name" if was is None else "level" if was.side is not Side.SILENT else "on_s"]
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if was is not None:
            first.selectAll()

    def _name_fields(self) -> None:
        channel, unit = self._channel, on_screen(self._channel.quantity)[1]
        self.title.set_text(self.tr("Limits of {name}").format(name=f"{channel.name or channel.id}  {channel.id}"))
        level, deadband = self.tr("Limit"), self.tr("Deadband")
        self._names["level"].setText(f"{level}, {unit}" if unit else level)
        self._names["deadband"].setText(f"{deadband}, {unit}" if unit else deadband)

    @property
    def _typed(self) -> Typed:
        texts = {code: self.edits[code].text().strip() for code in _LINES[:-1]}
        side, priority = str(self.side.currentData()), str(self.priority.currentData())
        return Typed(**texts, side=side, priority=priority, latches=bool(self.latches.currentData()))

    def _touched(self) -> None:
        """Something else stands in the fields: it has to be tried again before it is saved."""
        self._tried, self._asked, self._removing = None, (), False
        self.told.setText("")
        self.told.hide()
        for label in self.wrong.values():
            label.hide()
        if self._row < 0:
            return
        is_silent = self.side.currentData() == Side.SILENT.value
        for code in ("level", "deadband"):
            self.edits[code].setEnabled(not is_silent)
        self.edits["name"].setVisible(self._was is None)
        self.remove.setVisible(self._was is not None)
        self._show_go()

    def _show_go(self) -> None:
        self.go.setText(self.tr("Try it on 30 days") if self._tried is None else self.tr("Save"))

    def _step(self, by: int) -> None:
        shown: list[QLineEdit] = [one for one in self.edits.values() if one.isVisible() and one.isEnabled()]
        at = next((number for number, one in enumerate(shown) if one.hasFocus()), 0)
        shown[min(max(at + by, 0), len(shown) - 1)].setFocus(Qt.FocusReason.TabFocusReason)

    # Trying and saving

    def go_on(self) -> None:
        """Enter: try what stands in the fields; once that is seen, save it."""
        if self._tried is not None:
            channel = self._channel.id if self._was is None else ""
            self._model.change_limit(self._tried, self.edits["why"].text().strip(), channel)
            return
        assert self._model.setup is not None
        self._touched()
        taken = {one.id for one in self._model.setup.limits.records}
        was = self._was
        limit = limit_of(self._typed, self._channel, self._row, was, taken)
        if isinstance(limit, Wrong):
            self._say_wrong(limit.field, self.look.words.say("limit_wrong", limit.code, limit.detail))
            return
        if limit == was:
            self._tell(self.tr("It is watched like this already."))
            return
        self._asked = (limit,) if was is None else (limit, was)
        self._spans = {}
        self._tell(self.tr("Being tried on the last 30 days …"))
        for one in self._asked:
            self._model.rehearse(one)

    def _say_wrong(self, field: str, told: str) -> None:
        self.wrong[field].setText(told)
        self.wrong[field].show()
        self.edits[field].setFocus(Qt.FocusReason.OtherFocusReason)
        self.edits[field].selectAll()

    def _tell(self, told: str) -> None:
        self.told.setText(told)
        self.told.show()

    def _take_rehearsal(self, told: LimitRehearsed) -> None:
        if told.limit not in self._asked:
            return
        self._spans[told.limit] = told.spans
        if len(self._spans) < len(set(self._asked)):
            return
        said = self._tried_words(self._spans[self._asked[0]], told.since_ms)
        if len(self._asked) > 1 and told.since_ms is not None:
            before = self.tr("As it is watched now: {count}.").format(count=len(self._spans[self._asked[1]]))
            said = f"{said} {before}"
        self._tell(said)
        self._tried = self._asked[0]
        self._show_go()

    def _tried_words(self, spans: tuple[tuple[int, int], ...], since_ms: int | None) -> str:
        if since_ms is None:
            return self.tr("Nothing was recorded in the last 30 days: it could not be tried.")
        said = self.tr("In the last 30 days it would have given no alarm.")
        if spans:
            said = self.tr(
                "In the last 30 days it would have given {count} alarms, {hours} h together, the last {last}."
            )
        hours = formats.number(sum(end - start for start, end in spans) / _HOUR_MS, 1)
        last = f"{moment_of(spans[-1][0]):%m-%d %H:%M}" if spans else ""
        said = said.format(count=len(spans), hours=hours, last=last)
        if since_ms > self._model.now_ms - _NEARLY_ALL_MS:
            since = self.tr("It has been recorded since {since} only.")
            said = f"{said} {since.format(since=f'{moment_of(since_ms):%m-%d %H:%M}')}"
        return said

    def take_away(self) -> None:
        """Watch the alarm no more: asked twice, and with a reason."""
        was, why = self._was, self.edits["why"].text().strip()
        if was is None:
            return
        if not why:
            self._touched()
            self._say_wrong("why", self.tr("Say why it is taken away."))
        elif not self._removing:
            self._touched()
            self._removing = True
            self._tell(self.tr("Once more, and {alarm} is watched no longer.").format(alarm=was.id))
        else:
            self._model.remove_limit(was.id, why)

    def _done(self, alarm: str) -> None:
        if self.asks and alarm in {self._typed.name, self.which.currentData()}:
            self.leave()
