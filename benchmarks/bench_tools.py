"""The map's tools at the size of a city: what hangs together with a thing, and everything chosen at once.

Relations are asked of the desk process's own handlers for things all over the city. The choice is the largest there is:
every pipe and every customer, marked on the map at three scales; told are the longest step of the painting, since the
window stands still for one step, and the whole. Times are of this process's processor. The workspace is only read.

Usage: ``python benchmarks/bench_tools.py WORKSPACE [--questions N]``
"""

import argparse
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.relation_requests import FindRelations
from app.requests import OpenWorkspace, Reply, Request
from app.table_requests import ArrangeTable
from app.ui.map.chosen import Chosen, chosen_steps
from app.ui.theme import DARK
from app.worker.handlers import DeskState
from app.worker.process import answer
from gis.cache import open_tables
from gis.places import places_of
from gis.scene.scene import Scene
from gis.scene.view import MapView
from network.answers import DeviceTarget, PipeTarget, Target

SCALES = {"city": 2.0**4.5, "district": 4.0, "street": 0.6}


def timed(work: Callable[[], Reply]) -> tuple[float, Reply]:
    started = time.process_time()
    reply = work()
    return 1e3 * (time.process_time() - started), reply


def memory_gb() -> float:
    """The most that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def relations(ask: Callable[[Request], Reply], desk: DeskState, number: int) -> None:
    random = np.random.default_rng(6)
    network = desk.workspace.city.network
    pipes = random.integers(0, len(network.pipes), number).tolist()
    valves = random.integers(0, len(network.devices), number).tolist()
    targets: dict[str, list[Target]] = {
        "pipe": [PipeTarget(row) for row in pipes],
        "valve": [DeviceTarget(row) for row in valves],
    }
    first_ms, _ = timed(lambda: ask(FindRelations(targets["pipe"][0])))
    print(f"relations, the first, with the directions of supply of the whole city  {first_ms:8.0f} ms")
    for kind, some in targets.items():
        took = [timed(lambda one=one: ask(FindRelations(one)))[0] for one in some]
        p50, p95, p99 = np.percentile(took, (50, 95, 99))
        print(f"relations of a {kind:8}{len(some):6} p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f} ms")


def everything_chosen(ask: Callable[[Request], Reply], desk: DeskState, scene: Scene) -> None:
    city = desk.workspace.city
    around = ((-1e8, -1e8), (1e8, -1e8), (1e8, 1e8), (-1e8, 1e8))
    for kind in ("pipe", "customer"):
        took_ms, reply = timed(lambda kind=kind: ask(ArrangeTable(kind, ring_m=around)))
        rows = reply.rows
        print(f"{len(rows):,} of {kind} chosen by an area: {took_ms:.0f} ms in the worker")
        if kind == "pipe":
            marks_ms, chosen = timed(lambda rows=rows: Chosen.of_pipes(rows, len(city.network.pipes)))
        else:
            marks_ms, chosen = timed(lambda rows=rows: Chosen.of_points(places_of(city, "customer", rows)))
        print(f"  put on the map: {marks_ms:.0f} ms in the window")
        for name, m_per_px in SCALES.items():
            middle = scene.extent.centre
            paint(name, MapView(*middle, m_per_px, 1920, 1080), scene, chosen)


def paint(name: str, view: MapView, scene: Scene, chosen: Chosen) -> None:
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter, took = QPainter(), []
    steps, more = chosen_steps(painter, view, scene, chosen, DARK), True
    while more:
        painter.begin(image)
        started = time.thread_time()
        more = next(steps, image) is None
        took.append(1e3 * (time.thread_time() - started))
        painter.end()
    print(f"  {name:9} {len(took):5} steps, the longest {max(took):6.1f} ms, together {sum(took):7.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    application = QApplication([])
    desk = DeskState()

    def ask(request: Request) -> Reply:
        return answer(desk, request, lambda _step, _fraction=None: None)

    opened_ms, _ = timed(lambda: ask(OpenWorkspace(options.workspace)))
    network = desk.workspace.city.network
    print(f"{len(network.pipes):,} pipes, opened in {opened_ms / 1e3:.1f} s")
    relations(ask, desk, options.questions)
    everything_chosen(ask, desk, open_tables(options.workspace / "cache", "scene", Scene, verify=False))
    print(f"memory of desk process and window in one: {memory_gb():.2f} GB at most")
    application.processEvents()


if __name__ == "__main__":
    main()
