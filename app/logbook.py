"""What the programs write about themselves: files that turn over, beside the crash reports.

Each process has a file of its own, named by what it is and its number: two of them would shuffle one file's parts under
each other's hands. It is made with the first line.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
from collections.abc import Callable
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

from app.running import runs

LOGS = "logs"
"""The folder in the user's own."""
MOST_BYTES, PARTS, MOST_FILES = 1_000_000, 2, 24
"""Of one file; of one process; of all that have ended, the newest. Those of processes that run stay."""
MOST_NOTES = 20
_FORM = "%(asctime)s %(levelname)s %(processName)s %(name)s: %(message)s"
_LOG = logging.getLogger(__name__)


def keep_log(home: Path, process: str) -> logging.Handler | None:
    """From now on write what this process logs, from "information" on, into the folder of logs under *home*.

    Args:
        home: The user's folder.
        process: What this process is.

    Returns:
        The handler; None where the folder cannot be written, which is said on standard error: the console works
        without.
    """
    folder = home / LOGS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(filter(_is_over, folder.glob("*.log*")), key=_written_s)[:-MOST_FILES]:
            # Another process that starts at this moment clears up as well.
            old.unlink(missing_ok=True)
    except OSError as error:
        _LOG.warning("no log is kept: %s", error)
        return None
    handler = logging.handlers.RotatingFileHandler(
        folder / f"{process}-{os.getpid()}.log",
        maxBytes=MOST_BYTES,
        backupCount=PARTS - 1,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(logging.Formatter(_FORM))
    # Warnings go on to the terminal too: Python does that by itself only while nothing else takes them.
    aloud = logging.StreamHandler()
    aloud.setLevel(logging.WARNING)
    root = logging.getLogger()
    root.addHandler(aloud)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return handler


def _is_over(path: Path) -> bool:
    """Whether the process that wrote *path* has ended: one that has long been silent still writes there."""
    number = path.name.partition(".log")[0].rpartition("-")[2]
    return not (number.isdecimal() and runs(int(number)))


def _written_s(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        # Somebody else has removed it since: it comes first, and is not there to be removed again.
        return 0.0


class DeathNotes:
    """What the interpreter writes when a library kills it: where every thread was at that moment.

    Python cannot say anything itself then, so the file is opened beforehand; a start that finds one with a text in it
    hands it on as a crash report.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder, self._now = folder, now
        self._file: TextIOWrapper | None = None

    def begin(self) -> tuple[Path, ...]:
        """Be ready to write; returns the crash reports that earlier processes' notes have become, oldest first."""
        try:
            left = tuple(_report_of(path) for path in sorted(self._folder.glob("death-*.txt")) if path.stat().st_size)
            # Empty ones are those of consoles that live, or were ended from outside.
            for old in sorted(self._folder.glob("death-*.txt"))[:-MOST_NOTES]:
                old.unlink()
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = (self._folder / f"death-{self._now():%Y%m%d-%H%M%S-%f}.txt").open("w", encoding="utf-8")
        except OSError as error:
            _LOG.warning("a sudden end could not be written down: %s", error)
            return ()
        faulthandler.enable(self._file)
        return left

    def end(self) -> None:
        """The process ends as it should: nothing is to be told."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            Path(self._file.name).unlink(missing_ok=True)
            self._file = None


def _report_of(note: Path) -> Path:
    return note.rename(note.with_name(note.name.replace("death-", "crash-", 1)))
