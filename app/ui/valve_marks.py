"""How the state of a valve looks in lists: shape, colour and word together."""

from __future__ import annotations

from typing import Final

from network.assets import Condition, DeviceKind, Position

Mark = tuple[str, str]
"""Icon name and colour token."""

_BY_CONDITION: Final = {
    Condition.INOPERABLE: ("valve_stuck", "amber_text"),
    Condition.PASSING: ("valve_passing", "amber_text"),
    Condition.UNKNOWN: ("valve_unknown", "amber_text"),
}
_BY_ROLE: Final = {
    "verify_closed": ("valve_verify", "t2"),
    "drain_back": ("drop", "t2"),
    "dead_side": ("ring", "t3"),
    "held_by": ("check_valve", "t2"),
    "bypassed": ("valve_stuck", "amber_text"),
}


def state_mark(kind: int, position: int, condition: int) -> Mark:
    """The mark of a device in this state; the worst of it shows."""
    if kind == DeviceKind.CHECK:
        return "check_valve", "t2"
    if position == Position.DISPUTED:
        return "valve_disputed", "unintended"
    found = _BY_CONDITION.get(Condition(condition))
    if found is not None:
        return found
    return ("valve_closed" if position == Position.CLOSED else "valve_open"), "t2"


def role_mark(role: str) -> Mark | None:
    """The mark of what a device is to a plan; None for a valve to close, which bears its number."""
    return _BY_ROLE.get(role)


def condition_tone(condition: int) -> str:
    """Colour token in which a condition is written."""
    return "t2" if condition == Condition.OPERABLE else "amber_text"
