"""What the window asks of the worker process, and what comes back. Frozen, picklable, no Qt.

The window holds the city's arrays itself (memory-mapped from the workspace's cache, shared with the worker), so
answers carry rows and never copies of the tables. Every request may be answered by :class:`Failed`; long ones send
:class:`Progress` before their answer and can be cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.burst_requests import BurstReply, BurstRequest
from app.care_requests import CareReply, CareRequest
from app.dispatch_requests import DispatchReply, DispatchRequest
from app.edit_requests import EditReply, EditRequest
from app.field_requests import FieldReply, FieldRequest
from app.hub_requests import HubShown, LookAtHub
from app.hydrant_requests import HydrantReply, HydrantRequest
from app.layer_requests import ExportLayers, LayersExported
from app.live_requests import LiveReply, LiveRequest
from app.outage_requests import OutageReply, OutageRequest
from app.plan_requests import PlanReply, PlanRequest
from app.public_requests import PublicReply, PublicRequest
from app.relation_requests import RelationReply, RelationRequest
from app.suppositions import ValveOverride
from app.sweep_requests import SweepReply, SweepRequest
from app.table_requests import TableReply, TableRequest
from gis.faults import Fault
from gis.search_hit import Hit
from network.answers import CannotIsolate, Impact, IsolationPlan, PipeParts, SupplyPath, Target
from network.assets import Condition, Position
from network.ways import LongSection, Route


@dataclass(frozen=True)
class BuildDemo:
    """Make a synthetic city in a new workspace, *dense_core* with an old town. Answer: :class:`WorkspaceMade`."""

    folder: Path
    pipes: int
    seed: int
    dense_core: bool = False


@dataclass(frozen=True)
class ImportCity:
    """Import files into a new workspace. Answer: :class:`WorkspaceMade`."""

    sources: tuple[Path, ...]
    folder: Path
    mapping: Path | None = None
    crs_epsg: int | None = None
    tolerance_m: float | None = None
    noding: str = "auto"
    join_ends_on_lines: bool = False
    assume_valves: bool = False
    assume_sources: bool = False
    isolation_valves: str = ""
    valve_layer: Path | None = None
    name: str = ""


@dataclass(frozen=True)
class OpenWorkspace:
    """Load a workspace and make it ready for questions. Answer: :class:`WorkspaceOpened`.

    Attributes:
        revision: The window holds the arrays of this one already; "" where it holds none.
    """

    folder: Path
    revision: str = ""


@dataclass(frozen=True)
class MakePlan:
    """Plan for a target. Answer: :class:`PlanMade`."""

    target: Target
    overrides: tuple[ValveOverride, ...] = ()


@dataclass(frozen=True)
class ExplainValve:
    """Why a valve of the last plan must be closed. Answer: :class:`ValveExplained`."""

    device: int


@dataclass(frozen=True)
class Search:
    """Look something up by id, road, address, place or name, in Chinese, pinyin initials or English.

    Answer: :class:`Found`.
    """

    text: str
    limit: int = 20


@dataclass(frozen=True)
class ReportValve:
    """Record in the journal what somebody saw of a valve. Answer: :class:`ValveReported`."""

    device: int
    position: Position | None
    condition: Condition | None
    note: str = ""


@dataclass(frozen=True)
class ListFaults:
    """Faults of the workspace's data. Answer: :class:`FaultsListed`."""


@dataclass(frozen=True)
class ExportPlan:
    """Write the last plan. Answer: :class:`Exported`.

    Attributes:
        what: One of valves_csv, customers_csv, xlsx, gpkg, geojson.
    """

    what: str
    path: Path
    language: str


@dataclass(frozen=True)
class RecordPlan:
    """Write the last plan into the journal. Answer: :class:`PlanRecorded`."""


@dataclass(frozen=True)
class TraceNetwork:
    """What lies up or down the water from a thing. Answer: :class:`NetworkTraced`.

    Attributes:
        way: ``upstream`` or ``downstream``.
    """

    target: Target
    way: str


@dataclass(frozen=True)
class FindRoute:
    """The shortest way along pipes between two things, with its long section. Answer: :class:`RouteFound`."""

    start: Target
    goal: Target


@dataclass(frozen=True, eq=False)
class ExportSection:
    """Write a long section as a table. Answer: :class:`Exported`."""

    found: RouteFound
    path: Path
    language: str


Request = (
    BuildDemo
    | ImportCity
    | OpenWorkspace
    | MakePlan
    | ExplainValve
    | Search
    | ReportValve
    | ListFaults
    | ExportPlan
    | RecordPlan
    | SweepRequest
    | PlanRequest
    | TraceNetwork
    | FindRoute
    | ExportSection
    | TableRequest
    | DispatchRequest
    | OutageRequest
    | EditRequest
    | RelationRequest
    | ExportLayers
    | LiveRequest
    | PublicRequest
    | BurstRequest
    | FieldRequest
    | HydrantRequest
    | LookAtHub
    | CareRequest
)


@dataclass(frozen=True)
class Progress:
    """How far a long request is: a code for app.messages, and a fraction from 0 to 1 (None: not known)."""

    step: str
    fraction: float | None = None


class ProgressSink(Protocol):
    """Takes word of how far a long task is."""

    def __call__(self, step: str, fraction: float | None = None) -> None:
        """*step* is a code for app.messages, *fraction* from 0 to 1."""


@dataclass(frozen=True)
class Failed:
    """The request was refused: a code and parameters for app.messages."""

    code: str
    detail: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkspaceMade:
    """A new workspace stands in *folder*, whole."""

    folder: Path
    faults: int


@dataclass(frozen=True)
class WorkspaceOpened:
    """A workspace is ready.

    Attributes:
        cache: Folder with the city's arrays (gis.cache.open_city) and the scene's (gis.scene).
        assumed_valves, assumed_sources: How many were placed by rule, not recorded.
        revision: Names the arrays: the import and every edit since.
    """

    folder: Path
    cache: Path
    name: str
    crs_epsg: int
    synthetic: bool
    assumed_valves: int
    assumed_sources: int
    pipes: int
    customers: int
    faults: int
    events: int
    revision: str = ""


@dataclass(frozen=True)
class PlanMade:
    """A plan and who is affected by it; *elapsed_s* is the worker's time for both."""

    answer: IsolationPlan | CannotIsolate
    impact: Impact
    elapsed_s: float


@dataclass(frozen=True)
class ValveExplained:
    """The supply path that opens when *device* alone stays open, or None where none does."""

    device: int
    path: SupplyPath | None


@dataclass(frozen=True)
class Found:
    """Search results, best first."""

    text: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class ValveReported:
    """The journal holds it; *position* and *condition* are the valve's state now.

    Attributes:
        revision: Names the city's arrays now: others than the window's where somebody else has edited meanwhile.
    """

    device: int
    position: Position
    condition: Condition
    events: int
    revision: str = ""


@dataclass(frozen=True)
class FaultsListed:
    """All faults, in the order of the report."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Exported:
    """The file is on disk."""

    path: Path


@dataclass(frozen=True)
class PlanRecorded:
    """The journal holds the plan as its event number *events* of this device."""

    events: int


@dataclass(frozen=True, eq=False)
class NetworkTraced:
    """What a trace reached.

    Attributes:
        parts: Stretches of pipe.
        devices, sources: Rows on the way, ascending.
        customers: Shape (k,), rows of those whose tap lies on the stretches.
        critical: How many of them are critical.
    """

    way: str
    parts: PipeParts
    devices: tuple[int, ...]
    sources: tuple[int, ...]
    customers: NDArray[np.integer]
    critical: int


@dataclass(frozen=True, eq=False)
class RouteFound:
    """A way and what lies along it."""

    route: Route
    section: LongSection


@dataclass(frozen=True)
class JournalMoved:
    """Unasked for, with the ticket :data:`NEWS`: others wrote into the open workspace's journal, and it can be read."""


NEWS = -2
"""Ticket of what nobody asked for."""

Reply = (
    Failed
    | JournalMoved
    | WorkspaceMade
    | WorkspaceOpened
    | PlanMade
    | ValveExplained
    | Found
    | ValveReported
    | FaultsListed
    | Exported
    | PlanRecorded
    | SweepReply
    | PlanReply
    | NetworkTraced
    | RouteFound
    | TableReply
    | DispatchReply
    | OutageReply
    | EditReply
    | RelationReply
    | LayersExported
    | LiveReply
    | PublicReply
    | BurstReply
    | FieldReply
    | HydrantReply
    | HubShown
    | CareReply
)
