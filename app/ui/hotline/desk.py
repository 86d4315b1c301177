"""The Hotline desk put together: its sides, its keys, and what it shows on the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from app.dispatch.acts import Done, No, TakeReport
from app.dispatch.entries import Channel, IncidentKind
from app.dispatch.facts import FactKind
from app.messages.describe import Thing
from app.operations.why_not import why_not
from app.public.acts import CallBack, LinkTo, Mood, Say
from app.public.book import Stage
from app.public.calls import LikelyMain
from app.public.entries import ComplaintKind
from app.public.view import ComplaintRow
from app.public.words import near_text
from app.telemetry.live import Standing
from app.telemetry.nearby import Measured, nearest_pressures
from app.ui.dispatch.model import DispatchModel
from app.ui.dispatch.prompt import Answers, Field
from app.ui.hotline.call_form import CallForm
from app.ui.hotline.complaints import CALLBACKS, CALLS, FIGURES, OPEN, ComplaintSide
from app.ui.hotline.lookup import LookUpPanel
from app.ui.hotline.model import HotlineModel
from app.ui.hotline.month_file import MonthFile
from app.ui.hotline.more import MoreActs
from app.ui.live.model import LiveModel
from app.ui.map_desk import Around, MapDesk
from network.units import M_HEAD_PER_MPA

_CLOSE_M_PER_PX = 1.2
_CALLS_MS = 3 * 3_600_000
_MOODS = {"1": Mood.SATISFIED, "2": Mood.NOT_SATISFIED, "3": Mood.UNREACHABLE}


class HotlineDesk(MapDesk):
    """Everything of the desk.

    Signals:
        said: A sentence for the status bar.
    """

    said = Signal(str)

    def __init__(self, around: Around, dispatch: DispatchModel, live: LiveModel) -> None:
        super().__init__(around)
        look, now = around.look, around.now
        self._dispatch, self._live = dispatch, live
        self.model = HotlineModel(dispatch, now, self)
        self.left = LookUpPanel(look, self.model, self._nearby)
        self.side, self.form = ComplaintSide(look, self.model), CallForm(look, self.model, now)
        self.right = QStackedWidget()
        for page in (self.side, self.form):
            self.right.addWidget(page)
        self.more = MoreActs(self.model, self.side.prompt, self.side.more, now)
        self.month_file = MonthFile(look, self.model, self.side.prompt)
        self._shown_place: tuple[float, float] | None = None
        self._connect()

    def _connect(self) -> None:
        self.left.call_wanted.connect(self.take_call)
        self.form.left.connect(self.leave_form)
        self.form.saved.connect(self._taken)
        self.side.next_wanted.connect(self.do_primary)
        self.side.link_wanted.connect(self.accept_link)
        self.side.calls.pointed.connect(self._show_main)
        self.model.refused.connect(self._refuse)
        self.model.found_changed.connect(self._show_customer)
        self.model.selected_changed.connect(self._show_complaint)

    @property
    def keys(self) -> Mapping[str, Callable[[], object]]:
        """What each key does while this desk is in front."""
        side = self.side
        return {
            "F3": self.left.focus,
            "F4": lambda: side.focus_page(OPEN),
            "F5": lambda: side.focus_page(CALLBACKS),
            "F6": lambda: side.focus_page(CALLS),
            "F7": self.make_incident,
            "F8": self.accept_link,
            "F9": self.do_primary,
        }

    @property
    def own_keys(self) -> Mapping[str, Callable[[], object]]:
        """Keys that only this desk has."""
        return {
            "Ctrl+N": self.take_call,
            "Shift+F9": self.more.open,
            "F12": lambda: self.side.focus_page(FIGURES),
            "Ctrl+Shift+P": self.write_month,
        }

    def come_forward(self) -> None:
        """The desk is in front: the keyboard is in its search field."""
        self.model.watch()
        self.left.focus()

    def step_back(self) -> bool:
        """Esc: leave what is asked, the form, the complaint in front, then the search; False where there is none."""
        if self.side.prompt.leave():
            return True
        if self.right.currentWidget() is self.form:
            self.leave_form()
            return True
        if self.model.selected:
            self.model.select("")
            return True
        return self.left.clear()

    # Calls

    def take_call(self) -> None:
        """Ctrl+N: a form for a call of the customer in front."""
        self.right.setCurrentWidget(self.form)
        self.form.begin(self.model.customer, self.model.asked)

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the form for a call; empty where nobody takes one."""
        return self.form.typed if self.right.currentWidget() is self.form else {}

    def bring(self, typed: Mapping[str, str]) -> None:
        """The call that was being taken when the console died. Raises KeyError and ValueError as the form does."""
        self.form.bring(typed)
        self.right.setCurrentWidget(self.form)

    def leave_form(self) -> None:
        """Back to the lists; what was typed is let go."""
        self.right.setCurrentWidget(self.side)
        self.left.focus()

    def _taken(self, entity: str) -> None:
        self.right.setCurrentWidget(self.side)
        self.side.show_page(OPEN)
        self.model.select(entity)
        self.left.focus()
        self.said.emit(self.tr("The call is {number}.").format(number=entity.rpartition("/")[2]))

    def _refuse(self, no: No) -> None:
        sentence = why_not("complaint_no", no, self._look.words)
        if self.right.currentWidget() is self.form:
            self.form.refuse(sentence)
        self.said.emit(sentence)

    # Complaints

    def do_primary(self) -> None:
        """F9: the next step of the complaint in front; in the form: save."""
        if self.right.currentWidget() is self.form:
            self.form.confirm()
            return
        row = self.model.row
        if row is None:
            self.side.focus_page(OPEN)
        elif row.level:
            self.model.do(Say(row.entity, FactKind.ESCALATION_TAKEN, {"level": row.level}))
        elif row.about:
            self.more.informing.publish()
        elif row.callback == "C6":
            self._ask_suggestion(row)
        elif row.callback:
            self._ask_callback(row)
        else:
            self._step(row)

    def _step(self, row: ComplaintRow) -> None:
        if row.stage is Stage.NEW:
            self.model.do(Say(row.entity, FactKind.CUSTOMER_CONTACTED))
        elif row.stage is Stage.IN_HAND:
            self._ask_reply(row)
        elif row.stage is Stage.SETTLED:
            self.model.do(Say(row.entity, FactKind.CLOSED))

    def _ask_reply(self, row: ComplaintRow) -> None:
        def done(answers: Answers) -> str | None:
            reply = Say(row.entity, FactKind.REPLY_GIVEN, note=answers["reply"])
            self.model.do(reply, lambda _done: self.model.do(Say(row.entity, FactKind.COMPLAINT_SETTLED)))
            return None

        fields = (Field("reply", self.tr("what the customer was told"), wide=3),)
        self.side.prompt.ask(self.tr("{number}: reply").format(number=row.number), fields, done)

    def _ask_callback(self, row: ComplaintRow) -> None:
        def done(answers: Answers) -> str | None:
            mood = _MOODS.get(answers["mood"])
            if mood is None:
                return self.tr("1 satisfied, 2 not satisfied, 3 nobody reached")
            self.model.do(CallBack(row.entity, mood, answers["suggestion"]))
            return None

        fields = (
            Field("mood", self.tr("1 satisfied · 2 not · 3 not reached")),
            Field("suggestion", self.tr("suggestion or complaint"), needed=False, wide=2),
        )
        self.side.prompt.ask(self.tr("{number}: callback").format(number=row.number), fields, done)

    def _ask_suggestion(self, row: ComplaintRow) -> None:
        def done(answers: Answers) -> str | None:
            self.model.do(Say(row.entity, FactKind.SUGGESTION_SETTLED, note=answers["note"]))
            return None

        fields = (Field("note", self.tr("what came of the suggestion"), wide=3),)
        self.side.prompt.ask(self.tr("{number}: suggestion").format(number=row.number), fields, done)

    def accept_link(self) -> None:
        """F8: the complaint in front belongs to what is proposed first."""
        row = self.model.row
        if row is not None and row.proposed:
            self.model.do(LinkTo(row.entity, row.proposed[0].number))

    # Where calls point

    def make_incident(self) -> None:
        """F7: the likely main is an incident; the calls that point at it belong to it."""
        main, view = self.side.calls.chosen, self.model.view
        if main is None or view is None:
            self.said.emit(self.tr("Nothing points at a main."))
            return
        since_ms = self.model.now_ms - _CALLS_MS
        no_water = (row for row in view.rows if row.kind is ComplaintKind.NO_WATER and not row.linked_to)
        calls = [row for row in no_water if row.opened_ms > since_ms]
        report = TakeReport(
            IncidentKind.NO_WATER,
            main.x_m,
            main.y_m,
            Channel.PHONE,
            pipe=main.pipes[0],
            received_ms=min((row.opened_ms for row in calls), default=None),
            note=", ".join(row.number for row in calls),
        )

        def then(done: Done) -> None:
            number = done.about.rpartition("/")[2]
            for row in calls:
                self.model.do(LinkTo(row.entity, number))
            self.said.emit(self.tr("{number} is an incident now: Ctrl+1 shows it.").format(number=number))

        self._dispatch.do(report, then)

    # Figures

    def write_month(self) -> None:
        """Ctrl+Shift+P: the report of the month in front, or of the one that runs, into a file."""
        self.side.show_page(FIGURES)
        if self.side.figures.month is not None:
            self.month_file.ask(self.side.figures.month)

    # The map and the instruments

    def _show_main(self, main: LikelyMain) -> None:
        city = self._session.city
        row = -1 if city is None else city.network.pipes.ids.find(main.pipes[0])
        if row >= 0:
            self._session.pick(Thing("pipe", row))
            self._map.canvas.zoom_to_point(main.x_m, main.y_m, _CLOSE_M_PER_PX)

    def _show_customer(self) -> None:
        one = self.model.customer
        place = None if one is None else (one.x_m, one.y_m)
        if one is not None and place != self._shown_place:
            self._session.pick(Thing("customer", one.row))
            self._map.canvas.zoom_to_point(one.x_m, one.y_m, _CLOSE_M_PER_PX)
        self._shown_place = place

    def _show_complaint(self) -> None:
        row = self.model.row
        if row is not None and row.place_m is not None:
            self._map.canvas.zoom_to_point(*row.place_m, _CLOSE_M_PER_PX)

    def _nearby(self, x_m: float, y_m: float) -> tuple[str, ...]:
        """Pressures measured near a place, the nearest first, as they read now."""
        setup, present = self._live.setup, self._live.present
        if setup is None or present is None:
            return ()
        return tuple(self._pressure(row, away_m) for away_m, row in nearest_pressures(setup.channels, x_m, y_m))

    def _pressure(self, row: int, away_m: float) -> str:
        assert self._live.setup is not None
        assert self._live.present is not None
        channel, standing = self._live.setup.channels.records[row], Standing(int(self._live.present.standings[row]))
        value_mpa = float(self._live.present.values[row]) / M_HEAD_PER_MPA
        at_ms = int(self._live.present.source_ms[row])
        return near_text(Measured(channel.name, away_m, value_mpa, standing, at_ms), self._look.words)
