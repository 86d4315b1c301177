"""From a click on the map to the card that tells what was hit, painted, in the whole console with all its processes.

Valves are clicked, of which a click alone asks for nothing else, at random places of a city at the scale of a street.
The clock runs from the release of the button until the card that names the valve begins to be painted. Promise for
what is hit: 5 ms (``bench_frames.py``); the card is told beside it.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from app.bootstrap import load_window, local_time, make_worker

load_window()

from PySide6.QtCore import QEvent, QObject, QPoint, Qt  # noqa: E402  (as the console loads them)
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402
from small_city import city_for  # noqa: E402

from app.requests import BuildDemo  # noqa: E402
from app.ui.map.picking import hits_at  # noqa: E402
from app.ui.start import Console, StartOptions  # noqa: E402
from network.assets import DeviceKind  # noqa: E402

M_PER_PX = 0.4
PATIENCE_S = 120.0


class Painted(QObject):
    """Notes when a widget has been painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at_s: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's naming)
        if event.type() == QEvent.Type.Paint:
            self.at_s.append(time.perf_counter())
        return super().eventFilter(watched, event)


def until(reached: Callable[[], bool]) -> None:
    ended = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < ended, "it does not come"
        QTest.qWait(10)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--workspace", type=Path, help="instead of a small city")
    parser.add_argument("--clicks", type=int, default=60)
    options = parser.parse_args()
    with city_for(options.workspace) as city:
        options.workspace = city
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Click, and print what it took."""
    application = QApplication(["sluice"])
    demo = BuildDemo(options.workspace / "none", 1, 1)
    home = options.workspace.parent
    started = StartOptions(home, demo, options.workspace, "zh_CN", "dark", tiles_apart=True)
    console = Console(started, make_worker, local_time)
    window, session = console.window, console.session
    window.resize(1920, 1080)
    window.show()
    console.open_first()
    until(lambda: session.city is not None and not console.client.tickets)
    canvas, card = window.map.canvas, window.inspector.card
    painted = Painted(card.identity)
    devices = session.city.network.devices
    valves = np.flatnonzero(devices.kind == DeviceKind.ISOLATION)
    random = np.random.default_rng(7)
    taken = []
    for row in random.choice(valves, options.clicks).tolist():
        canvas.look_at(canvas.view.centred(float(devices.x_m[row]), float(devices.y_m[row]), M_PER_PX))
        until(lambda: canvas.settled and not console.client.tickets)
        x, y = (round(value) for value in canvas.view.to_px(float(devices.x_m[row]), float(devices.y_m[row])))
        hit = hits_at(canvas.content, canvas.view, x, y)[0]
        if hit.kind != "device":
            continue
        painted.at_s.clear()
        began = time.perf_counter()
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
        while not (painted.at_s and card.identity.text() == devices.ids[hit.row]):
            application.processEvents()
        taken.append(1e3 * (painted.at_s[-1] - began))
    print(
        f"{len(taken)} clicks: the card begins to be painted after p50 {np.median(taken):.1f}, "
        f"p95 {np.percentile(taken, 95):.1f}, longest {max(taken):.1f} ms"
    )
    window.close()
    console.client.close()


if __name__ == "__main__":
    main()
