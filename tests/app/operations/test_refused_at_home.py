"""What the hub would refuse for good is not written: a hub of an earlier version, and a role that has no right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from consoles import until
from hub_desk import HubDesk, hub_desk
from servers import Postgres

from app.dispatch.acts import Done
from app.errors import AppError
from app.hub_requests import Following, LookAtHub
from app.hydrants.acts import OpenHydrant
from app.hydrants.entries import Purpose
from app.journal.hub import HubJournal
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.messages import LANGUAGES, load_words
from app.operations.edit import Author
from app.operations.hydrant_uses import carry_out, open_uses
from app.sync.membership import keep_membership, membership_of
from app.worker.hub_handlers import HubRoom
from app.workspace import open_workspace
from app.workspace_files import JOURNAL


@pytest.fixture
def desk(tmp_path: Path, database: str, postgres_server: Postgres) -> Iterator[HubDesk]:
    with hub_desk(tmp_path, database, postgres_server) as made:
        yield made


def in_step(folder: Path) -> None:
    """Follow for a moment: the hub says who may do what, everything goes there, nothing waits."""
    room = HubRoom(HubJournal.open)

    def follows() -> bool:
        standing = room.look(LookAtHub(folder)).standing
        return standing is not None and (standing.state, standing.pending) == (Following.FOLLOWING, 0)

    until(follows)
    room.close()


def why_not(act: Callable[[], object]) -> AppError:
    with pytest.raises(AppError) as refused:
        act()
    return refused.value


def draw(desk: HubDesk) -> object:
    with closing(open_workspace(desk.room.folder)) as workspace:
        return carry_out(open_uses(workspace), OpenHydrant(Purpose.FIRE, "H1"), Author("desk"), desk.room.centre.now)[1]


def entries(folder: Path) -> int:
    with closing(Journal.open(folder / JOURNAL, readonly=True)) as journal:
        return sum(1 for _ in journal.events())


def test_what_an_earlier_hub_does_not_know_is_not_written_and_all_else_goes_there(desk: HubDesk, database: str) -> None:
    folder = desk.room.folder
    desk.becomes(PersonRole.OPERATOR)
    with psycopg.connect(database, autocommit=True) as owner:
        # As the version before water drawn from hydrants left it.
        owner.execute("DELETE FROM sluice.may_write WHERE kind LIKE 'hydrant%'")
        owner.execute("UPDATE sluice.hub SET schema = 8")
    in_step(folder)
    before = entries(folder)
    refused = why_not(lambda: draw(desk))
    assert (refused.code, refused.detail) == ("hub.unknown_kind", {"what": "hydrant.opened"})
    there = membership_of(folder)
    assert there is not None
    keep_membership(folder, replace(there, address="host=127.0.0.1 port=1 dbname=nowhere user=nobody sslmode=disable"))
    assert why_not(lambda: draw(desk)).code == "hub.unknown_kind", "by what it said last, while it is away"
    keep_membership(folder, there)
    assert entries(folder) == before
    # A burst a minute later is at the hub.
    number = desk.room.centre.leak()
    in_step(folder)
    with closing(HubJournal.open(database)) as hub:
        assert f"incident/{number}" in {event.entity for event in hub.pull(0).events}
    for language in LANGUAGES:
        said = load_words(language).refusal(refused.code, refused.detail)
        assert {"zh_CN": "消火栓取水", "en": "water drawn from hydrants"}[language] in said
        assert "sluice hub person add" in said
    # That command of this version brings the hub up to it.
    desk.becomes(PersonRole.OPERATOR)
    in_step(folder)
    assert isinstance(draw(desk), Done)
    in_step(folder)


def test_a_role_without_the_right_writes_nothing_and_who_gets_it_does(desk: HubDesk) -> None:
    folder = desk.room.folder
    desk.becomes(PersonRole.MONITOR)
    in_step(folder)
    before = entries(folder)
    refused = why_not(desk.room.centre.leak)
    assert refused.code == "hub.would_refuse"
    assert refused.detail["what"] == "incident.opened"
    assert entries(folder) == before
    assert isinstance(draw(desk), Done), "who looks after alarms writes this down"
    desk.becomes(PersonRole.OPERATOR)
    in_step(folder)
    desk.room.centre.leak()
    in_step(folder)
