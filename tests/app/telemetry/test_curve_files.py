"""Readings as a table: units sent, the city's clock, qualities in words; whole or not at all."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from demo_town import CHANNELS, LIMITS, NOW

from app.errors import AppError
from app.live_requests import LIVE_REQUESTS, WriteCurves
from app.telemetry.curve_files import write_curves, write_parquet, write_readings
from app.telemetry.history import DAY_MS, History
from app.telemetry.readings import NO_VALUE, Quality, Readings
from app.telemetry.recordings import in_parquet_child
from app.telemetry.setup import Setup, write_setup

SETUP = Setup(CHANNELS, LIMITS, ())
PRESSURE, FLOW = 1, 3


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    made = History.create(tmp_path / "history.sqlite")
    for record in CHANNELS.records:
        made.channel(record.id, record.step)
    pressure, flow = made.channels()["PT-0001"], made.channels()["FT-W1"]
    count = [round(0.31 / 0.00980665 / pressure[1]), NO_VALUE, round(900 / 3600 / flow[1])]
    bad = int(Quality.NO_NUMBER | Quality.SENT_BAD)
    columns = (
        [pressure[0], pressure[0], flow[0]],
        [NOW, NOW + 10_000, NOW],
        [NOW + 250, NOW + 10_250, NOW + 250],
        count,
        [0, bad, 0],
    )
    made.append(Readings(*(np.array(column, dtype=np.int64) for column in columns)))
    yield made
    made.close()


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_every_reading_stands_there_in_the_unit_sent(history: History, tmp_path: Path) -> None:
    path = tmp_path / "trends.csv"
    assert write_readings(history, SETUP, (PRESSURE, FLOW), NOW, NOW + 60_000, path) == 3
    head, first, second, third = lines(path)
    assert head == ["time", "channel", "name", "value", "unit", "quality", "received"]
    stamp, came = "2026-03-12T14:32:08.000+08:00", "2026-03-12T14:32:08.250+08:00"
    assert first[:3] == [stamp, "PT-0001", "山大路"]
    assert float(first[3]) == pytest.approx(0.31, abs=0.0002)
    assert first[4:] == ["MPa", "good", came]
    assert (second[3], second[5]) == ("", "no_number|sent_bad")
    assert (float(third[3]), third[4]) == (pytest.approx(900, rel=0.01), "m3/h")


def test_no_name_of_an_instrument_is_a_formula(history: History, tmp_path: Path) -> None:
    named = [replace(one, name="=1+1") for one in CHANNELS.records]
    setup = Setup(replace(CHANNELS, records=tuple(named)), LIMITS, ())
    for start_ms in (NOW, NOW - 300 * DAY_MS):
        write_readings(history, setup, (PRESSURE,), start_ms, NOW + 60_000, tmp_path / "a.csv")
        _, line, *_ = lines(tmp_path / "a.csv")
        assert line[2] == "'=1+1"


def test_a_long_span_is_written_by_the_minute(history: History, tmp_path: Path) -> None:
    path = tmp_path / "year.csv"
    assert write_readings(history, SETUP, (PRESSURE,), NOW - 300 * DAY_MS, NOW + 60_000, path) == 1
    head, line = lines(path)
    assert head == ["time", "channel", "name", "lowest", "mean", "highest", "unit", "readings"]
    assert line[0] == "2026-03-12T14:32:00.000+08:00"
    assert {round(float(value), 3) for value in line[3:6]} == {0.31}
    assert line[7] == "1"


def test_a_parquet_file_has_every_reading_and_is_read_as_a_recording(history: History, tmp_path: Path) -> None:
    path = tmp_path / "trends.parquet"
    path.write_bytes(b"what stood there before")
    assert write_parquet(tmp_path, SETUP, (PRESSURE, FLOW), NOW, NOW + 60_000, path) == 3
    head, first, second, third = in_parquet_child("lines_of", str(path), None)
    assert head == ["time", "channel", "value", "quality", "received"]
    assert (first[0], first[1], first[3]) == ("2026-03-12T06:32:08+00:00", "PT-0001", "good")
    assert float(first[2]) == pytest.approx(0.31, abs=0.0002)
    assert (second[2], second[3]) == ("", "no_number|sent_bad")
    assert (third[1], float(third[2])) == ("FT-W1", pytest.approx(900, rel=0.01))
    later = (NOW + 5_000, NOW + 60_000)
    assert write_parquet(tmp_path, SETUP, (PRESSURE,), *later, path) == 1, "the span that is shown alone"
    taken = tmp_path / "taken.parquet"
    taken.mkdir()
    with pytest.raises(AppError, match="cannot_write_file"):
        write_parquet(tmp_path, SETUP, (PRESSURE,), NOW, NOW + 60_000, taken)
    assert [each.name for each in tmp_path.iterdir() if "partial" in each.name] == []


def test_what_cannot_be_written_leaves_nothing_behind(history: History, tmp_path: Path) -> None:
    path = tmp_path / "taken"
    path.mkdir()
    with pytest.raises(AppError, match="cannot_write_file"):
        write_readings(history, SETUP, (PRESSURE,), NOW, NOW + 60_000, path)
    assert [each.name for each in tmp_path.iterdir() if "partial" in each.name] == []


def test_a_job_writes_by_the_ending_beside_a_recorder_that_goes_on(history: History, tmp_path: Path) -> None:
    write_setup(tmp_path, SETUP)
    for name in ("trends.csv", "trends.PARQUET"):
        assert write_curves(tmp_path, (PRESSURE, FLOW), NOW, NOW + 60_000, tmp_path / name) == 3
    assert lines(tmp_path / "trends.csv")[0][3] == "value"
    assert (tmp_path / "trends.PARQUET").read_bytes()[:4] == b"PAR1"
    # The recorder answers one question after the other: a year of readings must be none of them.
    assert not issubclass(WriteCurves, LIVE_REQUESTS)
