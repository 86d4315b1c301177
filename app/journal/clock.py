"""Hybrid logical clock: wall time that never runs backwards and never repeats, for reading the log in order.

Causality does not rest on it (see :mod:`app.journal.causality`): a wrong clock can mislead a reader, never the fold.
After S. Kulkarni et al., "Logical Physical Clocks", 2014.
"""

from __future__ import annotations

BEGINNING = "0000000000000.00000"
_LAST_COUNT = 99_999


def tick(latest: str, now_ms: int) -> str:
    """The next reading after *latest*: texts compare as their times do."""
    wall, count = (int(part) for part in latest.split("."))
    if now_ms > wall:
        return f"{now_ms:013d}.{0:05d}"
    return f"{wall:013d}.{count + 1:05d}" if count < _LAST_COUNT else f"{wall + 1:013d}.{0:05d}"
