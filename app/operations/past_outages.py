"""How often customers were without water, as far as the journal knows.

What counts: a plan written into the journal (``plan.made``) whose valves in ``close`` were all seen closed
(``valve.observed``, not retracted) within 24 hours after it was made; it is one outage for each customer that the plan
puts out. A plan nobody carried out does not count, nor one with nothing to close. Of several plans that share a
closing, as when a plan is made anew while crews are out, the last counts alone. Customers on storage had no outage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from app.journal.events import EventKey, milliseconds
from app.journal.fold import State
from app.journal.valves import Observation, Status, position_of
from app.workspace import Workspace
from network.assets import Position
from network.columns import IdColumn, Int64

CARRIED_OUT_WITHIN = timedelta(hours=24)
"""Later closings belong to something else (house value)."""
SPAN = timedelta(days=365)


@dataclass(frozen=True, eq=False)
class PastOutages:
    """Outages in the twelve months before a moment.

    Attributes:
        since: Where the twelve months begin.
        outages: How many plans were carried out.
        by_customer: Shape (customers,), outages of each.
    """

    since: datetime
    outages: int
    by_customer: Int64


@dataclass(frozen=True)
class _Made:
    """A plan as the journal has it."""

    key: EventKey
    at_ms: int
    close: tuple[str, ...]
    customers_out: tuple[str, ...]


def past_outages(workspace: Workspace, now: datetime) -> PastOutages:
    """Outages of every customer in the twelve months before *now*."""
    since = now - SPAN
    first_ms, last_ms = milliseconds(since), milliseconds(now)
    plans = [plan for plan in _plans(workspace) if plan.close and first_ms <= plan.at_ms <= last_ms]
    carried_out = _carried_out(plans, workspace.state)
    customers = workspace.city.customers.ids
    counts = np.zeros(len(customers), dtype=np.int64)
    for plan in carried_out:
        rows = customers.find_many(IdColumn.of(plan.customers_out))
        counts[np.unique(rows[rows >= 0])] += 1
    return PastOutages(since, len(carried_out), counts)


def _plans(workspace: Workspace) -> Iterable[_Made]:
    for key in workspace.state.plans:
        event = workspace.journal.event(key)
        if event is not None:
            facts = event.facts
            yield _Made(key, event.eff_at_ms, _texts(facts.get("close")), _texts(facts.get("customers_out")))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value or ())


def _carried_out(plans: list[_Made], state: State) -> list[_Made]:
    """Those whose valves were all closed in time; of those that share a closing, the last."""
    valves = {valve for plan in plans for valve in plan.close}
    closings = {valve: _closings(state, valve) for valve in valves}
    counted: list[_Made] = []
    used: set[EventKey] = set()
    for plan in sorted(plans, key=lambda plan: (plan.at_ms, plan.key), reverse=True):
        upto_ms = plan.at_ms + CARRIED_OUT_WITHIN // timedelta(milliseconds=1)
        found = [{one.key for one in closings[valve] if plan.at_ms <= one.eff_at_ms <= upto_ms} for valve in plan.close]
        if all(found):
            together = set().union(*found)
            if not together & used:
                counted.append(plan)
            used |= together
    return counted


def _closings(state: State, valve: str) -> list[Observation]:
    """Observations of *valve* closed that nobody took back."""
    told = state.valves.get(valve, ())
    statuses = dict(position_of(told, state.lineage).statuses)
    return [one for one in told if one.position == Position.CLOSED and statuses[one.key] is not Status.RETRACTED]
