"""Sizes, scales and the grid of maps on paper."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.paper import PAPERS_MM, SCALES, Frame, Paper, customary_scale, grid_lines_m, grid_step_m
from gis.scene.view import Bounds


def test_each_paper_is_half_the_next_larger_one() -> None:
    sizes = list(PAPERS_MM.values())
    for small, large in itertools.pairwise(sizes):
        assert small[1] == large[0]
        assert abs(small[0] * 2 - large[1]) <= 1


def test_paper_lies_or_stands() -> None:
    assert (Paper("A3").width_mm, Paper("A3").height_mm) == (420, 297)
    assert (Paper("A3", landscape=False).width_mm, Paper("A3", landscape=False).height_mm) == (297, 420)


def test_a_frame_shows_its_size_times_the_scale() -> None:
    frame = Frame(200.0, 100.0)
    ground = frame.ground((1000.0, 5000.0), 5_000)
    assert ground == Bounds(500.0, 4750.0, 1500.0, 5250.0)
    assert frame.fits(ground, 5_000)
    assert not frame.fits(ground.grown(1.0), 5_000)
    assert frame.fitting_scale(ground) == 5_000
    assert frame.fitting_scale(ground.grown(1.0)) == 10_000


def test_what_is_too_large_for_any_scale_gets_the_smallest() -> None:
    assert customary_scale(1e12) == SCALES[-1]


@given(scale=st.integers(50, 5_000_000))
def test_grid_lines_are_round_and_neither_crowded_nor_rare(scale: int) -> None:
    step_m = grid_step_m(scale)
    apart_mm = step_m / scale * 1000.0
    assert 50.0 * (1 - 1e-6) <= apart_mm < 125.0 * (1 + 1e-6)
    assert float(f"{step_m:e}".split("e")[0]) in {1.0, 2.0, 5.0}


def test_grid_lines_are_multiples_of_the_step_inside_the_span() -> None:
    assert grid_lines_m(499_010.0, 500_250.0, 500.0).tolist() == [499_500.0, 500_000.0]
    assert grid_lines_m(499_000.0, 500_000.0, 500.0).tolist() == [499_000.0, 499_500.0, 500_000.0]
    assert grid_lines_m(10.0, 20.0, 500.0).tolist() == []


@pytest.mark.parametrize("size", PAPERS_MM)
def test_every_paper_has_a_scale_for_a_whole_country(size: str) -> None:
    paper = Paper(size)
    assert Frame(paper.width_mm, paper.height_mm).fitting_scale(Bounds(0, 0, 400_000, 300_000)) in SCALES
