"""Outlines reduced for a picture fill the same pixels of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from gis.scene.outlines import seen_outlines

WIDTH, HEIGHT = 512.0, 300.0


def inside(px: np.ndarray, starts: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Which of *places* the rings fill, odd-even: by counting the edges that cross a ray to the right of each."""
    crossed = np.zeros(len(places), dtype=int)
    for first, last in pairwise(starts.tolist()):
        (x, y), (u, v) = px[first : last - 1].T, px[first + 1 : last].T
        for at, (a, b) in enumerate(places):
            spans = (y > b) != (v > b)
            crossed[at] += np.count_nonzero(spans & (a < x + (u - x) * (b - y) / np.where(spans, v - y, 1)))
    return crossed % 2 == 1


def ring(random: np.random.Generator, corners: int, far: float) -> np.ndarray:
    """A ring round a place on the picture or beside it, that runs far out of it and back again and again."""
    angle = np.sort(random.uniform(0, 2 * np.pi, corners))
    centre = random.uniform((-WIDTH, -HEIGHT), (2 * WIDTH, 2 * HEIGHT))
    reach = random.uniform(0.02, 1.0, corners) ** 3 * far
    corner = centre + reach[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return np.vstack([corner, corner[:1]])


@soak_examples(2_000, usual=40)
@given(st.integers(0, 2**32), st.integers(100, 400), st.floats(50, 5_000))
def test_what_is_filled_on_the_picture_stays_filled(seed, corners, far) -> None:
    random = np.random.default_rng(seed)
    rings = [ring(random, corners, far) for _ in range(5)]
    px, starts = np.concatenate(rings), np.concatenate([[0], np.cumsum([len(one) for one in rings])])
    places = random.uniform((0, 0), (WIDTH, HEIGHT), (60, 2))
    kept, at = seen_outlines(px, starts, WIDTH, HEIGHT, step_px=0.0)
    assert len(at) == len(starts)
    assert np.array_equal(inside(kept, at, places), inside(px, starts, places))
    for old, new in zip(starts[:-1], at[:-1], strict=True):
        assert np.array_equal(px[old], kept[new])


def test_a_hill_of_a_hundred_thousand_corners_becomes_a_few() -> None:
    angle = np.linspace(0, 2 * np.pi, 100_001)
    hill = np.column_stack([np.cos(angle), np.sin(angle)])
    starts = np.array([0, len(hill)])
    whole, _ = seen_outlines(hill * 100 + 150, starts, WIDTH, HEIGHT)
    assert len(whole) < 2_000
    assert np.hypot(*(whole - 150).T) == pytest.approx(100.0, abs=0.01)
    beside, _ = seen_outlines(hill * 1e5, starts, WIDTH, HEIGHT)
    assert len(beside) < 100


def test_few_corners_are_left_as_they_are() -> None:
    px = np.random.default_rng(3).uniform(0, 0.1, (300, 2))
    starts = np.array([0, 100, 100, 300])
    kept, at = seen_outlines(px, starts, WIDTH, HEIGHT)
    assert kept is px
    assert at is starts
    many = np.concatenate([px, px])
    kept, at = seen_outlines(many, np.array([0, 100, 100, 600]), WIDTH, HEIGHT)
    assert at.tolist() == [0, 2, 2, 4], "of each ring the first and the last, and an empty one stays empty"
