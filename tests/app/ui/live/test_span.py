"""Spans of time on screen: from a second to more than a year, about a place that stays, live as long as wished."""

from itertools import pairwise

import pytest
from demo_town import NOW

from app.ui.live.span import DAY_MS, HOUR_MS, LONGEST_MS, SECOND_MS, Span, ticks_of


def test_a_live_span_follows_the_present_and_stays_live_while_it_is_zoomed() -> None:
    start, end = Span().limits(NOW)
    assert start < NOW < end
    assert end - start == 4 * HOUR_MS
    assert Span().zoomed(0.5, NOW).is_live
    assert Span().zoomed(0.5, NOW).limits(NOW + 60_000)[1] > NOW + 60_000


def test_it_is_zoomed_down_to_a_second_and_up_beyond_a_year_about_a_place_that_stays() -> None:
    about = NOW - 7 * DAY_MS
    span = Span(NOW - 6 * DAY_MS, 4 * DAY_MS)
    for _ in range(40):
        before = span.limits(NOW)
        span = span.zoomed(0.5, NOW, about)
        start, end = span.limits(NOW)
        share = (about - before[0]) / (before[1] - before[0])
        assert (about - start) / (end - start) == pytest.approx(share, abs=0.002)
    assert span.width_ms == SECOND_MS
    for _ in range(60):
        span = span.zoomed(2.0, NOW)
    assert span.width_ms == LONGEST_MS
    assert LONGEST_MS > 366 * DAY_MS


def test_what_is_moved_to_the_present_follows_it() -> None:
    back = Span().moved(-0.5, NOW)
    assert not back.is_live
    assert back.limits(NOW) == back.limits(NOW + HOUR_MS)
    assert back.moved(0.6, NOW).is_live


@pytest.mark.parametrize(
    ("width_ms", "written"),
    [
        (SECOND_MS, "14:32:08"),
        (10 * 60 * SECOND_MS, "14:30"),
        (DAY_MS, "12:00"),
        (7 * DAY_MS, "03-12"),
        (366 * DAY_MS, "0"),
    ],
)
def test_its_axis_says_times_of_the_city_that_stand_apart(width_ms: int, written: str) -> None:
    ticks = ticks_of(NOW - width_ms // 2, NOW + width_ms // 2, 900)
    assert any(text.startswith(written) for _, text in ticks)
    moments = [at_ms for at_ms, _ in ticks]
    least = min((after - before for before, after in pairwise(moments)), default=width_ms)
    assert least * 900 / width_ms >= 80
    assert len({text for _, text in ticks}) == len(ticks) or width_ms > 180 * DAY_MS
