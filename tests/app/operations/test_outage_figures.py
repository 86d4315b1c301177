"""Several planned outages in a month: notices and ends kept and missed, and each moment of them again."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from dispatch_room import STANDARDS, make_city
from outage_room import HOUR_MS, NOW, START, Room

from app.dispatch.acts import Done
from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.operations.month_report import month_report
from app.operations.outages import judged
from app.operations.replay import replay
from app.outages.acts import Happened, Rule
from app.outages.book import Stage
from app.outages.entries import Ruling
from app.public.figures import FigureKind

HOUR = timedelta(hours=1)
SECOND_START = START + 24 * HOUR
KEPT = (
    (FactKind.PUBLIC_TOLD, START - 90 * HOUR),
    (FactKind.EVERYONE_TOLD, START - 48 * HOUR),
    (FactKind.WATER_OFF, START + 0.25 * HOUR),
    (FactKind.WATER_BACK, START + 6 * HOUR),
    (FactKind.SECOND_NOTICE, START + 6.5 * HOUR),
)
"""Each in the last moment in which it is in time."""
SECOND = timedelta(seconds=1)
MISSED = (
    (FactKind.EVERYONE_TOLD, SECOND_START - 48 * HOUR + SECOND),
    (FactKind.MEDIA_TOLD, SECOND_START - 48 * HOUR + SECOND),
    (FactKind.WATER_OFF, SECOND_START + 0.25 * HOUR + SECOND),
    (FactKind.WATER_BACK, SECOND_START + 13 * HOUR + SECOND),
    (FactKind.SECOND_NOTICE, SECOND_START + 13.5 * HOUR + 2 * SECOND),
)
"""Each a second later than it should be."""


def approve(room: Room, number: str) -> None:
    for role in judged(room.desk, room.desk.book[number], NOW).approvals:
        assert isinstance(room.do(Rule(number, Ruling.APPROVE, role), role.value), Done)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """One outage in time in everything, one late in everything, one that stays a draft, one called off."""
    room = Room(make_city(tmp_path_factory.mktemp("month") / "w"))
    start_ms = milliseconds(SECOND_START)
    room.plan()
    room.plan("P3", start_ms=start_ms, end_ms=start_ms + 13 * HOUR_MS)
    room.plan("P3", start_ms=start_ms + 100 * HOUR_MS, end_ms=start_ms + 104 * HOUR_MS)
    room.plan("P2", start_ms=start_ms + 200 * HOUR_MS, end_ms=start_ms + 204 * HOUR_MS)
    called_off = room.do(
        Rule("J4", Ruling.CANCEL, judged(room.desk, room.desk.book["J1"], NOW).approvals[0], "", "改期")
    )
    assert isinstance(called_off, Done)
    approve(room, "J1")
    approve(room, "J2")
    done = [("J1", fact, at) for fact, at in KEPT] + [("J2", fact, at) for fact, at in MISSED]
    for number, fact, at in sorted(done, key=lambda one: one[2]):
        act = Happened(number, fact, milliseconds(at), despite="管道已漏" if fact is FactKind.WATER_OFF else "")
        assert isinstance(room.do(act, now=at), Done), (number, fact)
    yield room
    room.desk.workspace.close()


def test_notices_and_ends_in_time_and_a_second_late(month: Room) -> None:
    report = month_report(month.desk.workspace, STANDARDS, date(2026, 3, 1), START + timedelta(days=3))
    told = {one.kind: (one.kept, one.missed, one.percent) for one in report.figures}
    assert told[FigureKind.NOTICES] == (("J1",), ("J2",), 50.0)
    assert told[FigureKind.MEDIA] == ((), ("J2",), 0.0)
    assert told[FigureKind.STOPPED] == (("J1",), ("J2",), 50.0)
    assert told[FigureKind.ENDED] == (("J1",), ("J2",), 50.0)
    assert told[FigureKind.SECOND_NOTICE] == (("J1",), ("J2",), 50.0)
    # What is still to come counts neither way, and what was called off not at all.
    waiting = {one.kind: one.waiting for one in report.figures}
    assert waiting[FigureKind.NOTICES] == waiting[FigureKind.ENDED] == 1
    other = month_report(month.desk.workspace, STANDARDS, date(2026, 2, 1), START + timedelta(days=3))
    assert all(one.counted == one.waiting == 0 for one in other.figures)


STAGES = [
    (NOW - HOUR, {}),
    (NOW + HOUR, {"J1": Stage.APPROVED, "J2": Stage.APPROVED, "J3": Stage.DRAFT, "J4": Stage.CANCELLED}),
    (START - 47 * HOUR, {"J1": Stage.ANNOUNCED, "J2": Stage.APPROVED}),
    (START + HOUR, {"J1": Stage.OFF, "J2": Stage.ANNOUNCED}),
    (START + 6.2 * HOUR, {"J1": Stage.BACK}),
    (START + 7 * HOUR, {"J1": Stage.ENDED, "J2": Stage.ANNOUNCED}),
    (SECOND_START + 13 * HOUR, {"J1": Stage.ENDED, "J2": Stage.OFF, "J3": Stage.DRAFT}),
    (SECOND_START + 14 * HOUR, {"J2": Stage.ENDED}),
]


def test_each_moment_of_several_outages_again(month: Room) -> None:
    moments: list[datetime] = [moment for moment, _ in STAGES]
    found = list(replay(month.desk.workspace, STANDARDS, moments))
    for (moment, stages), then in zip(STAGES, found, strict=True):
        held = {one.number: one.stage for one in then.outages}
        assert {name: held.get(name) for name in stages} == stages, moment
        assert bool(held) == bool(stages)
    windows = {one.number: (one.start_ms, one.end_ms) for one in found[-1].outages}
    assert windows["J1"] == (milliseconds(START), milliseconds(START + 6 * HOUR))
    # The same journal gives the same pictures, however the moments are asked for.
    assert next(replay(month.desk.workspace, STANDARDS, moments[-1:])).outages == found[-1].outages
