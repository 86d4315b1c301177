"""A quiet line over the map: what somebody had typed when the console died is here again; it can be let go."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.times import CITY_TIME
from app.ui import fonts
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, IconLabel, KeyButton, Label, Panel


class RestoredLine(Panel):
    """Goes when it is put away, or when nothing of what was brought back is left.

    Attributes:
        codes: What was brought back: codes of the catalogue's section ``half_filled``, before any ``/``.

    Signals:
        discarded: What was brought back is not wanted.
    """

    discarded = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.codes: frozenset[str] = frozenset()
        self._at = ""
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self.text = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.discard, self.keep = KeyButton(look), KeyButton(look)
        self.discard.clicked.connect(self._discard)
        self.keep.clicked.connect(self.put_away)
        line = QHBoxLayout(self)
        line.setContentsMargins(PADDING, 4, GAP, 4)
        line.setSpacing(12)
        line.addWidget(IconLabel(look, "tick", "t2", 14))
        line.addWidget(self.text, 1)
        line.addWidget(self.discard)
        line.addWidget(self.keep)
        self.hide()
        self.retranslate()

    def show_restored(self, codes: frozenset[str], at: datetime, now: datetime) -> None:
        """Say that *codes*, last typed at *at*, are here again."""
        at = at.astimezone(CITY_TIME)
        is_today = at.date() == now.astimezone(CITY_TIME).date()
        self.codes, self._at = codes, f"{at:%H:%M}" if is_today else f"{at:%m-%d %H:%M}"
        self.retranslate()
        self.show()

    def show_what_is_left(self, codes: frozenset[str]) -> None:
        """Of what was brought back only *codes* are not saved or left yet."""
        if self.codes - codes:
            self.codes &= codes
            self.retranslate()
            self.appear(bool(self.codes) and self.isVisible())

    def put_away(self) -> None:
        """What was brought back stays where it is."""
        self.codes = frozenset()
        self.hide()

    def _discard(self) -> None:
        self.discarded.emit()
        self.put_away()

    def retranslate(self) -> None:
        self.discard.setText(self.tr("Discard"))
        self.keep.setText(self.tr("Keep"))
        if not self.codes:
            return
        words = self.look.words
        names = dict.fromkeys(words.say("half_filled", code.partition("/")[0]) for code in sorted(self.codes))
        told = self.tr("What you had typed at {time} is here again: {what}.")
        self.text.setText(told.format(time=self._at, what=" · ".join(names)))
