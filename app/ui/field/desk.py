"""The Field desk put together: its pages, its bar, its keys, and what it shows on the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QStackedWidget, QWidget

from app.dispatch.acts import AskPermit, Done, LeaveValve, No, Note, Record, TakeBack, Turn, WorkValve
from app.dispatch.facts import FactKind
from app.dispatch.field_task import Goal, ValveStep
from app.dispatch.valve_work import ValveStage
from app.dispatch_requests import EvidenceKept, KeepEvidence
from app.requests import Failed
from app.ui.dispatch.model import DispatchModel
from app.ui.dispatch.present import refusal
from app.ui.field.bar import LEAVE, LOST, PASSING, PHOTO, STUCK, UNDO, FieldBar
from app.ui.field.choose_page import ChoosePage
from app.ui.field.crew_page import CrewPage
from app.ui.field.flow import Primary, primary_of
from app.ui.field.map_sheet import NEAR_M_PER_PX, FieldSheet, MapButtons
from app.ui.field.model import FieldModel
from app.ui.field.permit_form import PermitForm
from app.ui.field.place import WhereAmI
from app.ui.field.question import QuestionPage
from app.ui.field.work_page import WorkPage
from app.ui.map_desk import Around, MapDesk
from app.ui.menus import show_dialog
from app.workspace_lease import shown_minute

SUN = "sun"
_BEFORE_SUN = "theme_before_sun"
_PICTURES = "Pictures (*.jpg *.jpeg *.png *.webp *.heic)"


class FieldDesk(MapDesk):
    """Everything of the desk.

    Signals:
        said: A sentence for the status bar, as a function that says it in the language in force.
        theme_wanted: Another dress, by name.
    """

    said = Signal(object)
    theme_wanted = Signal(str)

    def __init__(self, around: Around, settings: QSettings, dispatch: DispatchModel) -> None:
        super().__init__(around)
        look, canvas, self._settings = around.look, around.map.canvas, settings
        self._in_front = False
        self._planned: tuple[str, frozenset[str]] | None = None
        self.model = FieldModel(dispatch, settings, self)
        self.where = WhereAmI(around.session, settings, lambda: self.model.now_ms, self)
        self.choose, self.crews = ChoosePage(look, self.model), CrewPage(look, self.model)
        self.work = WorkPage(look, self.model, self.where)
        self.permit, self.question = PermitForm(look, around.now), QuestionPage(look)
        self.left, self.right = QStackedWidget(), QWidget()
        for page in (self.choose, self.work, self.permit, self.question, self.crews):
            self.left.addWidget(page)
        # Other desks share its place, and are narrower.
        self.left.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = FieldBar(look)
        self.sheet, self.map_buttons = FieldSheet(look, canvas), MapButtons(look, canvas)
        canvas.installEventFilter(self)
        self._connect()
        self.left.currentChanged.connect(lambda _page: self._show())

    def _connect(self) -> None:
        model, work, card = self.model, self.work, self.work.card
        model.changed.connect(self._show)
        model.moved_on.connect(self.centre)
        model.failed.connect(self._failed)
        model.dispatch.refused.connect(self._refused)
        model.dispatch.ticked.connect(self._tick)
        self.where.changed.connect(self._show_map)
        self.choose.chosen.connect(self.work_at)
        work.incident_wanted.connect(self.choose_incident)
        work.crew_wanted.connect(self.choose_crew)
        self.crews.chosen.connect(self.write_for)
        work.sun_wanted.connect(self.toggle_sun)
        work.gps_wanted.connect(self.ask_for_gps)
        card.inside_changed.connect(self._show)
        card.counted.connect(self._counted)
        card.permit_wanted.connect(self.ask_permit)
        self.permit.asked.connect(self._permit_asked)
        for page in (self.permit, self.question):
            page.left.connect(self.back_to_work)
        self.bar.primary_pressed.connect(self.do_primary)
        self.bar.pressed.connect(self._pressed)
        self.map_buttons.centre.clicked.connect(self.centre)

    @property
    def keys(self) -> Mapping[str, Callable[[], object]]:
        """What each key does while this desk is in front."""
        bar = self.bar
        return {
            "F3": self.focus_rows,
            "F4": lambda: bar.does(STUCK),
            "F5": lambda: bar.does(LEAVE) or bar.does(LOST),
            "F6": lambda: bar.does(PASSING),
            "F7": lambda: bar.does(PHOTO),
            "F8": self.ask_permit,
            "F9": bar.primary.click,
            "Ctrl+Z": lambda: bar.does(UNDO),
        }

    # In front, and back

    def come_forward(self) -> None:
        """The desk comes to the front: the keyboard goes to what is next."""
        if self.model.entity:
            self.bar.primary.setFocus()
        else:
            self.choose.focus()

    def bring_forward(self, *, is_in_front: bool) -> None:
        """Marks and buttons stand on the map while the desk is in front, and the receiver is listened to."""
        was_in_front, self._in_front = self._in_front, is_in_front
        self.model.bring_forward(is_in_front=is_in_front)
        for over in (self.sheet, self.map_buttons):
            over.setVisible(is_in_front)
        if is_in_front:
            self.sheet.come_forward()
            self.map_buttons.stand(self._map.canvas)
            self.where.begin()
            self._show()
            self.centre()
        elif was_in_front:
            self.work.card.tell_turns()
            self.where.end()
            self._map.canvas.mark_lines(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._in_front:
            self.map_buttons.stand(self._map.canvas)
        return super().eventFilter(watched, event)

    def step_back(self) -> bool:
        """Esc: back to the valves; False where they are in front already."""
        if self._form is not None or self.left.currentWidget() is self.crews:
            self.back_to_work()
            return True
        if self.work.told.text():
            self.work.announce("")
            return True
        return False

    def back_to_work(self) -> None:
        """Leave a form; what was typed of a permit stays."""
        self.left.setCurrentWidget(self.work if self.model.entity else self.choose)
        self.bar.primary.setFocus()

    def close(self) -> None:
        """The window closes."""
        self.work.card.tell_turns()
        self.where.end()

    # Choosing, and how it looks

    def choose_incident(self) -> None:
        """Another incident."""
        self.left.setCurrentWidget(self.choose)
        self.choose.focus()

    def choose_crew(self) -> None:
        """For which crew everything here is written."""
        self.left.setCurrentWidget(self.crews)
        self.crews.begin()

    def write_for(self, crew: str) -> None:
        """Write for *crew*, "" for none."""
        self.model.write_for(crew)
        self.back_to_work()

    def work_at(self, entity: str) -> None:
        """Work at an incident, and show its valves."""
        self.work.announce("")
        self.model.choose(entity)
        self.back_to_work()

    def toggle_sun(self) -> None:
        """The dress for sunlight, or the one before it; kept for later starts."""
        theme = self._look.theme.name
        if theme == SUN:
            self.theme_wanted.emit(str(self._settings.value(_BEFORE_SUN, "dark")))
        else:
            self._settings.setValue(_BEFORE_SUN, theme)
            self.theme_wanted.emit(SUN)

    def focus_rows(self) -> None:
        """F3: the keyboard goes to the valve in front, or to the incidents."""
        lists = {self.work: self.work.rows, self.crews: self.crews.rows}
        rows = next((of.rows for page, of in lists.items() if page is self.left.currentWidget()), self.choose.rows.rows)
        first = next((row for row in rows if row.isChecked()), rows[0] if rows else None)
        if first is not None:
            first.setFocus()

    def ask_for_gps(self) -> None:
        """Which receiver is listened to."""

        def done(text: str) -> None:
            self.where.listen_to(text)
            self.back_to_work()

        hint = self.tr(
            "A serial line such as /dev/ttyACM0, a file of NMEA lines, gpsd://localhost, tcp://host:port. Empty: none."
        )
        self.left.setCurrentWidget(self.question)
        self.question.ask(self.tr("Satellite receiver"), hint, done, text=self.where.source, needed=False)

    # What it shows

    def _show(self) -> None:
        model = self.model
        page = self.left.currentWidget()
        if not model.entity and page is not self.choose:
            self.left.setCurrentWidget(self.choose)
        elif model.entity and page is self.choose and not self.choose.rows.hasFocus() and not self._choosing():
            self.left.setCurrentWidget(self.work)
        can_write = not model.expired and not self._is_asked
        self.bar.show_work(model.task, model.step, self._primary, can_write=can_write)
        if model.expired and model.lease_ms is not None:
            detail = {"until": shown_minute(model.lease_ms)}
            self.work.announce(self._look.words.refusal("laptop.expired", detail))
        self._tell_instead()
        self._show_map()

    def _choosing(self) -> bool:
        """Whether somebody is choosing another incident while one is chosen already."""
        return any(row.hasFocus() for row in self.choose.rows.rows)

    @property
    def _form(self) -> PermitForm | QuestionPage | None:
        """The form in front, which the large button confirms; None where there is none."""
        page = self.left.currentWidget()
        return page if isinstance(page, PermitForm | QuestionPage) else None

    @property
    def _is_asked(self) -> bool:
        """Whether an incident or a crew is to be chosen: nothing is said of a valve that nobody sees."""
        return self.left.currentWidget() in (self.choose, self.crews)

    @property
    def _primary(self) -> Primary:
        task = self.model.task
        if self._form is not None:
            return Primary.FORM
        if task is None or self._is_asked:
            return Primary.NONE
        return primary_of(task, self.model.step, inside=self.work.card.goes_in)

    def _show_map(self) -> None:
        self.sheet.show_work(self.model.task, self.model.step, self.where.here)
        if not self._in_front:
            return
        content, opened, isolated = self._map.canvas.content, self._session.workspace, self.model.isolated
        fits = opened is not None and opened.revision == self.model.revision
        lines = content.pipes.stretches(isolated) if content is not None and isolated is not None and fits else None
        self._map.canvas.mark_lines(lines)

    def centre(self) -> None:
        """Bring the valve in front into the middle of the map."""
        step = self.model.step
        if self._in_front and step is not None:
            self._map.canvas.zoom_to_point(step.card.x_m, step.card.y_m, NEAR_M_PER_PX)

    def _tick(self) -> None:
        """A permit runs out by itself, and so does a laptop's time."""
        if self._in_front:
            self.work.show_place()
            self._show()

    def _tell_instead(self) -> None:
        """A valve is out of the plan: say what is closed instead, once the new plan is there."""
        task = self.model.task
        if self._planned is None or task is None or self.model.busy:
            return
        out, before = self._planned
        if any(step.valve == out for step in task.steps):
            return
        self._planned = None
        more = [step.valve for step in task.steps if step.valve not in before and not step.done]
        if not task.feasible:
            return
        if more:
            told = self.tr("{valve} is out. Close instead: {valves}.").format(valve=out, valves=", ".join(more))
        else:
            told = self.tr("{valve} is out; no other valve is needed for it.").format(valve=out)
        self.work.announce(told, "amber")

    # What is said

    def _refused(self, no: No) -> None:
        if self._in_front:
            self._tell_refusal(refusal(no, self._look.words))

    def _failed(self, failed: Failed) -> None:
        self._tell_refusal(self._look.words.refusal(failed.code, failed.detail))

    def _tell_refusal(self, sentence: str) -> None:
        self._planned = None
        if self.left.currentWidget() is self.permit:
            self.permit.say(sentence)
        else:
            self.work.announce(sentence)

    def do_primary(self) -> None:
        """F9: the next thing to say."""
        model, step, form = self.model, self.model.step, self._form
        if form is not None:
            form.confirm()
            return
        self.work.announce("")
        facts = {Primary.WATER_OFF: FactKind.WATER_OFF, Primary.MENDED: FactKind.REPAIR_DONE}
        kind = self._primary
        if kind in facts:
            model.do(Record(model.entity, facts[kind]))
        elif kind is Primary.PERMIT:
            self.ask_permit()
        elif step is not None and kind in {Primary.OPEN_CHAMBER, Primary.TURN}:
            stage = ValveStage.CHAMBER_OPENED if kind is Primary.OPEN_CHAMBER else ValveStage.TURNING
            inside = kind is Primary.TURN and self.work.card.goes_in
            model.do(WorkValve(model.entity, step.valve, stage, inside=inside))
            model.point_at(step.valve)
        elif step is not None and kind in {Primary.TURNED, Primary.VERIFIED}:
            self._turned()

    def _turned(self) -> None:
        step = self.model.step
        assert step is not None
        if not step.by_order:
            self._say_turned(step, "")
            return
        title = self.tr("{valve} is operated by dispatch order only").format(valve=step.valve)
        hint = self.tr("None was read back. If it was given by word, write who gave it; else ask the dispatcher first.")
        self.left.setCurrentWidget(self.question)

        def done(who: str) -> None:
            self.back_to_work()
            # Of the valve that was asked about, whatever is in front by now.
            self._say_turned(step, who)

        self.question.ask(title, hint, done)

    def _say_turned(self, step: ValveStep, without_order: str) -> None:
        model, card = self.model, self.work.card
        inside = card.goes_in and step.goal is not Goal.VERIFY
        turn = Turn(model.entity, step.valve, step.position_wanted, without_order, inside=inside)
        turns = card.take_turns() if card.step is not None and card.step.valve == step.valve else None
        if turns is None:
            model.do(turn, onwards=True)
        else:
            counted = WorkValve(model.entity, step.valve, ValveStage.TURNING, turns, inside=inside)
            model.do(counted, lambda _done: model.do(turn, onwards=True))

    def _counted(self, turns: float) -> None:
        """Somebody has counted turns, and no more for a moment."""
        step, card = self.work.card.step, self.work.card
        if self.model.busy:
            card.tell_later()
        elif step is not None and self.model.entity:
            self.model.do(WorkValve(self.model.entity, step.valve, ValveStage.TURNING, turns, inside=card.goes_in))

    def _pressed(self, code: str) -> None:
        self.work.announce("")
        doing: Mapping[str, Callable[[], None]] = {
            STUCK: lambda: self._out(ValveStage.WILL_NOT_TURN),
            LOST: lambda: self._out(ValveStage.NOT_FOUND),
            PASSING: lambda: self._out(ValveStage.PASSING),
            LEAVE: self._leave,
            PHOTO: self._photo,
            UNDO: self._undo,
        }
        doing[code]()

    def _out(self, stage: ValveStage) -> None:
        """The valve cannot do its work: the plan goes on without it."""
        task, step = self.model.task, self.model.step
        if task is None or step is None:
            return
        if not task.going_back:
            self._planned = step.valve, frozenset(one.valve for one in task.steps)
        self.work.card.take_turns()
        self.model.do(WorkValve(self.model.entity, step.valve, stage), onwards=not task.going_back)

    def _leave(self) -> None:
        step = self.model.step
        if step is None:
            return

        def done(why: str) -> None:
            self.back_to_work()
            self.model.do(LeaveValve(self.model.entity, step.valve, why), onwards=True)

        self.left.setCurrentWidget(self.question)
        title = self.tr("{valve} stays as it is").format(valve=step.valve)
        self.question.ask(title, self.tr("Why it is not back in its normal position:"), done)

    def _undo(self) -> None:
        task = self.model.task
        if task is None or task.last is None:
            return
        last = task.last
        self._planned = None
        self.work.card.take_turns()
        self.model.do(TakeBack(self.model.entity, last.event), lambda _done: self.model.point_at(last.valve))

    # Photos and permits

    def _photo(self) -> None:
        dialog = QFileDialog(self.left, self.tr("Photo"))
        dialog.setNameFilter(_PICTURES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.keep_photo(Path(path)))
        show_dialog(dialog)

    def keep_photo(self, path: Path) -> None:
        """Keep a picture by its contents, and note it with the valve in front."""
        entity, step = self.model.entity, self.model.step

        def take(kept: EvidenceKept) -> None:
            valve = "" if step is None else step.valve
            # Not one of the taps that wait for each other: it is never dropped because something else is being written.
            self.model.dispatch.do(
                Note(entity, valve, photo=kept.hash, about="valve"),
                lambda _done: self._photo_kept(),
                role=self.model.role,
            )

        session = self._session
        session.client.ask(KeepEvidence(path, picture=True), session.expecting(EvidenceKept, take))

    def _photo_kept(self) -> None:
        self.said.emit(lambda: self.tr("The photo is kept with the incident."))

    def ask_permit(self) -> None:
        """F8: leave to go into the chamber of the valve in front."""
        task, step = self.model.task, self.model.step
        if task is None or step is None or self.model.expired:
            return
        self.left.setCurrentWidget(self.permit)
        self.permit.begin(task.number, step.valve)

    @property
    def typed(self) -> dict[str, str]:
        """What was typed of a permit; empty where nobody asks for one."""
        typed = self.permit.typed if self.left.currentWidget() is self.permit else {}
        return {**typed, "entity": self.model.entity} if typed else {}

    def bring(self, typed: Mapping[str, str]) -> None:
        """The permit that was being asked for when the console died. Raises KeyError and ValueError as the form."""
        if self.model.entity != typed["entity"]:
            self.model.choose(typed["entity"])
        self.permit.bring(typed)
        self.left.setCurrentWidget(self.permit)

    def forget_permit(self) -> None:
        """Let go of what was typed of a permit."""
        self.permit.accepted()
        self.back_to_work()

    def _permit_asked(self, act: AskPermit) -> None:
        def take(done: Done) -> None:
            if done.refused:
                self.permit.refuse(act.reading, done.refused)
                return
            self.permit.accepted()
            self.back_to_work()

        self.model.do(act, take)
