"""Messages of crews' devices: read or refused with a word, in any order, with clocks that are wrong."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dispatch.arrival import Fix, WhyRefused
from app.dispatch.positions import (
    KEPT_FIXES,
    KEPT_REFUSALS,
    Area,
    Positions,
    Refused,
    Sighting,
    WhyUnread,
    read_positions,
    skew_s,
    take,
)

NOW_MS = 1_773_700_000_000
AREA = Area((0.0, 0.0), 50_000.0)
GOOD: dict[str, Any] = {"crew": "E03", "time": NOW_MS, "x": 10.0, "y": 20.0}


def read(told: object, name: str = "crews/E09") -> list[Sighting | Refused]:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return read_positions(body, name, NOW_MS, lambda lon, lat: (lon * 1000, lat * 1000))


def fix(second: float, x_m: float = 0.0, *, delay_s: float = 1.0) -> Fix:
    return Fix(NOW_MS + round(second * 1000), NOW_MS + round((second + delay_s) * 1000), x_m, 0.0)


def taken(*fixes: Fix) -> Positions:
    return take(Positions(), [Sighting("E03", one) for one in fixes], AREA).positions


def test_one_position_and_a_list_of_them_are_read() -> None:
    here = Sighting("E03", Fix(NOW_MS, NOW_MS, 10.0, 20.0))
    assert read(GOOD) == [here]
    assert read([GOOD, {**GOOD, "crew": "E04"}]) == [here, replace(here, crew="E04")]


SAME = [NOW_MS, NOW_MS / 1000, "2026-03-16T22:26:40Z", "2026-03-17T06:26:40+08:00"]


@pytest.mark.parametrize("time", SAME)
def test_every_way_of_writing_an_instant_is_the_same(time: object) -> None:
    (one,) = read({**GOOD, "time": time})
    assert isinstance(one, Sighting)
    assert one.fix.at_ms == NOW_MS


def test_degrees_are_projected_and_the_topic_names_the_crew() -> None:
    (one,) = read({"time": NOW_MS, "lon": 1.5, "lat": 2.5}, "city/crews/E09")
    assert one == Sighting("E09", Fix(NOW_MS, NOW_MS, 1500.0, 2500.0))


UNREAD = [
    (b"\xff\xfe", WhyUnread.NOT_JSON),
    (b"[" * 100_000, WhyUnread.NOT_JSON),
    ("E03", WhyUnread.NOT_JSON),
    ({**GOOD, "crew": ""}, WhyUnread.NO_CREW),
    ({**GOOD, "crew": 3}, WhyUnread.NO_CREW),
    ({**GOOD, "time": "2026-03-17T06:26:40"}, WhyUnread.NO_TIME),
    ({**GOOD, "time": "yesterday"}, WhyUnread.NO_TIME),
    ({**GOOD, "time": True}, WhyUnread.NO_TIME),
    ({**GOOD, "time": 12}, WhyUnread.NO_TIME),
    ({**GOOD, "x": "10"}, WhyUnread.NO_PLACE),
    ({"crew": "E03", "time": NOW_MS, "lon": 117}, WhyUnread.NO_PLACE),
]


@pytest.mark.parametrize(("told", "why"), UNREAD)
def test_what_is_no_position_is_refused_with_a_word(told: object, why: WhyUnread) -> None:
    (one,) = read(told)
    assert isinstance(one, Refused)
    assert one.why is why
    after = take(Positions(), [one], AREA).positions
    assert (after.refused, dict(after.refusals), dict(after.crews)) == ((one,), {why: 1}, {})


IMPOSSIBLE = [
    ({**GOOD, "time": NOW_MS + 3_600_000}, WhyRefused.FROM_THE_FUTURE),
    ({**GOOD, "x": 384_400_000.0}, WhyRefused.NOT_A_PLACE),
    ({"crew": "E03", "time": NOW_MS, "lon": 36.6, "lat": 117.0}, WhyRefused.NOT_A_PLACE),
    ({**GOOD, "x": float("nan")}, WhyRefused.NOT_A_PLACE),
]


@pytest.mark.parametrize(("told", "why"), IMPOSSIBLE, ids=["future", "moon", "exchanged degrees", "no number"])
def test_what_cannot_be_true_is_refused_and_the_last_position_stays(told: object, why: WhyRefused) -> None:
    before = take(Positions(), read(GOOD), AREA).positions
    after = take(before, read(told), AREA).positions
    assert [one.why for one in after.refused] == [why]
    assert after.crews == before.crews


def test_a_jump_across_the_city_is_refused() -> None:
    after = taken(fix(0), fix(10, 5_000.0), fix(20, 100.0))
    assert [one.why for one in after.refused] == [WhyRefused.TOO_FAST]
    assert after.crews["E03"].last == fix(20, 100.0)


@given(st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing_but_their_own_counts(chance: random.Random) -> None:
    fixes = [fix(10 * number, 20.0 * number) for number in range(12)]
    mixed = fixes * 2
    chance.shuffle(mixed)
    straight, jumbled = taken(*fixes).crews["E03"], taken(*mixed).crews["E03"]
    assert (jumbled.last, jumbled.fixes) == (straight.last, straight.fixes)
    assert (jumbled.repeated, straight.repeated, straight.late) == (12, 0, 0)


def test_a_late_one_is_counted_and_is_not_where_the_crew_is_now() -> None:
    standing = taken(fix(0), fix(60, 100.0), fix(30, 50.0, delay_s=40)).crews["E03"]
    assert (standing.last, standing.late) == (fix(60, 100.0), 1)


def test_a_clock_that_is_behind_shows_by_a_delay_that_stays_and_its_positions_are_as_old_as_they_are() -> None:
    behind = [fix(second, delay_s=600) for second in range(0, 100, 20)]
    assert skew_s(behind) == pytest.approx(600)
    assert taken(*behind).crews["E03"].seen_ms == behind[-1].received_ms


def test_what_waited_for_a_network_never_looks_fresh() -> None:
    waited = [Fix(one.at_ms, NOW_MS + 700_000, one.x_m, one.y_m) for one in (fix(s) for s in range(0, 100, 20))]
    assert skew_s(waited) is None
    assert taken(*waited).crews["E03"].seen_ms == waited[-1].at_ms


def test_a_clock_that_is_ahead_is_named_and_makes_nothing_younger() -> None:
    ahead = [fix(second, delay_s=-60) for second in range(0, 100, 20)]
    standing = taken(*ahead).crews["E03"]
    assert standing.skew_s == pytest.approx(-60)
    assert standing.seen_ms == ahead[-1].received_ms


def test_what_is_kept_at_hand_is_bounded() -> None:
    standing = taken(*(fix(10 * number) for number in range(KEPT_FIXES + 50))).crews["E03"]
    assert len(standing.fixes) == KEPT_FIXES
    many = take(Positions(), [Refused("", NOW_MS, WhyUnread.NOT_JSON)] * 500, AREA).positions
    assert (len(many.refused), many.refusals["not_json"]) == (KEPT_REFUSALS, 500)
    assert taken().crews == {}
