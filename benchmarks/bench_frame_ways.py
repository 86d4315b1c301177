"""One frame of the mains in view, drawn in the ways that are usual, beside a frame of the map, in one run.

*direct*: QPainter draws every layer anew, as on paper. *one path*: all mains of the view as one QPainterPath with a pen
of one pixel, which is how pyqtgraph's curves are drawn. *pyqtgraph*: that library itself, a frame of its plot dragged,
where it is installed (the console does without it). *items*: a QGraphicsView with one line item a segment. The map
shows the same view from tiles, with names, plan and corners; its figure is the window's own processor time while it is
dragged. All others are processor time too, so that a busy machine changes little.
"""

import argparse
import importlib.util
import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from bench_frames import SCALES, live, until
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView
from small_city import city_for

from app.ui import fonts
from app.ui.map.base import paint_base
from app.ui.map.canvas import MapCanvas
from app.ui.map.qtdraw import path_of
from app.ui.theme import DARK
from gis.cache import open_city, open_tables
from gis.scene.cells import take
from gis.scene.scene import DnClass, Scene

MOST_ITEMS = 150_000


def busy_ms(work: Callable[[], object], runs: int) -> float:
    """The median of so many runs, processor time."""
    taken = []
    for _ in range(runs):
        before = time.thread_time()
        work()
        taken.append(1e3 * (time.thread_time() - before))
    return float(np.median(taken))


def mains_px(canvas: MapCanvas) -> np.ndarray:
    """Every segment of a main that may be in view, undiminished; shape (n, 4), pixels."""
    assert canvas.content is not None
    scene = canvas.content.scene
    local = canvas.view.relative_to(*scene.origin_m)
    runs = [run for dn_class in DnClass for run in scene.mains.near(local.bounds, dn_class)]
    return local.many_to_px(take(scene.mains.xy_m, runs))


def direct(canvas: MapCanvas) -> None:
    assert canvas.content is not None
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_base(painter, canvas.view, canvas.content, DARK)
    painter.end()


def one_path(px: np.ndarray) -> None:
    image = QImage(1920, 1080, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setPen(QPen(DARK.map_pipe))
    painter.drawPath(path_of(px.reshape(-1, 2), np.arange(0, 2 * len(px) + 1, 2)))
    painter.end()


def pyqtgraph_frame(px: np.ndarray) -> Callable[[], object] | None:
    """A frame of the library's own plot of the same segments, dragged; None where it is not installed."""
    if importlib.util.find_spec("pyqtgraph") is None:
        return None
    import pyqtgraph  # noqa: PLC0415 - only where it is there

    ends = px.reshape(-1, 2)
    widget = pyqtgraph.PlotWidget(background=DARK.map_ground)
    widget.resize(1920, 1080)
    widget.hideAxis("left")
    widget.hideAxis("bottom")
    widget.plot(ends[:, 0], ends[:, 1], pen=DARK.map_pipe, connect="pairs")
    plot = widget.getPlotItem().getViewBox()
    plot.setRange(xRange=(0, 1920), yRange=(0, 1080), padding=0)
    widget.show()
    live(50)

    def frame() -> None:
        plot.translateBy(x=5.0, y=2.0)
        widget.viewport().repaint()

    return frame


def items(px: np.ndarray) -> Callable[[], object]:
    """A view whose frame is to be timed; making it is not."""
    scene = QGraphicsScene()
    for x, y, u, v in px.tolist():
        scene.addLine(x, y, u, v, QPen(DARK.map_pipe))
    view = QGraphicsView(scene)
    scene.setParent(view)
    view.resize(1920, 1080)
    view.setSceneRect(0, 0, 1920, 1080)
    image = QImage(1920, 1080, QImage.Format.Format_RGB32)

    def frame() -> None:
        painter = QPainter(image)
        view.render(painter)
        painter.end()

    return frame


def dragged_ms(canvas: MapCanvas) -> float:
    """The window's own time for a frame of a drag over ground that is painted."""

    def frame() -> None:
        canvas.follow(canvas.view.panned(5, 2))
        canvas.repaint()

    taken = []
    for _ in range(60):
        taken.append(busy_ms(frame, 1))
        live(8)
    return float(np.median(taken))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, help="the cache folder of a workspace, instead of a small city's")
    options = parser.parse_args()
    with city_for(None if options.cache is None else options.cache.parent) as city:
        options.cache = options.cache or city / "cache"
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Drag the map, draw the mains in the other ways, and print what each took."""
    application = QApplication([])
    fonts.load_fonts()
    canvas = MapCanvas(theme=DARK)
    canvas.resize(1920, 1080)
    canvas.show()
    canvas.set_city(open_city(options.cache), open_tables(options.cache, "scene", Scene, verify=False))
    print(f"{'scale':10} {'segments':>9} {'map ms':>8} {'direct':>16} {'one path':>18} {'pyqtgraph':>18} {'items':>18}")
    for name, m_per_px in SCALES.items():
        canvas.look_at(canvas.view.centred(*canvas.content.scene.extent.centre, m_per_px))  # type: ignore[union-attr]
        until(lambda: canvas.sharp and canvas.settled)
        px = mains_px(canvas)
        plain, path = busy_ms(lambda: direct(canvas), 3), busy_ms(lambda px=px: one_path(px), 3)
        tiled = dragged_ms(canvas)
        line = f"{name:10} {len(px):9} {tiled:8.1f} {plain:8.0f} ({plain / tiled:4.1f} x)"
        line += f" {path:9.1f} ({path / tiled:4.1f} x)"
        plotted = pyqtgraph_frame(px)
        if plotted is None:
            line += f" {'not installed':>18}"
        else:
            plot_ms = busy_ms(plotted, 5)
            line += f" {plot_ms:9.1f} ({plot_ms / tiled:4.1f} x)"
        if len(px) <= MOST_ITEMS:
            scene_ms = busy_ms(items(px), 3)
            line += f" {scene_ms:9.1f} ({scene_ms / tiled:4.1f} x)"
        print(line, flush=True)
    canvas.close()
    application.processEvents()


if __name__ == "__main__":
    main()
