"""From the instrument to the screen by the clock: a broker, and the console's own window with its Pressure desk.

Usage: ``python benchmarks/bench_live_screen.py [--rate SAMPLES_A_SECOND] [--seconds S] [--message SAMPLES]``. As
``bench_live_line.py``, but who looks is the whole console, offscreen on 1920 x 1080, with a city of 1,000 pipes among
whose junctions 5,000 instruments stand. A reading's age is taken when the window has been painted that shows it, or a
newer one of its instrument.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from bench_live_line import (
    CHANNELS,
    IDS,
    PARTS,
    PATIENCE_S,
    UNBOUNDED,
    Ages,
    lost,
    mosquitto,
    now_ms,
    recorder_mib,
    send,
    setup_of,
)
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.bootstrap import local_time, make_worker
from app.feeds.inbox import Link
from app.requests import BuildDemo
from app.telemetry.channels import Channel
from app.telemetry.quantities import Quantity
from app.telemetry.setup import write_setup
from app.ui.desks import PRESSURE
from app.ui.start import Console, StartOptions

SPAWN = multiprocessing.get_context("spawn")
PIPES = 1_000
SETTLED_S = 3.0


class Painted(QObject):
    """Counts the ages of what each frame shows that was painted behind a look."""

    def __init__(self, console: Console, step_ms: int) -> None:
        super().__init__()
        self._model = console.window.live.model
        self.ages = Ages(step_ms)
        self.frames = self.looks = 0
        self.memory_mib: list[float] = []
        self._shown: np.ndarray | None = None
        self._model.changed.connect(self._changed)
        console.window.installEventFilter(self)
        timer = QTimer(self, interval=1_000)
        timer.timeout.connect(lambda: self.memory_mib.append(recorder_mib()))
        timer.start()

    def _changed(self) -> None:
        if self._model.present is not None:
            self.looks += 1
            self._shown = self._model.present.source_ms

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's naming)
        """Nothing is kept from the window; what it paints upon a request is there when its next turn begins."""
        if event.type() is QEvent.Type.UpdateRequest and self._shown is not None:
            QTimer.singleShot(0, self, self._painted)
        return False

    def _painted(self) -> None:
        if self._shown is not None:
            self.ages.count(self._shown)
            self._shown = None
            self.frames += 1


def until(condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Let the window go on until it is so."""
    end_s = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end_s, "it did not come about"
        QApplication.processEvents()
        time.sleep(0.001)


def pause(seconds: float) -> None:
    """Let the window go on for so long."""
    end_s = time.monotonic() + seconds
    until(lambda: time.monotonic() >= end_s)


def placed(console: Console) -> list[Channel]:
    """The instruments, among its junctions."""
    content = console.window.map.canvas.content
    assert content is not None
    nodes, draw = content.city.network.nodes, np.random.default_rng(7)
    at = draw.integers(0, len(nodes), CHANNELS)
    x, y = (np.asarray(column)[at] + draw.normal(0, 20, CHANNELS) for column in (nodes.x_m, nodes.y_m))
    return [
        Channel(one, one, Quantity.PRESSURE, "MPa", 10.0, x_m=at_x, y_m=at_y)
        for one, at_x, at_y in zip(IDS, x.tolist(), y.tolist(), strict=True)
    ]


def measure(home: Path, rate: int, seconds: float, a_message: int) -> None:
    """Print the figures of one run."""
    city = home / "city"
    order = [sys.executable, "-m", "app", "demo", "--pipes", str(PIPES), "--out", str(city)]
    subprocess.run(order, check=True, stdout=subprocess.DEVNULL)
    application = QApplication.instance() or QApplication([])
    options = StartOptions(home, BuildDemo(city, 1, 1), city, "zh_CN", "dark", tiles_apart=True)
    console = Console(options, make_worker, local_time)
    console.window.resize(1920, 1080)
    console.window.show()
    console.open_first()
    until(lambda: console.session.workspace is not None and console.window.map.canvas.settled)
    with mosquitto(home, *UNBOUNDED) as broker:
        write_setup(city, setup_of(placed(console), broker.port))
        model = console.window.live.model
        console.window.desks.show(PRESSURE)
        model.begin()
        until(lambda: model.present is not None and model.present.links["plant"].link is Link.UP)
        pause(SETTLED_S)
        sent = SPAWN.Queue()
        began_ms = now_ms()
        instruments = SPAWN.Process(target=send, args=(broker.port, rate, seconds, a_message, sent), daemon=True)
        instruments.start()
        painted = Painted(console, round(CHANNELS * 1000 / rate))
        # The instruments began a second later, being a process: the window goes on until they have sent their last.
        until(lambda: not sent.empty(), seconds + PATIENCE_S)
        number = sent.get(timeout=PATIENCE_S)
        until(lambda: model.present is not None and model.present.received >= number)
        instruments.terminate()
        console.window.close()
        console.client.close()
    print(f"{number * a_message / seconds:,.0f} samples/s for {seconds:.0f} s in messages of {a_message}")
    print(f"  a reading's age when the window has been painted: {painted.ages.told()}")
    spans = (f"{part.min():.0f} to {part.max():.0f}" for part in np.array_split(painted.memory_mib, PARTS))
    print(f"  the recorder's memory in each fifth of the run: {', '.join(spans)} MiB")
    print(f"  {painted.looks} looks, {painted.frames} of them painted by themselves")
    print(f"  {lost(city, number, a_message, began_ms)} messages lost of {number:,}")
    application.quit()


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="From the instrument to the screen by the clock.")
    parser.add_argument("--rate", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--message", type=int, default=50)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        measure(Path(home), wanted.rate, wanted.seconds, wanted.message)
    return 0


if __name__ == "__main__":
    sys.exit(main())
