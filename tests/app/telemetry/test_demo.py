import json
from pathlib import Path

import numpy as np
import pytest
from demo_town import CHANNELS, LIMITS, MINUTE, NOW, set_up, town_day

from app.errors import AppError
from app.telemetry.demo import DAY_MS, DemoDay, Happening, readings_at
from app.telemetry.demo_feed import DemoFeed, Instruments
from app.telemetry.setup import FOLDER, SETUP, Feed, FeedKind, is_set_up, read_setup, write_setup

TICKS = np.arange(NOW, NOW + DAY_MS, 10 * MINUTE, dtype=np.int64)


def test_a_reading_follows_from_its_instant_alone() -> None:
    whole = readings_at(town_day(), (), TICKS)
    part = readings_at(town_day(), (), TICKS[50:60][::-1], np.array([2, 4]))
    assert np.array_equal(whole[50:60, [2, 4]], part[::-1], equal_nan=True)


def test_the_day_swings_and_noise_stays_small() -> None:
    found = readings_at(town_day(), (), TICKS)
    assert np.nanstd(found[:, 1] - readings_at(town_day(), (), TICKS - 7 * DAY_MS)[:, 1]) < 0.01
    assert 0.03 < np.nanmax(found[:, 1]) - np.nanmin(found[:, 1]) < 0.08
    assert set(found[~np.isnan(found[:, 0]), 0].tolist()) == {1.0}


def test_what_the_script_lets_happen_is_felt_and_passes() -> None:
    script = (Happening(1, NOW, NOW + 60 * MINUTE),)
    at = np.array([NOW - MINUTE, NOW + 30 * MINUTE, NOW + 120 * MINUTE], dtype=np.int64)
    change = readings_at(town_day(), script, at) - readings_at(town_day(), (), at)
    assert change[:, 2] == pytest.approx([0.0, -0.12, 0.0], abs=1e-3)
    assert change[:, 1] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_transmitters_fall_silent_now_and_then() -> None:
    year = np.arange(NOW, NOW + 120 * DAY_MS, 15 * MINUTE, dtype=np.int64)
    share = np.isnan(readings_at(town_day(), (), year)).mean()
    assert 0.0002 < share < 0.01


def test_instruments_spike_and_rest_now_and_then() -> None:
    """A few readings are far from both neighbours; on some days one value comes for two hours, and no longer."""
    day, rows = town_day(), np.array([1, 2, 3, 4])
    month = readings_at(day, (), np.arange(NOW, NOW + 30 * DAY_MS, 10_000, dtype=np.int64), rows)
    before, after = month[1:-1] - month[:-2], month[1:-1] - month[2:]
    assert 1 <= ((before > 40 * day.noise[1:]) & (after > 40 * day.noise[1:])).sum() <= 20
    years = readings_at(day, (), np.arange(NOW, NOW + 730 * DAY_MS, 10 * MINUTE, dtype=np.int64), rows)
    rests = [np.flatnonzero(np.diff(column) == 0.0) for column in years.T]
    spans = [len(span) for each in rests for span in np.split(each, np.flatnonzero(np.diff(each) > 1) + 1) if len(each)]
    assert 2 <= len(spans) <= 20
    assert max(spans) <= 12


def test_a_day_is_kept_whole(tmp_path: Path) -> None:
    town_day().save(tmp_path / "day.npz")
    again = DemoDay.load(tmp_path / "day.npz")
    assert np.array_equal(again.effects, town_day().effects)
    assert again.names == ("trip B1", "burst P-H2-3")
    (tmp_path / "day.npz").write_bytes(b"no")
    with pytest.raises(AppError, match=r"feed\.no_demo"):
        DemoDay.load(tmp_path / "day.npz")


def test_the_feed_sends_each_tick_once_and_stamps_by_the_clock() -> None:
    ids = tuple(record.id for record in CHANNELS.records)
    sent: list[bytes] = []
    clock = [NOW]
    feed = DemoFeed(
        "demo",
        Instruments(ids, (0, 4, 4, 1, 3), town_day(), (), 10_000),
        lambda _topic, body: sent.append(body),
        lambda: clock[0],
        lambda _link: None,
        speed=60.0,
    )
    clock[0] += 1_000
    assert feed.send_due() == 6
    assert feed.send_due() == 0
    clock[0] += 500
    assert feed.send_due() == 3
    told = [json.loads(body) for body in sent]
    assert [one["ts"] for one in told] == sorted({one["ts"] for one in told})
    assert all(NOW <= one["ts"] <= clock[0] for one in told)
    assert set(told[0]["values"]) <= set(ids)


def test_a_setup_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert not is_set_up(tmp_path)
    made = set_up(tmp_path, Happening(1, NOW, NOW + MINUTE))
    broker = Feed("scada", FeedKind.MQTT, host="10.0.0.1", topics=("city/#",), user="desk", tls=True)
    write_setup(tmp_path, made.with_limits(LIMITS))
    assert read_setup(tmp_path).limits.records == LIMITS.records
    assert read_setup(tmp_path).channels.records == CHANNELS.records
    assert read_setup(tmp_path).script == made.script
    write_setup(tmp_path, type(made)(CHANNELS, LIMITS, (broker,)))
    assert read_setup(tmp_path).feeds == (broker,)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"channels": [{"id": "x"}], "limits": [], "feeds": []}', '{"channels": 3}', "\x00"]
)
def test_a_setup_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(AppError, match=r"telemetry\.not_set_up"):
        read_setup(tmp_path)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / SETUP).write_text(text)
    with pytest.raises(AppError, match=r"telemetry\.bad_setup"):
        read_setup(tmp_path)
