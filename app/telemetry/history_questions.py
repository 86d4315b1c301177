"""What a recorder's screen asks of the history alone: curves, what was usual, what a limit would have done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.telemetry.alarm_figures import rehearsed
from app.telemetry.alarms import Limit
from app.telemetry.channels import Channel
from app.telemetry.curve_reading import band_of, curve_of
from app.telemetry.curves import Band, Curve
from app.telemetry.history import History
from app.telemetry.setup import Setup

_MONTH_MS: Final = 30 * 24 * 3_600_000


class HistoryQuestions:
    """Of a recorder at work, whose set-up may become another one."""

    _folder: Path
    _clock_ms: Callable[[], int]
    _reading: History
    setup: Setup

    def curves(
        self, rows: Sequence[int], start_ms: int, end_ms: int, columns: int, known_ms: int | None = None
    ) -> tuple[Curve, ...]:
        """Curves of channels by position; see :func:`app.telemetry.curve_reading.curve_of`."""
        known, records = self._reading.channels(), self._records(rows)
        span, beat_ms = (start_ms, end_ms, columns), [round(records[row].interval_s * 1000) for row in rows]
        return tuple(
            curve_of(self._reading, *known[records[row].id], *span, known_ms=known_ms, interval_ms=each)
            for row, each in zip(rows, beat_ms, strict=True)
        )

    def _records(self, rows: Sequence[int]) -> tuple[Channel, ...]:
        """All channels. Raises :class:`AppError` ``telemetry.setup_changed`` where *rows* are those of others."""
        records = self.setup.channels.records
        if max(rows, default=-1) >= len(records):
            raise AppError("telemetry.setup_changed", path=str(self._folder))
        return records

    def bands(self, rows: Sequence[int], start_ms: int, end_ms: int, columns: int) -> tuple[Band, ...]:
        """What was usual for them; see :func:`app.telemetry.curve_reading.band_of`."""
        known, ids = self._reading.channels(), [record.id for record in self._records(rows)]
        return tuple(band_of(self._reading, *known[ids[row]], start_ms, end_ms, columns) for row in rows)

    def rehearse(self, limit: Limit) -> tuple[tuple[tuple[int, int], ...], int | None]:
        """When *limit* would have been raised and cleared in the last 30 days, and the first reading that told it.

        Where nothing was recorded it is never, and None: it could not be tried.
        """
        now_ms, channel = self._clock_ms(), self.setup.channels.records[limit.channel]
        number, resolution = self._reading.channels().get(channel.id, (None, 0.0))
        if number is None:
            return (), None
        readings = self._reading.readings(number, now_ms - _MONTH_MS, now_ms + 1)
        since_ms = int(readings.source_ms[0]) if len(readings) else None
        return rehearsed(limit, readings, resolution, round(channel.interval_s * 1000)), since_ms
