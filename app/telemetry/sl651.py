"""Reports of SL 651-2014 (水文监测数据通信规约), in HEX/BCD and in ASCII, and our answer to them.

In the text of a report stand the serial number, the time of sending, then the station, the time of observation and
elements. In HEX/BCD an element is an identifier, a byte that tells how many bytes follow (high five bits) with how
many decimals (low three, §6.6.3.2), and the digits; :mod:`app.telemetry.sl651_ascii` reads the same in ASCII. The even
report (31H, §6.6.4.4) names its element once and lists its values. What stands around a text, and reports in several
frames, is :mod:`app.telemetry.sl651_envelope`.

Pictures and what people entered at a station are told as such and not read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from app.errors import AppError
from app.telemetry.json_messages import Sent
from app.telemetry.sl651_ascii import ascii_elements
from app.telemetry.sl651_elements import EVEN_REPORT, FIVES, STATE, STEP, five_minutes
from app.telemetry.sl651_envelope import Coding, Envelope, opened, receipt
from app.times import shown_ms

KEEP_ALIVE: Final = 0x2F
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

_STATION, _OBSERVED = 0xF1, 0xF0
_SERIAL_BYTES, _TIME_BYTES = 2, 6


@dataclass(frozen=True)
class Report:
    """A station's report.

    Attributes:
        envelope: Who sends it, in which coding, and its text.
        serial: Its number.
        sent_text: The time of sending, twelve digits, for the answer.
        sent: Its readings; each is named ``station/element`` with the element in two hexadecimal digits, or as the
            station calls it where the standard knows no such identifier.
    """

    envelope: Envelope
    serial: int
    sent_text: str
    sent: tuple[Sent, ...]


def read(frames: bytes, zone: tzinfo, come_ms: int = 0) -> Report:
    """The report in *frames*.

    Args:
        frames: One or more, as cut out by :func:`app.telemetry.sl651_envelope.cut`.
        zone: Whose clock the station's is (the protocol sends no zone).
        come_ms: When they came, UTC milliseconds: of an hour that clocks show twice it tells which.

    Raises:
        AppError: ``sl651.no_frame``, ``sl651.crc``, ``sl651.packets``, ``sl651.function``, ``sl651.text`` with what is
            wrong in it.
    """
    envelope = opened(frames)
    if envelope.function not in READABLE:
        raise AppError("sl651.function", function=f"{envelope.function:02X}")
    has_readings = envelope.function != KEEP_ALIVE

    def moment(digits: str) -> int:
        return _moment(digits, zone, come_ms)

    if envelope.coding is Coding.ASCII:
        serial, sent_text, words = _head_of_ascii(envelope.text)
        elements = ascii_elements(words, envelope, moment(sent_text), moment)
    else:
        text = _Text(envelope.text)
        serial, sent_text = int.from_bytes(text.take(_SERIAL_BYTES), "big"), text.take(_TIME_BYTES).hex()
        elements = _elements(text, envelope, moment(sent_text), moment)
    return Report(envelope, serial, sent_text, tuple(elements) if has_readings else ())


def _head_of_ascii(text: bytes) -> tuple[int, str, str]:
    """Serial number, time of sending and what stands behind them."""
    try:
        said = text.decode("ascii")
        serial = int(said[:4], 16)
    except ValueError as error:
        raise AppError("sl651.text", place=0, reason=repr(text[:16])) from error
    return serial, said[4:16], said[16:]


def answer(report: Report) -> bytes:
    """Our receipt for *report*, which repeats its serial number and time and asks it to stay on the line."""
    if report.envelope.coding is Coding.ASCII:
        return receipt(report.envelope, f"{report.serial:04X}{report.sent_text}".encode())
    return receipt(report.envelope, report.serial.to_bytes(_SERIAL_BYTES, "big") + bytes.fromhex(report.sent_text))


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


def _elements(text: _Text, envelope: Envelope, sent_ms: int, moment: Callable[[str], int]) -> Iterator[Sent]:
    observed_ms = _observed_ms(text, sent_ms, moment)
    step_ms = 0
    while not text.is_over():
        element, layout = text.take(2)
        if element == 0xFF:
            # An identifier of one's own is a byte longer.
            element, layout = layout, text.take(1)[0]
        width, decimals = layout >> 3, layout & 7
        if width == 0:
            raise AppError("sl651.text", place=-1, reason=f"{element:02X}{layout:02X}")
        name = f"{envelope.station}/{element:02X}"
        if element == STEP:
            step_ms = _step_ms(text.take(width))
        elif element in FIVES:
            yield from five_minutes(name, text.take(12 * FIVES[element][0]), observed_ms, element)
        elif element == STATE:
            yield Sent(name, observed_ms, float(int.from_bytes(text.take(width), "big")))
        elif envelope.function == EVEN_REPORT and step_ms:
            while not text.is_over():
                yield Sent(name, observed_ms, _number(text.take(width), decimals))
                observed_ms += step_ms
        else:
            yield Sent(name, observed_ms, _number(text.take(width), decimals))


def _observed_ms(text: _Text, sent_ms: int, moment: Callable[[str], int]) -> int:
    """The time of observation, that of sending where none stands; the station before it is known from the head."""
    if text.is_next(_STATION):
        # The kind of station follows its address.
        text.take(2 + 5 + 1)
    if text.is_next(_OBSERVED):
        text.take(2)
        return moment(text.take(5).hex() + "00")
    return sent_ms


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


def _moment(digits: str, zone: tzinfo, come_ms: int) -> int:
    """Year to second, two digits each, in this century; UTC milliseconds."""
    try:
        moment = datetime.strptime(f"20{digits}", "%Y%m%d%H%M%S")  # noqa: DTZ007 - a clock's, whose zone follows
    except ValueError as error:
        raise AppError("sl651.text", place=-1, reason=digits) from error
    return shown_ms(moment, zone, come_ms)
