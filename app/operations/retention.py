"""Old readings put away: whole months into Parquet files that any other program reads, then out of the history.

Nothing is forgotten before its file is on the disk and counted; a history that somebody put in order meanwhile is
written again. What comes late for a month that is away makes another file beside the first at the next call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.requests import ProgressSink
from app.telemetry.history import DAY_MS, History
from app.telemetry.recordings import in_parquet_child
from app.telemetry.setup import HISTORY, Setup
from gis.durable import sync_folder
from gis.errors import GisError
from gis.stores import sqlite
from network.errors import os_detail

FOLDER: Final = "archive"
LOCK: Final = "archive.lock"
"""A database without tables in the workspace, whose write lock keeps a second run out on every system."""
LEAST_DAYS: Final = 35
"""House value: the usual band looks back four weeks, and limits are tried on a month."""
_MONTH_S: Final = 3_600.0
_TRIES: Final = 3


@dataclass(frozen=True)
class Archived:
    """A month that was put away."""

    path: Path
    readings: int


def month_of(at_ms: int) -> tuple[int, int]:
    """The month (UTC) that *at_ms* lies in, up to without; UTC milliseconds."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return round(start.timestamp() * 1000), round(end.timestamp() * 1000)


def put_away(
    folder: Path, setup: Setup, keep_days: int, now_ms: int, progress: ProgressSink, target: Path | None = None
) -> tuple[Archived, ...]:
    """Put months away that are older than *keep_days*; a recorder may be at work meanwhile.

    Args:
        folder: The workspace.
        setup: Whose channels say in which unit values are written.
        keep_days: So many days stay, ``LEAST_DAYS`` at least.
        now_ms: UTC milliseconds.
        progress: Told ``archiving``.
        target: Folder for the files; None: ``archive`` in the workspace.

    Raises:
        AppError: ``history.keep_days``, ``history.busy`` (somebody put it in order at each try),
            ``history.archiving`` (another run is at work), ``cannot_write_file``, ``feed.no_parquet``.
    """
    if keep_days < LEAST_DAYS:
        raise AppError("history.keep_days", least=LEAST_DAYS)
    target = target or folder / FOLDER
    try:
        target.mkdir(parents=True, exist_ok=True)
        sync_folder(target.resolve().parent)
    except OSError as error:
        raise AppError("cannot_write_file", path=str(target), **os_detail(error)) from error
    with _alone(folder), closing(History.open(folder / HISTORY)) as history:
        history.compact(now_ms)
        done = []
        last_ms = now_ms - keep_days * DAY_MS
        begun_ms = history.oldest_ms()
        while (oldest_ms := history.oldest_ms()) is not None and month_of(oldest_ms)[1] <= last_ms:
            assert begun_ms is not None
            progress("archiving", (oldest_ms - begun_ms) / (last_ms - begun_ms))
            done.append(_month_away(history, folder, setup, target))
    progress("archiving", 1.0)
    return tuple(done)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    place = folder / LOCK
    with closing(sqlite.connect(place, create=True)) as held:
        try:
            with sqlite.translated(place):
                held.execute("PRAGMA busy_timeout=0")
                held.execute("BEGIN IMMEDIATE")
        except GisError as refused:
            if refused.code == "store.busy":
                raise AppError("history.archiving") from refused
            raise
        yield


def _month_away(history: History, folder: Path, setup: Setup, target: Path) -> Archived:
    """Put the oldest month away; every try asks anew which that is, and of which channels."""
    for _ in range(_TRIES):
        # First of all: what is put in order after it is asked is not forgotten.
        generation = history.generation()
        oldest_ms = history.oldest_ms()
        assert oldest_ms is not None
        start_ms, end_ms = month_of(oldest_ms)
        path = _free(target, datetime.fromtimestamp(start_ms / 1000, UTC))
        order = (str(folder / HISTORY), _channels(history, setup), start_ms, end_ms, str(path))
        readings = in_parquet_child("write_archive", *order, timeout_s=_MONTH_S)
        assert isinstance(readings, int)
        if history.forget(end_ms, generation):
            return Archived(path, readings)
        path.unlink()
    raise AppError("history.busy")


def _channels(history: History, setup: Setup) -> list[tuple[str, str, float]]:
    """Id, unit sent and factor from it of every channel in the *history*."""
    known = {channel.id: at for at, channel in enumerate(setup.channels.records)}
    return [
        (name, setup.channels.records[known[name]].unit, float(setup.channels.multiply[known[name]]))
        if name in known
        # One that is measured no more: in the unit inside.
        else (name, "", 1.0)
        for name in history.channels()
    ]


def _free(target: Path, month: datetime) -> Path:
    """A name that is not taken."""
    number = 1
    while True:
        path = target / f"readings-{month:%Y-%m}{f'-{number}' if number > 1 else ''}.parquet"
        if not path.exists():
            return path
        number += 1
