"""The process that keeps in step with the hub, where there is one."""

from __future__ import annotations

from multiprocessing.connection import Connection

from app.sync.follower import Connect
from app.worker.boundary import at_once, begin, serve_each
from app.worker.hub_handlers import HubRoom

_STANDS_BACK_BY = 5


def serve_follower(pipe: Connection, connect_hub: Connect | None = None) -> None:
    """Answer requests of :data:`app.hub_requests.HUB_REQUESTS` from *pipe* until its other end closes."""
    begin(_STANDS_BACK_BY)
    room = HubRoom(connect_hub)
    serve_each(pipe, lambda request, _: at_once(lambda: room.look(request)))
