"""Frames of SL 651-2014 (水文监测数据通信规约) in their HEX/BCD coding: reports of stations, and our answer to them.

A report is ``7E7E``, the centre's and the station's address, password, function, length, ``02``, the text, ``03`` and a
CRC-16 (§6.5.2). In the text stand the serial number, the time of sending, then the station, the time of observation
and elements: an identifier, a byte that tells how many bytes follow (high five bits) with how many decimals (low three,
§6.6.3.2), and the digits. The even report (31H, §6.6.4.4) names its element once and lists its values.

Reports in several packets, pictures and the ASCII coding are told as such and not read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from app.errors import AppError
from app.telemetry.json_messages import Sent

START: Final = b"\x7e\x7e"
SHORTEST: Final = 17
"""Bytes of a report around its text."""
LONGEST: Final = SHORTEST + 0xFFF

KEEP_ALIVE: Final = 0x2F
EVEN_REPORT: Final = 0x31
READABLE: Final = frozenset({0x2F, 0x30, 0x31, 0x32, 0x33, 0x34, 0x37})
"""Keep-alive, test, even, timed, extra and hourly reports, and the answer to a question for present values."""

UNITS: Final = {
    0x03: "C",
    0x27: "m3/s",
    0x38: "V",
    0x39: "m",
    0x3A: "m",
    0x3B: "m",
    0x46: "pH",
    0x49: "NTU",
    **dict.fromkeys(range(0x58, 0x60), "kPa"),
    **dict.fromkeys(range(0x68, 0x70), "m3/h"),
}
"""Units of the elements that a water utility meets (appendix C): temperature, flow, supply voltage, levels, pH,
turbidity, pressures 1 to 8, meters 1 to 8 by the hour."""

_TEXT, _PACKET = 0x02, 0x16
_END, _END_MORE = 0x03, 0x17
_STAY: Final = 0x1B
"""End of our answer: stay on the line."""
_STATION, _OBSERVED, _STEP, _STATE = 0xF1, 0xF0, 0x04, 0x45
_FIVE_MINUTES: Final = 300_000
_FIVES: Final = {0xF4: (1, 0.1), **dict.fromkeys(range(0xF5, 0xFD), (2, 0.01))}
"""Twelve values of an hour, each of so many bytes, not BCD, in such steps; all bits set: no value."""


@dataclass(frozen=True)
class Report:
    """A station's report.

    Attributes:
        centre: Our address.
        station: Its address, ten digits as written in the frame.
        password: Two bytes.
        function: What kind of report it is.
        serial: Its number.
        sent_text: The time of sending as in the frame, for the answer.
        sent: Its readings; each is named ``station/element`` with the element in two hexadecimal digits.
    """

    centre: int
    station: str
    password: bytes
    function: int
    serial: int
    sent_text: bytes
    sent: tuple[Sent, ...]


def _crc_of_byte(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_CRC_OF_BYTE: Final = tuple(map(_crc_of_byte, range(256)))


def crc16(data: bytes) -> int:
    """The check sum of appendix: that of Modbus, high byte first."""
    value = 0xFFFF
    for byte in data:
        value = (value >> 8) ^ _CRC_OF_BYTE[(value ^ byte) & 0xFF]
    return value


def cut(stream: bytes) -> tuple[list[bytes], bytes, int]:
    """Whole frames of a *stream*, what is left of it to be continued, and how many bytes between them were none.

    A frame whose length or check sum is wrong is passed over by its first byte only: another may begin inside it. What
    looks like the beginning of a long one holds nobody up: a whole one behind its first byte shows that it was none.
    """
    frames: list[bytes] = []
    at = whole_to = passed = 0
    waits = -1
    while (start := stream.find(START, at)) >= 0:
        end = _end_of(stream, start)
        if end > len(stream):
            waits = start if waits < 0 else waits
        elif _is_head(stream, start) and crc16(stream[start : end - 2]) == int.from_bytes(stream[end - 2 : end], "big"):
            frames.append(stream[start:end])
            passed += start - whole_to
            at = whole_to = end
            waits = -1
            continue
        at = start + 1
    # The last byte may be the first half of a start.
    half = len(stream) - 1 if stream[whole_to:].endswith(START[:1]) else len(stream)
    rest_at = half if waits < 0 else waits
    return frames, stream[rest_at:], passed + rest_at - whole_to


def _end_of(stream: bytes, start: int) -> int:
    """Where the frame at *start* ends by its own word; beyond the stream where that is not there yet."""
    head = stream[start : start + 13]
    if len(head) < 13:
        return len(stream) + 1
    return start + SHORTEST + (int.from_bytes(head[11:13], "big") & 0xFFF)


def _is_head(stream: bytes, start: int) -> bool:
    """Whether a report may begin at *start*: without this look, each byte of a stream of 7E costs a check sum."""
    return stream[start + 11] & 0xF0 == 0 and stream[start + 13] in {_TEXT, _PACKET}


def read(frame: bytes, zone: tzinfo) -> Report:
    """The report in one *frame*.

    Args:
        frame: As cut out by :func:`cut`.
        zone: Whose clock the station's is (the protocol sends no zone).

    Raises:
        AppError: ``sl651.no_frame``, ``sl651.crc``, ``sl651.packets``, ``sl651.function``, ``sl651.text`` with what is
            wrong in it.
    """
    if not (SHORTEST <= len(frame) <= LONGEST and frame.startswith(START) and frame[11] & 0xF0 == 0):
        raise AppError("sl651.no_frame")
    if crc16(frame[:-2]) != int.from_bytes(frame[-2:], "big"):
        raise AppError("sl651.crc")
    length = int.from_bytes(frame[11:13], "big") & 0xFFF
    if frame[13] == _PACKET or frame[-3] == _END_MORE:
        raise AppError("sl651.packets")
    if frame[13] != _TEXT or frame[-3] != _END or length + SHORTEST != len(frame):
        raise AppError("sl651.no_frame")
    function, text = frame[10], _Text(frame[14:-3])
    if function not in READABLE:
        raise AppError("sl651.function", function=f"{function:02X}")
    station = frame[3:8].hex().upper()
    serial, sent_text = int.from_bytes(text.take(2), "big"), text.take(6)
    sent = () if function == KEEP_ALIVE else tuple(_elements(text, station, function, _moment(sent_text, zone), zone))
    return Report(frame[2], station, frame[8:10], function, serial, sent_text, sent)


def answer(report: Report) -> bytes:
    """Our receipt for *report*, which repeats its serial number and time and asks it to stay on the line."""
    station = bytes.fromhex(report.station)
    text = report.serial.to_bytes(2, "big") + report.sent_text
    head = START + station + bytes([report.centre]) + report.password + bytes([report.function])
    body = head + (0x8000 | len(text)).to_bytes(2, "big") + bytes([_TEXT]) + text + bytes([_STAY])
    return body + crc16(body).to_bytes(2, "big")


class _Text:
    """The text of a report, read from its front."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, length: int) -> bytes:
        found = self._raw[self._at : self._at + length]
        if len(found) < length:
            raise AppError("sl651.text", place=self._at, reason="short")
        self._at += length
        return found

    def is_next(self, mark: int) -> bool:
        return self._raw[self._at : self._at + 2] == bytes([mark, mark])

    def is_over(self) -> bool:
        return self._at >= len(self._raw)


def _elements(text: _Text, station: str, function: int, sent_ms: int, zone: tzinfo) -> Iterator[Sent]:
    observed_ms = _observed_ms(text, sent_ms, zone)
    step_ms = 0
    while not text.is_over():
        element, layout = text.take(2)
        if element == 0xFF:
            # An identifier of one's own is a byte longer.
            element, layout = layout, text.take(1)[0]
        width, decimals = layout >> 3, layout & 7
        if width == 0:
            raise AppError("sl651.text", place=-1, reason=f"{element:02X}{layout:02X}")
        name = f"{station}/{element:02X}"
        if element == _STEP:
            step_ms = _step_ms(text.take(width))
        elif element in _FIVES:
            yield from _hour(name, text, observed_ms, *_FIVES[element])
        elif element == _STATE:
            yield Sent(name, observed_ms, float(int.from_bytes(text.take(width), "big")))
        elif function == EVEN_REPORT and step_ms:
            while not text.is_over():
                yield Sent(name, observed_ms, _number(text.take(width), decimals))
                observed_ms += step_ms
        else:
            yield Sent(name, observed_ms, _number(text.take(width), decimals))


def _observed_ms(text: _Text, sent_ms: int, zone: tzinfo) -> int:
    """The time of observation, that of sending where none stands; the station before it is known from the head."""
    if text.is_next(_STATION):
        # The kind of station follows its address.
        text.take(2 + 5 + 1)
    if text.is_next(_OBSERVED):
        text.take(2)
        return _moment(text.take(5) + b"\x00", zone)
    return sent_ms


def _hour(name: str, text: _Text, end_ms: int, width: int, step: float) -> Iterator[Sent]:
    """The twelve values of the hour up to *end_ms*."""
    nothing = (1 << (8 * width)) - 1
    for number in range(12):
        value = int.from_bytes(text.take(width), "big")
        at_ms = end_ms - (11 - number) * _FIVE_MINUTES
        yield Sent(name, at_ms, math.nan if value == nothing else value * step)


def _number(raw: bytes, decimals: int) -> float:
    """Digits in BCD, ``FF`` before them for a minus; nothing but F: the station has no value."""
    if set(raw) == {0xFF}:
        return math.nan
    negative = raw[0] == 0xFF
    digits = raw[1:].hex() if negative else raw.hex()
    if not digits.isdecimal():
        raise AppError("sl651.text", place=-1, reason=digits)
    value = int(digits) / math.pow(10, decimals)
    return -value if negative else value


def _step_ms(raw: bytes) -> int:
    """Days, hours and minutes, two digits each."""
    digits = raw.hex()
    if len(digits) != 6 or not digits.isdecimal():
        raise AppError("sl651.text", place=-1, reason=digits)
    step = timedelta(days=int(digits[:2]), hours=int(digits[2:4]), minutes=int(digits[4:]))
    return step // timedelta(milliseconds=1)


def _moment(raw: bytes, zone: tzinfo) -> int:
    """Year to second, two digits each, in this century; UTC milliseconds."""
    digits = raw.hex()
    try:
        moment = datetime.strptime(f"20{digits}", "%Y%m%d%H%M%S").replace(tzinfo=zone)
    except ValueError as error:
        raise AppError("sl651.text", place=-1, reason=digits) from error
    return round(moment.timestamp() * 1000)
