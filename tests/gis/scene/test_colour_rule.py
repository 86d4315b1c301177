"""Rules for colours: bands spread over a scale, kept as text, and what is no rule is not taken for one."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.scene.colour_rule import COLOURS_OF, MOST_LIMITS, ColourRule, Ramp, sound
from gis.scene.map_style import NUMBERS, ColourBy, MapStyle

LIMITS = st.lists(st.integers(1, 4_000), min_size=1, max_size=MOST_LIMITS, unique=True).map(sorted).map(tuple)
RULES = st.builds(
    ColourRule,
    LIMITS,
    st.dictionaries(st.text(max_size=8), st.integers(1, 5), max_size=6).map(MappingProxyType),
    st.sampled_from(Ramp),
    st.booleans(),
)


@given(st.dictionaries(st.sampled_from(ColourBy), RULES))
def test_rules_survive_their_text_form(rules) -> None:
    style = MapStyle()
    for by, rule in rules.items():
        style = style.with_rule(by, rule)
    again = MapStyle.of_text(style.text())
    assert again == style
    assert all(style.with_rule(by, None).rules.keys() == rules.keys() - {by} for by in rules)


@given(RULES)
def test_each_band_has_a_colour_of_its_own(rule) -> None:
    levels = rule.levels().tolist()
    assert len(levels) == len(set(levels)) == len(rule.limits) + 1
    assert all(1 <= level <= COLOURS_OF[rule.ramp] for level in levels)
    assert levels == sorted(levels, reverse=rule.turned)


def test_few_bands_take_the_ends_of_a_scale() -> None:
    assert ColourRule((10,)).levels().tolist() == [1, 5]
    assert ColourRule((10,), turned=True).levels().tolist() == [5, 1]
    assert ColourRule((10,), ramp=Ramp.KINDS).levels().tolist() == [1, 2]
    assert ColourRule().levels().tolist() == [5]


@pytest.mark.parametrize("limits", [(), (0, 5), (5, 5), (9, 3), (1, 2, 3, 4, 5), (4_001,)])
def test_what_is_no_list_of_limits(limits) -> None:
    assert not sound(limits)


@pytest.mark.parametrize(
    "rule",
    [
        {"limits": [5, 3], "values": {}, "ramp": "ramp_size", "turned": False},
        {"limits": [5], "values": {}, "ramp": "rainbow", "turned": False},
        {"limits": [5], "values": {"PE": 9}, "ramp": "ramp_kinds", "turned": False},
        {"limits": [5]},
        "no rule",
    ],
)
def test_a_style_with_what_is_no_rule_is_no_style(rule) -> None:
    kept = json.loads(MapStyle().text()) | {"rules": {"age": rule}}
    assert MapStyle.of_text(json.dumps(kept)) is None


def test_rules_of_other_versions_are_left_out() -> None:
    rule = {"limits": [], "values": {}, "ramp": "ramp_size", "turned": False}
    kept = json.loads(MapStyle().text()) | {"rules": {"age": rule, "roughness": rule, "material": rule}}
    style = MapStyle.of_text(json.dumps(kept))
    assert style is not None
    assert set(style.rules) == {ColourBy.MATERIAL}, "a rule for numbers without limits would tell nothing"
    assert ColourBy.AGE in NUMBERS
    del kept["rules"]
    assert MapStyle.of_text(json.dumps(kept)) == MapStyle(), "kept before there were rules"
