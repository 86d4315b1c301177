"""An hour of one channel as a few hundred bytes, and back to the bit.

Regular stamps differ by a constant and slow values by little: first differences are taken, written in as few bytes
each as the largest needs (none for a column of noughts), the bytes of equal weight laid together (they resemble each
other most), and the whole deflated. Layout, before deflating: the number of rows as four bytes, one byte a column for
its width, then each column's planes.
"""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.telemetry.readings import Readings
from network.columns import Int64

HOUR_MS: Final = 3_600_000
QUICK: Final = 1
"""Deflating that costs little, for what is soon written anew."""
_THOROUGH: Final = 6
_DELAY_STEP_MS: Final = 1000
"""How exactly the time of arrival is kept: "what was on the screen" is asked to the second."""
_COLUMNS: Final = 4
_HEAD: Final = 4
_WORD: Final = 8


def packed(readings: Readings, start_ms: int) -> bytes:
    """One channel's settled *readings* of a stretch that begins at *start_ms*.

    Times of arrival are kept to the second, everything else exactly.
    """
    delay = -(-(readings.received_ms - readings.source_ms) // _DELAY_STEP_MS)
    return pack_columns((readings.source_ms - start_ms, readings.count, delay, readings.quality))


def unpacked(blob: bytes, channel: int, start_ms: int) -> Readings:
    """What :func:`packed` was given. Raises :class:`AppError` ``history.damaged`` if *blob* is not whole."""
    offset, count, delay, quality = unpack_columns(blob, _COLUMNS)
    source = offset + start_ms
    return Readings(
        np.full(len(source), channel, dtype=np.int64), source, source + delay * _DELAY_STEP_MS, count, quality
    )


def pack_columns(columns: tuple[Int64, ...], level: int = _THOROUGH) -> bytes:
    """Columns of equal length as bytes, deflated at *level* (1 to 9)."""
    steps = [_zigzag(_differences(column)) for column in columns]
    widths = [_width(step) for step in steps]
    planes = [_planes(step, width) for step, width in zip(steps, widths, strict=True)]
    rows = len(columns[0])
    return zlib.compress(b"".join([rows.to_bytes(_HEAD, "little"), bytes(widths), *planes]), level)


def unpack_columns(blob: bytes, columns: int) -> tuple[Int64, ...]:
    """What :func:`pack_columns` was given; :class:`AppError` ``history.damaged`` if *blob* is not whole."""
    try:
        raw = zlib.decompress(blob)
    except zlib.error as error:
        raise AppError("history.damaged", reason=str(error)) from error
    rows, widths = int.from_bytes(raw[:_HEAD], "little"), raw[_HEAD : _HEAD + columns]
    at = _HEAD + columns
    if len(raw) != at + rows * sum(widths) or max(widths, default=0) > _WORD:
        raise AppError("history.damaged", reason=f"{len(raw)} bytes for {rows} rows")
    found = []
    for width in widths:
        found.append(_column(raw, at, rows, width))
        at += rows * width
    return tuple(found)


def _column(raw: bytes, at: int, rows: int, width: int) -> Int64:
    if width == 0:
        return np.zeros(rows, dtype=np.int64)
    planes = np.frombuffer(raw, dtype=np.uint8, count=rows * width, offset=at).reshape(width, rows)
    wide = np.zeros((rows, _WORD), dtype=np.uint8)
    wide[:, :width] = planes.T
    return np.cumsum(_unzigzag(wide.view("<u8").reshape(rows).astype(np.uint64, copy=False)))


def _differences(column: Int64) -> Int64:
    return np.diff(column, prepend=np.int64(0))


def _zigzag(steps: Int64) -> NDArray[np.uint64]:
    """Small numbers of either sign as small numbers without one."""
    return ((steps << 1) ^ (steps >> 63)).view(np.uint64)


def _unzigzag(steps: NDArray[np.uint64]) -> Int64:
    return (steps >> np.uint64(1)).view(np.int64) ^ -((steps & np.uint64(1)).view(np.int64))


def _width(steps: NDArray[np.uint64]) -> int:
    """Bytes for the largest of *steps*."""
    largest = int(steps.max()) if len(steps) else 0
    return (largest.bit_length() + 7) // 8


def _planes(steps: NDArray[np.uint64], width: int) -> bytes:
    as_bytes = steps.astype("<u8").view(np.uint8).reshape(len(steps), _WORD)
    return np.ascontiguousarray(as_bytes[:, :width].T).tobytes()
