import json
import math
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feeds.inbox import Message
from app.telemetry.json_messages import DeviceState, DeviceWord, Opened, Sent, Sign, heard, opened, silenced
from app.telemetry.readings import Quality

ZONE = ZoneInfo("Asia/Shanghai")
NOW = 1_767_200_000_000


def come(body: object, name: str = "city/PT-1") -> Message:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Message("mqtt", name, raw, NOW)


@pytest.mark.parametrize(
    "body",
    [
        {"id": "PT-1", "ts": NOW - 500, "v": 0.31},
        {"name": "PT-1", "timestamp": (NOW - 500) / 1000, "value": "0.31"},
        {"ts": "2025-12-31T16:53:19.500Z", "values": {"PT-1": 0.31}},
        {"ts": "2026-01-01T00:53:19.500", "v": 0.31},
        [{"ts": NOW - 500, "v": 0.31, "q": "GOOD"}],
        {"type": "DATA", "device": "R", "seq": 1, "timestamp": NOW - 500, "metrics": [{"name": "PT-1", "value": 0.31}]},
    ],
    ids=["plain", "seconds and text", "many", "city's clock", "list", "device"],
)
def test_the_same_reading_in_each_form(body: object) -> None:
    found = opened(come(body), ZONE)
    assert (found.sent, found.refused) == ((Sent("PT-1", NOW - 500, 0.31),), ())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b"[" * 100_000, "not_json"),
        ("text", "no_reading"),
        (True, "no_reading"),
        ({"ts": NOW}, "no_value"),
        ({"v": {"deep": 1}}, "no_number"),
        ({"v": "open"}, "no_number"),
        ({"id": 7, "v": 1}, "no_name"),
        ({"v": 1, "ts": "yesterday"}, "no_time"),
        ({"v": 1, "ts": None, "t": []}, ""),
        ({"v": 1, "ts": []}, "no_time"),
        ({"v": 1, "ts": 10**400}, "no_time"),
        ({"id": "\ud800", "v": 1}, "no_name"),
        ({"v": 10**400}, "no_number"),
        ({"v": 1, "ts": 5}, "impossible_time"),
        ({"v": 1, "ts": NOW + 2 * 86_400_000}, "impossible_time"),
        ({"type": "wedding"}, "unknown_type"),
        ({"type": "data", "metrics": 5}, "no_reading"),
        ({"type": "data", "metrics": [5]}, "no_reading"),
    ],
)
def test_what_cannot_be_read_is_told(body: object, code: str) -> None:
    found = opened(come(body), ZONE)
    assert found.refused == ((code,) if code else ())
    assert bool(found.sent) == (code == "")


def test_one_bad_part_does_not_take_the_others_with_it() -> None:
    found = opened(come([{"v": 1, "ts": NOW}, {"v": "x", "ts": NOW}, {"values": {"A": 2, "B": "y"}, "ts": NOW}]), ZONE)
    assert [(one.name, one.value) for one in found.sent] == [("PT-1", 1.0), ("A", 2.0)]
    assert found.refused == ("no_number", "no_number")


@pytest.mark.parametrize(
    ("said", "quality"),
    [("good", 0), (192, 0), ("BAD", Quality.SENT_BAD), (0, Quality.SENT_BAD), ("??", Quality.SENT_UNCERTAIN)],
)
def test_marks_of_the_sender(said: object, quality: int) -> None:
    assert opened(come({"v": 1, "ts": NOW, "q": said}), ZONE).sent[0].quality == quality


def test_no_number_and_no_stamp_are_readings_of_their_kind() -> None:
    (found,) = opened(come(b'{"v": NaN}'), ZONE).sent
    assert math.isnan(found.value)
    assert (found.source_ms, found.quality) == (NOW, Quality.SENT_UNCERTAIN)
    assert opened(come(b"0.31"), ZONE).sent[0].value == 0.31, "a bare number under a topic"
    assert opened(come({"v": True, "ts": NOW}), ZONE).sent[0].value == 1.0


KEYS = st.sampled_from(["id", "v", "ts", "values", "metrics", "type", "seq", "q"]) | st.text()
LEAVES = (
    st.none() | st.booleans() | st.floats() | st.text() | st.just(10**400) | st.sampled_from([NOW, "data", "\ud800"])
)
BODIES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner))


@given(st.binary(max_size=200) | BODIES)
def test_nothing_that_comes_breaks_it(body: object) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = opened(Message("mqtt", "a/b", raw, NOW), ZONE)
    assert all(one.name.encode() and isinstance(one.source_ms, int) for one in found.sent)


def test_a_question_to_the_devices_is_no_message_to_us() -> None:
    assert opened(come({"type": "rebirth", "device": "R"}), ZONE) == Opened()


def words(*numbers: tuple[Sign, int | None]) -> DeviceState:
    state = DeviceState()
    for sign, seq in numbers:
        state = heard(state, DeviceWord("R", sign, seq), is_repeated=False)
    return state


def test_a_device_is_born_counts_and_dies() -> None:
    assert words((Sign.BIRTH, 0), (Sign.DATA, 1), (Sign.DATA, 2)) == DeviceState(True, 2, 0, is_doubtful=False)
    assert words((Sign.BIRTH, 255), (Sign.DATA, 0)).lost == 0, "it counts in one byte"
    gap = words((Sign.BIRTH, 0), (Sign.DATA, 4))
    assert (gap.lost, gap.is_doubtful) == (3, True)
    assert not words((Sign.BIRTH, 0), (Sign.DATA, 4), (Sign.BIRTH, 0)).is_doubtful, "a birth tells everything anew"
    assert words((Sign.DATA, 4)) == DeviceState(True, 4), (
        "it was born before we listened: nothing is known to be missing"
    )
    assert words((Sign.DATA, 4), (Sign.DATA, 6)).lost == 1, "from there on it is counted"
    assert words((Sign.DATA, 4), (Sign.DEATH, None), (Sign.DATA, 0)).is_doubtful, "its birth is missing"
    assert not words((Sign.BIRTH, None), (Sign.DATA, None)).is_doubtful, "not everybody counts"
    dead = words((Sign.BIRTH, 0), (Sign.DEATH, None))
    assert list(silenced({"R": dead, "S": gap})) == ["R"]


@pytest.mark.parametrize("first", [1, 250])
def test_what_comes_again_after_a_cut_is_not_a_loss(first: int) -> None:
    """All that was not acknowledged comes once more, also where the count begins anew among it."""
    counted = [at % 256 for at in range(first, first + 12)]
    known = state = words((Sign.BIRTH, first - 1), *((Sign.DATA, at) for at in counted))
    for at in counted:
        state = heard(state, DeviceWord("R", Sign.DATA, at), is_repeated=True)
        assert state == known
    after = (counted[-1] + 1) % 256
    assert heard(state, DeviceWord("R", Sign.DATA, after), is_repeated=True).lost == 0, "it was never heard before"
    skipped = heard(state, DeviceWord("R", Sign.DATA, (after + 2) % 256), is_repeated=True)
    assert (skipped.lost, skipped.is_doubtful) == (2, True)


def test_a_birth_that_comes_again_begins_anew() -> None:
    state = words((Sign.BIRTH, 0), (Sign.DATA, 9))
    assert heard(state, DeviceWord("R", Sign.BIRTH, 0), is_repeated=True) == DeviceState(True, 0)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_stamps_of_the_city_s_clock_are_in_order_over_both_changes_of_it(day: tuple[int, int, int], hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    midnight = datetime(*day, tzinfo=berlin)
    start_ms = round(midnight.timestamp() * 1000)
    sent_ms = [start_ms + at * 600_000 for at in range(hours * 6)]
    found = []
    for at_ms in sent_ms:
        clock = datetime.fromtimestamp(at_ms / 1000, berlin).replace(tzinfo=None)
        message = Message("mqtt", "PT-1", json.dumps({"ts": clock.isoformat(), "v": 0.3}).encode(), at_ms + 2_000)
        found += [one.source_ms for one in opened(message, berlin).sent]
    assert found == sent_ms
    assert datetime.fromtimestamp(sent_ms[-1] / 1000, berlin).hour == 23
