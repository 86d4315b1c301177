"""Several outages at once, as frozen records. Rows index the tables of the city asked about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np

from network.answers import Target
from network.columns import Int32


@dataclass(frozen=True)
class Shutdown:
    """A planned or running shutdown.

    Attributes:
        id: What it is called; each once.
        start, end: Instants with a time zone, from closing the first valve to opening the last.
        target: What is to be dry; None for valves that are closed for another reason.
        close: Valves closed for it, device rows; where none are named, those of the plan for *target*.
        open: Closed valves opened for it, device rows.
        crew: Who operates its valves; empty where nobody is assigned.
    """

    id: str
    start: datetime
    end: datetime
    target: Target | None = None
    close: tuple[int, ...] = ()
    open: tuple[int, ...] = ()
    crew: str = ""


class WhyRefused(StrEnum):
    """Why a shutdown cannot be reckoned with; words are made in app.messages."""

    SAME_ID = "shutdown_id_twice"
    NO_TIME_ZONE = "shutdown_time_without_zone"
    END_BEFORE_START = "shutdown_ends_before_it_starts"
    NOTHING_SHUT = "shutdown_without_target_and_valves"
    UNKNOWN_TARGET = "shutdown_target_not_in_the_city"
    UNKNOWN_VALVE = "shutdown_valve_not_in_the_city"
    NOT_A_GATE = "shutdown_valve_cuts_no_main"
    CANNOT_BE_WORKED = "shutdown_valve_cannot_be_worked"
    BOTH_WAYS = "shutdown_closes_and_opens_a_valve"
    CANNOT_ISOLATE = "shutdown_target_cannot_be_isolated"
    STILL_FED = "shutdown_valves_leave_the_target_fed"


@dataclass(frozen=True)
class Refused:
    """A shutdown that cannot be reckoned with.

    Attributes:
        place: Its place in the list, from 0.
        device: The valve concerned, device row; -1 where it is none that the city has.
    """

    id: str
    place: int
    why: WhyRefused
    device: int = -1


class ConflictKind(StrEnum):
    """How two shutdowns contradict each other, the most dangerous first; words are made in app.messages."""

    WATER_AT_TARGET = "water_comes_to_the_target"
    REOPENED_EARLY = "valve_reopened_while_needed_closed"
    BOTH_WAYS = "valve_needed_open_and_closed"
    CUTS_SUPPLY = "closes_what_the_other_needs_open"
    CREW_TWICE = "crew_on_two_shutdowns"


@dataclass(frozen=True, eq=False)
class Conflict:
    """Shutdowns that contradict each other.

    Attributes:
        shutdowns: Ids. Water at a target: the one whose target it is, then those that let it come, none where it comes
            in any case. A valve reopened: the one that ends first, then the one that needs it longer. A valve both
            ways: the one that closes it, then the one that opens it. Supply cut: the one that closes, then the one
            that counts on supply; all, where only three or more together take it. A crew: by their order.
        valves: Device rows sorted by id. Water at a target: opened valves of which each, kept closed, would stop it;
            all that the others open where no single one would. Supply cut: closed valves of which each alone takes
            customers that the other counted on; all that are closed where only several together do; none where all
            shutdowns are concerned.
        customers: Who is out only because of it; rows ascending.
        crew: Who is called to both.
    """

    kind: ConflictKind
    shutdowns: tuple[str, ...]
    valves: tuple[int, ...] = ()
    customers: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    crew: str = ""


@dataclass(frozen=True, eq=False)
class JointEffect:
    """Who has no water while some shutdowns are carried out.

    Attributes:
        out, on_storage: Customer rows, ascending.
        length_m: Mains without water that were supplied before.
    """

    out: Int32
    on_storage: Int32
    length_m: float


@dataclass(frozen=True, eq=False)
class Interval:
    """A time in which the same shutdowns run.

    Attributes:
        start, end: From the one, up to but without the other.
        active: Ids, in the order given.
        effect: Of all of them together.
        lost_together: Customers out whom none of them alone puts out; rows ascending.
        conflicts: The most dangerous first.
    """

    start: datetime
    end: datetime
    active: tuple[str, ...]
    effect: JointEffect
    lost_together: Int32
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, eq=False)
class Together:
    """Shutdowns over time.

    Attributes:
        intervals: In the order of time; times in which nothing runs are left out.
        alone: By id, what each does on its own.
    """

    intervals: tuple[Interval, ...]
    alone: dict[str, JointEffect]
