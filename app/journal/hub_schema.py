"""Tables of the hub, and the one function through which anything is written there.

``push`` is owned by whoever made the hub and runs with his rights; consoles may SELECT and call it, nothing else. It
takes events of one device, and works in two steps. Under the lock of the device's row it looks at the chain, which
costs time but hinders nobody else; under the lock of the hub's row it numbers what is new. Everybody locks in this
order, so nobody waits in a ring; the hub's row stays locked to the end of the transaction, so numbers become visible in
their order and without gaps, and "everything after N" never misses one.

What is not JSON would stop every console that reads it, so it is not let in. The hash is worked out here as
``app.journal.events.hash_of`` does it: PostgreSQL and Python write a text as JSON alike.
"""

from __future__ import annotations

from app.journal import erasing, hub_laptops, hub_pictures, hub_rights, hub_zones

SCHEMA = 9
"""Goes up with the tables."""

OLDEST_READER, OLDEST_WRITER = 3, 3
"""Consoles that know these tables so far may still read this hub, and push to it."""

CHANNEL = "sluice_hub"
"""Hints that there is something new. They may get lost; only the tables are the truth."""

SERVER_WIDE_GROUP = "sluice_console"
"""Group of who followed any hub of a server, before each hub had one of its own: version 5 and earlier."""


def group_of(hub: str) -> str:
    """Group of everybody who may follow the hub with the id *hub* and push there.

    A server knows roles for all its databases alike: one group for two hubs would let who follows one read the other.
    """
    return f"{SERVER_WIDE_GROUP}_{hub}"


FORKED, GAP, BROKEN, AHEAD, MOVED_ON, FALSE_TEXT = "SL001", "SL002", "SL003", "SL004", "SL005", "SL006"
"""States with which ``push`` refuses; the detail is the number of the event."""

_TABLES = (
    "CREATE SCHEMA sluice",
    "SET LOCAL search_path = sluice",
    """CREATE TABLE hub (
        only_one INTEGER PRIMARY KEY CHECK (only_one = 1), id TEXT NOT NULL, schema INTEGER NOT NULL,
        hub_seq BIGINT NOT NULL CHECK (hub_seq >= 0)) WITH (fillfactor = 10)""",
    """CREATE TABLE device (
        dev TEXT COLLATE "C" PRIMARY KEY, dev_seq BIGINT NOT NULL, hash TEXT NOT NULL,
        hlc TEXT COLLATE "C" NOT NULL, base BIGINT NOT NULL) WITH (fillfactor = 50)""",
    """CREATE TABLE event (
        dev TEXT COLLATE "C" NOT NULL, dev_seq BIGINT NOT NULL CHECK (dev_seq > 0), hub_seq BIGINT NOT NULL UNIQUE,
        base BIGINT NOT NULL CHECK (base >= 0), hlc TEXT NOT NULL, eff_at BIGINT NOT NULL, recv_at BIGINT NOT NULL,
        actor TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL, kind_version BIGINT NOT NULL,
        entity TEXT COLLATE "C" NOT NULL, body TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL,
        signature TEXT, login TEXT NOT NULL, PRIMARY KEY (dev, dev_seq))""",
    "CREATE INDEX event_by_entity ON event (entity, kind)",
    "CREATE TABLE text (id TEXT PRIMARY KEY, salt BYTEA, content TEXT, erased_at BIGINT)",
    """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    """CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON event
        FOR EACH STATEMENT EXECUTE FUNCTION refuse()""",
)

_RULES = (
    """CREATE OR REPLACE FUNCTION hash_of(
        dev TEXT, dev_seq BIGINT, base BIGINT, hlc TEXT, eff_at BIGINT, actor TEXT, role TEXT, kind TEXT,
        kind_version BIGINT, entity TEXT, body TEXT, prev_hash TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(
        '[' || to_json(dev) || ',' || dev_seq || ',' || base || ',' || to_json(hlc) || ',' || eff_at || ','
        || to_json(actor) || ',' || to_json(role) || ',' || to_json(kind) || ',' || kind_version || ','
        || to_json(entity) || ',' || to_json(body) || ',' || to_json(prev_hash) || ']', 'UTF8')), 'hex') $$""",
    """CREATE OR REPLACE FUNCTION is_object(said TEXT) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN
        RETURN coalesce(json_typeof(said::json) = 'object', false);
    EXCEPTION WHEN invalid_text_representation OR statement_too_complex THEN
        RETURN false;
    END $$""",
    """CREATE OR REPLACE FUNCTION push(writer TEXT, pushed JSONB, kept JSONB DEFAULT '[]', expected BIGINT DEFAULT NULL)
    RETURNS BIGINT LANGUAGE plpgsql SECURITY DEFINER SET search_path = sluice, pg_temp AS $$
    DECLARE
        head device%ROWTYPE;
        one event%ROWTYPE;
        top BIGINT;
        last BIGINT;
        chained TEXT;
        held TEXT;
        fresh BIGINT := 0;
        own BOOLEAN := false;
        mover TEXT;
        looked BIGINT;
        named TEXT[];
        brought TEXT[];
        twice BIGINT;
        now_ms BIGINT;
        hinted BIGINT;
        -- Each hint wakes a process of the server for each console. Who was woken looks again a little later
        -- (app.sync.follower), so that what comes in between needs none.
        hint_every_ms CONSTANT BIGINT := 50;
    BEGIN
        -- Who stands still from here to the end of a transaction (a laptop that was shut, a line that was cut) would
        -- hold the hub's row, and everybody's writing, until the server misses him: two hours, as TCP is set.
        IF current_setting('idle_in_transaction_session_timeout') = '0' THEN
            PERFORM set_config('idle_in_transaction_session_timeout', '5s', true);
        END IF;
        SELECT hub.hub_seq INTO STRICT looked FROM hub;
        PERFORM refuse_strangers(pushed);
        PERFORM refuse_withdrawn(writer);
        IF pushed = '[]' THEN
            RETURN (SELECT hub.hub_seq FROM hub);
        END IF;
        SELECT told.dev_seq INTO twice FROM jsonb_populate_recordset(NULL::event, pushed) AS told
        GROUP BY told.dev_seq HAVING count(*) > 1 ORDER BY told.dev_seq LIMIT 1;
        IF FOUND THEN
            -- Only one of the two would be looked at below, and the other taken at its word.
            RAISE EXCEPTION 'forked' USING ERRCODE = 'SL001', DETAIL = coalesce(twice, 0);
        END IF;
        INSERT INTO device VALUES (writer, 0, '', '', 0) ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT head FROM device WHERE device.dev = writer FOR UPDATE;
        -- The hub only grows: what it holds now is the least that it will hold when the numbers are given out.
        SELECT hub.hub_seq INTO STRICT top FROM hub;
        last := head.dev_seq;
        chained := head.hash;
        mover := mover_of(writer, head.dev_seq, head.login);
        FOR one IN SELECT * FROM jsonb_populate_recordset(NULL::event, pushed) AS told ORDER BY told.dev_seq LOOP
            IF one.dev_seq IS NULL OR one.dev IS DISTINCT FROM writer OR writer = '@hub' THEN
                RAISE EXCEPTION 'of another device' USING ERRCODE = 'SL003', DETAIL = coalesce(one.dev_seq, 0);
            ELSIF one.dev_seq <= head.dev_seq THEN
                SELECT event.hash INTO held FROM event WHERE event.dev = writer AND event.dev_seq = one.dev_seq;
                IF held IS NULL OR held IS DISTINCT FROM one.hash THEN
                    RAISE EXCEPTION 'forked' USING ERRCODE = 'SL001', DETAIL = one.dev_seq;
                END IF;
            ELSIF one.dev_seq <> last + 1 THEN
                RAISE EXCEPTION 'gap' USING ERRCODE = 'SL002', DETAIL = one.dev_seq;
            ELSE
                IF NOT is_object(one.body) OR coalesce(one.hlc !~ '^[0-9]{13}[.][0-9]{5}$', true)
                OR one.prev_hash IS DISTINCT FROM chained
                OR one.hash IS DISTINCT FROM hash_of(
                    one.dev, one.dev_seq, one.base, one.hlc, one.eff_at, one.actor, one.role, one.kind,
                    one.kind_version, one.entity, one.body, one.prev_hash) THEN
                    RAISE EXCEPTION 'broken chain' USING ERRCODE = 'SL003', DETAIL = one.dev_seq;
                ELSIF one.base > top THEN
                    RAISE EXCEPTION 'base ahead' USING ERRCODE = 'SL004', DETAIL = one.dev_seq;
                ELSIF one.base < head.base THEN
                    -- Who knew something knows it for ever: the folds find by bisection what a device knew.
                    RAISE EXCEPTION 'base goes back' USING ERRCODE = 'SL003', DETAIL = one.dev_seq;
                END IF;
                own := refuse_unentitled(one, mover) OR own;
                last := one.dev_seq;
                chained := one.hash;
                head.base := one.base;
                head.hlc := one.hlc;
                fresh := fresh + 1;
            END IF;
        END LOOP;
        -- Of what is known the hub's own row counts: of the one that was pushed nothing but its hash was looked at.
        named := ARRAY(
            SELECT coalesce(event.body, told.body) FROM jsonb_populate_recordset(NULL::event, pushed) AS told
            LEFT JOIN event ON event.dev = writer AND event.dev_seq = told.dev_seq);
        brought := keep(coalesce((
            SELECT jsonb_agg(each.text) FROM jsonb_array_elements(kept) AS each (text) WHERE each.text ->> 'id' IN (
                SELECT unnest(texts_in(body, false)) FROM unnest(named) AS body)), '[]'));
        IF brought <> '{}' THEN
            PERFORM settle_texts(writer, pushed, brought);
        END IF;
        PERFORM mark_personal(ARRAY(SELECT unnest(texts_in(body, true)) FROM unnest(named) AS body));
        IF fresh = 0 THEN
            RETURN top;
        END IF;
        PERFORM erase_words(told.body) FROM jsonb_populate_recordset(NULL::event, pushed) AS told
        WHERE told.dev_seq > head.dev_seq AND told.kind = 'personal.erased' AND told.kind_version = 1;
        PERFORM reveal(signer_of(told.actor, session_user), told.kind, told.entity, told.body)
        FROM jsonb_populate_recordset(NULL::event, pushed) AS told WHERE told.dev_seq > head.dev_seq;
        SELECT hub.hub_seq, hub.hinted_at INTO STRICT top, hinted FROM hub FOR UPDATE;
        -- Somebody may have withdrawn the laptop since it was looked; from here on nobody can get before us.
        IF withdrawn_since(looked) THEN
            PERFORM refuse_withdrawn(writer);
        END IF;
        IF expected IS NOT NULL AND top <> expected THEN
            RAISE EXCEPTION 'moved on' USING ERRCODE = 'SL005', DETAIL = 0;
        END IF;
        INSERT INTO event
        SELECT told.dev, told.dev_seq, top + (told.dev_seq - head.dev_seq), told.base, told.hlc, told.eff_at,
            floor(extract(epoch FROM clock_timestamp()) * 1000), told.actor, told.role, told.kind, told.kind_version,
            told.entity, told.body, told.prev_hash, told.hash, NULL, session_user
        FROM jsonb_populate_recordset(NULL::event, pushed) AS told
        WHERE told.dev_seq > head.dev_seq ORDER BY told.dev_seq;
        PERFORM place_new(writer, head.dev_seq);
        UPDATE device SET dev_seq = last, hash = chained, hlc = head.hlc, base = head.base,
            login = CASE WHEN own AND NOT is_settled(login) THEN session_user ELSE login END WHERE device.dev = writer;
        now_ms := floor(extract(epoch FROM clock_timestamp()) * 1000);
        -- A clock that was set back must not silence the hub.
        IF abs(now_ms - hinted) < hint_every_ms THEN
            UPDATE hub SET hub_seq = top + fresh;
        ELSE
            UPDATE hub SET hub_seq = top + fresh, hinted_at = now_ms;
            PERFORM pg_notify('sluice_hub', (top + fresh)::text);
        END IF;
        RETURN top + fresh;
    END $$""",
    """CREATE OR REPLACE FUNCTION keep(kept JSONB) RETURNS TEXT[] LANGUAGE plpgsql
    SET search_path = sluice, pg_temp AS $$
    DECLARE
        brought TEXT[];
    BEGIN
        IF EXISTS (
            SELECT 1 FROM jsonb_to_recordset(kept) AS told (id TEXT, salt TEXT, content TEXT) WHERE told.id IS DISTINCT
            FROM encode(sha256(decode(told.salt, 'hex') || convert_to(told.content, 'UTF8')), 'hex')) THEN
            RAISE EXCEPTION 'false text' USING ERRCODE = 'SL006', DETAIL = 0;
        END IF;
        -- What was erased here stays erased, whoever still holds it.
        WITH fresh AS (
            INSERT INTO text (id, salt, content)
            SELECT told.id, decode(told.salt, 'hex'), told.content
            FROM jsonb_to_recordset(kept) AS told (id TEXT, salt TEXT, content TEXT)
            ORDER BY told.id ON CONFLICT DO NOTHING RETURNING id)
        SELECT coalesce(array_agg(fresh.id), '{}') INTO brought FROM fresh;
        RETURN brought;
    END $$""",
    # Who wrote words knows them, and not who carried them here on a stick; what others brought is for "reveal" to show.
    """CREATE OR REPLACE FUNCTION settle_texts(writer TEXT, pushed JSONB, brought TEXT[]) RETURNS VOID LANGUAGE sql
    SET search_path = sluice, pg_temp AS $$
    UPDATE text SET about = told.entity FROM (
        SELECT DISTINCT ON (named.id) named.id, coalesce(event.entity, said.entity) AS entity
        FROM jsonb_populate_recordset(NULL::event, pushed) AS said
        LEFT JOIN event ON event.dev = writer AND event.dev_seq = said.dev_seq
        CROSS JOIN unnest(texts_in(coalesce(event.body, said.body), false)) AS named (id)
        WHERE named.id = ANY(brought) ORDER BY named.id, said.dev_seq) AS told
    WHERE told.id = text.id;
    INSERT INTO revealed
    SELECT signer_of(coalesce(event.actor, told.actor), session_user), named.id
    FROM jsonb_populate_recordset(NULL::event, pushed) AS told
    LEFT JOIN event ON event.dev = writer AND event.dev_seq = told.dev_seq
    CROSS JOIN unnest(texts_in(coalesce(event.body, told.body), false)) AS named (id)
    WHERE named.id = ANY(brought) ON CONFLICT DO NOTHING $$""",
)


def _grants(group: str) -> tuple[str, ...]:
    """What the members of *group*, an identifier in quotes, may do."""
    return (
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sluice FROM PUBLIC",
        # Everybody may make temporary tables, where nobody says otherwise: room on the hub's disk for what is no entry.
        """DO $$ BEGIN
            IF (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()) THEN
                EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
            END IF;
        END $$""",
        f"GRANT USAGE ON SCHEMA sluice TO {group}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA sluice TO {group}",
        f"GRANT EXECUTE ON FUNCTION push(TEXT, JSONB, JSONB, BIGINT) TO {group}",
        f"GRANT EXECUTE ON FUNCTION sees_personal(), is_desk(), my_zones() TO {group}",
        *hub_pictures.grants(group),
    )


def _parted(group: str) -> tuple[str, ...]:
    """Leave the group of the whole server; who follows this hub goes over to *group*."""
    return (
        f"""DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVER_WIDE_GROUP}') THEN
                REVOKE ALL ON ALL TABLES IN SCHEMA sluice FROM {SERVER_WIDE_GROUP};
                REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sluice FROM {SERVER_WIDE_GROUP};
                REVOKE ALL ON SCHEMA sluice FROM {SERVER_WIDE_GROUP};
            END IF;
        END $$""",  # noqa: S608 - our own words
        f"""DO $$ DECLARE who TEXT; BEGIN
            FOR who IN SELECT login FROM person JOIN pg_roles ON rolname = login WHERE left_at IS NULL LOOP
                EXECUTE format('GRANT {group} TO %I', who);
            END LOOP;
        END $$""",  # noqa: S608 - as above
    )


_OUTDATED = (
    "DROP FUNCTION IF EXISTS keep(JSONB)",
    "DROP FUNCTION IF EXISTS reveal(TEXT, TEXT, TEXT)",
    "DROP FUNCTION IF EXISTS keep_for_signers(TEXT, JSONB, TEXT[])",
)
"""Of earlier versions: what gives back something else now, or asks for something else."""

_ALONE = "LOCK TABLE device, hub, text"
"""In the order in which ``push`` takes them, so that it and an upgrade do not wait for each other in a ring."""

_HINTS = ("ALTER TABLE hub ADD COLUMN hinted_at BIGINT NOT NULL DEFAULT 0",)

_OLDER_CONSOLES = (
    f"""ALTER TABLE hub ADD COLUMN reads_from INTEGER NOT NULL DEFAULT {OLDEST_READER},
        ADD COLUMN writes_from INTEGER NOT NULL DEFAULT {OLDEST_WRITER}""",
)

_RULED = (
    *hub_laptops.RULES, *hub_rights.RULES, *hub_zones.RULES, *hub_pictures.RULES, *_RULES,
    *hub_rights.LOCKS, *hub_zones.LOCKS, *hub_pictures.LOCKS,
)  # fmt: skip
_TABLES_NOW = (
    *_TABLES, *_HINTS, *hub_rights.TABLES, *hub_laptops.TABLES, *_OLDER_CONSOLES, *hub_zones.TABLES,
    *hub_pictures.TABLES, *_RULED,
)  # fmt: skip

UPGRADES = {
    2: (_ALONE, *_HINTS, *hub_rights.TABLES),
    3: (_ALONE, *hub_laptops.TABLES, *_OLDER_CONSOLES),
    4: (_ALONE, *hub_zones.TABLES),
    5: (_ALONE, *hub_pictures.TABLES),
    6: (_ALONE,),
    7: (_ALONE,),
    8: (_ALONE,),
    9: (_ALONE,),
}
"""What the tables of the version before lack of that version."""

_NOW = f"UPDATE hub SET schema = {SCHEMA}, reads_from = {OLDEST_READER}, writes_from = {OLDEST_WRITER}"  # noqa: S608


def tables(group: str) -> tuple[str, ...]:
    """All of a new hub whose consoles are members of *group*, an identifier in quotes."""
    return (*_TABLES_NOW, *_grants(group))


def upgraded_from(version: int, group: str) -> tuple[str, ...]:
    """What makes a hub of *version* one of this program's; its rules are always those of this program."""
    lacking = (statement for later in range(version + 1, SCHEMA + 1) for statement in UPGRADES[later])
    from_before_persons = (hub_rights.MARK_ALL, hub_rights.SETTLE_ALL) if version < hub_rights.SINCE else ()
    from_before_zones = (hub_zones.WHOSE_ALL,) if version < hub_zones.SINCE else ()
    from_before_erasing = (hub_rights.ERASE_ALL,) if version < erasing.SINCE else ()
    ruled = (*_RULED, *_parted(group), *_grants(group))
    return (*lacking, *_OUTDATED, *ruled, *from_before_persons, *from_before_zones, *from_before_erasing, _NOW)
