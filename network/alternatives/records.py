"""Answers about alternatives, as frozen records. Rows index the tables of the city asked about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from network.answers import CannotIsolate, Impact, IsolationPlan, plan_of
from network.columns import Int32


@dataclass(frozen=True, eq=False)
class Alternative:
    """One set of valves that keeps every source from the target, and what it costs.

    Its region is what water can still reach the target from with exactly these valves closed; every figure is traced
    from that region by the rules of isolation, unintended parts included.

    Attributes:
        close: Valves to close, device rows sorted by id.
        cost: Sum of their costs; their number where every valve costs 1.
        customers_out: Customers without water, those on storage not counted.
        area_km2: Ground on which mains are out.
        exact: True where no set of valves whatever has lower cost with as few customers, or fewer customers at its
            cost; within the scope that the front states.
        region: Segments from which water still reaches the target, ascending.
    """

    close: tuple[int, ...]
    cost: float
    customers_out: int
    area_km2: float
    exact: bool
    region: Int32


@dataclass(frozen=True)
class Stages:
    """Stop the water now with few valves, then close up to the tight set, and reopen what is no longer needed.

    Attributes:
        first: Valves that stop the water.
        then_close: Further valves that make the outage small.
        then_reopen: Valves of *first* that the tight set does without.
        customers_first, customers_then: Customers out in each stage.
    """

    first: tuple[int, ...]
    then_close: tuple[int, ...]
    then_reopen: tuple[int, ...]
    customers_first: int
    customers_then: int


@dataclass(frozen=True, eq=False)
class Front:
    """Plans none of which is beaten in both cost and customers by another, cheapest first.

    Attributes:
        points: Cost rises and customers fall from one to the next; the last is the tight plan, which nobody beats in
            customers.
        complete_to: Every point that costs less than this was looked for exhaustively; infinite for a complete front.
        certain_below: Plans whose region leaves the neighbourhood looked at take at least so many customers: a point
            with fewer is beaten by none in the whole city. Infinite where the neighbourhood holds all there is.
        searched: How many smallest cuts were computed.
    """

    points: tuple[Alternative, ...]
    complete_to: float
    certain_below: float
    searched: int

    @property
    def exact(self) -> bool:
        """True where every point is exact, and none is missing."""
        return self.complete_to == float("inf")

    @property
    def tight(self) -> Alternative:
        """The plan with the fewest customers out."""
        return self.points[-1]

    @property
    def pair(self) -> Stages | None:
        """The pair that dispatchers use: the cheapest plan first, then the tight one; None where they are the same."""
        return self.stages(self.points[0]) if len(self.points) > 1 else None

    def stages(self, first: Alternative) -> Stages:
        """From *first*, one of the points, to the tight plan."""
        tight = self.tight
        return Stages(
            first=first.close,
            then_close=tuple(row for row in tight.close if row not in first.close),
            then_reopen=tuple(row for row in first.close if row not in tight.close),
            customers_first=first.customers_out,
            customers_then=tight.customers_out,
        )


class WhyNone(StrEnum):
    """Why there are no alternatives; words are made in app.messages."""

    UNKNOWN_TARGET = "target_not_in_the_city"
    NO_PLACE = "target_off_the_network"
    NOT_SUPPLIED = "target_not_supplied_before"
    CANNOT_ISOLATE = "source_feeds_target_with_nothing_to_close"
    OWN_VALVE = "own_branch_valve_suffices"
    TOO_LARGE = "border_of_target_too_long_to_weigh"


@dataclass(frozen=True, eq=False)
class NoFront:
    """No trade-offs can be shown.

    Attributes:
        why: The reason.
        defeated_by: For a target that no plan isolates, the answer that says so.
    """

    why: WhyNone
    defeated_by: CannotIsolate | None = None


@dataclass(frozen=True, eq=False)
class Fallback:
    """A plan for the case that one valve does not close.

    Attributes:
        device: The valve, device row.
        answer: The plan without it.
        impact: Who is affected then; by the plan with its sources stopped where there is no other.
        more_valves: Valves to close that the plan itself does not close, rows sorted by id.
        spared_valves: Valves that need no closing any more, the stuck one not counted.
        more_customers: Customers out beyond those of the plan itself.
    """

    device: int
    answer: IsolationPlan | CannotIsolate
    impact: Impact
    more_valves: tuple[int, ...]
    spared_valves: tuple[int, ...]
    more_customers: int

    @property
    def plan(self) -> IsolationPlan:
        """The plan; with sources stopped where nothing else helps."""
        return plan_of(self.answer)
