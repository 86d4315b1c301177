"""Which way one-way devices point (rules: docs/isolation-rules.md, "Direction of one-way devices")."""

import pytest
from small_city import Draft

from network.segments import find_segments


def way(draft: Draft) -> int:
    return int(find_segments(draft.network()).placement.direction[0])


def tee() -> Draft:
    """p and q leave t, r comes into it; s is elsewhere."""
    return Draft().pipe("p", "t", "a").pipe("q", "t", "b").pipe("r", "c", "t").pipe("s", "x", "y")


@pytest.mark.parametrize("flow", [-1, 0, 1])
def test_inside_a_pipe_flow_says_it(flow: int) -> None:
    assert way(Draft().chain("a", "b").device("v", "PRV", pipe="ab", at=50.0, direction=flow, toward="ab")) == flow


@pytest.mark.parametrize(
    ("pipe", "toward", "expected"),
    [("p", "p", 1), ("p", "q", -1), ("p", "r", -1), ("r", "r", -1), ("r", "p", 1), ("p", "s", 0), ("p", None, 0)],
)
def test_on_a_leg_toward_says_it(pipe: str, toward: str | None, expected: int) -> None:
    assert way(tee().device("v", "CHECK", pipe=pipe, node="t", toward=toward)) == expected


@pytest.mark.parametrize("toward", ["s", None])
def test_on_a_leg_flow_says_it_where_toward_does_not(toward: str | None) -> None:
    assert way(tee().device("v", "CHECK", pipe="p", node="t", toward=toward, direction=-1)) == -1


def test_on_a_leg_toward_wins_over_flow() -> None:
    assert way(tee().device("v", "CHECK", pipe="p", node="t", toward="p", direction=-1)) == 1


@pytest.mark.parametrize(("toward", "expected"), [("ab", -1), ("bc", 1), (None, 0)])
def test_between_two_legs_toward_names_the_leg(toward: str | None, expected: int) -> None:
    assert way(Draft().chain("a", "b", "c").device("v", "FCV", node="b", toward=toward)) == expected


def test_between_the_ends_of_a_loop_it_is_unknown() -> None:
    assert way(Draft().pipe("loop", "a", "a").device("v", "FCV", node="a", toward="loop")) == 0


def test_on_the_only_leg_toward_names_it() -> None:
    assert way(Draft().chain("a", "b").device("v", "PUMP", node="b", toward="ab")) == -1


def test_valves_have_no_way() -> None:
    assert way(Draft().chain("a", "b", "c").device("v", pipe="ab", at=5.0, direction=1)) == 0
    assert way(Draft().chain("a", "b", "c").device("v", node="b", toward="bc")) == 0


@pytest.mark.parametrize(("ways", "expected"), [((1, 1), 1), ((1, 0), 1), ((1, -1), 0), ((0, 0), 0)])
def test_duplicates_agree_or_the_way_is_unknown(ways: tuple[int, int], expected: int) -> None:
    draft = Draft().chain("a", "b")
    for name, direction in zip("vw", ways, strict=True):
        draft.device(name, "CHECK", pipe="ab", at=50.0, direction=direction)
    assert way(draft) == expected
