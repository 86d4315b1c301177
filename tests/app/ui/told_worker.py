"""A worker of which a test says when, and what, it answers."""

from __future__ import annotations

from app.requests import Request
from app.ui.client import OnEvent


class ToldWorker:
    """A worker that answers when it is told to."""

    def __init__(self, on_event: OnEvent) -> None:
        self.answer = on_event
        self.asked: list[Request] = []
        self.cancelled: list[int] = []

    def submit(self, request: Request) -> int:
        self.asked.append(request)
        return len(self.asked)

    def cancel(self, ticket: int) -> None:
        self.cancelled.append(ticket)

    def leave(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Nothing to end."""
