"""What the Field desk knows: the incident that somebody works at, its valves, and what was said last."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, Signal

from app.dispatch.acts import Act, Done
from app.dispatch.disputes import Dispute
from app.dispatch.entries import crew_entity
from app.dispatch.field_task import FieldTask, ValveStep
from app.dispatch.view import QueueRow
from app.dispatch_requests import ActAnswered, DoAct
from app.field_requests import FieldWorkShown, ShowFieldWork, WriteFieldPlan
from app.journal.fold import valve_entity
from app.requests import Failed, Reply
from app.ui.asking import OneByOne
from app.ui.dispatch.model import DispatchModel
from network.answers import PipeParts

_CHOICE, _CREW = "field_incident", "field_crew"


class FieldModel(QObject):
    """State and commands of the desk. The work itself is a fold of the journal: a restart resumes where it was.

    Attributes:
        entity: The incident that was chosen; "" for none.
        task: Its work; None until it was told.
        isolated: What its plan cuts off, and revision: the arrays in which that means something.
        lease_ms: Until when a laptop may write; None for a workspace that is no laptop's.
        busy: Whether something that was said is not answered yet.

    Signals:
        changed: Anything of the above. moved_on: Another valve is in front.
        failed: What was said could not be written: the reply.
    """

    changed = Signal()
    moved_on = Signal()
    failed = Signal(object)

    def __init__(self, dispatch: DispatchModel, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dispatch, self.session, self._settings = dispatch, dispatch.session, settings
        self.entity, self._chosen, self._shown = "", "", ""
        self._crew: str | None = None
        self._untold = False
        self._barred: FieldTask | None = None
        self.task: FieldTask | None = None
        self.isolated: PipeParts | None = None
        self.revision = ""
        self.lease_ms: int | None = None
        self.busy = False
        self._in_front = False
        self._asking = OneByOne(self.session.client, self._question, self._take)
        dispatch.view_changed.connect(self._heard)
        self.session.workspace_changed.connect(self._begin)

    @property
    def now_ms(self) -> int:
        """This moment, UTC milliseconds."""
        return self.dispatch.now_ms

    @property
    def expired(self) -> bool:
        """Whether this is a laptop whose time is over."""
        return self.lease_ms is not None and self.now_ms > self.lease_ms

    @property
    def step(self) -> ValveStep | None:
        """The valve in front: the one that somebody pointed at, else the next one."""
        if self.task is None:
            return None
        return self.task.step(self._chosen) or self.task.current

    @property
    def incidents(self) -> tuple[QueueRow, ...]:
        """Open incidents, the one that breaches first on top; those to which the chosen crew is sent before all."""
        view, crew = self.dispatch.view, self._crew
        rows = () if view is None else tuple(row for row in view.queue if row.is_open)
        return tuple(sorted(rows, key=lambda row: bool(crew) and crew not in row.crews))

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        """What people say differently of this incident and of the valves of its work."""
        view, task = self.dispatch.view, self.task
        about = {self.entity} if task is None else {self.entity, *(valve_entity(one.valve) for one in task.listed)}
        return () if view is None else tuple(one for one in view.disputes if one.entity in about)

    @property
    def crews(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Crews that are sent to this incident, and the others of the roster."""
        view = self.dispatch.view
        row = None if view is None else view.row(self.entity)
        sent = () if row is None else row.crews
        known = () if view is None else tuple(one.crew for one in view.crews)
        return sent, tuple(name for name in known if name not in sent)

    @property
    def crew(self) -> str:
        """For which crew is written: the one chosen here, else the only one that is sent; "" for none."""
        sent, others = self.crews
        if self._crew is not None and self._crew in ("", *sent, *others):
            return self._crew
        return sent[0] if len(sent) == 1 else ""

    @property
    def role(self) -> str:
        """As whom everything here is written."""
        return crew_entity(self.crew) if self.crew else ""

    # Choosing

    def write_for(self, crew: str) -> None:
        """Write for *crew* from now on, "" for none; kept for later starts."""
        self._crew = crew
        opened = self.session.workspace
        if opened is not None:
            self._settings.setValue(_CREW, [str(opened.folder), crew])
        self.changed.emit()

    def _begin(self) -> None:
        self.task, self.isolated, self.lease_ms, self._chosen = None, None, None, ""
        self.busy = False
        self._asking.forget()
        opened = self.session.workspace
        kept = self._settings.value(_CHOICE)
        mine = opened is not None and isinstance(kept, list) and len(kept) == 2 and kept[0] == str(opened.folder)
        self.entity = str(kept[1]) if mine and isinstance(kept, list) else ""
        crew = self._settings.value(_CREW)
        ours = opened is not None and isinstance(crew, list) and len(crew) == 2 and crew[0] == str(opened.folder)
        self._crew = str(crew[1]) if ours and isinstance(crew, list) else None
        self.changed.emit()

    def bring_forward(self, *, is_in_front: bool) -> None:
        """The desk comes to the front, or goes: nothing is asked for it behind others."""
        self._in_front = is_in_front
        if is_in_front:
            self._asking.ask()

    def choose(self, entity: str) -> None:
        """Work at another incident; "" to choose anew."""
        self.entity, self._chosen, self.task, self.isolated = entity, "", None, None
        self._untold = False
        opened = self.session.workspace
        if opened is not None:
            self._settings.setValue(_CHOICE, [str(opened.folder), entity])
        self._asking.forget()
        self.changed.emit()
        self._asking.ask()

    def point_at(self, valve: str) -> None:
        """Bring a valve to the front; "" for the next one."""
        self._chosen = valve
        self._tell()

    # What is told

    def _heard(self) -> None:
        if self._in_front:
            self._asking.ask()

    def _question(self) -> ShowFieldWork | WriteFieldPlan | None:
        if not self.entity or self.session.workspace is None:
            return None
        if self._untold:
            return WriteFieldPlan(self.entity, self.role, self.now_ms)
        return ShowFieldWork(self.entity, self.now_ms)

    def _take(self, reply: Reply) -> None:
        wrote, self._untold = self._untold, False
        if self.session.is_refusal(reply):
            return
        assert isinstance(reply, FieldWorkShown)
        if reply.asked != self.entity:
            return
        self.task, self.isolated, self.revision = reply.task, reply.isolated, reply.revision
        self.lease_ms = reply.lease_ms
        if reply.task is None:
            self.choose("")
        if reply.refused is not None:
            # It would be refused again until something else is said at the valves: each look would ask for the next.
            self._barred = reply.task
            self.dispatch.refused.emit(reply.refused)
        if reply.untold and not self.expired and reply.task != self._barred:
            # What the crew goes by from now on is told at once, also after a restart in between.
            self._untold = True
            self._asking.ask()
        elif wrote:
            self.dispatch.look()
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()
        shown = "" if self.step is None else self.step.valve
        if shown != self._shown:
            self._shown = shown
            self.moved_on.emit()

    # Acts

    def do(self, act: Act, then: Callable[[Done], None] | None = None, *, onwards: bool = False) -> None:
        """Say something; a second tap while it is being written says nothing.

        Args:
            act: What is said.
            then: Hears what was written.
            onwards: Whether the next valve comes to the front then.
        """
        if self.busy:
            return
        self.busy = True
        self.changed.emit()
        view = self.dispatch.view

        def take(reply: Reply) -> None:
            self.busy = False
            if self.session.is_refusal(reply):
                assert isinstance(reply, Failed)
                self.failed.emit(reply)
                self.changed.emit()
                return
            assert isinstance(reply, ActAnswered)
            if isinstance(reply.outcome, Done) and onwards:
                self._chosen = ""
            self.dispatch.take_answer(reply)
            self.changed.emit()
            if isinstance(reply.outcome, Done) and then is not None:
                then(reply.outcome)

        since = None if view is None else view.heads
        self.session.client.ask(DoAct(act, role=self.role, since=since, now_ms=self.now_ms), take)
