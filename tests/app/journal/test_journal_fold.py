"""Facts about valves, written on several laptops: nothing is lost, nothing silently overwritten, all agree."""

from __future__ import annotations

from typing import Any

import pytest
from fleet import VALVE, Fleet, folded_in_pieces
from hypothesis import given
from hypothesis import strategies as st

from app.journal.chain import flaws
from app.journal.events import Event, EventKey
from app.journal.fold import State, fold, valve_state, valve_states
from app.journal.valves import Register, Status, condition_of, position_of
from gis.stores.base import ValveState
from network.assets import Condition, Position


def register(log: dict[EventKey, Event]) -> Register:
    state = fold(State(), log.values())
    return position_of(state.valves.get(VALVE, ()), state.lineage)


def statuses(log: dict[EventKey, Event]) -> dict[EventKey, Status]:
    return dict(register(log).statuses)


@st.composite
def histories(draw: st.DrawFn, *, corrections: bool = True) -> Fleet:
    """A fleet after some writing, sending and fetching in any order."""
    fleet = Fleet.of(draw(st.integers(1, 3)))
    for _ in range(draw(st.integers(0, 12))):
        step = draw(st.sampled_from(["observe", "observe", "observe", "correct", "push", "pull", "meet", "copy"]))
        at = draw(st.integers(0, len(fleet.laptops) - 1))
        known = sorted(fleet.laptops[at].log)
        if step in {"push", "meet"}:
            fleet.push(at)
            fleet.pull(at, len(fleet.hub) if step == "meet" else 0)
        elif step == "pull":
            fleet.pull(at, draw(st.integers(0, len(fleet.hub))))
        elif step == "copy" and fleet.laptops[at].log:
            fleet.copy(at)
        elif step == "correct" and corrections and known:
            said = draw(st.sampled_from([None, "open", "closed"]))
            fleet.observe(at, draw(st.integers(0, 5)), said, corrects=(draw(st.sampled_from(known)),))
        else:
            fleet.observe(at, draw(st.integers(0, 5)), draw(st.sampled_from(["open", "closed"])))
    return fleet


def says(event: Event) -> Any:
    return event.facts.get("position")


@given(histories())
def test_every_observation_has_exactly_one_fate_and_a_reason(fleet: Fleet) -> None:
    fleet.sync()
    log = fleet.laptops[0].log
    fates = statuses(log)
    assert set(fates) == {key for key, event in log.items() if says(event)}
    for key, fate in fates.items():
        event = log[key]
        later = [other for other in log.values() if key in fleet.seen[other.key]]
        rivals = [log[other] for other, its in fates.items() if its is fate and says(log[other]) != says(event)]
        if fate is Status.SUPERSEDED:
            assert any(says(other) for other in later)
        elif fate is Status.RETRACTED:
            assert any(list(key) in other.facts.get("corrects", []) and not says(other) for other in later)
        elif fate is Status.EARLIER:
            assert any(log[other].eff_at_ms > event.eff_at_ms for other in fleet.seen[key])
        elif fate is Status.CURRENT:
            assert rivals == []
        else:
            unseen = [
                other for other in rivals if other.key not in fleet.seen[key] and key not in fleet.seen[other.key]
            ]
            assert unseen == rivals != []


@given(histories(corrections=False))
def test_without_corrections_the_newest_that_knew_the_others_stands(fleet: Fleet) -> None:
    """The rule said over in the test's own terms: who had seen whom is taken from the fleet's record."""
    fleet.sync()
    log = {key: event for key, event in fleet.laptops[0].log.items() if says(event)}
    seen = fleet.seen
    heads = {
        one
        for one in log
        if not any(one in seen[two] and log[two].eff_at_ms >= log[one].eff_at_ms for two in log)
        and not any(two in seen[one] and log[two].eff_at_ms > log[one].eff_at_ms for two in log)
    }
    found = register(fleet.laptops[0].log)
    assert {key for key, fate in found.statuses if fate in {Status.CURRENT, Status.DISPUTED}} == heads
    told = {says(log[key]) for key in heads}
    wanted = {0: None, 1: Position[told.copy().pop().upper()] if told else None, 2: Position.DISPUTED}[len(told)]
    assert found.value == wanted


@given(histories())
def test_all_agree_once_all_have_everything(fleet: Fleet) -> None:
    fleet.sync()
    states = [fold(State(), laptop.log.values()) for laptop in fleet.laptops]
    assert all(state == states[0] for state in states)
    assert set(fleet.laptops[0].log) == set(fleet.seen), "nothing that was written is lost"


@given(histories(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_rebuilding_equals_folding_as_it_comes(fleet: Fleet, random: Any, size: int) -> None:
    events = list(fleet.laptops[0].log.values())
    whole = fold(State(), events)
    state = folded_in_pieces(events, random, size)
    assert state == whole
    assert valve_states(state) == valve_states(whole)
    assert fold(state, events) == state, "replaying changes nothing"


@given(histories())
def test_every_chain_holds(fleet: Fleet) -> None:
    for laptop in fleet.laptops:
        assert flaws(sorted(laptop.log.values(), key=lambda event: event.key)) == []


def test_who_saw_both_decides() -> None:
    fleet = Fleet.of(3)
    one = fleet.observe(0, 10, "open")
    two = fleet.observe(1, 20, "closed")
    fleet.sync()
    assert register(fleet.laptops[2].log).value == Position.DISPUTED
    assert register(fleet.laptops[2].log).disputed
    three = fleet.observe(2, 30, "closed")
    assert statuses(fleet.laptops[2].log) == {
        one.key: Status.SUPERSEDED,
        two.key: Status.SUPERSEDED,
        three.key: Status.CURRENT,
    }


def test_an_old_observation_entered_late_is_history() -> None:
    fleet = Fleet.of(1)
    now = fleet.observe(0, 20, "closed")
    late = fleet.observe(0, 10, "open")
    assert statuses(fleet.laptops[0].log) == {now.key: Status.CURRENT, late.key: Status.EARLIER}


def test_it_is_history_on_another_laptop_too() -> None:
    fleet = Fleet.of(2)
    now = fleet.observe(0, 20, "closed")
    fleet.push(0)
    fleet.pull(1)
    late = fleet.observe(1, 10, "open")
    fleet.sync()
    assert statuses(fleet.laptops[0].log) == {now.key: Status.CURRENT, late.key: Status.EARLIER}


def test_a_correction_wins_whatever_its_time() -> None:
    fleet = Fleet.of(1)
    wrong = fleet.observe(0, 20, "closed")
    right = fleet.observe(0, 10, "open", corrects=(wrong.key,))
    assert statuses(fleet.laptops[0].log) == {wrong.key: Status.SUPERSEDED, right.key: Status.CURRENT}


def test_taking_back_brings_back_what_stood_before() -> None:
    fleet = Fleet.of(1)
    before = fleet.observe(0, 10, "open")
    wrong_valve = fleet.observe(0, 20, "closed", "inoperable")
    taken_back = fleet.observe(0, 30, None, corrects=(wrong_valve.key,))
    assert statuses(fleet.laptops[0].log) == {before.key: Status.CURRENT, wrong_valve.key: Status.RETRACTED}
    state = fold(State(), fleet.laptops[0].log.values())
    assert valve_state(state, VALVE) == ValveState(VALVE, Position.OPEN, None)
    fleet.observe(0, 40, None, corrects=(taken_back.key,))
    assert statuses(fleet.laptops[0].log)[wrong_valve.key] is Status.CURRENT


def test_a_correction_that_is_taken_back_corrects_nothing() -> None:
    fleet = Fleet.of(1)
    first = fleet.observe(0, 20, "closed")
    correction = fleet.observe(0, 10, "open", corrects=(first.key,))
    fleet.observe(0, 30, None, corrects=(correction.key,))
    assert statuses(fleet.laptops[0].log) == {first.key: Status.CURRENT, correction.key: Status.RETRACTED}


def test_nobody_corrects_what_he_has_not_seen() -> None:
    fleet = Fleet.of(2)
    one = fleet.observe(0, 10, "open")
    fleet.observe(1, 5, "closed", corrects=(one.key,))
    fleet.sync()
    assert register(fleet.laptops[0].log).value == Position.DISPUTED


@pytest.mark.parametrize(
    ("one", "two", "worse"),
    [
        ("operable", "unknown", Condition.UNKNOWN),
        ("unknown", "inoperable", Condition.INOPERABLE),
        ("inoperable", "passing", Condition.PASSING),
        ("operable", "operable", Condition.OPERABLE),
    ],
)
def test_of_two_conditions_the_worse_counts(one: str, two: str, worse: Condition) -> None:
    fleet = Fleet.of(2)
    fleet.observe(0, 10, None, one)
    fleet.observe(1, 20, None, two)
    fleet.sync()
    state = fold(State(), fleet.laptops[0].log.values())
    told = condition_of(state.valves[VALVE], state.lineage)
    assert told.value == worse
    assert told.disputed == (one != two)


def test_a_long_chain_of_second_thoughts() -> None:
    fleet = Fleet.of(1)
    last = fleet.observe(0, 0, "closed")
    for number in range(1, 2001):
        last = fleet.observe(0, number, None, corrects=(last.key,))
    assert register(fleet.laptops[0].log).value == Position.CLOSED


def test_what_is_not_understood_is_kept() -> None:
    fleet = Fleet.of(1)
    strange = fleet.write(0, 1, "weather.seen", {"rain": True})
    newer = fleet.write(0, 2, "valve.observed", {"position": {"turns": 3}}, version=2)
    state = fold(State(), fleet.laptops[0].log.values())
    assert state.unknown == (strange.key, newer.key)
    assert state.events == 2
    assert state.valves == {}


@pytest.mark.parametrize(
    "body",
    [{"position": "ajar"}, {"position": 3}, {"condition": ["x"]}, {"corrects": 5}, {"corrects": [["dev", "x"]]}],
)
def test_what_a_faulty_console_sends_is_kept_and_stops_nobody(body: dict[str, object]) -> None:
    fleet = Fleet.of(1)
    strange = fleet.write(0, 1, "valve.observed", body)
    fleet.write(0, 2, "device.continued", {"held": "everything"})
    fleet.observe(0, 3, "open")
    state = fold(State(), fleet.laptops[0].log.values())
    assert state.unknown == (strange.key,)
    assert valve_states(state) == [ValveState(VALVE, Position.OPEN, None)]


def test_a_copy_knew_what_the_original_held() -> None:
    fleet = Fleet.of(2)
    one = fleet.observe(0, 10, "open")
    fleet.laptops[1].log.update(fleet.laptops[0].log)
    fleet.write(1, 20, "device.continued", {"held": {"dev0": 1}})
    fleet.observe(1, 30, "closed")
    later = fleet.observe(0, 40, "open")
    fleet.sync()
    fates = statuses(fleet.laptops[0].log)
    assert fates[one.key] is Status.SUPERSEDED
    assert fates[later.key] is Status.DISPUTED
