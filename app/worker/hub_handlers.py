"""What the process that follows the hub does."""

from __future__ import annotations

import time

from app.errors import AppError
from app.hub_requests import HubShown, LookAtHub
from app.operations.hub_pictures import carry_one
from app.sync.follower import Connect, Follower
from app.sync.membership import membership_of


class HubRoom:
    """The workspace that follows its hub; at most one."""

    def __init__(self, connect: Connect | None) -> None:
        self._connect = connect
        self._follower: Follower | None = None

    def look(self, request: LookAtHub) -> HubShown:
        """How the workspace stands to its hub; begins to follow where it does not yet.

        Raises:
            AppError: ``hub.settings_damaged``, ``hub.no_way`` where this process was made without a way to a hub.
        """
        membership = membership_of(request.folder)
        held = self._follower
        if held is not None and (held.folder, held.membership) == (request.folder, membership):
            return HubShown(held.look())
        self.close()
        if membership is None:
            return HubShown(None)
        if self._connect is None:
            raise AppError("hub.no_way")
        self._follower = Follower(request.folder, membership, self._connect, _now_ms, carry_one)
        return HubShown(self._follower.look())

    def close(self) -> None:
        """Follow no more."""
        if self._follower is not None:
            self._follower.close()
            self._follower = None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
