import math
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.telemetry import sl651
from app.telemetry.sl651 import Report, answer, crc16, cut, read

ZONE = ZoneInfo("Asia/Shanghai")

# Frames that are shown publicly as examples of the standard, with what is said to stand in them.
KEEP_ALIVE = bytes.fromhex("7E7E01001234567812342F0008020003591011155111036BCA")
TEST = bytes.fromhex(
    "7E7E010012345678123430002B020003591011154947F1F1001234567848F0F0591011154920190000052619000005392300000127381211150320FA"
)
TEST_ANSWER = bytes.fromhex("7E7E00123456780112343080080200035910111549471B75D4")
TIMED = bytes.fromhex(
    "7E7E05001122334403E832002B020034170718110016F1F1001122334448F0F01707181100201900004026190000403923000104903812109903A421"
)
TIMED_ANSWER = bytes.fromhex("7E7E00112233440503E83280080200341707181100161BE5D4")


def at(*fields: int) -> int:
    return round(datetime(*fields, tzinfo=ZONE).timestamp() * 1000)  # type: ignore[arg-type,misc]


def framed(text: bytes, function: int = 0x32, end: int = 0x03, start: int = 0x02, direction: int = 0) -> bytes:
    head = b"\x7e\x7e\x01" + bytes.fromhex("0012345678") + b"\x12\x34" + bytes([function])
    body = head + (direction << 12 | len(text)).to_bytes(2, "big") + bytes([start]) + text + bytes([end])
    return body + crc16(body).to_bytes(2, "big")


PROLOGUE = bytes.fromhex("0007260312143208F1F1001234567850F0F02603121430")


def values(text: bytes, function: int = 0x32) -> list[tuple[str, int, float]]:
    return [(one.name, one.source_ms, one.value) for one in read(framed(PROLOGUE + text, function), ZONE).sent]


def test_the_check_sum_is_that_of_its_test_vector() -> None:
    assert crc16(b"123456789") == 0x4B37


def test_a_published_test_report() -> None:
    report = read(TEST, ZONE)
    assert (report.centre, report.station, report.password, report.serial) == (1, "0012345678", b"\x12\x34", 3)
    said = {one.name: (one.value, one.source_ms) for one in report.sent}
    then = at(2059, 10, 11, 15, 49)
    assert said == {
        "0012345678/20": (0.5, then),
        "0012345678/26": (0.5, then),
        "0012345678/39": (0.127, then),
        "0012345678/38": (11.15, then),
    }
    assert answer(report) == TEST_ANSWER


def test_a_published_timed_report() -> None:
    report = read(TIMED, ZONE)
    assert [one.value for one in report.sent] == pytest.approx([4.0, 4.0, 10.49, 10.99])
    assert {one.source_ms for one in report.sent} == {at(2017, 7, 18, 11, 0)}
    assert answer(report) == TIMED_ANSWER


def test_a_published_keep_alive_has_no_readings() -> None:
    report = read(KEEP_ALIVE, ZONE)
    assert (report.function, report.sent) == (0x2F, ())


def test_pressures_levels_and_what_lies_below_nought() -> None:
    text = bytes.fromhex("581A0031045B1AFFFFFF3923FF000345")
    then = at(2026, 3, 12, 14, 30)
    first, none, below = values(text)
    assert first == ("0012345678/58", then, 31.04)
    assert none[:2] == ("0012345678/5B", then)
    assert math.isnan(none[2])
    assert below == ("0012345678/39", then, -0.345)


def test_an_even_report_lists_its_values_once_each() -> None:
    text = (
        bytes.fromhex("0418000005") + bytes.fromhex("5812") + b"".join(bytes.fromhex(f"31{n:02d}") for n in range(12))
    )
    found = values(text, function=0x31)
    assert [value for _, _, value in found] == pytest.approx([31 + n / 100 for n in range(12)])
    start = at(2026, 3, 12, 14, 30)
    assert [moment for _, moment, _ in found] == [start + n * 300_000 for n in range(12)]


def test_the_twelve_values_of_an_hour_end_with_the_time_of_observation() -> None:
    text = bytes.fromhex("F5C0") + b"".join((100 + n).to_bytes(2, "big") for n in range(11)) + b"\xff\xff"
    found = values(text, function=0x34)
    assert [value for _, _, value in found][:11] == pytest.approx([1 + n / 100 for n in range(11)])
    assert math.isnan(found[11][2])
    end = at(2026, 3, 12, 14, 30)
    assert [found[0][1], found[11][1]] == [end - 55 * 60_000, end]


def test_a_stations_state_is_no_bcd_and_own_identifiers_are_longer() -> None:
    assert values(bytes.fromhex("4520000000A1"))[0][2] == 0xA1
    assert values(bytes.fromhex("FF0A110123"))[0][0].endswith("/0A")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"", "sl651.no_frame"),
        (TEST[:-1], "sl651.crc"),
        (TEST[:-1] + b"\x00", "sl651.crc"),
        (framed(PROLOGUE, direction=8), "sl651.no_frame"),
        (framed(PROLOGUE, start=0x16), "sl651.packets"),
        (framed(PROLOGUE, end=0x17), "sl651.packets"),
        (framed(PROLOGUE, end=0x05), "sl651.no_frame"),
        (framed(PROLOGUE, function=0x36), "sl651.function"),
        (framed(b"\x00"), "sl651.text"),
        (framed(bytes.fromhex("0007261312143208")), "sl651.text"),
        (framed(PROLOGUE + b"\x58\x1a\x00"), "sl651.text"),
        (framed(PROLOGUE + bytes.fromhex("581A00A104")), "sl651.text"),
        (framed(PROLOGUE + bytes.fromhex("0418A00005"), function=0x31), "sl651.text"),
        (framed(PROLOGUE + bytes.fromhex("041800000558003104"), function=0x31), "sl651.text"),
    ],
)
def test_what_is_no_report_is_told(frame: bytes, code: str) -> None:
    with pytest.raises(AppError) as refused:
        read(frame, ZONE)
    assert refused.value.code == code


@given(st.binary(max_size=60) | st.binary(max_size=20).map(lambda rest: bytes.fromhex("0418000005") + rest))
def test_any_text_is_read_or_told(text: bytes) -> None:
    for function in (0x31, 0x32):
        with suppress(AppError):
            assert isinstance(read(framed(PROLOGUE + text, function), ZONE), Report)


@given(
    st.lists(st.sampled_from([KEEP_ALIVE, TEST, TIMED, b"\x7e", b"noise", TEST[:20], TEST[:-1] + b"\x00"]), max_size=8),
    st.lists(st.integers(1, 40), min_size=1, max_size=30),
)
def test_frames_are_found_however_the_line_cuts_them(parts: list[bytes], lengths: list[int]) -> None:
    stream = b"".join(parts)
    whole, _, _ = cut(stream)
    rest, found, at_byte, turn = b"", [], 0, 0
    while at_byte < len(stream):
        piece = stream[at_byte : at_byte + lengths[turn % len(lengths)]]
        at_byte, turn = at_byte + len(piece), turn + 1
        frames, rest, _ = cut(rest + piece)
        found += frames
    assert found == whole


def test_noise_between_frames_is_counted() -> None:
    frames, rest, passed = cut(b"xx" + TEST + b"yyy" + TIMED + b"\x7e")
    assert (frames, rest, passed) == ([TEST, TIMED], b"\x7e", 5)


def test_bytes_that_only_look_like_beginnings_cost_no_check_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    summed: list[int] = []

    def counting(data: bytes) -> int:
        summed.append(len(data))
        return crc16(data)

    monkeypatch.setattr(sl651, "crc16", counting)
    frames, _, _ = cut(b"\x7e" * 65_536 + TEST)
    assert frames == [TEST]
    assert len(summed) < 10
