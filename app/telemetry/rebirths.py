"""Asking devices to be born once more, where something that they said was lost or cannot be understood.

Nothing is asked unless the set-up of the feed says where (``rebirth_topic``): a console reads, and this is the one
message that it ever sends to a plant's side. It orders nothing but to tell everything anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.errors import AppError
from app.telemetry.json_messages import REBIRTH, DeviceState
from app.telemetry.setup import Feed
from app.telemetry.sparkplug import NAMESPACE
from app.telemetry.sparkplug_payload import rebirth_request

AGAIN_MS: Final = 60_000
"""House value: who does not answer is asked once a minute."""
_LOOK_MS: Final = 500
_DEVICE: Final = "{device}"
_NO_TOPIC: Final = frozenset("+#\0")
_LONGEST: Final = 256


@dataclass(frozen=True)
class Request:
    """What is sent through which feed, under which topic."""

    feed: str
    topic: str
    body: bytes


class Rebirths:
    """Whom we asked when, lest a device be asked at each turn."""

    def __init__(self) -> None:
        self._asked_ms: dict[tuple[str, str], int] = {}
        self._looked_ms = -AGAIN_MS

    def due(
        self, feeds: Iterable[Feed], devices: Mapping[tuple[str, str], DeviceState], now_ms: int
    ) -> Iterator[Request]:
        """What is to be sent now.

        Args:
            feeds: As set up.
            devices: What is known of each, by feed and name.
            now_ms: The present, UTC milliseconds.
        """
        topics = {feed.name: feed.rebirth_topic for feed in feeds if feed.rebirth_topic}
        if not topics or 0 <= now_ms - self._looked_ms < _LOOK_MS:
            return
        self._looked_ms = now_ms
        waited_for = {device for device, state in devices.items() if state.is_doubtful and device[0] in topics}
        self._asked_ms = {device: at_ms for device, at_ms in self._asked_ms.items() if device in waited_for}
        for device in sorted(waited_for):
            # The clock may have been set back since.
            if 0 <= now_ms - self._asked_ms.get(device, -AGAIN_MS) < AGAIN_MS:
                continue
            request = _request(*device, topics[device[0]], now_ms)
            if request is not None:
                self._asked_ms[device] = now_ms
                yield request


def checked_topic(feed: Feed) -> None:
    """Refuse a topic under which nobody could be asked. Raises :class:`AppError` ``feed.bad_rebirth_topic``."""
    topic = feed.rebirth_topic
    if topic and topic != NAMESPACE and (_DEVICE not in topic or _NO_TOPIC & set(topic)):
        raise AppError("feed.bad_rebirth_topic", feed=feed.name, topic=topic, mark=_DEVICE)


def _request(feed: str, device: str, topic: str, now_ms: int) -> Request | None:
    """None for a name by which nobody can be asked, or somebody else than who bears it."""
    if not device or len(device) > _LONGEST or _NO_TOPIC & set(device):
        return None
    parts = device.split("/")
    if topic == NAMESPACE:
        # A device behind a node is told of by its node, which is asked for all of them.
        is_node = len(parts) == 2
        return Request(feed, f"{NAMESPACE}/{parts[0]}/NCMD/{parts[1]}", rebirth_request(now_ms)) if is_node else None
    if len(parts) > 1:
        return None
    body = json.dumps({"type": REBIRTH, "device": device, "timestamp": now_ms}, ensure_ascii=False).encode()
    return Request(feed, topic.replace(_DEVICE, device), body)
