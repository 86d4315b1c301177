"""How the map follows the hand: intervals between frames while it is dragged and zoomed, and how soon it is sharp.

One window of 1920 x 1080, no graphics card, a plan on screen, 300 crews and 2,000 sensors of which new word comes ten
times a second. A hand drags along a circle at three scales, a wheel zooms in and out; each frame's interval to the one
before is taken from the end of its painting. Promises: p95 ≤ 17 ms, p99 ≤ 33 ms; sharp after a jump ≤ 250 ms; a click
identified ≤ 5 ms. Processor time of the window's thread is told beside the clock: where other programs use the machine
too it tells more. ``--beside "rank CITY"`` runs the product's own command again and again meanwhile, as patient as its
jobs are (``import FILE`` likewise, each time into a folder of its own); ``--reach`` lays over the map how far crews
reach.
"""

import argparse
import gc
import itertools
import math
import multiprocessing
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from small_city import city_for

from app.dispatch.reach_grid import grid_of
from app.early_city import data_of
from app.operations.isolate import answer
from app.ui import fonts
from app.ui.collector import Collector
from app.ui.map.canvas import MapCanvas
from app.ui.map.gate import hand_over_quickly
from app.ui.map.picking import hits_at
from app.ui.map.reach_marks import ReachMarks
from app.ui.map.tile_files import TileFiles
from app.ui.theme import DARK
from gis.cache import open_city, open_tables
from gis.scene.movers import CrewLook, Movers, SensorLook
from gis.scene.plan_picture import draw_plan
from gis.scene.scene import Scene
from network.answers import PipeTarget
from network.supply import prepare
from network.topology import City, DeviceStates

SCALES = {"city": 2.0**4.5, "district": 4.0, "street": 0.6}
CREWS, SENSORS = 300, 2_000
LOOKS = {
    SensorLook.MISSING: 0.02,
    SensorLook.GOOD: 0.9,
    SensorLook.STALE: 0.03,
    SensorLook.SUSPECT: 0.02,
    SensorLook.LOW: 0.02,
    SensorLook.ALARM: 0.01,
}
"""How many of the sensors are how, by chance."""
HAND_MS = 8
LOOK_MS = 8
WORD_MS = 100
DRAG_S = 4.0
SPEED_PX_S = 700.0
WHEEL_MS = 120
PATIENCE = 12
"""By so much the product's own jobs are nicer than its window."""


class Watched(MapCanvas):
    """A map that notes when its frames end, and the processor time that each took."""

    def __init__(self) -> None:
        super().__init__(theme=DARK)
        self.ends_s: list[float] = []
        self.busy_s: list[float] = []
        self.thread_s = 0.0
        self.shown_sharp_s = 0.0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's naming)
        before_s, sharp = time.thread_time(), self.sharp
        super().paintEvent(event)
        if sharp:
            self.shown_sharp_s = time.perf_counter()
        self.busy_s.append(time.thread_time() - before_s)
        self.ends_s.append(time.perf_counter())


class Town:
    """What moves: crews walk between junctions, sensors change their state."""

    def __init__(self, city: City) -> None:
        self._random = np.random.default_rng(4)
        nodes = np.column_stack([city.network.nodes.x_m, city.network.nodes.y_m])
        self._crews = nodes[self._random.integers(0, len(nodes), CREWS)]
        self._heading = self._random.uniform(0, 2 * math.pi, CREWS)
        self._sensors = nodes[self._random.integers(0, len(nodes), SENSORS)]

    def crews(self) -> Movers:
        self._heading += self._random.normal(0, 0.1, CREWS)
        self._crews = self._crews + 1.4 * np.column_stack([np.cos(self._heading), np.sin(self._heading)])
        look = np.arange(CREWS) % len(CrewLook)
        return Movers.of(self._crews, look, heading=self._heading)

    def sensors(self) -> Movers:
        look = self._random.choice(list(LOOKS), SENSORS, p=list(LOOKS.values()))
        return Movers.of(self._sensors, look)


def beside(command: str) -> None:
    """A job of the product beside the window, over and over."""
    os.nice(PATIENCE)
    with tempfile.TemporaryDirectory() as folder:
        for number in itertools.count():
            more = ["--out", f"{folder}/{number}"] if command.startswith("import ") else []
            arguments = [sys.executable, "-m", "app", *shlex.split(command), *more]
            subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)


def children_of(pid: int | None) -> list[int]:
    """The command that a job runs now; Linux alone tells."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in told.read_text().split()] if told.exists() else []


def live(milliseconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(milliseconds), loop.quit)
    loop.exec()


def until(reached: Callable[[], bool]) -> float:
    """Let the window live until something is so; milliseconds, to the next look at it.

    A look every millisecond would take Python's lock from the thread that paints.
    """
    started = time.perf_counter()
    while not reached():
        live(LOOK_MS)
    return 1e3 * (time.perf_counter() - started)


def told(name: str, canvas: Watched) -> None:
    gaps = 1e3 * np.diff(canvas.ends_s)
    busy_ms = 1e3 * np.array(canvas.busy_s)
    print(
        f"{name:22} {len(gaps):5} frames  interval p50 {np.median(gaps):5.1f}  p95 {np.percentile(gaps, 95):5.1f}"
        f"  p99 {np.percentile(gaps, 99):5.1f}  longest {gaps.max():6.1f} ms   own work p50 {np.median(busy_ms):5.1f}"
        f"  p95 {np.percentile(busy_ms, 95):5.1f}  p99 {np.percentile(busy_ms, 99):5.1f} ms"
        f"   all the window did {1e3 * canvas.thread_s / max(len(busy_ms), 1):5.1f} ms a frame"
    )


def moved(canvas: Watched, every_ms: int, seconds: float, step: Callable[[float], None]) -> None:
    """Call *step* with the seconds gone by, every so many milliseconds."""
    started = time.perf_counter()
    hand = QTimer()
    hand.setTimerType(Qt.TimerType.PreciseTimer)
    hand.timeout.connect(lambda: step(time.perf_counter() - started))
    before_s = time.thread_time()
    hand.start(every_ms)
    # Until the hand moves for the first time the map rests: that is no interval of a frame.
    live(every_ms + HAND_MS)
    canvas.ends_s, canvas.busy_s = [], []
    live(1e3 * seconds)
    hand.stop()
    canvas.thread_s = time.thread_time() - before_s


def drag(canvas: Watched, seconds: float = DRAG_S) -> None:
    last = [0.0]

    def step(now_s: float) -> None:
        way_px, angle = SPEED_PX_S * (now_s - last[0]), now_s * 0.9
        last[0] = now_s
        canvas.follow(canvas.view.panned(way_px * math.cos(angle), way_px * math.sin(angle)))

    moved(canvas, HAND_MS, seconds, step)


def wheel(canvas: Watched) -> None:
    turns = [1] * 8 + [-1] * 8

    def step(_now_s: float) -> None:
        if turns:
            canvas.zoom_by(2.0 ** (turns.pop(0) / 2))

    moved(canvas, WHEEL_MS, 16 * WHEEL_MS / 1e3, step)


def shown_sharp(canvas: Watched, since_s: float) -> float:
    """When the last frame was painted that shows the map sharp, once there is one since a time."""
    until(lambda: canvas.shown_sharp_s > since_s)
    return canvas.shown_sharp_s


def jumps(canvas: Watched, m_per_px: float, city: City, times: int) -> list[float]:
    """Milliseconds from each jump until the first frame that shows it sharp is painted."""
    random = np.random.default_rng(2)
    rows = random.integers(0, len(city.network.nodes), times)
    taken = []
    for row in rows.tolist():
        place = float(city.network.nodes.x_m[row]), float(city.network.nodes.y_m[row])
        started_s = time.perf_counter()
        canvas.look_at(canvas.view.centred(*place, m_per_px))
        taken.append(1e3 * (shown_sharp(canvas, started_s) - started_s))
    return taken


def identified(canvas: MapCanvas, times: int = 300) -> np.ndarray:
    """Milliseconds of each click's look-up, at random places."""
    assert canvas.content is not None
    random = np.random.default_rng(3)
    taken = []
    for x, y in zip(random.uniform(0, 1920, times).tolist(), random.uniform(0, 1080, times).tolist(), strict=True):
        started = time.perf_counter()
        hits_at(canvas.content, canvas.view, x, y)
        taken.append(1e3 * (time.perf_counter() - started))
    return np.array(taken)


def opened(cache: Path, tiles: Path | None, *, apart: bool) -> tuple[Watched, City]:
    """The map of a cached workspace with a plan on it; what it paints is kept in *tiles*."""
    city, states = open_city(cache), open_tables(cache, "states", DeviceStates, verify=False)
    scene = open_tables(cache, "scene", Scene, verify=False)
    canvas = Watched()
    canvas.resize(1920, 1080)
    if tiles is not None:
        tiles.mkdir(parents=True, exist_ok=True)
        for arrays in cache.glob("*.arrays"):
            (tiles / arrays.name).unlink(missing_ok=True)
            (tiles / arrays.name).symlink_to(arrays.resolve())
        canvas.store.keep_in(TileFiles(tiles, data_of(tiles)))
        if apart:
            canvas.store.paint_apart()
    canvas.show()
    started, busy_s = time.perf_counter(), time.process_time()
    canvas.set_city(city, scene, states)
    print(
        f"first sharp map {shown_sharp(canvas, started) - started:.2f} s after the city's arrays were mapped, "
        f"{time.process_time() - busy_s:.2f} s of the processor"
    )
    assert canvas.content is not None
    given = answer(prepare(city, states), PipeTarget(len(city.network.pipes) // 2))
    canvas.show_plan(draw_plan(city, canvas.content.pipes, states, given.result, given.impact))
    return canvas, city


def reach_of_few(city: City) -> ReachMarks:
    """Four crews in a whole city at the speed of its roads: near them in time, between them late."""
    nodes = np.column_stack([city.network.nodes.x_m, city.network.nodes.y_m])
    places = nodes[:: max(1, len(nodes) // 20_000)]
    stands = places[np.random.default_rng(5).integers(0, len(places), 4)]
    away_m = np.hypot(*(places[:, None, :] - stands[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    # The farthest tenth is late, whatever the city's size.
    return ReachMarks(grid_of(places, away_m / np.quantile(away_m, 0.9) * 1_800), 30.0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, help="the cache folder of a workspace, instead of a small city's")
    parser.add_argument("--beside", default="", help="a command of the product that runs meanwhile: 'rank CITY'")
    parser.add_argument("--tiles", type=Path, help="a folder for painted tiles; a second run finds them there")
    parser.add_argument("--apart", action="store_true", help="let a process of its own paint, as the console does")
    parser.add_argument("--reach", action="store_true", help="with the layer of the crews' reach")
    parser.add_argument("--seconds", type=float, default=DRAG_S, help="how long each drag lasts")
    parser.add_argument("--jumps", type=int, default=8)
    parser.add_argument("--rest", type=float, default=0.0, help="seconds that the map rests before it jumps")
    options = parser.parse_args()
    with city_for(None if options.cache is None else options.cache.parent) as city:
        options.cache = options.cache or city / "cache"
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Drag, zoom, jump and click, and print what it took."""
    application = QApplication([])
    fonts.load_fonts()
    hand_over_quickly()
    # As in the console: nothing that was loaded is looked for among garbage, and nothing in the middle of a frame.
    gc.freeze()
    collector = Collector(application)
    canvas, city = opened(options.cache, options.tiles, apart=options.apart)
    if options.reach:
        canvas.show_reach(reach_of_few(city))
    # Not a daemon: those may have no children.
    job = multiprocessing.get_context("spawn").Process(target=beside, args=(options.beside,))
    if options.beside:
        job.start()
    town = Town(city)
    word = QTimer()
    word.timeout.connect(lambda: (canvas.set_crews(town.crews()), canvas.set_sensors(town.sensors())))
    word.start(WORD_MS)
    assert canvas.content is not None
    assert canvas.content.plan is not None
    assert canvas.content.plan.bounds is not None
    for name, m_per_px in SCALES.items():
        canvas.look_at(canvas.view.centred(*canvas.content.plan.bounds.centre, m_per_px))
        until(lambda: canvas.settled or canvas.sharp)
        live(300)
        drag(canvas, options.seconds)
        told(f"{name}, dragged", canvas)
        wheel(canvas)
        told(f"{name}, zoomed", canvas)
    word.stop()
    if options.rest:
        # Far tiles are painted ahead meanwhile.
        live(1e3 * options.rest)
    for name, m_per_px in SCALES.items():
        taken = jumps(canvas, m_per_px, city, options.jumps)
        again = jumps(canvas, m_per_px, city, options.jumps)
        clicks = identified(canvas)
        print(
            f"{name:10} sharp after a jump: median {np.median(taken):5.0f}, longest {max(taken):5.0f} ms;"
            f" where it was before {np.median(again):4.0f}, {max(again):4.0f} ms;"
            f" identified p50 {np.median(clicks):.2f}, p99 {np.percentile(clicks, 99):.2f} ms"
        )
    if job.is_alive():
        for child in children_of(job.pid):
            os.kill(child, signal.SIGTERM)
        job.terminate()
        job.join()
    canvas.close()
    collector.stop()
    application.processEvents()


if __name__ == "__main__":
    main()
