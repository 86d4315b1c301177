"""Speeds by hour: house values until trips were observed, and what trips move."""

import random

import pytest

from gis.speeds import PRIOR_TRIPS, Speeds, Trip, learn_speeds


def test_without_trips_the_house_s_values_stand_and_say_so() -> None:
    told = learn_speeds([])
    assert told == Speeds()
    assert not told.learned
    assert told.by_hour[8] < told.by_hour[12] < told.by_hour[2]


def test_many_trips_settle_the_factor_of_their_hour_and_of_no_other() -> None:
    told = learn_speeds([Trip(8, 600.0, 1500.0)] * 2000)
    assert told.learned
    assert told.by_hour[8] == pytest.approx(0.4, rel=0.01)
    assert told.by_hour[9:] == Speeds().by_hour[9:]


def test_as_many_trips_as_the_prior_counts_for_meet_it_half_way() -> None:
    told = learn_speeds([Trip(12, 600.0, 1200.0)] * int(PRIOR_TRIPS))
    assert told.by_hour[12] == pytest.approx((1.0 * 0.5) ** 0.5)


UNUSABLE = [Trip(12, 60, 60), Trip(12, 600, 6000), Trip(12, 6000, 600), Trip(12, 600, -1), Trip(24, 600, 700)]


@pytest.mark.parametrize("trip", UNUSABLE, ids=["short", "a rest on the way", "a flight", "backwards", "hour 24"])
def test_what_tells_nothing_of_traffic_is_left_out(trip: Trip) -> None:
    assert learn_speeds([trip] * 50) == Speeds()


def test_the_order_of_trips_does_not_matter() -> None:
    trips = [Trip(hour, 600.0, 500.0 + 10 * number) for number in range(30) for hour in (7, 13)]
    mixed = trips.copy()
    random.Random(3).shuffle(mixed)
    assert learn_speeds(mixed) == learn_speeds(trips)
