"""Whether the workspace's files are sound: looked at after each opening; a word in the status bar if they are not."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from app.care_requests import CheckFiles
from app.requests import Failed, Reply
from app.ui.asking import Latest
from app.ui.look import Look
from app.ui.session import Session
from app.ui.status_line import StatusLine

CHECK_AFTER_MS = 20_000
"""The first seconds belong to whoever opened it: the check reads the whole city."""

RULES_ASIDE = "rules.left_aside"
"""The files are sound, but the rule pack among them is none."""

_NOT_KNOWN = ("cancelled", "worker_gone")
DAMAGE = ("workspace.unsound", "workspace.tampered", "store.damaged")
"""Refusals that say that files of the workspace are not what was written."""


class FilesLine(StatusLine):
    """Hidden while nothing is known to be wrong; what is wrong stands in the tool tip, and is told once over the map.

    Attributes:
        damage: Why the files are not sound; None while that is not known of them.
    """

    def __init__(self, look: Look, session: Session, after_ms: int = CHECK_AFTER_MS) -> None:
        super().__init__(look, "warning", "red")
        self._session = session
        self.damage: Failed | None = None
        self._asking = Latest(session.client)
        self._timer = QTimer(self, singleShot=True, interval=after_ms)
        self._timer.timeout.connect(self._ask)
        session.workspace_changed.connect(self._begin)
        self.retranslate()

    def _begin(self) -> None:
        """Another workspace is open, or none."""
        self._timer.stop()
        if self._asking.under_way:
            self._asking.give_up()
        self.damage = None
        self.retranslate()
        if self._session.workspace is not None:
            self._timer.start()

    def _ask(self) -> None:
        opened = self._session.workspace
        if opened is not None:
            self._asking.ask(CheckFiles(opened.folder), self._take)

    def _take(self, reply: Reply) -> None:
        if isinstance(reply, Failed) and reply.code not in _NOT_KNOWN:
            # What could not be looked at, on a busy disk or without the right to read, is not damaged for that.
            if reply.code in (*DAMAGE, RULES_ASIDE):
                self.damage = reply
                self.retranslate()
            self._session.refused.emit(reply)

    def retranslate(self) -> None:
        aside = self.damage is not None and self.damage.code == RULES_ASIDE
        self.words.setText(self.tr("own rules not used") if aside else self.tr("files damaged"))
        self.appear(self.damage is not None)
        if self.damage is not None:
            self.setToolTip(self.look.words.refusal(self.damage.code, self.damage.detail))
