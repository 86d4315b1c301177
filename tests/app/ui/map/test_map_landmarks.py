"""Names of plants and tanks: never on a symbol, also where that bears no name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from map_town import town, town_layers
from PySide6.QtGui import QImage

from app.ui.map.content import MapContent
from app.ui.map.landmarks import landmark_steps
from app.ui.map.placing import Placer, box_around
from app.ui.map.qtdraw import painting
from app.ui.theme import LIGHT
from gis.scene.build import build_scene
from gis.scene.view import MapView
from network.assets import SourceKind
from network.topology import City


def of_kind(kind: SourceKind) -> City:
    city = town()
    sources = replace(city.network.sources, kind=np.full_like(city.network.sources.kind, kind))
    return replace(city, network=replace(city.network, sources=sources))


@pytest.mark.parametrize(
    ("kind", "m_per_px", "named"),
    [(SourceKind.PLANT, 30.0, True), (SourceKind.TANK, 30.0, False), (SourceKind.TANK, 5.0, True)],
)
def test_a_symbol_keeps_its_room_whether_or_not_it_is_named(qapp, kind, m_per_px, named) -> None:
    city = of_kind(kind)
    content = MapContent.of(city, build_scene(city, town_layers()))
    x_m, y_m = float(content.scene.sources.xy_m[0][0]), float(content.scene.sources.xy_m[0][1])
    at = x_m + content.scene.origin_m[0], y_m + content.scene.origin_m[1]
    view, image = MapView(*at, m_per_px, 600, 400), QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(0)
    placer = Placer(600, 400)
    with painting(image) as painter:
        for _ in landmark_steps(painter, view, content, LIGHT, placer):
            pass
    assert not placer.is_free(box_around(300, 200, 4, 4))
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(400, 600, 4)[..., :3]
    assert bool(pixels.any()) is named
    assert not pixels[190:210, 290:310].any(), "nothing is written on the symbol"
