"""Whether it changes a plan to suppose something of a device (rules: docs/isolation-rules.md, table of devices)."""

from __future__ import annotations

from enum import StrEnum

from network.assets import is_gate
from network.placing import Placement
from network.topology import City


class Ignored(StrEnum):
    """Why what is supposed of a device changes no plan."""

    NO_GATE = "no_gate"
    """Its kind passes water by its kind alone; no plan opens or closes it."""
    NOWHERE = "nowhere"
    LEG_UNKNOWN = "leg_unknown"


def ignored_position(city: City, placement: Placement, device: int) -> Ignored | None:
    """Why it changes nothing to suppose row *device* open or closed; None where it may change a plan."""
    if not is_gate(int(city.network.devices.kind[device])):
        return Ignored.NO_GATE
    if (placement.off_network == device).any():
        return Ignored.NOWHERE
    return Ignored.LEG_UNKNOWN if (placement.leg_unknown == device).any() else None


def ignored_condition(city: City, placement: Placement, device: int) -> Ignored | None:
    """Why it changes nothing to suppose row *device* inoperable; None where it may change a plan.

    A branch valve of any kind counts: the plan for its hydrant, customer or station may be to close it.
    """
    owned = (city.hydrants.branch_valve, city.customers.branch_valve)
    if any((valves == device).any() for valves in owned):
        return None
    return ignored_position(city, placement, device)
