"""What is particular to a history on a server: partitions, other tables, a line that is cut, two writers at once."""

from __future__ import annotations

import threading

import psycopg
import pytest
from reading_streams import START_MS, Sample, batch, expected, told

from app.errors import AppError
from app.telemetry.history import DAY_MS
from app.telemetry.history_server import NAMESPACE, PARTITION_DAYS, create_shared, open_shared
from gis.errors import GisError


def samples_of(channel: int, days: int, step_ms: int = 3_600_000) -> list[Sample]:
    return [Sample(channel, at, at + 500, at % 97) for at in range(START_MS, START_MS + days * DAY_MS, step_ms)]


def asked(address: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(statement.encode())
        return found.fetchall() if found.description is not None else []


PARTITIONS = f"""SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '{NAMESPACE}.day'::regclass AND c.relkind = 'r' ORDER BY 1"""


def test_days_lie_in_partitions_and_a_question_looks_at_its_own(database: str) -> None:
    history = create_shared(database)
    samples = samples_of(1, 3 * PARTITION_DAYS, step_ms=6 * 3_600_000)
    history.append(batch(samples))
    assert asked(database, PARTITIONS) == []
    history.compact(START_MS + 4 * PARTITION_DAYS * DAY_MS)
    names = [str(name) for (name,) in asked(database, PARTITIONS)]
    assert len(names) in {3, 4}
    first_ms, last_ms = START_MS + 40 * DAY_MS, START_MS + 41 * DAY_MS
    assert told(history.readings(1, first_ms, last_ms)) == expected(samples, 1, first_ms, last_ms)
    day = first_ms // DAY_MS
    key = 1 << 24 | day
    plan = asked(
        database,
        f"EXPLAIN SELECT key FROM {NAMESPACE}.day WHERE key BETWEEN {key} AND {key} "
        f"AND (key & {(1 << 24) - 1}) BETWEEN {day} AND {day}",
    )
    looked_at = {name for name in names if any(name in str(line) for line in plan)}
    assert looked_at == {f"day_{day // PARTITION_DAYS}"}
    history.close()


def test_what_is_no_history_is_refused(database: str) -> None:
    with pytest.raises(AppError, match=r"history\.not_a_history"):
        open_shared(database)
    create_shared(database).close()
    asked(database, f"UPDATE {NAMESPACE}.format SET version = 9")
    with pytest.raises(AppError, match=r"history\.newer_schema"):
        open_shared(database)
    with pytest.raises(GisError, match=r"server\.unreachable"):
        open_shared("host=127.0.0.1 port=1 dbname=none")


def test_a_line_that_is_cut_is_opened_anew_and_nothing_is_half_written(database: str) -> None:
    history = create_shared(database)
    samples = samples_of(1, 2)
    history.append(batch(samples[:20]))
    asked(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice'")
    with pytest.raises(GisError, match=r"server\.lost"):
        history.append(batch(samples[20:]))
    assert told(history.readings(1, START_MS, START_MS + DAY_MS * 2)) == expected(
        samples[:20], 1, START_MS, START_MS + DAY_MS * 2
    )
    history.append(batch(samples[20:]))
    assert told(history.readings(1, START_MS, START_MS + DAY_MS * 2)) == expected(
        samples, 1, START_MS, START_MS + DAY_MS * 2
    )
    history.close()


def test_two_writers_at_once_lose_nothing(database: str) -> None:
    create_shared(database).close()
    samples = samples_of(1, 3)

    def write(part: list[Sample]) -> None:
        mine = open_shared(database)
        for one in range(0, len(part), 6):
            mine.append(batch(part[one : one + 6]))
            mine.compact(START_MS + 2 * DAY_MS)
        mine.close()

    writers = [threading.Thread(target=write, args=(samples[at::2],)) for at in range(2)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    history = open_shared(database)
    assert told(history.readings(1, START_MS, START_MS + 3 * DAY_MS)) == expected(
        samples, 1, START_MS, START_MS + 3 * DAY_MS
    )
    history.close()
