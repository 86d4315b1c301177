"""What is on screen, kept in a small file while the console runs, and brought back after one that died.

The file goes when the console ends as it should: then the next start begins as always. Of two consoles of one user the
first keeps the file. What stands in a half-filled report is kept too, names and numbers included: the file is its
user's alone, and is overwritten with each change.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, QTimer

from app.messages.describe import Thing
from app.suppositions import ValveOverride
from app.ui.dispatch.intake import ReportDraft
from app.ui.whole_files import beside
from app.ui.window import MainWindow
from network.assets import Condition, Position

_LOG = logging.getLogger(__name__)
SOON_MS = 700
FILE, LOCK = "session.json", "session.lock"
ASIDE = "session.before.json"
"""What was left and is not brought back: it may be what a console died of."""


@dataclass(frozen=True)
class OnScreen:
    """What one console shows.

    Attributes:
        revision: Of the city's arrays: rows of things and valves mean something in these only.
        view: Middle of the map in the project's CRS, m, and metres in a pixel.
        report: What was typed of a report that is not saved yet.
        closed: Valves that crews have closed for the plan.
        preferred: Valves of the plan that was chosen instead of the tight one; None where that one is shown.
    """

    workspace: Path
    revision: str
    desk: str
    view: tuple[float, float, float]
    target: Thing | None = None
    supposed: tuple[ValveOverride, ...] = ()
    report: ReportDraft | None = None
    closed: tuple[int, ...] = ()
    preferred: tuple[int, ...] | None = None


def to_json(shown: OnScreen) -> str:
    """As text."""
    return json.dumps(asdict(shown) | {"workspace": str(shown.workspace)}, ensure_ascii=False)


def from_json(text: str) -> OnScreen:
    """From text.

    Raises:
        ValueError, KeyError, TypeError: It is not such a text.
    """
    told: dict[str, Any] = json.loads(text)
    x_m, y_m, m_per_px = map(float, told["view"])
    target, report, preferred = told["target"], told["report"], told["preferred"]
    return OnScreen(
        workspace=Path(told["workspace"]),
        revision=str(told["revision"]),
        desk=str(told["desk"]),
        view=(x_m, y_m, m_per_px),
        target=None if target is None else _thing(target),
        supposed=tuple(_override(one) for one in told["supposed"]),
        report=None if report is None else ReportDraft(**{name: str(said) for name, said in report.items()}),
        closed=tuple(map(int, told["closed"])),
        preferred=None if preferred is None else tuple(map(int, preferred)),
    )


def _thing(told: dict[str, Any]) -> Thing:
    ring_m = tuple((float(x_m), float(y_m)) for x_m, y_m in told["ring_m"])
    return Thing(told["kind"], int(told["row"]), told["offset_m"], ring_m, tuple(map(int, told["rows"])))


def _override(told: dict[str, Any]) -> ValveOverride:
    position, condition = told["position"], told["condition"]
    return ValveOverride(
        int(told["device"]),
        None if position is None else Position(position),
        None if condition is None else Condition(condition),
    )


class SessionKeeper(QObject):
    """Keeps what *window* shows in *home*, and brings back what a console before it showed.

    Attributes:
        left: What a console that died had on screen; None where the last one ended as it should.
    """

    def __init__(self, window: MainWindow, home: Path) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._file = home / FILE
        self._lock = QLockFile(str(home / LOCK))
        # A lock lasts as long as its process, however old it is.
        self._lock.setStaleLockTime(0)
        self._kept = ""
        self.left: OnScreen | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.keep)

    def begin(self) -> None:
        """Look for what was left, and keep what is shown from now on; nothing where another console does so already."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            _LOG.warning("what is on screen is not kept: %s", error)
            return
        if not self._lock.tryLock(0):
            _LOG.info("another console of this user keeps what is on its screen")
            return
        self.left = self._read()
        window, session = self._window, self._session
        of_plans = (
            session.workspace_changed,
            session.plan_changed,
            session.suppositions_changed,
            session.field_changed,
        )
        of_reports = (window.dispatch.intake.edited, window.dispatch.right.currentChanged)
        for changed in (*of_plans, *of_reports, window.desks.changed, window.map.canvas.viewChanged):
            changed.connect(lambda *_told: self._soon.start())

    def bring_back(self) -> None:
        """Open what was left: to be called once, instead of opening anything else."""
        assert self.left is not None
        self._session.workspace_changed.connect(self._opened)
        self._session.open_workspace(self.left.workspace)

    def set_aside(self) -> None:
        """Begin without what was left, and keep it in a file of its own: only who is asked to help looks at it."""
        self.left = None
        if self._lock.isLocked() and self._file.exists():
            try:
                self._file.replace(self._file.with_name(ASIDE))
            except OSError as error:
                _LOG.warning("what was on screen cannot be set aside: %s", error)

    def end(self) -> None:
        """The console ends as it should: the next start begins as always."""
        self._soon.stop()
        if self._lock.isLocked():
            self._file.unlink(missing_ok=True)
            self._lock.unlock()

    def keep(self) -> None:
        """Write what is shown now, where it is something else than before."""
        opened = self._session.workspace
        if opened is None:
            return
        view = self._window.map.canvas.view
        shown = OnScreen(
            opened.folder,
            opened.revision,
            self._window.desks.shown.code,
            (view.centre_x_m, view.centre_y_m, view.m_per_px),
            self._session.target,
            self._session.suppositions,
            self._window.dispatch.draft,
            self._session.closed,
            self._session.preferred,
        )
        text = to_json(shown)
        if text == self._kept:
            return
        try:
            with beside(self._file) as partial:
                partial.chmod(0o600)
                partial.write_text(text, encoding="utf-8")
                partial.replace(self._file)
            self._kept = text
        except OSError as error:
            _LOG.warning("what is on screen is not kept: %s", error)

    def _read(self) -> OnScreen | None:
        try:
            return from_json(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            _LOG.warning("what was on screen cannot be brought back: %s", error)
            return None

    def _opened(self) -> None:
        """The workspace is there: now what was done in it, in the next turn, after the map has taken its size."""
        opened = self._session.workspace
        if opened is None:
            return
        self._session.workspace_changed.disconnect(self._opened)
        # Where it was refused, the next one that somebody opens may be another city.
        if self.left is not None and opened.folder.resolve() == self.left.workspace.resolve():
            QTimer.singleShot(0, self, self._show)

    def _show(self) -> None:
        left, session, window = self.left, self._session, self._window
        assert left is not None
        if session.workspace is None:
            return
        if left.desk in {desk.code for desk in window.desks.every}:
            window.desks.show(left.desk)
        x_m, y_m, m_per_px = left.view
        canvas = window.map.canvas
        canvas.look_at(replace(canvas.view, centre_x_m=x_m, centre_y_m=y_m, m_per_px=m_per_px))
        _LOG.info("what was on screen is brought back")
        if left.revision == session.workspace.revision:
            for one in left.supposed:
                session.suppose(one.device, position=one.position, condition=one.condition)
            if left.target is not None:
                self._plan(left, left.target)
        if left.report is not None:
            window.dispatch.report_from(left.report)
        if left.revision == session.workspace.revision:
            window.status.say(lambda: self.tr("Sluice ended unexpectedly. What was on screen is here again."))
        else:
            window.status.say(
                lambda: self.tr("Sluice ended unexpectedly. The network was edited since: plan again what you planned.")
            )

    def _plan(self, left: OnScreen, target: Thing) -> None:
        session = self._session
        session.pick(target)
        session.target, session.closed = target, left.closed
        session.make_plan(target)
        session.preferred = left.preferred
        session.field_changed.emit()
