"""A satellite receiver: its sentences, and the lines that they come by."""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feeds.gps import GpsFeed
from app.feeds.inbox import Inbox, Link
from app.feeds.nmea import RANGE_ERROR_M, Receiver, hear


def sentence(words: str) -> str:
    total = reduce(lambda held, sign: held ^ sign, words.encode(), 0)
    return f"${words}*{total:02X}"


HERE = sentence("GPGGA,063208.00,3640.1200,N,11701.2600,E,1,09,0.9,45.2,M,0.0,M,,")
NOWHERE = sentence("GPGGA,063209.00,,,,,0,00,99.9,,M,,M,,")
ERRORS = sentence("GPGST,063208.00,6.0,,,,3.0,4.0,7.0")


def test_a_place_is_read_with_how_sure_the_receiver_is_of_it() -> None:
    heard = hear(Receiver(), HERE, 5)
    assert heard.fix is not None
    assert (heard.fix.latitude, heard.fix.longitude) == pytest.approx((36.668667, 117.021), abs=1e-6)
    assert heard.fix.accuracy_m == pytest.approx(0.9 * RANGE_ERROR_M)
    told = hear(heard, ERRORS, 6).fix
    assert told is not None
    assert (told.accuracy_m, told.heard_ms) == (5.0, 5), "its own errors go before the rule"


def test_a_receiver_that_searches_keeps_its_last_place_and_says_so() -> None:
    lost = hear(hear(Receiver(), HERE, 5), NOWHERE, 6)
    assert lost.searching
    assert lost.fix is not None
    assert lost.fix.heard_ms == 5
    assert not hear(lost, HERE, 7).searching


@pytest.mark.parametrize(
    "line",
    [
        "",
        "noise",
        HERE.replace("3640", "3641"),
        sentence("GPGGA,063208.00,3660.1200,N,11701.2600,E,1,09,0.9,45.2,M,0.0,M,,"),
        sentence("GPGGA,063208.00,9140.1200,N,11701.2600,E,1,09,0.9,45.2,M,0.0,M,,"),
        sentence("GPGGA,063208.00,3640.1200,X,11701.2600,E,1,09,0.9"),
        sentence("GPGGA,1"),
        sentence("GPGST,1"),
        ERRORS,
        sentence("GPRMC,063208.00,A"),
    ],
)
def test_what_is_no_whole_sentence_is_passed_over(line: str) -> None:
    assert hear(Receiver(), line, 5) == Receiver()


def test_south_and_west_are_below_nought_and_a_place_may_have_no_dilution() -> None:
    fix = hear(Receiver(), sentence("GNGGA,1,3640.12,S,11701.26,W,2,05,,1,M,0,M,,"), 5).fix
    assert fix is not None
    assert fix.latitude < 0 > fix.longitude
    assert fix.accuracy_m is None
    assert hear(Receiver(fix), sentence("GPGST,1,2,,,,x,4.0,7.0"), 6).fix == fix


@given(st.text(max_size=90))
def test_no_noise_on_the_line_is_a_place(text: str) -> None:
    assert hear(Receiver(), text, 1).fix is None


@pytest.fixture
def listen() -> Iterator[Callable[[str], GpsFeed]]:
    """Begins to listen; everything is ended afterwards."""
    begun: list[GpsFeed] = []
    clock = itertools.count(1)

    def begin(source: str) -> GpsFeed:
        feed = GpsFeed(source, Inbox(lambda: next(clock)))
        feed.start()
        begun.append(feed)
        return feed

    yield begin
    for feed in begun:
        feed.stop()


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60.0
    while not so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def test_a_file_is_followed_as_it_grows(listen: Callable[[str], GpsFeed], tmp_path: Path) -> None:
    path = tmp_path / "track.nmea"
    path.write_text(NOWHERE + "\r\n")
    feed = listen(str(path))
    until(lambda: feed.searching)
    assert feed.latest() is None
    with path.open("a") as grows:
        grows.write(HERE + "\r\n")
    until(lambda: feed.latest() is not None)
    assert feed.link is Link.UP


def test_a_line_like_a_serial_one_is_listened_to_without_waiting(
    listen: Callable[[str], GpsFeed], tmp_path: Path
) -> None:
    path = tmp_path / "tty"
    os.mkfifo(path)
    keeps_open = os.open(path, os.O_RDWR)
    try:
        feed = listen(str(path))
        until(lambda: feed.link is Link.UP)
        os.write(keeps_open, f"half a line\r\n{HERE}\r\n".encode())
        until(lambda: feed.latest() is not None)
    finally:
        os.close(keeps_open)


def test_gpsd_is_asked_for_sentences(listen: Callable[[str], GpsFeed]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked: list[bytes] = []

        def serve() -> None:
            line, _ = server.accept()
            with line:
                asked.append(line.recv(200))
                line.sendall(f"{HERE}\r\n".encode())

        thread = threading.Thread(target=serve)
        thread.start()
        feed = listen(f"gpsd://127.0.0.1:{server.getsockname()[1]}")
        until(lambda: feed.latest() is not None)
        thread.join()
        assert b'"nmea":true' in asked[0]
        until(lambda: feed.link is Link.DOWN)


@pytest.mark.parametrize(
    "source", ["none", "~nobody-of-that-name/tty", "tcp://127.0.0.1:99999", "tcp://[::1", "gpsd://a..b", "tcp://a:b"]
)
def test_a_receiver_that_is_not_there_or_no_address_is_said_so(
    listen: Callable[[str], GpsFeed], tmp_path: Path, source: str
) -> None:
    feed = listen(str(tmp_path / source) if source == "none" else source)
    until(lambda: feed.link is Link.DOWN)
    assert feed.latest() is None
