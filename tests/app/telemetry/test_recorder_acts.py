"""Through the recorder's own process: a latched alarm from its beginning to its reset, over restarts of the console."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from asker import Asker
from feed_waiting import now_ms, until
from told_by_http import Server, answering

from app.live_requests import DoAlarms, LiveShown, LookLive, WatchLive
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import AlarmState, Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Feed, FeedKind, Setup, write_setup
from network.units import M_HEAD_PER_MPA

CHANNELS = Channels((Channel("PT-1", "山大路", Quantity.PRESSURE, "MPa", 1.0),))
LOW, GOOD = 0.1, 0.33
LIMITS = Limits((Limit("PT-1 low", 0, Side.LOW, 26.0, 0.5, latches=True),))


class Console:
    """A console's recorder, looked at as its window does."""

    def __init__(self, folder: Path) -> None:
        self._asking = Asker()
        self._asking.ask(WatchLive(folder, now_ms()))

    def look(self) -> LiveShown:
        shown = self._asking.ask(LookLive())
        assert isinstance(shown, LiveShown)
        return shown

    def until_stands(self, server: Server, value: float, state: AlarmState) -> None:
        """Wait until what the line says again and again has come, and the alarm stands so."""

        def is_so() -> bool:
            server.answer = (200, json.dumps({"id": "PT-1", "v": value, "ts": now_ms()}).encode())
            present = self.look().present
            has_come = abs(float(present.values[0]) - value * M_HEAD_PER_MPA) < 0.01
            return has_come and present.alarm_states.tolist() == [state]

        until(is_so)

    def does(self, deed: Deed) -> AlarmState:
        shown = self._asking.ask(DoAlarms(deed, ("PT-1 low",), "看过"))
        assert isinstance(shown, LiveShown)
        return AlarmState(int(shown.present.alarm_states[0]))

    def end(self) -> None:
        self._asking.client.close()


@contextmanager
def console(folder: Path) -> Iterator[Console]:
    running = Console(folder)
    try:
        yield running
    finally:
        running.end()


def test_what_latches_stays_until_it_is_reset_also_over_restarts(tmp_path: Path) -> None:
    with answering() as server:
        feed = Feed("poll", FeedKind.HTTP, url=f"{server.address}/now", every_s=0.05)
        write_setup(tmp_path, Setup(CHANNELS, LIMITS, (feed,)))
        with console(tmp_path) as first:
            first.until_stands(server, LOW, AlarmState.UNACKNOWLEDGED)
            assert first.does(Deed.RESET) is AlarmState.UNACKNOWLEDGED, "what is still so cannot be reset"
            assert first.does(Deed.ACKNOWLEDGED) is AlarmState.ACKNOWLEDGED
        # The condition ends while a second console is at work.
        with console(tmp_path) as second:
            second.until_stands(server, LOW, AlarmState.ACKNOWLEDGED)
            second.until_stands(server, GOOD, AlarmState.LATCHED)
        with console(tmp_path) as third:
            third.until_stands(server, GOOD, AlarmState.LATCHED)
            assert third.does(Deed.RESET) is AlarmState.NORMAL
        with console(tmp_path) as fourth:
            fourth.until_stands(server, GOOD, AlarmState.NORMAL)
            told = [(event.what, event.note) for event in fourth.look().events]
            # And it watches on.
            fourth.until_stands(server, LOW, AlarmState.UNACKNOWLEDGED)
    assert told == [
        (Deed.RAISED, ""),
        (Deed.RESET, "看过"),
        (Deed.ACKNOWLEDGED, "看过"),
        (Deed.CLEARED, ""),
        (Deed.RESET, "看过"),
    ]
