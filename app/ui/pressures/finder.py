"""Asks for the pressures of the plan on screen once it has stood a moment, and drops what a newer plan overtakes.

Fire cover is asked for beside them: it needs no pressures, and stands where there are none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.plan_requests import FindFireCover, FireCoverFound
from app.requests import Failed, Progress, Reply
from app.sweep_requests import DayFound, FindDay, FindPressures, PressuresFound, Subject
from app.ui.asking import Latest
from app.ui.plan_facts import PlanFacts
from app.ui.session import Session
from network.hydraulic_defaults import HYDRANT_REACH_M

SETTLE_MS = 400
"""A plan that stands so long is asked for: who clicks from main to main starts nothing."""
LEAD_H = 2.0
"""The day shown begins so long before the outage."""
OUTAGE_HOURS = (2, 4, 6, 8, 12, 18)
"""Lengths of an outage to choose from."""


class Finder(QObject):
    """Pressures of the plan on screen, and the work that finds them.

    Attributes:
        found, day, failed, fire: The answers, for the plan in :attr:`facts`.
        facts: The plan that they belong to.
        step: What the job does now, "" while none runs.
        share: How much of it is done, 0 to 1; None where that is not known.
        hours: Length of the outage.
        reach_m: Distance that a hydrant covers.
        calibration: EPANET model whose figures count, or None.

    Signals:
        changed: Another answer, another step, or none.
    """

    changed = Signal()

    def __init__(self, session: Session, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._now = session, now
        self.found: PressuresFound | None = None
        self.day: DayFound | None = None
        self.failed: Failed | None = None
        self.fire: FireCoverFound | None = None
        self.facts: PlanFacts | None = None
        self.step = ""
        self.share: float | None = None
        self.hours = 6
        self.reach_m = HYDRANT_REACH_M
        self.calibration: Path | None = None
        self._wanted = False
        self._asking, self._asking_fire = Latest(session.client), Latest(session.client)
        self._began_s = 0.0
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.begin)
        session.plan_changed.connect(self._plan_changed)
        session.workspace_changed.connect(self._workspace_changed)
        session.client.progressed.connect(self._take_progress)

    @property
    def running(self) -> bool:
        """Whether a job is under way."""
        return self._asking.under_way

    @property
    def elapsed_s(self) -> float:
        """How long the job has taken so far."""
        return time.monotonic() - self._began_s if self.running else 0.0

    def want(self, wanted: bool) -> None:
        """Whether anybody looks: pressures of plans that nobody looks at are not worked out."""
        self._wanted = wanted
        if not wanted:
            self._drop()
        elif self.facts is not self._session.plan:
            self._plan_changed()

    def set_hours(self, hours: int) -> None:
        """Another length of the outage; the two hours stay as they are."""
        self.hours = hours
        if self.found is not None and self.facts is not None:
            self._drop()
            self._ask_day(self._subject(self.facts))

    def set_reach(self, reach_m: float) -> None:
        """Another distance that a hydrant covers; pressures stay as they are."""
        self.reach_m = reach_m
        if self.facts is not None and self.facts is self._session.plan:
            self._ask_fire()

    def set_calibration(self, path: Path | None) -> None:
        """Figures of another EPANET model, or of none."""
        self.calibration = path
        self.begin()

    def stop(self) -> bool:
        """End the job; what is known so far stays. False where none runs."""
        if not self.running:
            return False
        self._drop()
        return True

    def begin(self) -> None:
        """Find the pressures of the plan on screen."""
        self._drop()
        facts = self._session.plan
        if facts is None or self._session.workspace is None:
            return
        if facts is not self.facts:
            # What is on screen must not be taken for this plan's, should there be no pressures.
            self.found = self.day = self.fire = None
        self.facts, self.failed = facts, None
        self._ask_fire()
        subject = self._subject(facts)

        def take(reply: Reply) -> None:
            if self._succeeded(reply):
                assert isinstance(reply, PressuresFound)
                self.found, self.day = reply, None
                self._ask_day(subject)

        self._asking.ask(FindPressures(subject), take)
        self._started()

    def _ask_fire(self) -> None:
        subject = self._session.subject
        if subject is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, FireCoverFound):
                self.fire = reply
                self.changed.emit()

        self._asking_fire.ask(FindFireCover(subject, self.reach_m), take)

    def _ask_day(self, subject: Subject) -> None:
        assert self.found is not None
        begin_hour = (subject.now.hour - LEAD_H) % 24.0
        request = FindDay(subject, self.found.affected, begin_hour, LEAD_H, LEAD_H + self.hours)

        def take(reply: Reply) -> None:
            if self._succeeded(reply):
                assert isinstance(reply, DayFound)
                self.day = reply
                self.changed.emit()

        self._asking.ask(request, take)
        self._started()

    def _subject(self, facts: PlanFacts) -> Subject:
        assert self._session.workspace is not None
        folder = self._session.workspace.folder
        return Subject(folder, facts.plan, facts.states, self._now(), self.calibration)

    def _started(self) -> None:
        self._began_s = time.monotonic()
        self.step, self.share = "hydraulic_inputs", None
        self.changed.emit()

    def _succeeded(self, reply: Reply) -> bool:
        """Whether *reply* is an answer; a refusal stands in the pane itself."""
        self.step = ""
        if isinstance(reply, Failed):
            self.failed = reply
            self.changed.emit()
            return False
        return True

    def _take_progress(self, ticket: int, progress: Progress) -> None:
        if ticket == self._asking.ticket:
            self.step, self.share = progress.step, progress.fraction
            self.changed.emit()

    def _drop(self) -> None:
        self._settle.stop()
        if self.running:
            self._asking.give_up()
            self.step = ""
            self.changed.emit()

    def _plan_changed(self) -> None:
        self._drop()
        if self._session.plan is None:
            self._clear()
        elif self._wanted:
            self._settle.start()

    def _workspace_changed(self) -> None:
        self.calibration = None
        self._drop()
        self._clear()

    def _clear(self) -> None:
        self._asking_fire.drop()
        self.found = self.day = self.failed = self.fire = self.facts = None
        self.changed.emit()
