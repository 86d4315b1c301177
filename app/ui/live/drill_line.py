"""What a drill says of itself over the alarms, and the question what shall be played."""

from __future__ import annotations

from app.live_requests import MakeDrill
from app.requests import Reply, WorkspaceMade
from app.telemetry.replay_faults import Fault
from app.telemetry.setup import Feed, FeedKind
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.live.model import LiveModel
from app.ui.live.moments import moment_said, number_said
from app.ui.look import Look
from app.ui.widgets import Label, Panel, column, padded

LONGEST_H = 240.0
HOUR_MS = 3_600_000


class DrillLine(Panel):
    """A line that cannot be overlooked where readings are played, and Shift+F8, which makes such a city."""

    def __init__(self, look: Look, model: LiveModel, prompt: Prompt) -> None:
        super().__init__(look)
        self._model, self._prompt = model, prompt
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self.told = Label(size=fonts.TABLE, weight=600, tone="amber", wrap=True)
        column(self, padded(self.told, 8, 8))
        model.opened.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        feed = self._feed()
        self.appear(feed is not None)
        if feed is None:
            return
        words = self.look.words
        faults = [words.say("replay_fault", name) for name in feed.faults]
        told = self.tr("DRILL: recorded readings, played {speed} times as fast. Nothing here is real.")
        said = told.format(speed=f"{feed.speed:g}")
        if faults:
            said += " " + self.tr("Faults of the line: {faults}.").format(faults=" · ".join(faults))
        self.told.setText(said)

    def _feed(self) -> Feed | None:
        feeds = () if self._model.setup is None else self._model.setup.feeds
        return next((feed for feed in feeds if feed.kind is FeedKind.REPLAY), None)

    def ask(self) -> None:
        """Ask what is to be played; then make a copy of the city that plays it, and open that."""
        model = self._model
        if model.setup is None or self._feed() is not None:
            return
        start = moment_of(model.now_ms - HOUR_MS)
        fields = (
            Field("from", self.tr("From"), f"{start:%Y-%m-%d %H:%M}", wide=3),
            Field("hours", self.tr("Hours"), "1"),
            Field("speed", self.tr("Times as fast"), "10"),
            Field("faults", self.tr("Faults: all, or nothing"), "", wide=2, needed=False),
        )
        title = self.tr("Drill: a copy of this city plays recorded readings as if they were of now")
        self._prompt.ask(title, fields, self._done)

    def _done(self, answers: Answers) -> str | None:
        model = self._model
        start_ms = moment_said(answers["from"], model.latest_ms)
        hours, speed = number_said(answers["hours"]), number_said(answers["speed"])
        named = answers["faults"].strip().lower()
        if start_ms is None or start_ms >= model.latest_ms:
            return self.tr("A moment of the past as 2026-11-20 03:12")
        if hours is None or not 0.0 < hours <= LONGEST_H:
            return self.tr("Hours from 0 to {most}").format(most=round(LONGEST_H))
        if speed is None or not 0.0 < speed <= 1000.0:
            return self.tr("From 0 to 1000 times as fast")
        if named not in {"", "all", "全部"}:
            return self.tr("all, or nothing")
        self._make(start_ms, hours, speed, tuple(Fault) if named else ())
        return None

    def _make(self, start_ms: int, hours: float, speed: float, faults: tuple[Fault, ...]) -> None:
        session = self._model.session
        workspace = session.workspace
        if workspace is None:
            return
        name = f"{workspace.folder.name}-drill-{moment_of(self._model.latest_ms):%m%d-%H%M%S}"
        request = MakeDrill(workspace.folder, workspace.folder.with_name(name), start_ms, hours, speed, faults)

        def take(reply: Reply) -> None:
            if not session.is_refusal(reply):
                assert isinstance(reply, WorkspaceMade)
                session.open_workspace(reply.folder)

        session.client.ask(request, take)
