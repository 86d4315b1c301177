"""A desk of planned outages for tests: a workspace, its book and its model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dispatch_room import STANDARDS

from app.dispatch.acts import Done, No
from app.journal.events import milliseconds
from app.operations.edit import Author
from app.operations.isolate import Desk, Query
from app.operations.outage_revise import drafted_from, revised_from
from app.operations.outage_sheet import Taken
from app.operations.outages import OutageDesk, carry_out, open_outages
from app.outage_requests import DraftOutage, ReviseOutage
from app.outages.acts import OutageAct
from app.plan_requests import Subject
from app.workspace import open_workspace
from network.supply import SupplyModel, prepare

NOW = datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
START = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)
"""22:00 in the city."""
HOUR_MS = 3_600_000


class Room:
    """A desk and its model."""

    def __init__(self, folder: Path) -> None:
        workspace = open_workspace(folder)
        self.desk: OutageDesk = open_outages(workspace, STANDARDS)
        self.model: SupplyModel = prepare(workspace.city, workspace.states)
        self.taken = Taken()

    def do(self, act: OutageAct | No, who: str = "王", now: datetime = NOW) -> Done | No:
        if isinstance(act, No):
            return act
        self.desk, outcome = carry_out(self.desk, act, Author(who), now)
        return outcome

    def draft(self, pipe: str = "P2", **more: object) -> DraftOutage:
        target = Desk(self.model).resolve(Query("pipe", pipe))
        start_ms = milliseconds(START)
        texts = {"title": "换阀", "reason": "改造"}
        request = DraftOutage(Subject(target), start_ms, start_ms + 6 * HOUR_MS, milliseconds(NOW), texts=texts)
        return replace(request, **more)  # type: ignore[arg-type]

    def plan(self, pipe: str = "P2", **more: object) -> None:
        assert isinstance(self.do(drafted_from(self.model, self.draft(pipe, **more))), Done)

    def revise(self, **more: object) -> Done | No:
        plan = self.desk.book["J1"].plan
        request = replace(ReviseOutage("J1", plan.key, milliseconds(NOW)), **more)  # type: ignore[arg-type]
        return self.do(revised_from(self.desk, request))
