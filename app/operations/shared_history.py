"""Readings on a server for several consoles: brought there from a workspace, and fetched from there into another.

Each console records into its own history first, so that no server holds a reading up; what the server has is the same
history, asked for in the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.requests import ProgressSink
from app.telemetry.history import DAY_MS, History
from app.telemetry.history_copy import copy_readings
from app.telemetry.history_server import create_shared, open_shared
from app.telemetry.setup import HISTORY, read_setup

_AHEAD_MS: Final = DAY_MS
"""Instruments whose clocks run ahead are copied as well."""


def share_history(folder: Path, address: str, days: int, now_ms: int, progress: ProgressSink) -> int:
    """Bring what the workspace in *folder* measured in the last *days* to the server; how many readings that were.

    Args:
        folder: The workspace; a recorder may be at work.
        address: See :mod:`gis.stores.postgres`; the tables are made where there are none.
        days: So far back; what is there already stays as it is.
        now_ms: UTC milliseconds.
        progress: Told ``copying_readings``.

    Raises:
        AppError: ``telemetry.not_set_up``, ``history.none``, ``history.other_resolution``, ``history.newer_schema``.
        GisError: What the stores raise.
    """
    with closing(_own(folder, readonly=True)) as own, closing(_server(address)) as server:
        span_ms = (now_ms - days * DAY_MS, now_ms + _AHEAD_MS)
        return copy_readings(own, server, list(own.channels()), span_ms, now_ms, _telling(progress))


def fetch_history(folder: Path, address: str, days: int, now_ms: int, progress: ProgressSink) -> int:
    """Fetch what the server knows of the last *days* of the workspace's channels; otherwise as :func:`share_history`.

    Raises:
        AppError: Also ``history.not_a_history``: nobody brought anything to that server yet.
    """
    ids = [record.id for record in read_setup(folder).channels.records]
    with closing(open_shared(address)) as server, closing(_own(folder, readonly=False)) as own:
        span_ms = (now_ms - days * DAY_MS, now_ms + _AHEAD_MS)
        return copy_readings(server, own, ids, span_ms, now_ms, _telling(progress))


def _own(folder: Path, *, readonly: bool) -> History:
    path = folder / HISTORY
    read_setup(folder)
    if not path.exists():
        if readonly:
            raise AppError("history.none", path=str(folder))
        return History.create(path)
    return History.open(path, readonly=readonly)


def _server(address: str) -> History:
    try:
        return open_shared(address)
    except AppError as error:
        if error.code != "history.not_a_history":
            raise
    return create_shared(address)


def _telling(progress: ProgressSink) -> Callable[[float], None]:
    return lambda share: progress("copying_readings", share)
