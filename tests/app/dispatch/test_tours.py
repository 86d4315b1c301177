"""Rounds of routine work: hours, skills and shifts kept, reasons for what is left, as short as trying all orders."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dispatch.tour_solver import plan_tours
from app.dispatch.tours import Tour, TourCrew, Tours, Visit, WhyLeft

BASE = TourCrew("T1", 0.0, 0.0)
HOUR_S = 3600.0


def ways(visits: list[Visit], crews: list[TourCrew], speed_m_s: float = 10.0) -> np.ndarray:
    places = np.array([(one.x_m, one.y_m) for one in (*visits, *crews)])
    return np.abs(places[:, None, :] - places[None, :, :]).sum(axis=2) / speed_m_s


def planned(visits: list[Visit], crews: list[TourCrew]) -> Tours:
    found = plan_tours(tuple(visits), tuple(crews), ways(visits, crews), iterations=200)
    named = [stop.visit for tour in found.tours for stop in tour.stops] + [name for name, _ in found.left]
    assert sorted(named) == sorted(visit.id for visit in visits)
    for tour, crew in zip(found.tours, crews, strict=True):
        keeps_to_its_hours(tour, crew, {visit.id: visit for visit in visits})
    return found


def keeps_to_its_hours(tour: Tour, crew: TourCrew, visits: dict[str, Visit]) -> None:
    now_s = crew.from_s
    for stop in tour.stops:
        visit = visits[stop.visit]
        assert visit.skills <= crew.skills
        assert now_s <= stop.arrives_s <= stop.begins_s
        assert visit.from_s <= stop.begins_s <= visit.to_s
        assert stop.leaves_s == pytest.approx(stop.begins_s + visit.work_s)
        now_s = stop.leaves_s
    assert now_s <= tour.back_s <= crew.to_s


def test_one_crew_drives_out_and_back_along_the_street() -> None:
    visits = [Visit(f"V{x}", 1000.0 * x, 0.0, 600.0) for x in (3, 1, 2)]
    (tour,) = planned(visits, [BASE]).tours
    assert tour.drive_s == pytest.approx(600)
    assert [stop.visit for stop in tour.stops] in (["V1", "V2", "V3"], ["V3", "V2", "V1"])


def test_what_nobody_can_do_is_named_with_its_reason() -> None:
    visits = [
        Visit("good", 1000.0, 0.0, 600.0),
        Visit("welding", 1000.0, 0.0, 600.0, skills=frozenset({"weld"})),
        Visit("at night", 1000.0, 0.0, 600.0, from_s=0.0, to_s=5 * HOUR_S),
        Visit("far", 900_000.0, 0.0, 600.0),
    ]
    found = planned(visits, [BASE])
    assert dict(found.left) == {"welding": WhyLeft.SKILL, "at night": WhyLeft.WINDOW, "far": WhyLeft.WINDOW}


def test_where_there_is_not_time_for_all_the_weightier_are_done() -> None:
    visits = [Visit(f"V{number}", 100.0, 0.0, 4 * HOUR_S, weight=1.0 + number) for number in range(4)]
    found = planned(visits, [BASE])
    assert dict(found.left) == {"V0": WhyLeft.NO_TIME, "V1": WhyLeft.NO_TIME}


def test_skills_and_hours_decide_who_goes() -> None:
    weld = frozenset({"weld"})
    crews = [BASE, replace(BASE, id="T2", x_m=9000.0, skills=weld)]
    visits = [
        Visit("near T1 but welding", 500.0, 0.0, 600.0, skills=weld),
        Visit("early", 600.0, 0.0, 600.0, to_s=8.2 * HOUR_S),
        Visit("late", 8900.0, 0.0, 600.0, from_s=15 * HOUR_S),
    ]
    one, other = planned(visits, crews).tours
    assert [stop.visit for stop in one.stops] == ["early"]
    assert {stop.visit for stop in other.stops} == {"near T1 but welding", "late"}


def test_no_visits_and_no_crews_are_no_rounds() -> None:
    assert plan_tours((), (BASE,), np.zeros((1, 1))).tours[0].stops == ()
    visit = Visit("V", 0.0, 0.0, 1.0)
    assert plan_tours((visit,), (), np.zeros((1, 1))) == Tours((), (("V", WhyLeft.SKILL),))


def test_travel_times_of_another_shape_are_a_fault() -> None:
    with pytest.raises(ValueError, match=r"\(2, 2\)"):
        plan_tours((), (BASE,), np.zeros((2, 2)))


PLACES = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=5, unique=True)


@given(PLACES)
def test_a_small_round_is_as_short_as_the_shortest_of_all_orders(places: list[tuple[int, int]]) -> None:
    visits = [Visit(f"V{row}", 100.0 * x, 100.0 * y, 60.0) for row, (x, y) in enumerate(places)]
    travel_s = np.ceil(ways(visits, [BASE]))
    (tour,) = plan_tours(tuple(visits), (BASE,), travel_s, iterations=150).tours
    base = len(visits)
    best = min(
        sum(travel_s[one, other] for one, other in itertools.pairwise((base, *order, base)))
        for order in itertools.permutations(range(base))
    )
    assert tour.drive_s == best
