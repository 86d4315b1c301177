from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.scene.view import Bounds, MapView, scale_bar_m

places = st.floats(-5e6, 5e6)
scales = st.floats(0.05, 200)
pixels = st.floats(0, 2000)


@given(places, places, scales, pixels, pixels)
def test_pixel_and_place_are_each_others_inverse(x_m, y_m, m_per_px, x_px, y_px) -> None:
    view = MapView(x_m, y_m, m_per_px, 1920, 1080)
    back = view.to_px(*view.to_m(x_px, y_px))
    assert back == pytest.approx((x_px, y_px), abs=1e-3)


@given(scales, st.floats(0.2, 5), pixels, pixels)
def test_zooming_keeps_the_place_under_the_pointer(m_per_px, factor, x_px, y_px) -> None:
    view = MapView(500_000.0, 4_050_000.0, m_per_px, 1920, 1080)
    assert view.zoomed(factor, x_px, y_px).to_m(x_px, y_px) == pytest.approx(view.to_m(x_px, y_px), abs=1e-3)


def test_dragging_right_shows_what_lay_to_the_west() -> None:
    view = MapView(0.0, 0.0, 2.0, 100, 100).panned(10, 5)
    assert (view.centre_x_m, view.centre_y_m) == (-20.0, 10.0)


def test_arrays_are_moved_as_single_places_are() -> None:
    view = MapView(1000.0, 2000.0, 0.5, 640, 480)
    segments = np.array([[990.0, 2010.0, 1020.0, 1995.0]], dtype=np.float32)
    px = view.many_to_px(segments)
    assert px.dtype == np.float64
    assert px.flags.c_contiguous
    assert px[0] == pytest.approx([*view.to_px(990, 2010), *view.to_px(1020, 1995)])


def test_fitting_shows_everything_with_north_up() -> None:
    view = MapView.fitting(Bounds(0, 0, 1000, 100), 500, 400)
    assert view.bounds.x_min < 0
    assert view.bounds.x_max > 1000
    assert view.to_px(0, 100)[1] < view.to_px(0, 0)[1]


def test_fitting_a_single_place_is_a_street_not_an_error() -> None:
    assert MapView.fitting(Bounds(5, 5, 5, 5), 500, 400).m_per_px == 0.5


@pytest.mark.parametrize(("m_per_px", "length_m"), [(1.0, 100), (0.5, 50), (10, 1000), (0.037, 5)])
def test_scale_bar_is_a_round_length_that_fits(m_per_px, length_m) -> None:
    assert scale_bar_m(m_per_px) == pytest.approx(length_m)
