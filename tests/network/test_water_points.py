"""Drinking-water points: against every choice there is, and no exchange of one that helps."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from network.water_points import Points, enough, gathered, place, ways_m


def total(way_m: np.ndarray, weight: np.ndarray, chosen: tuple[int, ...]) -> float:
    return float(weight @ way_m[:, list(chosen)].min(axis=1))


@soak_examples(5_000, usual=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 8), st.integers(1, 4))
def test_against_every_choice(seed: int, people: int, places: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    way_m = np.hypot(*(rng.random((2, people, 1)) - rng.random((2, 1, places)))) * 1_000.0
    weight = rng.integers(1, 50, people).astype(np.float64)
    found, take = place(way_m, weight, count), min(count, places)
    best = min(total(way_m, weight, chosen) for chosen in combinations(range(places), take))
    assert len(set(found.chosen)) == take
    assert found.total_m == np.float64(total(way_m, weight, found.chosen))
    assert best - 1e-6 <= found.total_m <= 1.35 * best + 1e-6
    for out in found.chosen:
        for into in set(range(places)) - set(found.chosen):
            exchanged = (*(one for one in found.chosen if one != out), into)
            assert total(way_m, weight, exchanged) >= found.total_m * (1.0 - 1e-6) - 1e-6


def test_it_is_mostly_the_best() -> None:
    rng, met = np.random.default_rng(5), 0
    for _ in range(100):
        way_m, weight = rng.random((12, 9)), rng.random(12)
        best = min(total(way_m, weight, chosen) for chosen in combinations(range(9), 3))
        met += place(way_m, weight, 3).total_m <= best + 1e-9
    assert met >= 90


def test_as_few_as_reach_everybody() -> None:
    x_m, y_m = np.array([0.0, 100.0, 2_000.0, 2_100.0, 9_000.0]), np.zeros(5)
    demand = gathered(x_m, y_m, np.array([2.0, 0.0, 3.0, 1.0, 1.0]), 10.0)
    assert demand.weight.tolist() == [2.0, 1.0, 3.0, 1.0, 1.0]
    way_m = ways_m(demand, np.array([50.0, 1_950.0, 2_050.0]), np.zeros(3))
    found = enough(way_m, demand.weight, 300.0, 3)
    assert len(found.chosen) == 2
    assert set(found.chosen) >= {0}
    assert found.way_m[-1] > 300.0  # nobody can serve the farm: a tanker goes there
    assert len(enough(way_m, demand.weight, 300.0, 1).chosen) == 1


def test_nothing_to_choose_from_and_nobody_in_reach() -> None:
    nobody: Points = place(np.zeros((3, 0)), np.ones(3), 2)
    assert nobody.chosen == ()
    assert np.isinf(nobody.way_m).all()
    assert enough(np.zeros((3, 0)), np.ones(3), 300.0, 2).chosen == ()
    assert enough(np.full((3, 2), 900.0), np.ones(3), 300.0, 2).chosen == ()


def test_people_close_together_are_one() -> None:
    demand = gathered(np.array([1.0, 3.0, 60.0]), np.array([0.0, 4.0, 0.0]), np.array([1.0, 3.0, 5.0]), 50.0)
    assert demand.of.tolist() == [0, 0, 1]
    assert (demand.x_m[0], demand.y_m[0], demand.weight[0]) == (2.5, 3.0, 4.0)
