"""The line above the strips: a look back at what the screen showed at an earlier moment, and the curves as a file."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.times import CITY_TIME
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.live.model import LiveModel
from app.ui.live.moments import moment_said
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, KeyButton, Label, Panel, column, row, segment_button

STEPS_MIN = (-60, -10, -1, 1, 10, 60)
PLAY_MS = 400
"""Between two pictures of the time-lapse; the next is asked for when the last one stands."""
PLAY_MIN = 2
"""So much of the day passes between them."""


class BackBar(Panel):
    """Buttons in the present; the moment, steps and the time-lapse while it looks back.

    Signals:
        wanted: A look back, or the end of one.
        compare_wanted: Last week's curve under today's, or not. all_wanted: Every channel's little chart, or not.
        export_wanted: The curves as a file. drill_wanted: The past, played anew in a copy.
    """

    wanted = Signal()
    export_wanted = Signal()
    drill_wanted = Signal()
    compare_wanted = Signal(bool)
    all_wanted = Signal(bool)

    def __init__(self, look: Look, model: LiveModel) -> None:
        super().__init__(look)
        self._model = model
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self.back, self.export, self.drill = (KeyButton(look, key) for key in ("Shift+F4", "F8", "Shift+F8"))
        self.back.clicked.connect(self.wanted)
        self.export.clicked.connect(self.export_wanted)
        self.drill.clicked.connect(self.drill_wanted)
        self.week = KeyButton(look, "W")
        self.week.setCheckable(True)
        self.week.toggled.connect(self.compare_wanted)
        self.all = KeyButton(look, "A")
        self.all.setCheckable(True)
        self.all.toggled.connect(self.all_wanted)
        self.told = Label(size=fonts.BODY, weight=600, tone="amber")
        self.moment = QLineEdit()
        self.moment.setFont(fonts.font(fonts.BODY, 600))
        self.moment.setFixedWidth(190)
        self.moment.returnPressed.connect(self._typed)
        self.since = Label(size=fonts.TABLE, weight=600, tone="red")
        self.steps = [self._step(minutes) for minutes in STEPS_MIN]
        self.play = segment_button(size=fonts.TABLE)
        self.play.clicked.connect(self.run)
        self._first = QWidget()
        self._second = QWidget()
        self._lay_out()
        self._timer = QTimer(self, interval=PLAY_MS)
        self._timer.timeout.connect(self._on)
        model.changed.connect(self._show)
        model.now_changed.connect(self._show)
        model.opened.connect(self._show)
        self.retranslate()

    def _step(self, minutes: int) -> QPushButton:
        button = segment_button(size=fonts.TABLE)
        button.setCheckable(False)  # a step, and no choice that stays
        button.clicked.connect(lambda: self._model.look_back(self._model.now_ms + minutes * 60_000))
        return button

    def _lay_out(self) -> None:
        self._halves = (
            row(self.week, self.all, self.told, self.moment, self.since),
            row(self.back, self.export, self.drill),
        )
        first = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._first)
        first.setContentsMargins(PADDING, 6, GAP, 6)
        first.setSpacing(GAP)
        first.addLayout(self._halves[0], 1)
        first.addLayout(self._halves[1])
        self._line = first
        second = QHBoxLayout(self._second)
        second.setContentsMargins(PADDING, 0, GAP, 6)
        second.setSpacing(4)
        for at, button in enumerate(self.steps):
            if at == len(self.steps) // 2:
                second.addWidget(self.play)
            second.addWidget(button)
        second.addStretch(1)
        column(self, self._first, self._second)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._break()

    def _break(self) -> None:
        """In two lines where one is too short: a button under its key can be read by nobody."""
        wanted = sum(half.sizeHint().width() for half in self._halves) + PADDING + 2 * GAP
        directions = QBoxLayout.Direction
        self._line.setDirection(directions.LeftToRight if wanted <= self.width() else directions.TopToBottom)

    def retranslate(self) -> None:
        self.told.setText(self.tr("As seen at"))
        self.moment.setAccessibleName(self.tr("Moment that is looked at"))
        self.moment.setToolTip(self.tr("03:12, 11-20 03:12 or 2026-11-20 03:12; Enter goes there"))
        self.export.setText(self.tr("Export"))
        self.drill.setText(self.tr("Drill"))
        self.all.setText(self.tr("All"))
        self.all.setToolTip(self.tr("A little chart of every instrument"))
        self.week.setText(self.tr("Last week"))
        self.week.setToolTip(self.tr("Blue: what was measured a week before"))
        for button, minutes in zip(self.steps, STEPS_MIN, strict=True):
            unit, count = ("hours", abs(minutes) // 60) if abs(minutes) >= 60 else ("minutes", abs(minutes))
            told = self.look.words.say("age", unit, {"count": count})
            button.setText(f"{'−' if minutes < 0 else '+'}{told}")
        self._show()

    def _show(self) -> None:
        model = self._model
        is_back = model.back_ms is not None
        for widget in (self.told, self.moment, self._second):
            widget.setVisible(is_back)
        self.back.setVisible(model.setup is not None)
        self.export.setVisible(model.setup is not None)
        self.all.setVisible(model.setup is not None)
        self.week.setVisible(model.setup is not None and not is_back)
        self.drill.setVisible(model.setup is not None and not is_back)
        self.back.setText(self.tr("Back to now") if is_back else self.tr("As seen earlier"))
        self.since.setVisible(is_back and model.unseen_now > 0)
        self.since.setText(self.tr("now: {count} unseen").format(count=model.unseen_now))
        runs = self._timer.isActive()
        if not is_back and runs:
            self._timer.stop()
        self.play.setChecked(self._timer.isActive())
        self.play.setText(self.tr("❙❙ Pause") if self._timer.isActive() else self.tr("▶ Play"))
        if model.back_ms is not None and not self.moment.hasFocus():
            self.moment.setText(f"{moment_of(model.back_ms).astimezone(CITY_TIME):%Y-%m-%d %H:%M:%S}")
        self._break()

    def _typed(self) -> None:
        at_ms = moment_said(self.moment.text(), self._model.latest_ms)
        self.moment.setProperty("wrong", at_ms is None)
        if at_ms is None:
            self._model.refuse("telemetry.no_moment", text=self.moment.text())
            return
        self.moment.clearFocus()
        self.play.setFocus(Qt.FocusReason.OtherFocusReason)
        self._model.look_back(at_ms)

    # Time-lapse

    def run(self) -> None:
        """Let the time pass, or hold it."""
        if self._timer.isActive():
            self._timer.stop()
        elif self._model.back_ms is not None:
            self._timer.start()
        self._show()

    def _on(self) -> None:
        """The next picture, once the last one stands; at the present it ends by itself."""
        if self._model.back_ms is not None and not self._model.is_turning_back:
            self._model.look_back(self._model.back_ms + PLAY_MIN * 60_000)
