"""What is done about the outage in front: each act asks for what it needs, then goes to the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.dispatch.acts import No
from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.outage_requests import DoOutage, NoticeSent, RecipientsWritten, ReviseOutage, SendNotice, WriteRecipients
from app.outages.acts import Happened, Rule
from app.outages.entries import Role, Ruling
from app.outages.fates import Audience
from app.outages.templates import NoticeKind
from app.requests import Failed, Reply
from app.typed_paths import typed_path
from app.ui.dispatch.moments import typed_moment
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.outages.checklist import Check
from app.ui.outages.model import OutagesModel

WAIVED_RULE = "P7"
"""The rule that the management may waive (house)."""
_UNLESS_A_REASON = frozenset({"not_ready", "not_approved", "too_early", "too_late"})
"""Refusals of the water's going off that a reason overrides."""


class OutageDoing(QObject):
    """Acts on the outage in front.

    Attributes:
        gateways: Where notices were sent through last, by whom they are for.

    Signals:
        sent: A sending has come to an end: NoticeSent.
        written: A file was written: its path, how many rows.
        gateway_changed: Another gateway was named: for whom, and where.
        notice_wanted: The notice is to be sent.
    """

    sent = Signal(object)
    written = Signal(object, int)
    gateway_changed = Signal(str, str)
    notice_wanted = Signal()

    def __init__(self, model: OutagesModel, prompt: Prompt, now: Callable[[], datetime]) -> None:
        super().__init__(prompt)
        self._model, self._prompt, self._now = model, prompt, now
        self.gateways: dict[Audience, str] = {}
        self._despite: Happened | None = None
        model.refused.connect(self._ask_despite)

    @property
    def _number(self) -> str:
        return self._model.selected

    # Decisions

    def approve(self, role: Role) -> None:
        """Record a role's approval, with the name of whoever gave it."""
        words = self.tr("Approval: {role}").format(role=self._role(role))
        self._prompt.ask(words, (self._who(),), lambda answers: self._rule(Ruling.APPROVE, role, answers))

    def refuse(self, role: Role) -> None:
        """Record that a role refuses the plan."""
        words = self.tr("Refused: {role}").format(role=self._role(role))
        self._prompt.ask(words, (self._who(), self._why()), lambda answers: self._rule(Ruling.REFUSE, role, answers))

    def waive(self) -> None:
        """The management waives the night window."""

        def done(answers: Answers) -> str | None:
            return self._rule(Ruling.WAIVE, Role.MANAGEMENT, answers, WAIVED_RULE)

        title = self.tr("Waiver of {rule} by the management").format(rule=WAIVED_RULE)
        self._prompt.ask(title, (self._who(), self._why()), done)

    def cancel(self) -> None:
        """Call the outage off."""

        def done(answers: Answers) -> str | None:
            return self._rule(Ruling.CANCEL, Role.NETWORK, answers)

        title = self.tr("Call {number} off").format(number=self._number)
        self._prompt.ask(title, (self._why(),), done)

    def _rule(self, ruling: Ruling, role: Role, answers: Answers, rule: str = "") -> str | None:
        act = Rule(self._number, ruling, role, rule, answers.get("why", ""))
        self._model.do(DoOutage(act, self._model.now_ms, answers.get("who", "")))
        return None

    def _role(self, role: Role) -> str:
        return self._prompt.look.words.say("outage_role", role)

    def _who(self) -> Field:
        return Field("who", self.tr("name of whoever decides"))

    def _why(self) -> Field:
        return Field("why", self.tr("reason"), wide=2)

    # Time

    def move_start(self, to_ms: int) -> None:
        """The same plan, as long, at another time."""
        sheet = self._model.sheet
        if sheet is not None:
            plan = sheet.outage.plan
            length_ms = plan.end_ms - plan.start_ms
            request = ReviseOutage(self._number, plan.key, self._model.now_ms, to_ms, to_ms + length_ms)
            self._model.do(request)

    # The night

    def tick(self, line: Check) -> None:
        """A line of the checklist was done."""
        if line.valve is not None:
            self._turned(line)
        elif line.fact is FactKind.SECOND_NOTICE or line.by_notice:
            assert line.fact is not None
            self._ask_notice(line.fact, self.notice_wanted.emit)
        elif line.fact is not None:
            self._ask_when(line.fact)

    def _turned(self, line: Check) -> None:
        """A valve stands so now: its own event."""
        assert line.valve is not None
        assert line.to is not None
        if line.valve.row >= 0:
            self._model.session.report_turned(line.valve.row, line.to, self._number)

    def ask_otherwise(self, language: str) -> None:
        """Whoever was told of what will not be his is told so by a message, or has been in another way."""
        self._ask_notice(FactKind.CALLING_OFF_TOLD, lambda: self.send(NoticeKind.CALLED_OFF, language))

    def _ask_notice(self, fact: FactKind, send: Callable[[], object]) -> None:
        """Sending the notice says so by itself; told by letter or at the door is said by hand."""
        title = self.tr("{what}: Enter sends the notice; a time says that it was done otherwise")
        field = Field("time", self.tr("time, where it was done by letter or at the door"), needed=False)

        def done(answers: Answers) -> str | None:
            if not answers["time"]:
                send()
                return None
            return self._say_when(fact, answers)

        self._prompt.ask(title.format(what=self._fact_words(fact)), (field,), done)

    def _ask_when(self, fact: FactKind) -> None:
        field = Field("time", self.tr("when"), f"{self._now():%m-%d %H:%M}")
        self._prompt.ask(self._fact_words(fact), (field,), lambda answers: self._say_when(fact, answers))

    def _fact_words(self, fact: FactKind) -> str:
        return self._prompt.look.words.name("outage_check", fact.value)

    def _say_when(self, fact: FactKind, answers: Answers) -> str | None:
        moment = typed_moment(answers["time"], self._now())
        if moment is None:
            return self.tr("“{text}” is no time").format(text=answers["time"])
        # The field shows whole minutes: the present one stands for this moment.
        at_ms = self._model.now_ms if self._is_now(moment) else milliseconds(moment)
        act = Happened(self._number, fact, at_ms)
        self._despite = act if fact is FactKind.WATER_OFF else None
        self._model.do(DoOutage(act, self._model.now_ms))
        return None

    def _is_now(self, moment: datetime) -> bool:
        return moment.replace(second=0) == self._now().replace(second=0, microsecond=0)

    def _ask_despite(self, no: No) -> None:
        """The water may not go off yet: it goes off all the same only where somebody says why."""
        act, self._despite = self._despite, None
        if act is None or no.code not in _UNLESS_A_REASON:
            return

        def done(answers: Answers) -> str | None:
            why = answers["why"]
            request = DoOutage(Happened(act.number, act.fact, act.at_ms, despite=why), self._model.now_ms)
            self._model.do(request)
            return None

        self._prompt.ask(self.tr("Water off all the same"), (self._why(),), done)

    # Notices

    def send(self, kind: NoticeKind, language: str, audience: Audience = Audience.CUSTOMERS) -> None:
        """Ask for the gateway, and tell everybody who was not told yet, or put the notice where the public reads it."""
        opened = self._model.session.workspace
        if opened is None or not self._number:
            return
        number, folder = self._number, opened.folder

        def done(answers: Answers) -> str | None:
            address = answers["gateway"]
            if address != self.gateways.get(audience):
                self.gateways[audience] = address
                self.gateway_changed.emit(audience.value, address)
            request = SendNotice(folder, number, kind, address, language, self._model.now_ms, audience=audience)
            self._model.session.client.ask(request, self._take_sent)
            return None

        titles = {
            Audience.CUSTOMERS: self.tr("Send the notice of {number} to everybody who was not told yet"),
            Audience.WEB: self.tr("Put the notice of {number} on the website"),
            Audience.MEDIA: self.tr("Give the notice of {number} to the media"),
        }
        if kind is NoticeKind.CALLED_OFF:
            titles = {
                Audience.CUSTOMERS: self.tr("Tell whoever was told of {number} that it is called off"),
                Audience.WEB: self.tr("Say on the website that {number} is called off"),
                Audience.MEDIA: self.tr("Tell the media that {number} is called off"),
            }
        field = Field(
            "gateway", self.tr("address of the gateway, http://…, or a folder"), self.gateways.get(audience, "")
        )
        self._prompt.ask(titles[audience].format(number=number), (field,), done)

    def _take_sent(self, reply: Reply) -> None:
        if not self._model.session.is_refusal(reply):
            assert isinstance(reply, NoticeSent)
            self.sent.emit(reply)
        elif isinstance(reply, Failed) and reply.code == "cancelled":
            # What went out until then stands in the ledger.
            self._model.show_sheet()
        self._model.look()

    def write_recipients(self, kind: NoticeKind, language: str) -> None:
        """Ask for a file, and write everybody for whom the notice of *kind* is into it."""
        number = self._number
        if not number:
            return

        def take(written: RecipientsWritten) -> None:
            self.written.emit(written.path, written.count)

        def done(answers: Answers) -> str | None:
            request = WriteRecipients(number, typed_path(answers["path"]), language, kind)
            self._model.session.client.ask(request, self._model.session.expecting(RecipientsWritten, take))
            return None

        title = self.tr("Recipients of {number} as .xlsx or .csv").format(number=number)
        path = str(Path.home() / f"{number}.xlsx")
        self._prompt.ask(title, (Field("path", self.tr("file"), path),), done)
