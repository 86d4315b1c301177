"""Feeds at work, made of what the set-up says of them."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.feeds.http_poll import HttpFeed
from app.feeds.inbox import Inbox
from app.feeds.modbus import Gateway, ModbusFeed
from app.feeds.modbus_registers import register
from app.feeds.mqtt import Broker, MqttFeed
from app.feeds.opcua_server import OpcUaServer, OpenOpcUa, Source
from app.feeds.replay import Recorded, ReplayFeed
from app.feeds.stations import StationFeed
from app.telemetry.demo import DemoDay
from app.telemetry.demo_feed import Instruments, into_inbox
from app.telemetry.json_messages import opened
from app.telemetry.rebirths import checked_topic
from app.telemetry.recorder import Opener
from app.telemetry.recordings import as_messages, read_recording
from app.telemetry.replay_faults import faults_named, with_faults
from app.telemetry.setup import DEMO_DAY, FOLDER, Feed, FeedKind, Setup
from app.telemetry.sl651_frames import Sl651Framing, opened_frame
from app.telemetry.sparkplug import SparkplugOpener
from app.times import CITY_TIME

_DEMO_DECIMALS: Final = {"MPa": 4, "m": 3, "m3/h": 1, "": 0}
_MQTT_PORT, _MQTT_TLS_PORT, _MODBUS_PORT = 1883, 8883, 502
_THIS_MACHINE: Final = "127.0.0.1"


def source_of(
    feed: Feed,
    folder: Path,
    setup: Setup,
    inbox: Inbox,
    clock_ms: Callable[[], int],
    open_opcua: OpenOpcUa | None,
) -> Source:
    """The feed that *feed* describes, not started yet.

    Args:
        feed: As set up.
        folder: The workspace.
        setup: Whose channels tell by their aliases which nodes and registers are wanted.
        inbox: Where its messages go.
        clock_ms: The present, UTC milliseconds.
        open_opcua: Makes feeds of OPC UA servers.

    Raises:
        AppError: ``feed.no_names``, ``feed.no_opcua``, ``feed.no_password``, ``feed.no_port``, ``feed.replay_alone``,
            ``feed.bad_fault``, ``feed.bad_rebirth_topic``, or what the feed itself refuses.
    """
    match feed.kind:
        case FeedKind.MQTT:
            checked_topic(feed)
            return MqttFeed(feed.name, _broker(feed, folder), inbox)
        case FeedKind.HTTP:
            return HttpFeed(feed.name, feed.url, inbox, every_s=feed.every_s)
        case FeedKind.DEMO:
            instruments = demo_instruments(folder, setup, feed)
            return into_inbox(feed.name, instruments, inbox, clock_ms, feed.speed)
        case FeedKind.SL651 | FeedKind.REPLAY:
            return _from_here(feed, folder, setup, inbox, clock_ms)
        case FeedKind.MODBUS:
            registers = [register(name) for name in _names(feed, setup, clock_ms())]
            return ModbusFeed(feed.name, Gateway(feed.host, feed.port or _MODBUS_PORT, registers, feed.every_s), inbox)
        case FeedKind.OPC_UA:
            if open_opcua is None:
                raise AppError("feed.no_opcua", feed=feed.name)
            return open_opcua(feed.name, _opcua_server(feed, _names(feed, setup, clock_ms())), inbox)


def _from_here(
    feed: Feed, folder: Path, setup: Setup, inbox: Inbox, clock_ms: Callable[[], int]
) -> StationFeed | ReplayFeed:
    """Feeds that call nobody: stations call in, and recordings lie beside the set-up."""
    if feed.kind is FeedKind.SL651:
        if not feed.port:
            raise AppError("feed.no_port", feed=feed.name)
        return StationFeed(feed.name, feed.host or _THIS_MACHINE, feed.port, Sl651Framing(CITY_TIME), inbox)
    if len(setup.feeds) > 1:
        raise AppError("feed.replay_alone", feed=feed.name)
    faults = faults_named(feed.faults)
    return ReplayFeed(
        feed.name,
        lambda: _recorded(feed, folder, clock_ms),
        inbox,
        speed=feed.speed,
        delivered=lambda messages: with_faults(messages, faults, feed.seed),
    )


def _recorded(feed: Feed, folder: Path, clock_ms: Callable[[], int]) -> Sequence[Recorded]:
    """The recording's messages as they were sent from now on, its stamps moved to the present."""
    return as_messages(read_recording(folder / feed.path, CITY_TIME), clock_ms(), feed.speed)


def _broker(feed: Feed, folder: Path) -> Broker:
    port = feed.port or (_MQTT_TLS_PORT if feed.tls else _MQTT_PORT)
    # Two with one name put each other out, and share what is sent: each workspace and feed has its own, also on
    # machines where the folder is called the same.
    whose = f"{platform.node()} {folder.resolve()} {feed.name}".encode()
    client_id = f"sluice-{hashlib.sha256(whose).hexdigest()[:16]}"
    return Broker(feed.host, port, feed.topics, client_id, feed.user, _password(feed), feed.tls, feed.ca_file)


def _opcua_server(feed: Feed, nodes: list[str]) -> OpcUaServer:
    return OpcUaServer(
        feed.url,
        nodes,
        feed.user,
        _password(feed),
        feed.policy,
        feed.certificate_file,
        feed.key_file,
        feed.server_certificate_file,
        feed.every_s,
    )


def _names(feed: Feed, setup: Setup, now_ms: int) -> list[str]:
    """What channels are called in *feed* now or later on."""
    aliases = (alias for channel in setup.channels.records for alias in channel.aliases)
    names = dict.fromkeys(alias.name for alias in aliases if alias.feed == feed.name and alias.until_ms > now_ms)
    if not names:
        raise AppError("feed.no_names", feed=feed.name)
    return list(names)


def demo_instruments(folder: Path, setup: Setup, feed: Feed) -> Instruments:
    """The demo's instruments of the workspace *folder*. Raises :class:`AppError` ``feed.no_demo``."""
    path = folder / FOLDER / DEMO_DAY
    day, records = DemoDay.load(path), setup.channels.records
    if len(day.hourly) != len(records):
        raise AppError("feed.no_demo", path=str(path))
    decimals = tuple(_DEMO_DECIMALS.get(record.unit, 4) for record in records)
    ids = tuple(record.id for record in records)
    return Instruments(ids, decimals, day, setup.script, round(feed.interval_s * 1000))


def _password(feed: Feed) -> str:
    if not feed.password_file:
        return ""
    try:
        return Path(feed.password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AppError("feed.no_password", path=feed.password_file, reason=str(error)) from error


def openers_of(setup: Setup) -> dict[str, Opener]:
    """What reads the messages of each feed, by its name."""
    return {feed.name: _opener(feed) for feed in setup.feeds}


def _opener(feed: Feed) -> Opener:
    if feed.kind is FeedKind.MQTT:
        return SparkplugOpener(CITY_TIME)
    read = opened_frame if feed.kind is FeedKind.SL651 else opened
    return lambda message: read(message, CITY_TIME)
