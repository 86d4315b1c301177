"""A real server on the loopback that answers what a test tells it to."""

from __future__ import annotations

from contextlib import AbstractContextManager

from loopback import Answers, LoopbackServer, serving


class Server(LoopbackServer):
    """Answers every question with the same status and body.

    Attributes:
        asked: How often it was asked.
        who: The last question's ``Authorization``.
    """

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.answer: tuple[int, bytes] = (200, b"[1]")
        self.asked = 0
        self.who = ""


class _Handler(Answers):
    server: Server

    def asked(self, _body: bytes) -> None:
        self.server.asked += 1
        self.server.who = self.headers.get("Authorization", "")
        self.answer(*self.server.answer)


def answering() -> AbstractContextManager[Server]:
    """A server that runs."""
    return serving(Server())
