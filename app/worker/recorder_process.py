"""The process that takes in live readings. It loads little: each console has one, for as long as it is open."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.connection import Connection

from app.feeds.opcua_server import OpenOpcUa
from app.live_requests import LiveReply, LiveRequest
from app.telemetry.recording import Recording
from app.worker.boundary import at_once, begin, serve_each
from app.worker.live_handlers import LIVE_HANDLERS

_STANDS_BACK_BY = 5


@dataclass
class RecorderRoom:
    """What the recorder keeps between requests."""

    open_opcua: OpenOpcUa | None = None
    live: Recording | None = None

    def carry_out(self, request: LiveRequest) -> LiveReply:
        """Carry out one of :data:`app.live_requests.LIVE_REQUESTS`.

        Raises:
            CodedError: It cannot be done as asked.
        """
        return LIVE_HANDLERS[type(request)](self, request)

    def look_at_instruments(self) -> None:
        """Use the time behind an answer for what drifts: it takes a fiftieth of every second."""
        if self.live is not None:
            self.live.check_instruments()

    def close(self) -> None:
        """Record no more."""
        if self.live is not None:
            self.live.close()
            self.live = None


def serve_recorder(pipe: Connection, open_opcua: OpenOpcUa | None = None) -> None:
    """Answer requests of :data:`app.live_requests.LIVE_REQUESTS` from *pipe* until its other end closes."""
    begin(_STANDS_BACK_BY)
    room = RecorderRoom(open_opcua)
    serve_each(pipe, lambda request, _: at_once(lambda: room.carry_out(request)), room.look_at_instruments)
