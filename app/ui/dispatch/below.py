"""Under the map: time line, crews, orders, handover, what is disputed; one of them at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.dispatch.acts import ListCrew, StepOrder
from app.dispatch.crews import STALE_S, CrewState
from app.dispatch.entries import OrderStep
from app.dispatch.orders import COURSE, Order
from app.dispatch.reach_told import Reach
from app.dispatch.view import CrewRow
from app.messages import Words, formats
from app.ui import fonts
from app.ui.dispatch.dispute_board import DisputeBoard
from app.ui.dispatch.handover import HandoverPage
from app.ui.dispatch.model import DispatchModel, moment_of
from app.ui.dispatch.present import CREW_ICONS, time_row
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.dispatch.reach import ReachWatch, reach_line
from app.ui.dispatch.sections import crew_state
from app.ui.dispatch.timeline import Timeline
from app.ui.dispatch.view_table import ViewTable
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.tabs import TabbedPages
from app.ui.widgets import HEADER_HEIGHT, ElidedLabel, KeyButton, column

TIME, CREWS, ORDERS, HANDOVER, DISPUTES = range(5)
_MINUTE_MS = 60_000


class CrewBoard(ViewTable):
    """Crews: what they do, what they can, how old their position is, when they are free.

    Signals:
        chosen: Enter on a crew: its name.
        reach_wanted: How far the crews reach is to be laid over the map, or taken away.
    """

    chosen = Signal(str)
    reach_wanted = Signal()

    def __init__(self, look: Look, model: DispatchModel) -> None:
        self._strip = QWidget()
        super().__init__(look, model, self._strip)
        self._reach: Reach | None = None
        self.reach = ElidedLabel(look, size=fonts.TABLE, tone="t1")
        self.layer = KeyButton(look, "Shift+F4")
        self.layer.setCheckable(True)
        self.layer.clicked.connect(self.reach_wanted)
        strip = QHBoxLayout(self._strip)
        strip.setContentsMargins(12, 4, 8, 4)
        strip.addWidget(self.reach, 1)
        strip.addWidget(self.layer)
        self.table.taken.connect(lambda row: self.chosen.emit(row.crew))
        self.retranslate()

    def show_reach(self, watch: ReachWatch) -> None:
        """How far the crews reach, and whether that lies on the map."""
        self._reach = watch.reach
        self.layer.setChecked(watch.shown)
        self._tell_reach()

    def _tell_reach(self) -> None:
        self.layer.setText(self.tr("On the map"))
        self.reach.set_text(reach_line(self._reach, self.look.words))
        self._strip.setVisible(self._reach is not None)

    def retranslate(self) -> None:
        self._tell_reach()
        view = self._model.view
        rows = () if view is None else view.crews
        words, now_ms = self.look.words, self._model.now_ms
        columns = (
            Column(
                self.tr("Crew"),
                lambda row: row.crew,
                width=110,
                icon=lambda row: (_icon(row, now_ms), "t1"),
                strong=True,
            ),
            Column(self.tr("State"), lambda row: crew_state(row, words), width=120),
            Column(
                self.tr("Goes"),
                self._goes,
                width=90,
                tone=lambda row: "red_text" if row.sent_twice else "t2",
            ),
            Column(
                self.tr("Position"),
                lambda row: self._age(row, now_ms),
                key=lambda row: row.place_ms or 0,
                width=110,
                tone=lambda row: "amber_text" if _stale(row, now_ms) else "t2",
            ),
            Column(self.tr("Free"), self._free, width=90, tone=lambda _row: "t2"),
            Column(self.tr("Skills"), lambda row: ", ".join(row.skills), width=120, most=240, tone=lambda _row: "t2"),
            Column(
                self.tr("Equipment"), lambda row: ", ".join(row.equipment), width=120, most=240, tone=lambda _row: "t2"
            ),
            Column("DN ≤", _dn, key=lambda row: row.largest_dn_mm or 0, width=60, number=True),
            Column(self.tr("Vehicle"), lambda row: row.vehicle, elide=True, tone=lambda _row: "t2"),
        )
        self.fill(columns, rows, self.tr("No crew in the roster yet: Ins enters one."))

    def _goes(self, row: CrewRow) -> str:
        if row.sent_twice:
            return self.tr("sent twice: {numbers}").format(
                numbers=", ".join(one.partition("/")[2] for one in row.sent_twice)
            )
        return self.tr("has accepted") if row.accepted else self.tr("not answered") if row.incident else ""

    def _age(self, row: CrewRow, now_ms: int) -> str:
        if row.place_ms is None and row.state is CrewState.ON_SCENE and row.incident is not None:
            return row.incident.partition("/")[2]
        if row.place_ms is None:
            return self.tr("base") if row.base_m is not None else self.tr("unknown")
        minutes = max(0, now_ms - row.place_ms) // _MINUTE_MS
        return self.look.words.say("dispatch_told", "minutes", {"count": minutes})

    def _free(self, row: CrewRow) -> str:
        """When its present job is expected to be over."""
        view = self._model.view
        job = None if view is None or row.incident is None else view.row(row.incident)
        if view is None or job is None:
            return ""
        foreseen = [view.clocks[place].forecast for place in job.clocks]
        latest = max((one.p50_ms for one in foreseen if one is not None), default=None)
        return "" if latest is None else f"≈{moment_of(latest):%H:%M}"


def _stale(row: CrewRow, now_ms: int) -> bool:
    return row.place_ms is not None and now_ms - row.place_ms > STALE_S * 1000 and row.state is not CrewState.ON_SCENE


def _icon(row: CrewRow, now_ms: int) -> str:
    if not row.on_shift and row.incident is None:
        return CREW_ICONS[CrewState.OFF]
    return "crew_stale" if _stale(row, now_ms) else CREW_ICONS[row.state]


def _dn(row: CrewRow) -> str:
    return "" if row.largest_dn_mm is None else formats.number(row.largest_dn_mm)


class OrderBoard(ViewTable):
    """Dispatch orders: numbered, read back, executed, reported; Enter takes the next step."""

    def __init__(self, look: Look, model: DispatchModel, prompt: Prompt) -> None:
        super().__init__(look, model)
        self._prompt = prompt
        self.table.taken.connect(self._step)
        self.retranslate()

    def retranslate(self) -> None:
        view, words = self._model.view, self.look.words
        rows = () if view is None else view.orders
        told = self.tr(
            "No dispatch order yet. Trunk valves, plants and boosters are operated by order: turning one asks for it."
        )
        columns = [
            Column(self.tr("Order"), lambda order: order.number, width=160, strong=True),
            Column(self.tr("About"), lambda order: order.about.partition("/")[2], width=120),
            Column(self.tr("Incident"), lambda order: order.incident.partition("/")[2], width=80),
            Column(self.tr("From"), lambda order: order.issuer, width=90, tone=lambda _order: "t2"),
            Column(self.tr("To"), lambda order: order.receiver, width=90),
        ]
        columns += [_step_column(step, words) for step in COURSE]
        columns.append(
            Column(
                self.tr("Next: Enter"),
                lambda order: _next_words(order, words),
                elide=True,
                tone=lambda order: "t1" if order.open else "t3",
            )
        )
        at = self.table.currentIndex().row()
        self.fill(columns, rows, told)
        if rows:
            self.table.selectRow(min(max(at, 0), len(rows) - 1))

    def _step(self, order: Order) -> None:
        if order.next is not None:
            self._model.do(StepOrder(order.number, order.next))

    def withdraw(self) -> None:
        """Del: take the order under the keyboard back, for a reason."""
        at = self.table.currentIndex().row()
        if not 0 <= at < self.table.rows.rowCount():
            return
        order: Order = self.table.rows.row_at(at)

        def done(answers: Answers) -> str | None:
            self._model.do(StepOrder(order.number, OrderStep.WITHDRAWN, answers["reason"]))
            return None

        title = self.tr("Withdraw order {number}").format(number=order.number)
        self._prompt.ask(title, (Field("reason", self.tr("reason")),), done)


def _step_column(step: OrderStep, words: Words) -> Column:
    return Column(
        words.say("order_step", step),
        lambda order: f"{moment_of(order.steps_ms[step]):%H:%M:%S}" if step in order.steps_ms else "",
        width=80,
        number=True,
        tone=lambda order: "amber_text" if step in order.out_of_order else "t2",
    )


def _next_words(order: Order, words: Words) -> str:
    if OrderStep.WITHDRAWN in order.steps_ms:
        return words.say("order_step", OrderStep.WITHDRAWN)
    return words.say("order_do", order.next) if order.next is not None else words.say("order_step", OrderStep.REPORTED)


class BelowPane(TabbedPages):
    """The pane under the map.

    Signals:
        crew_chosen: A crew on the board.
    """

    crew_chosen = Signal(str)

    def __init__(self, look: Look, model: DispatchModel, prompt: Prompt, now: Callable[[], datetime]) -> None:
        super().__init__(look, edge="both", header_px=HEADER_HEIGHT)
        self._model, self._prompt = model, prompt
        self.timeline = Timeline(look)
        self.timeline.now_word = lambda: self.tr("now")
        self.crews, self.orders = CrewBoard(look, model), OrderBoard(look, model, prompt)
        self.handover, self.disputes = HandoverPage(look, model, prompt, now), DisputeBoard(look, model)
        pages = ((self.timeline, "F4"), (self.crews, "Shift+F5"), (self.orders, "Ctrl+F5"), (self.handover, "Ctrl+H"))
        for page, key in (*pages, (self.disputes, "Ctrl+Shift+D")):
            self.add_page(page, key)
        self.legend = ElidedLabel(look, size=fonts.CAPTION, tone="t3")
        self.close_header(self.legend)
        column(self, self.header, self.pages).setStretch(1, 1)
        self.setMinimumHeight(HEADER_HEIGHT + 90)
        self.crews.chosen.connect(self.crew_chosen)
        self.timeline.chosen.connect(model.select)
        self.timeline.moved.connect(self._tell_span)
        model.view_changed.connect(self._show_view)
        model.ticked.connect(self._tick)
        model.selected_changed.connect(lambda: self.timeline.select(model.selected))
        self.retranslate()
        self.show_page(TIME)

    def retranslate(self) -> None:
        self._name_pages()
        self._show_view()

    def _name_pages(self) -> None:
        view = self._model.view
        disputes = self.tr("Disputes")
        if view is not None and view.disputes:
            disputes = f"{disputes} {len(view.disputes)}"
        names = (self.tr("Time line"), self.tr("Crews"), self.tr("Dispatch orders"), self.tr("Handover"), disputes)
        self.name_pages(names)

    def show_page(self, number: int) -> None:
        super().show_page(number)
        self._tell_span()

    def focus(self, number: int) -> None:
        """A page comes forward with the keyboard in it."""
        self.show_page(number)
        tables = (self.crews.table, self.orders.table, self.handover.table, self.disputes.table)
        targets: tuple[QWidget, ...] = (self.timeline, *tables)
        targets[number].setFocus(Qt.FocusReason.ShortcutFocusReason)
        if number in {CREWS, ORDERS, DISPUTES}:
            table = targets[number]
            assert isinstance(table, Table)
            if table.currentIndex().row() < 0:
                table.selectRow(0)

    def list_crew(self) -> None:
        """Ins: enter a crew in the roster."""
        fields = (
            Field("crew", self.tr("name, such as R07")),
            Field("dn", self.tr("largest DN that it mends"), needed=False),
            Field("skills", self.tr("skills, with commas"), needed=False, wide=2),
            Field("equipment", self.tr("equipment, with commas"), needed=False, wide=2),
        )

        def done(answers: Answers) -> str | None:
            dn = answers["dn"].upper().removeprefix("DN").strip()
            if dn and not dn.isdecimal():
                return self.tr("“{text}” is no diameter in mm").format(text=answers["dn"])
            act = ListCrew(
                answers["crew"],
                skills=_words(answers["skills"]),
                equipment=_words(answers["equipment"]),
                largest_dn_mm=float(dn) if dn else None,
            )
            self._model.do(act)
            return None

        self._prompt.ask(self.tr("Enter a crew in the roster"), fields, done)

    def _show_view(self) -> None:
        self._name_pages()
        view, moment = self._model.view, self._model.moment
        if view is None or moment is None:
            self.timeline.show_rows((), self._model.now_ms)
            return
        rows = tuple(time_row(row, view, moment, self.look.words) for row in view.queue)
        self.timeline.show_rows(rows, self._model.now_ms)
        self._tell_span()

    def _tick(self) -> None:
        view, moment = self._model.view, self._model.moment
        if self.shown == TIME and view is not None and moment is not None and self.isVisible():
            rows = tuple(time_row(row, view, moment, self.look.words) for row in view.queue)
            self.timeline.show_rows(rows, self._model.now_ms)

    def _tell_span(self) -> None:
        if self.shown != TIME:
            self.legend.set_text("")
            return
        first, last = (f"{moment_of(at):%H:%M}" for at in self.timeline.shown_ms)
        told = self.tr("● happened  ◇ expected  | deadline  ·  {first} – {last}  ·  ← → + − Home")
        self.legend.set_text(told.format(first=first, last=last))


def _words(text: str) -> tuple[str, ...]:
    """Words between commas of either kind."""
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())
