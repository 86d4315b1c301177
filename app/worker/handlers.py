"""What the worker does for each request of the window."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from app.config import operator
from app.dispatch.reach import ReachBook
from app.edit_requests import CityRenewed, EditRequest
from app.errors import AppError
from app.messages import load_words
from app.operations.desk_cache import SightKeeper, kept_roads, kept_search, prepare_cache, renew_cache
from app.operations.dispatch import DispatchDesk
from app.operations.export_plan import export_plan
from app.operations.find import find_anything
from app.operations.isolate import Answer, answer
from app.operations.kept_structure import keep_structure, model_of
from app.operations.plan_record import plan_record
from app.operations.resupply import zones_of
from app.operations.section_table import export_section
from app.operations.valve_history import last_turned_ms, valve_chances
from app.operations.workspace_facts import assumed_by_rule, event_count, workspace_facts
from app.outage_requests import DraftOutage, PlanOutage
from app.relation_requests import FindRelations
from app.requests import (
    ExplainValve,
    Exported,
    ExportPlan,
    ExportSection,
    FaultsListed,
    FindRoute,
    Found,
    ListFaults,
    MakePlan,
    OpenWorkspace,
    PlanMade,
    PlanRecorded,
    ProgressSink,
    RecordPlan,
    Reply,
    ReportValve,
    Request,
    Search,
    TraceNetwork,
    ValveExplained,
    ValveReported,
)
from app.suppositions import ValveOverride, supposing
from app.table_requests import ArrangeTable
from app.worker.dispatch_handlers import DISPATCH_HANDLERS
from app.worker.edit_handlers import EDIT_HANDLERS
from app.worker.field_handlers import FIELD_HANDLERS
from app.worker.hydrant_handlers import HYDRANT_HANDLERS
from app.worker.live_desk_handlers import LIVE_DESK_HANDLERS
from app.worker.outage_handlers import OUTAGE_HANDLERS, OutageRoom
from app.worker.plan_handlers import PLAN_HANDLERS
from app.worker.public_handlers import PUBLIC_HANDLERS, PublicState
from app.worker.table_handlers import arrange_table
from app.worker.trace_handlers import TRACE_HANDLERS
from app.worker.watching import JournalWatch
from app.workspace import Workspace, keep_city, open_workspace, record_plan, record_valve_observed, valve_rows
from gis.given_back import give_back
from gis.pressure_zones import LAYERS_READ
from gis.roads import RoadNetwork
from gis.search import SearchIndex
from network.alternatives.surroundings import Surroundings
from network.assets import Condition, Position
from network.columns import Float64, Int32, Int64
from network.errors import os_detail
from network.proof import why_close
from network.supply import SupplyModel
from network.topology import DeviceStates
from network.traces import TraceGraph, trace_graph


class DeskState:
    """The open workspace and what has been made of it so far."""

    def __init__(self) -> None:
        self._workspace: Workspace | None = None
        self._model: SupplyModel | None = None
        self._search: SearchIndex | None = None
        self._supposed: tuple[tuple[ValveOverride, ...], SupplyModel] | None = None
        self._around: Surroundings | None = None
        self._zones: Int32 | None = None
        self._zone_ids: list[str] | None = None
        self._roads: RoadNetwork | None = None
        self._turned_ms: Int64 | None = None
        self._last: tuple[SupplyModel, Answer] | None = None
        self._traces: TraceGraph | None = None
        self.dispatch: DispatchDesk | None = None
        self.outages: OutageRoom | None = None
        self.reach: ReachBook | None = None
        self.public = PublicState()
        self.watch = JournalWatch(None)
        self._window_has = ""
        self._edited = False
        self._sight = SightKeeper()

    @property
    def workspace(self) -> Workspace:
        """The open workspace.

        Raises:
            AppError: ``no_workspace_open``.
        """
        if self._workspace is None:
            raise AppError("no_workspace_open")
        return self._workspace

    @property
    def model(self) -> SupplyModel:
        """The workspace's supply model under its present states; made on first use."""
        if self._model is None:
            self._model = model_of(self.workspace)
        return self._model

    @property
    def search(self) -> SearchIndex:
        """The workspace's search index; made on first use."""
        if self._search is None:
            self._search = SearchIndex(self.workspace.city, kept_search(self.workspace))
        return self._search

    @property
    def last(self) -> tuple[SupplyModel, Answer]:
        """The last plan and the model it was made with.

        Raises:
            AppError: ``no_plan_yet``.
        """
        if self._last is None:
            raise AppError("no_plan_yet")
        return self._last

    @property
    def traces(self) -> TraceGraph:
        """The directions of supply under the workspace's present states; made on first use."""
        if self._traces is None or self._traces.model is not self.model:
            self._traces = trace_graph(self.model)
        return self._traces

    def supposing(self, overrides: tuple[ValveOverride, ...]) -> SupplyModel:
        """The model with *overrides* on top; the latest one is remembered, since an operator tries many targets."""
        if not overrides:
            return self.model
        if self._supposed is None or self._supposed[0] != overrides:
            self._supposed = overrides, self.model.with_states(supposing(self.model.states, overrides))
        return self._supposed[1]

    def surroundings(self, overrides: tuple[ValveOverride, ...]) -> Surroundings:
        """The same model ready for weighing plans; the latest is remembered."""
        model = self.supposing(overrides)
        if self._around is None or self._around.model is not model:
            self._around = Surroundings.of(model)
        return self._around

    @property
    def zones(self) -> Int32:
        """Pressure zone of each junction; found on first use."""
        if self._zones is None:
            self._zones = zones_of(self.workspace)
        return self._zones

    @property
    def zone_ids(self) -> list[str]:
        """Ids of the pressure zones, in the order of their layer; read on first use."""
        if self._zone_ids is None:
            self._zone_ids = [str(value) for value in self.workspace.store.layers(LAYERS_READ).get("zone").text("id")]
        return self._zone_ids

    @property
    def roads(self) -> RoadNetwork:
        """The workspace's roads; opened on first use."""
        if self._roads is None:
            self._roads = kept_roads(self.workspace)
        return self._roads

    def chances(self, states: DeviceStates, now: datetime) -> Float64:
        """Each valve's chance to close under *states*; when each was last turned is read on first use."""
        if self._turned_ms is None:
            self._turned_ms = last_turned_ms(self.workspace)
        return valve_chances(self.workspace.city, states, self._turned_ms, now)

    def take(self, workspace: Workspace, window_has: str = "") -> None:
        """Close what was open and work on *workspace*; the window holds the arrays *window_has*, "" for its present."""
        if self._workspace is not None:
            self._workspace.close()
        self._workspace, self.watch = workspace, JournalWatch(workspace.journal)
        self._window_has = window_has or workspace.meta.revision
        self.dispatch, self.outages, self.public = None, None, PublicState()
        self._edited = False
        self._forget()

    def _forget(self) -> None:
        self._model = self._search = self._supposed = self._around = self._last = None
        self._zones = self._zone_ids = self._roads = self._turned_ms = self.reach = None

    def restate(self, workspace: Workspace) -> None:
        """The same workspace after an event of the Dispatch desk."""
        self.follow(workspace)

    def follow(self, workspace: Workspace) -> CityRenewed | None:
        """The same workspace after events: later plans are made under its states, and its arrays where it was edited.

        Returns:
            What the window must map anew; None where its rows hold.

        Raises:
            AppError: ``edit_not_shown``: the events are on the disk, but what the window maps cannot be written.
        """
        before, self._workspace = self.workspace, workspace
        self._turned_ms = None
        if workspace.meta.revision != before.meta.revision:
            # While somebody edits, 80 MB are not written after each edit, but when nobody asks.
            self._edited = True
            self._forget()
            self._renew(before)
        elif workspace.meta.revision != self._window_has:
            self._renew(workspace)
        elif workspace.states is not before.states:
            self._supposed = None
            if self._model is not None:
                self._model = self._model.with_states(workspace.states)
        return self.renewed if workspace.meta.revision != self._window_has else None

    def _renew(self, before: Workspace) -> None:
        try:
            self._workspace = keep_city(self.workspace)
            renew_cache(before, self._workspace)
        except OSError as error:
            raise AppError("edit_not_shown", **os_detail(error)) from error

    @property
    def renewed(self) -> CityRenewed:
        """What the window needs to know of the arrays as they are."""
        workspace = self.workspace
        valves, sources = assumed_by_rule(workspace)
        pipes, customers = len(workspace.city.network.pipes), len(workspace.city.customers)
        revision, events = workspace.meta.revision, event_count(workspace)
        return CityRenewed(workspace.cache, revision, valves, sources, pipes, customers, events)

    def take_up(self, revision: str) -> None:
        """The window holds the arrays of *revision* from now on."""
        self._window_has = revision

    def refuse_old_rows(self) -> None:
        """Rows that the window names must be those of the desk.

        Raises:
            AppError: ``city_moved_on`` where the window has not mapped the present arrays yet.
        """
        if self.workspace.meta.revision != self._window_has:
            raise AppError("city_moved_on")

    def remember(self, model: SupplyModel, given: Answer) -> None:
        """Keep the last plan for explanations and exports."""
        self._last = model, given

    def prepare_ahead(self, *, further: bool = False) -> None:
        """Use the time after an answer for what a first plan takes, or *further* weighing."""
        if self._workspace is not None:
            self._sight.keep(self._workspace)
        if self._workspace is not None and self._model is None:
            if not self._edited:
                keep_structure(self._workspace)
            self.model.structure.warm_up()
            self.search.warm_up()
        if further and self._workspace is not None and self._roads is None:
            keep_structure(self._workspace, self.model.structure)
            self.surroundings(())
            self.roads.warm_up()
            give_back()


def _open(desk: DeskState, request: OpenWorkspace, progress: ProgressSink) -> Reply:
    progress("opening", None)
    workspace = open_workspace(request.folder)
    try:
        prepare_cache(workspace, progress)
    except BaseException:
        workspace.close()
        raise
    desk.take(workspace, request.revision)
    return workspace_facts(workspace, request.folder)


def _make_plan(desk: DeskState, request: MakePlan, _progress: ProgressSink) -> Reply:
    model = desk.supposing(request.overrides)
    started = time.perf_counter()
    given = answer(model, request.target)
    elapsed_s = time.perf_counter() - started
    desk.remember(model, given)
    return PlanMade(given.result, given.impact, elapsed_s)


def _explain(desk: DeskState, request: ExplainValve, _progress: ProgressSink) -> Reply:
    model, given = desk.last
    return ValveExplained(request.device, why_close(model, given.plan, request.device))


def _search(desk: DeskState, request: Search, _progress: ProgressSink) -> Reply:
    crs_epsg = desk.workspace.meta.crs_epsg
    return Found(request.text, find_anything(desk.search, crs_epsg, request.text, request.limit))


def _report_valve(desk: DeskState, request: ReportValve, _progress: ProgressSink) -> Reply:
    before = desk.workspace
    valve = before.city.network.devices.ids[request.device]
    workspace = record_valve_observed(
        before,
        valve,
        now=datetime.now(UTC),
        actor=operator(),
        position=request.position,
        condition=request.condition,
        note=request.note,
    )
    desk.follow(workspace)
    # Others may have edited meanwhile: the valve has its row by its id.
    row, states = valve_rows(workspace.city, [valve])[0], workspace.states
    return ValveReported(
        request.device,
        Position(int(states.position[row])),
        Condition(int(states.condition[row])),
        event_count(workspace),
        workspace.meta.revision,
    )


def _list_faults(desk: DeskState, _request: ListFaults, _progress: ProgressSink) -> Reply:
    return FaultsListed(desk.workspace.faults())


def _export(desk: DeskState, request: ExportPlan, _progress: ProgressSink) -> Reply:
    model, given = desk.last
    words, crs_epsg = load_words(request.language), desk.workspace.meta.crs_epsg
    export_plan(request.what, request.path, model, given, words, crs_epsg, desk.roads)
    return Exported(request.path)


def _record_plan(desk: DeskState, _request: RecordPlan, _progress: ProgressSink) -> Reply:
    model, given = desk.last
    body = plan_record(model, given)
    workspace, _ = record_plan(desk.workspace, body, now=datetime.now(UTC), actor=operator())
    desk.follow(workspace)
    return PlanRecorded(event_count(workspace))


_ABOUT: Mapping[type, Callable[[Any, Any], Reply]] = {
    **PLAN_HANDLERS,
    **DISPATCH_HANDLERS,
    **OUTAGE_HANDLERS,
    **PUBLIC_HANDLERS,
    **FIELD_HANDLERS,
    **HYDRANT_HANDLERS,
}


def _about(desk: DeskState, request: Request, _progress: ProgressSink) -> Reply:
    return _ABOUT[type(request)](desk, request)


def _edit(desk: DeskState, request: EditRequest, _progress: ProgressSink) -> Reply:
    return EDIT_HANDLERS[type(request)](desk, request)


def _export_section(desk: DeskState, request: ExportSection, _progress: ProgressSink) -> Reply:
    return export_section(desk.workspace.city, request, load_words(request.language))


def _arrange_table(desk: DeskState, request: ArrangeTable, _progress: ProgressSink) -> Reply:
    return arrange_table(desk.workspace.city, desk.workspace.states, request)


_HANDLERS: Mapping[type[Request], Callable[[DeskState, Any, ProgressSink], Reply]] = {
    OpenWorkspace: _open,
    MakePlan: _make_plan,
    ExplainValve: _explain,
    Search: _search,
    ReportValve: _report_valve,
    ListFaults: _list_faults,
    ExportPlan: _export,
    RecordPlan: _record_plan,
    **dict.fromkeys(_ABOUT, _about),
    **dict.fromkeys(EDIT_HANDLERS, _edit),
    **TRACE_HANDLERS,
    ExportSection: _export_section,
    ArrangeTable: _arrange_table,
    **LIVE_DESK_HANDLERS,
}

_BY_ROWS: tuple[type[Request], ...] = (
    MakePlan, ExplainValve, ReportValve, TraceNetwork, FindRoute, FindRelations, ExportSection, DraftOutage, PlanOutage,
    *PLAN_HANDLERS,
)  # fmt: skip
"""Requests that name rows of the city's tables."""


def handle(desk: DeskState, request: Request, progress: ProgressSink) -> Reply:
    """Carry out *request*.

    Raises:
        CodedError: It cannot be done as asked.
    """
    if isinstance(request, _BY_ROWS):
        desk.refuse_old_rows()
    return _HANDLERS[type(request)](desk, request, progress)
