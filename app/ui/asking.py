"""Questions that are asked again and again: only the latest counts, or one at a time."""

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


class OneByOne:
    """Asks one question at a time; what is asked for meanwhile is asked once more after it.

    Args:
        client: The window's end of the worker.
        question: What is to be asked at this moment; None for nothing.
        take: Gets each reply, a refusal too, unless its question was overtaken or forgotten.
    """

    def __init__(self, client: Client, question: Callable[[], Request | None], take: Callable[[Reply], None]) -> None:
        self._latest = Latest(client)
        self._question, self._take = question, take
        self._again = False

    @property
    def under_way(self) -> bool:
        """Whether an answer is awaited."""
        return self._latest.under_way

    def ask(self) -> None:
        """Ask now; while an answer is awaited, once more after it."""
        if self._latest.under_way:
            self._again = True
        else:
            self.overtake()

    def overtake(self) -> None:
        """Ask now; the answer that is awaited does not count any more."""
        self._again = False
        request = self._question()
        if request is None:
            self._latest.drop()
        else:
            self._latest.ask(request, self._answered)

    def forget(self) -> None:
        """Want no answer any more, and ask nothing after it."""
        self._again = False
        self._latest.drop()

    def _answered(self, reply: Reply) -> None:
        self._take(reply)
        if self._again and not self._latest.under_way:
            self.overtake()
