from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from app.ui.map import plan_lines
from app.ui.map.placing import Placer
from app.ui.map.plan_lines import avoid_plan_lines, paint_plan_lines, segments_of, spread, visible
from app.ui.map.qtdraw import painting
from app.ui.theme import DARK
from gis.scene.lines import Polylines
from gis.scene.plan_picture import PlanPicture
from gis.scene.view import Bounds, MapView

VIEW = MapView(100.0, 100.0, 1.0, 200, 200)
ZIGZAG = Polylines.of([np.array([[20.0, 100], [100, 120], [180, 100]]), np.array([[20.0, 40], [180, 40]])])


def painted(plan: PlanPicture) -> QImage:
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(0x1A1C1E)
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_plan_lines(painter, VIEW, plan, DARK)
    return image


@pytest.mark.parametrize("kind", ["isolated", "unintended", "on_storage", "path"])
def test_many_lines_look_as_few_do(qapp, kind, monkeypatch) -> None:
    plan = PlanPicture(**{kind: ZIGZAG})
    few = painted(plan)
    monkeypatch.setattr(plan_lines, "_MOST_STROKED", 0)
    many = painted(plan)
    differs = sum(
        abs(few.pixelColor(x, y).lightness() - many.pixelColor(x, y).lightness()) > 60
        for x in range(200)
        for y in range(200)
    )
    inked = sum(few.pixelColor(x, y).lightness() > 60 for x in range(200) for y in range(200))
    assert inked > 300
    assert differs < 0.25 * inked if kind in ("unintended", "path") else differs < 0.05 * inked


def test_lines_stand_on_a_broad_pale_strip(qapp) -> None:
    image = painted(PlanPicture(isolated=ZIGZAG))
    assert image.pixelColor(100, 160).name() == DARK.leak.lower()
    strip, beyond = image.pixelColor(100, 155), image.pixelColor(100, 148)
    assert beyond.name() == "#1a1c1e"
    assert beyond.red() < strip.red() < image.pixelColor(100, 160).red()


def test_water_from_storage_is_a_double_line(qapp) -> None:
    image = painted(PlanPicture(on_storage=ZIGZAG))
    column = [image.pixelColor(100, y).lightness() for y in range(154, 167)]
    peaks = [i for i in range(1, 12) if column[i] > 80 and column[i] >= max(column[i - 1], column[i + 1])]
    assert len({i // 3 for i in peaks}) >= 2


def test_only_lines_that_touch_the_view_are_looked_at() -> None:
    xy_m, starts = visible(ZIGZAG, Bounds(0, 0, 200, 60))
    assert xy_m.tolist() == [[20, 40], [180, 40]]
    assert starts.tolist() == [0, 2]
    nothing, starts = visible(Polylines.of([]), Bounds(0, 0, 200, 60))
    assert len(nothing) == 0
    assert starts.tolist() == [0]


def test_segments_do_not_join_one_line_to_the_next() -> None:
    segments, along = segments_of(ZIGZAG.xy_m, ZIGZAG.offsets)
    assert segments.tolist() == [[20, 100, 100, 120], [100, 120, 180, 100], [20, 40, 180, 40]]
    assert along == pytest.approx([0, np.hypot(80, 20), 0])


def test_points_are_spread_evenly() -> None:
    points = spread(np.array([[0.0, 0], [100, 0]]), np.array([0, 2]), 10.0)
    assert points[:, 0] == pytest.approx(np.arange(5, 100, 10))


def test_names_are_kept_off_a_plan_s_lines() -> None:
    placer = Placer(200, 200)
    avoid_plan_lines(VIEW, PlanPicture(isolated=ZIGZAG), placer)
    assert not placer.claim([(90, 155, 110, 165)])
    assert placer.claim([(90, 100, 110, 110)])
