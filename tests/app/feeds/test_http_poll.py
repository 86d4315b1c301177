"""An address asked again and again: a real server on the loopback that answers, refuses, is slow and goes away."""

import base64
import socket
from collections.abc import Callable, Iterator

import pytest
from feed_waiting import WAIT_S, until
from told_by_http import Server, answering

from app.errors import AppError
from app.feeds import http_poll
from app.feeds.http_poll import HttpFeed
from app.feeds.inbox import Inbox, Link


@pytest.fixture
def server() -> Iterator[Server]:
    with answering() as running:
        yield running


@pytest.fixture
def feed(server: Server, inbox: Inbox, begun: Callable[[HttpFeed], HttpFeed]) -> HttpFeed:
    return begun(HttpFeed("gps", f"{server.address}/crews", inbox, every_s=0.02))


def test_what_is_answered_comes_once_until_it_changes(server: Server, inbox: Inbox, feed: HttpFeed) -> None:
    until(lambda: server.asked > 3)
    server.answer = (200, b"[2]")
    seen = server.asked
    until(lambda: server.asked > seen + 3)
    assert [one.body for one in inbox.take(0)] == [b"[1]", b"[2]"]
    assert inbox.links()["gps"].link is Link.UP


def test_troubles_are_told_and_pass(
    server: Server, inbox: Inbox, feed: HttpFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer, code in (((403, b""), "feed.refused"), ((500, b""), "feed.cut")):
        server.answer = answer
        until(lambda code=code: inbox.links()["gps"].code == code)
    monkeypatch.setattr(http_poll, "LARGEST_BYTES", 4)
    server.answer = (200, b"[1, 2, 3]")
    until(lambda: inbox.links()["gps"].code == "feed.too_large")
    inbox.take(0)
    server.answer = (200, b"[4]")
    until(lambda: inbox.links()["gps"].link is Link.UP)
    assert [one.body for one in inbox.take(WAIT_S)] == [b"[4]"]


def test_a_password_reaches_the_server_and_no_message(server: Server, inbox: Inbox) -> None:
    port = server.server_address[1]
    feed = HttpFeed("gps", f"http://user:pass%20word@127.0.0.1:{port}/", inbox, every_s=0.02)
    feed.start()
    (message,) = inbox.take(WAIT_S)
    feed.stop()
    assert server.who == f"Basic {base64.b64encode(b'user:pass word').decode()}"
    assert "word" not in message.name


def test_a_server_that_is_not_there_is_named(inbox: Inbox) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        feed = HttpFeed("gps", f"http://user:secret@127.0.0.1:{port}/", inbox, every_s=0.02)
        feed.start()
        until(lambda: inbox.links()["gps"].link is Link.DOWN)
        told = inbox.links()["gps"]
        feed.stop()
    assert told.code == "feed.unreachable"
    assert told.reason.startswith(f"127.0.0.1:{port} (")


@pytest.mark.parametrize("url", ["file:///etc/hosts", "crews", "http:///x"])
def test_what_is_no_address_of_a_server_is_refused(inbox: Inbox, url: str) -> None:
    with pytest.raises(AppError, match=r"feed\.bad_address"):
        HttpFeed("gps", url, inbox)
