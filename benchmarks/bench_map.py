"""The map's frames against drawing everything directly, and the longest time the window was held up.

One run, one city, one window of 1920 x 1080, no graphics card. *Direct* paints every visible segment with QPainter each
frame, the plain way; the map shows painted tiles and paints names, marks and hover over them. The pan drags the map
by 12 pixels a frame, so that new tiles are painted all the while; the stall is the longest time between two turns of
the window's event loop.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.ui import fonts
from app.ui.map.base import paint_base
from app.ui.map.canvas import MapCanvas
from app.ui.map.picking import hits_at
from app.ui.theme import DARK
from gis.cache import open_city, open_tables
from gis.noding import NodingOptions, build_city
from gis.scene.build import build_scene
from gis.scene.hits import nearest_pipe
from gis.scene.scene import Scene
from gis.synthetic import generate_city
from network.topology import City

SCALES_M_PER_PX = (0.5, 2.0, 5.0, 12.0, 30.0)
FRAMES = 60


def timed(work: Callable[[], object], runs: int = 1) -> list[float]:
    """Milliseconds of each run."""
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1e3)
    return taken


def direct(canvas: MapCanvas) -> None:
    assert canvas.content is not None
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_base(painter, canvas.view, canvas.content, DARK)
    painter.end()


def settle(application: QApplication, canvas: MapCanvas) -> float:
    """Let the tiles come; the longest turn of the event loop in milliseconds."""
    longest = 0.0
    while True:
        longest = max(longest, *timed(application.processEvents))
        if canvas.settled:
            return longest
        time.sleep(0.001)


def pan(application: QApplication, canvas: MapCanvas) -> Iterator[float]:
    """Milliseconds of each frame of a drag that shows new ground all the time."""
    for _ in range(FRAMES):
        view = canvas.view.panned(12, 5)
        canvas.look_at(view)
        yield timed(application.processEvents)[0]
        time.sleep(0.006)


def at_scale(application: QApplication, canvas: MapCanvas, scene: Scene, m_per_px: float) -> tuple[str, float]:
    """One line of the table, and the longest stall."""
    content = canvas.content
    assert content is not None
    canvas.look_at(canvas.view.centred(*scene.extent.centre, m_per_px))
    stall = settle(application, canvas)
    plain = float(np.median(timed(lambda: direct(canvas), 3)))
    kept = float(np.median(timed(canvas.repaint, 20)))
    frames = np.array(list(pan(application, canvas)))
    near = float(np.median(timed(lambda: hits_at(content, canvas.view, 960, 540), 50)))
    everywhere = timed(lambda: nearest_pipe(scene, content.pipes, *scene.extent.centre, 1e6))[0]
    p50, p95, longest = np.median(frames), np.percentile(frames, 95), frames.max()
    line = (
        f"{m_per_px:5g} {plain:11.1f} {kept:12.1f} ({kept / plain:5.3f}) {p50:9.1f} {p95:7.1f} {longest:7.1f} "
        f"({p95 / plain:5.3f}) {near:9.2f} ({near / everywhere:6.4f})"
    )
    return line, max(stall, float(longest))


def city_and_scene(pipes: int, cache: Path | None) -> tuple[City, Scene]:
    """A generated city, or the mapped arrays of a workspace's cache."""
    if cache is not None:
        return open_city(cache), open_tables(cache, "scene", Scene, verify=False)
    noded = build_city(generate_city(pipes, 1), NodingOptions())
    started = time.perf_counter()
    scene = build_scene(noded.city, noded.layers)
    print(f"scene built in {time.perf_counter() - started:.1f} s")
    return noded.city, scene


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pipes", type=int, default=100_000)
    parser.add_argument("--cache", type=Path, help="the cache folder of a workspace, instead of a generated city")
    options = parser.parse_args()
    application = QApplication([])
    fonts.load_fonts()
    city, scene = city_and_scene(options.pipes, options.cache)
    print(f"{len(city.network.pipes)} pipes, {len(city.customers)} customers, {len(scene.mains)} segments")
    canvas = MapCanvas(theme=DARK)
    canvas.resize(1920, 1080)
    canvas.show()
    opened_ms = timed(lambda: canvas.set_city(city, scene))[0]
    stalls = [opened_ms, settle(application, canvas)]
    print(f"city shown: {opened_ms:.1f} ms in the window, longest turn until its tiles were there {stalls[1]:.0f} ms")
    print(" m/px   direct ms   kept frame ms (ratio)  pan p50     p95 longest (ratio)    hit ms (ratio to all)")
    for m_per_px in SCALES_M_PER_PX:
        line, stall = at_scale(application, canvas, scene, m_per_px)
        stalls.append(stall)
        print(line)
    print(f"longest stall of the window thread: {max(stalls):.0f} ms")
    canvas.close()


if __name__ == "__main__":
    main()
