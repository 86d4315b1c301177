"""Files of what the programs say about themselves."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.logbook import KEPT, LOGS, MOST_BYTES, DeathNotes, keep_log, keep_workers_log

MOMENT = datetime(2026, 3, 12, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    """What a test adds to the root logger goes with it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in root.handlers[:]:
        if handler not in before:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)


def test_what_is_logged_stands_in_a_file_that_turns_over(tmp_path: Path) -> None:
    handler = keep_log(tmp_path)
    assert handler is not None
    log = logging.getLogger("some.module")
    log.info("the first line")
    path = tmp_path / LOGS / "sluice.log"
    assert path.read_text("utf-8").endswith("INFO MainProcess some.module: the first line\n")
    for _ in range((KEPT + 2) * MOST_BYTES // 100_000):
        log.info("x" * 100_000)
    files = sorted(one.name for one in (tmp_path / LOGS).glob("sluice.log*"))
    assert files == ["sluice.log", *(f"sluice.log.{number}" for number in range(1, KEPT + 1))]
    assert all(one.stat().st_size <= MOST_BYTES for one in (tmp_path / LOGS).glob("sluice.log*"))


def test_the_workers_file_is_turned_over_by_the_window_alone(tmp_path: Path) -> None:
    assert keep_workers_log(tmp_path) is not None
    logging.getLogger("a.worker").info("y" * (MOST_BYTES + 1))
    path = tmp_path / LOGS / "workers.log"
    assert path.stat().st_size > MOST_BYTES
    keep_log(tmp_path)
    assert path.stat().st_size == 0
    assert path.with_name("workers.log.1").stat().st_size > MOST_BYTES


@pytest.mark.expect_log("no log is kept")
def test_a_folder_that_cannot_be_written_is_said_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / LOGS).write_text("in the way", encoding="utf-8")
    assert keep_log(tmp_path) is None


@pytest.mark.skipif(sys.platform == "win32", reason="dies by a signal")
def test_a_death_by_a_library_is_told_by_the_next_start(tmp_path: Path) -> None:
    code = (
        "import ctypes, sys; from datetime import datetime, UTC; from pathlib import Path;"
        "from app.logbook import DeathNotes;"
        "DeathNotes(Path(sys.argv[1]), lambda: datetime.now(UTC)).begin();"
        "ctypes.string_at(0)"
    )
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=60)
    assert died.returncode < 0
    notes = DeathNotes(tmp_path, lambda: MOMENT)
    (report,) = notes.begin()
    assert report.name.startswith("crash-")
    assert "string_at" in report.read_text("utf-8")
    notes.end()
    assert list(tmp_path.iterdir()) == [report], "an ordinary end leaves nothing"
    again = DeathNotes(tmp_path, lambda: MOMENT)
    assert again.begin() == (), "a report is told once"
    again.end()
