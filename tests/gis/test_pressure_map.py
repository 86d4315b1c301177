from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gis.pressure_map import levels_of, pipe_pressures_mpa


def network(xs: list[float], ground: list[float]) -> Any:
    """Three junctions in a row and the two mains between them; of a network only what is asked of it."""
    nodes = SimpleNamespace(x_m=np.array(xs, dtype=np.float64), y_m=np.zeros(3), elevation_m=np.array(ground))
    return SimpleNamespace(nodes=nodes, pipes=SimpleNamespace(from_node=np.array([0, 1]), to_node=np.array([1, 2])))


def test_heads_are_carried_over_and_the_ground_is_taken_off() -> None:
    found = pipe_pressures_mpa(network([0, 100, 200], [10, 10, 20]), np.array([[0.0, 0.0]]), np.array([30.0]))
    assert found * 101.97162 == pytest.approx([30.0, 20.0], abs=0.01)


def test_far_from_every_instrument_nothing_is_said() -> None:
    found = pipe_pressures_mpa(network([0, 100, 9000], [0, 0, 0]), np.array([[0.0, 0.0]]), np.array([30.0]))
    assert np.isfinite(found[0])
    assert np.isnan(found[1])
    nothing = pipe_pressures_mpa(network([0, 100, 200], [0, 0, 0]), np.array([[0.0, 0.0]]), np.array([np.nan]))
    assert np.isnan(nothing).all()


def test_the_nearer_instrument_counts_more() -> None:
    places, read = np.array([[0.0, 0.0], [1000.0, 0.0]]), np.array([40.0, 20.0])
    found = pipe_pressures_mpa(network([0, 100, 1000], [0, 0, 0]), places, read)
    assert 35.0 < found[0] * 101.97162 < 40.0
    assert 20.0 < found[1] * 101.97162 < 22.0


def test_what_breaks_the_promise_is_the_last_class() -> None:
    assert levels_of(np.array([np.nan, 0.1, 0.18, 0.25, 0.5])).tolist() == [0, 6, 5, 4, 1]
