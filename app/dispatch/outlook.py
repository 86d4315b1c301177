"""Where an incident stands in its course, and when its clocks are expected to be met."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.dispatch.clocks import Clock
from app.dispatch.facts import BY_CLOSING, Fact, FactKind, as_corrected
from app.dispatch.forecast import Experience, Finished, Job, Stage, forecast
from app.dispatch.incidents import Incident
from app.dispatch.life import Step, life_of
from app.dispatch.states import Forecast

COURSE = (
    (Stage.TRAVEL, frozenset({FactKind.CREW_ON_SCENE, FactKind.CREW_NEAR})),
    (Stage.ISOLATION, frozenset({FactKind.WATER_OFF})),
    (Stage.EXCAVATION, frozenset({FactKind.DIAMETER_READ})),
    (Stage.REPAIR, frozenset({FactKind.REPAIR_DONE})),
    (Stage.REFILL, frozenset({FactKind.WATER_BACK})),
    (Stage.CONFIRMATION, frozenset({FactKind.CUSTOMERS_CONFIRMED})),
)
"""Stages in their order, and what ends each."""

_BEGIN = frozenset({FactKind.CREW_ASSIGNED})
_MOST_DN_MM, _MOST_DEPTH_M = 10_000.0, 100.0
_RESTORED = 4
"""Place of the stage in whose end customers have water."""


def job_of(incident: Incident) -> Job:
    """What of an incident bears on how long its repair takes."""
    known = incident.attributes
    dn_mm, depth_m = _number(known.get("dn_mm"), _MOST_DN_MM), _number(known.get("depth_m"), _MOST_DEPTH_M)
    return Job(dn_mm, str(known.get("material", "")), depth_m)


def _number(value: object, most: float) -> float | None:
    """What nobody can mean is not known: an entry may say anything, and no forecast lies beyond all numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= most else None


def stage_times(facts: Iterable[Fact]) -> dict[Stage, tuple[int, int]]:
    """Begin and end of each stage that is over, UTC milliseconds; a stage that nothing ended ends with the next."""
    held = [fact for fact in as_corrected(facts) if not (fact.values.get("stale") or fact.values.get(BY_CLOSING))]
    begun = next((fact.at_ms for fact in held if fact.kind in _BEGIN), None)
    times: dict[Stage, tuple[int, int]] = {}
    for stage, ends in COURSE:
        ended = next((fact.at_ms for fact in held if fact.kind in ends), None)
        if ended is None:
            continue
        if begun is not None and ended > begun:
            times[stage] = (begun, ended)
        begun = ended
    return times


def finished_of(incidents: Iterable[Incident]) -> tuple[Finished, ...]:
    """What closed incidents teach about durations."""
    return tuple(
        Finished(stage, job_of(incident), (end - begin) / 1000)
        for incident in incidents
        if not incident.is_open
        for stage, (begin, end) in stage_times(incident.facts).items()
    )


def forecasts_of(
    incident: Incident,
    clocks: Sequence[Clock],
    experience: Experience,
    now_ms: int,
    elsewhere: Container[str] = (),
) -> Mapping[tuple[str, str], Forecast]:
    """When each running clock of *incident* that a stage ends is expected to be met, by entity and rule.

    Args:
        incident: The incident.
        clocks: Its clocks.
        experience: How long stages take.
        now_ms: UTC milliseconds.
        elsewhere: Crews that were sent to it and are at another one, see :func:`app.dispatch.life.life_of`.
    """
    last, began_ms = _come_to(fact for fact in as_corrected(incident.facts) if not fact.values.get(BY_CLOSING))
    if last < 0:
        on_the_way = life_of(incident.facts, elsewhere).of(Step.CREW_ASSIGNED).done
        began_ms = None if on_the_way is None else on_the_way.at_ms
    found = {}
    for clock in clocks:
        goal = _goal(clock)
        if goal is None or goal <= last or clock.verdict.met is not None or clock.verdict.start is None:
            continue
        if goal == 0 and began_ms is None:
            # Nobody is on the way: that is told by itself, not as a forecast.
            continue
        stages = [stage for stage, _ in COURSE[last + 1 : goal + 1]]
        running = None if began_ms is None else (stages[0], began_ms)
        ahead = stages if running is None else stages[1:]
        found[clock.entity, clock.rule.id] = forecast(experience, job_of(incident), running, ahead, now_ms)
    return found


@dataclass(frozen=True)
class Outage:
    """How long customers of an incident are without water.

    Attributes:
        lasted_s: So far; 0 where the stop is decided and the water still runs.
        expected_s: From its stop to its return, half of like cases.
    """

    lasted_s: float
    expected_s: float


def outage_of(incident: Incident, experience: Experience, now_ms: int) -> Outage | None:
    """The outage of *incident*; None where no water is stopped for it, or customers have it again."""
    life = life_of(incident.facts)
    off, back = life.of(Step.WATER_OFF), life.of(Step.WATER_BACK)
    held = as_corrected(incident.facts)
    last, began_ms = _come_to(held)
    stages = [stage for stage, _ in COURSE[: _RESTORED + 1]]
    if not off.needed or back.done is not None or last >= _RESTORED:
        return None
    if off.done is None:
        # From now on, as if the water were stopped at once: what comes before its stop is no part of the outage.
        ahead = stages[max(last + 1, stages.index(Stage.ISOLATION) + 1) :]
        left = forecast(experience, job_of(incident), None, ahead, now_ms)
        return Outage(0.0, (left.p50_ms - now_ms) / 1000)
    running = None if began_ms is None else (stages[last + 1], began_ms)
    left = forecast(experience, job_of(incident), running, stages[last + 1 + (running is not None) :], now_ms)
    return Outage((now_ms - off.done.at_ms) / 1000, (left.p50_ms - off.done.at_ms) / 1000)


def _come_to(held: Iterable[Fact]) -> tuple[int, int | None]:
    """Place in the course of the last stage that is over, −1 before the first, and when the next one began."""
    facts = tuple(held)
    done_ms = {stage: next((fact.at_ms for fact in facts if fact.kind in ends), None) for stage, ends in COURSE}
    last = max((place for place, (stage, _) in enumerate(COURSE) if done_ms[stage] is not None), default=-1)
    if last < 0:
        return last, next((fact.at_ms for fact in facts if fact.kind in _BEGIN), None)
    return last, done_ms[COURSE[last][0]]


def _goal(clock: Clock) -> int | None:
    """Place in the course of the stage whose end meets *clock*."""
    met_by = set(clock.rule.met_by)
    return next((place for place, (_, ends) in enumerate(COURSE) if met_by & ends), None)
