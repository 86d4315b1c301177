"""Reports of SL 651 as a feed's messages: cut out of a line, answered, and opened into readings."""

from __future__ import annotations

from datetime import tzinfo

from app.errors import AppError
from app.feeds.inbox import Message
from app.telemetry.json_messages import AHEAD_MS, OLDEST_MS, Opened
from app.telemetry.sl651 import answer, read
from app.telemetry.sl651_envelope import cut


class Sl651Framing:
    """What stations of SL 651 send.

    Args:
        zone: Whose clock theirs is.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def cut(self, stream: bytes) -> tuple[list[bytes], bytes]:
        """Whole reports of frames with a right check sum, and what is left to be continued."""
        frames, rest, _passed = cut(stream)
        return frames, rest

    def receipt(self, frame: bytes) -> bytes:
        """Our answer; none to what cannot be read, whose serial number nobody knows."""
        try:
            return answer(read(frame, self._zone))
        except AppError:
            return b""


def opened_frame(message: Message, zone: tzinfo) -> Opened:
    """The readings of the report in *message*; what cannot be read, or be true in time, is refused with its reason."""
    try:
        report = read(message.body, zone, message.received_ms)
    except AppError as error:
        return Opened(refused=(error.code.replace(".", "_"),))
    sent = tuple(one for one in report.sent if OLDEST_MS <= one.source_ms <= message.received_ms + AHEAD_MS)
    return Opened(sent=sent, refused=() if len(sent) == len(report.sent) else ("impossible_time",))
