"""What a satellite receiver says in NMEA 0183 sentences: where it is, and how sure it is of that."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from gis.exchange.track_files import sums_to

RANGE_ERROR_M = 5.0
"""House: error of one range under an open sky; the dilution of precision multiplies it."""


@dataclass(frozen=True)
class Fix:
    """A receiver was here.

    Attributes:
        longitude, latitude: Degrees, WGS 84.
        accuracy_m: Radius in which it is by its own word; None where it says nothing of that.
        heard_ms: When it was heard, UTC milliseconds by this computer's clock.
    """

    longitude: float
    latitude: float
    accuracy_m: float | None
    heard_ms: int


@dataclass(frozen=True)
class Receiver:
    """What a receiver has said so far.

    Attributes:
        fix: Its last place; kept while it searches.
        searching: Whether it said that it has none now.
    """

    fix: Fix | None = None
    searching: bool = False


def hear(receiver: Receiver, line: str, heard_ms: int) -> Receiver:
    """*receiver* after one more line; what is no whole sentence of ours changes nothing."""
    sentence, star, checksum = line.strip().partition("*")
    if not sentence.startswith("$") or not star or not sums_to(sentence, checksum):
        return receiver
    parts = sentence.split(",")
    match parts[0][3:]:
        case "GGA":
            return _place(receiver, parts, heard_ms)
        case "GST":
            return _errors(receiver, parts)
    return receiver


def _place(receiver: Receiver, parts: list[str], heard_ms: int) -> Receiver:
    """Time, latitude, N, longitude, E, quality, satellites, dilution …: quality 0 is no place."""
    if len(parts) < 9:
        return receiver
    if parts[6] in {"", "0"}:
        return replace(receiver, searching=True)
    latitude, longitude = _degrees(parts[2], parts[3], 90), _degrees(parts[4], parts[5], 180)
    if latitude is None or longitude is None:
        return receiver
    dilution = _number(parts[8])
    accuracy_m = None if dilution is None else dilution * RANGE_ERROR_M
    return Receiver(Fix(longitude, latitude, accuracy_m, heard_ms))


def _errors(receiver: Receiver, parts: list[str]) -> Receiver:
    """Standard errors of latitude and longitude in metres, where the receiver tells them: better than a rule."""
    if len(parts) < 8 or receiver.fix is None:
        return receiver
    north_m, east_m = _number(parts[6]), _number(parts[7])
    if north_m is None or east_m is None:
        return receiver
    return replace(receiver, fix=replace(receiver.fix, accuracy_m=math.hypot(north_m, east_m)))


def _degrees(text: str, side: str, most: int) -> float | None:
    """``3640.1234`` and N: degrees and minutes in one."""
    value = _number(text)
    if value is None or side not in {"N", "S", "E", "W"}:
        return None
    whole, minutes = divmod(value, 100.0)
    degrees = whole + minutes / 60.0
    if minutes >= 60.0 or degrees > most:
        return None
    return -degrees if side in {"S", "W"} else degrees


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0.0 else None
