"""What is measured in a workspace, what is watched and where readings come from: ``telemetry/setup.json``.

Limits stand in the unit that a quantity is kept in; the file names channels by their ids.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.errors import AppError
from app.journal.events import milliseconds
from app.telemetry.alarm_feeding import NO_FEEDERS, Feeders, feedings_of
from app.telemetry.alarms import NOBODY, Limit, Limits, Side
from app.telemetry.channels import ALWAYS_MS, Alias, Channel, Channels, Role
from app.telemetry.demo import Happening
from app.telemetry.hand_written import made, texts
from app.telemetry.quantities import Quantity
from app.times import CITY_TIME, utc_of
from gis.durable import sync_file, sync_folder

FOLDER: Final = "telemetry"
SETUP: Final = "setup.json"
DEMO_DAY: Final = "demo.npz"
HISTORY: Final = "history.sqlite"
ALARM_LOG: Final = "alarms.sqlite"
_LAST_PORT: Final = 65_535
_LAST_DATE_MS: Final = 4_102_444_800_000
"""2100-01-01: what is in force for longer is so for good."""


class FeedKind(StrEnum):
    """How readings come."""

    DEMO = "demo"
    MQTT = "mqtt"
    HTTP = "http"
    OPC_UA = "opcua"
    MODBUS = "modbus"
    REPLAY = "replay"
    SL651 = "sl651"


@dataclass(frozen=True)
class Feed:
    """One feed as set up.

    Attributes:
        name: What channels' aliases name it by.
        kind: How it comes.
        host, port, topics, user, tls, ca_file: Of an MQTT broker; host and port of a Modbus gateway as well, where
            port 0 is the usual one; of SL 651 those that stations call.
        password_file: Where the password stands, in a file of its own that only its user may read.
        url, every_s: Of an address that is asked again and again, or of an OPC UA server, whose quiet nodes are read
            so often; every_s of a Modbus gateway as well.
        policy, certificate_file, key_file, server_certificate_file: Of an OPC UA server's encrypted line.
        interval_s: How often the demo's instruments send.
        speed: How many times faster than the clock the demo's day or a recording runs.
        path: Of a recording, from the workspace on.
        faults: What the line does to a recording; :class:`app.telemetry.replay_faults.Fault`.
        seed: Which messages its faults strike.
        rebirth_topic: Where a device of an MQTT broker is asked to tell everything anew, ``{device}`` for its name, or
            ``spBv1.0``: as Sparkplug B does; "": nobody is asked.
    """

    name: str
    kind: FeedKind
    host: str = ""
    port: int = 0
    topics: tuple[str, ...] = ()
    user: str = ""
    password_file: str = ""
    tls: bool = False
    ca_file: str = ""
    url: str = ""
    every_s: float = 10.0
    policy: str = ""
    certificate_file: str = ""
    key_file: str = ""
    server_certificate_file: str = ""
    interval_s: float = 10.0
    speed: float = 1.0
    path: str = ""
    faults: tuple[str, ...] = ()
    seed: int = 1
    rebirth_topic: str = ""


@dataclass(frozen=True, eq=False)
class Setup:
    """Everything of the file.

    Attributes:
        script: What happens in the demo, and when.
        feeders: What the network says of pumps and plants; no part of the file.
    """

    channels: Channels
    limits: Limits
    feeds: tuple[Feed, ...]
    script: tuple[Happening, ...] = ()
    feeders: Feeders = NO_FEEDERS

    def fed_by(self, feeders: Feeders) -> Setup:
        """The same, with low pressures below the pumps and plants that they come from."""
        feedings = feedings_of(self.channels, self.limits, feeders)
        return replace(self, limits=Limits(self.limits.records, feedings), feeders=feeders)

    def with_limits(self, limits: Limits) -> Setup:
        """The same, watching other limits."""
        return replace(self, limits=limits)

    def with_limit(self, limit: Limit, channel: str = "") -> Setup:
        """The same with *limit* under its id; its channel and cause stay, whose positions may differ here.

        Args:
            limit: What is watched.
            channel: Where the alarm is a new one, the id of its channel.

        Raises:
            AppError: ``alarms.no_such_limit``, ``alarms.no_such_channel``, or what the limits refuse.
        """
        rows = {record.id: row for row, record in enumerate(self.limits.records)}
        if limit.id not in rows:
            if not channel:
                raise AppError("alarms.no_such_limit", alarm=limit.id)
            if channel not in self.channels.position:
                raise AppError("alarms.no_such_channel", channel=channel)
            fresh = replace(limit, channel=self.channels.position[channel], unless=NOBODY)
            return self.watching((*self.limits.records, fresh))
        records = list(self.limits.records)
        was = records[rows[limit.id]]
        records[rows[limit.id]] = replace(limit, channel=was.channel, unless=was.unless)
        return self.watching(tuple(records))

    def without_limit(self, alarm: str) -> Setup:
        """The same without the alarm *alarm*; what it explained is explained by nothing any more.

        Raises:
            AppError: ``alarms.no_such_limit``.
        """
        kept = [record for record in self.limits.records if record.id != alarm]
        if len(kept) == len(self.limits.records):
            raise AppError("alarms.no_such_limit", alarm=alarm)
        row = {record.id: at for at, record in enumerate(kept)}
        names = [record.id for record in self.limits.records]
        return self.watching(
            tuple(
                replace(one, unless=NOBODY if one.unless == NOBODY else row.get(names[one.unless], NOBODY))
                for one in kept
            )
        )

    def watching(self, records: tuple[Limit, ...]) -> Setup:
        """The same, watching *records*, with what the network says of them."""
        return self.with_limits(Limits(records)).fed_by(self.feeders)


def is_set_up(workspace: Path) -> bool:
    """Whether anything is measured in *workspace*."""
    return (workspace / FOLDER / SETUP).is_file()


def read_setup(workspace: Path) -> Setup:
    """What is set up in the folder *workspace*.

    Raises:
        AppError: ``telemetry.not_set_up``, ``telemetry.bad_setup``, and what channels and limits refuse.
    """
    path = workspace / FOLDER / SETUP
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AppError("telemetry.not_set_up", path=str(workspace)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise AppError("telemetry.bad_setup", path=str(path), reason=str(error)) from error
    try:
        return _setup_of(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AppError("telemetry.bad_setup", path=str(path), reason=str(error)) from error


def write_setup(workspace: Path, setup: Setup) -> None:
    """Write *setup* into the folder *workspace*, whole or not at all."""
    folder = workspace / FOLDER
    folder.mkdir(exist_ok=True)
    partial = folder / f".partial-{SETUP}"
    partial.write_text(_text_of(_record_of(setup)), encoding="utf-8")
    # Renamed before its words are on the disk it could be an empty file after a power failure.
    sync_file(partial)
    partial.replace(folder / SETUP)
    sync_folder(folder)


def _setup_of(record: Mapping[str, Any]) -> Setup:
    channels = Channels(tuple(_channel(each) for each in record["channels"]))
    names = {each["id"]: at for at, each in enumerate(record["limits"])}
    limits = Limits(tuple(_limit(each, channels, names) for each in record["limits"]))
    feeds = tuple(_feed(each) for each in record["feeds"])
    names_of_feeds = [feed.name for feed in feeds]
    if len(set(names_of_feeds)) < len(feeds):
        raise ValueError(", ".join(names_of_feeds))
    script = tuple(made(Happening, each) for each in record.get("script", ()))
    return Setup(channels, limits, feeds, script)


def _feed(record: Mapping[str, Any]) -> Feed:
    feed: Feed = made(Feed, {**record, "kind": FeedKind(record["kind"])}, topics=texts, faults=texts)
    for name in ("interval_s", "every_s", "speed"):
        if getattr(feed, name) <= 0:
            raise ValueError(f"{feed.name}: {name} = {getattr(feed, name):g}")
    if not feed.name or not 0 <= feed.port <= _LAST_PORT:
        raise ValueError(f"{feed.name}: port = {feed.port}")
    return feed


def _alias(record: Mapping[str, Any]) -> Alias:
    """A name; since when and until when it is in force may be dates, by the city's clock."""
    spans = {f"{name}_ms": _moment_ms(record[name]) for name in ("from", "until") if name in record}
    alias: Alias = made(Alias, {**record, **spans})
    return alias


def _moment_ms(text: Any) -> int:
    moment = datetime.fromisoformat(text)
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=CITY_TIME))


def _alias_record(alias: Alias) -> dict[str, Any]:
    """As people write it."""
    found: dict[str, Any] = {"feed": alias.feed, "name": alias.name}
    for name, at_ms, unsaid_ms in (("from", alias.from_ms, 0), ("until", alias.until_ms, ALWAYS_MS)):
        if at_ms == unsaid_ms:
            continue
        if 0 < at_ms < _LAST_DATE_MS:
            found[name] = utc_of(at_ms).astimezone(CITY_TIME).isoformat()
        else:
            found[f"{name}_ms"] = at_ms
    return found


def _channel(record: Mapping[str, Any]) -> Channel:
    aliases = tuple(_alias(each) for each in record.get("aliases", ()))
    channel: Channel = made(
        Channel,
        {
            **record,
            "quantity": Quantity(record["quantity"]),
            "role": Role(record.get("role", "")),
            "aliases": aliases,
        },
    )
    return channel


def _limit(record: Mapping[str, Any], channels: Channels, names: Mapping[str, int]) -> Limit:
    unless = record.get("unless", "")
    values = {
        **record,
        "channel": channels.position[record["channel"]],
        "side": Side(record["side"]),
        "unless": names[unless] if unless else NOBODY,
    }
    limit: Limit = made(Limit, values)
    return limit


def _text_of(record: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """A line for each entry: people find theirs, and thousands are written before anybody has waited."""
    parts = []
    for name, entries in record.items():
        lines = [f"  {json.dumps(one, ensure_ascii=False, allow_nan=False)}" for one in entries]
        parts.append(f' "{name}": [' + "".join(["\n", ",\n".join(lines), "\n "] if lines else []) + "]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _record_of(setup: Setup) -> dict[str, Any]:
    ids = [channel.id for channel in setup.channels.records]
    names = [limit.id for limit in setup.limits.records]
    return {
        "channels": [_without_defaults(channel) for channel in setup.channels.records],
        "limits": [
            {
                **_without_defaults(limit),
                "channel": ids[limit.channel],
                **({} if limit.unless == NOBODY else {"unless": names[limit.unless]}),
            }
            for limit in setup.limits.records
        ],
        "feeds": [_without_defaults(feed) for feed in setup.feeds],
        "script": [asdict(each) for each in setup.script],
    }


def _without_defaults(record: Any) -> dict[str, Any]:
    """What differs from the defaults; a hand-written file stays as short as it was."""
    kind: type = type(record)
    found = {name: value for name, value in vars(record).items() if value != _defaults(kind)[name]}
    if "aliases" in found:
        found["aliases"] = [_alias_record(alias) for alias in record.aliases]
    if found.get("aliases") == []:
        del found["aliases"]
    return found


@cache
def _defaults(kind: type) -> Mapping[str, Any]:
    return {field.name: field.default for field in fields(kind)}
