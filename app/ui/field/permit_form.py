"""Leave to go into a chamber: what the instrument shows, who goes in, who watches. What is typed stays till taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.dispatch.acts import AskPermit
from app.dispatch.permits import (
    CO_MG_M3,
    COMBUSTIBLE_LEL_PERCENT,
    H2S_MG_M3,
    OXYGEN_PERCENT,
    READINGS,
    VALID_MS,
    Breach,
    GasReading,
    breaches_of,
)
from app.journal.events import milliseconds
from app.operations.permit_words import why_refused
from app.times import CITY_TIME
from app.ui.dispatch.moments import typed_moment
from app.ui.field.parts import BODY, SMALL, STEP, BigButton, BigField, Captioned, foot_of
from app.ui.look import Look
from app.ui.widgets import Label, Panel

_LINES, _TICKED = ("read", "instrument", "enters", "stands_by"), ("ventilated", "continuous")
_GAS_OF = {
    Breach.OXYGEN_LOW: "oxygen_percent",
    Breach.OXYGEN_HIGH: "oxygen_percent",
    Breach.COMBUSTIBLE: "combustible_lel_percent",
    Breach.H2S: "h2s_mg_m3",
    Breach.CO: "co_mg_m3",
}


class PermitForm(Panel):
    """The form. It tells while one types which gas is out of limits; what counts is what the desk process says.

    Signals:
        asked: The act. left: Back to the valve. edited: Somebody types.
    """

    edited = Signal()
    asked = Signal(object)
    left = Signal()

    def __init__(self, look: Look, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self._now = now
        self._incident, self._valve = "", ""
        self._seen: datetime | None = None
        self.title, self.told = Label(size=STEP, weight=600), Label(size=BODY, weight=500, tone="red", wrap=True)
        self.gases = {name: BigField() for name in READINGS}
        self.limits = {name: Label(size=SMALL) for name in READINGS}
        self.read, self.instrument, self.enters, self.stands_by = (BigField() for _ in range(4))
        self.ventilated, self.continuous = BigButton(look), BigButton(look)
        self.ask, self.back = BigButton(look, primary=True), BigButton(look)
        self._captions: dict[str, Captioned] = {}
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        for column, name in enumerate(READINGS):
            grid.addWidget(self._captioned(name, self.gases[name]), 0, column)
            grid.addWidget(self.limits[name], 1, column)
            grid.setColumnStretch(column, 1)
        others = {"read": self.read, "instrument": self.instrument, "enters": self.enters, "stands_by": self.stands_by}
        for at, (name, field) in enumerate(others.items()):
            grid.addWidget(self._captioned(name, field), 2 + at // 2, 2 * (at % 2), 1, 2)
        answers = QHBoxLayout()
        answers.setSpacing(8)
        for button in (self.ventilated, self.continuous):
            button.setCheckable(True)
            button.setFixedHeight(48)
            answers.addWidget(button, 1)
        layout = QVBoxLayout(self)
        # Four gases out of limits, each with what to do, have to find room on a laptop's screen, in English too.
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(6)
        layout.addWidget(self.title)
        layout.addLayout(grid)
        layout.addLayout(answers)
        layout.addWidget(self.told)
        layout.addStretch(1)
        layout.addLayout(foot_of(self.back, self.ask))

    def _captioned(self, name: str, field: QWidget) -> Captioned:
        self._captions[name] = Captioned(field)
        return self._captions[name]

    def _connect(self) -> None:
        for field in self._fields():
            field.textEdited.connect(lambda _text: self._check())
            field.textChanged.connect(self.edited)
            field.confirmed.connect(self.confirm)
            field.left.connect(self.left)
        for gas in self.gases.values():
            gas.textEdited.connect(self._note_moment)
        self.ventilated.toggled.connect(lambda _on: self._check())
        for button in (self.ventilated, self.continuous):
            button.toggled.connect(self.edited)
        self.ask.clicked.connect(self.confirm)
        self.back.clicked.connect(self.left)

    def _fields(self) -> tuple[BigField, ...]:
        return (*self.gases.values(), self.read, self.instrument, self.enters, self.stands_by)

    # Beginning

    def begin(self, incident: str, valve: str) -> None:
        """Ask for the chamber of *valve*; who was there last, and with what, is there already, the gases are not."""
        if valve != self._valve:
            for field in (*self.gases.values(), self.read):
                field.clear()
            self.ventilated.setChecked(False)
            self._seen = None
        self._incident, self._valve = incident, valve
        self.retranslate()
        self.gases["oxygen_percent"].setFocus()

    def accepted(self) -> None:
        """It was written down: the next reading is another."""
        for field in (*self.gases.values(), self.read):
            field.clear()
        self._seen = None
        self._check()

    def refuse(self, reading: GasReading, refused: tuple[Breach, ...]) -> None:
        """Say why nobody may enter; what was typed stays to be measured again."""
        self.told.setText("\n".join(why_refused(reading, refused, self.look.words)))

    def say(self, sentence: str) -> None:
        """Say why nothing was written."""
        self.told.setText(sentence)

    # What a console that died was being told

    def _note_moment(self) -> None:
        if self._seen is None or not any(field.text() for field in self.gases.values()):
            self._seen = self._now().astimezone(CITY_TIME)

    @property
    def typed(self) -> dict[str, str]:
        """What stands in it; empty where no gas was typed.

        Where nobody said when the gases were read, the moment at which they began to be typed: brought back later they
        must not pass for read at that later moment.
        """
        if not any(field.text() for field in self.gases.values()):
            return {}
        lines = {name: getattr(self, name).text() for name in _LINES}
        seen = "" if self._seen is None else self._seen.isoformat()
        ticked = {name: "yes" if getattr(self, name).isChecked() else "" for name in _TICKED}
        gases = {name: field.text() for name, field in self.gases.items()}
        return {**gases, **lines, **ticked, "seen": seen, "incident": self._incident, "valve": self._valve}

    def bring(self, typed: Mapping[str, str]) -> None:
        """The form as it stood once.

        Raises:
            KeyError, ValueError: It is no such text.
        """
        self.begin(typed["incident"], typed["valve"])
        for name, field in self.gases.items():
            field.setText(typed[name])
        for name in _LINES:
            getattr(self, name).setText(typed[name])
        for name in _TICKED:
            getattr(self, name).setChecked(bool(typed[name]))
        if not typed["read"] and typed["seen"]:
            self.read.setText(f"{datetime.fromisoformat(typed['seen']):%H:%M}")
        self._check()

    # Asking

    def confirm(self) -> None:
        """Ask for leave, where everything is there."""
        reading = self._reading()
        if reading is None:
            return
        self.asked.emit(
            AskPermit(
                self._incident,
                self._valve,
                reading,
                instrument=self.instrument.text(),
                enters=self.enters.text(),
                stands_by=self.stands_by.text(),
                ventilated=self.ventilated.isChecked(),
                continuous=self.continuous.isChecked(),
            )
        )

    def _reading(self) -> GasReading | None:
        """What was typed; None where something is missing or no number: the keyboard goes there."""
        for field in self.gases.values():
            if _number(field.text()) is None:
                self.told.setText(self.tr("All four gases are needed, as the instrument shows them."))
                field.setFocus()
                field.selectAll()
                return None
        read = self._read_at()
        if read is None:
            self.told.setText(self.tr("“{text}” is no time of day, such as 14:05.").format(text=self.read.text()))
            self.read.setFocus()
            self.read.selectAll()
            return None
        oxygen, combustible, h2s, co = (_number(field.text()) or 0.0 for field in self.gases.values())
        return GasReading(oxygen, combustible, h2s, co, milliseconds(read))

    def _read_at(self) -> datetime | None:
        """When it was read; now where nothing was typed."""
        now = self._now().astimezone(CITY_TIME)
        text = self.read.text().strip()
        if not text:
            return now
        return typed_moment(text, now)

    def _check(self) -> None:
        """Mark what is out of limits while it is typed."""
        self.told.setText("")
        for name, field in self.gases.items():
            value = _number(field.text())
            out = value is not None and any(_GAS_OF.get(one) == name for one in _alone(name, value))
            mark = "" if value is None else "✕ " if out else "✓ "
            self.limits[name].setText(mark + self._limit(name))
            self.limits[name].set_tone("red" if out else "t1")

    def _limit(self, name: str) -> str:
        least, most = OXYGEN_PERCENT
        limits = {
            "oxygen_percent": f"{least:g}–{most:g}",
            "combustible_lel_percent": f"< {COMBUSTIBLE_LEL_PERCENT:g}",
            "h2s_mg_m3": f"≤ {H2S_MG_M3:g}",
            "co_mg_m3": f"≤ {CO_MG_M3:g}",
        }
        return limits[name]

    def retranslate(self) -> None:
        self.title.setText(self.tr("Permit for the chamber of {valve}").format(valve=self._valve))
        minutes = VALID_MS // 60_000
        names = {
            "oxygen_percent": self.tr("O₂ %"),
            "combustible_lel_percent": self.tr("LEL %"),
            "h2s_mg_m3": self.tr("H₂S mg/m³"),
            "co_mg_m3": self.tr("CO mg/m³"),
            "read": self.tr("read at (empty: now), stands {minutes} min").format(minutes=minutes),
            "instrument": self.tr("instrument number"),
            "enters": self.tr("goes in"),
            "stands_by": self.tr("stays above and watches"),
        }
        for name, caption in self._captions.items():
            caption.caption.setText(names[name])
        self.ventilated.setText(self.tr("Ventilated first"))
        self.continuous.setText(self.tr("Measures on below"))
        self.ask.setText(self.tr("Ask for the permit"))
        self.back.setText(self.tr("Back"))
        self._check()


def _number(text: str) -> float | None:
    """What was typed, with a point or a comma; None where it is no number."""
    try:
        value = float(text.strip().replace(",", ".").replace("，", ".").replace("。", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def _alone(name: str, value: float) -> tuple[Breach, ...]:
    """What is wrong with one gas, the others being as in good air."""
    air = {"oxygen_percent": 20.9, "combustible_lel_percent": 0.0, "h2s_mg_m3": 0.0, "co_mg_m3": 0.0, name: value}
    oxygen, combustible, h2s, co = (air[gas] for gas in READINGS)
    return breaches_of(GasReading(oxygen, combustible, h2s, co, 0), ventilated=True)
