"""Sections of the incident in front: what is next with its gates, crews, valves, and what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal

from app.dispatch.crews import CrewState, WhyThis
from app.dispatch.disputes import Dispute
from app.dispatch.entries import EntryKind, IncidentKind
from app.dispatch.facts import FactKind, as_corrected
from app.dispatch.field_plan import FieldPlan
from app.dispatch.life import Step, StepState, valves_turned
from app.dispatch.offers import Offer, Offers
from app.dispatch.reach_told import Reach
from app.dispatch.rules import Gate
from app.dispatch.sheet import Line, Sheet
from app.dispatch.view import CrewRow, DispatchView
from app.messages import Words, formats
from app.operations.bar_words import bar_words
from app.operations.dispute_words import sentence_of
from app.operations.line_words import field_plan_words, line_words
from app.ui import fonts
from app.ui.dispatch.faces import span
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.present import CREW_ICONS, evidence_of, needed, why_not_words
from app.ui.dispatch.reach import sending_line
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import Label, Section, chip, padded

STOP = "stop_decided"
"""What may be done besides the steps: from then on customers must be told."""
SUPPLY = "supply_arranged"
"""Likewise, once a rule asks for it: customers get water by tanker or from hydrants."""
_LEAKS = frozenset({IncidentKind.VISIBLE_LEAK, IncidentKind.HIDDEN_LEAK, IncidentKind.BURST})
_MOST_ROWS = 8


@dataclass(frozen=True)
class ToDo:
    """One thing that is still to be done: a step, :data:`STOP` or :data:`SUPPLY`.

    Attributes:
        bars: What must come first; "" where it can be done now.
    """

    code: str
    label: str
    bars: str


def to_do(sheet: Sheet, words: Words) -> tuple[ToDo, ...]:
    """What is still to be done, what can be done now first.

    A gate that runs is to be passed also where its step belongs to stopped water; one that was waived bars nothing.
    """
    if not sheet.incident.is_open:
        return ()
    life = sheet.life
    running = (one for one in sheet.clocks if isinstance(one.rule.limit, Gate) and one.verdict.runs)
    gates = {kind for one in running for kind in one.rule.met_by}
    waived = {kind for one in sheet.clocks if one.verdict.waived is not None for kind in one.rule.met_by}
    asked = [one for one in life.steps if one.done is None and (one.needed or gates & set(one.done_by))]
    asked = [one for one in asked if not waived & set(one.done_by)]
    steps = {one.step for one in asked}
    rows = []
    for one in asked:
        bars = _before(one, steps, words) if one.step is not Step.CLOSED else _before_closing(sheet.bars, words)
        rows.append(ToDo(one.step, words.say("life_do", one.step), " · ".join(dict.fromkeys(bars))))
    stopping = life.of(Step.WATER_OFF).needed or life.of(Step.REPAIRED).done is not None
    if not stopping and life.of(Step.ON_SCENE).done is not None:
        # A leaking main is shut off as a rule: F9 twice must not say that it is repaired.
        usual = sheet.incident.attributes.get("kind") in _LEAKS
        at = next((place for place, row in enumerate(rows) if row.code == Step.REPAIRED), len(rows))
        rows.insert(at if usual else len(rows), ToDo(STOP, words.say("life_do", STOP), ""))
    if FactKind.TEMPORARY_SUPPLY in gates:
        rows.append(ToDo(SUPPLY, words.say("life_do", SUPPLY), ""))
    return tuple(sorted(rows, key=lambda row: bool(row.bars)))


def _before(state: StepState, asked: set[Step], words: Words) -> list[str]:
    """What must come before a step, of what is asked at all."""
    return [words.say("life_bar", step) for step in state.barred_by if step in asked]


def _before_closing(bars: tuple[str, ...], words: Words) -> list[str]:
    """What bars the closing; a picture of the site is asked for then, and valves are named in their own list."""
    told = []
    for bar in bars:
        if bar.startswith("valve:"):
            told.append(words.say("life_bar", Step.VALVES_BACK))
        elif bar != "photo":
            told.append(bar_words(bar, words))
    return told


class NextSection(Section):
    """What is next.

    Signals:
        wanted: Somebody wants to do it: the row.
    """

    wanted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self.table = Table(look, most_rows=_MOST_ROWS)
        self.table.horizontalHeader().hide()
        self.table.taken.connect(self._take)
        self.header.add(chip("F9", "key"))
        self.body.addWidget(self.table)

    def show_rows(self, rows: tuple[ToDo, ...]) -> None:
        """Show what is to be done."""
        at = self.table.currentIndex().row()
        before = self.table.rows.row_at(at).code if 0 <= at < self.table.rows.rowCount() else ""
        columns = (
            Column(
                "",
                lambda row: row.label,
                width=180,
                most=330,
                icon=lambda row: ("clock_waived", "t3") if row.bars else ("ring", "t1"),
                tone=lambda row: "t3" if row.bars else "t1",
                strong=False,
            ),
            Column("", lambda row: row.bars, elide=True, tone=lambda _row: "amber_text"),
        )
        self.table.fill(columns, rows)
        self.table.setFixedHeight(min(len(rows), _MOST_ROWS) * 28)
        self.setVisible(bool(rows))
        if rows:
            # Enter once more must not do what has moved up into the line.
            self.table.selectRow(next((place for place, row in enumerate(rows) if row.code == before), 0))

    @property
    def first(self) -> ToDo | None:
        """What F9 does."""
        model = self.table.rows
        return model.row_at(0) if model.rowCount() and not model.row_at(0).bars else None

    def _take(self, row: ToDo) -> None:
        self.wanted.emit(row)


@dataclass(frozen=True)
class CrewLine:
    """A crew as it is offered for the incident in front."""

    row: CrewRow
    offer: Offer | None
    left_s: float | None


class CrewsSection(Section):
    """Every crew for this incident: when it would be there, or why it cannot.

    Signals:
        chosen: Enter on a crew: its name.
    """

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self.header.add(chip("F5", "key"))
        self.advice = Label(size=fonts.TABLE, tone="t1", wrap=True)
        self.table = Table(look, most_rows=6)
        self.table.taken.connect(lambda line: self.chosen.emit(line.row.crew))
        self._advice = padded(self.advice, 8, 8)
        self.body.addWidget(self._advice)
        self.body.addWidget(self.table)

    def show_offers(
        self, view: DispatchView, offers: Offers | None, due_ms: int | None, reach: Reach | None = None
    ) -> None:
        """Show every crew, those that can come first, and what sending the suggested one leaves uncovered."""
        words = self._look.words
        found = {} if offers is None else {one.crew: (at, one) for at, one in enumerate(offers.crews)}
        lines = []
        for row in view.crews:
            offer = found[row.crew][1] if row.crew in found else None
            left_s = None
            if offer is not None and offer.arrives_ms is not None and due_ms is not None:
                left_s = (due_ms - offer.arrives_ms) / 1000
            lines.append(CrewLine(row, offer, left_s))
        lines.sort(key=lambda line: found[line.row.crew][0] if line.row.crew in found else len(found))
        kept = self.table.currentIndex().row()
        self.table.fill(self._columns(words), lines)
        sent = "" if offers is None or offers.suggestion is None else sending_line(reach, offers.suggestion.crew, words)
        self.advice.setText("\n".join(part for part in (advice(offers, words), sent and f"▲ {sent}") if part))
        self._advice.setVisible(bool(self.advice.text()))
        suggested = None if offers is None or offers.suggestion is None else offers.suggestion.crew
        at = next((at for at, line in enumerate(lines) if line.row.crew == suggested), max(kept, 0))
        if lines:
            self.table.selectRow(min(at, len(lines) - 1))

    def _columns(self, words: Words) -> tuple[Column, ...]:
        header = self._look.words
        return (
            Column(
                header.say("crew_column", "crew"),
                lambda line: line.row.crew,
                width=84,
                icon=lambda line: (CREW_ICONS[line.row.state], "t1"),
                strong=True,
            ),
            Column(header.say("crew_column", "state"), lambda line: crew_state(line.row, words), width=92),
            Column(
                header.say("crew_column", "minutes"),
                _minutes,
                key=lambda line: float("inf") if line.offer is None else line.offer.travel_s or float("inf"),
                width=44,
                number=True,
            ),
            Column(
                header.say("crew_column", "fit"),
                lambda line: fit(line, words),
                elide=True,
                tone=lambda line: "amber_text" if line.offer and line.offer.why_not else _left_tone(line.left_s),
            ),
        )

    def focus(self) -> None:
        """F5: the keyboard goes to the crews."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)


def crew_state(row: CrewRow, words: Words) -> str:
    """What a crew is doing, and where."""
    state = CrewState.OFF if not row.on_shift and row.incident is None else row.state
    told = words.say("crew_state", state)
    return told if row.incident is None else f"{told} {row.incident.partition('/')[2]}"


def _minutes(line: CrewLine) -> str:
    offer = line.offer
    if line.row.state is CrewState.ON_SCENE and offer is not None and offer.sent:
        return "–"
    if offer is None or offer.travel_s is None:
        return "?"
    return f"{'' if offer.by_road else '≈'}{max(1, round(offer.travel_s / 60))}"


def _left_tone(left_s: float | None) -> str:
    return "t2" if left_s is None or left_s >= 0 else "red_text"


def fit(line: CrewLine, words: Words) -> str:
    """Whether it can, and how much time would be left when it is there."""
    offer = line.offer
    if offer is None:
        return ""
    if offer.why_not is not None:
        return why_not_words(offer, words)
    if offer.arrives_ms is None:
        return ""
    when = f"→ {moment_of(offer.arrives_ms):%H:%M}"
    if line.left_s is None:
        return when
    left = words.say("dispatch_told", "left" if line.left_s >= 0 else "late", {"time": span(line.left_s)})
    return f"{when} · {left}"


def advice(offers: Offers | None, words: Words) -> str:
    """The suggestion with its reason, or the impossibility by name."""
    if offers is None:
        return ""
    if offers.suggestion is not None:
        one = offers.suggestion
        detail = {"crew": one.crew, "why": words.say("why_this", one.why), "time": f"{moment_of(one.arrives_ms):%H:%M}"}
        left_s = one.late_s * -1
        detail["left"] = words.say("dispatch_told", "left" if left_s >= 0 else "late", {"time": span(left_s)})
        if one.next_crew is not None and one.next_arrives_ms is not None:
            detail["next"] = one.next_crew
            detail["next_time"] = f"{moment_of(one.next_arrives_ms):%H:%M}"
        kept = one.why is WhyThis.KEPT
        return words.say("dispatch_told", "keeps" if kept else "suggested", detail)
    if offers.unserved is not None:
        reasons = [f"{words.say('why_not', why)} {count}" for why, count in offers.unserved.crews]
        if offers.unserved.outbid:
            reasons.append(words.say("dispatch_told", "outbid", {"count": offers.unserved.outbid}))
        if offers.unserved.missing:
            reasons.append(words.say("dispatch_told", "missing", {"what": needed(offers.unserved.missing, words)}))
        if not reasons:
            reasons = [words.say("dispatch_told", "no_crews")]
        return words.say("dispatch_told", "nobody", {"reasons": " · ".join(reasons)})
    return ""


@dataclass(frozen=True)
class ValveLine:
    """A valve of the incident's plan, or one that was turned for it.

    Attributes:
        planned: Whether the attached plan closes it.
        position, normal: As last turned; "" where it was not.
        left: Whether somebody gave a reason for leaving it.
        field: "out" where the field does not count on it, "instead" where the field alone closes it; "" elsewhere.
    """

    valve: str
    planned: bool
    position: str
    normal: str
    left: bool
    field: str = ""

    @property
    def away(self) -> bool:
        """Whether it is not back and has no reason."""
        return bool(self.position) and self.position != self.normal and not self.left


def valve_lines(sheet: Sheet) -> tuple[ValveLine, ...]:
    """Valves of the attached plan in its order, those of the field's, then others that were turned."""
    plan, field = sheet.plan or {}, sheet.field_plan
    planned = [*plan.get("close", ()), *plan.get("drain_back", ())]
    instead = [] if field is None else [*field.record.get("close", ()), *field.record.get("drain_back", ())]
    by_field = {} if field is None else dict.fromkeys(field.out, "out") | dict.fromkeys(field.instead, "instead")
    planned += [valve for valve in instead if valve not in planned]
    last = valves_turned(as_corrected(sheet.incident.facts))
    turned = {valve: (one.position, one.normal, one.left) for valve, one in last.items()}
    names = list(dict.fromkeys([*planned, *sorted(turned)]))
    return tuple(
        ValveLine(name, name in planned, *turned.get(name, ("", "", False)), by_field.get(name, "")) for name in names
    )


class ValvesSection(Section):
    """Valves to be closed and put back.

    Signals:
        turned: Enter on a valve: its id and the position that it is turned to.
        left: L on a valve: its id.
    """

    turned = Signal(str, str)
    left = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self._going_back = False
        self.hint = Label(size=fonts.CAPTION, tone="t3", wrap=True)
        self.field = Label(size=fonts.TABLE, weight=600, tone="amber", wrap=True)
        self._field = padded(self.field, 8, 8)
        self.table = Table(look, most_rows=_MOST_ROWS)
        self.table.taken.connect(self._take)
        self.body.addWidget(self._field)
        self.body.addWidget(self.table)
        self.body.addWidget(padded(self.hint, 4, 8))

    def show_field(self, plan: FieldPlan | None, disputes: Iterable[Dispute] = ()) -> None:
        """Say that the field goes by another plan than the attached one, and which; or that people disagree on it."""
        words = self._look.words
        told = [sentence_of(one, words) for one in disputes]
        told += [] if plan is None else [field_plan_words(plan, words)]
        self.field.setText("\n".join(told))
        self._field.setVisible(bool(told))

    def show_lines(self, lines: tuple[ValveLine, ...], *, going_back: bool) -> None:
        """Show the valves, what is away from normal standing out; *going_back* once the repair is done."""
        words = self._look.words
        self._going_back = going_back
        columns = (
            Column(words.say("crew_column", "valve"), lambda line: line.valve, width=110, strong=True),
            Column(
                words.say("crew_column", "position"),
                lambda line: words.name("position", line.position) if line.position else "—",
                width=80,
                icon=lambda line: ("valve_closed" if line.position == "closed" else "valve_open", "t1"),
            ),
            Column(
                words.say("crew_column", "normal"),
                lambda line: words.name("position", line.normal) if line.normal else "",
                width=60,
            ),
            Column("", lambda line: _valve_told(line, words), elide=True, tone=_valve_tone),
        )
        at = self.table.currentIndex().row()
        self.table.fill(columns, lines)
        if lines:
            self.table.selectRow(min(max(at, 0), len(lines) - 1))
        self.setVisible(bool(lines))

    def _take(self, line: ValveLine) -> None:
        self.turned.emit(line.valve, "open" if line.position == "closed" else "closed")

    @property
    def current(self) -> ValveLine | None:
        """The valve that the keyboard is on."""
        at = self.table.currentIndex().row()
        found = self.table.rows.row_at(at) if 0 <= at < self.table.rows.rowCount() else None
        assert found is None or isinstance(found, ValveLine)
        return found

    def focus(self) -> None:
        """The keyboard goes to the first valve that still wants something."""
        model = self.table.rows
        rows = [model.row_at(at) for at in range(model.rowCount())]
        wanting = [at for at, row in enumerate(rows) if (row.away if self._going_back else not row.position)]
        self.table.selectRow(wanting[0] if wanting else 0)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _valve_told(line: ValveLine, words: Words) -> str:
    if not line.position:
        return words.say("dispatch_told", f"field_{line.field}" if line.field else "to_close")
    if line.left:
        return words.say("dispatch_told", "left_there")
    return words.say("dispatch_told", "not_back" if line.away else "back")


def _valve_tone(line: ValveLine) -> str:
    if line.field and not line.position:
        return "amber_text"
    return "amber_text" if line.away else "t1" if not line.position else "t3"


class StorySection(Section):
    """What happened, the latest first.

    Signals:
        correct_wanted: Enter on a line: the line.
        look_wanted: A line's picture or sound is to be opened: its hash.
    """

    correct_wanted = Signal(object)
    look_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self.table = Table(look, most_rows=12)
        self.table.horizontalHeader().hide()
        self.table.taken.connect(self._take)
        self.body.addWidget(self.table)

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show *lines*."""
        words = self._look.words
        columns = (
            Column("", lambda line: f"{moment_of(line.at_ms):%m-%d %H:%M:%S}", width=118, tone=lambda _line: "t2"),
            Column(
                "", lambda line: line_words(line, words), elide=True, tone=lambda line: "t3" if line.corrected else "t1"
            ),
            Column("", lambda line: line.who, width=50, most=150, tone=lambda _line: "t3"),
        )
        shown = tuple(line for line in reversed(lines) if line.kind is not EntryKind.ALARM_TAKEN)
        self.table.fill(columns, shown)
        self.table.setFixedHeight(min(len(shown), 12) * 28)

    def _take(self, line: Line) -> None:
        self.correct_wanted.emit(line)

    def look_at_current(self) -> None:
        """Open the picture or sound of the line that the keyboard is on, or else of the latest that has one."""
        model = self.table.rows
        lines = [model.row_at(at) for at in range(model.rowCount())]
        at = max(self.table.currentIndex().row(), 0)
        found = next((name for line in (*lines[at : at + 1], *lines) if (name := evidence_of(line))), "")
        if found:
            self.look_wanted.emit(found)


def plan_words(plan: dict[str, object], words: Words) -> str:
    """The attached plan in a line: how many valves, how many customers, as they were then."""
    lists = {name: plan.get(name, ()) for name in ("close", "customers_out", "customers_on_storage", "critical")}
    counts = {
        name: formats.number(len(rows)) if isinstance(rows, list | tuple) else "0" for name, rows in lists.items()
    }
    return words.say("dispatch_told", "plan", counts)
