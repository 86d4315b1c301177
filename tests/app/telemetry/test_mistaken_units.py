"""An instrument that is mistaken from its first reading: proposed in its first hour, and until somebody decides."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from demo_town import MINUTE, NOW, Clock

from app.telemetry.alarm_events import Deed
from app.telemetry.alarm_feeding import Feeders
from app.telemetry.alarms import Limits
from app.telemetry.channels import Channel, Channels
from app.telemetry.demo import HOURS, DemoDay
from app.telemetry.expectation import Basis
from app.telemetry.findings import Finding, FindingKind
from app.telemetry.history import DAY_MS, History
from app.telemetry.quantities import Quantity, counts_of
from app.telemetry.readings import Readings
from app.telemetry.recording import Recording
from app.telemetry.setup import DEMO_DAY, FOLDER, HISTORY, Feed, FeedKind, Setup, read_setup, write_setup
from app.telemetry.sites import Site

CHANNELS = Channels(tuple(Channel(f"PT-{at}", "", Quantity.PRESSURE, "MPa", 10.0) for at in range(5)))
SITES = tuple(Site(channel.id, "A", 20.0, 50.0) for channel in CHANNELS.records)
NEW = 4
SENT = np.array([0.30, 0.31, 0.32, 0.33, 3.15])
"""The last one says bar, and the set-up says MPa."""


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60.0
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.002)


def send(history: History, row: int, at_ms: np.ndarray) -> None:
    channel, same = CHANNELS.records[row], np.ones(len(at_ms), dtype=np.int64)
    value = SENT[row] * (1.0 + 0.002 * np.sin(at_ms / 1000.0 * (row + 1)))
    counts = counts_of(value, CHANNELS.multiply[row], channel.step)
    history.append(Readings(history.channel(channel.id, channel.step) * same, at_ms, at_ms, counts, 0 * same))


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Four pressures that have been there for days, and one since half an hour."""
    write_setup(tmp_path, Setup(CHANNELS, Limits(()), (Feed("demo", FeedKind.DEMO, interval_s=5.0),)))
    hourly, none = np.repeat(SENT[:, None], HOURS, axis=1), np.zeros((0, 5, HOURS))
    DemoDay(hourly, 0.001 * SENT, np.zeros(5, dtype=bool), none, ()).save(tmp_path / FOLDER / DEMO_DAY)
    with closing(History.create(tmp_path / HISTORY)) as history:
        for row in range(5):
            send(history, row, np.arange(NOW - (30 * MINUTE if row == NEW else 5 * DAY_MS), NOW, MINUTE))
    return tmp_path


def units_told(recording: Recording) -> list[Finding]:
    recording.check_instruments()
    return [one for one in recording.check_line()[0] if one.kind is FindingKind.UNIT]


def is_doubted(recording: Recording) -> bool:
    return [one.where for one in units_told(recording)] == ["PT-4"]


def of_units(recording: Recording) -> list[tuple[Deed, str, str]]:
    events = [one for one in recording.events(0, 2**62) if one.what in {Deed.UNIT_DOUBTED, Deed.UNIT_SEEN_TO}]
    return [(one.what, one.actor, one.note if one.actor else "") for one in events]


def begun(folder: Path, clock: Clock) -> Recording:
    recording = Recording(folder, clock)
    recording.take_feeders(Feeders(sites=SITES))
    return recording


def test_it_is_proposed_in_the_first_hour_stays_and_ends_with_a_decision(town: Path) -> None:
    clock = Clock()
    with closing(begun(town, clock)) as recording:
        until(lambda: is_doubted(recording))
        (found,) = units_told(recording)
        assert float(found.facts["ratio"]) == pytest.approx(10.0, rel=0.03)
        assert (found.channel, found.facts["basis"]) == (NEW, Basis.NETWORK)
        until(lambda: bool(np.isfinite(recording.present().values).all()))
        assert recording.present().values[NEW] == pytest.approx(321.0, rel=0.03), "nothing is converted"
        assert of_units(recording) == [(Deed.UNIT_DOUBTED, "", "")]
    # Days later, when everything it sends has become usual, and before anything was looked at.
    clock.now_ms += 4 * DAY_MS
    with closing(Recording(town, clock)) as recording:
        assert is_doubted(recording)
        recording.see_to("PT-4", "王敏", "泵后，量程核对无误", FindingKind.UNIT)
        assert units_told(recording) == []
        # As much as it read before, once more: that is answered.
        for _ in range(3):
            clock.now_ms += 40 * MINUTE
            recording.check_instruments()
            until(lambda: recording.check_line()[1] == len(CHANNELS))
            assert units_told(recording) == []
    with closing(Recording(town, clock)) as recording:
        assert units_told(recording) == []
        assert of_units(recording)[-1] == (Deed.UNIT_SEEN_TO, "王敏", "泵后，量程核对无误")


@pytest.mark.parametrize("is_at_work", [True, False])
def test_a_corrected_unit_ends_the_proposal_and_what_was_read_before_is_no_measure(
    town: Path, *, is_at_work: bool
) -> None:
    clock = Clock()

    def correct() -> None:
        setup = read_setup(town)
        others = setup.channels.records[:NEW]
        mended = Channels((*others, replace(setup.channels.records[NEW], unit="bar")))
        write_setup(town, replace(setup, channels=mended))

    with closing(begun(town, clock)) as recording:
        until(lambda: is_doubted(recording))
        if is_at_work:
            correct()
            until(lambda: units_told(recording) == [])
    if not is_at_work:
        correct()
    with closing(Recording(town, clock)) as recording:
        until(lambda: recording.present().values[NEW] < 40.0)
        until(lambda: (Deed.UNIT_SEEN_TO, "setup.json", "MPa → bar") in of_units(recording))
        before = recording.present().received
        until(lambda: recording.present().received > before + 25)
        clock.now_ms += 10 * MINUTE
        until(lambda: recording.check_line()[1] == len(CHANNELS))
        assert units_told(recording) == []
        assert len(of_units(recording)) == 2


def test_a_proposal_of_an_instrument_that_is_gone_is_told_no_more(town: Path) -> None:
    clock = Clock()
    with closing(begun(town, clock)) as recording:
        until(lambda: is_doubted(recording))
    setup = read_setup(town)
    write_setup(town, Setup(Channels(setup.channels.records[:NEW]), setup.limits, ()))
    with closing(Recording(town, clock)) as recording:
        assert units_told(recording) == []
