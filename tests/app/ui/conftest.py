"""A real console on a real workspace."""

import gc
import shutil
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from console_driver import Driver, ThreadWorker
from little_city import little_workspace
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.requests import BuildDemo
from app.ui.start import Console, StartOptions

HERE = Path(__file__).parent
MOMENT = datetime(2026, 3, 12, 14, 32, 8, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True, scope="module")
def older_things_aside() -> None:
    """What a module's tests find on the heap is looked through for garbage once and then never again: it is much.

    While they run nobody collects but this thread.
    """
    gc.collect()
    gc.freeze()
    gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Consoles that a test leaves behind are taken apart in this thread, not in some worker's.

    That is when its whole course is over: until then pytest itself holds what it was given. What somebody holds still
    at the end of a module is put aside: were it to become garbage during a later module's test, a thread there might
    take widgets apart.
    """
    done = yield
    if item.path.is_relative_to(HERE):
        gc.collect()
        gc.disable()  # the test may have had it on
        if nextitem is None or nextitem.path != item.path:
            gc.freeze()
            gc.enable()
    return done


@pytest.fixture(autouse=True)
def bare_application(older_things_aside: None) -> Iterator[None]:
    """The next window begins as the first did: no key is held, and no style is there."""
    yield
    application = QApplication.instance()
    if isinstance(application, QApplication):
        if application.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
            # A Shift that was held with the last key would pick other rows in the next test.
            QTest.keyClick(QWidget(), Qt.Key.Key_F24)
        # What is laid out under a style sheet takes four times as long.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        application.setStyleSheet("")


@pytest.fixture(scope="session")
def town_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return little_workspace(tmp_path_factory.mktemp("town") / "town")


@pytest.fixture
def town(town_master: Path, tmp_path: Path) -> Path:
    """The town's workspace, to be written into at will."""
    return Path(shutil.copytree(town_master, tmp_path / "town"))


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path, town: Path) -> Iterator[Callable[..., Driver]]:
    """Makes consoles; each is closed at the end."""
    made: list[Console] = []

    def build(
        language: str = "zh_CN", theme: str = "dark", make_worker=ThreadWorker, workspace: Path = town, look_first=None
    ) -> Driver:
        demo = BuildDemo(tmp_path / "demo", 1000, 7)
        options = StartOptions(tmp_path / "home", demo, workspace, language, theme, look_first=look_first)
        console = Console(options, make_worker, lambda: MOMENT)
        made.append(console)
        qtbot.addWidget(console.window)
        console.window.resize(1600, 900)
        # Pressures ask EPANET in a process of its own after each plan: their own tests show the pane.
        console.window.pressures.hide()
        with qtbot.waitExposed(console.window):
            console.window.show()
        return Driver(console, qtbot)

    yield build
    for console in made:
        console.window.close()
        console.close()
        console.look.set_language("en")  # takes its translator out of the application


@pytest.fixture
def desk(start: Callable[..., Driver]) -> Driver:
    """A console with the town open."""
    return start().open()
