"""Which crew to send where: the assignment with the least weighted lateness. A suggestion, never an order.

Crews that are idle, soon free, or may be diverted are weighed against all jobs at once, by SciPy's rectangular
assignment (after D. F. Crouse, "On implementing 2D rectangular assignment algorithms", 2016).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.dispatch.crews import Crew, CrewState, Job, Suggestion, Unserved, WhyNot, WhyThis
from network.columns import Bool, Float64, Int64

_NEVER = 1e12


@dataclass(frozen=True)
class Preferences:
    """House values that shape suggestions.

    Attributes:
        minute_on_the_way: What a minute of travel counts against a minute of lateness.
        near_miss_s: Arrivals with less time left than this count as partly late: estimates are not exact.
        change_min: What sending another crew than before must gain, weighted minutes late.
        diversion_min: What taking a crew from its job must gain beside that job's own lateness.
        unserved_min: What a job without any crew counts, minutes late.
        ageing: How much more that counts with every minute that the job is late already.
    """

    minute_on_the_way: float = 0.05
    near_miss_s: float = 180.0
    change_min: float = 3.0
    diversion_min: float = 2.0
    unserved_min: float = 240.0
    ageing: float = 1.5


@dataclass(frozen=True)
class Suggestions:
    """What to do with every job: a crew, or the reason why there is none; in the order of the jobs."""

    sent: tuple[Suggestion, ...]
    unserved: tuple[Unserved, ...]


def suggest(
    jobs: Sequence[Job], crews: Sequence[Crew], travel_s: Float64, now_ms: int, prefer: Preferences | None = None
) -> Suggestions:
    """Suggest a crew for each job.

    Args:
        jobs: What waits, jobs under way with a crew that has not accepted yet included.
        crews: Every crew, those off shift too: reasons speak of them.
        travel_s: Shape (jobs, crews), time on the way from where each crew is, or will be once it is free.
        now_ms: UTC milliseconds.
        prefer: House values.

    Raises:
        ValueError: *travel_s* has another shape.
    """
    if travel_s.shape != (len(jobs), len(crews)):
        raise ValueError(f"travel times {travel_s.shape} for {len(jobs)} jobs and {len(crews)} crews")
    prefer = prefer or Preferences()
    why_not = _why_not(jobs, crews, travel_s, now_ms)
    arrives_ms = _arrivals(crews, travel_s, now_ms)
    cost = np.where(why_not < 0, _costs(jobs, crews, travel_s, arrives_ms, prefer), _NEVER)
    alone = np.full((len(jobs), len(jobs)), _NEVER)
    np.fill_diagonal(alone, [_left_alone(job, now_ms, prefer) for job in jobs])
    rows, columns = linear_sum_assignment(np.hstack([cost, alone]))
    sent: list[Suggestion] = []
    unserved: list[Unserved] = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if column < len(crews):
            sent.append(_suggestion(jobs[row], crews, column, arrives_ms[row], travel_s[row], cost[row]))
        else:
            unserved.append(_unserved(jobs[row], crews, why_not[row]))
    return Suggestions(tuple(sent), tuple(unserved))


_REASONS = tuple(WhyNot)


def _why_not(jobs: Sequence[Job], crews: Sequence[Crew], travel_s: Float64, now_ms: int) -> Int64:
    """Shape (jobs, crews): the first reason that holds, as its place in :class:`WhyNot`; −1 where the crew can."""
    first = np.full(travel_s.shape, -1, dtype=np.int64)
    fails = {
        WhyNot.OFF_SHIFT: _each(crew.state is CrewState.OFF for crew in crews),
        WhyNot.SKILL: _lacks([job.skills for job in jobs], [crew.skills for crew in crews]),
        WhyNot.EQUIPMENT: _lacks([job.equipment for job in jobs], [crew.equipment for crew in crews]),
        WhyNot.DIAMETER: np.array([job.dn_mm or 0.0 for job in jobs])[:, None]
        > np.array([np.inf if crew.largest_dn_mm is None else crew.largest_dn_mm for crew in crews])[None, :],
        WhyNot.STALE: _each(crew.stale(now_ms) for crew in crews),
        WhyNot.BUSY: _bound(jobs, crews),
        WhyNot.SHIFT_ENDS: _arrivals(crews, travel_s, now_ms)
        > np.array([np.inf if crew.shift_ends_ms is None else crew.shift_ends_ms for crew in crews])[None, :],
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


def _bound(jobs: Sequence[Job], crews: Sequence[Crew]) -> Bool:
    """Crews that have accepted a job, for every other job, unless it is known when they will be free."""
    ids = np.array([job.id for job in jobs], dtype=object)
    bound = np.zeros((len(jobs), len(crews)), dtype=np.bool_)
    for column, crew in enumerate(crews):
        if crew.job is not None and crew.accepted and crew.free_ms is None:
            bound[:, column] = ids != crew.job
    return bound


def _arrivals(crews: Sequence[Crew], travel_s: Float64, now_ms: int) -> Float64:
    """Shape (jobs, crews), UTC milliseconds: a crew leaves when it is free."""
    leaves = np.array([max(now_ms, crew.free_ms or now_ms) if crew.accepted else now_ms for crew in crews])
    return np.asarray(leaves[None, :] + travel_s * 1000.0, dtype=np.float64)


def _costs(
    jobs: Sequence[Job], crews: Sequence[Crew], travel_s: Float64, arrives_ms: Float64, prefer: Preferences
) -> Float64:
    """Shape (jobs, crews): weighted minutes late, and what the preferences add."""
    weight = np.array([job.weight for job in jobs])[:, None]
    late_s = (arrives_ms - np.array([job.due_ms for job in jobs])[:, None]) / 1000.0
    # A hinge with a rounded corner: nearly late counts a little, so that the safer of two crews is taken.
    near = prefer.near_miss_s
    hinge_s = np.where(late_s <= -near, 0.0, np.where(late_s >= near, late_s, (late_s + near) ** 2 / (4 * near)))
    cost = weight * hinge_s / 60.0 + prefer.minute_on_the_way * travel_s / 60.0
    crew_ids = np.array([crew.id for crew in crews], dtype=object)
    for row, job in enumerate(jobs):
        if job.crew is not None:
            cost[row] += np.where(crew_ids == job.crew, 0.0, prefer.change_min)
    job_ids = np.array([job.id for job in jobs], dtype=object)
    for column, crew in enumerate(crews):
        if crew.job is not None and not crew.accepted:
            cost[:, column] += np.where(job_ids == crew.job, 0.0, prefer.diversion_min)
    return np.asarray(cost, dtype=np.float64)


def _left_alone(job: Job, now_ms: int, prefer: Preferences) -> float:
    """What no crew for *job* counts. It grows with the wait, faster than a crew's lateness: nobody waits for ever."""
    late_min = max(0.0, (now_ms - job.due_ms) / 60_000.0)
    return job.weight * (prefer.unserved_min + prefer.ageing * late_min)


def _suggestion(
    job: Job, crews: Sequence[Crew], column: int, arrives_ms: Float64, travel_s: Float64, cost: Float64
) -> Suggestion:
    crew = crews[column]
    able = np.flatnonzero(cost < _NEVER)
    others = able[able != column]
    leaves = crew.job if crew.job is not None and crew.job != job.id and not crew.accepted else None
    best = int(others[np.argmin(arrives_ms[others])]) if len(others) else None
    return Suggestion(
        job=job.id,
        crew=crew.id,
        arrives_ms=int(arrives_ms[column]),
        late_s=float(arrives_ms[column] - job.due_ms) / 1000.0,
        travel_s=float(travel_s[column]),
        why=_why(job, crew, leaves, best is not None and arrives_ms[best] < arrives_ms[column], best is None),
        instead=leaves,
        next_crew=None if best is None else crews[best].id,
        next_arrives_ms=None if best is None else int(arrives_ms[best]),
    )


def _why(job: Job, crew: Crew, leaves: str | None, beaten: bool, only: bool) -> WhyThis:
    if job.crew == crew.id:
        return WhyThis.KEPT
    if leaves is not None:
        return WhyThis.DIVERTED
    if only:
        return WhyThis.ONLY_ONE
    return WhyThis.SPARES_NEARER if beaten else WhyThis.FIRST_THERE


def _unserved(job: Job, crews: Sequence[Crew], why_not: Int64) -> Unserved:
    counts = [(reason, int((why_not == place).sum())) for place, reason in enumerate(_REASONS)]
    on_shift = [crew for crew in crews if crew.state is not CrewState.OFF]
    had = frozenset[str]().union(*(crew.skills | crew.equipment for crew in on_shift))
    return Unserved(
        job=job.id,
        crews=tuple((reason, count) for reason, count in counts if count),
        missing=tuple(sorted((job.skills | job.equipment) - had)),
        outbid=int((why_not < 0).sum()),
    )
