"""Information that the public is to have: written down when made or changed, and where it was published (I1, I2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject

from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.public.acts import Inform, Say
from app.public.entries import Channel, InformationKind
from app.ui.dispatch.moments import typed_moment
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.hotline.model import HotlineModel
from app.ui.side_parts import ActsMenu
from app.ui.widgets import KeyButton

_URGENT = frozenset({"1", "y", "yes", "是", "急"})


class InformActs(QObject):
    """The menu of what is to be published, and what is asked after it.

    Args:
        model: The desk's.
        prompt: Where it is asked.
        button: Over which the menu opens.
        now: The window's clock.
    """

    def __init__(self, model: HotlineModel, prompt: Prompt, button: KeyButton, now: Callable[[], datetime]) -> None:
        super().__init__(prompt)
        self._model, self._prompt, self._button, self._now = model, prompt, button, now
        self._replaces = ""
        self.kinds = ActsMenu(prompt, {kind.value: partial(self._ask, kind) for kind in InformationKind})
        prompt.look.language_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Write the entries' words, each with a digit by which it is chosen."""
        words = self._prompt.look.words
        kinds = enumerate(self.kinds.acts, 1)
        self.kinds.name({code: f"&{at % 10} {words.say('information_kind', code)}" for at, code in kinds})

    def made(self) -> None:
        """Something new is to be published."""
        self._replaces = ""
        self.kinds.open_above(self._button)

    def changed(self) -> None:
        """The information in front has changed: its limit begins anew, and the one before it stays as it was kept."""
        row = self._model.row
        if row is not None and row.about:
            self._replaces = row.number
            self._ask(InformationKind(row.about))

    def publish(self) -> None:
        """Say where the information in front was published."""
        row = self._model.row
        if row is None or not row.about:
            return

        def done(answers: Answers) -> str | None:
            said = answers["where"]
            if not said.isdecimal() or not 1 <= int(said) <= len(Channel):
                return self.tr("1 web · 2 office · 3 app · 4 hotline · 5 press · 6 other")
            where = tuple(Channel)[int(said) - 1]
            self._model.do(Say(row.entity, FactKind.INFORMATION_PUBLISHED, {"where": where.value}))
            return None

        field = Field("where", self.tr("1 web · 2 office · 3 app · 4 hotline · 5 press · 6 other"))
        self._prompt.ask(self.tr("{number}: where it was published").format(number=row.number), (field,), done)

    def _ask(self, kind: InformationKind) -> None:
        replaces, now = self._replaces, self._now()
        row = self._model.row
        before = "" if row is None or self._model.view is None else self._title_in_front()
        was_urgent = row is not None and row.urgent and bool(replaces)

        def done(answers: Answers) -> str | None:
            moment = typed_moment(answers["made"], now)
            if moment is None or moment > now:
                return self.tr("“{text}” is no time that has passed").format(text=answers["made"])
            # The field shows whole minutes: the present one stands for this moment.
            is_now = moment.replace(second=0) == now.replace(second=0, microsecond=0)
            at_ms = milliseconds(now if is_now else moment)
            # What stands there says whether it is urgent still: an empty field is a no.
            urgent = answers["urgent"].casefold() in _URGENT
            act = Inform(kind, answers["title"], urgent, replaces, made_ms=at_ms)
            self._model.do(act, lambda told: self._model.select(told.about))
            return None

        fields = (
            Field("title", self.tr("what it is called"), before if replaces else "", wide=3),
            Field("made", self.tr("made or changed"), f"{now:%m-%d %H:%M}", wide=2),
            Field("urgent", self.tr("urgent? y"), "y" if was_urgent else "", needed=False),
        )
        name = self._prompt.look.words.say("information_kind", kind.value)
        title = self.tr("{what}: to be published") if not replaces else self.tr("{what}: changed, to be published anew")
        self._prompt.ask(title.format(what=name), fields, done)

    def _title_in_front(self) -> str:
        row, view = self._model.row, self._model.view
        return "" if row is None or view is None else view.texts.get(row.entity, {}).get("title", "")
