"""Readings from one history into another: all of a span, also what waits to be put in order."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from reading_streams import START_MS, Sample, batch, expected, told

from app.telemetry.history import DAY_MS, History
from app.telemetry.history_copy import copy_readings


def test_what_came_late_and_lies_before_all_that_is_in_order_is_copied_too(tmp_path: Path) -> None:
    span = (START_MS - 90 * DAY_MS, START_MS + DAY_MS)
    with (
        closing(History.create(tmp_path / "own.sqlite")) as own,
        closing(History.create(tmp_path / "copy.sqlite")) as copy,
    ):
        number = own.channel("P1", 0.1)
        copy.channel("other", 0.1)
        newest = [Sample(number, START_MS + 60_000 * minute, START_MS + DAY_MS, minute) for minute in range(50)]
        own.append(batch(newest))
        own.compact(START_MS + 3 * DAY_MS)
        late = [Sample(number, START_MS - 60 * DAY_MS + 60_000 * minute, START_MS, minute) for minute in range(50)]
        own.append(batch(late))
        for _ in range(2):
            assert copy_readings(own, copy, ["P1", "gone"], span, START_MS + 3 * DAY_MS) == 100
        found = copy.readings(copy.channels()["P1"][0], *span)
        assert told(found) == expected([*late, *newest], number, *span)
        assert copy_readings(own, copy, ["P1"], (span[0], START_MS - 30 * DAY_MS), START_MS + 3 * DAY_MS) == 50
