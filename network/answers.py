"""Questions about a network and their answers, as frozen records. Rows index the tables of the city asked about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from network.columns import Float64, Int32


@dataclass(frozen=True)
class PipeTarget:
    """A place on a pipe; its middle where *offset_m* (from the pipe's from_node) is None."""

    pipe: int
    offset_m: float | None = None


@dataclass(frozen=True)
class PipesTarget:
    """Several pipes at once, each at its middle.

    Attributes:
        pipes: Pipe rows, ascending.
    """

    pipes: tuple[int, ...]


@dataclass(frozen=True)
class JunctionTarget:
    """A junction, by node row."""

    node: int


@dataclass(frozen=True)
class DeviceTarget:
    """A valve or pump itself: both its sides, and it cannot be used."""

    device: int


@dataclass(frozen=True)
class HydrantTarget:
    """A hydrant: its own branch valve if that is operable, else the segment of its tap."""

    hydrant: int


@dataclass(frozen=True)
class CustomerTarget:
    """A customer's service: its own branch valve if that is operable, else the segment of its tap."""

    customer: int


@dataclass(frozen=True)
class AreaTarget:
    """Everything inside a polygon.

    Attributes:
        ring_m: Corners (x, y) in the project CRS; closed or not.
    """

    ring_m: tuple[tuple[float, float], ...]


Target = PipeTarget | PipesTarget | JunctionTarget | DeviceTarget | HydrantTarget | CustomerTarget | AreaTarget


@dataclass(frozen=True, eq=False)
class PipeParts:
    """Stretches of pipe. A pipe may occur more than once, and only part of it may be meant.

    Attributes:
        pipe: Shape (k,), pipe rows, ascending; equal pipes by start.
        start_m, end_m: Shape (k,), from the pipe's from_node, start_m <= end_m.
    """

    pipe: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    start_m: Float64 = field(default_factory=lambda: np.empty(0))
    end_m: Float64 = field(default_factory=lambda: np.empty(0))

    @property
    def pipes(self) -> Int32:
        """Rows of the pipes that have any part here, ascending, each once."""
        return np.unique(self.pipe)

    @property
    def length_m(self) -> float:
        """Sum of the parts."""
        return float((self.end_m - self.start_m).sum())

    def __len__(self) -> int:
        return len(self.pipe)


class Note(StrEnum):
    """What a plan wants the reader to know besides its lists; words are made in app.messages."""

    NOT_SUPPLIED_BEFORE = "target_not_supplied_before"
    RELIES_ON_UNKNOWN = "relies_on_valves_of_unknown_condition"
    RELIES_ON_ASSUMED = "relies_on_assumed_valves"
    FLUSH_AND_TEST = "back_siphonage_flush_and_test"
    NO_SOURCE = "network_without_source"
    OWN_BRANCH_VALVE = "own_branch_valve_suffices"
    UNKNOWN_LEG_NEARBY = "valve_with_unknown_leg_not_used"
    UNKNOWN_DIRECTION_NEARBY = "one_way_device_with_unknown_direction"
    NO_TAP = "target_has_no_tap"


@dataclass(frozen=True, eq=False)
class IsolationPlan:
    """Which valves to close, and what goes dry. Terms as in the design, section 3.

    Valve and source lists are device and source rows sorted by id.

    Attributes:
        close: To be closed; the far side is supplied afterwards (from storage counts).
        dead_side: On the border too, but nothing feeds their far side afterwards.
        drain_back: Those of *dead_side* that should be closed all the same: water would run back into the trench.
        verify_closed: Closed valves on the border that the plan relies on.
        held_by: Check valves on the border that hold water back.
        stop: Sources that feed the region with nothing closable between; empty for a plan that works.
        region: The segments (rows of the segmentation) from which water can still reach the target.
        isolated: The region, as far as supplied before.
        unintended: Supplied before, outside the region, neither supplied nor on storage afterwards.
        on_storage: Supplied before, afterwards only from tanks.
        isolated_segments, unintended_segments, on_storage_segments: The same three as segments, ascending; they hold
            junctions without a part too, on which a tap may hang.
        notes: What else to say, in a fixed order.
    """

    target: Target
    close: tuple[int, ...] = ()
    dead_side: tuple[int, ...] = ()
    drain_back: tuple[int, ...] = ()
    verify_closed: tuple[int, ...] = ()
    held_by: tuple[int, ...] = ()
    stop: tuple[int, ...] = ()
    region: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    isolated: PipeParts = field(default_factory=PipeParts)
    unintended: PipeParts = field(default_factory=PipeParts)
    on_storage: PipeParts = field(default_factory=PipeParts)
    isolated_segments: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    unintended_segments: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    on_storage_segments: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    notes: tuple[Note, ...] = ()

    @property
    def feasible(self) -> bool:
        """True when closing *close* stops the water."""
        return not self.stop

    @property
    def bounds(self) -> tuple[int, ...]:
        """Valves that part the region from the rest: those to be closed, and those of the dead side."""
        return (*self.close, *self.dead_side)


@dataclass(frozen=True, eq=False)
class SupplyPath:
    """A way that water takes.

    Attributes:
        source: Source row where it begins, or -1 where it begins at a pump's own tank.
        parts: What it runs through, from the source on (not sorted).
        devices: Device rows passed, in the same order.
    """

    source: int
    parts: PipeParts
    devices: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CannotIsolate:
    """No valves that a plan may close stop the water.

    Attributes:
        if_stopped: The plan with the sources in its ``stop`` shut down.
        paths: For each of these sources, a way to the target that no plan can close.
    """

    if_stopped: IsolationPlan
    paths: tuple[SupplyPath, ...]


def plan_of(answer: IsolationPlan | CannotIsolate) -> IsolationPlan:
    """The plan; with sources stopped where nothing else helps."""
    return answer.if_stopped if isinstance(answer, CannotIsolate) else answer


class Holds(StrEnum):
    """Why nothing comes through a device on the border; words are made in app.messages."""

    CLOSED_BY_PLAN = "closed_by_the_plan"
    FOUND_CLOSED = "closed_on_record_to_be_verified"
    CHECK_VALVE = "check_valve_lets_water_out_only"
    NOTHING_BEHIND = "no_source_behind_it"


@dataclass(frozen=True)
class BorderDevice:
    """A device between the region of a plan and what lies outside.

    Attributes:
        device: Device row.
        near, far: Segments inside and outside.
        holds: Why nothing comes through it.
    """

    device: int
    near: int
    far: int
    holds: Holds


@dataclass(frozen=True, eq=False)
class Certificate:
    """What shows that a plan stops the water.

    Attributes:
        border: Every device on the border, by device row.
        sources_inside: Sources with a leg in the region; a plan that works has none.
        seeping: Devices left open on the dead side behind which water arrives after all, over a device on which
            customers cannot count but a leak can (a closed valve that passes, a one-way device against its way or of
            unknown direction): close them too.
        reached: Source rows from which a walk with the plan applied gets to the target.
    """

    border: tuple[BorderDevice, ...]
    sources_inside: tuple[int, ...]
    seeping: tuple[int, ...]
    reached: tuple[int, ...]

    @property
    def no_way_left(self) -> bool:
        """True where no source reaches the target once the plan is carried out."""
        return not self.reached


@dataclass(frozen=True, eq=False)
class Impact:
    """Who is affected by a plan.

    Rows are sorted by id, critical first in none of them: order is for the screen.

    Attributes:
        out: Customer rows without water: tap isolated or unintended, not saved by a station's tank.
        on_storage: Customer rows living on a tank (a station's own, or the network's).
        critical: Rows among *out* and *on_storage* that are critical.
        hydrants_out: Hydrant rows without water.
        stations_out, stations_on_storage: Station rows.
        storage_hours: Hours each of *stations_on_storage* lasts; NaN where demand is not recorded.
        people, households: Totals of *out*.
        area_km2: Ground on which mains are out (50 m cells touched by isolated and unintended parts).
    """

    out: Int32
    on_storage: Int32
    critical: Int32
    hydrants_out: Int32
    stations_out: Int32
    stations_on_storage: Int32
    storage_hours: Float64
    people: int
    households: int
    area_km2: float
