"""Stations that call in over real sockets: receipts only for what is safe, cuts in the middle, ports that are taken."""

import errno
import socket
import time
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from feed_waiting import link_of, now_ms, until

from app.feeds import stations
from app.feeds.inbox import Inbox, Link, Message
from app.feeds.stations import StationFeed


class Lines:
    """Frames that are lines of text; a receipt repeats the line."""

    def cut(self, stream: bytes) -> tuple[list[bytes], bytes]:
        *frames, rest = stream.split(b"\n")
        return frames, rest

    def receipt(self, frame: bytes) -> bytes:
        return b"" if frame.startswith(b"quiet") else b"ok " + frame + b"\n"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox(now_ms, most=20)


@pytest.fixture
def feed(inbox: Inbox) -> Iterator[StationFeed]:
    made = StationFeed("rtu", "127.0.0.1", 0, Lines(), inbox)
    made.start()
    until(lambda: link_of(inbox, "rtu") is Link.UP)
    yield made
    made.stop()
    assert link_of(inbox, "rtu") is Link.ENDED


def call(feed: StationFeed) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", feed.port), timeout=30)
    made.settimeout(30)
    return made


def heard(inbox: Inbox, count: int) -> list[Message]:
    found: list[Message] = []

    def enough() -> bool:
        found.extend(inbox.take(0.05))
        return len(found) >= count

    until(enough)
    return found


def test_a_receipt_is_sent_when_the_frame_is_safe_and_not_before(feed: StationFeed, inbox: Inbox) -> None:
    with call(feed) as station:
        station.sendall(b"one\ntw")
        (first,) = heard(inbox, 1)
        assert (first.feed, first.body) == ("rtu", b"one")
        station.sendall(b"o\nquiet\n")
        second, third = heard(inbox, 2)
        assert (second.body, third.body) == (b"two", b"quiet")
        station.settimeout(0.2)
        with pytest.raises(TimeoutError):
            station.recv(100)
        station.settimeout(30)
        feed.done([first, second, third])
        got = b""
        while got.count(b"\n") < 2:
            got += station.recv(100)
        assert got == b"ok one\nok two\n"


def test_a_station_that_hung_up_harms_nobody_and_may_call_again(feed: StationFeed, inbox: Inbox) -> None:
    with call(feed) as station:
        station.sendall(b"one\nha")
        messages = heard(inbox, 1)
    with call(feed) as other, call(feed) as again:
        feed.done(messages)
        again.sendall(b"one\n")
        other.sendall(b"two\n")
        bodies = sorted(message.body for message in heard(inbox, 2))
    assert bodies == [b"one", b"two"], "half a frame of the line before belongs to no other"


def test_where_there_is_no_room_no_receipt_is_promised(feed: StationFeed, inbox: Inbox) -> None:
    with call(feed) as station:
        station.sendall(b"x\n" * 30)
        until(lambda: inbox.turned_away == 10)
        messages = heard(inbox, 20)
        feed.done(messages)
        got = b""
        while got.count(b"\n") < 20:
            got += station.recv(1000)
        assert got == b"ok x\n" * 20


def test_a_port_that_is_taken_is_told(inbox: Inbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        feed = StationFeed("rtu", "127.0.0.1", port, Lines(), inbox)
        feed.start()
        until(lambda: link_of(inbox, "rtu") is Link.DOWN)
        state = inbox.links()["rtu"]
        assert state.code == "feed.cannot_listen"
        assert str(port) in state.reason
        feed.stop()


def test_when_all_lines_are_taken_the_longest_silent_is_closed(
    feed: StationFeed, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stations, "MOST_STATIONS", 2)
    with call(feed) as first, call(feed) as second:
        for station in (first, second, first):
            station.sendall(b"here\n")
            heard(inbox, 1)
        with call(feed) as third:
            third.sendall(b"third\n")
            assert heard(inbox, 1)[0].body == b"third"
            assert second.recv(100) == b"", "it was silent for longest"
            first.sendall(b"first\n")
            assert heard(inbox, 1)[0].body == b"first"


def test_a_caller_for_whom_there_is_no_room_does_not_keep_the_thread_busy(
    feed: StationFeed, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Mock(side_effect=OSError(errno.EMFILE, "Too many open files"))
    with monkeypatch.context() as patched:
        patched.setattr(socket.socket, "accept", full)
        station = call(feed)
        until(lambda: full.called)
        time.sleep(0.5)
        assert full.call_count < 10
    with station:
        station.sendall(b"one\n")
        assert heard(inbox, 1)[0].body == b"one"


def test_the_system_is_asked_to_notice_stations_that_fell_silent(
    feed: StationFeed, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted: list[socket.socket] = []
    accept = socket.socket.accept

    def kept(server: socket.socket) -> tuple[socket.socket, object]:
        connection, address = accept(server)
        accepted.append(connection)
        return connection, address

    monkeypatch.setattr(socket.socket, "accept", kept)
    with call(feed) as station:
        station.sendall(b"one\n")
        heard(inbox, 1)
        assert accepted[0].getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
