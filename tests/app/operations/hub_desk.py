"""A centre that follows a hub of its own by a login that is not the owner's, and may be given any role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from dispatch_room import make_city
from field_room import FieldRoom
from servers import Postgres

from app.journal.hub import HubJournal
from app.journal.hub_people import add_person
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.journal.person import Person
from app.operations.hub import exchange_now, make_hub
from app.sync.membership import keep_membership, membership_of
from app.workspace_files import JOURNAL
from gis.stores import postgres


class HubDesk:
    """The room of that centre, and its login; nobody has given the login a role yet."""

    def __init__(self, tmp_path: Path, database: str, server: Postgres) -> None:
        folder = make_city(tmp_path / "city")
        make_hub(folder, database)
        self.room, self._database = FieldRoom(folder, tmp_path), database
        exchange_now(folder)
        with closing(Journal.open(folder / JOURNAL)) as journal:
            journal.forget_device()  # What the owner of the hub brought is the owner's device.
        member, name = membership_of(folder), postgres.parameters_of(database)["dbname"]
        assert member is not None
        self.login, self.other = f"desk_{name}", f"field_{name}"
        keep_membership(folder, replace(member, address=server.database(name, self.login)))

    def becomes(self, role: PersonRole, *, relays: bool = False) -> None:
        self._add(Person(self.login, "desk", role, relays))

    def lets_in(self, name: str, role: PersonRole) -> None:
        """Somebody else's login, under *name*."""
        self._add(Person(self.other, name, role))

    def _add(self, person: Person) -> None:
        with closing(HubJournal.open(self._database)) as hub:
            add_person(hub, person)

    def close(self) -> None:
        """Logins are the whole server's: the next test finds none of these."""
        self.room.close()
        with psycopg.connect(self._database, autocommit=True) as owner:
            there = owner.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", ([self.login, self.other],))
            for (login,) in there.fetchall():
                owner.execute(f'DROP OWNED BY "{login}"; DROP ROLE "{login}"'.encode())


@contextmanager
def hub_desk(tmp_path: Path, database: str, server: Postgres) -> Iterator[HubDesk]:
    desk = HubDesk(tmp_path, database, server)
    try:
        yield desk
    finally:
        desk.close()
