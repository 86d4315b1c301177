"""What stands in the corners: readable at every size, and never on each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QColor, QImage

from app.ui.map.content import MapContent
from app.ui.map.furniture import arrange, clear_of_legend, paint_furniture, rescaled
from app.ui.map.overview import overview_box
from app.ui.map.placing import Placer
from app.ui.map.qtdraw import painting
from app.ui.map.words import MapWords
from app.ui.theme import DARK, LIGHT, Theme
from gis.scene.build import build_scene
from gis.scene.view import Bounds, MapView

SIZES = ((1920, 1000), (584, 390), (584, 158), (420, 120))


@pytest.fixture(scope="module")
def content() -> MapContent:
    city = town(assumed=3)
    return MapContent.of(city, build_scene(city, town_layers()))


@pytest.mark.parametrize("m_per_px", [0.5, 2.0, 6.0, 30.0])
@pytest.mark.parametrize(("width_px", "height_px"), SIZES)
def test_nothing_stands_on_anything_else_or_beyond_the_edge(qapp, content, width_px, height_px, m_per_px) -> None:
    view, placer = MapView(EAST + 350, NORTH + 350, m_per_px, width_px, height_px), Placer(width_px, height_px)
    arranged = arrange(view, content, MapWords.current(), placer)
    boxes = [box for box in arranged.boxes if box[2] > box[0]]
    assert arranged.entries or m_per_px < 1, "a near view may show nothing that needs one"
    for box in boxes:
        assert box[1] >= 0, "nothing of it is cut off"
        assert box[3] <= height_px
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


@pytest.mark.parametrize("folded", [False, True])
def test_a_folded_legend_is_one_line_that_can_be_seen(qapp, content, folded: bool) -> None:
    view, words = MapView(EAST + 350, NORTH + 350, 6.0, 584, 390), MapWords.current()
    content = replace(content, legend_folded=folded)
    arranged = arrange(view, content, words, Placer(584, 390), foldable=True)
    whole = arrange(view, content, words, Placer(584, 390))
    assert whole.entries, "on paper it is never folded"
    assert [entry.text for entry in arranged.entries[1:]] == ([] if folded else [entry.text for entry in whole.entries])
    image = QImage(584, 390, QImage.Format.Format_RGB32)
    image.fill(QColor(DARK.map_ground))
    with painting(image) as painter:
        paint_furniture(painter, view, arranged, DARK, words)
    left, top = round(arranged.legend[0]), round(arranged.legend[1])
    spots = ((x, y) for x in range(left + 10, left + 34) for y in range(top, top + 30))
    assert any(image.pixelColor(x, y) == QColor(DARK.t2) for x, y in spots)


LEGEND = (12.0, 280.0, 150.0, 388.0)


@pytest.mark.parametrize(
    ("city_px", "moved_px"),
    [
        pytest.param((200, 200), (0, 0), id="beside-it-all-along"),
        pytest.param((250, 200), (0, 0), id="just-clear"),
        pytest.param((400, 130), (0, 0), id="above-it-all-along"),
        pytest.param((500, 260), (0, -26), id="as-far-up-as-there-is-room"),
        pytest.param((300, 300), (12, 0), id="to-the-right-where-that-is-less"),
        pytest.param((400, 200), (0, -32), id="up-until-it-is-clear"),
        pytest.param((400, 240), (62, 0), id="to-the-right-where-there-is-no-room-above"),
        pytest.param((590, 398), (0, 0), id="no-room"),
    ],
)
def test_the_whole_city_keeps_clear_of_the_legend(city_px: tuple[int, int], moved_px: tuple[int, int]) -> None:
    view = MapView(0.0, 0.0, 1.0, 600, 400)
    wide, high = city_px
    bounds = Bounds(-wide / 2, -high / 2, wide / 2, high / 2)
    moved = clear_of_legend(view, bounds, LEGEND)
    left, top = moved.to_px(bounds.x_min, bounds.y_max)
    assert (left - (600 - wide) / 2, top - (400 - high) / 2) == pytest.approx(moved_px)
    assert clear_of_legend(view, bounds, (12.0, 388.0, 12.0, 388.0)) == view, "there is none"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_scale_bar_is_read_over_anything(qapp, content, theme: Theme) -> None:
    """On ground as bright as its own ink, and as dark."""
    view = MapView(EAST, NORTH, 2.0, 800, 500)
    arranged = arrange(view, content, MapWords.current(), Placer(800, 500))
    for ground in ("#000000", "#808080", "#ffffff", theme.t2):
        image = QImage(800, 500, QImage.Format.Format_RGB32)
        image.fill(QColor(ground))
        with painting(image) as painter:
            paint_furniture(painter, view, arranged, theme, MapWords.current())
        pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(500, 800, 4)[..., :3].astype(int)
        left, top, right, bottom = (round(edge) for edge in arranged.bar)
        plate = pixels[top + 3 : bottom - 3, left + 3 : right - 3]
        lightest, darkest = plate.sum(axis=2).max() / 3, plate.sum(axis=2).min() / 3
        assert lightest - darkest > 90
        usual = np.median(plate.reshape(-1, 3), axis=0)
        assert np.abs(usual - [QColor(theme.bg1).blue(), QColor(theme.bg1).green(), QColor(theme.bg1).red()]).max() < 16


def test_where_nobody_has_chosen_a_legend_is_folded_that_would_cover_much_of_the_map(qapp, content) -> None:
    words, folded = MapWords.current(), {}
    assert content.legend_folded is None
    for width_px, height_px in ((1920, 1000), (420, 300), (300, 200)):
        view = MapView(EAST + 350, NORTH + 350, 6.0, width_px, height_px)
        arranged = arrange(view, content, words, Placer(width_px, height_px), foldable=True)
        left, top, right, bottom = arranged.legend
        assert (right - left) * (bottom - top) <= 0.2 * width_px * height_px
        folded[width_px] = arranged.folded
        opened = arrange(view, replace(content, legend_folded=False), words, Placer(1, 1), foldable=True)
        assert not opened.folded
    assert not folded[1920]
    assert folded[300]


def test_the_scale_bar_is_never_under_the_overview(qapp, content) -> None:
    """A long legend pushes it to the right; there the whole city stands small."""
    words = MapWords.current()
    for width_px in range(640, 1000, 40):
        view = MapView(EAST + 350, NORTH + 350, 0.2, width_px, 600)
        small = overview_box(view, content)
        assert small is not None
        arranged = arrange(view, replace(content, legend_folded=True), words, Placer(width_px, 600), foldable=True)
        for legend_px in (200.0, 300.0, 420.0):
            wide = replace(arranged, legend=(12.0, 500.0, 12.0 + legend_px, 588.0))
            bar = rescaled(wide, view, small).bar
            clear = bar[2] <= small[0] or bar[3] <= small[1]
            assert clear, (width_px, legend_px)
            assert bar[0] >= wide.legend[2]
            assert bar[2] <= width_px
    # On a map without an overview it is shorter, or stands over the legend, before it is cut off at the edge.
    view = MapView(EAST + 350, NORTH + 350, 13.0, 480, 400)
    whole = rescaled(replace(arranged, legend=(12.0, 200.0, 200.0, 388.0)), view, None)
    short = rescaled(replace(arranged, legend=(12.0, 200.0, 330.0, 388.0)), view, None)
    above = rescaled(replace(arranged, legend=(12.0, 200.0, 420.0, 388.0)), view, None)
    assert whole.bar_m > short.bar_m == above.bar_m
    assert [one.bar[3] <= 200.0 for one in (whole, short, above)] == [False, False, True]
    assert all(0 <= one.bar[0] < one.bar[2] <= 480 for one in (whole, short, above))
