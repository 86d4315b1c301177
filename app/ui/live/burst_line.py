"""One line about the watch for bursts, and the question what it shall learn from."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtWidgets import QHBoxLayout

from app.journal.events import milliseconds
from app.times import CITY_TIME
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.live.burst_words import watch_parts
from app.ui.live.model import LiveModel
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, ElidedLabel, KeyButton, Label, Panel

USUAL_DAYS = 28
BUDGETS_DAYS = (1.0, 366.0)


class BurstLine(Panel):
    """How the watch stands; Shift+F9 teaches it. Where something else needs the room, as much as one line holds."""

    def __init__(self, look: Look, model: LiveModel, prompt: Prompt) -> None:
        super().__init__(look)
        self._model, self._prompt = model, prompt
        self._is_away = False
        self.setProperty("edge", "top")
        self.told = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.short = ElidedLabel(look, size=fonts.TABLE, tone="t2")
        self.short.hide()
        self.button = KeyButton(look, "Shift+F9")
        self.button.clicked.connect(self.ask)
        line = QHBoxLayout(self)
        line.setContentsMargins(PADDING, 6, GAP, 6)
        line.setSpacing(GAP)
        line.addWidget(self.told, 1)
        line.addWidget(self.short, 1)
        line.addWidget(self.button)
        model.bursts.changed.connect(self.retranslate)
        model.opened.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        bursts = self._model.bursts
        self._show()
        picture = bursts.picture
        facts, works, lapsed = (None, (), ()) if picture is None else (picture.facts, picture.works, picture.lapsed)
        parts = watch_parts(self.look.words, facts, works, lapsed, learns=bursts.learns)
        self.told.setText(" · ".join(parts))
        self.short.set_parts(parts)
        self.button.setText(self.tr("Learn"))
        self.button.setEnabled(not bursts.learns)

    def stand_back(self, *, is_short: bool, is_away: bool) -> None:
        """Leave the room to something that is in front."""
        self.told.setVisible(not is_short)
        self.short.setVisible(is_short)
        self._is_away = is_away
        self._show()

    def _show(self) -> None:
        self.appear(self._model.setup is not None and not self._is_away)

    def ask(self) -> None:
        """Ask which quiet time to learn from, and how many false alarms are borne; then learn."""
        if self._model.setup is None or self._model.bursts.learns:
            return
        until = moment_of(self._model.now_ms) - timedelta(days=1)
        since = until - timedelta(days=USUAL_DAYS)
        fields = (
            Field("since", self.tr("Quiet from (year-month-day)"), f"{since:%Y-%m-%d}", wide=2),
            Field("until", self.tr("to"), f"{until:%Y-%m-%d}", wide=2),
            Field("days", self.tr("One false alarm in days"), "7"),
        )

        def done(answers: Answers) -> str | None:
            first_ms, last_ms, days = _day_ms(answers["since"]), _day_ms(answers["until"]), _days(answers["days"])
            if first_ms is None or last_ms is None or last_ms <= first_ms:
                return self.tr("Two days as year-month-day, the earlier first")
            if days is None:
                return self.tr("Days from 1 to 366")
            self._model.bursts.learn(first_ms, last_ms, days)
            return None

        title = self.tr("Learn what is usual from quiet weeks; times with incidents or alarms are left out")
        self._prompt.ask(title, fields, done)


def _day_ms(text: str) -> int | None:
    """Midnight of a day in the city; None where *text* is none."""
    try:
        return milliseconds(datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=CITY_TIME))
    except ValueError:
        return None


def _days(text: str) -> float | None:
    try:
        days = float(text.replace(",", "."))
    except ValueError:
        return None
    return days if BUDGETS_DAYS[0] <= days <= BUDGETS_DAYS[1] else None
