"""Messages under the topics of Sparkplug B: ``spBv1.0/GROUP/DDATA/NODE/DEVICE``.

A node (a gateway) and the devices behind it are born, say what has changed, and die; a death of the node is that of
its devices. One count of messages runs through all that a node says. A birth names each metric, and may give it a
number by which it goes from then on; who has not heard the birth can read nothing of it, and asks for another.

A reading is named ``GROUP/NODE/DEVICE/METRIC``, one of the node itself ``GROUP/NODE/METRIC``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from app.feeds.inbox import Message
from app.telemetry.json_messages import AHEAD_MS, OLDEST_MS, DeviceWord, Opened, Sent, Sign, opened, quality_of
from app.telemetry.readings import Quality
from app.telemetry.sparkplug_payload import Metric, Payload, PayloadError, payload_of, signed

NAMESPACE: Final = "spBv1.0"
_SIGNS: Final = {"BIRTH": Sign.BIRTH, "DATA": Sign.DATA, "DEATH": Sign.DEATH}
_OF_A_NODE, _OF_A_DEVICE = 4, 5
_BIRTH_COUNT: Final = "bdSeq"
_NO_READINGS: Final = ("Node Control/", "Device Control/")
_MOST_DEVICES: Final = 10_000
"""Beyond it births are read, and their numbers are not remembered: nobody shall fill the memory with names."""


@dataclass(frozen=True)
class _Topic:
    """Whose word it is: the node, the device behind it ("" for the node's own), and what it says."""

    node: str
    device: str
    sign: Sign


@dataclass
class _Known:
    """What the last birth of a node or device told: names by number, kinds by name, and the birth's own count."""

    names: dict[int, str] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    birth: int | None = None


class SparkplugOpener:
    """Opens what a broker's feed brings; what stands under other topics is JSON.

    Args:
        zone: The city's, for JSON whose stamps bear none.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._known: dict[str, _Known] = {}

    def __call__(self, message: Message) -> Opened:
        """What *message* holds."""
        if not message.name.startswith(f"{NAMESPACE}/"):
            return opened(message, self._zone)
        topic = _topic_of(message.name)
        if topic is None:
            # Orders to nodes, ours among them, and what other listeners say of themselves.
            return Opened()
        try:
            payload = payload_of(message.body)
        except PayloadError:
            return Opened(refused=("no_payload",))
        return self._opened(message, topic, payload)

    def _opened(self, message: Message, topic: _Topic, payload: Payload) -> Opened:
        who = topic.device or topic.node
        if topic.sign is Sign.DEATH:
            if not topic.device and self._is_of_an_earlier_life(topic.node, payload):
                return Opened()
            return Opened(words=tuple(_words(topic, payload, is_unnamed=False)))
        if topic.sign is Sign.BIRTH:
            self._learn(who, payload)
        known = self._known.get(who, _Known())
        sent, refused = [], []
        for metric in payload.metrics:
            name = metric.name or known.names.get(-1 if metric.alias is None else metric.alias, "")
            if not name:
                refused.append("no_birth")
            elif metric.is_number and name != _BIRTH_COUNT and not name.startswith(_NO_READINGS):
                read = _read(message, f"{who}/{name}", metric, payload, known.kinds.get(name, 0))
                sent += [read] if read is not None else []
                refused += ["impossible_time"] if read is None else []
        words = _words(topic, payload, is_unnamed="no_birth" in refused)
        return Opened(tuple(sent), tuple(words), tuple(dict.fromkeys(refused)))

    def _learn(self, who: str, payload: Payload) -> None:
        if who not in self._known and len(self._known) >= _MOST_DEVICES:
            return
        named = [one for one in payload.metrics if one.name]
        names = {one.alias: one.name for one in named if one.alias is not None}
        self._known[who] = _Known(names, {one.name: one.kind for one in named if one.kind}, _birth_of(payload))

    def _is_of_an_earlier_life(self, node: str, payload: Payload) -> bool:
        """A node that called again before its broker noticed is told dead of the line that it has left."""
        born, dead = self._known.get(node, _Known()).birth, _birth_of(payload)
        return born is not None and dead is not None and born != dead


def _topic_of(name: str) -> _Topic | None:
    parts = name.split("/")
    if len(parts) not in {_OF_A_NODE, _OF_A_DEVICE} or not all(parts):
        return None
    who, sign = parts[2][0], _SIGNS.get(parts[2][1:])
    if sign is None or who != ("N" if len(parts) == _OF_A_NODE else "D"):
        return None
    node = f"{parts[1]}/{parts[3]}"
    return _Topic(node, f"{node}/{parts[4]}" if len(parts) == _OF_A_DEVICE else "", sign)


def _words(topic: _Topic, payload: Payload, *, is_unnamed: bool) -> Iterator[DeviceWord]:
    """The count is the node's, whoever speaks."""
    if not topic.device:
        yield DeviceWord(topic.node, topic.sign, payload.seq, is_unnamed)
        return
    yield DeviceWord(topic.node, Sign.DATA, payload.seq, is_unnamed)
    yield DeviceWord(topic.device, topic.sign, None)


def _birth_of(payload: Payload) -> int | None:
    found = [one.value for one in payload.metrics if one.name == _BIRTH_COUNT and one.value is not None]
    return int(found[0]) if found and math.isfinite(found[0]) else None


def _read(message: Message, name: str, metric: Metric, payload: Payload, kind: int) -> Sent | None:
    """The reading; None where its stamp cannot be."""
    at_ms = payload.at_ms if metric.at_ms is None else metric.at_ms
    held_against = quality_of(metric.quality)
    if at_ms is None:
        at_ms, held_against = message.received_ms, held_against | int(Quality.SENT_UNCERTAIN)
    if not OLDEST_MS <= at_ms <= message.received_ms + AHEAD_MS:
        return None
    value = math.nan if metric.value is None else signed(metric.value, metric.kind or kind)
    return Sent(name, at_ms, value, held_against)
