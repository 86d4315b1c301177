"""Who could go where: the desk's view, the roads, and the assignment over everything that waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.dispatch.crews import Crew, CrewState, Job, Suggestion, Unserved, WhyNot
from app.dispatch.due import local_time
from app.dispatch.forecast import Experience, Stage
from app.dispatch.forecast import Job as Repair
from app.dispatch.life import Step
from app.dispatch.needs import Asked, Gear, Sort, has, needs_of, recorded
from app.dispatch.offers import Offer, Offers
from app.dispatch.suggest import suggest
from app.dispatch.view import CrewRow, DispatchView, QueueRow
from app.times import CITY_TIME
from gis.roads import RoadNetwork
from gis.speeds import Speeds
from gis.ways import travel_times
from network.columns import Bool, Float64

ARRIVAL_RULE = "E1"
"""The clock by which a crew must be there."""
USUAL_ARRIVAL_MS = 1_800_000
"""Where that clock does not run: as long after the report."""
GRAVE_WEIGHTS = {1: 4.0, 2: 2.0, 3: 1.0, 4: 0.5}
"""House: how much a minute late counts by severity; 1 is the gravest."""


@dataclass(frozen=True, eq=False)
class _Field:
    """Jobs and crews with the times between them, shape (jobs, crews)."""

    jobs: tuple[Job, ...]
    crews: tuple[Crew, ...]
    travel_s: Float64
    by_road: Bool


def offers_for(view: DispatchView, entity: str, roads: RoadNetwork, speeds: Speeds | None = None) -> Offers:
    """Every crew for the incident *entity*, and what is suggested for it, at the *speeds* of this hour."""
    factor = (speeds or Speeds()).by_hour[local_time(view.now_ms, CITY_TIME).hour]
    row = view.row(entity)
    if row is None or not row.is_open:
        return Offers(entity, ())
    waiting = [one for one in view.queue if one.is_open and _waits(one, view)]
    if row not in waiting:
        waiting.append(row)
    field = _field(view, waiting, roads, factor)
    place = waiting.index(row)
    if _somebody_is_there(row):
        return Offers(entity, _crews(field, place, view.now_ms))
    answer = suggest(field.jobs, field.crews, field.travel_s, view.now_ms, by_road=field.by_road)
    chosen: Suggestion | None = next((one for one in answer.sent if one.job == entity), None)
    lacking: Unserved | None = next((one for one in answer.unserved if one.job == entity), None)
    return Offers(entity, _crews(field, place, view.now_ms), chosen, lacking)


def _waits(row: QueueRow, view: DispatchView) -> bool:
    """Whether somebody must still go there: nobody is on scene, and who was sent has not accepted."""
    accepted = {crew.incident for crew in view.crews if crew.accepted}
    return not _somebody_is_there(row) and row.entity not in accepted


def _somebody_is_there(row: QueueRow) -> bool:
    """Whether a crew has arrived and not been called back: arrivals stay, also of who left."""
    return Step.ON_SCENE in row.done and Step.CREW_ASSIGNED in row.done


def _field(view: DispatchView, rows: list[QueueRow], roads: RoadNetwork, factor: float) -> _Field:
    known = recorded(_gear(crew) for crew in view.crews)
    needs = [needs_of(row.kind, row.dn_mm, row.material, known) for row in rows]
    asked = frozenset(one for some in needs for one in some)
    jobs = tuple(_job(row, view, some) for row, some in zip(rows, needs, strict=True))
    crews = tuple(_crew(crew, view, asked) for crew in view.crews)
    stands_m = np.array([_stands(crew, view) for crew in view.crews], dtype=np.float64).reshape(-1, 2)
    goals_m = np.array([(row.x_m, row.y_m) for row in rows], dtype=np.float64).reshape(-1, 2)
    travel_s = np.full((len(rows), len(crews)), np.inf)
    by_road = np.zeros((len(rows), len(crews)), dtype=np.bool_)
    standing = np.flatnonzero(np.isfinite(stands_m).all(axis=1))
    placed = np.flatnonzero(np.isfinite(goals_m).all(axis=1))
    if len(standing) and len(placed):
        ways = travel_times(roads, stands_m[standing], goals_m[placed], factor)
        travel_s[np.ix_(placed, standing)] = ways.seconds
        by_road[np.ix_(placed, standing)] = ways.by_road
    return _Field(jobs, crews, travel_s, by_road)


def _job(row: QueueRow, view: DispatchView, needs: Iterable[Asked]) -> Job:
    due = [view.clocks[place].due_ms for place in row.clocks if view.clocks[place].rule == ARRIVAL_RULE]
    due_ms = next((moment for moment in due if moment is not None), row.opened_ms + USUAL_ARRIVAL_MS)
    weight = GRAVE_WEIGHTS.get(row.severity or 3, 1.0)
    return Job(
        row.entity,
        due_ms,
        weight,
        work_s=_work_s(row, view),
        skills=frozenset(one.name for one in needs if one.need.sort is Sort.SKILL),
        equipment=frozenset(one.name for one in needs if one.need.sort is Sort.EQUIPMENT),
        dn_mm=row.dn_mm,
        crew=row.crews[0] if row.crews else None,
    )


def _work_s(row: QueueRow, view: DispatchView) -> float:
    """How long the work is forecast to take once a crew is there; 0 where nothing is forecast of it."""
    over_ms, _ = _free_ms(row, view)
    if over_ms is None:
        return 0.0
    arrivals = (view.clocks[place] for place in row.clocks if view.clocks[place].rule == ARRIVAL_RULE)
    there_ms = next((one.forecast.p50_ms for one in arrivals if one.forecast is not None), None)
    if there_ms is None:
        # Nobody is on the way yet: the forecast counts with the usual time for that.
        usual_s = Experience().spell(Stage.TRAVEL, Repair(row.dn_mm, row.material)).median_s
        there_ms = view.now_ms + round(usual_s * 1000)
    return max(0.0, (over_ms - there_ms) / 1000)


def _gear(row: CrewRow) -> Gear:
    return Gear(row.skills, row.equipment)


def _crew(row: CrewRow, view: DispatchView, asked: frozenset[Asked]) -> Crew:
    state = row.state if row.on_shift else CrewState.OFF
    job = None if row.incident is None else view.row(row.incident)
    gear = _gear(row)
    free_ms, late_ms = (None, None) if job is None else _free_ms(job, view)
    return Crew(
        id=row.crew,
        state=state,
        skills=frozenset(one.name for one in asked if one.need.sort is Sort.SKILL and has(gear, one)),
        equipment=frozenset(one.name for one in asked if one.need.sort is Sort.EQUIPMENT and has(gear, one)),
        largest_dn_mm=row.largest_dn_mm,
        # At its base, and never heard of elsewhere: that is where it is.
        fix_ms=view.now_ms if row.place_ms is None and row.base_m is not None else row.place_ms,
        free_ms=free_ms,
        free_late_ms=late_ms,
        job=row.incident,
        accepted=row.accepted or state is CrewState.ON_SCENE,
        shift_ends_ms=row.shift_ends_ms,
    )


def _free_ms(job: QueueRow, view: DispatchView) -> tuple[int | None, int | None]:
    """When half of such jobs are over, and nine of ten: by the latest forecast."""
    foreseen = [one for place in job.clocks if (one := view.clocks[place].forecast) is not None]
    last = max(foreseen, key=lambda one: one.p50_ms, default=None)
    return (None, None) if last is None else (last.p50_ms, last.p90_ms)


def _stands(row: CrewRow, view: DispatchView) -> tuple[float, float]:
    """Where a crew is or will set out from; NaN where nobody knows."""
    job = None if row.incident is None else view.row(row.incident)
    if row.state is CrewState.ON_SCENE and job is not None and job.x_m is not None and job.y_m is not None:
        return job.x_m, job.y_m
    return row.place_m or row.base_m or (float("nan"), float("nan"))


def _crews(field: _Field, place: int, now_ms: int) -> tuple[Offer, ...]:
    """Each crew by itself: those that can, the soonest first, then the others with their reason."""
    found = []
    job = field.jobs[place]
    for column, crew in enumerate(field.crews):
        travel_s = float(field.travel_s[place, column])
        why_not = _why_not(job, crew, travel_s, now_ms)
        sent = crew.job == job.id
        # Who is there already has no way to go: it would stand before everybody who could be sent.
        known = np.isfinite(travel_s) and not (sent and crew.state is CrewState.ON_SCENE)
        leaves_ms = max(now_ms, crew.free_ms or now_ms) if crew.accepted and not sent else now_ms
        arrives_ms = round(leaves_ms + travel_s * 1000) if known else None
        by_road, lacks = bool(field.by_road[place, column]), _lacks(job, crew, why_not)
        found.append(Offer(crew.id, why_not, travel_s if known else None, arrives_ms, by_road, lacks, sent))
    endless = float("inf")
    return tuple(sorted(found, key=lambda one: (one.why_not is not None, one.arrives_ms or endless, one.crew)))


def _lacks(job: Job, crew: Crew, why_not: WhyNot | None) -> tuple[str, ...]:
    """What a crew that cannot go for that reason has not."""
    if why_not is WhyNot.SKILL:
        return tuple(sorted(job.skills - crew.skills))
    return tuple(sorted(job.equipment - crew.equipment)) if why_not is WhyNot.EQUIPMENT else ()


def _why_not(job: Job, crew: Crew, travel_s: float, now_ms: int) -> WhyNot | None:
    if not np.isfinite(travel_s):
        return WhyNot.OFF_SHIFT if crew.state is CrewState.OFF else WhyNot.STALE
    alone = suggest([job], [crew], np.array([[travel_s]]), now_ms)
    return alone.unserved[0].crews[0][0] if alone.unserved and alone.unserved[0].crews else None
