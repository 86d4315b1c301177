"""What a plan says about a city beyond its own lists: valves bypassed, customers by kind. No Qt, arrays only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.requests import PlanMade
from gis.scene.plan_picture import inside
from network.answers import CannotIsolate, IsolationPlan, PipeParts
from network.assets import Condition, DeviceKind, Position
from network.columns import Bool, Int32
from network.topology import City, DeviceStates

SAME_PLACE_M = 0.001
"""Two places on a pipe nearer than this are one (docs/isolation-rules.md)."""


@dataclass(frozen=True)
class CategoryCount:
    """Customers of one category."""

    category: str
    out: int
    on_storage: int


@dataclass(frozen=True, eq=False)
class PlanFacts:
    """A plan as the panels tell it.

    Attributes:
        made: The worker's answer.
        city: The city that its rows index.
        states: States that it was made under, suppositions included.
    """

    made: PlanMade
    city: City
    states: DeviceStates

    @property
    def plan(self) -> IsolationPlan:
        """The plan, or what it would be with the sources in the way stopped."""
        answer = self.made.answer
        return answer.if_stopped if isinstance(answer, CannotIsolate) else answer

    @property
    def feasible(self) -> bool:
        """Whether closing valves stops the water."""
        return not isinstance(self.made.answer, CannotIsolate)

    @cached_property
    def bypassed(self) -> tuple[int, ...]:
        """Isolation valves inside the region that a plan may not close: stuck, or passing; device rows by id."""
        devices, region = self.city.network.devices, self.plan.isolated
        if not len(region):
            return ()
        kind_fits = np.isin(devices.kind, (DeviceKind.ISOLATION, DeviceKind.BOUNDARY))
        useless = np.isin(self.states.condition, (Condition.INOPERABLE, Condition.PASSING))
        candidates = np.flatnonzero(kind_fits & useless & (self.states.position != Position.CLOSED))
        bypassed = candidates[self._touches(candidates, region)]
        return tuple(sorted(bypassed.tolist(), key=lambda row: devices.ids.data[row]))

    def _touches(self, rows: np.ndarray, parts: PipeParts) -> Bool:
        devices = self.city.network.devices
        on_pipe = inside(parts, devices.pipe[rows], devices.offset_m[rows])
        at_node = (devices.pipe[rows] < 0) & np.isin(devices.node[rows], self._end_nodes(parts))
        touched: Bool = on_pipe | at_node
        return touched

    def _end_nodes(self, parts: PipeParts) -> Int32:
        pipes = self.city.network.pipes
        at_start = parts.start_m <= SAME_PLACE_M
        at_end = parts.end_m >= pipes.length_m[parts.pipe] - SAME_PLACE_M
        return np.concatenate([pipes.from_node[parts.pipe[at_start]], pipes.to_node[parts.pipe[at_end]]])

    @cached_property
    def unknown(self) -> tuple[int, ...]:
        """Valves to close whose condition nobody knows."""
        return tuple(row for row in self.plan.close if self.states.condition[row] == Condition.UNKNOWN)

    @cached_property
    def assumed(self) -> tuple[int, ...]:
        """Valves that the plan relies on and that were placed by rule."""
        devices = self.city.network.devices
        return tuple(row for row in (*self.plan.close, *self.plan.verify_closed) if devices.assumed[row])

    @cached_property
    def customers(self) -> Int32:
        """Rows of everyone affected: critical first, then out before on storage, then by id."""
        impact, customers = self.made.impact, self.city.customers
        rows = np.concatenate([impact.out, impact.on_storage]).astype(np.int32)
        stored = np.repeat([0, 1], [len(impact.out), len(impact.on_storage)])
        order = np.lexsort((customers.ids.data[rows], stored, ~customers.critical[rows]))
        return rows[order]

    @cached_property
    def _stored(self) -> frozenset[int]:
        return frozenset(self.made.impact.on_storage.tolist())

    @cached_property
    def unintended_customers(self) -> int:
        """How many customers are out only because another part was shut."""
        tap, out = self.city.customers.tap, self.made.impact.out
        pipe, offset_m = tap.pipe[out], tap.offset_m[out]
        # Exactly on a valve the worse side counts: isolated before unintended.
        isolated = inside(self.plan.isolated, pipe, offset_m)
        return int(np.count_nonzero(inside(self.plan.unintended, pipe, offset_m) & ~isolated))

    def is_stored(self, customer: int) -> bool:
        """Whether *customer* lives on a tank rather than being out."""
        return customer in self._stored

    def storage_hours(self, customer: int) -> float:
        """Hours that the customer's station lasts; NaN without one or where it is not recorded."""
        station = int(self.city.customers.station[customer])
        hours = self._hours.get(station)
        return float("nan") if hours is None else hours

    @cached_property
    def _hours(self) -> dict[int, float]:
        impact = self.made.impact
        return dict(zip(impact.stations_on_storage.tolist(), impact.storage_hours.tolist(), strict=True))

    @cached_property
    def by_category(self) -> tuple[CategoryCount, ...]:
        """Customers by category, the largest first."""
        column = self.city.customers.category
        out = np.bincount(column.codes[self.made.impact.out], minlength=len(column.vocabulary))
        stored = np.bincount(column.codes[self.made.impact.on_storage], minlength=len(column.vocabulary))
        found = [
            CategoryCount(column.vocabulary[code] or "unrecorded", int(out[code]), int(stored[code]))
            for code in np.flatnonzero(out + stored).tolist()
        ]
        return tuple(sorted(found, key=lambda count: (-count.out - count.on_storage, count.category)))
