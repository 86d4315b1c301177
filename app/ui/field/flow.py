"""What is next at a valve, and what else can be said of it: no widget here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from app.dispatch.field_task import FieldTask, Goal, ValveStep
from app.dispatch.permits import ChamberState
from app.dispatch.valve_work import ValveStage

NEAR_M = 3.0
"""House: who is so near to a valve stands at it."""


class Primary(StrEnum):
    """What the large button does."""

    NONE = "none"
    OPEN_CHAMBER = "open_chamber"
    PERMIT = "permit"
    TURN = "turn"
    TURNED = "turned"
    VERIFIED = "verified"
    WATER_OFF = "water_off"
    MENDED = "mended"
    FORM = "form"


def primary_of(task: FieldTask, step: ValveStep | None, *, inside: bool) -> Primary:
    """The next thing to say: of the valve *step*, or of the work as a whole where no valve is left.

    Args:
        task: The work.
        step: The valve in front.
        inside: Whether somebody goes into its chamber.
    """
    if step is None:
        return _of_all(task)
    if step.done or step not in task.steps or not task.is_open:
        return Primary.NONE
    return Primary.VERIFIED if step.goal is Goal.VERIFY else _of_turning(step, inside=inside)


def _of_turning(step: ValveStep, *, inside: bool) -> Primary:
    begun = step.stage in {ValveStage.CHAMBER_OPENED, ValveStage.TURNING}
    if step.card.chamber and not begun:
        return Primary.OPEN_CHAMBER
    if inside and step.chamber is not ChamberState.GIVEN:
        return Primary.PERMIT
    return Primary.TURNED if step.stage == ValveStage.TURNING else Primary.TURN


def _of_all(task: FieldTask) -> Primary:
    if task.going_back or not task.over or not task.feasible or not task.is_open:
        return Primary.NONE
    return Primary.MENDED if task.dry else Primary.WATER_OFF


def inside_at_first(step: ValveStep) -> bool:
    """Whether somebody goes in, until the crew says otherwise: as it said last, else by the record."""
    return step.inside if step.stage == ValveStage.TURNING else step.card.entered


@dataclass(frozen=True)
class Way:
    """From where one stands to a valve.

    Attributes:
        length_m: Straight.
        bearing: One of eight, by the codes of the catalogue's section ``bearing``; "" where one stands at it.
    """

    length_m: float
    bearing: str


_EIGHT = ("north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west")


def way_to(here_m: tuple[float, float], there_m: tuple[float, float]) -> Way:
    """How far and in which direction, project CRS.

    >>> way_to((0.0, 0.0), (30.0, 40.0))
    Way(length_m=50.0, bearing='north_east')
    """
    east_m, north_m = there_m[0] - here_m[0], there_m[1] - here_m[1]
    length_m = math.hypot(east_m, north_m)
    if length_m < NEAR_M:
        return Way(length_m, "")
    eighth = round(math.degrees(math.atan2(east_m, north_m)) / 45.0) % 8
    return Way(length_m, _EIGHT[eighth])
