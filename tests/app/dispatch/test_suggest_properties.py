"""Suggestions against every possible assignment, tried one by one, and what must hold of every reason."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dispatch.crews import Crew, CrewState, Job, Suggestion, WhyNot, WhyThis
from app.dispatch.suggest import Preferences, suggest

MINUTE_MS = 60_000
NOW_MS = 1_000 * MINUTE_MS
PREFER = Preferences()
TOOLS = st.frozensets(st.sampled_from(["clamp", "welder"]), max_size=2)
MINUTES = st.integers(1, 60)


@st.composite
def crews_of(draw: st.DrawFn) -> list[Crew]:
    crews = []
    for number in range(draw(st.integers(1, 4))):
        state = draw(st.sampled_from([CrewState.STANDBY, CrewState.EN_ROUTE, CrewState.ON_SCENE, CrewState.OFF]))
        busy = state in {CrewState.EN_ROUTE, CrewState.ON_SCENE}
        free = draw(st.none() | MINUTES) if busy else None
        crews.append(
            Crew(
                f"C{number}",
                state,
                equipment=draw(TOOLS),
                largest_dn_mm=draw(st.sampled_from([None, 300.0])),
                fix_ms=draw(st.sampled_from([NOW_MS - 1000, NOW_MS - 400_000, None])),
                job=f"W{number}" if busy else None,
                accepted=state is CrewState.ON_SCENE or (busy and draw(st.booleans())),
                free_ms=None if free is None else NOW_MS + free * MINUTE_MS,
                free_late_ms=None if free is None else NOW_MS + (free + draw(MINUTES)) * MINUTE_MS,
                shift_ends_ms=draw(st.sampled_from([None, NOW_MS + 30 * MINUTE_MS])),
            )
        )
    return crews


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Job], list[Crew], np.ndarray]:
    crews = draw(crews_of())
    jobs = [
        Job(
            f"W{number}",
            due_ms=NOW_MS + draw(st.integers(-60, 40)) * MINUTE_MS,
            weight=draw(st.sampled_from([1.0, 2.5])),
            equipment=draw(TOOLS),
            dn_mm=draw(st.sampled_from([None, 200.0, 600.0])),
            crew=draw(st.none() | st.sampled_from([*(crew.id for crew in crews), "gone"])),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    minutes = draw(st.lists(MINUTES, min_size=len(jobs) * len(crews), max_size=len(jobs) * len(crews)))
    return jobs, crews, np.array(minutes, dtype=np.float64).reshape(len(jobs), len(crews)) * 60


def leaves_ms(job: Job, crew: Crew, free_ms: int | None) -> int:
    waits = crew.accepted and crew.job != job.id and free_ms is not None
    return max(NOW_MS, free_ms or 0) if waits else NOW_MS


def why_not(job: Job, crew: Crew, travel_s: float) -> WhyNot | None:
    """The rules again, one pair at a time."""
    if crew.state is CrewState.OFF:
        return WhyNot.OFF_SHIFT
    if job.equipment - crew.equipment:
        return WhyNot.EQUIPMENT
    if job.dn_mm and crew.largest_dn_mm and job.dn_mm > crew.largest_dn_mm:
        return WhyNot.DIAMETER
    if crew.state is not CrewState.ON_SCENE and (crew.fix_ms is None or NOW_MS - crew.fix_ms > 300_000):
        return WhyNot.STALE
    if crew.accepted and crew.job != job.id and crew.free_ms is None:
        return WhyNot.BUSY
    there_ms = leaves_ms(job, crew, crew.free_ms) + travel_s * 1000
    return WhyNot.SHIFT_ENDS if crew.shift_ends_ms and there_ms > crew.shift_ends_ms else None


def cost(job: Job, crew: Crew, travel_s: float) -> float:
    def late(free_ms: int | None) -> float:
        seconds = (leaves_ms(job, crew, free_ms) - job.due_ms) / 1000 + travel_s
        near = PREFER.near_miss_s
        minutes = 0.0 if seconds < -near else seconds if seconds > near else (seconds + near) ** 2 / (4 * near)
        return minutes / 60 + PREFER.breach_min * min(1.0, max(0.0, (seconds + near) / (2 * near)))

    minutes = (late(crew.free_ms) + late(crew.free_late_ms or crew.free_ms)) / 2
    changed = PREFER.change_min if job.crew not in {None, crew.id} else 0.0
    diverted = PREFER.diversion_min if crew.job not in {None, job.id} and not crew.accepted else 0.0
    return job.weight * minutes + PREFER.minute_on_the_way * travel_s / 60 + changed + diverted


def alone(job: Job) -> float:
    return job.weight * (PREFER.unserved_min + PREFER.ageing * max(0.0, (NOW_MS - job.due_ms) / MINUTE_MS))


@given(questions())
def test_no_other_assignment_costs_less_and_who_accepted_keeps_its_job(
    question: tuple[list[Job], list[Crew], np.ndarray],
) -> None:
    jobs, crews, travel_s = question
    found = suggest(jobs, crews, travel_s, NOW_MS)
    chosen = {one.job: one.crew for one in found.sent}
    kept = {crew.job: crew.id for crew in crews if crew.accepted and crew.job in {job.id for job in jobs}}
    assert kept.items() <= chosen.items()
    asked = [(row, job) for row, job in enumerate(jobs) if job.id not in kept]
    column = {crew.id: place for place, crew in enumerate(crews)}

    def whole(goal: tuple[int | None, ...]) -> float:
        total = 0.0
        for (row, job), place in zip(asked, goal, strict=True):
            if place is None:
                total += alone(job)
            elif why_not(job, crews[place], travel_s[row, place]) is not None:
                return float("inf")
            else:
                total += cost(job, crews[place], travel_s[row, place])
        return total

    mine = tuple(column[chosen[job.id]] if job.id in chosen else None for _, job in asked)
    every = set(itertools.permutations([*range(len(crews)), *[None] * len(asked)], len(asked)))
    assert whole(mine) == pytest.approx(min(whole(goal) for goal in every))


@given(questions())
def test_reasons_are_true(question: tuple[list[Job], list[Crew], np.ndarray]) -> None:
    jobs, crews, travel_s = question
    found = suggest(jobs, crews, travel_s, NOW_MS)
    rows = {job.id: row for row, job in enumerate(jobs)}
    by_id = {crew.id: crew for crew in crews}
    for one in found.sent:
        check_reason(
            one,
            jobs[rows[one.job]],
            by_id,
            {crew.id: s for crew, s in zip(crews, travel_s[rows[one.job]], strict=True)},
        )
        assert one.next_crew not in {sent.crew for sent in found.sent}
    for none in found.unserved:
        job = jobs[rows[none.job]]
        told = [why_not(job, crew, s) for crew, s in zip(crews, travel_s[rows[none.job]], strict=True)]
        assert dict(none.crews) == {why: told.count(why) for why in set(told) if why is not None}
        assert none.outbid == told.count(None)


def check_reason(one: Suggestion, job: Job, crews: dict[str, Crew], travel_s: dict[str, float]) -> None:
    there_ms = {name: leaves_ms(job, crew, crew.free_ms) + travel_s[name] * 1000 for name, crew in crews.items()}
    able = {name for name, crew in crews.items() if why_not(job, crew, travel_s[name]) is None}
    crew = crews[one.crew]
    assert one.arrives_ms == there_ms[one.crew] == one.leaves_ms + one.travel_s * 1000
    match one.why:
        case WhyThis.KEPT:
            assert one.crew == job.crew or crew.job == job.id
        case WhyThis.DIVERTED:
            assert one.instead == crew.job != job.id
        case WhyThis.ONLY_ONE:
            assert able == {one.crew}
        case WhyThis.FIRST_THERE:
            assert there_ms[one.crew] == min(there_ms[name] for name in able)
        case WhyThis.SPARES_NEARER:
            assert there_ms[one.crew] > min(there_ms[name] for name in able)
