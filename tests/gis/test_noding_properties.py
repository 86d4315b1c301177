"""From layers to answers: random towns drawn as a utility would deliver them, noded, and compared with the oracle."""

from dataclasses import replace

from hypothesis import assume, given, note
from hypothesis import strategies as st
from soak import soak_examples

from gis.noding import NodingOptions, build_city
from network.answers import (
    AreaTarget,
    CannotIsolate,
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    Impact,
    IsolationPlan,
    JunctionTarget,
    PipeTarget,
    Target,
)
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import prepare
from network.topology import City, DeviceStates
from oracle.brute import Brute
from oracle.layers import EAST_M, NORTH_M, town_layers
from oracle.strategies import aims, towns
from oracle.town import Aim, Tap, Town


@st.composite
def questions(draw: st.DrawFn) -> tuple[Town, Aim]:
    town = as_drawn(draw(towns(most_mains=8, most_things=8)))
    return town, draw(aims(town))


def as_drawn(town: Town) -> Town:
    """*town* with what is tapped at the far end of a loop onto itself at its near end.

    Drawn they are one place, and where a source stands there, which keeps the loop's legs apart, no drawing tells on
    which of the two a service hangs.
    """
    ends = {Tap(main.id, main.length_m): Tap(main.id, 0.0) for main in town.mains if main.start == main.end}
    return replace(
        town,
        stations=tuple(replace(one, tap=ends.get(one.tap, one.tap)) for one in town.stations),
        customers=tuple(replace(one, tap=ends.get(one.tap, one.tap)) for one in town.customers),
        hydrants=tuple(replace(one, tap=ends.get(one.tap, one.tap)) for one in town.hydrants),
    )


def target_of(city: City, aim: Aim) -> Target:
    network = city.network
    match aim.kind:
        case "pipe":
            return PipeTarget(network.pipes.ids.find(aim.id), aim.offset_m)
        case "junction":
            return JunctionTarget(network.nodes.ids.find(aim.id))
        case "valve":
            return DeviceTarget(network.devices.ids.find(aim.id))
        case "hydrant":
            return HydrantTarget(city.hydrants.ids.find(aim.id))
        case "customer":
            return CustomerTarget(city.customers.ids.find(aim.id))
        case _:
            return AreaTarget(tuple((x + EAST_M, y + NORTH_M) for x, y in aim.ring_m))


def told(city: City, result: IsolationPlan | CannotIsolate, impact: Impact) -> dict[str, object]:
    plan = result.if_stopped if isinstance(result, CannotIsolate) else result
    devices, pipes = city.network.devices.ids, city.network.pipes.ids
    return {
        "feasible": not isinstance(result, CannotIsolate),
        "stop": {city.network.sources.ids[row] for row in plan.stop},
        **{
            name: {devices[row] for row in getattr(plan, name)}
            for name in ("close", "dead_side", "drain_back", "verify_closed", "held_by")
        },
        "isolated": {pipes[row] for row in plan.isolated.pipes},
        "unintended": {pipes[row] for row in plan.unintended.pipes},
        "out": set(city.customers.ids.take(impact.out)),
        "on_storage": set(city.customers.ids.take(impact.on_storage)),
        "critical": set(city.customers.ids.take(impact.critical)),
        "hydrants_out": set(city.hydrants.ids.take(impact.hydrants_out)),
    }


@soak_examples(4_000)
@given(questions())
def test_a_town_drawn_and_noded_answers_like_the_oracle(question: tuple[Town, Aim]) -> None:
    town, aim = question
    # A junction that no pipe meets is not in the network.
    assume(aim.kind != "junction" or any(aim.id in (m.start, m.end) for m in town.mains))
    note(f"{town}\n{aim}")
    city = build_city(town_layers(town), NodingOptions()).city
    model = prepare(city, DeviceStates.recorded(city.network.devices))
    result = plan_isolation(model, target_of(city, aim))
    impact = assess_impact(model, getattr(result, "if_stopped", result))
    wanted = Brute(town).ask(aim)
    assert told(city, result, impact) == {
        "feasible": wanted.feasible,
        "stop": wanted.stop,
        **{n: getattr(wanted, n) for n in ("close", "dead_side", "drain_back", "verify_closed", "held_by", "critical")},
        "isolated": set(wanted.isolated),
        "unintended": set(wanted.unintended),
        "out": wanted.customers_out,
        "on_storage": wanted.customers_on_storage,
        "hydrants_out": wanted.hydrants_out,
    }
