"""Recorded readings: read from files, and sent as if they were of now."""

import json
import math
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from demo_town import NOW

from app.errors import AppError
from app.feeds.own_messages import BAD, GOOD, UNCERTAIN
from app.telemetry.recordings import Played, as_messages, read_recording
from app.times import CITY_TIME

HEAD = "time,channel,name,value,unit,quality,received\n"


def recorded(path: Path, text: str) -> list[Played]:
    path.write_text(text, encoding="utf-8")
    return read_recording(path, CITY_TIME)


def test_what_the_desk_exports_is_read_by_time_of_arrival(tmp_path: Path) -> None:
    text = (
        "\ufeff" + HEAD + "2026-03-12T14:32:20.000+08:00,PT-1,x,0.31,MPa,good,2026-03-12T14:40:00+08:00\n"
        "2026-03-12T14:32:30+08:00,PT-1,x,,MPa,no_number|sent_bad,2026-03-12T14:32:31+08:00\n\n"
        "2026-03-12 14:32:40,PT-2,x,0.2,MPa,sent_uncertain|steep,\n"
    )
    first, second, third = recorded(tmp_path / "r.csv", text)
    at = NOW // 60_000 * 60_000
    assert (first.channel, first.source_ms, first.received_ms, first.quality) == ("PT-1", at + 30_000, at + 31_000, BAD)
    assert math.isnan(first.value)
    assert second == Played("PT-2", at + 40_000, at + 40_000, 0.2, UNCERTAIN)
    assert third == Played("PT-1", at + 20_000, at + 480_000, 0.31, GOOD)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_clocks_without_a_zone_are_followed_over_both_changes(
    tmp_path: Path, day: tuple[int, int, int], hours: int
) -> None:
    """Two channels one after the other, which both came late."""
    berlin = ZoneInfo("Europe/Berlin")
    start_ms = round(datetime(*day, tzinfo=berlin).timestamp() * 1000)
    taken_ms = [start_ms + number * 600_000 for number in range(hours * 6)]
    shown = [
        [f"{datetime.fromtimestamp((at_ms + by_ms) / 1000, berlin):%Y-%m-%d %H:%M:%S}" for by_ms in (0, 900_000)]
        for at_ms in taken_ms
    ]
    rows = "".join(f"{at},{name},x,1,m,good,{came}\n" for name in ("PT-1", "PT-2") for at, came in shown)
    (tmp_path / "r.csv").write_text(HEAD + rows)
    found = read_recording(tmp_path / "r.csv", berlin)
    for name in ("PT-1", "PT-2"):
        told = [(one.source_ms, one.received_ms - one.source_ms) for one in found if one.channel == name]
        assert told == [(at_ms, 900_000) for at_ms in taken_ms]


def test_three_columns_are_enough(tmp_path: Path) -> None:
    (one,) = recorded(tmp_path / "r.csv", "channel,value,time\nPT-1,0.3,2026-03-12T06:32:08+00:00\n")
    assert one == Played("PT-1", NOW, NOW, 0.3)


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("time,channel\n", 1, "value"),
        ("", 1, "time"),
        (HEAD + "yesterday,PT-1,x,0.3,MPa,good,\n", 2, "yesterday"),
        (HEAD + "2026-03-12,PT-1,x,much,MPa,good,\n", 2, "much"),
        (HEAD + "2026-03-12,PT-1\n", 2, "index"),
    ],
)
def test_what_is_no_recording_is_said_with_its_line(tmp_path: Path, text: str, line: int, part: str) -> None:
    with pytest.raises(AppError, match=r"feed\.bad_recording") as refused:
        recorded(tmp_path / "r.csv", text)
    assert refused.value.detail["line"] == line
    assert part in str(refused.value.detail["reason"])


def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.csv", tmp_path / "bytes.csv"):
        if path.name != "gone.csv":
            path.write_bytes(b"\xff\xfe\x00\x01")
        with pytest.raises(AppError, match=r"feed\.bad_recording"):
            read_recording(path, CITY_TIME)


def test_messages_are_of_now_and_keep_their_pace_and_lateness() -> None:
    readings = [
        Played("PT-1", 10_000, 10_400, 0.31),
        Played("PT-2", 10_000, 10_700, math.nan, BAD),
        Played("PT-1", 20_000, 20_400, 0.32),
        Played("PT-2", 15_000, 50_000, 0.2),
    ]
    found = as_messages(readings, NOW, 10.0)
    told = [json.loads(one.body) for one in found]
    assert [len(each) for each in told] == [2, 1, 1]
    assert told[0] == [
        {"id": "PT-1", "ts": NOW, "v": 0.31, "q": "good"},
        {"id": "PT-2", "ts": NOW, "v": None, "q": "bad"},
    ]
    assert [each[0]["ts"] - NOW for each in told] == [0, 1_000, 500]
    assert [one.at_ms - NOW for one in found] == [999, 10_999, 40_999]
    assert as_messages([], NOW, 1.0) == []
