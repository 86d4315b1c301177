"""A plan as the map draws it: rows become lines and marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gis.scene.along import PipeLines
from gis.scene.device_places import device_places
from gis.scene.lines import Polylines
from gis.scene.view import Bounds
from network.answers import (
    AreaTarget,
    CannotIsolate,
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    Impact,
    IsolationPlan,
    JunctionTarget,
    PipeParts,
    PipesTarget,
    PipeTarget,
    SupplyPath,
    Target,
)
from network.assets import Condition
from network.columns import Bool, Int32
from network.topology import City, DeviceStates
from network.units import diameter_text

_KEY_STEP = 1e6
"""Apart enough that metres on one pipe never reach the next pipe's key; no pipe is 1,000 km long."""


def _none() -> Polylines:
    return Polylines.of([])


@dataclass(frozen=True, eq=False)
class PlanPicture:
    """What the map shows of a plan and its impact. Coordinates are metres of the project CRS.

    Attributes:
        feasible: False where sources had to be stopped.
        label: Id of the target, and the diameter of a pipe; the same in every language.
        at_m: Place of the target, or None for an area.
        ring_m: Corners of an area target, else empty.
        isolated, unintended, on_storage: Lines of these parts.
        restorable: Lines of what an option of re-supply would bring back; may be empty.
        path: The way of the water that defeats the plan, or that a valve holds back; may be empty.
        close: Device rows in the order of closing.
        verify, dead_side, drain_back, held_by, stuck: Device rows; *stuck* are those inside the region that cannot
            be closed.
        stop: Source rows to be stopped.
        out: Customer rows without water; *unintended_out* says which of them only unintentionally.
        storage_customers: Customer rows on storage.
        critical: Customer rows to be named.
    """

    feasible: bool = True
    label: str = ""
    at_m: tuple[float, float] | None = None
    ring_m: tuple[tuple[float, float], ...] = ()
    isolated: Polylines = field(default_factory=_none)
    unintended: Polylines = field(default_factory=_none)
    on_storage: Polylines = field(default_factory=_none)
    restorable: Polylines = field(default_factory=_none)
    path: Polylines = field(default_factory=_none)
    close: tuple[int, ...] = ()
    verify: tuple[int, ...] = ()
    dead_side: tuple[int, ...] = ()
    drain_back: tuple[int, ...] = ()
    held_by: tuple[int, ...] = ()
    stuck: tuple[int, ...] = ()
    stop: tuple[int, ...] = ()
    out: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    unintended_out: Bool = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    storage_customers: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    critical: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))

    @property
    def bounds(self) -> Bounds | None:
        """What to show of the map so that the whole plan is seen; None for a plan without a place."""
        xy_m = [lines.xy_m for lines in (self.isolated, self.unintended, self.on_storage, self.path)]
        xy_m += [np.array(self.ring_m).reshape(-1, 2), np.array([self.at_m] if self.at_m else []).reshape(-1, 2)]
        every = np.concatenate(xy_m)
        return Bounds(*every.min(axis=0).tolist(), *every.max(axis=0).tolist()) if len(every) else None


def draw_plan(
    city: City,
    pipes: PipeLines,
    states: DeviceStates,
    answer: IsolationPlan | CannotIsolate,
    impact: Impact | None = None,
    order: Sequence[int] | None = None,
) -> PlanPicture:
    """The picture of an answer.

    Args:
        city: Asked about.
        pipes: Its pipes, measured.
        states: Device states that the answer supposed.
        answer: A plan, or why there is none: then the plan with the sources stopped, and the first defeating path.
        impact: Who is affected.
        order: Device rows in the order of closing; as the plan lists them where None.
    """
    plan = answer.if_stopped if isinstance(answer, CannotIsolate) else answer
    paths = answer.paths if isinstance(answer, CannotIsolate) else ()
    out = np.empty(0, dtype=np.int32) if impact is None else impact.out
    taps = city.customers.tap
    unintended = inside(plan.unintended, taps.pipe[out], taps.offset_m[out])
    return PlanPicture(
        feasible=plan.feasible,
        label=label_of(city, plan.target),
        at_m=place_of(city, pipes, plan.target),
        ring_m=plan.target.ring_m if isinstance(plan.target, AreaTarget) else (),
        isolated=pipes.stretches(plan.isolated),
        unintended=pipes.stretches(plan.unintended),
        on_storage=pipes.stretches(plan.on_storage),
        path=draw_path(pipes, paths[0]) if paths else _none(),
        close=tuple(plan.close if order is None else order),
        verify=plan.verify_closed,
        dead_side=plan.dead_side,
        drain_back=plan.drain_back,
        held_by=plan.held_by,
        stuck=stuck_inside(city, states, plan.isolated),
        stop=plan.stop,
        out=out,
        unintended_out=unintended,
        storage_customers=np.empty(0, dtype=np.int32) if impact is None else impact.on_storage,
        critical=np.empty(0, dtype=np.int32) if impact is None else impact.critical,
    )


def draw_path(pipes: PipeLines, path: SupplyPath) -> Polylines:
    """The lines of a way of the water."""
    return pipes.stretches(path.parts)


def place_of(city: City, pipes: PipeLines, target: Target) -> tuple[float, float] | None:
    """Where a target is, project CRS; None for an area, several pipes or a customer without a place."""
    match target:
        case PipeTarget(pipe, offset_m):
            at_m = float(pipes.length_m[pipe]) / 2 if offset_m is None else offset_m
            spots, _ = pipes.places(np.array([pipe]), np.array([at_m]))
            return float(spots[0, 0]), float(spots[0, 1])
        case JunctionTarget(row):
            table_x, table_y = city.network.nodes.x_m, city.network.nodes.y_m
        case DeviceTarget(row):
            spots, _ = device_places(city.network, pipes, np.array([row]))
            return float(spots[0, 0]), float(spots[0, 1])
        case HydrantTarget(row):
            table_x, table_y = city.hydrants.x_m, city.hydrants.y_m
        case CustomerTarget(row):
            table_x, table_y = city.customers.x_m, city.customers.y_m
        case AreaTarget() | PipesTarget():
            return None
    spot = float(table_x[row]), float(table_y[row])
    return spot if np.isfinite(spot).all() else None


def label_of(city: City, target: Target) -> str:
    """What to write beside a target; nothing beside an area or several pipes."""
    match target:
        case PipeTarget(row):
            pipes = city.network.pipes
            size = diameter_text(int(pipes.dn_mm[row]), outside=bool(pipes.outside[row]))
            return f"{pipes.ids[row]} {size}".strip()
        case JunctionTarget(row):
            return city.network.nodes.ids[row]
        case DeviceTarget(row):
            return city.network.devices.ids[row]
        case HydrantTarget(row):
            return city.hydrants.ids[row]
        case CustomerTarget(row):
            return city.customers.name[row] or city.customers.ids[row]
        case AreaTarget() | PipesTarget():
            return ""


def inside(parts: PipeParts, pipe: Int32, offset_m: np.ndarray) -> Bool:
    """Which places (pipe, offset) lie in *parts*; shape as *pipe*."""
    if not len(parts) or not len(pipe):
        return np.zeros(len(pipe), dtype=np.bool_)
    starts = parts.pipe * _KEY_STEP + parts.start_m
    wanted = pipe * _KEY_STEP + np.nan_to_num(offset_m)
    at = np.searchsorted(starts, wanted + 1e-3, side="right") - 1
    found = np.maximum(at, 0)
    within: Bool = (at >= 0) & (parts.pipe[found] == pipe) & (offset_m <= parts.end_m[found] + 1e-3)
    return within


def stuck_inside(city: City, states: DeviceStates, parts: PipeParts) -> tuple[int, ...]:
    """Devices on *parts* that cannot be closed, by row."""
    devices = city.network.devices
    unable = np.flatnonzero((states.condition == Condition.INOPERABLE) & (devices.pipe >= 0))
    held = unable[inside(parts, devices.pipe[unable], devices.offset_m[unable])]
    return tuple(int(row) for row in held)
