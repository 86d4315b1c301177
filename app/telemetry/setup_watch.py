"""The set-up's file beside a recorder at work: what others put into it counts without anything being opened again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarms import NEVER_MS, Alarms, Limit, Limits
from app.telemetry.setup import FOLDER, SETUP, Feed, FeedKind, Setup, read_setup

LOOK_S: Final = 1.0
"""So often the file's date and size are looked at."""
_BY_CHANNELS: Final = frozenset({FeedKind.OPC_UA, FeedKind.MODBUS, FeedKind.DEMO, FeedKind.REPLAY})
"""Feeds that ask for what channels name, or make it; the others take in whatever comes."""
_FIGURES: Final = ("deadband", "on_delay_ms", "off_delay_ms", "priority", "latches", "re_alarm_ms")
"""What of a limit is told with its code where it changes; the level stands first, without one."""
_FROM_OTHERS: Final = ("overruled", "not_here", "first_here", "done_at")
"""What is told of other consoles: :mod:`app.telemetry.sharing`."""
NOTE_PARTS: Final = ("side", *_FIGURES, "added", "removed", *_FROM_OTHERS)
"""Codes of the catalogue's section ``limit_part``."""
BETWEEN: Final = " · "


class SetupFile:
    """Tells when the set-up of the workspace *folder* has become another one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = _mark(folder)
        self._looked_s = time.monotonic()

    def news(self) -> Setup | None:
        """The set-up where its file has changed since the last call; None else, or where it was looked at just now.

        Raises:
            AppError: It cannot be read. It is read again when it changes again.
        """
        now_s = time.monotonic()
        if now_s - self._looked_s < LOOK_S:
            return None
        self._looked_s = now_s
        mark = _mark(self._folder)
        if mark == self._seen:
            return None
        self._seen = mark
        return read_setup(self._folder)


def _mark(folder: Path) -> tuple[int, int, int]:
    """Another one for another file; zeros where there is none for the moment."""
    try:
        found = (folder / FOLDER / SETUP).stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def begun_anew(before: Setup, after: Setup) -> tuple[Feed, ...]:
    """Feeds of *after* that must begin anew, because they are others or bring what other channels name."""
    is_same = before.channels.records == after.channels.records and before.script == after.script
    known = set(before.feeds)
    return tuple(feed for feed in after.feeds if feed not in known or (not is_same and feed.kind in _BY_CHANNELS))


def limit_note(was: Limit | None, now: Limit | None, why: str = "") -> str:
    """What became of a limit, for the log: the level first, other figures behind their codes, then *why*."""
    parts: list[str] = []
    if was is not None and now is not None:
        if was.limit != now.limit:
            parts.append(f"{was.limit:g} → {now.limit:g}")
        if was.side is not now.side:
            parts.append(f"side {was.side.value} → {now.side.value}")
        parts += [
            f"{name} {_figure(was, name)} → {_figure(now, name)}"
            for name in _FIGURES
            if getattr(was, name) != getattr(now, name)
        ]
    elif now is not None:
        parts.append(f"added {now.limit:g}")
    elif was is not None:
        parts.append(f"removed {was.limit:g}")
    return BETWEEN.join([*parts, *([why] if why else [])])


def _figure(limit: Limit, name: str) -> str:
    """Delays in seconds, as people type them; yes and no as 1 and 0."""
    value = getattr(limit, name)
    return f"{value / 1000:g}" if name.endswith("_ms") else f"{value:g}"


def limit_events(before: Limits, after: Limits, now_ms: int, actor: str, why: str = "") -> list[AlarmEvent]:
    """What is to be written down of limits that are others now, or new, or gone."""
    was, now = _by_id(before), _by_id(after)
    notes = {name: limit_note(was.get(name), now.get(name), why) for name in {**was, **now} if _differ(was, now, name)}
    return [AlarmEvent(now_ms, name, Deed.LIMIT, actor, note) for name, note in notes.items() if note]


def _differ(was: Mapping[str, Limit], now: Mapping[str, Limit], name: str) -> bool:
    # Positions of channels and causes may be others where nothing of the alarm is.
    return limit_note(was.get(name), now.get(name)) != ""


def _by_id(limits: Limits) -> dict[str, Limit]:
    return {record.id: record for record in limits.records}


def ends_of_removed(before: Limits, after: Limits, alarms: Alarms, now_ms: int, actor: str) -> Iterator[AlarmEvent]:
    """What ends with alarms that are watched no more, so that one set up later under the same id begins at rest."""
    kept = {record.id for record in after.records}
    for row, record in enumerate(before.records):
        if record.id in kept:
            continue
        ends = (
            (Deed.CLEARED, "", bool(alarms.is_active[row])),
            (Deed.ACKNOWLEDGED, actor, not alarms.is_acknowledged[row]),
            (Deed.RESET, actor, bool(alarms.is_held[row]) or (record.latches and bool(alarms.is_active[row]))),
            (Deed.UNSHELVED, actor, bool(alarms.shelved_until_ms[row] != NEVER_MS)),
            (Deed.BACK, actor, bool(alarms.is_out[row])),
        )
        yield from (AlarmEvent(now_ms, record.id, deed, by) for deed, by, is_so in ends if is_so)


def moved(column: np.ndarray, fresh: np.ndarray, was: Mapping[str, int], ids: list[str]) -> np.ndarray:
    """*fresh* with what *column* said of ids that were there before; *was*: their positions in *column*."""
    after = fresh.copy()
    pairs = [(at, was[name]) for at, name in enumerate(ids) if name in was]
    if pairs:
        here, there = np.array(pairs, dtype=np.int64).T
        after[here] = column[there]
    return after
