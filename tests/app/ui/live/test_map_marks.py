"""Instruments on the map, and the place where one more would tell most."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from demo_town import CHANNELS, NOW, set_up

from app.messages import load_words
from app.telemetry.alarms import NEVER_MS, AlarmState
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Quality
from app.telemetry.recording import Recording
from app.ui.live.map_marks import sensors_of
from gis.scene.movers import SensorLook

WORDS = load_words("en")


def test_an_instrument_in_doubt_says_why_on_the_map(tmp_path: Path) -> None:
    setup = set_up(tmp_path)
    recording = Recording(tmp_path, lambda: NOW)
    try:
        present = recording.present()
    finally:
        recording.close()
    count = len(CHANNELS)
    standings, quality = np.full(count, Standing.GOOD), np.zeros(count, dtype=np.int64)
    standings[1], quality[1] = Standing.SUSPECT, Quality.DRIFT | Quality.STUCK
    values = np.full(count, 30.0)
    shown = sensors_of(setup, replace(present, standings=standings, quality=quality, values=values), WORDS)
    assert shown is not None
    assert shown.values[1] == "0.294  stuck, drifts"
    assert shown.values[2] == "0.294"
    assert SensorLook(int(shown.look[1])) is SensorLook.SUSPECT


@pytest.mark.parametrize("wanted", [None, (500_250.0, 4_060_250.0, "宜加装测点")])
def test_one_more_logger_is_marked_beside_those_that_are_there(
    tmp_path: Path, wanted: tuple[float, float, str] | None
) -> None:
    setup = set_up(tmp_path)
    recording = Recording(tmp_path, lambda: NOW)
    try:
        shown = sensors_of(setup, recording.present(), WORDS, wanted)
    finally:
        recording.close()
    assert shown is not None
    kinds = (Quantity.PRESSURE, Quantity.LEVEL, Quantity.STATE)
    placed = [one for one in CHANNELS.records if one.quantity in kinds]
    assert shown.xy_m[: len(placed)].tolist() == [[one.x_m, one.y_m] for one in placed]
    looks = [SensorLook(look) for look in shown.look.tolist()]
    if wanted is None:
        assert SensorLook.WANTED not in looks
        assert len(shown) == len(placed)
    else:
        assert looks[-1] is SensorLook.WANTED
        assert (*shown.xy_m[-1].tolist(), shown.values[len(placed)]) == wanted


def test_marks_say_what_each_instrument_reads_how_it_stands_and_how_old_that_is(tmp_path: Path) -> None:
    """Rows: a pump, two pressures, a flow, which is not marked, and a level."""
    setup = set_up(tmp_path)
    recording = Recording(tmp_path, lambda: NOW)
    try:
        silent = recording.present()
    finally:
        recording.close()

    def marks(standings: list[Standing], alarm: AlarmState = AlarmState.NORMAL) -> list[tuple[str, SensorLook, float]]:
        present = replace(
            silent,
            values=np.array([1.0, 31.0, 31.0, 700.0, np.nan]),
            standings=np.array(standings),
            quality=np.array([0, 0, int(Quality.STEEP | Quality.STUCK), 0, 0]),
            source_ms=np.array([silent.at_ms + 500, silent.at_ms - 90_000, silent.at_ms, silent.at_ms, NEVER_MS]),
            alarm_states=np.array([AlarmState.NORMAL, alarm, AlarmState.NORMAL, AlarmState.NORMAL]),
        )
        shown = sensors_of(setup, present, WORDS)
        assert shown is not None
        looks = [SensorLook(look) for look in shown.look.tolist()]
        return list(zip(list(shown.values), looks, shown.age_s.tolist(), strict=True))

    good, suspect, stale, missing = Standing.GOOD, Standing.SUSPECT, Standing.STALE, Standing.MISSING
    doubts = "  ".join(
        ("0.304", WORDS.say("quality", "stuck") + WORDS.say("alarm_row", "between") + WORDS.say("quality", "steep"))
    )
    assert marks([good, stale, suspect, good, missing]) == [
        (WORDS.say("station", "running"), SensorLook.GOOD, 0.0),
        ("0.304", SensorLook.STALE, 90.0),
        (doubts, SensorLook.SUSPECT, 0.0),
        ("—", SensorLook.MISSING, 0.0),
    ]
    assert marks([good] * 5, AlarmState.UNACKNOWLEDGED)[1][1] is SensorLook.LOW
    assert marks([good, stale, good, good, good], AlarmState.UNACKNOWLEDGED)[1][1] is SensorLook.STALE
