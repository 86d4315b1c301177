"""What is done about a complaint seldom: Q1, escalations without ten complaints, suggestions put off, slips."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject

from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.public.acts import Escalate, Say
from app.public.entries import EscalationCause
from app.ui.dispatch.moments import typed_moment
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.hotline.inform import InformActs
from app.ui.hotline.model import HotlineModel
from app.ui.side_parts import ActsMenu
from app.ui.widgets import KeyButton

_ALWAYS = frozenset({"source", "accident", "inform"})
_OF_BOTH = frozenset({"reopen", "cancel"})
"""Entries for complaints and for information; the others are for one of them."""


class MoreActs(QObject):
    """The menu under Shift+F9, and the questions that its entries ask.

    Args:
        model: The desk's.
        prompt: Where it is asked.
        button: Over which the menu opens.
        now: The window's clock.
    """

    def __init__(self, model: HotlineModel, prompt: Prompt, button: KeyButton, now: Callable[[], datetime]) -> None:
        super().__init__(prompt)
        self._model, self._prompt, self._button, self._now = model, prompt, button, now
        self.informing = InformActs(model, prompt, button, now)
        self.menu = ActsMenu(
            prompt,
            {
                "abnormal": lambda: self._say(FactKind.QUALITY_ABNORMAL),
                "authorities": lambda: self._say(FactKind.AUTHORITIES_TOLD),
                "put_off": self._put_off,
                "reopen": lambda: self._with_reason(FactKind.REOPENED),
                "cancel": lambda: self._with_reason(FactKind.CANCELLED),
                "source": lambda: self._escalate(EscalationCause.SOURCE_POLLUTED),
                "accident": lambda: self._escalate(EscalationCause.SUPPLY_ACCIDENT),
                "inform": self.informing.made,
                "inform_changed": self.informing.changed,
            },
        )
        self.menu.aboutToShow.connect(self._allow)
        button.clicked.connect(self.open)
        prompt.look.language_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Write the entries' words."""
        self.menu.name(
            {
                "abnormal": self.tr("Water &quality is abnormal (Q1)"),
                "authorities": self.tr("&Authorities told (Q1)"),
                "put_off": self.tr("&Put the suggestion off…"),
                "reopen": self.tr("&Reopen…"),
                "cancel": self.tr("&Withdraw it…"),
                "source": self.tr("&Source polluted: report level by level (C3)…"),
                "inform": self.tr("&Information to be published (I1, I2)…"),
                "inform_changed": self.tr("This information has c&hanged…"),
                "accident": self.tr("S&upply accident: report level by level (C3)…"),
            }
        )

    def open(self) -> None:
        """Shift+F9: what else can be done, each by its letter."""
        self.menu.open_above(self._button)

    def _allow(self) -> None:
        """Entries about a complaint need one in front."""
        row = self._model.row
        for code, action in self.menu.acts.items():
            if code not in _ALWAYS:
                fits = row is not None and (code in _OF_BOTH or bool(row.about) == (code == "inform_changed"))
                action.setEnabled(fits)

    def _say(self, fact: FactKind) -> None:
        row = self._model.row
        if row is not None:
            self._model.do(Say(row.entity, fact))

    def _with_reason(self, fact: FactKind) -> None:
        row = self._model.row
        if row is None:
            return

        def done(answers: Answers) -> str | None:
            self._model.do(Say(row.entity, fact, note=answers["why"]))
            return None

        title = self.tr("{number}: reopened") if fact is FactKind.REOPENED else self.tr("{number}: withdrawn")
        self._prompt.ask(title.format(number=row.number), (Field("why", self.tr("reason"), wide=3),), done)

    def _put_off(self) -> None:
        row = self._model.row
        if row is None:
            return
        now = self._now()

        def done(answers: Answers) -> str | None:
            moment = typed_moment(answers["until"], now)
            if moment is None or moment <= now:
                return self.tr("“{text}” is no time to come").format(text=answers["until"])
            values = {"until_ms": milliseconds(moment)}
            self._model.do(Say(row.entity, FactKind.SUGGESTION_SETTLED, values, answers["why"]))
            return None

        until = Field("until", self.tr("until when"), f"{now + timedelta(days=7):%Y-%m-%d} 17:00")
        fields = (until, Field("why", self.tr("reason"), wide=2))
        self._prompt.ask(self.tr("{number}: suggestion put off").format(number=row.number), fields, done)

    def _escalate(self, cause: EscalationCause) -> None:
        def done(answers: Answers) -> str | None:
            self._model.do(Escalate(cause, answers["what"]))
            return None

        title = self._prompt.look.words.say("escalation_cause", cause.value)
        self._prompt.ask(title, (Field("what", self.tr("what happened, and where"), wide=3),), done)
