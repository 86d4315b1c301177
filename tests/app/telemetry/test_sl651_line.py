"""A station of SL 651 calls in: its readings are in the history before it gets its receipt."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from feed_waiting import until
from servers import free_port

from app.errors import AppError
from app.feeds.inbox import Link, Message
from app.telemetry.alarms import Limits
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.history import History
from app.telemetry.quantities import Quantity
from app.telemetry.recording import Recording
from app.telemetry.setup import HISTORY, Feed, FeedKind, Setup, write_setup
from app.telemetry.sl651_envelope import crc16
from app.telemetry.sl651_frames import Sl651Framing, opened_frame
from app.times import CITY_TIME

# A frame that is shown publicly as an example of the standard, and its receipt: rain, level, voltage; 2017-07-18 11:00.
TIMED = bytes.fromhex(
    "7E7E05001122334403E832002B020034170718110016F1F1001122334448F0F01707181100"
    "201900004026190000403923000104903812109903A421"
)
TIMED_RECEIPT = bytes.fromhex("7E7E00112233440503E83280080200341707181100161BE5D4")
TIMED_MS = round(datetime(2017, 7, 18, 11, 0, tzinfo=CITY_TIME).timestamp() * 1000)
NOW = TIMED_MS + 60_000
WAIT_S = 60.0


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Recording]:
    level = Channel("LT-1", "清水池", Quantity.LEVEL, "m", aliases=(Alias("rtu", "0011223344/39"),))
    feed = Feed("rtu", FeedKind.SL651, port=free_port())
    write_setup(tmp_path, Setup(Channels((level,)), Limits(()), (feed,)))
    made = Recording(tmp_path, lambda: NOW)
    yield made
    made.close()


def answered(recording: Recording, sent: bytes, expected: int) -> bytes:
    until(lambda: recording.present().links["rtu"].link is Link.UP)
    with socket.create_connection(("127.0.0.1", recording.setup.feeds[0].port), timeout=WAIT_S) as station:
        for byte in range(0, len(sent), 20):
            station.sendall(sent[byte : byte + 20])
            time.sleep(0.001)
        got = b""
        while len(got) < expected:
            got += station.recv(expected - len(got))
        return got


def test_a_station_is_read_and_gets_its_receipt(recording: Recording, tmp_path: Path) -> None:
    # What is no frame, and a frame whose check sum is wrong, are passed over.
    noise = b"AT+CSQ\r\n" + TIMED[:-1] + b"\x00"
    assert answered(recording, noise + TIMED, len(TIMED_RECEIPT)) == TIMED_RECEIPT
    present = recording.present()
    assert present.values[0] == pytest.approx(10.49, abs=0.005)
    assert int(present.source_ms[0]) == TIMED_MS
    history = History.open(tmp_path / HISTORY, readonly=True)
    number, _ = history.channels()["LT-1"]
    assert len(history.readings(number, TIMED_MS, TIMED_MS + 1)) == 1
    # What else the station measures has no channel, and is kept with its bytes.
    assert [(reason, body) for _, _, reason, body in history.dead_letters()] == [("no_channel", TIMED)]
    history.close()


def test_a_report_in_several_frames_gets_one_receipt_for_all(recording: Recording) -> None:
    """The station writes in ASCII, which its channel does not know."""
    text = "0034170718110016ST 0011223344 H TT 1707181100 Z 10.49 "
    frames = b""
    for number, part, end in ((1, text[:20], "\x17"), (2, text[20:], "\x03")):
        body = f"\x0105001122334403E832{len(part) + 6:04X}\x16002{number:03X}{part}{end}".encode()
        frames += body + f"{crc16(body):04X}".encode()
    body = b"\x0100112233440503E8328016\x160020020034170718110016\x1b"
    receipt = body + f"{crc16(body):04X}".encode()
    assert answered(recording, frames, len(receipt)) == receipt
    assert recording.present().values[0] == pytest.approx(10.49, abs=0.005)


def test_the_same_frame_again_is_the_same_reading_and_answered_again(recording: Recording, tmp_path: Path) -> None:
    both = answered(recording, TIMED + TIMED, 2 * len(TIMED_RECEIPT))
    assert both == 2 * TIMED_RECEIPT
    history = History.open(tmp_path / HISTORY, readonly=True)
    number, _ = history.channels()["LT-1"]
    assert len(history.readings(number, 0, NOW)) == 1
    history.close()


def message(body: bytes, received_ms: int = NOW) -> Message:
    return Message("rtu", "127.0.0.1:9", body, received_ms)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda frame: frame[:10], "sl651_no_frame"),
        (lambda frame: frame[:30] + b"\x00" + frame[31:], "sl651_crc"),
    ],
)
def test_what_is_no_report_is_refused_and_gets_no_receipt(change: Callable[[bytes], bytes], reason: str) -> None:
    assert opened_frame(message(change(TIMED)), CITY_TIME).refused == (reason,)
    assert Sl651Framing(CITY_TIME).receipt(change(TIMED)) == b""


def test_a_report_of_another_century_is_no_evidence() -> None:
    told = opened_frame(message(TIMED, TIMED_MS - 10 * 86_400_000), CITY_TIME)
    assert (told.sent, told.refused) == ((), ("impossible_time",))


def test_a_line_that_is_cut_anywhere_gives_the_same_frames() -> None:
    framing, stream = Sl651Framing(CITY_TIME), b"\x7e" + TIMED + b"xx" + TIMED
    for at in range(len(stream)):
        first, rest = framing.cut(stream[:at])
        second, rest = framing.cut(rest + stream[at:])
        assert first + second == [TIMED, TIMED]
        assert rest == b""


def test_a_feed_without_a_port_is_refused(tmp_path: Path) -> None:
    level = Channel("LT-1", "", Quantity.LEVEL, "m")
    write_setup(tmp_path, Setup(Channels((level,)), Limits(()), (Feed("rtu", FeedKind.SL651),)))
    with pytest.raises(AppError, match=r"feed\.no_port"):
        Recording(tmp_path, lambda: NOW)
