"""Planning an outage by keyboard: the plan on screen, when, how long, why. What is typed stays until it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import Qt, Signal

from app.journal.events import milliseconds
from app.messages.describe import Thing
from app.messages.formats import number
from app.outage_requests import DraftOutage, ReviseOutage
from app.outages.showing import OutageSheet
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.form_fields import FormGrid, FormLine
from app.ui.look import Look
from app.ui.outages.lines import TextLine
from app.ui.outages.model import OutagesModel, OutageWrite
from app.ui.outages.present import target_words, window_words
from app.ui.outages.windows import planned_moment, typed_length
from app.ui.widgets import KeyButton, Label, Panel, SectionHeader, chip, column, foot_of, padded

_NAMES = ("title", "start", "length", "reason", "supply", "traffic", "roads")
_TEXTS = ("title", "reason", "supply", "traffic")
_USUAL_LENGTH = "6"
_MOST_ROADS = 99


class OutageForm(Panel):
    """The form.

    Signals:
        left: It was left.
        saved: An outage was saved: its number.
        draw_wanted: An area is to be drawn.
        edited: Somebody types.
    """

    edited = Signal()
    left = Signal()
    saved = Signal(str)
    draw_wanted = Signal()

    def __init__(self, look: Look, model: OutagesModel, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._model, self._now = model, now
        self._sheet: OutageSheet | None = None
        self._plan_is_new = True
        self._awaited: Thing | None = None
        self._begun: Mapping[str, str] = {}
        self._busy = False
        self.setProperty("surface", "panel")
        self.setMinimumWidth(360)
        self.header = SectionHeader(look)
        self.header.add(chip("Ctrl+N", "key"))
        self.place = Label(size=fonts.BODY, weight=500, wrap=True)
        self.hint = Label(size=fonts.TABLE, tone="t3", wrap=True)
        self.fields = {name: FormLine() for name in _NAMES}
        self.labels = {name: Label(size=fonts.TABLE, tone="t2") for name in _NAMES}
        self.window_told, self.wrong = TextLine(0, 6, tone="t2"), TextLine(4, 8, tone="amber")
        self.save, self.leave_button = KeyButton(look, "Enter", primary=True), KeyButton(look, "Esc")
        self.draw = KeyButton(look, "Ctrl+E")
        self._lay_out()
        for field in self.fields.values():
            field.entered.connect(self.confirm)
            field.textChanged.connect(self.edited)
        for name in ("start", "length"):
            self.fields[name].textChanged.connect(self._tell_window)
        self.save.clicked.connect(self.confirm)
        self.leave_button.clicked.connect(self.left)
        self.draw.clicked.connect(self.draw_wanted)
        model.session.plan_changed.connect(self._take_plan)
        self.retranslate()

    def _lay_out(self) -> None:
        form = FormGrid()
        for name, field in self.fields.items():
            form.add(self.labels[name], field)
        told = (self.window_told, self.wrong)
        layout = column(self, self.header, padded(self.place, 12, 2), padded(self.hint, 0, 4), form, *told)
        layout.addStretch(1)
        layout.addWidget(foot_of(self.save, self.draw, self.leave_button))

    def retranslate(self) -> None:
        names = {
            "title": self.tr("Title"),
            "start": self.tr("Start"),
            "length": self.tr("Length, h"),
            "reason": self.tr("Reason"),
            "supply": self.tr("Temporary supply"),
            "traffic": self.tr("Traffic"),
            "roads": self.tr("Roads closed"),
        }
        hints = {
            "title": self.tr("such as: Garden Road, valve replaced"),
            "start": self.tr("22:00, 3-17 22:00 or 2026-03-17 22:00"),
            "length": self.tr("6, 5.5 or 5:30"),
            "reason": self.tr("as it will stand in the notice"),
            "supply": self.tr("tankers, drinking-water points"),
            "traffic": self.tr("diversions, as they will stand in the notice"),
            "roads": self.tr("how many; 0 for none"),
        }
        for name, label in self.labels.items():
            label.setText(names[name])
            self.fields[name].setPlaceholderText(hints[name])
            self.fields[name].setAccessibleName(names[name])
        self.save.setText(self.tr("Save and judge"))
        self.leave_button.setText(self.tr("Leave"))
        self.draw.setText(self.tr("Draw the area"))
        self._tell_place()
        self._tell_window()

    # From outside

    def begin(self) -> None:
        """An empty form for the plan on screen."""
        self._sheet, self._plan_is_new = None, True
        for field in self.fields.values():
            field.clear()
        self.fields["length"].setText(_USUAL_LENGTH)
        self.fields["roads"].setText("0")
        self._open("title")

    def begin_again(self, sheet: OutageSheet) -> None:
        """What stands of an outage, to be changed; its plan stays unless another is made meanwhile."""
        self._sheet, self._plan_is_new = sheet, False
        plan = sheet.outage.plan
        for name in _TEXTS:
            self.fields[name].setText(sheet.texts.get(name, ""))
        self.fields["start"].setText(f"{moment_of(plan.start_ms):%Y-%m-%d %H:%M}")
        hours, minutes = divmod(plan.duration_s // 60, 60)
        self.fields["length"].setText(f"{hours}:{minutes:02d}" if minutes else str(hours))
        self.fields["roads"].setText(str(plan.effect.roads_closed))
        self._open("start")

    def _open(self, first: str) -> None:
        self._busy = False
        self._awaited, self._begun = None, self._texts
        self._say("")
        self._tell_place()
        self.show()
        self.fields[first].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.fields[first].selectAll()

    def _take_plan(self) -> None:
        """Another plan on screen: it is the one that is meant from now on."""
        session = self._model.session
        is_the_one_before, self._awaited = session.target == self._awaited, None
        if self.isVisible() and session.plan is not None and not is_the_one_before:
            self._plan_is_new = True
            self._say("")
        self._tell_place()

    @property
    def _texts(self) -> dict[str, str]:
        return {name: field.text() for name, field in self.fields.items()}

    @property
    def typed(self) -> dict[str, str]:
        """What stands in it by field, and of which outage; empty where nobody has typed anything."""
        texts = self._texts
        if texts == self._begun:
            return {}
        outage = None if self._sheet is None else self._sheet.outage
        of = {} if outage is None else {"outage": outage.number, "revision": str(outage.plan.key)}
        return {**texts, **of, "plan": "new" if self._plan_is_new else ""}

    def bring(self, typed: Mapping[str, str]) -> None:
        """What somebody had typed; begun it was by :meth:`begin` or :meth:`begin_again`.

        Raises:
            KeyError: A field is missing.
        """
        for name, field in self.fields.items():
            field.setText(typed[name])
        session = self._model.session
        # The plan on screen is being made anew as well: that it comes does not make it the one that is meant.
        self._plan_is_new = bool(typed["plan"])
        self._awaited = None if self._plan_is_new or session.plan is not None else session.target
        self._tell_place()
        if self._sheet is not None and typed.get("revision") != str(self._sheet.outage.plan.key):
            self._say(self.tr("It was planned anew meanwhile: look at what changed before you save."))

    def go_on(self) -> None:
        """An area was drawn: on with when."""
        self.fields["start"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    # What it tells

    def _tell_place(self) -> None:
        words, session = self.look.words, self._model.session
        if self._sheet is None:
            self.header.title.setText(self.tr("Plan an outage"))
        else:
            self.header.title.setText(self.tr("Plan {number} anew").format(number=self._sheet.outage.number))
        if self._sheet is not None and not self._plan_is_new:
            plan = self._sheet.outage.plan
            told = self.tr("{target} · {valves} valves to close, as planned")
            target = target_words(plan.target, words)
            self.place.setText(told.format(target=target, valves=number(len(plan.close))))
            self.hint.setText(self.tr("Another plan made on the map takes its place."))
            return
        facts = session.plan
        if facts is None:
            self.place.setText(self.tr("No plan on screen yet"))
            self.hint.setText(self.tr("Draw an area, or click a main; Ctrl+Shift+G takes several."))
            return
        told = self.tr("{target} · {valves} valves to close · {out} customers out")
        out, valves = number(len(facts.made.impact.out)), number(len(facts.plan.close))
        self.place.setText(told.format(target=session.target_name(words), valves=valves, out=out))
        self.hint.setText("" if facts.feasible else self.tr("Valves alone do not stop the water here."))

    def _tell_window(self) -> None:
        window = self._window()
        self.window_told.say("" if window is None else window_words(*window, self.look.words))

    def _window(self) -> tuple[int, int] | None:
        start = planned_moment(self.fields["start"].text(), self._now())
        length = typed_length(self.fields["length"].text())
        return None if start is None or length is None else (milliseconds(start), milliseconds(start + length))

    # Saving

    def confirm(self) -> None:
        """Enter: save, or say what is wrong and go there."""
        if self._busy:
            return
        request = self._request()
        if request is None:
            return
        self._busy = True
        self._model.do(request, self._saved)

    def refuse(self, told: str) -> None:
        """It was not taken: what is typed stays."""
        self._busy = False
        self._say(told)

    def _saved(self, number_: str) -> None:
        self._busy = False
        self.saved.emit(number_)

    def _request(self) -> OutageWrite | None:
        roads = self.fields["roads"].text().strip() or "0"
        for name, right in (
            ("start", planned_moment(self.fields["start"].text(), self._now()) is not None),
            ("length", typed_length(self.fields["length"].text()) is not None),
            ("roads", roads.isascii() and roads.isdigit() and int(roads) <= _MOST_ROADS),
        ):
            if not right:
                self._miss(name)
                return None
        window = self._window()
        assert window is not None
        texts = {name: self.fields[name].text().strip() for name in _TEXTS}
        texts = {name: text for name, text in texts.items() if text}
        plan = None if self._sheet is None else self._sheet.outage.plan
        name = "" if self._sheet is None else self._sheet.outage.number
        if plan is not None and not self._plan_is_new:
            return ReviseOutage(name, plan.key, self._model.now_ms, *window, roads=int(roads), texts=texts)
        subject = self._model.session.subject
        if subject is None:
            self._say(self.tr("There is no plan on screen: draw an area (Ctrl+E), click a main, or find one with F2."))
            return None
        after = None if plan is None else plan.key
        return DraftOutage(subject, *window, self._model.now_ms, name, after, texts, int(roads))

    def _miss(self, name: str) -> None:
        """A field cannot be read: go there."""
        field = self.fields[name]
        text = field.text().strip()
        told = {
            "start": self.tr("“{text}” is no day and time").format(text=text),
            "length": self.tr("“{text}” is no length in hours").format(text=text),
            "roads": self.tr("“{text}” is no number of roads").format(text=text),
        }
        self._say(told[name] if text else self.tr("{field}: still missing").format(field=self.labels[name].text()))
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()

    def _say(self, wrong: str) -> None:
        self.wrong.say(wrong)
