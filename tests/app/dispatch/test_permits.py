"""Who may enter a chamber: limits to the last digit, and for how long a reading stands."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from app.dispatch.permits import (
    READINGS,
    VALID_MS,
    Breach,
    ChamberState,
    GasReading,
    breaches_of,
    chamber_state,
    is_fresh,
    latest,
    permit_of,
)

AIR = GasReading(20.9, 0.0, 0.0, 0.0, read_ms=0)


@pytest.mark.parametrize(
    ("name", "value", "breaches"),
    [
        ("oxygen_percent", 19.5, ()),
        ("oxygen_percent", 19.49, (Breach.OXYGEN_LOW,)),
        ("oxygen_percent", 23.5, ()),
        ("oxygen_percent", 23.51, (Breach.OXYGEN_HIGH,)),
        ("oxygen_percent", 0.0, (Breach.OXYGEN_LOW,)),
        ("combustible_lel_percent", 9.9, ()),
        ("combustible_lel_percent", 10.0, (Breach.COMBUSTIBLE,)),
        ("h2s_mg_m3", 10.0, ()),
        ("h2s_mg_m3", 10.1, (Breach.H2S,)),
        ("co_mg_m3", 20.0, ()),
        ("co_mg_m3", 20.1, (Breach.CO,)),
        ("co_mg_m3", 30.0, (Breach.CO,)),
    ],
)
def test_each_gas_has_its_limit(name: str, value: float, breaches: tuple[Breach, ...]) -> None:
    assert breaches_of(replace(AIR, **{name: value}), ventilated=True) == breaches


def test_a_chamber_that_was_not_ventilated_is_not_entered_however_good_the_air_is() -> None:
    assert breaches_of(AIR, ventilated=False) == (Breach.NOT_VENTILATED,)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    foul = GasReading(15.0, 40.0, 80.0, 120.0, read_ms=0)
    told = breaches_of(foul, ventilated=False)
    assert set(told) == set(Breach) - {Breach.OXYGEN_HIGH}


GASES = st.tuples(st.floats(0.0, 30.0), st.floats(0.0, 100.0), st.floats(0.0, 200.0), st.floats(0.0, 500.0))


@soak_examples(5_000)
@given(GASES)
def test_nobody_enters_where_any_gas_is_out_of_limits(gases: tuple[float, float, float, float]) -> None:
    oxygen, lel, h2s, co = gases
    safe = 19.5 <= oxygen <= 23.5 and lel < 10.0 and h2s <= 10.0 and co <= 20.0
    assert (not breaches_of(GasReading(*gases, read_ms=0), ventilated=True)) == safe


@soak_examples(5_000)
@given(GASES, st.sampled_from(READINGS[1:]), st.floats(0.0, 1_000.0))
def test_more_of_a_bad_gas_never_opens_the_lid(
    gases: tuple[float, float, float, float], name: str, more: float
) -> None:
    reading = GasReading(*gases, read_ms=0)
    worse = replace(reading, **{name: getattr(reading, name) + more})
    assert set(breaches_of(reading, ventilated=True)) <= set(breaches_of(worse, ventilated=True))


@pytest.mark.parametrize("name", READINGS)
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, 1e9])
def test_what_no_instrument_shows_is_no_reading(name: str, value: float) -> None:
    assert replace(AIR, **{name: value}).impossible == name
    assert AIR.impossible == ""


@given(st.integers(-10 * VALID_MS, 10 * VALID_MS))
def test_a_reading_stands_for_half_an_hour(age_ms: int) -> None:
    assert is_fresh(AIR, age_ms) == (-120_000 <= age_ms <= VALID_MS)


def body(reading: GasReading, refused: tuple[str, ...] = (), valve: str = "V1") -> dict[str, object]:
    told = {name: getattr(reading, name) for name in READINGS}
    return {
        **told,
        "valve": valve,
        "read_ms": reading.read_ms,
        "instrument": "7",
        "ventilated": True,
        "refused": refused,
    }


def test_the_last_reading_of_a_chamber_counts_and_it_grows_old() -> None:
    good = permit_of(("a", 1), 0, "1", body(AIR))
    foul = permit_of(("a", 2), 60_000, "2", body(replace(AIR, co_mg_m3=90.0, read_ms=60_000), ("co",)))
    again = permit_of(("a", 3), 120_000, "3", body(replace(AIR, read_ms=120_000)))
    elsewhere = permit_of(("a", 4), 180_000, "4", body(AIR, valve="V2"))
    assert chamber_state(latest([elsewhere], "V1"), 0) is ChamberState.NONE
    assert chamber_state(latest([good], "V1"), 60_000) is ChamberState.GIVEN
    assert chamber_state(latest([good, foul, elsewhere], "V1"), 60_000) is ChamberState.REFUSED
    last = latest([again, good, foul], "V1")
    assert last is not None
    assert chamber_state(last, last.ends_ms) is ChamberState.GIVEN
    assert chamber_state(last, last.ends_ms + 1) is ChamberState.EXPIRED
    assert chamber_state(foul, 10 * VALID_MS) is ChamberState.REFUSED, "foul air does not mend by waiting"


def test_a_body_that_gives_leave_against_its_own_figures_gives_none() -> None:
    forged = permit_of(("a", 1), 0, "1", body(replace(AIR, oxygen_percent=12.0)))
    assert forged.refused == (Breach.OXYGEN_LOW,)
    assert permit_of(("a", 1), 0, "1", body(AIR, ("not_ventilated",))).refused == (Breach.NOT_VENTILATED,)
