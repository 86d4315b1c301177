"""Putting the history in order beside what else a recorder does."""

from __future__ import annotations

from collections.abc import Iterator

from app.telemetry.history import Compacted, History, stretches


class Compaction:
    """Puts the history in order between turns, a step at a time: what comes meanwhile waits for a step at most."""

    def __init__(self, history: History, now_ms: int) -> None:
        self._history = history
        self._done = stretches(now_ms)
        self._steps: Iterator[Compacted] | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether steps are left."""
        return self._steps is not None

    def step(self, now_ms: int) -> None:
        """Go a step on, or see whether there is one to begin with."""
        if self._steps is None and stretches(now_ms) != self._done:
            self._done = stretches(now_ms)
            self._steps = self._history.compaction(now_ms)
        if self._steps is not None and next(self._steps, None) is None:
            self._steps = None
