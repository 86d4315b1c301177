"""Crews and the jobs that wait for one, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

STALE_S = 300
"""House: a position older than this tells nothing about where a crew is now."""


class CrewState(StrEnum):
    """What a crew is doing."""

    OFF = "off"
    STANDBY = "standby"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"


@dataclass(frozen=True)
class Crew:
    """A repair crew as it is now.

    Attributes:
        skills, equipment: What it can do and what it carries.
        largest_dn_mm: Largest main that its gear mends; None where that is not recorded, and then no bound.
        fix_ms: When its position was measured, UTC; None where it never was.
        free_ms: When its present job is expected to be done, half of the time; None where it has none.
        free_late_ms: When that job is done nine times of ten; None where only one time is known.
        job: The job that it has, if any.
        accepted: Whether it has accepted that job: then it is not sent elsewhere before it is done.
        shift_ends_ms: When it goes home; None where that is open.
    """

    id: str
    state: CrewState = CrewState.STANDBY
    skills: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()
    largest_dn_mm: float | None = None
    fix_ms: int | None = None
    free_ms: int | None = None
    free_late_ms: int | None = None
    job: str | None = None
    accepted: bool = False
    shift_ends_ms: int | None = None

    def stale(self, now_ms: int) -> bool:
        """Whether nobody knows where it is. A crew at work is where its job is."""
        if self.state is CrewState.ON_SCENE:
            return False
        return self.fix_ms is None or now_ms - self.fix_ms > STALE_S * 1000


@dataclass(frozen=True)
class Job:
    """Something a crew must go to.

    Attributes:
        due_ms: When a crew must be there.
        weight: How much a minute's lateness counts against that of others.
        work_s: How long the work there is expected to take.
        dn_mm: Main to be mended; None where not known.
        crew: The crew that was sent or suggested so far: another is chosen only if that gains much.
    """

    id: str
    due_ms: int
    weight: float = 1.0
    work_s: float = 0.0
    skills: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()
    dn_mm: float | None = None
    crew: str | None = None


class WhyNot(StrEnum):
    """Why a crew cannot take a job; in the order in which they are looked at. Words are made in app.messages."""

    OFF_SHIFT = "off_shift"
    SKILL = "skill_missing"
    EQUIPMENT = "equipment_missing"
    DIAMETER = "diameter_too_large"
    STALE = "position_stale"
    BUSY = "has_accepted_a_job"
    SHIFT_ENDS = "shift_ends_before"


class WhyThis(StrEnum):
    """Why a crew is suggested. Words are made in app.messages."""

    FIRST_THERE = "first_there"
    ONLY_ONE = "only_one_that_can"
    KEPT = "kept_to_its_job"
    SPARES_NEARER = "nearer_ones_are_needed_elsewhere"
    STAYS_ON = "nearer_ones_go_off_shift_before_the_work_is_done"
    DIVERTED = "diverted_from_a_job_that_can_wait"


@dataclass(frozen=True)
class Suggestion:
    """Send *crew* to *job*. A person decides; nothing is sent by itself.

    Attributes:
        arrives_ms: When it would be there.
        late_s: How much later than due; negative where there is time left.
        why: The reason.
        travel_s: Time on the way.
        instead: The job that it would leave.
        next_crew, next_arrives_ms: The best other crew that is left free; None where no other can.
        leaves_ms: When it sets out: now, or when it will be free.
        by_road: False where no road is known and the straight line stands for it.
    """

    job: str
    crew: str
    arrives_ms: int
    late_s: float
    travel_s: float
    why: WhyThis
    instead: str | None = None
    next_crew: str | None = None
    next_arrives_ms: int | None = None
    leaves_ms: int = 0
    by_road: bool = True


@dataclass(frozen=True)
class Unserved:
    """No crew for *job*.

    Attributes:
        crews: How many crews fail for each reason, by the first that holds.
        missing: Skills and equipment that no crew on shift has.
        outbid: How many could, but are needed more elsewhere or are at work for too long to wait for.
    """

    job: str
    crews: tuple[tuple[WhyNot, int], ...]
    missing: tuple[str, ...]
    outbid: int
