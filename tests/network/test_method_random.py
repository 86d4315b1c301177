"""The programme carried out step by step on random towns, water followed atom by atom after every step that matters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from soak import soak_examples

from network.answers import CannotIsolate, IsolationPlan
from network.assets import Position
from network.closing_order import straight_line_times, valves_to_visit
from network.isolation import plan_isolation
from network.method import method_of
from network.method_steps import Method, NoMethod, Phase, StepKind
from network.normal_positions import ReturnReason
from network.supply import prepare
from network.topology import DeviceStates
from oracle.brute import Brute, leaks
from oracle.build import Built
from oracle.strategies import aims, towns
from oracle.town import LENGTH_M, Aim, Town
from oracle.water import Water

CLOSES = (StepKind.CLOSE, StepKind.CLOSE_AGAIN)
OPENS = (StepKind.FILL, StepKind.OPEN_FEED, StepKind.OPEN)
EXAMPLES = settings(
    soak_examples(2_000, usual=25), suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


@dataclass(frozen=True)
class Case:
    town: Town
    aim: Aim
    built: Built
    plan: IsolationPlan
    method: Method

    @cached_property
    def spots(self) -> dict[str, tuple[str, ...]]:
        return Water(self.town).spots

    def turned(self, town: Town, device: int, position: str) -> Town:
        """*town* with a valve turned, and with it what is recorded twice at its place."""
        name = self.built.city.network.devices.ids[device]
        spot = self.spots.get(name)
        things = tuple(
            replace(thing, position=position)
            if thing.id == name
            or (thing.kind in ("isolation", "boundary") and spot and self.spots.get(thing.id) == spot)
            else thing
            for thing in town.things
        )
        return replace(town, things=things)

    def after(self, until: StepKind | None) -> Town:
        """The town once all steps up to the first of kind *until* are done; all of them for None."""
        town = self.town
        for step in self.method.steps:
            if step.kind in CLOSES:
                town = self.turned(town, step.device, "closed")
            elif step.kind in OPENS:
                town = self.turned(town, step.device, "open")
            if step.kind == until:
                break
        return town

    @property
    def closed(self) -> set[int]:
        return {step.device for step in self.method.steps if step.kind is StepKind.CLOSE}


@st.composite
def questions(draw: st.DrawFn) -> tuple[Town, Aim, list[int], bool]:
    town = draw(towns(most_mains=8, most_things=10))
    normal = draw(st.lists(st.sampled_from((0, 0, 0, 1, 2)), min_size=len(town.things), max_size=len(town.things)))
    return town, draw(aims(town, single=draw(st.integers(0, 3)) > 0)), normal, draw(st.booleans())


def case_of(question: tuple[Town, Aim, list[int], bool]) -> Case:
    town, aim, normal, planned = question
    built = Built(town)
    built.city.network.devices.normal[:] = normal
    model = prepare(built.city, DeviceStates.recorded(built.city.network.devices))
    answer = plan_isolation(model, built.target(aim))
    plan = answer.if_stopped if isinstance(answer, CannotIsolate) else answer
    travel = straight_line_times(built.city.network.devices, list(valves_to_visit(model, plan)), crews=2)
    method = method_of(model, plan, travel, planned=planned)
    note(f"{town}\n{aim}\n{method}")
    assume(not isinstance(method, NoMethod))
    assert isinstance(method, Method)
    return Case(town, aim, built, plan, method)


@EXAMPLES
@given(questions())
def test_nothing_is_opened_before_the_work_is_done_and_no_source_reaches_it(
    question: tuple[Town, Aim, list[int], bool],
) -> None:
    case = case_of(question)
    before = [step.kind for step in case.method.steps if step.phase is Phase.SHUT_DOWN]
    assert not {*OPENS, StepKind.RESTART_SOURCE} & set(before)
    assume(case.plan.feasible and len(case.plan.region))
    at_work = Brute(case.after(StepKind.WORK))
    target, _ = at_work._target(case.aim)
    origins = {leg for legs in at_work.water.legs_of.values() for leg in legs}
    assert not at_work.water.flood(origins, lambda link, atom: leaks(link, atom, closed=False)) & target


@EXAMPLES
@given(questions())
def test_water_comes_back_through_the_feed_alone(question: tuple[Town, Aim, list[int], bool]) -> None:
    case = case_of(question)
    refilling = case.method.refilling
    assume(case.plan.feasible and refilling.feed >= 0)
    isolated_m = case.plan.isolated.length_m
    filled = Brute(case.after(StepKind.FILL))
    fed = filled.before.either
    lengths = {(s.pipe, s.start_m, s.end_m): atom for atom, s in filled.water.stretches.items()}
    parts = case.plan.isolated
    dry_m = sum(
        end_m - start_m
        for pipe, start_m, end_m in zip(parts.pipe, parts.start_m, parts.end_m, strict=True)
        if lengths[case.town.mains[int(pipe)].id, float(start_m), float(end_m)] not in fed
    )
    assert abs(refilling.rest_m - dry_m) < 1e-6
    assert 0.0 <= refilling.rest_m <= isolated_m + 1e-9
    assert refilling.flushing.unflushed_m >= refilling.rest_m - 1e-6


@EXAMPLES
@given(questions())
def test_every_valve_goes_back_and_nobody_is_left_dry(question: tuple[Town, Aim, list[int], bool]) -> None:
    case = case_of(question)
    normal = case.built.city.network.devices.normal
    returns = {back.device: back for back in case.method.refilling.opening}
    assert set(returns) == case.closed
    last = {}
    for step in case.method.steps:
        if step.kind in CLOSES or step.kind in OPENS:
            last[step.device] = Position.CLOSED if step.kind in CLOSES else Position.OPEN
            assert step.turns > 0.0
    for device, back in returns.items():
        assert last[device] == back.position
        assert back.position == normal[device] or back.reason in (
            ReturnReason.NEEDED_OPEN,
            ReturnReason.NORMAL_UNKNOWN,
        )
    after = Brute(case.after(None))
    supplied = {_place(after, atom) for atom in after.before.supplied}
    before = Brute(case.town)
    assert {_place(before, atom) for atom in before.before.supplied} <= supplied


def _place(brute: Brute, atom: tuple[str, ...]) -> object:
    """What an atom is whatever the positions of valves are."""
    stretch = brute.water.stretches.get(atom)
    return atom if stretch is None else (stretch.pipe, stretch.start_m, stretch.end_m)


@EXAMPLES
@given(questions())
def test_what_is_drained_is_what_is_isolated(question: tuple[Town, Aim, list[int], bool]) -> None:
    case = case_of(question)
    draining = case.method.draining
    assert draining.volume_m3 == np.float64(case.plan.isolated.length_m * np.pi / 4.0 * 0.2**2).round(12) or np.isclose(
        draining.volume_m3, case.plan.isolated.length_m * np.pi / 4.0 * 0.2**2
    )
    inside = {(int(p), float(s), float(e)) for p, s, e in _spans(case.plan)}
    for outlet in (*draining.outlets, *draining.vents):
        spans = [(s, e) for p, s, e in inside if p == outlet.pipe]
        at_ends = outlet.offset_m in (0.0, LENGTH_M)
        assert at_ends or any(s - 1e-3 <= outlet.offset_m <= e + 1e-3 for s, e in spans)
    assert not set(draining.outlets) & set(draining.vents)
    if draining.left_m3 is not None:
        assert -1e-9 <= draining.left_m3 <= draining.volume_m3 + 1e-9
    else:
        assert not draining.levels_known


def _spans(plan: IsolationPlan) -> list[tuple[int, float, float]]:
    parts = plan.isolated
    return list(zip(parts.pipe.tolist(), parts.start_m.tolist(), parts.end_m.tolist(), strict=True))
