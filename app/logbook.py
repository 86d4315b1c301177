"""What the programs write about themselves: files that turn over, beside the crash reports.

The window's process writes ``sluice.log``. Its workers append to ``workers.log`` together (a line at a time, which
POSIX keeps whole); only the window turns that file over, before it starts any of them.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
from collections.abc import Callable
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

LOGS = "logs"
"""The folder in the user's own."""
_WINDOW, _WORKERS = "sluice.log", "workers.log"
MOST_BYTES, KEPT = 1_000_000, 4
MOST_NOTES = 20
_FORM = "%(asctime)s %(levelname)s %(processName)s %(name)s: %(message)s"
_LOG = logging.getLogger(__name__)


def keep_log(home: Path) -> logging.Handler | None:
    """From now on write what is logged from "information" on into the folder of logs under *home*; for the window.

    Returns:
        The handler; None where the folder cannot be written, which is said on standard error: the console works
        without.
    """
    folder = home / LOGS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Turned over here and not by its handler: that one would move it away under other processes' hands.
        turned = logging.handlers.RotatingFileHandler(
            folder / _WORKERS, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8"
        )
        if (folder / _WORKERS).stat().st_size > MOST_BYTES:
            turned.doRollover()
        turned.close()
        handler = logging.handlers.RotatingFileHandler(
            folder / _WINDOW, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8"
        )
    except OSError as error:
        _LOG.warning("no log is kept: %s", error)
        return None
    _say_aloud()
    return _begin(handler)


def keep_workers_log(home: Path) -> logging.Handler | None:
    """The same for a worker's process."""
    try:
        (home / LOGS).mkdir(parents=True, exist_ok=True)
        _say_aloud()
        return _begin(logging.FileHandler(home / LOGS / _WORKERS, encoding="utf-8"))
    except OSError as error:
        _LOG.warning("no log is kept: %s", error)
        return None


def _say_aloud() -> None:
    """Warnings go on to the terminal too: Python does that by itself only while nothing else takes them."""
    aloud = logging.StreamHandler()
    aloud.setLevel(logging.WARNING)
    logging.getLogger().addHandler(aloud)


def _begin(handler: logging.Handler) -> logging.Handler:
    handler.setFormatter(logging.Formatter(_FORM))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(root.level, logging.INFO) if root.level else logging.INFO)
    return handler


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
