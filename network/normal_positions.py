"""Where valves that were closed for a plan are left: in their normal position, or elsewhere for a reason on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from network.assets import Position
from network.supply import SupplyModel


class ReturnReason(StrEnum):
    """Why a valve is left as it is; words are made in app.messages."""

    NORMALLY_OPEN = "normally_open"
    NORMALLY_CLOSED = "normally_closed"
    NEEDED_OPEN = "normally_closed_but_supply_needs_it_open"
    NORMAL_UNKNOWN = "normal_position_not_known_left_as_found"


@dataclass(frozen=True)
class Return:
    """A valve after the work.

    Attributes:
        device: Device row.
        position: Where it is left, open or closed.
        reason: Why.
    """

    device: int
    position: Position
    reason: ReturnReason


def returns_of(model: SupplyModel, closed: Sequence[int]) -> tuple[Return, ...]:
    """Where each of *closed* is left, in the same order.

    Each goes back to its normal position. A valve that was found open though it is normally closed stays closed, unless
    something supplied before would then not be: such valves are left as they were found, all of them, for the
    dispatcher to decide.

    Args:
        model: The city before the plan.
        closed: Valves closed for a plan, device rows.
    """
    normal, links = model.city.network.devices.normal, model.structure.links
    shut = [device for device in closed if normal[device] == Position.CLOSED]
    on_mains = [device for device in shut if len(links.rows_of(np.array([device])))]
    needed = set(shut) if _supply_needs(model, on_mains) else set(shut) - set(on_mains)
    return tuple(_return(int(normal[device]), device, needed=device in needed) for device in closed)


def _supply_needs(model: SupplyModel, devices: list[int]) -> bool:
    """Whether anything supplied now would not be with *devices* closed."""
    if not devices:
        return False
    without = model.with_states(model.states.with_positions(devices, Position.CLOSED))
    return bool((model.supplied & ~without.supplied).any())


def _return(normal: int, device: int, *, needed: bool) -> Return:
    if normal == Position.OPEN:
        return Return(device, Position.OPEN, ReturnReason.NORMALLY_OPEN)
    if normal == Position.DISPUTED:
        return Return(device, Position.OPEN, ReturnReason.NORMAL_UNKNOWN)
    if needed:
        return Return(device, Position.OPEN, ReturnReason.NEEDED_OPEN)
    return Return(device, Position.CLOSED, ReturnReason.NORMALLY_CLOSED)
