"""The same pictures at every run: without what depends on the machine's speed and the hour."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from app.plan_requests import FieldFollowed, PlanBacked, PlanOrdered, PlansWeighed, ResupplyFound
from app.requests import PlanMade, Progress, Reply
from app.ui.client import OnEvent, Worker

PICTURE_TIME = datetime(2026, 3, 12, 1, 30, tzinfo=UTC)
"""The clock in the pictures: a working day, half past nine in the morning in China."""


_TIMED = (PlanMade, FieldFollowed, PlansWeighed, PlanBacked, PlanOrdered, ResupplyFound)
"""Replies that tell how long the worker took."""


class SteadyEvents:
    """Takes the machine's speed out of what a worker tells.

    Attributes:
        stop_at: Progress of a task is told up to its first share of at least this; None tells all of it.
    """

    def __init__(self, make_worker: Callable[[OnEvent], Worker]) -> None:
        self._make_worker = make_worker
        self._told: set[int] = set()
        self.stop_at: float | None = None

    def make_worker(self, on_event: OnEvent) -> Worker:
        """A worker whose events go to *on_event* without times."""

        def steady(ticket: int, reply: Reply | Progress) -> None:
            if isinstance(reply, Progress) and not self._tells(ticket, reply):
                return
            on_event(ticket, replace(reply, elapsed_s=math.nan) if isinstance(reply, _TIMED) else reply)

        return self._make_worker(steady)

    def _tells(self, ticket: int, progress: Progress) -> bool:
        if self.stop_at is None or progress.fraction is None:
            return True
        if ticket in self._told:
            return False
        if progress.fraction < self.stop_at:
            return False
        self._told.add(ticket)
        return True
