"""Readings out of JSON messages, in the forms that gateways send them; what cannot be read is told with its reason.

One reading, or a list of them::

    {"id": "PT-0712", "ts": 1767200000000, "v": 0.31, "q": "good"}

many of one instant::

    {"ts": "2026-03-12T14:32:08+08:00", "values": {"PT-0712": 0.31, "FT-0701": 709}}

or a device's metrics in the manner of Sparkplug B, with birth, death and a sequence number::

    {"type": "data", "device": "RTU-7", "seq": 12, "timestamp": 1767200000000,
     "metrics": [{"name": "PT-0712", "value": 0.31, "timestamp": 1767200000000}]}

Where a message names no channel, the last part of its topic does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, Final, TypeVar

from app.feeds.inbox import Message
from app.telemetry.readings import Quality
from app.times import shown_ms

OLDEST_MS: Final = 946_684_800_000
"""2000-01-01: an instrument that says less has lost its clock."""
AHEAD_MS: Final = 86_400_000
"""A stamp further ahead than a day says nothing about when; what bears it goes to the dead letters."""
_SECONDS_BELOW: Final = 100_000_000_000
"""Numbers below are seconds since 1970 (up to the year 5138), above milliseconds (from 1973 on)."""
_ENDLESS: Final = 2**62
_QUALITIES: Final = {
    "good": Quality.GOOD,
    "192": Quality.GOOD,
    "ok": Quality.GOOD,
    "uncertain": Quality.SENT_UNCERTAIN,
    "64": Quality.SENT_UNCERTAIN,
    "bad": Quality.SENT_BAD,
    "0": Quality.SENT_BAD,
    "500": Quality.SENT_BAD,
}
"""By word, by the bits of OPC (192, 64, 0) and by Sparkplug's numbers (192, 0, 500)."""


class Sign(StrEnum):
    """What a device says of itself."""

    BIRTH = "birth"
    DATA = "data"
    DEATH = "death"


REBIRTH: Final = "rebirth"
"""The type of a message that asks a device to be born once more."""


@dataclass(frozen=True)
class Sent:
    """One reading as sent: its name in the feed, its stamp and its value in the sender's unit."""

    name: str
    source_ms: int
    value: float
    quality: int = 0


@dataclass(frozen=True)
class DeviceWord:
    """A device's own word: that it is there, that it goes on, that it is gone.

    Attributes:
        device: Which.
        sign: What it says.
        seq: Number of its message; None where it does not count.
        is_unnamed: Whether it speaks of what only a birth that was not heard has named.
    """

    device: str
    sign: Sign
    seq: int | None
    is_unnamed: bool = False


@dataclass(frozen=True)
class Opened:
    """What a message held.

    Attributes:
        sent: Its readings.
        words: What devices said of themselves.
        refused: Why (a part of) it could not be read; the codes of ``[dead_letter]`` in the catalogue.
    """

    sent: tuple[Sent, ...] = ()
    words: tuple[DeviceWord, ...] = ()
    refused: tuple[str, ...] = ()


class _RefusedError(Exception):
    """A part of a message that cannot be read; the argument is the code."""


@dataclass
class _Opening:
    message: Message
    zone: tzinfo
    sent: list[Sent] = field(default_factory=list)
    words: list[DeviceWord] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def each(self, parts: Any, read: Callable[[Any], None]) -> None:
        """Read every part; one that is wrong does not take the others with it."""
        for part in parts:
            try:
                read(part)
            except _RefusedError as refusal:
                self.refused.append(str(refusal))


def opened(message: Message, zone: tzinfo) -> Opened:
    """What *message* holds. *zone* is the city's: stamps without a zone are its clock's."""
    opening = _Opening(message, zone)
    try:
        # "NaN" is not JSON, but senders write it; a reading without a number is what they mean.
        body = json.loads(message.body.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return Opened(refused=("not_json",))
    opening.each(body if isinstance(body, list) else [body], lambda part: _read(opening, part))
    return Opened(tuple(opening.sent), tuple(opening.words), tuple(opening.refused))


def _read(opening: _Opening, part: Any) -> None:
    if isinstance(part, bool) or not isinstance(part, Mapping | int | float):
        raise _RefusedError("no_reading")
    if not isinstance(part, Mapping):
        part = {"v": part}
    if "metrics" in part or "type" in part:
        _read_device(opening, part)
    elif isinstance(part.get("values"), Mapping):
        stamp = _stamp(opening, part)
        pairs = [{"id": name, "v": value} for name, value in part["values"].items()]
        opening.each(pairs, lambda pair: opening.sent.append(_sent(opening, pair, stamp)))
    else:
        opening.sent.append(_sent(opening, part, _stamp(opening, part)))


def _read_device(opening: _Opening, part: Mapping[str, Any]) -> None:
    said = str(part.get("type", Sign.DATA)).lower()
    if said == REBIRTH:
        # A console's question to the devices, which comes to all who listen.
        return
    try:
        sign = Sign(said)
    except ValueError:
        raise _RefusedError("unknown_type") from None
    seq = part.get("seq")
    is_number = isinstance(seq, int) and not isinstance(seq, bool)
    opening.words.append(DeviceWord(str(part.get("device", "")), sign, seq if is_number else None))
    metrics = part.get("metrics", [])
    if not isinstance(metrics, list):
        raise _RefusedError("no_reading")
    shared = _stamp(opening, part)

    def read(metric: Any) -> None:
        if not isinstance(metric, Mapping):
            raise _RefusedError("no_reading")
        stamp = _stamp(opening, metric) if _has_stamp(metric) else shared
        opening.sent.append(_sent(opening, metric, stamp))

    opening.each(metrics, read)


def _sent(opening: _Opening, part: Mapping[str, Any], stamp: tuple[int, int]) -> Sent:
    name = next((part[key] for key in ("id", "name", "channel", "tag") if key in part), None)
    if name is None:
        name = opening.message.name.rsplit("/", 1)[-1]
    if not isinstance(name, str) or not name or not _can_be_written(name):
        raise _RefusedError("no_name")
    value = next((part[key] for key in ("v", "value", "val") if key in part), _NOTHING)
    if value is _NOTHING:
        raise _RefusedError("no_value")
    source_ms, held_against = stamp
    return Sent(name, source_ms, _number(value), held_against | _quality(part))


_NOTHING: Final = object()


def _can_be_written(name: str) -> bool:
    """JSON may hold half of a pair of surrogates, which no file can."""
    return not any("\ud800" <= sign <= "\udfff" for sign in name)


def _number(value: Any) -> float:
    """The value; NaN where the instrument sent none."""
    if value is None:
        return math.nan
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float | str):
        try:
            return float(value)
        except (ValueError, OverflowError):
            raise _RefusedError("no_number") from None
    raise _RefusedError("no_number")


def _quality(part: Mapping[str, Any]) -> int:
    return quality_of(next((part[key] for key in ("q", "quality") if key in part), None))


def quality_of(said: Any) -> int:
    """Bits of :class:`app.telemetry.readings.Quality` for the sender's word; none where it says nothing."""
    if said is None:
        return 0
    # A word that nobody has told us is not taken for "good".
    return int(_QUALITIES.get(str(said).lower(), Quality.SENT_UNCERTAIN))


def _has_stamp(part: Mapping[str, Any]) -> bool:
    return any(key in part for key in _STAMPS)


_STAMPS: Final = ("ts", "timestamp", "time", "t")


def _stamp(opening: _Opening, part: Mapping[str, Any]) -> tuple[int, int]:
    """Instant at the instrument and what is held against it. Where none is sent, that of arrival, as uncertain."""
    said = next((part[key] for key in _STAMPS if key in part), None)
    received_ms = opening.message.received_ms
    if said is None:
        return received_ms, int(Quality.SENT_UNCERTAIN)
    at_ms = _instant(said, opening.zone, received_ms)
    if not OLDEST_MS <= at_ms <= received_ms + AHEAD_MS:
        raise _RefusedError("impossible_time")
    return at_ms, 0


def _instant(said: Any, zone: tzinfo, received_ms: int) -> int:
    """UTC milliseconds. An hour that the city's clocks show twice is the one nearer to the arrival, if it has come."""
    if isinstance(said, int | float) and not isinstance(said, bool) and abs(said) < _ENDLESS:
        return round(said * 1000) if abs(said) < _SECONDS_BELOW else round(said)
    if isinstance(said, str):
        try:
            moment = datetime.fromisoformat(said.strip())
            if moment.tzinfo:
                return round(moment.timestamp() * 1000)
            return shown_ms(moment, zone, received_ms)
        except (ValueError, OverflowError):
            raise _RefusedError("no_time") from None
    raise _RefusedError("no_time")


# Devices


@dataclass(frozen=True)
class DeviceState:
    """What is known of a device by its own words; one of which nothing was heard yet may have been born long ago.

    Attributes:
        is_alive: Whether it has not died, or was born since.
        seq: Its last sequence number; None before one.
        lost: Messages that are missing by its count since it was born.
        is_doubtful: Whether something is missing, or it goes on after its death, so that its next birth is waited for.
    """

    is_alive: bool = True
    seq: int | None = None
    lost: int = 0
    is_doubtful: bool = False


_SEQUENCE: Final = 256
"""Sparkplug counts in one byte."""


def heard(state: DeviceState, word: DeviceWord, *, is_repeated: bool) -> DeviceState:
    """The state after *word*. What is delivered once more says nothing new, and counts for no loss."""
    if is_repeated and word.sign is Sign.DATA and word.seq is not None and state.seq is not None:
        # After a cut all that was not acknowledged comes again; only what lies ahead of the count was not heard before.
        behind = (state.seq - word.seq) % _SEQUENCE
        if behind < _SEQUENCE // 2:
            return state
    if word.sign is Sign.DEATH:
        return DeviceState(is_alive=False, seq=None, lost=state.lost, is_doubtful=False)
    if word.sign is Sign.BIRTH:
        return DeviceState(is_alive=True, seq=word.seq, lost=0, is_doubtful=False)
    was_doubtful = state.is_doubtful or word.is_unnamed
    if word.seq is None or state.seq is None:
        return DeviceState(True, word.seq, state.lost, was_doubtful or not state.is_alive)
    missing = (word.seq - state.seq - 1) % _SEQUENCE
    return DeviceState(True, word.seq, state.lost + missing, was_doubtful or missing > 0)


_Device = TypeVar("_Device")


def silenced(words: Mapping[_Device, DeviceState]) -> Iterator[_Device]:
    """Devices, by whatever they are known, that said good-bye: their channels' last readings are no present ones."""
    return (device for device, state in words.items() if not state.is_alive)
