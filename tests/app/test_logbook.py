"""Files of what the programs say about themselves."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.logbook import LOGS, MOST_BYTES, MOST_FILES, PARTS, DeathNotes, keep_log

NO_PROCESS = 10**7
"""Beyond every number of a process."""
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


def test_what_is_logged_stands_in_a_file_of_the_process_that_turns_over(tmp_path: Path) -> None:
    assert keep_log(tmp_path, "sluice") is not None
    log = logging.getLogger("some.module")
    path = tmp_path / LOGS / f"sluice-{os.getpid()}.log"
    assert not path.exists(), "nothing to say yet"
    log.info("the first line")
    assert path.read_text("utf-8").endswith("INFO MainProcess some.module: the first line\n")
    for _ in range((PARTS + 2) * MOST_BYTES // 100_000):
        log.info("x" * 100_000)
    files = sorted((tmp_path / LOGS).iterdir())
    assert [one.name for one in files] == [path.name, *(f"{path.name}.{number}" for number in range(1, PARTS))]
    assert all(one.stat().st_size <= MOST_BYTES for one in files)


def test_of_processes_that_ended_the_newest_files_are_kept(tmp_path: Path) -> None:
    (tmp_path / LOGS).mkdir()
    for number in range(MOST_FILES + 5):
        old = tmp_path / LOGS / f"sluice-desk-{NO_PROCESS + number}.log"
        old.write_text("x", encoding="utf-8")
        os.utime(old, (number, number))
    keep_log(tmp_path, "sluice")
    kept = {path.name for path in (tmp_path / LOGS).iterdir()}
    assert kept == {f"sluice-desk-{NO_PROCESS + number}.log" for number in range(5, MOST_FILES + 5)}


_SILENT = """
import logging, sys
from pathlib import Path
from app.logbook import keep_log
keep_log(Path(sys.argv[1]), "recorder")
logging.getLogger("m").info("before")
print("said", flush=True)
sys.stdin.read()
logging.getLogger("m").info("after")
"""


def test_who_has_long_been_silent_keeps_his_file_while_he_lives(tmp_path: Path) -> None:
    """The recorder may have nothing to say for weeks, while windows come and go."""
    code = [sys.executable, "-c", _SILENT, str(tmp_path)]
    with subprocess.Popen(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as recorder:
        assert recorder.stdout is not None
        assert recorder.stdout.readline() == "said\n"
        own = tmp_path / LOGS / f"recorder-{recorder.pid}.log"
        os.utime(own, (1, 1))
        for number in range(MOST_FILES + 5):
            (tmp_path / LOGS / f"sluice-{NO_PROCESS + number}.log").write_text("x", encoding="utf-8")
        keep_log(tmp_path, "sluice")
        recorder.communicate("")
    assert [line.rpartition(" ")[2] for line in own.read_text("utf-8").splitlines()] == ["before", "after"]
    assert sum(path != own for path in (tmp_path / LOGS).iterdir()) == MOST_FILES


_WRITER = """
import logging, sys, threading
from pathlib import Path
from app import logbook
logbook.MOST_BYTES, logbook.PARTS, logbook.MOST_FILES = 20_000, 4, 3
assert logbook.keep_log(Path(sys.argv[1]), "sluice-desk") is not None
def write(who):
    for number in range(700):
        logging.getLogger("m").info("%s %d", who, number)
threads = [threading.Thread(target=write, args=(who,)) for who in "abc"]
[one.start() for one in threads]
[one.join() for one in threads]
"""


def test_around_a_turn_nothing_is_lost_whoever_else_writes_and_clears_up(tmp_path: Path) -> None:
    """Processes of several threads each, of which each clears up as it starts: of each the newest lines are there."""
    (tmp_path / LOGS).mkdir()
    for number in range(60):
        (tmp_path / LOGS / f"sluice-{NO_PROCESS + number}.log").write_text("x", encoding="utf-8")
    code = [sys.executable, "-c", _WRITER, str(tmp_path)]
    writers = [subprocess.Popen(code, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert (writer.returncode, said) == (0, "")
    for writer in writers:
        path = tmp_path / LOGS / f"sluice-desk-{writer.pid}.log"
        parts = [path.with_name(f"{path.name}.{number}") for number in (3, 2, 1)] + [path]
        assert all(part.stat().st_size <= 20_000 for part in parts)
        lines = "".join(part.read_text("utf-8") for part in parts).splitlines()
        told: dict[str, list[int]] = {}
        for line in lines:
            who, number = line.rpartition(": ")[2].split()
            told.setdefault(who, []).append(int(number))
        assert sum(map(len, told.values())) == len(lines) > 700
        for numbers in told.values():
            assert numbers == list(range(numbers[0], numbers[-1] + 1)), "no hole"
        assert max(numbers[-1] for numbers in told.values()) == 699


@pytest.mark.expect_log("no log is kept")
def test_a_folder_that_cannot_be_written_is_said_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / LOGS).write_text("in the way", encoding="utf-8")
    assert keep_log(tmp_path, "sluice") is None


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
