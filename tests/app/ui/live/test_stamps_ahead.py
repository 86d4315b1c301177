"""A stamp that lies ahead of the clock is told wherever readings are: history, desk, findings, exported file."""

import csv
import json
from contextlib import closing
from pathlib import Path

import pytest
from demo_town import MINUTE, NOW
from feed_waiting import until
from told_by_http import answering

from app.messages import load_words
from app.telemetry.alarms import Limits
from app.telemetry.channels import Channel, Channels
from app.telemetry.curve_files import write_curves
from app.telemetry.findings import FindingKind
from app.telemetry.history import History
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Quality
from app.telemetry.recording import Recording
from app.telemetry.setup import HISTORY, Feed, FeedKind, Setup, write_setup
from app.ui.live.rows import standing_words

HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "{}: its stamp lies ahead"), ("zh_CN", "{}：时标超前")],
)
def test_it_is_marked_in_history_desk_and_file(tmp_path: Path, language: str, told: str) -> None:
    words, now_ms = load_words(language), [NOW]
    channels = Channels((Channel("PT-1", "山大路", Quantity.PRESSURE, "MPa", 10.0),))
    with answering() as server:

        def says(*readings: tuple[int, float]) -> None:
            body = [{"id": "PT-1", "ts": at_ms, "v": value} for at_ms, value in readings]
            server.answer = (200, json.dumps(body).encode())

        says((NOW - 1000, 0.30))
        feed = Feed("poll", FeedKind.HTTP, url=f"{server.address}/now", every_s=0.02)
        write_setup(tmp_path, Setup(channels, Limits(()), (feed,)))
        with closing(Recording(tmp_path, lambda: now_ms[0])) as recording:
            until(lambda: recording.present().received == 1)
            assert standing_words(words, recording.present(), 0) == words.say("standing", "good")
            now_ms[0] += MINUTE
            says(*((now_ms[0] + HOUR - at * 1000, 0.19) for at in range(25)))
            until(lambda: recording.present().received == 2)
            present = recording.present()
            assert Standing(int(present.standings[0])) is Standing.STALE
            assert present.values[0] == pytest.approx(30.59, abs=0.01), "what is stamped ahead does not stand for now"
            assert standing_words(words, present, 0) == told.format(words.say("standing", "stale"))
            (found,) = [one for one in recording.check_line()[0] if one.kind is FindingKind.CLOCK_AHEAD]
            assert found.facts["seconds"] == pytest.approx(3600.0, abs=30.0)
            says((now_ms[0], 0.31))
            until(lambda: recording.present().received == 3)
            assert standing_words(words, recording.present(), 0) == words.say("standing", "good")
    with closing(History.open(tmp_path / HISTORY, readonly=True)) as history:
        kept = history.readings(history.channels()["PT-1"][0], NOW - HOUR, NOW + 2 * HOUR)
    assert kept.quality.tolist() == [0, 0] + [int(Quality.FUTURE)] * 25
    path = tmp_path / "readings.csv"
    assert write_curves(tmp_path, (0,), NOW - HOUR, NOW + 2 * HOUR, path) == 27
    with path.open(encoding="utf-8-sig") as file:
        assert [line["quality"] for line in csv.DictReader(file)] == ["good", "good"] + ["future"] * 25
