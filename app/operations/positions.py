"""Listening to crews' devices: from the feeds into the positions on the disk, and arrivals into the journal.

One process does this for a workspace, apart from every window. A position is written down and only then acknowledged
to the broker; an arrival by position is one event of the journal, beside what the crew says itself.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import numpy as np

from app.dispatch.acts import Record
from app.dispatch.arrival import track_of
from app.dispatch.facts import FactKind
from app.dispatch.position_store import PositionStore, positions_in
from app.dispatch.positions import Area, Positions, Refused, Sighting, Standing, read_positions, take
from app.errors import AppError
from app.feeds.http_poll import HttpFeed
from app.feeds.inbox import Inbox, Link, Message
from app.feeds.mqtt import Broker, MqttFeed
from app.feeds.replay import Recorded, ReplayFeed
from app.operations.dispatch import DispatchDesk, carry_out, caught_up, look
from app.operations.edit import Author
from app.workspace import Workspace
from gis.crs import LOCAL_EPSG, transform
from gis.exchange.track_files import read_track
from network.assets import DeviceTable

ROUND_THE_CITY_M = 60_000.0
"""House: how far outside its valves a crew of this utility can be."""

ARRIVALS_EVERY_MS = 5_000
"""House: how often arrivals are looked for."""

_MQTT_PORTS = {"mqtt": 1883, "mqtts": 8883}


class Feed(Protocol):
    """What brings messages into the inbox."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self) -> None:
        """End."""


def area_of(devices: DeviceTable) -> Area:
    """Where crews can be: round the middle of the city's valves."""
    if not len(devices.x_m):
        return Area((0.0, 0.0), np.inf)
    low_x, high_x = float(devices.x_m.min()), float(devices.x_m.max())
    low_y, high_y = float(devices.y_m.min()), float(devices.y_m.max())
    reach_m = float(np.hypot(high_x - low_x, high_y - low_y)) / 2 + ROUND_THE_CITY_M
    return Area(((low_x + high_x) / 2, (low_y + high_y) / 2), reach_m)


def feed_of(source: str, inbox: Inbox, *, crew: str = "", speed: float = np.inf, listener: str = "") -> Feed:
    """The feed that *source* names: ``mqtt://[user:password@]host[:port]/topic``, ``mqtts://``, ``http(s)://``, a file.

    Args:
        source: As typed.
        inbox: Where messages go.
        crew: Whose drive a file holds; "": by the name of its track, else of the file.
        speed: How many times faster a file is played.
        listener: Who listens, the same after each start: a broker keeps a queue for each, and knows no two of one name.

    Raises:
        AppError: ``feed.bad_address``.
        GisError: What :func:`gis.exchange.track_files.read_track` raises.
    """
    parts = urlsplit(source)
    if parts.scheme in _MQTT_PORTS:
        return _mqtt(source, inbox, listener)
    if "://" in source:
        return HttpFeed(_bare(source), source, inbox)
    path = Path(source)
    recording = [
        Recorded(point.at_ms, crew or point.name or path.stem, _body(point.longitude, point.latitude, point.at_ms))
        for point in read_track(path)
    ]
    return ReplayFeed(path.name, lambda: recording, inbox, speed=speed)


def _bare(source: str) -> str:
    return urlsplit(source).netloc.rpartition("@")[2]


def _body(longitude: float, latitude: float, at_ms: int) -> bytes:
    return b'{"lon": %.9f, "lat": %.9f, "time": %d}' % (longitude, latitude, at_ms)


def listener_of(folder: Path) -> str:
    """Who listens for the workspace in *folder*: no other machine and no other workspace listens by that name."""
    return f"{platform.node()} {folder.resolve()}"


def _mqtt(source: str, inbox: Inbox, listener: str) -> MqttFeed:
    parts = urlsplit(source)
    try:
        port = parts.port
    except ValueError:
        port = 0
    topic = unquote(parts.path.lstrip("/")) + (f"#{parts.fragment}" if "#" in source else "")
    if not parts.hostname or port == 0 or not topic:
        raise AppError("feed.bad_address", address=source)
    broker = Broker(
        host=parts.hostname,
        port=port or _MQTT_PORTS[parts.scheme],
        topics=[topic],
        client_id=f"sluice-{hashlib.sha256(f'{listener} {source}'.encode()).hexdigest()[:16]}",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "mqtts",
    )
    return MqttFeed(_bare(source), broker, inbox)


@dataclass
class Listener:
    """Takes messages in and writes positions down; belongs to one thread.

    Attributes:
        refused: Called with what was set aside, as it comes.
    """

    workspace: Workspace
    store: PositionStore
    refused: Callable[[Refused], None]
    positions: Positions = field(default_factory=Positions)

    def __post_init__(self) -> None:
        """Go on from what is on the disk."""
        self.area = area_of(self.workspace.city.network.devices)
        self.positions = positions_in(self.store)

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Degrees (WGS 84) to the project CRS; nowhere where the city's place on the Earth is not known."""
        epsg = self.workspace.meta.crs_epsg
        if epsg == LOCAL_EPSG:
            return np.inf, np.inf
        x_m, y_m = transform(np.array([longitude]), np.array([latitude]), "EPSG:4326", f"EPSG:{epsg}")
        return float(x_m[0]), float(y_m[0])

    def hear(self, messages: Sequence[Message]) -> int:
        """Take *messages* in; how many positions were new. They are on the disk when this returns."""
        taken = take(self.positions, [one for message in messages for one in self._read(message)], self.area)
        self.positions = taken.positions
        for aside in taken.refused:
            self.refused(aside)
        return self.store.append(taken.believed)

    def _read(self, message: Message) -> list[Sighting | Refused]:
        return read_positions(message.body, message.name, message.received_ms, self.project)


def listen(
    listener: Listener,
    inbox: Inbox,
    feeds: Sequence[Feed],
    *,
    ended: Callable[[], bool],
    each: Callable[[int], None],
) -> None:
    """Run *feeds* until *ended*, or until all of them are over; *each* is called after each portion with its news.

    Raises:
        GisError: A position could not be written; it is not acknowledged then.
    """
    for feed in feeds:
        feed.start()
    try:
        while not ended():
            over = all(link.link is Link.ENDED for link in inbox.links().values())
            messages = inbox.take(0.0 if over else 0.5)
            if over and not messages:
                break
            new = listener.hear(messages)
            listener.store.tell(listener.positions, inbox.links(), inbox.turned_away)
            for feed in feeds:
                if isinstance(feed, MqttFeed):
                    feed.done(messages)
            each(new)
    finally:
        for feed in feeds:
            feed.stop()
        listener.store.tell(listener.positions, inbox.links(), inbox.turned_away)


def note_arrivals(
    desk: DispatchDesk, positions: Positions, area: Area, author: Author, now: datetime
) -> tuple[DispatchDesk, tuple[Record, ...]]:
    """Write down who has arrived by position: a crew that was sent and stayed near its incident for a time.

    Who said itself that it arrived is noted as well: where the two differ, both stand in the incident's course.
    """
    desk = caught_up(desk)
    noted: list[Record] = []
    for record in _arrivals(desk, positions, area, now):
        desk, _ = carry_out(desk, record, author, now)
        noted.append(record)
    return desk, tuple(noted)


def _arrivals(desk: DispatchDesk, positions: Positions, area: Area, now: datetime) -> list[Record]:
    found = []
    for row in look(desk, now).queue:
        if not row.is_open or row.x_m is None or row.y_m is None:
            continue
        facts = desk.board.incidents[row.entity].facts
        near = {fact.values.get("crew") for fact in facts if fact.kind is FactKind.CREW_NEAR}
        sent_ms = {fact.values.get("crew"): fact.at_ms for fact in facts if fact.kind is FactKind.CREW_ASSIGNED}
        for crew in row.crews:
            since_ms = int(sent_ms.get(crew, row.opened_ms))
            fixes = [fix for fix in positions.crews.get(crew, Standing()).fixes if fix.at_ms >= since_ms]
            arrival = track_of(fixes, (row.x_m, row.y_m), area.reach_m).arrival
            if arrival is not None and crew not in near:
                found.append(Record(row.entity, FactKind.CREW_NEAR, {"crew": crew}, at_ms=arrival.since_ms))
    return found


def now_ms() -> int:
    """The present, UTC milliseconds."""
    return round(datetime.now(UTC).timestamp() * 1000)
