"""A reading far from both its neighbours is suspect wherever readings are told one by one, and nothing else is."""

import csv
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from demo_town import CHANNELS, LIMITS, NOW

from app.telemetry.curve_files import write_curves
from app.telemetry.history import History
from app.telemetry.readings import NO_VALUE, Quality, Readings, quality_words
from app.telemetry.recordings import in_parquet_child
from app.telemetry.setup import HISTORY, Setup, write_setup
from app.telemetry.spikes import LEAST, with_spikes

COUNTS = [3000 + at % 3 for at in range(60)]
SPIKES, STEP, BAD, NONE = (17, 40), 50, 25, 30


def readings(number: int = 1) -> Readings:
    """Two spikes, a change that lasts, one that its sender calls bad, and one without a number."""
    count, quality = np.array(COUNTS, dtype=np.int64), np.zeros(len(COUNTS), dtype=np.int64)
    count[STEP:] -= 900
    count[[*SPIKES, BAD]] += 800
    count[NONE] = NO_VALUE
    quality[BAD] = int(Quality.SENT_BAD)
    quality[NONE] = int(Quality.NO_NUMBER)
    at = NOW + 10_000 * np.arange(len(count), dtype=np.int64)
    return Readings(np.full(len(count), number, dtype=np.int64), at, at + 400, count, quality)


def test_spikes_are_marked_and_what_lasts_is_none() -> None:
    before = readings()
    found = with_spikes(before)
    marked = np.flatnonzero(found.quality & int(Quality.SPIKE))
    assert tuple(marked.tolist()) == SPIKES
    assert (np.delete(found.quality, SPIKES) == np.delete(before.quality, SPIKES)).all()
    assert (found.count == before.count).all(), "a mark takes nothing away"


def test_a_few_readings_say_nothing() -> None:
    assert (with_spikes(readings().part(10, 10 + LEAST - 1)).quality & int(Quality.SPIKE) == 0).all()
    assert len(with_spikes(readings().part(0, 0))) == 0


@pytest.mark.parametrize(
    "ending",
    [
        "csv",
        pytest.param(
            "parquet", marks=pytest.mark.skipif(find_spec("pyarrow") is None, reason="pyarrow is not installed")
        ),
    ],
)
def test_what_is_exported_says_which_are_spikes(tmp_path: Path, ending: str) -> None:
    write_setup(tmp_path, Setup(CHANNELS, LIMITS, ()))
    record, path = CHANNELS.records[1], tmp_path / f"out.{ending}"
    with closing(History.create(tmp_path / HISTORY)) as history:
        sent = readings(history.channel(record.id, record.step))
        # In whatever order they came.
        history.append(sent.take(np.random.default_rng(1).permutation(len(sent))))
    assert write_curves(tmp_path, (1,), NOW, NOW + 600_000, path) == len(sent)
    if ending == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            words = [row["quality"] for row in csv.DictReader(file)]
    else:
        lines = in_parquet_child("lines_of", str(path), None)
        assert isinstance(lines, list)
        words = [line[lines[0].index("quality")] for line in lines[1:]]
    assert words == [quality_words(int(each)) for each in with_spikes(sent).quality]
    assert words.count("spike") == 2
