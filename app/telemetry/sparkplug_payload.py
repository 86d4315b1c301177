"""Payloads of Sparkplug B (``org.eclipse.tahu.protobuf``): the few fields that a reader of measurements needs.

A payload is a list of fields, each with a number and a way of writing; those that are not named here are passed over,
as the format wants it. It is too little to make another library its owner.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_LONGEST_VARINT: Final = 10
_SIGNED_BITS: Final = {1: 8, 2: 16, 3: 32, 4: 64}
"""Kinds that may lie below nought, and how wide they are: Int8, Int16, Int32, Int64."""
_QUALITY: Final = "Quality"
_REBIRTH: Final = "Node Control/Rebirth"
_BOOLEAN: Final = 11


class PayloadError(Exception):
    """It is no payload."""


@dataclass(frozen=True)
class Metric:
    """One of a payload.

    Attributes:
        name: "" where it goes by its alias alone.
        alias: The number that its birth gave it; None without one.
        at_ms: Its own stamp, UTC milliseconds; None: the payload's.
        value: None where the sender has none; whole numbers of the standard's writing are as they are written, without
            a sign (:func:`signed`).
        kind: Number of its kind; 0 where that is not said.
        quality: As ``Quality`` among its properties says; None without.
        is_number: Whether it is a number or a yes or no at all; texts, tables and files are none.
    """

    name: str = ""
    alias: int | None = None
    at_ms: int | None = None
    value: float | None = None
    kind: int = 0
    quality: int | None = None
    is_number: bool = True


@dataclass(frozen=True)
class Payload:
    """What a message holds; ``at_ms`` (UTC milliseconds) and ``seq`` are None where they are not said."""

    at_ms: int | None
    seq: int | None
    metrics: tuple[Metric, ...]


def payload_of(body: bytes) -> Payload:
    """What *body* says, in the standard's own writing or, as some gateways send it, in JSON.

    Raises:
        PayloadError: It is neither.
    """
    if body[:1] == b"{":
        return _from_json(body)
    at_ms = seq = None
    metrics = []
    for number, value in _fields(body):
        if number == 1:
            at_ms = _whole(value)
        elif number == 2:
            metrics.append(_metric(_part(value)))
        elif number == 3:
            seq = _whole(value)
    return Payload(at_ms, seq, tuple(metrics))


def signed(value: float, kind: int) -> float:
    """*value* as its *kind* means it: below nought, whole numbers are written as large ones."""
    bits = _SIGNED_BITS.get(kind, 0)
    if bits == 0 or not isinstance(value, int):
        return float(value)
    # The narrow ones are written as numbers of 32 bits.
    whole = value % (1 << bits)
    return float(whole - (1 << bits) if whole >> (bits - 1) else whole)


def rebirth_request(now_ms: int) -> bytes:
    """The payload that asks a node to tell everything anew."""
    name = _REBIRTH.encode()
    stamp = _varint(now_ms)
    metric = b"\x0a" + _varint(len(name)) + name + b"\x18" + stamp + b"\x20" + _varint(_BOOLEAN) + b"\x70\x01"
    return b"\x08" + stamp + b"\x12" + _varint(len(metric)) + metric


def _metric(body: bytes) -> Metric:
    said: dict[str, Any] = {"is_number": False}
    for number, value in _fields(body):
        if number == 1:
            said["name"] = _text(value)
        elif number in _WHOLE:
            said[_WHOLE[number]] = _whole(value)
        elif number == 9:
            said["quality"] = _quality_in(_part(value))
        elif number in _VALUES or (number == 7 and _whole(value)):
            said |= {"value": None if number == 7 else _VALUES[number](value), "is_number": True}
    return Metric(**said)


def _real(value: int | bytes, layout: str) -> float:
    (real,) = struct.unpack(layout, _part(value, struct.calcsize(layout)))
    return float(real)


def _quality_in(properties: bytes) -> int | None:
    """The number that stands under ``Quality``: keys and values are two lists in one order."""
    keys, values = [], []
    for number, value in _fields(properties):
        if number == 1:
            keys.append(_text(value))
        elif number == 2:
            numbers = [_whole(one) for at, one in _fields(_part(value)) if at in {3, 4}]
            values.append(numbers[0] if numbers else None)
    return dict(zip(keys, values, strict=False)).get(_QUALITY)


def _fields(body: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field: whole numbers, and bytes of all others."""
    at = 0
    while at < len(body):
        tag, at = _read_varint(body, at)
        way = tag & 7
        if way == _VARINT:
            value, at = _read_varint(body, at)
            yield tag >> 3, value
            continue
        if way == _BYTES:
            length, at = _read_varint(body, at)
        elif way in {_EIGHT, _FOUR}:
            length = 8 if way == _EIGHT else 4
        else:
            raise PayloadError
        if at + length > len(body):
            raise PayloadError
        yield tag >> 3, body[at : at + length]
        at += length


def _read_varint(body: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(_LONGEST_VARINT):
        if at + place >= len(body):
            break
        byte = body[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value & (1 << 64) - 1, at + place + 1
    raise PayloadError


def _varint(value: int) -> bytes:
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _whole(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise PayloadError
    return value


def _part(value: int | bytes, length: int = -1) -> bytes:
    if isinstance(value, int) or length not in {-1, len(value)}:
        raise PayloadError
    return value


def _text(value: int | bytes) -> str:
    try:
        return _part(value).decode("utf-8")
    except UnicodeDecodeError as error:
        raise PayloadError from error


_WHOLE: Final = {2: "alias", 3: "at_ms", 4: "kind"}
_VALUES: Final[dict[int, Callable[[int | bytes], float]]] = {
    10: _whole,
    11: _whole,
    12: lambda value: _real(value, "<f"),
    13: lambda value: _real(value, "<d"),
    14: _whole,
}
"""How a metric's number is read, by the field that it stands in."""


def _from_json(body: bytes) -> Payload:
    try:
        record = json.loads(body)
        metrics = record.get("metrics", [])
        found = tuple(_json_metric(one) for one in metrics)
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        raise PayloadError from error
    return Payload(_count_in(record, "timestamp"), _count_in(record, "seq"), found)


def _json_metric(record: Mapping[str, Any]) -> Metric:
    value, name = record.get("value"), record.get("name", "")
    is_number = value is None or isinstance(value, bool | int | float)
    if not isinstance(name, str):
        raise TypeError(name)
    quality = record.get("quality", (record.get("properties") or {}).get(_QUALITY))
    if isinstance(quality, Mapping):
        quality = quality.get("value")
    try:
        number = float(value) if is_number and value is not None else None
    except OverflowError:
        number = None
    # Written out in JSON a number has its sign already: no kind, lest it be given another.
    return Metric(
        name,
        _count_in(record, "alias"),
        _count_in(record, "timestamp"),
        number,
        quality=quality if isinstance(quality, int) else None,
        is_number=is_number,
    )


def _count_in(record: Mapping[str, Any], name: str) -> int | None:
    """A whole number from 0 on; None where there is none such."""
    value = record.get(name)
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64
    return int(value) if is_count and value is not None else None
