"""Pictures of the console at work, made by the console itself: real window, worker and city, driven step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.errors import AppError
from app.messages.describe import Thing, target_of
from app.requests import ImportCity, MakePlan, PlanMade, Reply
from app.ui.chatter import without_chatter
from app.ui.client import OnEvent, Worker
from app.ui.left.side import FAULTS, FRONT
from app.ui.plan_facts import PlanFacts
from app.ui.session import Session
from app.ui.start import Console, StartOptions
from app.ui.steady import SteadyEvents
from app.ui.tour_dispatch import dispatch_states
from app.ui.tour_editing import editing_states, topology_state
from app.ui.tour_field import field_states
from app.ui.tour_guide import LOOKS, LaptopRound
from app.ui.tour_hotline import hotline_states
from app.ui.tour_outages import outage_states
from app.ui.tour_planning import planning_states
from app.ui.tour_pressure import pressure_states
from app.ui.tour_sweeps import sweep_states
from app.ui.window import MainWindow
from gis.faults import FaultKind
from gis.synthetic.flawed import write_flawed_files
from network.assets import Condition, SourceKind
from network.columns import NO_INDEX
from network.errors import os_detail

WIDTH_PX, HEIGHT_PX = 1920, 1080
_PATIENCE_MS = 600_000
"""The demo city may have to be built first, on a slow machine."""

_TURNS = 4
_PROGRESS_SHOWN = 0.2
_MOST_TRIES, _ONE_OF = 200, 10
"""A small city needs fewer: one pipe of ten."""

_MOST_STUCK_ROUNDS = 12
_LOOKED_UP = {"zh_CN": "内环", "en": "nh"}
"""A road by its name, and by the initials of its pinyin for those who cannot type it."""


class Tour:
    """Drives one console and takes its picture."""

    def __init__(self, console: Console, out: Path, laptop_round: LaptopRound | None = None) -> None:
        self.console, self._out, self.laptop_round = console, out, laptop_round
        self._window, self._session = console.window, console.session
        self._window.resize(WIDTH_PX, HEIGHT_PX)
        self._window.show()

    @property
    def window(self) -> MainWindow:
        """The console's window."""
        return self._window

    @property
    def session(self) -> Session:
        """What the window is about."""
        return self._session

    def idle(self) -> None:
        """Let everything that is being asked be answered."""
        self.wait(lambda: not self.console.client.tickets and not self._window.study.busy)

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window live until something is so.

        Raises:
            AppError: ``tour_refused`` when the console refused something, ``tour_too_slow`` after ten minutes.
        """
        refused: list[object] = []
        self._session.refused.connect(refused.append)
        clock, loop = QElapsedTimer(), QEventLoop()
        clock.start()
        look = QTimer()
        look.setInterval(15)
        look.timeout.connect(lambda: loop.quit() if until() or refused or clock.elapsed() > _PATIENCE_MS else None)
        look.start()
        loop.exec()
        self._session.refused.disconnect(refused.append)
        # What layouts within layouts took in with the last answer has its height some turns of events later.
        for _ in range(_TURNS):
            QApplication.processEvents()
        if refused:
            raise AppError("tour_refused", reason=str(refused[0]))
        if clock.elapsed() > _PATIENCE_MS:
            raise AppError("tour_too_slow")

    @property
    def busy(self) -> bool:
        """Whether something is being asked."""
        return bool(self.console.client.tickets)

    def portrait(self, widget: QWidget, name: str) -> Path:
        """Save a window of its own, in the size of the other pictures."""
        widget.resize(WIDTH_PX, HEIGHT_PX)
        return self._saved(widget, name)

    def picture(self, name: str) -> Path:
        """Save the window as it is once the map is sharp."""
        self.wait(lambda: self._window.map.canvas.settled and not self.console.client.tickets)
        return self.snapshot(name)

    def try_plan(self, thing: Thing) -> PlanFacts:
        """What the plan for *thing* would be, asked behind the window's back."""
        target, city = target_of(thing), self._session.city
        assert target is not None
        assert city is not None
        replies: list[Reply] = []
        self.console.client.ask(MakePlan(target), replies.append)
        self.wait(lambda: bool(replies))
        made = replies[0]
        assert isinstance(made, PlanMade)
        return PlanFacts(made, city, self._session.states)

    def snapshot(self, name: str) -> Path:
        """Save the window as it is now, work under way or not."""
        # What was told a while ago may still stand there, or not.
        self._window.status.say("")
        return self._saved(self._window, name)

    def _saved(self, widget: QWidget, name: str) -> Path:
        path = self._out / f"{name}.png"
        if not widget.grab().save(str(path)):
            raise AppError("cannot_write_file", path=str(path), why="PNG")
        return path

    def settle(self) -> None:
        """Let a cancelled task end: its refusal is what was asked for."""
        loop = QEventLoop()
        QTimer.singleShot(500, loop.quit)
        loop.exec()
        self._window.notice.put_away()

    def plan(self, thing: Thing) -> PlanFacts:
        """Pick *thing* and wait for its plan."""
        self._session.clear_plan()
        self._session.pick(thing)
        self._session.make_plan(thing)
        self.wait(lambda: self._session.plan is not None)
        assert self._session.plan is not None
        return self._session.plan

    def open(self) -> None:
        """Open what the options say and wait for it."""
        before = self._session.workspace
        self.console.open_first()
        # The worker has answered a moment before the window has taken the city up: no ticket is open in between.
        self.wait(lambda: self._session.workspace is not before and not self.console.client.tickets)

    def telling_pipe(self) -> Thing:
        """A pipe whose plan shows what plans are made of: several valves, customers, critical ones where there are."""
        city = self._session.city
        assert city is not None
        step = max(len(city.network.pipes) // _MOST_TRIES, _ONE_OF)
        best, best_score = Thing("pipe", 0), -1.0
        for row in range(step // 2, len(city.network.pipes), step):
            score = _tells(self.try_plan(Thing("pipe", row)))
            if score > best_score:
                best, best_score = Thing("pipe", row), score
        return best

    def refusal(self) -> bool:
        """Make a plan that cannot be: at a plant, with what a plan would close supposed stuck until nothing is left."""
        for row in self._pipes_at_plants():
            facts = self.plan(Thing("pipe", row))
            for _ in range(_MOST_STUCK_ROUNDS):
                if not facts.feasible:
                    return True
                for device in facts.plan.close:
                    self._session.suppose(device, condition=Condition.INOPERABLE)
                self.wait(lambda: not self.console.client.tickets)
                assert self._session.plan is not None
                facts = self._session.plan
            self.withdraw_all()
        return False

    def withdraw_all(self) -> None:
        """Take back everything supposed."""
        while self._session.suppositions:
            self._session.withdraw_last()
        self.wait(lambda: not self.console.client.tickets)

    def _pipes_at_plants(self) -> Iterator[int]:
        city = self._session.city
        assert city is not None
        pipes, sources = city.network.pipes, city.network.sources
        for source in range(len(sources)):
            node = int(sources.node[source])
            if sources.kind[source] != SourceKind.TANK and node != NO_INDEX:
                yield from ((pipes.from_node == node) | (pipes.to_node == node)).nonzero()[0].tolist()


def _tells(facts: PlanFacts) -> float:
    plan, impact = facts.plan, facts.made.impact
    if not plan.feasible or not 3 <= len(plan.close) <= 8:
        return 0.0
    kinds = (plan.unintended, plan.on_storage, impact.critical, plan.verify_closed, facts.bypassed)
    return 1.0 + sum(1.0 for kind in kinds if len(kind)) + min(len(impact.out), 200) / 200


def write_tour(
    options: StartOptions,
    make_worker: Callable[[OnEvent], Worker],
    now: Callable[[], datetime],
    out: Path,
    laptop_round: LaptopRound | None = None,
) -> Iterator[Path]:
    """Write one picture after the other into *out*, which is made where it is not there.

    Raises:
        AppError: The folder cannot be written, or the console refused something.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AppError("cannot_write_file", path=str(out), **os_detail(error)) from error
    application = QApplication.instance() or QApplication(["sluice"])
    assert isinstance(application, QApplication)
    application.setCursorFlashTime(0)
    events = SteadyEvents(make_worker)
    console = Console(options, events.make_worker, now)
    try:
        with without_chatter():
            yield from _states(Tour(console, out, laptop_round), events)
    finally:
        console.window.close()
        console.close()
        console.look.withdraw()


def _states(tour: Tour, events: SteadyEvents) -> Iterator[Path]:
    window, session = tour.console.window, tour.console.session
    # The pane would work behind every plan: it comes forward for its own pictures.
    window.pressures.hide()
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        yield tour.picture(f"empty-{theme}-{language}")
    yield from _faults(tour)
    tour.open()
    yield from _lists(tour, events)
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        session.clear_plan()
        window.map.canvas.zoom_to_all()
        yield tour.picture(f"city-{theme}-{language}")
    thing = tour.telling_pipe()
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        facts = tour.plan(thing)
        window.map.zoom_to_plan()
        yield tour.picture(f"plan-{theme}-{language}")
        session.suppose(facts.plan.close[0], condition=Condition.INOPERABLE)
        tour.wait(lambda: not tour.console.client.tickets)
        yield tour.picture(f"stuck-{theme}-{language}")
        session.withdraw_last()
        tour.wait(lambda: not tour.console.client.tickets)
    if tour.refusal():
        for language, theme in LOOKS:
            window.set_language(language)
            window.set_theme(theme)
            window.map.zoom_to_plan()
            yield tour.picture(f"refused-{theme}-{language}")
    tour.withdraw_all()
    yield from planning_states(tour)
    yield from sweep_states(tour, thing)
    session.clear_plan()
    yield from dispatch_states(tour)
    yield from field_states(tour, thing)
    yield from hotline_states(tour)
    yield from outage_states(tour)
    yield from pressure_states(tour)
    yield from editing_states(tour, thing)


def _faults(tour: Tour) -> Iterator[Path]:
    """The faults of a city whose drawing has some, one of them shown on the map."""
    session, window = tour.console.session, tour.console.window
    home = tour.console.options.home
    files = write_flawed_files(home / "flawed-files")
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        if session.workspace is None:
            name = "合成示例 · 数据有误"
            session.import_city(ImportCity((files,), home / "flawed", name=name))
            tour.wait(lambda: bool(session.faults) and not tour.console.client.tickets)
        window.left.show_page(FAULTS)
        shown = next(fault for fault in session.faults if fault.kind == FaultKind.NEAR_MISS_END)
        window.left.faults.table.select(shown)
        window.left.faults.table.chosen.emit(shown)
        yield tour.picture(f"faults-{theme}-{language}")
        yield from topology_state(tour, f"edit-topology-{theme}-{language}")
    window.left.show_page(FRONT)
    window.set_language("zh_CN")
    window.set_theme("dark")


def _lists(tour: Tour, events: SteadyEvents) -> Iterator[Path]:
    """Looking something up, and long work under way, which is then stopped."""
    window, console = tour.console.window, tour.console
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        window.command.enter(_LOOKED_UP[language])
        window.command.ask()
        tour.wait(lambda: window.command.popup.isVisible() and not console.client.tickets)
        yield tour.picture(f"search-{theme}-{language}")
        window.command.leave()
        window.command.field.clear()
        events.stop_at = _PROGRESS_SHOWN
        ticket = console.session.build_demo(console.options.home / "stopped", console.options.demo.pipes, 1)
        tour.wait(lambda: window.tasks.isVisible() and window.tasks.bar.value() > 0)
        window.tasks.seconds.hide()  # how many they are is the machine's affair
        yield tour.snapshot(f"progress-{theme}-{language}")
        window.tasks.seconds.show()
        console.client.cancel(ticket)
        tour.settle()
        events.stop_at = None
