"""Recorded readings read from a file and made into messages that are sent as if they were measured now.

A recording is what F8 exports and what an archive holds: ``time``, ``channel``, ``value``, and if known ``quality`` and
``received``. Values are in the unit that a channel sends.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.feeds.own_messages import BAD, GOOD, UNCERTAIN, Said, written
from app.feeds.replay import Recorded
from app.times import shown_ms
from network.child import run_in_child
from network.errors import os_detail

TOPIC: Final = "sluice/drill"
PARQUET: Final = ".parquet"
_NEEDED: Final = ("time", "channel", "value")
_PARQUET_S: Final = 120.0
_SAID: Final = {GOOD: "good", UNCERTAIN: "sent_uncertain", BAD: "sent_bad"}
_ENDLESS_MS: Final = 2**62
_TOGETHER_MS: Final = 1_000
"""What arrived within a second is one message."""


@dataclass(frozen=True)
class Played:
    """One reading of a recording.

    Attributes:
        channel: Its id.
        source_ms, received_ms: When it was measured and when it came, UTC milliseconds.
        value: In the unit sent; NaN where there was no number.
        quality: What its sender said: ``GOOD``, ``UNCERTAIN`` or ``BAD`` of :mod:`app.feeds.own_messages`.
    """

    channel: str
    source_ms: int
    received_ms: int
    value: float
    quality: str = GOOD


def read_recording(path: Path, zone: tzinfo, span_ms: tuple[int, int] | None = None) -> list[Played]:
    """The readings in the CSV or Parquet file *path*, by time of arrival.

    Args:
        path: Of the file.
        zone: Whose clock is meant by times that name none.
        span_ms: From, and up to without, of what is wanted of it, UTC milliseconds; None: all.

    Raises:
        AppError: ``feed.bad_recording`` with the path, the line and what is wrong with it; ``feed.no_parquet``.
    """
    try:
        if path.suffix.lower() == PARQUET:
            lines = in_parquet_child("lines_of", str(path), span_ms)
            assert isinstance(lines, list)
            found = _readings(lines, path, zone)
        else:
            with path.open(encoding="utf-8-sig", newline="") as file:
                found = _readings(csv.reader(file), path, zone)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = os_detail(error).get("reason") if isinstance(error, OSError) else str(error)
        raise _bad(path, 0, str(reason)) from error
    if span_ms is not None:
        found = [one for one in found if span_ms[0] <= one.source_ms < span_ms[1]]
    return sorted(found, key=lambda one: (one.received_ms, one.source_ms, one.channel))


def in_parquet_child(function: str, *order: object, timeout_s: float = _PARQUET_S) -> object:
    """What a function of :mod:`app.telemetry.arrow_files` answers, in a process of its own.

    Raises:
        AppError: ``feed.no_parquet`` where pyarrow is not installed, and what the function raises.
    """
    if find_spec("pyarrow") is None:
        raise AppError("feed.no_parquet")
    return run_in_child(timeout_s, f"app.telemetry.arrow_files:{function}", *order)


def _readings(lines: Iterable[Sequence[str]], path: Path, zone: tzinfo) -> list[Played]:
    rows = iter(lines)
    names = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise _bad(path, 1, ", ".join(missing))
    at = {name: names.index(name) for name in (*_NEEDED, "quality", "received") if name in names}
    found, before_ms = [], dict[str, int]()
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        try:
            one = _played({name: row[column] for name, column in at.items()}, zone, before_ms)
            before_ms[one.channel] = one.source_ms
            found.append(one)
        except (ValueError, IndexError) as error:
            raise _bad(path, number, str(error)) from error
    return found


def _played(cells: dict[str, str], zone: tzinfo, before_ms: dict[str, int]) -> Played:
    source_ms = _moment_ms(cells["time"], zone, before_ms.get(cells["channel"], 0))
    received_ms = _moment_ms(cells["received"], zone, source_ms - 1) if cells.get("received") else source_ms
    words = cells.get("quality", "").split("|")
    quality = BAD if "sent_bad" in words else UNCERTAIN if "sent_uncertain" in words else GOOD
    value = float(cells["value"]) if cells["value"].strip() else math.nan
    return Played(cells["channel"], source_ms, received_ms, value, quality)


def _moment_ms(text: str, zone: tzinfo, after_ms: int) -> int:
    """UTC milliseconds; of an hour that clocks show twice the one that comes after *after_ms*."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo:
        return round(moment.timestamp() * 1000)
    first, again = (shown_ms(moment, zone, come_ms) for come_ms in (0, _ENDLESS_MS))
    return again if first <= after_ms < again else first


def _bad(path: Path, line: int, reason: str) -> AppError:
    return AppError("feed.bad_recording", path=str(path), line=line, reason=reason)


def write_recording(readings: Iterable[Played], path: Path) -> None:
    """Write *readings* to the CSV file *path*, which :func:`read_recording` reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow((*_NEEDED, "quality", "received"))
        for one in readings:
            value = "" if math.isnan(one.value) else f"{one.value:.9g}"
            times = (_clock(one.source_ms), _clock(one.received_ms))
            out.writerow((times[0], one.channel, value, _SAID[one.quality], times[1]))


def _clock(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")


def as_messages(readings: Sequence[Played], begins_ms: int, speed: float) -> list[Recorded]:
    """Messages of *readings* as if the first were measured at *begins_ms*, and time ran *speed* times as fast since.

    Stamps are those of the faster time; the messages themselves stand at the recording's own distances, which a
    :class:`~app.feeds.replay.ReplayFeed` of that speed shortens: what a line does to them is shortened with them.

    Args:
        readings: By time of arrival.
        begins_ms: UTC milliseconds.
        speed: How many times faster than it was.
    """
    if not readings:
        return []
    first_ms = min(one.source_ms for one in readings)

    def now(at_ms: int) -> int:
        return begins_ms + round((at_ms - first_ms) / speed)

    return [
        Recorded(
            begins_ms + (key + 1) * _TOGETHER_MS - 1 - first_ms,
            TOPIC,
            written(Said(one.channel, now(one.source_ms), one.value, one.quality) for one in together),
        )
        for key, together in groupby(readings, key=lambda one: one.received_ms // _TOGETHER_MS)
    ]
