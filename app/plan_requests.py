"""What the window asks of the worker about a plan beyond the plan itself, and what comes back.

Each answer stands for itself: the window asks again, or drops an answer, when another plan is shown meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.suppositions import ValveOverride
from network.alternatives.records import Fallback, WhyNone
from network.answers import CannotIsolate, Certificate, Impact, IsolationPlan, PipeParts, Target
from network.columns import Int32
from network.hydraulic_records import HydraulicWarning
from network.resupply_records import NoResupply, Resupply


class CostOf(StrEnum):
    """What a planner spares."""

    VALVES = "valves"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Subject:
    """A plan named by what it is made from.

    Attributes:
        target: What is made dry.
        overrides: Suppositions of the operator.
        close: Device rows of the valves that bound the region of the plan chosen instead of the tight one, see
            :attr:`~network.answers.IsolationPlan.bounds`; None for the plan itself.
    """

    target: Target
    overrides: tuple[ValveOverride, ...] = ()
    close: tuple[int, ...] | None = None


@dataclass(frozen=True)
class WeighPlans:
    """The plans between which one may choose. Answer: :class:`PlansWeighed`.

    Attributes:
        target: What to make dry.
        overrides: Suppositions of the operator.
        by: What is spared.
        at: Now, for the age of each valve and how long nobody has turned it; their condition alone counts where None.
    """

    target: Target
    overrides: tuple[ValveOverride, ...] = ()
    by: CostOf = CostOf.VALVES
    at: datetime | None = None


@dataclass(frozen=True)
class TakePlan:
    """Make one of the plans weighed the last plan: explained, exported and recorded. Answer: :class:`PlanTaken`."""

    subject: Subject


@dataclass(frozen=True)
class BackPlan:
    """What happens if a valve of a plan does not turn, and what shows that it stops the water.

    Answer: :class:`PlanBacked`.
    """

    subject: Subject


@dataclass(frozen=True)
class FollowField:
    """The plan after a crew has reported; *closed* are the valves that crews have closed for it.

    Answer: :class:`FieldFollowed`.
    """

    subject: Subject
    closed: tuple[int, ...]


@dataclass(frozen=True)
class OrderPlan:
    """In which order crews close the valves, and when the water stops. Answer: :class:`PlanOrdered`.

    Attributes:
        at: Now, for where crews are; None where that does not count, as for work at another time.
    """

    subject: Subject
    crews: int = 1
    at: datetime | None = None


@dataclass(frozen=True)
class FindFireCover:
    """What a plan leaves of fire cover; EPANET is not asked. Answer: :class:`FireCoverFound`.

    Attributes:
        reach_m: Distance within which a hydrant covers a place.
    """

    subject: Subject
    reach_m: float


@dataclass(frozen=True)
class FindResupply:
    """Which closed valves bring water back while the plan is carried out. Answer: :class:`ResupplyFound`."""

    subject: Subject


@dataclass(frozen=True)
class CheckResupply:
    """Pressures with each option of re-supply, at *hour* and at the peak hour; in a process of its own.

    Answer: :class:`ResupplyChecked`.
    """

    folder: Path
    subject: Subject
    year: int
    hour: float


@dataclass(frozen=True)
class CheckOptions:
    """Pressures after each of several plans, at *hour* and at the peak hour; in a process of its own.

    Answer: :class:`OptionsChecked`.

    Attributes:
        folder: The workspace.
        subject: What the plans are for.
        bounds: By plan, the valves that bound its region, see :attr:`~network.answers.IsolationPlan.bounds`.
        year: The present one, for the age of mains.
        hour: Of the day.
    """

    folder: Path
    subject: Subject
    bounds: tuple[tuple[int, ...], ...]
    year: int
    hour: float


PlanRequest = (
    WeighPlans
    | TakePlan
    | BackPlan
    | FollowField
    | OrderPlan
    | FindFireCover
    | FindResupply
    | CheckResupply
    | CheckOptions
)

PLAN_JOBS = (CheckResupply, CheckOptions)
"""Requests that run in a process of their own, so that no plan waits for EPANET."""


@dataclass(frozen=True, eq=False)
class Option:
    """One plan of several.

    Attributes:
        plan: The whole plan.
        impact: Who is affected.
        cost: Valves that stop the water, or the minutes for them, as asked for; those against backflow not counted.
        minutes: Until the water stops, one crew closing in the best order; ways over the roads where there are some,
            else by straight line × 1.4. With the way to the first valve where it is known where a crew stands.
        chance: That all its valves close at the first attempt, by :class:`~network.alternatives.reliability.Priors`.
        exact: False where it was found by an approximation: another plan may beat it.
    """

    plan: IsolationPlan
    impact: Impact
    cost: float
    minutes: float
    chance: float
    exact: bool


@dataclass(frozen=True, eq=False)
class PlansWeighed:
    """The plans between which one may choose.

    Attributes:
        options: Cheapest first. None of them beats another in both cost and customers; empty where *why* says why there
            are none.
        tight: The plan itself, with the smallest region, where one of *options* has as few customers out with less cost
            (on more ground); None where it is the last of them.
        complete: Every plan that nothing beats is among them.
        sure: No plan elsewhere in the city beats any of them.
        surest: The plan most likely to work among those with no more customers out than the cheapest; None where it
            is one of *options*.
        why: Why there is nothing to weigh.
        ways: What travel times rest on: a code of the catalogue's section ``travel``.
        crew: The crew from whose place ways count; "" where no crew's place is known. Then the way to the first valve
            counts nothing, and of costs in minutes the ways from the middle of the plan's valves.
        elapsed_s: The worker's time.
    """

    by: CostOf
    options: tuple[Option, ...] = ()
    complete: bool = True
    sure: bool = True
    tight: Option | None = None
    surest: Option | None = None
    why: WhyNone | None = None
    ways: str = ""
    crew: str = ""
    elapsed_s: float = 0.0


@dataclass(frozen=True)
class PlanTaken:
    """The plan stands as the last one."""


@dataclass(frozen=True, eq=False)
class PlanBacked:
    """Fallbacks in the plan's order, and the certificate; *seconds* of the worker."""

    fallbacks: tuple[Fallback, ...]
    certificate: Certificate
    elapsed_s: float


@dataclass(frozen=True, eq=False)
class FieldFollowed:
    """The plan renewed.

    Attributes:
        answer: The plan now, or why there is none.
        impact: Who is affected.
        done: Valves of the plan that crews have closed.
        to_close: Those still to be closed.
        reopen: Valves closed for an earlier plan that this one does not need.
    """

    answer: IsolationPlan | CannotIsolate
    impact: Impact
    elapsed_s: float
    done: tuple[int, ...] = field(default=())
    to_close: tuple[int, ...] = field(default=())
    reopen: tuple[int, ...] = field(default=())


@dataclass(frozen=True)
class ValveVisit:
    """A crew at a valve; times in seconds from the start of the work, crews from 0."""

    device: int
    crew: int
    arrives_s: int
    done_s: int


@dataclass(frozen=True)
class ToldStep:
    """One step of the programme in words.

    Attributes:
        phase: ``shut_down``, ``work`` or ``restore``.
        closes: True where a crew goes to a valve to close it or see it closed: the list of valves tells that.
        device: The valve it is about, -1 for none.
        text, when: By language.
    """

    phase: str
    closes: bool
    device: int
    text: Mapping[str, str]
    when: Mapping[str, str]


@dataclass(frozen=True)
class PlanOrdered:
    """The order of closing.

    Attributes:
        visits: By the time at which they are done.
        stops_s: When the last valve that holds the water is closed.
        ends_s: When backflow and closed valves are seen to as well.
        proven: No order and no division among the crews stops the water sooner.
        basis: What the travel times rest on: a code of the catalogue's section ``travel``.
        starts_known: False where the way to each crew's first valve counts nothing.
        steps: The whole programme: close, drain, work, fill, flush, open again.
        who: The crews, in their order, where it is known where they stand.
    """

    visits: tuple[ValveVisit, ...]
    stops_s: int
    ends_s: int
    proven: bool
    basis: str
    starts_known: bool
    crews: int
    steps: tuple[ToldStep, ...]
    elapsed_s: float
    who: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class FireCoverFound:
    """Fire cover while the plan is carried out.

    Attributes:
        hydrants_out: Rows of hydrants without water.
        uncovered: Rows of customers left farther than *reach_m* from a live hydrant.
    """

    hydrants_out: Int32
    uncovered: Int32
    reach_m: float


@dataclass(frozen=True, eq=False)
class ResupplyFound:
    """What can be brought back.

    Attributes:
        parts: The mains of each option, in their order.
        opens: Device rows of each option's valves, all records of a valve that was recorded twice.
    """

    answer: Resupply | NoResupply
    parts: tuple[PipeParts, ...]
    opens: tuple[tuple[int, ...], ...]
    elapsed_s: float


@dataclass(frozen=True)
class Verdict:
    """What hydraulics say of an option.

    Attributes:
        safety: A code of the catalogue's section ``resupply_safety``.
        lowest_mpa: The lowest meter among the customers regained; NaN where none is known.
        newly_low: Other customers whose meter falls below the promised pressure.
    """

    safety: str
    lowest_mpa: float
    newly_low: int


@dataclass(frozen=True)
class ResupplyChecked:
    """A verdict for each option, in their order."""

    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class PlanChecked:
    """What EPANET says of one plan.

    Attributes:
        newly_low: Customers with water whose meter falls below the promised pressure, the worse of both hours; None
            where EPANET found no pressures.
        warnings: Values of :class:`~network.hydraulic_records.HydraulicWarning` at either hour, each once.
        failed: Why there are no pressures, a code of the catalogue's section ``failed``; "" where there are some.
        detail: Parameters of its sentence.
    """

    newly_low: int | None
    warnings: tuple[str, ...] = ()
    failed: str = ""
    detail: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def coarse(self) -> bool:
        """Whether EPANET balanced it only coarsely, or only with valves and pumps held still."""
        return not {HydraulicWarning.COARSE, HydraulicWarning.UNSTABLE}.isdisjoint(self.warnings)


@dataclass(frozen=True)
class OptionsChecked:
    """Each plan, in the order asked for."""

    plans: tuple[PlanChecked, ...]


PlanReply = (
    PlansWeighed
    | PlanTaken
    | PlanBacked
    | FieldFollowed
    | PlanOrdered
    | FireCoverFound
    | ResupplyFound
    | ResupplyChecked
    | OptionsChecked
)
