"""What is told of instruments and lines: each fault is found, and a sound instrument is not suspected."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.messages import LANGUAGES, load_words
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.findings import Finding, FindingKind
from app.telemetry.history import DAY_MS, History
from app.telemetry.line_check import LineCheck, bytes_told, letters_told, strangers_told
from app.telemetry.live import NEVER_MS, Live
from app.telemetry.quantities import Quantity, counts_of
from app.telemetry.readings import Readings
from app.telemetry.recorder import Stranger
from network.columns import Float64

NOW = 1_773_297_128_000
MINUTE = 60_000
CHANNELS = Channels(
    tuple(Channel(f"PT-{at}", f"{at}", Quantity.PRESSURE, "MPa", device="G1" if at < 2 else "") for at in range(8))
)
DAYS = np.arange(NOW - 10 * DAY_MS, NOW - DAY_MS, 10 * MINUTE, dtype=np.int64)
TODAY = np.arange(NOW - DAY_MS, NOW, MINUTE, dtype=np.int64)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    made = History.create(tmp_path / "history.sqlite")
    for one in CHANNELS.records:
        made.channel(one.id, one.step)
    yield made
    made.close()


def usual(at_ms: np.ndarray, row: int) -> Float64:
    """Pressures of a day in MPa; each instrument has its own level and its own little noise."""
    day = 0.03 * np.cos(2 * np.pi * at_ms / DAY_MS)
    noise: Float64 = 0.30 + row / 100 + day + 0.0005 * np.sin(at_ms / 1000.0 * (row + 1))
    return noise


def write(history: History, row: int, at_ms: np.ndarray, value: Float64, late_ms: int = 400) -> None:
    number = np.full(len(at_ms), history.channels()[f"PT-{row}"][0], dtype=np.int64)
    counts = counts_of(value, CHANNELS.multiply[row], CHANNELS.step[row])
    history.append(Readings(number, at_ms, at_ms + late_ms, counts, np.zeros(len(at_ms), dtype=np.int64)))


def checked(history: History, changed: int = -1, value: Float64 | None = None, late_ms: int = 400) -> list[Finding]:
    """Of a city that is as ever but for one instrument today."""
    for row in range(len(CHANNELS)):
        write(history, row, DAYS, usual(DAYS, row))
        is_odd = row == changed
        write(
            history, row, TODAY, usual(TODAY, row) if value is None or not is_odd else value, late_ms if is_odd else 400
        )
    check = LineCheck(history, CHANNELS)
    assert check.look(NOW, 60.0) == len(CHANNELS)
    return list(check.findings(Live.silent(len(CHANNELS)), ()))


def test_a_sound_city_has_nothing_to_be_told(history: History) -> None:
    assert checked(history) == []


@pytest.mark.parametrize("ratio", [1000.0, 10.0, 9.80665, 0.001, 0.1])
def test_a_mistaken_unit_is_proposed_and_nothing_is_converted(history: History, ratio: float) -> None:
    found = checked(history, 3, usual(TODAY, 3) * ratio)
    assert [(one.kind, one.where, one.channel) for one in found] == [(FindingKind.UNIT, "PT-3", 3)]
    told = float(found[0].facts["ratio"])
    # What is ten times and what is 9.81 times is not told apart by pressures that swing by a tenth.
    assert told == pytest.approx(ratio, rel=0.03)
    kept = history.readings(history.channels()["PT-3"][0], NOW - 10 * MINUTE, NOW)
    assert kept.count.tolist()[-1] == counts_of(usual(TODAY, 3)[-1:] * ratio, CHANNELS.multiply[3], CHANNELS.step[3])[0]


@pytest.mark.parametrize(
    ("late_ms", "kind"), [(-45_000, FindingKind.CLOCK_AHEAD), (600_000, FindingKind.CLOCK_BEHIND), (60_000, None)]
)
def test_a_clock_that_goes_wrong_is_told(history: History, late_ms: int, kind: FindingKind | None) -> None:
    found = checked(history, 5, usual(TODAY, 5), late_ms)
    assert [one.kind for one in found] == ([] if kind is None else [kind])
    if kind is not None:
        assert (found[0].where, found[0].facts["seconds"]) == ("PT-5", abs(late_ms) / 1000)


def test_a_transmitter_s_clock_is_told_once(history: History) -> None:
    for row in range(2):
        write(history, row, TODAY, usual(TODAY, row), -45_000)
    check = LineCheck(history, CHANNELS)
    check.look(NOW, 60.0)
    (found,) = check.findings(Live.silent(len(CHANNELS)), ())
    assert (found.kind, found.where) == (FindingKind.CLOCK_AHEAD, "G1")


def test_transmitters_of_two_feeds_have_clocks_of_their_own(history: History) -> None:
    """The east's is ahead, the west's is right, and both are called alike."""
    feeds = ("east", "west")
    channels = Channels(
        tuple(
            Channel(f"PT-{at}", "", Quantity.PRESSURE, "MPa", device="G1", aliases=(Alias(feeds[at % 2], f"p{at}"),))
            for at in range(4)
        )
    )
    for row in range(4):
        write(history, row, TODAY, usual(TODAY, row), 400 if row % 2 else -45_000)
    check = LineCheck(history, channels)
    check.look(NOW, 60.0)
    (found,) = check.findings(Live.silent(4), ())
    assert (found.kind, found.where) == (FindingKind.CLOCK_AHEAD, "east · G1")


def test_an_instrument_that_drifts_away_from_the_others_is_told(history: History) -> None:
    (found,) = checked(history, 2, usual(TODAY, 2) + 0.02)
    assert (found.kind, found.where) == (FindingKind.DRIFT, "PT-2")
    assert float(found.facts["by"]) == pytest.approx(2.04, abs=0.1)


def test_what_moves_with_all_others_does_not_drift(history: History) -> None:
    for row in range(len(CHANNELS)):
        write(history, row, DAYS, usual(DAYS, row))
        write(history, row, TODAY, usual(TODAY, row) - 0.05)
    check = LineCheck(history, CHANNELS)
    check.look(NOW, 60.0)
    assert check.findings(Live.silent(len(CHANNELS)), ()) == ()


def test_readings_far_from_their_neighbours_are_spikes(history: History) -> None:
    value = usual(TODAY, 4)
    value[[-20, -7]] += 0.2
    (found,) = checked(history, 4, value)
    assert (found.kind, found.where, found.facts["count"]) == (FindingKind.SPIKES, "PT-4", 2.0)


def test_a_question_looks_at_some_and_the_next_goes_on(history: History) -> None:
    check = LineCheck(history, CHANNELS)
    assert [check.look(NOW, 0.0) for _ in range(3)] == [1, 2, 3]
    assert check.look(NOW, 60.0) == len(CHANNELS)


def test_late_readings_and_lost_devices_are_told(history: History) -> None:
    live = Live.silent(len(CHANNELS))
    live.late[6] = 30
    found = LineCheck(history, CHANNELS).findings(live, ("G1",))
    assert [(one.kind, one.where) for one in found] == [(FindingKind.LATE, "PT-6"), (FindingKind.LOST, "G1")]
    # Nobody knows when: told as of now, the list would be another one each time it is asked for.
    assert {one.at_ms for one in found} == {NEVER_MS}


def test_messages_nobody_can_read_are_told_with_their_bytes() -> None:
    letters = [
        ("scada", NOW, "not_json", b"{bad"),
        ("scada", NOW - 5, "not_json", b"\xff"),
        ("rtu", NOW, "no_name", b"\xff\x00"),
    ]
    found = letters_told(letters)
    assert [(one.where, one.facts["count"], one.facts["bytes"]) for one in found] == [
        ("scada", 2.0, "{bad"),
        ("rtu", 1.0, "ff 00"),
    ]
    assert bytes_told(b"a" * 200) == "a" * 80 + "…"
    (stranger,) = strangers_told([Stranger("scada", "PT-99", 3, NOW, 0.3)])
    assert (stranger.where, stranger.facts["name"]) == ("scada", "PT-99")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_its_words(language: str) -> None:
    sections = load_words(language).sections
    for section in ("line_kind", "line_finding"):
        assert set(sections[section]) == {kind.value for kind in FindingKind}
