"""The oracle itself, on towns small enough to answer by hand."""

from dataclasses import replace

import pytest

from oracle.brute import Brute
from oracle.town import Aim, Customer, Hydrant, Junction, Main, Origin, Station, Tap, Thing, Town

LINE = Town(
    junctions=tuple(Junction(f"J{at}", 100.0 * at, 0.0, 10.0 - at) for at in range(4)),
    mains=tuple(Main(f"P{at}", f"J{at}", f"J{at + 1}") for at in range(3)),
    things=(Thing("V1", "isolation", "P0", offset_m=50.0), Thing("V2", "isolation", "P1", offset_m=50.0)),
    origins=(Origin("S", "plant", "J0"),),
    customers=(
        Customer("near", Tap("P0", 80.0)),
        Customer("far", Tap("P2", 50.0), critical=True),
        Customer("edge", Tap("P1", 50.0)),
    ),
)
LOOK_AT = Aim("pipe", "P1", 20.0)


def test_a_line_is_closed_upstream_and_its_tail_is_isolated_with_it() -> None:
    verdict = Brute(LINE).ask(LOOK_AT)
    assert verdict.feasible
    assert verdict.close == {"V1"}
    assert verdict.dead_side == {"V2"}
    assert verdict.isolated == {"P0": 50.0, "P1": 50.0}
    assert verdict.unintended == {"P1": 50.0, "P2": 100.0}
    assert verdict.customers_out == {"near", "far", "edge"}
    assert verdict.critical == {"far"}
    assert not verdict.drain_back


def test_dead_water_that_stands_higher_runs_back() -> None:
    hill = replace(LINE, junctions=tuple(replace(j, elevation_m=float(at)) for at, j in enumerate(LINE.junctions)))
    assert Brute(hill).ask(LOOK_AT).drain_back == {"V2"}


@pytest.mark.parametrize(
    ("change", "close", "verify", "held", "isolated"),
    [
        ({"condition": "inoperable"}, set(), set(), set(), None),
        ({"condition": "unknown"}, {"V1"}, set(), set(), {"P0": 50.0, "P1": 50.0}),
        ({"condition": "passing"}, set(), set(), set(), None),
        ({"position": "disputed"}, set(), set(), set(), {}),
        ({"kind": "check", "way": -1}, set(), set(), set(), {}),
        ({"kind": "check", "way": 1}, set(), set(), set(), None),
        ({"kind": "prv", "way": 1}, set(), set(), set(), None),
        ({"kind": "air"}, set(), set(), set(), None),
    ],
)
def test_each_kind_and_state_in_the_place_of_the_upstream_valve(
    change: dict[str, object], close: set[str], verify: set[str], held: set[str], isolated: dict[str, float] | None
) -> None:
    """None stands for a plan that cannot be: the plant feeds the leak past the device."""
    town = replace(LINE, things=(replace(LINE.things[0], **change), LINE.things[1]))
    verdict = Brute(town).ask(LOOK_AT)
    if isolated is None:
        assert (verdict.feasible, verdict.stop) == (False, {"S"})
        return
    assert verdict.feasible
    assert (verdict.close, verdict.verify_closed, verdict.held_by) == (close, verify, held)
    assert verdict.isolated == isolated


def test_a_closed_valve_between_two_plants_is_verified() -> None:
    things = (replace(LINE.things[0], position="closed"), LINE.things[1])
    both = replace(LINE, things=things, origins=(*LINE.origins, Origin("S2", "reservoir", "J3")))
    verdict = Brute(both).ask(LOOK_AT)
    assert (verdict.close, verdict.verify_closed) == ({"V2"}, {"V1"})


def test_what_only_a_tank_reaches_is_on_storage() -> None:
    town = replace(LINE, origins=(*LINE.origins, Origin("T", "tank", "J3")))
    verdict = Brute(town).ask(LOOK_AT)
    assert verdict.close == {"V1", "V2"}
    assert verdict.on_storage == {"P1": 50.0, "P2": 100.0}
    assert verdict.customers_on_storage == {"far"}
    assert verdict.customers_out == {"near", "edge"}


def test_a_tank_alone_on_an_island_is_its_reservoir() -> None:
    town = replace(LINE, origins=(Origin("T", "tank", "J0"),))
    assert Brute(town).ask(LOOK_AT).isolated == {"P0": 50.0, "P1": 50.0}


def test_a_station_with_a_tank_carries_its_customers_over() -> None:
    town = replace(
        LINE,
        stations=(Station("B", Tap("P1", 10.0), 30.0), Station("D", Tap("P1", 10.0), 0.0)),
        customers=(Customer("high", Tap("P0", 0.0), station="B"), Customer("straight", Tap("P0", 0.0), station="D")),
    )
    verdict = Brute(town).ask(LOOK_AT)
    assert (verdict.customers_on_storage, verdict.customers_out) == ({"high"}, {"straight"})


def test_a_branch_valve_alone_isolates_a_hydrant() -> None:
    things = (*LINE.things, Thing("VH", "hydrant", "P1", offset_m=20.0))
    town = replace(LINE, things=things, hydrants=(Hydrant("H", Tap("P1", 20.0), "VH"),))
    verdict = Brute(town).ask(Aim("hydrant", "H"))
    assert (verdict.close, verdict.isolated, verdict.hydrants_out) == ({"VH"}, {}, {"H"})


def test_a_pump_with_its_own_tank_keeps_what_lies_behind_on_storage() -> None:
    pump = Thing("PU", "pump", "P1", offset_m=50.0, way=1, storage_m3=40.0)
    town = replace(LINE, things=(LINE.things[0], Thing("V2", "isolation", "P1", offset_m=40.0), pump))
    verdict = Brute(town).ask(LOOK_AT)
    assert verdict.on_storage == {"P1": 50.0, "P2": 100.0}
    assert verdict.unintended == {"P1": 10.0}
