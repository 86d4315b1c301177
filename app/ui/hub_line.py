"""How this console stands to its hub: a line in the status bar; nothing where there is no hub."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QTimer

from app.hub_requests import Following, HubShown, HubStanding, LookAtHub
from app.messages import formats
from app.requests import Failed, Reply
from app.times import CITY_TIME
from app.ui.asking import OneByOne
from app.ui.look import Look
from app.ui.session import Session
from app.ui.status_line import StatusLine
from app.workspace_files import HUB

ASK_MS = 1000
_FULL = "server.disk_full"
_TONES = {
    Following.BEGINNING: ("ring", "t2"),
    Following.FOLLOWING: ("tick", "t2"),
    Following.ALONE: ("warning", "amber"),
    Following.REFUSED: ("warning", "red"),
}
_ASIDE = ("warning", "amber")


def _sets_aside(standing: HubStanding) -> bool:
    """Whether the hub refused entries that hold up nothing else."""
    return standing.state is Following.FOLLOWING and standing.pending > 0


class HubLine(StatusLine):
    """How it stands; why stands in the tool tip.

    Attributes:
        standing: As last told; None without a hub.
    """

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look, "ring", "t2")
        self._session = session
        self.standing: HubStanding | None = None
        self._asking = OneByOne(session.client, self._question, self._take)
        self._timer = QTimer(self, interval=ASK_MS)
        self._timer.timeout.connect(self._asking.ask)
        session.workspace_changed.connect(self._begin)

    def _begin(self) -> None:
        self._asking.forget()
        self._show(None)
        if self._session.workspace is None:
            self._timer.stop()
        else:
            self._timer.start()
            self._asking.ask()

    def _question(self) -> LookAtHub | None:
        opened = self._session.workspace
        # Without a hub no process is started for it; one that is joined meanwhile is found here.
        if opened is None or (self.standing is None and not (opened.folder / HUB).is_file()):
            return None
        return LookAtHub(opened.folder)

    def _take(self, reply: Reply) -> None:
        if isinstance(reply, Failed):
            since_ms = 0 if self.standing is None else self.standing.since_ms
            self._show(HubStanding(Following.REFUSED, "", since_ms, 0, reply.code, reply.detail))
        elif isinstance(reply, HubShown):
            self._show(reply.standing)

    def _show(self, standing: HubStanding | None) -> None:
        self.standing = standing
        self.retranslate()

    def retranslate(self) -> None:
        standing = self.standing
        self.appear(standing is not None)
        if standing is None:
            return
        self.mark(*(_ASIDE if _sets_aside(standing) else _TONES[standing.state]))
        self.words.setText(self._said(standing))
        why = self.look.words.refusal(standing.code, standing.detail) if standing.code else standing.server
        if standing.code == _FULL:
            goes_on = self.tr("What is written here is kept, and goes there by itself as soon as there is room.")
            why = f"{why} {goes_on}"
        if _sets_aside(standing):
            goes_on = self.tr("What is written now goes through: this holds up nothing else.")
            why = f"{why} {goes_on}"
        self.setToolTip(why)

    def _said(self, standing: HubStanding) -> str:
        if standing.state is Following.BEGINNING:
            return self.tr("calling the hub")
        if _sets_aside(standing):
            return self.tr("in step with the hub · {count} held back").format(count=formats.number(standing.pending))
        if standing.state is Following.FOLLOWING:
            return self.tr("in step with the hub")
        if standing.code == _FULL:
            return self.tr("the hub's disk is full · {count} kept here").format(count=formats.number(standing.pending))
        if standing.state is Following.REFUSED:
            return self.tr("not in step with the hub · {count} to send").format(count=formats.number(standing.pending))
        since = formats.clock_time(datetime.fromtimestamp(standing.since_ms / 1000, CITY_TIME))
        return self.tr("alone since {since} · {count} to send").format(
            since=since, count=formats.number(standing.pending)
        )
