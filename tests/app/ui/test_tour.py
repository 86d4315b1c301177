"""The pictures that a start without a display writes: all of them, whole, and nothing left behind."""

import gc
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from console_driver import ThreadWorker
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.operations.laptop_round import laptop_round
from app.requests import BuildDemo
from app.ui.start import Console, StartOptions
from app.ui.tour import HEIGHT_PX, WIDTH_PX, Tour, write_tour
from app.ui.tour_dispatch import dispatch_states
from app.ui.tour_outages import outage_states

MOMENT = datetime(2026, 3, 12, 14, 32, tzinfo=ZoneInfo("Asia/Shanghai"))
LISTS = ("empty", "search", "progress")
PLANNING = ("plan", "stuck", "refused", "front", "order", "fallbacks", "resupply", "rank", "hydraulics")
DISPATCH = (
    "dispatch", "dispatch-crews", "dispatch-orders", "dispatch-handover", "dispatch-disputes", "dispatch-intake",
    "dispatch-line", "dispatch-wall",
)  # fmt: skip
PRESSURE = (
    "pressure-quiet", "pressure-all", "pressure-burst", "pressure-alarm", "pressure-flood", "pressure-hydrants",
)  # fmt: skip
HOTLINE = ("hotline", "hotline-calls", "hotline-month", "hotline-form")
OUTAGES = ("outages", "outages-plan", "outages-night", "outages-notice")
BOTH = (*LISTS, "faults", "city", "edit-valve", "edit-topology", *PLANNING, *DISPATCH, *HOTLINE, *OUTAGES, *PRESSURE)
FIELD = {f"{name}-{look}.png" for name in ("field", "field-permit") for look in ("dark-zh_CN", "sun-en")}
NAMES = {f"{name}-{look}.png" for name in BOTH for look in ("dark-zh_CN", "light-en")} | FIELD
SMALL = FIELD | {f"fallbacks-{look}.png" for look in ("dark-zh_CN", "light-en")}
"""Taken of a laptop's window."""


def test_a_tour_that_is_left_takes_everything_with_it(qtbot: QtBot, tmp_path: Path) -> None:
    options = StartOptions(tmp_path / "home", BuildDemo(tmp_path / "demo", 1000, 7), tmp_path / "none")
    said = QCoreApplication.translate("StatusBar", "worker ready")
    gc.enable()
    tour = write_tour(options, ThreadWorker, lambda: MOMENT, tmp_path / "out")
    assert next(tour) == tmp_path / "out" / "empty-dark-zh_CN.png"
    assert QCoreApplication.translate("StatusBar", "worker ready") != said
    assert not gc.isenabled()
    tour.close()
    assert QCoreApplication.translate("StatusBar", "worker ready") == said
    assert gc.isenabled()


def test_a_second_tour_goes_on_with_the_first_and_a_real_city_is_left_alone(qtbot: QtBot, tmp_path: Path) -> None:
    options = StartOptions(tmp_path / "home", BuildDemo(tmp_path / "demo", 1000, 7))
    console = Console(options, ThreadWorker, lambda: MOMENT)
    try:
        tour = Tour(console, tmp_path, laptop_round)
        tour.open()
        opened, model = console.session.workspace, console.window.dispatch.model
        assert opened is not None
        console.session.workspace = replace(opened, synthetic=False)
        assert not list(dispatch_states(tour))
        assert not list(outage_states(tour))
        assert model.view is not None
        assert not model.view.queue
        assert console.window.outages.model.view.rows == ()
        console.session.workspace = opened
        first = [path.name for path in dispatch_states(tour)]
        reported = {row.entity for row in model.view.queue}
        assert len(model.view.disputes) == 2, "what the laptop brought home"
        assert len(reported) > 3
        assert [path.name for path in dispatch_states(tour)] == first
        assert {row.entity for row in model.view.queue} == reported
    finally:
        console.window.close()
        console.close()
        console.look.withdraw()


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_start_without_a_display_writes_every_picture_it_promises(demo: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app", "tour", "--workspace", str(demo), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3000, check=False)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == NAMES
    assert len(done.stdout.splitlines()) == len(NAMES)
    for path in tmp_path.iterdir():
        picture = QImage(str(path))
        width_px, height_px = (1366, 768) if path.name in SMALL else (WIDTH_PX, HEIGHT_PX)
        assert (picture.width(), picture.height()) == (width_px, height_px), path.name
        assert path.stat().st_size > 20_000, path.name
