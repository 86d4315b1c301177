"""Where people fetch water in a planned outage (P6): hydrants with water nearby, tankers where none is.

The clause asks for it where water is off for more than 24 hours; below that it is given on request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.messages import Words
from app.messages.formats import number
from app.operations.isolate import answer
from app.outages.book import Outage, Revision
from app.outages.templates import NoticeKind
from network.answers import (
    AreaTarget,
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    JunctionTarget,
    PipesTarget,
    PipeTarget,
    Target,
)
from network.columns import Bool, Float64, IdColumn, Int32
from network.supply import SupplyModel
from network.topology import City
from network.water_points import Demand, enough, gathered, ways_m

REACH_M = 500.0
"""House: nobody should carry water farther."""

CELL_M = 60.0
"""House: people so close together are one demand."""

MOST_POINTS = 30
"""House: more points than this nobody can staff."""

P6_S = 24 * 3600
"""Longer than this the clause asks for temporary supply; exactly 24 hours is not longer."""

_MOST_HYDRANTS = 400
_HYDRANT_WORDS = ("消火栓", "消防栓", "hydrant")


@dataclass(frozen=True)
class WaterPoint:
    """One place.

    Attributes:
        hydrant: Id; "" for a tanker's stop.
        near: Address beside it, as the records have it; "" where none is recorded.
        people: Who would fetch water here.
        farthest_m: The longest way to it, straight.
    """

    hydrant: str
    near: str
    x_m: float
    y_m: float
    people: int
    farthest_m: float


@dataclass(frozen=True)
class WaterPlan:
    """All places of an outage.

    Attributes:
        needed: Whether the clause asks for them.
        points: Hydrants first, each by how many it serves.
        beyond: People farther than :data:`REACH_M` from every point.
    """

    needed: bool
    points: tuple[WaterPoint, ...]
    people: int
    beyond: int


def target_from(city: City, record: Mapping[str, Any]) -> Target | None:
    """The target that a plan's record names; None where the city does not have it any more."""
    match record:
        case {"area": list() | tuple() as ring}:
            return AreaTarget(tuple((float(x_m), float(y_m)) for x_m, y_m in ring))
        case {"pipes": list() | tuple() as names}:
            found = city.network.pipes.ids.find_many(IdColumn.of(str(name) for name in names))
            return PipesTarget(tuple(sorted(found.tolist()))) if len(found) and bool((found >= 0).all()) else None
        case {"pipe": str(name)}:
            row = city.network.pipes.ids.find(name)
            offset_m = record.get("offset_m")
            return None if row < 0 else PipeTarget(row, None if offset_m is None else float(offset_m))
    kinds: Mapping[str, tuple[IdColumn, Callable[[int], Target]]] = {
        "junction": (city.network.nodes.ids, JunctionTarget),
        "valve": (city.network.devices.ids, DeviceTarget),
        "hydrant": (city.hydrants.ids, HydrantTarget),
        "customer": (city.customers.ids, CustomerTarget),
    }
    for kind, (ids, make) in kinds.items():
        if kind in record:
            row = ids.find(str(record[kind]))
            return None if row < 0 else make(row)
    return None


def water_plan(model: SupplyModel, revision: Revision) -> WaterPlan:
    """Hydrants and tankers for those whom *revision* puts out; none where nobody is, or its place is gone."""
    needed = revision.duration_s > P6_S
    target = target_from(model.city, revision.target)
    given = None if target is None else answer(model, target)
    if given is None or not len(given.impact.out):
        return WaterPlan(needed, (), 0, 0)
    customers, out = model.city.customers, given.impact.out
    demand = gathered(customers.x_m[out], customers.y_m[out], customers.people[out].astype(np.float64), CELL_M)
    hydrants = _near(demand, model.city, np.flatnonzero(_live(model, given.impact.hydrants_out)).astype(np.int32))
    points, served = _hydrant_points(model.city, demand, hydrants)
    tankers, reached = _tanker_points(model.city, demand, out, np.flatnonzero(~served), MOST_POINTS - len(points))
    beyond = float(demand.weight[~(served | reached)].sum())
    return WaterPlan(needed, (*points, *tankers), round(float(demand.weight.sum())), round(beyond))


def _live(model: SupplyModel, hydrants_out: Int32) -> Bool:
    """Hydrants with water while the plan is carried out."""
    taps = model.structure.hydrant_taps
    fed: Bool = np.zeros(len(model.city.hydrants.tap.pipe), dtype=np.bool_)
    fed[taps.owner[model.supplied[taps.segment]]] = True
    # A tap on a valve hangs on both its sides: the worse one wins.
    fed[taps.owner[~model.supplied[taps.segment]]] = False
    fed[hydrants_out] = False
    return fed


def _near(demand: Demand, city: City, hydrants: Int32) -> Int32:
    """The hydrants that somebody can reach, the nearest ones where they are very many."""
    if not len(hydrants):
        return hydrants
    nearest_m = ways_m(demand, city.hydrants.x_m[hydrants], city.hydrants.y_m[hydrants]).min(axis=0)
    order = np.argsort(nearest_m, kind="stable")[:_MOST_HYDRANTS]
    near: Int32 = hydrants[np.sort(order[nearest_m[order] <= REACH_M])]
    return near


def _hydrant_points(city: City, demand: Demand, hydrants: Int32) -> tuple[list[WaterPoint], Bool]:
    x_m, y_m = city.hydrants.x_m[hydrants], city.hydrants.y_m[hydrants]
    ways = ways_m(demand, x_m, y_m)
    found = enough(ways, demand.weight, REACH_M, MOST_POINTS)
    served: Bool = found.way_m <= REACH_M
    points = []
    for column in found.chosen:
        own = served & (found.nearest == column)
        row = int(hydrants[column])
        place = float(x_m[column]), float(y_m[column])
        near = city.hydrants.name[row] or _address(city, *place)
        points.append(_point(city.hydrants.ids[row], near, place, demand.weight[own], found.way_m[own]))
    return _by_people(points), served


def _tanker_points(
    city: City, demand: Demand, out: Int32, left: np.ndarray, most: int
) -> tuple[list[WaterPoint], Bool]:
    """Stops where people live whom no hydrant serves."""
    reached: Bool = np.zeros(len(demand.weight), dtype=np.bool_)
    if not len(left) or most <= 0:
        return [], reached
    rest = Demand(demand.x_m[left], demand.y_m[left], demand.weight[left], demand.of)
    ways = ways_m(rest, rest.x_m, rest.y_m)
    found = enough(ways, rest.weight, REACH_M, most)
    reached[left[found.way_m <= REACH_M]] = True
    points = []
    for column in found.chosen:
        own = (found.nearest == column) & (found.way_m <= REACH_M)
        # A tanker stops at a door, not in the middle between houses.
        doors = out[demand.of == left[column]]
        place = float(city.customers.x_m[doors[0]]), float(city.customers.y_m[doors[0]])
        near = next((city.customers.address[row] for row in doors.tolist() if city.customers.address[row]), "")
        points.append(_point("", near, place, rest.weight[own], found.way_m[own]))
    return _by_people(points), reached


def _point(hydrant: str, near: str, place: tuple[float, float], weight: Float64, way_m: Float64) -> WaterPoint:
    return WaterPoint(hydrant, near, *place, round(float(weight.sum())), round(float(way_m.max(initial=0.0)), 1))


def _by_people(points: list[WaterPoint]) -> list[WaterPoint]:
    return sorted(points, key=lambda one: (-one.people, one.hydrant, one.x_m))


def _address(city: City, x_m: float, y_m: float) -> str:
    """Address of the nearest customer; "" where there is none within 100 m."""
    away_m = np.hypot(city.customers.x_m - x_m, city.customers.y_m - y_m)
    row = int(np.argmin(away_m)) if len(away_m) else -1
    return city.customers.address[row] if row >= 0 and away_m[row] <= 100.0 else ""


def water_text(plan: WaterPlan, words: Words) -> str:
    """The places for a notice: "" where there are none."""
    said = []
    for one in plan.points:
        place = one.near or one.hydrant or f"{one.x_m:.0f}, {one.y_m:.0f}"
        # Many records call a hydrant a hydrant already: 金浦街消火栓.
        named = any(word in place.casefold() for word in _HYDRANT_WORDS)
        kind = "hydrant_named" if named else "hydrant"
        said.append(words.say("water_point", kind if one.hydrant else "tanker", {"place": place}))
    return words.say("notice_words", "comma").join(said)


def points_are_told(outage: Outage) -> bool:
    """Whether a notice names the points: the clause asks for them, and the planner has said nothing himself."""
    return "supply" not in outage.plan.texts and outage.plan.duration_s > P6_S


def told_supply(model: Callable[[], SupplyModel], outage: Outage, kind: NoticeKind, words: Words) -> str:
    """What the notice of *outage* says of drinking water where the planner said nothing; "" for nothing."""
    wanted = kind is NoticeKind.PLANNED and points_are_told(outage)
    return water_text(water_plan(model(), outage.plan), words) if wanted else ""


def water_lines(plan: WaterPlan, words: Words) -> list[str]:
    """The places for a terminal, and how many people are too far from all of them."""
    lines = []
    for one in plan.points:
        detail: dict[str, str | int] = {
            "place": " ".join(part for part in (one.hydrant, one.near) if part) or f"{one.x_m:.0f}, {one.y_m:.0f}",
            "people": number(one.people),
            "away": number(one.farthest_m),
        }
        lines.append(words.say("water_point", "hydrant_line" if one.hydrant else "tanker_line", detail))
    lines.append(words.say("water_point", "needed" if plan.needed else "on_request"))
    if plan.beyond:
        lines.append(words.say("water_point", "beyond", {"people": number(plan.beyond), "reach": number(REACH_M)}))
    return lines
