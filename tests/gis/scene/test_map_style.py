"""Choices of layers: they narrow, keep what must be seen, survive their text form, and bad text is no style."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.scene.detail import MapLayer
from gis.scene.map_style import ALWAYS_ON, LEAST_OPACITY, ORDERED, ColourBy, MapStyle, Preset, preset

LAYERS = st.sampled_from(MapLayer)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("shown"), LAYERS, st.booleans()),
        st.tuples(st.just("strength"), LAYERS, st.floats(0, 1)),
        st.tuples(st.just("until"), LAYERS, st.sampled_from([0.5, 1.0, 3.0, 8.0, math.inf])),
        st.tuples(st.just("moved"), LAYERS, st.integers(-12, 12)),
    ),
    max_size=12,
)


def changed(changes: list[tuple[str, MapLayer, float]]) -> MapStyle:
    style = MapStyle()
    for what, layer, value in changes:
        match what:
            case "shown":
                style = style.with_shown(layer, shown=bool(value))
            case "strength":
                style = style.with_strength(layer, value)
            case "until":
                style = style.with_until(layer, value)
            case _:
                style = style.moved(layer, int(value))
    return style


@given(CHANGES, st.sampled_from(ColourBy))
def test_every_choice_survives_its_text_form(changes, by) -> None:
    style = changed(changes)
    again = MapStyle.of_text(style.text())
    assert again == style
    assert sorted(style.order) == sorted(ORDERED)
    assert not style.hidden & ALWAYS_ON
    assert all(LEAST_OPACITY <= share < 1 for share in style.opacity.values())


@given(CHANGES, LAYERS, st.floats(0.02, 100))
def test_a_choice_narrows_with_distance_and_never_hides_the_mains(changes, layer, m_per_px) -> None:
    style = changed(changes)
    if style.shows(layer, m_per_px):
        assert style.shows(layer, m_per_px / 2)
    assert style.shows(MapLayer.MAINS, m_per_px)


@given(CHANGES, st.sampled_from(ORDERED))
def test_up_and_down_again_is_where_it_was(changes, layer) -> None:
    style = changed(changes)
    if layer is not style.order[-1]:
        higher = style.moved(layer, 1)
        assert higher.order.index(layer) == style.order.index(layer) + 1
        assert higher.moved(layer, -1) == style


def test_a_layer_that_has_no_place_in_the_order_keeps_none() -> None:
    assert MapStyle().moved(MapLayer.NAMES, 1) == MapStyle()


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "{}", "null", '{"order": 1}', '{"order": [], "hidden": [], "opacity": {}}']
)
def test_what_is_no_style_is_none(text) -> None:
    assert MapStyle.of_text(text) is None


def test_a_style_of_another_version_is_taken_as_far_as_it_is_known() -> None:
    text = (
        '{"order": ["valves", "cables", "ground"], "hidden": ["roads", "cables", "mains"],'
        ' "opacity": {"roads": 0.5, "cables": 1, "ground": 7}, "until": {"valves": 1, "mains": 1, "x": 2},'
        ' "colour_by": "age"}'
    )
    style = MapStyle.of_text(text)
    assert style is not None
    assert style.hidden == {MapLayer.ROADS}
    assert dict(style.opacity) == {MapLayer.ROADS: 0.5}
    assert dict(style.until_m_per_px) == {MapLayer.VALVES: 1.0}
    assert sorted(style.order) == sorted(ORDERED)
    assert style.order.index(MapLayer.VALVES) < style.order.index(MapLayer.GROUND)


def test_presets_differ_and_dispatch_is_the_usual() -> None:
    styles = [preset(which) for which in Preset]
    assert preset(Preset.DISPATCH) == MapStyle()
    assert all(one != other for at, one in enumerate(styles) for other in styles[:at])
    assert preset(Preset.AGE).colour_by is ColourBy.AGE
    assert MapLayer.ZONES not in preset(Preset.PRESSURE).hidden
