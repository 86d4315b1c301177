"""Work that takes long enough to be seen: what is under way, how far, and Esc to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy

from app.burst_requests import LearnBursts
from app.care_requests import RescueFiles
from app.edit_requests import DecideProposals, ListProposals, MakeEdit, UndoEdits
from app.layer_requests import ExportLayers
from app.live_requests import MakeDrill, SetUpDemo
from app.mend_requests import LookForMends, MakeMends
from app.messages import formats
from app.outage_requests import DraftOutage, FindLow, SendNotice, WriteRecipients
from app.plan_requests import CheckOptions, FollowField
from app.public_requests import WriteMonth
from app.requests import (
    BuildDemo,
    ExplainValve,
    ExportPlan,
    ExportSection,
    FindRoute,
    ImportCity,
    ListFaults,
    MakePlan,
    OpenWorkspace,
    Progress,
    RecordPlan,
    ReportValve,
    Request,
    Search,
    TraceNetwork,
)
from app.sweep_requests import ExportRanking, FindDay, FindHeads, FindPressures, RankCity
from app.table_requests import ArrangeTable, ExportTable
from app.ui import fonts
from app.ui.client import Client
from app.ui.look import Look
from app.ui.widgets import PADDING, ElidedLabel, KeyButton, Label, Panel

SHOW_AFTER_S = 0.2
_TICK_MS = 100
_PER_MILLE = 1000

TASK_CODES: dict[type, str] = {
    BuildDemo: "build_demo",
    ImportCity: "import_city",
    OpenWorkspace: "open_workspace",
    MakePlan: "make_plan",
    ExplainValve: "explain_valve",
    Search: "search",
    ReportValve: "report_valve",
    ListFaults: "list_faults",
    ExportPlan: "export_plan",
    RecordPlan: "record_plan",
    ExportRanking: "export_ranking",
    FollowField: "follow_field",
    CheckOptions: "check_options",
    TraceNetwork: "trace",
    FindRoute: "find_route",
    FindHeads: "find_heads",
    ExportSection: "export_plan",
    ArrangeTable: "arrange_table",
    ExportTable: "export_table",
    MakeEdit: "make_edit",
    UndoEdits: "undo_edits",
    LookForMends: "look_for_mends",
    MakeMends: "make_mends",
    DecideProposals: "decide_proposals",
    ListProposals: "list_proposals",
    ExportLayers: "export_layers",
    SetUpDemo: "set_up_demo",
    MakeDrill: "make_drill",
    DraftOutage: "draft_outage",
    WriteRecipients: "write_recipients",
    SendNotice: "send_notice",
    WriteMonth: "write_month",
    FindLow: "find_low",
    LearnBursts: "learn_bursts",
    RescueFiles: "rescue_files",
}
"""Codes of the catalogue's section ``task`` by kind of request. What nobody asked for is not shown."""

QUIET = (RankCity, FindPressures, FindDay)
"""Requests that tell how far they are where they were asked for."""


@dataclass(frozen=True)
class Task:
    """One request under way."""

    ticket: int
    code: str
    started_s: float
    step: str = ""
    fraction: float | None = None


class TaskStrip(Panel):
    """One line under the top bar while something takes longer than :data:`SHOW_AFTER_S`.

    Signals:
        busy_changed: The oldest task's words changed; "" when idle.
    """

    busy_changed = Signal(str)

    def __init__(self, look: Look, client: Client, clock_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__(look)
        self._client, self._clock_s = client, clock_s
        self._tasks: dict[int, Task] = {}
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self.setFixedHeight(44)
        self.title = Label(size=fonts.TABLE, weight=500)
        self.step = ElidedLabel(look, size=fonts.TABLE, tone="t2")
        self.seconds = Label(size=fonts.TABLE, tone="t2")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.stop = KeyButton(look, "Esc")
        self.stop.clicked.connect(self.cancel_oldest)
        line = QHBoxLayout(self)
        line.setContentsMargins(PADDING, 0, 8, 0)
        line.setSpacing(12)
        line.addWidget(self.title)
        line.addWidget(self.step, 1)
        line.addWidget(self.bar, 2)
        line.addWidget(self.seconds)
        line.addWidget(self.stop)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        client.started.connect(self._start)
        client.progressed.connect(self._progress)
        client.finished.connect(self._finish)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        self.stop.setText(self.tr("Stop"))
        self._tick()

    @property
    def shown(self) -> Task | None:
        """The oldest task that has taken long enough to be shown."""
        now_s = self._clock_s()
        ripe = [task for task in self._tasks.values() if now_s - task.started_s >= SHOW_AFTER_S]
        return ripe[0] if ripe else None

    def cancel_oldest(self) -> bool:
        """Stop the task that is shown; False where none is."""
        task = self.shown
        if task is None:
            return False
        self._client.cancel(task.ticket)
        return True

    def _start(self, ticket: int, request: Request) -> None:
        if isinstance(request, QUIET):
            return
        code = TASK_CODES.get(type(request))
        if code is not None:
            self._tasks[ticket] = Task(ticket, code, self._clock_s())
            self._timer.start()

    def _progress(self, ticket: int, progress: Progress) -> None:
        if ticket in self._tasks:
            self._tasks[ticket] = replace(self._tasks[ticket], step=progress.step, fraction=progress.fraction)
            self._tick()

    def _finish(self, ticket: int) -> None:
        self._tasks.pop(ticket, None)
        if not self._tasks:
            self._timer.stop()
        self._tick()

    def _tick(self) -> None:
        task, words = self.shown, self.look.words
        self.appear(task is not None)
        if task is None:
            self.busy_changed.emit("")
            return
        title = words.say("task", task.code)
        self.title.setText(title)
        self.step.set_text(words.say("progress", task.step) if task.step else "")
        self.seconds.setText(f"{formats.number(self._clock_s() - task.started_s)} s")
        # A range without end shows movement where the fraction is not known.
        self.bar.setRange(0, 0 if task.fraction is None else _PER_MILLE)
        if task.fraction is not None:
            self.bar.setValue(round(task.fraction * _PER_MILLE))
        self.busy_changed.emit(title)
