"""What is on screen, kept in a small file while the console runs, and brought back after one that died.

The file goes when the console ends as it should: then the next start begins as always. Several consoles of one user
each have a file of their own. What stands in half-filled forms is kept too, names and numbers included, and so is the
edit in hand: the file is its user's alone, and is overwritten with each change.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, QTimer

from app.messages.describe import Thing
from app.suppositions import ValveOverride
from app.ui.drafts import Typed, drafts_of
from app.ui.restored_line import RestoredLine
from app.ui.whole_files import beside
from app.ui.window import MainWindow
from network.assets import Condition, Position

_LOG = logging.getLogger(__name__)
SOON_MS = 700
"""So much of what is typed may be lost."""
FILE, LOCK = "session.json", "session.lock"
ASIDE = "session.before.json"
"""What was left and is not brought back: it may be what a console died of."""
_MOST_CONSOLES = 8


@dataclass(frozen=True)
class OnScreen:
    """What one console shows.

    Attributes:
        revision: Of the city's arrays: rows of things and valves mean something in these only.
        view: Middle of the map in the project's CRS, m, and metres in a pixel.
        drafts: What stands in forms that are not saved yet, by their codes.
        typed: When that was last changed, ISO 8601; "" where there is none.
        closed: Valves that crews have closed for the plan.
        preferred: Valves of the plan that was chosen instead of the tight one; None where that one is shown.
    """

    workspace: Path
    revision: str
    desk: str
    view: tuple[float, float, float]
    target: Thing | None = None
    supposed: tuple[ValveOverride, ...] = ()
    drafts: Mapping[str, Typed] = field(default_factory=dict)
    typed: str = ""
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
    target, preferred = told["target"], told["preferred"]
    return OnScreen(
        workspace=Path(told["workspace"]),
        revision=str(told["revision"]),
        desk=str(told["desk"]),
        view=(x_m, y_m, m_per_px),
        target=None if target is None else _thing(target),
        supposed=tuple(_override(one) for one in told["supposed"]),
        drafts={str(code): _typed(one) for code, one in told["drafts"].items()},
        typed=str(told["typed"]),
        closed=tuple(map(int, told["closed"])),
        preferred=None if preferred is None else tuple(map(int, preferred)),
    )


def _typed(told: dict[str, Any]) -> Typed:
    return {str(name): str(said) for name, said in told.items()}


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

    def __init__(self, window: MainWindow, home: Path, now: Callable[[], datetime]) -> None:
        super().__init__(window)
        self._window, self._session, self._home, self._now = window, window.session, home, now
        self._drafts = drafts_of(window)
        self._file, self._lock = home / FILE, _lock(home / LOCK)
        self._kept = ""
        self._kept_drafts: Mapping[str, Typed] = {}
        self._typed = ""
        self.left: OnScreen | None = None
        self.line = RestoredLine(window.look)
        window.show_over_map(self.line)
        self.line.discarded.connect(self.discard)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.keep)

    def begin(self) -> None:
        """Look for what was left, and keep what is shown from now on."""
        try:
            self._home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            _LOG.warning("what is on screen is not kept: %s", error)
            return
        if not self._found_a_file():
            _LOG.warning("what is on screen is not kept: %s consoles of this user keep theirs", _MOST_CONSOLES)
            return
        self.left = self._read()
        window, session = self._window, self._session
        of_plans = (
            session.workspace_changed,
            session.plan_changed,
            session.suppositions_changed,
            session.field_changed,
        )
        of_forms = (changed for one in self._drafts for changed in one.edited)
        for changed in (*of_plans, *of_forms, window.desks.changed, window.map.canvas.viewChanged):
            changed.connect(self._keep_soon)

    def _found_a_file(self) -> bool:
        """Take the first file that no other console has."""
        for number in range(_MOST_CONSOLES):
            mark = f"-{number + 1}" if number else ""
            file, lock = (self._home / name.replace(".", f"{mark}.", 1) for name in (FILE, LOCK))
            self._file, self._lock = file, _lock(lock)
            if self._lock.tryLock(0):
                return True
        return False

    def _keep_soon(self, *_told: object) -> None:
        # Not once more from the start: who types or moves the map without a pause would never be kept.
        if not self._soon.isActive():
            self._soon.start()

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
        self._look_at_drafts()
        shown = OnScreen(
            opened.folder,
            opened.revision,
            self._window.desks.shown.code,
            (view.centre_x_m, view.centre_y_m, view.m_per_px),
            self._session.target,
            self._session.suppositions,
            self._kept_drafts,
            self._typed,
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

    def _look_at_drafts(self) -> None:
        told = {one.code: one.told() for one in self._drafts}
        drafts = {code: typed for code, typed in told.items() if typed}
        if drafts != self._kept_drafts:
            self._kept_drafts, self._typed = drafts, self._now().isoformat() if drafts else ""
        self.line.show_what_is_left(frozenset(drafts))

    def discard(self) -> None:
        """Let go of what was brought back."""
        for one in self._drafts:
            if one.code in self.line.codes:
                one.let_go()
        self.keep()

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
        self._bring_drafts(left)
        if left.revision == session.workspace.revision:
            window.status.say(lambda: self.tr("Sluice ended unexpectedly. What was on screen is here again."))
        else:
            window.status.say(
                lambda: self.tr("Sluice ended unexpectedly. The network was edited since: plan again what you planned.")
            )

    def _bring_drafts(self, left: OnScreen) -> None:
        brought = []
        for one in self._drafts:
            typed = left.drafts.get(one.code)
            if not typed:
                continue
            try:
                one.bring(typed)
                brought.append(one.code)
            except (ValueError, KeyError, TypeError) as error:
                _LOG.warning("what was typed (%s) cannot be brought back: %r", one.code, error)
        if brought:
            # Kept at once: the next death may come before anybody types.
            self._kept_drafts, self._typed = {code: left.drafts[code] for code in brought}, left.typed
            self.line.show_restored(frozenset(brought), datetime.fromisoformat(left.typed), self._now())

    def _plan(self, left: OnScreen, target: Thing) -> None:
        session = self._session
        session.pick(target)
        session.target, session.closed = target, left.closed
        session.make_plan(target)
        session.preferred = left.preferred
        session.field_changed.emit()


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path))
    # A lock lasts as long as its process, however old it is.
    lock.setStaleLockTime(0)
    return lock
