"""The hub's journal on PostgreSQL: what all consoles wrote, in one order.

It answers the same questions as the journal of a workspace (:mod:`app.journal.log`) and keeps the same rules; one suite
of tests holds both to them. Consoles write into their own journal first and push what is pending from there, so that
they can work without the hub.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from app.errors import AppError
from app.journal import clock, erasing, hub_laptops, hub_pictures, hub_rights, hub_schema, hub_zones, identity
from app.journal.events import HUB_ORDER, NO_HASH, Draft, Event, milliseconds
from app.journal.fold import State, fold
from app.journal.hub_fill import fill, texts_json
from app.journal.reading import COLUMNS, PAGE, EventReader, Portion
from app.journal.writing import FreeText, Head, chained, text_ids
from gis.errors import GisError
from gis.stores import postgres
from gis.stores.postgis import CITY
from gis.stores.schema import quoted
from gis.stores.secrets_kept import Keyring

_UNSEEN = frozenset({"42P01", "42883"})
"""No such table or function: so a schema looks that may not be used any more."""

_JSON_NAMES = COLUMNS.split(", ")[:13]


class HubJournal(EventReader):
    """An open connection to a hub. Not shared between threads."""

    def __init__(
        self, connection: postgres.Connection, address: str, dev: str, outdated: AppError | None = None
    ) -> None:
        self._connection = connection
        self._address = address
        self._dev = dev
        self._outdated = outdated
        self._listening = False

    @classmethod
    def create(cls, address: str, fill: Callable[[HubJournal], None] | None = None) -> HubJournal:
        """Make the hub's tables in the database at *address*; its login then owns them.

        Args:
            address: See :mod:`gis.stores.postgres`.
            fill: Brings the first events; all is there at the end, or nothing.

        Raises:
            AppError: ``hub.exists``.
            GisError: What :mod:`gis.stores.postgres` raises.
        """
        connection = postgres.connect(address, statement_timeout_s=0)
        try:
            with postgres.translated(address), postgres.transaction(connection):
                _lay_out(connection, address)
                if fill is not None:
                    fill(cls(connection, address, identity.new_device()))
        finally:
            connection.close()
        return cls.open(address)

    @classmethod
    def open(cls, address: str, dev: str = "", keyring: Keyring | None = None) -> HubJournal:
        """Connect to the hub at *address*.

        Args:
            address: See :mod:`gis.stores.postgres`.
            dev: The device that :meth:`append` writes as; "" for a new one.
            keyring: See :func:`gis.stores.postgres.connect`.

        Raises:
            AppError: ``hub.not_a_hub``, ``hub.newer_schema``.
            GisError: ``server.unreachable``, ``server.bad_address`` and the like.
        """
        connection = postgres.connect(address, keyring=keyring)
        try:
            outdated = _admitted(connection, address)
        except BaseException:
            connection.close()
            raise
        return cls(connection, address, dev or identity.new_device(), outdated)

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()

    def outdated(self) -> AppError | None:
        """Why this program may read here and not push: the hub was made by a newer one; None where it may."""
        return self._outdated

    # Writing

    def append(
        self,
        drafts: Iterable[Draft],
        now: datetime,
        actor: str,
        role: str = "",
        expecting: Mapping[str, int] | None = None,
    ) -> tuple[Event, ...]:
        """Write *drafts* straight into the hub; see :meth:`app.journal.log.Journal.append`.

        Returns:
            The events, without their places in the hub's order.

        Raises:
            AppError: ``journal.moved_on``, ``journal.not_json``.
            GisError: ``server.lost`` and the like: then it is not known whether they landed.
        """
        with postgres.translated(self._address), postgres.transaction(self._connection, one_picture=True):
            heads, top = self.heads(), self.top()
            head = self._head(top)
        if expecting is not None and heads != dict(expecting):
            raise AppError("journal.moved_on")
        events, texts = chained(drafts, head, milliseconds(now), actor, role)
        self._push(head.dev, events, texts, None if expecting is None else top)
        return events

    def warm_up(self) -> None:
        """Have the server make ready what a push needs, before one that somebody waits for; nothing is written.

        A connection's first push costs the server several times what later ones do, because it reads and plans all
        that is asked of an event. So one is begun here and taken back.

        Raises:
            GisError: ``server.lost`` and the like.
        """
        signs = self.signatures()
        draft = Draft("valve.observed", "valve/@warm-up", {"position": "closed"})
        events, _ = chained([draft], Head(self._dev, 0, NO_HASH, clock.BEGINNING, 0), 0, signs[0] if signs else "", "")
        try:
            with postgres.translated(self._address), postgres.transaction(self._connection, taken_back=True):
                self._push(self._dev, events, ())
        except AppError:
            # Who may not push needs nothing made ready for it.
            return
        except GisError as error:
            # What only answers questions now is followed all the same; that the line broke must be told.
            if error.code == "server.lost":
                raise

    def _head(self, top: int) -> Head:
        own = self._rows("SELECT dev_seq, hash FROM device WHERE dev = ?", (self._dev,))
        latest = self._rows("SELECT max(hlc) FROM device")[0][0]
        dev_seq, chained_to = own[0] if own else (0, NO_HASH)
        return Head(self._dev, dev_seq, chained_to, latest or clock.BEGINNING, top)

    def push(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        """Bring *events* of any devices, each device's together or not at all; what the hub has is skipped.

        Returns:
            How far the hub's order reaches now.

        Raises:
            AppError: ``journal.forked`` where the hub has another event of that number, ``hub.gap`` where one before it
                is missing, ``journal.broken_chain`` where it hangs on another chain or was changed, ``hub.base_ahead``
                where its author held more than the hub has, ``journal.text_changed``, ``hub.not_storable``; what rights
                forbid; ``hub.newer_reads_only`` where the hub asks for a newer program.
            GisError: ``server.lost`` and the like: push again, it does no harm.
        """
        by_device: dict[str, list[Event]] = {}
        # The hub takes each number once in a push; a bundle may well hold the same event twice.
        for event in dict.fromkeys(events):
            by_device.setdefault(event.dev, []).append(event)
        kept = {text.id: text for text in texts}
        top = 0
        for dev, own in sorted(by_device.items()):
            named = [kept[one] for event in own for one in text_ids(event) if one in kept]
            top = self._push(dev, own, named)
        return top or self.top()

    def _push(self, dev: str, events: Iterable[Event], texts: Iterable[FreeText], expected: int | None = None) -> int:
        if self._outdated is not None:
            raise self._outdated
        told = json.dumps([_json(event) for event in events], ensure_ascii=False)
        with _refusals(dev):
            values = (dev, told, texts_json(texts), expected)
            return int(self._rows("SELECT push(?, ?::jsonb, ?::jsonb, ?)", values)[0][0])

    def fill(self, events: Iterable[Event], texts: Callable[[Sequence[Event]], tuple[FreeText, ...]]) -> None:
        """Bring the first events, as the owner of the new hub; see :func:`app.journal.hub_fill.fill`."""
        with postgres.translated(self._address), _refusals(self._dev):
            fill(self._connection, events, texts)

    @contextmanager
    def as_owner(self) -> Iterator[postgres.Connection]:
        """The tables themselves, for who owns them: all or nothing. A hub of an earlier version is brought up first.

        Raises:
            AppError: ``hub.newer_reads_only``.
        """
        if self._outdated is not None:
            raise self._outdated
        with postgres.translated(self._address), postgres.transaction(self._connection):
            # What looks at every entry takes as long as it takes: cut off, it would be cut off each time.
            self._connection.execute("SET LOCAL statement_timeout = 0")
            schema = _schema(self._connection) or hub_schema.SCHEMA
            if schema < hub_schema.SCHEMA:
                group = hub_schema.group_of(self.identity())
                postgres.make_group(self._connection, group)
                for statement in hub_schema.upgraded_from(schema, quoted(group)):
                    self._connection.execute(statement.encode())
            yield self._connection

    # Following

    def identity(self) -> str:
        """Id of the hub: another one's order is another order."""
        return str(self._rows("SELECT id FROM hub")[0][0])

    def knows_persons(self) -> bool:
        """Whether this hub tells logins apart; those of earlier versions show everything to everybody."""
        return self._schema() >= hub_rights.SINCE

    def erases(self) -> bool:
        """Whether this hub erases words that an entry names; those of earlier versions only keep the entry."""
        return self._schema() >= erasing.SINCE

    def _schema(self) -> int:
        return int(self._rows("SELECT schema FROM hub")[0][0])

    def sees_personal(self) -> bool:
        """Whether this login is shown all names, phones and addresses without a purpose."""
        return not self.knows_persons() or bool(self._rows("SELECT sees_personal()")[0][0])

    def people(self) -> list[tuple[Any, ...]]:
        """The fields of everybody who ever followed as :class:`app.journal.person.Person` has them; by login."""
        if not self.knows_persons():
            return []
        zones = "zones" if self._schema() >= hub_zones.SINCE else "'{}'::TEXT[]"
        return self._rows(f"SELECT login, name, role, relays, left_at, {zones} FROM person ORDER BY login")  # noqa: S608

    def kinds(self) -> list[tuple[str, str]]:
        """What each role may write here: role, and pattern of kinds; nothing where the hub knows no persons."""
        if not self.knows_persons():
            return []
        return [(role, kind) for role, kind in self._rows("SELECT role, kind FROM may_write ORDER BY role, kind")]

    def takes(self, kind: str) -> bool:
        """Whether this login may write events of *kind*; who is no person of the hub but its owner may."""
        if not self.knows_persons():
            return True
        own = "SELECT role FROM person WHERE login = session_user AND left_at IS NULL"
        found = self._rows(f"SELECT EXISTS (SELECT FROM may_write WHERE role = ({own}) AND ? LIKE kind)", (kind,))  # noqa: S608
        return bool(found[0][0]) or not self.signatures()

    def signatures(self) -> tuple[str, ...]:
        """What this login signs with, its name first; nothing where it is no person of the hub, or its owner."""
        if not self.knows_persons():
            return ()
        rows = self._rows("SELECT name, login FROM person WHERE login = session_user AND left_at IS NULL")
        return tuple(rows[0]) if rows else ()

    def clock_ms(self) -> int:
        """The hub's clock, UTC milliseconds."""
        return int(self._rows("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::BIGINT")[0][0])

    def top(self) -> int:
        """How far the hub's order reaches: 1 to this, without gaps."""
        return int(self._rows("SELECT hub_seq FROM hub")[0][0])

    def pull(self, since: int, limit: int = PAGE) -> Portion:
        """What comes after *since* in the hub's order, at most *limit* events."""
        events = self.placed_after(since, limit)
        named = [one for event in events for one in text_ids(event)]
        return Portion(events, self.texts_by_id(named))

    def texts_by_id(self, wanted: Sequence[str]) -> tuple[FreeText, ...]:
        """Free texts, as far as they are here, were not erased, and this login may see them."""
        if not wanted:
            return ()
        rows = self._rows(
            "SELECT id, salt, content FROM text WHERE id = ANY(?) AND content IS NOT NULL", (list(wanted),)
        )
        return tuple(FreeText(*row) for row in rows)

    def layers_revision(self) -> str:
        """Which import of the network lies beside the journal there; "" for none, or where nothing of it is shown."""
        seen = "SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = ?"
        if not any(row[0] for row in self._rows(seen, (CITY,))):
            return ""
        found = self._rows(f"SELECT value FROM {CITY}.store_meta WHERE key = 'revision'")  # noqa: S608 - our own name
        return str(found[0][0]) if found else ""

    # Pictures and sounds

    def pictures(self) -> dict[str, tuple[str, int]]:
        """Those that are there whole and that this login is shown, by hash: ending without dot, size in bytes.

        Nothing at a hub of a version that kept none.
        """
        if self._schema() < hub_pictures.SINCE:
            return {}
        rows = self._rows("SELECT name, ending, size FROM picture WHERE whole")
        return {name: (ending, size) for name, ending, size in rows}

    def keeps_pictures(self) -> bool:
        """Whether pictures may be brought there."""
        return self._schema() >= hub_pictures.SINCE and self._outdated is None

    def lacking_pictures(self, names: Sequence[str]) -> list[str]:
        """Those of *names* that are not there whole, whether this login would be shown them or not."""
        return list(self._rows("SELECT lacking_pictures(?)", (list(names),))[0][0]) if names else []

    def picture_part(self, name: str, number: int) -> bytes:
        """Part *number* of a picture, from 0; nothing where there is none."""
        rows = self._rows("SELECT bytes FROM picture_part WHERE name = ? AND nr = ?", (name, number))
        return bytes(rows[0][0]) if rows else b""

    def bring_part(self, about: str, name: str, ending: str, size: int, number: int, part: bytes) -> int:
        """Bring part *number* of the picture *name* of *size* bytes, which an entry about the entity *about* names.

        Returns:
            The part that is wanted next; -1 where all is there.

        Raises:
            AppError: ``hub.picture_unnamed``, ``hub.false_picture``, what rights forbid.
            GisError: ``server.lost`` and the like.
        """
        with _refusals(name):
            values = (about, name, ending, size, number, part)
            wanted = int(self._rows("SELECT bring_part(?, ?, ?, ?, ?, ?)", values)[0][0])
        if wanted == -2:
            raise AppError("hub.false_picture", name=name)
        return wanted

    def hinted(self, timeout_s: float) -> bool:
        """Wait for a hint that there is something new, at most *timeout_s*. No hint does not mean nothing new."""
        with postgres.translated(self._address):
            if not self._listening:
                postgres.listen(self._connection, hub_schema.CHANNEL)
                self._listening = True
            return postgres.hinted(self._connection, timeout_s)

    # Reading

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            with postgres.translated(self._address):
                return self._connection.execute(statement.replace("?", "%s").encode(), values).fetchall()
        except postgres.Error as error:
            if error.sqlstate in _UNSEEN:
                raise AppError("hub.gone", server=postgres.name_of(self._address)) from error
            raise

    def device(self) -> str:
        """Id under which :meth:`append` writes."""
        return self._dev

    def heads(self) -> dict[str, int]:
        """Last event number of each device, and how far the hub's order reaches."""
        top = self.top()
        return dict(self._rows("SELECT dev, dev_seq FROM device WHERE dev_seq > 0")) | ({HUB_ORDER: top} if top else {})

    def state(self) -> State:
        """The fold of all events."""
        with postgres.translated(self._address), postgres.transaction(self._connection, one_picture=True):
            return fold(State(), self.events())


def _json(event: Event) -> dict[str, object]:
    said = (event.actor, event.role, event.kind, event.kind_version, event.entity, event.body)
    values = (event.dev, event.dev_seq, event.base, event.hlc, event.eff_at_ms, *said, event.prev_hash, event.hash)
    return dict(zip(_JSON_NAMES, values, strict=True))


def _lay_out(connection: postgres.Connection, address: str) -> None:
    """Make the hub's tables, in a transaction of the caller's."""
    if _schema(connection) is not None:
        raise AppError("hub.exists", server=postgres.name_of(address))
    hub = secrets.token_hex(8)
    group = hub_schema.group_of(hub)
    postgres.make_group(connection, group)
    for statement in hub_schema.tables(quoted(group)):
        connection.execute(statement.encode())
    values = (hub, hub_schema.SCHEMA)
    connection.execute("INSERT INTO hub (only_one, id, schema, hub_seq) VALUES (1, %s, %s, 0)", values)


def _admitted(connection: postgres.Connection, address: str) -> AppError | None:
    """Refuse what is no hub, or one that cannot even be read; why nothing may be pushed to it, where that is so."""
    with postgres.translated(address):
        schema = _schema(connection)
        connection.execute("SET search_path = sluice")
        server = postgres.name_of(address)
        if schema is None:
            raise AppError("hub.not_a_hub", server=server)
        if schema <= hub_schema.SCHEMA:
            return None
        asks = connection.execute("SELECT reads_from, writes_from FROM hub").fetchone() or (schema, schema)
    known = hub_schema.SCHEMA
    if asks[0] > known:
        raise AppError("hub.newer_schema", server=server, schema=schema, known=known)
    if asks[1] > known:
        return AppError("hub.newer_reads_only", server=server, schema=schema, known=known)
    return None


def _schema(connection: postgres.Connection) -> int | None:
    """Version of the hub's tables in this database; None where there are none."""
    there = connection.execute("SELECT to_regclass('sluice.hub') IS NOT NULL").fetchone()
    if there is None or not there[0]:
        return None
    found = connection.execute("SELECT schema FROM sluice.hub").fetchone()
    return None if found is None else int(found[0])


@contextmanager
def _refusals(dev: str) -> Iterator[None]:
    """Turn what ``push`` refuses into :class:`AppError`."""
    try:
        yield
    except postgres.Error as error:
        number = int(error.diag.message_detail or 0) if str(error.sqlstate).startswith("SL") else 0
        refused = _unchained(error, dev, number) or _unkept(error, dev) or _not_entitled(error, dev, number)
        if refused is None:
            raise
        raise refused from error


def _unchained(error: postgres.Error, dev: str, number: int) -> AppError | None:
    """An event that does not follow on what the hub has."""
    match error.sqlstate:
        case hub_schema.FORKED:
            return AppError("journal.forked", device=dev, number=number)
        case hub_schema.GAP:
            return AppError("hub.gap", device=dev, number=number)
        case hub_schema.BROKEN:
            return AppError("journal.broken_chain", device=dev, number=number)
        case hub_schema.AHEAD:
            return AppError("hub.base_ahead", device=dev, number=number)
    return None


def _unkept(error: postgres.Error, dev: str) -> AppError | None:
    """Something that came too late, is not what it says, or cannot be held."""
    match error.sqlstate:
        case hub_schema.MOVED_ON:
            return AppError("journal.moved_on")
        case hub_schema.FALSE_TEXT:
            return AppError("journal.text_changed")
        case hub_pictures.UNNAMED:
            return AppError("hub.picture_unnamed", name=str(error.diag.message_hint))
        case hub_pictures.FALSE_PICTURE:
            return AppError("hub.false_picture", name=str(error.diag.message_hint))
        case "22P05" | "22003" | "22021" | None if isinstance(error, postgres.DataError):
            # A NUL in a text, a number beyond 64 bits: SQLite holds them, PostgreSQL does not.
            return AppError("hub.not_storable", device=dev)
    return None


def _not_entitled(error: postgres.Error, dev: str, number: int) -> AppError | None:
    """An event that whoever brings it may not bring."""
    hint = str(error.diag.message_hint)
    match error.sqlstate:
        case hub_rights.NO_PERSON:
            return AppError("hub.no_person", login=hint)
        case hub_laptops.NOT_HIS:
            return AppError("hub.not_his", device=dev, number=number, who=hint)
        case hub_rights.NOT_HIS_KIND:
            return AppError("hub.not_his_kind", device=dev, number=number, what=hint)
        case hub_laptops.FROM_WITHDRAWN:
            return AppError("hub.laptop_withdrawn", laptop=hint.partition("/")[2])
    return None
