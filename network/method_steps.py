"""Steps of the programme that crews follow, as records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from network.assets import Turning
from network.closing_order import ClosingOrder
from network.columns import NO_INDEX
from network.draining import Draining
from network.flushing import FlushPoint
from network.normal_positions import ReturnReason
from network.outlets import Outlet
from network.refilling import Refilling


class Phase(StrEnum):
    """Parts of the programme, each with a clock of its own: nobody knows beforehand how long the work takes."""

    SHUT_DOWN = "shut_down"
    WORK = "work"
    RESTORE = "restore"


class StepKind(StrEnum):
    """What is done; words are made in app.messages."""

    STOP_SOURCE = "stop_source"
    CLOSE = "close"
    TELL_CUSTOMERS = "tell_customers"
    CHECK_STOPPED = "check_stopped"
    VERIFY_CLOSED = "verify_closed"
    LET_AIR_IN = "let_air_in"
    DRAIN = "drain"
    PUMP_OUT = "pump_out"
    WORK = "work"
    CLOSE_DRAIN = "close_drain"
    FILL = "fill"
    CLOSE_VENT = "close_vent"
    OPEN_FEED = "open_feed"
    FLUSH = "flush"
    CHECK_QUALITY = "check_quality"
    OPEN = "open"
    LEAVE_CLOSED = "leave_closed"
    CLOSE_AGAIN = "close_again"
    RESTART_SOURCE = "restart_source"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Step:
    """One thing to do, on one thing.

    Attributes:
        phase: Whose clock the times are on.
        begins_s, ends_s: From the start of the phase; None where it hangs on something that is not known.
        crew: From 0; -1 for whoever is on site, or the dispatch centre.
        device, source: Rows, -1 where the step is not about one.
        outlet: Where water or air is let out.
        turns: Of the spindle; 0 where none are turned.
        turns_recorded: False where they come from a rule of thumb.
        turning: Which way to turn the spindle, seen from above; UNKNOWN where it is not recorded: it is never guessed.
        slowly: True for a valve so large that it must not be closed or opened quickly.
        held: True for the valve that stays open until customers have been told.
        reason: Why a valve is left as it is.
        flush: Way, direction and time of flushing.
        volume_m3: Water that runs out or in.
    """

    kind: StepKind
    phase: Phase
    begins_s: float | None = None
    ends_s: float | None = None
    crew: int = NO_INDEX
    device: int = NO_INDEX
    source: int = NO_INDEX
    outlet: Outlet | None = None
    turns: float = 0.0
    turns_recorded: bool = True
    turning: Turning = Turning.UNKNOWN
    slowly: bool = False
    held: bool = False
    reason: ReturnReason | None = None
    flush: FlushPoint | None = None
    volume_m3: float | None = None


@dataclass(frozen=True, eq=False)
class Method:
    """The whole programme for a plan.

    Attributes:
        steps: In the order in which they are done.
        order, draining, refilling: What they were made from.
        shut_s: From the start until the mains are empty and the work can begin.
        restore_s: From the end of the work until all valves are back; None where it is not known.
        stops_sources: True where sources have to be stopped: valves alone do not stop the water.
    """

    steps: tuple[Step, ...]
    order: ClosingOrder
    draining: Draining
    refilling: Refilling
    shut_s: float
    restore_s: float | None
    stops_sources: bool

    def instants(
        self, start: datetime, work: timedelta | None = None
    ) -> tuple[tuple[datetime | None, datetime | None], ...]:
        """When each step begins and ends, from *start* of the first; after the work only where *work* is known."""
        drained = start + timedelta(seconds=round(self.shut_s))
        restored = None if work is None else drained + work
        origin = {Phase.SHUT_DOWN: start, Phase.WORK: drained, Phase.RESTORE: restored}
        return tuple(
            (_at(origin[step.phase], step.begins_s), _at(origin[step.phase], step.ends_s)) for step in self.steps
        )


def _at(origin: datetime | None, seconds: float | None) -> datetime | None:
    return None if origin is None or seconds is None else origin + timedelta(seconds=round(seconds))


class WhyNoMethod(StrEnum):
    """Why there is no programme; words are made in app.messages."""

    NOT_SUPPLIED = "target_not_supplied_before"
    NO_PLACE = "target_off_the_network"


@dataclass(frozen=True)
class NoMethod:
    """There is nothing to carry out."""

    why: WhyNoMethod
