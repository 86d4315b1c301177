"""Consoles with all that is between them: recorders, followers, and a hub on a real server."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from consoles import LOW_MPA, Console, until
from demo_town import LIMITS
from servers import Postgres

from app.errors import AppError
from app.hub_requests import Following, LookAtHub
from app.journal.events import Draft
from app.journal.hub import HubJournal
from app.journal.hub_people import add_person
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.journal.person import Person
from app.operations.hub import make_hub
from app.sync.entitled import AsTold
from app.sync.membership import keep_membership, membership_of
from app.sync.rights_told import rights_told
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import AlarmState
from app.times import utc_of
from app.worker.hub_handlers import HubRoom
from app.workspace_files import JOURNAL, NETWORK
from gis.stores import postgres

LOW = "PT-0002 low"
MOST_S = 5.0
"""A tenth of a second is usual; a machine that does other things as well is slower."""


class Desk:
    """A console of somebody's, which follows the hub."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.console = Console(folder, hub=AsTold(folder))
        opened.callback(self.console.close)
        self.room = HubRoom(HubJournal.open)
        opened.callback(self.room.close)
        until(self.follows)

    def follows(self) -> bool:
        standing = self.room.look(LookAtHub(self.console.folder)).standing
        return standing is not None and (standing.state, standing.pending) == (Following.FOLLOWING, 0)


@pytest.fixture
def desks(tmp_path: Path, database: str, postgres_server: Postgres) -> Iterator[dict[str, Desk]]:
    """An operator's, a supervisor's and a viewer's console, all at one hub."""
    logins = {"wang": PersonRole.OPERATOR, "li": PersonRole.SUPERVISOR, "guest": PersonRole.VIEWER}
    name = postgres.parameters_of(database)["dbname"]
    first = tmp_path / "wang"
    Console(first).close()
    (first / NETWORK).touch()
    with closing(Journal.open(first / JOURNAL)) as journal:
        journal.append([Draft("workspace.created", "workspace", {"name": "城"})], utc_of(0), "王")
    make_hub(first, database)
    member = membership_of(first)
    assert member is not None
    with closing(HubJournal.open(database)) as hub:
        for who, role in logins.items():
            add_person(hub, Person(f"{who}_{name}", who, role))
    with ExitStack() as opened:
        made = {}
        for who in logins:
            Console(tmp_path / who).close()
            address = postgres_server.database(name, f"{who}_{name}")
            with closing(Journal.open(tmp_path / who / JOURNAL)) as journal, closing(HubJournal.open(address)) as hub:
                if who == "wang":
                    journal.forget_device()  # What the owner of the hub brought is the owner's device.
                else:
                    portion = hub.pull(0)
                    journal.take_in(portion.events, portion.texts)
            keep_membership(tmp_path / who, replace(member, address=address))
            made[who] = Desk(tmp_path / who, opened)
        yield made
    with psycopg.connect(database, autocommit=True) as owner:
        for who in logins:
            owner.execute(f'DROP OWNED BY "{who}_{name}"; DROP ROLE "{who}_{name}"'.encode())


def seen_after_s(one: Console, others: Sequence[Console], words: str) -> float:
    """How long it takes until all others' logs have what is said at one."""
    began_s = time.monotonic()
    one.recording.act(Deed.NOTED, [LOW], "wang", words)
    until(lambda: all((Deed.NOTED, "wang", words) in other.log(LOW) for other in others))
    return time.monotonic() - began_s


def test_acknowledged_at_one_console_is_acknowledged_at_all_soon(desks: dict[str, Desk]) -> None:
    wang, li, guest = (desks[who].console for who in ("wang", "li", "guest"))
    for one in (wang, li, guest):
        one.hears("PT-0002", LOW_MPA)
        one.becomes(LOW, AlarmState.UNACKNOWLEDGED)
    began_s = time.monotonic()
    wang.recording.act(Deed.ACKNOWLEDGED, [LOW], "wang", "已派人")
    for one in (li, guest):
        one.becomes(LOW, AlarmState.ACKNOWLEDGED)
    assert time.monotonic() - began_s < MOST_S
    assert li.log(LOW)[-1] == (Deed.ACKNOWLEDGED, "wang", "已派人")
    took_s = [seen_after_s(wang, (li, guest), f"备注 {at}") for at in range(10)]
    print("seen by all after", sorted(round(one, 2) for one in took_s), "s")
    assert max(took_s) < MOST_S
    li.recording.change_limit(replace(LIMITS.records[2], limit=20.0), "li", "夏季")
    for one in (wang, guest):
        until(lambda one=one: (Deed.LIMIT, "li", "26 → 20 · 夏季") in one.log(LOW))  # type: ignore[misc]
    # Who may only look does nothing, at home either: the hub would refuse it, and hold up all that follows.
    with pytest.raises(AppError, match=r"hub\.would_refuse") as refused:
        guest.recording.act(Deed.OUT, [LOW], "guest", "x")
    assert refused.value.detail["what"] == "alarm.acted"
    with pytest.raises(AppError, match=r"hub\.would_refuse"):
        wang.recording.act(Deed.OUT, [LOW], "guest", "x")
    assert guest.state(LOW) is not AlarmState.OUT_OF_SERVICE
    for desk in desks.values():
        until(desk.follows)
    member = membership_of(guest.folder)
    assert member is not None
    told = rights_told(guest.folder, member.hub)
    assert told is not None
    assert told.ahead_ms is not None
    assert abs(told.ahead_ms) < 5_000, "one machine's clock"
