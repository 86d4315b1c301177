"""Mains by what is recorded of them: each rule against the tables, and colours that any eye tells apart."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from map_town import town
from test_map_shades import BLIND, lab

from app.ui.map.colouring import PRESSURE_STEPS_MPA, shades_by, shades_by_pressure
from app.ui.map.rule_levels import kinds_of, usual_rule
from app.ui.theme import THEMES, Theme
from gis.scene.colour_rule import COLOURS_OF, ColourRule, Ramp
from gis.scene.map_style import ColourBy
from network.assets import Condition, DeviceKind
from network.columns import CodedColumn
from network.topology import City, DeviceStates

YEAR = 2026
CITY = town()
PIPES = len(CITY.network.pipes)
TRITANOPIA = [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.303900],
]


def with_pipes(**columns: object) -> City:
    network = CITY.network
    return replace(CITY, network=replace(network, pipes=replace(network.pipes, **columns)))


def states(city: City = CITY) -> DeviceStates:
    return DeviceStates.recorded(city.network.devices)


def label(by: ColourBy, city: City, row: int, at: DeviceStates | None = None) -> str:
    shades = shades_by(by, city, at or states(city), YEAR)
    assert shades is not None
    level = int(shades.level[row])
    return shades.labels[level - 1] if level else ""


def test_nothing_has_no_levels(qapp) -> None:
    assert shades_by(ColourBy.NOTHING, CITY, states(), YEAR) is None


@pytest.mark.parametrize(
    ("dn_mm", "told"), [(0, ""), (100, "DN < 150"), (150, "DN 150–199"), (799, "DN 400–799"), (2400, "DN ≥ 800")]
)
def test_by_diameter(qapp, dn_mm, told) -> None:
    assert label(ColourBy.DIAMETER, with_pipes(dn_mm=np.full(PIPES, dn_mm, np.int16)), 3) == told


@pytest.mark.parametrize(
    ("year", "told"), [(0, ""), (2026, "< 10"), (2016, "10–19"), (1986, "≥ 40"), (1907, "≥ 40"), (2030, "< 10")]
)
def test_by_age(qapp, year, told) -> None:
    assert label(ColourBy.AGE, with_pipes(year=np.full(PIPES, year, np.int16)), 3) == told


def test_by_material_the_frequent_ones_alone_the_rest_together(qapp) -> None:
    names = [""] * 2 + [f"M{kind}" for kind in range(8) for _ in range(9 - kind)]
    names += ["M0"] * (PIPES - len(names))
    city = with_pipes(material=CodedColumn.of(names))
    shades = shades_by(ColourBy.MATERIAL, city, states(), YEAR)
    assert shades is not None
    assert shades.labels[: COLOURS_OF[Ramp.KINDS] - 1] == ("M0", "M1", "M2", "M3", "M4")
    assert label(ColourBy.MATERIAL, city, 0) == ""
    for row in range(2, PIPES):
        told = label(ColourBy.MATERIAL, city, row)
        assert told == (names[row] if names[row] in shades.labels else shades.labels[-1])
    assert not shades.widens


def test_areas_differ_from_the_next_and_unknown_ones_have_no_colour(qapp) -> None:
    city = with_pipes(dma=CodedColumn.of(["", "D1", "D2", "D3"] + ["D1"] * (PIPES - 4)))
    shades = shades_by(ColourBy.DMA, city, states(), YEAR)
    assert shades is not None
    assert shades.level[:5].tolist() == [0, 1, 2, 3, 1]


def test_the_worst_valve_tells(qapp) -> None:
    devices = CITY.network.devices
    condition = np.zeros(len(devices), np.int8)
    condition[:4] = [Condition.UNKNOWN, Condition.PASSING, Condition.INOPERABLE, Condition.OPERABLE]
    kind = devices.kind.copy()
    pipe = devices.pipe.copy()
    pipe[4], condition[4] = pipe[0], Condition.INOPERABLE
    kind[5], condition[5] = DeviceKind.AIR, Condition.INOPERABLE
    network = replace(CITY.network, devices=replace(devices, kind=kind, pipe=pipe))
    city = replace(CITY, network=network)
    at = replace(states(city), condition=condition)
    told = [label(ColourBy.CONDITION, city, int(row), at) for row in pipe[:6]]
    assert told == ["stuck", "passing", "stuck", "", "stuck", ""]


def test_critical_customers_are_counted(qapp) -> None:
    critical = np.zeros(len(CITY.customers), bool)
    critical[[0, 1, 2]] = True
    tap = CITY.customers.tap
    pipe = tap.pipe.copy()
    pipe[[0, 1]] = 7
    pipe[2] = -1
    customers = replace(CITY.customers, critical=critical, tap=replace(tap, pipe=pipe))
    city = replace(CITY, customers=customers)
    assert label(ColourBy.CRITICALITY, city, 7) == "2–3"
    assert label(ColourBy.CRITICALITY, city, 8) == ""


def by_rule(by: ColourBy, rule: ColourRule, city: City, at: DeviceStates | None = None) -> list[str]:
    """What the legend says of each main."""
    shades = shades_by(by, city, at or states(city), YEAR, rule)
    assert shades is not None
    assert shades.ramp == rule.ramp
    return [shades.labels[level - 1] if level else "" for level in shades.level.tolist()]


def test_limits_of_ones_own(qapp) -> None:
    dn_mm = np.resize(np.array([0, 99, 100, 250, 300, 9_000], np.int16), PIPES)
    told = by_rule(ColourBy.DIAMETER, ColourRule((100, 300), ramp=Ramp.KINDS), with_pipes(dn_mm=dn_mm))
    assert told[:6] == ["", "DN < 100", "DN 100–299", "DN 100–299", "DN ≥ 300", "DN ≥ 300"]
    year = np.resize(np.array([0, 2026, 2001, 2000, 2030], np.int16), PIPES)
    city = with_pipes(year=year)
    turned = ColourRule((25,), ramp=Ramp.LOSS, turned=True)
    assert by_rule(ColourBy.AGE, turned, city)[:5] == ["", "< 25", "≥ 25", "≥ 25", "< 25"]
    shades = shades_by(ColourBy.AGE, city, states(city), YEAR, turned)
    assert shades is not None
    assert shades.level[:3].tolist() == [0, 5, 1], "the youngest in the strongest colour, and the widest"
    assert shades.widens
    assert by_rule(ColourBy.CRITICALITY, ColourRule((3, 4)), CITY)[int(CITY.customers.tap.pipe[0])] == "1–2"


def test_values_of_ones_own(qapp) -> None:
    city = with_pipes(material=CodedColumn.of(["PE", "灰铸铁", "钢", "", "PE100"] + ["PE"] * (PIPES - 5)))
    rule = ColourRule(values={"PE": 3, "PE100": 3, "灰铸铁": 1, "木": 2}, ramp=Ramp.KINDS)
    assert by_rule(ColourBy.MATERIAL, rule, city)[:5] == ["PE, PE100", "灰铸铁", "", "", "PE, PE100"]
    assert [(kind.value, kind.mains) for kind in kinds_of(ColourBy.MATERIAL, city, None)] == [
        ("PE", PIPES - 4), ("PE100", 1), ("灰铸铁", 1), ("钢", 1)
    ]  # fmt: skip
    many = ColourRule(values={f"D{at}": 1 for at in range(9)}, ramp=Ramp.KINDS)
    areas = with_pipes(dma=CodedColumn.of(["D1"] * PIPES))
    assert by_rule(ColourBy.DMA, many, areas)[0] == "D0, D1, D2 +6"


def test_the_worst_condition_that_has_a_colour(qapp) -> None:
    devices = CITY.network.devices
    condition = np.full(len(devices), Condition.OPERABLE, np.int8)
    condition[:2] = [Condition.INOPERABLE, Condition.PASSING]
    pipe = devices.pipe.copy()
    pipe[1] = pipe[0]
    network = replace(CITY.network, devices=replace(devices, pipe=pipe))
    city = replace(CITY, network=network)
    at = replace(states(city), condition=condition)
    assert label(ColourBy.CONDITION, city, int(pipe[0]), at) == "stuck"
    passing = ColourRule(values={"passing": 1, "operable": 2}, ramp=Ramp.KINDS)
    told = by_rule(ColourBy.CONDITION, passing, city, at)
    assert told[int(pipe[0])] == "passing"
    assert told[int(pipe[2])] == "can be turned"
    counts = {kind.value: kind.mains for kind in kinds_of(ColourBy.CONDITION, city, at)}
    assert counts == {"inoperable": 1, "passing": 1, "unknown": 0, "operable": len(devices) - 2}


@pytest.mark.parametrize("by", [by for by in ColourBy if by is not ColourBy.NOTHING])
def test_the_usual_rule_written_down_is_the_usual_one(qapp, by: ColourBy) -> None:
    usual = shades_by(by, CITY, states(), YEAR)
    written = shades_by(by, CITY, states(), YEAR, usual_rule(by, CITY))
    assert usual is not None
    assert written is not None
    assert np.array_equal(usual.level, written.level)
    assert (usual.ramp, usual.widens) == (written.ramp, written.widens)
    assert usual.labels == written.labels or by is ColourBy.DMA


def test_pressure_is_amber_only_where_it_is_too_low(qapp) -> None:
    pressure_mpa = np.array([np.nan, 0.0, 0.17, 0.18, 0.25, 0.399, 0.40, 0.9])
    shades = shades_by_pressure(pressure_mpa)
    assert shades.level.tolist() == [0, 6, 6, 5, 4, 2, 1, 1]
    assert len(shades.labels) == len(PRESSURE_STEPS_MPA) + 1 == 6
    assert shades.labels[0] == "≥ 0.40"
    assert shades.labels[5] == "< 0.18"
    assert shades.labels[3] == "0.22–0.26"
    for theme in THEMES.values():
        assert shades.ink(theme, 6).name().upper() == theme.low.upper()


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("blind", [*BLIND, "tritanopia"])
def test_kinds_are_told_apart_by_every_eye(theme: Theme, blind: str, monkeypatch) -> None:
    monkeypatch.setitem(BLIND, "tritanopia", TRITANOPIA)
    seen = [lab(ink, blind) for ink in theme.ramp_kinds]
    assert min(np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)) > 22.0
    leak = lab(theme.leak, "none")
    assert min(np.linalg.norm(lab(ink, "none") - leak) for ink in theme.ramp_kinds) > 30.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("blind", BLIND)
def test_the_ramps_of_pressure_and_size_are_even_and_the_low_end_stands_out(theme: Theme, blind: str) -> None:
    assert theme.ramp_pressure[:-1] == theme.ramp_size
    assert theme.ramp_pressure[-1] == theme.low
    seen = [lab(ink, blind) for ink in theme.ramp_pressure]
    steps = np.abs(np.diff([ink[0] for ink in seen[:-1]]))
    assert steps.min() > 8.0
    assert steps.max() / steps.min() < 1.5
    assert min(np.linalg.norm(seen[-1] - other) for other in seen[:-1]) > 25.0
