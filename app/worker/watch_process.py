"""The process that looks for bursts. It loads little: each console has one, for as long as it is open."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.connection import Connection

from app.burst_requests import BurstReply, BurstRequest
from app.operations.burst_watch import BurstWatch
from app.worker.boundary import at_once, begin, serve_each
from app.worker.burst_handlers import BURST_HANDLERS

_STANDS_BACK_BY = 5


@dataclass
class WatchRoom:
    """What the watch for bursts keeps between requests."""

    bursts: BurstWatch | None = None

    def carry_out(self, request: BurstRequest) -> BurstReply:
        """Carry out one of :data:`app.burst_requests.BURST_REQUESTS`.

        Raises:
            CodedError: It cannot be done as asked.
        """
        return BURST_HANDLERS[type(request)](self, request)

    def close(self) -> None:
        """Watch no more."""
        if self.bursts is not None:
            self.bursts.close()
            self.bursts = None


def serve_watch(pipe: Connection) -> None:
    """Answer requests of :data:`app.burst_requests.BURST_REQUESTS` from *pipe* until its other end closes."""
    begin(_STANDS_BACK_BY)
    room = WatchRoom()
    serve_each(pipe, lambda request, _: at_once(lambda: room.carry_out(request)))
