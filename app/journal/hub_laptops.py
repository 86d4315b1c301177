"""Laptops that are to bring nothing more to the hub, because somebody took them who should not have.

Whoever has a laptop has what it signs with, and often the login with which it follows the hub. From the entry that
withdraws the laptop on, the server takes nothing of the laptop's own devices, and nothing by a login with which it had
joined the hub until the hub's owner lets that login in anew. What was written before stays.
"""

from __future__ import annotations

JOINED = "laptop.joined"
"""Kind of the event by which a device says that it is a laptop's, when the laptop begins to follow the hub."""

BROUGHT = "laptop.brought"
"""Kind of the event by which a console says which devices came on a laptop's stick."""

WITHDRAWN, READMITTED = "laptop.withdrawn", "laptop.readmitted"
"""Kinds of the events that withdraw a laptop, and that take this back; only who knew of the one can do the other."""

FROM_WITHDRAWN = "SL010"
"""State with which ``push`` refuses what comes from such a laptop; the hint is its id."""

NOT_HIS = "SL008"
"""State with which ``push`` refuses what is another's; the hint is whose, or which device."""

TABLES = (
    "ALTER TABLE person ADD COLUMN since BIGINT NOT NULL DEFAULT 0",
    f"CREATE INDEX event_withdrawn ON event (entity) WHERE kind = '{WITHDRAWN}'",
)
"""How far the order reached when somebody was last let in: a laptop that was lost before is not held against them."""

RULES = (
    f"""CREATE OR REPLACE FUNCTION is_withdrawn(laptop TEXT, after BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE
    SET search_path = sluice, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM event AS gone WHERE gone.entity = laptop AND gone.kind = '{WITHDRAWN}' AND gone.hub_seq > after
        AND NOT EXISTS (
            SELECT 1 FROM event AS back WHERE back.entity = gone.entity AND back.kind = '{READMITTED}'
            AND (back.base >= gone.hub_seq OR back.dev = gone.dev AND back.dev_seq > gone.dev_seq))) $$""",  # noqa: S608 - our own words
    f"""CREATE OR REPLACE FUNCTION withdrawn_login() RETURNS TEXT LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = sluice, pg_temp AS $$
    SELECT own.entity FROM event AS own JOIN person ON person.login = session_user
    WHERE own.entity IN (SELECT entity FROM event WHERE kind = '{WITHDRAWN}')
    AND own.kind = '{JOINED}' AND own.login = session_user AND is_withdrawn(own.entity, person.since)
    -- What was carried in for somebody else says nothing of the login of who carried it.
    AND (own.actor IN (person.login, person.name) OR NOT EXISTS (
        SELECT 1 FROM person AS other WHERE own.actor IN (other.login, other.name))) LIMIT 1 $$""",  # noqa: S608 - as above
    # Of what stands in a body only lists are looked into: whatever else stands there must not stop everybody's writing.
    """CREATE OR REPLACE FUNCTION names_device(body TEXT, writer TEXT) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE
    SET search_path = sluice, pg_temp AS $$
    BEGIN
        RETURN EXISTS (
            SELECT 1 FROM json_array_elements(CASE WHEN json_typeof(body::json -> 'devices') = 'array'
                THEN body::json -> 'devices' ELSE '[]' END) AS told (dev) WHERE told.dev::text = to_json(writer)::text);
    EXCEPTION WHEN data_exception THEN
        -- Half a surrogate pair: JSON as it is written, and none as it is read.
        RETURN false;
    END $$""",
    f"""CREATE OR REPLACE FUNCTION withdrawn_device(writer TEXT) RETURNS TEXT LANGUAGE sql STABLE
    SET search_path = sluice, pg_temp AS $$
    SELECT own.entity FROM event AS own
    WHERE own.entity IN (SELECT entity FROM event WHERE kind = '{WITHDRAWN}')
    AND (own.kind = '{JOINED}' AND own.dev = writer OR own.kind = '{BROUGHT}' AND names_device(own.body, writer))
    AND is_withdrawn(own.entity, 0) LIMIT 1 $$""",  # noqa: S608 - as above
    f"""CREATE OR REPLACE FUNCTION refuse_withdrawn(writer TEXT) RETURNS VOID LANGUAGE plpgsql
    SET search_path = sluice, pg_temp AS $$
    DECLARE
        laptop TEXT;
    BEGIN
        IF is_owner() THEN
            RETURN;
        END IF;
        laptop := coalesce(withdrawn_login(), withdrawn_device(writer));
        IF laptop IS NOT NULL THEN
            RAISE EXCEPTION 'withdrawn' USING ERRCODE = '{FROM_WITHDRAWN}', DETAIL = 0, HINT = laptop;
        END IF;
    END $$""",
    f"""CREATE OR REPLACE FUNCTION withdrawn_since(seen BIGINT) RETURNS BOOLEAN LANGUAGE sql STABLE
    SET search_path = sluice, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM event WHERE hub_seq > seen AND kind = '{WITHDRAWN}') $$""",  # noqa: S608 - as above
    # Who could say of any device that it is a lost laptop's would silence a desk. Those of desks may say it; others of
    # devices that nobody knows, of their own, and of what they carried in themselves.
    f"""CREATE OR REPLACE FUNCTION refuse_binding(one event, signer TEXT, role TEXT) RETURNS VOID LANGUAGE plpgsql
    SET search_path = sluice, pg_temp AS $$
    DECLARE
        another TEXT;
    BEGIN
        IF one.kind <> '{BROUGHT}' OR role IN ('operator', 'supervisor') THEN
            RETURN;
        END IF;
        SELECT known.dev INTO another FROM device AS known
        WHERE known.dev_seq > 0 AND names_device(one.body, known.dev)
        AND mover_of(known.dev, known.dev_seq, known.login) NOT IN ('', signer)
        AND NOT EXISTS (
            SELECT 1 FROM event WHERE event.dev = known.dev AND event.login = session_user
            AND session_user <> signer_of(event.actor, session_user)) LIMIT 1;
        IF another IS NOT NULL THEN
            RAISE EXCEPTION 'device of another' USING ERRCODE = '{NOT_HIS}', DETAIL = one.dev_seq, HINT = another;
        END IF;
    END $$""",  # noqa: S608 - as above
)
