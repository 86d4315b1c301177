"""The devices of a plan in the order in which screen and paper tell them. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.messages import Words
from app.ui.plan_facts import PlanFacts
from network.assets import Condition
from network.topology import DeviceStates

ROLES = ("close", "drain_back", "verify_closed", "held_by", "bypassed", "dead_side")
"""What a device is to a plan. Bypassed ones stand inside the region and cannot be relied on."""


@dataclass(frozen=True)
class ValveRow:
    """One device of the plan and what it is to it; *order* from 1 for valves to close, else 0."""

    device: int
    role: str
    order: int = 0


def in_closing_order(facts: PlanFacts, closing: Sequence[int]) -> tuple[int, ...]:
    """Valves that the plan closes, in the order *closing* as far as that names them, then by id."""
    close = facts.plan.close
    first = [row for row in closing if row in close]
    return (*first, *(row for row in close if row not in first))


def valve_rows(facts: PlanFacts, closing: Sequence[int] = ()) -> tuple[ValveRow, ...]:
    """Devices of the plan in the order in which they are told, each once.

    Valves to close come first, in the order *closing* where it is known, else by id.
    """
    plan = facts.plan
    of_role = {role: getattr(plan, role) for role in ROLES if role != "bypassed"}
    of_role["bypassed"] = facts.bypassed
    of_role["dead_side"] = tuple(row for row in plan.dead_side if row not in set(plan.drain_back))
    to_close = [ValveRow(row, "close", order) for order, row in enumerate(in_closing_order(facts, closing), start=1)]
    return (*to_close, *(ValveRow(row, role) for role in ROLES[1:] for row in of_role[role]))


def task_words(row: ValveRow, states: DeviceStates, words: Words) -> str:
    """What is said of a device beside its place: the condition of one to be closed, else what it is to the plan."""
    if row.role in {"close", "bypassed"}:
        return words.say("condition", Condition(int(states.condition[row.device])).name.lower())
    return words.say("role_short", row.role)
