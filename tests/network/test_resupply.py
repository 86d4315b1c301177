"""Bringing water back on small cities that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_city import Draft, device_ids, recorded

from network.answers import CustomerTarget, IsolationPlan, PipeTarget
from network.columns import CodedColumn
from network.isolation import plan_isolation
from network.resupply import carried_out, find_resupply
from network.resupply_records import Join, NoResupply, Resupply, WhyNoResupply
from network.supply import prepare
from network.topology import City


def street() -> Draft:
    """S–a–b–c–d, burst on ab; cd hangs behind; e is fed by a second plant and stands beside d behind a closed valve."""
    return (
        Draft()
        .chain("S", "a", "b", "c", "d")
        .pipe("de", "d", "e")
        .pipe("eT", "e", "T")
        .source("plant", node="S")
        .source("other", node="T")
        .device("V1", pipe="ab", at=20.0)
        .device("V2", pipe="bc", at=20.0)
        .device("B", "BOUNDARY", pipe="de", at=50.0, position="CLOSED")
        .customer("near", "bc", 60.0)
        .customer("school", "cd", 50.0, critical=True, people=400)
    )


def asked(draft: Draft, pipe: str = "ab", **more: object) -> tuple[City, Resupply | NoResupply]:
    city = draft.city()
    return city, asked_of(city, pipe, **more)


def asked_of(city: City, pipe: str = "ab", **more: object) -> Resupply | NoResupply:
    model = prepare(city, recorded(city))
    plan = plan_isolation(model, PipeTarget(city.network.pipes.ids.find(pipe)))
    assert isinstance(plan, IsolationPlan)
    return find_resupply(model, plan, **more)  # type: ignore[arg-type]


def test_a_boundary_valve_brings_the_dead_end_back() -> None:
    city, answer = asked(street())
    assert isinstance(answer, Resupply)
    (option,) = answer.options
    assert device_ids(city, option.open) == ["B"]
    assert device_ids(city, option.also_close) == ["V2"], "water would come back to the burst through it"
    assert city.customers.ids.take(option.customers) == ["near", "school"]
    assert city.customers.ids.take(option.critical) == ["school"]
    assert option.people == 403
    assert option.length_m == pytest.approx(80.0 + 100.0 + 50.0)
    assert [(city.network.devices.ids[at.device], at.joins) for at in option.joined] == [("B", (Join.BOUNDARY_VALVE,))]
    assert not option.unknown_condition
    assert option.exact
    assert (answer.exact_to, answer.within_reach, answer.lost_outside, answer.more_alike) == (3, 2, 2, False)


@pytest.mark.parametrize(
    ("change", "doubtful"),
    [({"condition": "UNKNOWN"}, ["B"]), ({"position": "DISPUTED"}, []), ({"condition": "OPERABLE"}, [])],
)
def test_a_valve_that_may_be_worked_can_be_opened(change: dict[str, str], doubtful: list[str]) -> None:
    draft = street()
    draft.devices[2] |= change
    city, answer = asked(draft)
    assert isinstance(answer, Resupply)
    assert device_ids(city, answer.options[0].unknown_condition) == doubtful


@pytest.mark.parametrize("condition", ["INOPERABLE", "PASSING"])
def test_a_valve_that_cannot_be_worked_is_never_opened(condition: str) -> None:
    draft = street()
    draft.devices[2]["condition"] = condition
    _, answer = asked(draft)
    assert answer == NoResupply(WhyNoResupply.NO_VALVE, 2)


def test_nothing_is_dry_outside_the_region() -> None:
    _, answer = asked(street(), "cd")
    assert answer == NoResupply(WhyNoResupply.NOTHING_DRY, 0)


def test_a_place_that_nothing_fed_has_nothing_to_bring_back() -> None:
    draft = street()
    draft.sources.clear()
    _, answer = asked(draft)
    assert answer == NoResupply(WhyNoResupply.NOTHING_DRY, 0)


def test_the_own_branch_valve_takes_no_main_out() -> None:
    draft = street().device("own", "SERVICE", pipe="bc", at=60.0)
    draft.customers[0]["branch_valve"] = "own"
    city = draft.city()
    model = prepare(city, recorded(city))
    plan = plan_isolation(model, CustomerTarget(0))
    assert isinstance(plan, IsolationPlan)
    assert find_resupply(model, plan) == NoResupply(WhyNoResupply.OWN_VALVE, 0)


def test_mains_without_customers_are_no_reason_to_open_a_valve() -> None:
    draft = street()
    draft.customers.clear()
    _, answer = asked(draft)
    assert answer == NoResupply(WhyNoResupply.NOBODY, 0)


def test_a_valve_recorded_twice_is_one() -> None:
    city, answer = asked(street().device("B2", "ISOLATION", pipe="de", at=50.0, position="CLOSED"))
    assert isinstance(answer, Resupply)
    assert [device_ids(city, option.open) for option in answer.options] == [["B"]]


def with_areas(city: City, dma: dict[str, str]) -> City:
    names = (dma.get(name, "") for name in city.network.pipes.ids)
    pipes = replace(city.network.pipes, dma=CodedColumn.of(names))
    return replace(city, network=replace(city.network, pipes=pipes))


def test_areas_that_a_valve_joins_are_told() -> None:
    draft = street()
    draft.devices[2]["kind"] = "ISOLATION"
    city = draft.city()
    east, west = {"eT": "east"}, {"cd": "west", "bc": "west"}
    zone = np.array([city.network.nodes.ids[row] in "eT" for row in range(len(city.network.nodes))]).astype(np.int32)
    for areas, zones, joins in (
        ({}, None, None),
        (east, None, None),
        (east | west, None, (Join.DMA,)),
        (dict.fromkeys(("bc", "cd", "eT"), "one"), zone, (Join.ZONE,)),
        (east | west, zone, (Join.DMA, Join.ZONE)),
        ({}, np.full(len(zone), -1, dtype=np.int32), None),
    ):
        answer = asked_of(with_areas(city, areas), zone=zones)
        assert isinstance(answer, Resupply)
        (option,) = answer.options
        assert [at.joins for at in option.joined] == ([joins] if joins else [])


def comb(teeth: int) -> Draft:
    """A burst main with *teeth* dead ends, each of which one closed valve would feed."""
    draft = Draft().chain("S", "a", "b").pipe("T0", "T", "t0").source("plant", node="S").source("other", node="T")
    draft.device("V", pipe="ab", at=10.0)
    for at in range(teeth):
        draft.pipe(f"e{at}", "b", f"x{at}").device(f"W{at:02d}", pipe=f"e{at}", at=10.0)
        draft.pipe(f"f{at}", f"x{at}", "t0").device(f"C{at:02d}", pipe=f"f{at}", at=50.0, position="CLOSED")
        for one in range(1 + at % 3):
            draft.customer(f"c{at}-{one}", f"e{at}", 50.0)
    return draft


def test_independent_dead_ends_are_put_together_exactly_and_beyond_three_valves_greedily() -> None:
    city, answer = asked(comb(12))
    assert isinstance(answer, Resupply)
    front = {len(option.open): (len(option.customers), option.exact) for option in answer.options}
    exact = [(1, 3), (2, 6), (3, 9)]
    assert front == {size: (count, True) for size, count in exact} | {
        size: (count, False) for size, count in ((4, 12), (5, 14), (6, 16), (7, 18), (8, 20))
    }
    singles = [device_ids(city, option.open) for option in answer.options if len(option.open) == 1]
    assert singles == [["C02"], ["C05"], ["C08"], ["C11"]]
    assert not answer.more_alike
    assert answer.within_reach == 24


def test_a_plan_carried_out_with_an_option_leaves_less_dry() -> None:
    city = street().customer("hill", "Sa", 50.0).city()
    model = prepare(city, recorded(city))
    plan = plan_isolation(model, PipeTarget(city.network.pipes.ids.find("ab")))
    assert isinstance(plan, IsolationPlan)
    answer = find_resupply(model, plan)
    assert isinstance(answer, Resupply)
    assert plan.unintended.length_m > 0.0
    renewed, left = carried_out(model, plan, answer.options[0].open)
    assert left.unintended.length_m == 0.0
    assert left.on_storage.length_m == 0.0
    assert left.isolated.length_m == plan.isolated.length_m
    assert renewed.supplied[answer.options[0].segments].all()


def test_of_many_that_do_as_well_some_are_listed_and_that_is_said() -> None:
    draft = street()
    for at in range(9):
        draft.pipe(f"g{at}", "d", "e").device(f"G{at}", pipe=f"g{at}", at=50.0, position="CLOSED")
    draft.devices[2]["condition"] = "UNKNOWN"
    city, answer = asked(draft)
    assert isinstance(answer, Resupply)
    assert [device_ids(city, option.open) for option in answer.options] == [[f"G{at}"] for at in range(6)]
    assert answer.more_alike


def chain(closed: int) -> Draft:
    """Behind the burst, water stands beyond a row of *closed* closed valves."""
    draft = street()
    draft.devices.pop(2)
    for at in range(closed):
        draft.device(f"K{at}", pipe="de", at=10.0 + at, position="CLOSED")
    return draft


def test_a_row_of_closed_valves_longer_than_is_searched_is_found_all_the_same() -> None:
    city, answer = asked(chain(5))
    assert isinstance(answer, Resupply)
    (option,) = answer.options
    assert device_ids(city, option.open) == ["K0", "K1", "K2", "K3", "K4"]
    assert not option.exact


def test_a_row_longer_than_anyone_opens_is_said_to_be_so() -> None:
    _, answer = asked(chain(9))
    assert answer == NoResupply(WhyNoResupply.TOO_MANY, 2)


def test_of_two_long_rows_the_one_with_more_customers_is_found() -> None:
    """Two rows of five closed valves: both together are more than anyone opens."""
    draft = chain(5).source("third", node="z").pipe("bz'", "b", "z'").device("V3", pipe="bz'", at=5.0)
    draft.pipe("zz'", "z", "z'").customer("lone", "bz'", 90.0)
    for at in range(5):
        draft.device(f"L{at}", pipe="zz'", at=10.0 + at, position="CLOSED")
    city, answer = asked(draft)
    assert isinstance(answer, Resupply)
    (option,) = answer.options
    assert device_ids(city, option.open) == ["K0", "K1", "K2", "K3", "K4"]
    assert (len(option.customers), option.exact, answer.within_reach) == (2, False, 3)


def test_a_tap_on_a_device_needs_water_on_both_its_sides() -> None:
    """The check valve lets water from c to d only: what comes to d does not come to c."""
    draft = street().device("K", "CHECK", pipe="cd", at=50.0, direction=1).customer("beyond", "cd", 80.0)
    city, answer = asked(draft)
    assert isinstance(answer, Resupply)
    assert city.customers.ids.take(answer.options[0].customers) == ["beyond"]
    assert (answer.within_reach, answer.lost_outside) == (1, 3)


def test_a_tap_on_the_border_waits_for_the_repair() -> None:
    """It hangs on the valve between the region and the dead end: one of its sides stays dry."""
    city, answer = asked(street().customer("on V2", "bc", 20.0))
    assert isinstance(answer, Resupply)
    assert (answer.within_reach, answer.lost_outside) == (2, 2)
    assert city.customers.ids.take(answer.options[0].customers) == ["near", "school"]


@pytest.mark.parametrize("closed", [4, 5])
def test_a_tap_on_a_disputed_valve_between_two_long_rows(closed: int) -> None:
    """Each side is fed by a row of closed valves of its own: four and four may be opened, five and five not."""
    draft = Draft().chain("S", "a", "b").pipe("bc", "b", "c").pipe("bd", "b", "d").pipe("cd", "c", "d")
    draft.source("plant", node="S").device("V1", pipe="ab", at=20.0).device("X", pipe="cd", at=50.0)
    draft.devices[-1] |= {"position": "DISPUTED", "condition": "INOPERABLE"}
    draft.device("V2", pipe="bc", at=20.0).device("V3", pipe="bd", at=20.0)
    for end in "cd":
        draft.pipe(f"{end}T", end, f"T{end}").source(f"S{end}", node=f"T{end}")
        for at in range(closed):
            draft.device(f"{end}{at}", pipe=f"{end}T", at=10.0 + at, position="CLOSED")
    city, answer = asked(draft.customer("between", "cd", 50.0))
    if closed == 5:
        assert answer == NoResupply(WhyNoResupply.TOO_MANY, 1)
    else:
        assert isinstance(answer, Resupply)
        (option,) = answer.options
        assert len(option.open) == 8
        assert device_ids(city, option.also_close) == ["V2", "V3"]


def test_of_two_ways_to_one_tap_the_one_that_feeds_both_sides_is_enough() -> None:
    """Water that comes to c passes the check valve to d: the row to d can be spared."""
    draft = street().device("K", "CHECK", pipe="cd", at=50.0, direction=1)
    draft.devices.pop(2)
    draft.customers = draft.customers[1:]
    for at in range(4):
        draft.device(f"A{at}", pipe="de", at=10.0 + at, position="CLOSED")
    draft.pipe("cU", "c", "U").source("third", node="U")
    for at in range(4):
        draft.device(f"B{at}", pipe="cU", at=10.0 + at, position="CLOSED")
    city, answer = asked(draft)
    assert isinstance(answer, Resupply)
    assert device_ids(city, answer.options[0].open) == ["B0", "B1", "B2", "B3"]


def test_a_row_behind_what_little_work_finds() -> None:
    """One customer behind one valve, the others behind a row of four more."""
    draft = street()
    for at in range(4):
        draft.device(f"K{at}", pipe="cd", at=10.0 + at, position="CLOSED")
    draft.source("third", node="d2").pipe("cd2", "c", "d2").device("M", pipe="cd2", at=5.0)
    draft.devices[-1]["position"] = "CLOSED"
    draft.customers[1]["pipe"] = "bc"
    city, answer = asked(draft)
    assert isinstance(answer, Resupply)
    assert device_ids(city, answer.options[0].open) == ["M"]


def test_one_way_mains_feed_what_lies_behind_them_by_two_ways() -> None:
    """Check valves from d to c by two mains: what is fed at d is fed once."""
    draft = Draft().chain("S", "a", "b", "x").source("plant", node="S").source("other", node="T")
    draft.device("V1", pipe="ab", at=20.0).device("V2", pipe="bx", at=20.0)
    draft.pipe("xd", "x", "d").pipe("de", "d", "e").pipe("df", "d", "f").pipe("eg", "e", "g").pipe("fg", "f", "g")
    draft.device("X", pipe="xd", at=50.0, position="CLOSED")
    draft.pipe("bg", "b", "g").device("V3", pipe="bg", at=20.0)
    for name in ("de", "df", "eg", "fg"):
        draft.device(f"K{name}", "CHECK", pipe=name, at=50.0, direction=1)
    draft.pipe("Td", "T", "d").device("C", pipe="Td", at=50.0, position="CLOSED")
    draft.customer("far", "bg", 90.0).customer("on the check valve", "fg", 50.0)
    city, answer = asked(draft)
    assert isinstance(answer, Resupply)
    (option,) = answer.options
    assert device_ids(city, option.open) == ["C"]
    assert device_ids(city, option.also_close) == ["V3"]
    assert city.customers.ids.take(option.customers) == ["far", "on the check valve"]


def test_with_little_work_larger_sets_are_said_to_be_approximate() -> None:
    draft = street()
    for at in range(3):
        draft.pipe(f"p{at}", "d", f"q{at}").device(f"P{at}", pipe=f"p{at}", at=50.0, position="CLOSED")
        draft.pipe(f"r{at}", f"q{at}", "e").device(f"R{at}", pipe=f"r{at}", at=50.0, position="CLOSED")
        draft.customer(f"c{at}", f"p{at}", 10.0 if at else 90.0)
    draft.devices.pop(2)
    draft.pipes = [row for row in draft.pipes if row["id"] != "de"]
    city, answer = asked(draft, steps=4)
    assert isinstance(answer, Resupply)
    assert answer.exact_to == 1
    assert [(len(option.customers), option.exact) for option in answer.options] == [(4, False)]
    (exactly, *_) = asked_of(city).options  # type: ignore[union-attr]
    assert (len(exactly.open), len(exactly.customers), exactly.exact) == (2, 4, True)


def test_water_in_a_tank_counts_as_storage_and_comes_back_as_supply() -> None:
    city, answer = asked(street().source("tank", "TANK", node="d"))
    assert isinstance(answer, Resupply)
    (option,) = answer.options
    assert device_ids(city, option.open) == ["B"]
    assert not option.also_close, "the plan closes V2 itself: the tank would feed the burst"
    assert city.customers.ids.take(option.customers) == ["near", "school"]


def test_a_closed_valve_of_the_border_is_newly_relied_on() -> None:
    city, answer = asked(street().device("R", pipe="bc", at=10.0, position="CLOSED").pipe("bx", "b", "c"))
    assert isinstance(answer, NoResupply)
    draft = street().pipe("b2", "b", "c").device("R", pipe="b2", at=50.0, position="CLOSED")
    city, answer = asked(draft)
    assert isinstance(answer, Resupply)
    (option,) = answer.options
    assert device_ids(city, option.relies_on) == ["R"]
