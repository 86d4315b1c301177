"""A unit that is mistaken from the first reading on is told by range, network and neighbours; nothing else is."""

import time
from dataclasses import replace

import pytest

from app.messages import LANGUAGES, load_words
from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.expectation import Basis, Known, Suspicion, suspicions
from app.telemetry.quantities import MISTAKES, Quantity
from app.telemetry.sites import Site

RATIOS = [ratio for each in MISTAKES for ratio in (each, 1.0 / each)]
ELEVATION_M = (10.0, 14.0, 21.0, 5.0, 30.0, 12.0)
HEAD_M = 55.0
PRESSURES = tuple(Channel(f"PT-{at}", "", Quantity.PRESSURE, "MPa") for at in range(len(ELEVATION_M)))
SITES = {f"PT-{at}": Site(f"PT-{at}", "A", height_m, 62.0 - height_m) for at, height_m in enumerate(ELEVATION_M)}


def known(middle: float) -> Known:
    return Known(middle, middle * 0.9, middle * 1.1)


def heads(**times: float) -> dict[int, Known]:
    """What all read under one head, but for those that read so many times as much."""
    true_m = {at: HEAD_M - at * 0.7 - height_m for at, height_m in enumerate(ELEVATION_M)}
    return {at: known(pressure_m * times.get(f"pt_{at}", 1.0)) for at, pressure_m in true_m.items()}


def told(
    channels: tuple[Channel, ...], readings: dict[int, Known], sites: dict[str, Site], *doubted: str
) -> dict[int, Suspicion]:
    return suspicions(Channels(channels), readings, sites, lambda name: name in doubted)


def test_sound_instruments_are_not_suspected() -> None:
    assert told(PRESSURES, heads(), SITES) == {}


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("row", range(len(ELEVATION_M)))
def test_a_new_pressure_is_compared_with_those_around_it(row: int, ratio: float) -> None:
    found = told(PRESSURES, heads(**{f"pt_{row}": ratio}), SITES)
    assert list(found) == [row]
    # Ten times and 9.81 times are not told apart by what neighbours let expect.
    assert found[row].ratio == pytest.approx(ratio, rel=0.03)
    assert found[row].band.basis is (Basis.NETWORK if ratio > 1.0 else Basis.AROUND)


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_whole_feed_in_a_wrong_unit_is_told_by_what_sources_can_bring(ratio: float) -> None:
    found = told(PRESSURES, heads(**{f"pt_{at}": ratio for at in range(len(ELEVATION_M))}), SITES)
    assert list(found) == list(range(len(ELEVATION_M)))
    for one in found.values():
        assert one.ratio == pytest.approx(ratio, rel=0.03)
        assert one.band.basis is Basis.NETWORK


def test_what_is_in_doubt_is_no_measure_of_others() -> None:
    """Three of four neighbours read a tenth: which of them are wrong is not for a majority to say."""
    tenth = {f"pt_{at}": 0.1 for at in (1, 2, 3)}
    some = {at: one for at, one in heads(**tenth).items() if at < 5}
    doubted = ("PT-1", "PT-2", "PT-3")
    assert 0 not in told(PRESSURES, some, SITES, *doubted)
    assert 4 not in told(PRESSURES, some, SITES, *doubted)


@pytest.mark.parametrize("pressure_m", [0.0, -0.4, 9.0, 18.0, 60.0])
def test_low_and_high_pressure_is_no_unit(pressure_m: float) -> None:
    """Of a shut main, of a gauge that stands low, of a town where much is drawn."""
    assert told(PRESSURES, heads() | {0: known(pressure_m)}, SITES) == {}


def test_an_hour_beyond_is_no_unit_where_it_was_otherwise_before() -> None:
    """Nearly all that is known of it must lie beyond: 4 m for an hour is a shut main."""
    assert told(PRESSURES, heads() | {0: Known(4.1, 4.0, 41.0)}, SITES) == {}
    assert list(told(PRESSURES, heads() | {0: Known(4.1, 4.0, 4.5)}, SITES)) == [0]


def test_without_heights_those_of_one_dma_are_compared_and_without_a_dma_nobody() -> None:
    in_dma = tuple(replace(one, dma_id="D1") for one in PRESSURES)
    assert list(told(in_dma, heads(pt_2=10.0), {})) == [2]
    assert told(PRESSURES, heads(pt_2=10.0), {}) == {}
    # Two others are too few to go by.
    assert told(in_dma[:3], {at: one for at, one in heads(pt_2=10.0).items() if at < 3}, {}) == {}


def test_what_a_house_s_own_pumps_hold_up_is_compared_with_nothing() -> None:
    lifted = replace(PRESSURES[0], dma_id="D1", role=Role.OUTLET, station_id="E1")
    channels = (lifted, *(replace(one, dma_id="D1") for one in PRESSURES[1:]))
    assert told(channels, heads() | {0: known(290.0)}, {}) == {}


@pytest.mark.parametrize(
    ("quantity", "others", "wrong", "ratio"),
    [
        (Quantity.ACIDITY, (7.2, 7.4, 7.3, 7.6), 0.74, 0.1),
        (Quantity.ACIDITY, (7.2, 7.4, 7.3, 7.6), 7.9, None),
        (Quantity.TEMPERATURE, (18.0, 19.5, 17.0, 18.2), 1.9, 0.1),
        (Quantity.TEMPERATURE, (4.0, 5.5, 3.0, 6.0), 0.4, None),
        (Quantity.CHLORINE, (0.4, 0.5, 0.3, 0.6), 500.0, 1000.0),
        (Quantity.CHLORINE, (0.4, 0.5, 0.3, 0.6), 0.04, None),
        (Quantity.TURBIDITY, (0.2, 0.3, 0.2, 0.3), 3.0, None),
    ],
)
def test_qualities_of_water_are_compared_with_all_others(
    quantity: Quantity, others: tuple[float, ...], wrong: float, ratio: float | None
) -> None:
    """Chlorine that is used up and turbidity are not: they differ tenfold in truth."""
    unit = {Quantity.ACIDITY: "pH", Quantity.TEMPERATURE: "°C", Quantity.TURBIDITY: "NTU"}.get(quantity, "mg/L")
    channels = tuple(Channel(f"Q-{at}", "", quantity, unit) for at in range(5))
    found = told(channels, {at: known(value) for at, value in enumerate((*others, wrong))}, {})
    expected = {} if ratio is None else {4: pytest.approx(ratio, rel=0.03)}
    assert {at: one.ratio for at, one in found.items()} == expected


def test_a_range_that_is_set_up_tells_by_itself() -> None:
    level = Channel("LT-1", "", Quantity.LEVEL, "m", lowest=0.5, highest=6.0)
    (found,) = told((level,), {0: known(3200.0)}, {}).values()
    assert (found.ratio, found.band.basis) == (1000.0, Basis.RANGE)
    (found,) = told((level,), {0: known(0.3)}, {}).values()
    assert found.ratio == pytest.approx(0.1, rel=0.03)
    assert told((level,), {0: known(2.0)}, {}) == {}
    # What no ratio brings into its range is no unit.
    assert told((replace(level, lowest=5.0),), {0: known(7.5)}, {}) == {}


@pytest.mark.parametrize(("ratio", "is_told"), [(1000.0, True), (100.0, True), (10.0, False), (0.1, False)])
def test_without_a_range_there_is_what_instruments_of_the_kind_can_mean(ratio: float, *, is_told: bool) -> None:
    """A tank of forty metres may be one."""
    found = told((Channel("LT-1", "", Quantity.LEVEL, "m"),), {0: known(4.2 * ratio)}, {})
    assert {at: (one.ratio, one.band.basis) for at, one in found.items()} == (
        {0: (ratio, Basis.KIND)} if is_told else {}
    )
    assert told((Channel("ST-1", "", Quantity.STATE, ""),), {0: known(4e8)}, {}) == {}


def test_a_flow_beyond_what_its_main_carries() -> None:
    meter, site = Channel("FT-1", "", Quantity.FLOW, "m3/h"), {"FT-1": Site("FT-1", most=0.157)}
    assert told((meter,), {0: known(0.02)}, site) == {}
    (found,) = told((meter,), {0: known(20.0)}, site).values()
    assert (found.ratio, found.band.basis) == (1000.0, Basis.NETWORK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_basis_has_its_words(language: str) -> None:
    assert set(load_words(language).sections["unit_basis"]) == {basis.value for basis in Basis}


def test_thousands_of_pressures_are_compared_in_a_moment() -> None:
    """The recorder looks at them while alarms wait."""
    count = 5_000
    channels = tuple(Channel(f"PT-{at}", "", Quantity.PRESSURE, "MPa") for at in range(count))
    sites = {one.id: Site(one.id, "A", at % 30, 60.0 - at % 30) for at, one in enumerate(channels)}
    readings = {at: known(52.0 - at % 30 + at % 7) for at in range(count)} | {17: known(430.0), 18: known(3.4)}
    held = Channels(channels)
    began_s = time.process_time()
    found = suspicions(held, readings, sites, lambda _: False)
    assert time.process_time() - began_s < 1.0
    assert list(found) == [17, 18]


@pytest.mark.parametrize("count", [3, 4, 5, 8])
def test_an_instrument_is_no_measure_of_itself(count: int) -> None:
    """The middle of the others, by the order of what all read."""
    channels = tuple(Channel(f"T-{at}", "", Quantity.TEMPERATURE, "°C") for at in range(count))
    readings = {at: known(38.0 + 2.0 * at) for at in range(count - 1)} | {count - 1: known(4.1)}
    found = told(channels, readings, {})
    if count < 4:
        assert found == {}
        return
    assert list(found) == [count - 1]
    others = sorted(one.middle for at, one in readings.items() if at != count - 1)
    middle = (others[(count - 2) // 2] + others[(count - 1) // 2]) / 2
    assert found[count - 1].band.low == pytest.approx(middle - 12.0)
