"""Notices that somebody else has written into the open journal: another console, a command, the hub's follower."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from gis.errors import GisError

LOOK_S = 0.05
"""So often the desk process looks while nobody asks it anything: some ten microseconds each time."""

GAP_S = 0.1
"""Between two words of it: where others write all the time, the window is to draw and not to hear."""


class Versioned(Protocol):
    """What of a journal is needed here; see :class:`app.journal.log.Journal`."""

    def version(self) -> int:
        """Another number once somebody else's writing can be read."""


class JournalWatch:
    """Looks at *journal*, None where none is open; *now_s* is a clock that never goes back."""

    def __init__(self, journal: Versioned | None, now_s: Callable[[], float] = time.monotonic) -> None:
        self._journal, self._now_s = journal, now_s
        self._version: int | None = None
        self._told_s = 0.0

    @property
    def every_s(self) -> float | None:
        """How often to look while nobody asks for anything else; None for never."""
        return None if self._journal is None else LOOK_S

    def moved(self) -> bool:
        """Whether there may be news since it was said so last; at the first look always: who knows."""
        now_s = self._now_s()
        if self._journal is None or (self._version is not None and now_s - self._told_s < GAP_S):
            return False
        try:
            version = self._journal.version()
        except GisError:
            # The next question meets the same trouble, and its answer says so.
            return False
        if version == self._version:
            return False
        self._version, self._told_s = version, now_s
        return True
