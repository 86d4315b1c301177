"""The map on displays of other fineness, and on a real X11 display: the same things at the same places."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from map_town import BLOCK_M, EAST, NORTH, town, town_layers
from PySide6.QtGui import QColor, QImage

from app.ui.map.content import MapContent
from app.ui.map.picture import paint_picture
from app.ui.map.words import MapWords
from app.ui.theme import DARK, LIGHT, Theme
from gis.scene.build import build_scene
from gis.scene.view import Bounds

CITY = town()
CONTENT = MapContent.of(CITY, build_scene(CITY, town_layers()))
SEEN = Bounds(EAST - 50, NORTH - 50, EAST + 350, NORTH + 250)
WIDTH, HEIGHT = 800, 600
ON_MAIN = {"DN 800": (EAST + 150, NORTH), "DN 400": (EAST + 150, NORTH + BLOCK_M), "DN 200": (EAST + 150, NORTH + 200)}
IN_BLOCK = (EAST + 150, NORTH + 150)


def probed(image: QImage, dpr: float, place_m: tuple[float, float]) -> list[QColor]:
    """The device pixels around a place, up and down: a main runs east here."""
    scale = WIDTH / (SEEN.x_max - SEEN.x_min) * 0.88
    scale = min(scale, HEIGHT / (SEEN.y_max - SEEN.y_min) * 0.88)
    x = WIDTH / 2 + (place_m[0] - SEEN.centre[0]) * scale
    y = HEIGHT / 2 - (place_m[1] - SEEN.centre[1]) * scale
    reach = round(4 * dpr)
    return [image.pixelColor(round(x * dpr), round(y * dpr) + down) for down in range(-reach, reach + 1)]


def like(one: QColor, other: str, by: int = 40) -> bool:
    wanted = QColor(other)
    return max(abs(one.red() - wanted.red()), abs(one.green() - wanted.green()), abs(one.blue() - wanted.blue())) < by


def width_px(pixels: list[QColor], ink: str) -> float:
    """How wide a line of *ink* is among the pixels across it, its smooth edges counted by their share."""
    ground = pixels[0]
    away = [abs(pixel.lightness() - ground.lightness()) for pixel in pixels]
    assert like(pixels[away.index(max(away))], ink), [pixel.name() for pixel in pixels]
    return sum(away) / abs(QColor(ink).lightness() - ground.lightness())


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_mains_lie_where_they_lie_and_are_as_wide_on_every_screen(qapp, dpr: float, theme: Theme) -> None:
    image = paint_picture(CONTENT, WIDTH, HEIGHT, theme, words=MapWords.current(), bounds=SEEN, dpr=dpr)
    assert image.size().toTuple() == (round(WIDTH * dpr), round(HEIGHT * dpr))
    wide = {name: width_px(probed(image, dpr, at), theme.map_pipe) for name, at in ON_MAIN.items()}
    expected = {"DN 800": 3.2 * dpr, "DN 400": 2.4 * dpr, "DN 200": 1.7 * dpr}
    assert wide == pytest.approx(expected, rel=0.25)
    assert not any(like(pixel, theme.map_pipe, 20) for pixel in probed(image, dpr, IN_BLOCK))


SCRIPT = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from map_town import EAST, NORTH, town, town_layers
from app.ui.map.canvas import MapCanvas
from app.ui.theme import DARK
from gis.scene.build import build_scene
application = QApplication([])
canvas = MapCanvas(theme=DARK)
canvas.resize(700, 500)
canvas.show()
city = town()
canvas.set_city(city, build_scene(city, town_layers()))
canvas.zoom_to_point(EAST + 150, NORTH + 100, 0.5)
def look():
    if not canvas.settled or not canvas.isVisible():
        return
    shown = application.primaryScreen().grabWindow(canvas.winId()).toImage()
    x, y = (round(value) for value in canvas.view.to_px(EAST + 150, NORTH + 100))
    seen = [shown.pixelColor(x, y + down).name() for down in range(-3, 4)]
    if len(set(seen)) > 1:
        print(json.dumps({"platform": application.platformName(), "size": shown.size().toTuple(), "seen": seen}))
        canvas.close()
        application.quit()
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
QTimer.singleShot(90_000, application.quit)
application.exec()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is the display of Linux")
def test_an_x11_display_shows_the_map(x11: str) -> None:
    tests = Path(__file__).parents[3]
    environment = dict(os.environ, DISPLAY=x11, QT_QPA_PLATFORM="xcb")
    environment["PYTHONPATH"] = os.pathsep.join((str(tests.parent), str(tests)))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert (found["platform"], found["size"]) == ("xcb", [700, 500])
    assert any(like(QColor(name), DARK.map_pipe) for name in found["seen"])


MOVED = """
import json
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from map_town import EAST, NORTH, town, town_layers
from app.ui.map.canvas import MapCanvas
from app.ui.theme import DARK
from gis.scene.build import build_scene
application = QApplication([])
city = town()
scene = build_scene(city, town_layers())
stays = MapCanvas(theme=DARK)
moves = MapCanvas(theme=DARK, store=stays.store)
for at, canvas in enumerate((stays, moves)):
    canvas.setGeometry(20, 20 + 350 * at, 400, 300)
    canvas.show()
    canvas.set_city(city, scene)
    canvas.zoom_to_point(EAST + 150, NORTH + 100, 0.5)
painted = []
stays.store.painted.connect(lambda key, *_: painted.append(getattr(key, "dpr", 0)))
ways = [1, 0]
told = []
def look():
    if not (stays.settled and moves.settled):
        return
    shown = moves.grab().toImage()
    x, y = (round(value * moves.view.dpr) for value in moves.view.to_px(EAST + 150, NORTH + 100))
    # Beside the middle too: there the main may bear its diameter.
    seen = [shown.pixelColor(x + right, y + down).name() for right in (-60, 0, 60) for down in range(-4, 5)]
    told.append([moves.view.dpr, stays.view.dpr, shown.devicePixelRatio(), sorted(set(painted)), seen])
    painted.clear()
    if ways:
        moves.windowHandle().setScreen(application.screens()[ways.pop(0)])
    else:
        print(json.dumps(told))
        application.quit()
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
QTimer.singleShot(90_000, application.quit)
application.exec()
stays.close()
moves.close()
"""


def test_a_window_that_is_moved_to_a_finer_screen_paints_its_tiles_anew(tmp_path: Path) -> None:
    screens = [
        {"name": name, "x": x, "y": 0, "width": 2000, "height": 1600, "logicalDpi": dpi, "logicalBaseDpi": 96, "dpr": 1}
        for name, x, dpi in (("left", 0, 96), ("right", 2000, 192))
    ]
    told = tmp_path / "screens.json"
    told.write_text(json.dumps({"synchronousWindowSystemEvents": True, "screens": screens}))
    tests = Path(__file__).parents[3]
    environment = dict(os.environ, QT_QPA_PLATFORM=f"offscreen:configfile={told}")
    environment["PYTHONPATH"] = os.pathsep.join((str(tests.parent), str(tests)))
    done = subprocess.run(
        [sys.executable, "-c", MOVED], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout, done.stderr
    at_first, moved, back = json.loads(done.stdout)
    assert at_first[:3] == [1.0, 1.0, 1.0]
    assert moved[:3] == [2.0, 1.0, 2.0]
    assert 2.0 in moved[3]
    assert back[:3] == [1.0, 1.0, 1.0]
    for *_, seen in (at_first, moved, back):
        assert any(like(QColor(name), DARK.map_pipe) for name in seen)
