"""What of the journal explains pressures away, and what does not though it is written there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from dispatch_room import copied
from outage_room import HOUR_MS, NOW, START, Room

from app.dispatch.acts import Done
from app.dispatch.facts import FactKind
from app.hydrants.acts import EndUse, HydrantAct, OpenHydrant, StillRuns, WithdrawUse
from app.hydrants.book import LONGEST_MS as LONGEST_USE_MS
from app.hydrants.book import STILL_MS
from app.hydrants.entries import Purpose
from app.journal.events import milliseconds
from app.operations.edit import Author
from app.operations.hydrant_uses import carry_out, open_uses
from app.operations.known_works import LONGEST_MS, known_works, lapsed_works
from app.outages.acts import Happened, Rule
from app.outages.entries import Role, Ruling
from app.telemetry.bursts.known_work import AROUND_MS, KnownWork
from app.workspace import record_valve_observed
from network.assets import Condition, Position

START_MS = milliseconds(START)


@pytest.fixture
def room(city: Path, tmp_path: Path) -> Iterator[Room]:
    made = Room(copied(city, tmp_path / "w"))
    yield made
    made.desk.workspace.close()


def known(room: Room, until_ms: int = START_MS + 6 * HOUR_MS) -> tuple[KnownWork, ...]:
    return known_works(room.desk.workspace, START_MS - 24 * HOUR_MS, until_ms)


def ruled(room: Room, ruling: Ruling) -> None:
    for who, role in (("赵", Role.NETWORK), ("孙", Role.SHIFT_LEAD)):
        assert isinstance(room.do(Rule("J1", ruling, role, reason="下周"), who), Done)


def test_an_outage_explains_pressures_once_it_is_approved(room: Room) -> None:
    room.plan()
    assert known(room) == (), "a draft hides no burst"
    ruled(room, Ruling.APPROVE)
    (work,) = known(room)
    assert (work.code, work.detail) == ("outage", {"outage": "J1"})
    assert (work.from_ms, work.until_ms) == (START_MS - AROUND_MS, START_MS + 6 * HOUR_MS + AROUND_MS)
    devices = room.desk.workspace.city.network.devices
    rows = [devices.ids.find(one) for one in room.desk.book["J1"].plan.close]
    assert rows
    assert set(work.places_m) == {(float(devices.x_m[row]), float(devices.y_m[row])) for row in rows}
    assert known_works(room.desk.workspace, START_MS - 24 * HOUR_MS, START_MS - HOUR_MS) == ()
    assert isinstance(room.do(Rule("J1", Ruling.CANCEL, Role.NETWORK, reason="雨")), Done)
    assert known(room) == ()


def test_a_refused_outage_is_no_work(room: Room) -> None:
    room.plan()
    ruled(room, Ruling.REFUSE)
    assert known(room) == ()


def test_water_that_is_off_is_felt_until_it_is_back_whatever_was_announced(room: Room) -> None:
    room.plan()
    off = START - timedelta(hours=1)
    assert isinstance(room.do(Happened("J1", FactKind.WATER_OFF, despite="急"), now=off), Done)
    (work,) = known(room, START_MS + 9 * HOUR_MS)
    assert (work.from_ms, work.until_ms) == (
        START_MS - HOUR_MS - AROUND_MS,
        START_MS + 9 * HOUR_MS + AROUND_MS,
    ), "nobody has said that it is back"
    back = START + timedelta(hours=2)
    assert isinstance(room.do(Happened("J1", FactKind.WATER_BACK, despite="急"), now=back), Done)
    (work,) = known(room, START_MS + 9 * HOUR_MS)
    assert work.until_ms == START_MS + 2 * HOUR_MS + AROUND_MS


def seen(room: Room, at: datetime, position: Position | None = None, condition: Condition | None = None) -> None:
    workspace = record_valve_observed(
        room.desk.workspace, "V1", now=at, actor="op", position=position, condition=condition
    )
    room.desk = type(room.desk)(**{**vars(room.desk), "workspace": workspace})


def test_a_valve_is_known_work_where_it_was_turned_and_not_where_it_was_looked_at(room: Room) -> None:
    day = 24 * HOUR_MS
    seen(room, NOW, condition=Condition.OPERABLE)
    seen(room, NOW, Position.OPEN)
    assert known(room, milliseconds(NOW)) == (), "it stood open as ever"
    seen(room, NOW + timedelta(hours=1), Position.CLOSED)
    seen(room, NOW + timedelta(hours=2), Position.CLOSED)
    from_ms = milliseconds(NOW) + HOUR_MS - AROUND_MS
    (work,) = known_works(room.desk.workspace, milliseconds(NOW) - day, milliseconds(NOW) + day)
    assert (work.code, work.detail) == ("valve", {"valve": "V1"})
    assert (work.from_ms, work.until_ms) == (from_ms, from_ms + LONGEST_MS + 2 * AROUND_MS)
    seen(room, NOW + timedelta(hours=3), Position.OPEN)
    (work,) = known_works(room.desk.workspace, milliseconds(NOW) - day, milliseconds(NOW) + day)
    assert (work.from_ms, work.until_ms) == (from_ms, from_ms + 2 * HOUR_MS + 2 * AROUND_MS)


def drawn(room: Room, act: HydrantAct, at: datetime = NOW) -> None:
    desk, outcome = carry_out(open_uses(room.desk.workspace), act, Author("op"), at)
    assert isinstance(outcome, Done), outcome
    room.desk = type(room.desk)(**{**vars(room.desk), "workspace": desk.workspace})


def felt(room: Room, at_ms: int) -> list[tuple[int, int]]:
    day = 24 * HOUR_MS
    return [(one.from_ms, one.until_ms) for one in known_works(room.desk.workspace, at_ms - day, at_ms + day)]


def test_water_from_a_hydrant_explains_pressures_half_an_hour_around_it(room: Room) -> None:
    now_ms = milliseconds(NOW)
    drawn(room, OpenHydrant(Purpose.STREET, "H1", from_ms=now_ms - 2 * HOUR_MS, until_ms=now_ms - HOUR_MS))
    (work,) = known_works(room.desk.workspace, now_ms - 9 * HOUR_MS, now_ms)
    assert (work.code, work.detail["hydrant"], work.detail["purpose"]) == ("hydrant", "H1", "street")
    assert (work.from_ms, work.until_ms) == (now_ms - 2 * HOUR_MS - AROUND_MS, now_ms - HOUR_MS + AROUND_MS)
    hydrants = room.desk.workspace.city.hydrants
    assert work.places_m == ((float(hydrants.x_m[0]), float(hydrants.y_m[0])),)
    assert known_works(room.desk.workspace, now_ms - HOUR_MS + AROUND_MS + 1, now_ms) == ()
    number = str(work.detail["use"])
    drawn(room, WithdrawUse(number, "记错"))
    assert felt(room, now_ms) == []
    x_m, y_m = work.places_m[0]
    drawn(room, OpenHydrant(Purpose.FIRE, "", x_m, y_m, now_ms + HOUR_MS, now_ms + 2 * HOUR_MS))
    (planned,) = known_works(room.desk.workspace, now_ms, now_ms + HOUR_MS)
    assert planned.code == "hydrant_somewhere"


def test_a_hydrant_that_nobody_closes_hides_bursts_for_half_a_day_and_a_vouched_one_for_three(room: Room) -> None:
    now_ms = milliseconds(NOW)
    drawn(room, OpenHydrant(Purpose.CONSTRUCTION, "H1"))
    assert felt(room, now_ms) == [(now_ms - AROUND_MS, now_ms + STILL_MS + AROUND_MS)]
    assert lapsed_works(room.desk.workspace, now_ms + STILL_MS) == ()
    later_ms = now_ms + 20 * HOUR_MS
    assert known_works(room.desk.workspace, later_ms, later_ms) == ()
    (lapsed,) = lapsed_works(room.desk.workspace, later_ms)
    assert (lapsed.from_ms, lapsed.until_ms) == (now_ms - AROUND_MS, later_ms + AROUND_MS)
    number = str(lapsed.detail["use"])
    drawn(room, StillRuns(number), NOW + timedelta(hours=20))
    assert lapsed_works(room.desk.workspace, later_ms) == ()
    assert felt(room, later_ms) == [(now_ms - AROUND_MS, later_ms + STILL_MS + AROUND_MS)]
    drawn(room, StillRuns(number), NOW + timedelta(days=9))
    assert felt(room, now_ms)[0][1] == now_ms + LONGEST_USE_MS + AROUND_MS, "by then it is usual"
    drawn(room, EndUse(number), NOW + timedelta(days=9))
    assert lapsed_works(room.desk.workspace, now_ms + 10 * 24 * HOUR_MS) == ()
