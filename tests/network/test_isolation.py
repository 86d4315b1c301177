"""Plans on networks small enough to solve by hand."""

from small_city import Draft, device_ids, pipe_ids, recorded

from network.answers import IsolationPlan, JunctionTarget, PipeTarget
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import prepare


def street() -> Draft:
    """Plant at a; b, c, d follow; a valve in the middle of every pipe but the last."""
    draft = Draft().chain("a", "b", "c", "d").source("plant", node="a")
    return draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="bc", at=50.0)


def solve(draft: Draft, target) -> tuple[dict, object]:
    city = draft.city()
    model = prepare(city, recorded(city))
    answer = plan_isolation(model, target)
    plan = answer if isinstance(answer, IsolationPlan) else answer.if_stopped
    impact = assess_impact(model, plan)
    return {
        "feasible": isinstance(answer, IsolationPlan),
        "stop": [city.network.sources.ids[row] for row in plan.stop],
        **{
            name: device_ids(city, getattr(plan, name))
            for name in ("close", "dead_side", "drain_back", "verify_closed", "held_by")
        },
        "isolated": pipe_ids(city, plan.isolated),
        "isolated_m": plan.isolated.length_m,
        "unintended": pipe_ids(city, plan.unintended),
        "on_storage": pipe_ids(city, plan.on_storage),
        "out": [city.customers.ids[row] for row in impact.out],
    }, model


def test_a_street_closes_towards_the_plant() -> None:
    answer, _ = solve(street().customer("x", "bc", 80.0).customer("y", "bc", 20.0), JunctionTarget(2))
    assert answer["close"] == ["v2"]
    assert answer["isolated"] == ["bc", "cd"]
    assert answer["isolated_m"] == 150.0
    assert answer["out"] == ["x"]


def test_what_lies_behind_is_out_unintended() -> None:
    answer, _ = solve(street(), PipeTarget(1, 20.0))
    assert answer["close"] == ["v1"]
    assert answer["dead_side"] == ["v2"]
    assert answer["isolated"] == ["ab", "bc"]
    assert answer["unintended"] == ["bc", "cd"]


def test_a_source_in_the_region_must_stop() -> None:
    answer, _ = solve(street(), PipeTarget(0, 10.0))
    assert not answer["feasible"]
    assert answer["stop"] == ["plant"]
