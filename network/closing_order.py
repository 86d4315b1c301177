"""In what order crews close the valves of a plan, and when the water stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.spatial.distance import cdist

from network.alternatives.costs import Pace, closing_minutes
from network.alternatives.surroundings import Surroundings
from network.answers import IsolationPlan
from network.assets import DeviceTable
from network.certificate import seeping_valves
from network.columns import Float64, Int64
from network.crew_routes import Round, Routes, best_routes
from network.errors import NetworkError
from network.held_open import kept_by_each
from network.supply import SupplyModel


class TravelBasis(StrEnum):
    """What travel times rest on; words are made in app.messages."""

    ROAD = "road"
    STRAIGHT_LINE = "straight_line"
    MIXED = "road_and_straight_line"


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """Times on the way between the valves of a plan.

    Attributes:
        devices: Device rows of the places, each once.
        from_crew_s: Shape (crews, places), from where each crew stands to each valve.
        between_s: Shape (places, places), from valve to valve.
        basis: What they rest on.
        starts_known: False where nobody said where the crews stand: the way to each crew's first valve counts nothing.
    """

    devices: tuple[int, ...]
    from_crew_s: Float64
    between_s: Float64
    basis: TravelBasis
    starts_known: bool = True

    @property
    def crews(self) -> int:
        """How many crews there are."""
        return len(self.from_crew_s)


def straight_line_times(
    devices: DeviceTable,
    rows: Sequence[int],
    *,
    crews: int = 1,
    crews_m: Sequence[tuple[float, float]] = (),
    pace: Pace | None = None,
) -> TravelTimes:
    """Travel times from straight lines, ``road_factor`` longer, at the speed of *pace*.

    Args:
        devices: All devices.
        rows: The valves to go to.
        crews: How many crews, where nobody knows where they stand.
        crews_m: Where they stand, (x, y) in the project CRS; the number of crews is theirs then.
        pace: Speed and factor.
    """
    pace = pace or Pace()
    places_m = np.column_stack([devices.x_m[list(rows)], devices.y_m[list(rows)]]).reshape(-1, 2)
    starts_m = np.array(crews_m, dtype=np.float64).reshape(-1, 2)
    s_per_m = pace.road_factor / pace.speed_m_min * 60.0
    return TravelTimes(
        devices=tuple(rows),
        from_crew_s=cdist(starts_m, places_m) * s_per_m if len(crews_m) else np.zeros((crews, len(places_m))),
        between_s=cdist(places_m, places_m) * s_per_m,
        basis=TravelBasis.STRAIGHT_LINE,
        starts_known=len(crews_m) > 0,
    )


class Duty(StrEnum):
    """Why a crew goes to a valve; words are made in app.messages."""

    STOP = "stop_water"
    SEEPING = "close_seeping"
    BACKFLOW = "close_against_backflow"
    VERIFY = "verify_closed"
    HELD = "held_until_told"


@dataclass(frozen=True)
class Visit:
    """A crew at a valve. Times in seconds from the start of the work.

    Attributes:
        device: Device row.
        duty: What for.
        crew: From 0.
        arrives_s, done_s: When the crew comes, and when it has finished there.
    """

    device: int
    duty: Duty
    crew: int
    arrives_s: int
    done_s: int


@dataclass(frozen=True)
class ClosingOrder:
    """The order in which the valves of a plan are closed.

    Attributes:
        visits: By the time at which they are done.
        stops_s: When the last valve that holds the water is closed; for planned work when *held* could be, if
            customers have been told by then. 0 where nothing is to be closed.
        ends_s: When everything is done, backflow and closed valves seen to.
        held: The valve left open until customers have been told, or -1.
        kept: Customers that keep their water by it until then.
        proven: True where no order and division among the crews stops the water sooner.
        basis, starts_known: Of the travel times.
        crews: How many crews were to be had.
    """

    visits: tuple[Visit, ...]
    stops_s: int
    ends_s: int
    held: int
    kept: int
    proven: bool
    basis: TravelBasis
    starts_known: bool
    crews: int


def valves_that_stop(model: SupplyModel, plan: IsolationPlan, around: Surroundings | None = None) -> dict[int, Duty]:
    """Valves that crews close until the water stops, each with its duty; the order is that of the plan.

    With *around*, the same city made ready, it takes no longer where much goes dry.
    """
    duties = dict.fromkeys(plan.close, Duty.STOP)
    return duties | {row: Duty.SEEPING for row in seeping_valves(model, plan, around) if row not in plan.drain_back}


def valves_to_visit(model: SupplyModel, plan: IsolationPlan) -> dict[int, Duty]:
    """Valves to which crews go for *plan*, each with its duty; the order is that of the plan."""
    duties = valves_that_stop(model, plan) | dict.fromkeys(plan.drain_back, Duty.BACKFLOW)
    return duties | dict.fromkeys(plan.verify_closed, Duty.VERIFY)


def stops_after_s(model: SupplyModel, duties: dict[int, Duty], travel: TravelTimes, *, pace: Pace | None = None) -> int:
    """:attr:`ClosingOrder.stops_s` of an emergency, without what crews do afterwards.

    Args:
        model: What the plan was made from.
        duties: Of :func:`valves_that_stop`.
        travel: For these valves at least, in any order.
        pace: How fast crews work.

    Raises:
        NetworkError: As :func:`closing_order`.
    """
    _refuse_missing(model, duties, travel)
    return _Shift.of(model, travel, duties, pace or Pace()).after(list(duties)).latest_s


def _refuse_missing(model: SupplyModel, duties: dict[int, Duty], travel: TravelTimes) -> None:
    missing = sorted(set(duties) - set(travel.devices))
    if missing:
        raise NetworkError("no_travel_time_to_valve", id=model.city.network.devices.ids[missing[0]])


def closing_order(
    model: SupplyModel, plan: IsolationPlan, travel: TravelTimes, *, planned: bool = False, pace: Pace | None = None
) -> ClosingOrder:
    """Order of closing: the water stops soonest, then crews spend least time, then large valves come first.

    A first round closes what stops the water, a second one, from where that ended, closes against backflow and goes to
    see the valves recorded as closed. Each is exact up to :data:`~network.crew_routes.MOST_EXACT` valves. Where nothing
    is being damaged (*planned*) the valve whose staying open keeps most customers supplied waits, closed last, until
    they have been told.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation`.
        travel: For :func:`valves_to_visit` of the plan, in any order.
        planned: True where nothing is being damaged.
        pace: How fast crews work.

    Raises:
        NetworkError: Travel times miss a valve, or are not usable.
    """
    duties = valves_to_visit(model, plan)
    _refuse_missing(model, duties, travel)
    shift = _Shift.of(model, travel, duties, pace or Pace())
    stopping = [device for device, duty in duties.items() if duty in (Duty.STOP, Duty.SEEPING)]
    held, kept = -1, 0
    if planned and plan.close:
        shut = tuple(device for device, duty in duties.items() if duty is not Duty.VERIFY)
        held, kept = _to_hold(kept_by_each(model, plan, shut), shift.after(stopping).visits)
    first = shift.after([device for device in stopping if device != held])
    second = first.after([device for device in duties if device not in stopping])
    last = second.after([held], Duty.HELD) if held >= 0 else second
    stops = [visit.done_s for visit in last.visits if visit.device in stopping]
    return ClosingOrder(
        visits=tuple(sorted(last.visits, key=lambda visit: (visit.done_s, visit.crew))),
        stops_s=max(stops, default=0),
        ends_s=last.latest_s,
        held=held,
        kept=kept,
        proven=last.proven,
        basis=travel.basis,
        starts_known=travel.starts_known,
        crews=travel.crews,
    )


def _to_hold(kept: dict[int, int], visits: tuple[Visit, ...]) -> tuple[int, int]:
    """The valve that keeps most customers supplied; of several, the one that comes last in the order anyway."""
    done = {visit.device: visit.done_s for visit in visits}
    held = max(kept, key=lambda device: (kept[device], done[device]))
    return held, kept[held]


@dataclass(frozen=True, eq=False)
class _Shift:
    """Crews at work: what they have done, and where and when they stand now.

    Attributes:
        places: Place of each device in *travel*.
        work_s: Shape (places,).
        weight: Shape (places,), larger for larger valves.
        at: By crew, the place where it is, -1 where it has been nowhere.
        ready_s: By crew.
    """

    travel: TravelTimes
    duties: dict[int, Duty]
    places: dict[int, int]
    work_s: Int64
    weight: Int64
    at: tuple[int, ...]
    ready_s: tuple[int, ...]
    visits: tuple[Visit, ...] = ()
    proven: bool = True

    @classmethod
    def of(cls, model: SupplyModel, travel: TravelTimes, duties: dict[int, Duty], pace: Pace) -> _Shift:
        """Everybody at the start."""
        devices, rows = model.city.network.devices, list(travel.devices)
        minutes = closing_minutes(devices, model.merged.condition, pace=pace, rows=rows)
        looking = np.array([duties.get(device) is Duty.VERIFY for device in rows], dtype=np.bool_)
        return cls(
            travel=travel,
            duties=duties,
            places={device: place for place, device in enumerate(rows)},
            work_s=np.ceil(np.where(looking, pace.set_up_min, minutes) * 60.0).astype(np.int64),
            weight=np.minimum((_dn_mm(devices, rows) / 20.0) ** 2, 10_000.0).astype(np.int64),
            at=(-1,) * travel.crews,
            ready_s=(0,) * travel.crews,
        )

    @property
    def latest_s(self) -> int:
        """When all that was done so far is done; 0 where nothing was."""
        return max((visit.done_s for visit in self.visits), default=0)

    def after(self, devices: list[int], duty: Duty | None = None) -> _Shift:
        """The same crews after a round to *devices*, for *duty* where that is not what they are to go for."""
        routes = best_routes(self._round(devices))
        at, ready = list(self.at), list(self.ready_s)
        visits = list(self.visits)
        for crew, (way, done) in enumerate(zip(routes.places, routes.done_s, strict=True)):
            for place, done_s in zip(way, done, strict=True):
                device = devices[place]
                at[crew], ready[crew] = self.places[device], done_s
                arrives_s = done_s - int(self.work_s[at[crew]])
                visits.append(Visit(device, duty or self.duties[device], crew, arrives_s, done_s))
        return self._moved(at, ready, visits, routes)

    def _moved(self, at: list[int], ready: list[int], visits: list[Visit], routes: Routes) -> _Shift:
        return _Shift(
            travel=self.travel,
            duties=self.duties,
            places=self.places,
            work_s=self.work_s,
            weight=self.weight,
            at=tuple(at),
            ready_s=tuple(ready),
            visits=tuple(visits),
            proven=self.proven and routes.proven,
        )

    def _round(self, devices: list[int]) -> Round:
        rows = [self.places[device] for device in devices]
        ways = [
            self.travel.from_crew_s[crew, rows] if place < 0 else self.travel.between_s[place, rows]
            for crew, place in enumerate(self.at)
        ]
        return Round(
            from_crew_s=_seconds(np.array(ways).reshape(len(self.at), len(rows))),
            between_s=_seconds(self.travel.between_s[np.ix_(rows, rows)]),
            work_s=self.work_s[rows],
            weight=self.weight[rows],
            ready_s=np.array(self.ready_s, dtype=np.int64),
        )


def _seconds(times_s: Float64) -> Int64:
    """Whole seconds, up; a time that is none becomes one that a round refuses."""
    usable = np.isfinite(times_s)
    return np.where(usable, np.ceil(np.where(usable, times_s, 0.0)), -1.0).astype(np.int64)


def _dn_mm(devices: DeviceTable, rows: list[int]) -> Float64:
    return np.maximum(devices.dn_mm[rows], 0).astype(np.float64)
