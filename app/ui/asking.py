"""Questions of which only the latest counts."""

from __future__ import annotations

from collections.abc import Callable

from app.requests import Reply, Request
from app.ui.client import Client


class Latest:
    """Asks again and again, and hands on the answer to the latest question alone."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._ticket = 0

    def ask(self, request: Request, done: Callable[[Reply], None]) -> None:
        """Send *request*; *done* gets its reply, a refusal too, unless something else was asked by then."""

        def take(reply: Reply) -> None:
            if ticket == self._ticket:
                self._ticket = 0
                done(reply)

        ticket = self._ticket = self._client.ask(request, take)

    @property
    def under_way(self) -> bool:
        """Whether an answer is awaited."""
        return self._ticket != 0

    @property
    def ticket(self) -> int:
        """The client's ticket of what is awaited; 0 where nothing is."""
        return self._ticket

    def cancel(self) -> None:
        """Stop the work; its answer is then ``Failed("cancelled")``."""
        self._client.cancel(self._ticket)

    def give_up(self) -> None:
        """Stop the work, and want no answer any more."""
        ticket, self._ticket = self._ticket, 0
        self._client.cancel(ticket)

    def drop(self) -> None:
        """Want no answer any more; the work goes on."""
        self._ticket = 0
