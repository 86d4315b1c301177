"""A dispatch room for tests: a small city's workspace, a desk, and a clock that goes when told."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import handmade

from app.dispatch.acts import Act, Done, ListCrew, No, Outcome, Record, Send, TakeReport
from app.dispatch.board import Standards
from app.dispatch.entries import IncidentKind
from app.dispatch.facts import FactKind
from app.dispatch.rule_pack import standard_pack
from app.dispatch.view import DispatchView
from app.operations.dispatch import DispatchDesk, carry_out, caught_up, look, open_dispatch
from app.operations.edit import Author
from app.workspace import create_workspace, open_workspace

START = datetime(2026, 3, 12, 6, 0, tzinfo=UTC)
"""14:00 in the city, a Thursday."""
STANDARDS = Standards(standard_pack())
PLACE = (handmade.EAST + 150.0, handmade.NORTH)
"""On the main P2, DN 300."""


def make_city(folder: Path) -> Path:
    """A workspace with the handmade city."""
    create_workspace(folder, handmade.noded(), sources=[], now=START - timedelta(days=1), actor="a")
    return folder


class Room:
    """One operator at one desk."""

    def __init__(self, folder: Path, who: str = "desk", now: datetime = START) -> None:
        self.folder, self.who, self.now = folder, who, now
        self.desk: DispatchDesk = open_dispatch(open_workspace(folder), STANDARDS)

    def close(self) -> None:
        self.desk.workspace.close()

    def later(self, minutes: float) -> Room:
        """Time goes by."""
        self.now += timedelta(minutes=minutes)
        return self

    def ms(self, minutes: float = 0.0) -> int:
        return round((self.now + timedelta(minutes=minutes)).timestamp() * 1000)

    def ask(self, act: Act) -> Outcome:
        self.desk, outcome = carry_out(self.desk, act, Author(self.who), self.now)
        return outcome

    def do(self, act: Act) -> Done:
        outcome = self.ask(act)
        assert isinstance(outcome, Done), outcome
        return outcome

    def refused(self, act: Act) -> str:
        before = dict(self.desk.board.heads)
        outcome = self.ask(act)
        assert isinstance(outcome, No), outcome
        assert dict(self.desk.board.heads) == before
        return outcome.code

    def view(self) -> DispatchView:
        self.desk = caught_up(self.desk)
        return look(self.desk, self.now)

    def leak(self, **more: object) -> str:
        """A reported leak; its number."""
        report = TakeReport(IncidentKind.VISIBLE_LEAK, *PLACE)
        return self.do(replace(report, **more)).about.partition("/")[2]

    def crew(self, name: str = "抢03") -> str:
        self.do(ListCrew(name, skills=("leak",), vehicle="鲁A·0312", largest_dn_mm=600.0))
        return name

    def fact(self, incident: str, kind: FactKind, **values: str | float | bool) -> Done:
        return self.do(Record(incident, kind, values))

    def on_scene(self) -> str:
        """A leak with a crew at the site; its number."""
        incident = self.leak()
        self.do(Send(self.crew(), incident))
        self.later(12).fact(incident, FactKind.CREW_ON_SCENE, crew="抢03")
        return incident


def copied(city: Path, folder: Path) -> Path:
    """A copy of the city for one test."""
    return Path(shutil.copytree(city, folder))
