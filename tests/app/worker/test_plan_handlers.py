"""What the worker answers about a plan: every request on a little town, and what may be asked wrongly."""

import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from worker_rooms import WorkerRooms

from app.dispatch.acts import Done, ListCrew, StateCrew
from app.dispatch.crews import CrewState
from app.dispatch_requests import ActAnswered, DoAct
from app.journal.events import milliseconds
from app.plan_requests import (
    BackPlan,
    CheckOptions,
    CheckResupply,
    CostOf,
    FieldFollowed,
    FindResupply,
    FollowField,
    OptionsChecked,
    OrderPlan,
    PlanBacked,
    PlanOrdered,
    PlansWeighed,
    PlanTaken,
    ResupplyChecked,
    ResupplyFound,
    Subject,
    TakePlan,
    WeighPlans,
)
from app.requests import (
    ExplainValve,
    Failed,
    MakePlan,
    OpenWorkspace,
    PlanMade,
    Reply,
    ReportValve,
    Request,
    ValveExplained,
    ValveReported,
    WorkspaceOpened,
)
from app.suppositions import ValveOverride
from app.worker.handlers import DeskState
from app.worker.process import answer
from network import hydraulic_effect
from network.alternatives.costs import closing_minutes
from network.alternatives.records import WhyNone
from network.answers import JunctionTarget, PipeTarget, plan_of
from network.assets import Condition, Position
from network.errors import NetworkError
from network.hydraulic_records import HydraulicWarning
from network.resupply_records import Resupply

sys.path.append(str(Path(__file__).parents[1] / "ui"))
from little_city import little_workspace


def say_nothing(step: str, fraction: float | None = None) -> None:
    pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return little_workspace(tmp_path_factory.mktemp("plan-handlers") / "town")


@pytest.fixture
def desk(folder: Path):
    state = DeskState()
    assert isinstance(answer(state, OpenWorkspace(folder), say_nothing), WorkspaceOpened)
    yield state
    state.workspace.close()


@pytest.fixture
def own_desk(folder: Path, tmp_path: Path):
    """A desk on a workspace to write into."""
    state = DeskState()
    opened = OpenWorkspace(Path(shutil.copytree(folder, tmp_path / "town")))
    assert isinstance(answer(state, opened, say_nothing), WorkspaceOpened)
    yield state
    state.workspace.close()


def ask(desk: DeskState, request: Request) -> Reply:
    return WorkerRooms(desk=desk).answer(request, say_nothing)


def valve(desk: DeskState, name: str) -> int:
    return desk.workspace.city.network.devices.ids.find(name)


def pipe(desk: DeskState, name: str) -> PipeTarget:
    return PipeTarget(desk.workspace.city.network.pipes.ids.find(name))


@pytest.mark.parametrize("by", list(CostOf))
def test_weighing_gives_whole_plans_cheapest_first(desk: DeskState, by: CostOf) -> None:
    weighed = ask(desk, WeighPlans(pipe(desk, "P-H2-2"), by=by))
    assert isinstance(weighed, PlansWeighed)
    assert weighed.complete
    assert weighed.by is by
    costs = [option.cost for option in weighed.options]
    outs = [len(option.impact.out) for option in weighed.options]
    assert costs == sorted(costs)
    assert outs == sorted(outs, reverse=True)
    assert all(0.0 < option.chance <= 1.0 and option.minutes > 0.0 for option in weighed.options)


def test_the_plan_itself_is_always_among_those_to_choose_from(desk: DeskState) -> None:
    """Where a plan on more ground takes as few customers with fewer valves, the plan itself is listed beside it."""
    stuck = tuple(ValveOverride(valve(desk, name), condition=Condition.INOPERABLE) for name in ("V-H2-2A", "V-V2-2A"))
    for name in ("P-H2-2", "P-V2-1", "P-H0-0", "P-V2-2"):
        made = ask(desk, MakePlan(pipe(desk, name), stuck))
        weighed = ask(desk, WeighPlans(pipe(desk, name), stuck))
        assert isinstance(made, PlanMade)
        assert isinstance(weighed, PlansWeighed)
        listed = [option.plan.close for option in (*weighed.options, weighed.tight) if option is not None]
        assert plan_of(made.answer).close in listed
        assert len(listed) == len(set(listed))


def test_a_valve_s_chance_falls_with_its_age_and_rises_when_it_is_turned(own_desk: DeskState) -> None:
    def chance(year: int) -> float:
        weighed = ask(own_desk, WeighPlans(pipe(own_desk, "P-H2-2"), at=datetime(year, 3, 1, tzinfo=UTC)))
        assert isinstance(weighed, PlansWeighed)
        return weighed.options[-1].chance

    now = datetime.now(UTC).year
    assert chance(now + 40) < chance(now + 20) < chance(now)
    unturned = chance(now + 1)
    for name in ("V-H2-2A", "V-H2-2B"):
        told = ask(own_desk, ReportValve(valve(own_desk, name), Position.OPEN, None))
        assert isinstance(told, ValveReported)
    assert chance(now + 1) > unturned


def test_what_cannot_be_weighed_says_why(desk: DeskState) -> None:
    weighed = ask(desk, WeighPlans(JunctionTarget(100_000)))
    assert isinstance(weighed, PlansWeighed)
    assert weighed.why is WhyNone.UNKNOWN_TARGET
    assert weighed.options == ()


def test_a_plan_taken_is_the_one_explained(desk: DeskState) -> None:
    target = pipe(desk, "P-H2-2")
    close = tuple(valve(desk, name) for name in ("V-H2-1A", "V-V2-1B", "V-V2-2A", "V-H2-2B"))
    assert isinstance(ask(desk, TakePlan(Subject(target, close=close))), PlanTaken)
    explained = ask(desk, ExplainValve(close[0]))
    assert isinstance(explained, ValveExplained)
    assert explained.path is not None


def test_fallbacks_and_certificate_come_together(desk: DeskState) -> None:
    backed = ask(desk, BackPlan(Subject(pipe(desk, "P-H2-2"))))
    assert isinstance(backed, PlanBacked)
    assert [each.device for each in backed.fallbacks] == [valve(desk, name) for name in ("V-H2-2A", "V-H2-2B")]
    assert backed.certificate.no_way_left
    source = ask(desk, BackPlan(Subject(pipe(desk, "P-PLANT"))))
    assert isinstance(source, PlanBacked)
    assert source.fallbacks == ()
    assert source.certificate.reached


def test_the_order_of_closing(desk: DeskState) -> None:
    ordered = ask(desk, OrderPlan(Subject(pipe(desk, "P-H2-2")), crews=2))
    assert isinstance(ordered, PlanOrdered)
    assert {visit.crew for visit in ordered.visits} == {0, 1}
    assert ordered.stops_s == max(visit.done_s for visit in ordered.visits)
    assert ordered.basis in {"road", "road_and_straight_line"}
    phases = [step.phase for step in ordered.steps]
    assert sorted(set(phases), key=phases.index) == ["shut_down", "work", "restore"]
    assert sum(step.closes for step in ordered.steps) == 2
    assert all(set(step.text) == set(step.when) == {"zh_CN", "en"} for step in ordered.steps)


def test_where_nothing_is_to_be_closed_there_is_no_programme(desk: DeskState) -> None:
    ordered = ask(desk, OrderPlan(Subject(pipe(desk, "P-END"))))
    assert isinstance(ordered, PlanOrdered)
    assert ordered.visits == ()
    assert ordered.steps == ()


def test_the_plan_follows_what_is_closed(desk: DeskState) -> None:
    closed = valve(desk, "V-H2-2B")
    followed = ask(desk, FollowField(Subject(pipe(desk, "P-H2-2")), (closed, valve(desk, "V-H0-0A"))))
    assert isinstance(followed, FieldFollowed)
    assert followed.done == (closed,)
    assert followed.to_close == (valve(desk, "V-H2-2A"),)
    assert followed.reopen == (valve(desk, "V-H0-0A"),)


def cut_off(desk: DeskState) -> Subject:
    """The last street hangs on one main, the leaking one."""
    shut = tuple(ValveOverride(valve(desk, f"V-V{at}-3A"), position=Position.CLOSED) for at in (1, 3, 4, 5))
    return Subject(pipe(desk, "P-V0-3"), shut)


def test_water_brought_back_names_its_mains_and_every_record_of_its_valves(desk: DeskState) -> None:
    found = ask(desk, FindResupply(cut_off(desk)))
    assert isinstance(found, ResupplyFound)
    assert isinstance(found.answer, Resupply)
    assert len(found.parts) == len(found.opens) == len(found.answer.options)
    assert all(parts.length_m > 0 for parts in found.parts)
    assert found.opens[0] == found.answer.options[0].open


def test_its_pressures_are_solved_apart_from_the_desk(desk: DeskState, folder: Path) -> None:
    subject = cut_off(desk)
    found = ask(desk, FindResupply(subject))
    checked = ask(DeskState(), CheckResupply(folder, subject, 2026, 10.0))
    assert isinstance(found, ResupplyFound)
    assert isinstance(found.answer, Resupply)
    assert isinstance(checked, ResupplyChecked)
    assert len(checked.verdicts) == len(found.answer.options)
    assert {verdict.safety for verdict in checked.verdicts} <= {"safe", "regains_but_low", "harms_others"}


def test_pressures_after_every_plan_to_choose_from_are_solved_apart_from_the_desk(
    desk: DeskState, folder: Path
) -> None:
    target = pipe(desk, "P-H2-2")
    weighed = ask(desk, WeighPlans(target))
    assert isinstance(weighed, PlansWeighed)
    bounds = tuple(option.plan.bounds for option in weighed.options)
    checked = ask(DeskState(), CheckOptions(folder, Subject(target), bounds, 2026, 10.0))
    assert isinstance(checked, OptionsChecked)
    assert len(checked.plans) == len(bounds)
    assert all(told.newly_low is not None and told.newly_low >= 0 and not told.failed for told in checked.plans)


def test_a_plan_without_pressures_says_why_and_speaks_for_no_other(
    folder: Path, desk: DeskState, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, runs = hydraulic_effect.run_in_child, []

    def second_plan_hangs(*args: Any, **more: Any) -> Any:
        runs.append(args)
        if len(runs) == 3:
            raise NetworkError("child_timeout", seconds=60.0)
        solved = real(*args, **more)
        return solved if len(runs) < 4 else tuple(replace(one, warnings=(HydraulicWarning.COARSE,)) for one in solved)

    monkeypatch.setattr(hydraulic_effect, "run_in_child", second_plan_hangs)
    bounds = ((valve(desk, "V-H2-2A"), valve(desk, "V-H2-2B")),) * 3
    checked = ask(DeskState(), CheckOptions(folder, Subject(pipe(desk, "P-H2-2")), bounds, 2026, 10.0))
    assert isinstance(checked, OptionsChecked)
    assert len(runs) == 4, "the city before them is solved once"
    first, second, third = checked.plans
    assert first.newly_low == third.newly_low == 0
    assert (first.coarse, third.coarse) == (False, True)
    assert (second.newly_low, second.failed, second.detail) == (None, "hydraulics_timeout", {"seconds": 60.0})


def test_a_workspace_that_is_gone_is_refused(desk: DeskState, tmp_path: Path) -> None:
    refused = ask(DeskState(), CheckResupply(tmp_path / "gone", cut_off(desk), 2026, 10.0))
    assert isinstance(refused, Failed)


def test_while_nobody_asks_the_desk_makes_what_weighing_takes(desk: DeskState) -> None:
    closed = DeskState()
    closed.prepare_ahead(further=True)
    assert closed._model is None
    desk.prepare_ahead()
    assert desk._roads is None, "that can wait until nobody asks"
    desk.prepare_ahead(further=True)
    assert desk.surroundings(()) is desk._around
    assert {"graph", "marks"} <= vars(desk.roads).keys()
    roads = desk.roads
    desk.prepare_ahead(further=True)
    assert desk.roads is roads


def test_without_a_workspace_nothing_is_answered() -> None:
    refused = ask(DeskState(), WeighPlans(PipeTarget(0)))
    assert isinstance(refused, Failed)
    assert refused.code == "no_workspace_open"


NOW = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)


def place_of(desk: DeskState, name: str) -> tuple[float, float]:
    devices = desk.workspace.city.network.devices
    return float(devices.x_m[valve(desk, name)]), float(devices.y_m[valve(desk, name)])


def stands(desk: DeskState, crew: str, place_m: tuple[float, float], state: CrewState = CrewState.STANDBY) -> None:
    for act in (ListCrew(crew=crew), StateCrew(crew, state, *place_m, at_ms=milliseconds(NOW))):
        done = ask(desk, DoAct(act, now_ms=milliseconds(NOW)))
        assert isinstance(done, ActAnswered)
        assert isinstance(done.outcome, Done), done.outcome


def test_ways_count_from_the_nearest_crew_that_can_set_out(own_desk: DeskState) -> None:
    subject = Subject(pipe(own_desk, "P-H2-2"))
    assert isinstance(ask(own_desk, OrderPlan(subject, at=NOW)), PlanOrdered)
    unknown = ask(own_desk, WeighPlans(subject.target, at=NOW))
    assert isinstance(unknown, PlansWeighed)
    assert (unknown.crew, unknown.ways) == ("", "road")
    x_m, y_m = place_of(own_desk, "V-H2-2A")
    stands(own_desk, "far", (x_m + 900.0, y_m))
    stands(own_desk, "off", (x_m, y_m), CrewState.OFF)
    stands(own_desk, "near", (x_m - 300.0, y_m))
    weighed = ask(own_desk, WeighPlans(subject.target, at=NOW))
    assert isinstance(weighed, PlansWeighed)
    assert weighed.crew == "near"
    assert all(
        after.minutes > before.minutes for before, after in zip(unknown.options, weighed.options, strict=True)
    ), "the way to the first valve counts"
    one, two = (ask(own_desk, OrderPlan(subject, crews, NOW)) for crews in (1, 2))
    assert isinstance(one, PlanOrdered)
    assert isinstance(two, PlanOrdered)
    assert (one.who, one.starts_known) == (("near",), True)
    assert two.who == ("near", "far")
    assert min(visit.arrives_s for visit in one.visits) > 0
    many = ask(own_desk, OrderPlan(subject, 3, NOW))
    assert isinstance(many, PlanOrdered)
    assert (many.who, many.starts_known) == ((), False)
    later = ask(own_desk, OrderPlan(subject, 1, NOW + timedelta(hours=1)))
    assert isinstance(later, PlanOrdered)
    assert later.who == (), "nobody knows where a crew is an hour after it was heard of"


def test_minutes_count_the_way_to_each_valve(own_desk: DeskState) -> None:
    """Over the roads from the middle of the plan's valves, or from a crew: what is far from it costs more."""
    target = pipe(own_desk, "P-H2-2")
    by_work = ask(own_desk, WeighPlans(target, by=CostOf.MINUTES))
    x_m, y_m = place_of(own_desk, "V-H2-2A")
    stands(own_desk, "crew", (x_m - 500.0, y_m))
    by_way = ask(own_desk, WeighPlans(target, by=CostOf.MINUTES, at=NOW))
    assert isinstance(by_work, PlansWeighed)
    assert isinstance(by_way, PlansWeighed)
    tight = by_way.options[-1]
    at_least_min = 0.5 / 80.0 * 60.0
    assert tight.cost > by_work.options[-1].cost + len(tight.plan.close) * at_least_min / 2
    devices = own_desk.workspace.city.network.devices
    plain = closing_minutes(devices, own_desk.model.states.condition)
    between = ask(own_desk, WeighPlans(target, by=CostOf.MINUTES))
    assert isinstance(between, PlansWeighed)
    assert between.options[-1].cost > plain[list(between.options[-1].plan.close)].sum()
