"""Who may follow a hub and what they may write there, as its owner says; and personal words that are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import shapely

from app.config import operator
from app.errors import AppError
from app.journal import hub_people
from app.journal.events import Draft, milliseconds
from app.journal.hub import HubJournal
from app.journal.hub_rights import PERSONAL, REVEALED
from app.journal.log import Journal
from app.journal.person import Person
from app.journal.writing import text_ids
from app.sync.exchange import exchange_whole
from app.sync.follower import refuse_another_hub
from app.sync.membership import required
from app.workspace_files import JOURNAL, NETWORK, refuse_stranger
from gis.stores import postgres
from gis.stores.spatialite import SpatialiteStore


@contextmanager
def _hub(folder: Path, address: str) -> Iterator[HubJournal]:
    refuse_stranger(folder)
    with closing(HubJournal.open(address or required(folder).address)) as hub:
        yield hub


def add_person(folder: Path, person: Person, password: str = "", address: str = "") -> None:
    """Let *person* follow the hub of the workspace in *folder*, or change what was said of them.

    Args:
        folder: Its hub is meant.
        person: Who.
        password: For a login that asks for one; "" changes none.
        address: Of the hub by the login that owns it; "" where the workspace follows by that login.

    Raises:
        AppError: ``hub.none``, ``hub.name_taken``, ``hub.unknown_zone``, ``hub.relay_in_zones``.
        GisError: ``server.not_allowed`` where the login does not own the hub; ``server.unreachable`` and the like.
    """
    with _hub(folder, address) as hub:
        hub_people.add_person(hub, person, password)


def publish_zones(folder: Path, address: str = "") -> int:
    """Tell the hub of the workspace in *folder* where its districts lie; persons may then be given some of them.

    Returns:
        How many there are.

    Raises:
        AppError: ``hub.no_districts``; and as :func:`add_person`.
        GisError: As :func:`add_person`.
    """
    refuse_stranger(folder)
    with closing(SpatialiteStore.open(folder / NETWORK, readonly=True)) as store:
        districts = store.layers(["dma"]).get("dma")
    outlines: dict[str, list[list[list[tuple[float, float]]]]] = {}
    for zone, shape in zip(map(str, districts.text("id")), districts.geometry, strict=True):
        for part in shapely.get_parts(shapely.make_valid(shape)):
            if isinstance(part, shapely.Polygon):
                rings = [part.exterior, *part.interiors]
                corners = [[(float(x), float(y)) for x, y in shapely.get_coordinates(ring)] for ring in rings]
                outlines.setdefault(zone, []).append(corners)
    if not outlines:
        raise AppError("hub.no_districts", path=str(folder))
    with _hub(folder, address) as hub:
        hub_people.publish_zones(hub, outlines)
    return len(outlines)


def remove_person(folder: Path, login: str, now: datetime, address: str = "") -> None:
    """Let *login* follow the hub no more. Raises :class:`AppError` ``hub.unknown_person``; and as above."""
    with _hub(folder, address) as hub:
        hub_people.remove_person(hub, login, milliseconds(now))


def people_of(folder: Path, address: str = "") -> tuple[Person, ...]:
    """Everybody who ever followed the hub. Raises as :func:`add_person`."""
    with _hub(folder, address) as hub:
        return hub_people.people(hub)


def reveal(folder: Path, entity: str, purpose: str, now: datetime, actor: str) -> int:
    """Have the names, phones and addresses that belong to *entity* shown here, and put down what for.

    The journal says first who wants to see what, and the hub, once it has that, gives the words. Notes that this login
    is shown without a purpose come along.

    Args:
        folder: A workspace that follows a hub.
        entity: An incident or a complaint, such as ``incident/W118``.
        purpose: What for; it is kept beside the chain like all free words.
        now: The moment of asking.
        actor: Who asks; "" for whoever the login is, or else for whoever is logged in here.

    Returns:
        How many words were shown.

    Raises:
        AppError: ``hub.signs_otherwise`` where the login is somebody else's, ``hub.nothing_personal`` where none belong
            to it, ``hub.no_purpose``, ``hub.none``, ``hub.before_persons``, and what the hub refuses.
        GisError: ``server.unreachable`` and the like.
    """
    if not purpose.strip():
        raise AppError("hub.no_purpose")
    refuse_stranger(folder)
    membership = required(folder)
    with closing(HubJournal.open(membership.address)) as hub, closing(Journal.open(folder / JOURNAL)) as journal:
        refuse_another_hub(membership, journal, hub)
        if not hub.knows_persons():
            raise AppError("hub.before_persons", server=postgres.name_of(membership.address))
        signs = hub.signatures()
        if actor and signs and actor not in signs:
            # Found before it is written: what the hub refuses would hold up whatever this laptop writes next.
            raise AppError("hub.signs_otherwise", who=actor, name=signs[0])
        author = actor or (signs[0] if signs else operator())
        exchange_whole(journal, hub)
        # What needs no purpose may have become somebody's to see after this console had followed past it.
        journal.take_in((), hub.texts_by_id([one for event in journal.about(entity) for one in text_ids(event)]))
        wanted = personal_about(journal, entity)
        if not wanted:
            raise AppError("hub.nothing_personal", entity=entity)
        journal.append([Draft(REVEALED, entity, {"shown": wanted}, {"purpose": purpose.strip()})], now, author)
        exchange_whole(journal, hub)
        shown = hub.texts_by_id(wanted)
        journal.take_in((), shown)
        return len(shown)


def personal_about(journal: Journal, entity: str) -> list[str]:
    """Ids of the free words that say who somebody is, as far as events about *entity* name them."""
    named = (event.facts["texts"] for event in journal.about(entity) if text_ids(event))
    return sorted({texts[role] for texts in named for role in PERSONAL if isinstance(texts.get(role), str)})
