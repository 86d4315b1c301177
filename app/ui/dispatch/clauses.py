"""Every clock of an incident with its clause; opened, each tells its wording and the events that decided it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.dispatch.clocks import Clock, Verdict
from app.dispatch.facts import Fact
from app.dispatch.rules import After, At, Before, CalendarDays, Gate, Rule, SameDay, WorkingDays
from app.dispatch.states import ClockState
from app.messages import Words
from app.times import CITY_TIME
from app.ui import fonts
from app.ui.dispatch.faces import CHIP_HEIGHT, Face, chip_width, paint_chip
from app.ui.dispatch.rows import Moment
from app.ui.look import Look
from app.ui.widgets import PADDING, ElidedLabel, Label, Section, clear

_MINUTE_S, _HOUR_S = 60, 3600


class ClockChip(QWidget):
    """A clock's face; its digits move with the tick."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.face = Face(ClockState.PENDING, "")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.theme_changed.connect(self.update)

    def show_face(self, face: Face) -> None:
        """Show *face*."""
        if face != self.face:
            wider = chip_width(face) != chip_width(self.face)
            self.face = face
            self.setAccessibleName(f"{face.label} {face.time}".strip())
            if wider:
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(chip_width(self.face)) + 1, CHIP_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_chip(painter, 0.0, 0.0, self.face, self._look.theme)


class ClauseRow(QWidget):
    """One clock: its rule, its wording, its face; opened, all that decided it.

    Signals:
        toggled: It was opened or shut: its rule.
        stepped: The keyboard goes on to the next (1) or the previous one (-1).
    """

    toggled = Signal(str)
    stepped = Signal(int)

    def __init__(self, look: Look, clock: Clock, place: int, *, opened: bool) -> None:
        super().__init__()
        self._look, self.clock, self.place = look, clock, place
        self.opened = opened
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        rule = clock.rule
        zh = look.language == "zh_CN"
        self.title = rule.title_zh if zh else rule.title_en
        self.chip = ClockChip(look)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(rule.id, size=fonts.TABLE, weight=600))
        head.addWidget(Label(self.title, size=fonts.TABLE, weight=500))
        head.addWidget(ElidedLabel(look, f"“{rule.clause}”" if rule.clause else "", size=fonts.TABLE, tone="t2"), 1)
        head.addWidget(self.chip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 7, 10, 7)
        layout.setSpacing(3)
        layout.addLayout(head)
        self.basis = Label(_basis(clock, look.words), size=fonts.CAPTION, tone="t3", wrap=True)
        layout.addWidget(self.basis)
        self.lines = _told(clock, look.words, zh=zh) if opened else ()
        for text, tone in self.lines:
            layout.addWidget(Label(text, size=fonts.TABLE, tone=tone, wrap=True, selectable=False))

    def tick(self, moment: Moment, state_word: str) -> None:
        """Another second."""
        face = moment.face(self.place, "")
        self.chip.show_face(Face(face.state, "" if face.time else state_word, face.time))

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.toggled.emit(self.clock.rule.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Right | Qt.Key.Key_Left:
                self.toggled.emit(self.clock.rule.id)
            case Qt.Key.Key_Down | Qt.Key.Key_J:
                self.stepped.emit(1)
            case Qt.Key.Key_Up | Qt.Key.Key_K:
                self.stepped.emit(-1)
            case _:
                event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.HoverEnter, QEvent.Type.HoverLeave}:
            self.update()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            theme = self._look.theme
            painter.setPen(QColor(theme.line))
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.acc), 2))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -2))


class ClausesSection(Section):
    """All clocks of the incident that is shown."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self._clocks: tuple[tuple[Clock, int], ...] = ()
        self._opened: set[str] = set()
        self.rows: list[ClauseRow] = []

    def show_clocks(self, clocks: tuple[tuple[Clock, int], ...], moment: Moment) -> None:
        """Show *clocks*, each with its row in the clock table; those not begun stand last."""
        self._clocks = clocks
        focused = next((row.clock.rule.id for row in self.rows if row.hasFocus()), None)
        clear(self.body)
        self.rows = []
        ordered = sorted(clocks, key=lambda one: (-int(moment.states[one[1]]), int(moment.table.due_ms[one[1]])))
        for clock, place in ordered:
            row = ClauseRow(self._look, clock, place, opened=clock.rule.id in self._opened)
            row.toggled.connect(self._toggle)
            row.stepped.connect(self._step)
            self.rows.append(row)
            self.body.addWidget(row)
            if clock.rule.id == focused:
                # A layout shows what it takes in by the next turn of events; keys pressed until then would go astray.
                row.show()
                row.setFocus(Qt.FocusReason.OtherFocusReason)
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Another second."""
        self._moment = moment
        for row in self.rows:
            row.tick(moment, self._look.words.say("clock_state", moment.state(row.place).name.lower()))

    def forget(self) -> None:
        """Another incident: nothing is open."""
        self._opened.clear()

    def focus_first(self) -> None:
        """The keyboard goes to the first clock, which opens."""
        if self.rows:
            self.rows[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open(self, rule: str) -> None:
        """Open the clause of *rule*."""
        if rule not in self._opened:
            self._toggle(rule)

    def _toggle(self, rule: str) -> None:
        self._opened ^= {rule}
        self.show_clocks(self._clocks, self._moment)

    def _step(self, by: int) -> None:
        at = next((at for at, row in enumerate(self.rows) if row.hasFocus()), 0) + by
        if 0 <= at < len(self.rows):
            self.rows[at].setFocus(Qt.FocusReason.TabFocusReason)


def at_clock(at_ms: int | None) -> str:
    """A moment on the city's clock: with its day where that is not told otherwise."""
    if at_ms is None:
        return "—"
    return f"{datetime.fromtimestamp(at_ms / 1000, CITY_TIME):%m-%d %H:%M:%S}"


def limit_words(rule: Rule, words: Words) -> str:
    """How long *rule* gives."""
    code, count = _limit(rule)
    return words.say("clock_limit", code, {"count": count}) if code else ""


def _limit(rule: Rule) -> tuple[str, int]:
    """Code of the words for a limit, and its number; "" for what is no clock."""
    told: tuple[str, int] = ("", 0)
    match rule.limit:
        case After(limit_s):
            told = ("minutes", limit_s // _MINUTE_S) if limit_s % _HOUR_S else ("hours", limit_s // _HOUR_S)
        case CalendarDays(days):
            told = ("days", days)
        case WorkingDays(days):
            told = ("working_days", days)
        case Before(lead_s):
            told = ("before", lead_s // _HOUR_S)
        case At(late_s):
            told = ("at", late_s // _MINUTE_S)
        case SameDay():
            told = ("same_day", 1)
        case Gate(at_once):
            told = ("at_once" if at_once else "gate", 1)
    return told


def _basis(clock: Clock, words: Words) -> str:
    """The line under the wording: from when, how long, and what is not certain about it."""
    verdict = clock.verdict
    parts = []
    if verdict.start_ms is not None:
        parts.append(words.say("clock_told", "from", {"time": at_clock(verdict.start_ms)}))
    parts.append(limit_words(clock.rule, words))
    if verdict.due_ms is not None:
        parts.append(words.say("clock_told", "due", {"time": at_clock(verdict.due_ms)}))
    if clock.rule.house:
        parts.append(words.say("clock_told", "house"))
    if clock.rule.differs:
        parts.append(words.say("clock_told", "documents"))
    parts += [words.say("provisional", code) for code in verdict.provisional]
    if clock.recorded is not None:
        parts.append(words.say("clock_told", "corrected"))
    if clock.readings:
        parts.append(words.say("clock_told", "readings", {"count": len(clock.readings)}))
    return " · ".join(part for part in parts if part)


def _told(clock: Clock, words: Words, *, zh: bool) -> tuple[tuple[str, str], ...]:
    """Everything about a clock that is opened, as lines with their tones."""
    rule, verdict = clock.rule, clock.verdict
    lines: list[tuple[str, str]] = []
    if rule.clause:
        source = words.say("clock_told", "source", {"source": rule.source, "heading": rule.heading})
        lines.append((f"“{rule.clause}”  {source}", "t1"))
    lines += [(words.say("clock_told", "house_value", {"words": said[0 if zh else 1]}), "t2") for said in rule.house]
    lines += [(said[0 if zh else 1], "t2") for said in rule.differs]
    lines += _events(verdict, words)
    if clock.witnesses_apart_s:
        lines.append((words.say("clock_told", "apart", {"minutes": round(clock.witnesses_apart_s / 60)}), "amber"))
    for kind, reading in clock.readings:
        detail = {"start": words.say("happened", kind), "due": at_clock(reading.due_ms)}
        lines.append((words.say("clock_told", "reading", detail), "t2"))
    if clock.recorded is not None:
        lines.append((_verdict_words("as_recorded", clock.recorded, words), "t2"))
        lines.append((_verdict_words("as_corrected", verdict, words), "t1"))
    return tuple(lines)


def _events(verdict: Verdict, words: Words) -> list[tuple[str, str]]:
    roles: tuple[tuple[str, Fact | None], ...] = (
        ("started", verdict.start),
        ("met", verdict.met),
        ("waived", verdict.waived),
        ("called_off", verdict.called_off),
    )
    lines = [(_event(role, fact, words), "t2") for role, fact in roles if fact is not None]
    others = [fact for fact in verdict.witnesses if verdict.met is None or fact.key != verdict.met.key]
    lines += [(_event("witness", fact, words), "t2") for fact in others]
    for pause in verdict.pauses:
        detail = {"start": at_clock(pause.from_ms), "end": at_clock(pause.until_ms), "clause": pause.clause}
        lines.append((words.say("clock_told", "pause", detail), "t2"))
    return lines


def _event(role: str, fact: Fact, words: Words) -> str:
    dev, number = fact.key
    event = f"{dev[:4]}-{number}"
    detail = {"what": words.say("happened", fact.kind), "time": at_clock(fact.at_ms), "event": event}
    return words.say("clock_told", role, detail)


def _verdict_words(code: str, verdict: Verdict, words: Words) -> str:
    state = "pending" if verdict.start is None else "running"
    if verdict.met is not None:
        state = "met" if verdict.in_time else "met_early" if verdict.too_early else "met_late"
    met = "" if verdict.met is None else at_clock(verdict.met.at_ms)
    detail = {"due": at_clock(verdict.due_ms), "state": words.say("clock_state", state), "met": met}
    return words.say("clock_told", code, detail)
