"""Answer "which valves must be closed for this place?": from ids to a plan, and from a plan to plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.errors import AppError
from gis.locate import BeyondReach, locate
from network.answers import (
    CannotIsolate,
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    Impact,
    IsolationPlan,
    JunctionTarget,
    PipeParts,
    PipeTarget,
    Target,
)
from network.assets import Condition, DeviceKind, Position
from network.columns import NO_INDEX, IdColumn
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import SupplyModel
from network.suppositions import Ignored, ignored_condition, ignored_position
from network.topology import DeviceStates

TARGET_KEYS = ("pipe", "valve", "junction", "hydrant", "customer", "at")
STATE_KEYS = ("inoperable", "closed", "open")
CLICK_REACH_M = 50.0
"""A place given by coordinates is taken on the nearest pipe no farther than this (house value)."""


_UNKNOWN = {
    "pipe": "unknown_pipe",
    "valve": "unknown_valve",
    "junction": "unknown_junction",
    "hydrant": "unknown_hydrant",
    "customer": "unknown_customer",
}


@dataclass(frozen=True)
class Query:
    """One question, by ids.

    Attributes:
        kind: One of :data:`TARGET_KEYS`.
        id: Id of the target; empty for a place given by coordinates.
        offset_m: Place on a pipe from the start of its line; None is its middle.
        at_m: Place in the project CRS (x, y) for kind ``at``.
        inoperable, closed, open: Device ids supposed to be in that state, on top of the record.
    """

    kind: str
    id: str = ""
    offset_m: float | None = None
    at_m: tuple[float, float] | None = None
    inoperable: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Answer:
    """A plan with who is affected."""

    result: IsolationPlan | CannotIsolate
    impact: Impact

    @property
    def plan(self) -> IsolationPlan:
        """The plan, or what it would be with the sources in the way stopped."""
        return self.result.if_stopped if isinstance(self.result, CannotIsolate) else self.result


@dataclass(frozen=True)
class IgnoredSupposition:
    """Something supposed of a valve on which no plan relies.

    Attributes:
        id: Of the valve.
    """

    id: str
    why: Ignored


def parse_query(record: object) -> Query:
    """Check one line of a targets file.

    Raises:
        AppError: ``query_not_an_object``, ``query_unknown_key``, ``query_one_target``, ``query_bad_value``.
    """
    if not isinstance(record, Mapping):
        raise AppError("query_not_an_object")
    unknown = [str(key) for key in record if key not in {*TARGET_KEYS, *STATE_KEYS, "offset_m"}]
    if unknown:
        raise AppError("query_unknown_key", key=unknown[0])
    named = [key for key in TARGET_KEYS if record.get(key) is not None]
    if len(named) != 1:
        raise AppError("query_one_target", keys=", ".join(TARGET_KEYS))
    kind = named[0]
    if record.get("offset_m") is not None and kind != "pipe":
        raise AppError("query_offset_without_pipe")
    return Query(
        kind=kind,
        id="" if kind == "at" else _text(kind, record[kind]),
        offset_m=None if record.get("offset_m") is None else _number("offset_m", record["offset_m"]),
        at_m=_point(record["at"]) if kind == "at" else None,
        **{key: _ids(key, record.get(key)) for key in STATE_KEYS},
    )


def parse_query_line(line: str) -> Query:
    """Parse one line of a ``.jsonl`` targets file; see :func:`parse_query`."""
    try:
        return parse_query(json.loads(line))
    except (ValueError, RecursionError) as error:  # A number of thousands of digits is a ValueError of its own.
        raise AppError("query_not_json") from error


def _text(key: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise AppError("query_bad_value", key=key, value=str(value))
    try:
        str(value).encode()
    except UnicodeEncodeError as error:
        # JSON may name half a character; no id can hold it.
        raise AppError("query_bad_value", key=key, value=ascii(value)) from error
    return str(value)


def _number(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:  # also refuses NaN
        raise AppError("query_bad_value", key=key, value=str(value))
    return float(value)


def _ids(key: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        raise AppError("query_bad_value", key=key, value=str(value))
    return tuple(_text(key, item) for item in value)


def _point(value: object) -> tuple[float, float]:
    parts: Sequence[object]
    if isinstance(value, str):
        try:
            parts = [float(part) for part in value.split(",")]
        except ValueError as error:
            raise AppError("query_bad_value", key="at", value=value) from error
    elif isinstance(value, Sequence):
        parts = value
    else:
        raise AppError("query_bad_value", key="at", value=str(value))
    if len(parts) != 2:
        raise AppError("query_bad_value", key="at", value=str(value))
    return _number("at", parts[0]), _number("at", parts[1])


class Desk:
    """A supply model with what is needed to ask it by id. Remembers the models of recent suppositions."""

    def __init__(self, model: SupplyModel) -> None:
        self.model = model
        # One supposition is usually asked about several times; a model of a large city takes a fraction of a second.
        self._supposed = lru_cache(maxsize=4)(self._suppose)

    def resolve(self, query: Query) -> Target:
        """The target that *query* names.

        Raises:
            AppError: ``unknown_pipe`` and its like, ``offset_outside_pipe``, ``no_pipe_there``.
        """
        city = self.model.city
        network = city.network
        match query.kind:
            case "pipe":
                pipe = find_row(network.pipes.ids, "pipe", query.id)
                length_m = float(network.pipes.length_m[pipe])
                if query.offset_m is not None and not 0.0 <= query.offset_m <= length_m:
                    raise AppError("offset_outside_pipe", id=query.id, length_m=round(length_m, 3))
                return PipeTarget(pipe, query.offset_m)
            case "valve":
                return DeviceTarget(find_row(network.devices.ids, "valve", query.id))
            case "junction":
                return JunctionTarget(find_row(network.nodes.ids, "junction", query.id))
            case "hydrant":
                return HydrantTarget(find_row(city.hydrants.ids, "hydrant", query.id))
            case "customer":
                return CustomerTarget(find_row(city.customers.ids, "customer", query.id))
            case _:
                return self._place(query)

    def _place(self, query: Query) -> PipeTarget:
        assert query.at_m is not None
        place = locate(self.model.city, *query.at_m, reach_m=CLICK_REACH_M)
        if isinstance(place, BeyondReach):
            raise AppError("no_pipe_there", x_m=query.at_m[0], y_m=query.at_m[1], reach_m=CLICK_REACH_M)
        return PipeTarget(place.pipe, place.offset_m)

    def supposing(self, query: Query) -> SupplyModel:
        """The model under the suppositions of *query*.

        Raises:
            AppError: ``unknown_pipe`` and its like; ``contradictory_states`` where a valve is supposed open and closed.
        """
        _consistent(query)
        key = (frozenset(query.inoperable), frozenset(query.closed), frozenset(query.open))
        return self._supposed(*key) if any(key) else self.model

    def _suppose(self, inoperable: frozenset[str], closed: frozenset[str], opened: frozenset[str]) -> SupplyModel:
        states = suppose(self.model, inoperable, closed, opened)
        return self.model.with_states(states)

    def check(self, query: Query) -> tuple[IgnoredSupposition, ...]:
        """Raise what :meth:`answer` would, without the work of an answer.

        Returns:
            What is supposed of valves on which no plan relies: it is allowed, and changes nothing.

        Raises:
            AppError: As :meth:`answer`; ``supposition_without_meaning`` where something is supposed of a device that
                no plan opens or closes, which an answer would pass over.
        """
        self.resolve(query)
        ignored = [self._ignored(key, name) for key in STATE_KEYS for name in getattr(query, key)]
        _consistent(query)
        return tuple(dict.fromkeys(found for found in ignored if found is not None))

    def _ignored(self, key: str, name: str) -> IgnoredSupposition | None:
        city = self.model.city
        device = find_row(city.network.devices.ids, "valve", name)
        placement = self.model.structure.segmentation.placement
        why = (ignored_condition if key == "inoperable" else ignored_position)(city, placement, device)
        if why is Ignored.NO_GATE:
            kind = DeviceKind(int(city.network.devices.kind[device])).name.lower()
            raise AppError("supposition_without_meaning", id=name, device_kind=kind)
        return None if why is None else IgnoredSupposition(name, why)

    def answer(self, query: Query) -> Answer:
        """Plan for *query* and who is affected."""
        target = self.resolve(query)
        return answer(self.supposing(query), target)


def _consistent(query: Query) -> None:
    both = sorted(set(query.closed) & set(query.open))
    if both:
        raise AppError("contradictory_states", id=both[0])


def suppose(
    model: SupplyModel, inoperable: frozenset[str], closed: frozenset[str], opened: frozenset[str]
) -> DeviceStates:
    """The model's states with some devices, by id, taken as inoperable, closed or open."""
    ids = model.city.network.devices.ids
    states = model.states
    states = states.with_conditions([find_row(ids, "valve", name) for name in inoperable], Condition.INOPERABLE)
    states = states.with_positions([find_row(ids, "valve", name) for name in closed], Position.CLOSED)
    return states.with_positions([find_row(ids, "valve", name) for name in opened], Position.OPEN)


def answer(model: SupplyModel, target: Target) -> Answer:
    """Plan for *target* and who is affected."""
    result = plan_isolation(model, target)
    plan = result.if_stopped if isinstance(result, CannotIsolate) else result
    return Answer(result, assess_impact(model, plan))


def find_row(ids: IdColumn, kind: str, name: str) -> int:
    """Row of the thing of that name.

    Raises:
        AppError: ``unknown_pipe`` and its like.
    """
    row = ids.find(name)
    if row == NO_INDEX:
        raise AppError(_UNKNOWN[kind], id=name)
    return row


def as_record(model: SupplyModel, query: Query, given: Answer, reason: str | None) -> dict[str, Any]:
    """The answer as one JSON object; *reason* is the sentence for a refusal or a warning, or None."""
    city, plan = model.city, given.plan
    devices, customers = city.network.devices.ids, city.customers.ids
    return {
        "feasible": plan.feasible,
        "reason": reason,
        "target": target_record(query),
        "stop": _sorted_ids(city.network.sources.ids, plan.stop),
        "close": _sorted_ids(devices, plan.close),
        "dead_side": _sorted_ids(devices, plan.dead_side),
        "drain_back": _sorted_ids(devices, plan.drain_back),
        "verify_closed": _sorted_ids(devices, plan.verify_closed),
        "held_by": _sorted_ids(devices, plan.held_by),
        "isolated": _parts_record(city.network.pipes.ids, plan.isolated),
        "unintended": _parts_record(city.network.pipes.ids, plan.unintended),
        "customers": {
            "out": _sorted_ids(customers, given.impact.out),
            "on_storage": _sorted_ids(customers, given.impact.on_storage),
            "critical": _sorted_ids(customers, given.impact.critical),
        },
    }


def target_record(query: Query) -> dict[str, Any]:
    """What was asked about, as JSON values."""
    if query.at_m is not None:
        return {"at": list(query.at_m)}
    record: dict[str, Any] = {query.kind: query.id}
    if query.offset_m is not None:
        record["offset_m"] = query.offset_m
    return record


def _sorted_ids(ids: IdColumn, rows: Any) -> list[str]:
    return sorted(ids[int(row)] for row in rows)


def _parts_record(ids: IdColumn, parts: PipeParts) -> dict[str, Any]:
    return {"pipes": _sorted_ids(ids, parts.pipes), "length_m": round(parts.length_m, 6)}
