"""Frames of SL 651-2014 around their texts, in both codings, and reports that come in several of them.

In HEX/BCD (§6.5) a frame is ``7E7E``, the centre's and the station's address, password, function, length, ``02``, the
text, its end and a CRC-16; in ASCII (§6.4) it is ``01``, the same as digits, ``02``, the text, its end and the CRC as
four digits. Where a report does not fit into one frame, ``16`` stands for ``02``, and before each part how many
there are and which this is, twelve bits each (table 22); every part but the last ends with ``17``. The text of the
report is that of its parts, one behind the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.errors import AppError

LONGEST_REPORT: Final = 1 << 18
"""House value: parts of so many bytes are waited for; a longer report is none that could be read."""

_HEX_START, _ASCII_START = b"\x7e\x7e", b"\x01"
_BEGINNING: Final = re.compile(rb"\x7e\x7e|\x01")
_ASCII_HEAD: Final = re.compile(rb"\x01[0-9A-Fa-f]{18}0[0-9A-Fa-f]{3}[\x02\x16]")
_ASCII_HEAD_BEGUN: Final = re.compile(rb"\x01[0-9A-Fa-f]{0,22}")
_TEXT, _PART = 0x02, 0x16
_END, _END_MORE = 0x03, 0x17
_ACKNOWLEDGED, _STAY = 0x06, 0x1B
_HEX_AROUND, _ASCII_AROUND = 17, 29
"""Bytes of a frame around its text."""
_HEX_HEAD, _ASCII_HEAD_BYTES = 14, 24


class Coding(StrEnum):
    """How a frame is written."""

    HEX = "hex"
    ASCII = "ascii"


@dataclass(frozen=True)
class Envelope:
    """A report's text and what stands around it.

    Attributes:
        centre: Our address.
        station: Its address, ten digits.
        password: Two bytes.
        function: What kind of report it is.
        text: Of all its parts.
        parts: How many frames it came in by its own count; 0 for a single one that counts nothing.
        is_followed: Whether the station has more to send behind it.
    """

    coding: Coding
    centre: int
    station: str
    password: bytes
    function: int
    text: bytes
    parts: int
    is_followed: bool


@dataclass(frozen=True)
class _Part:
    """A frame: its envelope, which part it is of how many, and its bytes."""

    envelope: Envelope
    number: int
    frame: bytes

    def goes_on(self, first: _Part) -> bool:
        """Whether it belongs to the report that begins with *first*."""
        mine, its = self.envelope, first.envelope
        return (mine.coding, mine.station, mine.function, mine.parts) == (
            its.coding,
            its.station,
            its.function,
            its.parts,
        )


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
    """Whole reports of a *stream*, what is left of it to be continued, and how many bytes were neither.

    A report in several frames is whole when its last one is there, and is all of them; what there is of it waits at
    the front of the rest. A part that comes out of turn ends the waiting: the station begins again when it gets no
    receipt.
    """
    frames, rest, passed = _frames(stream)
    reports: list[bytes] = []
    waiting: list[_Part] = []
    for frame in frames:
        part = _counted(frame)
        if part is None:
            reports.append(frame)
            continue
        if waiting and part.goes_on(waiting[0]) and part.number == waiting[-1].number:
            # Sent twice.
            passed += len(frame)
            continue
        if not (waiting and part.goes_on(waiting[0]) and part.number == waiting[-1].number + 1):
            passed += sum(len(one.frame) for one in waiting)
            waiting = []
            if part.number != 1:
                passed += len(frame)
                continue
        waiting.append(part)
        if part.number == part.envelope.parts:
            reports.append(b"".join(one.frame for one in waiting))
            waiting = []
    held = b"".join(one.frame for one in waiting)
    if len(held) > LONGEST_REPORT:
        return reports, rest, passed + len(held)
    return reports, held + rest, passed


def opened(report: bytes) -> Envelope:
    """What stands in a *report* as cut out by :func:`cut`.

    Raises:
        AppError: ``sl651.no_frame``, ``sl651.crc``, ``sl651.packets`` (parts are missing).
    """
    parts = list(_parts_of(report))
    first, last = parts[0], parts[-1]
    expected = range(1, first.envelope.parts + 1) if first.number else (0,)
    if [part.number for part in parts] != list(expected):
        raise AppError("sl651.packets")
    one = first.envelope
    text = b"".join(part.envelope.text for part in parts)
    return Envelope(
        one.coding, one.centre, one.station, one.password, one.function, text, one.parts, last.envelope.is_followed
    )


def receipt(envelope: Envelope, text: bytes) -> bytes:
    """Our answer to the report in *envelope* with a *text* in its coding: stay on the line, or go on."""
    end = _ACKNOWLEDGED if envelope.is_followed else _STAY
    begin, count = (_PART, envelope.parts << 12 | envelope.parts) if envelope.parts else (_TEXT, -1)
    if envelope.coding is Coding.ASCII:
        text = (b"" if count < 0 else f"{count:06X}".encode()) + text
        head = f"{envelope.station}{envelope.centre:02X}{envelope.password.hex().upper()}{envelope.function:02X}"
        body = _ASCII_START + f"{head}{0x8000 | len(text):04X}".encode() + bytes([begin]) + text + bytes([end])
        return body + f"{crc16(body):04X}".encode()
    text = (b"" if count < 0 else count.to_bytes(3, "big")) + text
    head_bytes = bytes.fromhex(envelope.station) + bytes([envelope.centre]) + envelope.password
    body = _HEX_START + head_bytes + bytes([envelope.function]) + (0x8000 | len(text)).to_bytes(2, "big")
    body += bytes([begin]) + text + bytes([end])
    return body + crc16(body).to_bytes(2, "big")


def _counted(frame: bytes) -> _Part | None:
    """One part of several; None for a single frame, and for one that says impossible things, which its reader tells."""
    try:
        part = _part(frame)
    except AppError:
        return None
    return part if part.number else None


def _frames(stream: bytes) -> tuple[list[bytes], bytes, int]:
    """Whole frames, what is left, and how many bytes between them were none.

    A frame whose length or check sum is wrong is passed over by its first byte only: another may begin inside it. What
    looks like the beginning of a long one holds nobody up: a whole one behind its first byte shows that it was none.
    """
    frames: list[bytes] = []
    at = whole_to = passed = 0
    waits = -1
    while (found := _BEGINNING.search(stream, at)) is not None:
        start = found.start()
        end = _end_of(stream, start)
        if end > len(stream):
            waits = start if waits < 0 else waits
        elif end > 0 and _is_sound(stream[start:end]):
            frames.append(stream[start:end])
            passed += start - whole_to
            at = whole_to = end
            waits = -1
            continue
        at = start + 1
    # The last byte may be the first half of a start.
    half = len(stream) - 1 if stream[whole_to:].endswith(_HEX_START[:1]) else len(stream)
    rest_at = half if waits < 0 else waits
    return frames, stream[rest_at:], passed + rest_at - whole_to


def _end_of(stream: bytes, start: int) -> int:
    """Where the frame at *start* ends by its own word; beyond the stream where that is not there yet, 0 for none."""
    if stream[start] == _HEX_START[0]:
        head = stream[start : start + _HEX_HEAD]
        if len(head) < _HEX_HEAD:
            return len(stream) + 1
        # Without this look, each byte of a stream of 7E costs a check sum.
        is_head = head[11] & 0xF0 == 0 and head[13] in {_TEXT, _PART}
        return start + _HEX_AROUND + (int.from_bytes(head[11:13], "big") & 0xFFF) if is_head else 0
    head = stream[start : start + _ASCII_HEAD_BYTES]
    if _ASCII_HEAD.fullmatch(head):
        return start + _ASCII_AROUND + int(head[20:23], 16)
    return len(stream) + 1 if len(head) < _ASCII_HEAD_BYTES and _ASCII_HEAD_BEGUN.fullmatch(head) else 0


def _is_sound(frame: bytes) -> bool:
    """Whether the check sum of a frame of sound length is right."""
    if frame.startswith(_HEX_START):
        return crc16(frame[:-2]) == int.from_bytes(frame[-2:], "big")
    return f"{crc16(frame[:-4]):04X}".encode() == frame[-4:].upper()


def _parts_of(report: bytes) -> Iterator[_Part]:
    if not report or _BEGINNING.match(report) is None:
        raise AppError("sl651.no_frame")
    at = 0
    while at < len(report):
        end = _end_of(report, at) if _BEGINNING.match(report, at) else 0
        if end == 0:
            raise AppError("sl651.no_frame")
        if len(report) < at + _HEX_AROUND:
            raise AppError("sl651.no_frame")
        if end > len(report) or not _is_sound(report[at:end]):
            raise AppError("sl651.crc")
        yield _part(report[at:end])
        at = end


def _part(frame: bytes) -> _Part:
    """What stands in one frame of sound length and check sum."""
    if frame.startswith(_HEX_START):
        coding, begin, end, text = Coding.HEX, frame[13], frame[-3], frame[_HEX_HEAD:-3]
        centre, station, password, function = frame[2], frame[3:8].hex().upper(), frame[8:10], frame[10]
    else:
        coding, begin, end, text = Coding.ASCII, frame[23], frame[-5], frame[_ASCII_HEAD_BYTES:-5]
        digits = frame[1:19].decode("ascii").upper()
        centre, station = int(digits[:2], 16), digits[2:12]
        password, function = bytes.fromhex(digits[12:16]), int(digits[16:18], 16)
    if end not in {_END, _END_MORE}:
        raise AppError("sl651.no_frame")
    number = parts = 0
    if begin == _PART:
        parts, number, text = _numbered(text, coding)
    envelope = Envelope(coding, centre, station, password, function, text, parts, end == _END_MORE)
    return _Part(envelope, number, frame)


def _numbered(text: bytes, coding: Coding) -> tuple[int, int, bytes]:
    """How many parts, which this is, and its text."""
    width = 6 if coding is Coding.ASCII else 3
    try:
        count = int(text[:width], 16) if coding is Coding.ASCII else int.from_bytes(text[:width], "big")
    except ValueError as error:
        raise AppError("sl651.no_frame") from error
    parts, number = count >> 12, count & 0xFFF
    if len(text) < width or not 1 <= number <= parts:
        raise AppError("sl651.no_frame")
    return parts, number, text[width:]
