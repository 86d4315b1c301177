"""The set-up's file as people write it: slips are told with their place, dates are dates, and what is shown is used."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.errors import AppError
from app.telemetry.setup import FOLDER, SETUP, Setup, read_setup, write_setup
from app.times import CITY_TIME

MANUAL = Path(__file__).parents[3] / "docs" / "pressure.md"
HAND_WRITTEN: dict[str, Any] = {
    "channels": [
        {
            "id": "PT-0712",
            "name": "山大路",
            "quantity": "pressure",
            "unit": "MPa",
            "interval_s": 60,
            "device": "RTU-7",
            "aliases": [
                {"feed": "scada", "name": "ns=2;s=PT-7", "until": "2026-03-01"},
                {"feed": "scada", "name": "ns=2;s=PT-0712", "from": "2026-03-01T08:30+08:00"},
            ],
        }
    ],
    "limits": [{"id": "PT-0712 low", "channel": "PT-0712", "side": "low", "limit": 18.36, "priority": 1}],
    "feeds": [{"name": "scada", "kind": "mqtt", "host": "10.0.0.9", "topics": ["city/#"], "tls": True}],
}
WRONG: list[tuple[str, str, Any]] = [
    *(("channels", "stuck_after_s", value) for value in (None, "x", [], True, 1e308, 10**400, float("nan"))),
    *(("channels", "device", value) for value in (7, None)),
    ("channels", "x_m", "500120"),
    ("channels", "aliases", [{"feed": "scada", "name": 7}]),
    ("channels", "aliases", [{"feed": "scada", "name": "x", "from": "spring"}]),
    *(("limits", "on_delay_ms", value) for value in (1.5, 10**30, "5")),
    ("limits", "latches", 1),
    *(("feeds", "port", value) for value in ("1883", 70_000, -1, 1.5)),
    *(("feeds", name, value) for name in ("every_s", "interval_s", "speed") for value in (0, -1, float("inf"))),
    *(("feeds", "topics", value) for value in ("city/#", ["city/#", 7])),
    *(("feeds", name, 7) for name in ("user", "password_file", "host", "rebirth_topic")),
    ("feeds", "name", ""),
]


def read(folder: Path, record: dict[str, Any]) -> Setup:
    (folder / FOLDER).mkdir(exist_ok=True)
    (folder / FOLDER / SETUP).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return read_setup(folder)


def changed(part: str, name: str, value: Any) -> dict[str, Any]:
    return {**HAND_WRITTEN, part: [{**HAND_WRITTEN[part][0], name: value}]}


def test_names_are_in_force_from_and_until_the_dates_that_people_write(tmp_path: Path) -> None:
    setup = read(tmp_path, HAND_WRITTEN)

    def named(name: str, *moment: int) -> int | None:
        at_ms = round(datetime(*moment, tzinfo=CITY_TIME).timestamp() * 1000)  # type: ignore[arg-type,misc]
        return setup.channels.named("scada", f"ns=2;s={name}", at_ms)

    assert [named("PT-7", 2026, 2, 28, 23, 59), named("PT-7", 2026, 3, 1)] == [0, None]
    assert [named("PT-0712", 2026, 3, 1, 8, 29), named("PT-0712", 2026, 3, 1, 8, 30)] == [None, 0]
    write_setup(tmp_path, setup)
    assert read_setup(tmp_path).channels.records == setup.channels.records
    kept = json.loads((tmp_path / FOLDER / SETUP).read_text(encoding="utf-8"))["channels"][0]["aliases"]
    assert kept[0] == {"feed": "scada", "name": "ns=2;s=PT-7", "until": "2026-03-01T00:00:00+08:00"}


def test_the_example_of_the_manual_is_used_as_it_stands(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    record = json.loads(example)
    setup = read(tmp_path, record)
    write_setup(tmp_path, setup)
    kept = json.loads((tmp_path / FOLDER / SETUP).read_text(encoding="utf-8"))
    assert [one["id"] for one in kept["channels"]] == ["PT-0712", "FT-W1"]
    for part in ("channels", "limits", "feeds"):
        for written, shown in zip(kept[part], record[part], strict=True):
            assert written.keys() == shown.keys(), "each of its fields counts"


@pytest.mark.parametrize(("part", "name", "value"), WRONG)
def test_a_slip_is_told_and_never_stumbled_over_later(tmp_path: Path, part: str, name: str, value: Any) -> None:
    read(tmp_path, HAND_WRITTEN)
    with pytest.raises(AppError, match=r"telemetry\.bad_setup") as refused:
        read(tmp_path, changed(part, name, value))
    assert str(tmp_path / FOLDER / SETUP) == refused.value.detail["path"]


def test_the_words_of_a_refusal_name_record_field_and_value(tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        read(tmp_path, changed("channels", "interval_s", "ten"))
    assert refused.value.detail["reason"] == 'PT-0712: interval_s = "ten"'


def test_two_feeds_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"telemetry\.bad_setup"):
        read(tmp_path, {**HAND_WRITTEN, "feeds": HAND_WRITTEN["feeds"] * 2})


def test_whole_numbers_may_be_written_as_others_are(tmp_path: Path) -> None:
    setup = read(tmp_path, changed("limits", "on_delay_ms", 5000.0))
    assert setup.limits.records[0].on_delay_ms == 5000
    assert type(setup.limits.records[0].on_delay_ms) is int
