"""Hybrid logical clock: wall time that never runs backwards and never repeats, for reading the log in order.

Causality does not rest on it (see :mod:`app.journal.causality`): a wrong clock can mislead a reader, never the fold.
After S. Kulkarni et al., "Logical Physical Clocks", 2014.
"""

from __future__ import annotations

import re

BEGINNING = "0000000000000.00000"
_LAST_COUNT, _LAST_WALL_MS = 99_999, 9_999_999_999_999
_READING = re.compile(r"[0-9]{13}\.[0-9]{5}")


def is_reading(text: str) -> bool:
    """Whether *text* is what this clock says."""
    return _READING.fullmatch(text) is not None


def wall_ms(reading: str) -> int:
    """When something was written that bears *reading*, UTC milliseconds; 0 where it is none."""
    return int(reading[:13]) if is_reading(reading) else 0


def tick(latest: str, now_ms: int) -> str:
    """The next reading after *latest*: texts compare as their times do. What is no reading is passed over."""
    # Somebody's text that is none must not keep everybody who has heard of it from writing.
    wall, count = (int(part) for part in (latest if is_reading(latest) else BEGINNING).split("."))
    if now_ms > wall:
        return f"{now_ms:013d}.{0:05d}"
    if count < _LAST_COUNT:
        return f"{wall:013d}.{count + 1:05d}"
    # After the last reading there is none: it is said again, for the hub takes nothing that is no reading.
    return f"{wall + 1:013d}.{0:05d}" if wall < _LAST_WALL_MS else latest
