import numpy as np

from app.telemetry.bursts.night_flow import DAY_MS, TICK_MS, areas_of, inflow_told, nights
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity

MIDNIGHT = 20_000 * DAY_MS - 8 * 3_600_000
"""In the city."""


def day_of(flows: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Inflow of some days: by day 500 m³/h, from two to four at night what *flows* says."""
    at_ms = MIDNIGHT + np.arange(len(flows) * 96, dtype=np.int64) * TICK_MS
    slot = np.arange(len(at_ms)) % 96
    inflow = np.where((slot >= 8) & (slot < 16), np.repeat(flows, 96), 500.0)
    return at_ms, inflow


def test_a_night_is_its_lowest_hours_and_unknown_where_half_of_it_is_missing() -> None:
    at_ms, inflow = day_of([100.0, 110.0, 120.0])
    inflow[96 + 8 : 96 + 13] = np.nan
    found = nights(at_ms, inflow)
    assert found[[0, 2]].tolist() == [100.0, 120.0]
    assert np.isnan(found[1])
    assert len(nights(at_ms[:0], inflow[:0])) == 0


def test_a_high_night_stands_out_against_those_before_and_the_balance_is_told_since_a_moment() -> None:
    at_ms, inflow = day_of([100.0, 104.0, 98.0, 102.0, 101.0, 99.0, 103.0, 160.0])
    since = int(at_ms[7 * 96])
    inflow[at_ms >= since] += np.where(inflow[at_ms >= since] == 500.0, 60.0, 0.0)
    told = inflow_told("D1", at_ms, inflow, since)
    assert (told.night_m3_h, told.usual_m3_h) == (160.0, 101.0)
    assert told.is_high
    assert 55.0 < told.over_m3_h < 65.0
    usual = inflow_told("D1", at_ms[: 7 * 96], inflow[: 7 * 96], since)
    assert not usual.is_high
    assert np.isnan(usual.over_m3_h)


def test_few_nights_say_nothing_of_what_is_usual() -> None:
    told = inflow_told("D1", *day_of([100.0, 300.0]), MIDNIGHT + DAY_MS)
    assert np.isnan(told.usual_m3_h)
    assert not told.is_high


def test_meters_make_up_their_dma_or_the_whole_city() -> None:
    flow = {"quantity": Quantity.FLOW, "unit": "m3/h"}
    channels = Channels(
        (
            Channel("F1", "", **flow, dma_id="D1"),
            Channel("F2", "", **flow, station_id="W1"),
            Channel("F3", "", **flow, dma_id="D1"),
            Channel("F4", "", **flow),
            Channel("P1", "", Quantity.PRESSURE, "MPa", dma_id="D1"),
        )
    )
    assert areas_of(channels) == {"D1": ("F1", "F3"), "": ("F2",)}
