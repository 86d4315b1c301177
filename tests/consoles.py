"""Consoles in one room: each a workspace's recorder with a journal, all on one order of entries."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

from demo_town import CHANNELS, LIMITS, NOW
from followers import ModelHub

from app.journal.events import Event
from app.journal.log import Journal
from app.journal.reading import Portion
from app.journal.writing import FreeText
from app.sync.exchange import exchange
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarm_share import ALONE, AtHub
from app.telemetry.alarms import AlarmState, Limits
from app.telemetry.channels import Channels
from app.telemetry.recording import Recording
from app.telemetry.setup import Feed, FeedKind, Setup, write_setup
from app.telemetry.setup_watch import BETWEEN
from app.workspace_files import JOURNAL

WAIT_S = 10.0
BEGAN_S = time.monotonic()
GOOD_MPA, LOW_MPA = 0.33, 0.2


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def now_ms() -> int:
    """By the clock of the room."""
    return NOW + round((time.monotonic() - BEGAN_S) * 1000)


class WordyHub(ModelHub):
    """A model of the hub that keeps words as well."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[FreeText] = []

    def push(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        self.words += texts
        return super().push(events)

    def pull(self, since: int) -> Portion:
        return Portion(super().pull(since).events, tuple(self.words))


class Room:
    """A room's hub, as a model of it."""

    def __init__(self) -> None:
        self.hub = WordyHub()

    def carry(self, *consoles: Console) -> None:
        """What is pending goes to the hub and comes from there, twice, so that the first hear of the last."""
        for one in (*consoles, *consoles):
            with closing(Journal.open(one.folder / JOURNAL)) as journal:
                exchange(journal, self.hub)


class Console:
    """The recorder of a workspace *folder*, whose clock is *ahead_ms* ahead of the room's."""

    def __init__(
        self,
        folder: Path,
        ahead_ms: int = 0,
        hub: AtHub = ALONE,
        limits: Limits = LIMITS,
        channels: Channels = CHANNELS,
    ) -> None:
        self.folder, self.ahead_ms, self.hub = folder, ahead_ms, hub
        if not folder.exists():
            folder.mkdir()
            Journal.create(folder / JOURNAL).close()
            feed = Feed("plant", FeedKind.HTTP, url="http://127.0.0.1:9/", every_s=86_400.0)
            write_setup(folder, Setup(channels, limits, (feed,)))
        self.start()

    def clock_ms(self) -> int:
        return now_ms() + self.ahead_ms

    def start(self) -> None:
        self.recording = Recording(self.folder, self.clock_ms, None, self.hub)
        # What comes before its first look it would take for what has always been.
        share = self.recording._share
        until(lambda: share.taken.heads is not None or not share.is_on)

    def close(self) -> None:
        self.recording.close()

    def hears(self, channel: str, value_mpa: float, at_ms: int | None = None) -> None:
        """An instrument's reading arrives, and another one: the first is in doubt where it is far from the last."""
        at_ms = self.clock_ms() if at_ms is None else at_ms
        for later_ms in (0, 10):
            body = json.dumps({"ts": at_ms + later_ms, "values": {channel: value_mpa}}).encode()
            assert self.recording._inbox.put("plant", "gateway", body)

    def state(self, alarm: str) -> AlarmState:
        recording = self.recording
        picture = recording.picture()
        rows = {record.id: row for row, record in enumerate(picture.setup.limits.records)}
        return AlarmState(int(picture.present.alarm_states[rows[alarm]]))

    def becomes(self, alarm: str, state: AlarmState) -> None:
        until(lambda: self.state(alarm) is state)

    def limit_m(self, alarm: str) -> float | None:
        return next((one.limit for one in self.recording.setup.limits.records if one.id == alarm), None)

    def log(self, alarm: str) -> list[tuple[Deed, str, str]]:
        """What became of an alarm: what, who, words."""
        return [(one.what, one.actor, one.note) for one in self.events() if one.alarm == alarm]

    def events(self) -> Sequence[AlarmEvent]:
        return self.recording.events(0, 2**62)

    def entries(self) -> int:
        """How many entries its journal holds."""
        with closing(Journal.open(self.folder / JOURNAL)) as journal:
            return sum(journal.heads().get(dev, 0) for dev in journal.heads() if not dev.startswith("@"))

    def words(self, alarm: str) -> list[str]:
        """All words of an alarm's log, in their parts."""
        return [part for _, _, note in self.log(alarm) for part in note.split(BETWEEN) if part]
