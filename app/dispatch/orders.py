"""Dispatch orders (调度令): numbered, read back, executed, reported, each step with its time and its author.

An order's number is made from the day and the device that issued it, so that two desks without a network never give the
same one. Steps are facts: each may come from another desk, late, and in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.dispatch.due import local_day
from app.dispatch.entries import Entry, EntryKind, OrderStep
from app.journal.events import EventKey

ORDER = "order/"


class Needed(StrEnum):
    """Why an act needs an order (house: what feeds whole districts)."""

    TRUNK_VALVE = "trunk_valve"
    PLANT = "plant"
    BOOSTER = "booster"


TRUNK_DN_MM = 600.0
"""House: valves from this diameter on are operated by order only."""


@dataclass(frozen=True)
class Order:
    """One order as its entries say.

    Attributes:
        number: Such as ``20260312-d1f3-004``.
        issuer: Who gave it.
        receiver: Who was to carry it out.
        about: Entity that it is about, such as ``valve/V12`` or ``source/S1``.
        incident: The incident for which it was given; empty where for none.
        steps_ms: When each step was taken first, UTC milliseconds.
        out_of_order: Steps that were taken before one that should come first.
        by: All its events.
    """

    number: str
    issuer: str
    receiver: str
    about: str
    incident: str
    steps_ms: Mapping[OrderStep, int]
    out_of_order: tuple[OrderStep, ...]
    by: tuple[EventKey, ...]

    @property
    def open(self) -> bool:
        """Whether it is still to be executed or reported."""
        return OrderStep.REPORTED not in self.steps_ms and OrderStep.WITHDRAWN not in self.steps_ms

    @property
    def next(self) -> OrderStep | None:
        """The step that is due; None where nothing is."""
        if not self.open:
            return None
        return next((step for step in COURSE if step not in self.steps_ms), None)


COURSE = (OrderStep.ISSUED, OrderStep.READ_BACK, OrderStep.EXECUTED, OrderStep.REPORTED)
"""Steps of an order in their order; withdrawing ends it anywhere."""


def next_number(day: date, dev: str, numbers: Iterable[str]) -> str:
    """The number of the next order that device *dev* gives on *day*, beside those that have been given."""
    prefix = f"{day:%Y%m%d}-{dev[:4]}-"
    given = [int(number.removeprefix(prefix)) for number in numbers if number.startswith(prefix)]
    return f"{prefix}{max(given, default=0) + 1:03d}"


def order_needed(*, dn_mm: float | None, is_source: bool, is_pump: bool) -> Needed | None:
    """Why operating something needs an order; None where it does not. A diameter that is not known needs none."""
    if is_source:
        return Needed.PLANT
    if is_pump:
        return Needed.BOOSTER
    return Needed.TRUNK_VALVE if dn_mm is not None and dn_mm >= TRUNK_DN_MM else None


def orders_of(entries: Mapping[str, tuple[Entry, ...]]) -> tuple[Order, ...]:
    """Every order that was issued, by number; steps of orders nobody has heard of wait until their issue arrives."""
    found = (_order(entity, told) for entity, told in sorted(entries.items()) if entity.startswith(ORDER))
    return tuple(order for order in found if order is not None)


def _order(entity: str, told: tuple[Entry, ...]) -> Order | None:
    steps = [entry for entry in told if entry.kind is EntryKind.ORDER_STEP]
    issues = [entry for entry in steps if entry.facts["step"] == OrderStep.ISSUED and "receiver" in entry.facts]
    if not issues:
        return None
    issue = min(issues, key=lambda entry: entry.rank)
    steps_ms: dict[OrderStep, int] = {}
    for entry in steps:
        step = OrderStep(entry.facts["step"])
        steps_ms[step] = min(entry.eff_at_ms, steps_ms.get(step, entry.eff_at_ms))
    return Order(
        number=entity.removeprefix(ORDER),
        issuer=issue.actor,
        receiver=str(issue.facts["receiver"]),
        about=str(issue.facts.get("about", "")),
        incident=str(issue.facts.get("incident", "")),
        steps_ms=steps_ms,
        out_of_order=tuple(_out_of_order(steps_ms)),
        by=tuple(sorted(entry.key for entry in steps)),
    )


def _out_of_order(steps_ms: Mapping[OrderStep, int]) -> Iterable[OrderStep]:
    for place, step in enumerate(COURSE):
        before = [steps_ms.get(earlier) for earlier in COURSE[:place]]
        if step in steps_ms and any(moment is None or moment > steps_ms[step] for moment in before):
            yield step


def orders_on(orders: Iterable[Order], day: date, zone: ZoneInfo) -> tuple[Order, ...]:
    """Orders with any step on *day*, for the day's log (调度日志), by the time of their first step that day."""

    def first_ms(order: Order) -> int | None:
        return min((moment for moment in order.steps_ms.values() if local_day(moment, zone) == day), default=None)

    that_day = [(moment, order.number, order) for order in orders if (moment := first_ms(order)) is not None]
    return tuple(order for _, _, order in sorted(that_day, key=lambda one: one[:2]))
