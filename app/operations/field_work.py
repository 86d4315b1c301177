"""The work of a crew at the valves of an incident, worked out anew from the journal: nothing of it is kept elsewhere.

What crews found counts at once: a valve that will not turn is out of the plan, and the plan for the same place without
it says what is closed instead. What they closed already is progress, not another state of the city.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.dispatch.acts import No
from app.dispatch.facts import Fact, FactKind, as_corrected
from app.dispatch.field_task import FieldTask, Goal, LastWord, ValveCard, ValveStep
from app.dispatch.incidents import Incident
from app.dispatch.life import Step, TurnedValve, life_of, valves_turned
from app.dispatch.permits import chamber_state, latest
from app.dispatch.valve_work import ValveStage, condition_found
from app.dispatch.view import number_of
from app.operations.dispatch_scene import Scene
from app.operations.dispatch_valves import needed_for, ordered
from app.operations.isolate import Answer
from app.operations.order import Crews, travel_for
from app.operations.plan_record import plan_record
from app.operations.plan_subject import subject_of
from app.workspace import valve_rows
from gis.roads import RoadNetwork
from network.alternatives.as_plan import plan_closing
from network.answers import CannotIsolate, IsolationPlan, PipeParts, plan_of
from network.assets import Condition, DeviceKind, Position, Turning
from network.closing_order import Duty, closing_order
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import SupplyModel

_WORKABLE = (Condition.OPERABLE, Condition.UNKNOWN)


@dataclass(frozen=True, eq=False)
class FieldWork:
    """A crew's work, and what the plan that it goes by cuts off.

    Attributes:
        isolated: None where there is no plan, or its valves go back.
        planned: The plan that it goes by, and the city for which that was made, while valves are closed.
    """

    task: FieldTask
    isolated: PipeParts | None = None
    planned: tuple[SupplyModel, IsolationPlan | CannotIsolate] | None = None

    @property
    def lists(self) -> dict[str, Any]:
        """Of the plan, by id, what says at which valves one works and whether that stops the water."""
        assert self.planned is not None
        model, answer = self.planned
        plan, ids = plan_of(answer), model.city.network.devices.ids
        work = {name: [ids[row] for row in getattr(plan, name)] for name in ("close", "drain_back", "verify_closed")}
        return {**work, "feasible": plan.feasible}

    @property
    def record(self) -> dict[str, Any] | None:
        """The plan with who is affected, as the journal keeps it; None where there is none."""
        if self.planned is None:
            return None
        model, plan = self.planned
        return plan_record(model, Answer(plan, assess_impact(model, plan_of(plan))))


@dataclass(frozen=True, eq=False)
class _Case:
    """One incident with what was said at its valves; facts as corrected, in their order."""

    scene: Scene
    entity: str
    incident: Incident
    facts: tuple[Fact, ...]
    turned: Mapping[str, TurnedValve]

    def words(self, since_ms: int) -> dict[str, Fact]:
        """The last word of a crew at each valve, said at *since_ms* or later and not followed by a turn."""
        found: dict[str, Fact] = {}
        for fact in self.facts:
            valve = str(fact.values.get("valve", ""))
            if fact.kind is FactKind.VALVE_WORKED and fact.at_ms >= since_ms:
                found[valve] = fact
            elif fact.kind is FactKind.VALVE_TURNED:
                found.pop(valve, None)
        return found


def field_work(scene: Scene, model: SupplyModel, number: str, roads: RoadNetwork | None = None) -> FieldWork | No:
    """The work at the valves of the incident called *number*.

    Args:
        scene: With a board that holds the incident.
        model: Under the present states, what crews found and turned included.
        number: Number or entity.
        roads: For the way between valves; straight lines without.
    """
    entity = scene.incident(number)
    if isinstance(entity, No):
        return entity
    incident = scene.board.incidents[entity]
    facts = tuple(fact for fact in as_corrected(incident.facts) if _is_here(scene, fact))
    case = _Case(scene, entity, incident, facts, valves_turned(facts))
    life = life_of(incident.facts)
    mended = life.of(Step.REPAIRED).done
    if mended is not None:
        return FieldWork(_task(case, _back(case, mended.at_ms), dry=True, going_back=True))
    dry = life.of(Step.WATER_OFF).done is not None
    body = _plan_of(case)
    if body is None:
        return FieldWork(_task(case, (), dry=dry, planned=False))
    return _closing(case, model, body, roads, dry=dry)


def _is_here(scene: Scene, fact: Fact) -> bool:
    """Whether a fact is about no valve, or about one that the network still has."""
    valve = fact.values.get("valve")
    return valve is None or scene.workspace.city.network.devices.ids.find(str(valve)) >= 0


def _plan_of(case: _Case) -> Mapping[str, Any] | None:
    event = None if case.incident.plan is None else case.scene.workspace.journal.event(case.incident.plan)
    return None if event is None else event.facts


def _closing(
    case: _Case, model: SupplyModel, body: Mapping[str, Any], roads: RoadNetwork | None, *, dry: bool
) -> FieldWork:
    before = _before(case, model)
    answer = _plan_now(before, body)
    plan = plan_of(answer)
    order = closing_order(before, plan, travel_for(before, plan, Crews(), roads))
    ids = model.city.network.devices.ids
    goals = {ids[visit.device]: Goal.VERIFY if visit.duty is Duty.VERIFY else Goal.CLOSE for visit in order.visits}
    words = case.words(0)
    steps = [_step(case, valve, goal, words.get(valve)) for valve, goal in goals.items()]
    steps += [_step(case, valve, Goal.OPEN, words.get(valve)) for valve in _not_needed(case, model, goals)]
    done = sorted((one for one in steps if one.done), key=lambda one: one.done_ms or 0)
    ahead = [one for one in steps if not one.done]
    aside = [
        _step(case, valve, Goal.CLOSE, fact)
        for valve, fact in words.items()
        if valve not in goals and (stage := _stage_of(fact)) and condition_found(stage) is not None
    ]
    feasible = not isinstance(answer, CannotIsolate)
    task = _task(case, (*done, *ahead), dry=dry, feasible=feasible, aside=tuple(aside))
    return FieldWork(task, plan.isolated, (before, answer))


def _before(case: _Case, model: SupplyModel) -> SupplyModel:
    """The city as it would stand had nobody turned a valve for this incident."""
    positions: dict[Position, list[int]] = {Position.OPEN: [], Position.CLOSED: []}
    for valve, row in zip(case.turned, valve_rows(model.city, list(case.turned)), strict=True):
        if row >= 0:
            positions[Position[case.turned[valve].normal.upper()]].append(row)
    states = model.states
    for position, rows in positions.items():
        states = states.with_positions(rows, position)
    return model if not case.turned else model.with_states(states)


def _plan_now(model: SupplyModel, body: Mapping[str, Any]) -> IsolationPlan | CannotIsolate:
    """The plan that was attached; where a valve of it cannot be worked any more, the tight one for the same place."""
    target = subject_of(model, body).target
    tight = plan_isolation(model, target)
    if isinstance(tight, CannotIsolate):
        return tight
    shut = [name for part in ("close", "dead_side", "verify_closed") for name in body.get(part, ())]
    rows = valve_rows(model.city, shut)
    workable = all(row >= 0 and model.states.condition[row] in _WORKABLE for row in rows)
    ids = model.city.network.devices.ids
    if not workable or sorted(body.get("close", ())) == sorted(ids[row] for row in tight.close):
        return tight
    chosen = plan_closing(model, tight, rows)
    wanted = sorted(body.get("close", ()))
    is_it = isinstance(chosen, IsolationPlan) and sorted(ids[row] for row in chosen.close) == wanted
    return chosen if is_it else tight


def _not_needed(case: _Case, model: SupplyModel, goals: Mapping[str, Goal]) -> list[str]:
    """Valves that were closed for an earlier plan and can be opened again."""
    shut = [
        valve for valve, one in case.turned.items() if one.position == "closed" != one.normal and valve not in goals
    ]
    rows = valve_rows(model.city, shut)
    return [
        valve
        for valve, row in zip(shut, rows, strict=True)
        if row >= 0 and model.states.condition[row] in _WORKABLE and not case.turned[valve].left
    ]


def _back(case: _Case, mended_ms: int) -> tuple[ValveStep, ...]:
    """Every valve that was turned away from its normal position, the last one first; those that are back stay."""
    first_away: dict[str, int] = {}
    for fact in case.facts:
        if fact.kind is FactKind.VALVE_TURNED and fact.values.get("position") != fact.values.get("normal"):
            first_away.setdefault(str(fact.values["valve"]), len(first_away))
    words = case.words(mended_ms)
    steps = []
    for valve in sorted(first_away, key=first_away.__getitem__, reverse=True):
        goal = Goal.OPEN if case.turned[valve].normal == "open" else Goal.CLOSE
        steps.append(_step(case, valve, goal, words.get(valve), going_back=True))
    # What is back already stands on top, as at the closing; the way back of the others stays that of the closing.
    return tuple(sorted(steps, key=lambda one: not one.done))


def _step(case: _Case, valve: str, goal: Goal, word: Fact | None, *, going_back: bool = False) -> ValveStep:
    scene, turned = case.scene, case.turned.get(valve)
    wanted = "open" if goal is Goal.OPEN else "closed"
    left = turned is not None and turned.left
    done = turned is not None and (turned.position == wanted or (going_back and left))
    permit = latest(case.incident.permits, valve)
    turns = None if word is None else word.values.get("turns")
    return ValveStep(
        card=_card(scene, valve),
        goal=goal,
        done=done,
        left=left,
        done_ms=turned.at_ms if done and turned is not None else None,
        stage="" if word is None else _stage_of(word) or "",
        turns_done=float(turns) if isinstance(turns, int | float) else None,
        inside=word is not None and bool(word.values.get("inside", False)),
        by_order=needed_for(scene, valve) is not None and not ordered(scene, valve),
        chamber=chamber_state(permit, scene.now_ms),
        permit=permit,
    )


def _stage_of(word: Fact) -> ValveStage | None:
    """What a crew said; None for what only newer versions say."""
    said = word.values.get("stage")
    return next((stage for stage in ValveStage if stage == said), None)


def _card(scene: Scene, valve: str) -> ValveCard:
    devices, states = scene.workspace.city.network.devices, scene.workspace.states
    row = devices.ids.find(valve)
    assert row >= 0, "journal and plan name valves that the city has"
    return ValveCard(
        valve=valve,
        kind=DeviceKind(int(devices.kind[row])).name.lower(),
        dn_mm=int(devices.dn_mm[row]),
        turns=_known(float(devices.turns[row])),
        closes=Turning(int(devices.closes[row])).name.lower(),
        depth_m=_known(float(devices.depth_m[row])),
        chamber=devices.chamber[row],
        landmark=devices.landmark[row],
        x_m=float(devices.x_m[row]),
        y_m=float(devices.y_m[row]),
        normal=Position(int(devices.normal[row])).name.lower(),
        position=Position(int(states.position[row])).name.lower(),
        condition=Condition(int(states.condition[row])).name.lower(),
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _task(
    case: _Case,
    steps: tuple[ValveStep, ...],
    *,
    dry: bool,
    planned: bool = True,
    feasible: bool = True,
    going_back: bool = False,
    aside: tuple[ValveStep, ...] = (),
) -> FieldTask:
    known = case.incident.attributes
    return FieldTask(
        entity=case.entity,
        number=number_of(case.entity),
        place=str(known.get("place", "") or known.get("pipe", "")),
        is_open=case.incident.is_open,
        planned=planned,
        feasible=feasible,
        going_back=going_back,
        dry=dry,
        steps=steps,
        aside=aside,
        last=_last(case.facts, case.scene.workspace.journal.device()),
    )


_SAID = frozenset({FactKind.VALVE_WORKED, FactKind.VALVE_TURNED, FactKind.VALVE_LEFT})


def _last(facts: Iterable[Fact], dev: str) -> LastWord | None:
    """The last word at a valve that was said at this console."""
    mine = [fact for fact in facts if fact.kind in _SAID and fact.key[0] == dev]
    if not mine:
        return None
    last = max(mine, key=lambda fact: fact.key)
    values = last.values
    return LastWord(last.key, str(values["valve"]), str(values.get("stage") or values.get("position") or last.kind))
