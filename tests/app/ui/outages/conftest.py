"""A town whose customers have phones, on the desk of planned outages."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from console_driver import Driver, ThreadWorker
from desk_hands import CTRL
from little_city import little_layers, little_workspace
from outage_hands import OutageHands, TownClock
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.requests import BuildDemo
from app.ui.start import Console, StartOptions


@pytest.fixture(scope="session")
def reachable_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    layers = little_layers()
    customers = layers.get("customer")
    phones = np.array([f"0531-8{row:07d}" for row in range(len(customers))], dtype=object)
    with_phones = replace(customers, columns={**customers.columns, "phone": phones})
    named = {**layers.layers, "customer": with_phones}
    return little_workspace(tmp_path_factory.mktemp("town") / "town", replace(layers, layers=named))


@pytest.fixture
def hands(qtbot: QtBot, tmp_path: Path, reachable_town: Path) -> Iterator[OutageHands]:
    """The desk in front, nothing planned yet."""
    town = Path(shutil.copytree(reachable_town, tmp_path / "town"))
    clock = TownClock("2026-03-12 14:32:08")
    options = StartOptions(tmp_path / "home", BuildDemo(tmp_path / "demo", 1000, 7), town, "zh_CN", "dark")
    console = Console(options, ThreadWorker, clock)
    try:
        qtbot.addWidget(console.window)
        console.window.resize(1600, 900)
        console.window.pressures.hide()
        with qtbot.waitExposed(console.window):
            console.window.show()
        desk = Driver(console, qtbot).open()
        assert not console.window.outages.model.view
        QTest.keyClick(console.window, Qt.Key.Key_4, CTRL)
        desk.until(lambda: console.window.outages.model.view is not None)
        desk.idle()
        yield OutageHands(desk, clock)
    finally:
        console.window.close()
        console.close()
        console.look.set_language("en")
