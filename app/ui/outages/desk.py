"""The desk of planned outages put together: its sides, its calendar, its keys, and what it shows on the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget

from app.dispatch.acts import No
from app.messages.describe import Thing
from app.messages.formats import filled, number
from app.outage_requests import DraftOutage, ReviseOutage
from app.outages.fates import Audience
from app.requests import PlanMade
from app.ui.dispatch.model import DispatchModel
from app.ui.map_desk import Around, MapDesk
from app.ui.outages.form import OutageForm
from app.ui.outages.model import OutagesModel
from app.ui.outages.panels import CalendarPane, OutageList
from app.ui.outages.side import JUDGEMENT, NIGHT, NOTICE, PLAN, OutageSide, refusal_words
from app.ui.plan_facts import PlanFacts

_GATEWAY = "outage_gateway"


class OutagesDesk(MapDesk):
    """Everything of the desk.

    Signals:
        said: A sentence for the status bar, as a function that says it in the language in force.
        draw_wanted: An area is to be drawn on the map.
    """

    said = Signal(object)
    draw_wanted = Signal()

    def __init__(self, around: Around, settings: QSettings, dispatch: DispatchModel) -> None:
        super().__init__(around)
        look, now, self._settings = around.look, around.now, settings
        self._in_front = False
        self._gathered: tuple[int, ...] = ()
        self._coming: Mapping[str, str] = {}
        self.model = OutagesModel(around.session, now, self)
        self.list, self.below = OutageList(look, self.model), CalendarPane(look, self.model)
        self.side, self.form = OutageSide(look, self.model, now), OutageForm(look, self.model, now)
        self.right = QStackedWidget()
        for page in (self.side, self.form):
            self.right.addWidget(page)
        self.side.doing.gateways = {one: str(settings.value(f"{_GATEWAY}/{one.value}", "")) for one in Audience}
        dispatch.ticked.connect(self.model.tick)
        self._connect()
        self._bind()

    def _connect(self) -> None:
        model, side, form = self.model, self.side, self.form
        model.planned_changed.connect(self._show_plan)
        model.selected_changed.connect(self._show_plan)
        model.sheet_changed.connect(self._bring_change)
        model.done.connect(self._done)
        model.refused.connect(self._refused)
        side.change_wanted.connect(self.change)
        side.pages.night.order_changed.connect(self._show_plan)
        side.doing.gateway_changed.connect(
            lambda audience, address: self._settings.setValue(f"{_GATEWAY}/{audience}", address)
        )
        side.doing.written.connect(self._written)
        form.left.connect(self.leave_form)
        form.saved.connect(self._saved)
        form.draw_wanted.connect(self.draw)
        self.list.entered.connect(lambda: side.show_page(JUDGEMENT))
        self._map.canvas.areaDrawn.connect(lambda _ring: self._drawn())
        self._session.plan_changed.connect(self._plan_on_screen)
        for changed in (self._session.workspace_changed, self._session.city_changed):
            changed.connect(self._let_go)

    def _bind(self) -> None:
        """A key that means something else elsewhere: it counts only where the keyboard is on the notice."""
        notice = self.side.pages.notice
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_L), notice.area)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(notice.other_language)

    @property
    def keys(self) -> Mapping[str, Callable[[], object]]:
        """What each key does while this desk is in front."""
        side = self.side
        return {
            "F3": self.list.focus,
            "F4": self.below.focus,
            "F5": lambda: side.show_page(NIGHT),
            "F6": self.change,
            "F7": self.model.find_low,
            "F8": lambda: side.show_page(NOTICE),
            "F9": self.do_primary,
        }

    @property
    def own_keys(self) -> Mapping[str, Callable[[], object]]:
        """Keys that only this desk has."""
        side = self.side
        return {
            "Ctrl+N": self.plan,
            "Ctrl+Shift+G": self.gather,
            "Ctrl+R": lambda: side.show_page(JUDGEMENT),
            "Ctrl+G": lambda: side.show_page(PLAN),
            "Ctrl+Y": side.focus_approvals,
            "Ctrl+Return": side.move_start,
            "Ctrl+F8": side.send,
            "Shift+F8": side.write_recipients,
            "Ctrl+Shift+F8": side.publish,
            "F12": side.open_menu,
        }

    # In front, and back

    def come_forward(self) -> None:
        """The desk comes to the front: the keyboard goes to the list."""
        self.model.begin()
        self.list.focus()

    def bring_forward(self, *, is_in_front: bool) -> None:
        """The map shows the outage in front while the desk is; else what the session plans."""
        self._in_front = is_in_front
        self._show_plan()

    # The map

    def _show_plan(self) -> None:
        """What the plan of the outage in front takes, under the present states; while one is planned, what is drawn."""
        planned, city = self.model.planned, self._session.city
        drawing = self.right.currentWidget() is self.form and self._session.plan is not None
        if not self._in_front or planned is None or city is None or drawing:
            self._map.show_instead(None)
            return
        made = PlanMade(planned.answer, planned.impact, planned.elapsed_s)
        self._map.show_instead(PlanFacts(made, city, self._session.states), self.side.pages.night.closing)

    def _plan_on_screen(self) -> None:
        """A plan was made on the map: it is shown, and offered to be an outage."""
        if not self._in_front or self._session.plan is None:
            return
        self._map.show_instead(None)
        if self.right.currentWidget() is not self.form:
            self.said.emit(lambda: self.tr("Ctrl+N makes a planned outage of the plan on screen."))

    def draw(self) -> None:
        """Ctrl+E: draw an area; the form waits meanwhile."""
        if self._session.workspace is not None:
            self._map.show_instead(None)
            self.draw_wanted.emit()

    def _drawn(self) -> None:
        if self._in_front:
            if self.right.currentWidget() is not self.form:
                self.plan()
            self.form.go_on()

    # Planning

    def gather(self) -> None:
        """Ctrl+Shift+G: the picked main is worked on as well as those before; picked again it is left out."""
        picked = self._session.selection
        if picked is None or picked.kind != "pipe":
            self.said.emit(lambda: self.tr("Pick a main first, then press Ctrl+Shift+G."))
            return
        self._gathered = tuple(sorted({picked.row} ^ set(self._gathered)))
        count = len(self._gathered)
        if count:
            self._session.make_plan(Thing("pipes", rows=self._gathered))
        self.said.emit(lambda: filled(self.tr("{count} {count|main|mains} to be dry together"), count=count))

    def _let_go(self) -> None:
        """Mains that were gathered are saved, or stand in other rows now."""
        self._gathered = ()

    def plan(self) -> None:
        """Ctrl+N: a form for the plan on screen."""
        if self._session.workspace is not None:
            self.right.setCurrentWidget(self.form)
            self.form.begin()
            self._show_plan()

    def change(self) -> None:
        """F6: plan the outage in front anew."""
        if self.model.sheet is not None:
            self.right.setCurrentWidget(self.form)
            self.form.begin_again(self.model.sheet)

    @property
    def typed(self) -> dict[str, str]:
        """What somebody has typed into the form; empty where nobody fills it in."""
        return self.form.typed if self.right.currentWidget() is self.form else dict(self._coming)

    def bring(self, typed: Mapping[str, str]) -> None:
        """The form as it stood when the console died; of an outage that is planned anew once that has come.

        Raises:
            KeyError: A field is missing.
        """
        if "outage" in typed:
            self.model.begin()
            self.model.select(typed["outage"])
            self._coming = typed
        else:
            self.plan()
            self.form.bring(typed)

    def _bring_change(self) -> None:
        sheet, typed = self.model.sheet, self._coming
        if sheet is not None and typed.get("outage") == sheet.outage.number:
            self._coming = {}
            self.change()
            self.form.bring(typed)

    def leave_form(self) -> None:
        """Back to the outage in front."""
        self._coming = {}
        self.right.setCurrentWidget(self.side)
        self._show_plan()
        self.list.focus()

    def _saved(self, number_: str) -> None:
        self._let_go()
        self.leave_form()
        self.model.select(number_)
        self.list.list.select(number_)

    def _done(self, request: object, number_: str) -> None:
        """A plan or its window is new: whose pressure falls is worked out for it."""
        if isinstance(request, DraftOutage) or (isinstance(request, ReviseOutage) and request.start_ms is not None):
            self._find_low_for(number_)

    def _find_low_for(self, number_: str) -> None:
        def once() -> None:
            if self.model.selected == number_ and self.model.sheet is not None:
                self.model.sheet_changed.disconnect(once)
                self.model.find_low()

        self.model.sheet_changed.connect(once)

    def _refused(self, no: No) -> None:
        if self.right.currentWidget() is self.form:
            self.form.refuse(refusal_words(no, self.model, self._look))

    def _written(self, path: Path, count: int) -> None:
        self.said.emit(
            lambda: self.tr("{count} recipients written to {path}").format(count=number(count), path=str(path))
        )

    # Keys

    def do_primary(self) -> None:
        """F9: save the form, or the next step of the outage in front."""
        if self.right.currentWidget() is self.form:
            self.form.confirm()
        elif self.model.row is None:
            self.plan()
        else:
            self.side.do_primary()

    def step_back(self) -> bool:
        """Esc: leave the innermost thing; False where there is nothing to leave."""
        if self.side.step_back() or self.model.stop_low():
            return True
        if self.right.currentWidget() is self.form:
            self.leave_form()
            return True
        return False
