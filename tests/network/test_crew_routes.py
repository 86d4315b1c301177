"""Rounds of crews: the best of every order and every division, tried one after the other by a plain walk."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from network.crew_routes import MOST_CREWS, MOST_EXACT, Round, Routes, best_routes
from network.errors import NetworkError

Value = tuple[int, int, int]


def walked(rounds: Round, ways: tuple[tuple[int, ...], ...]) -> Value:
    """Latest end, time of all crews together, and weighted ends, by walking."""
    ends, spent, weighted = [0], 0, 0
    for crew, way in enumerate(ways):
        now, here = int(rounds.ready_s[crew]), None
        for place in way:
            now += int(rounds.from_crew_s[crew, place] if here is None else rounds.between_s[here, place])
            now += int(rounds.work_s[place])
            weighted += int(rounds.weight[place]) * now
            here = place
        if way:
            ends.append(now)
            spent += now - int(rounds.ready_s[crew])
    return max(ends), spent, weighted


def best_of_all(rounds: Round) -> Value:
    """The least of every order of places, cut in every way among the crews."""
    places, crews = len(rounds.work_s), len(rounds.ready_s)
    found = []
    for order in itertools.permutations(range(places)):
        for cuts in itertools.combinations_with_replacement(range(places + 1), crews - 1):
            marks = (0, *cuts, places)
            found.append(walked(rounds, tuple(order[low:high] for low, high in itertools.pairwise(marks))))
    return min(found)


@st.composite
def rounds_of(draw: st.DrawFn, fewest: int = 0, most: int = 5, crews: int = 3) -> Round:
    places, teams = draw(st.integers(fewest, most)), draw(st.integers(1, crews))
    times = st.integers(0, draw(st.sampled_from((2, 9, 3600))))

    def table(*shape: int) -> np.ndarray:
        size = int(np.prod(shape))
        return np.array(draw(st.lists(times, min_size=size, max_size=size)), dtype=np.int64).reshape(shape)

    return Round(table(teams, places), table(places, places), table(places), table(places), table(teams))


@soak_examples(4_000, usual=150)
@given(rounds_of())
def test_no_order_and_no_division_is_better(rounds: Round) -> None:
    routes = best_routes(rounds)
    assert routes.proven
    assert sorted(place for way in routes.places for place in way) == list(range(len(rounds.work_s)))
    assert walked(rounds, routes.places) == best_of_all(rounds)
    assert routes.ends_s == walked(rounds, routes.places)[0]


@soak_examples(1_000, usual=25)
@given(rounds_of(fewest=MOST_EXACT + 1, most=18, crews=4))
def test_many_places_are_all_done_once_and_the_answer_is_not_called_proven(rounds: Round) -> None:
    routes = best_routes(rounds)
    assert not routes.proven
    assert sorted(place for way in routes.places for place in way) == list(range(len(rounds.work_s)))
    assert routes.ends_s == walked(rounds, routes.places)[0]
    assert all(_is_later(done, int(rounds.ready_s[crew])) for crew, done in enumerate(routes.done_s))


def _is_later(done: tuple[int, ...], ready_s: int) -> bool:
    return all(low <= high for low, high in itertools.pairwise((ready_s, *done)))


def test_beyond_what_is_proven_the_answer_is_near_the_best() -> None:
    """Thirteen places in a line, one crew at its end: the way out and nothing else."""
    at = np.arange(13) * 60
    rounds = Round(at[None, :], np.abs(at[:, None] - at[None, :]), np.full(13, 10), np.zeros(13, int), np.zeros(1, int))
    assert best_routes(rounds).places == (tuple(range(13)),)


def test_a_crew_that_comes_too_late_stays_where_it_is_however_many_places_there_are() -> None:
    places = MOST_EXACT + 1
    near, none = np.ones((2, places), dtype=np.int64), np.zeros(places, dtype=np.int64)
    between = np.ones((places, places), dtype=np.int64)
    found = best_routes(Round(near, between, none, none, np.array([0, 50_000])))
    assert sorted(found.places[0]) == list(range(places))
    assert found.places[1] == ()
    assert found.done_s[1] == ()
    assert found.ends_s == places


def test_heavy_places_come_first_where_it_costs_nothing() -> None:
    same = np.full((3, 3), 60)
    light = Round(np.full((1, 3), 60), same, np.full(3, 30), np.array([1, 9, 4]), np.zeros(1, int))
    assert best_routes(light).places == ((1, 2, 0),)
    assert best_routes(light).done_s == ((90, 180, 270),)


def test_a_crew_that_is_ready_later_is_spared_where_that_ends_sooner() -> None:
    ways = np.zeros((2, 2), dtype=np.int64)
    late = Round(ways, ways, np.array([60, 60]), np.array([2, 1]), np.array([0, 600]))
    assert best_routes(late) == Routes(((0, 1), ()), ((60, 120), ()), proven=True)
    assert best_routes(late).ends_s == 120


@pytest.mark.parametrize("crews", [0, MOST_CREWS + 1])
def test_there_must_be_crews_and_not_too_many(crews: int) -> None:
    with pytest.raises(NetworkError, match="crews_for_round"):
        Round(np.zeros((crews, 1), int), np.zeros((1, 1), int), np.ones(1, int), np.ones(1, int), np.zeros(crews, int))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("between_s", np.zeros((2, 1), int)),
        ("work_s", np.array([-1])),
        ("work_s", np.array([21_601])),
        ("weight", np.array([10_001])),
        ("ready_s", np.array([1 << 21])),
        ("ready_s", np.zeros(2, int)),
        ("from_crew_s", np.array([[-1]])),
    ],
)
def test_times_that_no_clock_can_show_are_refused(name: str, value: np.ndarray) -> None:
    one = {
        "from_crew_s": np.zeros((1, 1), int),
        "between_s": np.zeros((1, 1), int),
        "work_s": np.zeros(1, int),
        "weight": np.zeros(1, int),
        "ready_s": np.zeros(1, int),
    }
    with pytest.raises(NetworkError, match="round_times_not_usable"):
        Round(**{**one, name: value})
