"""Recordings played again: in order, at their pace, and whole where the box is small."""

import time

from app.feeds.inbox import Inbox, Link, Message
from app.feeds.replay import Recorded, ReplayFeed
from app.telemetry.replay_faults import Fault, with_faults

WAIT_S = 60.0
RECORDING = [Recorded(1000 * number, "E03", b"%d" % number) for number in range(20)]


def taken(inbox: Inbox, most: int) -> list[Message]:
    found: list[Message] = []
    end = time.monotonic() + WAIT_S
    while inbox.links()["drive"].link is not Link.ENDED or not found or len(found) < most:
        assert time.monotonic() < end, "it did not end"
        found += inbox.take(0.05)
    return found


def test_everything_comes_in_order_even_through_a_small_box() -> None:
    inbox = Inbox(lambda: 0, most=3)
    ReplayFeed("drive", lambda: RECORDING, inbox).start()
    assert [one.body for one in taken(inbox, len(RECORDING))] == [one.body for one in RECORDING]


def test_the_pace_is_that_of_the_recording() -> None:
    inbox = Inbox(lambda: time.monotonic_ns() // 1_000_000)
    ReplayFeed("drive", lambda: RECORDING[:5], inbox, speed=20.0).start()
    came = [one.received_ms for one in taken(inbox, 5)]
    assert came[-1] - came[0] >= 4 * 50 - 5


def test_a_day_is_played_in_a_moment_where_that_is_asked_for() -> None:
    inbox = Inbox(lambda: 0)
    day = [Recorded(6 * 3_600_000 * number, "E03", b"%d" % number) for number in range(5)]
    ReplayFeed("drive", lambda: day, inbox, speed=400_000.0).start()
    assert len(taken(inbox, 5)) == 5


def test_it_can_be_ended_before_the_recording_does() -> None:
    inbox = Inbox(lambda: 0)
    feed = ReplayFeed("drive", lambda: RECORDING, inbox, speed=1.0)
    feed.start()
    assert len(inbox.take(WAIT_S)) == 1
    feed.stop()
    assert inbox.links()["drive"].link is Link.ENDED
    assert not inbox.take(0)


def test_a_line_that_is_cut_from_the_start_is_silent_at_first() -> None:
    inbox = Inbox(lambda: time.monotonic_ns() // 1_000_000)
    began_ms = time.monotonic_ns() // 1_000_000
    sent = RECORDING[:3]
    # The first message is held up by two minutes, four hundred times as fast: nothing comes before it was due.
    ReplayFeed(
        "drive", lambda: sent, inbox, speed=400.0, delivered=lambda messages: with_faults(messages, (Fault.CUT,), 1)
    ).start()
    assert taken(inbox, 3)[0].received_ms - began_ms >= 295
