"""Answers about bringing water back, as frozen records. Rows index the tables of the city asked about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from network.columns import Int32


class Join(StrEnum):
    """What opening a valve joins that is kept apart in normal operation; words are made in app.messages."""

    BOUNDARY_VALVE = "boundary_valve"
    DMA = "two_metered_areas"
    ZONE = "two_pressure_zones"


@dataclass(frozen=True)
class JoinedAt:
    """A valve that joins two areas when it is opened.

    Attributes:
        device: Device row.
        joins: Why, in the order of :class:`Join`.
    """

    device: int
    joins: tuple[Join, ...]


@dataclass(frozen=True, eq=False)
class ResupplyOption:
    """Closed valves that bring water back when they are opened while the plan stays carried out.

    Attributes:
        open: Valves to open, device rows sorted by id; each is needed for what is regained.
        also_close: Valves of the plan's dead side that must be closed before: behind them water arrives, which would
            run to the target. Rows sorted by id.
        relies_on: Closed valves and check valves between the region and where water now arrives, on which the plan
            did not have to rely before: verify the valves. Rows sorted by id.
        joined: Valves of *open* that join two pressure zones or metered areas, or are boundary valves.
        unknown_condition: Those of *open* and *also_close* whose condition is not known: try them first.
        segments: Supplied before the plan, without supply with the plan, supplied again; ascending.
        customers: Out or on storage with the plan, supplied again; rows sorted by id.
        critical: The critical ones among them.
        people: Their people.
        length_m: Of mains in *segments*.
        exact: True where no other valves, however chosen, bring back more customers with as few valves opened.
    """

    open: tuple[int, ...]
    also_close: tuple[int, ...]
    relies_on: tuple[int, ...]
    joined: tuple[JoinedAt, ...]
    unknown_condition: tuple[int, ...]
    segments: Int32
    customers: Int32
    critical: Int32
    people: int
    length_m: float
    exact: bool


@dataclass(frozen=True, eq=False)
class Resupply:
    """Options none of which is beaten in both valves opened and customers regained, fewest valves first.

    Attributes:
        options: Several may have the same number of valves and customers: those of known condition, then those that
            join least, six at most; among them those with the fewest valves to close before stand first.
        exact_to: Options of up to so many valves were looked for exhaustively.
        within_reach: Customers that all closed valves together would bring back.
        lost_outside: Customers out or on storage outside the region: more than these nothing could bring back.
        more_alike: True where further valves bring back just as many customers with as few, and are not listed.
    """

    options: tuple[ResupplyOption, ...]
    exact_to: int
    within_reach: int
    lost_outside: int
    more_alike: bool


class WhyNoResupply(StrEnum):
    """Why nothing can be brought back; words are made in app.messages."""

    OWN_VALVE = "own_branch_valve_takes_no_main_out"
    NOTHING_DRY = "nothing_outside_the_region_went_dry"
    NO_VALVE = "no_closed_valve_brings_water_back"
    NOBODY = "only_mains_without_customers_would_be_fed"
    TOO_MANY = "more_valves_than_anyone_opens"


@dataclass(frozen=True)
class NoResupply:
    """Nothing can be brought back.

    Attributes:
        why: The reason.
        lost_outside: Customers out or on storage outside the region.
    """

    why: WhyNoResupply
    lost_outside: int
