"""What the Pressure desk knows of bursts: what the watch proposes and goes by, what the one in front rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from app.burst_requests import (
    BurstExplained,
    BurstsLearned,
    BurstsShown,
    DoBursts,
    ExplainBurst,
    LearnBursts,
    LookBursts,
    WatchBursts,
)
from app.journal.events import milliseconds
from app.requests import Failed, Reply
from app.telemetry.alarm_events import Deed
from app.telemetry.bursts.picture import BurstsPicture, Explained
from app.ui.asking import Latest
from app.ui.session import Session

LOOK_MS = 10_000
"""So often the watch is asked: ticks are minutes long."""
AGAIN_MS = 5_000
DAY_S = 86_400.0


class BurstModel(QObject):
    """State and commands.

    Attributes:
        picture: How the watch stands; None before its first answer.
        explained: What the burst in front rests on; None where none is in front or it is not told yet.

    Signals:
        changed: Another picture. explained_changed: Another explanation.
    """

    changed = Signal()
    explained_changed = Signal()

    def __init__(self, session: Session, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._now = session, now
        self.picture: BurstsPicture | None = None
        self.explained: Explained | None = None
        self._asking, self._learning = Latest(session.client), Latest(session.client)
        self._wanted = ""
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def learns(self) -> bool:
        """Whether something is being learned."""
        return self._learning.under_way

    def forget(self) -> None:
        """Another workspace: nothing is known."""
        self._timer.stop()
        self.picture = self.explained = None
        self._asking.drop()
        self._learning.drop()
        self._wanted = ""
        self.changed.emit()
        self.explained_changed.emit()

    def begin(self) -> None:
        """Watch the workspace that is open; what was learned since is taken up."""
        workspace = self._session.workspace
        if workspace is not None:
            self._ask(WatchBursts(workspace.folder, milliseconds(self._now())))

    def look(self) -> None:
        """Ask whether anything has changed."""
        if not self._asking.under_way:
            self._ask(LookBursts(-1 if self.picture is None else self.picture.turn))

    def _ask(self, request: WatchBursts | LookBursts) -> None:
        self._asking.ask(request, self._take)

    def _take(self, reply: Reply) -> None:
        if isinstance(reply, BurstsShown):
            self._show(reply.picture)
        elif isinstance(reply, Failed) and reply.code == "worker_gone":
            self._timer.stop()
            QTimer.singleShot(AGAIN_MS, self, self.begin)
        elif self._session.is_refusal(reply):
            # What cannot be read now is not asked for again and again: learning it anew begins the watch.
            self._timer.stop()

    def _show(self, picture: BurstsPicture) -> None:
        self.picture = picture
        if picture.facts is not None:
            self._timer.start()
        self.changed.emit()

    def learn(self, from_ms: int | None, until_ms: int | None, budget_days: float) -> None:
        """Learn what is usual; the watch goes by it from then on."""
        workspace = self._session.workspace
        if workspace is None or self.learns:
            return

        def take(reply: Reply) -> None:
            if not self._session.is_refusal(reply):
                assert isinstance(reply, BurstsLearned)
                self.begin()
            self.changed.emit()

        request = LearnBursts(workspace.folder, milliseconds(self._now()), from_ms, until_ms, budget_days * DAY_S)
        self._learning.ask(request, take)
        self.changed.emit()

    def act(self, deed: Deed, bursts: tuple[str, ...], note: str = "") -> None:
        """Do something to bursts; no look that comes between takes its answer away."""
        workspace = self._session.workspace

        def take(shown: BurstsShown) -> None:
            if self._session.workspace is workspace:
                self._show(shown.picture)

        if bursts:
            self._session.client.ask(DoBursts(deed, bursts, note), self._session.expecting(BurstsShown, take))

    def explain(self, burst: str) -> None:
        """Ask what *burst* rests on; "": nothing any more."""
        if self.explained is not None and self.explained.id != burst:
            self.explained = None
            self.explained_changed.emit()
        self._wanted = burst
        if not burst:
            return

        def take(reply: Reply) -> None:
            if self._wanted == burst and isinstance(reply, BurstExplained):
                self.explained = reply.explained
                self.explained_changed.emit()

        self._session.client.ask(ExplainBurst(burst), take)

    def close(self) -> None:
        """Ask nothing more."""
        self._timer.stop()
