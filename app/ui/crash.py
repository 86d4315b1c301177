"""A fault of the program that nobody caught: a report on disk and a line for the operator, never silence."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

_LOG = logging.getLogger(__name__)
MOST_REPORTS = 20


class CrashReporter:
    """Writes reports into *folder* and tells *tell* where. Safe from any thread."""

    def __init__(self, folder: Path, now: Callable[[], datetime], tell: Callable[[Path], None]) -> None:
        self._folder, self._now, self._tell = folder, now, tell

    def install(self) -> None:
        """Take every exception that nobody catches, in this thread and in others."""
        sys.excepthook = self.report
        threading.excepthook = self._from_thread

    def _from_thread(self, failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None:
            self.report(failed.exc_type, failed.exc_value, failed.exc_traceback)

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write one report. Ctrl+C in the terminal is no fault."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        _LOG.error("nobody caught: %s", text)
        path = self._write(text)
        if path is not None:
            self._tell(path)

    def _write(self, text: str) -> Path | None:
        moment = self._now()
        path = self._folder / f"crash-{moment:%Y%m%d-%H%M%S-%f}.txt"
        head = f"{moment.isoformat()}\n{platform.platform()}\nPython {platform.python_version()}\n\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_text(head + text, encoding="utf-8")
            for old in sorted(self._folder.glob("crash-*.txt"))[:-MOST_REPORTS]:
                old.unlink()
        except OSError as error:
            _LOG.error("the crash report cannot be written: %s", error)
            return None
        return path
