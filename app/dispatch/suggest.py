"""Which crew to send where: the assignment with the least weighted lateness. A suggestion, never an order.

Crews that are idle, soon free, or may be diverted are weighed against all jobs at once, by SciPy's rectangular
assignment (after D. F. Crouse, "On implementing 2D rectangular assignment algorithms", 2016). Who has accepted a job
keeps it, whatever else happens: that pair stands outside the assignment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.dispatch.crews import Crew, CrewState, Job, Suggestion, Unserved, WhyNot, WhyThis
from network.columns import Bool, Float64, Int64

_NEVER = 1e12
_OPEN_END_MS = 1e18
"""Stands for the end of a shift of which none is recorded."""


@dataclass(frozen=True)
class Preferences:
    """House values that shape suggestions.

    Attributes:
        minute_on_the_way: What a minute of travel counts against a minute of lateness.
        near_miss_s: Arrivals with less time left than this count as partly late: estimates are not exact.
        change_min: What sending another crew than before must gain, weighted minutes late.
        diversion_min: What taking a crew from its job must gain beside that job's own lateness.
        breach_min: What passing the limit at all counts, in minutes late: who can still be reached in time goes first.
        late_share: How much the late end of a job counts (nine of ten) against the expected one, for who is soon free.
        overrun_min: What a minute of work beyond the end of the crew's shift counts: somebody must take over.
        unserved_min: What a job without any crew counts, minutes late.
        ageing: How much more that counts with every minute that the job is late already.
    """

    minute_on_the_way: float = 0.05
    near_miss_s: float = 180.0
    change_min: float = 3.0
    diversion_min: float = 2.0
    breach_min: float = 20.0
    late_share: float = 0.5
    overrun_min: float = 0.02
    unserved_min: float = 240.0
    ageing: float = 1.5


@dataclass(frozen=True)
class Suggestions:
    """What to do with every job: a crew, or the reason why there is none; in the order of the jobs."""

    sent: tuple[Suggestion, ...]
    unserved: tuple[Unserved, ...]


def suggest(
    jobs: Sequence[Job],
    crews: Sequence[Crew],
    travel_s: Float64,
    now_ms: int,
    prefer: Preferences | None = None,
    by_road: Bool | None = None,
) -> Suggestions:
    """Suggest a crew for each job.

    Args:
        jobs: What waits, jobs under way included: crews that have not accepted may be diverted, others are kept.
        crews: Every crew, those off shift too: reasons speak of them.
        travel_s: Shape (jobs, crews), time on the way from where each crew is to the job that it has, and to every
            other from where it will be when it sets out: of a crew that has accepted, that is the place of its job.
        now_ms: UTC milliseconds.
        prefer: House values.
        by_road: Shape (jobs, crews), False where the time is that of a straight line; None where all are by road.

    Raises:
        ValueError: *travel_s* has another shape.
    """
    if travel_s.shape != (len(jobs), len(crews)):
        raise ValueError(f"travel times {travel_s.shape} for {len(jobs)} jobs and {len(crews)} crews")
    asked = _Question(jobs, crews, travel_s, now_ms, prefer or Preferences(), by_road)
    why_not = _why_not(asked)
    chosen = _chosen(asked, why_not)
    answers = [
        _unserved(asked, row, why_not[row]) if column < 0 else _suggestion(asked, row, column, why_not[row], chosen)
        for row, column in enumerate(chosen.tolist())
    ]
    return Suggestions(
        tuple(one for one in answers if isinstance(one, Suggestion)),
        tuple(one for one in answers if isinstance(one, Unserved)),
    )


@dataclass(frozen=True, eq=False)
class _Question:
    """What :func:`suggest` was asked, and what follows from it at once; arrays of shape (jobs, crews)."""

    jobs: Sequence[Job]
    crews: Sequence[Crew]
    travel_s: Float64
    now_ms: int
    prefer: Preferences
    by_road: Bool | None

    @cached_property
    def own(self) -> Bool:
        """Where a crew has that job already."""
        row = {job.id: place for place, job in enumerate(self.jobs)}
        own = np.zeros(self.travel_s.shape, dtype=np.bool_)
        for column, crew in enumerate(self.crews):
            if crew.job in row:
                own[row[crew.job], column] = True
        return own

    @cached_property
    def pinned(self) -> Bool:
        """Where a crew has accepted that job."""
        return self.own & _each(crew.accepted for crew in self.crews)

    def leaves_ms(self, *, late: bool) -> Float64:
        """When each crew sets out: for its own job it has done so; for others when it is free."""
        free = [(crew.free_late_ms or crew.free_ms) if late else crew.free_ms for crew in self.crews]
        bound = [crew.accepted for crew in self.crews]
        leaves = [max(self.now_ms, end or 0) if held else self.now_ms for end, held in zip(free, bound, strict=True)]
        return np.where(self.pinned, float(self.now_ms), np.array(leaves, dtype=np.float64)[None, :])

    @cached_property
    def arrives_ms(self) -> Float64:
        """When each crew would be there, as expected."""
        return np.asarray(self.leaves_ms(late=False) + self.travel_s * 1000.0, dtype=np.float64)

    @cached_property
    def arrives_late_ms(self) -> Float64:
        """When each crew would be there if its present job takes as long as nine of ten."""
        return np.asarray(self.leaves_ms(late=True) + self.travel_s * 1000.0, dtype=np.float64)

    @cached_property
    def ends_ms(self) -> Float64:
        """Shape (1, crews): when each crew's shift ends."""
        ends = [_OPEN_END_MS if crew.shift_ends_ms is None else crew.shift_ends_ms for crew in self.crews]
        return np.array(ends, dtype=np.float64)[None, :]

    @cached_property
    def overrun_s(self) -> Float64:
        """How much of the work would be left when each crew's shift ends."""
        work_ms = np.array([job.work_s * 1000.0 for job in self.jobs], dtype=np.float64)[:, None]
        return np.asarray(np.maximum(self.arrives_ms + work_ms - self.ends_ms, 0.0) / 1000.0, dtype=np.float64)

    @cached_property
    def had(self) -> frozenset[str]:
        """Every skill and piece of equipment on shift."""
        on_shift = (crew for crew in self.crews if crew.state is not CrewState.OFF)
        return frozenset[str]().union(*(crew.skills | crew.equipment for crew in on_shift))


def _chosen(asked: _Question, why_not: Int64) -> Int64:
    """Shape (jobs,): the crew for each job, −1 for none."""
    chosen = np.full(len(asked.jobs), -1, dtype=np.int64)
    kept, by = np.nonzero(asked.pinned)
    # Two crews that accepted one job both keep it; the first there is the one spoken of.
    for row, column in sorted(zip(kept.tolist(), by.tolist(), strict=True), key=lambda pair: -asked.arrives_ms[pair]):
        chosen[row] = column
    open_rows = np.flatnonzero(chosen < 0)
    cost = np.where(why_not < 0, _costs(asked), _NEVER)[open_rows]
    alone = np.full((len(open_rows), len(open_rows)), _NEVER)
    np.fill_diagonal(alone, [_left_alone(asked.jobs[row], asked.now_ms, asked.prefer) for row in open_rows.tolist()])
    rows, columns = linear_sum_assignment(np.hstack([cost, alone]))
    chosen[open_rows[rows]] = np.where(columns < len(asked.crews), columns, -1)
    return chosen


_REASONS = tuple(WhyNot)


def _why_not(asked: _Question) -> Int64:
    """Shape (jobs, crews): the first reason that holds, as its place in :class:`WhyNot`; −1 where the crew can."""
    jobs, crews = asked.jobs, asked.crews
    first = np.full(asked.travel_s.shape, -1, dtype=np.int64)
    bound = _each(crew.accepted and crew.job is not None and crew.free_ms is None for crew in crews)
    bore_mm = np.array([np.inf if crew.largest_dn_mm is None else crew.largest_dn_mm for crew in crews])
    fails = {
        WhyNot.OFF_SHIFT: _each(crew.state is CrewState.OFF for crew in crews),
        WhyNot.SKILL: _lacks([job.skills for job in jobs], [crew.skills for crew in crews]),
        WhyNot.EQUIPMENT: _lacks([job.equipment for job in jobs], [crew.equipment for crew in crews]),
        WhyNot.DIAMETER: np.array([job.dn_mm or 0.0 for job in jobs])[:, None] > bore_mm[None, :],
        WhyNot.STALE: _each(crew.stale(asked.now_ms) for crew in crews),
        WhyNot.BUSY: bound & ~asked.own,
        WhyNot.SHIFT_ENDS: asked.arrives_ms > asked.ends_ms,
    }
    for place, reason in reversed(list(enumerate(_REASONS))):
        first[np.broadcast_to(fails[reason], first.shape)] = place
    return first


def _each(crews: Iterable[bool]) -> Bool:
    """Shape (1, crews): the same for every job."""
    return np.array(list(crews), dtype=np.bool_)[None, :]


def _lacks(needed: list[frozenset[str]], had: list[frozenset[str]]) -> Bool:
    """Where something that is needed is not had; by distinct sets, of which there are few."""
    lacks = np.zeros((len(needed), len(had)), dtype=np.bool_)
    for want in set(needed):
        rows = [row for row, one in enumerate(needed) if one == want]
        lacks[rows] = [not want <= one for one in had]
    return lacks


def _costs(asked: _Question) -> Float64:
    """Shape (jobs, crews): weighted minutes late, and what the preferences add."""
    prefer = asked.prefer
    weight = np.array([job.weight for job in asked.jobs], dtype=np.float64)[:, None]
    due_ms = np.array([job.due_ms for job in asked.jobs], dtype=np.float64)[:, None]
    expected_min = _lateness_min((asked.arrives_ms - due_ms) / 1000.0, prefer)
    late_min = _lateness_min((asked.arrives_late_ms - due_ms) / 1000.0, prefer)
    cost = weight * ((1 - prefer.late_share) * expected_min + prefer.late_share * late_min)
    cost = cost + prefer.minute_on_the_way * asked.travel_s / 60.0 + prefer.overrun_min * asked.overrun_s / 60.0
    column = {crew.id: place for place, crew in enumerate(asked.crews)}
    before = np.array([-2 if job.crew is None else column.get(job.crew, -1) for job in asked.jobs], dtype=np.int64)
    changed = (before[:, None] != -2) & (before[:, None] != np.arange(len(asked.crews))[None, :])
    diverted = _each(crew.job is not None and not crew.accepted for crew in asked.crews) & ~asked.own
    return np.asarray(cost + prefer.change_min * changed + prefer.diversion_min * diverted, dtype=np.float64)


def _lateness_min(late_s: Float64, prefer: Preferences) -> Float64:
    """What lateness counts: its minutes, and the breach; nearly late counts a little: the safer crew is taken."""
    near_s = prefer.near_miss_s
    rounded_s = np.where(late_s >= near_s, late_s, (late_s + near_s) ** 2 / (4 * near_s))
    minutes = np.where(late_s <= -near_s, 0.0, rounded_s) / 60.0
    breached = np.clip((late_s + near_s) / (2 * near_s), 0.0, 1.0)
    return np.asarray(minutes + prefer.breach_min * breached, dtype=np.float64)


def _left_alone(job: Job, now_ms: int, prefer: Preferences) -> float:
    """What no crew for *job* counts. It grows with the wait, faster than a crew's lateness: nobody waits for ever."""
    late_min = max(0.0, (now_ms - job.due_ms) / 60_000.0)
    return job.weight * (prefer.unserved_min + prefer.ageing * late_min)


def _suggestion(asked: _Question, row: int, column: int, why_not: Int64, chosen: Int64) -> Suggestion:
    job, crew, arrives_ms = asked.jobs[row], asked.crews[column], asked.arrives_ms[row]
    able = np.flatnonzero(why_not < 0)
    others = able[able != column]
    free = others[~np.isin(others, chosen)]
    leaves = crew.job if crew.job is not None and crew.job != job.id and not crew.accepted else None
    best = int(free[np.argmin(arrives_ms[free])]) if len(free) else None
    nearer = others[arrives_ms[others] < arrives_ms[column]]
    stays = len(nearer) > 0 and bool((asked.overrun_s[row, nearer] > asked.overrun_s[row, column]).all())
    kept = bool(asked.own[row, column]) or job.crew == crew.id
    return Suggestion(
        job=job.id,
        crew=crew.id,
        arrives_ms=int(arrives_ms[column]),
        late_s=float(arrives_ms[column] - job.due_ms) / 1000.0,
        travel_s=float(asked.travel_s[row, column]),
        why=WhyThis.KEPT if kept else _why(leaves, len(nearer) > 0, stays, len(others) == 0),
        instead=leaves,
        next_crew=None if best is None else asked.crews[best].id,
        next_arrives_ms=None if best is None else int(arrives_ms[best]),
        leaves_ms=int(arrives_ms[column] - asked.travel_s[row, column] * 1000.0),
        by_road=asked.by_road is None or bool(asked.by_road[row, column]),
    )


def _why(leaves: str | None, beaten: bool, stays: bool, only: bool) -> WhyThis:
    if leaves is not None:
        return WhyThis.DIVERTED
    if only:
        return WhyThis.ONLY_ONE
    if stays:
        return WhyThis.STAYS_ON
    return WhyThis.SPARES_NEARER if beaten else WhyThis.FIRST_THERE


def _unserved(asked: _Question, row: int, why_not: Int64) -> Unserved:
    counts = np.bincount(why_not[why_not >= 0], minlength=len(_REASONS)).tolist()
    job = asked.jobs[row]
    return Unserved(
        job=job.id,
        crews=tuple((reason, count) for reason, count in zip(_REASONS, counts, strict=True) if count),
        missing=tuple(sorted((job.skills | job.equipment) - asked.had)),
        outbid=int((why_not < 0).sum()),
    )
