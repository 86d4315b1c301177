"""Zones: whose words somebody is shown who answers for a part of the city alone.

An entry bears no zone of its own; the server finds the zones of an incident or a complaint from where it is said to
lie. Words belong to what the first entry that brought them was about, whoever names them later. So nobody moves them
within his own reach: neither by naming them elsewhere, nor by saying that an incident lies in his zone, unless he was
the one who opened it there. What lies in no zone, or nobody knows where, is for those of the whole city.
"""

from __future__ import annotations

from app.journal.hub_rights import SIGNED_BY_ANOTHER

SINCE = 4
"""Version of the hub's tables that first knew zones."""

TABLES = (
    "ALTER TABLE person ADD COLUMN zones TEXT[] NOT NULL DEFAULT '{}'",
    """ALTER TABLE text ADD COLUMN about TEXT COLLATE "C" NOT NULL DEFAULT ''""",
    """CREATE TABLE zone_part (
        zone TEXT NOT NULL, part INTEGER NOT NULL, hole BOOLEAN NOT NULL, ring POLYGON NOT NULL)""",
    """CREATE TABLE entity_zone (
        entity TEXT COLLATE "C" NOT NULL, zone TEXT NOT NULL, told_by TEXT NOT NULL,
        PRIMARY KEY (entity, zone, told_by))""",
)
"""Outlines of zones in the city's coordinates, metres; and where entities lie, by whom ("" by their first entry)."""

# What anybody may sign for another says nothing of where something lies: he would be the other who says so.
_PLACES = f"""kind <> '{SIGNED_BY_ANOTHER}' AND body LIKE '%"x_m":%'"""
_LIES_SOMEWHERE = "(entity >= 'incident/' AND entity < 'incident0' OR entity >= 'complaint/' AND entity < 'complaint0')"

RULES = (
    """CREATE OR REPLACE FUNCTION my_zones() RETURNS TEXT[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = sluice, pg_temp AS $$
    SELECT CASE WHEN is_owner() THEN '{}' ELSE (
        SELECT zones FROM person WHERE login = session_user AND left_at IS NULL) END $$""",
    """CREATE OR REPLACE FUNCTION reaches(who TEXT, about TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE
    SET search_path = sluice, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM person WHERE login = who AND (zones = '{}' OR EXISTS (
            SELECT 1 FROM entity_zone WHERE entity = about AND zone = ANY(zones) AND told_by <> who))) $$""",
    """CREATE OR REPLACE FUNCTION place_entity(about TEXT, body TEXT, teller TEXT) RETURNS VOID LANGUAGE plpgsql
    SET search_path = sluice, pg_temp AS $$
    DECLARE
        place POINT;
    BEGIN
        place := point((body::json ->> 'x_m')::float8, (body::json ->> 'y_m')::float8);
        INSERT INTO entity_zone
        SELECT DISTINCT about, told.zone, teller FROM zone_part AS told
        WHERE NOT told.hole AND box(told.ring) @> place AND told.ring @> place AND NOT EXISTS (
            SELECT 1 FROM zone_part AS hole WHERE hole.zone = told.zone AND hole.part = told.part
            AND hole.hole AND hole.ring @> place)
        ON CONFLICT DO NOTHING;
    EXCEPTION WHEN data_exception THEN
        -- A place that is none lies in no zone.
        RETURN;
    END $$""",
    # After the new rows are in: what is first about an entity is decided by the order that they have got.
    f"""CREATE OR REPLACE FUNCTION place_new(writer TEXT, after BIGINT) RETURNS VOID LANGUAGE sql
    SET search_path = sluice, pg_temp AS $$
    SELECT place_entity(told.entity, told.body, CASE WHEN EXISTS (
        SELECT 1 FROM event AS earlier WHERE earlier.entity = told.entity AND earlier.hub_seq < told.hub_seq)
        THEN signer_of(told.actor, told.login) ELSE '' END)
    FROM event AS told WHERE told.dev = writer AND told.dev_seq > after AND {_LIES_SOMEWHERE}
    AND {_PLACES} AND EXISTS (SELECT 1 FROM zone_part) $$""",  # noqa: S608 - our own words
    f"""CREATE OR REPLACE FUNCTION place_all() RETURNS VOID LANGUAGE sql
    SET search_path = sluice, pg_temp AS $$
    DELETE FROM entity_zone;
    SELECT place_entity(
        told.entity, told.body, CASE WHEN told.nth > 1 THEN signer_of(told.actor, told.login) ELSE '' END)
    FROM (SELECT event.*, row_number() OVER (PARTITION BY entity ORDER BY hub_seq) AS nth
        FROM event WHERE {_LIES_SOMEWHERE}) AS told
    WHERE {_PLACES} ORDER BY told.hub_seq $$""",  # noqa: S608 - as above
)

LOCKS = (
    "DROP POLICY IF EXISTS shown ON text",
    f"""CREATE POLICY shown ON text FOR SELECT USING (
        (SELECT sees_personal())
        OR id IN (SELECT told.id FROM revealed AS told WHERE told.login = session_user)
        OR (NOT personal OR (SELECT is_desk())) AND (
            (SELECT my_zones()) = '{{}}'
            OR NOT personal AND NOT {_LIES_SOMEWHERE.replace("entity", "about")}
            OR EXISTS (
                SELECT 1 FROM entity_zone AS lies WHERE lies.entity = about
                AND lies.zone = ANY((SELECT my_zones())::TEXT[]) AND lies.told_by <> session_user)))""",  # noqa: S608 - as above
)
"""Who sees which texts. Each question about who asks is asked once for all rows."""

WHOSE_ALL = """
    UPDATE text SET about = told.entity FROM (
        SELECT DISTINCT ON (named.id) named.id, event.entity
        FROM event CROSS JOIN unnest(texts_in(event.body, false)) AS named (id)
        WHERE event.body LIKE '%"texts":%' ORDER BY named.id, event.hub_seq) AS told
    WHERE told.id = text.id AND text.about = ''"""
"""For texts that came before the server noted what they are about, or past ``push``."""
