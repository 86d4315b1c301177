"""Persons of a hub, each with a login of his own at a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from servers import Postgres

from app.journal.events import Draft, Event
from app.journal.hub import HubJournal
from app.journal.hub_people import add_person
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.journal.person import Person
from gis.stores import postgres

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
CALLER = {"caller": "屋主", "phone": "0531-55500001", "note": "水从路面涌出"}


class Staff:
    """Persons of one hub, each with a login and a journal."""

    def __init__(self, server: Postgres, address: str, hub: HubJournal, folder: Path, opened: ExitStack) -> None:
        self.server, self.name, self.hub = server, postgres.parameters_of(address)["dbname"], hub
        self.folder, self.opened = folder, opened
        self.logins: list[str] = []

    def login(self, name: str) -> str:
        return f"{name}_{self.name}"

    def add(self, name: str, role: PersonRole, *zones: str, relays: bool = False) -> HubJournal:
        add_person(self.hub, Person(self.login(name), name, role, relays, zones=zones))
        self.logins.append(self.login(name))
        return self.connection(name)

    def connection(self, name: str) -> HubJournal:
        hub = HubJournal.open(self.server.database(self.name, self.login(name)))
        self.opened.callback(hub.close)
        return hub

    def journal(self) -> Journal:
        self.logins_made = getattr(self, "logins_made", 0) + 1
        journal = Journal.create(self.folder / f"{self.logins_made}.sqlite")
        self.opened.callback(journal.close)
        return journal

    def wrote(self, actor: str, kind: str = "valve.observed", role: str = "", **texts: str) -> tuple[Event, ...]:
        return self.journal().append([Draft(kind, "incident/W1", {}, texts)], NOW, actor, role)


@contextmanager
def staff_of(server: Postgres, address: str, folder: Path) -> Iterator[Staff]:
    """A new hub at *address*, and nobody there yet."""
    with ExitStack() as opened, closing(HubJournal.create(address)) as hub:
        made = Staff(server, address, hub, folder, opened)
        yield made
        opened.close()
        with psycopg.connect(address, autocommit=True) as owner:
            for login in dict.fromkeys(made.logins):
                owner.execute(f'DROP OWNED BY "{login}"; DROP ROLE "{login}"'.encode())


def writable(connection: psycopg.Connection) -> list[str]:
    """Tables, views and sequences outside the server's own that *connection*'s login may do more with than read."""
    rights = "INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
    found = connection.execute(
        f"""SELECT oid::regclass::text FROM pg_class WHERE relnamespace NOT IN (
            'pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)
        AND CASE WHEN relkind = 'S' THEN has_sequence_privilege(oid, 'USAGE, UPDATE')
        WHEN relkind IN ('r', 'v', 'm', 'p', 'f') THEN has_table_privilege(oid, '{rights}')
            OR has_any_column_privilege(oid, 'INSERT, UPDATE, REFERENCES') END ORDER BY 1""".encode()
    ).fetchall()
    return [name for (name,) in found]
