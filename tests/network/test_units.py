"""Conversion at the boundary, and the signs of a wrong unit."""

import numpy as np
import pytest

from network.units import (
    diameter_text,
    factor,
    is_plastic,
    near_the_limit,
    outside_suspected,
    parse_diameter,
    suspect_depths,
    suspect_diameters,
    suspect_lengths,
    suspect_pressures,
    unit_names,
    unit_of,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("inch", "mm", 25.4),
        ("ft", "m", 0.3048),
        ("m", "mm", 1000.0),
        ("kPa", "MPa", 0.001),
        ("psi", "MPa", 0.006894757),
        ("MPa", "m", 101.97162),
        ("kPa", "m", 0.10197162),
        ("mH2O", "MPa", 0.00980665),
        ("m3/h", "m3/d", 24.0),
        ("l/s", "m3/s", 0.001),
        ("l", "m3", 0.001),
    ],
)
def test_factors(source, target, expected):
    assert factor(source, target) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("source", "target"), [("inch", "m3"), ("furlong", "m"), ("m", "MPa"), ("m", "")])
def test_units_that_do_not_go_together(source, target):
    with pytest.raises(ValueError, match="->"):
        factor(source, target)


def test_every_unit_is_its_own():
    for unit in unit_names():
        assert factor(unit, unit) == 1.0


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("dn_mm", "mm"),
        ("depth_m", "m"),
        ("storage_m3", "m3"),
        ("demand_m3_h", "m3/h"),
        ("pressure_mpa", "MPa"),
        ("turns", ""),
    ],
)
def test_units_end_names(column, unit):
    assert unit_of(column) == unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("300", (300.0, "")),
        ("DN300", (300.0, "nominal")),
        ("dn 300", (300.0, "nominal")),
        ("De315", (315.0, "outside")),
        ("φ63.5mm", (63.5, "")),
        ("D500毫米", (500.0, "")),
    ],
)
def test_diameters_as_people_write_them(text, expected):
    assert parse_diameter(text) == expected


@pytest.mark.parametrize("text", ["300×200", "", "DN", "砼", "DN300/200"])
def test_no_single_diameter(text):
    with pytest.raises(ValueError, match="^" + text[:2]):
        parse_diameter(text)


@pytest.mark.parametrize(
    ("material", "plastic"),
    [("PE100", True), ("hdpe", True), ("UPVC", True), ("聚乙烯管", True), ("DI", False), ("", False)],
)
def test_plastic(material, plastic):
    assert is_plastic(material) is plastic


def test_outside_diameters():
    dn_mm = np.array([110.0, 110.0, 110.0, 100.0, 560.0, 500.0, 560.0])
    outside = np.array([False, True, False, False, True, True, False])
    plastic = np.array([True, True, False, True, True, True, True])
    assert list(outside_suspected(dn_mm, outside, plastic)) == [True, False, False, False, False, False, True]
    assert list(near_the_limit(dn_mm, outside, plastic)) == [False, False, False, False, True, False, True]


@pytest.mark.parametrize(
    ("values", "unit", "rows", "mixed"),
    [
        ([4, 6, 8, 12], "inch", 4, False),
        ([0.3, 0.2, 1.2], "m", 3, False),
        ([100, 200, 6, 300], "inch", 1, True),
        ([100, 200, 0.3], "inch", 1, True),
        ([4, 0.3], "inch", 2, False),
    ],
)
def test_suspicious_diameters(values, unit, rows, mixed):
    found = suspect_diameters(np.array(values, dtype=float))
    assert found is not None
    assert (found.unit, int(found.rows.sum()), found.mixed) == (unit, rows, mixed)


@pytest.mark.parametrize("values", [[], [NAN], [0.0], [15, 20, 100, 1400], [100, 0, NAN]])
def test_sound_diameters(values):
    assert suspect_diameters(np.array(values, dtype=float)) is None


@pytest.mark.parametrize(
    ("values", "unit", "mixed"), [([120, 95], "cm", False), ([1200, 950], "mm", False), ([1.2, 120], "cm", True)]
)
def test_suspicious_depths(values, unit, mixed):
    found = suspect_depths(np.array(values, dtype=float))
    assert found is not None
    assert (found.unit, found.mixed) == (unit, mixed)


def test_sound_depths():
    assert suspect_depths(np.array([0.8, 1.2, NAN, 6.0])) is None


def test_pressures_in_two_units():
    found = suspect_pressures(np.array([0.3, 0.25, 0.28, 300.0, NAN, 0.0]))
    assert found is not None
    assert (found.unit, list(found.rows)) == ("kPa", [False, False, False, True, False, False])
    found = suspect_pressures(np.array([0.3, 300.0, 280.0]))
    assert found is not None
    assert (found.unit, list(found.rows)) == ("MPa", [True, False, False])
    for sound in ([0.3, 0.25], [300.0, 280.0], [20.0, 25.0], []):
        assert suspect_pressures(np.array(sound)) is None


def test_lengths_beside_the_drawing():
    drawn_m = np.array([100.0, 50.0, 200.0, 10.0, 0.5])
    for unit, metres in (("ft", 0.3048), ("km", 1000.0), ("mm", 0.001)):
        found = suspect_lengths(drawn_m / metres, drawn_m)
        assert found is not None
        assert (found.unit, found.mixed) == (unit, False)
    some = drawn_m.copy()
    some[:3] /= 0.3048
    found = suspect_lengths(some, drawn_m)
    assert found is not None
    assert (found.unit, found.mixed, int(found.rows.sum())) == ("ft", True, 3)
    assert suspect_lengths(drawn_m * 1.05, drawn_m) is None
    assert suspect_lengths(np.full(5, NAN), drawn_m) is None


def test_a_diameter_reads_as_the_trade_writes_it() -> None:
    assert diameter_text(300, outside=False) == "DN300"
    assert diameter_text(560, outside=True) == "De560"
    assert diameter_text(0, outside=True) == ""
