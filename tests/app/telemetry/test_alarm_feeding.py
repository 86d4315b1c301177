"""Which alarm may come from which, and that it is kept for the recorder's next start."""

from pathlib import Path

import pytest

from app.telemetry.alarm_feeding import FEEDING, NO_FEEDERS, Feeder, Feeders, feedings_of, read_feeders, write_feeders
from app.telemetry.alarms import Feeding, Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity

CHANNELS = Channels(
    (
        Channel("ST-B1", "B1", Quantity.STATE, ""),
        Channel("PT-1", "1", Quantity.PRESSURE, "MPa"),
        Channel("FT-1", "1", Quantity.FLOW, "m3/h"),
        Channel("LT-1", "1", Quantity.LEVEL, "m"),
    )
)
FEEDERS = Feeders((Feeder("ST-B1", ("PT-1", "LT-1"), ("FT-1", "PT-9")),), ("ST-B2",))


def low(name: str, channel: int, unless: int = -1) -> Limit:
    return Limit(name, channel, Side.LOW, 1.0, unless=unless)


def test_low_pressures_and_flows_come_from_a_stop_and_nothing_else_does() -> None:
    limits = Limits(
        (
            low("off", 0),
            low("PT low", 1),
            low("PT low-low", 1),
            Limit("PT high", 1, Side.HIGH, 90.0),
            low("FT low", 2),
            low("LT low", 3),
            Limit("PT silent", 1, Side.SILENT),
        )
    )
    assert feedings_of(CHANNELS, limits, FEEDERS) == (Feeding(1, 0, True), Feeding(2, 0, True), Feeding(4, 0, False))
    assert feedings_of(CHANNELS, limits, NO_FEEDERS) == ()


def test_a_stop_that_is_explained_by_a_low_pressure_does_not_explain_it() -> None:
    limits = Limits((low("off", 0, unless=1), low("PT low", 1), low("PT low-low", 1)))
    assert feedings_of(CHANNELS, limits, FEEDERS) == (Feeding(2, 0, True),)


def test_what_was_found_is_kept(tmp_path: Path) -> None:
    assert read_feeders(tmp_path) == NO_FEEDERS
    write_feeders(tmp_path, FEEDERS)
    assert read_feeders(tmp_path) == FEEDERS


@pytest.mark.expect_log("cannot be read, and is found anew")
@pytest.mark.parametrize("text", ["", "{", "[]", '{"known": [{"channel": "x"}], "unplaced": []}'])
def test_a_file_that_cannot_be_read_keeps_no_recorder_from_starting_and_is_named(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FEEDING).write_text(text, encoding="utf-8")
    assert read_feeders(tmp_path) == NO_FEEDERS
    assert FEEDING in caplog.text
    write_feeders(tmp_path, FEEDERS)
    assert read_feeders(tmp_path) == FEEDERS
