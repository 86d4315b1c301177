"""Several outages at once on small cities that can be worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from small_city import Draft, device_ids, recorded

from network.answers import AreaTarget, CustomerTarget, PipesTarget, PipeTarget
from network.assets import Condition, Position
from network.supply import prepare
from network.together import outages_together
from network.together_records import Conflict, ConflictKind, Refused, Shutdown, Together, WhyRefused
from network.together_settle import refused_valves
from network.topology import City

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


def ring() -> Draft:
    """A ring S–a–c–b–S: c is fed by a and by b; t hangs behind the closed valve X between b and the burst main a–t."""
    draft = Draft().chain("S", "a", "c").pipe("Sb", "S", "b").pipe("bc", "b", "c").source("plant", node="S")
    for pipe in ("Sa", "ac", "Sb", "bc"):
        draft.device(f"{pipe}1", pipe=pipe, at=10.0).device(f"{pipe}2", pipe=pipe, at=90.0)
    return draft.customer("at c", "ac", 95.0).customer("at b", "bc", 5.0).customer("on ac", "ac", 50.0)


def pipe(city: City, name: str) -> PipeTarget:
    return PipeTarget(city.network.pipes.ids.find(name))


def works(name: str, start_h: float, end_h: float, **more) -> Shutdown:
    return Shutdown(name, MONDAY + timedelta(hours=start_h), MONDAY + timedelta(hours=end_h), **more)


def together(city: City, *shutdowns: Shutdown) -> Together:
    answer = outages_together(prepare(city, recorded(city)), shutdowns)
    assert isinstance(answer, Together)
    return answer


def refused(city: City, *shutdowns: Shutdown) -> list[tuple[str, WhyRefused]]:
    answer = outages_together(prepare(city, recorded(city)), shutdowns)
    assert isinstance(answer, tuple)
    return [(one.id, one.why) for one in answer]


def rows(city: City, *names: str) -> tuple[int, ...]:
    return tuple(city.network.devices.ids.find(name) for name in names)


def people(city: City, found: np.ndarray) -> list[str]:
    return city.customers.ids.take(found)


def told(city: City, conflict: Conflict) -> tuple[ConflictKind, tuple[str, ...], list[str], list[str]]:
    return conflict.kind, conflict.shutdowns, device_ids(city, conflict.valves), people(city, conflict.customers)


def test_two_harmless_shutdowns_together_cut_off_what_each_relies_on() -> None:
    city = ring().city()
    answer = together(city, works("A", 0, 4, target=pipe(city, "ac")), works("B", 2, 6, target=pipe(city, "Sb")))
    assert [(one.active, people(city, one.lost_together)) for one in answer.intervals] == [
        (("A",), []),
        (("A", "B"), ["at c", "at b"]),
        (("B",), []),
    ]
    assert [one.start for one in answer.intervals] == [MONDAY + timedelta(hours=hour) for hour in (0, 2, 4)]
    assert people(city, answer.alone["A"].out) == ["on ac"]
    assert people(city, answer.alone["B"].out) == []
    assert answer.alone["B"].length_m == pytest.approx(80.0)
    both = answer.intervals[1]
    assert people(city, both.effect.out) == ["at c", "at b", "on ac"]
    assert [told(city, one) for one in both.conflicts] == [
        (ConflictKind.CUTS_SUPPLY, ("A", "B"), ["ac1", "ac2"], ["at c", "at b"]),
        (ConflictKind.CUTS_SUPPLY, ("B", "A"), ["Sb1", "Sb2"], ["at c", "at b"]),
    ]


def test_where_no_single_valve_takes_the_supply_all_that_are_closed_are_named() -> None:
    """Two mains from the plant to b, both closed by one shutdown."""
    draft = ring().pipe("Sb'", "S", "b").device("second", pipe="Sb'", at=50.0)
    city = draft.city()
    close = rows(city, "Sb1", "second")
    answer = together(city, works("A", 0, 4, target=pipe(city, "ac")), works("B", 0, 4, close=close))
    (only,) = answer.intervals
    assert told(city, only.conflicts[1]) == (
        ConflictKind.CUTS_SUPPLY,
        ("B", "A"),
        ["Sb1", "second"],
        ["at c", "at b"],
    )


def test_three_that_only_together_take_the_supply_are_all_named() -> None:
    draft = Draft().source("plant", node="S").pipe("tail", "c", "d").customer("end", "tail", 50.0)
    for at in range(3):
        draft.pipe(f"P{at}", "S", "c").device(f"V{at}", pipe=f"P{at}", at=50.0)
    city = draft.city()
    answer = together(city, *(works(f"W{at}", 0, 1, close=rows(city, f"V{at}")) for at in range(3)))
    (only,) = answer.intervals
    assert [told(city, one) for one in only.conflicts] == [(ConflictKind.CUTS_SUPPLY, ("W0", "W1", "W2"), [], ["end"])]


def fed_again() -> City:
    """S–a–t and S–b–t; X between b and t is closed. A isolates at; B opens X."""
    draft = Draft().chain("S", "a", "t").pipe("Sb", "S", "b").pipe("bt", "b", "t").source("plant", node="S")
    draft.device("V", pipe="at", at=10.0).device("X", pipe="bt", at=50.0, position="CLOSED")
    draft.device("Y", pipe="Sb", at=50.0).pipe("tu", "t", "u").device("W", pipe="tu", at=10.0)
    return draft.customer("end", "tu", 80.0).city()


def test_water_that_comes_to_another_s_target_is_named_first() -> None:
    city = fed_again()
    a = works("A", 0, 4, target=pipe(city, "at"), crew="night crew")
    b = works("B", 1, 3, close=rows(city, "V"), open=rows(city, "X"), crew="night crew")
    answer = together(city, a, b)
    assert [told(city, one) for one in answer.intervals[1].conflicts] == [
        (ConflictKind.WATER_AT_TARGET, ("A", "B"), ["X"], []),
        (ConflictKind.REOPENED_EARLY, ("B", "A"), ["V"], []),
        (ConflictKind.CREW_TWICE, ("A", "B"), [], []),
    ]
    assert answer.intervals[1].conflicts[2].crew == "night crew"
    assert not answer.intervals[0].conflicts


def test_a_shutdown_that_lets_water_to_its_own_target_is_told_so() -> None:
    city = fed_again()
    answer = together(city, works("A", 0, 4, target=pipe(city, "at"), open=rows(city, "X")))
    assert [told(city, one) for one in answer.intervals[0].conflicts] == [
        (ConflictKind.WATER_AT_TARGET, ("A",), ["X"], [])
    ]


def test_a_valve_wanted_open_and_closed_lets_water_to_the_leak_and_supplies_nobody() -> None:
    city = fed_again()
    closes = works("closes", 0, 4, target=pipe(city, "at"))
    opens = works("opens", 0, 4, close=rows(city, "Y"), open=rows(city, "V"))
    answer = together(city, closes, opens)
    (only,) = answer.intervals
    assert [told(city, one)[:3] for one in only.conflicts] == [
        (ConflictKind.WATER_AT_TARGET, ("closes", "opens"), ["V"]),
        (ConflictKind.BOTH_WAYS, ("closes", "opens"), ["V"]),
    ]
    assert people(city, only.effect.out) == ["end"]


def test_nobody_counts_on_a_valve_that_is_wanted_open_and_closed() -> None:
    """V stands on no region here; the end of the street has no other way."""
    city = fed_again()
    answer = together(
        city,
        works("closes", 0, 1, close=rows(city, "V")),
        works("opens", 0, 1, close=rows(city, "Y"), open=rows(city, "V")),
    )
    assert people(city, answer.alone["opens"].out) == []
    assert people(city, answer.intervals[0].effect.out) == ["end"]


def test_where_several_opened_valves_feed_a_target_all_are_named() -> None:
    draft = Draft().chain("S", "a", "t").source("plant", node="S").device("V", pipe="at", at=10.0)
    for name in ("X1", "X2"):
        draft.pipe(f"p{name}", "a", "t").device(name, pipe=f"p{name}", at=50.0, position="CLOSED")
    city = draft.city()
    opens = works("B", 0, 1, close=rows(city, "V"), open=rows(city, "X1", "X2"))
    answer = together(city, works("A", 0, 1, target=pipe(city, "at")), opens)
    assert told(city, answer.intervals[0].conflicts[0]) == (
        ConflictKind.WATER_AT_TARGET,
        ("A", "B"),
        ["X1", "X2"],
        [],
    )


def test_a_valve_that_is_opened_brings_water_to_those_cut_off() -> None:
    city = fed_again()
    closes = works("A", 0, 2, close=rows(city, "V"))
    answer = together(city, closes, works("B", 1, 2, close=rows(city, "W"), open=rows(city, "X")))
    assert people(city, answer.intervals[0].effect.out) == ["end"]
    assert people(city, answer.alone["B"].out) == ["end"]
    again = together(city, works("A", 0, 2, close=rows(city, "V"), open=rows(city, "X")))
    assert people(city, again.intervals[0].effect.out) == []


def test_what_runs_already_is_taken_as_it_was_before() -> None:
    """By the record V is closed by now; it normally is open, and A is why it is not. X was opened for A."""
    city = fed_again()
    states = recorded(city).with_positions(list(rows(city, "V")), Position.CLOSED)
    running = works("A", 0, 2, close=rows(city, "V"))
    answer = outages_together(prepare(city, states), [running])
    assert isinstance(answer, Together)
    assert people(city, answer.alone["A"].out) == ["end"]
    opened = states.with_positions(list(rows(city, "X")), Position.OPEN)
    running = works("A", 0, 2, close=rows(city, "V"), open=rows(city, "X"))
    answer = outages_together(prepare(city, opened), [running])
    assert isinstance(answer, Together)
    assert people(city, answer.alone["A"].out) == []


@pytest.mark.parametrize("condition", [Condition.INOPERABLE, Condition.PASSING])
def test_a_valve_that_stands_as_asked_need_not_be_worked(condition: Condition) -> None:
    """It was closed for A and broke, or does not close tight: who is out is out all the same."""
    city = fed_again()
    valve = list(rows(city, "V"))
    states = recorded(city).with_positions(valve, Position.CLOSED).with_conditions(valve, condition)
    running = works("A", 0, 2, close=rows(city, "V"))
    answer = outages_together(prepare(city, states), [running])
    assert isinstance(answer, Together)
    assert people(city, answer.alone["A"].out) == ["end"]


def test_closed_valves_that_do_not_close_tight_keep_nothing_dry() -> None:
    """The valve stands closed and lets water pass."""
    city = ring().device("beside", pipe="ac", at=30.0).city()
    passing = list(rows(city, "beside"))
    states = recorded(city).with_positions(passing, Position.CLOSED).with_conditions(passing, Condition.PASSING)
    model = prepare(city, states)
    counts_on_it = works("A", 0, 2, target=pipe(city, "ac"), close=rows(city, "beside", "ac2"))
    (one,) = outages_together(model, [counts_on_it])
    assert one == Refused("A", 0, WhyRefused.STILL_FED)


def test_nobody_s_closed_valve_that_does_not_close_tight_keeps_water_from_a_target() -> None:
    city = fed_again()
    valve = list(rows(city, "Y"))
    states = recorded(city).with_positions(valve, Position.CLOSED).with_conditions(valve, Condition.PASSING)
    a, b = works("A", 0, 4, target=pipe(city, "at")), works("B", 0, 4, close=rows(city, "Y"), open=rows(city, "X"))
    answer = outages_together(prepare(city, states), [a, b])
    assert isinstance(answer, Together)
    assert told(city, answer.intervals[0].conflicts[0])[:3] == (ConflictKind.WATER_AT_TARGET, ("A", "B"), ["X"])


def test_every_valve_that_cannot_be_reckoned_with_is_named() -> None:
    draft = ring().device("adrift").device("stuck", pipe="bc", at=40.0, condition="INOPERABLE")
    city = draft.device("own", "SERVICE", pipe="ac", at=50.0).city()
    running = works("A", 0, 1, close=rows(city, "ac1", "adrift", "stuck", "ac2"), open=rows(city, "own"))
    found = refused_valves(prepare(city, recorded(city)), [works("fine", 0, 1, close=rows(city, "bc1")), running])
    assert [(one.id, one.place, city.network.devices.ids[one.device], one.why) for one in found] == [
        ("A", 1, "adrift", WhyRefused.NOT_A_GATE),
        ("A", 1, "stuck", WhyRefused.CANNOT_BE_WORKED),
        ("A", 1, "own", WhyRefused.NOT_A_GATE),
    ]


def test_one_s_own_branch_valve_puts_one_customer_out() -> None:
    draft = ring().device("own", "SERVICE", pipe="ac", at=50.0)
    draft.customers[2]["branch_valve"] = "own"
    city = draft.city()
    service = CustomerTarget(2)
    for shutdown in (works("A", 0, 1, target=service), works("A", 0, 1, target=service, close=rows(city, "own"))):
        answer = together(city, shutdown)
        assert people(city, answer.intervals[0].effect.out) == ["on ac"]
        assert answer.intervals[0].effect.length_m == 0.0


def test_a_place_that_nothing_feeds_loses_nothing() -> None:
    draft = ring().pipe("lone", "x", "y").customer("nobody", "lone", 50.0)
    city = draft.city()
    answer = together(city, works("A", 0, 1, target=pipe(city, "lone")))
    assert people(city, answer.intervals[0].effect.out) == []


def test_a_valve_recorded_twice_is_one() -> None:
    draft = ring().device("ac1 again", pipe="ac", at=10.0)
    city = draft.city()
    answer = together(
        city,
        works("A", 0, 1, close=rows(city, "ac1 again", "ac2")),
        works("B", 0, 2, target=pipe(city, "ac"), close=rows(city, "ac1", "ac2")),
    )
    assert people(city, answer.alone["A"].out) == ["on ac"]
    assert told(city, answer.intervals[0].conflicts[0])[2] == ["ac1", "ac2"]
    both = works("C", 0, 1, close=rows(city, "ac1"), open=rows(city, "ac1 again"))
    assert refused(city, both) == [("C", WhyRefused.BOTH_WAYS)]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"start": datetime(2026, 6, 1)}, WhyRefused.NO_TIME_ZONE),  # noqa: DTZ001 - that is what is refused
        ({"end": datetime(2026, 6, 1)}, WhyRefused.NO_TIME_ZONE),  # noqa: DTZ001
        ({"end": MONDAY}, WhyRefused.END_BEFORE_START),
        ({"target": None}, WhyRefused.NOTHING_SHUT),
        ({"target": PipeTarget(99)}, WhyRefused.UNKNOWN_TARGET),
        ({"target": AreaTarget(())}, WhyRefused.UNKNOWN_TARGET),
        ({"target": PipesTarget(())}, WhyRefused.UNKNOWN_TARGET),
        ({"target": PipesTarget((0, 99))}, WhyRefused.UNKNOWN_TARGET),
        ({"close": (99,)}, WhyRefused.UNKNOWN_VALVE),
        ({"open": (-1,)}, WhyRefused.UNKNOWN_VALVE),
        ({"close": ("pump",)}, WhyRefused.NOT_A_GATE),
        ({"open": ("washout",)}, WhyRefused.NOT_A_GATE),
        ({"open": ("adrift",)}, WhyRefused.NOT_A_GATE),
        ({"close": ("stuck",)}, WhyRefused.CANNOT_BE_WORKED),
        ({"close": ("passing",)}, WhyRefused.CANNOT_BE_WORKED),
        ({"open": ("stuck shut",)}, WhyRefused.CANNOT_BE_WORKED),
        ({"close": ("ac1",), "open": ("ac1",)}, WhyRefused.BOTH_WAYS),
        ({"close": ("ac1",)}, WhyRefused.STILL_FED),
        ({"target": PipeTarget(4)}, WhyRefused.CANNOT_ISOLATE),
    ],
)
def test_what_cannot_be_reckoned_with_is_refused_with_its_reason(more: dict, why: WhyRefused) -> None:
    draft = ring().pipe("open", "S", "o").device("pump", "PUMP", pipe="Sb", at=50.0, direction=1)
    draft.device("washout", "WASHOUT", pipe="Sb", at=40.0).device("adrift").device("passing", pipe="bc", at=50.0)
    draft.devices[-1]["condition"] = "PASSING"
    draft.device("stuck", pipe="bc", at=40.0, condition="INOPERABLE")
    draft.pipe("dead", "o", "q")
    city = draft.device("stuck shut", pipe="dead", at=40.0, condition="INOPERABLE", position="CLOSED").city()
    given = {"start": MONDAY, "end": MONDAY + timedelta(hours=1), "target": pipe(city, "ac")} | more
    for key in ("close", "open"):
        if isinstance(next(iter(given.get(key, ())), None), str):
            given[key] = rows(city, *given[key])
    fine = works("fine", 0, 1, target=pipe(city, "ac"))
    answer = outages_together(prepare(city, recorded(city)), [fine, Shutdown("A", **given)])
    assert isinstance(answer, tuple)
    (one,) = answer
    named = [row for key in ("close", "open") for row in given.get(key, ()) if 0 <= row < len(city.network.devices)]
    about_a_valve = why in {WhyRefused.NOT_A_GATE, WhyRefused.CANNOT_BE_WORKED, WhyRefused.BOTH_WAYS}
    assert one == Refused("A", 1, why, named[0] if about_a_valve else -1)


def test_an_id_given_twice_is_refused_with_all_other_faults() -> None:
    city = ring().city()
    fine = works("A", 0, 1, target=pipe(city, "ac"))
    late = works("B", 1, 0, target=pipe(city, "ac"))
    assert refused(city, fine, late, fine) == [("B", WhyRefused.END_BEFORE_START), ("A", WhyRefused.SAME_ID)]


def test_nothing_planned_is_no_fault() -> None:
    city = ring().city()
    assert not together(city).intervals


def test_times_in_which_nothing_runs_are_left_out() -> None:
    city = ring().city()
    answer = together(city, works("B", 3, 4, target=pipe(city, "ac")), works("A", 0, 1, target=pipe(city, "Sb")))
    assert [one.active for one in answer.intervals] == [("A",), ("B",)]
