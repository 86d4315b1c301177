"""What the window is about at this moment: workspace, selection, plan, suppositions; and every command that changes it.

Panels read from here and never talk to the worker themselves; each signal names what changed, and a panel redraws only
what concerns it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.early_city import EarlyCity, as_seen
from app.edit_requests import CatchUp, CityRenewed, NothingNew, TakeUp
from app.messages import Words
from app.messages.describe import Describer, Thing, target_of
from app.plan_requests import FieldFollowed, FollowField, Subject, TakePlan
from app.requests import (
    BuildDemo,
    ExplainValve,
    Exported,
    ExportPlan,
    Failed,
    FaultsListed,
    Found,
    ImportCity,
    ListFaults,
    MakePlan,
    OpenWorkspace,
    PlanMade,
    PlanRecorded,
    RecordPlan,
    Reply,
    ReportValve,
    Search,
    ValveExplained,
    ValveReported,
    WorkspaceMade,
    WorkspaceOpened,
)
from app.suppositions import ValveOverride
from app.ui.asking import Latest
from app.ui.client import Client
from app.ui.following import Moved
from app.ui.mapped import mapped
from app.ui.plan_facts import PlanFacts
from app.ui.recent_plans import Recent, after_edit, with_newest
from app.ui.valve_states import ValveStates
from gis.faults import Fault
from network.answers import Impact, IsolationPlan
from network.assets import Condition, Position
from network.topology import City, DeviceStates

_NEXT_TURN_MS = 1
"""Qt carries out a timer of no time in the same turn of the event loop."""


R = TypeVar("R")


class Session(QObject):
    """State and commands of one window.

    Attributes:
        plan: The plan shown: :attr:`base`, or another one that was chosen instead of it.
        awaited: Folder of the workspace that is being opened while none is open yet; None where none is.
        early: What a map may show of it already; None where nothing.
        base: The tight plan for the target, as the worker made it.
        closed: Valves that crews have closed, or seen closed, for the plan for :attr:`target`, in the order of word.
        clicks_plan: Whether a click on a pipe of any map asks for its plan; not while somebody edits.
        preferred: The set of valves chosen instead of the tight one; chosen again where it is still to be had.

    Signals:
        opening: A workspace is asked for: its folder.
        early_changed: Which one is being opened, what can be shown of it (:attr:`awaited`, :attr:`early`); or no more.
        workspace_changed: Another workspace is open.
        city_changed: The same workspace was edited: its tables have other rows.
        selection_changed: Something else is picked.
        suppositions_changed: What the operator supposes of valves, or what was reported of them.
        plan_changed: Another plan, or none.
        found: Search results: Found.
        faults_changed: The list of faults arrived.
        explained: Why a valve is needed: ValveExplained.
        refused: A command was refused: Failed.
        told: Something was done: a code of the section ``told`` and its parameters.
        events_changed: The journal has grown.
        field_changed: Crews have closed a valve, or it was taken back.
    """

    opening = Signal(object)
    early_changed = Signal()
    workspace_changed = Signal()
    city_changed = Signal()
    selection_changed = Signal()
    suppositions_changed = Signal()
    plan_changed = Signal()
    found = Signal(object)
    faults_changed = Signal()
    explained = Signal(object)
    refused = Signal(object)
    told = Signal(str, object)
    events_changed = Signal()
    field_changed = Signal()

    def __init__(self, client: Client, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.client = client
        self.workspace: WorkspaceOpened | None = None
        self.city: City | None = None
        self.awaited: Path | None = None
        self.early: EarlyCity | None = None
        self.selection: Thing | None = None
        self.target: Thing | None = None
        self.plan: PlanFacts | None = None
        self.base: PlanFacts | None = None
        self.preferred: tuple[int, ...] | None = None
        self.closed: tuple[int, ...] = ()
        self.faults: tuple[Fault, ...] = ()
        self.recent: list[Recent] = []
        self.events = 0
        self.clicks_plan = True
        self._valves: ValveStates | None = None
        self._planned_under: tuple[ValveOverride, ...] = ()
        self._planning, self._searching, self._explaining = (Latest(client) for _ in range(3))

    # Answers

    def is_refusal(self, reply: Reply) -> bool:
        """Whether *reply* is a refusal; then it is told, and where somebody has edited meanwhile that is taken in."""
        if isinstance(reply, Failed):
            self.refused.emit(reply)
            if reply.code == "city_moved_on":
                self.catch_up()
            return True
        return False

    def expecting(self, kind: type[R], take: Callable[[R], None]) -> Callable[[Reply], None]:
        """What hands a reply, which is a *kind*, to *take*, and tells a refusal."""

        def answered(reply: Reply) -> None:
            if not self.is_refusal(reply):
                assert isinstance(reply, kind)
                take(reply)

        return answered

    # Workspaces

    def open_workspace(self, folder: Path) -> int:
        """Open *folder*; the workspace that is open stays until the other one is ready."""
        self._await(folder)
        self.opening.emit(folder)
        return self.client.ask(OpenWorkspace(folder), partial(self._take_opening, folder))

    def show_early(self, early: EarlyCity) -> None:
        """Show what is known to be true of the workspace that is being opened."""
        if self.awaited is not None:
            self.early = early
            self.early_changed.emit()

    def _await(self, folder: Path | None) -> None:
        if self.workspace is None:
            self.awaited, self.early = folder, None
            self.early_changed.emit()

    def _not_opened(self, folder: Path) -> None:
        # Another one that was asked for meanwhile is still being opened.
        if folder == self.awaited:
            self._await(None)

    def _take_opening(self, folder: Path, reply: Reply) -> None:
        if self.is_refusal(reply):
            self._not_opened(folder)
            return
        assert isinstance(reply, WorkspaceOpened)
        self._take_workspace(reply)

    def build_demo(self, folder: Path, pipes: int, seed: int) -> int:
        """Build a synthetic city in *folder*, then open it."""
        return self.client.ask(BuildDemo(folder, pipes, seed), self.expecting(WorkspaceMade, self._take_made))

    def import_city(self, request: ImportCity) -> int:
        """Import files, then open what they became."""
        return self.client.ask(request, self.expecting(WorkspaceMade, self._take_made))

    def _take_made(self, made: WorkspaceMade) -> None:
        self.told.emit("workspace_made", {"folder": made.folder.name, "faults": made.faults})
        self.open_workspace(made.folder)

    def _take_workspace(self, opened: WorkspaceOpened) -> None:
        arrays = mapped(opened.cache)
        if isinstance(arrays, Failed):
            self._not_opened(opened.folder)
            self.refused.emit(arrays)
            return
        if self.early is not None:
            arrays = as_seen(self.early, opened.cache, *arrays)
        # Told in the next turn of the event loop: to map the arrays, to tell every panel and to paint the first frame
        # of a large city in one turn would hold the window up. What the worker says meanwhile is of this workspace.
        self.client.hold()
        QTimer.singleShot(_NEXT_TURN_MS, self, partial(self._tell_workspace, opened, *arrays))

    def _tell_workspace(self, opened: WorkspaceOpened, city: City, states: DeviceStates) -> None:
        try:
            self._show_workspace(opened, city, states)
        finally:
            self.client.release()

    def _show_workspace(self, opened: WorkspaceOpened, city: City, states: DeviceStates) -> None:
        self._hold(opened, city, ValveStates(states))
        self.client.ask(ListFaults(), self.expecting(FaultsListed, self._take_faults))

    def leave_workspace(self) -> None:
        """Nothing is open any more, and nobody in the house of this window has its files open."""
        self.client.leave()
        self._hold(None, None, None)

    def _hold(self, opened: WorkspaceOpened | None, city: City | None, valves: ValveStates | None) -> None:
        self.workspace, self.city, self.events = opened, city, 0 if opened is None else opened.events
        self.early = self.awaited = None
        self._valves = valves
        self.selection = self.target = self.plan = self.base = self.preferred = None
        self.closed = ()
        self.faults, self.recent = (), []
        for changed in (self.workspace_changed, self.selection_changed, self.suppositions_changed, self.plan_changed):
            changed.emit()

    # Edits

    def catch_up(self) -> None:
        """Take in what other windows wrote."""
        self.client.ask(CatchUp(), self._take_caught_up)

    def _take_caught_up(self, reply: Reply) -> None:
        if isinstance(reply, CityRenewed):
            self.renew(reply)
        elif not self.is_refusal(reply):
            assert isinstance(reply, NothingNew)
            self.note_events(reply.events)

    def renew(self, renewed: CityRenewed) -> None:
        """Go on with the arrays after an edit: what is picked and planned is found again by its id."""
        before, opened = self.city, self.workspace
        if before is None or opened is None or renewed.revision == opened.revision:
            return
        arrays = mapped(renewed.cache, renewed.revision)
        if isinstance(arrays, Failed):
            self.refused.emit(arrays)
            return
        city, states = arrays
        self.workspace = replace(
            opened,
            revision=renewed.revision,
            assumed_valves=renewed.assumed_valves,
            assumed_sources=renewed.assumed_sources,
            pipes=renewed.pipes,
            customers=renewed.customers,
        )
        # From here on every request names the new rows; the worker takes them in this order.
        self.client.ask(TakeUp(renewed.revision), self._taken)
        self._move(Moved(before, city), states)
        self.city = city
        target, self.target = self.target, None
        for asked in (self._planning, self._searching, self._explaining):
            asked.drop()
        self.plan = self.base = None
        self.note_events(renewed.events)
        for changed in (self.city_changed, self.selection_changed, self.suppositions_changed, self.plan_changed):
            changed.emit()
        if target is not None:
            self.target = target
            self.make_plan(target)

    def _move(self, moved: Moved, states: DeviceStates) -> None:
        assert self._valves is not None
        self.selection, self.target = moved.thing(self.selection), moved.thing(self.target)
        self._valves = self._valves.moved(moved, states)
        self.closed = moved.devices(self.closed)
        self.preferred = None if self.preferred is None else moved.devices(self.preferred)
        self.recent = after_edit(self.recent, moved)

    def _take_faults(self, listed: FaultsListed) -> None:
        self.faults = listed.faults
        self.faults_changed.emit()

    # What valves are taken to be

    @property
    def valves(self) -> ValveStates:
        """How valves stand. Only while a workspace is open."""
        assert self._valves is not None
        return self._valves

    @property
    def states(self) -> DeviceStates:
        """Position and condition of every device, suppositions included. Only while a workspace is open."""
        return self.valves.states

    @property
    def suppositions(self) -> tuple[ValveOverride, ...]:
        """What the operator supposes, oldest first."""
        return () if self._valves is None else self._valves.supposed

    def supposed(self, device: int) -> ValveOverride | None:
        """What the operator supposes of *device*."""
        return None if self._valves is None else self._valves.of(device)

    def suppose(self, device: int, *, position: Position | None = None, condition: Condition | None = None) -> None:
        """Take *device* to be so, on top of the record, and plan again; None leaves that part as it is."""
        self.valves.suppose(device, position, condition)
        self._states_changed()

    def suppose_open(self, devices: Iterable[int]) -> None:
        """Take closed *devices* to be opened, all at once, and plan again."""
        self.valves.suppose_open(devices)
        self._states_changed()

    def withdraw(self, device: int) -> None:
        """Take back what is supposed of *device*."""
        if self.valves.withdraw(device):
            self._states_changed()

    def withdraw_last(self) -> None:
        """Take back the latest supposition."""
        if self.suppositions:
            self.withdraw(self.suppositions[-1].device)

    def _states_changed(self) -> None:
        self.suppositions_changed.emit()
        if self.target is not None:
            self.make_plan(self.target)

    def report(self, device: int, note: str = "") -> None:
        """Write what is supposed of *device* into the journal: it is then no supposition but an observation."""
        supposed = self.supposed(device)
        if supposed is not None:
            request = ReportValve(device, supposed.position, supposed.condition, note)
            self.client.ask(request, self.expecting(ValveReported, self._take_report))

    def report_turned(self, device: int, position: Position, note: str = "") -> None:
        """Write into the journal that *device* stands so now."""
        self.client.ask(ReportValve(device, position, None, note), self.expecting(ValveReported, self._take_report))

    def _take_report(self, reported: ValveReported) -> None:
        if self.workspace is not None and reported.revision != self.workspace.revision:
            self.catch_up()
        assert self.city is not None
        self.valves.record(reported.device, reported.position, reported.condition)
        self.note_events(reported.events)
        self.told.emit("valve_reported", {"valve": self.city.network.devices.ids[reported.device]})
        self._states_changed()

    def note_events(self, events: int) -> None:
        """The journal holds so many events."""
        self.events = events
        self.events_changed.emit()

    def note_valves(self, told: Iterable[tuple[str, Position, Condition]]) -> None:
        """Valves stand so now, by what somebody has reported; suppositions about them stay on top."""
        if self._valves is not None and self.city is not None and self._valves.hear(self.city, told):
            self._states_changed()

    # Picking and planning

    def pick(self, thing: Thing | None) -> None:
        """Make *thing* the selection."""
        if thing != self.selection:
            self.selection = thing
            self.selection_changed.emit()

    @property
    def can_plan_selection(self) -> bool:
        """Whether what is picked can be isolated."""
        return self.selection is not None and target_of(self.selection) is not None

    def target_name(self, words: Words) -> str:
        """What the plan is for: kind and id."""
        if self.target is None or self.city is None:
            return ""
        card = Describer(self.city, words).card(self.target, self.states)
        kind = words.say("layer", card.kind)
        return kind if card.kind == "area" else f"{kind} {card.identity}"

    def make_plan(self, thing: Thing) -> None:
        """Ask for the plan that isolates *thing*; the old plan stays on screen until the new one is there."""
        target = target_of(thing)
        if target is None or self.city is None:
            return
        if thing != self.target:
            self.preferred, self.closed = None, ()
        self.target = thing
        states, overrides = self.states, self.suppositions

        def take(reply: Reply) -> None:
            if not self.is_refusal(reply):
                if isinstance(reply, FieldFollowed):
                    reply = PlanMade(reply.answer, reply.impact, reply.elapsed_s)
                assert isinstance(reply, PlanMade)
                assert self.city is not None
                self._set_plan(Recent(thing, overrides, PlanFacts(reply, self.city, states)))

        # Once crews are at work the plan follows what they have done already.
        followed = FollowField(Subject(target, overrides), self.closed)
        self._planning.ask(followed if self.closed else MakePlan(target, overrides), take)

    def mark_closed(self, device: int, *, closed: bool) -> None:
        """A crew says that it has closed *device* for the plan, or that it has not."""
        kept = tuple(row for row in self.closed if row != device)
        self.closed = (*kept, device) if closed else kept
        self.field_changed.emit()

    @property
    def to_reopen(self) -> tuple[int, ...]:
        """Valves that crews closed for an earlier plan and the one on screen does not need."""
        if self.plan is None:
            return ()
        plan = self.plan.plan
        wanted = {*plan.close, *plan.drain_back, *plan.verify_closed}
        return tuple(row for row in self.closed if row not in wanted)

    def recall(self, recent: Recent) -> None:
        """Make an earlier plan of this session again, under the suppositions that it was made with."""
        self.valves.suppose_only(recent.overrides)
        self.suppositions_changed.emit()
        self.pick(recent.thing)
        self.make_plan(recent.thing)
        self.preferred = recent.close

    def choose(self, plan: IsolationPlan, impact: Impact) -> None:
        """Show *plan*, another one for the same target, instead of the tight plan, which is itself one to choose."""
        base, subject = self.base, self.subject
        if base is None or subject is None or self.city is None or self.target is None:
            return
        close = None if plan.close == base.plan.close else plan.close
        bounds = None if close is None else plan.bounds
        facts = (
            base if close is None else PlanFacts(PlanMade(plan, impact, base.made.elapsed_s), self.city, base.states)
        )
        self.preferred = close
        self.client.ask(TakePlan(replace(subject, close=bounds)), self._taken)
        self._show(Recent(self.target, subject.overrides, facts, close))

    def _taken(self, reply: Reply) -> None:
        self.is_refusal(reply)

    @property
    def subject(self) -> Subject | None:
        """What the plan on screen is made from; None without one."""
        target = target_of(self.target) if self.target is not None else None
        if target is None or self.plan is None or self.base is None:
            return None
        close = None if self.plan is self.base else self.plan.plan.bounds
        return Subject(target, self._planned_under, close)

    def _set_plan(self, made: Recent) -> None:
        self.base = made.facts
        self._planned_under = made.overrides
        self._show(made)

    def _show(self, made: Recent) -> None:
        self.plan = made.facts
        self.recent = with_newest(self.recent, made)
        self.plan_changed.emit()

    def clear_plan(self) -> None:
        """Put the plan away; suppositions stay."""
        self._planning.drop()
        self.target = self.plan = self.base = self.preferred = None
        self.closed = ()
        self.plan_changed.emit()

    def explain(self, device: int) -> None:
        """Ask why *device* must be closed."""
        self._explaining.ask(ExplainValve(device), self.expecting(ValveExplained, self.explained.emit))

    def find(self, text: str) -> None:
        """Look something up; only the latest question is answered."""
        self._searching.ask(Search(text), self.expecting(Found, self.found.emit))

    def export(self, what: str, path: Path, language: str) -> None:
        """Write the plan to *path*; *what* as in ExportPlan."""

        def take(written: Exported) -> None:
            self.told.emit("exported", {"path": str(written.path)})

        self.client.ask(ExportPlan(what, path, language), self.expecting(Exported, take))

    def record_plan(self) -> None:
        """Write the plan into the journal."""

        def take(recorded: PlanRecorded) -> None:
            self.note_events(recorded.events)
            self.told.emit("plan_recorded", {"number": recorded.events})

        self.client.ask(RecordPlan(), self.expecting(PlanRecorded, take))
