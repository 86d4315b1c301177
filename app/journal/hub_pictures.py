"""Pictures and sounds at the hub: by the hash of their contents, in parts, so that what was cut short goes on.

The server takes a part only of what an entry of an incident names, and only as much as was announced; when the last
part is there it works out the hash itself. What is not what its name says is dropped as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

SINCE = 5
"""Version of the hub's tables that first knew pictures."""

PART_BYTES = 2**20
LARGEST_BYTES = 50 * 2**20
ENDINGS = ("jpg", "jpeg", "png", "webp", "heic", "wav", "mp3", "m4a", "ogg")

UNNAMED, FALSE_PICTURE = "SL011", "SL012"
"""States with which ``bring_part`` refuses: no entry names it, or it is not what it says."""

TABLES = (
    """CREATE TABLE picture (
        name TEXT PRIMARY KEY, ending TEXT NOT NULL, size BIGINT NOT NULL, about TEXT COLLATE "C" NOT NULL,
        login TEXT NOT NULL, whole BOOLEAN NOT NULL DEFAULT false)""",
    """CREATE TABLE picture_part (
        name TEXT NOT NULL, nr INTEGER NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (name, nr))""",
    # Pictures are packed already.
    "ALTER TABLE picture_part ALTER bytes SET STORAGE EXTERNAL",
)

_ENDINGS = ", ".join(f"'{ending}'" for ending in ENDINGS)

RULES = (
    """CREATE OR REPLACE FUNCTION names_picture(body TEXT, told TEXT) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE
    SET search_path = sluice, pg_temp AS $$
    BEGIN
        RETURN coalesce(told IN (body::json ->> 'photo', body::json ->> 'sound'), false);
    EXCEPTION WHEN data_exception THEN
        -- Half a surrogate pair: it names nothing, and must not stop the pictures of the others.
        RETURN false;
    END $$""",
    # Of pictures that somebody is not shown too: who has them need not bring them.
    """CREATE OR REPLACE FUNCTION lacking_pictures(told TEXT[]) RETURNS TEXT[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = sluice, pg_temp AS $$
    SELECT ARRAY(SELECT name FROM unnest(told) AS one (name) WHERE NOT EXISTS (
        SELECT 1 FROM picture WHERE picture.name = one.name AND whole)) $$""",
    f"""CREATE OR REPLACE FUNCTION bring_part(told_about TEXT, told TEXT, kind TEXT, told_size BIGINT, part INTEGER,
        told_bytes BYTEA) RETURNS INTEGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = sluice, pg_temp AS $$
    DECLARE
        here picture%ROWTYPE;
        parts INTEGER;
        there BIGINT;
    BEGIN
        PERFORM refuse_strangers('[]');
        PERFORM refuse_withdrawn('');
        IF told IS NULL OR told !~ '^[0-9a-f]{{64}}$' OR kind IS NULL OR kind NOT IN ({_ENDINGS})
        OR told_size IS NULL OR told_size NOT BETWEEN 1 AND {LARGEST_BYTES} OR told_bytes IS NULL
        OR length(told_bytes) NOT BETWEEN 1 AND {PART_BYTES} THEN
            RAISE EXCEPTION 'no picture' USING ERRCODE = '{FALSE_PICTURE}', HINT = coalesce(told, '');
        ELSIF NOT EXISTS (
            SELECT 1 FROM event WHERE entity = told_about AND event.kind = 'incident.noted'
            AND names_picture(body, told)) THEN
            RAISE EXCEPTION 'unnamed' USING ERRCODE = '{UNNAMED}', HINT = told;
        END IF;
        INSERT INTO picture (name, ending, size, about, login) VALUES (told, kind, told_size, told_about, session_user)
        ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT here FROM picture WHERE name = told FOR UPDATE;
        IF here.whole THEN
            RETURN -1;
        ELSIF here.size <> told_size OR here.ending <> kind THEN
            -- Somebody announced something else and never brought it whole.
            DELETE FROM picture_part WHERE name = told;
            UPDATE picture SET size = told_size, ending = kind, about = told_about, login = session_user
            WHERE name = told;
        END IF;
        SELECT count(*), coalesce(sum(length(bytes)), 0) INTO parts, there FROM picture_part WHERE name = told;
        IF part IS DISTINCT FROM parts THEN
            RETURN parts;
        END IF;
        there := there + length(told_bytes);
        INSERT INTO picture_part VALUES (told, part, told_bytes);
        IF there < told_size AND length(told_bytes) = {PART_BYTES} THEN
            RETURN parts + 1;
        ELSIF there = told_size AND told = encode(sha256((
            SELECT string_agg(bytes, '' ORDER BY nr) FROM picture_part WHERE name = told)), 'hex') THEN
            UPDATE picture SET whole = true WHERE name = told;
            RETURN -1;
        END IF;
        DELETE FROM picture_part WHERE name = told;
        DELETE FROM picture WHERE name = told;
        RETURN -2;
    END $$""",  # noqa: S608 - our own words
)

LOCKS = (
    "ALTER TABLE picture ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE picture_part ENABLE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS shown ON picture",
    "DROP POLICY IF EXISTS shown ON picture_part",
    """CREATE POLICY shown ON picture FOR SELECT USING (
        login = session_user OR (SELECT my_zones()) = '{}' OR EXISTS (
            SELECT 1 FROM entity_zone AS lies WHERE lies.entity = about
            AND lies.zone = ANY((SELECT my_zones())::TEXT[]) AND lies.told_by <> session_user))""",
    """CREATE POLICY shown ON picture_part FOR SELECT USING (
        EXISTS (SELECT 1 FROM picture WHERE picture.name = picture_part.name))""",
)
"""Pictures are shown as the words of their incidents are; see :mod:`app.journal.hub_zones`."""


def grants(group: str) -> tuple[str, ...]:
    """What the members of *group*, an identifier in quotes, may do with pictures."""
    return (
        f"GRANT EXECUTE ON FUNCTION bring_part(TEXT, TEXT, TEXT, BIGINT, INTEGER, BYTEA) TO {group}",
        f"GRANT EXECUTE ON FUNCTION lacking_pictures(TEXT[]) TO {group}",
    )


class KeepsPictures(Protocol):
    """What of a hub is needed here; see :class:`app.journal.hub.HubJournal`."""

    def keeps_pictures(self) -> bool:
        """Whether pictures may be brought there."""

    def pictures(self) -> dict[str, tuple[str, int]]:
        """Those that are there whole, by hash: ending without dot, size in bytes."""

    def lacking_pictures(self, names: Sequence[str]) -> list[str]:
        """Those of *names* that are not there whole, whether this login would be shown them or not."""

    def picture_part(self, name: str, number: int) -> bytes:
        """Part *number* of a picture; nothing where there is none."""

    def bring_part(self, about: str, name: str, ending: str, size: int, number: int, part: bytes) -> int:
        """Bring a part; which is wanted next, -1 where all is there."""
