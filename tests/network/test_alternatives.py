"""Trade-offs, fallbacks, sure plans and certificates on towns drawn by hand, and all that may be asked wrongly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_city import Draft, device_ids, recorded

from network.alternatives.costs import Pace, closing_minutes
from network.alternatives.fallbacks import ValveReport, replan, without_each
from network.alternatives.front import Limits, trade_offs
from network.alternatives.records import Front, NoFront, WhyNone
from network.alternatives.reliability import Priors, chances, surest_plan
from network.alternatives.surroundings import Surroundings
from network.alternatives.throughout import no_cut_below
from network.answers import (
    AreaTarget,
    CannotIsolate,
    CustomerTarget,
    DeviceTarget,
    Holds,
    HydrantTarget,
    IsolationPlan,
    JunctionTarget,
    PipeTarget,
    Target,
)
from network.assets import Condition, Position
from network.certificate import certify, seeping_valves
from network.errors import NetworkError
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare


def made(draft: Draft) -> tuple[SupplyModel, Surroundings]:
    city = draft.city()
    model = prepare(city, recorded(city))
    return model, Surroundings.of(model)


def fork() -> Draft:
    """One main from the plant; three branches from its end, one customer each, every leg with a valve."""
    draft = Draft().pipe("main", "a", "b").source("plant", node="a").device("v0", pipe="main", at=10.0)
    draft.customer("c0", "main", 50.0)
    for at in range(1, 4):
        draft.pipe(f"p{at}", "b", f"e{at}", 100.0).device(f"v{at}", pipe=f"p{at}", at=10.0)
        draft.customer(f"c{at}", f"p{at}", 50.0)
    return draft


def loop() -> Draft:
    """A ring fed from two plants, the target between two valves of its own: close two, or further out two others."""
    draft = Draft().chain("s", "a", "b", "c", "d", "t").source("one", node="s").source("two", node="t")
    draft.pipe("ac", "a", "c").pipe("bd", "b", "d")
    for pipe, at in (("sa", 50.0), ("ab", 50.0), ("bc", 30.0), ("bc", 70.0), ("cd", 50.0), ("dt", 50.0)):
        draft.device(f"{pipe}{int(at)}", pipe=pipe, at=at)
    for at, pipe in enumerate(("ab", "bc", "cd", "ac", "bd")):
        draft.customer(f"k{at}", pipe, 40.0)
    return draft


def front_of(draft: Draft, target: Target, **more: object) -> Front:
    found = trade_offs(made(draft)[1], target, **more)  # type: ignore[arg-type]
    assert isinstance(found, Front)
    return found


def told(draft: Draft, front: Front) -> list[tuple[list[str], float, int]]:
    city = draft.city()
    return [(device_ids(city, point.close), point.cost, point.customers_out) for point in front.points]


def test_one_valve_is_all_there_is_to_weigh() -> None:
    front = front_of(fork(), PipeTarget(1, 50.0))
    assert told(fork(), front) == [(["v1"], 1.0, 1)]
    assert front.exact
    assert front.certain_below == math.inf
    assert front.pair is None


def test_fewer_valves_cost_more_customers() -> None:
    front = front_of(loop(), PipeTarget(2, 50.0))
    assert told(loop(), front) == [(["bc30", "bc70"], 2.0, 1)]
    stuck = loop()
    stuck.devices[2]["condition"] = "INOPERABLE"
    front = front_of(stuck, PipeTarget(2, 50.0))
    assert told(stuck, front) == [(["dt50", "sa50"], 2.0, 5), (["ab50", "bc70", "cd50", "dt50"], 4.0, 2)]
    assert front.exact


def dear() -> tuple[Draft, np.ndarray]:
    """The near valve costs nine, the far one two."""
    return fork(), np.array([2.0, 9.0, 1.0, 1.0])


def test_the_pair_of_stages_says_what_to_close_and_reopen() -> None:
    draft, costs = dear()
    front = front_of(draft, PipeTarget(1, 50.0), costs=costs)
    assert told(draft, front) == [(["v0"], 2.0, 4), (["v1"], 9.0, 1)]
    stages = front.pair
    assert stages is not None
    assert device_ids(draft.city(), stages.first) == ["v0"]
    assert device_ids(draft.city(), stages.then_close) == ["v1"]
    assert device_ids(draft.city(), stages.then_reopen) == ["v0"]
    assert (stages.customers_first, stages.customers_then) == (4, 1)


def test_area_is_that_of_what_is_out() -> None:
    draft, costs = dear()
    for at, name in enumerate(("a", "b", "e1", "e2", "e3")):
        draft.node(name, 1000.0 * at, 500.0 * at)
    wide, tight = front_of(draft, PipeTarget(1, 50.0), costs=costs).points
    assert 0.0 < tight.area_km2 < wide.area_km2


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (PipeTarget(99), WhyNone.UNKNOWN_TARGET),
        (PipeTarget(-1), WhyNone.UNKNOWN_TARGET),
        (PipeTarget(0, math.nan), WhyNone.UNKNOWN_TARGET),
        (JunctionTarget(99), WhyNone.UNKNOWN_TARGET),
        (DeviceTarget(99), WhyNone.UNKNOWN_TARGET),
        (HydrantTarget(99), WhyNone.UNKNOWN_TARGET),
        (CustomerTarget(99), WhyNone.UNKNOWN_TARGET),
        (AreaTarget(((0.0, 0.0), (1.0, 0.0))), WhyNone.UNKNOWN_TARGET),
        (AreaTarget(((0.0, 0.0), (1.0, 0.0), (math.inf, 1.0))), WhyNone.UNKNOWN_TARGET),
        (AreaTarget(((900.0, 900.0), (901.0, 900.0), (901.0, 901.0))), WhyNone.NO_PLACE),
        (JunctionTarget(0), WhyNone.CANNOT_ISOLATE),
    ],
)
def test_a_target_that_cannot_be_weighed_is_refused(target: Target, why: WhyNone) -> None:
    found = trade_offs(made(fork())[1], target)
    assert isinstance(found, NoFront)
    assert found.why == why
    assert isinstance(found.defeated_by, CannotIsolate) == (why == WhyNone.CANNOT_ISOLATE)


def test_a_dry_target_and_one_with_its_own_valve_are_refused() -> None:
    draft = fork().pipe("far", "x", "y").device("own", "SERVICE", pipe="p1", at=60.0)
    draft.customer("c9", "p1", 60.0, branch_valve="own")
    around = made(draft)[1]
    dry = trade_offs(around, PipeTarget(4))
    own = trade_offs(around, CustomerTarget(4))
    assert isinstance(dry, NoFront)
    assert isinstance(own, NoFront)
    assert (dry.why, own.why) == (WhyNone.NOT_SUPPLIED, WhyNone.OWN_VALVE)


def test_a_network_without_source_or_device_is_no_trouble() -> None:
    for draft in (Draft().chain("a", "b"), Draft().chain("a", "b").device("v", pipe="ab", at=50.0)):
        found = trade_offs(made(draft)[1], PipeTarget(0))
        assert isinstance(found, NoFront)
        assert found.why == WhyNone.NOT_SUPPLIED


def star(legs: int) -> Draft:
    """A hub fed from a plant over each of *legs*."""
    draft = Draft()
    for at in range(legs):
        draft.pipe(f"p{at:02d}", "hub", f"e{at}").source(f"s{at:02d}", node=f"e{at}")
        draft.device(f"v{at:02d}", pipe=f"p{at:02d}", at=20.0).device(f"w{at:02d}", pipe=f"p{at:02d}", at=60.0)
        draft.customer(f"c{at:02d}", f"p{at:02d}", 40.0)
    return draft


def test_a_border_too_long_is_refused_and_work_is_limited() -> None:
    found = trade_offs(made(star(61))[1], JunctionTarget(0))
    assert isinstance(found, NoFront)
    assert found.why == WhyNone.TOO_LARGE
    rng = np.random.default_rng(5)
    costs = rng.integers(1, 9, 40).astype(float)
    front = front_of(star(20), JunctionTarget(0), costs=costs, limits=Limits(cuts=30))
    assert not front.exact
    assert front.searched == 30
    assert not front.tight.exact
    assert front.tight.customers_out == 0


def grid(side: int) -> Draft:
    """Streets with a valve at both ends of each, a plant in two corners, a customer on every pipe."""
    draft = Draft()
    for x in range(side):
        for y in range(side):
            for dx, dy in ((1, 0), (0, 1)):
                if x + dx < side and y + dy < side:
                    name = f"{x}.{y}.{dx}"
                    draft.pipe(name, f"{x},{y}", f"{x + dx},{y + dy}")
                    draft.device(f"v{name}", pipe=name, at=10.0).device(f"w{name}", pipe=name, at=90.0)
                    draft.customer(f"c{name}", name, 50.0)
    return draft.source("one", node="0,0").source("two", node=f"{side - 1},{side - 1}")


def test_what_leaves_a_small_neighbourhood_is_ruled_out_by_flow_through_the_city() -> None:
    draft = grid(8)
    target = JunctionTarget(draft.city().network.nodes.ids.find("4,4"))
    front = front_of(draft, target, limits=Limits(neighbourhoods=(3,)))
    assert [point[1:] for point in told(draft, front)] == [(4.0, 0)]
    assert front.certain_below == math.inf


def test_costs_must_be_numbers_for_this_city() -> None:
    around = made(fork())[1]
    for costs in (np.ones(3), np.array([1.0, -1.0, 1.0, 1.0]), np.array([1.0, math.nan, 1.0, 1.0]), np.full(4, 1e9)):
        with pytest.raises(NetworkError):
            trade_offs(around, PipeTarget(1), costs)


def test_minutes_grow_with_way_turns_and_doubt() -> None:
    city = fork().city()
    condition = city.network.devices.condition.copy()
    plain = closing_minutes(city.network.devices, condition)
    assert plain.tolist() == pytest.approx([5.0 + 20.0 / 12.0] * 4)
    condition[1] = Condition.UNKNOWN
    city.network.devices.turns[2] = np.nan
    slow = closing_minutes(city.network.devices, condition, np.array([0.0, 0.0, 0.0, 1000.0]), Pace(set_up_min=1.0))
    turns = 2.0 + 3.0 / 25.4 * 200.0
    assert slow.tolist() == pytest.approx([1 + 20 / 12, 11 + 20 / 12, 1 + turns / 12, 3.4 + 20 / 12])


def test_the_surest_plan_avoids_doubtful_valves() -> None:
    draft = fork()
    draft.devices[1]["condition"] = "UNKNOWN"
    _, around = made(draft)
    chance = chances(around.model.merged.condition)
    sure = surest_plan(around, PipeTarget(1, 50.0), chance)
    small = surest_plan(around, PipeTarget(1, 50.0), chance, most_customers=1)
    none = surest_plan(around, PipeTarget(1, 50.0), chance, most_customers=0)
    assert not isinstance(sure, NoFront)
    assert not isinstance(small, NoFront)
    assert not isinstance(none, NoFront)
    assert [device_ids(draft.city(), plan.plan.close) for plan in (sure, small, none)] == [["v0"], ["v1"], ["v1"]]
    assert sure.chance == pytest.approx(chance[0])
    assert sure.chance > small.chance
    assert isinstance(surest_plan(around, PipeTarget(99), chance), NoFront)
    for wrong in (np.ones(3), np.full(4, 1.5), np.full(4, math.nan)):
        with pytest.raises(NetworkError):
            surest_plan(around, PipeTarget(1), wrong)


def test_chances_fall_with_age_and_idleness_and_are_none_for_what_is_stuck() -> None:
    condition = np.array(
        [Condition.OPERABLE, Condition.UNKNOWN, Condition.INOPERABLE, Condition.PASSING], dtype=np.int8
    )
    years = np.array([0.0, np.nan, 5.0, 5.0])
    fresh = chances(condition, years, np.zeros(4), Priors(per_year_of_age=0.9))
    assert fresh.tolist() == pytest.approx([0.98, 0.3, 0.0, 0.0])
    assert (chances(condition) <= chances(condition, np.zeros(4), np.zeros(4))).all()


def test_a_stuck_valve_has_its_fallback_ready_and_may_leave_none() -> None:
    model, _ = made(fork())
    plan = plan_isolation(model, PipeTarget(1, 50.0))
    assert isinstance(plan, IsolationPlan)
    (fallback,) = without_each(model, plan)
    assert device_ids(model.city, fallback.more_valves) == ["v0"]
    assert fallback.more_customers == 3
    (hopeless,) = without_each(model, fallback.plan)
    assert not isinstance(hopeless.answer, CannotIsolate)
    main = plan_isolation(model, PipeTarget(0, 50.0))
    assert isinstance(main, IsolationPlan)
    (nothing,) = without_each(model, main)
    assert isinstance(nothing.answer, CannotIsolate)
    assert nothing.plan.stop


def test_a_plan_is_renewed_as_crews_report() -> None:
    model, _ = made(fork())
    plan = plan_isolation(model, PipeTarget(1, 50.0))
    assert isinstance(plan, IsolationPlan)
    v0, v1 = (model.city.network.devices.ids.find(name) for name in ("v0", "v1"))
    done = replan(model, plan, [ValveReport(v1, closed=True)])
    assert (done.done, done.to_close, done.reopen) == ((v1,), (), ())
    passing = replan(
        model, plan, [ValveReport(v1, closed=True), ValveReport(v1, closed=True, condition=Condition.PASSING)]
    )
    assert (passing.done, passing.to_close, passing.reopen) == ((), (v0,), (v1,))
    found = replan(model, plan, [ValveReport(v1, found=Position.CLOSED)])
    assert found.plan.verify_closed == (v1,)
    with pytest.raises(NetworkError):
        replan(model, plan, [ValveReport(99)])


def test_a_certificate_names_why_each_device_holds() -> None:
    draft = fork()
    draft.devices[2]["position"] = "CLOSED"
    model, _ = made(draft)
    plan = plan_isolation(model, JunctionTarget(model.city.network.nodes.ids.find("b")))
    assert isinstance(plan, IsolationPlan)
    certificate = certify(model, plan)
    ids = model.city.network.devices.ids
    assert {ids[item.device]: item.holds for item in certificate.border} == {
        "v0": Holds.CLOSED_BY_PLAN,
        "v1": Holds.NOTHING_BEHIND,
        "v2": Holds.FOUND_CLOSED,
        "v3": Holds.NOTHING_BEHIND,
    }
    assert certificate.no_way_left
    assert not certificate.seeping


def test_water_that_seeps_to_the_dead_side_is_found() -> None:
    """Behind the dead side a closed valve passes: no customer may count on it, a trench fills through it."""
    draft = Draft().chain("s", "a", "b", "c", "t").source("one", node="s").source("two", node="t")
    draft.device("v1", pipe="sa", at=50.0).device("v2", pipe="bc", at=50.0)
    draft.device("v3", pipe="ct", at=50.0, position="CLOSED", condition="PASSING")
    model, _ = made(draft)
    plan = plan_isolation(model, PipeTarget(1))
    assert isinstance(plan, IsolationPlan)
    certificate = certify(model, plan)
    ids = model.city.network.devices.ids
    assert [ids[row] for row in plan.close] == ["v1"]
    assert not certificate.no_way_left
    assert [ids[row] for row in certificate.seeping] == ["v2"]
    assert seeping_valves(model, plan) == seeping_valves(model, plan, Surroundings.of(model)) == certificate.seeping


def test_one_branch_valve_has_no_border() -> None:
    draft = fork().device("own", "SERVICE", pipe="p1", at=60.0).customer("c9", "p1", 60.0, branch_valve="own")
    model, _ = made(draft)
    plan = plan_isolation(model, CustomerTarget(4))
    assert isinstance(plan, IsolationPlan)
    assert certify(model, plan).no_way_left
    assert seeping_valves(model, plan) == ()


def street_with_rings(pieces: int) -> Draft:
    """A street fed from both ends, a valve on each side of the target; off both ends hangs a ring of valved pieces."""
    draft = Draft().chain("s", "a", "b", "t").source("one", node="s").source("two", node="t").customer("k", "ab", 50.0)
    for name, pipe, at in (("vs", "sa", 50.0), ("va", "ab", 30.0), ("vb", "ab", 70.0), ("vt", "bt", 50.0)):
        draft.device(name, pipe=pipe, at=at)
    for start in ("a", "b"):
        names = [start, *(f"{start}{at}" for at in range(pieces)), start]
        for at in range(pieces + 1):
            name = f"{start}{at:02d}"
            draft.pipe(name, names[at], names[at + 1]).customer(f"c{name}", name, 20.0)
            draft.device(f"v{name}", pipe=name, at=50.0)
    return draft


def test_a_long_dead_part_is_one_node_and_told_to_be_coarse() -> None:
    draft = street_with_rings(9)
    dear = np.array([1.0, 9.0, 9.0, 1.0, *[1.0] * 20])
    narrow = front_of(draft, PipeTarget(1, 50.0), costs=dear, limits=Limits(neighbourhoods=(1, 2)))
    whole = front_of(draft, PipeTarget(1, 50.0), costs=dear)
    assert [(point.cost, point.customers_out) for point in whole.points] == [
        (2.0, 21),
        (10.0, 11),
        (18.0, 1),
    ]
    assert whole.certain_below == math.inf
    assert narrow.certain_below <= 21
    assert [point for point in told(draft, narrow) if point[2] < narrow.certain_below] == [
        point for point in told(draft, whole) if point[2] < narrow.certain_below
    ]


def test_one_far_valve_is_found_and_leaves_open_what_lies_between() -> None:
    draft = fork().pipe("back", "e1", "b").device("w1", pipe="back", at=20.0).customer("k", "back", 60.0)
    front = front_of(draft, PipeTarget(1, 50.0), limits=Limits(neighbourhoods=(1,)))
    assert told(draft, front) == [(["v0"], 1.0, 5), (["v1", "w1"], 2.0, 1)]


def test_a_cut_that_spares_nobody_is_traced_and_left_out() -> None:
    """Nobody may count on the disputed valve: what lies behind the target is dry whether it is closed off or not."""
    draft = Draft().pipe("st", "s", "t").pipe("ta", "t", "a").pipe("as", "a", "s2").pipe("tb", "t", "b")
    draft.pipe("bs", "b", "s3").device("v1", pipe="st", at=50.0).device("va", pipe="ta", at=50.0)
    draft.device("vd", pipe="as", at=50.0, position="DISPUTED").device("vb", pipe="tb", at=50.0)
    draft.device("vs", pipe="bs", at=50.0)
    for name, node in (("one", "s"), ("two", "s2"), ("three", "s3")):
        draft.source(name, node=node)
    draft.customer("kt", "st", 80.0).customer("ka", "ta", 80.0).customer("kb", "tb", 80.0)
    front = front_of(draft, PipeTarget(0, 80.0), costs=np.array([1.0, 3.0, 1.0, 5.0, 1.0]))
    assert told(draft, front) == [(["v1", "vd", "vs"], 3.0, 3), (["v1", "vb", "vd"], 7.0, 2)]
    assert front.exact


def test_joining_neighbours_stops_at_what_nothing_closes_off() -> None:
    """With no search at all: one neighbour brings a stuck valve's piece with it, another the plant itself."""
    draft = Draft().pipe("t", "h", "x").source("far", node="q").source("near", node="n")
    draft.customer("k", "t", 50.0)
    for name, nodes in (("a", ("h", "y")), ("b", ("h", "z")), ("c", ("h", "w"))):
        draft.pipe(name, *nodes).device(f"v{name}", pipe=name, at=50.0).customer(f"k{name}", name, 80.0)
    draft.pipe("yw", "y", "w").device("stuck", pipe="yw", at=50.0, condition="INOPERABLE")
    draft.pipe("wq", "w", "q").device("vq", pipe="wq", at=50.0)
    draft.pipe("zn", "z", "n").device("prv", "PRV", pipe="zn", at=50.0, direction=-1)
    costs = np.array([3.0, 1.0, 3.0, 1.0, 1.0, 1.0])
    front = front_of(draft, PipeTarget(0, 50.0), costs=costs, limits=Limits(cuts=0))
    exact = front_of(draft, PipeTarget(0, 50.0), costs=costs)
    assert told(draft, exact) == [(["vb", "vq"], 2.0, 3), (["va", "vb", "vc"], 7.0, 1)]
    assert told(draft, front) == told(draft, exact)


def test_flow_through_the_city_is_as_much_as_its_narrowest_place_lets_through() -> None:
    """Two ways lead on from the first valve; a check valve against the way lets nothing come."""
    draft = fork().pipe("back", "e1", "b").device("w1", pipe="back", at=20.0)
    draft.pipe("other", "o", "e1").device("out", "CHECK", pipe="other", at=50.0, direction=-1).source("three", node="o")
    model, around = made(draft)
    region = model.structure.segmentation.at_node(model.city.network.nodes.ids.find("e1"))
    assert no_cut_below(around, region, 1000, around.one_each)
    assert not no_cut_below(around, region, 2000, around.one_each)
    assert [model.structure.links.device[link] for link in around.single_valves(region)] == [0]


def test_a_check_valve_on_the_border_holds() -> None:
    draft = fork().pipe("other", "o", "e1").device("out", "CHECK", pipe="other", at=50.0, direction=-1)
    model, _ = made(draft.source("three", node="o"))
    plan = plan_isolation(model, PipeTarget(1, 50.0))
    assert isinstance(plan, IsolationPlan)
    reasons = {item.device: item.holds for item in certify(model, plan).border}
    assert reasons == {1: Holds.CLOSED_BY_PLAN, 4: Holds.CHECK_VALVE}
