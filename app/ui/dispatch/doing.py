"""What an operator does about the incident in front: each act asks for what it needs, then goes to the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.dispatch.acts import (
    Accept,
    Act,
    Correct,
    Decide,
    Done,
    Issue,
    LeaveValve,
    Merge,
    Note,
    Recall,
    Record,
    Send,
    StateCrew,
    TakeAlarm,
    Turn,
    Waive,
)
from app.dispatch.alarms import Alarm
from app.dispatch.command_reading import hours_called
from app.dispatch.commands import forecast_of
from app.dispatch.crews import CrewState
from app.dispatch.entries import Course
from app.dispatch.facts import FactKind, Value
from app.dispatch.life import Step
from app.dispatch.sheet import Line
from app.dispatch_requests import EvidenceFound, EvidenceKept, FindEvidence, KeepEvidence
from app.journal.events import milliseconds
from app.messages.describe import shortened
from app.requests import Failed
from app.typed_paths import typed_path
from app.ui.dispatch.model import DispatchModel, moment_of
from app.ui.dispatch.moments import typed_moment
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.dispatch.sections import ToDo

_SIMPLE = {
    Step.WATER_OFF: FactKind.WATER_OFF,
    Step.REPAIRED: FactKind.REPAIR_DONE,
    Step.WATER_BACK: FactKind.WATER_BACK,
}


class Doing(QObject):
    """Acts on the incident in front.

    Signals:
        crews_wanted: Somebody must choose a crew. valves_wanted: Valves must be gone through.
        order_wanted: A valve is operated by order only: its id.
    """

    crews_wanted = Signal()
    valves_wanted = Signal()

    def __init__(self, model: DispatchModel, prompt: Prompt, now: Callable[[], datetime]) -> None:
        super().__init__(prompt)
        self._model, self._prompt, self._now = model, prompt, now

    @property
    def _incident(self) -> str:
        return self._model.selected

    # Steps of the life

    def step(self, step: Step) -> None:
        """Do *step*, or ask for what it needs."""
        asking: Mapping[Step, Callable[[], None]] = {
            Step.CREW_ASSIGNED: self.crews_wanted.emit,
            Step.ON_SCENE: self.on_scene,
            Step.SITE_SAFE: self._ask_barrier,
            Step.UTILITIES_CHECKED: self._ask_lines,
            Step.FLUSHED: self._ask_flushing,
            Step.VALVES_BACK: self.valves_wanted.emit,
            Step.CONFIRMED: self._ask_customers,
            Step.SITE_CLEARED: self._ask_cleared,
            Step.CLOSED: self.close,
        }
        if step in _SIMPLE:
            self._model.do(Record(self._incident, _SIMPLE[step]))
        elif step in asking:
            asking[step]()

    def out_of_order(self, step: Step, row: ToDo) -> None:
        """Something must come first. What happened all the same needs a reason; nothing closes over a gate."""
        if step is Step.CLOSED or step not in _SIMPLE:
            self.step(step)
            return
        incident, fact = self._incident, _SIMPLE[step]
        title = self.tr("Barred – {bars}. It happened all the same?").format(bars=row.bars)
        self._ask_reason(title, lambda why: Record(incident, fact, note=why))

    def on_scene(self) -> None:
        """The crew says that it is there."""
        row = self._model.row
        if row is not None and row.crews:
            self._model.do(StateCrew(row.crews[0], CrewState.ON_SCENE))
        else:
            self._model.do(Record(self._incident, FactKind.CREW_ON_SCENE))

    def stop_decided(self) -> None:
        """Water must be stopped: the clock of the notice starts."""
        self._model.do(Record(self._incident, FactKind.STOP_DECIDED))

    def supply_arranged(self) -> None:
        """Customers get water otherwise while the outage lasts."""
        incident = self._incident
        field = Field("note", self.tr("tankers and hydrants: where, from when"), wide=2)

        def done(answers: Answers) -> str | None:
            self._model.do(Record(incident, FactKind.TEMPORARY_SUPPLY, note=answers["note"]))
            return None

        self._prompt.ask(self.tr("Temporary supply arranged"), (field,), done)

    def expect(self) -> None:
        """Somebody judges how long the outage will last."""
        incident = self._incident
        field = Field("hours", self.tr("hours from the stop of water to its return, such as 30"))

        def done(answers: Answers) -> str | None:
            hours = hours_called(answers["hours"])
            if hours is None:
                return self.tr("“{text}” is no number of hours").format(text=answers["hours"])
            self._model.do(forecast_of(incident, hours))
            return None

        self._prompt.ask(self.tr("Expected outage"), (field,), done)

    def _ask_barrier(self) -> None:
        self._ask_evidence(self.tr("Barrier and lights stand"), FactKind.BARRIER_SET)

    def _ask_cleared(self) -> None:
        self._ask_evidence(self.tr("Site cleared, paving requested"), FactKind.SITE_CLEARED)

    def _ask_evidence(self, title: str, fact: FactKind) -> None:
        fields = (Field("photo", self.tr("photo: path of the file"), needed=False, wide=2), self._note_field())
        incident = self._incident

        def done(answers: Answers) -> str | None:
            note = answers["note"]
            self._with_file(
                answers["photo"],
                lambda kept: Record(incident, fact, note=note, photo="" if kept is None else kept.hash),
                picture=True,
            )
            return None

        self._prompt.ask(title, fields, done)

    def _note_field(self) -> Field:
        return Field("note", self.tr("note"), needed=False, wide=2)

    def _with_file(self, path: str, act: Callable[[EvidenceKept | None], Act], *, picture: bool) -> None:
        """Keep the file, where one is named, then act with what names it; *picture* where a sound will not do."""
        if not path:
            self._model.do(act(None))
            return

        def take(kept: EvidenceKept) -> None:
            self._model.do(act(kept))

        session = self._model.session
        session.client.ask(KeepEvidence(typed_path(path), picture), session.expecting(EvidenceKept, take))

    def look_at(self, evidence: str) -> None:
        """Open a kept picture or sound, by its hash, with the program that this computer has for it."""

        def take(found: EvidenceFound) -> None:
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(found.path))):
                self._model.session.refused.emit(Failed("evidence.no_viewer", {"path": str(found.path)}))

        session = self._model.session
        session.client.ask(FindEvidence(evidence), session.expecting(EvidenceFound, take))

    def _ask_lines(self) -> None:
        row = self._model.row
        known = "" if row is None or row.dn_mm is None else f"{row.dn_mm:.0f}"
        fields = (
            Field("dn", self.tr("leaking main's DN, read on site"), known),
            Field("lines", self.tr("telecom, power, gas, sewer, others: what was found"), wide=2),
        )
        incident = self._incident

        def done(answers: Answers) -> str | None:
            dn = answers["dn"].upper().removeprefix("DN").strip()
            if not dn.isdecimal() or not 10 <= int(dn) <= 4000:
                return self.tr("“{text}” is no diameter in mm").format(text=answers["dn"])
            checked = Record(incident, FactKind.UTILITIES_CHECKED, note=answers["lines"])
            read = Record(incident, FactKind.DIAMETER_READ, {"dn_mm": int(dn), "dn_basis": "measured"})
            self._model.do(read, lambda _done: self._recorded(checked))
            return None

        self._prompt.ask(self.tr("Buried lines checked, leak's bore established"), fields, done)

    def _recorded(self, act: Act) -> None:
        self._model.do(act)

    def _ask_flushing(self) -> None:
        field = Field("direction", self.tr("where the water comes from, such as north, or valve V4406"))
        self._ask_value(self.tr("Flushing is done"), field, FactKind.FLUSHING_DONE)

    def _ask_customers(self) -> None:
        field = Field("customers", self.tr("who confirmed: every critical customer, one in each community"))
        title = self.tr("Customers confirm quality and pressure")
        named = self._critical_names()
        self._ask_value(f"{title} – {named}" if named else title, field, FactKind.CUSTOMERS_CONFIRMED)

    def _critical_names(self) -> str:
        """Critical customers of the attached plan: each of them is asked (house)."""
        sheet, city = self._model.sheet, self._model.session.city
        if sheet is None or sheet.plan is None or city is None:
            return ""
        rows = [city.customers.ids.find(one) for one in sheet.plan.get("critical", ())]
        return shortened([city.customers.name[row] or city.customers.ids[row] for row in rows if row >= 0])

    def _ask_value(self, title: str, field: Field, fact: FactKind) -> None:
        incident = self._incident

        def done(answers: Answers) -> str | None:
            values: dict[str, Value] = {field.code: answers[field.code]}
            self._model.do(Record(incident, fact, values))
            return None

        self._prompt.ask(title, (field,), done)

    def publish(self) -> None:
        """F8: the outage was published; the area is named as the clause asks."""
        field = Field("area", self.tr("area: from … to …, or streets and communities"), wide=2)
        incident = self._incident
        if not incident:
            return

        def done(answers: Answers) -> str | None:
            named = Record(incident, FactKind.AREA_NAMED, note=answers["area"])
            published = Record(incident, FactKind.NOTICE_PUBLISHED, note=answers["area"])
            self._model.do(named, lambda _done: self._recorded(published))
            return None

        self._prompt.ask(self.tr("Outage published"), (field,), done)

    def close(self) -> None:
        """Close it; where only a picture of the site is missing, ask why."""
        sheet = self._model.sheet
        if sheet is None or sheet.bars != ("photo",):
            self._model.do(Decide(self._incident, Course.CLOSE))
            return
        self._ask_reason(
            self.tr("Close without a picture of the site"), lambda why: Decide(sheet.incident.entity, Course.CLOSE, why)
        )

    # Crews

    def send(self, crew: str) -> None:
        """Send *crew* here; one that has another job is asked about, never taken in passing."""
        view, incident = self._model.view, self._incident
        job = None if view is None else next((one.incident for one in view.crews if one.crew == crew), None)
        if not job or job == incident:
            self._model.do(Send(crew, incident))
            return
        number = job.partition("/")[2]
        field = Field("sure", self.tr("type {number} to divert it").format(number=number))

        def done(answers: Answers) -> str | None:
            if answers["sure"].casefold() != number.casefold():
                return self.tr("It stays at {number}.").format(number=number)
            self._model.do(Send(crew, incident, divert=True))
            return None

        self._prompt.ask(self.tr("{crew} is at {number}").format(crew=crew, number=number), (field,), done)

    def accept(self, crew: str) -> None:
        """The crew says that it goes."""
        self._model.do(Accept(crew))

    def recall(self, crew: str) -> None:
        """Call the crew back."""
        self._ask_reason(self.tr("Call {crew} back").format(crew=crew), lambda why: Recall(crew, why))

    # Valves

    def turn(self, valve: str, position: str) -> None:
        """A valve was turned for this incident."""
        self._model.do(Turn(self._incident, valve, position))

    def chore(self, chore: str, station: str) -> None:
        """Something was done at a pump station."""
        self._model.do(Record(self._incident, FactKind.CHORE_DONE, {"chore": chore, "station": station}))

    def leave_valve(self, valve: str) -> None:
        """A valve stays as it is, for a reason."""
        incident = self._incident
        title = self.tr("{valve} stays as it is").format(valve=valve)
        self._ask_reason(title, lambda why: LeaveValve(incident, valve, why))

    def order(self, valve: str, what: str) -> None:
        """Give a dispatch order to operate *valve*; *what* is its wording."""
        row, incident = self._model.row, self._incident
        fields = (
            Field("receiver", self.tr("receiver"), row.crews[0] if row is not None and row.crews else ""),
            Field("text", self.tr("order"), what, wide=2),
        )

        def done(answers: Answers) -> str | None:
            self._model.do(Issue(answers["receiver"], f"valve/{valve}", answers["text"], incident))
            return None

        title = self.tr("Dispatch order: {valve} is operated by order only").format(valve=valve)
        self._prompt.ask(title, fields, done)

    # The incident as a whole

    def note(self) -> None:
        """F6: words, and a picture or sound where there is one."""
        incident = self._incident
        if not incident:
            return
        fields = (
            Field("note", self.tr("note"), needed=False, wide=2),
            Field("file", self.tr("picture or sound: path of the file"), needed=False, wide=2),
        )

        def done(answers: Answers) -> str | None:
            if not any(answers.values()):
                return self.tr("There is nothing to note.")
            self._with_file(answers["file"], lambda kept: _noted(incident, answers["note"], kept), picture=False)
            return None

        self._prompt.ask(self.tr("Note"), fields, done)

    def reopen(self) -> None:
        """Open it again."""
        incident = self._incident
        self._ask_reason(self.tr("Reopen the incident"), lambda why: Decide(incident, Course.REOPEN, why))

    def cancel(self) -> None:
        """It was no incident."""
        incident = self._incident
        self._ask_reason(self.tr("Cancel the incident"), lambda why: Decide(incident, Course.CANCEL, why))

    def merge(self) -> None:
        """It was reported before."""
        incident = self._incident
        field = Field("into", self.tr("number of the incident that it is the same as"))

        def done(answers: Answers) -> str | None:
            # "118" and "w118" will do; behind the hyphen the mark of a console is in small letters.
            number = f"W{answers['into'].strip().lstrip('Ww')}"
            self._model.do(Merge(incident, number), lambda done: self._model.select(done.about))
            return None

        self._prompt.ask(self.tr("Merge with another incident"), (field,), done)

    def waive(self, rule: str = "") -> None:
        """A clock is waived."""
        incident = self._incident
        fields = (Field("rule", self.tr("clock, such as E4"), rule), Field("reason", self.tr("reason"), wide=2))

        def done(answers: Answers) -> str | None:
            wanted = answers["rule"]
            sheet = self._model.sheet
            known = () if sheet is None else [clock.rule.id for clock in sheet.clocks]
            name = next((one for one in known if one.casefold() == wanted.casefold()), wanted)
            self._model.do(Waive(incident, name, answers["reason"]))
            return None

        self._prompt.ask(self.tr("Waive a clock"), fields, done)

    def correct(self, line: Line) -> None:
        """Put the time of something right; both verdicts stay."""
        incident = self._incident
        fields = (
            Field(
                "time",
                self.tr("time, such as 14:09; - if it did not happen"),
                f"{moment_of(line.at_ms):%m-%d %H:%M:%S}",
            ),
            Field("reason", self.tr("reason"), wide=2),
        )

        def done(answers: Answers) -> str | None:
            at_ms: int | None = None
            if answers["time"] not in {"-", "−", "—"}:
                moment = typed_moment(answers["time"], self._now())
                if moment is None:
                    return self.tr("“{text}” is no time").format(text=answers["time"])
                at_ms = milliseconds(moment)
            self._model.do(Correct(incident, line.key, at_ms, answers["reason"]))
            return None

        self._prompt.ask(self.tr("Correct a time"), fields, done)

    def _ask_reason(self, title: str, act: Callable[[str], Act], then: Callable[[Done], None] | None = None) -> None:
        def done(answers: Answers) -> str | None:
            self._model.do(act(answers["reason"]), then)
            return None

        self._prompt.ask(title, (Field("reason", self.tr("reason")),), done)

    # Alarms

    def acknowledge(self, alarms: tuple[Alarm, ...]) -> None:
        """Space: these were seen."""
        for alarm in alarms:
            self._model.do(TakeAlarm(alarm.incident, alarm.rule, alarm.state))


def _noted(incident: str, note: str, kept: EvidenceKept | None) -> Note:
    if kept is None:
        return Note(incident, note)
    return Note(incident, note, sound=kept.hash) if kept.sound else Note(incident, note, photo=kept.hash)
