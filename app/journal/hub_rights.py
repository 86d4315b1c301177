"""Who may do what at the hub: persons, what their roles may write, and who may read whom somebody called about.

A person is a login of the database. The login may SELECT and call ``push``; ``push`` looks here whether what it brings
is its own and of a kind that its role may write. Whoever owns the hub looks after it and may bring anything.

Names, phones and addresses are kept outside the chain as free texts (:mod:`app.journal.writing`); the server marks
those that an event names so, and shows the marked ones to desks alone. Others are shown those of one incident when they
say what for: that is an event like any other, and lists what was shown.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from fnmatch import fnmatchcase

from app.journal.erasing import ERASED
from app.journal.hub_laptops import BROUGHT, JOINED, NOT_HIS


class PersonRole(StrEnum):
    """What somebody does at the utility."""

    OPERATOR = "operator"
    PLANNER = "planner"
    SUPERVISOR = "supervisor"
    FIELD = "field"
    MONITOR = "monitor"
    VIEWER = "viewer"


SINCE = 2
"""Version of the hub's tables that first knew persons."""

PERSONAL = ("name", "caller", "phone", "address")
"""Roles of free texts that say who somebody is."""

REVEALED = "personal.revealed"
"""Kind of the event with which somebody has personal texts shown: their ids, and what for."""

NO_PERSON, NOT_HIS_KIND = "SL007", "SL009"
"""States with which ``push`` refuses; the detail is the number of the event, the hint who or which kind."""

_DEVICE = "device.continued"
_LAPTOP = ("laptop.taken", "laptop.began", BROUGHT, JOINED)
_HYDRANT = "hydrant.%"
_REPORTED = ("valve.observed", "asset.proposed", REVEALED)
MAY_WRITE: dict[PersonRole, tuple[str, ...]] = {
    PersonRole.OPERATOR: (
        _DEVICE, *_REPORTED, "plan.made", "incident.%", "crew.%", "order.%", "alarm.%", "desk.%", "complaint.%",
        "escalation.%", "outage.happened", _HYDRANT, "laptop.%",
    ),
    PersonRole.PLANNER: (
        _DEVICE, *_REPORTED, "plan.made", "outage.%", "asset.added", "asset.set", "asset.deleted", "asset.restored",
        "valves.assumed", "import.landed", _HYDRANT, JOINED,
    ),
    PersonRole.SUPERVISOR: ("%",),
    PersonRole.FIELD: (
        _DEVICE, *_LAPTOP, *_REPORTED, "order.%", "incident.happened", "incident.noted", "crew.stated", _HYDRANT,
    ),
    PersonRole.MONITOR: (_DEVICE, "alarm.%", "desk.muted", "incident.noted", _HYDRANT, REVEALED, JOINED),
    PersonRole.VIEWER: (),
}  # fmt: skip
"""Patterns of the kinds that each role may write."""

KindsTold = Collection[tuple[str, str]]
"""What a hub lets roles write, as it says itself: role, and pattern of kinds. Nothing where it never said."""


def may_write(role: str, kind: str, told: KindsTold = ()) -> bool:
    """Whether *role* may write entries of *kind*: by what the hub *told*, else by what this version knows."""
    known = told or [(own, pattern) for own, patterns in MAY_WRITE.items() for pattern in patterns]
    return any(own == role and fnmatchcase(kind, pattern.replace("%", "*")) for own, pattern in known)


def is_unknown(kind: str, told: KindsTold) -> bool:
    """Whether a hub that *told* its rights names *kind* for nobody although this version does: it is an earlier one."""
    lesser = [role for role in PersonRole if role is not PersonRole.SUPERVISOR]
    somebody = any(may_write(role, kind) for role in lesser)
    return bool(told) and somebody and not any(may_write(role, kind, told) for role in lesser)


SIGNED_BY_ANOTHER = "desk.handed_over"
"""Who comes signs for the desk at the console of who goes."""


def _quoted(words: tuple[str, ...]) -> str:
    assert not any("'" in word for word in words), "our own words"
    return ", ".join(f"'{word}'" for word in words)


_KINDS = ", ".join(f"('{role}', '{kind}')" for role, kinds in MAY_WRITE.items() for kind in kinds)

TABLES = (
    f"""CREATE TABLE person (
        login TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ({_quoted(tuple(PersonRole))})),
        relays BOOLEAN NOT NULL DEFAULT false, left_at BIGINT)""",
    "CREATE TABLE may_write (role TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (role, kind))",
    "ALTER TABLE device ADD COLUMN login TEXT",
    "ALTER TABLE text ADD COLUMN personal BOOLEAN NOT NULL DEFAULT false",
    "CREATE TABLE revealed (login TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (login, id))",
)
"""What the rules of rights rest on. A device belongs to the login that first wrote with it; see ``mover_of``."""

RULES = (
    "TRUNCATE may_write",
    f"INSERT INTO may_write VALUES {_KINDS}",  # noqa: S608 - our own words
    """CREATE OR REPLACE FUNCTION is_owner() RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = sluice, pg_temp AS $$
    SELECT pg_has_role(session_user, current_user, 'USAGE') $$""",
    """CREATE OR REPLACE FUNCTION is_desk() RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = sluice, pg_temp AS $$
    SELECT is_owner() OR EXISTS (
        SELECT 1 FROM person
        WHERE login = session_user AND left_at IS NULL AND role IN ('operator', 'supervisor')
        AND withdrawn_login() IS NULL) $$""",
    """CREATE OR REPLACE FUNCTION sees_personal() RETURNS BOOLEAN LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = sluice, pg_temp AS $$
    SELECT is_desk() AND (is_owner() OR EXISTS (
        SELECT 1 FROM person WHERE login = session_user AND zones = '{}')) $$""",
    """CREATE OR REPLACE FUNCTION mark_personal(ids TEXT[]) RETURNS VOID LANGUAGE sql
    SET search_path = sluice, pg_temp AS $$
    UPDATE text SET personal = true WHERE id = ANY(ids) AND NOT personal $$""",
    f"""CREATE OR REPLACE FUNCTION texts_in(body TEXT, personal BOOLEAN) RETURNS TEXT[] LANGUAGE plpgsql IMMUTABLE
    SET search_path = sluice, pg_temp AS $$
    BEGIN
        RETURN ARRAY(
            SELECT told.value #>> '{{}}' FROM json_each(body::json -> 'texts') AS told
            WHERE (NOT personal OR told.key IN ({_quoted(PERSONAL)})) AND json_typeof(told.value) = 'string');
    EXCEPTION WHEN data_exception THEN
        -- Of another shape than ours, or half a surrogate pair: it names no text to anybody.
        RETURN '{{}}';
    END $$""",  # noqa: S608 - as above
    # What a bundle brings belongs to who signed it, not to who carried it in.
    """CREATE OR REPLACE FUNCTION signer_of(actor TEXT, bearer TEXT) RETURNS TEXT LANGUAGE sql STABLE
    SET search_path = sluice, pg_temp AS $$
    SELECT coalesce((
        SELECT login FROM person WHERE actor IN (login, name) ORDER BY login = actor DESC LIMIT 1), bearer)
    $$""",
    f"""CREATE OR REPLACE FUNCTION reveal(asker TEXT, kind TEXT, about TEXT, body TEXT) RETURNS VOID LANGUAGE plpgsql
    SET search_path = sluice, pg_temp AS $$
    BEGIN
        IF kind <> '{REVEALED}' OR NOT EXISTS (
            SELECT 1 FROM text WHERE id = body::json -> 'texts' ->> 'purpose' AND btrim(content) <> '') THEN
            RETURN;
        END IF;
        -- What who asks brought or signed himself does not count: he could name there whatever he would like to see.
        INSERT INTO revealed
        SELECT asker, told.id FROM json_array_elements_text(body::json -> 'shown') AS told (id)
        WHERE told.id IN (
            SELECT unnest(texts_in(event.body, true)) FROM event
            WHERE entity = about AND asker NOT IN (login, signer_of(actor, login)))
        AND EXISTS (SELECT 1 FROM text WHERE text.id = told.id AND reaches(asker, text.about))
        ON CONFLICT DO NOTHING;
    EXCEPTION WHEN data_exception THEN
        RETURN;
    END $$""",  # noqa: S608 - as above
    f"""CREATE OR REPLACE FUNCTION refuse_strangers(pushed JSONB) RETURNS VOID LANGUAGE plpgsql
    SET search_path = sluice, pg_temp AS $$
    DECLARE
        his TEXT;
    BEGIN
        IF is_owner() THEN
            RETURN;
        END IF;
        SELECT person.role INTO his FROM person WHERE login = session_user AND left_at IS NULL;
        IF his IS NULL THEN
            RAISE EXCEPTION 'no person' USING ERRCODE = '{NO_PERSON}', DETAIL = 0, HINT = session_user;
        ELSIF NOT EXISTS (SELECT 1 FROM may_write WHERE role = his) THEN
            RAISE EXCEPTION 'kind' USING ERRCODE = '{NOT_HIS_KIND}',
                DETAIL = coalesce((pushed -> 0 ->> 'dev_seq')::NUMERIC, 0), HINT = coalesce(pushed -> 0 ->> 'kind', '');
        END IF;
    END $$""",  # noqa: S608 - as above
    # What was erased before it ever came stays erased too. Those who erase are few: they may name whatever they like.
    """CREATE OR REPLACE FUNCTION erase_words(body TEXT) RETURNS VOID LANGUAGE plpgsql
    SET search_path = sluice, pg_temp AS $$
    BEGIN
        INSERT INTO text (id, erased_at)
        SELECT DISTINCT told.id, floor(extract(epoch FROM clock_timestamp()) * 1000)::BIGINT
        FROM json_array_elements_text(CASE WHEN json_typeof(body::json -> 'erased') = 'array'
            THEN body::json -> 'erased' ELSE '[]' END) AS told (id) WHERE told.id ~ '^[0-9a-f]{64}$'
        ON CONFLICT (id) DO UPDATE SET salt = NULL, content = NULL, erased_at = EXCLUDED.erased_at
        WHERE text.content IS NOT NULL;
    EXCEPTION WHEN data_exception THEN
        RETURN;
    END $$""",
    """CREATE OR REPLACE FUNCTION is_settled(owns TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE
    SET search_path = sluice, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM person WHERE login = owns AND NOT relays) $$""",
    # Before there were persons a login may have been everybody's, and who relays brings what is not his: then it is
    # whoever signed the device's last event.
    """CREATE OR REPLACE FUNCTION mover_of(writer TEXT, last BIGINT, owns TEXT) RETURNS TEXT LANGUAGE sql STABLE
    SET search_path = sluice, pg_temp AS $$
    SELECT CASE WHEN is_settled(owns) THEN owns ELSE coalesce((
        SELECT person.login FROM event JOIN person ON event.actor IN (person.login, person.name)
        WHERE event.dev = writer AND event.dev_seq = last ORDER BY person.login = event.actor DESC LIMIT 1), '') END
    $$""",
    f"""CREATE OR REPLACE FUNCTION refuse_unentitled(one event, mover TEXT) RETURNS BOOLEAN LANGUAGE plpgsql
    SET search_path = sluice, pg_temp AS $$
    DECLARE
        bearer person%ROWTYPE;
        author person%ROWTYPE;
    BEGIN
        IF is_owner() THEN
            RETURN false;
        END IF;
        SELECT * INTO bearer FROM person WHERE login = session_user AND left_at IS NULL;
        IF bearer.login IS NULL THEN
            RAISE EXCEPTION 'no person' USING ERRCODE = '{NO_PERSON}', DETAIL = one.dev_seq, HINT = session_user;
        END IF;
        author := bearer;
        IF one.actor NOT IN (bearer.login, bearer.name) THEN
            SELECT * INTO author FROM person WHERE one.actor IN (login, name) ORDER BY login = one.actor DESC LIMIT 1;
            -- Nothing brings words back, and whoever relays could sign as anybody: nobody erases in another's name.
            IF author.login IS NULL OR one.kind = '{ERASED}' OR NOT (
                bearer.relays OR one.kind = '{SIGNED_BY_ANOTHER}' AND author.left_at IS NULL) THEN
                RAISE EXCEPTION 'of another' USING ERRCODE = '{NOT_HIS}', DETAIL = one.dev_seq, HINT = one.actor;
            END IF;
        END IF;
        -- Desks are shared by shifts; what a laptop bears is its owner's.
        IF mover NOT IN ('', session_user) AND NOT bearer.relays AND NOT EXISTS (
            SELECT 1 FROM person WHERE login = mover AND role = bearer.role AND role <> 'field') THEN
            RAISE EXCEPTION 'device of another' USING ERRCODE = '{NOT_HIS}', DETAIL = one.dev_seq, HINT = mover;
        END IF;
        IF one.role <> author.role AND one.role IN ({_quoted(tuple(PersonRole))}) THEN
            RAISE EXCEPTION 'role of another' USING ERRCODE = '{NOT_HIS_KIND}', DETAIL = one.dev_seq, HINT = one.role;
        END IF;
        IF NOT EXISTS (SELECT 1 FROM may_write WHERE role = author.role AND one.kind LIKE kind) OR NOT (
            bearer.relays OR EXISTS (SELECT 1 FROM may_write WHERE role = bearer.role AND one.kind LIKE kind)) THEN
            RAISE EXCEPTION 'kind' USING ERRCODE = '{NOT_HIS_KIND}', DETAIL = one.dev_seq, HINT = one.kind;
        END IF;
        PERFORM refuse_binding(one, author.login, author.role);
        RETURN author.login = bearer.login;
    END $$""",  # noqa: S608 - as above
)

ERASE_ALL = f"SELECT erase_words(body) FROM event WHERE kind = '{ERASED}' AND kind_version = 1"  # noqa: S608 - as above
"""For entries that came before the server erased, or past ``push``."""

LOCKS = ("ALTER TABLE text ENABLE ROW LEVEL SECURITY",)
"""Who sees which texts stands in :mod:`app.journal.hub_zones`."""

MARK_ALL = """SELECT mark_personal(ARRAY(
    SELECT unnest(texts_in(body, true)) FROM event WHERE body LIKE '%"texts":%'))"""
"""For events that came before the server marked texts, or past ``push``."""

SETTLE_ALL = "UPDATE device SET login = event.login FROM event WHERE event.dev = device.dev AND event.dev_seq = 1"
"""For devices that wrote before the server noted whose they are."""
