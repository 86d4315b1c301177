"""Start the console: application, look, session, window, and what to open first."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.logbook import DeathNotes, keep_log
from app.requests import BuildDemo
from app.sounds import SoundWay
from app.ui import fonts
from app.ui.client import Client, OnEvent, Worker
from app.ui.collector import Collector
from app.ui.crash import CrashReporter
from app.ui.first_sight import FirstSight, LookFirst
from app.ui.look import Look
from app.ui.map.backdrop import OpenBasemap
from app.ui.map.gate import hand_over_quickly
from app.ui.rescue_offer import RescueOffer
from app.ui.resume import SessionKeeper
from app.ui.session import Session
from app.ui.theme import THEMES
from app.ui.watchdog import Watchdog
from app.ui.window import MainWindow


@dataclass(frozen=True)
class StartOptions:
    """How the console begins.

    Attributes:
        home: The user's folder: settings and crash reports.
        workspace: Opened first; None opens the demo city, which is built where it is not there yet.
        demo: The demo city: where it is kept, how many pipes, from which seed.
        language, theme: None takes what the operator used last.
        sound_ways: What plays the dispatch desk's sounds, the best way first; none leaves them to the system's bell.
        tiles_apart: Whether a process of its own paints the map's tiles.
        open_basemap: How the pictures of a workspace's folder are opened; None shows none.
        look_first: Finds what can be shown of a workspace before it is open; None: nothing is.
        deaths: How many consoles before this one have just died one after the other: what was on their screen goes
            before *workspace*, but where it may be what they died of.
    """

    home: Path
    demo: BuildDemo
    workspace: Path | None = None
    language: str | None = None
    theme: str | None = None
    open_basemap: OpenBasemap | None = None
    sound_ways: tuple[SoundWay, ...] = ()
    tiles_apart: bool = False
    look_first: LookFirst | None = None
    deaths: int = 0


_MOST_DEATHS = 2
"""Two consoles in a row that died with the same on their screen may have died of it."""


class _Crashes(QObject):
    """Carries word of a crash report into the window's own thread."""

    written = Signal(object)


class Console:
    """One running console, put together. Needs the application object."""

    def __init__(
        self, options: StartOptions, make_worker: Callable[[OnEvent], Worker], now: Callable[[], datetime]
    ) -> None:
        hand_over_quickly()
        self.collector = Collector()
        self.settings = QSettings(str(options.home / "console.ini"), QSettings.Format.IniFormat)
        self.options = options
        language = options.language or str(self.settings.value("language", "zh_CN"))
        theme = options.theme or str(self.settings.value("theme", "dark"))
        self.look = Look(theme if theme in THEMES else "dark", language if language == "en" else "zh_CN")
        fonts.load_fonts()
        self.look.prepare()
        self.client = Client(make_worker)
        self.session = Session(self.client)
        self.window = MainWindow(
            self.look, self.session, self.settings, options.home / "workspaces", now, options.sound_ways
        )
        self.look.dress()
        self.window.map.open_basemap = options.open_basemap
        if options.tiles_apart:
            self.window.map.canvas.store.paint_apart()
        self.window.menu.demo_wanted.connect(self.open_demo)
        self.rescue = RescueOffer(self.look, self.session)
        self.window.show_over_map(self.rescue)
        self.first_sight = None if options.look_first is None else FirstSight(self.session, options.look_first)
        self._crashes = _Crashes()
        self._crashes.written.connect(self.window.show_crash, Qt.ConnectionType.QueuedConnection)
        self.reporter = CrashReporter(options.home / "crashes", now, self._crashes.written.emit)
        self.keeper = SessionKeeper(self.window, options.home, now)

    def close(self) -> None:
        """End the worker and everything that outlives the window."""
        self.keeper.end()
        if self.first_sight is not None:
            self.first_sight.close()
        self.client.close()
        self.collector.stop()

    def open_first(self) -> None:
        """Open what a console that died had on screen, else what was asked for, or the demo city."""
        if self._comes_back:
            self.keeper.bring_back()
            return
        self.keeper.set_aside()
        if self.options.workspace is not None:
            # "." has no name by which the window could say what it opens.
            self.session.open_workspace(self.options.workspace.absolute())
        else:
            self.open_demo()

    @property
    def _comes_back(self) -> bool:
        left, asked = self.keeper.left, self.options.workspace
        if left is None or not left.workspace.is_dir():
            return False
        if self.options.deaths >= _MOST_DEATHS:
            return False
        return self.options.deaths > 0 or asked is None or asked.resolve() == left.workspace.resolve()

    def open_demo(self) -> None:
        """Open the demo city; build it first where it is not there."""
        demo = self.options.demo
        if demo.folder.exists():
            self.session.open_workspace(demo.folder)
        else:
            self.session.build_demo(demo.folder, demo.pipes, demo.seed)


def fit_to_screen(window: QWidget) -> None:
    """Make *window* no larger than the screen it is on, and move it inside: the plan must not lie beyond the edge."""
    room = window.screen().availableGeometry()
    window.resize(window.size().boundedTo(room.size()))
    if not room.contains(window.geometry()):
        window.move(room.topLeft())


def run(options: StartOptions, make_worker: Callable[[OnEvent], Worker], now: Callable[[], datetime]) -> int:
    """Show the console until it is closed; returns the process's exit status."""
    keep_log(options.home, "sluice")
    notes = DeathNotes(options.home / "crashes", now)
    left = notes.begin()
    application = QApplication.instance() or QApplication(["sluice"])
    assert isinstance(application, QApplication)
    application.setApplicationName("sluice")
    console = Console(options, make_worker, now)
    console.reporter.install()
    watchdog = Watchdog(time.monotonic)
    fit_to_screen(console.window)
    console.window.show()
    console.keeper.begin()
    console.open_first()
    if left:
        console.window.show_crash(left[-1])
    watchdog.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Python looks for signals while it runs, which the watchdog's beat sees to.
        signal.signal(number, lambda *_: console.window.close())
    try:
        return application.exec()
    finally:
        watchdog.stop()
        console.close()
        notes.end()
