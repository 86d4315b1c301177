"""What positions prove, and what they cannot."""

import random

import pytest

from app.dispatch.arrival import Arrival, Fix, Track, WhyRefused, track_of

LEAK = (1000.0, 1000.0)


def fix(second: float, x_m: float, y_m: float = 1000.0, *, late_s: float = 1.0) -> Fix:
    return Fix(int(second * 1000), int((second + late_s) * 1000), x_m, y_m)


def seen(*fixes: Fix) -> Track:
    return track_of(fixes, LEAK, extent_m=100_000)


def test_a_stay_near_the_leak_is_an_arrival_from_its_beginning() -> None:
    driving = [fix(0, 0), fix(30, 500)]
    track = seen(*driving, fix(60, 980), fix(90, 1010), fix(120, 1000))
    assert track.arrival == Arrival(60_000, 120_000)


def test_driving_past_is_no_arrival() -> None:
    assert seen(fix(0, 500), fix(20, 960), fix(40, 1040), fix(60, 1500)).arrival is None


def test_a_silence_is_no_stay() -> None:
    assert seen(fix(0, 1000), fix(600, 1000)).arrival is None
    assert seen(fix(0, 1000), fix(600, 1000), fix(660, 1000)).arrival == Arrival(600_000, 660_000)


REFUSED = [
    (fix(60, 1000, late_s=-600), WhyRefused.FROM_THE_FUTURE),
    (fix(60, 384_400_000.0), WhyRefused.NOT_A_PLACE),
    (fix(60, float("nan")), WhyRefused.NOT_A_PLACE),
    (fix(60, 40_000), WhyRefused.TOO_FAST),
]


@pytest.mark.parametrize(("wrong", "why"), REFUSED)
def test_what_cannot_be_true_is_set_aside_with_its_reason(wrong: Fix, why: WhyRefused) -> None:
    track = seen(fix(0, 1000), wrong, fix(70, 1005))
    assert [reason for _, reason in track.refused] == [why]
    assert track.arrival == Arrival(0, 70_000)
    assert track.last == fix(70, 1005)


def test_a_clock_a_little_ahead_is_forgiven() -> None:
    assert seen(fix(0, 1000, late_s=-60), fix(70, 1000, late_s=-60)).refused == ()


def test_order_and_repetition_do_not_matter() -> None:
    fixes = [fix(second, 1000 + (second % 40)) for second in range(0, 300, 20)]
    shuffled = fixes * 2
    random.Random(7).shuffle(shuffled)
    assert seen(*shuffled) == seen(*fixes)


def test_no_positions_say_nothing() -> None:
    assert seen() == Track(None, None, ())
