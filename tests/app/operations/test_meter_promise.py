"""What an instrument must read so that the meters around it have what is promised."""

import pytest
from small_city import Draft, recorded

from app.operations.meter_promise import PROMISED_MPA, SERVICE_LOSS_M, MeterPromise
from app.telemetry.channels import Channel
from app.telemetry.quantities import Quantity
from network.lifted import LevelAreas
from network.supply import prepare
from network.units import M_HEAD_PER_MPA

LEAST_M = PROMISED_MPA * M_HEAD_PER_MPA + SERVICE_LOSS_M


def slope(high_m: float = 40.0) -> LevelAreas:
    """Plant - a (20 m high) - b - c, which stands *high_m* high, a customer there; farther off one still higher."""
    draft = (
        Draft().chain("a", "b", "c", "d", "e").source("S", node="a").customer("C1", pipe="bc").customer("C2", pipe="de")
    )
    for at, (name, height_m) in enumerate(zip("abcde", (20.0, 25.0, high_m, 60.0, 80.0), strict=True)):
        draft.node(name, at * 140.0, 0.0, height_m)
    city = draft.city()
    return LevelAreas.of(prepare(city, recorded(city)))


def gauge(**of: object) -> Channel:
    return Channel("PT-1", "1", Quantity.PRESSURE, "MPa", **of)  # type: ignore[arg-type]


def test_a_meter_uphill_asks_for_more_and_one_downhill_for_nothing() -> None:
    areas = slope()
    promise, area = MeterPromise(areas), int(areas.of_segment[0])
    here = gauge(x_m=0.0, y_m=0.0, elevation_m=20.0)
    assert promise.at_instrument_m(here, area) == pytest.approx(LEAST_M + 20.0)
    above = gauge(x_m=0.0, y_m=0.0, elevation_m=50.0)
    assert promise.at_instrument_m(above, area) == pytest.approx(LEAST_M)


def test_what_another_pump_lifts_does_not_count() -> None:
    promise = MeterPromise(slope())
    assert promise.at_instrument_m(gauge(x_m=0.0, y_m=0.0, elevation_m=20.0), -7) == pytest.approx(LEAST_M)


@pytest.mark.parametrize("of", [{}, {"x_m": 0.0, "y_m": 0.0}, {"x_m": 9e5, "y_m": 0.0, "elevation_m": 5.0}])
def test_without_a_place_a_height_or_a_customer_near_the_promise_stands_alone(of: dict[str, float]) -> None:
    areas = slope(float("nan"))
    assert MeterPromise(areas).at_instrument_m(gauge(**of), int(areas.of_segment[0])) == pytest.approx(LEAST_M)
