"""Fire cover against a plain distance table, and on a town."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_city import Draft, solve
from soak import soak_examples

from network.fire_cover import customers_without_cover, fire_cover, live_hydrants


@soak_examples(5_000)
@given(st.integers(0, 2**32 - 1))
def test_cover_is_what_a_table_of_all_distances_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hydrants, places = int(rng.integers(0, 12)), int(rng.integers(0, 30))
    at, wanted = rng.integers(0, 40, (hydrants, 2)) * 10.0, rng.integers(0, 40, (places, 2)) * 10.0
    live = rng.random(hydrants) < 0.8
    out = np.flatnonzero(rng.random(hydrants) < 0.5).astype(np.int32)
    found = fire_cover(at[:, 0], at[:, 1], live, out, wanted, reach_m=100.0)
    uncovered = {}
    for place in range(places):
        gaps = [np.hypot(*(wanted[place] - at[row])) for row in range(hydrants)]
        before = min((gap for gap, on in zip(gaps, live, strict=True) if on), default=np.inf)
        after = min((gap for row, gap in enumerate(gaps) if live[row] and row not in out), default=np.inf)
        if before <= 100.0 < after:
            uncovered[place] = after
    assert found.uncovered.tolist() == list(uncovered)
    assert found.distance_m.tolist() == pytest.approx(list(uncovered.values()))
    for place, hydrant, distance_m in zip(found.uncovered, found.nearest, found.distance_m, strict=True):
        assert distance_m == (np.inf if hydrant < 0 else pytest.approx(np.hypot(*(wanted[place] - at[hydrant]))))
        assert hydrant < 0 or (live[hydrant] and hydrant not in out)


def test_a_plan_takes_the_cover_of_those_near_its_hydrants() -> None:
    """Customers and hydrants of a draft all stand at one spot: one hydrant left covers everybody."""
    draft = Draft().chain("r", "a", "b").source("R", node="r").pipe("cd", "c", "d")
    draft.device("v", pipe="ab", at=1.0)
    draft.hydrant("near", "ra", 50.0).hydrant("far", "ab", 50.0).hydrant("dry", "cd", 50.0).customer("k", "ab", 90.0)
    end, all_out = solve(draft, "ab"), solve(draft, "ra")
    assert live_hydrants(end.model).tolist() == [True, True, False]
    assert not len(customers_without_cover(end.model, end.impact).uncovered)
    bare = customers_without_cover(all_out.model, all_out.impact)
    assert (bare.uncovered.tolist(), bare.nearest.tolist(), bare.distance_m.tolist()) == ([0], [-1], [np.inf])
