"""Plans on networks small enough to solve by hand (rules: docs/isolation-rules.md, "Plan")."""

import pytest
from small_city import Draft, recorded, solve

from network.answers import CannotIsolate, CustomerTarget, HydrantTarget, Note, PipeTarget
from network.assets import Condition, Position
from network.isolation import plan_isolation
from network.supply import prepare


def street() -> Draft:
    """Plant at a; b, c and d follow; a valve in the middle of ab and of bc."""
    draft = Draft().chain("a", "b", "c", "d").source("plant", node="a")
    return draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="bc", at=50.0)


def ring(**valve: str) -> Draft:
    """A ring b, c, d fed at a, with valves v1 (ab), v2 (bc), v3 (cd), v4 (db); *valve* changes v3."""
    draft = Draft().chain("a", "b", "c", "d", "b").source("plant", node="a")
    draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="bc", at=50.0)
    return draft.device("v3", pipe="cd", at=50.0, **valve).device("v4", pipe="db", at=50.0)


def test_a_street_closes_towards_the_plant() -> None:
    found = solve(street(), "d")
    assert found.devices("close") == ["v2"]
    assert found.pipes("isolated") == ["bc", "cd"]
    assert found.plan.isolated.length_m == 150.0
    assert found.plan.feasible


def test_what_lies_behind_is_out_unintended() -> None:
    found = solve(street(), PipeTarget(1, 20.0))
    assert found.devices("close") == ["v1"]
    assert found.devices("dead_side") == ["v2"]
    assert found.pipes("unintended") == ["bc", "cd"]
    assert found.plan.unintended.length_m == 150.0


def test_a_ring_is_fed_from_its_other_side() -> None:
    found = solve(ring(), "c")
    assert found.devices("close") == ["v2", "v3"]
    assert found.pipes("unintended") == []
    assert found.pipes("isolated") == ["bc", "cd"]


def test_a_closed_valve_is_relied_on() -> None:
    found = solve(ring(position="CLOSED"), "c")
    assert found.devices("close") == ["v2"]
    assert found.devices("verify_closed") == ["v3"]


@pytest.mark.parametrize("condition", ["INOPERABLE", "PASSING"])
def test_a_valve_that_cannot_hold_widens_the_region(condition: str) -> None:
    found = solve(ring(condition=condition), "c")
    assert found.devices("close") == ["v2", "v4"]
    assert found.pipes("isolated") == ["bc", "cd", "db"]


def test_a_closed_valve_that_passes_leaks_but_does_not_supply() -> None:
    draft = street().device("v3", pipe="cd", at=50.0, position="CLOSED", condition="PASSING")
    found = solve(draft, "d")
    assert found.plan.notes == (Note.NOT_SUPPLIED_BEFORE,)
    assert found.devices("close") == []
    assert len(found.plan.region) == 2


def test_a_disputed_valve_is_closed_and_not_relied_on() -> None:
    found = solve(ring(position="DISPUTED"), "c")
    assert found.devices("close") == ["v2", "v3"]


def test_a_check_valve_holds_what_lies_beyond() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a").source("other", "RESERVOIR", node="c")
    draft.device("v", pipe="ab", at=20.0).device("c", "CHECK", pipe="bc", at=50.0, direction=1)
    found = solve(draft, "b")
    assert found.devices("close") == ["v"]
    assert found.devices("held_by") == ["c"]


def test_a_check_valve_of_unknown_direction_holds_nothing() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a")
    draft.device("v", pipe="ab", at=20.0).device("c", "CHECK", pipe="bc", at=50.0)
    found = solve(draft, "b")
    assert found.devices("held_by") == []
    assert len(found.plan.region) == 2
    assert found.pipes("isolated") == ["ab", "bc"]
    assert Note.UNKNOWN_DIRECTION_NEARBY in found.plan.notes


def test_a_prv_supplies_one_way_and_leaks_both() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a")
    draft.device("r", "PRV", pipe="bc", at=50.0, direction=1).device("v", pipe="ab", at=50.0)
    assert solve(draft, "b").pipes("isolated") == ["ab", "bc"]
    backwards = Draft().chain("a", "b", "c").source("plant", node="a")
    backwards.device("r", "PRV", pipe="bc", at=50.0, direction=-1).device("v", pipe="ab", at=50.0)
    assert solve(backwards, "c").plan.notes == (Note.NOT_SUPPLIED_BEFORE,)


def test_a_source_in_the_region_must_stop() -> None:
    found = solve(street(), PipeTarget(0, 10.0))
    assert isinstance(found.answer, CannotIsolate)
    assert not found.plan.feasible
    assert found.stop == ["plant"]
    assert found.pipes("isolated") == ["ab"]
    assert found.pipes("unintended") == ["ab", "bc", "cd"]


def test_sources_to_stop_are_sorted_by_id() -> None:
    draft = Draft().chain("a", "b").source("z", node="a").source("y", node="b")
    assert solve(draft, "ab").stop == ["y", "z"]


def test_a_tank_passes_supply_and_stores_it() -> None:
    draft = Draft().chain("a", "b", "c", "d").source("plant", node="a").source("tank", "TANK", node="c")
    draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="bc", at=50.0)
    found = solve(draft, "b")
    assert found.devices("close") == ["v1", "v2"]
    assert found.pipes("unintended") == []
    assert found.pipes("on_storage") == ["bc", "cd"]


def test_a_tank_that_is_stopped_stores_nothing() -> None:
    draft = Draft().chain("a", "b", "c", "d").source("plant", node="a").source("tank", "TANK", node="c")
    draft.device("v1", pipe="ab", at=50.0)
    found = solve(draft, "bc")
    assert found.stop == ["tank"]
    assert found.pipes("unintended") == ["cd"]


def test_an_island_without_plant_takes_its_tanks_as_reservoirs() -> None:
    draft = Draft().chain("a", "b").source("tank", "TANK", node="a").device("v", pipe="ab", at=50.0)
    found = solve(draft, "b")
    assert found.devices("close") == ["v"]
    assert found.pipes("isolated") == ["ab"]


def test_a_pump_with_a_tank_goes_on_from_storage() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a").device("v", pipe="ab", at=20.0)
    draft.device("p", "PUMP", pipe="bc", at=50.0, direction=1, storage_m3=40.0).device("w", pipe="bc", at=40.0)
    found = solve(draft, "b")
    assert found.devices("close") == ["v"]
    assert found.devices("dead_side") == ["w"]
    assert found.pipes("on_storage") == ["bc"]
    assert found.plan.on_storage.length_m == 50.0


@pytest.mark.parametrize(("direction", "storages"), [(1, (0.0,)), (0, (40.0,)), (1, (40.0, 0.0))])
def test_a_pump_without_sure_storage_or_direction_stores_nothing(direction: int, storages: tuple[float, ...]) -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a").device("v", pipe="ab", at=20.0)
    draft.device("w", pipe="bc", at=40.0)
    for number, storage_m3 in enumerate(storages):
        draft.device(f"p{number}", "PUMP", pipe="bc", at=50.0, direction=direction, storage_m3=storage_m3)
    assert solve(draft, "b").pipes("on_storage") == []


def drained(**heights: float) -> Draft:
    """A leak at b; behind v2 lies c, d."""
    draft = street()
    for name in "abcd":
        draft.node(name, elevation_m=heights.get(name, float("nan")))
    return draft


@pytest.mark.parametrize(
    ("heights", "expected"),
    [
        ({"b": 10.0, "c": 12.0}, ["v2"]),
        ({"b": 10.0, "c": 10.0, "d": 9.0}, []),
        ({"b": 10.0, "d": 12.0}, ["v2"]),
        ({"c": 12.0}, []),
        ({}, []),
    ],
)
def test_water_that_stands_higher_drains_back(heights: dict[str, float], expected: list[str]) -> None:
    found = solve(drained(**heights), "b")
    assert found.devices("dead_side") == ["v2"]
    assert found.devices("drain_back") == expected
    assert (Note.FLUSH_AND_TEST in found.plan.notes) is bool(expected)


@pytest.mark.parametrize(
    ("add", "expected"),
    [
        (lambda draft: draft.station("s", "cd", 50.0, storage_m3=30.0), ["v2"]),
        (lambda draft: draft.station("s", "cd", 50.0), []),
        (lambda draft: draft.customer("x", "cd", 50.0, category="private_well"), ["v2"]),
        (lambda draft: draft.customer("x", "cd", 50.0), []),
    ],
)
def test_tanks_and_private_wells_drain_back(add, expected: list[str]) -> None:
    assert solve(add(street()), "b").devices("drain_back") == expected


@pytest.mark.parametrize(("position", "expected"), [("OPEN", ["v2"]), ("CLOSED", [])])
def test_what_a_closed_valve_holds_does_not_drain_back(position: str, expected: list[str]) -> None:
    draft = drained(b=10.0, c=8.0, d=20.0).device("v3", pipe="cd", node="c", position=position)
    assert solve(draft, "b").devices("drain_back") == expected


def test_a_private_well_on_the_device_between_two_legs_counts_for_both_sides() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a").device("v", pipe="ab", at=50.0).device("w", node="b")
    draft.customer("x", "ab", 100.0, category="private_well")
    assert solve(draft, PipeTarget(0, 80.0)).devices("drain_back") == ["w"]


def test_a_target_that_was_dry_keeps_only_what_to_verify() -> None:
    draft = street().device("v3", pipe="cd", at=50.0, position="CLOSED")
    found = solve(draft, "d")
    assert found.plan.notes == (Note.NOT_SUPPLIED_BEFORE,)
    assert found.devices("verify_closed") == ["v3"]
    assert found.devices("close") == []
    assert found.plan.isolated.length_m == 0.0
    assert found.plan.feasible


def test_a_city_without_sources_says_so() -> None:
    found = solve(Draft().chain("a", "b"), "ab")
    assert found.plan.notes == (Note.NOT_SUPPLIED_BEFORE, Note.NO_SOURCE)


def test_a_valve_of_unknown_leg_is_told() -> None:
    tee = Draft().pipe("p", "t", "a").pipe("q", "t", "b").pipe("r", "c", "t").device("v", node="t")
    tee.source("plant", node="c").device("w", pipe="r", at=50.0)
    found = solve(tee, "p")
    assert found.devices("close") == ["w"]
    assert found.plan.notes == (Note.UNKNOWN_LEG_NEARBY,)


def test_what_the_plan_relies_on_is_told() -> None:
    draft = Draft().chain("a", "b").source("plant", node="a")
    draft.device("v", pipe="ab", at=50.0, condition="UNKNOWN", assumed=True)
    assert solve(draft, "b").plan.notes == (Note.RELIES_ON_UNKNOWN, Note.RELIES_ON_ASSUMED)


def branch(thing: str, tapped: bool = True, **valve: str) -> Draft:
    draft = street().device("s", "SERVICE", pipe="cd", at=90.0, **valve)
    tap = {"pipe": "cd", "at": 90.0} if tapped else {}
    return getattr(draft, thing)("x", branch_valve="s", **tap)


@pytest.mark.parametrize(("thing", "target"), [("customer", CustomerTarget(0)), ("hydrant", HydrantTarget(0))])
def test_an_own_operable_branch_valve_is_the_plan(thing: str, target) -> None:
    found = solve(branch(thing), target)
    assert found.devices("close") == ["s"]
    assert found.plan.notes == (Note.OWN_BRANCH_VALVE,)
    assert found.pipes("isolated") == []
    assert solve(branch(thing, position="CLOSED"), target).devices("verify_closed") == ["s"]
    assert solve(branch(thing, condition="UNKNOWN"), target).devices("close") == ["v2"]
    dry = solve(branch(thing, tapped=False), target)
    assert dry.devices("close") == []
    assert dry.plan.notes == (Note.NO_TAP,)


def test_a_thing_without_tap_has_nothing_to_isolate() -> None:
    found = solve(street().customer("x"), CustomerTarget(0))
    assert found.plan.notes == (Note.NO_TAP,)
    assert found.plan.feasible


def test_other_states_answer_without_finding_segments_again() -> None:
    city = ring().city()
    model = prepare(city, recorded(city))
    stuck = model.with_states(model.states.with_conditions([2], Condition.INOPERABLE))
    shut = model.with_states(model.states.with_positions([2], Position.CLOSED))
    assert stuck.structure is model.structure
    assert stuck.tree is model.tree
    assert shut.tree is not model.tree
    close = {name: plan_isolation(one, PipeTarget(2, 10.0)) for name, one in {"stuck": stuck, "shut": shut}.items()}
    assert close["stuck"].close == (1, 3)
    assert close["shut"].verify_closed == (2,)


def test_a_warm_city_has_nothing_left_to_find() -> None:
    city = street().city()
    structure = prepare(city, recorded(city)).structure
    structure.warm_up()
    assert {"customer_taps", "hydrant_taps", "highest_m", "backflow_risk"} <= set(vars(structure))
    assert "parts_of" in vars(structure.segmentation)


def test_an_empty_city_can_be_made_ready() -> None:
    city = Draft().city()
    model = prepare(city, recorded(city))
    model.structure.warm_up()
    assert model.structure.segmentation.count == 0
    assert model.structure.islands.tolist() == []
    assert model.structure.highest_m.tolist() == []
