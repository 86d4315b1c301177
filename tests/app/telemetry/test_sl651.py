import math
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.feeds.inbox import Message
from app.telemetry import sl651_envelope
from app.telemetry.sl651 import Report, answer, read
from app.telemetry.sl651_elements import ELEMENT_OF
from app.telemetry.sl651_envelope import LONGEST_REPORT, crc16, cut
from app.telemetry.sl651_frames import opened_frame

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


ASCII_KEEP_ALIVE = b"\x0101001234567812342F0010\x020005170718110035\x03E593"
ASCII_TEST = (
    b"\x0106001234123404D230004D\x020019170718111204"
    b"ST 0012341234 H TT 1707181112 PJ 0.5 PT 0.5 Z 0.301 VT 10.91 \x03FDEE"
)


def at(*fields: int) -> int:
    return round(datetime(*fields, tzinfo=ZONE).timestamp() * 1000)  # type: ignore[arg-type,misc]


def framed(text: bytes, function: int = 0x32, end: int = 0x03, start: int = 0x02, direction: int = 0) -> bytes:
    head = b"\x7e\x7e\x01" + bytes.fromhex("0012345678") + b"\x12\x34" + bytes([function])
    body = head + (direction << 12 | len(text)).to_bytes(2, "big") + bytes([start]) + text + bytes([end])
    return body + crc16(body).to_bytes(2, "big")


def in_parts(text: bytes, parts: int) -> list[bytes]:
    """Frames of one report, each with an equal part of its text."""
    width = -(-len(text) // parts)
    return [
        framed(
            (parts << 12 | number).to_bytes(3, "big") + text[(number - 1) * width : number * width],
            end=0x03 if number == parts else 0x17,
            start=0x16,
        )
        for number in range(1, parts + 1)
    ]


def ascii_framed(text: str, function: int = 0x32, end: int = 0x03, start: int = 0x02) -> bytes:
    body = f"\x0101001234567812{0x34:02X}{function:02X}{len(text):04X}".encode() + bytes([start]) + text.encode()
    body += bytes([end])
    return body + f"{crc16(body):04X}".encode()


def ascii_in_parts(parts: int) -> list[bytes]:
    text = "0007260312143208ST 0012345678 H TT 2603121430 WP1 310.40 VT 10.91 "
    width = -(-len(text) // parts)
    return [
        ascii_framed(
            f"{parts:03X}{number:03X}" + text[(number - 1) * width : number * width],
            end=0x03 if number == parts else 0x17,
            start=0x16,
        )
        for number in range(1, parts + 1)
    ]


PROLOGUE = bytes.fromhex("0007260312143208F1F1001234567850F0F02603121430")


def values(text: bytes, function: int = 0x32) -> list[tuple[str, int, float]]:
    return [(one.name, one.source_ms, one.value) for one in read(framed(PROLOGUE + text, function), ZONE).sent]


def test_the_check_sum_is_that_of_its_test_vector() -> None:
    assert crc16(b"123456789") == 0x4B37


def test_a_published_test_report() -> None:
    report = read(TEST, ZONE)
    around = report.envelope
    assert (around.centre, around.station, around.password, report.serial) == (1, "0012345678", b"\x12\x34", 3)
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


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_a_station_s_clock_is_followed_over_both_changes_of_it(day: tuple[int, int, int], hours: int) -> None:
    """A report every ten minutes, in HEX and ASCII, which tells of the minute before; it comes at once."""
    berlin = ZoneInfo("Europe/Berlin")
    start_ms = round(datetime(*day, tzinfo=berlin).timestamp() * 1000)
    sent_ms = [start_ms + number * 600_000 for number in range(hours * 6)]
    found = []
    for at_ms in sent_ms:
        shown, observed = (datetime.fromtimestamp((at_ms + by_ms) / 1000, berlin) for by_ms in (61_000, 0))
        words = f"{shown:%y%m%d%H%M%S}", f"{observed:%y%m%d%H%M}"
        text = bytes.fromhex(f"0007{words[0]}F1F1001234567850F0F0{words[1]}581A003104")
        said = f"0007{words[0]}ST 0012345678 H TT {words[1]} WP1 310.40 "
        for frame in (framed(text), ascii_framed(said)):
            opened = opened_frame(Message("line", "", frame, at_ms + 61_500), berlin)
            found += [one.source_ms for one in opened.sent]
    assert found == [at_ms for at_ms in sent_ms for _ in range(2)]


def test_a_published_keep_alive_has_no_readings() -> None:
    report = read(KEEP_ALIVE, ZONE)
    assert (report.envelope.function, report.sent) == (0x2F, ())


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
        (framed(PROLOGUE, start=0x16), "sl651.no_frame"),
        (framed(b"\x00", start=0x16), "sl651.no_frame"),
        (in_parts(PROLOGUE, 3)[0], "sl651.packets"),
        (in_parts(PROLOGUE, 3)[1], "sl651.packets"),
        (TEST + b"x" * 20, "sl651.no_frame"),
        (TEST + TEST, "sl651.packets"),
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


@st.composite
def harmed_frames(draw: st.DrawFn) -> bytes:
    """A frame in which some bytes are others, fewer or more."""
    frame = draw(st.sampled_from([TEST, TIMED, KEEP_ALIVE, ASCII_TEST, *in_parts(PROLOGUE, 2), *ascii_in_parts(3)]))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(frame)))
        frame = frame[:at] + draw(st.binary(max_size=3)) + frame[at + draw(st.integers(0, 3)) :]
    return frame


@given(st.binary(max_size=80) | harmed_frames())
def test_any_frame_is_read_or_told(frame: bytes) -> None:
    with suppress(AppError):
        assert isinstance(read(frame, ZONE), Report)


@given(
    st.lists(
        st.sampled_from(
            [
                *(KEEP_ALIVE, TEST, TIMED, b"\x7e", b"noise", TEST[:20], TEST[:-1] + b"\x00"),
                *(ASCII_TEST, ASCII_TEST[:30], b"\x01", *in_parts(PROLOGUE, 2), *ascii_in_parts(3)),
            ]
        ),
        max_size=8,
    ),
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

    monkeypatch.setattr(sl651_envelope, "crc16", counting)
    frames, _, _ = cut(b"\x7e" * 65_536 + b"\x01" * 4_096 + TEST)
    assert frames == [TEST]
    assert len(summed) < 10


# In ASCII


def said_in_ascii(words: str, function: int = 0x32) -> list[tuple[str, int, float]]:
    frame = ascii_framed(f"0007260312143208ST 0012345678 H TT 2603121430 {words} ", function)
    return [(one.name, one.source_ms, one.value) for one in read(frame, ZONE).sent]


def test_a_published_test_report_in_ascii() -> None:
    report = read(ASCII_TEST, ZONE)
    around = report.envelope
    assert (around.centre, around.station, around.password, around.function) == (6, "0012341234", b"\x04\xd2", 0x30)
    then = at(2017, 7, 18, 11, 12)
    assert [(one.name, one.source_ms, one.value) for one in report.sent] == [
        ("0012341234/20", then, 0.5),
        ("0012341234/26", then, 0.5),
        ("0012341234/39", then, 0.301),
        ("0012341234/38", then, 10.91),
    ]
    got = answer(report)
    assert got.startswith(b"\x0100123412340604D2308010\x020019170718111204\x1b")
    assert int(got[-4:], 16) == crc16(got[:-4])


def test_a_published_keep_alive_in_ascii() -> None:
    report = read(ASCII_KEEP_ALIVE, ZONE)
    assert (report.serial, report.sent_text, report.sent) == (5, "170718110035", ())


def test_elements_have_the_same_names_in_both_codings() -> None:
    assert [ELEMENT_OF[name] for name in ("AC", "Q", "VT", "Z", "PH", "WP1", "WP8", "SBL1", "VIC")] == [
        0x01, 0x27, 0x38, 0x39, 0x46, 0x58, 0x5F, 0x68, 0x75,
    ]  # fmt: skip
    then = at(2026, 3, 12, 14, 30)
    assert said_in_ascii("WP1 310.40 OWN 7 Z -0.345") == [
        ("0012345678/58", then, 310.4),
        ("0012345678/OWN", then, 7.0),
        ("0012345678/39", then, -0.345),
    ]
    assert math.isnan(said_in_ascii("WP2 M")[0][2])
    assert said_in_ascii("ZT 000000A1")[0] == ("0012345678/45", then, 0xA1)


def test_even_reports_and_hours_in_ascii() -> None:
    start = at(2026, 3, 12, 14, 30)
    found = said_in_ascii("DRN05 WP1 310.1 310.2 - Z 0.5 0.6", function=0x31)
    assert [(name, moment - start) for name, moment, _ in found] == [
        ("0012345678/58", 0),
        ("0012345678/58", 300_000),
        ("0012345678/58", 600_000),
        ("0012345678/39", 0),
        ("0012345678/39", 300_000),
    ]
    assert math.isnan(found[2][2])
    hour = said_in_ascii("DRZ1 " + "".join(f"{100 + at:04X}" for at in range(11)) + "FFFF", function=0x34)
    assert [value for _, _, value in hour][:11] == pytest.approx([1 + at / 100 for at in range(11)])
    assert math.isnan(hour[11][2])
    assert [hour[0][1], hour[11][1]] == [start - 55 * 60_000, start]


@pytest.mark.parametrize("words", ["Z", "Z one", "DRP 00", "DRP 0g", "TT 2613121430 Z 1", "ZT x", "DRN05 Z"])
def test_what_is_wrong_in_ascii_is_told(words: str) -> None:
    with pytest.raises(AppError, match=r"sl651\.text"):
        said_in_ascii(words, function=0x31)


@pytest.mark.parametrize("text", ["", "00x7260312143208 Z 1", "0007", "0007260312143208\u00e9"])
def test_a_text_without_its_head_is_told(text: str) -> None:
    body = b"\x0101001234567812343200" + f"{len(text.encode()):02X}".encode() + b"\x02" + text.encode() + b"\x03"
    with pytest.raises(AppError, match=r"sl651\.text"):
        read(body + f"{crc16(body):04X}".encode(), ZONE)


# In several frames


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_a_report_in_several_frames_is_one(parts: int) -> None:
    text = PROLOGUE + bytes.fromhex("581A0031045B1AFFFFFF3923FF000345")
    frames = in_parts(text, parts)
    (whole,), rest, passed = cut(b"".join(frames))
    assert (whole, rest, passed) == (b"".join(frames), b"", 0)
    assert [one.value for one in read(whole, ZONE).sent][::2] == [31.04, -0.345]
    got = answer(read(whole, ZONE))
    assert got[13:17] == b"\x16" + (parts << 12 | parts).to_bytes(3, "big")
    assert cut(got.replace(b"\x80", b"\x00"))[0] == [], "an answer is no report"
    (ascii_whole,), _, _ = cut(b"".join(ascii_in_parts(parts)))
    assert [one.value for one in read(ascii_whole, ZONE).sent] == [310.4, 10.91]
    assert answer(read(ascii_whole, ZONE))[23:30] == f"\x16{parts:03X}{parts:03X}".encode()


def test_parts_wait_for_each_other_and_begin_again() -> None:
    first, second, third = in_parts(PROLOGUE, 3)
    assert cut(first + second) == ([], first + second, 0)
    assert cut(first + TEST + second + second + third) == ([TEST, first + second + third], b"", len(second))
    assert cut(first + third) == ([], b"", len(first + third)), "the station gets no receipt and begins again"
    assert cut(first + first + second + third)[0] == [first + second + third]
    other = in_parts(PROLOGUE, 2)
    assert cut(first + b"".join(other))[0] == [b"".join(other)]


def test_nobody_waits_for_a_report_that_is_too_long_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LONGEST_REPORT >= 64 * 4096
    monkeypatch.setattr(sl651_envelope, "LONGEST_REPORT", 99)
    frames = in_parts(PROLOGUE, 5)
    assert cut(b"".join(frames[:4])) == ([], b"", sum(map(len, frames[:4])))


def test_where_more_follows_the_station_is_asked_to_go_on() -> None:
    report = read(framed(PROLOGUE + bytes.fromhex("581A003104"), end=0x17), ZONE)
    assert [one.value for one in report.sent] == [31.04]
    assert answer(report)[-3] == 0x06
