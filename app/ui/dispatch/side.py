"""The desk's right side: the incident in front, whole, and under it what to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.dispatch.acts import No
from app.dispatch.disputes import About
from app.dispatch.life import Step
from app.dispatch.offers import Offers
from app.dispatch.reach_told import Reach
from app.dispatch_requests import CrewsOffered, OfferCrews
from app.messages.formats import nominal_diameter
from app.requests import Reply
from app.ui import fonts
from app.ui.asking import Latest
from app.ui.dispatch.clauses import ClausesSection
from app.ui.dispatch.doing import Doing
from app.ui.dispatch.model import DispatchModel, moment_of
from app.ui.dispatch.present import life_dots, place_of, refusal
from app.ui.dispatch.prompt import Prompt
from app.ui.dispatch.sections import (
    STOP,
    SUPPLY,
    CrewsSection,
    NextSection,
    StorySection,
    ToDo,
    ValvesSection,
    plan_words,
    to_do,
    valve_lines,
)
from app.ui.dispatch.stations import StationsSection
from app.ui.dispatch.stepper import Stepper
from app.ui.look import Look
from app.ui.side_parts import ActsMenu, RefusalBar, hint_of, lay_out_head
from app.ui.widgets import (
    ElidedLabel,
    KeyButton,
    Label,
    Panel,
    chip,
    column,
    key_bar,
    scrolling,
)

ARRIVAL_RULE = "E1"


class IncidentHead(Panel):
    """Number, place, what is known of it, and how far it is."""

    def __init__(self, look: Look, model: DispatchModel) -> None:
        super().__init__(look)
        self._model = model
        self.number = Label(size=fonts.IDENTITY, weight=600)
        self.place = ElidedLabel(look, size=fonts.TITLE, weight=600)
        self.warning = chip("", "outline")
        self.told = ElidedLabel(look, size=fonts.TABLE, tone="t2")
        self.stepper = Stepper(look)
        layout = lay_out_head(self, self.number, self.place, self.warning, chip("Enter", "key"))
        layout.addWidget(self.told)
        layout.addSpacing(6)
        layout.addWidget(self.stepper)
        self.retranslate()

    def retranslate(self) -> None:
        shown, words = self._model.row, self.look.words
        self.appear(shown is not None)
        if shown is None:
            return
        kind = words.say("incident_kind", shown.kind) if shown.kind else ""
        self.number.setText(shown.number)
        self.place.set_text(f"{place_of(shown, words)} {kind}".strip())
        warnings = [words.name("attribute", name) for name in shown.disputed]
        if shown.conflicts:
            warnings.append(words.say("dispatch_told", "conflict"))
        self.warning.setText(words.say("dispatch_told", "disputed_list", {"names": " · ".join(warnings)}))
        self.warning.setVisible(bool(warnings))
        parts = [
            "" if shown.dn_mm is None else nominal_diameter(round(shown.dn_mm), outside=False),
            shown.pipe,
            words.say("channel", shown.channel) if shown.channel else "",
            words.say("dispatch_told", "received", {"time": f"{moment_of(shown.opened_ms):%m-%d %H:%M:%S}"}),
            "" if shown.severity is None else words.say("dispatch_told", "severity", {"level": shown.severity}),
            words.say("dispatch_told", "merged", {"count": len(shown.merged)}) if shown.merged else "",
        ]
        self.told.set_text(" · ".join(part for part in parts if part))
        sheet = self._model.sheet
        self.stepper.show_dots(() if sheet is None else life_dots(sheet, words))


class IncidentBar(Panel):
    """The buttons under the incident; each prints its key."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.primary = KeyButton(look, "F9", primary=True)
        self.plan, self.notice = KeyButton(look, "F7"), KeyButton(look, "F8")
        self.note, self.more = KeyButton(look, "F6"), KeyButton(look, "F12")
        key_bar(self, self.primary, self.plan, self.notice, self.note, self.more)
        self.retranslate()

    def retranslate(self) -> None:
        self.plan.setText(self.tr("Plan"))
        self.notice.setText(self.tr("Notice"))
        self.note.setText(self.tr("Note"))
        self.more.setText(self.tr("More"))


class IncidentSide(Panel):
    """Everything about one incident.

    Signals:
        plan_wanted: F7: the plan of this incident, or to attach the one that is shown.
    """

    plan_wanted = Signal()

    def __init__(self, look: Look, model: DispatchModel, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._model = model
        self.offers: Offers | None = None
        self._reach: Reach | None = None
        self._asking = Latest(model.session.client)
        self.setProperty("surface", "panel")
        self.setMinimumWidth(360)
        self.head = IncidentHead(look, model)
        self.next, self.crews = NextSection(look), CrewsSection(look)
        self.clauses, self.valves, self.story = ClausesSection(look), ValvesSection(look), StorySection(look)
        self.stations = StationsSection(look)
        self.bar, self.prompt = IncidentBar(look), Prompt(look)
        self.doing = Doing(model, self.prompt, now)
        self.empty = Label(size=fonts.BODY, tone="t3", wrap=True)
        self.refusal = RefusalBar(look, lambda no: refusal(no, look.words))
        self.menu = self._menu()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        inside = QWidget()
        column(inside, self.next, self.crews, self.clauses, self.stations, self.valves, self.story).addStretch(1)
        self.area = scrolling(inside, takes_focus=False)
        self._hint = hint_of(self.empty)
        column(self, self.head, self._hint, self.area, self.refusal, self.prompt, self.bar).setStretch(2, 1)

    def _connect(self) -> None:
        model, doing = self._model, self.doing
        model.selected_changed.connect(self._begin)
        model.sheet_changed.connect(self._show_sheet)
        model.view_changed.connect(self._show_view)
        model.ticked.connect(self._tick)
        model.refused.connect(self._refuse)
        model.done.connect(lambda _act, _done: self.refusal.hide())
        self.next.wanted.connect(self._do)
        self.crews.chosen.connect(doing.send)
        self.valves.turned.connect(doing.turn)
        self.stations.done.connect(doing.chore)
        self.story.correct_wanted.connect(doing.correct)
        self.story.look_wanted.connect(doing.look_at)
        doing.crews_wanted.connect(self.focus_crews)
        doing.valves_wanted.connect(self.focus_valves)
        self.bar.primary.clicked.connect(self.do_primary)
        self.bar.plan.clicked.connect(self.plan_wanted)
        self.bar.notice.clicked.connect(doing.publish)
        self.bar.note.clicked.connect(doing.note)
        self.bar.more.clicked.connect(self.open_menu)

    def _menu(self) -> ActsMenu:
        doing = self.doing
        acts: dict[str, Callable[[], object]] = {
            "correct": self.focus_story,
            "view": self.story.look_at_current,
            "leave": self.leave_valve,
            "accept": self._accept,
            "recall": self._recall,
            "expect": doing.expect,
            "waive": doing.waive,
            "merge": doing.merge,
            "reopen": doing.reopen,
            "cancel": doing.cancel,
        }
        return ActsMenu(self, acts)

    def retranslate(self) -> None:
        names = {
            "correct": self.tr("&Correct a time…"),
            "view": self.tr("Open a &picture or sound"),
            "leave": self.tr("&Leave the valve as it is…"),
            "accept": self.tr("Crew &goes"),
            "recall": self.tr("Call the crew &back…"),
            "expect": self.tr("&Expected outage…"),
            "waive": self.tr("&Waive a clock…"),
            "merge": self.tr("&Merge with another incident…"),
            "reopen": self.tr("&Reopen…"),
            "cancel": self.tr("Cancel the &incident…"),
        }
        self.menu.name(names)
        self.empty.setText(self.tr("Choose an incident with J and K in the queue (F3), or take a report with Ctrl+N."))
        self.next.header.title.setText(self.tr("Next"))
        self.crews.header.title.setText(self.tr("Crews"))
        self.crews.header.note.set_text(self.tr("by arrival, diameter, equipment"))
        self.clauses.header.title.setText(self.tr("Clauses"))
        self.clauses.header.note.set_text(self.tr("Enter opens one: wording and what decided it"))
        self.stations.header.title.setText(self.tr("Pump stations"))
        self.valves.header.title.setText(self.tr("Valves"))
        self.valves.hint.setText(self.tr("Enter: turned. L: stays as it is, with a reason."))
        self.story.header.title.setText(self.tr("What happened"))
        self.story.header.note.set_text(self.tr("Enter corrects a time; V opens a picture or sound"))
        self.head.retranslate()
        self._show_sheet()

    # From the model

    def _begin(self) -> None:
        """Another incident."""
        self.offers = None
        self.refusal.hide()
        self.clauses.forget()
        self.prompt.leave()
        self._show_sheet()
        self._ask_offers()

    def _show_view(self) -> None:
        self.head.retranslate()
        self._ask_offers()

    def _show_sheet(self) -> None:
        model, words = self._model, self.look.words
        sheet, moment = model.sheet, model.sheet_moment
        self.head.retranslate()
        self._hint.setVisible(not model.selected)
        shown = sheet is not None and moment is not None
        for part in (self.area, self.bar):
            part.setVisible(shown)
        if sheet is None or moment is None:
            return
        self.next.show_rows(to_do(sheet, words))
        self.next.header.note.set_text("" if sheet.incident.is_open else words.say("life_step", Step.CLOSED))
        self.clauses.show_clocks(tuple((clock, place) for place, clock in enumerate(sheet.clocks)), moment)
        self.stations.show_sheet(sheet, model.now_ms)
        self.valves.show_lines(valve_lines(sheet), going_back=sheet.life.of(Step.REPAIRED).done is not None)
        view = model.view
        disputes = () if view is None else view.disputes
        plans = [one for one in disputes if one.about is About.PLAN and one.entity == sheet.incident.entity]
        self.valves.show_field(sheet.field_plan, plans)
        self.valves.header.note.set_text("" if sheet.plan is None else plan_words(dict(sheet.plan), words))
        self.story.show_lines(sheet.lines)
        self._show_offers()
        first = self.next.first
        self.bar.primary.setText(self.tr("Next") if first is None else first.label)
        self.bar.primary.setEnabled(first is not None)
        self.menu.acts["reopen"].setEnabled(not sheet.incident.is_open)
        self.menu.acts["cancel"].setEnabled(sheet.incident.is_open)

    def _tick(self) -> None:
        if self._model.sheet_moment is not None:
            self.clauses.tick(self._model.sheet_moment)
            self.stations.tick(self._model.now_ms)

    def _ask_offers(self) -> None:
        """Who could go there: asked again with every view, since crews move."""
        incident = self._model.selected
        if not incident or self._model.view is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, CrewsOffered):
                self.offers = reply.offers
                self._show_offers()

        self._asking.ask(OfferCrews(incident, self._model.now_ms), take)

    def _show_offers(self) -> None:
        view, shown = self._model.view, self._model.row
        self.crews.setVisible(shown is not None and shown.is_open)
        if view is None or shown is None:
            return
        # Once somebody is there nobody else can be late.
        clocks = (view.clocks[place] for place in shown.clocks)
        due = [clock.due_ms for clock in clocks if clock.rule == ARRIVAL_RULE and clock.met_ms is None]
        self.crews.show_offers(view, self.offers, due[0] if due else None, self._reach)

    def show_reach(self, reach: Reach | None) -> None:
        """How far the crews reach: what sending one would leave uncovered stands beside the suggestion."""
        self._reach = reach
        self._show_offers()

    def _refuse(self, no: No) -> None:
        self.refusal.tell(no)
        if no.code == "order_needed":
            valve = str(no.detail.get("valve", ""))
            line = (
                next((one for one in valve_lines(self._model.sheet) if one.valve == valve), None)
                if self._model.sheet
                else None
            )
            to = "open" if line is not None and line.position == "closed" else "closed"
            wording = self.tr("Close valve {valve}") if to == "closed" else self.tr("Open valve {valve}")
            self.doing.order(valve, wording.format(valve=valve))

    # What the keys do

    def do_primary(self) -> None:
        """F9: the first thing that can be done."""
        first = self.next.first
        if first is not None and not self.prompt.asks:
            self._do(first)

    def _do(self, row: ToDo) -> None:
        code = row.code
        if row.bars:
            self.doing.out_of_order(Step(code), row)
        elif code == STOP:
            self.doing.stop_decided()
        elif code == SUPPLY:
            self.doing.supply_arranged()
        elif code == Step.CREW_ASSIGNED and self.offers is not None and self.offers.suggestion is not None:
            # The suggestion stands in sight and is accepted by this key; nothing is sent without one.
            self.doing.send(self.offers.suggestion.crew)
        else:
            self.doing.step(Step(code))

    def focus_next(self) -> None:
        """Enter in the queue: the keyboard goes to what is next."""
        self.next.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_crews(self) -> None:
        """F5: to the crews."""
        self.crews.focus()
        self.area.ensureWidgetVisible(self.crews.table)

    def focus_valves(self) -> None:
        """To the valves."""
        self.valves.focus()
        self.area.ensureWidgetVisible(self.valves.table)

    def focus_stations(self) -> None:
        """To what is to be done at pump stations."""
        if not self.stations.isHidden():
            self.stations.chores.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.area.ensureWidgetVisible(self.stations.chores)

    def focus_clauses(self) -> None:
        """To the clocks and their clauses."""
        self.clauses.focus_first()
        if self.clauses.rows:
            self.area.ensureWidgetVisible(self.clauses.rows[0])

    def focus_story(self) -> None:
        """To what happened: a line entered there has its time corrected."""
        self.story.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.story.table.currentIndex().row() < 0:
            self.story.table.selectRow(0)
        self.area.ensureWidgetVisible(self.story.table)

    def leave_valve(self) -> None:
        """The valve under the keyboard stays as it is."""
        line = self.valves.current
        if line is not None:
            self.doing.leave_valve(line.valve)

    def _accept(self) -> None:
        shown = self._model.row
        if shown is not None and shown.crews:
            self.doing.accept(shown.crews[0])

    def _recall(self) -> None:
        shown = self._model.row
        if shown is not None and shown.crews:
            self.doing.recall(shown.crews[0])

    def open_menu(self) -> None:
        """F12: what else can be done, each by its letter."""
        if self._model.selected:
            self.menu.open_above(self.bar.more)

    def step_back(self) -> bool:
        """Esc: leave the question that is asked; False where none is."""
        return self.refusal.step_back() or self.prompt.leave()
