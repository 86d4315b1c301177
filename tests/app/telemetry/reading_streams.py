"""Streams of readings for tests, and what a history of them must say, worked out by dictionaries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.telemetry.readings import BAD, Quality, Readings

START_MS = 1_767_200_000_000
"""Some time on 2025-12-31, not on an hour."""


@dataclass(frozen=True)
class Sample:
    channel: int
    source_ms: int
    received_ms: int
    count: int
    quality: int = 0


def batch(samples: list[Sample]) -> Readings:
    columns = ([getattr(sample, name) for sample in samples] for name in Sample.__dataclass_fields__)
    return Readings(*(np.array(column, dtype=np.int64) for column in columns))


def expected(samples: list[Sample], channel: int, start_ms: int, end_ms: int) -> list[tuple[int, int, int]]:
    """(instant, count, quality) that must remain, by time."""
    said: dict[int, set[tuple[int, int]]] = {}
    for sample in samples:
        if sample.channel == channel and start_ms <= sample.source_ms < end_ms:
            said.setdefault(sample.source_ms, set()).add((sample.quality, sample.count))
    answer = []
    for instant, claims in sorted(said.items()):
        quality, count = min(claims)
        answer.append((instant, count, quality | (Quality.CONTRADICTED if len(claims) > 1 else 0)))
    return answer


def told(readings: Readings) -> list[tuple[int, int, int]]:
    return list(zip(readings.source_ms.tolist(), readings.count.tolist(), readings.quality.tolist(), strict=True))


def expected_minutes(kept: list[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    """(beginning, lowest, highest, number) of each minute that holds evidence."""
    by_minute: dict[int, list[int]] = {}
    for instant, count, quality in kept:
        if not quality & BAD:
            by_minute.setdefault(instant // 60_000 * 60_000, []).append(count)
    return [(start, min(counts), max(counts), len(counts)) for start, counts in sorted(by_minute.items())]
