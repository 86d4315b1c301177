"""Signatures of leaks against hand calculation, against each other, and against EPANET with the leak put in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.child import run_in_child
from network.hydraulic_records import Solved
from network.leak_signatures import LEAST_SLOPE, SolvedLinks, drops, slopes

NONE = -1


def links(*rows: tuple[int, int, float] | tuple[int, int, float, int]) -> SolvedLinks:
    """Rows of start, end, slope and the node that the link holds."""
    start, end, slope, holds = zip(*((*row, NONE)[:4] for row in rows), strict=True)
    return SolvedLinks(np.array(start), np.array(end), np.array(slope, dtype=float), np.array(holds))


def fixed(count: int, *nodes: int) -> np.ndarray:
    return np.isin(np.arange(count), nodes)


def test_along_a_main_the_common_way_counts() -> None:
    found = drops(fixed(4, 0), links((0, 1, 0.1), (1, 2, 0.2), (2, 3, 0.4)), np.array([1, 3]))
    assert found == pytest.approx(np.array([[0.0, 0.1, 0.1, 0.1], [0.0, 0.1, 0.3, 0.7]]))


def test_two_equal_ways_halve_the_drop() -> None:
    assert drops(fixed(2, 0), links((0, 1, 0.2), (1, 0, 0.2)), np.array([1]))[0, 1] == pytest.approx(0.1)


def test_a_held_side_shields_what_lies_behind_it_and_passes_the_flow_on() -> None:
    """0 reservoir, 1 before the valve, 2 behind it, 3 farther on."""
    main = links((0, 1, 0.5), (1, 2, 0.0, 2), (2, 3, 0.25))
    found = drops(fixed(4, 0), main, np.array([1, 2, 3]))
    assert found == pytest.approx(np.array([[0.0, 0.5, 0.5, 0.5], [0.0] * 4, [0.0, 0.0, 0.0, 0.25]]))


def test_what_nothing_feeds_has_no_answer() -> None:
    found = drops(fixed(4, 0), links((0, 1, 0.5), (1, 2, np.inf), (2, 3, 0.1)), np.array([1, 3]))
    assert found[0] == pytest.approx([0.0, 0.5, np.nan, np.nan], nan_ok=True)
    assert np.isnan(found[1]).all()


def test_loggers_at_the_source_feel_nothing() -> None:
    assert drops(fixed(2, 0), links((0, 1, 0.5)), np.array([0])).tolist() == [[0.0, 0.0]]


def test_a_pipe_without_flow_has_the_least_slope() -> None:
    assert slopes(np.array([0.0, 2.0]), np.array([0.0, -4.0])) == pytest.approx([LEAST_SLOPE, 0.926])


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.floats(0.01, 5.0)), min_size=1, max_size=14),
    st.permutations(range(7)),
)
def test_a_logger_feels_a_leak_as_the_leaks_place_feels_one_at_the_logger(
    rows: list[tuple[int, int, float]], renamed: list[int]
) -> None:
    """Maxwell's reciprocity, where no valve regulates; and names of nodes do not matter."""
    nodes = np.arange(7)
    found = drops(fixed(7, 0), links(*rows), nodes)
    assert found == pytest.approx(found.T, abs=1e-9, nan_ok=True)
    name = np.array(renamed)
    other = [(renamed[start], renamed[end], slope) for start, end, slope in rows]
    again = drops(fixed(7, renamed[0]), links(*other), name)
    assert again[:, name] == pytest.approx(found, abs=1e-9, nan_ok=True)


TOWN = """[JUNCTIONS]
a 10 5
b 12 8
c 8 6
d 9 4
e 5 7
f 6 3
[RESERVOIRS]
R 60
[PIPES]
R-a R a 500 300 120
a-b a b 400 200 120
b-c b c 350 150 110
a-c a c 600 150 100
e-f e f 300 100 100
c-d c d 200 150 120
[VALVES]
d-e d e 150 PRV 25
[DEMANDS]
{demands}
[OPTIONS]
UNITS CMH
HEADLOSS H-W
ACCURACY 1e-8
[END]
"""
WANTED = {"a": 5.0, "b": 8.0, "c": 6.0, "d": 4.0, "e": 7.0, "f": 3.0}


def town(leaking: str = "", flow_m3_h: float = 0.0) -> str:
    wanted = {node: flow + (flow_m3_h if node == leaking else 0.0) for node, flow in WANTED.items()}
    return TOWN.format(demands="\n".join(f"{node} {flow}" for node, flow in wanted.items()))


def test_epanet_with_a_small_leak_put_in_says_the_same() -> None:
    """Six junctions, R last; behind the valve at d–e the head is held."""
    leak_m3_h = 0.05
    names = [*WANTED, "R"]
    texts = (town(), *(town(node, leak_m3_h) for node in WANTED))
    before, *after = run_in_child(60.0, "network.hydraulics:solve_texts", texts)
    assert isinstance(before, Solved)
    head_m, flow = np.array(before.head), np.array(before.flow)
    ends = np.array(
        [[names.index(one) for one in pipe.split("-")] for pipe in ("R-a", "a-b", "b-c", "a-c", "e-f", "c-d")]
    )
    start, end = ends.T
    slope = slopes(head_m[start] - head_m[end], flow[:6])
    valve = names.index("d"), names.index("e")
    around = SolvedLinks(
        np.append(start, valve[0]), np.append(end, valve[1]), np.append(slope, 0.0), np.array([*[NONE] * 6, valve[1]])
    )
    found = drops(fixed(7, 6), around, np.arange(6))
    measured = np.array([(head_m - np.array(state.head))[:6] / leak_m3_h for state in after]).T
    assert found[:, :6] == pytest.approx(measured, rel=0.02, abs=2e-4)
    assert measured[names.index("c"), names.index("f")] > 0.01, "a leak behind the valve is felt before it"
