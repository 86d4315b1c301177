"""Readings of channels written to a file: CSV, which a spreadsheet opens, or Parquet, which tools of analysis do."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.telemetry.history import DAY_MS, History
from app.telemetry.pyramid import MINUTE_MS
from app.telemetry.quantities import values_of
from app.telemetry.readings import quality_words
from app.telemetry.recordings import in_parquet_child
from app.telemetry.setup import HISTORY, Setup, read_setup
from app.telemetry.spikes import with_spikes
from app.times import CITY_TIME
from gis.exchange.formulas import neutral
from network.errors import os_detail

EVERY_READING_MS: Final = 31 * DAY_MS
"""Up to so long a span every reading is written, beyond it every minute."""
_READINGS: Final = ("time", "channel", "name", "value", "unit", "quality", "received")
_MINUTES: Final = ("time", "channel", "name", "lowest", "mean", "highest", "unit", "readings")
_STEP_MS: Final = DAY_MS
_PARQUET_S: Final = 600.0


def write_curves(folder: Path, rows: Sequence[int], start_ms: int, end_ms: int, path: Path) -> int:
    """Write readings of channels of the workspace in *folder* to *path*, by its ending; how many lines there are.

    Raises:
        AppError: As :func:`write_readings` and :func:`write_parquet`, and what the set-up raises.
        GisError: What the history raises.
    """
    setup = read_setup(folder)
    if path.suffix.lower() == ".parquet":
        return write_parquet(folder, setup, rows, start_ms, end_ms, path)
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        return write_readings(history, setup, rows, start_ms, end_ms, path)


def write_readings(history: History, setup: Setup, rows: Sequence[int], start_ms: int, end_ms: int, path: Path) -> int:
    """Write readings of channels to the CSV file *path*, whole or not at all; how many lines there are.

    Values are in the unit in which a channel sends, times those of the city's clock with its offset.

    Args:
        history: Where they are kept.
        setup: What is measured.
        rows: Channels by position.
        start_ms: From, UTC milliseconds.
        end_ms: Up to without.
        path: Of the file; one that is there is replaced.

    Raises:
        AppError: ``cannot_write_file``.
    """
    is_long = end_ms - start_ms > EVERY_READING_MS
    lines = _minutes if is_long else _readings
    partial = path.with_name(f".partial-{path.name}")
    written = 0
    try:
        # The mark at the beginning tells spreadsheets that it is UTF-8.
        with partial.open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file)
            out.writerow(_MINUTES if is_long else _READINGS)
            for row in rows:
                for line in lines(history, setup, row, start_ms, end_ms):
                    out.writerow(line)
                    written += 1
        partial.replace(path)
    except OSError as error:
        raise AppError("cannot_write_file", path=str(path), **os_detail(error)) from error
    finally:
        partial.unlink(missing_ok=True)
    return written


def write_parquet(folder: Path, setup: Setup, rows: Sequence[int], start_ms: int, end_ms: int, path: Path) -> int:
    """Write every reading of channels to the Parquet file *path*, whole or not at all; how many there are.

    The columns are those of the archive: time, channel, value in the unit sent, unit, quality, received.

    Args:
        folder: The workspace whose history it is.
        setup: What is measured.
        rows: Channels by position.
        start_ms: From, UTC milliseconds.
        end_ms: Up to without.
        path: Of the file; one that is there is replaced.

    Raises:
        AppError: ``cannot_write_file``, ``feed.no_parquet``.
    """
    records, multiply = setup.channels.records, setup.channels.multiply
    channels = [(records[row].id, records[row].unit, float(multiply[row])) for row in rows]
    order = (str(folder / HISTORY), channels, start_ms, end_ms, str(path), True)
    written = in_parquet_child("write_archive", *order, timeout_s=_PARQUET_S)
    assert isinstance(written, int)
    return written


def _readings(history: History, setup: Setup, row: int, start_ms: int, end_ms: int) -> Iterator[tuple[object, ...]]:
    record = setup.channels.records[row]
    number, resolution = history.channels()[record.id]
    channel, name = neutral(record.id), neutral(record.name)
    for since, until in _days(start_ms, end_ms):
        found = with_spikes(history.readings(number, since, until))
        sent = values_of(found.count, resolution) / setup.channels.multiply[row]
        columns = (found.source_ms, found.received_ms, sent, found.quality)
        for at_ms, came_ms, value, quality in zip(*(column.tolist() for column in columns), strict=True):
            shown = f"{value:.6g}" if value == value else ""  # noqa: PLR0124 - an instrument without a number says NaN
            yield _clock(at_ms), channel, name, shown, record.unit, quality_words(quality), _clock(came_ms)


def _minutes(history: History, setup: Setup, row: int, start_ms: int, end_ms: int) -> Iterator[tuple[object, ...]]:
    record = setup.channels.records[row]
    number, resolution = history.channels()[record.id]
    channel, name = neutral(record.id), neutral(record.name)
    # Whole minutes lie in one part each.
    for since, until in _days(start_ms // MINUTE_MS * MINUTE_MS, end_ms):
        found = history.minutes(number, since, until)
        sent = [
            values_of(column, resolution) / setup.channels.multiply[row]
            for column in (found.low, found.mean, found.high)
        ]
        columns = (found.start_ms, *sent, found.readings)
        for at_ms, low, mean, high, readings in zip(*(column.tolist() for column in columns), strict=True):
            figures = (f"{low:.6g}", f"{mean:.6g}", f"{high:.6g}")
            yield _clock(at_ms), channel, name, *figures, record.unit, readings


def _days(start_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """The span in parts, so that a year of readings is never in memory at once."""
    for since in range(start_ms, end_ms, _STEP_MS):
        yield since, min(since + _STEP_MS, end_ms)


def _clock(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, CITY_TIME).isoformat(timespec="milliseconds")
