"""Mains coloured by a figure: where, how, in which order; and ramps that anybody can tell apart."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from map_town import BLOCK_M, EAST, NORTH, town, town_layers
from PySide6.QtGui import QColor, QImage

from app.ui import fonts
from app.ui.map.canvas import MapCanvas
from app.ui.map.content import MapContent
from app.ui.map.furniture import legend_entries
from app.ui.map.picture import paint_picture, view_for
from app.ui.map.shades import PipeShades
from app.ui.map.words import MapWords
from app.ui.theme import DARK, THEMES, Theme
from gis.scene.build import build_scene
from gis.scene.scene import DnClass
from gis.scene.view import Bounds

STREETS = 8
AROUND = Bounds(EAST + 200, NORTH + 100, EAST + 500, NORTH + 400)

# Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009), 1291-1298: full deuteranopia and protanopia, linear RGB.
BLIND = {
    "none": np.eye(3),
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}


@pytest.fixture(scope="module")
def content(qapp) -> MapContent:
    fonts.load_fonts()
    city = town(STREETS)
    return MapContent.of(city, build_scene(city, town_layers(STREETS)))


def shades_of(content: MapContent, **levels: int) -> PipeShades:
    level = np.zeros(len(content.city.network.pipes), np.uint8)
    for pipe, value in levels.items():
        level[content.city.network.pipes.ids.find(pipe)] = value
    return PipeShades(level, "ramp_loss", "lost", ("1–9", "10–49", "50–199", "200–999", "≥ 1000"))


def east_west(street: int, step: int) -> str:
    return f"P{street * (STREETS - 1) + step}"


def probe(content: MapContent, street: int, step: int, theme: Theme = DARK) -> tuple[QImage, QColor]:
    """The picture, and the pixel at a fifth of an east-west main's length from its east end."""
    image = paint_picture(content, 600, 600, theme, bounds=AROUND)
    view = view_for(content, 600, 600, AROUND)
    x, y = view.to_px(EAST + (step + 0.8) * BLOCK_M, NORTH + street * BLOCK_M)
    return image, image.pixelColor(round(x), round(y))


@pytest.mark.parametrize("level", [1, 3, 5])
@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_a_main_has_the_colour_of_its_level(content, level, theme) -> None:
    shades = shades_of(content, **{east_west(2, 3): level})
    _, ink = probe(replace(content, shades=shades), 2, 3, theme)
    assert ink == shades.ink(theme, level)


def test_what_has_no_level_steps_back_and_comes_again(content) -> None:
    ground = QColor(DARK.map_ground).lightness()
    _, plain = probe(content, 1, 3)
    _, faint = probe(replace(content, shades=shades_of(content, **{east_west(2, 3): 5})), 1, 3)
    assert ground < faint.lightness() < plain.lightness()
    _, again = probe(replace(content, shades=None), 1, 3)
    assert again == plain


def test_the_greatest_lie_on_top_and_are_the_widest(content) -> None:
    scene = content.scene
    shades = shades_of(content, **{east_west(2, step): 1 + step % 5 for step in range(7)})
    bounds = Bounds(-1e6, -1e6, 1e6, 1e6)
    drawn = list(shades.chunks(scene.mains, bounds, DnClass.FROM_200, 3))
    levels = [level for level, _ in drawn]
    assert levels == sorted(levels)
    assert set(levels) == {0, 1, 2, 3, 4, 5}
    assert all(len(part) <= 3 for _, part in drawn)
    assert sum(len(part) for _, part in drawn) == scene.mains.count(bounds, DnClass.FROM_200)
    assert shades.width_px(1.0, 5) > shades.width_px(1.0, 1) > shades.width_px(1.0, 0) == 1.0


def test_the_legend_tells_the_levels_the_greatest_first(content) -> None:
    shades = shades_of(content, P0=1)
    texts = [
        entry.text
        for entry in legend_entries(
            view_for(content, 600, 600, AROUND), replace(content, shades=shades), MapWords.current()
        )
    ]
    assert texts[:6] == ["lost", "≥ 1000", "200–999", "50–199", "10–49", "1–9"]


def test_the_canvas_paints_anew_when_shades_come_and_go(content, qtbot) -> None:
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.set_shades(shades_of(content, P0=1))
    assert canvas.content is None
    canvas.set_city(content.city, content.scene)
    shades = shades_of(content, P0=2)
    canvas.set_shades(shades)
    assert canvas.content.shades is shades
    style = canvas.store.style(canvas.content, DARK)
    canvas.set_shades(shades)
    assert canvas.store.style(canvas.content, DARK) == style
    canvas.set_shades(None)
    assert canvas.content.shades is None
    assert canvas.store.style(canvas.content, DARK) != style


def lab(colour: str, blind: str) -> np.ndarray:
    """CIE L*a*b* (D65) of *colour* as somebody with *blind* sees it."""
    value = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(BLIND[blind]) @ linear, 0.0, 1.0)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen
    t = xyz / [0.95047, 1.0, 1.08883]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("blind", BLIND)
def test_steps_of_the_ramp_are_even_for_every_eye(theme: Theme, blind: str) -> None:
    seen = [lab(ink, blind) for ink in theme.ramp_loss]
    lightness = np.array([ink[0] for ink in seen])
    steps = np.abs(np.diff(lightness))
    assert (np.sign(np.diff(lightness)) == (1 if theme.dark else -1)).all()
    assert steps.min() > 9.0
    assert steps.max() / steps.min() < 1.5
    apart = [np.linalg.norm(one - other) for one, other in itertools.pairwise(seen)]
    assert min(apart) > 10.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_every_level_stands_out_from_the_ground_and_from_what_steps_back(theme: Theme) -> None:
    ground, pipe = lab(theme.map_ground, "none"), lab(theme.map_pipe, "none")
    for ink in theme.ramp_loss:
        assert np.linalg.norm(lab(ink, "none") - ground) > 24.0
        assert np.linalg.norm(lab(ink, "none") - (ground + pipe) / 2) > 14.0
