"""Messages fetched from a server by HTTP, again and again, by a thread of their own."""

from __future__ import annotations

import base64
import http.client
import urllib.error
import urllib.request
from urllib.parse import unquote, urlsplit, urlunsplit

from app.errors import AppError
from app.feeds.inbox import Inbox, Link
from app.feeds.own_thread import ThreadFeed

LARGEST_BYTES = 16 * 2**20
_REFUSALS = frozenset({401, 403, 404, 410})


class HttpFeed(ThreadFeed):
    """Asks an address at an interval; what it answers, where that has changed, is one message.

    Args:
        name: Of the feed.
        url: ``http://`` or ``https://``.
        inbox: Where messages go.
        every_s: From one answer to the next question.
        timeout_s: How long an answer is waited for.

    Raises:
        AppError: ``feed.bad_address``.
    """

    def __init__(self, name: str, url: str, inbox: Inbox, *, every_s: float = 10.0, timeout_s: float = 10.0) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise AppError("feed.bad_address", address=url)
        super().__init__(name, inbox)
        self._url, self._question = _question(url)
        self._every_s, self._timeout_s = every_s, timeout_s
        self._last = b""

    def _run(self) -> None:
        while not self._end.is_set():
            self._ask()
            self._end.wait(self._every_s)

    def _ask(self) -> None:
        try:
            # The scheme was looked at when the feed was made: no file is opened here.
            with urllib.request.urlopen(self._question, timeout=self._timeout_s) as answer:  # noqa: S310
                body = answer.read(LARGEST_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                link = Link.REFUSED if error.code in _REFUSALS else Link.DOWN
                code = "feed.refused" if link is Link.REFUSED else "feed.cut"
                self._inbox.tell(self._name, link, code, f"{error.code} {error.reason}")
            return
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            where = f"{urlsplit(self._url).netloc} ({getattr(error, 'reason', error)})"
            self._inbox.tell(self._name, Link.DOWN, "feed.unreachable", where)
            return
        if len(body) > LARGEST_BYTES:
            self._inbox.tell(self._name, Link.DOWN, "feed.too_large", f"> {LARGEST_BYTES >> 20} MiB")
            return
        self._inbox.tell(self._name, Link.UP)
        if body != self._last and self._inbox.put(self._name, self._url, body):
            self._last = body


def _question(url: str) -> tuple[str, urllib.request.Request]:
    """*url* without user and password, which must not show in messages, and a request that bears them."""
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    request = urllib.request.Request(bare)  # noqa: S310 - its scheme has been looked at
    if parts.username is not None:
        said = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        request.add_header("Authorization", f"Basic {base64.b64encode(said).decode()}")
    return bare, request
