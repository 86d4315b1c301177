"""Persons at the hub: one login each, what they are called, and what they do; see :mod:`app.journal.hub_rights`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.errors import AppError
from app.journal.hub import HubJournal
from app.journal.hub_schema import group_of
from app.journal.person import Person, people_from
from gis.stores import postgres

Part = Sequence[Sequence[tuple[float, float]]]
"""One polygon: its outer ring, then its holes, each as the places of its corners."""


def add_person(hub: HubJournal, person: Person, password: str = "") -> None:
    """Let *person* in, or change what was said of them; their login is made where there is none.

    Args:
        hub: Opened by its owner.
        person: Who; the time of leaving is not looked at.
        password: Kept by the server as a SCRAM verifier and never sent in clear; "" changes none.

    Raises:
        AppError: ``hub.name_taken`` where somebody else signs so, ``hub.unknown_zone``, ``hub.relay_in_zones``.
        GisError: ``server.not_allowed`` where the login does not own the hub, or may not make logins.
    """
    if person.relays and person.zones:
        # Who brings what others signed could sign for a colleague and so move an incident into zones of his own.
        raise AppError("hub.relay_in_zones", login=person.login)
    with hub.as_owner() as connection:
        signs = [person.login, person.name]
        others = "SELECT login FROM person WHERE login <> %s AND (login = ANY(%s) OR name = ANY(%s))"
        taken = connection.execute(others.encode(), (person.login, signs, signs)).fetchone()
        if taken is not None:
            raise AppError("hub.name_taken", name=person.name, login=taken[0])
        _refuse_unknown_zones(connection, person.zones)
        postgres.make_login(connection, person.login, group_of(hub.identity()), password)
        connection.execute(
            "INSERT INTO person (login, name, role, relays, zones, since) "
            "VALUES (%s, %s, %s, %s, %s, (SELECT hub_seq FROM hub)) ON CONFLICT (login) DO UPDATE SET "
            "name = EXCLUDED.name, role = EXCLUDED.role, relays = EXCLUDED.relays, zones = EXCLUDED.zones, "
            # Who has the old password on a lost laptop is let in by nothing but a new one, gone meanwhile or not.
            "left_at = NULL, since = CASE WHEN %s THEN EXCLUDED.since ELSE person.since END",
            (person.login, person.name, person.role, person.relays, list(person.zones), bool(password)),
        )
        if person.zones:
            _place_as_signed(connection, person)


def _place_as_signed(connection: postgres.Connection, person: Person) -> None:
    """See to it that what *person* said of where incidents lie counts as theirs, also where others brought it.

    At a hub that was brought back everything was brought by its owner, before anybody was let in.
    """
    others = "SELECT EXISTS (SELECT 1 FROM event WHERE actor = ANY(%s) AND login <> %s)"
    found = connection.execute(others.encode(), ([person.login, person.name], person.login)).fetchone()
    if found is not None and found[0]:
        _place_all(connection)


def _place_all(connection: postgres.Connection) -> None:
    # While nobody pushes: what comes in between would be placed by what was known before.
    connection.execute("LOCK TABLE device, hub")
    connection.execute("SELECT place_all()")


def _refuse_unknown_zones(connection: postgres.Connection, zones: tuple[str, ...]) -> None:
    known = [row[0] for row in connection.execute("SELECT DISTINCT zone FROM zone_part ORDER BY zone").fetchall()]
    for zone in zones:
        if zone not in known:
            raise AppError("hub.unknown_zone", zone=zone, known=", ".join(known[:20]) or "–")


def publish_zones(hub: HubJournal, outlines: Mapping[str, Sequence[Part]]) -> None:
    """Tell the hub where its zones lie, instead of what it was told before; all or nothing.

    Args:
        hub: Opened by its owner.
        outlines: The parts of each zone by its id, project CRS, metres.

    Raises:
        GisError: ``server.not_allowed`` where the login does not own the hub.
    """
    rows = [
        (zone, number, is_hole, "(" + ",".join(f"({x!r},{y!r})" for x, y in ring) + ")")
        for zone, parts in outlines.items()
        for number, (outer, *holes) in enumerate(parts)
        for is_hole, ring in ((False, outer), *((True, hole) for hole in holes))
    ]
    with hub.as_owner() as connection:
        connection.execute("DELETE FROM zone_part")
        postgres.copy_in(connection, "zone_part", "zone, part, hole, ring", rows)
        _place_all(connection)


def remove_person(hub: HubJournal, login: str, now_ms: int) -> None:
    """Let *login* neither read nor bring anything any more; what was written stays theirs.

    Raises:
        AppError: ``hub.unknown_person``.
        GisError: As :func:`add_person`.
    """
    with hub.as_owner() as connection:
        found = connection.execute(
            "UPDATE person SET left_at = %s WHERE login = %s AND left_at IS NULL RETURNING login", (now_ms, login)
        ).fetchone()
        if found is None:
            raise AppError("hub.unknown_person", login=login)
        postgres.shut_out(connection, login, group_of(hub.identity()))


def people(hub: HubJournal) -> tuple[Person, ...]:
    """Everybody who ever followed the hub, by login; nobody where it is of a version that knew no persons."""
    return people_from(hub.people())
