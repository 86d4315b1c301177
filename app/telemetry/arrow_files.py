"""Parquet files: pyarrow's one owner, loaded in a child process only, through :func:`network.child.run_in_child`.

It takes a fifth of a second and tens of megabytes to load, which neither window nor recorder shall spend.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from app.errors import AppError
from app.telemetry.history import DAY_MS, History
from app.telemetry.quantities import values_of
from app.telemetry.readings import Readings, joined, quality_words
from app.telemetry.spikes import with_spikes
from gis.durable import sync_folder
from network.errors import os_detail

_STAMP: Final = pa.timestamp("ms", tz="UTC")
_SCHEMA: Final = pa.schema(
    [
        ("time", _STAMP),
        ("channel", pa.dictionary(pa.int32(), pa.string())),
        ("value", pa.float64()),
        ("unit", pa.dictionary(pa.int32(), pa.string())),
        ("quality", pa.string()),
        ("received", _STAMP),
    ]
)
_COLUMNS: Final = ("time", "channel", "value", "quality", "received")


def lines_of(path: str, span_ms: tuple[int, int] | None) -> list[list[str]]:
    """A Parquet file as lines of text, the names of its columns first.

    Args:
        path: Of the file.
        span_ms: Lines before and from these instants on are left out, UTC milliseconds; None: none are.

    Raises:
        AppError: ``feed.bad_recording``.
    """
    try:
        held = pq.ParquetFile(path)
        names: list[str] = [name for name in _COLUMNS if name in held.schema_arrow.names]
        lines: list[list[str]] = [list(names)]
        for batch in held.iter_batches(columns=names):
            wanted = _within(batch, span_ms)
            columns = [_texts(wanted.column(name)) for name in names]
            lines += [list(row) for row in zip(*columns, strict=True)]
    except (pa.ArrowException, OSError) as error:
        raise AppError("feed.bad_recording", path=path, line=0, reason=str(error).splitlines()[0]) from error
    return lines


def _within(batch: pa.RecordBatch, span_ms: tuple[int, int] | None) -> pa.RecordBatch:
    """A file whose times are no times is read whole; whoever reads its lines sees what is wrong."""
    if (
        span_ms is None
        or "time" not in batch.schema.names
        or not pa.types.is_timestamp(batch.schema.field("time").type)
    ):
        return batch
    at = pc.cast(pc.cast(batch.column("time"), _STAMP), pa.int64())
    return batch.filter(pc.and_(pc.greater_equal(at, span_ms[0]), pc.less(at, span_ms[1])))


def _texts(column: pa.Array) -> list[str]:
    return [
        "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
        for value in column.to_pylist()
    ]


def write_archive(
    history: str,
    channels: list[tuple[str, str, float]],
    start_ms: int,
    end_ms: int,
    path: str,
    replaces: bool = False,
) -> int:
    """Write the readings of a span into the Parquet file *path*, whole or not at all; how many there are.

    Args:
        history: Path of the history.
        channels: Id, unit sent and factor from it to the unit kept.
        start_ms: UTC milliseconds.
        end_ms: Up to without.
        path: One that is there is not replaced,
        replaces: unless this says so.

    Raises:
        AppError: ``cannot_write_file``, and what the history raises.
    """
    partial = Path(path).with_name(f".partial-{os.getpid()}-{Path(path).name}")
    written = 0
    try:
        with closing(History.open(Path(history), readonly=True)) as held:
            known = held.channels()
            with pq.ParquetWriter(partial, _SCHEMA, compression="zstd") as writer:
                for identity, unit, multiply in channels:
                    number, resolution = known.get(identity, (0, 1.0))
                    for part in _parts(held, number, start_ms, end_ms):
                        writer.write_table(_table(part, identity, unit, resolution / multiply))
                        written += len(part)
        # What stands there is read again before anybody forgets anything.
        if pq.ParquetFile(partial).metadata.num_rows != written:
            raise AppError("cannot_write_file", path=path, reason="rows")
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        # A rename replaces what is there, so the name is taken first; a stick may know no links that would do both.
        if not replaces:
            Path(path).touch(exist_ok=False)
        partial.replace(path)
        sync_folder(partial.parent)
    except OSError as error:
        raise AppError("cannot_write_file", path=path, **os_detail(error)) from error
    finally:
        partial.unlink(missing_ok=True)
    return written


def _parts(history: History, number: int, start_ms: int, end_ms: int) -> Iterator[Readings]:
    """Ten days at a time: a channel that sends every second has 864,000 readings in them."""
    for since in range(start_ms, end_ms, 10 * DAY_MS):
        found = history.readings(number, since, min(since + 10 * DAY_MS, end_ms))
        if len(found):
            # By the day, as in the other kind of file: each reading is called the same in both.
            days = np.searchsorted(found.source_ms, [since + day * DAY_MS for day in range(11)]).tolist()
            yield joined(with_spikes(found.part(first, last)) for first, last in pairwise(days))


def _table(readings: Readings, identity: str, unit: str, step: float) -> pa.Table:
    rows = len(readings)
    value = values_of(readings.count, step)
    nought = np.zeros(rows, dtype=np.int32)
    said, place = np.unique(readings.quality, return_inverse=True)
    words = np.array([quality_words(int(each)) for each in said], dtype=object)
    return pa.table(
        [
            pa.array(readings.source_ms).cast(_STAMP),
            pa.DictionaryArray.from_arrays(nought, [identity]),
            pa.array(value, mask=np.isnan(value)),
            pa.DictionaryArray.from_arrays(nought, [unit]),
            pa.array(words[place], type=pa.string()),
            pa.array(readings.received_ms).cast(_STAMP),
        ],
        schema=_SCHEMA,
    )
