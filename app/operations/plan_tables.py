"""A plan as lists for people: valves in the order they are told, customers with the critical ones first, pipes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.messages import Words
from app.operations.isolate import Answer
from gis.exchange.tables import Cell, Sheet
from network.answers import PipeParts
from network.assets import Condition, DeviceKind, LinkMethod, Position, Turning
from network.columns import Int32
from network.supply import SupplyModel

ROLES = ("close", "verify_closed", "drain_back", "dead_side", "held_by")
"""What a device is to a plan, in the order of the lists; a valve against backflow is not named as dead side again."""


@dataclass(frozen=True)
class Role:
    """A device and what it is to the plan; *order* counts within its role from 1."""

    device: int
    role: str
    order: int


def roles(answer: Answer) -> tuple[Role, ...]:
    """Devices of the plan by role, each once."""
    plan = answer.plan
    named: set[int] = set()
    found: list[Role] = []
    for role in ROLES:
        devices = [device for device in getattr(plan, role) if device not in named]
        named.update(devices)
        found += [Role(device, role, order) for order, device in enumerate(devices, start=1)]
    return tuple(found)


def customers_in_order(model: SupplyModel, answer: Answer) -> Int32:
    """Rows of the customers affected: critical ones first, then those out, then those on storage, each by id."""
    customers, impact = model.city.customers, answer.impact
    rows = np.concatenate([impact.out, impact.on_storage])
    stored = np.concatenate([np.zeros(len(impact.out), bool), np.ones(len(impact.on_storage), bool)])
    order = np.lexsort((customers.ids.data[rows], stored, ~customers.critical[rows]))
    return rows[order].astype(np.int32)


def valve_sheet(model: SupplyModel, answer: Answer, words: Words) -> Sheet:
    """The valve list of a plan."""
    columns = (
        "order",
        "valve",
        "role",
        "kind",
        "dn_mm",
        "place",
        "turns",
        "closes",
        "position",
        "condition",
        "assumed",
    )
    rows = [_valve_row(model, role, words) for role in roles(answer)]
    return _sheet("valves", (*columns, "x_m", "y_m"), rows, words)


def _valve_row(model: SupplyModel, role: Role, words: Words) -> list[Cell]:
    devices, row = model.city.network.devices, role.device
    turns, turning = float(devices.turns[row]), Turning(int(devices.closes[row]))
    return [
        role.order,
        devices.ids[row],
        words.say("role", role.role),
        words.say("device_kind", DeviceKind(int(devices.kind[row])).name.lower()),
        int(devices.dn_mm[row]) or None,
        " ".join(part for part in (devices.landmark[row], devices.chamber[row]) if part),
        turns if np.isfinite(turns) else None,
        words.say("turning", turning.name.lower()) if turning else "",
        words.say("position", Position(int(model.states.position[row])).name.lower()),
        words.say("condition", Condition(int(model.states.condition[row])).name.lower()),
        words.say("export", "assumed") if devices.assumed[row] else "",
        round(float(devices.x_m[row]), 3),
        round(float(devices.y_m[row]), 3),
    ]


def customer_sheet(model: SupplyModel, answer: Answer, words: Words) -> Sheet:
    """The customer list of a plan: critical customers first, and how each was linked to its main."""
    columns = (
        "customer",
        "name",
        "category",
        "critical",
        "state",
        "households",
        "people",
        "address",
        "phone",
        "station",
    )
    stored = set(answer.impact.on_storage.tolist())
    rows = [_customer_row(model, int(row), int(row) in stored, words) for row in customers_in_order(model, answer)]
    return _sheet("customers", (*columns, "pipe", "linked_by", "linked_m", "x_m", "y_m"), rows, words)


def _customer_row(model: SupplyModel, row: int, stored: bool, words: Words) -> list[Cell]:
    city = model.city
    customers, tap = city.customers, city.customers.tap
    station, pipe = int(customers.station[row]), int(tap.pipe[row])
    return [
        customers.ids[row],
        customers.name[row],
        words.name("category", customers.category[row] or "unrecorded"),
        words.say("export", "critical") if customers.critical[row] else "",
        words.say("supply", "on_storage" if stored else "out"),
        int(customers.households[row]) or None,
        int(customers.people[row]) or None,
        customers.address[row],
        customers.phone[row],
        city.stations.ids[station] if station >= 0 else "",
        city.network.pipes.ids[pipe] if pipe >= 0 else "",
        words.say("link_method", LinkMethod(int(tap.method[row])).name.lower()),
        round(float(tap.distance_m[row]), 2) if np.isfinite(tap.distance_m[row]) else None,
        round(float(customers.x_m[row]), 3),
        round(float(customers.y_m[row]), 3),
    ]


def pipe_sheet(model: SupplyModel, answer: Answer, words: Words) -> Sheet:
    """Mains out of service or on storage, with the length concerned."""
    plan = answer.plan
    rows = [
        row
        for state, parts in (
            ("isolated", plan.isolated),
            ("unintended", plan.unintended),
            ("on_storage", plan.on_storage),
        )
        for row in _pipe_rows(model, state, parts, words)
    ]
    return _sheet("pipes", ("pipe", "state", "dn_mm", "material", "year", "length_m"), rows, words)


def _pipe_rows(model: SupplyModel, state: str, parts: PipeParts, words: Words) -> Iterator[list[Cell]]:
    pipes = model.city.network.pipes
    lengths_m = np.bincount(parts.pipe, weights=parts.end_m - parts.start_m) if len(parts) else np.empty(0)
    for row in parts.pipes:
        yield [
            pipes.ids[row],
            words.say("supply", state),
            int(pipes.dn_mm[row]) or None,
            pipes.material[row],
            int(pipes.year[row]) or None,
            round(float(lengths_m[row]), 2),
        ]


def _sheet(title: str, columns: tuple[str, ...], rows: Sequence[Sequence[Cell]], words: Words) -> Sheet:
    return Sheet(words.say("export", title), tuple(words.say("column", name) for name in columns), rows)
