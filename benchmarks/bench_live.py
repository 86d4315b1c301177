"""What live readings cost: strips on screen against pyqtgraph, samples taken in, curves of a year, a start.

Usage: ``python benchmarks/bench_live.py [--points N] [--seconds S]``. Times are processor time of one core, so that
they bear a busy machine. Where pyqtgraph is not installed its part is left out.
"""

import argparse
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.feeds.inbox import Message
from app.telemetry.alarms import Limits
from app.telemetry.channels import Channel, Channels
from app.telemetry.curve_reading import curve_of
from app.telemetry.curves import Curve
from app.telemetry.history import DAY_MS, History
from app.telemetry.json_messages import opened
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Readings
from app.telemetry.recorder import Recorder
from app.telemetry.recording import Recording
from app.telemetry.setup import HISTORY, Setup, write_setup
from app.times import CITY_TIME
from app.ui import fonts
from app.ui.live.multiples import Multiples
from app.ui.live.span import Span
from app.ui.live.strip_ground import StripHead, StripWords
from app.ui.live.strips import Strips
from app.ui.look import Look
from app.ui.widgets import scrolling

CURVES, CHARTS = 32, 300
NOW_MS = 1_767_200_000_000
STEP_MS = 10_000
WIDTH_PX, HEIGHT_PX = 1920, 1080


def spent_s(work: Callable[[], object], times: int) -> float:
    """Processor time of one turn."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times


def painted(widget: QWidget, times: int, before: Callable[[], object]) -> float:
    """Processor time of a frame, all of it painted anew."""

    picture = QPixmap(widget.size())

    def frame() -> None:
        before()
        # A view of pyqtgraph's has another method of that name.
        QWidget.render(widget, picture)

    frame()
    return spent_s(frame, times)


def columns_of(values: np.ndarray, columns: int) -> Curve:
    """What the recorder hands over of so many points: lowest, highest and mean of each pixel."""
    edges = np.linspace(0, len(values), columns + 1).astype(np.int64)[:-1]
    start = NOW_MS - len(values) * STEP_MS + edges * STEP_MS
    low, high = np.minimum.reduceat(values, edges), np.maximum.reduceat(values, edges)
    return Curve(start, low, high, (low + high) / 2, len(values) * STEP_MS // columns)


def with_tail(curve: Curve, value: float, at_ms: int) -> Curve:
    """The same curve once a reading more has come: it falls into the last pixel, or begins another."""
    start, low, high, mean = (part.copy() for part in (curve.start_ms, curve.low, curve.high, curve.mean))
    if at_ms >= int(start[-1]) + curve.step_ms:
        start, low, high, mean = (np.roll(part, -1) for part in (start, low, high, mean))
        start[-1], low[-1], high[-1] = at_ms, value, value
    low[-1], high[-1], mean[-1] = min(low[-1], value), max(high[-1], value), value
    return Curve(start, low, high, mean, curve.step_ms)


def strips_frame(values: list[np.ndarray], times: int) -> float:
    """A frame of the desk's own strips while they follow the present: a reading more of each curve, all of it anew."""
    look = Look("dark", "en")
    fonts.load_fonts()
    strips = Strips(look)
    strips.resize(WIDTH_PX, HEIGHT_PX)
    points = len(values[0])
    strips.span = Span(None, points * STEP_MS)
    curves = [columns_of(one, strips.columns) for one in values]
    words = StripWords("no data", "cursor", "")
    now_ms = NOW_MS

    def follow() -> None:
        nonlocal now_ms
        now_ms += STEP_MS
        # What the recorder's pyramid holds of the tail; readings before it do not change.
        curves[:] = [with_tail(one, float(one.mean[-1]) + 0.001, now_ms) for one in curves]
        heads = [
            StripHead(at, f"PT-{at}", "", f"{one.mean[-1] / 100:.3f}", "MPa", "good", "t1", 0.00980665, 3, (), STEP_MS)
            for at, one in enumerate(curves)
        ]
        strips.show_heads(heads, (), now_ms, words)
        strips.show_curves(range(CURVES), curves, ())

    return painted(strips, times, follow)


def plain_frame(values: list[np.ndarray], times: int) -> float | None:
    """A frame of as many curves in pyqtgraph as it comes; None where it is not installed."""
    if importlib.util.find_spec("pyqtgraph") is None:
        return None
    import pyqtgraph  # noqa: PLC0415 - only where it is there

    widget = pyqtgraph.GraphicsLayoutWidget()
    widget.resize(WIDTH_PX, HEIGHT_PX)
    items = []
    for at, one in enumerate(values):
        items.append(widget.addPlot(row=at, col=0).plot(one))
    shown = list(values)

    def append() -> None:
        shown[:] = [np.append(one[1:], one[-1] + 0.001) for one in shown]
        for item, one in zip(items, shown, strict=True):
            item.setData(one)

    return painted(widget, times, append)


def intake(folder: Path, channels: int, seconds: float, samples: int) -> None:
    """Messages of many samples through the recorder to the disk."""
    known = Channels(tuple(Channel(f"PT-{at:05d}", "", Quantity.PRESSURE, "MPa", 10.0) for at in range(channels)))
    history = History.create(folder / "intake.sqlite")
    recorder = Recorder(known, Limits(()), history, {"feed": lambda message: opened(message, CITY_TIME)}, NOW_MS)
    taken, began, longest = 0, time.process_time(), 0.0
    turn = 0
    while time.process_time() - began < seconds:
        at_ms = NOW_MS + turn * STEP_MS
        parts = [known.records[first : first + samples] for first in range(0, channels, samples)]
        bodies = [json.dumps({"ts": at_ms, "values": {one.id: 0.31 for one in part}}).encode() for part in parts]
        started = time.process_time()
        recorder.take([Message("feed", "x", body, at_ms + 100) for body in bodies], at_ms + 200)
        longest = max(longest, time.process_time() - started)
        taken += channels
        turn += 1
    spent = time.process_time() - began
    held = sum(len(history.readings(number, NOW_MS, 2**53)) for number, _ in list(history.channels().values())[:50])
    assert held == 50 * turn, "something was lost"
    print(f"taken in: {taken / spent:,.0f} samples/s of a core in messages of {samples}, all of them on the disk")
    print(f"  {channels:,} channels once: longest turn {longest * 1e3:.0f} ms")
    history.close()


def charts_frame(count: int, times: int) -> tuple[int, float]:
    """Little charts of *count* channels on a page: how many are in sight, and a frame of all these."""
    records = [
        StripHead(
            at, f"Instrument {at}", f"PT-{at}", "0.310", "MPa", "good", "t1", 0.00980665, 3, ((26.0, 2),), STEP_MS
        )
        for at in range(count)
    ]
    grid = Multiples(Look("dark", "en"), records.__getitem__)
    page = scrolling(grid)
    page.resize(WIDTH_PX, HEIGHT_PX)
    grid.show_rows(range(count))
    page.show()
    QApplication.processEvents()
    rng = np.random.default_rng(5)
    grid.span, grid.now_ms = Span(None, 8_640 * STEP_MS), NOW_MS
    for at in range(count):
        grid.curves[at] = columns_of(31.0 + np.cumsum(rng.normal(0, 0.01, 8_640)), grid.columns)

    def frame() -> None:
        grid.renew()
        page.grab()

    frame()
    return len(grid.in_sight), spent_s(frame, times)


def year(folder: Path, channels: int) -> None:
    """A year of a reading in ten minutes: opened, recorded on, and drawn on 900 pixels."""
    path = folder / HISTORY
    history = History.create(path)
    rng = np.random.default_rng(3)
    records = tuple(Channel(f"c{at}", "", Quantity.PRESSURE, "MPa", resolution=0.01) for at in range(channels))
    numbers = [history.channel(one.id, one.step) for one in records]
    start_ms = NOW_MS // DAY_MS * DAY_MS - 365 * DAY_MS
    for begin in range(start_ms, start_ms + 365 * DAY_MS, 30 * DAY_MS):
        source = np.arange(begin, min(begin + 30 * DAY_MS, start_ms + 365 * DAY_MS), 600_000, dtype=np.int64)
        count = 3100 + rng.integers(-3, 4, (channels, len(source)))
        channel = np.repeat(np.array(numbers, dtype=np.int64), len(source))
        at = np.tile(source, channels)
        history.append(
            Readings(channel, at, at + 500, count.ravel().astype(np.int64), np.zeros(len(at), dtype=np.int64))
        )
        history.compact(begin + 31 * DAY_MS)
    history.close()
    began = time.process_time()
    again = History.open(path, readonly=True)
    known = again.channels()
    curve_of(again, *known["c0"], NOW_MS - 4 * 3_600_000, NOW_MS, 900)
    print(f"opened with a year behind it, first curve shown: {(time.process_time() - began) * 1e3:.1f} ms")
    write_setup(folder, Setup(Channels(records), Limits(()), ()))
    began, began_s = time.process_time(), time.perf_counter()
    recording = Recording(folder, lambda: NOW_MS)
    standing = recording.present().standings
    spent_ms, clock_ms = (time.process_time() - began) * 1e3, (time.perf_counter() - began_s) * 1e3
    recording.close()
    ready = f"recorder of {len(standing)} channels ready with a year behind it"
    print(f"{ready}: {spent_ms:.0f} ms, {clock_ms:.0f} by the clock")
    for name, days in (("week", 7), ("year", 365)):
        end_ms = start_ms + 365 * DAY_MS
        spent = spent_s(lambda days=days, end=end_ms: curve_of(again, *known["c1"], end - days * DAY_MS, end, 900), 5)
        print(f"  a channel's {name} on 900 pixels: {spent * 1e3:.1f} ms")
    again.close()


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Cost of live readings.")
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    wanted = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    assert application is not None
    rng = np.random.default_rng(7)
    values = [31.0 + np.cumsum(rng.normal(0, 0.01, wanted.points)) for _ in range(CURVES)]
    own = strips_frame(values, 30)
    frame = f"{CURVES} curves of {wanted.points:,} points, a reading more of each, {WIDTH_PX} x {HEIGHT_PX} anew"
    print(f"{frame}: {own * 1e3:.1f} ms")
    print(f"  {1 / own:.0f} frames a second of one core")
    plain = plain_frame(values, 3)
    if plain is not None:
        print(f"  plain pyqtgraph takes {plain / own:.0f} x that")
    seen, spent = charts_frame(CHARTS, 10)
    print(f"{CHARTS} little charts of a day each, {seen} in sight on {WIDTH_PX} x {HEIGHT_PX}: {spent * 1e3:.1f} ms")
    with tempfile.TemporaryDirectory() as folder:
        intake(Path(folder), 5_000, wanted.seconds, 50)
        year(Path(folder), 50)
    return 0


if __name__ == "__main__":
    sys.exit(main())
