"""The map follows the hand, glides on, and comes to rest where its tiles are kept."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.map.motion import (
    GLIDE_S,
    LEAST_GLIDE_PX_S,
    PAN_S,
    ZOOM_S,
    Drag,
    Glide,
    Motion,
    Slide,
    Zoom,
    eased,
    glide_ends_s,
    glided_px,
)
from gis.scene.view import SNAPPED_FROM_M_PER_PX, MapView, snapped_m_per_px

NEAR = MapView(1000.0, 2000.0, 0.5, 800, 600)
FAR = MapView(1000.0, 2000.0, 8.0, 800, 600)


@given(st.floats(0, 1), st.floats(0, 1))
def test_an_eased_move_begins_and_ends_and_never_turns_back(one, other) -> None:
    assert eased(0) == 0
    assert eased(1) == 1
    assert (eased(one) <= eased(other)) == (one <= other) or math.isclose(eased(one), eased(other))


@given(st.floats(200, 6000))
def test_a_glide_slows_down_until_it_is_not_seen(speed) -> None:
    ends_s = glide_ends_s(speed)
    last_frame_px = glided_px(speed, ends_s) - glided_px(speed, ends_s - 0.016)
    first_frame_px = glided_px(speed, 0.016)
    assert 0 < last_frame_px < min(first_frame_px, 1.0)
    assert glided_px(speed, ends_s) < speed * GLIDE_S


def test_what_is_too_slow_does_not_glide() -> None:
    assert glide_ends_s(0.0) == 0.0
    assert glide_ends_s(10.0) == 0.0


def test_a_zoom_keeps_the_place_under_the_pointer_and_ends_exactly() -> None:
    zoom = Zoom(NEAR, 2.0, 200.0, 150.0)
    place = NEAR.to_m(200.0, 150.0)
    for time_s in (0.0, ZOOM_S / 3, ZOOM_S):
        assert zoom.at(time_s).to_m(200.0, 150.0) == pytest.approx(place)
    assert zoom.aim.m_per_px == 0.25
    assert zoom.at(ZOOM_S).m_per_px == pytest.approx(0.25)


def test_slides_and_glides_end_at_their_aim() -> None:
    for move in (Slide(NEAR, 120.0, -40.0), Glide(NEAR, 900.0, 300.0)):
        assert move.at(0.0) == NEAR
        assert move.at(move.ends_s).centre_x_m == pytest.approx(move.aim.centre_x_m)
    assert Slide(NEAR, 120.0, 0.0).ends_s == PAN_S


def test_the_speed_of_a_hand_is_that_of_its_last_moments() -> None:
    drag = Drag()
    for step in range(20):
        drag.add(step * 0.01, step * 5.0, 0.0 if step < 10 else (step - 10) * 2.0)
    assert drag.speed_px_s(0.19) == pytest.approx((500.0, 200.0), rel=0.05)
    assert drag.speed_px_s(0.5) == (0.0, 0.0)


def test_a_hand_that_was_hardly_seen_has_no_speed() -> None:
    drag = Drag()
    for step in range(3):
        drag.add(step * 0.001, step * 100.0, 0.0)
    assert drag.speed_px_s(0.003) == (0.0, 0.0)
    assert Drag().speed_px_s(0.0) == (0.0, 0.0)


@given(st.floats(0.02, 2000.0))
def test_far_views_rest_at_few_scales(m_per_px) -> None:
    kept = snapped_m_per_px(m_per_px)
    if m_per_px < SNAPPED_FROM_M_PER_PX:
        assert kept == m_per_px
        return
    assert snapped_m_per_px(kept) == pytest.approx(kept)
    assert m_per_px / kept == pytest.approx(1.0, rel=2**0.25 - 1 + 1e-6) or m_per_px > 1900
    coarser = snapped_m_per_px(m_per_px, coarser=True)
    assert coarser >= min(m_per_px, 2000.0) * (1 - 1e-9)


def carried_out(qtbot, motion: Motion) -> list[MapView]:
    views: list[MapView] = []
    motion.moved.connect(views.append)
    with qtbot.waitSignal(motion.rested, timeout=20_000):
        pass
    return views


def test_turns_of_the_wheel_add_up(qtbot) -> None:
    motion = Motion()
    motion.zoom(NEAR, 2.0, 400.0, 300.0)
    motion.zoom(NEAR, 2.0, 400.0, 300.0)
    assert motion.moving
    assert motion.aim(NEAR).m_per_px == pytest.approx(0.125)
    views = carried_out(qtbot, motion)
    assert views[-1].m_per_px == pytest.approx(0.125)
    assert not motion.moving
    assert motion.aim(views[-1]) == views[-1]


def test_far_away_a_zoom_ends_at_a_kept_scale(qtbot) -> None:
    motion = Motion()
    motion.zoom(FAR.centred(0, 0, 8.3), 2**0.5, 0.0, 0.0)
    assert carried_out(qtbot, motion)[-1].m_per_px == pytest.approx(2**2.5)


def test_keys_pressed_in_turn_add_up(qtbot) -> None:
    motion = Motion()
    motion.slide(NEAR, 120.0, 0.0)
    motion.slide(NEAR, 120.0, 60.0)
    assert carried_out(qtbot, motion)[-1].centre_x_m == pytest.approx(NEAR.panned(240.0, 60.0).centre_x_m)


def test_a_slow_hand_leaves_the_map_where_it_is(qtbot) -> None:
    motion = Motion()
    motion.let_go(NEAR, (LEAST_GLIDE_PX_S / 2, 0.0))
    assert not motion.moving
    motion.let_go(NEAR, (2000.0, 0.0))
    assert motion.moving
    motion.touch()
    assert motion.aim(NEAR) == NEAR
    assert motion.moving
    motion.stop()
    assert not motion.moving
